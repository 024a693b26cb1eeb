/* identified.c: questions to src/causal on behalf of a table. */
#include "effect/identified.h"

#include "causal/adjustment.h"
#include "causal/explain.h"
#include "causal/frontdoor.h"
#include "causal/instruments.h"

#include <stdlib.h>
#include <string.h>

/* What one call works with; freed by release(). */
typedef struct {
    const wrt_identified_question *question;
    wrt_graph *graph;
    wrt_arena *arena;
    wrt_node_set treatment, outcome, set;
    wrt_effect_query query;
    wrt_json *unmeasured;
} inquiry;

static void release(inquiry *q) {
    wrt_node_set_free(&q->treatment);
    wrt_node_set_free(&q->outcome);
    wrt_node_set_free(&q->set);
    wrt_json_free(q->unmeasured);
    wrt_graph_free(q->graph);
}

static bool has_column(const wrt_identified_question *question, const char *name) {
    for (size_t i = 0; i < question->n_columns; i++)
        if (strcmp(question->columns[i], name) == 0)
            return true;
    return false;
}

/* A copy of the graph in which what has no column is latent. */
static wrt_status hide_unmeasured(inquiry *q, const wrt_graph *graph, wrt_err *err) {
    wrt_json *copy = wrt_graph_to_json(graph), *latent = wrt_json_get_mut(copy, "latent");
    q->unmeasured = wrt_json_new_array();
    if (latent == NULL) {
        latent = wrt_json_new_array();
        wrt_json_set(copy, "latent", latent);
    }
    for (int i = 0; i < (int)wrt_graph_count(graph); i++) {
        const char *name = wrt_graph_name(graph, i);
        if (wrt_graph_is_latent(graph, i) || has_column(q->question, name))
            continue;
        wrt_json_push_text(q->unmeasured, name);
        wrt_json_push_text(latent, name);
    }
    wrt_status status = wrt_graph_parse(&q->graph, copy, err);
    wrt_json_free(copy);
    return status;
}

static wrt_status read_set(wrt_node_set *out, const inquiry *q, const char *const *names, size_t n,
                           const char *what, wrt_err *err) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++)
        wrt_json_push_text(list, names[i]);
    wrt_status status = wrt_node_set_parse(out, q->graph, list, what, err);
    for (size_t i = 0; i < out->n && status == WRT_OK; i++)
        if (wrt_graph_is_latent(q->graph, out->items[i]))
            status = wrt_fail(err, WRT_E_INPUT,
                              "%s \"%s\" is latent in the graph, or has no column in the table",
                              what, wrt_graph_name(q->graph, out->items[i]));
    wrt_json_free(list);
    return status;
}

static wrt_status open_inquiry(inquiry *q, const wrt_graph *graph, wrt_err *err) {
    const wrt_identified_question *question = q->question;
    wrt_status status = hide_unmeasured(q, graph, err);
    if (status == WRT_OK)
        status = read_set(&q->treatment, q, &question->treatment, 1, "treatment", err);
    if (status == WRT_OK)
        status = read_set(&q->outcome, q, &question->outcome, 1, "outcome", err);
    q->query = (wrt_effect_query){.graph = q->graph,
                                  .treatment = &q->treatment,
                                  .outcome = &q->outcome,
                                  .effect = WRT_EFFECT_TOTAL};
    return status;
}

/* ---- what the graph carries instead */

static void write_names(wrt_buf *out, const inquiry *q, const wrt_node_set *set) {
    for (size_t i = 0; i < set->n; i++)
        wrt_buf_printf(out, "%s%s", i > 0 ? ", " : "", wrt_graph_name(q->graph, set->items[i]));
}

static void offer_frontdoor(wrt_buf *out, const inquiry *q) {
    wrt_adjustment_sets found = {0};
    wrt_frontdoor_options options = {.kind = WRT_FRONTDOOR_MINIMAL};
    if (wrt_frontdoor_list(&found, &q->query, &options, NULL) == WRT_OK && found.n_sets > 0) {
        wrt_buf_add_c(out, "; the front-door estimator would do, with mediators ");
        write_names(out, q, &found.sets[0]);
    }
    wrt_adjustment_sets_free(&found);
}

static void offer_instrument(wrt_buf *out, const inquiry *q) {
    wrt_instruments found = {0};
    if (wrt_instruments_list(&found, &q->query, 1, NULL) == WRT_OK && found.n > 0) {
        wrt_buf_printf(out, "; with linear relations the iv estimator would do, instrument %s",
                       wrt_graph_name(q->graph, found.items[0].node));
        if (found.items[0].given.n > 0) {
            wrt_buf_add_c(out, " given ");
            write_names(out, q, &found.items[0].given);
        }
    }
    wrt_instruments_free(&found);
}

static wrt_status refuse(const inquiry *q, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    wrt_buf_printf(&text, "the effect of %s on %s is not identified by adjustment in this graph",
                   q->question->treatment, q->question->outcome);
    size_t before = text.len;
    offer_frontdoor(&text, q);
    offer_instrument(&text, q);
    if (text.len == before)
        wrt_buf_add_c(&text, ", nor by a front door or an instrument: measure more of it");
    wrt_fail(err, WRT_E_NOT_FOUND, "%s", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    return WRT_E_NOT_FOUND;
}

/* ---- answers */

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void keep_names(wrt_identified *out, const inquiry *q, const wrt_node_set *set) {
    out->names = wrt_arena_calloc(q->arena, set->n + 1, sizeof *out->names);
    out->n = set->n;
    for (size_t i = 0; i < set->n; i++) {
        const char *name = wrt_graph_name(q->graph, set->items[i]);
        out->names[i] = wrt_arena_strdup(q->arena, name, strlen(name));
    }
    qsort(out->names, out->n, sizeof *out->names, by_name);
}

static void state_basis(wrt_identified *out, const inquiry *q, const char *kind,
                        const char *verdict, const char *text) {
    out->basis = wrt_json_new_object();
    wrt_json_set(out->basis, "graph", wrt_graph_to_json(q->graph));
    wrt_json_set_text(out->basis, "kind", kind);
    wrt_json_set_text(out->basis, "verdict", verdict);
    wrt_json_set(out->basis, "unmeasured", wrt_json_copy(q->unmeasured));
    wrt_json_set_text(out->basis, "text", text);
}

/* The set of lowest variance of all, where it is known which one that is; else of the minimal
 * ones. */
static wrt_status list_best(wrt_adjustment_sets *out, const char **kind, const inquiry *q,
                            wrt_err *err) {
    wrt_adjust_options options = {.kind = WRT_ADJUST_OPTIMAL};
    wrt_err refusal = {0};
    *kind = "optimal";
    wrt_status status = wrt_adjustment_list(out, &q->query, &options, &refusal);
    if (status != WRT_E_UNSUPPORTED) {
        if (status != WRT_OK && err != NULL)
            *err = refusal;
        return status;
    }
    *kind = "optimal_minimal";
    options.kind = WRT_ADJUST_OPTIMAL_MINIMAL;
    return wrt_adjustment_list(out, &q->query, &options, err);
}

static wrt_status choose_set(wrt_identified *out, const inquiry *q, wrt_err *err) {
    wrt_adjustment_sets found = {0};
    const char *kind = NULL;
    wrt_status status = list_best(&found, &kind, q, err);
    if (status == WRT_OK && found.n_sets == 0 && found.verdict == WRT_ADJUST_NO_CAUSAL_PATH) {
        wrt_adjustment_sets_free(&found);
        wrt_adjust_options options = {.kind = WRT_ADJUST_MINIMUM};
        kind = "minimum";
        status = wrt_adjustment_list(&found, &q->query, &options, err);
    }
    if (status == WRT_OK && found.n_sets == 0)
        status = refuse(q, err);
    if (status == WRT_OK) {
        keep_names(out, q, &found.sets[0]);
        state_basis(out, q, kind, wrt_adjust_verdict_name(found.verdict),
                    found.verdict == WRT_ADJUST_NO_CAUSAL_PATH
                        ? "the graph has no causal path: it says that the effect is zero"
                        : "a valid adjustment set of the graph, of lowest variance of its kind");
    }
    wrt_adjustment_sets_free(&found);
    return status;
}

static wrt_status invalid_set(const inquiry *q, const char *reason, wrt_err *err) {
    wrt_explanation why = {0};
    wrt_status status = wrt_explain_adjustment(&why, &q->query, &q->set, err);
    if (status == WRT_OK)
        status = wrt_fail(err, WRT_E_INPUT, "the graph refuses this adjustment: %s. %s %s", reason,
                          why.text, why.repair);
    wrt_explanation_free(&why);
    return status;
}

static wrt_status judge_set(wrt_identified *out, inquiry *q, wrt_err *err) {
    wrt_adjustment_verdict verdict = {0};
    wrt_status status = read_set(&q->set, q, q->question->names, q->question->n, "covariate", err);
    if (status == WRT_OK)
        status = wrt_adjustment_check(&verdict, &q->query, &q->set, err);
    if (status == WRT_OK && !verdict.valid)
        status = invalid_set(q, verdict.text, err);
    if (status == WRT_OK) {
        keep_names(out, q, &q->set);
        state_basis(out, q, "given", "ok", verdict.text);
    }
    wrt_adjustment_verdict_free(&verdict);
    return status;
}

static wrt_status judge_mediators(wrt_identified *out, inquiry *q, wrt_err *err) {
    wrt_frontdoor_verdict verdict = {0};
    wrt_status status = read_set(&q->set, q, q->question->names, q->question->n, "mediator", err);
    if (status == WRT_OK)
        status = wrt_frontdoor_check(&verdict, &q->query, &q->set, err);
    if (status == WRT_OK && !verdict.valid)
        status = wrt_fail(err, WRT_E_INPUT, "the graph refuses these mediators: %s", verdict.text);
    if (status == WRT_OK) {
        keep_names(out, q, &q->set);
        state_basis(out, q, "frontdoor", "ok", verdict.text);
    }
    wrt_frontdoor_verdict_free(&verdict);
    return status;
}

static bool same_set(const wrt_node_set *a, const wrt_node_set *b) {
    return a->n == b->n && (a->n == 0 || memcmp(a->items, b->items, a->n * sizeof *a->items) == 0);
}

/* An instrument counts with the conditions that the listing gives it, which are minimal; other
 * conditions are refused with those named. */
static wrt_status judge_instrument(const inquiry *q, const wrt_instruments *found, int node,
                                   const wrt_node_set *given, wrt_err *err) {
    for (size_t i = 0; i < found->n; i++) {
        if (found->items[i].node != node)
            continue;
        if (same_set(&found->items[i].given, given))
            return WRT_OK;
        wrt_buf names = wrt_buf_make(WRT_KIB(2));
        write_names(&names, q, &found->items[i].given);
        wrt_fail(err, WRT_E_INPUT, "the instrument %s is one given {%s}: adjust for these",
                 wrt_graph_name(q->graph, node), wrt_buf_str(&names).ptr);
        wrt_buf_free(&names);
        return WRT_E_INPUT;
    }
    return wrt_fail(err, WRT_E_INPUT, "the graph refuses %s as an instrument for %s on %s",
                    wrt_graph_name(q->graph, node), q->question->treatment, q->question->outcome);
}

static wrt_status judge_instruments(wrt_identified *out, inquiry *q, wrt_err *err) {
    wrt_instruments found = {0};
    wrt_node_set given = {0};
    wrt_status status = read_set(&q->set, q, q->question->names, q->question->n, "instrument", err);
    if (status == WRT_OK)
        status = read_set(&given, q, q->question->given, q->question->n_given, "covariate", err);
    if (status == WRT_OK)
        status = wrt_instruments_list(&found, &q->query, 0, err);
    for (size_t i = 0; i < q->set.n && status == WRT_OK; i++)
        status = judge_instrument(q, &found, q->set.items[i], &given, err);
    if (status == WRT_OK) {
        keep_names(out, q, &q->set);
        state_basis(out, q, "instrument", "ok",
                    "the graph makes these instruments; an effect follows with linear relations, "
                    "or with monotonicity for those who comply");
    }
    wrt_node_set_free(&given);
    wrt_instruments_free(&found);
    return status;
}

wrt_status wrt_effect_identified(wrt_identified *out, const wrt_graph *graph,
                                 const wrt_identified_question *question, wrt_arena *arena,
                                 wrt_err *err) {
    inquiry q = {.question = question, .arena = arena};
    *out = (wrt_identified){0};
    wrt_status status = open_inquiry(&q, graph, err);
    if (status == WRT_OK && question->design == WRT_DESIGN_ADJUSTMENT)
        status = question->choose ? choose_set(out, &q, err) : judge_set(out, &q, err);
    else if (status == WRT_OK && question->design == WRT_DESIGN_FRONTDOOR)
        status = judge_mediators(out, &q, err);
    else if (status == WRT_OK && question->design == WRT_DESIGN_INSTRUMENT)
        status = judge_instruments(out, &q, err);
    else if (status == WRT_OK)
        status = wrt_fail(err, WRT_E_UNSUPPORTED,
                          "a graph does not justify this design: leave it out, or use an "
                          "estimator that adjusts, iv or frontdoor");
    release(&q);
    return status;
}
