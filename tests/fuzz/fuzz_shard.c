/* fuzz_shard.c: a JSON array of bootstrap shards.
 *
 * Whatever the bytes are: nothing crashes; what is merged, when it is written as shards again,
 * merges to the same bits; a refusal has a message. */
#include "effect/resample/shard.h"

#include "effect/resample/bootstrap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LISTED_MAX = 16 };

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_again(const double *values, size_t draws, wrt_arena *arena) {
    enum { SHARDS = 3 };
    wrt_json *written[SHARDS];
    const double *again = NULL;
    size_t n = 0;
    for (size_t s = 0; s < SHARDS; s++)
        written[s] = wrt_shard_write(values, draws, s, SHARDS, "again");
    check(wrt_shard_merge(&again, &n, (const wrt_json *const *)written, SHARDS, arena, NULL) ==
          WRT_OK);
    check(n == draws);
    for (size_t b = 0; b < n; b++)
        check(values[b] == again[b] || (values[b] != values[b] && again[b] != again[b]));
    for (size_t s = 0; s < SHARDS; s++)
        wrt_json_free(written[s]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_json *root = NULL;
    if (size > WRT_MIB(1) ||
        wrt_json_parse(&root, (wrt_str){(const char *)data, size}, NULL) != WRT_OK)
        return 0;
    const wrt_json *listed[LISTED_MAX];
    size_t n = 0, draws = 0;
    WRT_JSON_EACH(item, root) {
        if (n < LISTED_MAX)
            listed[n++] = item;
    }
    wrt_arena *arena = wrt_arena_new();
    const double *values = NULL;
    wrt_err err = {0};
    if (wrt_shard_merge(&values, &draws, listed, n, arena, &err) == WRT_OK)
        check_again(values, draws, arena);
    else
        check(err.message[0] != '\0');
    wrt_arena_free(arena);
    wrt_json_free(root);
    return 0;
}
