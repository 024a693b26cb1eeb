/* live_gate.c: requests to the policy on behalf of a live question. */
#include "cli/live_gate.h"

#include "agent/host/egress.h"
#include "base/url.h"
#include "cli/open.h"

#include <stdlib.h>
#include <string.h>

/* A command is the first call of its own: limits are per run. */
static wrt_json *call_request(const wrt_cli_live_gate *gate) {
    wrt_json *request = wrt_json_new_object(), *args = wrt_json_new_object();
    wrt_json *taint = wrt_json_new_object(), *counters = wrt_json_new_object();
    char own[160];
    snprintf(own, sizeof own, "tool.%s.calls", gate->tool);
    wrt_json_set_text(request, "tool", gate->tool);
    wrt_json_set_text(args, "source", "live");
    wrt_json_set(request, "args", args);
    wrt_json_set(taint, "labels", wrt_json_new_array());
    wrt_json_set_text(taint, "integrity", "user");
    wrt_json_set(request, "taint", taint);
    wrt_json_set_int(counters, "tool.calls", 0);
    wrt_json_set_int(counters, own, 0);
    wrt_json_set(request, "counters", counters);
    wrt_json_set(request, "history", wrt_json_new_array());
    return request;
}

wrt_status wrt_cli_live_gate_call(const wrt_cli_live_gate *gate, wrt_err *err) {
    return wrt_cli_check_call(gate->globals, call_request(gate), "asking PubMed", err);
}

static wrt_json *dest_of(const wrt_url *url) {
    wrt_json *dest = wrt_json_new_object();
    wrt_json_set_text(dest, "host", url->host);
    wrt_json_set_int(dest, "port", url->port);
    wrt_json_set_bool(dest, "loopback", url->is_loopback);
    return dest;
}

wrt_status wrt_cli_live_gate_send(const wrt_live_request *request, void *ctx, wrt_err *err) {
    wrt_cli_live_gate *gate = ctx;
    wrt_url url;
    wrt_status status = wrt_url_parse(&url, request->url, err);
    if (status != WRT_OK)
        return status;
    bool is_post = request->form.ptr != NULL;
    char *body = is_post ? strndup(request->form.ptr, request->form.len) : NULL;
    wrt_exchange exchange = {
        .n = ++gate->sent, .method = is_post ? "POST" : "GET", .url = request->url, .body = body};
    char *text = wrt_egress_text(&exchange);
    wrt_json *asked = call_request(gate), *http = wrt_json_new_object();
    wrt_json_set_int(http, "n", exchange.n);
    wrt_json_set_text(http, "method", exchange.method);
    wrt_json_set_text(http, "url", exchange.url);
    wrt_json_set(asked, "http", http);
    wrt_json_set(asked, "dest", dest_of(&url));
    wrt_json_set_text(asked, "text", text);
    free(text);
    free(body);
    wrt_url_free(&url);
    return wrt_cli_check_call(gate->globals, asked, "this request", err);
}
