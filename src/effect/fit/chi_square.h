/* chi_square.h: the chi-square distribution: upper tail and quantile. */
#ifndef WRT_EFFECT_FIT_CHI_SQUARE_H
#define WRT_EFFECT_FIT_CHI_SQUARE_H

/* P(X >= x) with df > 0 degrees of freedom: the regularised incomplete gamma function by its series
 * below df/2 + 1 and by Legendre's continued fraction (Lentz 1976) above; relative error about
 * 1e-13 where the tail is not below 1e-300. 1 for x <= 0. */
double wrt_chi_square_tail(double x, double df);

/* The x with P(X <= x) = p, 0 < p < 1; by bisection. */
double wrt_chi_square_quantile(double p, double df);

#endif
