/* independence_internal.h: shared by independence*.c, nobody else. */
#ifndef WRT_EFFECT_INDEPENDENCE_INTERNAL_H
#define WRT_EFFECT_INDEPENDENCE_INTERNAL_H

#include "effect/checks/independence.h"

/* The complete rows of a question, columns by role; the given ones spread for regressions. */
typedef struct {
    size_t n, n_given;
    wrt_test_column x, y; /* levels set, also of 0/1 columns read as discrete */
    wrt_test_column *given;
    bool given_is_discrete;
} wrt_test_rows;

/* An orthonormal basis of [1, columns]: n * rank, column after column. */
typedef struct {
    size_t n, rank;
    double *q;
} wrt_basis;

wrt_basis wrt_basis_make(size_t n, size_t columns_max, wrt_arena *arena); /* holds the constant */
/* Adds the column (or its levels - 1 indicators) unless the basis spans it already. */
void wrt_basis_add(wrt_basis *basis, const wrt_test_column *column, wrt_arena *arena);
/* values becomes what the basis leaves of it. */
void wrt_basis_residual(const wrt_basis *basis, double *values);

wrt_independence wrt_independence_linear(const wrt_test_rows *rows, wrt_arena *arena);
wrt_independence wrt_independence_strata(const wrt_test_rows *rows, wrt_arena *arena);

#endif
