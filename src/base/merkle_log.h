/* merkle_log.h: a growing RFC 6962 tree that keeps what it hashed.
 *
 * The hash of every complete subtree stays in memory, 64 bytes for each leaf, so that an append
 * costs O(1) hashes amortised, and the root of any earlier size, an inclusion proof and a
 * consistency proof cost O(log n) each. Level L holds the hashes of the complete subtrees of 2^L
 * leaves: every eighth level, cut into pieces of 256, is what C2SP calls tiles. */
#ifndef WRT_BASE_MERKLE_LOG_H
#define WRT_BASE_MERKLE_LOG_H

#include "base/merkle.h"

enum { WRT_MERKLE_PROOF_MAX = 65 };

typedef struct wrt_merkle_log wrt_merkle_log;

wrt_merkle_log *wrt_merkle_log_new(void);
void wrt_merkle_log_free(wrt_merkle_log *log); /* accepts NULL */
void wrt_merkle_log_push(wrt_merkle_log *log, const wrt_sha256 *leaf);
size_t wrt_merkle_log_size(const wrt_merkle_log *log);

/* The hashes of level `level`, borrowed until the next push; *n is how many there are. */
const wrt_sha256 *wrt_merkle_log_level(size_t *n, const wrt_merkle_log *log, unsigned level);

/* Root of the first `size` leaves; size <= the size of the log is asserted. */
wrt_sha256 wrt_merkle_log_root(const wrt_merkle_log *log, size_t size);

/* Root of all leaves and one more that is not in the log. */
wrt_sha256 wrt_merkle_log_root_after(const wrt_merkle_log *log, const wrt_sha256 *leaf);

/* Inclusion proof (RFC 6962 section 2.1.1) of leaf `index` under the first `size` leaves, bottom
 * first, for wrt_merkle_verify. Returns how many hashes; index < size is asserted. */
size_t wrt_merkle_log_prove(wrt_sha256 out[WRT_MERKLE_PROOF_MAX], const wrt_merkle_log *log,
                            size_t index, size_t size);

/* Consistency proof (RFC 6962 section 2.1.2) from the first `old` to the first `size` leaves;
 * 0 < old <= size is asserted, and equal sizes have an empty proof. */
size_t wrt_merkle_log_prove_growth(wrt_sha256 out[WRT_MERKLE_PROOF_MAX], const wrt_merkle_log *log,
                                   size_t old, size_t size);

typedef struct {
    size_t size;
    wrt_sha256 root;
} wrt_merkle_head;

/* True when the proof shows that the tree of `old` is a prefix of that of `now`. RFC 9162 section
 * 2.1.4.2. An empty tree is a prefix of any, with an empty proof. */
bool wrt_merkle_verify_growth(const wrt_merkle_head *old, const wrt_merkle_head *now,
                              const wrt_sha256 *proof, size_t proof_len);

#endif
