/* spd.c: Cholesky factors of small matrices. */
#include "effect/fit/spd.h"

#include <math.h>

bool wrt_spd_factor(double *a, size_t p, double tolerance, size_t *bad) {
    for (size_t j = 0; j < p; j++) {
        double whole = a[j * p + j], pivot = whole;
        for (size_t k = 0; k < j; k++)
            pivot -= a[j * p + k] * a[j * p + k];
        if (!(pivot > tolerance * whole)) {
            *bad = j;
            return false;
        }
        double root = sqrt(pivot);
        a[j * p + j] = root;
        for (size_t i = j + 1; i < p; i++) {
            double sum = a[i * p + j];
            for (size_t k = 0; k < j; k++)
                sum -= a[i * p + k] * a[j * p + k];
            a[i * p + j] = sum / root;
        }
    }
    return true;
}

static void forward(double *b, const double *l, size_t p) {
    for (size_t i = 0; i < p; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= l[i * p + k] * b[k];
        b[i] /= l[i * p + i];
    }
}

void wrt_spd_solve(double *b, const double *l, size_t p) {
    forward(b, l, p);
    for (size_t i = p; i-- > 0;) {
        for (size_t k = i + 1; k < p; k++)
            b[i] -= l[k * p + i] * b[k];
        b[i] /= l[i * p + i];
    }
}

void wrt_spd_invert(double *out, const double *l, size_t p) {
    for (size_t j = 0; j < p; j++) { /* row j holds column j of the inverse, which is symmetric */
        double *column = out + j * p;
        for (size_t i = 0; i < p; i++)
            column[i] = i == j ? 1 : 0;
        wrt_spd_solve(column, l, p);
    }
    for (size_t i = 0; i < p; i++) {
        for (size_t j = 0; j < i; j++)
            out[i * p + j] = out[j * p + i] = (out[i * p + j] + out[j * p + i]) / 2;
    }
}

double wrt_spd_form(const double *l, const double *b, size_t p, double *scratch) {
    double sum = 0;
    for (size_t i = 0; i < p; i++)
        scratch[i] = b[i];
    forward(scratch, l, p);
    for (size_t i = 0; i < p; i++)
        sum += scratch[i] * scratch[i];
    return sum;
}
