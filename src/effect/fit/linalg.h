/* linalg.h: dense linear algebra in doubles: the one wrapper of CBLAS and LAPACKE.
 *
 * Matrices are column-major without padding: element (i, j) of an n x k matrix is a[i + j * n].
 * The library below runs with one thread, set once at the first call, and long sums go over blocks
 * of rows in a fixed order: the same input gives the same bits whatever calls from how many
 * threads. Rows are at most 2^31 - 1 and columns WRT_LINALG_COLUMNS_MAX (asserted: whoever reads
 * a table caps it). Nothing here is sized by anything else. */
#ifndef WRT_EFFECT_FIT_LINALG_H
#define WRT_EFFECT_FIT_LINALG_H

#include "base/err.h"

#include <stddef.h>

enum { WRT_LINALG_COLUMNS_MAX = 4096 };

/* out (k x k, both triangles) = X' diag(weights) X; weights >= 0, NULL for ones; rows of weight 0
 * cost nothing but a look. X has n rows of `stride` >= n in memory. O(n k^2). */
void wrt_linalg_gram(double *out, const double *x, size_t stride, size_t n, size_t k,
                     const double *weights);

/* out (n x m) = X B, X n x k, B k x m. */
void wrt_linalg_multiply(double *out, const double *x, size_t n, size_t k, const double *b,
                         size_t m);

/* out (k x m) = X' V, X n x k, V n x m. */
void wrt_linalg_multiply_transposed(double *out, const double *x, size_t n, size_t k,
                                    const double *v, size_t m);

/* The same for the n first rows from x of a matrix with `stride` rows, one column v. */
void wrt_linalg_vector_transposed(double *out, const double *x, size_t stride, size_t n, size_t k,
                                  const double *v);
void wrt_linalg_vector(double *out, const double *x, size_t stride, size_t n, size_t k,
                       const double *b);

/* Some rows of a larger matrix: element (i, j) is x[i + j * stride]. */
typedef struct {
    const double *x;
    size_t stride, n, k;
} wrt_rows_view;

/* out (n x m) = X B; out (k x m) = X' V, of the rows of a view. */
void wrt_linalg_view_multiply(double *out, const wrt_rows_view *view, const double *b, size_t m);
void wrt_linalg_view_multiply_transposed(double *out, const wrt_rows_view *view, const double *v,
                                         size_t m);

double wrt_linalg_dot(const double *a, const double *b, size_t n);

/* Cholesky factor of a symmetric positive definite matrix, in place (lower triangle). False when it
 * is singular: *column is then the first that the columns before it determine, the share of its
 * square that they leave being below k * 1e-14. O(k^3 / 3). */
bool wrt_linalg_cholesky(double *a, size_t k, size_t *column);

/* b (k x m) = A^-1 b, with A's factor. */
void wrt_linalg_cholesky_solve(const double *factor, size_t k, double *b, size_t m);

/* out (k x k, both triangles) = A^-1, with A's factor. */
void wrt_linalg_cholesky_inverse(double *out, const double *factor, size_t k);

/* Reciprocal condition number of A in the 1-norm, from its factor and its 1-norm (LAPACK's
 * estimate). */
double wrt_linalg_cholesky_condition(const double *factor, size_t k, double norm);
double wrt_linalg_norm1(const double *a, size_t k); /* of a symmetric matrix, both triangles */

/* Triangular factor R (k x k, upper, zeros below) of the QR decomposition of diag(sqrt(weights)) X,
 * made block by block (sequential TSQR: Demmel, Grigori, Hoemmen, Langou 2012,
 * doi:10.1137/080731992), so that memory is bounded by k^2. R'R is the Gram matrix, but R has half
 * the digits to lose. Signs of rows of R are arbitrary. O(2 n k^2). */
void wrt_linalg_qr(double *r, const double *x, size_t n, size_t k, const double *weights);

/* is_dependent[j]: column j lies, to tol times its length, in the span of the independent columns
 * before it; r is an R of wrt_linalg_qr. Returns how many are independent. A column of zeros is
 * dependent. O(k^3). */
size_t wrt_linalg_find_dependent(bool *is_dependent, const double *r, size_t k, double tol);

/* b (k x m) = R^-1 b; or R'^-1 b. R upper triangular with no zero on its diagonal. */
void wrt_linalg_solve_upper(const double *r, size_t k, double *b, size_t m);
void wrt_linalg_solve_upper_transposed(const double *r, size_t k, double *b, size_t m);

/* out[i] = x_i' (R'R)^-1 x_i of each row of X: its leverage when R is of X. O(n k^2). */
void wrt_linalg_leverage(double *out, const double *x, size_t n, size_t k, const double *r);

#endif
