/* reach.c: the guard of a run: the policy decides, the ledger remembers. */
#include "agent/reach.h"

#include "agent/taint.h"

#include <string.h>

static wrt_json *begin_event(const wrt_reach *reach) {
    wrt_json *body = wrt_json_new_object();
    wrt_json_set_text(body, "step", reach->step);
    wrt_json_set_text(body, "tool", reach->tool);
    return body;
}

/* What was sent, all of it, so that it can be asked again; a long body becomes a blob. */
static wrt_status record_request(const wrt_reach *reach, const wrt_exchange *exchange,
                                 const char *decision, wrt_err *err) {
    wrt_json *event = begin_event(reach), *blob = NULL;
    wrt_str sent = wrt_str_of(exchange->body);
    wrt_status status = WRT_OK;
    wrt_json_set_text(event, "decision", decision);
    wrt_json_set_int(event, "n", exchange->n);
    wrt_json_set_text(event, "method", exchange->method);
    wrt_json_set_text(event, "url", exchange->url);
    wrt_json_set(event, "headers", wrt_json_copy(exchange->headers));
    if (sent.len > WRT_LEDGER_INLINE_MAX)
        status = wrt_ledger_put_blob(&blob, reach->turn->config->ledger, sent, err);
    wrt_json_set(event, "body", blob != NULL ? blob : wrt_json_new_c(exchange->body));
    wrt_turn_count(reach->turn, "http.calls", 1);
    wrt_turn_count(reach->turn, "http.sent_bytes", (int64_t)sent.len);
    if (status == WRT_OK)
        return wrt_turn_record(reach->turn, "http.request", event, err);
    wrt_json_free(event);
    return status;
}

/* What a worker says may hold whatever its arguments held. */
static void add_taint(wrt_json *request, const wrt_reach *reach) {
    wrt_json *own = wrt_taint_of_all(reach->args_taint);
    if (wrt_json_get(request, "taint") == NULL)
        wrt_json_set(request, "taint", wrt_taint_new("tool_untrusted", NULL));
    wrt_taint_join(wrt_json_get_mut(request, "taint"), own);
    if (reach->args_taint != NULL)
        wrt_json_set(request, "args_taint", wrt_json_copy(reach->args_taint));
    wrt_json_free(own);
}

static wrt_status decide(wrt_json *request, const wrt_exchange *exchange, void *ctx, wrt_err *err) {
    const wrt_reach *reach = ctx;
    wrt_json *decision = NULL;
    add_taint(request, reach);
    wrt_status status =
        wrt_turn_decide(&decision, reach->turn, "tool_call", request, reach->step, err);
    if (status == WRT_OK)
        status = record_request(reach, exchange, wrt_json_get_text(decision, "id", ""), err);
    wrt_json_free(decision);
    return status;
}

/* How long a server wants to be left alone depends on its clock: not content. */
static wrt_json *take_meta(wrt_json *answer) {
    wrt_json *meta = wrt_json_new_object(), *retry = wrt_json_take(answer, "retry_after_ms");
    if (retry != NULL)
        wrt_json_set(meta, "retry_after_ms", retry);
    return meta;
}

static wrt_status record(wrt_json *answer, wrt_str body, void *ctx, wrt_err *err) {
    static const char *const members[] = {"n",     "status",  "content_type",
                                          "bytes", "refused", "message"};
    const wrt_reach *reach = ctx;
    wrt_json *event = begin_event(reach), *meta = take_meta(answer), *blob = NULL;
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        wrt_json_set(event, members[i], wrt_json_take(answer, members[i]));
    wrt_json_free(answer);
    if (body.len > 0)
        status = wrt_ledger_put_blob(&blob, reach->turn->config->ledger, body, err);
    if (blob != NULL)
        wrt_json_set(event, "blob", blob);
    wrt_turn_count(reach->turn, "http.received_bytes", (int64_t)body.len);
    if (status == WRT_OK)
        return wrt_turn_record_meta(reach->turn, "http.response", event, meta, err);
    wrt_json_free(event);
    wrt_json_free(meta);
    return status;
}

wrt_egress_guard wrt_reach_guard(wrt_reach *reach) {
    return (wrt_egress_guard){.decide = decide, .record = record, .ctx = reach};
}

/* ---- the language model */

/* JSON that stands in the event when it is small, else in a blob. */
static wrt_status put_json(wrt_json *event, const char *key, wrt_str text, wrt_ledger *ledger,
                           wrt_err *err) {
    wrt_json *value = NULL;
    if (text.len <= WRT_LEDGER_INLINE_MAX) {
        wrt_status status = wrt_json_parse(&value, text, err);
        if (status == WRT_OK)
            wrt_json_set(event, key, value);
        return status;
    }
    wrt_status status = wrt_ledger_put_blob(&value, ledger, text, err);
    if (status == WRT_OK)
        wrt_json_set(event, "blob", value);
    return status;
}

/* Consumes decisions. */
static wrt_status record_questions(const wrt_reach *reach, const wrt_json *questions, int64_t n,
                                   wrt_json *decisions, wrt_err *err) {
    wrt_json *event = begin_event(reach);
    wrt_buf text = wrt_buf_make((size_t)2 * WRT_SCORE_BYTES_MAX);
    int64_t count = (int64_t)wrt_json_count(questions);
    wrt_json_set(event, "decisions", decisions);
    wrt_json_set_int(event, "n", n);
    wrt_json_set_int(event, "count", count);
    wrt_json_write_canonical(&text, questions);
    wrt_status status =
        put_json(event, "questions", wrt_buf_str(&text), reach->turn->config->ledger, err);
    wrt_turn_count(reach->turn, "llm.calls", 1);
    wrt_turn_count(reach->turn, "llm.questions", count);
    wrt_turn_count(reach->turn, "llm.sent_bytes", (int64_t)text.len);
    wrt_buf_free(&text);
    if (status == WRT_OK)
        return wrt_turn_record(reach->turn, "llm.request", event, err);
    wrt_json_free(event);
    return status;
}

/* One decision for each place that the text would go to; all must allow it. */
static wrt_status decide_score(wrt_json *request, const wrt_json *destinations,
                               const wrt_json *questions, void *ctx, wrt_err *err) {
    const wrt_reach *reach = ctx;
    wrt_json *decisions = wrt_json_new_array();
    int64_t n = (int64_t)wrt_json_number(wrt_json_path(request, "score.n"), 0);
    wrt_status status = WRT_OK;
    add_taint(request, reach);
    WRT_JSON_EACH(dest, destinations) {
        wrt_json *decision = NULL, *asked = wrt_json_copy(request);
        if (status != WRT_OK) {
            wrt_json_free(asked);
            continue;
        }
        wrt_json_set(asked, "dest", wrt_json_copy(dest));
        status = wrt_turn_decide(&decision, reach->turn, "llm_request", asked, reach->step, err);
        wrt_json_push_text(decisions, wrt_json_get_text(decision, "id", ""));
        wrt_json_free(decision);
    }
    wrt_json_free(request);
    if (status == WRT_OK)
        return record_questions(reach, questions, n, decisions, err);
    wrt_json_free(decisions);
    return status;
}

static wrt_status record_scores(wrt_json *answer, wrt_str scores, wrt_json *meta, void *ctx,
                                wrt_err *err) {
    static const char *const members[] = {"n", "bytes", "refused", "message"};
    const wrt_reach *reach = ctx;
    wrt_json *event = begin_event(reach);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (wrt_json_get(answer, members[i]) != NULL)
            wrt_json_set(event, members[i], wrt_json_take(answer, members[i]));
    }
    wrt_json_free(answer);
    if (scores.len > 0)
        status = put_json(event, "scores", scores, reach->turn->config->ledger, err);
    if (status == WRT_OK)
        return wrt_turn_record_meta(reach->turn, "llm.response", event, meta, err);
    wrt_json_free(event);
    wrt_json_free(meta);
    return status;
}

wrt_score_guard wrt_reach_score_guard(wrt_reach *reach) {
    return (wrt_score_guard){.decide = decide_score, .record = record_scores, .ctx = reach};
}
