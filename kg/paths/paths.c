/* paths.c: options in, paths out. Searching is in kg/paths/search.c and kg/paths/candidates.c,
 * choosing in kg/paths/cover.c, words in kg/paths/path_json.c. */
#include "kg/paths/paths.h"

#include "base/arena.h"
#include "kg/internal.h"
#include "kg/paths/candidates.h"
#include "kg/paths/mechanism.h"
#include "kg/paths/path_json.h"

#include <stdlib.h>
#include <string.h>

enum { HOPS_DEFAULT = 4, K_DEFAULT = 10, K_MAX = 1000 };

/* What the options come to for one graph. */
typedef struct {
    wrt_kg *kg;
    const wrt_kg_path_options *options;
    wrt_kg_query query;
    wrt_kg_scoring scoring;
    bool covers;
    bool is_blocked; /* an end is excluded */
    bool *inner, *metaedges;
    double *prior;
} question;

/* ---- options */

static wrt_status check_numbers(question *q, wrt_err *err) {
    const wrt_kg_path_options *options = q->options;
    wrt_kg_query *query = &q->query;
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

static wrt_status check_ranking(question *q, wrt_err *err) {
    const wrt_kg_path_options *options = q->options;
    const char *direction = options->direction != NULL ? options->direction : "stored";
    wrt_kg_scoring *scoring = &q->scoring;
    wrt_status status = wrt_kg_rank_find(&scoring->rank, options->rank, err);
    if (status != WRT_OK)
        return status;
    q->query.any_direction = strcmp(direction, "any") == 0;
    if (!q->query.any_direction && strcmp(direction, "stored") != 0)
        return wrt_fail(err, WRT_E_INPUT, "direction must be \"stored\" or \"any\"");
    if (!(options->w >= 0 && options->w <= 2))
        return wrt_fail(err, WRT_E_INPUT, "w is %g; it must be above 0 and at most 2", options->w);
    scoring->w = options->w > 0 ? options->w : wrt_kg_rank_damping(scoring->rank);
    q->covers = options->cover > 0 || (options->cover == 0 && wrt_kg_rank_covers(scoring->rank));
    return WRT_OK;
}

static wrt_status find_ends(question *q, const char *from_id, const char *to_id, wrt_err *err) {
    int64_t from = 0, to = 0;
    wrt_status status = wrt_kg_node_find(&from, q->kg->store, from_id, err);
    if (status == WRT_OK)
        status = wrt_kg_node_find(&to, q->kg->store, to_id, err);
    q->query.from = (uint32_t)(from - 1);
    q->query.to = (uint32_t)(to - 1);
    return status;
}

static bool is_named(const wrt_json *list) {
    return wrt_json_count(list) > 0;
}

/* Which nodes may stand inside. */
static wrt_status admit_nodes(question *q, wrt_err *err) {
    wrt_kg *kg = q->kg;
    bool *kinds = wrt_calloc(kg->store->n_terms + 1, sizeof *kinds);
    wrt_status status = wrt_kg_admit(kinds, kg, q->options->kinds, "kinds", err);
    bool mechanism = q->scoring.rank == WRT_KG_RANK_MECHANISM && !is_named(q->options->kinds);
    for (uint32_t term = 1; mechanism && term <= kg->store->n_terms; term++)
        kinds[term] = kinds[term] && wrt_kg_mechanism_inner(wrt_kg_term(kg->store, term));
    for (size_t v = 0; v < kg->n_nodes; v++)
        q->inner[v] = kinds[kg->kind[v]];
    free(kinds);
    return status;
}

/* Which types of edge may be followed, and what they are worth beforehand. */
static wrt_status admit_edges(question *q, wrt_err *err) {
    const wrt_kg_store *store = q->kg->store;
    const bool named = is_named(q->options->predicates);
    bool *terms = wrt_calloc(store->n_terms + 1, sizeof *terms);
    wrt_status status = wrt_kg_admit(terms, q->kg, q->options->predicates, "predicates", err);
    for (size_t i = 0; i < q->kg->csr.n_metaedges; i++) {
        const wrt_kg_csr_metaedge *m = &q->kg->csr.metaedges[i];
        const char *predicate = wrt_kg_term(store, m->predicate);
        const char *original = wrt_kg_term(store, m->original);
        wrt_kg_edge_prior prior = wrt_kg_mechanism_prior(predicate, original);
        bool treats = wrt_kg_is_treatment(predicate, original, wrt_kg_term(store, m->subject_kind),
                                          wrt_kg_term(store, m->object_kind));
        q->prior[i] = prior.weight;
        q->metaedges[i] = terms[m->predicate] || (m->original != 0 && terms[m->original]);
        if (!named && ((treats && !q->options->include_treats) ||
                       (!prior.is_followed && q->scoring.rank == WRT_KG_RANK_MECHANISM)))
            q->metaedges[i] = false;
    }
    free(terms);
    return status;
}

/* Marks excluded nodes as not inner. */
static wrt_status exclude(question *q, wrt_err *err) {
    const wrt_json *list = q->options->exclude;
    if (list != NULL && !wrt_json_is(list, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "exclude must be an array of node ids");
    WRT_JSON_EACH(item, list) {
        const char *id = wrt_json_text(item);
        int64_t n = 0;
        if (id == NULL)
            return wrt_fail(err, WRT_E_INPUT, "exclude must be an array of node ids");
        wrt_status status = wrt_kg_node_find(&n, q->kg->store, id, err);
        if (status != WRT_OK)
            return status;
        q->inner[n - 1] = false;
        if ((uint32_t)(n - 1) == q->query.from || (uint32_t)(n - 1) == q->query.to)
            q->is_blocked = true;
    }
    return WRT_OK;
}

static wrt_status prepare(question *q, const char *from_id, const char *to_id, wrt_err *err) {
    const wrt_kg *kg = q->kg;
    q->inner = wrt_calloc(kg->n_nodes + 1, sizeof *q->inner);
    q->metaedges = wrt_calloc(kg->csr.n_metaedges + 1, sizeof *q->metaedges);
    q->prior = wrt_calloc(kg->csr.n_metaedges + 1, sizeof *q->prior);
    q->query.csr = &kg->csr;
    q->query.inner = q->inner;
    q->query.metaedges = q->metaedges;
    q->scoring.prior = q->prior;
    wrt_status status = check_numbers(q, err);
    if (status == WRT_OK)
        status = check_ranking(q, err);
    if (status == WRT_OK)
        status = find_ends(q, from_id, to_id, err);
    if (status == WRT_OK)
        status = admit_edges(q, err);
    if (status == WRT_OK)
        status = admit_nodes(q, err);
    if (status == WRT_OK)
        status = exclude(q, err);
    return status;
}

/* ---- output */

static wrt_status push_path(wrt_json *list, const question *q, const wrt_kg_candidate *path,
                            wrt_err *err) {
    wrt_json *item = NULL;
    wrt_status status = wrt_kg_path_json(&item, q->kg, &path->path, err);
    if (status != WRT_OK)
        return status;
    wrt_json *sign = wrt_json_take(item, "sign");
    wrt_json_set_number(item, "score", path->weight);
    wrt_json_set(item, "sign", sign);
    if (q->covers)
        wrt_json_set_number(item, "gain", path->gain);
    wrt_json_push(list, item);
    return WRT_OK;
}

/* The k best by degree product need no list of all paths. */
static wrt_status search_best_first(wrt_json *list, wrt_kg_path_stats *stats, const question *q,
                                    wrt_err *err) {
    wrt_kg_result result;
    wrt_status status = WRT_OK;
    wrt_kg_search(&result, &q->query);
    *stats = (wrt_kg_path_stats){result.found, result.truncated, result.found_is_exact};
    for (size_t i = 0; i < result.n && status == WRT_OK; i++) {
        wrt_kg_candidate path = {.path = result.paths[i]};
        path.weight = wrt_kg_rank_weight(&q->scoring, &q->kg->csr, &path.path);
        status = push_path(list, q, &path, err);
    }
    wrt_kg_result_free(&result);
    return status;
}

static wrt_status search_all(wrt_json *list, wrt_kg_path_stats *stats, const question *q,
                             wrt_err *err) {
    wrt_kg_candidates all;
    wrt_status status = WRT_OK;
    wrt_kg_candidates_make(&all, &q->query, &q->scoring);
    *stats = (wrt_kg_path_stats){all.found, all.truncated, all.found_is_exact};
    size_t k = all.n < q->query.k ? all.n : q->query.k;
    if (q->covers)
        wrt_kg_candidates_cover(&all, &q->kg->csr, k);
    else
        wrt_kg_candidates_sort(&all);
    for (size_t i = 0; i < k && status == WRT_OK; i++)
        status = push_path(list, q, &all.list[i], err);
    wrt_kg_candidates_free(&all);
    return status;
}

wrt_status wrt_kg_paths(wrt_json **out, wrt_kg_path_stats *stats, wrt_kg *kg, const char *from_id,
                        const char *to_id, const wrt_kg_path_options *options, wrt_err *err) {
    const wrt_kg_path_options defaults = {.max_hops = 0};
    wrt_kg_path_stats ignored;
    question q = {.kg = kg, .options = options != NULL ? options : &defaults};
    *out = NULL;
    if (stats == NULL)
        stats = &ignored;
    *stats = (wrt_kg_path_stats){.found_is_exact = true};
    wrt_json *list = wrt_json_new_array();
    wrt_status status = prepare(&q, from_id, to_id, err);
    if (status == WRT_OK && !q.is_blocked && q.query.from != q.query.to) {
        bool best_first = q.scoring.rank == WRT_KG_RANK_DEGREE_PRODUCT && !q.covers;
        status =
            best_first ? search_best_first(list, stats, &q, err) : search_all(list, stats, &q, err);
    }
    free(q.inner);
    free(q.metaedges);
    free(q.prior);
    if (status != WRT_OK) {
        wrt_json_free(list);
        return status;
    }
    *out = list;
    return WRT_OK;
}
