/* evaluate.c: one compiled rule against one request.
 *
 * A condition comes to true, false or error; an error carries the leaf and a static reason and
 * never the value, which may be private. Nothing is allocated here. Recursion follows the
 * condition, whose depth the compiler bounded. */
#include "policies/deciding.h"
#include "policies/facts.h"

#include <string.h>

static wrt_verdict settle(const wrt_condition *leaf, bool holds) {
    return (wrt_verdict){leaf, holds ? WRT_TRI_TRUE : WRT_TRI_FALSE, WRT_REASON_NONE};
}

static wrt_verdict fail(const wrt_condition *leaf, wrt_reason reason) {
    return (wrt_verdict){leaf, WRT_TRI_ERROR, reason};
}

static const char *text_of(wrt_reason reason) {
    static const char *const texts[] = {
        [WRT_REASON_NONE] = "",
        [WRT_REASON_MISSING] = "is missing",
        [WRT_REASON_NO_ARRAY] = "is not an array",
        [WRT_REASON_NO_STRING] = "is not a string",
        [WRT_REASON_NO_NUMBER] = "is not a number",
        [WRT_REASON_TOO_MANY] = "has too many elements",
        [WRT_REASON_NO_ENTRY] = "has an entry that is not an object",
        [WRT_REASON_LONG_FOR_REGEX] = "is too long for a regular expression",
        [WRT_REASON_LONG_FOR_GLOB] = "is too long for a glob",
        [WRT_REASON_REGEX_LIMIT] = "made the regular expression hit a resource limit",
        [WRT_REASON_REGEX_FAILED] = "could not be searched by the regular expression",
    };
    return texts[reason];
}

/* ---- fields */

/* No text has no findings; a text that is no string has none that could be trusted, so its facts
 * are missing. */
static const wrt_json *read_facts(wrt_decider *decider) {
    const wrt_json *text = wrt_json_get(decider->request.root, "text");
    if (text != NULL && !wrt_json_is(text, WRT_JSON_STRING))
        return NULL;
    if (decider->facts == NULL)
        decider->facts = wrt_facts_of(wrt_str_of(wrt_json_text(text)));
    return decider->facts;
}

static const wrt_json *read_level(wrt_decider *decider) {
    const wrt_json *integrity = wrt_slot_value(decider, decider->program->integrity_slot);
    int level = wrt_integrity_parse(wrt_json_text(integrity));
    return level < 0 ? NULL : decider->program->levels[level];
}

/* Recursion follows the parts of a field, at most WRT_POLICY_KEYS_MAX. */
const wrt_json *wrt_slot_value(wrt_decider *decider, uint32_t slot) {
    wrt_slot_cell *cell = &decider->slots[slot];
    const wrt_slot *source = &decider->program->slots[slot];
    if (cell->stamp == decider->number)
        return cell->value;
    cell->stamp = decider->number;
    if (source->source == WRT_SLOT_FACTS)
        cell->value = read_facts(decider);
    else if (source->source == WRT_SLOT_LEVEL)
        cell->value = read_level(decider);
    else if (source->parent == WRT_NO_SLOT)
        cell->value = wrt_json_get(decider->request.root, source->key);
    else
        cell->value = wrt_json_get(wrt_slot_value(decider, source->parent), source->key);
    return cell->value;
}

static void add_word(wrt_slot_cell *cell, const wrt_program *program, const char *text) {
    if (text == NULL || strnlen(text, program->longest_word + 1) > program->longest_word)
        return;
    size_t word = wrt_intern_find(&program->words, 0, text);
    if (word == SIZE_MAX)
        return;
    cell->too_many = cell->n_words == WRT_SLOT_WORDS_MAX;
    if (!cell->too_many)
        cell->words[cell->n_words++] = (uint32_t)word;
}

/* The slot's cell with its words; only after wrt_slot_value gave a value. */
static const wrt_slot_cell *read_words(wrt_decider *decider, uint32_t slot) {
    wrt_slot_cell *cell = &decider->slots[slot];
    if (cell->words_stamp == decider->number)
        return cell;
    cell->words_stamp = decider->number;
    cell->n_words = 0;
    cell->too_many = false;
    cell->n_elements = wrt_json_count(cell->value);
    add_word(cell, decider->program, wrt_json_text(cell->value));
    if (wrt_json_is(cell->value, WRT_JSON_ARRAY)) {
        for (const wrt_json *item = wrt_json_first(cell->value); item != NULL && !cell->too_many;
             item = wrt_json_next(item))
            add_word(cell, decider->program, wrt_json_text(item));
    }
    return cell;
}

/* ---- leaves */

static bool has_word(const uint32_t *words, size_t count, uint32_t wanted) {
    for (size_t i = 0; i < count; i++) {
        if (words[i] == wanted)
            return true;
    }
    return false;
}

/* Is the text in the slot one of the leaf's? A value that is no text is none of them. */
static bool is_one_of_words(wrt_decider *decider, const wrt_condition *leaf) {
    const wrt_slot_cell *cell = read_words(decider, leaf->slot);
    return cell->n_words == 1 && wrt_json_is(cell->value, WRT_JSON_STRING) &&
           has_word(leaf->words, leaf->n_words, cell->words[0]);
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

/* has_any: is one wanted element there? has_all, has_none: is one not as it must be? */
static bool find_telling(const wrt_condition *leaf, const wrt_slot_cell *cell) {
    bool telling = leaf->op != WRT_OP_HAS_ALL;
    if (leaf->words != NULL && !cell->too_many) {
        for (size_t i = 0; i < leaf->n_words; i++) {
            if (has_word(cell->words, cell->n_words, leaf->words[i]) == telling)
                return true;
        }
        return false;
    }
    WRT_JSON_EACH(wanted, leaf->operand) {
        if (is_member(cell->value, wanted) == telling)
            return true;
    }
    return false;
}

static wrt_verdict evaluate_has(wrt_decider *decider, const wrt_condition *leaf,
                                const wrt_json *value) {
    if (!wrt_json_is(value, WRT_JSON_ARRAY))
        return fail(leaf, WRT_REASON_NO_ARRAY);
    const wrt_slot_cell *cell = read_words(decider, leaf->slot);
    if (cell->n_elements > WRT_POLICY_SCANNED_MAX)
        return fail(leaf, WRT_REASON_TOO_MANY);
    return settle(leaf, find_telling(leaf, cell) == (leaf->op == WRT_OP_HAS_ANY));
}

static wrt_verdict evaluate_regex(wrt_decider *decider, const wrt_condition *leaf,
                                  wrt_str subject) {
    bool found = false;
    if (subject.len > WRT_POLICY_SUBJECT_MAX)
        return fail(leaf, WRT_REASON_LONG_FOR_REGEX);
    wrt_status status = wrt_regex_test(&found, leaf->regex, subject, decider->scratch, NULL);
    if (status == WRT_E_LIMIT)
        return fail(leaf, WRT_REASON_REGEX_LIMIT);
    if (status != WRT_OK)
        return fail(leaf, WRT_REASON_REGEX_FAILED);
    return settle(leaf, found);
}

static bool match_glob(const wrt_condition *leaf, wrt_str text) {
    wrt_str part = leaf->glob_text;
    switch (leaf->glob_form) {
    case WRT_GLOB_EXACT:
        return wrt_str_equal(text, part);
    case WRT_GLOB_PREFIX:
        return wrt_str_starts_with(text, part);
    case WRT_GLOB_SUFFIX:
        return text.len >= part.len &&
               memcmp(text.ptr + text.len - part.len, part.ptr, part.len) == 0;
    case WRT_GLOB_INSIDE:
        return memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
    default:
        return wrt_glob_match(leaf->text, text.ptr);
    }
}

static wrt_verdict evaluate_text(wrt_decider *decider, const wrt_condition *leaf,
                                 const wrt_json *value) {
    wrt_str text = wrt_str_of(wrt_json_text(value));
    if (!wrt_json_is(value, WRT_JSON_STRING))
        return fail(leaf, WRT_REASON_NO_STRING);
    if (leaf->op == WRT_OP_PCRE2)
        return evaluate_regex(decider, leaf, text);
    if (leaf->op == WRT_OP_PREFIX)
        return settle(leaf, wrt_str_starts_with(text, wrt_str_of(leaf->text)));
    if (text.len > WRT_POLICY_GLOBBED_MAX)
        return fail(leaf, WRT_REASON_LONG_FOR_GLOB);
    return settle(leaf, match_glob(leaf, text));
}

/* The first place where each glob matches is as good as any later one, so one pass decides
 * whether the globs match as a subsequence. Entries without a tool (an input, an answer) are
 * passed over. */
static wrt_verdict evaluate_seq(const wrt_condition *leaf, const wrt_json *value) {
    const wrt_json *wanted = wrt_json_first(leaf->operand);
    if (!wrt_json_is(value, WRT_JSON_ARRAY))
        return fail(leaf, WRT_REASON_NO_ARRAY);
    WRT_JSON_EACH(entry, value) {
        if (!wrt_json_is(entry, WRT_JSON_OBJECT))
            return fail(leaf, WRT_REASON_NO_ENTRY);
        const char *tool = wrt_json_get_text(entry, "tool", NULL);
        if (wanted != NULL && tool != NULL && wrt_glob_match(wrt_json_text(wanted), tool))
            wanted = wrt_json_next(wanted);
    }
    return settle(leaf, wanted == NULL);
}

/* Is the value the operand of eq and ne, or among those of in? */
static bool evaluate_equality(wrt_decider *decider, const wrt_condition *leaf,
                              const wrt_json *value) {
    if (leaf->words != NULL)
        return is_one_of_words(decider, leaf);
    return leaf->op == WRT_OP_IN ? is_member(leaf->operand, value)
                                 : wrt_json_equal(value, leaf->operand);
}

static wrt_verdict evaluate_leaf(wrt_decider *decider, const wrt_condition *leaf) {
    const wrt_json *value = wrt_slot_value(decider, leaf->slot);
    if (leaf->op == WRT_OP_EXISTS)
        return settle(leaf, (value != NULL) == wrt_json_bool(leaf->operand, true));
    if (value == NULL)
        return fail(leaf, WRT_REASON_MISSING);
    switch (leaf->op) {
    case WRT_OP_EQ:
    case WRT_OP_NE:
    case WRT_OP_IN:
        return settle(leaf, evaluate_equality(decider, leaf, value) == (leaf->op != WRT_OP_NE));
    case WRT_OP_HAS_ANY:
    case WRT_OP_HAS_ALL:
    case WRT_OP_HAS_NONE:
        return evaluate_has(decider, leaf, value);
    case WRT_OP_PREFIX:
    case WRT_OP_GLOB:
    case WRT_OP_PCRE2:
        return evaluate_text(decider, leaf, value);
    case WRT_OP_SEQ:
        return evaluate_seq(leaf, value);
    case WRT_OP_COUNT:
        if (!wrt_json_is(value, WRT_JSON_ARRAY))
            return fail(leaf, WRT_REASON_NO_ARRAY);
        return settle(leaf, all_within(leaf, (double)wrt_json_count(value)));
    default:
        if (!wrt_json_is(value, WRT_JSON_NUMBER))
            return fail(leaf, WRT_REASON_NO_NUMBER);
        return settle(leaf, all_within(leaf, wrt_json_number(value, 0)));
    }
}

/* ---- conditions */

static wrt_verdict evaluate_not(wrt_decider *decider, const wrt_condition *node) {
    wrt_verdict inner = wrt_condition_evaluate(decider, node->children);
    if (inner.value != WRT_TRI_ERROR)
        inner.value = inner.value == WRT_TRI_TRUE ? WRT_TRI_FALSE : WRT_TRI_TRUE;
    return inner;
}

static wrt_verdict evaluate_list(wrt_decider *decider, const wrt_condition *node) {
    wrt_tri decisive = node->op == WRT_OP_ALL ? WRT_TRI_FALSE : WRT_TRI_TRUE;
    wrt_verdict result = settle(NULL, node->op == WRT_OP_ALL);
    for (size_t i = 0; i < node->n_children; i++) {
        wrt_verdict child = wrt_condition_evaluate(decider, &node->children[i]);
        if (child.value == decisive)
            return child;
        if (result.value != WRT_TRI_ERROR)
            result = child; /* the first error stays; else the last child speaks for all */
    }
    return result;
}

static wrt_verdict evaluate_node(wrt_decider *decider, const wrt_condition *node) {
    if (node->op > WRT_OP_NOT)
        return evaluate_leaf(decider, node);
    return node->op == WRT_OP_NOT ? evaluate_not(decider, node) : evaluate_list(decider, node);
}

wrt_verdict wrt_condition_evaluate(wrt_decider *decider, const wrt_condition *condition) {
    if (condition->memo == WRT_NO_MEMO)
        return evaluate_node(decider, condition);
    wrt_memo_cell *cell = &decider->memos[condition->memo];
    if (cell->stamp != decider->number) {
        cell->verdict = evaluate_node(decider, condition);
        cell->stamp = decider->number;
    }
    return cell->verdict;
}

/* ---- rules */

static bool match_globs(const wrt_rule *rule, const char *tool) {
    for (size_t i = 0; i < rule->n_tools; i++) {
        if (wrt_glob_match(rule->tools[i], tool))
            return true;
    }
    return false;
}

/* The request's one tool against the rule's list, once for all rules with an equal list. */
static bool matches_tool(wrt_decider *decider, const wrt_rule *rule) {
    wrt_toolset_cell *cell = &decider->toolsets[rule->toolset];
    if (cell->stamp != decider->number) {
        cell->stamp = decider->number;
        cell->matches = match_globs(rule, decider->request.tool);
    }
    return cell->matches;
}

/* A request without a tool is met by the glob "*" only. A plan names several tools: a permit must
 * cover them all, any other effect bites on one. */
static bool matches_plan(const wrt_rule *rule, const wrt_json *tools) {
    bool needs_all = rule->effect == WRT_EFFECT_PERMIT;
    if (tools == NULL || wrt_json_count(tools) == 0)
        return match_globs(rule, "");
    WRT_JSON_EACH(tool, tools) {
        if (match_globs(rule, wrt_json_text(tool)) != needs_all)
            return !needs_all;
    }
    return needs_all;
}

bool wrt_rule_meets_tool(wrt_decider *decider, const wrt_rule *rule) {
    if (rule->n_tools == 0)
        return true;
    return decider->request.tool != NULL ? matches_tool(decider, rule)
                                         : matches_plan(rule, decider->request.tools);
}

bool wrt_rule_applies(wrt_clause *clause, wrt_decider *decider, const wrt_rule *rule) {
    *clause = WRT_CLAUSE_PHASE;
    if ((rule->phases & (1u << decider->request.phase)) == 0)
        return false;
    *clause = WRT_CLAUSE_TOOL;
    return wrt_rule_meets_tool(decider, rule);
}

/* Counters say what has happened already, so a limit of 20 is reached when its counter is 20 and
 * the request would be the 21st. A host that keeps sliding windows supplies "COUNTER@60s"; without
 * it the total since the start is used, which is never smaller. */
static wrt_result evaluate_limit(wrt_decider *decider, const wrt_rule *rule) {
    wrt_result result = {.clause = WRT_CLAUSE_LIMIT, .subject = rule->counter};
    const wrt_json *counter = NULL;
    if (rule->windowed_slot != WRT_NO_SLOT)
        counter = wrt_slot_value(decider, rule->windowed_slot);
    if (counter == NULL)
        counter = wrt_slot_value(decider, rule->counter_slot);
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
        result.reason = text_of(verdict.reason);
    }
    return result;
}

wrt_result wrt_rule_conclude(wrt_decider *decider, const wrt_rule *rule, wrt_verdict when) {
    wrt_verdict unless = {.value = WRT_TRI_FALSE};
    if (when.value == WRT_TRI_FALSE)
        return settle_clause(WRT_OUTCOME_NOT_SATISFIED, WRT_CLAUSE_WHEN, when);
    if (rule->unless != NULL)
        unless = wrt_condition_evaluate(decider, rule->unless);
    if (unless.value == WRT_TRI_TRUE)
        return settle_clause(WRT_OUTCOME_NOT_SATISFIED, WRT_CLAUSE_UNLESS, unless);
    if (when.value == WRT_TRI_ERROR)
        return settle_clause(WRT_OUTCOME_ERROR, WRT_CLAUSE_WHEN, when);
    if (unless.value == WRT_TRI_ERROR)
        return settle_clause(WRT_OUTCOME_ERROR, WRT_CLAUSE_UNLESS, unless);
    if (rule->effect == WRT_EFFECT_LIMIT)
        return evaluate_limit(decider, rule);
    return settle_clause(WRT_OUTCOME_SATISFIED, WRT_CLAUSE_WHEN, when);
}

wrt_result wrt_rule_evaluate(wrt_decider *decider, const wrt_rule *rule) {
    wrt_result result = {.outcome = WRT_OUTCOME_NOT_APPLICABLE};
    if (!wrt_rule_applies(&result.clause, decider, rule))
        return result;
    return wrt_rule_conclude(decider, rule, wrt_rule_when(decider, rule->when));
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
