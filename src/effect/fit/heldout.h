/* heldout.h: the same model fitted once without each fold, all of them together.
 *
 * Sums over the rows outside a fold are the sums over all rows less those over the fold, so one
 * pass over the rows gives the Gram matrices of all fits. A linear fit is then one Cholesky solve
 * and one step of refinement on the residuals. A logistic fit takes one Newton step from a common
 * start and goes on by L-BFGS (Nocedal 1980) with the inverse information at the mean of those
 * steps as its first matrix: it needs scores only, which all folds share as matrix products. Both
 * end at the optimum, not near it: the score is below 1e-11 of the sum of the weights.
 *
 * For bootstrap draws: about a tenth of the work of fitting each fold from nothing. */
#ifndef WRT_EFFECT_FIT_HELDOUT_H
#define WRT_EFFECT_FIT_HELDOUT_H

#include "base/arena.h"
#include "effect/fit/linalg.h"

/* Rows from, from + 1, .., from + n - 1 are of one fold. */
typedef struct {
    size_t from, n, fold;
} wrt_heldout_run;

typedef struct {
    wrt_rows_view x;             /* standardised columns, column 0 ones; times root */
    const double *y, *root;      /* x.n; square root of the weight, > 0: x holds rows times it */
    const wrt_heldout_run *runs; /* cover all rows of x */
    size_t n_runs, folds;
} wrt_heldout_data;

/* coefficients (k x folds): column f without the rows of fold f. False when a fit has no finite or
 * no single answer, or is not found: fit each fold alone then, to learn why. O(n k^2 + folds k^3).
 */
bool wrt_heldout_linear(double *coefficients, const wrt_heldout_data *data, wrt_arena *scratch);

/* y in [0, 1]; start: k coefficients near the answers. */
bool wrt_heldout_logistic(double *coefficients, const wrt_heldout_data *data, const double *start,
                          wrt_arena *scratch);

#endif
