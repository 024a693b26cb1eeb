/* linalg.c: CBLAS and LAPACKE behind plain arrays.
 *
 * Products over rows are cut into blocks of BLOCK rows: each fits the cache, takes its weights on
 * the way, and the order of the sums does not depend on how many rows there are beyond it. */
#include "effect/fit/linalg.h"

#include "base/arena.h"

#include <assert.h>
#include <cblas.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void use_one_thread(void) {
    openblas_set_num_threads(1);
}

static int count_of(size_t n) {
    assert(n <= INT_MAX);
    return (int)n;
}

static void start(size_t n, size_t k) {
    assert(n <= INT_MAX && k <= WRT_LINALG_COLUMNS_MAX);
    (void)n, (void)k;
    pthread_once(&once, use_one_thread);
}

static void multiply_by(double *restrict out, const double *restrict a, const double *restrict b,
                        size_t n) {
    size_t i = 0;
    for (; i + 8 <= n; i += 8) /* in eights, which is vectorised without asking for more */
        for (size_t j = i; j < i + 8; j++)
            out[j] = a[j] * b[j];
    for (; i < n; i++)
        out[i] = a[i] * b[i];
}

/* Up to BLOCK rows of X from row *next on whose weight is not 0, times the root of it, into out,
 * columns `stride` apart; *next moves on. Returns how many. */
static size_t gather(double *out, size_t stride, const double *x, size_t x_stride, size_t n,
                     size_t k, const double *weights, size_t *next) {
    size_t rows[BLOCK], m = 0, i = *next;
    double root[BLOCK];
    for (; i < n && m < BLOCK; i++) {
        if (weights != NULL && weights[i] <= 0.0)
            continue;
        rows[m] = i;
        root[m++] = weights != NULL ? sqrt(weights[i]) : 1.0;
    }
    *next = i;
    bool is_dense = m > 0 && rows[m - 1] - rows[0] == m - 1; /* a loop that compilers vectorise */
    for (size_t j = 0; j < k; j++) {
        const double *from = x + j * x_stride;
        double *to = out + j * stride;
        for (size_t r = 0; r < m && !is_dense; r++)
            to[r] = root[r] * from[rows[r]];
        if (is_dense)
            multiply_by(to, root, from + rows[0], m);
    }
    return m;
}

static void mirror_upper(double *a, size_t k) {
    for (size_t j = 0; j < k; j++)
        for (size_t i = 0; i < j; i++)
            a[j + i * k] = a[i + j * k];
}

static void add_gram(double *out, const double *x, size_t stride, size_t m, size_t k) {
    cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, count_of(k), count_of(m), 1.0, x,
                count_of(stride), 1.0, out, count_of(k));
}

void wrt_linalg_gram(double *out, const double *x, size_t stride, size_t n, size_t k,
                     const double *weights) {
    start(n, k);
    memset(out, 0, k * k * sizeof *out);
    if (weights == NULL) {
        for (size_t at = 0; at < n; at += BLOCK)
            add_gram(out, x + at, stride, n - at < BLOCK ? n - at : BLOCK, k);
    } else {
        double *block = wrt_calloc(BLOCK * k + 1, sizeof *block);
        for (size_t next = 0; next < n;) {
            size_t m = gather(block, BLOCK, x, stride, n, k, weights, &next);
            if (m > 0)
                add_gram(out, block, BLOCK, m, k);
        }
        free(block);
    }
    mirror_upper(out, k);
}

void wrt_linalg_view_multiply(double *out, const wrt_rows_view *view, const double *b, size_t m) {
    size_t n = view->n, k = view->k;
    start(n, k);
    memset(out, 0, n * m * sizeof *out);
    if (n > 0 && k > 0 && m > 0)
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, count_of(n), count_of(m),
                    count_of(k), 1.0, view->x, count_of(view->stride), b, count_of(k), 0.0, out,
                    count_of(n));
}

void wrt_linalg_view_multiply_transposed(double *out, const wrt_rows_view *view, const double *v,
                                         size_t m) {
    size_t n = view->n, k = view->k;
    start(n, k);
    memset(out, 0, k * m * sizeof *out);
    if (n > 0 && k > 0 && m > 0)
        cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, count_of(k), count_of(m), count_of(n),
                    1.0, view->x, count_of(view->stride), v, count_of(n), 0.0, out, count_of(k));
}

void wrt_linalg_multiply(double *out, const double *x, size_t n, size_t k, const double *b,
                         size_t m) {
    wrt_linalg_view_multiply(out, &(wrt_rows_view){x, n, n, k}, b, m);
}

void wrt_linalg_multiply_transposed(double *out, const double *x, size_t n, size_t k,
                                    const double *v, size_t m) {
    wrt_linalg_view_multiply_transposed(out, &(wrt_rows_view){x, n, n, k}, v, m);
}

void wrt_linalg_vector_transposed(double *out, const double *x, size_t stride, size_t n, size_t k,
                                  const double *v) {
    start(n, k);
    memset(out, 0, k * sizeof *out);
    if (n > 0 && k > 0)
        cblas_dgemv(CblasColMajor, CblasTrans, count_of(n), count_of(k), 1.0, x, count_of(stride),
                    v, 1, 0.0, out, 1);
}

void wrt_linalg_vector(double *out, const double *x, size_t stride, size_t n, size_t k,
                       const double *b) {
    start(n, k);
    memset(out, 0, n * sizeof *out);
    if (n > 0 && k > 0)
        cblas_dgemv(CblasColMajor, CblasNoTrans, count_of(n), count_of(k), 1.0, x, count_of(stride),
                    b, 1, 0.0, out, 1);
}

double wrt_linalg_dot(const double *a, const double *b, size_t n) {
    start(n, 1);
    return cblas_ddot(count_of(n), a, 1, b, 1);
}

/* After factoring, the square of L's diagonal is what column j has left beside the columns before
 * it; LAPACK stops only at zero or below, which rounding rarely reaches. */
bool wrt_linalg_cholesky(double *a, size_t k, size_t *column) {
    start(k, k);
    double *diagonal = wrt_calloc(k + 1, sizeof *diagonal);
    for (size_t j = 0; j < k; j++)
        diagonal[j] = a[j + j * k];
    lapack_int info =
        k == 0 ? 0 : LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'L', count_of(k), a, count_of(k));
    size_t bad = info > 0 ? (size_t)info - 1 : info < 0 ? 0 : k;
    for (size_t j = 0; j < k && j < bad; j++) {
        double left = a[j + j * k] * a[j + j * k];
        if (!(left > (double)k * 1e-14 * diagonal[j]))
            bad = j;
    }
    free(diagonal);
    if (bad < k && column != NULL)
        *column = bad;
    return bad >= k && info == 0;
}

void wrt_linalg_cholesky_solve(const double *factor, size_t k, double *b, size_t m) {
    start(k, k);
    if (k > 0 && m > 0)
        LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'L', count_of(k), count_of(m), factor, count_of(k), b,
                            count_of(k));
}

void wrt_linalg_cholesky_inverse(double *out, const double *factor, size_t k) {
    start(k, k);
    memcpy(out, factor, k * k * sizeof *out);
    if (k > 0)
        LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'L', count_of(k), out, count_of(k));
    for (size_t j = 0; j < k; j++)
        for (size_t i = 0; i < j; i++)
            out[i + j * k] = out[j + i * k];
}

double wrt_linalg_norm1(const double *a, size_t k) {
    double largest = 0.0;
    for (size_t j = 0; j < k; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < k; i++)
            sum += fabs(a[i + j * k]);
        largest = fmax(largest, sum);
    }
    return largest;
}

double wrt_linalg_cholesky_condition(const double *factor, size_t k, double norm) {
    double reciprocal = 0.0;
    start(k, k);
    if (k > 0)
        LAPACKE_dpocon(LAPACK_COL_MAJOR, 'L', count_of(k), factor, count_of(k), norm, &reciprocal);
    return reciprocal;
}

/* The stack holds R so far in its first `held` rows and a block below; its R becomes the new one.
 */
static size_t reduce(double *stack, size_t stride, size_t m, size_t k, double *tau) {
    LAPACKE_dgeqrf(LAPACK_COL_MAJOR, count_of(m), count_of(k), stack, count_of(stride), tau);
    size_t held = m < k ? m : k;
    for (size_t j = 0; j < k; j++)
        for (size_t i = j + 1; i < held; i++)
            stack[i + j * stride] = 0.0;
    return held;
}

void wrt_linalg_qr(double *r, const double *x, size_t n, size_t k, const double *weights) {
    start(n, k);
    size_t stride = k + BLOCK, held = 0;
    double *stack = wrt_calloc(stride * k + 1, sizeof *stack);
    double *tau = wrt_calloc(k + 1, sizeof *tau);
    for (size_t next = 0; next < n && k > 0;) {
        size_t m = gather(stack + held, stride, x, n, n, k, weights, &next);
        if (m > 0)
            held = reduce(stack, stride, held + m, k, tau);
    }
    for (size_t j = 0; j < k; j++)
        for (size_t i = 0; i < k; i++)
            r[i + j * k] = i <= j && i < held ? stack[i + j * stride] : 0.0;
    free(stack);
    free(tau);
}

/* Gram-Schmidt, twice for orthogonality to rounding (Giraud, Langou, Rozloznik 2005). */
static double reduce_column(double *column, const double *basis, size_t rank, size_t k) {
    for (int pass = 0; pass < 2; pass++)
        for (size_t q = 0; q < rank; q++) {
            double share = wrt_linalg_dot(basis + q * k, column, k);
            cblas_daxpy(count_of(k), -share, basis + q * k, 1, column, 1);
        }
    return cblas_dnrm2(count_of(k), column, 1);
}

size_t wrt_linalg_find_dependent(bool *is_dependent, const double *r, size_t k, double tol) {
    start(k, k);
    size_t rank = 0;
    double *basis = wrt_calloc(k * k + 1, sizeof *basis);
    for (size_t j = 0; j < k; j++) {
        double *column = basis + rank * k;
        memcpy(column, r + j * k, k * sizeof *column);
        double length = cblas_dnrm2(count_of(k), column, 1);
        double left = reduce_column(column, basis, rank, k);
        is_dependent[j] = !(left > tol * length);
        if (!is_dependent[j]) {
            cblas_dscal(count_of(k), 1.0 / left, column, 1);
            rank++;
        }
    }
    free(basis);
    return rank;
}

static void solve_upper(const double *r, size_t k, double *b, size_t m, CBLAS_TRANSPOSE side) {
    start(k, k);
    if (k > 0 && m > 0)
        cblas_dtrsm(CblasColMajor, CblasLeft, CblasUpper, side, CblasNonUnit, count_of(k),
                    count_of(m), 1.0, r, count_of(k), b, count_of(k));
}

void wrt_linalg_solve_upper(const double *r, size_t k, double *b, size_t m) {
    solve_upper(r, k, b, m, CblasNoTrans);
}

void wrt_linalg_solve_upper_transposed(const double *r, size_t k, double *b, size_t m) {
    solve_upper(r, k, b, m, CblasTrans);
}

void wrt_linalg_leverage(double *out, const double *x, size_t n, size_t k, const double *r) {
    start(n, k);
    double *block = wrt_calloc(BLOCK * k + 1, sizeof *block);
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t m = n - at < BLOCK ? n - at : BLOCK;
        for (size_t j = 0; j < k; j++)
            memcpy(block + j * BLOCK, x + at + j * n, m * sizeof *block);
        if (k > 0)
            cblas_dtrsm(CblasColMajor, CblasRight, CblasUpper, CblasNoTrans, CblasNonUnit,
                        count_of(m), count_of(k), 1.0, r, count_of(k), block, BLOCK);
        for (size_t i = 0; i < m; i++) {
            out[at + i] = 0.0;
            for (size_t j = 0; j < k; j++)
                out[at + i] += block[i + j * BLOCK] * block[i + j * BLOCK];
        }
    }
    free(block);
}
