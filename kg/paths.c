/* paths.c: options in, paths as JSON out; the search itself is in kg/search.c. */
#include "kg/paths.h"

#include "base/arena.h"
#include "kg/internal.h"
#include "kg/predicates.h"
#include "kg/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HOPS_DEFAULT = 4, K_DEFAULT = 10, K_MAX = 1000, METAPATH_MAX = 1 << 16 };

/* ---- options */

static wrt_status check_options(wrt_kg_query *query, const wrt_kg_path_options *options,
                                wrt_err *err) {
    query->max_hops = options->max_hops == 0 ? HOPS_DEFAULT : options->max_hops;
    query->k = options->k == 0 ? K_DEFAULT : options->k;
    query->sign = options->sign;
    query->work_max = WRT_KG_PATH_WORK_MAX;
    query->count_max = WRT_KG_PATH_COUNT_MAX;
    if (query->max_hops < 1 || query->max_hops > WRT_KG_HOPS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "max_hops is %d; it must be 1 to %d", options->max_hops,
                        WRT_KG_HOPS_MAX);
    if (query->k > K_MAX)
        return wrt_fail(err, WRT_E_INPUT, "k is %zu; it must be 1 to %d", options->k, K_MAX);
    if (query->sign < -1 || query->sign > 1)
        return wrt_fail(err, WRT_E_INPUT, "sign is %d; it must be 1, -1 or 0 for any",
                        options->sign);
    return WRT_OK;
}

/* Marks excluded nodes as not inner; *blocked when an end is among them. */
static wrt_status exclude(bool *inner, bool *blocked, wrt_kg *kg, const wrt_kg_query *query,
                          const wrt_json *list, wrt_err *err) {
    if (list != NULL && !wrt_json_is(list, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "exclude must be an array of node ids");
    WRT_JSON_EACH(item, list) {
        const char *id = wrt_json_text(item);
        int64_t n = 0;
        if (id == NULL)
            return wrt_fail(err, WRT_E_INPUT, "exclude must be an array of node ids");
        wrt_status status = wrt_kg_node_find(&n, kg->store, id, err);
        if (status != WRT_OK)
            return status;
        inner[n - 1] = false;
        if ((uint32_t)(n - 1) == query->from || (uint32_t)(n - 1) == query->to)
            *blocked = true;
    }
    return WRT_OK;
}

static wrt_status find_ends(wrt_kg_query *query, wrt_kg *kg, const char *from_id, const char *to_id,
                            wrt_err *err) {
    int64_t from = 0, to = 0;
    wrt_status status = wrt_kg_node_find(&from, kg->store, from_id, err);
    if (status == WRT_OK)
        status = wrt_kg_node_find(&to, kg->store, to_id, err);
    query->from = (uint32_t)(from - 1);
    query->to = (uint32_t)(to - 1);
    return status;
}

/* ---- output */

static wrt_status path_edge(wrt_json **out, wrt_kg *kg, uint32_t rank, wrt_err *err) {
    static const char *const members[] = {
        "id",
        "predicate",
        "original_predicate",
        "direction",
        "sign",
        "causal",
        "publications",
        "license",
        "knowledge_level",
        "agent_type",
        "record_id",
        "sha256",
        "primary_knowledge_source",
    };
    wrt_json *full = NULL, *sources = NULL;
    int64_t source = 0;
    wrt_status status = wrt_kg_edge_full(&full, &source, kg->store, kg->csr.number[rank], err);
    if (status == WRT_OK)
        status = wrt_kg_edge_sources(&sources, kg->store, full, source, err);
    if (status == WRT_OK) {
        *out = wrt_json_new_object();
        for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
            wrt_json_set(*out, members[i], wrt_json_take(full, members[i]));
            if (i == 5)
                wrt_json_set(*out, "sources", sources);
        }
    }
    wrt_json_free(full);
    return status;
}

static void add_kind(wrt_buf *out, const wrt_kg *kg, uint32_t node) {
    wrt_buf_add_c(out, wrt_kg_term(kg->store, kg->kind[node]));
}

/* "Drug -affects-> Protein -causes-> Disease". */
static wrt_json *metapath(const wrt_kg *kg, const wrt_kg_path *path) {
    static const char prefix[] = "biolink:";
    wrt_buf text = wrt_buf_make(METAPATH_MAX);
    add_kind(&text, kg, kg->csr.subject[path->edges[0]]);
    for (int i = 0; i < path->hops; i++) {
        const char *predicate = wrt_kg_term(kg->store, kg->csr.predicate[path->edges[i]]);
        if (strncmp(predicate, prefix, sizeof prefix - 1) == 0)
            predicate += sizeof prefix - 1;
        wrt_buf_add_c(&text, " -");
        wrt_buf_add_c(&text, predicate);
        wrt_buf_add_c(&text, "-> ");
        add_kind(&text, kg, kg->csr.object[path->edges[i]]);
    }
    wrt_json *out = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return out;
}

static wrt_json *path_sign(const wrt_kg *kg, const wrt_kg_path *path) {
    int product = 1;
    for (int i = 0; i < path->hops; i++) {
        int sign = kg->csr.sign[path->edges[i]];
        if (sign == WRT_KG_SIGN_UNKNOWN)
            return wrt_json_new_null();
        if (sign < 0)
            product = -product;
    }
    return wrt_json_new_int(product);
}

static wrt_status path_json(wrt_json **out, wrt_kg *kg, const wrt_kg_path *path, wrt_err *err) {
    wrt_json *nodes = wrt_json_new_array(), *edges = wrt_json_new_array();
    wrt_status status = WRT_OK;
    for (int i = 0; i <= path->hops && status == WRT_OK; i++) {
        uint32_t node =
            i == 0 ? kg->csr.subject[path->edges[0]] : kg->csr.object[path->edges[i - 1]];
        wrt_json *item = NULL;
        status = wrt_kg_node_brief(&item, kg->store, (int64_t)node + 1, err);
        if (status == WRT_OK)
            wrt_json_push(nodes, item);
    }
    for (int i = 0; i < path->hops && status == WRT_OK; i++) {
        wrt_json *item = NULL;
        status = path_edge(&item, kg, path->edges[i], err);
        if (status == WRT_OK)
            wrt_json_push(edges, item);
    }
    if (status != WRT_OK) {
        wrt_json_free(nodes);
        wrt_json_free(edges);
        return status;
    }
    *out = wrt_json_new_object();
    wrt_json_set(*out, "nodes", nodes);
    wrt_json_set(*out, "edges", edges);
    wrt_json_set(*out, "metapath", metapath(kg, path));
    wrt_json_set_number(*out, "score", 1 / sqrt(path->cost));
    wrt_json_set(*out, "sign", path_sign(kg, path));
    return WRT_OK;
}

static wrt_status write_paths(wrt_json *list, wrt_kg *kg, const wrt_kg_result *result,
                              wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < result->n && status == WRT_OK; i++) {
        wrt_json *path = NULL;
        status = path_json(&path, kg, &result->paths[i], err);
        if (status == WRT_OK)
            wrt_json_push(list, path);
    }
    return status;
}

static wrt_status search_and_write(wrt_json *list, wrt_kg_path_stats *stats, wrt_kg *kg,
                                   const wrt_kg_query *query, wrt_err *err) {
    wrt_kg_result result;
    wrt_kg_search(&result, query);
    *stats = (wrt_kg_path_stats){result.found, result.truncated, result.found_is_exact};
    wrt_status status = write_paths(list, kg, &result, err);
    wrt_kg_result_free(&result);
    return status;
}

wrt_status wrt_kg_paths(wrt_json **out, wrt_kg_path_stats *stats, wrt_kg *kg, const char *from_id,
                        const char *to_id, const wrt_kg_path_options *options, wrt_err *err) {
    const wrt_kg_path_options defaults = {.max_hops = 0};
    wrt_kg_path_stats ignored;
    *out = NULL;
    if (stats == NULL)
        stats = &ignored;
    if (options == NULL)
        options = &defaults;
    *stats = (wrt_kg_path_stats){.found_is_exact = true};
    wrt_kg_query query = {.csr = &kg->csr};
    bool *terms = wrt_calloc(2 * (kg->store->n_terms + 1), sizeof *terms);
    bool *kinds = terms + kg->store->n_terms + 1;
    bool *inner = wrt_calloc(kg->n_nodes + 1, sizeof *inner);
    wrt_json *list = wrt_json_new_array();
    bool blocked = false;
    wrt_status status = check_options(&query, options, err);
    if (status == WRT_OK)
        status = find_ends(&query, kg, from_id, to_id, err);
    if (status == WRT_OK)
        status = wrt_kg_admit(terms, kg, options->predicates, "predicates", err);
    if (status == WRT_OK)
        status = wrt_kg_admit(kinds, kg, options->kinds, "kinds", err);
    for (size_t v = 0; v < kg->n_nodes && status == WRT_OK; v++)
        inner[v] = kinds[kg->kind[v]];
    if (status == WRT_OK)
        status = exclude(inner, &blocked, kg, &query, options->exclude, err);
    query.predicates = terms;
    query.inner = inner;
    if (status == WRT_OK && !blocked && query.from != query.to)
        status = search_and_write(list, stats, kg, &query, err);
    free(terms);
    free(inner);
    if (status != WRT_OK) {
        wrt_json_free(list);
        return status;
    }
    *out = list;
    return WRT_OK;
}
