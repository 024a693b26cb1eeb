/* http_check.c: a request is refused here, before anything is sent, or not at all.
 *
 * The texts of a request may come from a settings file or from a model. A line end inside one of
 * them would start a header of its own, and a header that frames the message (Content-Length,
 * Transfer-Encoding, Host) would let the two ends disagree about where it stops, so both are
 * refused. */
#include "base/http_check.h"

#include <string.h>
#include <strings.h>

static const char *const METHODS[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

/* Written by this module or by libcurl; see wrt_http_request for what to use. */
static const char *const RESERVED[] = {"Accept-Encoding",
                                       "Authorization",
                                       "Connection",
                                       "Content-Length",
                                       "Cookie",
                                       "Expect",
                                       "Host",
                                       "Keep-Alive",
                                       "Proxy-Authorization",
                                       "Proxy-Connection",
                                       "TE",
                                       "Trailer",
                                       "Transfer-Encoding",
                                       "Upgrade"};

static bool has_text(const char *const *list, size_t n, wrt_str text) {
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i]) == text.len && strncasecmp(list[i], text.ptr, text.len) == 0)
            return true;
    return false;
}

/* RFC 9110, section 5.6.2. */
static bool is_token(wrt_str text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_alnum && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return text.len > 0;
}

/* Visible ASCII, spaces and tabs. */
static bool is_field_value(wrt_str text) {
    for (size_t i = 0; i < text.len; i++)
        if ((text.ptr[i] < ' ' && text.ptr[i] != '\t') || text.ptr[i] > '~')
            return false;
    return wrt_str_trim(text).len > 0;
}

static wrt_str name_of(const char *header) {
    return (wrt_str){header, strcspn(header, ":")};
}

static wrt_status check_header(const char *header, size_t number, wrt_err *err) {
    size_t len = header != NULL ? strnlen(header, WRT_HTTP_HEADER_BYTES + 1) : 0;
    if (len > WRT_HTTP_HEADER_BYTES)
        return wrt_fail(err, WRT_E_LIMIT, "header %zu: longer than %d bytes", number,
                        WRT_HTTP_HEADER_BYTES);
    wrt_str name = len > 0 ? name_of(header) : WRT_STR("");
    if (!is_token(name) || name.len == len)
        return wrt_fail(err, WRT_E_INPUT, "header %zu: must read \"Name: value\"", number);
    if (!is_field_value((wrt_str){header + name.len + 1, len - name.len - 1}))
        return wrt_fail(err, WRT_E_INPUT,
                        "header %.*s: the value must be one line of visible ASCII, not empty",
                        (int)name.len, name.ptr);
    if (has_text(RESERVED, sizeof RESERVED / sizeof RESERVED[0], name))
        return wrt_fail(err, WRT_E_INPUT, "header %.*s: may not be given as a header",
                        (int)name.len, name.ptr);
    return WRT_OK;
}

static wrt_status check_headers(const wrt_http_request *request, wrt_err *err) {
    if (request->n_headers > WRT_HTTP_HEADERS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%zu headers, at most %d are accepted",
                        request->n_headers, WRT_HTTP_HEADERS_MAX);
    for (size_t i = 0; i < request->n_headers; i++) {
        wrt_status status = check_header(request->headers[i], i + 1, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

static wrt_status check_key(const wrt_http_request *request, const wrt_url *url, wrt_err *err) {
    const char *key = request->key;
    if (key == NULL)
        return WRT_OK;
    size_t len = strnlen(key, WRT_HTTP_HEADER_BYTES + 1);
    if (len == 0 || len > WRT_HTTP_HEADER_BYTES)
        return wrt_fail(err, WRT_E_CREDENTIAL, "the key for %s must be 1 to %d bytes", url->host,
                        WRT_HTTP_HEADER_BYTES);
    for (size_t i = 0; i < len; i++)
        if (key[i] <= ' ' || key[i] > '~')
            return wrt_fail(err, WRT_E_CREDENTIAL,
                            "the key for %s holds a space, a line end or a byte that is not ASCII",
                            url->host);
    if (strcmp(url->scheme, "https") != 0 && !url->is_loopback)
        return wrt_fail(err, WRT_E_CREDENTIAL,
                        "a key is not sent unencrypted to %s: use https, or a loopback address",
                        url->host);
    return WRT_OK;
}

static wrt_status check_method(wrt_http_request *request, wrt_err *err) {
    bool has_body = request->body.ptr != NULL;
    if (request->method == NULL)
        request->method = has_body ? "POST" : "GET";
    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS[0]; i++) {
        if (strcmp(METHODS[i], request->method) != 0)
            continue;
        if (i < 2 && has_body)
            return wrt_fail(err, WRT_E_INPUT, "method %s: takes no body", METHODS[i]);
        return WRT_OK;
    }
    return wrt_fail(err, WRT_E_INPUT,
                    "method %.20s: GET, HEAD, POST, PUT, PATCH and DELETE are accepted",
                    request->method);
}

static wrt_status check_time(int64_t *ms, int64_t fallback, const char *name, wrt_err *err) {
    if (*ms < 0 || *ms > WRT_HTTP_TIME_MAX_MS)
        return wrt_fail(err, WRT_E_INPUT, "%s: must be 0 to %d ms", name, WRT_HTTP_TIME_MAX_MS);
    if (*ms == 0)
        *ms = fallback;
    return WRT_OK;
}

static wrt_status check_limits(wrt_http_request *request, wrt_err *err) {
    size_t most = request->on_data == NULL ? WRT_HTTP_BODY_MAX : WRT_HTTP_STREAM_MAX;
    if (request->max_bytes > most)
        return wrt_fail(err, WRT_E_INPUT, "max_bytes: must be 0 to %zu", most);
    if (request->max_bytes == 0)
        request->max_bytes = WRT_MIB(16);
    wrt_status status = check_time(&request->timeout_ms, 120000, "timeout_ms", err);
    if (status == WRT_OK)
        status = check_time(&request->connect_timeout_ms, 10000, "connect_timeout_ms", err);
    if (status == WRT_OK)
        status = check_time(&request->stall_timeout_ms, 60000, "stall_timeout_ms", err);
    return status;
}

wrt_status wrt_http_check(wrt_http_request *request, const wrt_url *url, wrt_err *err) {
    wrt_status status = check_key(request, url, err);
    if (status == WRT_OK)
        status = check_method(request, err);
    if (status == WRT_OK)
        status = check_headers(request, err);
    if (status == WRT_OK)
        status = check_limits(request, err);
    return status;
}

bool wrt_http_has_header(const wrt_http_request *request, const char *name) {
    for (size_t i = 0; i < request->n_headers; i++)
        if (has_text(&name, 1, name_of(request->headers[i])))
            return true;
    return false;
}

static int64_t clamp_ms(int64_t ms) {
    return ms < 0 ? 0 : ms > WRT_HTTP_TIME_MAX_MS ? WRT_HTTP_TIME_MAX_MS : ms;
}

int64_t wrt_http_retry_after(const char *text, int64_t date_unix_s, int64_t now_unix_ms) {
    size_t digits = strspn(text, "0123456789");
    int64_t seconds = 0;
    if (digits > 0 && text[digits] == '\0') {
        bool is_short = wrt_str_to_int64(&seconds, (wrt_str){text, digits});
        return is_short && seconds < WRT_HTTP_TIME_MAX_MS / 1000 ? seconds * 1000
                                                                 : WRT_HTTP_TIME_MAX_MS;
    }
    if (date_unix_s < 0)
        return -1;
    int64_t now_s = now_unix_ms / 1000;
    if (date_unix_s - now_s > WRT_HTTP_TIME_MAX_MS / 1000)
        return WRT_HTTP_TIME_MAX_MS;
    return date_unix_s < now_s ? 0 : clamp_ms(date_unix_s * 1000 - now_unix_ms);
}

static bool cut_number(int64_t *out, wrt_str *rest, char end) {
    wrt_str text;
    if (!wrt_str_cut(&text, rest, end))
        return false;
    *out = -1;
    return wrt_str_equal_c(text, "*") || (text.len > 0 && text.ptr[0] >= '0' &&
                                          text.ptr[0] <= '9' && wrt_str_to_int64(out, text));
}

void wrt_http_content_range(int64_t *start, int64_t *total, const char *text) {
    const wrt_str unit = WRT_STR("bytes ");
    wrt_str rest = wrt_str_of(text), range, ends;
    int64_t last = -1;
    *start = *total = -1;
    if (!wrt_str_starts_with(rest, unit))
        return;
    rest = (wrt_str){rest.ptr + unit.len, rest.len - unit.len};
    if (!wrt_str_cut(&range, &rest, '/') || !cut_number(total, &rest, '/') || rest.ptr != NULL) {
        *total = -1;
        return;
    }
    ends = range;
    if (wrt_str_equal_c(range, "*"))
        return;
    if (!cut_number(start, &ends, '-') || !cut_number(&last, &ends, '-') || last < *start)
        *start = *total = -1;
}
