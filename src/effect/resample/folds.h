/* folds.h: which rows are held out together in cross-fitting. */
#ifndef WRT_EFFECT_RESAMPLE_FOLDS_H
#define WRT_EFFECT_RESAMPLE_FOLDS_H

#include "effect/study.h"

enum { WRT_FOLDS_MAX = 100 };

/* out (n): the fold of each row, below `folds`. Rows of each arm are put in the order of a random
 * number of (seed, row) and dealt out, so that folds differ by at most one row of each arm; with
 * clusters, whole clusters are dealt out. Depends on the seed and the row numbers alone.
 * WRT_E_INPUT when there are more folds than rows of an arm (or clusters), or more than
 * WRT_FOLDS_MAX. O(n log n). */
wrt_status wrt_folds_assign(size_t *out, const wrt_study *study, size_t folds, uint64_t seed,
                            wrt_arena *arena, wrt_err *err);

#endif
