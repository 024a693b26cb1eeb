/* coupling.h: how one mechanism would have answered in another context.
 *
 * Two rows of a mechanism, p in the context that was and q in the one that might have been, say
 * nothing about their joint distribution. A coupling is an assumption that does:
 *
 *   gumbel       the value is the argmax of log p + Gumbel noise, the noise is shared (Oberst and
 *                Sontag, ICML 2019: a value can gain only if its odds grew)
 *   invcdf       the value is read off the distribution function at one shared uniform number:
 *                monotone in the order of values, sensible for ordinal ones
 *   independent  each context has noise of its own
 *
 * In the same context every coupling gives the same value. All keep sum_i p_i P(j | i) = q_j. */
#ifndef WRT_SCM_INFER_COUPLING_H
#define WRT_SCM_INFER_COUPLING_H

#include "base/err.h"

#include <stddef.h>

typedef enum {
    WRT_SCM_GUMBEL,
    WRT_SCM_INVCDF,
    WRT_SCM_INDEPENDENT,
} wrt_scm_coupling;

const char *wrt_scm_coupling_name(wrt_scm_coupling coupling); /* "gumbel", ... */
/* WRT_E_INPUT lists the couplings there are. */
wrt_status wrt_scm_coupling_of(wrt_scm_coupling *out, const char *name, wrt_err *err);

/* out[j] = P(Y' = j | Y = i) for two rows of k probabilities in different contexts; p[i] > 0.
 * Gumbel: the closed form of the exponential race. With r_k = p_k / q_k, the joint density of both
 * winners' times leaves, for r_j < r_i, q_j times the integral of 1 / A(u)^2 from r_j to r_i, where
 * A(u) = sum_k max(p_k, q_k u) / sum_k p_k is linear between the r_k; integrated piece by piece as
 * (b - a) / (A(a) A(b)), which loses nothing to cancellation. O(k log k). */
void wrt_scm_coupling_row(double *out, wrt_scm_coupling coupling, const double *p, const double *q,
                          size_t k, size_t i);

/* The noise that a value implies, drawn at random, and the value it gives in another row. For
 * gumbel, the arrival times of an exponential race whose winner is i: the winner arrives at an
 * exponential time m, the others after it (top-down sampling: Maddison, Tarlow and Minka, NIPS
 * 2014). For invcdf, a uniform number within the value's interval. One noise may be carried into
 * any number of other contexts.
 * noise: k numbers; u: k + 1 uniform numbers in [0, 1), of which gumbel uses all, invcdf the first.
 */
void wrt_scm_coupling_abduce(double *noise, wrt_scm_coupling coupling, const double *p, size_t k,
                             size_t i, const double *u);
size_t wrt_scm_coupling_apply(wrt_scm_coupling coupling, const double *noise, const double *q,
                              size_t k);

/* Bounds on sum_i weight_i P(Y' = j, Y = i) / p_i over all couplings of p and q, for each j: sharp
 * for each j alone (Frechet; the column of a coupling may be any 0 <= x_i <= p_i that sums to q_j,
 * so that the bounds are the two greedy fillings). weight_i = P(Y = i | what is known). */
void wrt_scm_coupling_bounds(double *low, double *high, const double *p, const double *q,
                             const double *weight, size_t k);

#endif
