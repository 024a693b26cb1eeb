/* egress.c: one exchange of a tool, from the question to the answer.
 *
 * Everything that can refuse does so before the guard is asked, and the guard before anything is
 * sent; so the record holds each exchange that was possible, and no key is in it, because keys are
 * added after it was written. */
#include "agent/host/egress.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct wrt_egress {
    wrt_egress_site sites[WRT_EGRESS_SITES_MAX];
    size_t n_sites;
    bool offline;
    const wrt_cancel *cancel;
    wrt_http *http; /* made at the first exchange */
    wrt_egress_guard guard;
};

wrt_egress *wrt_egress_new(const wrt_egress_options *options) {
    wrt_egress *egress = wrt_calloc(1, sizeof *egress);
    egress->offline = options->offline;
    egress->cancel = options->cancel;
    for (size_t i = 0; i < options->n_sites && i < WRT_EGRESS_SITES_MAX; i++)
        egress->sites[egress->n_sites++] = options->sites[i];
    return egress;
}

void wrt_egress_free(wrt_egress *egress) {
    if (egress == NULL)
        return;
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

/* ---- places */

static const wrt_egress_site *site_of(const wrt_egress *egress, const char *url) {
    for (size_t i = 0; i < egress->n_sites; i++) {
        if (wrt_egress_is_beneath(url, egress->sites[i].prefix))
            return &egress->sites[i];
    }
    return NULL;
}

/* The URL that is really asked: the same, or what stands beneath the place's mirror. The prefix of
 * a place is written as its plugin writes it, so the rest of the text is the rest of the path. */
static wrt_status real_url(wrt_buf *out, const wrt_egress_site *site, const char *url,
                           wrt_err *err) {
    size_t len = site != NULL && site->mirror != NULL ? strlen(site->prefix) : 0;
    if (len > 0 && strncasecmp(url, site->prefix, len) != 0)
        return wrt_fail(err, WRT_E_INPUT, "wanted the URL to begin as its place does");
    if (len > 0)
        wrt_buf_add_c(out, site->mirror);
    wrt_buf_add_c(out, url + len);
    return out->overflow ? wrt_fail(err, WRT_E_INPUT, "the URL is too long") : WRT_OK;
}

static void add_escaped(wrt_buf *out, const char *text) {
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || (c != '\0' && strchr("-._~", c) != NULL);
        if (is_plain)
            wrt_buf_add_char(out, (char)c);
        else
            wrt_buf_printf(out, "%%%02X", c);
    }
}

static void add_parameters(wrt_buf *out, const wrt_egress_site *site, char first) {
    for (size_t i = 0; site != NULL && i < WRT_EGRESS_PARAMETERS_MAX; i++) {
        const wrt_egress_parameter *parameter = &site->parameters[i];
        if (parameter->name == NULL || parameter->value == NULL || parameter->value[0] == '\0')
            continue;
        if (first != '\0')
            wrt_buf_add_char(out, first);
        wrt_buf_printf(out, "%s=", parameter->name);
        add_escaped(out, parameter->value);
        first = '&';
    }
}

/* Same length, so that offsets in an answer mean the same with and without a key. */
static void hide_secrets(wrt_buf *body, const wrt_egress_site *site) {
    for (size_t i = 0; site != NULL && i < WRT_EGRESS_PARAMETERS_MAX; i++) {
        const char *value = site->parameters[i].value;
        size_t len = site->parameters[i].is_secret && value != NULL ? strlen(value) : 0;
        char *at = len > 0 && body->len > 0 ? memmem(body->ptr, body->len, value, len) : NULL;
        while (at != NULL) {
            memset(at, '*', len);
            at = memmem(body->ptr, body->len, value, len);
        }
    }
}

/* A parameter of ours in the worker's own text would be sent twice, with a value of its choosing.
 */
static bool has_our_parameter(const wrt_exchange *exchange, const wrt_egress_site *site) {
    char *text = wrt_egress_text(exchange), mark[72];
    bool has = false;
    for (size_t i = 0; site != NULL && i < WRT_EGRESS_PARAMETERS_MAX; i++) {
        if (site->parameters[i].name == NULL || !site->parameters[i].is_secret)
            continue;
        snprintf(mark, sizeof mark, "%s=", site->parameters[i].name);
        has = has || strstr(text, mark) != NULL;
    }
    free(text);
    return has;
}

/* ---- asking the guard */

static wrt_json *dest_of(const wrt_url *url) {
    wrt_json *dest = wrt_json_new_object();
    wrt_json_set_text(dest, "host", url->host);
    wrt_json_set_int(dest, "port", url->port);
    wrt_json_set_bool(dest, "loopback", url->is_loopback);
    return dest;
}

/* Whatever a worker sends may hold what it read. */
static wrt_json *taint_of(const wrt_json *tool) {
    wrt_json *taint = wrt_json_new_object(), *labels = wrt_json_new_array();
    int64_t flags = wrt_json_get_int(tool, "flags", 0);
    wrt_json_push_text(labels, "plugin");
    if ((flags & WRT_TOOL_READS_KG) != 0)
        wrt_json_push_text(labels, "kg");
    if ((flags & WRT_TOOL_READS_PUBMED) != 0)
        wrt_json_push_text(labels, "pubmed");
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
    wrt_json_set(request, "taint", taint_of(call->tool));
    wrt_json_set(request, "dest", dest_of(url));
    wrt_json_set_int(http, "n", exchange->n);
    wrt_json_set_text(http, "method", exchange->method);
    wrt_json_set_text(http, "url", exchange->url);
    wrt_json_set(http, "headers", wrt_json_copy(exchange->headers));
    wrt_json_set_text(http, "body", exchange->body);
    wrt_json_set(request, "http", http);
    free(text);
    return request;
}

static wrt_status ask_guard(const wrt_egress_call *call, const wrt_exchange *exchange,
                            const wrt_url *url, wrt_err *err) {
    const wrt_egress_guard *guard = &call->egress->guard;
    if (guard->decide == NULL)
        return wrt_fail(err, WRT_E_DENIED, "nobody here decides about the network");
    return guard->decide(policy_request(call, exchange, url), guard->ctx, err);
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
    default:
        return WRT_HOST_HTTP_UNAVAILABLE;
    }
}

/* Sends what was permitted. WRT_E_DENIED: no whole answer, *code says why. */
static wrt_status perform(wrt_http_response *out, wrt_egress_call *call,
                          const wrt_exchange *exchange, wrt_str url, wrt_err *err) {
    const wrt_egress_site *site = site_of(call->egress, exchange->url);
    const char *headers[WRT_EXCHANGE_HEADERS_MAX];
    wrt_buf full = wrt_buf_make(WRT_URL_MAX), body = wrt_buf_make(2 * WRT_EXCHANGE_BODY_MAX);
    wrt_buf_add_str(&full, url);
    wrt_buf_add_c(&body, exchange->body != NULL ? exchange->body : "");
    if (is_form(exchange))
        add_parameters(&body, site, body.len > 0 ? '&' : '\0');
    else
        add_parameters(&full, site, memchr(url.ptr, '?', url.len) != NULL ? '&' : '?');
    size_t left = (size_t)WRT_EGRESS_BYTES_MAX - call->received;
    wrt_http_request request = {
        .url = full.ptr,
        .method = exchange->method,
        .headers = headers,
        .n_headers = copy_headers(headers, exchange->headers),
        .body = exchange->body != NULL ? wrt_buf_str(&body) : (wrt_str){NULL, 0},
        .timeout_ms = time_for(call, exchange),
        .max_bytes = left < WRT_EXCHANGE_ANSWER_MAX ? left : WRT_EXCHANGE_ANSWER_MAX,
        .cancel = call->egress->cancel};
    wrt_status status = WRT_OK;
    if (full.overflow || body.overflow)
        status = wrt_fail(err, WRT_E_INPUT, "the URL is too long");
    if (status == WRT_OK && call->egress->http == NULL)
        status = wrt_http_new(&call->egress->http, err);
    if (status == WRT_OK)
        status = wrt_http_perform(out, call->egress->http, &request, err);
    if (status == WRT_OK)
        hide_secrets(&out->body, site);
    wrt_buf_free(&full);
    wrt_buf_free(&body);
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

/* After the guard permitted it: sends, and records what came of it. */
static wrt_status exchange_and_record(wrt_egress_answer *out, wrt_egress_call *call,
                                      const wrt_exchange *exchange, wrt_str url, wrt_err *err) {
    wrt_http_response response = {0};
    wrt_err why = {0};
    wrt_status status = perform(&response, call, exchange, url, &why);
    if (status == WRT_E_INTERRUPTED)
        return wrt_fail(err, status, "%s", why.message);
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
    if (status == WRT_OK && call->egress->offline && !place.is_loopback) {
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
    const wrt_egress_site *site = site_of(call->egress, exchange->url);
    wrt_buf url = wrt_buf_make(WRT_URL_MAX);
    if (code == WRT_HOST_HTTP_ANSWERED && has_our_parameter(exchange, site))
        code = refuse(&why, WRT_HOST_HTTP_BAD_REQUEST, "keys are added by the host");
    if (code == WRT_HOST_HTTP_ANSWERED && real_url(&url, site, exchange->url, &why) != WRT_OK)
        code = WRT_HOST_HTTP_BAD_REQUEST;
    wrt_status status = WRT_OK;
    if (code == WRT_HOST_HTTP_ANSWERED)
        status = serve_at(out, call, exchange, wrt_buf_str(&url), err);
    else
        out->head = refusal(exchange->n, code, why.message);
    wrt_buf_free(&url);
    return status;
}
