/* bounds.h: what the counterfactual distribution can be over all couplings.
 *
 * With one counterfactual mechanism the bounds are sharp for each value: within each context of the
 * mechanism a coupling is any table with the two rows as margins (Frechet), and the contexts, whose
 * posterior does not depend on it, add up. With more mechanisms the joint of the evidence E after
 * the intervention's place and the outcome Y' is bounded by their margins given the profile N, with
 * r = P(E | N) and q = P(Y' | N): max(0, q + r - 1) / r <= P(Y' | E, N) <= min(1, q / r). Those are
 * outer bounds. Without such evidence, q itself is the answer. */
#ifndef WRT_SCM_INFER_BOUNDS_H
#define WRT_SCM_INFER_BOUNDS_H

#include "scm/infer/whatif.h"

/* Fills low, high and bounds. log_p_given: of all the evidence. Exact; worlds as for wrt_scm_twin.
 */
wrt_status wrt_scm_bounds_find(wrt_scm_whatif *out, const wrt_scm_world *factual,
                               const wrt_scm_world *after, double log_p_given, wrt_err *err);

/* The outer bounds from q (n values) and r in [0, 1]; r = 0, which stands for evidence too
 * improbable for a double, leaves [0, 1]. */
void wrt_scm_bounds_outer(wrt_scm_whatif *out, const double *q, double r);

/* Whether the answer depends on the coupling at all: something is seen below (or at) a variable
 * with a counterfactual mechanism. moved: from wrt_scm_twin_moved. */
bool wrt_scm_bounds_are_open(const wrt_scm_world *factual, const bool *moved);

#endif
