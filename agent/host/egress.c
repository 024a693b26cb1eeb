/* egress.c: one exchange of a tool, from the question to the answer.
 *
 * Everything that can refuse does so before the guard is asked, and the guard before anything is
 * sent; so the record holds each exchange that was possible, and no key is in it, because keys are
 * added after it was written. */
#include "agent/host/egress.h"

#include "agent/host/egress_site.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct wrt_egress {
    wrt_egress_place *places[WRT_EGRESS_SITES_MAX];
    size_t n_places;
    wrt_egress_carrier carrier;
    bool offline;
    const wrt_cancel *cancel;
    wrt_http *http; /* made at the first exchange */
    wrt_egress_guard guard;
};

wrt_egress *wrt_egress_new(const wrt_egress_options *options) {
    wrt_egress *egress = wrt_calloc(1, sizeof *egress);
    egress->offline = options->offline;
    egress->carrier = options->carrier;
    egress->cancel = options->cancel;
    for (size_t i = 0; i < options->n_sites && i < WRT_EGRESS_SITES_MAX; i++)
        egress->places[egress->n_places++] = wrt_egress_place_new(&options->sites[i]);
    return egress;
}

void wrt_egress_free(wrt_egress *egress) {
    if (egress == NULL)
        return;
    for (size_t i = 0; i < egress->n_places; i++)
        wrt_egress_place_free(egress->places[i]);
    if (egress->carrier.close != NULL)
        egress->carrier.close(egress->carrier.ctx);
    wrt_http_free(egress->http);
    free(egress);
}

void wrt_egress_set_guard(wrt_egress *egress, const wrt_egress_guard *guard) {
    egress->guard = guard != NULL ? *guard : (wrt_egress_guard){0};
}

void wrt_egress_answer_free(wrt_egress_answer *answer) {
    wrt_json_free(answer->head);
    wrt_buf_free(&answer->body);
    *answer = (wrt_egress_answer){0};
}

/* ---- refusing */

/* The refusal as the worker and the record see it. */
static wrt_json *refusal(int64_t n, wrt_host_http code, const char *message) {
    wrt_json *head = wrt_json_new_object();
    wrt_json_set_int(head, "n", n);
    wrt_json_set_text(head, "refused", wrt_exchange_code_name(code));
    wrt_json_set_text(head, "message", message);
    return head;
}

/* Fills *err and gives the code: the two halves of a refusal. */
static wrt_host_http refuse(wrt_err *err, wrt_host_http code, const char *message) {
    wrt_fail(err, WRT_E_DENIED, "%s", message);
    return code;
}

static const char *destination_of(const wrt_egress_call *call, const char *url) {
    WRT_JSON_EACH(destination, wrt_json_get(call->tool, "destinations")) {
        if (wrt_egress_is_beneath(url, wrt_json_text(destination)))
            return wrt_json_text(destination);
    }
    return NULL;
}

/* What can be said without asking anybody; WRT_HOST_HTTP_ANSWERED means no objection. */
static wrt_host_http judge(const wrt_egress_call *call, const wrt_exchange *exchange,
                           wrt_err *err) {
    int64_t flags = wrt_json_get_int(call->tool, "flags", 0);
    if ((flags & WRT_TOOL_NETWORK) == 0)
        return refuse(err, WRT_HOST_HTTP_UNDECLARED, "the tool does not declare WRT_TOOL_NETWORK");
    if (call->asked > WRT_EGRESS_CALLS_MAX)
        return refuse(err, WRT_HOST_HTTP_BUDGET, "the 100 exchanges of this call are spent");
    if (call->received >= WRT_EGRESS_BYTES_MAX)
        return refuse(err, WRT_HOST_HTTP_BUDGET, "the 64 MiB of answers of this call are spent");
    if (wrt_egress_check_form(exchange, err) != WRT_OK)
        return WRT_HOST_HTTP_BAD_REQUEST;
    if (destination_of(call, exchange->url) == NULL)
        return refuse(err, WRT_HOST_HTTP_UNDECLARED,
                      "the URL is not beneath a destination that the tool declares");
    if (call->give_up_at_ms <= wrt_clock_monotonic_ms())
        return refuse(err, WRT_HOST_HTTP_TIMEOUT, "the call's time is spent");
    return WRT_HOST_HTTP_ANSWERED;
}

static wrt_egress_place *place_of(const wrt_egress *egress, const char *url) {
    for (size_t i = 0; i < egress->n_places; i++) {
        if (wrt_egress_place_holds(egress->places[i], url))
            return egress->places[i];
    }
    return NULL;
}

/* ---- asking the guard */

static wrt_json *dest_of(const wrt_url *url) {
    wrt_json *dest = wrt_json_new_object();
    wrt_json_set_text(dest, "host", url->host);
    wrt_json_set_int(dest, "port", url->port);
    wrt_json_set_bool(dest, "loopback", url->is_loopback);
    return dest;
}

wrt_json *wrt_egress_taint(const wrt_json *tool, bool had_files) {
    wrt_json *taint = wrt_json_new_object(), *labels = wrt_json_new_array();
    int64_t flags = wrt_json_get_int(tool, "flags", 0);
    wrt_json_push_text(labels, "plugin");
    if ((flags & WRT_TOOL_READS_KG) != 0)
        wrt_json_push_text(labels, "kg");
    if ((flags & WRT_TOOL_READS_PUBMED) != 0)
        wrt_json_push_text(labels, "pubmed");
    if (had_files)
        wrt_json_push_text(labels, "file");
    wrt_json_set(taint, "labels", labels);
    wrt_json_set_text(taint, "integrity", "plugin");
    return taint;
}

static wrt_json *policy_request(const wrt_egress_call *call, const wrt_exchange *exchange,
                                const wrt_url *url) {
    wrt_json *request = wrt_json_new_object(), *http = wrt_json_new_object();
    char *text = wrt_egress_text(exchange);
    wrt_json_set_text(request, "tool", wrt_json_get_text(call->tool, "name", ""));
    wrt_json_set(request, "args", wrt_json_copy(call->args));
    wrt_json_set_text(request, "text", text);
    wrt_json_set(request, "taint", wrt_json_copy(call->taint));
    wrt_json_set(request, "dest", dest_of(url));
    wrt_json_set_int(http, "n", exchange->n);
    wrt_json_set_text(http, "method", exchange->method);
    wrt_json_set_text(http, "url", exchange->url);
    wrt_json_set(request, "http", http);
    free(text);
    return request;
}

static wrt_status ask_guard(const wrt_egress_call *call, const wrt_exchange *exchange,
                            const wrt_url *url, wrt_err *err) {
    const wrt_egress_guard *guard = &call->egress->guard;
    if (guard->decide == NULL)
        return wrt_fail(err, WRT_E_DENIED, "nobody here decides about the network");
    return guard->decide(policy_request(call, exchange, url), exchange, guard->ctx, err);
}

/* ---- sending */

static int64_t time_for(const wrt_egress_call *call, const wrt_exchange *exchange) {
    int64_t left = call->give_up_at_ms - wrt_clock_monotonic_ms();
    int64_t wanted = exchange->timeout_ms > 0 ? exchange->timeout_ms : left;
    int64_t time_ms = wanted < left ? wanted : left;
    return time_ms > 0 ? time_ms : 1;
}

static size_t copy_headers(const char *out[WRT_EXCHANGE_HEADERS_MAX], const wrt_json *headers) {
    size_t n = 0;
    WRT_JSON_EACH(header, headers) {
        if (n < WRT_EXCHANGE_HEADERS_MAX)
            out[n++] = wrt_json_text(header);
    }
    return n;
}

static bool is_form(const wrt_exchange *exchange) {
    static const char type[] = "Content-Type: application/x-www-form-urlencoded";
    WRT_JSON_EACH(header, exchange->headers) {
        if (strncasecmp(wrt_json_text(header), type, sizeof type - 1) == 0)
            return exchange->body != NULL;
    }
    return false;
}

static wrt_host_http code_of(wrt_status status) {
    switch (status) {
    case WRT_E_TIMEOUT:
        return WRT_HOST_HTTP_TIMEOUT;
    case WRT_E_LIMIT:
        return WRT_HOST_HTTP_TOO_LARGE;
    case WRT_E_INPUT:
        return WRT_HOST_HTTP_BAD_REQUEST;
    case WRT_E_NOT_FOUND: /* no network here, and the exchange is not among the recorded ones */
        return WRT_HOST_HTTP_OFFLINE;
    default:
        return WRT_HOST_HTTP_UNAVAILABLE;
    }
}

static void wipe(wrt_buf *text) {
    if (text->ptr != NULL)
        explicit_bzero(text->ptr, text->len);
    wrt_buf_free(text);
}

/* Adds what the place wants, where it belongs. */
static wrt_status complete(wrt_buf *url, wrt_buf *body, const wrt_egress_place *place,
                           const wrt_exchange *exchange, wrt_err *err) {
    wrt_buf_add_c(body, exchange->body != NULL ? exchange->body : "");
    if (is_form(exchange))
        wrt_egress_place_add(body, place, body->len > 0 ? '&' : '\0');
    else
        wrt_egress_place_add(url, place, strchr(url->ptr, '?') != NULL ? '&' : '?');
    return url->overflow || body->overflow ? wrt_fail(err, WRT_E_INPUT, "the URL is too long")
                                           : WRT_OK;
}

/* Waits for the place's turn, sends, and takes the secrets out of the answer. */
static wrt_status transfer(wrt_http_response *out, wrt_egress *egress, wrt_egress_place *place,
                           const wrt_http_request *request, wrt_err *err) {
    int slot = -1;
    int64_t deadline_ms = wrt_clock_monotonic_ms() + request->timeout_ms;
    wrt_http_request sent = *request;
    wrt_status status = WRT_OK;
    if (egress->http == NULL)
        status = wrt_http_new(&egress->http, err);
    if (status == WRT_OK)
        status = wrt_egress_place_enter(&slot, place, egress->cancel, deadline_ms, err);
    if (status != WRT_OK)
        return status;
    sent.timeout_ms = deadline_ms - wrt_clock_monotonic_ms();
    sent.timeout_ms = sent.timeout_ms > 0 ? sent.timeout_ms : 1;
    status = wrt_http_perform(out, egress->http, &sent, err);
    wrt_egress_place_leave(place, slot);
    if (status == WRT_OK && out->status == 429)
        wrt_egress_place_pause(place, out->retry_after_ms);
    if (status == WRT_OK)
        wrt_egress_place_clean(&out->body, place);
    return status;
}

/* Sends what was permitted, with what the host adds. Fails as wrt_http_perform does. */
static wrt_status perform(wrt_http_response *out, wrt_egress_call *call,
                          const wrt_exchange *exchange, wrt_str url, wrt_err *err) {
    const wrt_egress_carrier *carrier = &call->egress->carrier;
    if (carrier->send != NULL)
        return carrier->send(out, exchange, carrier->ctx, err);
    wrt_egress_place *place = place_of(call->egress, exchange->url);
    const char *headers[WRT_EXCHANGE_HEADERS_MAX];
    size_t left = (size_t)WRT_EGRESS_BYTES_MAX - call->received;
    wrt_buf full = wrt_buf_make(WRT_URL_MAX),
            body = wrt_buf_make((size_t)2 * WRT_EXCHANGE_BODY_MAX);
    wrt_buf_add_str(&full, url);
    wrt_status status = complete(&full, &body, place, exchange, err);
    wrt_http_request request = {
        .url = full.ptr,
        .method = exchange->method,
        .headers = headers,
        .n_headers = copy_headers(headers, exchange->headers),
        .body = exchange->body != NULL ? wrt_buf_str(&body) : (wrt_str){NULL, 0},
        .timeout_ms = time_for(call, exchange),
        .is_sent_once = true, /* the rate and the record count each arrival */
        .max_bytes = left < WRT_EXCHANGE_ANSWER_MAX ? left : WRT_EXCHANGE_ANSWER_MAX,
        .cancel = call->egress->cancel};
    if (status == WRT_OK)
        status = transfer(out, call->egress, place, &request, err);
    wipe(&full);
    wipe(&body);
    return status;
}

static wrt_json *answer_head(int64_t n, const wrt_http_response *response) {
    wrt_json *head = wrt_json_new_object();
    wrt_json_set_int(head, "n", n);
    wrt_json_set_int(head, "status", response->status);
    wrt_json_set_text(head, "content_type", response->content_type);
    wrt_json_set_int(head, "retry_after_ms", response->retry_after_ms);
    wrt_json_set_int(head, "bytes", (int64_t)response->body.len);
    return head;
}

/* ---- the whole of it */

/* The guard's own failure, which is never the worker's fault. */
static wrt_status fail_guard(wrt_status status, const wrt_err *why, wrt_err *err) {
    return wrt_fail(err, status == WRT_E_INTERRUPTED ? status : WRT_E_FAILED, "%s", why->message);
}

static wrt_status record(const wrt_egress_call *call, const wrt_egress_answer *answer,
                         wrt_err *err) {
    const wrt_egress_guard *guard = &call->egress->guard;
    wrt_err why = {0};
    if (guard->record == NULL)
        return WRT_OK;
    wrt_status status =
        guard->record(wrt_json_copy(answer->head), wrt_buf_str(&answer->body), guard->ctx, &why);
    return status == WRT_OK ? WRT_OK : fail_guard(status, &why, err);
}

/* The answer that the guard remembers; WRT_E_NOT_FOUND: none. */
static wrt_status recall(wrt_egress_answer *out, wrt_egress_call *call,
                         const wrt_exchange *exchange, wrt_err *err) {
    const wrt_egress_guard *guard = &call->egress->guard;
    wrt_err why = {0};
    if (guard->recall == NULL)
        return WRT_E_NOT_FOUND;
    wrt_status status = guard->recall(out, exchange, guard->ctx, &why);
    call->received += out->body.len;
    return status == WRT_OK || status == WRT_E_NOT_FOUND ? status : fail_guard(status, &why, err);
}

/* After the guard permitted it: sends, and records what came of it. */
static wrt_status exchange_and_record(wrt_egress_answer *out, wrt_egress_call *call,
                                      const wrt_exchange *exchange, wrt_str url, wrt_err *err) {
    wrt_http_response response = {0};
    wrt_err why = {0};
    wrt_status status = recall(out, call, exchange, err);
    if (status != WRT_E_NOT_FOUND)
        return status == WRT_OK ? record(call, out, err) : status;
    if (call->egress->guard.is_record)
        return wrt_fail(err, WRT_E_FAILED, "an exchange that is not recorded");
    status = perform(&response, call, exchange, url, &why);
    if (status == WRT_E_INTERRUPTED)
        return wrt_fail(err, status, "%s", why.message);
    if (status == WRT_OK && response.body.len > WRT_EXCHANGE_ANSWER_MAX) { /* of a carrier */
        wrt_http_response_free(&response);
        status = wrt_fail(&why, WRT_E_LIMIT, "the answer is larger than 16 MiB");
    }
    if (status == WRT_OK) {
        out->head = answer_head(exchange->n, &response);
        out->body = response.body; /* taken */
        call->received += out->body.len;
    } else {
        out->head = refusal(exchange->n, code_of(status), why.message);
    }
    return record(call, out, err);
}

/* Checks that need the real address, then the guard, then the exchange. */
static wrt_status serve_at(wrt_egress_answer *out, wrt_egress_call *call,
                           const wrt_exchange *exchange, wrt_str url, wrt_err *err) {
    wrt_url place = {0};
    wrt_err why = {0};
    wrt_status status = wrt_url_parse(&place, url.ptr, &why);
    wrt_host_http code = WRT_HOST_HTTP_BAD_REQUEST;
    if (status == WRT_OK && strcmp(place.scheme, "https") != 0 && !place.is_loopback) {
        status = wrt_fail(&why, WRT_E_INPUT, "only https is used, or a place on this machine");
    } else if (status == WRT_OK && call->egress->offline && !call->egress->guard.is_record &&
               !place.is_loopback) {
        status = wrt_fail(&why, WRT_E_DENIED, "the program is offline");
        code = WRT_HOST_HTTP_OFFLINE;
    } else if (status == WRT_OK) {
        status = ask_guard(call, exchange, &place, &why);
        code = WRT_HOST_HTTP_DENIED;
    }
    wrt_url_free(&place);
    if (status == WRT_OK)
        return exchange_and_record(out, call, exchange, url, err);
    if (status != WRT_E_DENIED && code != WRT_HOST_HTTP_BAD_REQUEST)
        return fail_guard(status, &why, err);
    out->head = refusal(exchange->n, code, why.message);
    return WRT_OK;
}

wrt_status wrt_egress_serve(wrt_egress_answer *out, wrt_egress_call *call,
                            const wrt_exchange *exchange, wrt_err *err) {
    *out = (wrt_egress_answer){0};
    if (exchange->n != ++call->asked)
        return wrt_fail(err, WRT_E_INPUT, "asked for exchanges out of order");
    if (call->asked > WRT_EGRESS_ASKED_MAX)
        return wrt_fail(err, WRT_E_INPUT, "asked for more than %d exchanges", WRT_EGRESS_ASKED_MAX);
    wrt_err why = {0};
    wrt_host_http code = judge(call, exchange, &why);
    const wrt_egress_place *place = place_of(call->egress, exchange->url);
    wrt_buf url = wrt_buf_make(WRT_URL_MAX);
    if (code == WRT_HOST_HTTP_ANSWERED && wrt_egress_place_is_preempted(place, exchange))
        code = refuse(&why, WRT_HOST_HTTP_BAD_REQUEST, "keys and addresses are added by the host");
    if (code == WRT_HOST_HTTP_ANSWERED &&
        wrt_egress_place_url(&url, place, exchange->url, &why) != WRT_OK)
        code = WRT_HOST_HTTP_BAD_REQUEST;
    wrt_status status = WRT_OK;
    if (code == WRT_HOST_HTTP_ANSWERED)
        status = serve_at(out, call, exchange, wrt_buf_str(&url), err);
    else
        out->head = refusal(exchange->n, code, why.message);
    wrt_buf_free(&url);
    return status;
}
