/* quantile.c: inverse distribution functions. */
#include "effect/fit/quantile.h"

#include "effect/fit/tail.h"

#include <math.h>
#include <stdbool.h>

static const double pi = 3.14159265358979323846;

double wrt_normal_cdf(double x) {
    return 0.5 * erfc(-x / sqrt(2.0));
}

/* P. J. Acklam's approximation, relative error below 1.2e-9, for p <= 0.5. */
static double start_of(double p) {
    static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,
                               -2.759285104469687e+02, 1.383577518672690e+02,
                               -3.066479806614716e+01, 2.506628277459239e+00};
    static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02,
                               -1.556989798598866e+02, 6.680131188771972e+01,
                               -1.328068155288572e+01, 1.0};
    static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01,
                               -2.400758277161838e+00, -2.549732539343734e+00,
                               4.374664141464968e+00,  2.938163982698783e+00};
    static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                               3.754408661907416e+00, 1.0};
    bool is_tail = p < 0.02425;
    double q = is_tail ? sqrt(-2.0 * log(p)) : p - 0.5, r = is_tail ? q : q * q;
    const double *above = is_tail ? c : a, *below = is_tail ? d : b;
    double numerator = 0.0, denominator = 0.0;
    for (int i = 0; i < 6; i++)
        numerator = numerator * r + above[i];
    for (int i = 0; i < (is_tail ? 5 : 6); i++)
        denominator = denominator * r + below[i];
    return (is_tail ? 1.0 : q) * numerator / denominator;
}

double wrt_normal_quantile(double p) {
    if (p > 0.5)
        return -wrt_normal_quantile(1.0 - p);
    if (!(p > 0.0))
        return p == 0.0 ? -INFINITY : NAN;
    double x = start_of(p);
    double error = (wrt_normal_cdf(x) - p) * sqrt(2.0 * pi) * exp(0.5 * x * x);
    return x - error / (1.0 + 0.5 * x * error);
}

/* Continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method. */
static double fraction(double a, double b, double x) {
    const double tiny = 1e-300;
    double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m <= 1000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        for (int part = 0; part < 2; part++) {
            double term = part == 0 ? even : odd;
            d = 1.0 + term * d;
            c = 1.0 + term / c;
            d = 1.0 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            h *= c * d;
        }
        if (fabs(c * d - 1.0) < 1e-15)
            break;
    }
    return h;
}

static double incomplete_beta(double a, double b, double x) {
    if (x <= 0.0 || x >= 1.0)
        return x <= 0.0 ? 0.0 : 1.0;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1.0) / (a + b + 2.0))
        return front * fraction(a, b, x) / a;
    return 1.0 - front * fraction(b, a, 1.0 - x) / b;
}

double wrt_t_cdf(double x, double df) {
    double tail = 0.5 * incomplete_beta(0.5 * df, 0.5, df / (df + x * x));
    return x > 0.0 ? 1.0 - tail : tail;
}

double wrt_t_quantile(double p, double df) {
    if (p > 0.5)
        return -wrt_t_quantile(1.0 - p, df);
    if (df > 1e7)
        return wrt_normal_quantile(p);
    double low = -1.0, high = 0.0;
    while (wrt_t_cdf(low, df) > p && low > -1e300)
        low *= 2.0;
    for (int i = 0; i < 200 && high - low > 1e-15 * fabs(low); i++) {
        double middle = 0.5 * (low + high);
        if (wrt_t_cdf(middle, df) > p)
            high = middle;
        else
            low = middle;
    }
    return 0.5 * (low + high);
}

double wrt_chi2_quantile(double p, double df) {
    double low = 0.0, high = df + 1.0;
    while (wrt_tail_chi2(high, df) > 1.0 - p)
        high *= 2.0;
    for (int i = 0; i < 200; i++) {
        double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high)
            break;
        if (wrt_tail_chi2(middle, df) > 1.0 - p)
            low = middle;
        else
            high = middle;
    }
    return high;
}
