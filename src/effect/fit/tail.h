/* tail.h: tail probabilities and quantiles of the distributions that tests refer to.
 *
 * Incomplete gamma by series below x = a + 1 and by Lentz's continued fraction above it, incomplete
 * beta by Lentz's continued fraction (Press, Teukolsky, Vetterling, Flannery, "Numerical recipes",
 * 3rd ed. 2007, 6.2 and 6.4). Relative error near 1e-13 for degrees of freedom up to 1e6. All
 * return NAN for an argument that is NAN or for degrees of freedom that are not positive. */
#ifndef WRT_EFFECT_TAIL_H
#define WRT_EFFECT_TAIL_H

double wrt_tail_normal(double z);     /* P(Z > z) */
double wrt_tail_normal_two(double z); /* P(|Z| > |z|) */

/* z with P(Z <= z) = p, for 0 < p < 1; -+infinity at 0 and 1. Acklam's rational approximation and
 * one step of Halley: exact to the last digits of a double. */
double wrt_tail_normal_quantile(double p);

/* Half width of a two-sided interval in standard errors: 1.96 for level 0.95. */
double wrt_tail_z_of_level(double level);

double wrt_tail_chi2(double x, double df);           /* P(X > x) */
double wrt_tail_f(double x, double df1, double df2); /* P(X > x) */
double wrt_tail_t_two(double t, double df);          /* P(|T| > |t|) */

#endif
