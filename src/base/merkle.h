/* merkle.h: RFC 6962 Merkle trees over leaf hashes. */
#ifndef WRT_BASE_MERKLE_H
#define WRT_BASE_MERKLE_H

#include "base/hash.h"

/* SHA-256(0x00 || data). */
wrt_sha256 wrt_merkle_leaf(wrt_str data);

/* SHA-256(0x01 || left || right). */
wrt_sha256 wrt_merkle_node(const wrt_sha256 *left, const wrt_sha256 *right);

/* Root over n leaf hashes; SHA-256 of the empty string for n = 0. O(n) time, O(log n) memory. */
wrt_sha256 wrt_merkle_root(const wrt_sha256 *leaves, size_t n);

/* Inclusion proof (RFC 6962 section 2.1.1) of leaf `index` among n leaves. Writes at most 64
 * hashes, bottom first; returns how many. index < n is asserted. */
size_t wrt_merkle_prove(wrt_sha256 out[64], const wrt_sha256 *leaves, size_t n, size_t index);

/* True when the proof carries leaf `index` of a tree of n leaves to root. */
bool wrt_merkle_verify(const wrt_sha256 *leaf, size_t index, size_t n, const wrt_sha256 *proof,
                       size_t proof_len, const wrt_sha256 *root);

#endif
