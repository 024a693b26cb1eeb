/* design.h: the matrix a model is fitted to: an intercept and columns of a study, with names.
 *
 * n x k, column-major; column 0 is the intercept. Errors of a fit name a column by these names. */
#ifndef WRT_EFFECT_FIT_DESIGN_H
#define WRT_EFFECT_FIT_DESIGN_H

#include "effect/study.h"

typedef struct {
    size_t n, k;
    double *x; /* n x k */
    const char **names;
} wrt_design;

/* [1, first, block]: first (n numbers named first_name) and block may be NULL. In the arena. */
wrt_design wrt_design_new(size_t n, const double *first, const char *first_name,
                          const wrt_block *block, wrt_arena *arena);

/* What "ridge" means to every fit: k penalties, ridge * sum(weights) * variance of the column, and
 * 0 of the intercept. The loss is summed over rows, so that the penalty is that of standardised
 * columns per row, whatever their units and the number of rows. NULL when ridge is 0. weights NULL:
 * ones. */
double *wrt_design_penalty(const wrt_design *design, const double *weights, double ridge,
                           wrt_arena *arena);

/* WRT_E_INPUT that names the column of the design that the ones before it determine. */
wrt_status wrt_design_fail_singular(const wrt_design *design, size_t column, wrt_err *err);

#endif
