/* tail.c: incomplete gamma and beta functions, and what follows from them. */
#include "effect/fit/tail.h"

#include <float.h>
#include <math.h>

enum { STEPS = 20000 };

static const double TINY = 1e-300;

/* ---- normal */

double wrt_tail_normal_two(double z) {
    return erfc(fabs(z) * M_SQRT1_2);
}

/* ---- gamma */

static double log_gamma(double x) {
    int sign;
    return lgamma_r(x, &sign);
}

static double gamma_series(double a, double x) { /* lower tail */
    double term = 1 / a, sum = term;
    for (int i = 1; i < STEPS && fabs(term) > fabs(sum) * DBL_EPSILON; i++) {
        term *= x / (a + i);
        sum += term;
    }
    return sum * exp(-x + a * log(x) - log_gamma(a));
}

static double gamma_fraction(double a, double x) { /* upper tail */
    double b = x + 1 - a, c = 1 / TINY, d = 1 / b, h = d, change = 0;
    for (int i = 1; i < STEPS && fabs(change - 1) > DBL_EPSILON; i++) {
        double an = -i * (i - a);
        b += 2;
        d = an * d + b;
        d = 1 / (fabs(d) < TINY ? TINY : d);
        c = b + an / c;
        c = fabs(c) < TINY ? TINY : c;
        change = d * c;
        h *= change;
    }
    return h * exp(-x + a * log(x) - log_gamma(a));
}

double wrt_tail_chi2(double x, double df) {
    if (isnan(x) || isnan(df) || df <= 0)
        return NAN;
    if (x <= 0)
        return 1;
    if (isinf(x))
        return 0;
    double a = df / 2, half = x / 2;
    return half < a + 1 ? 1 - gamma_series(a, half) : gamma_fraction(a, half);
}

/* ---- beta */

static double lentz(double *c, double *d, double coefficient) {
    *d = 1 + coefficient * *d;
    *d = 1 / (fabs(*d) < TINY ? TINY : *d);
    *c = 1 + coefficient / *c;
    *c = fabs(*c) < TINY ? TINY : *c;
    return *d * *c;
}

static double beta_fraction(double a, double b, double x) {
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < TINY ? TINY : d);
    double h = d, change = 0;
    for (int m = 1; m < STEPS && fabs(change - 1) > DBL_EPSILON; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        h *= lentz(&c, &d, even);
        change = lentz(&c, &d, odd);
        h *= change;
    }
    return h;
}

/* I_x(a, b); `rest` is 1 - x, given apart because it may be tiny. */
static double beta(double a, double b, double x, double rest) {
    if (x <= 0 || rest <= 0)
        return x <= 0 ? 0 : 1;
    double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log(rest));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, rest) / b;
}

double wrt_tail_f(double x, double df1, double df2) {
    if (isnan(x) || isnan(df1) || isnan(df2) || df1 <= 0 || df2 <= 0)
        return NAN;
    if (x <= 0)
        return 1;
    if (isinf(x))
        return 0;
    double whole = df2 + df1 * x;
    return beta(df2 / 2, df1 / 2, df2 / whole, df1 * x / whole);
}
