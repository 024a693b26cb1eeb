/* spd.h: small symmetric positive definite systems by Cholesky's method, for normal equations and
 * information matrices of a few hundred columns at most. Matrices are row-major, p x p. */
#ifndef WRT_EFFECT_SPD_H
#define WRT_EFFECT_SPD_H

#include <stdbool.h>
#include <stddef.h>

/* Replaces the lower triangle of `a` (read from there only) by L with L L' = a. False when a pivot
 * falls below `tolerance` times its diagonal: column *bad depends on those before it. O(p^3). */
bool wrt_spd_factor(double *a, size_t p, double tolerance, size_t *bad);

void wrt_spd_solve(double *b, const double *l, size_t p); /* b becomes the solution; O(p^2) */

/* The whole inverse of L L' into out (p * p, not `l`); exactly symmetric. O(p^3). */
void wrt_spd_invert(double *out, const double *l, size_t p);

/* b' a^-1 b. scratch: p numbers. */
double wrt_spd_form(const double *l, const double *b, size_t p, double *scratch);

#endif
