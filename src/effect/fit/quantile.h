/* quantile.h: the normal distribution and Student's t, both ways, and quantiles of chi-square. */
#ifndef WRT_EFFECT_FIT_QUANTILE_H
#define WRT_EFFECT_FIT_QUANTILE_H

/* P(Z <= x), by the C library's erfc. */
double wrt_normal_cdf(double x);

/* The x with P(Z <= x) = p; -INFINITY and INFINITY at 0 and 1. Acklam's rational start and one
 * Halley step on erfc: relative error about 1e-15 in the body. */
double wrt_normal_quantile(double p);

/* The x with P(T <= x) = p, 0 < p < 1, of Student's t with df > 0 degrees of freedom; by bisection
 * on the regularised incomplete beta function (continued fraction, Lentz 1976). */
double wrt_t_quantile(double p, double df);

/* P(T <= x). */
double wrt_t_cdf(double x, double df);

/* The x with P(X <= x) = p, 0 < p < 1, of chi-square with df > 0 degrees of freedom; by bisection
 * on wrt_tail_chi2. */
double wrt_chi2_quantile(double p, double df);

#endif
