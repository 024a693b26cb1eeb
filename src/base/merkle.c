/* merkle.c: RFC 6962 Merkle trees over leaf hashes.
 *
 * A tree of n leaves splits at the largest power of two below n; a leaf is hashed under the prefix
 * 0x00 and a node under 0x01, so that neither can pass for the other. The root is computed in one
 * pass with a stack of complete subtrees, one for each bit of the number of leaves seen.
 *
 * Laurie, Langley, Kasper, RFC 6962 section 2.1 (2013); verification as in RFC 9162 section 2.1.3.2
 * (2021). */
#include "base/merkle.h"

#include <assert.h>

enum { DEPTH_MAX = 64 };

static wrt_str view(const wrt_sha256 *digest) {
    return (wrt_str){(const char *)digest->bytes, WRT_SHA256_SIZE};
}

wrt_sha256 wrt_merkle_node(const wrt_sha256 *left, const wrt_sha256 *right) {
    const wrt_str parts[] = {{"\1", 1}, view(left), view(right)};
    return wrt_sha256_of_parts(parts, 3);
}

wrt_sha256 wrt_merkle_leaf(wrt_str data) {
    const wrt_str parts[] = {{"\0", 1}, data};
    return wrt_sha256_of_parts(parts, 2);
}

wrt_sha256 wrt_merkle_root(const wrt_sha256 *leaves, size_t n) {
    wrt_sha256 stack[DEPTH_MAX + 1];
    size_t depth = 0;
    if (n == 0)
        return wrt_sha256_of((wrt_str){"", 0});
    for (size_t i = 0; i < n; i++) {
        stack[depth++] = leaves[i];
        /* Each trailing one bit of i is a complete subtree that the new leaf completes further. */
        for (size_t bits = i; bits & 1; bits >>= 1) {
            stack[depth - 2] = wrt_merkle_node(&stack[depth - 2], &stack[depth - 1]);
            depth--;
        }
    }
    for (; depth > 1; depth--)
        stack[depth - 2] = wrt_merkle_node(&stack[depth - 2], &stack[depth - 1]);
    return stack[0];
}

/* The largest power of two below n; n > 1. */
static size_t split_of(size_t n) {
    size_t k = 1;
    while (k < n - k)
        k <<= 1;
    return k;
}

size_t wrt_merkle_prove(wrt_sha256 out[64], const wrt_sha256 *leaves, size_t n, size_t index) {
    assert(index < n);
    size_t count = 0;
    while (n > 1) { /* from the root down, so the hashes come top first */
        size_t k = split_of(n);
        if (index < k) {
            out[count++] = wrt_merkle_root(leaves + k, n - k);
            n = k;
        } else {
            out[count++] = wrt_merkle_root(leaves, k);
            leaves += k;
            index -= k;
            n -= k;
        }
    }
    for (size_t i = 0; i < count / 2; i++) {
        wrt_sha256 swapped = out[i];
        out[i] = out[count - 1 - i];
        out[count - 1 - i] = swapped;
    }
    return count;
}

bool wrt_merkle_verify(const wrt_sha256 *leaf, size_t index, size_t n, const wrt_sha256 *proof,
                       size_t proof_len, const wrt_sha256 *root) {
    if (index >= n)
        return false;
    size_t at = index;   /* the node on the way up, counted within its level */
    size_t last = n - 1; /* the last node of that level */
    wrt_sha256 hash = *leaf;
    for (size_t i = 0; i < proof_len; i++) {
        if (last == 0)
            return false;
        if ((at & 1) || at == last) {
            hash = wrt_merkle_node(&proof[i], &hash);
            while (!(at & 1) && at != 0) { /* levels where this node has no sibling */
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = wrt_merkle_node(&hash, &proof[i]);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && wrt_sha256_equal(&hash, root);
}
