/* snapshot.h: one hash for all edges, and the packed adjacency; private to kg/. */
#ifndef WRT_KG_SNAPSHOT_H
#define WRT_KG_SNAPSHOT_H

#include "kg/store.h"

/* One record of the `adjacency` table: little-endian edge number, subject, object, predicate term,
 * original-predicate term (4 bytes each), sign (1, 0, 255 for -1, 2 for unknown), causal, two zero
 * bytes. Records stand in order of edge id; a chunk holds WRT_KG_ARC_CHUNK of them, the last one
 * fewer. */
enum { WRT_KG_ARC_SIZE = 24, WRT_KG_ARC_CHUNK = 65536 };

/* Recomputes the snapshot, the node digest and the adjacency from the rows and stores them. Also
 * refreshes the per-source counts and licences. O(edges) time, O(log edges) memory. */
wrt_status wrt_kg_snapshot_write(char hex[WRT_SHA256_HEX + 1], wrt_kg_store *store, wrt_err *err);

typedef struct {
    char snapshot[WRT_SHA256_HEX + 1];
    char nodes[WRT_SHA256_HEX + 1];
    uint64_t n_edges, n_nodes;
    bool adjacency_matches;
} wrt_kg_snapshot_check;

/* Recomputes all of it and compares the adjacency; the caller compares the hashes. */
wrt_status wrt_kg_snapshot_recompute(wrt_kg_snapshot_check *out, wrt_kg_store *store, wrt_err *err);

#endif
