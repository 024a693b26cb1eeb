/* merkle_log.c: RFC 6962 trees by levels of complete subtrees.
 *
 *   level 2          [0..3]
 *   level 1     [0,1]      [2,3]      [4,5]
 *   level 0   0     1    2     3    4     5    6
 *
 * Every range that the RFC's recursion meets begins at a multiple of the power of two that its left
 * part has, so it is a complete subtree, found in its level, and a rest that is shorter.
 *
 * Laurie, Langley, Kasper, RFC 6962 section 2.1 (2013); verification of consistency as in RFC 9162
 * section 2.1.4.2 (2021). */
#include "base/merkle_log.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"

enum { LEVELS = 64 };

typedef struct {
    wrt_sha256 *hash;
    size_t n;
    size_t room;
} level_row;

struct wrt_merkle_log {
    level_row level[LEVELS];
};

wrt_merkle_log *wrt_merkle_log_new(void) {
    return wrt_calloc(1, sizeof(wrt_merkle_log));
}

void wrt_merkle_log_free(wrt_merkle_log *log) {
    if (log == NULL)
        return;
    for (size_t i = 0; i < LEVELS; i++)
        free(log->level[i].hash);
    free(log);
}

static void add_hash(level_row *row, const wrt_sha256 *hash) {
    if (row->n == row->room) {
        row->room = row->room > 0 ? 2 * row->room : 64;
        row->hash = wrt_realloc(row->hash, row->room * sizeof *row->hash);
    }
    row->hash[row->n++] = *hash;
}

void wrt_merkle_log_push(wrt_merkle_log *log, const wrt_sha256 *leaf) {
    add_hash(&log->level[0], leaf);
    for (size_t i = 0; log->level[i].n % 2 == 0; i++) {
        const wrt_sha256 *pair = &log->level[i].hash[log->level[i].n - 2];
        const wrt_sha256 parent = wrt_merkle_node(&pair[0], &pair[1]);
        add_hash(&log->level[i + 1], &parent);
    }
}

size_t wrt_merkle_log_size(const wrt_merkle_log *log) {
    return log->level[0].n;
}

const wrt_sha256 *wrt_merkle_log_level(size_t *n, const wrt_merkle_log *log, unsigned level) {
    *n = level < LEVELS ? log->level[level].n : 0;
    return *n > 0 ? log->level[level].hash : NULL;
}

/* The largest power of two below n; n > 1. */
static size_t split_of(size_t n) {
    size_t k = 1;
    while (k < n - k)
        k <<= 1;
    return k;
}

/* Hash over n > 0 leaves from begin on. Complete subtrees are found, not hashed again. */
static wrt_sha256 range_hash(const wrt_merkle_log *log, size_t begin, size_t n) {
    wrt_sha256 left[LEVELS];
    size_t depth = 0;
    while ((n & (n - 1)) != 0) {
        size_t k = split_of(n);
        unsigned level = (unsigned)__builtin_ctzll(k);
        left[depth++] = log->level[level].hash[begin >> level];
        begin += k;
        n -= k;
    }
    unsigned level = (unsigned)__builtin_ctzll(n);
    wrt_sha256 hash = log->level[level].hash[begin >> level];
    while (depth > 0)
        hash = wrt_merkle_node(&left[--depth], &hash);
    return hash;
}

wrt_sha256 wrt_merkle_log_root(const wrt_merkle_log *log, size_t size) {
    assert(size <= wrt_merkle_log_size(log));
    return size > 0 ? range_hash(log, 0, size) : wrt_merkle_root(NULL, 0);
}

/* The subtrees that wait for a right neighbour are the last of the levels of the bits of the size.
 */
wrt_sha256 wrt_merkle_log_root_after(const wrt_merkle_log *log, const wrt_sha256 *leaf) {
    wrt_sha256 hash = *leaf;
    size_t n = wrt_merkle_log_size(log);
    for (size_t level = 0; level < LEVELS && n >> level != 0; level++)
        if (n >> level & 1)
            hash = wrt_merkle_node(&log->level[level].hash[log->level[level].n - 1], &hash);
    return hash;
}

static void reverse(wrt_sha256 *hashes, size_t n) {
    for (size_t i = 0; i < n / 2; i++) {
        wrt_sha256 swapped = hashes[i];
        hashes[i] = hashes[n - 1 - i];
        hashes[n - 1 - i] = swapped;
    }
}

size_t wrt_merkle_log_prove(wrt_sha256 out[WRT_MERKLE_PROOF_MAX], const wrt_merkle_log *log,
                            size_t index, size_t size) {
    assert(index < size && size <= wrt_merkle_log_size(log));
    size_t count = 0;
    size_t begin = 0;
    while (size > 1) { /* from the root down, so the hashes come top first */
        size_t k = split_of(size);
        if (index - begin < k) {
            out[count++] = range_hash(log, begin + k, size - k);
            size = k;
        } else {
            out[count++] = range_hash(log, begin, k);
            begin += k;
            size -= k;
        }
    }
    reverse(out, count);
    return count;
}

size_t wrt_merkle_log_prove_growth(wrt_sha256 out[WRT_MERKLE_PROOF_MAX], const wrt_merkle_log *log,
                                   size_t old, size_t size) {
    assert(0 < old && old <= size && size <= wrt_merkle_log_size(log));
    size_t count = 0;
    size_t begin = 0;
    while (old < size) {
        size_t k = split_of(size);
        if (old <= k) {
            out[count++] = range_hash(log, begin + k, size - k);
            size = k;
        } else {
            out[count++] = range_hash(log, begin, k);
            begin += k;
            old -= k;
            size -= k;
        }
    }
    if (begin > 0) /* else it is the old root, which the verifier has */
        out[count++] = range_hash(log, begin, old);
    reverse(out, count);
    return count;
}

/* ---- verifying */

typedef struct {
    size_t old_at, now_at; /* the last nodes of both trees within the level reached */
    wrt_sha256 old_hash, now_hash;
} growth;

static void climb(growth *g) {
    g->old_at >>= 1;
    g->now_at >>= 1;
}

static bool take_step(growth *g, const wrt_sha256 *sibling) {
    if (g->now_at == 0)
        return false;
    if ((g->old_at & 1) || g->old_at == g->now_at) {
        g->old_hash = wrt_merkle_node(sibling, &g->old_hash);
        g->now_hash = wrt_merkle_node(sibling, &g->now_hash);
        while (!(g->old_at & 1) && g->old_at != 0)
            climb(g);
    } else {
        g->now_hash = wrt_merkle_node(&g->now_hash, sibling);
    }
    climb(g);
    return true;
}

bool wrt_merkle_verify_growth(const wrt_merkle_head *old, const wrt_merkle_head *now,
                              const wrt_sha256 *proof, size_t proof_len) {
    if (old->size == 0 || old->size >= now->size) {
        bool is_same = old->size == now->size && wrt_sha256_equal(&old->root, &now->root);
        return proof_len == 0 && (is_same || (old->size == 0 && now->size > 0));
    }
    growth g = {.old_at = old->size - 1, .now_at = now->size - 1};
    while (g.old_at & 1)
        climb(&g);
    size_t used = 0;
    if ((old->size & (old->size - 1)) == 0) /* the old tree is one complete subtree */
        g.old_hash = old->root;
    else if (proof_len > 0)
        g.old_hash = proof[used++];
    else
        return false;
    g.now_hash = g.old_hash;
    while (used < proof_len)
        if (!take_step(&g, &proof[used++]))
            return false;
    return g.now_at == 0 && wrt_sha256_equal(&g.old_hash, &old->root) &&
           wrt_sha256_equal(&g.now_hash, &now->root);
}
