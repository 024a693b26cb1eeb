/* independence.h: is x independent of y given z, in a table of numeric and discrete columns?
 *
 * Which test is used follows from the columns:
 *  - both numeric: partial correlation, Fisher's z (Fisher 1924; Anderson 2003, 4.3): sees linear
 *    dependence only;
 *  - one numeric: F test of nested linear models, numeric on z and on z with the discrete one;
 *  - both discrete, z discrete: G test summed over the strata of z (Sokal and Rohlf; Tsamardinos et
 *    al. 2006 for the degrees of freedom); with fewer than ten rows a degree of freedom, and two
 *    levels each, Cochran, Mantel and Haenszel 1959 without continuity correction, which sees a
 *    common direction only;
 *  - both discrete, a numeric z: generalised covariance measure with linear regressions (Shah and
 *    Peters, Annals of Statistics 2020, doi:10.1214/19-AOS1857). */
#ifndef WRT_EFFECT_INDEPENDENCE_H
#define WRT_EFFECT_INDEPENDENCE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { WRT_INDEPENDENCE_COLUMNS_MAX = 200, WRT_INDEPENDENCE_PRODUCTS_MAX = 100 };

/* Values: n numbers, NAN where missing; of a discrete column whole numbers from 0 to levels - 1.
 * A numeric column of zeros and ones is read as discrete. */
typedef struct {
    const char *name;
    const double *values;
    size_t levels; /* 0: numeric */
} wrt_test_column;

typedef struct {
    const wrt_test_column *x, *y;
    const wrt_test_column *const *given;
    size_t n_given;
    size_t n; /* rows of every column */
} wrt_independence_question;

typedef struct {
    const char *method; /* NULL: not testable, and `reason` says why */
    const char *reason;
    size_t rows;               /* complete in all columns of the question */
    double statistic, df, df2; /* df2 of F only, else 0; z has df 0 */
    double p_value;
    double correlation; /* partial, -1 to 1; NAN for other tests */
} wrt_independence;

/* Never fails: what cannot be tested is said in the answer. Texts in the arena. Least squares cost
 * O(rows * columns^2), strata O(rows log rows). */
wrt_independence wrt_independence_test(const wrt_independence_question *question, wrt_arena *arena);

#endif
