/* verdict.c: see verdict.h. */
#include "agent/eval/verdict.h"

#include "base/arena.h"
#include "causal/adjustment.h"
#include "causal/identify/counterfactual.h"
#include "causal/instruments.h"
#include "scm/infer/query.h"
#include "scm/infer/whatif.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WHY_MAX = 4096 };
static const double nothing = 1e-9; /* a denominator below this is zero */

/* What is derived once and evaluated in every model. */
typedef struct {
    const wrt_typed_query *query;
    wrt_graph *graph; /* with what is not observed as latent; nodes numbered as in the query */
    wrt_identification total;
    wrt_counterfactual two_values; /* of ETT, NDE, NIE */
    const wrt_estimand *estimand;  /* of one of the two; NULL: none */
    int instrument;                /* -1: none */
} derivation;

static wrt_node_set single(int *node) {
    return (wrt_node_set){.items = node, .n = 1};
}

/* ---- the graph as far as it is observed */

static void mark_states(bool *seen, const wrt_fit_state *states, size_t n) {
    for (size_t i = 0; i < n; i++)
        seen[states[i].node] = true;
}

static void mark_observed(bool *seen, const wrt_typed_query *q) {
    seen[q->treatment] = seen[q->outcome] = true;
    for (size_t i = 0; i < q->mediators.n; i++)
        seen[q->mediators.items[i]] = true;
    if (q->collider >= 0)
        seen[q->collider] = true;
    mark_states(seen, q->evidence, q->n_evidence);
    mark_states(seen, q->set, q->n_set);
    for (size_t i = 0; i < q->n_facts; i++) {
        mark_states(seen, q->facts[i].of, q->facts[i].n_of);
        mark_states(seen, q->facts[i].given, q->facts[i].n_given);
    }
}

static wrt_status observed_graph(wrt_graph **out, const wrt_typed_query *q, wrt_err *err) {
    int n = (int)wrt_graph_count(q->graph), added = 0;
    bool seen[WRT_FIT_NODES_MAX] = {false};
    wrt_graph *graph = wrt_graph_new();
    wrt_status status = WRT_OK;
    mark_observed(seen, q);
    for (int v = 0; v < n && status == WRT_OK; v++) {
        status = wrt_graph_add_node(&added, graph, wrt_str_of(wrt_graph_name(q->graph, v)), err);
        if (status == WRT_OK && !seen[v])
            wrt_graph_set_latent(graph, added);
    }
    for (int v = 0; v < n; v++) {
        size_t n_children = 0;
        const int *children = wrt_graph_children(q->graph, v, &n_children);
        for (size_t i = 0; i < n_children && status == WRT_OK; i++)
            status = wrt_graph_add_edge(graph, v, children[i], err);
    }
    if (status == WRT_OK)
        status = wrt_graph_finish(graph, err);
    *out = graph;
    return status;
}

/* ---- derivations */

static void write_estimand(wrt_buf *why, const derivation *d) {
    wrt_node_set fixed = wrt_estimand_free_variables(d->estimand);
    wrt_buf text = wrt_buf_make(WHY_MAX / 2);
    if (wrt_estimand_write_text(&text, d->estimand, d->graph, &fixed, NULL) == WRT_OK)
        wrt_buf_printf(why, "estimand %s", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    wrt_node_set_free(&fixed);
}

/* An unconditional instrument, where nothing better is there. */
static wrt_status derive_instrument(wrt_verdict *out, derivation *d, wrt_err *err) {
    int x = d->query->treatment, y = d->query->outcome;
    wrt_node_set treatment = single(&x), outcome = single(&y);
    wrt_effect_query effect = {.graph = d->graph, .treatment = &treatment, .outcome = &outcome};
    wrt_instruments found = {0};
    wrt_status status = wrt_instruments_list(&found, &effect, 0, err);
    for (size_t i = 0; i < found.n && d->instrument < 0; i++)
        if (found.items[i].given.n == 0)
            d->instrument = found.items[i].node;
    wrt_instruments_free(&found);
    if (status != WRT_OK)
        return status;
    out->method = d->instrument >= 0 ? "instrument" : "none";
    if (d->instrument >= 0)
        wrt_buf_printf(&out->why,
                       "no nonparametric estimand; ratio by the instrument %s, which "
                       "takes a linear effect for granted",
                       wrt_graph_name(d->graph, d->instrument));
    else
        wrt_buf_add_c(&out->why, d->total.hedge_text != NULL ? d->total.hedge_text
                                                             : "the effect is not identifiable");
    return WRT_OK;
}

static wrt_status derive_total(wrt_verdict *out, derivation *d, wrt_err *err) {
    int x = d->query->treatment, y = d->query->outcome;
    wrt_node_set treatment = single(&x), outcome = single(&y);
    wrt_identify_query ask = {.graph = d->graph, .treatment = &treatment, .outcome = &outcome};
    wrt_status status = wrt_identify(&d->total, &ask, err);
    if (status != WRT_OK)
        return status;
    d->estimand = d->total.estimand;
    if (d->estimand == NULL)
        return derive_instrument(out, d, err);
    out->method = wrt_identify_method_name(d->total.method);
    write_estimand(&out->why, d);
    return WRT_OK;
}

static wrt_question question_of(wrt_typed_kind kind) {
    return kind == WRT_TYPED_ETT   ? WRT_QUESTION_ETT
           : kind == WRT_TYPED_NDE ? WRT_QUESTION_NDE
                                   : WRT_QUESTION_NIE;
}

static wrt_status derive_two_values(wrt_verdict *out, derivation *d, wrt_err *err) {
    int x = d->query->treatment, y = d->query->outcome;
    wrt_node_set treatment = single(&x), outcome = single(&y);
    wrt_counterfactual_query ask = {.graph = d->graph,
                                    .treatment = &treatment,
                                    .outcome = &outcome,
                                    .mediators = &d->query->mediators,
                                    .question = question_of(d->query->kind)};
    wrt_status status = wrt_counterfactual_identify(&d->two_values, &ask, err);
    if (status != WRT_OK)
        return status;
    d->estimand = d->two_values.estimand;
    out->method = d->estimand != NULL ? "counterfactual" : "none";
    if (d->estimand != NULL)
        write_estimand(&out->why, d);
    else
        wrt_buf_add_c(&out->why, d->two_values.text != NULL ? d->two_values.text
                                                            : "the question is not identifiable");
    return WRT_OK;
}

static wrt_status derive(wrt_verdict *out, derivation *d, wrt_err *err) {
    wrt_typed_kind kind = d->query->kind;
    wrt_status status = observed_graph(&d->graph, d->query, err);
    if (status != WRT_OK)
        return status;
    if (kind == WRT_TYPED_ATE)
        return derive_total(out, d, err);
    if (kind == WRT_TYPED_ETT || kind == WRT_TYPED_NDE || kind == WRT_TYPED_NIE)
        return derive_two_values(out, d, err);
    out->method = "inference";
    wrt_buf_add_c(&out->why, kind == WRT_TYPED_DETERMINISTIC
                                 ? "abduction, action, prediction in the model"
                                 : "inference in the model, nothing is done to it");
    return WRT_OK;
}

static void derivation_free(derivation *d) {
    wrt_identification_free(&d->total);
    wrt_counterfactual_free(&d->two_values);
    wrt_graph_free(d->graph);
}

/* ---- evaluation in one model. Each gives NAN where a value is not defined. */

static double joint_mass(const wrt_joint *joint, const wrt_fit_state *states, size_t n) {
    double sum = 0;
    for (size_t index = 0; index < (size_t)1 << joint->n; index++) {
        bool fits = true;
        for (size_t s = 0; s < n; s++)
            for (int i = 0; i < joint->n; i++)
                if (joint->variable[i] == states[s].node &&
                    (int)(index >> i & 1) != states[s].value)
                    fits = false;
        sum += fits ? joint->p[index] : 0;
    }
    return sum;
}

/* P(node = 1 | by = value) */
static double joint_given(const wrt_joint *joint, int node, int by, int value) {
    wrt_fit_state both[2] = {{by, value}, {node, 1}};
    double given = joint_mass(joint, both, 1);
    return given > nothing ? joint_mass(joint, both, 2) / given : (double)NAN;
}

/* [P(Y | Z=1) - P(Y | Z=0)] / [P(X | Z=1) - P(X | Z=0)] (Wald 1940). */
static double ratio_of(const derivation *d, const wrt_joint *joint) {
    int z = d->instrument, x = d->query->treatment, y = d->query->outcome;
    double effect = joint_given(joint, y, z, 1) - joint_given(joint, y, z, 0);
    double uptake = joint_given(joint, x, z, 1) - joint_given(joint, x, z, 0);
    return fabs(uptake) > nothing ? effect / uptake : (double)NAN;
}

/* The estimand at outcome 1, treatment x, and other where it mentions X*. */
static double estimand_at(const derivation *d, const wrt_estimand_table *table, int x, int other) {
    int node[3] = {d->query->outcome, d->query->treatment, wrt_counterfactual_other(d->graph)};
    int digit[3] = {1, x, other};
    size_t n = d->query->kind == WRT_TYPED_ATE ? 2 : 3;
    double value = 0;
    return wrt_estimand_value(&value, NULL, table, n, node, digit) ? value : (double)NAN;
}

static wrt_status evaluate_estimand(double *out, const derivation *d, const wrt_joint *joint,
                                    wrt_err *err) {
    wrt_estimand_table *table = NULL;
    wrt_status status = wrt_estimand_evaluate(&table, d->estimand, joint, d->graph, err);
    if (status != WRT_OK)
        return status;
    if (d->query->kind == WRT_TYPED_ETT) /* both among those with X = 1 */
        *out = estimand_at(d, table, 1, 1) - estimand_at(d, table, 0, 1);
    else /* where X and X* are both 0 the other term is that of nobody treated */
        *out = estimand_at(d, table, 1, 0) - estimand_at(d, table, 0, 0);
    wrt_estimand_table_free(table);
    return WRT_OK;
}

/* P(outcome = 1 | states) by the exact inference of src/scm. */
static wrt_status infer(double *out, const derivation *d, const wrt_scm *scm,
                        const wrt_fit_state *states, size_t n, wrt_err *err) {
    wrt_json *given = wrt_json_new_object();
    for (size_t i = 0; i < n; i++)
        wrt_json_set_text(given, wrt_graph_name(d->graph, states[i].node),
                          states[i].value != 0 ? "1" : "0");
    wrt_scm_question question = {.outcome = wrt_graph_name(d->graph, d->query->outcome),
                                 .given = given,
                                 .method = WRT_SCM_METHOD_EXACT};
    wrt_scm_answer answer;
    wrt_status status = wrt_scm_query(&answer, scm, wrt_scm_rows_of_tables(scm), &question, err);
    wrt_json_free(given);
    *out = status == WRT_OK ? answer.p[1] : (double)NAN;
    return status == WRT_E_NOT_FOUND ? WRT_OK : status;
}

static wrt_json *states_json(const derivation *d, const wrt_fit_state *states, size_t n) {
    wrt_json *json = wrt_json_new_object();
    for (size_t i = 0; i < n; i++)
        wrt_json_set_text(json, wrt_graph_name(d->graph, states[i].node),
                          states[i].value != 0 ? "1" : "0");
    return json;
}

static wrt_status imagine(double *out, const derivation *d, const wrt_scm *scm, wrt_err *err) {
    const wrt_typed_query *q = d->query;
    wrt_json *evidence = states_json(d, q->evidence, q->n_evidence);
    wrt_json *set = states_json(d, q->set, q->n_set);
    wrt_scm_whatif_question question = {.outcome = wrt_graph_name(d->graph, q->outcome),
                                        .evidence = evidence,
                                        .do_values = set,
                                        .method = WRT_SCM_METHOD_EXACT};
    wrt_scm_whatif answer = {0};
    wrt_status status =
        wrt_scm_whatif_ask(&answer, scm, wrt_scm_rows_of_tables(scm), &question, err);
    *out = status == WRT_OK ? answer.counterfactual[1] : (double)NAN;
    wrt_scm_whatif_free(&answer);
    wrt_json_free(evidence);
    wrt_json_free(set);
    return status == WRT_E_NOT_FOUND ? WRT_OK : status;
}

static wrt_status evaluate_inference(double *out, const derivation *d, const wrt_scm *scm,
                                     wrt_err *err) {
    const wrt_typed_query *q = d->query;
    wrt_fit_state with[2] = {{q->treatment, 1}, {q->collider, 1}}, without = {q->treatment, 0};
    double first = 0, second = 0;
    if (q->kind == WRT_TYPED_DETERMINISTIC)
        return imagine(out, d, scm, err);
    if (q->kind == WRT_TYPED_MARGINAL)
        return infer(out, d, scm, NULL, 0, err);
    bool is_collider = q->kind == WRT_TYPED_EXP_AWAY;
    wrt_status status = infer(&first, d, scm, with, is_collider ? 2 : 1, err);
    if (status == WRT_OK)
        status = infer(&second, d, scm, is_collider ? &with[1] : &without, 1, err);
    *out = first - second;
    return status;
}

static wrt_status evaluate(double *out, const derivation *d, const wrt_fit *fit, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (d->estimand != NULL || d->instrument >= 0) {
        wrt_joint joint;
        wrt_fit_joint(&joint, fit);
        if (d->estimand != NULL)
            status = evaluate_estimand(out, d, &joint, err);
        else
            *out = ratio_of(d, &joint);
        wrt_joint_free(&joint);
        return status;
    }
    wrt_scm *scm = NULL;
    status = wrt_fit_scm(&scm, fit, err);
    if (status == WRT_OK)
        status = evaluate_inference(out, d, scm, err);
    wrt_scm_free(scm);
    return status;
}

/* ---- yes or no */

bool wrt_verdict_rule(wrt_typed_kind kind, double value, bool polarity) {
    switch (kind) {
    case WRT_TYPED_MARGINAL:
    case WRT_TYPED_DETERMINISTIC:
        return (value > 0.5) == polarity;
    case WRT_TYPED_EXP_AWAY:
        return (value > 0) == polarity;
    case WRT_TYPED_ETT:
        return fabs(value) >= 0.005 && (value > 0) != polarity;
    default:
        return fabs(value) >= 0.005 && (value > 0) == polarity;
    }
}

static void take_value(wrt_verdict *out, const wrt_typed_query *q, double value) {
    bool yes = wrt_verdict_rule(q->kind, value, q->polarity);
    if (!out->is_known) {
        *out = (wrt_verdict){.is_known = true,
                             .yes = yes,
                             .settled = true,
                             .value = value,
                             .low = value,
                             .high = value,
                             .method = out->method,
                             .why = out->why};
        return;
    }
    out->settled = out->settled && yes == out->yes;
    out->low = fmin(out->low, value);
    out->high = fmax(out->high, value);
}

static void fits_free(wrt_fit *fits[WRT_VERDICT_STARTS]) {
    for (unsigned start = 0; start < WRT_VERDICT_STARTS; start++)
        wrt_fit_free(fits[start]);
}

static wrt_status make_fits(wrt_fit *fits[WRT_VERDICT_STARTS], double *nearest, const derivation *d,
                            wrt_err *err) {
    wrt_status status = WRT_OK;
    *nearest = 1;
    for (unsigned start = 0; start < WRT_VERDICT_STARTS && status == WRT_OK; start++) {
        status =
            wrt_fit_make(&fits[start], d->graph, d->query->facts, d->query->n_facts, start, err);
        if (status == WRT_OK)
            *nearest = fmin(*nearest, wrt_fit_error(fits[start]));
    }
    return status;
}

static void explain_spread(wrt_verdict *out, double nearest) {
    if (!out->is_known)
        wrt_buf_printf(&out->why,
                       "; no model with this graph holds the numbers (the nearest "
                       "misses one by %.3g), or the value is not defined in it",
                       nearest);
    else if (!out->settled)
        wrt_buf_printf(&out->why, "; the numbers do not settle it: from %.3g to %.3g", out->low,
                       out->high);
    else if (out->high - out->low > 1e-6)
        wrt_buf_printf(&out->why, "; the numbers settle the sign only: from %.3g to %.3g", out->low,
                       out->high);
}

/* A start that ends in a saddle holds the numbers less well than another one: it does not count. */
static wrt_status by_models(wrt_verdict *out, const derivation *d, wrt_err *err) {
    wrt_fit *fits[WRT_VERDICT_STARTS] = {NULL};
    double nearest = 1;
    wrt_status status = make_fits(fits, &nearest, d, err);
    double allowed = fmin(nearest + 1e-6, WRT_VERDICT_TOLERANCE);
    for (unsigned start = 0; start < WRT_VERDICT_STARTS && status == WRT_OK; start++) {
        double value = 0;
        if (wrt_fit_error(fits[start]) > allowed)
            continue;
        status = evaluate(&value, d, fits[start], err);
        if (status == WRT_OK && isfinite(value))
            take_value(out, d->query, value);
    }
    fits_free(fits);
    if (status == WRT_OK)
        explain_spread(out, nearest);
    return status;
}

/* ---- questions that the graph alone answers */

/* The better set is the valid one, of two valid ones the smaller. */
static wrt_status by_adjustment(wrt_verdict *out, const wrt_typed_query *q, wrt_err *err) {
    int x = q->treatment, y = q->outcome;
    wrt_node_set treatment = single(&x), outcome = single(&y);
    wrt_effect_query effect = {.graph = q->graph, .treatment = &treatment, .outcome = &outcome};
    bool valid[2] = {false, false};
    out->method = "graph";
    for (int i = 0; i < 2; i++) {
        wrt_adjustment_verdict verdict = {0};
        wrt_status status = wrt_adjustment_check(&verdict, &effect, &q->methods[i], err);
        if (status != WRT_OK)
            return status;
        valid[i] = verdict.valid;
        wrt_buf_printf(&out->why, "%smethod %d: %s", i > 0 ? " " : "", i + 1, verdict.text);
        wrt_adjustment_verdict_free(&verdict);
    }
    bool is_smaller = q->methods[0].n < q->methods[1].n;
    out->is_known = valid[0] != valid[1] || (valid[0] && q->methods[0].n != q->methods[1].n);
    bool first = valid[0] && (!valid[1] || is_smaller);
    out->yes = first == q->polarity;
    out->settled = out->is_known;
    if (!out->is_known)
        wrt_buf_add_c(&out->why, " Neither is the better one.");
    return WRT_OK;
}

/* Whether one affects the other: a directed path, whatever is conditioned on. */
static wrt_status by_reach(wrt_verdict *out, const wrt_typed_query *q, wrt_err *err) {
    int x = q->treatment, y = q->outcome;
    wrt_node_set treatment = single(&x), outcome = single(&y);
    wrt_effect_query effect = {.graph = q->graph, .treatment = &treatment, .outcome = &outcome};
    wrt_adjust_options options = {.kind = WRT_ADJUST_CANONICAL};
    wrt_adjustment_sets sets = {0};
    wrt_status status = wrt_adjustment_list(&sets, &effect, &options, err);
    bool affects = sets.verdict != WRT_ADJUST_NO_CAUSAL_PATH;
    wrt_adjustment_sets_free(&sets);
    if (status != WRT_OK)
        return status;
    out->method = "graph";
    out->is_known = out->settled = true;
    out->value = out->low = out->high = affects ? (double)NAN : 0;
    out->yes = affects == q->polarity;
    wrt_buf_add_c(&out->why, affects ? "a directed path leads from treatment to outcome"
                                     : "no directed path leads from treatment to outcome: what "
                                       "conditioning on a collider shows is no effect");
    return WRT_OK;
}

wrt_status wrt_verdict_of(wrt_verdict *out, const wrt_typed_query *query, wrt_err *err) {
    *out = (wrt_verdict){.value = (double)NAN,
                         .low = (double)NAN,
                         .high = (double)NAN,
                         .method = "none",
                         .why = wrt_buf_make(WHY_MAX)};
    if (query->kind == WRT_TYPED_BACKADJ)
        return by_adjustment(out, query, err);
    if (query->kind == WRT_TYPED_COLLIDER_BIAS)
        return by_reach(out, query, err);
    derivation d = {.query = query, .instrument = -1};
    wrt_status status = derive(out, &d, err);
    if (status == WRT_OK && strcmp(out->method, "none") != 0)
        status = by_models(out, &d, err);
    derivation_free(&d);
    return status;
}

void wrt_verdict_free(wrt_verdict *verdict) {
    if (verdict != NULL)
        wrt_buf_free(&verdict->why);
}
