/* exchange.c: the two JSON forms of an exchange, and the names of its outcomes. */
#include "agent/host/exchange.h"

#include <string.h>

static const char *const code_names[] = {"answered",  "bad_request", "undeclared", "denied",
                                         "offline",   "budget",      "timeout",    "unavailable",
                                         "too_large", "no_service"};
enum { CODES = sizeof code_names / sizeof code_names[0] };

_Static_assert((int)CODES == (int)WRT_HOST_HTTP_NO_SERVICE + 1, "every outcome has a name");

const char *wrt_exchange_code_name(wrt_host_http code) {
    return (unsigned)code < CODES ? code_names[code] : NULL;
}

wrt_host_http wrt_exchange_code_of(const char *name) {
    for (size_t i = 0; i < CODES; i++) {
        if (strcmp(code_names[i], name) == 0)
            return (wrt_host_http)i;
    }
    return WRT_HOST_HTTP_UNAVAILABLE;
}

/* ---- the worker's side */

static bool is_text(const char *text, size_t max) {
    if (text == NULL)
        return false;
    size_t len = strnlen(text, max + 1);
    return len <= max && wrt_utf8_valid((wrt_str){text, len});
}

static wrt_status add_headers(wrt_json *out, const wrt_host_request *request, wrt_err *err) {
    enum { HEADER_MAX = 1000 };
    if (request->n_headers > WRT_EXCHANGE_HEADERS_MAX ||
        (request->n_headers > 0 && request->headers == NULL))
        return wrt_fail(err, WRT_E_INPUT, "wanted at most %d headers, found %zu",
                        WRT_EXCHANGE_HEADERS_MAX, request->n_headers);
    for (size_t i = 0; i < request->n_headers; i++) {
        if (!is_text(request->headers[i], HEADER_MAX))
            return wrt_fail(err, WRT_E_INPUT, "header %zu: wanted UTF-8 of at most %d bytes", i,
                            HEADER_MAX);
        wrt_json_push_text(out, request->headers[i]);
    }
    return WRT_OK;
}

static wrt_status add_body(wrt_json *out, const wrt_host_request *request, wrt_err *err) {
    wrt_str body = {request->body, request->body_len};
    if (body.ptr == NULL) {
        wrt_json_set(out, "body", wrt_json_new_null());
        return WRT_OK;
    }
    if (body.len > WRT_EXCHANGE_BODY_MAX)
        return wrt_fail(err, WRT_E_INPUT, "wanted a body of at most %d bytes, found %zu",
                        WRT_EXCHANGE_BODY_MAX, body.len);
    if (!wrt_utf8_valid(body) || memchr(body.ptr, '\0', body.len) != NULL)
        return wrt_fail(err, WRT_E_INPUT, "wanted a body of UTF-8 without NUL");
    wrt_json_set(out, "body", wrt_json_new_text(body));
    return WRT_OK;
}

wrt_status wrt_exchange_write(wrt_json **out, const wrt_host_request *request, int64_t n,
                              wrt_err *err) {
    enum { METHOD_MAX = 16, URL_MAX = 8192 };
    *out = NULL;
    if (!is_text(request->method, METHOD_MAX))
        return wrt_fail(err, WRT_E_INPUT, "wanted the method GET or POST");
    if (!is_text(request->url, URL_MAX))
        return wrt_fail(err, WRT_E_INPUT, "wanted a URL of at most %d bytes", URL_MAX);
    wrt_json *asked = wrt_json_new_object(), *headers = wrt_json_new_array();
    int64_t timeout_ms = (int64_t)request->timeout_ms;
    wrt_json_set_int(asked, "n", n);
    wrt_json_set_text(asked, "method", request->method);
    wrt_json_set_text(asked, "url", request->url);
    wrt_json_set(asked, "headers", headers);
    wrt_json_set_int(asked, "timeout_ms",
                     timeout_ms < WRT_EXCHANGE_TIME_MAX_MS ? timeout_ms : WRT_EXCHANGE_TIME_MAX_MS);
    wrt_status status = add_headers(headers, request, err);
    if (status == WRT_OK)
        status = add_body(asked, request, err);
    if (status == WRT_OK)
        *out = asked;
    else
        wrt_json_free(asked);
    return status;
}

/* ---- the host's side */

static bool are_headers(const wrt_json *headers) {
    if (!wrt_json_is(headers, WRT_JSON_ARRAY) || wrt_json_count(headers) > WRT_EXCHANGE_HEADERS_MAX)
        return false;
    WRT_JSON_EACH(header, headers) {
        if (wrt_json_text(header) == NULL)
            return false;
    }
    return true;
}

static bool is_count(const wrt_json *value, int64_t least, int64_t most) {
    double number = wrt_json_number(value, -1);
    return wrt_json_is_integer(value) && number >= (double)least && number <= (double)most;
}

wrt_status wrt_exchange_read(wrt_exchange *out, const wrt_json *asked, wrt_err *err) {
    const wrt_json *body = wrt_json_get(asked, "body");
    *out = (wrt_exchange){.n = wrt_json_get_int(asked, "n", 0),
                          .timeout_ms = wrt_json_get_int(asked, "timeout_ms", 0),
                          .method = wrt_json_get_text(asked, "method", NULL),
                          .url = wrt_json_get_text(asked, "url", NULL),
                          .headers = wrt_json_get(asked, "headers"),
                          .body = wrt_json_text(body)};
    bool is_body = wrt_json_is(body, WRT_JSON_NULL) ||
                   (out->body != NULL && strlen(out->body) <= WRT_EXCHANGE_BODY_MAX);
    if (wrt_json_count(asked) != 6 || !is_count(wrt_json_get(asked, "n"), 1, INT32_MAX) ||
        !is_count(wrt_json_get(asked, "timeout_ms"), 0, WRT_EXCHANGE_TIME_MAX_MS) ||
        out->method == NULL || out->url == NULL || !are_headers(out->headers) || !is_body)
        return wrt_fail(err, WRT_E_INPUT, "asked for an exchange of another form");
    return WRT_OK;
}
