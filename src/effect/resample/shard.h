/* shard.h: the draws of a bootstrap that one of several machines computed, as JSON, and all of them
 * put together again.
 *
 *     {"schema":"warrant/bootstrap-shard/1","id":"...","draws":1000,"shard":0,"shards":2,
 *      "values":[...]}
 *
 * values holds draws shard, shard + shards, .. in order, null for a draw without an estimate.
 * Numbers are the shortest text that reads back to the same double, so merged shards are the bits
 * that one machine would have computed. `id` is whatever tells that shards belong together
 * (estimator, options, hash of the data): it must be equal in all of them. */
#ifndef WRT_EFFECT_RESAMPLE_SHARD_H
#define WRT_EFFECT_RESAMPLE_SHARD_H

#include "base/arena.h"
#include "base/json.h"

enum { WRT_SHARDS_MAX = 10000 };

/* values: draws numbers, of which every shards-th from shard on is written. The caller frees. */
wrt_json *wrt_shard_write(const double *values, size_t draws, size_t shard, size_t shards,
                          const char *id);

/* values: all draws, in the arena, from the shards in any order. WRT_E_INPUT when one is no shard,
 * belongs to another run, is there twice or is missing (named by its number). */
wrt_status wrt_shard_merge(const double **values, size_t *draws, const wrt_json *const *shards,
                           size_t n, wrt_arena *arena, wrt_err *err);

#endif
