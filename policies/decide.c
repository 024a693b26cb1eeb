/* decide.c: from the outcomes of all rules to one decision and its record.
 *
 * Every rule is evaluated, then the outcomes are combined by effect alone: forbid, then an unmet
 * approval, then a limit, then a permit, else deny. Rules are walked in the order of their ids and
 * obligations in their order of application, so equal inputs give equal records. The precedence is
 * that of Cedar (forbid overrides permit, deny by default; Cutler et al., OOPSLA 2024) with
 * approvals and limits between; unlike in Cedar, a rule that errs is not skipped but fails
 * closed. */
#include "policies/rules.h"

#include <stdlib.h>
#include <string.h>

/* What one rule contributed; errors and near misses are kept for the explanation. */
typedef enum {
    MARK_NONE,
    MARK_NEAR_PERMIT,
    MARK_FORBID,
    MARK_UNAPPROVED,
    MARK_LIMIT,
    MARK_PERMIT
} mark;

enum { MARK_COUNT = MARK_PERMIT + 1, LISTED_MAX = 6 };

typedef struct {
    const wrt_policy *policy;
    const wrt_unit *unit;
    wrt_request request;
    unsigned char *marks;      /* a mark per rule */
    unsigned char *is_obliged; /* per distinct obligation */
    size_t counts[MARK_COUNT];
    wrt_json *errors;
} decider;

static void push_error(wrt_json *errors, const char *rule, const char *subject,
                       const char *reason) {
    wrt_json *error = wrt_json_new_object();
    wrt_buf message = wrt_buf_make(1024);
    wrt_buf_printf(&message, "%s%s%s", subject != NULL ? subject : "", subject != NULL ? " " : "",
                   reason);
    wrt_json_set(error, "rule", wrt_json_new_c(rule));
    wrt_json_set(error, "message", wrt_json_new_text(wrt_buf_str(&message)));
    wrt_json_push(errors, error);
    wrt_buf_free(&message);
}

static mark classify(const wrt_rule *rule, const wrt_request *request, wrt_outcome outcome) {
    bool counts = wrt_result_counts(rule, outcome);
    switch (rule->effect) {
    case WRT_EFFECT_PERMIT:
        if (counts)
            return MARK_PERMIT;
        return outcome == WRT_OUTCOME_NOT_APPLICABLE ? MARK_NONE : MARK_NEAR_PERMIT;
    case WRT_EFFECT_FORBID:
        return counts ? MARK_FORBID : MARK_NONE;
    case WRT_EFFECT_REQUIRE_APPROVAL:
        return counts && !wrt_rule_is_approved(rule, request) ? MARK_UNAPPROVED : MARK_NONE;
    case WRT_EFFECT_LIMIT:
        return counts ? MARK_LIMIT : MARK_NONE;
    default:
        return MARK_NONE; /* redact, label and downgrade act through their obligations */
    }
}

static void evaluate_rules(decider *ctx) {
    for (size_t i = 0; i < ctx->policy->n_rules; i++) {
        const wrt_rule *rule = ctx->policy->rules[i];
        if (ctx->unit != NULL && rule->unit != ctx->unit)
            continue;
        wrt_result result = wrt_rule_evaluate(rule, &ctx->request);
        if (result.outcome == WRT_OUTCOME_ERROR)
            push_error(ctx->errors, rule->id, result.subject, result.reason);
        mark kind = classify(rule, &ctx->request, result.outcome);
        ctx->marks[i] = (unsigned char)kind;
        ctx->counts[kind]++;
        if (!wrt_result_counts(rule, result.outcome))
            continue;
        for (size_t j = 0; j < rule->n_obligations; j++)
            ctx->is_obliged[rule->obligations[j].rank] = 1;
    }
}

/* The mark that settles the decision; MARK_NONE is the default deny. */
static mark find_decisive(const decider *ctx) {
    static const mark precedence[] = {MARK_FORBID, MARK_UNAPPROVED, MARK_LIMIT, MARK_PERMIT};
    for (size_t i = 0; i < sizeof precedence / sizeof *precedence; i++) {
        if (ctx->counts[precedence[i]] > 0)
            return precedence[i];
    }
    return MARK_NONE;
}

static wrt_decision_kind kind_of(mark decisive) {
    if (decisive == MARK_PERMIT)
        return WRT_DECISION_ALLOW;
    return decisive == MARK_UNAPPROVED ? WRT_DECISION_HOLD : WRT_DECISION_DENY;
}

/* ---- the record */

static void list_marked(wrt_buf *out, const decider *ctx, mark kind) {
    size_t listed = 0;
    for (size_t i = 0; i < ctx->policy->n_rules && listed < LISTED_MAX; i++) {
        if (ctx->marks[i] == (unsigned char)kind)
            wrt_buf_printf(out, "%s%s", listed++ > 0 ? ", " : "", ctx->policy->rules[i]->id);
    }
    if (ctx->counts[kind] > listed)
        wrt_buf_printf(out, " and %zu more", ctx->counts[kind] - listed);
}

static void add_obstacle(wrt_buf *out, const decider *ctx, mark kind, const char *phrase) {
    if (ctx->counts[kind] == 0)
        return;
    wrt_buf_add_c(out, out->len == 0 ? "would be allowed if " : "; and if ");
    wrt_buf_add_c(out, phrase);
    list_marked(out, ctx, kind);
}

static void add_missing_permit(wrt_buf *out, const decider *ctx) {
    if (ctx->counts[MARK_PERMIT] > 0)
        return;
    wrt_buf_add_c(out, out->len == 0 ? "would be allowed if a permit matched"
                                     : "; and if a permit matched");
    wrt_buf_printf(out, " (no permit matches: phase %s", wrt_phase_name(ctx->request.phase));
    if (ctx->request.tool != NULL)
        wrt_buf_printf(out, ", tool %s", wrt_policy_show(ctx->request.tool).text);
    if (ctx->counts[MARK_NEAR_PERMIT] > 0) {
        wrt_buf_add_c(out, "; conditions not met in ");
        list_marked(out, ctx, MARK_NEAR_PERMIT);
    }
    wrt_buf_add_char(out, ')');
}

/* Names every obstacle, not only the first, so that removing all of them does give an allow. */
static wrt_json *write_counterfactual(const decider *ctx) {
    wrt_buf text = wrt_buf_make(WRT_KIB(16));
    add_obstacle(&text, ctx, MARK_FORBID, "no forbid matched: ");
    add_obstacle(&text, ctx, MARK_UNAPPROVED, "approval was granted for: ");
    add_obstacle(&text, ctx, MARK_LIMIT, "the limit was not reached: ");
    add_missing_permit(&text, ctx);
    wrt_json *json = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return json;
}

static void write_determining(wrt_json *record, const decider *ctx, mark decisive) {
    wrt_json *ids = wrt_json_new_array();
    wrt_json *messages = wrt_json_new_array();
    for (size_t i = 0; decisive != MARK_NONE && i < ctx->policy->n_rules; i++) {
        const wrt_rule *rule = ctx->policy->rules[i];
        if (ctx->marks[i] != (unsigned char)decisive)
            continue;
        wrt_json_push_text(ids, rule->id);
        wrt_json_push_text(messages, rule->message != NULL ? rule->message : "");
    }
    wrt_json_set(record, "determining", ids);
    wrt_json_set(record, "messages", messages);
}

static wrt_json *write_obligations(const decider *ctx) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < ctx->policy->n_obligations; i++) {
        if (ctx->is_obliged[i])
            wrt_json_push(list, wrt_json_copy(ctx->policy->obligations[i]->json));
    }
    return list;
}

static wrt_decision write_decision(decider *ctx) {
    mark decisive = find_decisive(ctx);
    wrt_decision decision = {kind_of(decisive), wrt_json_new_object()};
    wrt_json *record = decision.record;
    wrt_json_set_text(record, "decision", wrt_decision_name(decision.kind));
    write_determining(record, ctx, decisive);
    wrt_json_set(record, "obligations", write_obligations(ctx));
    wrt_json_set(record, "errors", ctx->errors);
    wrt_json_set(record, "counterfactual",
                 decisive == MARK_PERMIT ? wrt_json_new_null() : write_counterfactual(ctx));
    wrt_json_set_text(record, "policy_sha256", ctx->policy->hash);
    return decision;
}

static wrt_decision refuse_malformed(const wrt_policy *policy, const char *problem) {
    wrt_json *record = wrt_json_new_object();
    wrt_json *errors = wrt_json_new_array();
    push_error(errors, NULL, NULL, problem);
    wrt_json_set_text(record, "decision", wrt_decision_name(WRT_DECISION_DENY));
    wrt_json_set(record, "determining", wrt_json_new_array());
    wrt_json_set(record, "messages", wrt_json_new_array());
    wrt_json_set(record, "obligations", wrt_json_new_array());
    wrt_json_set(record, "errors", errors);
    wrt_json_set_text(record, "counterfactual", "malformed requests are never allowed");
    wrt_json_set_text(record, "policy_sha256", policy->hash);
    return (wrt_decision){WRT_DECISION_DENY, record};
}

wrt_decision wrt_policy_decide_by(const wrt_policy *policy, const wrt_unit *unit,
                                  const wrt_json *request) {
    decider ctx = {.policy = policy, .unit = unit};
    const char *problem;
    if (!wrt_request_read(&ctx.request, request, &problem))
        return refuse_malformed(policy, problem);
    ctx.marks = wrt_calloc(policy->n_rules + policy->n_obligations + 1, 1);
    ctx.is_obliged = ctx.marks + policy->n_rules;
    ctx.errors = wrt_json_new_array();
    evaluate_rules(&ctx);
    wrt_decision decision = write_decision(&ctx);
    free(ctx.marks);
    return decision;
}

wrt_decision wrt_policy_decide(const wrt_policy *policy, const wrt_json *request) {
    return wrt_policy_decide_by(policy, NULL, request);
}
