/* exact.c: exact look-up and the ordering of matches. */
#include "kg/exact.h"

#include "base/arena.h"
#include "kg/internal.h"
#include "kg/trigram.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 1 << 17 };

void wrt_kg_matches_add(wrt_kg_matches *list, wrt_kg_match match) {
    if (list->n == list->room) {
        list->room = list->room == 0 ? 16 : list->room * 2;
        list->items = wrt_realloc(list->items, list->room * sizeof *list->items);
    }
    list->items[list->n++] = match;
}

void wrt_kg_matches_free(wrt_kg_matches *list) {
    free(list->items);
    *list = (wrt_kg_matches){.n = 0};
}

static wrt_status look_up(wrt_kg_matches *list, wrt_kg *kg, wrt_str key, int least,
                          const wrt_str *spelling, wrt_err *err) {
    bool row = false;
    wrt_stmt *stmt = kg->by_key;
    wrt_stmt_bind_text(stmt, 1, key);
    wrt_stmt_bind_int(stmt, 2, least);
    wrt_stmt_bind_int(stmt, 3, least == WRT_KG_MATCH_ID ? WRT_KG_MATCH_XREF : WRT_KG_MATCH_SYNONYM);
    wrt_status status = WRT_OK;
    while ((status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        int64_t node = wrt_stmt_int(stmt, 0), how = wrt_stmt_int(stmt, 1);
        if (spelling != NULL && !wrt_str_equal(wrt_stmt_text(stmt, 2), *spelling))
            continue;
        if (node >= 1 && (uint64_t)node <= kg->n_nodes)
            wrt_kg_matches_add(list, (wrt_kg_match){(uint32_t)(node - 1), (int)how, 1.0});
    }
    wrt_stmt_reset(stmt);
    return status;
}

wrt_status wrt_kg_find_exact(wrt_kg_matches *list, wrt_kg *kg, wrt_str text, bool same_case,
                             wrt_err *err) {
    wrt_buf lower = wrt_buf_make(KEY_MAX), folded = wrt_buf_make(KEY_MAX);
    const wrt_str *spelling = same_case ? &text : NULL;
    wrt_kg_fold_id(&lower, text);
    wrt_kg_fold(&folded, text);
    wrt_status status = WRT_OK;
    if (lower.len > 0)
        status = look_up(list, kg, wrt_buf_str(&lower), WRT_KG_MATCH_ID, spelling, err);
    if (status == WRT_OK && folded.len > 0 &&
        !wrt_str_equal(wrt_buf_str(&lower), wrt_buf_str(&folded)))
        status = look_up(list, kg, wrt_buf_str(&folded), WRT_KG_MATCH_NAME, spelling, err);
    wrt_buf_free(&lower);
    wrt_buf_free(&folded);
    return status;
}

/* ---- ordering */

static int compare_rank(const wrt_kg_match *a, const wrt_kg_match *b) {
    if (a->how != b->how)
        return a->how < b->how ? -1 : 1;
    return (a->score < b->score) - (a->score > b->score);
}

static int compare_nodes(const void *a, const void *b) {
    const wrt_kg_match *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return compare_rank(x, y);
}

typedef struct {
    wrt_kg_match match;
    wrt_json *brief;
} ranked;

static int compare_ranked(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    int order = compare_rank(&x->match, &y->match);
    if (order == 0)
        order = strcmp(wrt_json_get_text(x->brief, "name", ""),
                       wrt_json_get_text(y->brief, "name", ""));
    return order != 0 ? order
                      : strcmp(wrt_json_get_text(x->brief, "id", ""),
                               wrt_json_get_text(y->brief, "id", ""));
}

/* Keeps the best match of each node of an admitted kind. */
static void keep_best(wrt_kg_matches *list, const wrt_kg *kg, const bool *kinds) {
    size_t kept = 0;
    if (list->n > 0)
        qsort(list->items, list->n, sizeof *list->items, compare_nodes);
    for (size_t i = 0; i < list->n; i++) {
        wrt_kg_match match = list->items[i];
        if (kinds != NULL && !kinds[kg->kind[match.node]])
            continue;
        if (kept == 0 || list->items[kept - 1].node != match.node)
            list->items[kept++] = match;
    }
    list->n = kept;
}

static wrt_json *match_json(ranked *entry) {
    static const char *const names[] = {"id", "name", "synonym", "xref", "prefix", "fuzzy"};
    wrt_json *out = entry->brief;
    wrt_json_set_text(out, "match", names[entry->match.how]);
    wrt_json_set_number(out, "score", entry->match.score);
    entry->brief = NULL;
    return out;
}

wrt_status wrt_kg_matches_json(wrt_json **out, wrt_kg *kg, wrt_kg_matches *list, const bool *kinds,
                               size_t limit, wrt_err *err) {
    *out = NULL;
    keep_best(list, kg, kinds);
    ranked *order = wrt_calloc(list->n + 1, sizeof *order);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < list->n && status == WRT_OK; i++) {
        order[i].match = list->items[i];
        status =
            wrt_kg_node_brief(&order[i].brief, kg->store, (int64_t)list->items[i].node + 1, err);
    }
    if (status == WRT_OK) {
        qsort(order, list->n, sizeof *order, compare_ranked);
        *out = wrt_json_new_array();
        for (size_t i = 0; i < list->n && i < limit; i++)
            wrt_json_push(*out, match_json(&order[i]));
    }
    for (size_t i = 0; i < list->n; i++)
        wrt_json_free(order[i].brief);
    free(order);
    return status;
}
