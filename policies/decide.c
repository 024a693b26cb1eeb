/* decide.c: from the outcomes of all rules to one decision.
 *
 * Every rule that may speak is evaluated, then the outcomes are combined by effect alone: forbid,
 * then an unmet approval, then a limit, then a permit, else deny. Rules are walked in the order of
 * their ids and obligations in their order of application, so equal inputs give equal records. The
 * precedence is that of Cedar (forbid overrides permit, deny by default; Cutler et al., OOPSLA
 * 2024) with approvals and limits between; unlike in Cedar, a rule that errs is not skipped but
 * fails closed. */
#include "policies/deciding.h"

#include <stdlib.h>
#include <string.h>

wrt_decider *wrt_decider_new(const wrt_policy *policy) {
    wrt_decider *decider = wrt_calloc(1, sizeof *decider);
    decider->policy = policy;
    decider->program = policy->program;
    decider->slots = wrt_calloc(policy->program->n_slots + 1, sizeof *decider->slots);
    decider->memos = wrt_calloc(policy->program->n_memos + 1, sizeof *decider->memos);
    decider->toolsets = wrt_calloc(policy->program->n_toolsets + 1, sizeof *decider->toolsets);
    decider->rules = wrt_calloc(policy->n_rules + 1, sizeof *decider->rules);
    decider->obliged = wrt_calloc(policy->n_obligations + 1, sizeof *decider->obliged);
    decider->noted = wrt_calloc(policy->n_rules + 1, sizeof *decider->noted);
    decider->determining = wrt_calloc(policy->n_rules + 1, sizeof(char *));
    decider->obligations = wrt_calloc(policy->n_obligations + 1, sizeof(wrt_json *));
    decider->scratch = wrt_regex_scratch_new();
    return decider;
}

void wrt_decider_free(wrt_decider *decider) {
    if (decider == NULL)
        return;
    wrt_regex_scratch_free(decider->scratch);
    wrt_json_free(decider->facts);
    free(decider->slots);
    free(decider->memos);
    free(decider->toolsets);
    free(decider->rules);
    free(decider->obliged);
    free(decider->noted);
    free(decider->determining);
    free(decider->obligations);
    free(decider);
}

/* After 2^32 - 1 decisions the numbers start again, and no stamp may look like a new one. */
static void forget_stamps(wrt_decider *decider) {
    for (size_t i = 0; i < decider->program->n_slots; i++)
        decider->slots[i].stamp = decider->slots[i].words_stamp = 0;
    for (size_t i = 0; i < decider->program->n_memos; i++)
        decider->memos[i].stamp = 0;
    for (size_t i = 0; i < decider->program->n_toolsets; i++)
        decider->toolsets[i].stamp = 0;
    for (size_t i = 0; i < decider->policy->n_rules; i++)
        decider->rules[i].stamp = 0;
    for (size_t i = 0; i < decider->policy->n_obligations; i++)
        decider->obliged[i] = 0;
}

bool wrt_decider_begin(wrt_decider *decider, const wrt_json *request) {
    if (++decider->number == 0) {
        forget_stamps(decider);
        decider->number = 1;
    }
    wrt_json_free(decider->facts);
    decider->facts = NULL;
    memset(decider->counts, 0, sizeof decider->counts);
    decider->decisive = WRT_MARK_NONE;
    decider->n_noted = 0;
    decider->ruling = (wrt_ruling){.kind = WRT_DECISION_DENY,
                                   .determining = decider->determining,
                                   .obligations = decider->obligations};
    return wrt_request_read(&decider->request, request, &decider->problem);
}

/* ---- rules */

static wrt_mark classify(const wrt_rule *rule, const wrt_request *request, wrt_outcome outcome) {
    bool counts = wrt_result_counts(rule, outcome);
    switch (rule->effect) {
    case WRT_EFFECT_PERMIT:
        if (counts)
            return WRT_MARK_PERMIT;
        return outcome == WRT_OUTCOME_NOT_APPLICABLE ? WRT_MARK_NONE : WRT_MARK_NEAR_PERMIT;
    case WRT_EFFECT_FORBID:
        return counts ? WRT_MARK_FORBID : WRT_MARK_NONE;
    case WRT_EFFECT_REQUIRE_APPROVAL:
        return counts && !wrt_rule_is_approved(rule, request) ? WRT_MARK_UNAPPROVED : WRT_MARK_NONE;
    case WRT_EFFECT_LIMIT:
        return counts ? WRT_MARK_LIMIT : WRT_MARK_NONE;
    default:
        return WRT_MARK_NONE; /* redact, label and downgrade act through their obligations */
    }
}

static void note(wrt_decider *decider, size_t number, wrt_result result) {
    const wrt_rule *rule = decider->policy->rules[number];
    wrt_mark mark = classify(rule, &decider->request, result.outcome);
    decider->counts[mark]++;
    decider->ruling.n_errors += result.outcome == WRT_OUTCOME_ERROR;
    decider->rules[number] = (wrt_rule_cell){result, mark, decider->number};
    decider->noted[decider->n_noted++] = (uint32_t)number;
    if (!wrt_result_counts(rule, result.outcome))
        return;
    for (size_t i = 0; i < rule->n_obligations; i++)
        decider->obliged[rule->obligations[i].rank] = decider->number;
}

/* A rule whose `when` is false says nothing, unless it is a permit: that one is a near miss. */
static void run_rule(wrt_decider *decider, size_t number) {
    const wrt_hot_rule *hot = &decider->program->rules[number];
    if (decider->unit != NULL && decider->policy->rules[number]->unit != decider->unit)
        return;
    if (!wrt_rule_fits_tool(decider, number))
        return;
    wrt_verdict when = wrt_rule_when(decider, hot->when);
    if (when.value == WRT_TRI_FALSE && hot->effect != WRT_EFFECT_PERMIT)
        return;
    note(decider, number, wrt_rule_conclude(decider, decider->policy->rules[number], when));
}

/* Both lists in one rising order. */
static void run_lists(wrt_decider *decider, wrt_rule_list a, wrt_rule_list b) {
    size_t i = 0, j = 0;
    while (i < a.count || j < b.count) {
        bool from_a = j == b.count || (i < a.count && a.rules[i] < b.rules[j]);
        run_rule(decider, from_a ? a.rules[i++] : b.rules[j++]);
    }
}

/* A call meets the rules without literal names and those that name its tool; a plan may meet
 * any; a request without a tool only the former. */
static void run_rules(wrt_decider *decider) {
    const wrt_program *program = decider->program;
    const wrt_request *request = &decider->request;
    wrt_rule_list none = {NULL, 0};
    if (request->tool == NULL && request->tools != NULL)
        run_lists(decider, wrt_program_all(program, request->phase), none);
    else if (request->tool == NULL)
        run_lists(decider, wrt_program_general(program, request->phase), none);
    else
        run_lists(decider, wrt_program_general(program, request->phase),
                  wrt_program_named(program, request->phase, request->tool));
}

/* ---- the decision */

/* The mark that settles the decision; WRT_MARK_NONE is the default deny. */
static wrt_mark find_decisive(const wrt_decider *decider) {
    static const wrt_mark precedence[] = {WRT_MARK_FORBID, WRT_MARK_UNAPPROVED, WRT_MARK_LIMIT,
                                          WRT_MARK_PERMIT};
    for (size_t i = 0; i < sizeof precedence / sizeof *precedence; i++) {
        if (decider->counts[precedence[i]] > 0)
            return precedence[i];
    }
    return WRT_MARK_NONE;
}

static wrt_decision_kind kind_of(wrt_mark decisive) {
    if (decisive == WRT_MARK_PERMIT)
        return WRT_DECISION_ALLOW;
    return decisive == WRT_MARK_UNAPPROVED ? WRT_DECISION_HOLD : WRT_DECISION_DENY;
}

wrt_mark wrt_decider_mark(const wrt_decider *decider, size_t number) {
    const wrt_rule_cell *cell = &decider->rules[number];
    return cell->stamp == decider->number ? cell->mark : WRT_MARK_NONE;
}

/* Rules that left no trace are asked again: for the clause that does not fit or hold. */
wrt_result wrt_decider_result(wrt_decider *decider, size_t number) {
    const wrt_rule_cell *cell = &decider->rules[number];
    return cell->stamp == decider->number
               ? cell->result
               : wrt_rule_evaluate(decider, decider->policy->rules[number]);
}

static void write_ruling(wrt_decider *decider) {
    const wrt_policy *policy = decider->policy;
    wrt_ruling *ruling = &decider->ruling;
    wrt_mark decisive = find_decisive(decider);
    decider->decisive = decisive;
    ruling->kind = kind_of(decisive);
    for (size_t i = 0; decisive != WRT_MARK_NONE && i < decider->n_noted; i++) {
        size_t number = decider->noted[i];
        if (decider->rules[number].mark == decisive)
            decider->determining[ruling->n_determining++] = policy->rules[number]->id;
    }
    for (size_t i = 0; i < policy->n_obligations; i++) {
        if (decider->obliged[i] == decider->number)
            decider->obligations[ruling->n_obligations++] = policy->obligations[i]->json;
    }
}

const wrt_ruling *wrt_decider_decide(wrt_decider *decider, const wrt_json *request) {
    if (wrt_decider_begin(decider, request)) {
        run_rules(decider);
        write_ruling(decider);
    } else {
        decider->ruling.n_errors = 1;
    }
    return &decider->ruling;
}

wrt_decision wrt_policy_decide(const wrt_policy *policy, const wrt_json *request) {
    wrt_decider *decider = wrt_decider_new(policy);
    wrt_decision decision = {wrt_decider_decide(decider, request)->kind, NULL};
    decision.record = wrt_decider_record(decider);
    wrt_decider_free(decider);
    return decision;
}
