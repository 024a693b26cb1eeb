/* csr.c: from packed records to compressed sparse rows by two counting passes.
 *
 * The first pass puts every edge at both of its ends; the second walks the nodes in order and hands
 * each arc over to its other end, which leaves the arcs of every node in order of the other end. */
#include "kg/paths/csr.h"

#include "base/arena.h"
#include "kg/predicates.h"
#include "kg/store/snapshot.h"

#include <stdlib.h>
#include <string.h>

static uint32_t read_u32(const unsigned char *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* ---- metaedges, numbered as they come */

typedef struct {
    wrt_kg_csr *csr;
    const uint32_t *kind;
    size_t n_terms, room;
    uint32_t *slots; /* metaedge + 1, 0 empty; a power of two of them */
    size_t n_slots;
} loader;

static size_t hash_metaedge(const wrt_kg_csr_metaedge *m) {
    uint64_t h = m->predicate * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ m->original) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ m->subject_kind) * UINT64_C(0x94d049bb133111eb);
    h = (h ^ m->object_kind) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ m->holds_both_ways) * UINT64_C(0xbf58476d1ce4e5b9);
    return (size_t)(h >> 32 ^ h);
}

static bool same_metaedge(const wrt_kg_csr_metaedge *a, const wrt_kg_csr_metaedge *b) {
    return a->predicate == b->predicate && a->original == b->original &&
           a->subject_kind == b->subject_kind && a->object_kind == b->object_kind &&
           a->holds_both_ways == b->holds_both_ways;
}

static uint32_t *find_slot(const loader *l, const wrt_kg_csr_metaedge *m) {
    size_t at = hash_metaedge(m) & (l->n_slots - 1);
    while (l->slots[at] != 0 && !same_metaedge(&l->csr->metaedges[l->slots[at] - 1], m))
        at = (at + 1) & (l->n_slots - 1);
    return &l->slots[at];
}

static void grow_slots(loader *l) {
    free(l->slots);
    l->n_slots = l->n_slots == 0 ? 256 : l->n_slots * 2;
    l->slots = wrt_calloc(l->n_slots, sizeof *l->slots);
    for (size_t i = 0; i < l->csr->n_metaedges; i++)
        *find_slot(l, &l->csr->metaedges[i]) = (uint32_t)i + 1;
}

static uint32_t number_metaedge(loader *l, const wrt_kg_csr_metaedge *m) {
    wrt_kg_csr *csr = l->csr;
    uint32_t *slot = find_slot(l, m);
    if (*slot == 0) {
        if (csr->n_metaedges == l->room) {
            l->room = l->room == 0 ? 64 : l->room * 2;
            csr->metaedges = wrt_realloc(csr->metaedges, l->room * sizeof *csr->metaedges);
        }
        csr->metaedges[csr->n_metaedges++] = *m;
        *slot = (uint32_t)csr->n_metaedges;
        if (csr->n_metaedges * 2 > l->n_slots) {
            grow_slots(l);
            slot = find_slot(l, m);
        }
    }
    csr->metaedges[*slot - 1].n_edges++;
    return *slot - 1;
}

/* ---- records */

static bool read_arc(loader *l, size_t rank, const unsigned char *arc) {
    wrt_kg_csr *csr = l->csr;
    uint32_t subject = read_u32(arc + 4), object = read_u32(arc + 8);
    uint32_t predicate = read_u32(arc + 12), original = read_u32(arc + 16);
    if (subject < 1 || subject > csr->n_nodes || object < 1 || object > csr->n_nodes ||
        predicate < 1 || predicate > l->n_terms || original > l->n_terms)
        return false;
    if ((arc[20] > WRT_KG_SIGN_UNKNOWN && arc[20] != 255) || arc[21] > 1 || arc[22] > 1)
        return false;
    const wrt_kg_csr_metaedge m = {.predicate = predicate,
                                   .original = original,
                                   .subject_kind = l->kind[subject - 1],
                                   .object_kind = l->kind[object - 1],
                                   .holds_both_ways = arc[22] == 1};
    csr->number[rank] = read_u32(arc);
    csr->subject[rank] = subject - 1;
    csr->object[rank] = object - 1;
    csr->metaedge[rank] = number_metaedge(l, &m);
    csr->sign[rank] = (int8_t)(arc[20] == 255 ? -1 : arc[20]);
    csr->is_causal[rank] = arc[21] == 1;
    csr->evidence[rank] = arc[23];
    csr->cost[rank] = 1;
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
    if (status == WRT_OK && (bytes < 0 || bytes % WRT_KG_ARC_SIZE != 0))
        return wrt_kg_damaged(store, "its adjacency has an impossible size", err);
    if (status == WRT_OK && *n > WRT_KG_RANK)
        return wrt_fail(err, WRT_E_LIMIT, "%s holds %zu edges; at most %u can be searched",
                        store->name, *n, (unsigned)WRT_KG_RANK);
    return status;
}

static wrt_status read_arcs(loader *l, const wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    size_t rank = 0;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db, "SELECT arcs FROM adjacency ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str arcs = wrt_stmt_blob(stmt, 0);
        for (size_t at = 0; at + WRT_KG_ARC_SIZE <= arcs.len; at += WRT_KG_ARC_SIZE, rank++)
            if (rank >= l->csr->n_edges ||
                !read_arc(l, rank, (const unsigned char *)arcs.ptr + at)) {
                status = wrt_kg_damaged(store, "its adjacency holds an impossible edge", err);
                break;
            }
    }
    wrt_stmt_free(stmt);
    if (status == WRT_OK && rank != l->csr->n_edges)
        status = wrt_kg_damaged(store, "its adjacency is cut short", err);
    return status;
}

/* ---- rows */

/* Shifts the starts by one place while they serve as cursors, as counting sorts do. */
static uint32_t *count_ends(const wrt_kg_csr *csr) {
    uint32_t *start = wrt_calloc(csr->n_nodes + 2, sizeof *start);
    for (size_t e = 0; e < csr->n_edges; e++) {
        start[csr->subject[e] + 2]++;
        start[csr->object[e] + 2]++;
    }
    for (size_t v = 2; v < csr->n_nodes + 2; v++)
        start[v] += start[v - 1];
    return start;
}

static void place_edges(wrt_kg_arc *arcs, uint32_t *cursor, const wrt_kg_csr *csr) {
    for (size_t e = 0; e < csr->n_edges; e++) {
        uint32_t subject = csr->subject[e], object = csr->object[e];
        uint32_t edge =
            (uint32_t)e | (csr->metaedges[csr->metaedge[e]].holds_both_ways ? WRT_KG_ARC_BOTH : 0);
        arcs[cursor[subject + 1]++] = (wrt_kg_arc){object, edge};
        arcs[cursor[object + 1]++] = (wrt_kg_arc){subject, edge | WRT_KG_ARC_BACK};
    }
}

static void make_rows(wrt_kg_csr *csr) {
    size_t n = csr->n_edges * 2 + 1;
    wrt_kg_arc *by_rank = wrt_calloc(n, sizeof *by_rank);
    uint32_t *cursor = count_ends(csr);
    csr->from = wrt_calloc(csr->n_nodes + 2, sizeof *csr->from);
    memcpy(csr->from, cursor + 1, (csr->n_nodes + 1) * sizeof *csr->from);
    place_edges(by_rank, cursor, csr);
    memcpy(cursor, csr->from, (csr->n_nodes + 1) * sizeof *cursor);
    csr->arcs = wrt_calloc(n, sizeof *csr->arcs);
    for (uint32_t v = 0; v < csr->n_nodes; v++)
        for (uint32_t i = csr->from[v]; i < csr->from[v + 1]; i++)
            csr->arcs[cursor[by_rank[i].node]++] =
                (wrt_kg_arc){v, by_rank[i].edge ^ WRT_KG_ARC_BACK};
    free(by_rank);
    free(cursor);
}

/* ---- twins */

typedef struct {
    uint64_t statement; /* metaedge, sign, direction */
    uint32_t rank;
    uint8_t evidence;
    wrt_kg_arc arc;
} twin;

static uint64_t statement_of(const wrt_kg_csr *csr, wrt_kg_arc arc) {
    uint32_t rank = wrt_kg_arc_rank(arc);
    unsigned direction = (arc.edge & WRT_KG_ARC_BOTH) != 0 ? 0 : (arc.edge >> 31) + 1;
    return (uint64_t)csr->metaedge[rank] << 16 | (uint64_t)(uint8_t)csr->sign[rank] << 8 |
           (uint64_t)direction;
}

static int compare_twins(const void *a, const void *b) {
    const twin *x = a, *y = b;
    if (x->statement != y->statement)
        return x->statement < y->statement ? -1 : 1;
    if (x->evidence != y->evidence)
        return x->evidence > y->evidence ? -1 : 1;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

static void mark_run(wrt_kg_csr *csr, uint32_t start, uint32_t end, twin *scratch) {
    uint32_t n = end - start;
    for (uint32_t i = 0; i < n; i++) {
        wrt_kg_arc arc = csr->arcs[start + i];
        uint32_t rank = wrt_kg_arc_rank(arc);
        scratch[i] = (twin){statement_of(csr, arc), rank, csr->evidence[rank], arc};
    }
    qsort(scratch, n, sizeof *scratch, compare_twins);
    for (uint32_t i = 0, first = 0; i < n; i++) {
        if (scratch[i].statement != scratch[first].statement)
            first = i;
        csr->arcs[start + i] = scratch[i].arc;
        /* A loop stands twice in its run: it is no twin of itself. */
        if (scratch[i].rank != scratch[first].rank)
            csr->arcs[start + i].edge |= WRT_KG_ARC_TWIN;
    }
}

static void mark_twins(wrt_kg_csr *csr) {
    twin *scratch = NULL;
    size_t room = 0;
    for (uint32_t v = 0; v < csr->n_nodes; v++) {
        uint32_t end = csr->from[v];
        for (uint32_t start = end; start < csr->from[v + 1]; start = end) {
            while (end < csr->from[v + 1] && csr->arcs[end].node == csr->arcs[start].node)
                end++;
            if (end - start < 2)
                continue;
            if (room < end - start) {
                room = (size_t)(end - start) * 2;
                scratch = wrt_realloc(scratch, room * sizeof *scratch);
            }
            mark_run(csr, start, end, scratch);
        }
    }
    free(scratch);
}

/* ---- degrees */

/* The side of a metaedge that an arc leaves by. A metaedge that holds both ways between nodes of
 * one kind has one side. */
static size_t side_of(const wrt_kg_csr *csr, wrt_kg_arc arc) {
    uint32_t m = csr->metaedge[wrt_kg_arc_rank(arc)];
    bool one_sided = csr->metaedges[m].holds_both_ways &&
                     csr->metaedges[m].subject_kind == csr->metaedges[m].object_kind;
    return (size_t)m * 2 + (!one_sided && (arc.edge & WRT_KG_ARC_BACK) != 0);
}

static void multiply_degrees(wrt_kg_csr *csr) {
    uint32_t *counts = wrt_calloc(csr->n_metaedges * 2 + 2, sizeof *counts);
    for (size_t v = 0; v < csr->n_nodes; v++) {
        for (uint32_t i = csr->from[v]; i < csr->from[v + 1]; i++)
            if ((csr->arcs[i].edge & WRT_KG_ARC_TWIN) == 0)
                counts[side_of(csr, csr->arcs[i])]++;
        for (uint32_t i = csr->from[v]; i < csr->from[v + 1]; i++)
            if ((csr->arcs[i].edge & WRT_KG_ARC_TWIN) == 0) {
                csr->cost[wrt_kg_arc_rank(csr->arcs[i])] *= counts[side_of(csr, csr->arcs[i])];
                csr->n_statements += (csr->arcs[i].edge & WRT_KG_ARC_BACK) == 0;
            }
        for (uint32_t i = csr->from[v]; i < csr->from[v + 1]; i++)
            counts[side_of(csr, csr->arcs[i])] = 0;
    }
    free(counts);
}

/* ---- loading */

static void allocate(loader *l) {
    wrt_kg_csr *csr = l->csr;
    size_t n = csr->n_edges + 1;
    csr->number = wrt_calloc(n, sizeof *csr->number);
    csr->subject = wrt_calloc(n, sizeof *csr->subject);
    csr->object = wrt_calloc(n, sizeof *csr->object);
    csr->metaedge = wrt_calloc(n, sizeof *csr->metaedge);
    csr->sign = wrt_calloc(n, sizeof *csr->sign);
    csr->is_causal = wrt_calloc(n, sizeof *csr->is_causal);
    csr->evidence = wrt_calloc(n, sizeof *csr->evidence);
    csr->cost = wrt_calloc(n, sizeof *csr->cost);
    grow_slots(l);
}

wrt_status wrt_kg_csr_load(wrt_kg_csr *out, const wrt_kg_store *store, const uint32_t *kind,
                           size_t n_nodes, wrt_err *err) {
    *out = (wrt_kg_csr){.n_nodes = n_nodes};
    loader l = {.csr = out, .kind = kind, .n_terms = store->n_terms};
    wrt_status status = count_edges(&out->n_edges, store, err);
    if (status != WRT_OK)
        return status;
    allocate(&l);
    status = read_arcs(&l, store, err);
    if (status == WRT_OK) {
        make_rows(out);
        mark_twins(out);
        multiply_degrees(out);
    } else {
        wrt_kg_csr_free(out);
    }
    free(l.slots);
    return status;
}

void wrt_kg_csr_free(wrt_kg_csr *csr) {
    free(csr->metaedges);
    free(csr->number);
    free(csr->subject);
    free(csr->object);
    free(csr->metaedge);
    free(csr->sign);
    free(csr->is_causal);
    free(csr->evidence);
    free(csr->cost);
    free(csr->from);
    free(csr->arcs);
    *csr = (wrt_kg_csr){.n_nodes = 0};
}

/* ---- asking */

uint32_t wrt_kg_csr_run(uint32_t *start, const wrt_kg_csr *csr, uint32_t node, uint32_t other) {
    uint32_t low = csr->from[node], high = csr->from[node + 1];
    const uint32_t limit = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (csr->arcs[middle].node < other)
            low = middle + 1;
        else
            high = middle;
    }
    *start = low;
    while (low < limit && csr->arcs[low].node == other)
        low++;
    return low;
}

void wrt_kg_csr_degrees(size_t *in, size_t *out, const wrt_kg_csr *csr, uint32_t node) {
    *in = *out = 0;
    for (uint32_t i = csr->from[node]; i < csr->from[node + 1]; i++)
        ++*((csr->arcs[i].edge & WRT_KG_ARC_BACK) != 0 ? in : out);
}
