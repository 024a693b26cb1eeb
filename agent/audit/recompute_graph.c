/* recompute_graph.c: finding the graph of a verdict by its hash, and asking the engine. */
#include "agent/audit/recompute_graph.h"

#include "agent/audit/agree.h"
#include "agent/claims/verdict.h"
#include "causal/adjustment.h"

#include <string.h>

static const wrt_json *find_graph(const wrt_json *graphs, const char *sha256) {
    WRT_JSON_EACH(entry, graphs)
    if (strcmp(wrt_json_get_text(entry, "sha256", ""), sha256) == 0)
        return entry;
    return NULL;
}

void wrt_recompute_add_graph(wrt_json *graphs, const wrt_json *graph, const wrt_json *drawn) {
    static const char *const ends[] = {"treatment", "outcome"};
    char hex[65];
    if (graph == NULL)
        return;
    wrt_verdict_hash(hex, graph);
    if (find_graph(graphs, hex) != NULL)
        return;
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "sha256", hex);
    wrt_json_set(entry, "graph", wrt_json_copy(graph));
    for (size_t i = 0; i < 2; i++)
        if (wrt_json_get(drawn, ends[i]) != NULL)
            wrt_json_set(entry, ends[i], wrt_json_copy(wrt_json_get(drawn, ends[i])));
    wrt_json_push(graphs, entry);
}

/* ---- a stated graph */

static wrt_status check_stated(const wrt_json *entry, const wrt_json *evidence, wrt_err *err) {
    wrt_verdict_question question;
    wrt_json *verdict = NULL;
    wrt_verdict_question_of(&question, evidence);
    question.graph = wrt_json_get(entry, "graph");
    wrt_status status = wrt_verdict_find(&verdict, &question, err);
    if (status != WRT_OK)
        return wrt_fail(err, WRT_E_INTEGRITY, "the stated graph gives no verdict");
    wrt_buf where = wrt_buf_make(WRT_KIB(16));
    if (!wrt_agree(&where, wrt_json_get(evidence, "verdict"), verdict, 0))
        status = wrt_fail(err, WRT_E_INTEGRITY, "the stored graph gives another verdict: %s",
                          where.len > 0 ? wrt_buf_str(&where).ptr : "its members");
    wrt_buf_free(&where);
    wrt_json_free(verdict);
    return status;
}

/* ---- a drawn graph */

typedef struct {
    wrt_graph *graph;
    wrt_node_set treatment, outcome;
    wrt_effect_query query;
} inquiry;

static wrt_status open_inquiry(inquiry *q, const wrt_json *entry, wrt_err *err) {
    wrt_status status = wrt_graph_parse(&q->graph, wrt_json_get(entry, "graph"), err);
    if (status == WRT_OK)
        status = wrt_node_set_parse(&q->treatment, q->graph, wrt_json_get(entry, "treatment"),
                                    "treatment", err);
    if (status == WRT_OK)
        status = wrt_node_set_parse(&q->outcome, q->graph, wrt_json_get(entry, "outcome"),
                                    "outcome", err);
    q->query = (wrt_effect_query){q->graph, &q->treatment, &q->outcome, WRT_EFFECT_TOTAL};
    return status;
}

static wrt_status check_empty_set(const inquiry *q, const wrt_json *check, wrt_err *err) {
    const wrt_node_set empty = {0};
    wrt_adjustment_verdict verdict = {0};
    wrt_status status = wrt_adjustment_check(&verdict, &q->query, &empty, err);
    const wrt_json *valid = wrt_json_get(check, "valid");
    if (status == WRT_OK &&
        (!wrt_json_is(valid, WRT_JSON_BOOL) || wrt_json_bool(valid, false) != verdict.valid ||
         strcmp(wrt_json_get_text(check, "text", ""), verdict.text) != 0))
        status = wrt_fail(err, WRT_E_INTEGRITY, "the stored graph gives another verdict: check");
    wrt_adjustment_verdict_free(&verdict);
    return status;
}

/* As many minimal sets as the evidence lists. */
static wrt_status check_sets(const inquiry *q, const wrt_json *stated, wrt_err *err) {
    size_t n = wrt_json_count(wrt_json_get(stated, "sets"));
    const wrt_adjust_options options = {.kind = WRT_ADJUST_MINIMAL, .max = n > 0 ? n : 1};
    wrt_adjustment_sets sets = {0};
    wrt_status status = wrt_adjustment_list(&sets, &q->query, &options, err);
    wrt_json *ours = wrt_json_new_array();
    for (size_t i = 0; i < sets.n_sets; i++)
        wrt_json_push(ours, wrt_node_set_to_json(q->graph, &sets.sets[i]));
    if (status == WRT_OK && (!wrt_json_equal(ours, wrt_json_get(stated, "sets")) ||
                             strcmp(wrt_json_get_text(stated, "verdict", ""),
                                    wrt_adjust_verdict_name(sets.verdict)) != 0))
        status = wrt_fail(err, WRT_E_INTEGRITY, "the stored graph gives another verdict: sets");
    wrt_adjustment_sets_free(&sets);
    wrt_json_free(ours);
    return status;
}

static wrt_status check_drawn(const wrt_json *entry, const wrt_json *evidence, wrt_err *err) {
    inquiry q = {0};
    const wrt_json *verdict = wrt_json_get(evidence, "verdict");
    wrt_status status = open_inquiry(&q, entry, err);
    if (status == WRT_OK)
        status = check_empty_set(&q, wrt_json_get(verdict, "check"), err);
    if (status == WRT_OK)
        status = check_sets(&q, wrt_json_get(verdict, "sets"), err);
    wrt_node_set_free(&q.treatment);
    wrt_node_set_free(&q.outcome);
    wrt_graph_free(q.graph);
    return status;
}

wrt_status wrt_recompute_verdict(const wrt_json *graphs, const wrt_json *evidence, wrt_err *err) {
    const wrt_json *locator = wrt_json_get(evidence, "locator");
    const wrt_json *entry = find_graph(graphs, wrt_json_get_text(locator, "graph_sha256", ""));
    if (entry == NULL)
        return wrt_fail(err, WRT_E_INTEGRITY, "the graph of the verdict is not in the run");
    return wrt_json_get(locator, "treatment") != NULL ? check_stated(entry, evidence, err)
                                                      : check_drawn(entry, evidence, err);
}
