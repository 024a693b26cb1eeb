/* chi_square.c: P(X >= x) = Q(df / 2, x / 2). */
#include "effect/fit/chi_square.h"

#include <math.h>

enum { STEPS_MAX = 10000 };

/* x^a e^-x / Gamma(a). */
static double front(double a, double x) {
    return exp(a * log(x) - x - lgamma(a));
}

/* P(a, x) = front * sum of x^k / (a (a+1) .. (a+k)). */
static double lower_series(double a, double x) {
    double term = 1 / a, sum = term;
    for (int k = 1; k < STEPS_MAX && term > sum * 1e-17; k++) {
        term *= x / (a + k);
        sum += term;
    }
    return front(a, x) * sum;
}

/* Q(a, x) = front / (x + 1 - a - 1(1-a) / (x + 3 - a - 2(2-a) / (x + 5 - a - ...))). */
static double upper_fraction(double a, double x) {
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, value = d;
    for (int k = 1; k < STEPS_MAX; k++) {
        double numerator = -k * (k - a);
        b += 2;
        d = numerator * d + b;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = b + numerator / c;
        c = fabs(c) < tiny ? tiny : c;
        value *= c * d;
        if (fabs(c * d - 1) < 1e-16)
            break;
    }
    return front(a, x) * value;
}

double wrt_chi_square_tail(double x, double df) {
    double a = df / 2, half = x / 2;
    if (!(x > 0))
        return 1;
    return half < a + 1 ? 1 - lower_series(a, half) : upper_fraction(a, half);
}

double wrt_chi_square_quantile(double p, double df) {
    double low = 0, high = df + 1;
    while (wrt_chi_square_tail(high, df) > 1 - p)
        high *= 2;
    for (int k = 0; k < 200 && low < high; k++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (wrt_chi_square_tail(middle, df) > 1 - p)
            low = middle;
        else
            high = middle;
    }
    return high;
}
