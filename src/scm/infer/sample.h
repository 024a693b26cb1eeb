/* sample.h: units drawn from a model, forwards along the topological order.
 *
 * Level by level: each variable is drawn for all units at once, so that its distinct rows are asked
 * for in one batch. A source whose rows cost least depth first (rows.h) is asked group by group
 * instead; the units are the same. A value is found by inverting the distribution function at one
 * uniform number. */
#ifndef WRT_SCM_INFER_SAMPLE_H
#define WRT_SCM_INFER_SAMPLE_H

#include "scm/infer/units.h"

/* Fills the units of numbers first..first+n with draws from the world; what is seen in it is not
 * looked at. WRT_E_LIMIT for too many units, else the errors of the rows. O(n * edges). The caller
 * frees *out, also after an error. */
wrt_status wrt_scm_sample(wrt_scm_units *out, const wrt_scm_world *world, uint64_t first, size_t n,
                          uint64_t seed, wrt_err *err);

/* Units that agree with what is seen: each unit is drawn again until it does, so that the unit of
 * a number is the same in every shard. WRT_E_LIMIT after WRT_SCM_REDRAWS_MAX draws of one unit, or
 * when none of WRT_SCM_DRAWS_MAX draws agreed. */
wrt_status wrt_scm_sample_given(wrt_scm_units *out, const wrt_scm_world *world, uint64_t first,
                                size_t n, uint64_t seed, wrt_err *err);

enum { WRT_SCM_REDRAWS_MAX = 10000, WRT_SCM_DRAWS_MAX = 1000000 };

#endif
