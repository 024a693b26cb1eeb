/* refute_study.h: copies of a study, changed at random. Shared by refute*.c, nobody else. */
#ifndef WRT_EFFECT_REFUTE_STUDY_H
#define WRT_EFFECT_REFUTE_STUDY_H

#include "base/rng.h"
#include "effect/study.h"

/* Each leaves `study` as it is; what is not changed is shared with it, what is lies in the arena.
 */
wrt_study wrt_study_permute_treatment(const wrt_study *study, wrt_rng *rng, wrt_arena *arena);
wrt_study wrt_study_permute_outcome(const wrt_study *study, wrt_rng *rng, wrt_arena *arena);
wrt_study wrt_study_add_noise(const wrt_study *study, wrt_rng *rng, wrt_arena *arena);
/* share of the rows, rounded down, at least one; in their old order, clusters numbered anew. */
wrt_study wrt_study_take_part(const wrt_study *study, double share, wrt_rng *rng, wrt_arena *arena);

#endif
