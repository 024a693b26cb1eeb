/* snapshot.c: one pass over all edges in order of row, their leaf hashes and packed records put in
 * order of id, and what follows from them.
 *
 * Walking rows in order of id would jump through the file; so the ids are sorted first
 * (kg/store/order.c), and the pass places each edge at its rank. */
#include "kg/store/snapshot.h"

#include "base/merkle.h"
#include "kg/store/canonical.h"
#include "kg/store/order.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t pmid;
    uint32_t edge;
} citation;

/* What follows from the edges. */
typedef struct {
    wrt_kg_order order;
    wrt_sha256 *leaves;  /* by rank */
    unsigned char *arcs; /* by rank */
    wrt_sha256 *roots;   /* by subtree */
    size_t n_roots;
    citation *citations; /* ascending, without repeats */
    size_t n_citations, room_citations;
    uint64_t *by_relation, *by_source; /* edges: of the best support, of any support */
    uint32_t *seen;                    /* by source: the last edge counted */
    char hex[WRT_SHA256_HEX + 1];
} derived;

static void derived_free(derived *d) {
    wrt_kg_order_free(&d->order);
    free(d->leaves);
    free(d->arcs);
    free(d->roots);
    free(d->citations);
    free(d->by_relation);
    free(d->by_source);
    free(d->seen);
}

/* ---- one edge */

static void pack_u32(unsigned char *at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (8 * i) & 0xff);
}

static void pack_arc(unsigned char *arc, const wrt_kg_store *store, const wrt_kg_edge_row *row,
                     size_t evidence) {
    const wrt_kg_relation_row *relation = wrt_kg_relation_at(store, row->best.relation);
    bool disputed = row->best.flags & WRT_KG_EDGE_CONFLICT;
    pack_u32(arc, (uint32_t)row->n);
    pack_u32(arc + 4, (uint32_t)row->subject);
    pack_u32(arc + 8, (uint32_t)row->object);
    pack_u32(arc + 12, relation->predicate);
    pack_u32(arc + 16, relation->original);
    arc[20] = disputed ? 2 : (unsigned char)relation->sign;
    arc[21] = relation->is_causal;
    arc[22] = relation->is_symmetric;
    arc[23] = evidence < 255 ? (unsigned char)evidence : 255;
}

static void cite(derived *d, uint32_t edge, wrt_str publications) {
    wrt_str item, rest = publications;
    while (publications.len > 0 && wrt_str_cut(&item, &rest, '|')) {
        int64_t pmid = 0;
        if (!wrt_kg_pmid_of(&pmid, item))
            continue;
        if (d->n_citations == d->room_citations) {
            d->room_citations = d->room_citations == 0 ? 1024 : d->room_citations * 2;
            d->citations = wrt_realloc(d->citations, d->room_citations * sizeof *d->citations);
        }
        d->citations[d->n_citations++] = (citation){pmid, edge};
    }
}

/* Counts a support; gives its weight as evidence. */
static size_t count_support(derived *d, const wrt_kg_store *store, uint32_t edge,
                            const wrt_kg_support *support) {
    uint32_t source = wrt_kg_relation_at(store, support->relation)->source;
    if (d->seen[source - 1] != edge)
        d->by_source[source - 1]++;
    d->seen[source - 1] = edge;
    if (support->publications.len == 0)
        return 1;
    cite(d, edge, support->publications);
    return 1 + wrt_kg_count_items(support->publications);
}

static wrt_status count_edge(size_t *evidence, derived *d, wrt_kg_store *store,
                             const wrt_kg_edge_row *row, wrt_err *err) {
    d->by_relation[row->best.relation - 1]++;
    if (row->extra == 0) {
        *evidence = count_support(d, store, (uint32_t)row->n, &row->best);
        return WRT_OK;
    }
    wrt_kg_supports all;
    wrt_status status = wrt_kg_supports_load(&all, store, row, err);
    *evidence = 0;
    for (size_t i = 0; i < all.n && status == WRT_OK; i++)
        *evidence += count_support(d, store, (uint32_t)row->n, &all.list[i]);
    wrt_kg_supports_free(&all);
    return status;
}

static wrt_status take_edge(derived *d, wrt_kg_canonical *canonical, wrt_kg_store *store,
                            const wrt_kg_edge_row *row, wrt_buf *bytes, wrt_err *err) {
    size_t evidence = 0;
    if ((uint64_t)row->n > d->order.n_rows || d->order.rank[row->n] == WRT_KG_NO_RANK)
        return wrt_kg_damaged(store, "its edges changed while they were read", err);
    uint32_t rank = d->order.rank[row->n];
    wrt_buf_clear(bytes);
    wrt_status status = wrt_kg_canonical_edge(bytes, canonical, row, err);
    if (status == WRT_OK)
        status = count_edge(&evidence, d, store, row, err);
    if (status == WRT_OK) {
        d->leaves[rank] = wrt_merkle_leaf(wrt_buf_str(bytes));
        pack_arc(d->arcs + (size_t)rank * WRT_KG_ARC_SIZE, store, row, evidence);
    }
    return status;
}

/* ---- all edges */

static wrt_status walk_edges(derived *d, wrt_kg_canonical *canonical, wrt_kg_store *store,
                             wrt_kg_watch *watch, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_buf bytes = wrt_buf_make(WRT_KG_EDGE_BYTES_MAX);
    bool row = false;
    size_t n = 0;
    wrt_status status = wrt_db_prepare(&stmt, store->db,
                                       "SELECT " WRT_KG_EDGE_COLUMNS " FROM edge ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_kg_edge_row edge;
        if (n++ % WRT_KG_WATCH_ROWS == 0)
            status = wrt_kg_watch_look(watch, n, d->order.n_edges, err);
        if (status == WRT_OK)
            status = wrt_kg_edge_read(&edge, store, stmt, err);
        if (status == WRT_OK)
            status = take_edge(d, canonical, store, &edge, &bytes, err);
    }
    wrt_stmt_free(stmt);
    wrt_buf_free(&bytes);
    return status;
}

static void fold_leaves(derived *d) {
    size_t n = d->order.n_edges;
    d->n_roots = (n + WRT_KG_SUBTREE - 1) / WRT_KG_SUBTREE;
    d->roots = wrt_calloc(d->n_roots + 1, sizeof *d->roots);
    for (size_t i = 0; i < d->n_roots; i++) {
        size_t at = i * WRT_KG_SUBTREE, rest = n - at;
        d->roots[i] =
            wrt_merkle_root(d->leaves + at, rest < WRT_KG_SUBTREE ? rest : WRT_KG_SUBTREE);
    }
    wrt_sha256 root = wrt_merkle_root(d->roots, d->n_roots);
    wrt_sha256_hex(d->hex, &root);
    free(d->leaves);
    d->leaves = NULL;
}

static int compare_citations(const void *a, const void *b) {
    const citation *x = a, *y = b;
    if (x->pmid != y->pmid)
        return x->pmid < y->pmid ? -1 : 1;
    return x->edge < y->edge ? -1 : x->edge > y->edge;
}

static void sort_citations(derived *d) {
    size_t kept = 0;
    if (d->n_citations > 0)
        qsort(d->citations, d->n_citations, sizeof *d->citations, compare_citations);
    for (size_t i = 0; i < d->n_citations; i++)
        if (i == 0 || compare_citations(&d->citations[kept - 1], &d->citations[i]) != 0)
            d->citations[kept++] = d->citations[i];
    d->n_citations = kept;
}

static wrt_status derive(derived *d, wrt_kg_store *store, wrt_kg_watch *watch, wrt_err *err) {
    wrt_kg_canonical *canonical = NULL;
    *d = (derived){.n_roots = 0};
    wrt_kg_watch_phase(watch, "hashing edges");
    wrt_status status = wrt_kg_order_load(&d->order, store, err);
    if (status == WRT_OK)
        status = wrt_kg_canonical_new(&canonical, store, true, err);
    if (status == WRT_OK) {
        size_t n = d->order.n_edges + 1;
        d->leaves = wrt_calloc(n, sizeof *d->leaves);
        d->arcs = wrt_calloc(n, WRT_KG_ARC_SIZE);
        d->by_relation = wrt_calloc(store->n_relations + 1, sizeof *d->by_relation);
        d->by_source = wrt_calloc(store->n_sources + 1, sizeof *d->by_source);
        d->seen = wrt_calloc(store->n_sources + 1, sizeof *d->seen);
        status = walk_edges(d, canonical, store, watch, err);
    }
    wrt_kg_canonical_free(canonical);
    if (status == WRT_OK) {
        fold_leaves(d);
        sort_citations(d);
    }
    return status;
}

/* ---- blobs in rows: piece i of `total` bytes, `size` bytes each but the last */

typedef struct {
    const unsigned char *bytes;
    size_t total, size;
    const char *insert, *select;
} blob_table;

static blob_table adjacency_of(const derived *d) {
    return (blob_table){d->arcs, d->order.n_edges * WRT_KG_ARC_SIZE,
                        (size_t)WRT_KG_ARC_CHUNK * WRT_KG_ARC_SIZE,
                        "INSERT INTO adjacency(n, arcs) VALUES(?1, ?2)",
                        "SELECT n, arcs FROM adjacency ORDER BY n"};
}

static blob_table subtrees_of(const derived *d) {
    return (blob_table){(const unsigned char *)d->roots, d->n_roots * sizeof *d->roots,
                        WRT_KG_ROOTS_CHUNK * sizeof *d->roots,
                        "INSERT INTO subtree(n, roots) VALUES(?1, ?2)",
                        "SELECT n, roots FROM subtree ORDER BY n"};
}

static wrt_str piece_at(const blob_table *table, size_t i) {
    size_t at = i * table->size;
    if (at >= table->total)
        return (wrt_str){"", 0};
    size_t rest = table->total - at;
    return (wrt_str){(const char *)table->bytes + at, rest < table->size ? rest : table->size};
}

static wrt_status write_blobs(const blob_table *table, wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status = wrt_db_prepare(&stmt, store->db, table->insert, err);
    for (size_t i = 0; status == WRT_OK && i * table->size < table->total; i++) {
        wrt_stmt_bind_int(stmt, 1, (int64_t)i);
        wrt_stmt_bind_blob(stmt, 2, piece_at(table, i));
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status compare_blobs(bool *same, const blob_table *table, wrt_kg_store *store,
                                wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    size_t i = 0;
    *same = true;
    wrt_status status = wrt_db_prepare(&stmt, store->db, table->select, err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str piece = piece_at(table, i);
        if (piece.len == 0 || wrt_stmt_int(stmt, 0) != (int64_t)i ||
            !wrt_str_equal(wrt_stmt_blob(stmt, 1), piece))
            *same = false;
        i++;
    }
    *same = *same && i * table->size >= table->total;
    wrt_stmt_free(stmt);
    return status;
}

/* ---- writing */

static wrt_status write_citations(const derived *d, wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db, "INSERT INTO citation(pmid, edge) VALUES(?1, ?2)", err);
    for (size_t i = 0; i < d->n_citations && status == WRT_OK; i++) {
        wrt_stmt_bind_int(stmt, 1, d->citations[i].pmid);
        wrt_stmt_bind_int(stmt, 2, d->citations[i].edge);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status write_counts(const uint64_t *counts, size_t n, const char *sql,
                               wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status = wrt_db_prepare(&stmt, store->db, sql, err);
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        wrt_stmt_bind_int(stmt, 1, (int64_t)i + 1);
        wrt_stmt_bind_int(stmt, 2, (int64_t)counts[i]);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}

/* A source without a licence of its own gets those of its edges, joined as SPDX expressions are. */
static const char refresh_licenses[] =
    "UPDATE source SET license=coalesce(stated_license, (SELECT group_concat(text, ' AND ') FROM "
    "(SELECT text FROM term"
    " WHERE n IN (SELECT DISTINCT license FROM relation WHERE relation.source=source.n)"
    " ORDER BY text LIMIT 16)));";

static wrt_status write_derived(const derived *d, wrt_kg_store *store, wrt_err *err) {
    const blob_table adjacency = adjacency_of(d), subtrees = subtrees_of(d);
    wrt_status status = wrt_db_exec(
        store->db, "DELETE FROM adjacency; DELETE FROM subtree; DELETE FROM citation;", err);
    if (status == WRT_OK)
        status = write_blobs(&adjacency, store, err);
    if (status == WRT_OK)
        status = write_blobs(&subtrees, store, err);
    if (status == WRT_OK)
        status = write_citations(d, store, err);
    if (status == WRT_OK)
        status = write_counts(d->by_relation, store->n_relations,
                              "UPDATE relation SET edges=?2 WHERE n=?1", store, err);
    if (status == WRT_OK)
        status = write_counts(d->by_source, store->n_sources,
                              "UPDATE source SET edges=?2 WHERE n=?1", store, err);
    if (status == WRT_OK)
        status = wrt_db_exec(store->db, refresh_licenses, err);
    return status == WRT_OK ? wrt_kg_meta_set(store->db, "snapshot", d->hex, err) : status;
}

wrt_status wrt_kg_snapshot_write(char hex[WRT_SHA256_HEX + 1], wrt_kg_store *store,
                                 wrt_kg_watch *watch, wrt_err *err) {
    derived d;
    uint64_t n = 0;
    char nodes[WRT_SHA256_HEX + 1];
    wrt_status status = derive(&d, store, watch, err);
    if (status == WRT_OK) {
        wrt_kg_watch_phase(watch, "writing");
        status = wrt_kg_watch_look(watch, 0, 0, err);
    }
    if (status == WRT_OK)
        status = write_derived(&d, store, err);
    memcpy(hex, d.hex, sizeof d.hex);
    derived_free(&d);
    if (status == WRT_OK)
        status = wrt_kg_node_digest(nodes, &n, store, err);
    if (status == WRT_OK)
        status = wrt_kg_meta_set(store->db, "nodes", nodes, err);
    return status;
}

/* ---- checking */

static wrt_status compare_citations_stored(bool *same, const derived *d, wrt_kg_store *store,
                                           wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    size_t i = 0;
    *same = true;
    wrt_status status = wrt_db_prepare(&stmt, store->db,
                                       "SELECT pmid, edge FROM citation ORDER BY pmid, edge", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        if (i >= d->n_citations || wrt_stmt_int(stmt, 0) != d->citations[i].pmid ||
            wrt_stmt_int(stmt, 1) != d->citations[i].edge)
            *same = false;
        i++;
    }
    *same = *same && i == d->n_citations;
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_kg_snapshot_recompute(wrt_kg_snapshot_check *out, wrt_kg_store *store,
                                     wrt_err *err) {
    derived d;
    wrt_status status = derive(&d, store, NULL, err);
    const blob_table adjacency = adjacency_of(&d), subtrees = subtrees_of(&d);
    if (status == WRT_OK)
        status = compare_blobs(&out->adjacency_matches, &adjacency, store, err);
    if (status == WRT_OK)
        status = compare_blobs(&out->subtrees_match, &subtrees, store, err);
    if (status == WRT_OK)
        status = compare_citations_stored(&out->citations_match, &d, store, err);
    memcpy(out->snapshot, d.hex, sizeof out->snapshot);
    out->n_edges = d.order.n_edges;
    derived_free(&d);
    return status == WRT_OK ? wrt_kg_node_digest(out->nodes, &out->n_nodes, store, err) : status;
}
