/* ingest.h: rows of KGX files into the tables of a graph file; private to kg/. */
#ifndef WRT_KG_INGEST_H
#define WRT_KG_INGEST_H

#include "kg/kgx.h"
#include "kg/store.h"

enum { WRT_KG_SKIPPED_LISTED = 1000 };

typedef struct wrt_kg_ingest wrt_kg_ingest;

typedef struct {
    int64_t nodes;         /* nodes that this nodes file declares first */
    int64_t edges;         /* edges that were not in the graph */
    int64_t unknown_nodes; /* nodes made because an edge names them */
    int64_t renamed;       /* edges whose id was taken by a different edge */
    int64_t n_skipped;     /* rows that were read and not stored */
    wrt_json *skipped;     /* [{"file","line","reason"}], the first WRT_KG_SKIPPED_LISTED */
} wrt_kg_ingest_counts;

/* store is borrowed; a transaction must be open. source: row of `source`; license may be NULL. */
wrt_status wrt_kg_ingest_new(wrt_kg_ingest **out, wrt_kg_store *store, int64_t source,
                             const char *source_id, const char *license, wrt_err *err);
void wrt_kg_ingest_free(wrt_kg_ingest *ingest); /* accepts NULL */

wrt_status wrt_kg_ingest_nodes(wrt_kg_ingest *ingest, wrt_kgx *file, wrt_err *err);
wrt_status wrt_kg_ingest_edges(wrt_kg_ingest *ingest, wrt_kgx *file, wrt_err *err);

/* Borrowed from ingest. */
const wrt_kg_ingest_counts *wrt_kg_ingest_result(const wrt_kg_ingest *ingest);

/* ---- shared by ingest_*.c */

struct wrt_kg_ingest {
    wrt_kg_store *store;
    int64_t source;
    wrt_str source_id, license;
    wrt_kg_ingest_counts counts;
    uint32_t *slots; /* open addressing over the store's terms */
    size_t n_slots;  /* a power of two */
    wrt_stmt *term_add, *node_find, *node_get, *node_add, *node_update, *name_add, *edge_add;
};

/* Number of the term with this text, made when new; 0 for "". */
wrt_status wrt_kg_intern(uint32_t *out, wrt_kg_ingest *ingest, wrt_str text, wrt_err *err);

void wrt_kg_ingest_skip(wrt_kg_ingest *ingest, const wrt_kgx *file, const char *reason);

/* Node number for an id; *n is 0 when there is none. */
wrt_status wrt_kg_ingest_node_find(int64_t *n, wrt_kg_ingest *ingest, wrt_str id, wrt_err *err);
/* Makes a node of kind "unknown". */
wrt_status wrt_kg_ingest_node_make(int64_t *n, wrt_kg_ingest *ingest, wrt_str id, wrt_err *err);

/* Puts a cell into attributes: a list where the column is multivalued or the cell holds '|'. */
void wrt_kg_ingest_attribute(wrt_json *attributes, wrt_str column, wrt_str cell);

#endif
