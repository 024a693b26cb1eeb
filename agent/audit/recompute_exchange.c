/* recompute_exchange.c: what a tool asks of the network, held against what it asked. */
#include "agent/audit/recompute_exchange.h"

#include "agent/act/reach.h"

#include <string.h>

const wrt_json *wrt_recompute_find(const wrt_json *events, const char *type, const char *step,
                                   int64_t n) {
    WRT_JSON_EACH(event, events) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (strcmp(wrt_json_get_text(event, "type", ""), type) == 0 &&
            strcmp(wrt_json_get_text(body, "step", ""), step) == 0 &&
            wrt_json_get_int(body, "n", -1) == n)
            return event;
    }
    return NULL;
}

bool wrt_recompute_has_exchanges(const wrt_recompute_call *c, const wrt_json *call) {
    const char *source = wrt_json_get_text(wrt_json_get(call, "args"), "source", "");
    return strcmp(source, "live") == 0 ||
           wrt_recompute_find(c->events, "http.request", wrt_json_get_text(call, "step", ""), 1) !=
               NULL;
}

/* The body that was sent, from the event or its blob. */
static bool is_body(const wrt_recompute_call *c, const wrt_json *recorded, const char *body) {
    if (!wrt_json_is(recorded, WRT_JSON_OBJECT)) {
        const char *text = wrt_json_text(recorded);
        return (text == NULL) == (body == NULL) && (text == NULL || strcmp(text, body) == 0);
    }
    wrt_buf bytes = wrt_buf_make((size_t)WRT_EXCHANGE_BODY_MAX);
    wrt_status status =
        wrt_audit_get_blob(&bytes, c->source, wrt_json_get_text(recorded, "sha256", ""), NULL);
    bool same = status == WRT_OK && body != NULL && wrt_str_equal_c(wrt_buf_str(&bytes), body);
    wrt_buf_free(&bytes);
    return same;
}

static wrt_status compare(wrt_json *request, const wrt_exchange *exchange, void *ctx,
                          wrt_err *err) {
    wrt_recompute_exchanges *e = ctx;
    const wrt_json *event =
        wrt_recompute_find(e->call->events, "http.request", e->step, exchange->n);
    const wrt_json *body = wrt_json_get(event, "body");
    wrt_json_free(request);
    if (event == NULL) {
        e->is_short = true;
        return wrt_fail(err, WRT_E_DENIED, "no such exchange is recorded");
    }
    bool same = strcmp(wrt_json_get_text(body, "url", ""), exchange->url) == 0 &&
                strcmp(wrt_json_get_text(body, "method", ""), exchange->method) == 0 &&
                wrt_json_equal(wrt_json_get(body, "headers"), exchange->headers) &&
                is_body(e->call, wrt_json_get(body, "body"), exchange->body);
    return same ? WRT_OK
                : wrt_fail(err, WRT_E_INTEGRITY,
                           "it asks the network for something else than request %lld of the record",
                           (long long)exchange->n);
}

static wrt_status recall(wrt_egress_answer *out, const wrt_exchange *exchange, void *ctx,
                         wrt_err *err) {
    const wrt_recompute_exchanges *e = ctx;
    const wrt_json *event =
        wrt_recompute_find(e->call->events, "http.response", e->step, exchange->n);
    const char *blob = wrt_json_get_text(wrt_json_path(event, "body.blob"), "sha256", NULL);
    if (event == NULL)
        return wrt_fail(err, WRT_E_INTEGRITY, "http.response %lld is not recorded",
                        (long long)exchange->n);
    out->head = wrt_reach_head(event);
    out->body = wrt_buf_make((size_t)WRT_EXCHANGE_ANSWER_MAX);
    wrt_status status =
        blob != NULL ? wrt_audit_get_blob(&out->body, e->call->source, blob, err) : WRT_OK;
    if (wrt_json_get(out->head, "bytes") != NULL) /* as long as what follows */
        wrt_json_set_int(out->head, "bytes", (int64_t)out->body.len);
    return status;
}

wrt_egress_guard wrt_recompute_guard(wrt_recompute_exchanges *exchanges) {
    return (wrt_egress_guard){
        .decide = compare, .recall = recall, .ctx = exchanges, .is_record = true};
}
