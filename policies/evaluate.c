/* evaluate.c: one compiled rule against one request.
 *
 * A condition comes to true, false or error; an error carries the leaf and a static reason and
 * never the value, which may be private. Nothing is allocated here. Recursion follows the
 * condition, whose depth the compiler bounded. */
#include "policies/rules.h"

#include <string.h>

static wrt_verdict settle(const wrt_condition *leaf, bool holds) {
    return (wrt_verdict){holds ? WRT_TRI_TRUE : WRT_TRI_FALSE, leaf, NULL};
}

static wrt_verdict fail(const wrt_condition *leaf, const char *reason) {
    return (wrt_verdict){WRT_TRI_ERROR, leaf, reason};
}

static const wrt_json *look_up(const wrt_condition *leaf, const wrt_json *request) {
    const wrt_json *value = request;
    for (size_t i = 0; i < leaf->n_keys && value != NULL; i++)
        value = wrt_json_get(value, leaf->keys[i]);
    return value;
}

static bool is_within(const wrt_bound *bound, double value) {
    switch (bound->op) {
    case WRT_OP_EQ:
        return value == bound->number;
    case WRT_OP_NE:
        return value != bound->number;
    case WRT_OP_LT:
        return value < bound->number;
    case WRT_OP_LE:
        return value <= bound->number;
    case WRT_OP_GT:
        return value > bound->number;
    default:
        return value >= bound->number;
    }
}

static bool all_within(const wrt_condition *leaf, double value) {
    for (size_t i = 0; i < leaf->n_bounds; i++) {
        if (!is_within(&leaf->bounds[i], value))
            return false;
    }
    return true;
}

static bool is_member(const wrt_json *list, const wrt_json *value) {
    WRT_JSON_EACH(item, list) {
        if (wrt_json_equal(item, value))
            return true;
    }
    return false;
}

static wrt_verdict evaluate_has(const wrt_condition *leaf, const wrt_json *value) {
    if (!wrt_json_is(value, WRT_JSON_ARRAY))
        return fail(leaf, "is not an array");
    if (wrt_json_count(value) > WRT_POLICY_SCANNED_MAX)
        return fail(leaf, "has too many elements");
    bool needs_all = leaf->op == WRT_OP_HAS_ALL;
    WRT_JSON_EACH(wanted, leaf->operand) {
        if (is_member(value, wanted) != needs_all)
            return settle(leaf, leaf->op == WRT_OP_HAS_ANY);
    }
    return settle(leaf, leaf->op != WRT_OP_HAS_ANY);
}

static wrt_verdict evaluate_regex(const wrt_condition *leaf, wrt_str subject) {
    bool found = false;
    size_t begin;
    size_t end;
    if (subject.len > WRT_POLICY_SUBJECT_MAX)
        return fail(leaf, "is too long for a regular expression");
    wrt_status status = wrt_regex_search(&found, &begin, &end, leaf->regex, subject, 0, NULL);
    if (status == WRT_E_LIMIT)
        return fail(leaf, "made the regular expression hit a resource limit");
    if (status != WRT_OK)
        return fail(leaf, "could not be searched by the regular expression");
    return settle(leaf, found);
}

static wrt_verdict evaluate_text(const wrt_condition *leaf, const wrt_json *value) {
    wrt_str text = wrt_str_of(wrt_json_text(value));
    if (!wrt_json_is(value, WRT_JSON_STRING))
        return fail(leaf, "is not a string");
    if (leaf->op == WRT_OP_PCRE2)
        return evaluate_regex(leaf, text);
    if (leaf->op == WRT_OP_PREFIX)
        return settle(leaf, wrt_str_starts_with(text, wrt_str_of(leaf->text)));
    if (text.len > WRT_POLICY_GLOBBED_MAX)
        return fail(leaf, "is too long for a glob");
    return settle(leaf, wrt_glob_match(leaf->text, text.ptr));
}

/* The first place where each glob matches is as good as any later one, so one pass decides
 * whether the globs match as a subsequence. Entries without a tool (an input, an answer) are
 * passed over. */
static wrt_verdict evaluate_seq(const wrt_condition *leaf, const wrt_json *value) {
    const wrt_json *wanted = wrt_json_first(leaf->operand);
    if (!wrt_json_is(value, WRT_JSON_ARRAY))
        return fail(leaf, "is not an array");
    WRT_JSON_EACH(entry, value) {
        if (!wrt_json_is(entry, WRT_JSON_OBJECT))
            return fail(leaf, "has an entry that is not an object");
        const char *tool = wrt_json_get_text(entry, "tool", NULL);
        if (wanted != NULL && tool != NULL && wrt_glob_match(wrt_json_text(wanted), tool))
            wanted = wrt_json_next(wanted);
    }
    return settle(leaf, wanted == NULL);
}

static wrt_verdict evaluate_leaf(const wrt_condition *leaf, const wrt_json *request) {
    const wrt_json *value = look_up(leaf, request);
    if (leaf->op == WRT_OP_EXISTS)
        return settle(leaf, (value != NULL) == wrt_json_bool(leaf->operand, true));
    if (value == NULL)
        return fail(leaf, "is missing");
    switch (leaf->op) {
    case WRT_OP_EQ:
        return settle(leaf, wrt_json_equal(value, leaf->operand));
    case WRT_OP_NE:
        return settle(leaf, !wrt_json_equal(value, leaf->operand));
    case WRT_OP_IN:
        return settle(leaf, is_member(leaf->operand, value));
    case WRT_OP_HAS_ANY:
    case WRT_OP_HAS_ALL:
    case WRT_OP_HAS_NONE:
        return evaluate_has(leaf, value);
    case WRT_OP_PREFIX:
    case WRT_OP_GLOB:
    case WRT_OP_PCRE2:
        return evaluate_text(leaf, value);
    case WRT_OP_SEQ:
        return evaluate_seq(leaf, value);
    case WRT_OP_COUNT:
        if (!wrt_json_is(value, WRT_JSON_ARRAY))
            return fail(leaf, "is not an array");
        return settle(leaf, all_within(leaf, (double)wrt_json_count(value)));
    default:
        if (!wrt_json_is(value, WRT_JSON_NUMBER))
            return fail(leaf, "is not a number");
        return settle(leaf, all_within(leaf, wrt_json_number(value, 0)));
    }
}

static wrt_verdict evaluate_not(const wrt_condition *node, const wrt_json *request) {
    wrt_verdict inner = wrt_condition_evaluate(node->children, request);
    if (inner.value != WRT_TRI_ERROR)
        inner.value = inner.value == WRT_TRI_TRUE ? WRT_TRI_FALSE : WRT_TRI_TRUE;
    return inner;
}

wrt_verdict wrt_condition_evaluate(const wrt_condition *condition, const wrt_json *request) {
    if (condition->op == WRT_OP_NOT)
        return evaluate_not(condition, request);
    if (condition->op != WRT_OP_ALL && condition->op != WRT_OP_ANY)
        return evaluate_leaf(condition, request);
    wrt_tri decisive = condition->op == WRT_OP_ALL ? WRT_TRI_FALSE : WRT_TRI_TRUE;
    wrt_verdict result = settle(NULL, condition->op == WRT_OP_ALL);
    for (size_t i = 0; i < condition->n_children; i++) {
        wrt_verdict child = wrt_condition_evaluate(&condition->children[i], request);
        if (child.value == decisive)
            return child;
        if (result.value != WRT_TRI_ERROR)
            result = child; /* the first error stays; else the last child speaks for all */
    }
    return result;
}

/* ---- rules */

static bool matches_tool(const wrt_rule *rule, const char *tool) {
    for (size_t i = 0; i < rule->n_tools; i++) {
        if (wrt_glob_match(rule->tools[i], tool))
            return true;
    }
    return false;
}

/* A request without a tool is met by the glob "*" only. A plan names several tools: a permit must
 * cover them all, any other effect bites on one. */
static bool applies_to_tools(const wrt_rule *rule, const wrt_request *request) {
    if (rule->n_tools == 0)
        return true;
    if (request->tool != NULL)
        return matches_tool(rule, request->tool);
    bool needs_all = rule->effect == WRT_EFFECT_PERMIT;
    bool has_names = false;
    WRT_JSON_EACH(name, request->tools) {
        has_names = true;
        if (matches_tool(rule, wrt_json_text(name)) != needs_all)
            return !needs_all;
    }
    return has_names ? needs_all : matches_tool(rule, "");
}

/* Counters say what has happened already, so a limit of 20 is reached when its counter is 20 and
 * the request would be the 21st. A host that keeps sliding windows supplies "COUNTER@60s"; without
 * it the total since the start is used, which is never smaller. */
static wrt_result evaluate_limit(const wrt_rule *rule, const wrt_request *request) {
    wrt_result result = {.clause = WRT_CLAUSE_LIMIT, .subject = rule->counter};
    const wrt_json *counter = NULL;
    if (rule->windowed_counter != NULL)
        counter = wrt_json_get(request->counters, rule->windowed_counter);
    if (counter == NULL)
        counter = wrt_json_get(request->counters, rule->counter);
    double value = wrt_json_number(counter, counter == NULL ? 0 : -1);
    if (!(value >= 0)) {
        result.outcome = WRT_OUTCOME_ERROR;
        result.reason = "is not a number of at least 0";
    } else {
        result.outcome = value >= rule->max ? WRT_OUTCOME_SATISFIED : WRT_OUTCOME_NOT_SATISFIED;
    }
    return result;
}

static wrt_result settle_clause(wrt_outcome outcome, wrt_clause clause, wrt_verdict verdict) {
    wrt_result result = {.outcome = outcome, .clause = clause, .leaf = verdict.leaf};
    if (outcome == WRT_OUTCOME_ERROR) {
        result.subject = verdict.leaf->field;
        result.reason = verdict.reason;
    }
    return result;
}

wrt_result wrt_rule_evaluate(const wrt_rule *rule, const wrt_request *request) {
    wrt_verdict when = {.value = WRT_TRI_TRUE};
    wrt_verdict unless = {.value = WRT_TRI_FALSE};
    if ((rule->phases & (1u << request->phase)) == 0)
        return settle_clause(WRT_OUTCOME_NOT_APPLICABLE, WRT_CLAUSE_PHASE, when);
    if (!applies_to_tools(rule, request))
        return settle_clause(WRT_OUTCOME_NOT_APPLICABLE, WRT_CLAUSE_TOOL, when);
    if (rule->when != NULL)
        when = wrt_condition_evaluate(rule->when, request->root);
    if (when.value == WRT_TRI_FALSE)
        return settle_clause(WRT_OUTCOME_NOT_SATISFIED, WRT_CLAUSE_WHEN, when);
    if (rule->unless != NULL)
        unless = wrt_condition_evaluate(rule->unless, request->root);
    if (unless.value == WRT_TRI_TRUE)
        return settle_clause(WRT_OUTCOME_NOT_SATISFIED, WRT_CLAUSE_UNLESS, unless);
    if (when.value == WRT_TRI_ERROR)
        return settle_clause(WRT_OUTCOME_ERROR, WRT_CLAUSE_WHEN, when);
    if (unless.value == WRT_TRI_ERROR)
        return settle_clause(WRT_OUTCOME_ERROR, WRT_CLAUSE_UNLESS, unless);
    if (rule->effect == WRT_EFFECT_LIMIT)
        return evaluate_limit(rule, request);
    return settle_clause(WRT_OUTCOME_SATISFIED, WRT_CLAUSE_WHEN, when);
}

bool wrt_result_counts(const wrt_rule *rule, wrt_outcome outcome) {
    return outcome == WRT_OUTCOME_SATISFIED ||
           (outcome == WRT_OUTCOME_ERROR && rule->effect != WRT_EFFECT_PERMIT);
}

bool wrt_rule_is_approved(const wrt_rule *rule, const wrt_request *request) {
    WRT_JSON_EACH(granted, request->approvals) {
        const char *id = wrt_json_text(granted);
        if (id != NULL && strcmp(id, rule->id) == 0)
            return true;
    }
    return false;
}

/* ---- requests */

static bool are_texts(const wrt_json *list) {
    if (!wrt_json_is(list, WRT_JSON_ARRAY))
        return false;
    WRT_JSON_EACH(item, list) {
        if (!wrt_json_is(item, WRT_JSON_STRING))
            return false;
    }
    return true;
}

static const char *find_problem(wrt_request *out, const wrt_json *json) {
    const wrt_json *tool = wrt_json_get(json, "tool");
    int phase = wrt_phase_parse(wrt_json_get_text(json, "phase", NULL));
    if (!wrt_json_is(json, WRT_JSON_OBJECT))
        return "the request is not an object";
    if (phase < 0)
        return "request.phase is not one of input plan tool_call tool_result llm_request "
               "llm_response claim output export";
    out->phase = (wrt_phase)phase;
    out->tool = wrt_json_text(tool);
    if (tool != NULL &&
        (out->tool == NULL || *out->tool == '\0' || strlen(out->tool) > WRT_POLICY_NAME_MAX))
        return "request.tool is not a name of 1 to 128 bytes";
    if (tool == NULL && (phase == WRT_PHASE_TOOL_CALL || phase == WRT_PHASE_TOOL_RESULT))
        return "request.tool is missing";
    if (out->tools != NULL && !are_texts(out->tools))
        return "request.tools is not an array of names";
    if (out->counters != NULL && !wrt_json_is(out->counters, WRT_JSON_OBJECT))
        return "request.counters is not an object";
    if (out->approvals != NULL && !are_texts(out->approvals))
        return "request.approvals is not an array of rule ids";
    return NULL;
}

bool wrt_request_read(wrt_request *out, const wrt_json *json, const char **problem) {
    *out = (wrt_request){.root = json,
                         .counters = wrt_json_get(json, "counters"),
                         .approvals = wrt_json_get(json, "approvals")};
    out->tools = wrt_json_get(json, "tools");
    *problem = find_problem(out, json);
    if (*problem == NULL && out->phase != WRT_PHASE_PLAN)
        out->tools = NULL;
    return *problem == NULL;
}
