/* neighbors.c: the edges at one node, filtered, in order of edge id. */
#include "kg/internal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 100000 };

static bool term_matches(const char *term, const char *text) {
    static const char prefix[] = "biolink:";
    const size_t len = sizeof prefix - 1;
    if (strncmp(term, prefix, len) == 0)
        term += len;
    if (strncmp(text, prefix, len) == 0)
        text += len;
    return strcmp(term, text) == 0;
}

static bool is_word(const wrt_kg_store *store, const char *text) {
    for (size_t i = 0; i < store->n_terms; i++)
        if (term_matches(store->terms[i], text))
            return true;
    return false;
}

wrt_json *wrt_kg_unknown_words(const wrt_kg *kg, const wrt_json *list) {
    wrt_json *out = wrt_json_new_array();
    WRT_JSON_EACH(item, list) {
        const char *text = wrt_json_text(item);
        if (text != NULL && !is_word(kg->store, text))
            wrt_json_push_text(out, text);
    }
    return out;
}

wrt_status wrt_kg_admit(bool *out, const wrt_kg *kg, const wrt_json *list, const char *what,
                        wrt_err *err) {
    const wrt_kg_store *store = kg->store;
    bool all = wrt_json_count(list) == 0;
    if (list != NULL && !wrt_json_is(list, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "%s must be an array of strings", what);
    for (size_t i = 0; i <= store->n_terms; i++)
        out[i] = all;
    WRT_JSON_EACH(item, list) {
        const char *text = wrt_json_text(item);
        if (text == NULL)
            return wrt_fail(err, WRT_E_INPUT, "%s must be an array of strings", what);
        for (size_t i = 0; i < store->n_terms; i++)
            if (term_matches(store->terms[i], text))
                out[i + 1] = true;
    }
    return WRT_OK;
}

typedef struct {
    wrt_kg *kg;
    bool out, in;
    bool *predicates, *kinds;
    size_t limit, total;
    wrt_json *list;
} walk;

static wrt_status take(walk *w, wrt_kg_arc arc, wrt_err *err) {
    const wrt_kg_csr *csr = &w->kg->csr;
    const wrt_kg_csr_metaedge *m = &csr->metaedges[csr->metaedge[wrt_kg_arc_rank(arc)]];
    bool keep = w->predicates[m->predicate] || (m->original != 0 && w->predicates[m->original]);
    if (!keep || !w->kinds[w->kg->kind[arc.node]])
        return WRT_OK;
    if (w->total++ >= w->limit)
        return WRT_OK;
    wrt_json *edge = NULL, *node = NULL;
    wrt_status status =
        wrt_kg_edge_full(&edge, NULL, w->kg->store, csr->number[wrt_kg_arc_rank(arc)], err);
    if (status == WRT_OK)
        status = wrt_kg_node_brief(&node, w->kg->store, (int64_t)arc.node + 1, err);
    if (status != WRT_OK) {
        wrt_json_free(edge);
        return status;
    }
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set(entry, "edge", edge);
    wrt_json_set(entry, "node", node);
    wrt_json_push(w->list, entry);
    return WRT_OK;
}

static int compare_ranks(const void *a, const void *b) {
    uint32_t x = wrt_kg_arc_rank(*(const wrt_kg_arc *)a);
    uint32_t y = wrt_kg_arc_rank(*(const wrt_kg_arc *)b);
    return (x > y) - (x < y);
}

/* An edge that holds both ways leaves and enters either of its ends. */
static bool faces(const walk *w, wrt_kg_arc arc) {
    bool back = (arc.edge & WRT_KG_ARC_BACK) != 0, both = (arc.edge & WRT_KG_ARC_BOTH) != 0;
    return both || (back ? w->in : w->out);
}

static wrt_status take_all(walk *w, uint32_t node, wrt_err *err) {
    const wrt_kg_csr *csr = &w->kg->csr;
    size_t n = 0;
    wrt_kg_arc *arcs = wrt_calloc(csr->from[node + 1] - csr->from[node] + 1U, sizeof *arcs);
    for (uint32_t i = csr->from[node]; i < csr->from[node + 1]; i++)
        if (faces(w, csr->arcs[i]))
            arcs[n++] = csr->arcs[i];
    qsort(arcs, n, sizeof *arcs, compare_ranks);
    wrt_status status = WRT_OK;
    /* A loop stands twice and is one edge. */
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        if (i == 0 || compare_ranks(&arcs[i - 1], &arcs[i]) != 0)
            status = take(w, arcs[i], err);
    free(arcs);
    return status;
}

static wrt_status set_direction(walk *w, const char *direction, wrt_err *err) {
    const char *d = direction != NULL ? direction : "both";
    w->out = strcmp(d, "in") != 0;
    w->in = strcmp(d, "out") != 0;
    if (w->out && w->in && strcmp(d, "both") != 0)
        return wrt_fail(err, WRT_E_INPUT, "direction must be \"out\", \"in\" or \"both\"");
    return WRT_OK;
}

wrt_status wrt_kg_neighbors(wrt_json **out, size_t *total, wrt_kg *kg, const char *id,
                            const wrt_kg_filter *filter, wrt_err *err) {
    const wrt_kg_filter everything = {.limit = 0};
    if (filter == NULL)
        filter = &everything;
    *out = NULL;
    int64_t n = 0;
    walk w = {.kg = kg, .limit = filter->limit == 0 ? LIMIT_DEFAULT : filter->limit};
    if (w.limit > LIMIT_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "limit must be at most %d", LIMIT_MAX);
    w.predicates = wrt_calloc(kg->store->n_terms + 1, sizeof(bool));
    w.kinds = wrt_calloc(kg->store->n_terms + 1, sizeof(bool));
    w.list = wrt_json_new_array();
    wrt_status status = wrt_kg_node_find(&n, kg->store, id, err);
    if (status == WRT_OK)
        status = wrt_kg_admit(w.predicates, kg, filter->predicates, "predicates", err);
    if (status == WRT_OK)
        status = wrt_kg_admit(w.kinds, kg, filter->kinds, "kinds", err);
    if (status == WRT_OK)
        status = set_direction(&w, filter->direction, err);
    if (status == WRT_OK)
        status = take_all(&w, (uint32_t)(n - 1), err);
    free(w.predicates);
    free(w.kinds);
    if (status != WRT_OK) {
        wrt_json_free(w.list);
        return status;
    }
    *out = w.list;
    if (total != NULL)
        *total = w.total;
    return WRT_OK;
}
