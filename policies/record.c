/* record.c: a decision as JSON, written on demand.
 *
 * Lists are in the order of rule ids. Values of the request never appear. */
#include "policies/deciding.h"

enum { LISTED_MAX = 6 };

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

/* ---- the record */

static void list_marked(wrt_buf *out, const wrt_decider *ctx, wrt_mark kind) {
    size_t listed = 0;
    for (size_t i = 0; i < ctx->policy->n_rules && listed < LISTED_MAX; i++) {
        if (wrt_decider_mark(ctx, i) == kind)
            wrt_buf_printf(out, "%s%s", listed++ > 0 ? ", " : "", ctx->policy->rules[i]->id);
    }
    if (ctx->counts[kind] > listed)
        wrt_buf_printf(out, " and %zu more", ctx->counts[kind] - listed);
}

static void add_obstacle(wrt_buf *out, const wrt_decider *ctx, wrt_mark kind, const char *phrase) {
    if (ctx->counts[kind] == 0)
        return;
    wrt_buf_add_c(out, out->len == 0 ? "would be allowed if " : "; and if ");
    wrt_buf_add_c(out, phrase);
    list_marked(out, ctx, kind);
}

static void add_missing_permit(wrt_buf *out, const wrt_decider *ctx) {
    if (ctx->counts[WRT_MARK_PERMIT] > 0)
        return;
    wrt_buf_add_c(out, out->len == 0 ? "would be allowed if a permit matched"
                                     : "; and if a permit matched");
    wrt_buf_printf(out, " (no permit matches: phase %s", wrt_phase_name(ctx->request.phase));
    if (ctx->request.tool != NULL)
        wrt_buf_printf(out, ", tool %s", wrt_policy_show(ctx->request.tool).text);
    if (ctx->counts[WRT_MARK_NEAR_PERMIT] > 0) {
        wrt_buf_add_c(out, "; conditions not met in ");
        list_marked(out, ctx, WRT_MARK_NEAR_PERMIT);
    }
    wrt_buf_add_char(out, ')');
}

/* Names every obstacle, not only the first, so that removing all of them does give an allow. */
static wrt_json *write_counterfactual(const wrt_decider *ctx) {
    wrt_buf text = wrt_buf_make(WRT_KIB(16));
    add_obstacle(&text, ctx, WRT_MARK_FORBID, "no forbid matched: ");
    add_obstacle(&text, ctx, WRT_MARK_UNAPPROVED, "approval was granted for: ");
    add_obstacle(&text, ctx, WRT_MARK_LIMIT, "the limit was not reached: ");
    add_missing_permit(&text, ctx);
    wrt_json *json = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return json;
}

static void write_determining(wrt_json *record, const wrt_decider *ctx) {
    wrt_json *ids = wrt_json_new_array();
    wrt_json *messages = wrt_json_new_array();
    for (size_t i = 0; ctx->decisive != WRT_MARK_NONE && i < ctx->policy->n_rules; i++) {
        const wrt_rule *rule = ctx->policy->rules[i];
        if (wrt_decider_mark(ctx, i) != ctx->decisive)
            continue;
        wrt_json_push_text(ids, rule->id);
        wrt_json_push_text(messages, rule->message != NULL ? rule->message : "");
    }
    wrt_json_set(record, "determining", ids);
    wrt_json_set(record, "messages", messages);
}

static wrt_json *write_obligations(const wrt_decider *ctx) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < ctx->ruling.n_obligations; i++)
        wrt_json_push(list, wrt_json_copy(ctx->obligations[i]));
    return list;
}

static wrt_json *write_errors(const wrt_decider *ctx) {
    wrt_json *errors = wrt_json_new_array();
    if (ctx->problem != NULL)
        push_error(errors, NULL, NULL, ctx->problem);
    for (size_t i = 0; ctx->problem == NULL && i < ctx->policy->n_rules; i++) {
        const wrt_rule_cell *cell = &ctx->rules[i];
        if (cell->stamp == ctx->number && cell->result.outcome == WRT_OUTCOME_ERROR)
            push_error(errors, ctx->policy->rules[i]->id, cell->result.subject,
                       cell->result.reason);
    }
    return errors;
}

static wrt_json *explain_refusal(const wrt_decider *ctx) {
    if (ctx->decisive == WRT_MARK_PERMIT)
        return wrt_json_new_null();
    return ctx->problem != NULL ? wrt_json_new_c("malformed requests are never allowed")
                                : write_counterfactual(ctx);
}

wrt_json *wrt_decider_record(const wrt_decider *decider) {
    wrt_json *record = wrt_json_new_object();
    wrt_json_set_text(record, "decision", wrt_decision_name(decider->ruling.kind));
    write_determining(record, decider);
    wrt_json_set(record, "obligations", write_obligations(decider));
    wrt_json_set(record, "errors", write_errors(decider));
    wrt_json_set(record, "counterfactual", explain_refusal(decider));
    wrt_json_set_text(record, "policy_sha256", decider->policy->hash);
    return record;
}
