/* reach.c: the guard of a run: the policy decides, the ledger remembers. */
#include "agent/reach.h"

#include <string.h>

static void count_more(wrt_turn *turn, const char *name, int64_t n) {
    wrt_json_set_int(turn->counters, name, wrt_json_get_int(turn->counters, name, 0) + n);
}

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
    count_more(reach->turn, "http.calls", 1);
    count_more(reach->turn, "http.sent_bytes", (int64_t)sent.len);
    if (status == WRT_OK)
        return wrt_turn_record(reach->turn, "http.request", event, err);
    wrt_json_free(event);
    return status;
}

static wrt_status decide(wrt_json *request, const wrt_exchange *exchange, void *ctx, wrt_err *err) {
    const wrt_reach *reach = ctx;
    wrt_json *decision = NULL;
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
    count_more(reach->turn, "http.received_bytes", (int64_t)body.len);
    if (status == WRT_OK)
        return wrt_turn_record_meta(reach->turn, "http.response", event, meta, err);
    wrt_json_free(event);
    wrt_json_free(meta);
    return status;
}

wrt_egress_guard wrt_reach_guard(wrt_reach *reach) {
    return (wrt_egress_guard){.decide = decide, .record = record, .ctx = reach};
}
