/* twin.h: exact counterfactual distributions from partial evidence, on a twin network.
 *
 * The world that was and the one that might have been share every variable that does not descend
 * from the intervention; each other variable has two copies, joined by one factor P(v | pa)
 * C(v' | v; pa, pa') with the coupling's closed form C (Balke and Pearl, UAI 1994, for twin
 * networks). Eliminating all but one copy sums over every unit that agrees with the evidence, so
 * that abduction is exact whatever is seen. Where nothing seen descends from v, its factual copy
 * sums out and the factor is P(v' | pa') alone: no coupling is needed there. */
#ifndef WRT_SCM_INFER_TWIN_H
#define WRT_SCM_INFER_TWIN_H

#include "scm/infer/coupling.h"
#include "scm/infer/exact.h"

/* P(outcome in `after` | what is seen in `factual`). `after` is a copy of `factual` in which more
 * variables are set. Errors as for wrt_scm_exact; log_p_given is that of the evidence. The caller
 * frees out->p. */
wrt_status wrt_scm_twin(wrt_scm_exact_answer *out, const wrt_scm_world *factual,
                        const wrt_scm_world *after, size_t outcome, wrt_scm_coupling coupling,
                        wrt_err *err);

/* Marks the variables that are set in `after` and were not in `factual`. */
void wrt_scm_twin_targets(bool *out, const wrt_scm_world *factual, const wrt_scm_world *after);
/* Marks the variables with a counterfactual mechanism that bears on the outcome: descendants of the
 * targets and ancestors of the outcome (or the outcome itself) in `after`. Returns how many. */
size_t wrt_scm_twin_moved(bool *out, const wrt_scm_world *factual, const wrt_scm_world *after,
                          size_t outcome);

#endif
