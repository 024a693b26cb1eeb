/* verdict.c: one graph, three questions to the engine. */
#include "agent/claims/verdict.h"

#include "agent/claims/certainty.h"
#include "agent/claims/parts.h"
#include "base/arena.h"
#include "base/hash.h"
#include "causal/adjustment.h"
#include "causal/identify/identify.h"
#include "effect/identified.h"

#include <string.h>

typedef struct {
    const wrt_verdict_question *question;
    wrt_graph *graph; /* what has no column is latent */
    wrt_node_set treatment, outcome;
} inquiry;

static void release(inquiry *q) {
    wrt_node_set_free(&q->treatment);
    wrt_node_set_free(&q->outcome);
    wrt_graph_free(q->graph);
}

static bool names(const wrt_json *list, const char *name) {
    WRT_JSON_EACH(item, list)
    if (wrt_json_text(item) != NULL && strcmp(wrt_json_text(item), name) == 0)
        return true;
    return false;
}

/* The stated graph, with what has no column latent. */
static wrt_status open_graph(inquiry *q, wrt_err *err) {
    wrt_graph *stated = NULL;
    wrt_status status = wrt_graph_parse(&stated, q->question->graph, err);
    if (status != WRT_OK)
        return status;
    wrt_json *object = wrt_graph_to_json(stated), *latent = wrt_json_get_mut(object, "latent");
    for (int i = 0; i < (int)wrt_graph_count(stated); i++)
        if (names(q->question->unmeasured, wrt_graph_name(stated, i)) &&
            !wrt_graph_is_latent(stated, i))
            wrt_json_push_text(latent, wrt_graph_name(stated, i));
    status = wrt_graph_parse(&q->graph, object, err);
    wrt_json_free(object);
    wrt_graph_free(stated);
    return status;
}

static wrt_status open_inquiry(inquiry *q, wrt_err *err) {
    const wrt_verdict_question *question = q->question;
    wrt_status status = open_graph(q, err);
    if (status == WRT_OK)
        status = wrt_node_set_parse(&q->treatment, q->graph, question->treatment, "treatment", err);
    if (status == WRT_OK)
        status = wrt_node_set_parse(&q->outcome, q->graph, question->outcome, "outcome", err);
    return status;
}

/* ---- identification */

static wrt_status add_identification(wrt_json *out, const inquiry *q, wrt_err *err) {
    wrt_identification found = {0};
    wrt_json *data = NULL;
    const wrt_identify_query query = {
        .graph = q->graph, .treatment = &q->treatment, .outcome = &q->outcome};
    wrt_status status = wrt_identify(&found, &query, err);
    if (status == WRT_OK)
        status = wrt_identification_to_json(&data, &found, &query, err);
    if (status == WRT_OK) {
        const char *text = wrt_json_get_text(wrt_json_get(data, "estimand"), "text", NULL);
        wrt_json_set_bool(out, "identifiable", wrt_json_get_bool(data, "identifiable", false));
        wrt_json_set_text(out, "method", wrt_json_get_text(data, "method", "none"));
        wrt_json_set(out, "estimand", wrt_json_new_c(text));
        wrt_json_set(out, "steps", wrt_json_take(data, "steps"));
    }
    wrt_json_free(data);
    wrt_identification_free(&found);
    return status;
}

/* ---- sets */

static wrt_status add_sets(wrt_json *out, const inquiry *q, wrt_err *err) {
    const wrt_effect_query query = {q->graph, &q->treatment, &q->outcome, WRT_EFFECT_TOTAL};
    const wrt_adjust_options options = {.kind = WRT_ADJUST_MINIMAL, .max = WRT_VERDICT_SETS};
    wrt_adjustment_sets sets = {0};
    wrt_status status = wrt_adjustment_list(&sets, &query, &options, err);
    if (status != WRT_OK)
        return status;
    wrt_json *all = wrt_json_new_object(), *list = wrt_json_new_array();
    for (size_t i = 0; i < sets.n_sets; i++)
        wrt_json_push(list, wrt_node_set_to_json(q->graph, &sets.sets[i]));
    wrt_json_set_text(all, "verdict", wrt_adjust_verdict_name(sets.verdict));
    wrt_json_set(all, "sets", list);
    wrt_json_set_bool(all, "complete", sets.complete);
    wrt_json_set(out, "sets", all);
    wrt_adjustment_sets_free(&sets);
    return WRT_OK;
}

/* ---- what was used */

static size_t list_names(const char ***out, const wrt_json *list, wrt_arena *arena) {
    size_t n = 0;
    *out = wrt_arena_calloc(arena, wrt_json_count(list) + 1, sizeof **out);
    WRT_JSON_EACH(item, list)
    if (wrt_json_text(item) != NULL)
        (*out)[n++] = wrt_json_text(item);
    return n;
}

static size_t list_columns(const char ***out, const wrt_graph *graph, wrt_arena *arena) {
    size_t n = 0;
    *out = wrt_arena_calloc(arena, wrt_graph_count(graph) + 1, sizeof **out);
    for (int i = 0; i < (int)wrt_graph_count(graph); i++)
        if (!wrt_graph_is_latent(graph, i))
            (*out)[n++] = wrt_graph_name(graph, i);
    return n;
}

static wrt_identified_design design_of(const char *name) {
    return strcmp(name, "frontdoor") == 0    ? WRT_DESIGN_FRONTDOOR
           : strcmp(name, "instrument") == 0 ? WRT_DESIGN_INSTRUMENT
                                             : WRT_DESIGN_ADJUSTMENT;
}

/* An objection of the engine is a verdict, not a failure. */
static void add_used(wrt_json *out, const inquiry *q) {
    const wrt_verdict_question *asked = q->question;
    if (asked->design == NULL) {
        wrt_json_set(out, "used", wrt_json_new_null());
        return;
    }
    wrt_arena *arena = wrt_arena_new();
    wrt_identified found = {0};
    wrt_err why = {0};
    const char **used = NULL, **given = NULL, **columns = NULL;
    size_t n = list_names(&used, asked->used, arena);
    size_t n_given = list_names(&given, asked->conditioned, arena);
    size_t n_columns = list_columns(&columns, q->graph, arena);
    const wrt_identified_question question = {.treatment = wrt_json_text(asked->treatment),
                                              .outcome = wrt_json_text(asked->outcome),
                                              .design = design_of(asked->design),
                                              .names = used,
                                              .n = n,
                                              .given = given,
                                              .n_given = n_given,
                                              .columns = columns,
                                              .n_columns = n_columns};
    bool valid = question.treatment != NULL && question.outcome != NULL &&
                 wrt_effect_identified(&found, q->graph, &question, arena, &why) == WRT_OK;
    wrt_json *verdict = wrt_json_new_object();
    wrt_json_set_text(verdict, "design", asked->design);
    wrt_json_set(verdict, "set",
                 asked->used != NULL ? wrt_json_copy(asked->used) : wrt_json_new_array());
    wrt_json_set_bool(verdict, "valid", valid);
    wrt_json_set_text(verdict, "text",
                      valid ? wrt_json_get_text(found.basis, "text", "") : why.message);
    wrt_json_set(out, "used", verdict);
    wrt_json_free(found.basis);
    wrt_arena_free(arena);
}

/* ---- in words */

static void list_set(wrt_buf *out, const wrt_json *set) {
    size_t n = 0;
    wrt_buf_add_char(out, '{');
    WRT_JSON_EACH(name, set)
    wrt_buf_printf(out, "%s%s", n++ > 0 ? ", " : "", wrt_json_text(name));
    wrt_buf_add_char(out, '}');
}

static void add_text(wrt_json *out) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    const wrt_json *sets = wrt_json_path(out, "sets.sets");
    const char *method = wrt_json_get_text(out, "method", "none");
    if (strcmp(wrt_json_get_text(wrt_json_get(out, "sets"), "verdict", ""), "no_causal_path") == 0)
        wrt_buf_add_c(&text, "zero in the stated graph, which holds no causal path");
    else if (!wrt_json_get_bool(out, "identifiable", false))
        wrt_buf_add_c(&text, "not identified in the stated graph by what is measured");
    else if (strcmp(method, "backdoor") != 0)
        wrt_buf_printf(&text, "identified in the stated graph by %s, not by adjustment",
                       strcmp(method, "frontdoor") == 0 ? "a front door" : "the ID algorithm");
    else if (wrt_json_count(wrt_json_first(sets)) == 0)
        wrt_buf_add_c(&text, "identified in the stated graph without adjustment");
    else {
        wrt_buf_add_c(&text, "identified in the stated graph by adjustment for ");
        size_t n = 0;
        WRT_JSON_EACH(set, sets) {
            wrt_buf_add_c(&text, n++ > 0 ? " or " : "");
            list_set(&text, set);
        }
    }
    wrt_json_set(out, "text", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

wrt_status wrt_verdict_find(wrt_json **out, const wrt_verdict_question *question, wrt_err *err) {
    inquiry q = {.question = question};
    wrt_json *verdict = wrt_json_new_object();
    *out = NULL;
    wrt_status status = open_inquiry(&q, err);
    if (status == WRT_OK)
        status = add_identification(verdict, &q, err);
    if (status == WRT_OK)
        status = add_sets(verdict, &q, err);
    if (status == WRT_OK) {
        add_used(verdict, &q);
        add_text(verdict);
        *out = verdict;
    } else {
        wrt_json_free(verdict);
    }
    release(&q);
    return status;
}

wrt_json *wrt_verdict_unmeasured(const wrt_json *graph, const wrt_json *columns) {
    wrt_graph *stated = NULL;
    if (columns == NULL || wrt_graph_parse(&stated, graph, NULL) != WRT_OK)
        return NULL;
    wrt_json *list = wrt_json_new_array();
    for (int i = 0; i < (int)wrt_graph_count(stated); i++)
        if (!wrt_graph_is_latent(stated, i) && !names(columns, wrt_graph_name(stated, i)))
            wrt_json_push_text(list, wrt_graph_name(stated, i));
    wrt_graph_free(stated);
    return list;
}

wrt_json *wrt_verdict_nodes(const wrt_json *graph) {
    wrt_graph *stated = NULL;
    wrt_json *list = wrt_json_new_array();
    if (graph == NULL || wrt_graph_parse(&stated, graph, NULL) != WRT_OK)
        return list;
    for (int i = 0; i < (int)wrt_graph_count(stated); i++) {
        wrt_json *node = wrt_json_new_object();
        wrt_json_set_text(node, "name", wrt_graph_name(stated, i));
        wrt_json_push(list, node);
    }
    wrt_graph_free(stated);
    return list;
}

/* ---- as evidence */

void wrt_verdict_hash(char out[65], const wrt_json *value) {
    wrt_buf bytes = wrt_buf_make(WRT_MIB(32));
    wrt_json_write_canonical(&bytes, value);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&bytes));
    wrt_sha256_hex(out, &digest);
    wrt_buf_free(&bytes);
}

wrt_json *wrt_verdict_evidence(const wrt_verdict_question *question, const wrt_json *verdict) {
    char hex[65];
    wrt_json *object = wrt_json_new_object(), *source = wrt_json_new_object();
    wrt_json *locator = wrt_json_new_object();
    wrt_json_set_text(object, "kind", "identification");
    wrt_json_set_text(source, "tool", "the program's own engine");
    wrt_json_set(object, "source", source);
    wrt_verdict_hash(hex, question->graph);
    wrt_json_set_text(locator, "graph_sha256", hex);
    wrt_part_copy(locator, "treatment", question->treatment);
    wrt_part_copy(locator, "outcome", question->outcome);
    if (question->design != NULL)
        wrt_json_set_text(locator, "design", question->design);
    wrt_part_copy(locator, "used", question->used);
    wrt_part_copy(locator, "conditioned", question->conditioned);
    wrt_part_copy(locator, "unmeasured", question->unmeasured);
    wrt_json_set(object, "locator", locator);
    wrt_verdict_hash(hex, verdict);
    wrt_json_set_text(object, "sha256", hex);
    wrt_json_set(object, "verdict", wrt_json_copy(verdict));
    wrt_json_set_bool(object, "retracted", false);
    wrt_json_set(object, "taint", wrt_json_new_array());
    return object;
}

void wrt_verdict_question_of(wrt_verdict_question *out, const wrt_json *evidence) {
    const wrt_json *locator = wrt_json_get(evidence, "locator");
    *out = (wrt_verdict_question){.treatment = wrt_json_get(locator, "treatment"),
                                  .outcome = wrt_json_get(locator, "outcome"),
                                  .design = wrt_json_get_text(locator, "design", NULL),
                                  .used = wrt_json_get(locator, "used"),
                                  .conditioned = wrt_json_get(locator, "conditioned"),
                                  .unmeasured = wrt_json_get(locator, "unmeasured")};
}

bool wrt_verdict_carries(const wrt_json *evidence) {
    return wrt_json_bool(wrt_json_path(evidence, "verdict.used.valid"), false);
}

/* ---- as a claim */

static wrt_json *claim_text(const wrt_json *evidence) {
    const wrt_json *locator = wrt_json_get(evidence, "locator");
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&text, "P(%s | do(%s)) is %s", wrt_json_get_text(locator, "outcome", "?"),
                   wrt_json_get_text(locator, "treatment", "?"),
                   wrt_json_get_text(wrt_json_get(evidence, "verdict"), "text", "?"));
    wrt_json *out = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return out;
}

wrt_json *wrt_verdict_claim(const wrt_json *evidence) {
    wrt_json *claim = wrt_json_new_object(), *basis = wrt_json_new_object();
    wrt_json *limits = wrt_json_new_array(), *grounds = wrt_json_new_array();
    wrt_part_ground(grounds, evidence, "context");
    wrt_json_push_text(limits,
                       "holds for the stated graph only; whether that is right is not asked "
                       "here");
    wrt_json_set_text(basis, "rule", "identifiability");
    wrt_part_basis(basis, "identification", evidence);
    wrt_json_set_text(claim, "relation", "unknown");
    wrt_json_set_int(claim, "rung", 0);
    wrt_json_set_text(claim, "rung_reason", "about the stated graph, not about the world");
    wrt_certainty_set(claim, &(wrt_certainty_grounds){.design = WRT_DESIGN_GRAPH});
    wrt_json_set(claim, "polarity", wrt_json_new_null());
    wrt_json_set_text(claim, "population", "the stated graph");
    wrt_json_set(claim, "grounds", grounds);
    wrt_json_set(claim, "warrant", wrt_part_warrant("none", evidence));
    wrt_json_set(claim, "limits", limits);
    wrt_json_set(claim, "text", claim_text(evidence));
    wrt_json_set(claim, "basis", basis);
    return claim;
}
