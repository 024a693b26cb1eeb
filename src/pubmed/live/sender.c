/* sender.c: identity, rate and transfer. */
#include "pubmed/live/sender.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/url.h"

enum { KEY_MIN = 8, KEY_MAX = 128, EMAIL_MAX = 254, TRY_MS = 120000, STALL_MS = 30000 };

struct wrt_live_sender {
    wrt_live_sender_options options; /* email and api_key are ours */
    char *email, *api_key;
    wrt_http *http;
};

/* ---- the identity */

static wrt_status check_key(const char *key, wrt_err *err) {
    size_t len = strnlen(key, KEY_MAX + 1);
    bool is_fine = len >= KEY_MIN && len <= KEY_MAX;
    for (size_t i = 0; i < len && is_fine; i++)
        is_fine = isalnum((unsigned char)key[i]) != 0;
    return is_fine ? WRT_OK
                   : wrt_fail(err, WRT_E_CREDENTIAL,
                              "NCBI_API_KEY must be %d to %d letters and digits", KEY_MIN, KEY_MAX);
}

static wrt_status check_email(const char *email, wrt_err *err) {
    size_t len = strnlen(email, EMAIL_MAX + 1);
    const char *at = strchr(email, '@');
    bool is_fine = len <= EMAIL_MAX && at != NULL && at != email && at[1] != '\0';
    for (size_t i = 0; i < len && is_fine; i++)
        is_fine = email[i] > ' ' && email[i] <= '~';
    return is_fine ? WRT_OK
                   : wrt_fail(err, WRT_E_INPUT,
                              "WARRANT_EMAIL must be an address of the form name@host");
}

/* The whole parameters, percent-encoded, or "". */
static void add_identity(wrt_buf *out, const wrt_live_sender *sender) {
    if (sender->email != NULL)
        wrt_live_add_c(out, "email", sender->email);
    if (sender->api_key != NULL)
        wrt_live_add_c(out, "api_key", sender->api_key);
}

/* ---- taking it out again */

static void blot(wrt_buf *body, wrt_str secret) {
    if (body->len < secret.len || secret.len == 0)
        return;
    char *at = body->ptr, *end = body->ptr + body->len;
    while ((at = memmem(at, (size_t)(end - at), secret.ptr, secret.len)) != NULL) {
        memset(at, '*', secret.len);
        at += secret.len;
    }
}

static void blot_encoded(wrt_buf *body, const char *secret) {
    wrt_buf encoded = wrt_buf_make(WRT_KIB(1));
    wrt_live_add_c(&encoded, "", secret);
    wrt_str value = wrt_buf_str(&encoded);
    blot(body, (wrt_str){value.ptr + 1, value.len - 1}); /* behind '=' */
    blot(body, wrt_str_of(secret));
    if (encoded.ptr != NULL)
        explicit_bzero(encoded.ptr, encoded.len);
    wrt_buf_free(&encoded);
}

/* {"error":"API rate limit exceeded","api-key":"203.0.113.7",...} */
static void blot_quoted_key(wrt_buf *body) {
    static const char member[] = "\"api-key\":";
    char *at = body->len > 0 ? memmem(body->ptr, body->len, member, sizeof member - 1) : NULL;
    if (at == NULL)
        return;
    char *end = body->ptr + body->len;
    at += sizeof member - 1;
    while (at < end && (*at == ' ' || *at == '"'))
        at++;
    while (at < end && *at != '"')
        *at++ = '*';
}

void wrt_live_mask(wrt_buf *body, const char *email, const char *api_key, bool is_articles) {
    if (api_key != NULL)
        blot_encoded(body, api_key);
    if (is_articles)
        return;
    if (email != NULL)
        blot_encoded(body, email);
    blot_quoted_key(body);
}

static bool holds_articles(const wrt_http_response *response) {
    static const char root[] = "<PubmedArticleSet";
    size_t head = response->body.len < 2048 ? response->body.len : 2048;
    return response->status / 100 == 2 && head > 0 &&
           memmem(response->body.ptr, head, root, sizeof root - 1) != NULL;
}

/* ---- sending */

/* An unencrypted address is for tests and proxies on this machine. */
static wrt_status check_url(const char *text, wrt_err *err) {
    wrt_url url;
    wrt_status status = wrt_url_parse(&url, text, err);
    if (status != WRT_OK)
        return status;
    if (strcmp(url.scheme, "https") != 0 && !url.is_loopback)
        status =
            wrt_fail(err, WRT_E_INPUT, "%s: only https is used, or a loopback address", url.host);
    wrt_url_free(&url);
    return status;
}

static int64_t time_left(const wrt_live_request *request) {
    if (request->deadline_ms == 0)
        return TRY_MS;
    int64_t left = request->deadline_ms - wrt_clock_monotonic_ms();
    return left < 1 ? 1 : left < TRY_MS ? left : TRY_MS;
}

static wrt_status transfer(wrt_http_response *out, const wrt_live_sender *sender,
                           const wrt_live_request *request, wrt_err *err) {
    static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded"};
    bool is_post = request->form.ptr != NULL;
    wrt_buf url = wrt_buf_make(WRT_URL_MAX), form = wrt_buf_make(WRT_LIVE_FORM_MAX + WRT_KIB(2));
    wrt_buf_add_c(&url, request->url);
    wrt_buf_add_str(&form, is_post ? request->form : WRT_STR(""));
    if (request->wants_identity)
        add_identity(is_post ? &form : &url, sender);
    wrt_status status = check_url(request->url, err);
    if (status == WRT_OK && (url.overflow || form.overflow))
        status = wrt_fail(err, WRT_E_LIMIT, "the request is longer than %d bytes", WRT_URL_MAX);
    const wrt_http_request http = {
        .url = url.ptr,
        .body = is_post ? wrt_buf_str(&form) : (wrt_str){NULL, 0},
        .headers = headers,
        .n_headers = is_post ? 1 : 0,
        .timeout_ms = time_left(request),
        .stall_timeout_ms = sender->options.stall_timeout_ms,
        .max_bytes = WRT_LIVE_BODY_MAX,
        .is_sent_once = true, /* the rate limit counts each arrival */
        .cancel = request->cancel,
    };
    if (status == WRT_OK)
        status = wrt_http_perform(out, sender->http, &http, err);
    if (url.ptr != NULL)
        explicit_bzero(url.ptr, url.len);
    if (form.ptr != NULL)
        explicit_bzero(form.ptr, form.len);
    wrt_buf_free(&url);
    wrt_buf_free(&form);
    return status;
}

static void hand_over(wrt_live_answer *out, wrt_http_response *response,
                      const wrt_live_sender *sender, bool has_identity) {
    if (has_identity)
        wrt_live_mask(&response->body, sender->email, sender->api_key, holds_articles(response));
    out->status = response->status;
    (void)snprintf(out->content_type, sizeof out->content_type, "%s", response->content_type);
    out->retry_after_ms = response->retry_after_ms;
    out->at_ms = wrt_clock_unix_ms();
    out->body = response->body;
}

/* A server that asks for fewer requests is given peace by every thread, for a second at least. */
static void heed(wrt_rate *rate, const wrt_live_answer *answer) {
    enum { PAUSE_MS = 1000, PAUSE_MAX_MS = 10000 };
    int64_t pause = answer->retry_after_ms > PAUSE_MS ? answer->retry_after_ms : PAUSE_MS;
    if (rate != NULL && answer->status == 429)
        wrt_rate_pause(rate, pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS);
}

static wrt_status send_request(wrt_live_answer *out, const wrt_live_request *request, void *ctx,
                               wrt_err *err) {
    wrt_live_sender *sender = ctx;
    wrt_rate *rate =
        request->wants_identity ? sender->options.ncbi_rate : sender->options.other_rate;
    wrt_http_response response = {.retry_after_ms = -1};
    int slot = -1;
    wrt_status status = WRT_OK;
    *out = (wrt_live_answer){.retry_after_ms = -1};
    if (rate != NULL)
        status = wrt_rate_take(&slot, rate, request->cancel, request->deadline_ms, err);
    if (status != WRT_OK)
        return status;
    status = transfer(&response, sender, request, err);
    if (rate != NULL)
        wrt_rate_done(rate, slot);
    if (status == WRT_OK) {
        hand_over(out, &response, sender, request->wants_identity);
        heed(rate, out);
    }
    return status;
}

wrt_live_transport wrt_live_sender_transport(wrt_live_sender *sender) {
    return (wrt_live_transport){send_request, sender};
}

/* ---- making */

wrt_status wrt_live_sender_new(wrt_live_sender **out, const wrt_live_sender_options *options,
                               wrt_err *err) {
    *out = NULL;
    wrt_http *http = NULL;
    wrt_status status = options->api_key != NULL ? check_key(options->api_key, err) : WRT_OK;
    if (status == WRT_OK && options->email != NULL)
        status = check_email(options->email, err);
    if (status == WRT_OK)
        status = wrt_http_new(&http, err);
    if (status != WRT_OK)
        return status;
    wrt_live_sender *sender = wrt_calloc(1, sizeof *sender);
    sender->options = *options;
    if (sender->options.stall_timeout_ms == 0)
        sender->options.stall_timeout_ms = STALL_MS;
    sender->email = options->email != NULL ? wrt_strdup(options->email) : NULL;
    sender->api_key = options->api_key != NULL ? wrt_strdup(options->api_key) : NULL;
    sender->http = http;
    *out = sender;
    return WRT_OK;
}

void wrt_live_sender_free(wrt_live_sender *sender) {
    if (sender == NULL)
        return;
    wrt_http_free(sender->http);
    if (sender->api_key != NULL)
        explicit_bzero(sender->api_key, strlen(sender->api_key));
    free(sender->api_key);
    free(sender->email);
    free(sender);
}
