/* nearest.h: the nearest rows of an arm to a row, all ties included.
 *
 * Every pair is compared, in blocks through a matrix product, which beats trees from about ten
 * columns on; the few candidates are then measured again by plain differences, so that rounding
 * neither makes nor breaks a tie. Rows at the same distance as the m-th are all neighbours (Abadie
 * and Imbens 2006). O(n^2 k). */
#ifndef WRT_EFFECT_ESTIMATORS_NEAREST_H
#define WRT_EFFECT_ESTIMATORS_NEAREST_H

#include "effect/study.h"

enum { WRT_NEAREST_ROWS_MAX = 200000, WRT_NEAREST_MAX = 64 };

/* Points in a space where distance is Euclidean. */
typedef struct {
    size_t n, k;
    const double *z;         /* n x k, column-major */
    const double *treatment; /* n */
} wrt_nearest_points;

/* What to look for about every row, in this order of calls. */
typedef struct {
    size_t m;
    bool is_own_arm; /* the row itself is never its own neighbour */
} wrt_nearest_query;

/* Neighbours of row i for query q: n of them, ascending row numbers. */
typedef void wrt_nearest_visit(size_t i, size_t q, const size_t *rows, size_t n, void *ctx);

/* Visits every row with every query, rows in order. An arm must have more than m rows (asserted);
 * m is 1 to WRT_NEAREST_MAX. */
void wrt_nearest_search(const wrt_nearest_points *points, const wrt_nearest_query *queries,
                        size_t n_queries, wrt_nearest_visit *visit, void *ctx);

/* The space of Mahalanobis distance: out (n x k) = (x - mean) L'^-1, covariance of all rows = LL'.
 * WRT_E_INPUT names a column that the others determine. */
wrt_status wrt_nearest_whiten(double *out, const wrt_block *block, size_t n, wrt_arena *arena,
                              wrt_err *err);

#endif
