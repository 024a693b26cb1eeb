/* folds.c: a random order of rows, dealt out like cards. */
#include "effect/resample/folds.h"

#include "base/rng.h"

#include <stdlib.h>

enum { STREAM_FOLDS = 0x464f4c44 }; /* "FOLD" */

typedef struct {
    uint64_t key;
    size_t unit;
} card;

static int by_key(const void *a, const void *b) {
    const card *p = a, *q = b;
    if (p->key != q->key)
        return p->key < q->key ? -1 : 1;
    return p->unit < q->unit ? -1 : p->unit > q->unit;
}

static card card_of(uint64_t seed, size_t unit) {
    wrt_rng rng = wrt_rng_make(seed, STREAM_FOLDS, unit);
    uint64_t high = wrt_rng_u32(&rng);
    return (card){high << 32 | wrt_rng_u32(&rng), unit};
}

static wrt_status check(size_t units, size_t folds, const char *what, wrt_err *err) {
    if (folds <= WRT_FOLDS_MAX && units >= folds)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT,
                    "%zu folds need at least as many %s, there are %zu, and at most %d folds are "
                    "made: ask for fewer",
                    folds, what, units, WRT_FOLDS_MAX);
}

static wrt_status deal_clusters(size_t *out, const wrt_study *study, size_t folds, uint64_t seed,
                                wrt_arena *arena, wrt_err *err) {
    size_t g = study->n_clusters;
    wrt_status status = check(g, folds, "clusters", err);
    if (status != WRT_OK)
        return status;
    card *cards = wrt_arena_calloc(arena, g, sizeof *cards);
    size_t *fold = wrt_arena_calloc(arena, g, sizeof *fold);
    for (size_t c = 0; c < g; c++)
        cards[c] = card_of(seed, c);
    qsort(cards, g, sizeof *cards, by_key);
    for (size_t c = 0; c < g; c++)
        fold[cards[c].unit] = c % folds;
    for (size_t i = 0; i < study->n; i++)
        out[i] = fold[study->cluster[i]];
    return WRT_OK;
}

wrt_status wrt_folds_assign(size_t *out, const wrt_study *study, size_t folds, uint64_t seed,
                            wrt_arena *arena, wrt_err *err) {
    if (study->cluster != NULL)
        return deal_clusters(out, study, folds, seed, arena, err);
    card *cards = wrt_arena_calloc(arena, study->n, sizeof *cards);
    for (int arm = 0; arm < 2; arm++) {
        size_t m = 0;
        for (size_t i = 0; i < study->n; i++)
            if ((study->treatment[i] == 1.0) == (arm == 1))
                cards[m++] = card_of(seed, i);
        wrt_status status = check(m, folds, arm == 1 ? "treated rows" : "untreated rows", err);
        if (status != WRT_OK)
            return status;
        qsort(cards, m, sizeof *cards, by_key);
        for (size_t c = 0; c < m; c++)
            out[cards[c].unit] = c % folds;
    }
    return WRT_OK;
}
