/* support.c: the supports of one edge and which of them speaks for it.
 *
 * A rung rule reads knowledge level and agent type of one support, never a mixture, so that the
 * edge shows the fields of its best support. The order is total over what supports say, and so
 * independent of the order of import. */
#include "kg/store/store.h"

#include "kg/predicates.h"

#include <stdlib.h>
#include <string.h>

/* ---- the order */

size_t wrt_kg_count_items(wrt_str joined) {
    size_t n = joined.len > 0;
    for (size_t i = 0; i < joined.len; i++)
        n += joined.ptr[i] == '|';
    return n;
}

static bool is_curated(const wrt_kg_store *store, const wrt_kg_relation_row *relation) {
    return strcmp(wrt_kg_term(store, relation->level), "knowledge_assertion") == 0 &&
           strcmp(wrt_kg_term(store, relation->agent), "manual_agent") == 0;
}

static int compare_number(int64_t a, int64_t b) {
    return a < b ? -1 : a > b;
}

/* What relations of one statement may differ in. */
static int compare_relations(const wrt_kg_store *store, const wrt_kg_relation_row *a,
                             const wrt_kg_relation_row *b) {
    const uint32_t left[] = {a->level, a->agent, a->primary, a->aggregator, a->license};
    const uint32_t right[] = {b->level, b->agent, b->primary, b->aggregator, b->license};
    int order = 0;
    for (size_t i = 0; i < sizeof left / sizeof left[0] && order == 0; i++)
        order = strcmp(wrt_kg_term(store, left[i]), wrt_kg_term(store, right[i]));
    const wrt_kg_source_row *x = &store->sources[a->source - 1],
                            *y = &store->sources[b->source - 1];
    if (order == 0)
        order = strcmp(x->id, y->id);
    if (order == 0)
        order = strcmp(x->version, y->version);
    return order != 0 ? order : compare_number(a->sign, b->sign);
}

int wrt_kg_support_compare(const wrt_kg_store *store, const wrt_kg_support *a,
                           const wrt_kg_support *b) {
    const wrt_kg_relation_row *x = wrt_kg_relation_at(store, a->relation);
    const wrt_kg_relation_row *y = wrt_kg_relation_at(store, b->relation);
    int order = is_curated(store, y) - is_curated(store, x);
    if (order == 0)
        order = (x->sign == WRT_KG_SIGN_UNKNOWN) - (y->sign == WRT_KG_SIGN_UNKNOWN);
    if (order == 0)
        order = y->is_causal - x->is_causal;
    if (order == 0)
        order = compare_number((int64_t)wrt_kg_count_items(b->publications),
                               (int64_t)wrt_kg_count_items(a->publications));
    if (order == 0)
        order = compare_relations(store, x, y);
    if (order == 0)
        order = wrt_str_compare(a->record, b->record);
    if (order == 0)
        order = wrt_str_compare(a->publications, b->publications);
    return order != 0 ? order : wrt_str_compare(a->attributes, b->attributes);
}

/* ---- loading */

static wrt_str keep(wrt_arena *arena, wrt_str text) {
    return (wrt_str){wrt_arena_strdup(arena, text.ptr, text.len), text.len};
}

static void add(wrt_kg_supports *out, const wrt_kg_support *support) {
    wrt_kg_support *copy = &out->list[out->n++];
    *copy = *support;
    copy->record = keep(out->arena, support->record);
    copy->publications = keep(out->arena, support->publications);
    copy->attributes = keep(out->arena, support->attributes);
}

static int compare_in_list(const void *a, const void *b, void *store) {
    return wrt_kg_support_compare(store, a, b);
}

static wrt_status read_support(wrt_kg_support *out, const wrt_kg_store *store, wrt_stmt *stmt,
                               wrt_err *err) {
    int64_t relation = wrt_stmt_int(stmt, 0);
    *out = (wrt_kg_support){
        .relation = (uint32_t)relation,
        .flags = (unsigned)wrt_stmt_int(stmt, 1) & WRT_KG_EDGE_AMENDED,
        .record = wrt_stmt_text(stmt, 2),
        .publications = wrt_stmt_text(stmt, 3),
        .attributes = wrt_stmt_text(stmt, 4),
    };
    if (relation < 1 || (uint64_t)relation > store->n_relations || !wrt_kg_is_clean(out->record) ||
        !wrt_kg_is_clean(out->publications) || !wrt_kg_is_clean(out->attributes))
        return wrt_kg_damaged(store, "a support holds impossible values", err);
    return WRT_OK;
}

wrt_status wrt_kg_supports_load(wrt_kg_supports *out, wrt_kg_store *store,
                                const wrt_kg_edge_row *row, wrt_err *err) {
    *out = (wrt_kg_supports){.arena = wrt_arena_new()};
    if (row->extra < 0 || row->extra > INT32_MAX)
        return wrt_kg_damaged(store, "an edge holds impossible values", err);
    out->list = wrt_arena_calloc(out->arena, (size_t)row->extra + 1, sizeof *out->list);
    add(out, &row->best);
    if (row->extra == 0)
        return WRT_OK;
    wrt_stmt *stmt = store->supports_of;
    wrt_stmt_bind_int(stmt, 1, row->n);
    bool got = false;
    wrt_status status = WRT_OK;
    while (status == WRT_OK && (status = wrt_stmt_step(&got, stmt, err)) == WRT_OK && got) {
        wrt_kg_support support;
        if (out->n > (size_t)row->extra)
            status = wrt_kg_damaged(store, "an edge has more supports than it says", err);
        else if ((status = read_support(&support, store, stmt, err)) == WRT_OK)
            add(out, &support);
    }
    wrt_stmt_reset(stmt);
    if (status == WRT_OK && out->n != (size_t)row->extra + 1)
        status = wrt_kg_damaged(store, "an edge has fewer supports than it says", err);
    qsort_r(out->list, out->n, sizeof *out->list, compare_in_list, store);
    return status;
}

void wrt_kg_supports_free(wrt_kg_supports *supports) {
    wrt_arena_free(supports->arena);
    *supports = (wrt_kg_supports){.n = 0};
}
