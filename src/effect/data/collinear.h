/* collinear.h: columns that are a linear function of those before them.
 *
 * The order of columns decides who goes: a column is judged by what is left of it after projection
 * on the constant and the kept columns before it, as R's lm does (LINPACK dqrdc2, limit 1e-7 of
 * its size; here of its standard deviation). A Cholesky factorisation of the correlation matrix
 * finds the suspects; a suspect is judged by its residual computed from the data, with one step of
 * refinement, because the correlation matrix has squared the condition number. */
#ifndef WRT_EFFECT_DATA_COLLINEAR_H
#define WRT_EFFECT_DATA_COLLINEAR_H

#include "base/arena.h"

#include <stdbool.h>

typedef struct {
    const double *const *columns; /* m pointers to n values each, finite */
    const char *const *names;
    size_t m, n;
    size_t n_fixed; /* the first ones are kept whatever they are; they must not be collinear */
} wrt_collinear_input;

/* out[j], j < m: NULL when column j is kept, else why not: "constant", "equals age",
 * "equals 2*a + 3*b + 1", "a linear function of 12 columns before it". Texts are in the arena.
 * O(n m^2) time, O(m^2) memory beside the data. */
void wrt_collinear_find(const char **out, const wrt_collinear_input *input, wrt_arena *arena);

#endif
