/* snapshot.h: one hash for all edges, and what is derived from them; private to kg/.
 *
 *   root
 *    |  Merkle tree over the roots of subtrees (table `subtree`)
 *   [ 256 leaves ][ 256 leaves ] ... [ rest ]
 *
 * A leaf is the canonical bytes of an edge (kg/store/canonical.h), leaves in bytewise order of edge
 * id. The root is that of RFC 6962 over all leaves, because its splits fall on multiples of 256
 * down to the subtrees. It depends on edges only, not on row numbers or the order of import. */
#ifndef WRT_KG_SNAPSHOT_H
#define WRT_KG_SNAPSHOT_H

#include "kg/ingest/watch.h"
#include "kg/store/store.h"

/* One record of the `adjacency` table: little-endian edge number, subject, object, predicate term,
 * original-predicate term (4 bytes each), sign (1, 0, 255 for -1, 2 for unknown or disputed),
 * causal, 1 when the edge holds both ways, evidence (number of supports and of their publications,
 * at most 255). Records stand in order of edge id; a chunk holds WRT_KG_ARC_CHUNK of them, the last
 * one fewer. */
enum { WRT_KG_ARC_SIZE = 24, WRT_KG_ARC_CHUNK = 65536 };

/* Leaves of a subtree, and subtree roots in a row of `subtree`. A proof recomputes one subtree and
 * reads all roots: with 256 leaves both take about a millisecond at two million edges. */
enum { WRT_KG_SUBTREE = 256, WRT_KG_ROOTS_CHUNK = 256 };

/* Recomputes snapshot, subtree roots, node digest, adjacency, citations and counts from the rows
 * and stores them. O(E) time; 60 bytes an edge and 16 a publication of memory. watch may be
 * NULL. */
wrt_status wrt_kg_snapshot_write(char hex[WRT_SHA256_HEX + 1], wrt_kg_store *store,
                                 wrt_kg_watch *watch, wrt_err *err);

typedef struct {
    char snapshot[WRT_SHA256_HEX + 1];
    char nodes[WRT_SHA256_HEX + 1];
    uint64_t n_edges, n_nodes;
    bool adjacency_matches, subtrees_match, citations_match;
} wrt_kg_snapshot_check;

/* Recomputes all of it and compares what is derived; the caller compares the hashes. */
wrt_status wrt_kg_snapshot_recompute(wrt_kg_snapshot_check *out, wrt_kg_store *store, wrt_err *err);

/* Digest of all nodes with their names and attributes, which edges do not cover. */
wrt_status wrt_kg_node_digest(char hex[WRT_SHA256_HEX + 1], uint64_t *n, wrt_kg_store *store,
                              wrt_err *err);

#endif
