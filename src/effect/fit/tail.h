/* tail.h: tail probabilities of the distributions that tests refer to; quantiles: quantile.h.
 *
 * Incomplete gamma by series below x = a + 1 and by Lentz's continued fraction above it, incomplete
 * beta by Lentz's continued fraction (Press, Teukolsky, Vetterling, Flannery, "Numerical recipes",
 * 3rd ed. 2007, 6.2 and 6.4). Relative error near 1e-13 for degrees of freedom up to 1e6. All
 * return NAN for an argument that is NAN or for degrees of freedom that are not positive. */
#ifndef WRT_EFFECT_TAIL_H
#define WRT_EFFECT_TAIL_H

double wrt_tail_normal_two(double z);                /* P(|Z| > |z|) */
double wrt_tail_chi2(double x, double df);           /* P(X > x) */
double wrt_tail_f(double x, double df1, double df2); /* P(X > x) */

#endif
