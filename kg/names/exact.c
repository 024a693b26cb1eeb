/* exact.c: exact look-up and the ordering of matches. */
#include "kg/names/exact.h"

#include "base/arena.h"
#include "kg/internal.h"
#include "kg/names/curie.h"
#include "kg/names/same.h"

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
            wrt_kg_matches_add(
                list, (wrt_kg_match){.node = (uint32_t)(node - 1), .how = (int)how, .score = 1.0});
    }
    wrt_stmt_reset(stmt);
    return status;
}

/* The other spellings of an id: "DB00331", "drugbank:db00331". */
static wrt_status look_up_variants(wrt_kg_matches *list, wrt_kg *kg, wrt_str lower, wrt_err *err) {
    wrt_buf variants = wrt_buf_make(KEY_MAX);
    wrt_kg_id_variants(&variants, lower);
    wrt_str line, rest = wrt_buf_str(&variants);
    wrt_status status = WRT_OK;
    while (status == WRT_OK && wrt_str_cut(&line, &rest, '\n'))
        if (line.len > 0)
            status = look_up(list, kg, line, WRT_KG_MATCH_ID, NULL, err);
    wrt_buf_free(&variants);
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
    if (status == WRT_OK && !same_case)
        status = look_up_variants(list, kg, wrt_buf_str(&lower), err);
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

static int compare_matches(const void *a, const void *b) {
    const wrt_kg_match *x = a, *y = b;
    int order = compare_rank(x, y);
    return order != 0 ? order : (x->node > y->node) - (x->node < y->node);
}

/* How many matches have to be read to know the first `limit`: all that tie with the last one. */
static size_t reach_of(wrt_kg_matches *list, size_t limit) {
    if (list->n > 0)
        qsort(list->items, list->n, sizeof *list->items, compare_matches);
    size_t n = limit < list->n ? limit : list->n;
    while (n > 0 && n < list->n && compare_rank(&list->items[n - 1], &list->items[n]) == 0)
        n++;
    return n;
}

static wrt_json *match_json(ranked *entry) {
    static const char *const names[] = {"id",      "name",   "synonym", "xref",
                                        "variant", "prefix", "fuzzy"};
    wrt_json *out = entry->brief;
    wrt_json_set_text(out, "match", names[entry->match.how]);
    if (entry->match.via != NULL)
        wrt_json_set_text(out, "via", entry->match.via);
    wrt_json_set_number(out, "score", entry->match.score);
    entry->brief = NULL;
    return out;
}

/* ---- ties */

/* Ids of the other members of a group. */
static wrt_json *others_of(const ranked *order, const size_t *group, size_t n, size_t self) {
    wrt_json *ids = NULL;
    for (size_t i = 0; i < n; i++) {
        if (i == self || group[i] != group[self])
            continue;
        if (ids == NULL)
            ids = wrt_json_new_array();
        wrt_json_push_text(ids, wrt_json_get_text(order[i].brief, "id", ""));
    }
    return ids;
}

static wrt_status mark_ties(ranked *order, wrt_kg *kg, size_t n, wrt_err *err) {
    wrt_kg_match matches[WRT_KG_SAME_MAX] = {{.node = 0}};
    size_t group[WRT_KG_SAME_MAX], tied = 0;
    bool ambiguous = false;
    n = n < WRT_KG_SAME_MAX ? n : WRT_KG_SAME_MAX;
    for (size_t i = 0; i < n; i++)
        matches[i] = order[i].match;
    wrt_status status = wrt_kg_group_same(group, kg, matches, n, err);
    while (status == WRT_OK && tied < n && compare_rank(&matches[tied], &matches[0]) == 0)
        ambiguous = group[tied++] != group[0] || ambiguous;
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        wrt_json *same = others_of(order, group, n, i);
        if (same != NULL)
            wrt_json_set(order[i].brief, "same_as", same);
        if (ambiguous && i < tied)
            wrt_json_set_bool(order[i].brief, "ambiguous", true);
    }
    return status;
}

wrt_status wrt_kg_matches_json(wrt_json **out, wrt_kg *kg, wrt_kg_matches *list, const bool *kinds,
                               size_t limit, wrt_err *err) {
    *out = NULL;
    keep_best(list, kg, kinds);
    size_t n = reach_of(list, limit);
    ranked *order = wrt_calloc(n + 1, sizeof *order);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        order[i].match = list->items[i];
        status =
            wrt_kg_node_brief(&order[i].brief, kg->store, (int64_t)list->items[i].node + 1, err);
    }
    if (status == WRT_OK) {
        qsort(order, n, sizeof *order, compare_ranked);
        status = mark_ties(order, kg, n, err);
    }
    if (status == WRT_OK) {
        *out = wrt_json_new_array();
        for (size_t i = 0; i < n && i < limit; i++)
            wrt_json_push(*out, match_json(&order[i]));
    }
    for (size_t i = 0; i < n; i++)
        wrt_json_free(order[i].brief);
    free(order);
    return status;
}
