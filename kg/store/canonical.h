/* canonical.h: the RFC 8785 bytes of an edge, written without building JSON; private to kg/.
 *
 *   {"agent_type":A ... "id":" | ID | ","knowledge_level":... "object": | NODE | ...
 *   `------ of the relation -----'     `------- of the relation ------'
 *
 * All but the id, the two nodes and the texts of the support is the same for each edge of a
 * relation and is rendered once. The bytes are those of wrt_json_write_canonical on what
 * wrt_kg_edge_json builds. */
#ifndef WRT_KG_CANONICAL_H
#define WRT_KG_CANONICAL_H

#include "kg/store/store.h"

typedef struct wrt_kg_canonical wrt_kg_canonical;

enum { WRT_KG_EDGE_BYTES_MAX = 64 << 20 };

/* store is borrowed; its relations must not grow while this lives. With with_nodes all nodes are
 * rendered at once (about 100 bytes each), which pays when all edges are written. */
wrt_status wrt_kg_canonical_new(wrt_kg_canonical **out, wrt_kg_store *store, bool with_nodes,
                                wrt_err *err);
void wrt_kg_canonical_free(wrt_kg_canonical *canonical); /* accepts NULL */

/* Appends the bytes of an edge. */
wrt_status wrt_kg_canonical_edge(wrt_buf *out, wrt_kg_canonical *canonical,
                                 const wrt_kg_edge_row *row, wrt_err *err);

/* Number of nodes that were rendered. */
size_t wrt_kg_canonical_nodes(const wrt_kg_canonical *canonical);

#endif
