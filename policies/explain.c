/* explain.c: why each rule did or did not speak about a request.
 *
 * The decision record names the rules that decided; this lists all of them with the clause and the
 * leaf that settled each, what each leaf saw, and what would have to be otherwise. Values of the
 * request are never quoted, since they may be private: only their kind and length. */
#include "policies/remedy.h"

static const char *outcome_name(wrt_outcome outcome) {
    static const char *const names[] = {
        [WRT_OUTCOME_NOT_APPLICABLE] = "not_applicable",
        [WRT_OUTCOME_NOT_SATISFIED] = "not_satisfied",
        [WRT_OUTCOME_SATISFIED] = "satisfied",
        [WRT_OUTCOME_ERROR] = "error",
    };
    return names[outcome];
}

/* "field op operand", the operand cut to fit a line. */
static void describe_leaf(wrt_buf *out, const wrt_condition *leaf) {
    if (leaf == NULL) {
        wrt_buf_add_c(out, "an empty list of conditions");
        return;
    }
    wrt_buf operand = wrt_buf_make(WRT_POLICY_FILE_MAX);
    wrt_json_write(&operand, leaf->operand);
    wrt_shown shown = wrt_policy_show(wrt_buf_str(&operand).ptr);
    wrt_buf_printf(out, "%s %s %s", leaf->field, wrt_op_name(leaf->op), shown.text);
    if (wrt_str_of(shown.text).len < operand.len)
        wrt_buf_add_c(out, "...");
    wrt_buf_free(&operand);
}

static void describe_scope(wrt_buf *out, const wrt_request *request, wrt_clause clause) {
    if (clause == WRT_CLAUSE_PHASE)
        wrt_buf_printf(out, "phase %s is not among the rule's phases",
                       wrt_phase_name(request->phase));
    else if (request->tool != NULL)
        wrt_buf_printf(out, "tool %s matches none of the rule's tools",
                       wrt_policy_show(request->tool).text);
    else
        wrt_buf_add_c(out, "the request's tools do not match the rule's tools");
}

static void describe_satisfied(wrt_buf *out, const wrt_rule *rule, const wrt_request *request,
                               const wrt_result *result) {
    if (result->clause == WRT_CLAUSE_LIMIT)
        wrt_buf_printf(out, "counter %s has reached its maximum", rule->counter);
    else if (rule->when == NULL && rule->unless == NULL)
        wrt_buf_add_c(out, "applies without condition");
    else
        wrt_buf_add_c(out, "its conditions hold");
    if (rule->effect == WRT_EFFECT_REQUIRE_APPROVAL)
        wrt_buf_add_c(out, wrt_rule_is_approved(rule, request) ? "; approval was granted"
                                                               : "; approval is missing");
}

static void describe(wrt_buf *out, const wrt_rule *rule, const wrt_request *request,
                     const wrt_result *result) {
    switch (result->outcome) {
    case WRT_OUTCOME_NOT_APPLICABLE:
        describe_scope(out, request, result->clause);
        break;
    case WRT_OUTCOME_SATISFIED:
        describe_satisfied(out, rule, request, result);
        break;
    case WRT_OUTCOME_ERROR:
        wrt_buf_printf(out, "%s %s; %s", result->subject, result->reason,
                       rule->effect == WRT_EFFECT_PERMIT ? "a permit that errs does not permit"
                                                         : "counts as satisfied");
        break;
    case WRT_OUTCOME_NOT_SATISFIED:
        if (result->clause == WRT_CLAUSE_LIMIT) {
            wrt_buf_printf(out, "counter %s is below its maximum", rule->counter);
        } else {
            wrt_buf_add_c(out, result->clause == WRT_CLAUSE_WHEN ? "'when' does not hold: "
                                                                 : "'unless' holds: ");
            describe_leaf(out, result->leaf);
        }
        break;
    }
}

static const char *tri_name(wrt_tri value) {
    static const char *const names[] = {
        [WRT_TRI_FALSE] = "false", [WRT_TRI_TRUE] = "true", [WRT_TRI_ERROR] = "error"};
    return names[value];
}

static void list_leaves(wrt_json *leaves, wrt_decider *decider, const wrt_condition *node) {
    if (node == NULL)
        return;
    for (size_t i = 0; i < node->n_children; i++)
        list_leaves(leaves, decider, &node->children[i]);
    if (node->op <= WRT_OP_NOT)
        return;
    wrt_json *leaf = wrt_json_new_object();
    wrt_buf seen = wrt_buf_make(128);
    wrt_decider_describe_value(&seen, decider, node);
    wrt_json_set_text(leaf, "field", node->field);
    wrt_json_set_text(leaf, "op", wrt_op_name(node->op));
    wrt_json_set(leaf, "operand", wrt_json_copy(node->operand));
    wrt_json_set(leaf, "seen", wrt_json_new_text(wrt_buf_str(&seen)));
    wrt_json_set_text(leaf, "value", tri_name(wrt_condition_evaluate(decider, node).value));
    wrt_json_push(leaves, leaf);
    wrt_buf_free(&seen);
}

/* The leaves of a rule whose phase and tool fit. */
static void add_leaves(wrt_json *line, wrt_decider *decider, const wrt_rule *rule) {
    wrt_clause clause;
    if ((rule->when == NULL && rule->unless == NULL) || !wrt_rule_applies(&clause, decider, rule))
        return;
    wrt_json *leaves = wrt_json_new_array();
    list_leaves(leaves, decider, rule->when);
    list_leaves(leaves, decider, rule->unless);
    wrt_json_set(line, "leaves", leaves);
}

static wrt_json *explain_rule(wrt_decider *decider, size_t number) {
    const wrt_rule *rule = decider->policy->rules[number];
    wrt_json *line = wrt_json_new_object();
    wrt_result result = wrt_decider_result(decider, number);
    wrt_buf detail = wrt_buf_make(WRT_KIB(4));
    describe(&detail, rule, &decider->request, &result);
    wrt_json_set_text(line, "id", rule->id);
    wrt_json_set_text(line, "effect", wrt_effect_name(rule->effect));
    wrt_json_set_text(line, "outcome", outcome_name(result.outcome));
    wrt_json_set(line, "detail", wrt_json_new_text(wrt_buf_str(&detail)));
    wrt_buf_free(&detail);
    add_leaves(line, decider, rule);
    return line;
}

wrt_json *wrt_policy_explain(const wrt_policy *policy, const wrt_json *request) {
    wrt_json *out = wrt_json_new_object();
    wrt_json *rules = wrt_json_new_array();
    wrt_decider *decider = wrt_decider_new(policy);
    (void)wrt_decider_decide(decider, request);
    wrt_json_set(out, "decision", wrt_decider_record(decider));
    for (size_t i = 0; decider->problem == NULL && i < policy->n_rules; i++)
        wrt_json_push(rules, explain_rule(decider, i));
    wrt_json_set(out, "rules", rules);
    wrt_json_set(out, "would_be_allowed_if", wrt_decider_remedies(decider));
    wrt_decider_free(decider);
    return out;
}
