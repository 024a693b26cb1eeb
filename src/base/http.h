/* http.h: one HTTP request at a time, over libcurl, which nothing else touches but url.c.
 *
 * A wrt_http belongs to one thread and keeps its connections open between requests. Nothing is
 * followed (download.c does), retried or decided here: a request ends as one answer or one error,
 * in bounded time and memory whatever the server does. (One exception: a request on a kept
 * connection that the server closes without a byte of answer is sent once more, on a new
 * connection, unless is_sent_once.) Only http and https, HTTP/1.1 or 1.0, TLS always verified.
 *
 * The environment: http_proxy, https_proxy, HTTPS_PROXY, all_proxy, no_proxy and their like are
 * honoured, never for a loopback host (wrt_url.is_loopback). CURL_CA_BUNDLE, else SSL_CERT_FILE,
 * names a file of certificates to trust instead of the system's. */
#ifndef WRT_BASE_HTTP_H
#define WRT_BASE_HTTP_H

#include "base/buf.h"
#include "base/cancel.h"
#include "base/err.h"

typedef struct wrt_http wrt_http;

enum {
    WRT_HTTP_HEADERS_MAX = 32,           /* headers of a request */
    WRT_HTTP_HEADER_BYTES = 8192,        /* of one of them; also of the key */
    WRT_HTTP_ANSWER_HEADERS = 256 << 10, /* bytes of all headers of an answer */
    WRT_HTTP_ERROR_TEXT = 64 << 10,      /* kept of the body of an answer that is not 2xx */
    WRT_HTTP_TYPE_MAX = 127,             /* bytes kept of a content type */
    WRT_HTTP_TAG_MAX = 255,              /* bytes of an entity tag or a date; longer: not kept */
    WRT_HTTP_TIME_MAX_MS = 86400000      /* longest time of any kind: one day */
};
#define WRT_HTTP_BODY_MAX   WRT_MIB(1024)     /* largest max_bytes of a body that is collected */
#define WRT_HTTP_STREAM_MAX ((size_t)1 << 42) /* and of one that on_data takes */

/* All zero but url is a GET with the defaults in parentheses. Everything is borrowed for the call.
 * Times are milliseconds, 0 (the default) to WRT_HTTP_TIME_MAX_MS. */
typedef struct {
    const char *url;
    const char *method; /* GET, HEAD, POST, PUT, PATCH, DELETE (POST with a body, else GET) */
    const char *const *headers; /* "Name: value"; not those that this module writes itself */
    size_t n_headers;
    wrt_str body;               /* ptr NULL: none; sent as it is */
    const char *key;            /* NULL: none; sent as "Authorization: Bearer" */
    int64_t timeout_ms;         /* from the call to the last byte (120 s) */
    int64_t connect_timeout_ms; /* name look-up, connection and TLS (10 s) */
    int64_t stall_timeout_ms;   /* connected, and no byte either way (60 s) */
    bool is_sent_once;          /* never sent again: a connection of its own, closed afterwards */
    size_t max_bytes;           /* decoded bytes of a 2xx body, to its maximum (16 MiB) */
    bool keeps_redirects;     /* a 3xx with an http or https address is an answer: out->location */
    const wrt_cancel *cancel; /* NULL: none; looked at every 50 ms, in every phase */
    /* NULL: the body is collected. Else called with each piece of a 2xx body as it arrives, cut
     * anywhere; never for another status. Other than WRT_OK ends the request. It must not use the
     * same wrt_http. The members of *out that come from headers are there before the first call. */
    wrt_status (*on_data)(wrt_str piece, void *ctx);
    void *ctx;
} wrt_http_request;

typedef struct {
    long status;                              /* 200 to 299 or 400 to 999; see keeps_redirects */
    char content_type[WRT_HTTP_TYPE_MAX + 1]; /* as sent, made printable; "" when absent */
    int64_t retry_after_ms; /* Retry-After, seconds or date, 0 to one day; -1 when absent */
    char etag[WRT_HTTP_TAG_MAX + 1];          /* ETag with its quotes; "" when absent */
    char last_modified[WRT_HTTP_TAG_MAX + 1]; /* the date as sent; "" when absent */
    int64_t length;                           /* Content-Length; -1 when absent */
    int64_t range_start; /* Content-Range in bytes: first byte, -1 when absent or unsatisfied */
    int64_t range_total; /* and whole size, -1 when absent or unknown */
    char *location;      /* of a 3xx: the absolute address it points to; else NULL */
    size_t received;     /* decoded bytes of the body, kept or handed to on_data */
    bool is_cut;         /* not 2xx, and the body was longer than WRT_HTTP_ERROR_TEXT */
    wrt_buf body;        /* empty when on_data took it */
} wrt_http_response;

/* WRT_E_FAILED when libcurl cannot start. Safe from several threads. */
wrt_status wrt_http_new(wrt_http **out, wrt_err *err);
void wrt_http_free(wrt_http *http); /* accepts NULL; closes the connections */

/* Sends the request and reads the answer. WRT_OK means a whole answer of any status but 3xx: the
 * caller looks at out->status and frees *out with wrt_http_response_free. On failure *out is empty:
 *   WRT_E_INPUT, WRT_E_LIMIT  the request is malformed or beyond a cap; nothing was sent
 *   WRT_E_CREDENTIAL          the key cannot be sent in a header, or would go unencrypted to a host
 *                             that is not loopback; nothing was sent
 *   WRT_E_LIMIT               the answer is longer than max_bytes; the rest was not read
 *   WRT_E_UNAVAILABLE         no connection, TLS refused, reset, stalled, truncated, not HTTP
 *   WRT_E_TIMEOUT             timeout_ms is over
 *   WRT_E_INTERRUPTED         cancel was requested
 *   WRT_E_FAILED              a redirect (the message names the host); libcurl refused an option
 *   what on_data returned     with the message that it left in *err, if it wrote one there
 * Messages name host and port, never the path, the query, the body or the key. */
wrt_status wrt_http_perform(wrt_http_response *out, wrt_http *http, const wrt_http_request *request,
                            wrt_err *err);

void wrt_http_response_free(wrt_http_response *response); /* accepts NULL and an empty one */

#endif
