/* http.c: one transfer over libcurl's multi interface.
 *
 * The loop in drive() owns the clock: libcurl moves bytes, and every 50 ms at the latest the loop
 * looks at the cancel flag, the deadline, the connection phase and the last byte seen. A callback
 * or the loop ends a transfer by setting transfer.ending once; judge() turns that into a status.
 * Invariants: nothing is kept of a body beyond its cap, whatever length or compression a server
 * claims, because the cap is held against decoded bytes as they arrive; the key is in the list of
 * headers only, which is wiped. */
#include "base/http.h"

#include <assert.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/http_check.h"
#include "base/url.h"

enum { TICK_MS = 50, PEER_BYTES = WRT_URL_HOST_MAX + 8 };

struct wrt_http {
    CURL *easy;
    CURLM *multi;
    bool is_busy; /* inside wrt_http_perform */
    char detail[CURL_ERROR_SIZE];
};

typedef enum {
    END_NONE,
    END_DONE,      /* libcurl finished: transfer.result says how */
    END_CANCELLED, /* the flag was set */
    END_DEADLINE,
    END_CONNECT, /* no connection in time */
    END_STALLED,
    END_TOO_LONG,    /* the body, past max_bytes */
    END_HEADERS,     /* the headers, past WRT_HTTP_ANSWER_HEADERS */
    END_REDIRECT,    /* the status is 3xx */
    END_ENOUGH,      /* all that is kept of an error text has arrived */
    END_CALLER,      /* on_data said no: transfer.said */
    END_OUT_OF_ORDER /* the multi interface itself failed */
} ending;

typedef struct {
    wrt_http *http;
    wrt_http_request request; /* with its defaults filled in */
    wrt_http_response *response;
    wrt_url url;
    char peer[PEER_BYTES]; /* host:port, for messages */
    struct curl_slist *headers;
    CURLcode refused; /* first option that libcurl did not take */
    CURLcode result;
    ending ending;
    wrt_status said;
    size_t header_bytes;
    bool is_connected, has_headers;
    curl_off_t moved; /* raw bytes of bodies, both ways */
    int64_t start_ms;
    int64_t last_byte_ms;
} transfer;

static const wrt_http_response EMPTY = {
    .retry_after_ms = -1, .length = -1, .range_start = -1, .range_total = -1};

/* ---- start and end of a handle */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode started = CURLE_FAILED_INIT;

static void start_library(void) {
    started = curl_global_init(CURL_GLOBAL_DEFAULT);
}

wrt_status wrt_http_new(wrt_http **out, wrt_err *err) {
    *out = NULL;
    if (pthread_once(&once, start_library) != 0 || started != CURLE_OK)
        return wrt_fail(err, WRT_E_FAILED, "libcurl cannot start: %s", curl_easy_strerror(started));
    wrt_http *http = wrt_calloc(1, sizeof *http);
    http->easy = curl_easy_init();
    http->multi = curl_multi_init();
    if (http->easy == NULL || http->multi == NULL)
        wrt_out_of_memory();
    *out = http;
    return WRT_OK;
}

void wrt_http_free(wrt_http *http) {
    if (http == NULL)
        return;
    curl_easy_cleanup(http->easy);
    curl_multi_cleanup(http->multi);
    free(http);
}

void wrt_http_response_free(wrt_http_response *response) {
    if (response == NULL)
        return;
    wrt_buf_free(&response->body);
    free(response->location);
    *response = EMPTY;
}

/* ---- what arrives */

static long status_of(const transfer *self) {
    long status = 0;
    (void)curl_easy_getinfo(self->http->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static const char *header_of(const transfer *self, const char *name) {
    struct curl_header *header = NULL;
    CURLHcode code = curl_easy_header(self->http->easy, name, 0, CURLH_HEADER, -1, &header);
    return code == CURLHE_OK ? header->value : NULL;
}

static void copy_header(char out[WRT_HTTP_TAG_MAX + 1], const transfer *self, const char *name) {
    const char *text = header_of(self, name);
    size_t len = text != NULL ? strlen(text) : 0;
    out[0] = '\0';
    if (len > 0 && len <= WRT_HTTP_TAG_MAX)
        memcpy(out, text, len + 1);
}

/* What the headers say beside the status, once they have ended. */
static void read_headers(transfer *self) {
    wrt_http_response *out = self->response;
    if (self->has_headers)
        return;
    self->has_headers = true;
    copy_header(out->etag, self, "ETag");
    copy_header(out->last_modified, self, "Last-Modified");
    const char *range = header_of(self, "Content-Range"),
               *length = header_of(self, "Content-Length");
    if (range != NULL)
        wrt_http_content_range(&out->range_start, &out->range_total, range);
    if (length != NULL && (!wrt_str_to_int64(&out->length, wrt_str_of(length)) || out->length < 0))
        out->length = -1;
}

static size_t end_here(transfer *self, ending why) {
    self->ending = why;
    return CURL_WRITEFUNC_ERROR;
}

/* Part of the body of an answer that is not 2xx. */
static size_t keep_error_text(transfer *self, wrt_str piece) {
    wrt_buf *body = &self->response->body;
    size_t room = WRT_HTTP_ERROR_TEXT - body->len;
    wrt_buf_add(body, piece.ptr, piece.len < room ? piece.len : room);
    if (piece.len <= room)
        return piece.len;
    self->response->is_cut = true;
    return end_here(self, END_ENOUGH);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx) {
    transfer *self = ctx;
    wrt_str piece = {bytes, size * count};
    self->last_byte_ms = wrt_clock_monotonic_ms();
    read_headers(self);
    self->response->status = status_of(self);
    long kind = self->response->status / 100;
    size_t before = self->response->received;
    self->response->received += piece.len;
    if (kind != 2)
        return keep_error_text(self, piece);
    if (piece.len > self->request.max_bytes - before)
        return end_here(self, END_TOO_LONG);
    if (self->request.on_data == NULL) {
        wrt_buf_add(&self->response->body, piece.ptr, piece.len);
        return piece.len;
    }
    self->said = self->request.on_data(piece, self->request.ctx);
    self->last_byte_ms = wrt_clock_monotonic_ms(); /* the reader's time is not the server's */
    return self->said == WRT_OK ? piece.len : end_here(self, END_CALLER);
}

/* One line. The empty one ends the headers, and with them all that a 3xx has to say. */
static size_t on_header(char *bytes, size_t size, size_t count, void *ctx) {
    transfer *self = ctx;
    wrt_str line = {bytes, size * count};
    self->last_byte_ms = wrt_clock_monotonic_ms();
    self->header_bytes += line.len;
    if (self->header_bytes > WRT_HTTP_ANSWER_HEADERS)
        return end_here(self, END_HEADERS);
    if (wrt_str_trim(line).len == 0 && status_of(self) / 100 == 3)
        return end_here(self, END_REDIRECT);
    return line.len;
}

/* Sees bytes that the other callbacks do not: those sent, and those that decompress to nothing. */
static int on_progress(void *ctx, curl_off_t total_down, curl_off_t down, curl_off_t total_up,
                       curl_off_t up) {
    (void)total_down;
    (void)total_up;
    transfer *self = ctx;
    if (down + up != self->moved) {
        self->moved = down + up;
        self->last_byte_ms = wrt_clock_monotonic_ms();
    }
    return 0;
}

/* ---- the request */

#define SET(self, option, value)                                                                   \
    note((self), curl_easy_setopt((self)->http->easy, (option), (value)))

static void note(transfer *self, CURLcode code) {
    if (code == CURLE_OUT_OF_MEMORY)
        wrt_out_of_memory();
    if (self->refused == CURLE_OK)
        self->refused = code;
}

static void add_header(transfer *self, const char *text) {
    struct curl_slist *longer = curl_slist_append(self->headers, text);
    if (longer == NULL)
        wrt_out_of_memory();
    self->headers = longer;
}

static void add_key(transfer *self, const char *key) {
    static const char prefix[] = "Authorization: Bearer ";
    char text[sizeof prefix + WRT_HTTP_HEADER_BYTES];
    (void)snprintf(text, sizeof text, "%s%s", prefix, key);
    add_header(self, text);
    explicit_bzero(text, sizeof text);
}

/* Without a value a name takes libcurl's own header away: the wait for "100 Continue", and the
 * type of a web form. */
static void set_headers(transfer *self) {
    const wrt_http_request *request = &self->request;
    if (request->key != NULL)
        add_key(self, request->key);
    for (size_t i = 0; i < request->n_headers; i++)
        add_header(self, request->headers[i]);
    add_header(self, "Expect:");
    if (!wrt_http_has_header(request, "Content-Type"))
        add_header(self, "Content-Type:");
    SET(self, CURLOPT_HTTPHEADER, self->headers);
    SET(self, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE); /* no key for a proxy */
    SET(self, CURLOPT_USERAGENT, "warrant/" WRT_VERSION);
    /* A compressor between the two would hold back the pieces of a stream. */
    SET(self, CURLOPT_ACCEPT_ENCODING, request->on_data == NULL ? "gzip, deflate" : "identity");
}

static void set_method(transfer *self) {
    const wrt_http_request *request = &self->request;
    if (strcmp(request->method, "GET") == 0) {
        SET(self, CURLOPT_HTTPGET, 1L);
    } else if (strcmp(request->method, "HEAD") == 0) {
        SET(self, CURLOPT_NOBODY, 1L);
    } else {
        SET(self, CURLOPT_POST, 1L);
        SET(self, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        SET(self, CURLOPT_POSTFIELDS, request->body.len > 0 ? request->body.ptr : "");
        SET(self, CURLOPT_CUSTOMREQUEST, request->method);
    }
}

static void set_security(transfer *self) {
    SET(self, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(self, CURLOPT_FOLLOWLOCATION, 0L);
    SET(self, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(self, CURLOPT_HTTP09_ALLOWED, 0L);
    SET(self, CURLOPT_SSL_VERIFYPEER, 1L);
    SET(self, CURLOPT_SSL_VERIFYHOST, 2L);
    SET(self, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    const char *bundle = getenv("CURL_CA_BUNDLE");
    if (bundle == NULL || *bundle == '\0')
        bundle = getenv("SSL_CERT_FILE");
    if (bundle != NULL && *bundle != '\0')
        SET(self, CURLOPT_CAINFO, bundle);
    if (self->url.is_loopback)
        SET(self, CURLOPT_PROXY, ""); /* also keeps the environment's out */
    SET(self, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

static void set_callbacks(transfer *self) {
    SET(self, CURLOPT_WRITEFUNCTION, on_body);
    SET(self, CURLOPT_WRITEDATA, self);
    SET(self, CURLOPT_HEADERFUNCTION, on_header);
    SET(self, CURLOPT_HEADERDATA, self);
    SET(self, CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(self, CURLOPT_XFERINFODATA, self);
    SET(self, CURLOPT_NOPROGRESS, 0L);
}

static wrt_status set_all(transfer *self, wrt_err *err) {
    wrt_http *http = self->http;
    http->detail[0] = '\0';
    SET(self, CURLOPT_ERRORBUFFER, http->detail);
    SET(self, CURLOPT_NOSIGNAL, 1L);
    SET(self, CURLOPT_QUICK_EXIT, 1L); /* a cancelled name look-up is left to its own thread */
    SET(self, CURLOPT_URL, self->request.url);
    SET(self, CURLOPT_CONNECTTIMEOUT_MS, (long)self->request.connect_timeout_ms);
    if (self->request.is_sent_once) { /* libcurl repeats a request on a kept connection only */
        SET(self, CURLOPT_FRESH_CONNECT, 1L);
        SET(self, CURLOPT_FORBID_REUSE, 1L);
    }
    set_security(self);
    set_callbacks(self);
    set_method(self);
    set_headers(self);
    return self->refused == CURLE_OK ? WRT_OK
                                     : wrt_fail(err, WRT_E_FAILED, "libcurl refused an option: %s",
                                                curl_easy_strerror(self->refused));
}

/* ---- the loop */

/* The connection, TLS included, is there once libcurl has a time for it. */
static bool has_connected(const transfer *self) {
    curl_off_t us = 0;
    (void)curl_easy_getinfo(self->http->easy, CURLINFO_PRETRANSFER_TIME_T, &us);
    return us > 0;
}

static void check_clock(transfer *self) {
    const wrt_http_request *request = &self->request;
    int64_t now = wrt_clock_monotonic_ms();
    if (!self->is_connected && has_connected(self)) {
        self->is_connected = true;
        self->last_byte_ms = now;
    }
    if (wrt_cancel_requested(request->cancel))
        self->ending = END_CANCELLED;
    else if (now - self->start_ms >= request->timeout_ms)
        self->ending = END_DEADLINE;
    else if (!self->is_connected && now - self->start_ms >= request->connect_timeout_ms)
        self->ending = END_CONNECT;
    else if (self->is_connected && now - self->last_byte_ms >= request->stall_timeout_ms)
        self->ending = END_STALLED;
}

static CURLcode result_of(CURLM *multi) {
    int left = 0;
    const CURLMsg *message = curl_multi_info_read(multi, &left);
    return message != NULL && message->msg == CURLMSG_DONE ? message->data.result : CURLE_OK;
}

static void drive(transfer *self) {
    CURLM *multi = self->http->multi;
    CURLMcode code = curl_multi_add_handle(multi, self->http->easy);
    while (self->ending == END_NONE && code == CURLM_OK) {
        int running = 0;
        code = curl_multi_perform(multi, &running);
        if (code != CURLM_OK || self->ending != END_NONE)
            break;
        if (running == 0) {
            self->result = result_of(multi);
            self->ending = END_DONE;
            break;
        }
        check_clock(self);
        if (self->ending == END_NONE)
            code = curl_multi_poll(multi, NULL, 0, TICK_MS, NULL);
    }
    if (code == CURLM_OUT_OF_MEMORY)
        wrt_out_of_memory();
    if (code != CURLM_OK)
        self->ending = END_OUT_OF_ORDER;
}

/* ---- the verdict */

static wrt_status fail_redirect(const transfer *self, wrt_err *err) {
    const char *location = header_of(self, "Location");
    long status = status_of(self);
    wrt_url to;
    if (location == NULL)
        return wrt_fail(err, WRT_E_FAILED, "%s: answered %ld, which is not followed", self->peer,
                        status);
    if (wrt_url_resolve(&to, self->request.url, location, NULL) != WRT_OK)
        return wrt_fail(err, WRT_E_FAILED,
                        "%s: answered %ld, a redirect to something that is not an http or https "
                        "address; redirects are not followed",
                        self->peer, status);
    wrt_fail(err, WRT_E_FAILED,
             "%s: answered %ld, a redirect to %s://%s:%u; redirects are not followed: give the "
             "final address",
             self->peer, status, to.scheme, to.host, to.port);
    wrt_url_free(&to);
    return WRT_E_FAILED;
}

/* The address as an answer, where the caller asked for it. */
static bool keep_redirect(const transfer *self) {
    wrt_url to;
    const char *location = header_of(self, "Location");
    if (!self->request.keeps_redirects || location == NULL ||
        wrt_url_resolve(&to, self->request.url, location, NULL) != WRT_OK)
        return false;
    wrt_buf text = wrt_buf_make((size_t)2 * WRT_URL_MAX);
    wrt_buf_printf(&text, "%s://%s:%u%s%s%s", to.scheme, to.host, to.port, to.path,
                   to.query != NULL ? "?" : "", to.query != NULL ? to.query : "");
    wrt_url_free(&to);
    self->response->location = wrt_buf_take(&text);
    self->response->status = status_of(self);
    return true;
}

static const struct {
    CURLcode code;
    const char *words;
} REASONS[] = {
    {CURLE_COULDNT_RESOLVE_HOST, "the host name cannot be resolved"},
    {CURLE_COULDNT_RESOLVE_PROXY, "the name of the proxy cannot be resolved"},
    {CURLE_COULDNT_CONNECT, "the connection was refused, or the host cannot be reached"},
    {CURLE_GOT_NOTHING, "the connection was closed without an answer"},
    {CURLE_RECV_ERROR, "the connection broke while the answer was read"},
    {CURLE_SEND_ERROR, "the connection broke while the request was sent"},
    {CURLE_PARTIAL_FILE, "the answer ended before it was complete"},
    {CURLE_BAD_CONTENT_ENCODING, "the compression of the answer is damaged or unknown"},
    {CURLE_UNSUPPORTED_PROTOCOL, "the answer is not HTTP/1.1 or 1.0"},
    {CURLE_WEIRD_SERVER_REPLY, "the answer is not HTTP/1.1 or 1.0"},
    {CURLE_PROXY, "the proxy refused to connect"},
};

static const char *reason_of(const transfer *self) {
    bool is_tls =
        self->result == CURLE_SSL_CONNECT_ERROR || self->result == CURLE_PEER_FAILED_VERIFICATION;
    if (is_tls && self->http->detail[0] != '\0')
        return self->http->detail; /* says which check of the certificate failed */
    for (size_t i = 0; i < sizeof REASONS / sizeof REASONS[0]; i++)
        if (REASONS[i].code == self->result)
            return REASONS[i].words;
    return curl_easy_strerror(self->result);
}

/* A proxy that is down looks like a host that is down; libcurl 7.88 does not say which it was. */
static const char *proxy_hint(const transfer *self) {
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY"};
    for (size_t i = 0; !self->url.is_loopback && i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != '\0')
            return " (the environment names a proxy)";
    }
    return "";
}

static wrt_status fail_slow_connection(const transfer *self, wrt_err *err) {
    return wrt_fail(err, WRT_E_UNAVAILABLE, "%s: no connection within %lld ms%s", self->peer,
                    (long long)self->request.connect_timeout_ms, proxy_hint(self));
}

/* libcurl holds one line of a header to 100 KiB; until 8.6 it called a longer one "out of memory",
 * which is why that result must not end the program. */
static bool is_long_line(CURLcode result) {
#if LIBCURL_VERSION_NUM >= 0x080600
    if (result == CURLE_TOO_LARGE)
        return true;
#endif
    return result == CURLE_OUT_OF_MEMORY;
}

static wrt_status fail_transport(const transfer *self, wrt_err *err) {
    if (is_long_line(self->result))
        return wrt_fail(err, WRT_E_LIMIT, "%s: a header of the answer is too long", self->peer);
    if (self->result == CURLE_SSL_CACERT_BADFILE)
        return wrt_fail(err, WRT_E_FAILED,
                        "the file of certificates that CURL_CA_BUNDLE or SSL_CERT_FILE names "
                        "cannot be read");
    if (self->result == CURLE_OPERATION_TIMEDOUT)
        return fail_slow_connection(self, err);
    return wrt_fail(err, WRT_E_UNAVAILABLE, "%s: %s%s", self->peer, reason_of(self),
                    proxy_hint(self));
}

static wrt_status fail_caller(const transfer *self, wrt_err *err) {
    if (err != NULL && err->code == self->said)
        return self->said; /* its own message is there */
    return wrt_fail(err, self->said, "%s: the answer was not accepted", self->peer);
}

static int64_t retry_after_of(const transfer *self) {
    const char *text = header_of(self, "Retry-After");
    if (text == NULL)
        return -1;
    return wrt_http_retry_after(text, (int64_t)curl_getdate(text, NULL), wrt_clock_unix_ms());
}

static wrt_status accept_answer(transfer *self, wrt_err *err) {
    wrt_http_response *response = self->response;
    response->status = status_of(self);
    if (response->status < 200)
        return wrt_fail(err, WRT_E_UNAVAILABLE, "%s: answered %ld, which is not a final status",
                        self->peer, response->status);
    const char *type = header_of(self, "Content-Type");
    if (type != NULL) {
        (void)snprintf(response->content_type, sizeof response->content_type, "%s", type);
        wrt_utf8_make_printable(response->content_type, strlen(response->content_type));
    }
    response->retry_after_ms = retry_after_of(self);
    read_headers(self);
    return WRT_OK;
}

static wrt_status judge(transfer *self, wrt_err *err) {
    const wrt_http_request *request = &self->request;
    switch (self->ending) {
    case END_CANCELLED:
        return wrt_fail(err, WRT_E_INTERRUPTED, "%s: interrupted", self->peer);
    case END_DEADLINE:
        return wrt_fail(err, WRT_E_TIMEOUT, "%s: no complete answer within %lld ms", self->peer,
                        (long long)request->timeout_ms);
    case END_CONNECT:
        return fail_slow_connection(self, err);
    case END_STALLED:
        return wrt_fail(err, WRT_E_UNAVAILABLE, "%s: silent for %lld ms", self->peer,
                        (long long)request->stall_timeout_ms);
    case END_TOO_LONG:
        return wrt_fail(err, WRT_E_LIMIT,
                        "%s: the answer is longer than %zu bytes, the most "
                        "that is accepted",
                        self->peer, request->max_bytes);
    case END_HEADERS:
        return wrt_fail(err, WRT_E_LIMIT, "%s: the headers of the answer are longer than %d bytes",
                        self->peer, WRT_HTTP_ANSWER_HEADERS);
    case END_REDIRECT:
        return keep_redirect(self) ? WRT_OK : fail_redirect(self, err);
    case END_CALLER:
        return fail_caller(self, err);
    case END_ENOUGH:
        return accept_answer(self, err);
    case END_DONE:
        return self->result == CURLE_OK ? accept_answer(self, err) : fail_transport(self, err);
    case END_NONE:
    case END_OUT_OF_ORDER:
        break;
    }
    return wrt_fail(err, WRT_E_FAILED, "%s: libcurl cannot go on", self->peer);
}

/* ---- all of it */

static void wipe_headers(transfer *self) {
    for (struct curl_slist *node = self->headers; node != NULL; node = node->next)
        explicit_bzero(node->data, strlen(node->data));
    curl_slist_free_all(self->headers);
}

static wrt_status exchange(transfer *self, wrt_err *err) {
    size_t cap = self->request.max_bytes;
    self->response->body = wrt_buf_make(cap > WRT_HTTP_ERROR_TEXT ? cap : WRT_HTTP_ERROR_TEXT);
    self->start_ms = self->last_byte_ms = wrt_clock_monotonic_ms();
    wrt_status status = set_all(self, err);
    if (status == WRT_OK) {
        check_clock(self); /* cancelled already: nothing is sent */
        drive(self);
        status = judge(self, err);
        (void)curl_multi_remove_handle(self->http->multi, self->http->easy);
    }
    curl_easy_reset(self->http->easy); /* nothing borrowed is kept; connections stay open */
    wipe_headers(self);
    return status;
}

wrt_status wrt_http_perform(wrt_http_response *out, wrt_http *http, const wrt_http_request *request,
                            wrt_err *err) {
    assert(!http->is_busy);
    *out = EMPTY;
    transfer self = {.http = http, .request = *request, .response = out};
    if (err != NULL)
        err->code = WRT_OK; /* so that a message of on_data is known from an old one */
    wrt_status status = wrt_url_parse(&self.url, request->url, err);
    if (status == WRT_OK)
        status = wrt_http_check(&self.request, &self.url, err);
    if (status == WRT_OK) {
        (void)snprintf(self.peer, sizeof self.peer, "%s:%u", self.url.host, self.url.port);
        http->is_busy = true;
        status = exchange(&self, err);
        http->is_busy = false;
    }
    if (status != WRT_OK)
        wrt_http_response_free(out);
    wrt_url_free(&self.url);
    return status;
}
