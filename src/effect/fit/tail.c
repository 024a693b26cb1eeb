/* tail.c: incomplete gamma and beta functions, and what follows from them. */
#include "effect/fit/tail.h"

#include <float.h>
#include <math.h>

enum { STEPS = 20000 };

static const double TINY = 1e-300;

/* ---- normal */

double wrt_tail_normal(double z) {
    return 0.5 * erfc(z * M_SQRT1_2);
}

double wrt_tail_normal_two(double z) {
    return erfc(fabs(z) * M_SQRT1_2);
}

static double ratio(const double *top, const double *bottom, double x) {
    double a = 0, b = 0;
    for (int i = 0; i < 6; i++)
        a = a * x + top[i];
    for (int i = 0; i < 5; i++)
        b = b * x + bottom[i];
    return a / (b * x + 1);
}

/* P. J. Acklam's approximation for 0 < p <= 1/2, relative error 1.2e-9. */
static double rough_quantile(double p) {
    static const double a[] = {-39.69683028665376, 220.9460984245205,  -275.9285104469687,
                               138.3577518672690,  -30.66479806614716, 2.506628277459239};
    static const double b[] = {-54.47609879822406, 161.5858368580409, -155.6989798598866,
                               66.80131188771972, -13.28068155288572};
    static const double c[] = {-0.007784894002430293, -0.3223964580411365, -2.400758277161838,
                               -2.549732539343734,    4.374664141464968,   2.938163982698783};
    static const double d[] = {0.0, 0.007784695709041462, 0.3224671290700398, 2.445134137142996,
                               3.754408661907416};
    if (p < 0.02425)
        return ratio(c, d, sqrt(-2 * log(p)));
    double q = p - 0.5;
    return ratio(a, b, q * q) * q;
}

double wrt_tail_normal_quantile(double p) {
    if (isnan(p) || p < 0 || p > 1)
        return NAN;
    if (p == 0 || p == 1)
        return p == 0 ? -INFINITY : INFINITY;
    if (p > 0.5)
        return -wrt_tail_normal_quantile(1 - p);
    double x = rough_quantile(p);
    double e = wrt_tail_normal(-x) - p;
    double u = e * sqrt(2 * M_PI) * exp(x * x / 2);
    return x - u / (1 + x * u / 2);
}

double wrt_tail_z_of_level(double level) {
    return -wrt_tail_normal_quantile((1 - level) / 2);
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

double wrt_tail_t_two(double t, double df) {
    return wrt_tail_f(t * t, 1, df);
}
