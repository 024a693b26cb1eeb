/* csr.c: from packed records to compressed sparse rows by two counting passes. */
#include "kg/csr.h"

#include "base/arena.h"
#include "kg/predicates.h"
#include "kg/snapshot.h"

#include <stdlib.h>
#include <string.h>

static uint32_t read_u32(const unsigned char *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool read_arc(wrt_kg_csr *csr, size_t rank, const unsigned char *arc, size_t n_terms) {
    uint32_t subject = read_u32(arc + 4), object = read_u32(arc + 8);
    uint32_t predicate = read_u32(arc + 12), original = read_u32(arc + 16);
    if (subject < 1 || subject > csr->n_nodes || object < 1 || object > csr->n_nodes ||
        predicate < 1 || predicate > n_terms || original > n_terms)
        return false;
    if (arc[20] > WRT_KG_SIGN_UNKNOWN && arc[20] != 255)
        return false;
    csr->number[rank] = read_u32(arc);
    csr->subject[rank] = subject - 1;
    csr->object[rank] = object - 1;
    csr->predicate[rank] = predicate;
    csr->original[rank] = original;
    csr->sign[rank] = (int16_t)(arc[20] == 255 ? -1 : arc[20]);
    return true;
}

static wrt_status count_edges(size_t *n, const wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, store->db,
                                       "SELECT coalesce(sum(length(arcs)), 0) FROM adjacency", err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    int64_t bytes = status == WRT_OK && row ? wrt_stmt_int(stmt, 0) : 0;
    wrt_stmt_free(stmt);
    *n = (size_t)bytes / WRT_KG_ARC_SIZE;
    if (status == WRT_OK && (bytes < 0 || bytes % WRT_KG_ARC_SIZE != 0 || *n >= (size_t)UINT32_MAX))
        return wrt_kg_damaged(store, "its adjacency has an impossible size", err);
    return status;
}

static wrt_status read_arcs(wrt_kg_csr *csr, const wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    size_t rank = 0;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db, "SELECT arcs FROM adjacency ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str arcs = wrt_stmt_blob(stmt, 0);
        for (size_t at = 0; at + WRT_KG_ARC_SIZE <= arcs.len; at += WRT_KG_ARC_SIZE, rank++)
            if (rank >= csr->n_edges ||
                !read_arc(csr, rank, (const unsigned char *)arcs.ptr + at, store->n_terms)) {
                status = wrt_kg_damaged(store, "its adjacency holds an impossible edge", err);
                break;
            }
    }
    wrt_stmt_free(stmt);
    if (status == WRT_OK && rank != csr->n_edges)
        status = wrt_kg_damaged(store, "its adjacency is cut short", err);
    return status;
}

/* Sorts edges by one end; ranks ascend within a node because the pass is stable. */
static void group(uint32_t **from, wrt_kg_arc **arcs, const wrt_kg_csr *csr, const uint32_t *by,
                  const uint32_t *other) {
    uint32_t *start = wrt_calloc(csr->n_nodes + 2, sizeof *start);
    wrt_kg_arc *list = wrt_calloc(csr->n_edges + 1, sizeof *list);
    for (size_t e = 0; e < csr->n_edges; e++)
        start[by[e] + 2]++;
    for (size_t v = 2; v < csr->n_nodes + 2; v++)
        start[v] += start[v - 1];
    for (size_t e = 0; e < csr->n_edges; e++)
        list[start[by[e] + 1]++] = (wrt_kg_arc){other[e], (uint32_t)e};
    *from = start;
    *arcs = list;
}

/* Multiplies the cost of each edge by how many of its node's arcs share its predicate. */
static void multiply_degrees(wrt_kg_csr *csr, const uint32_t *from, const wrt_kg_arc *arcs,
                             uint32_t *counts) {
    for (size_t v = 0; v < csr->n_nodes; v++) {
        for (uint32_t i = from[v]; i < from[v + 1]; i++)
            counts[csr->predicate[arcs[i].edge]]++;
        for (uint32_t i = from[v]; i < from[v + 1]; i++)
            csr->cost[arcs[i].edge] *= counts[csr->predicate[arcs[i].edge]];
        for (uint32_t i = from[v]; i < from[v + 1]; i++)
            counts[csr->predicate[arcs[i].edge]] = 0;
    }
}

static void allocate(wrt_kg_csr *csr) {
    size_t n = csr->n_edges + 1;
    csr->number = wrt_calloc(n, sizeof *csr->number);
    csr->subject = wrt_calloc(n, sizeof *csr->subject);
    csr->object = wrt_calloc(n, sizeof *csr->object);
    csr->predicate = wrt_calloc(n, sizeof *csr->predicate);
    csr->original = wrt_calloc(n, sizeof *csr->original);
    csr->sign = wrt_calloc(n, sizeof *csr->sign);
    csr->cost = wrt_calloc(n, sizeof *csr->cost);
}

wrt_status wrt_kg_csr_load(wrt_kg_csr *out, const wrt_kg_store *store, size_t n_nodes,
                           wrt_err *err) {
    *out = (wrt_kg_csr){.n_nodes = n_nodes};
    wrt_status status = count_edges(&out->n_edges, store, err);
    if (status != WRT_OK)
        return status;
    allocate(out);
    status = read_arcs(out, store, err);
    if (status != WRT_OK) {
        wrt_kg_csr_free(out);
        return status;
    }
    group(&out->out_from, &out->out, out, out->subject, out->object);
    group(&out->in_from, &out->in, out, out->object, out->subject);
    for (size_t e = 0; e < out->n_edges; e++)
        out->cost[e] = 1;
    uint32_t *counts = wrt_calloc(store->n_terms + 1, sizeof *counts);
    multiply_degrees(out, out->out_from, out->out, counts);
    multiply_degrees(out, out->in_from, out->in, counts);
    free(counts);
    return WRT_OK;
}

void wrt_kg_csr_free(wrt_kg_csr *csr) {
    free(csr->number);
    free(csr->subject);
    free(csr->object);
    free(csr->predicate);
    free(csr->original);
    free(csr->sign);
    free(csr->cost);
    free(csr->out_from);
    free(csr->in_from);
    free(csr->out);
    free(csr->in);
    *csr = (wrt_kg_csr){.n_nodes = 0};
}
