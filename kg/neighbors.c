/* neighbors.c: the edges at one node, filtered.
 *
 * Outgoing and incoming arcs are each in order of edge id; a merge of the two keeps that order. */
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
    const wrt_kg_arc *out, *out_end, *in, *in_end;
    bool *predicates, *kinds;
    size_t limit, total;
    wrt_json *list;
} walk;

static wrt_status take(walk *w, wrt_kg_arc arc, wrt_err *err) {
    const wrt_kg_csr *csr = &w->kg->csr;
    bool keep = w->predicates[csr->predicate[arc.edge]] ||
                (csr->original[arc.edge] != 0 && w->predicates[csr->original[arc.edge]]);
    if (!keep || !w->kinds[w->kg->kind[arc.node]])
        return WRT_OK;
    if (w->total++ >= w->limit)
        return WRT_OK;
    wrt_json *edge = NULL, *node = NULL;
    wrt_status status = wrt_kg_edge_full(&edge, NULL, w->kg->store, csr->number[arc.edge], err);
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

static wrt_status merge(walk *w, wrt_err *err) {
    wrt_status status = WRT_OK;
    while (status == WRT_OK && (w->out < w->out_end || w->in < w->in_end)) {
        bool from_out = w->in == w->in_end || (w->out < w->out_end && w->out->edge <= w->in->edge);
        /* A loop stands in both lists and is one edge. */
        if (from_out && w->in < w->in_end && w->in->edge == w->out->edge)
            w->in++;
        status = take(w, from_out ? *w->out++ : *w->in++, err);
    }
    return status;
}

static wrt_status set_direction(walk *w, const char *direction, size_t node, wrt_err *err) {
    const wrt_kg_csr *csr = &w->kg->csr;
    const char *d = direction != NULL ? direction : "both";
    bool out = strcmp(d, "in") != 0, in = strcmp(d, "out") != 0;
    if (out && in && strcmp(d, "both") != 0)
        return wrt_fail(err, WRT_E_INPUT, "direction must be \"out\", \"in\" or \"both\"");
    w->out = csr->out + csr->out_from[node];
    w->out_end = out ? csr->out + csr->out_from[node + 1] : w->out;
    w->in = csr->in + csr->in_from[node];
    w->in_end = in ? csr->in + csr->in_from[node + 1] : w->in;
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
        status = set_direction(&w, filter->direction, (size_t)n - 1, err);
    if (status == WRT_OK)
        status = merge(&w, err);
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
