/* predict.h: what units would have been in another world, under the noise that their values imply.
 *
 * Abduction, action, prediction (Pearl, Causality, 2nd ed. 2009, section 7.1) for whole units:
 * given all values of a unit, the noises of its mechanisms are independent, so each variable is
 * carried over by its own coupling. A variable whose parents keep their values keeps its own, so
 * what does not descend from the intervention is copied, and an intervention that sets what was
 * already there changes nothing. */
#ifndef WRT_SCM_INFER_PREDICT_H
#define WRT_SCM_INFER_PREDICT_H

#include "scm/infer/coupling.h"
#include "scm/infer/units.h"

/* Units of the world `after`, one for each factual unit, which was drawn in a world where the
 * mechanisms not set in `after` are the same. needed: variables wanted, closed under parents; NULL:
 * all; the others are copied. The same seed gives the same noise to every `after`. Errors are
 * those of the rows. O(n * (edges + values)). The caller frees *out, also after an error. */
wrt_status wrt_scm_predict(wrt_scm_units *out, const wrt_scm_units *factual,
                           const wrt_scm_world *after, const bool *needed,
                           wrt_scm_coupling coupling, uint64_t seed, wrt_err *err);

#endif
