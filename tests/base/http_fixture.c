/* http_fixture.c: what the tests of http.c share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_fixture.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void begin(fixture *f, loopback_handler handler, void *ctx) {
    *f = (fixture){0};
    f->server = loopback_start(handler, ctx);
    (void)snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u/path?token=QSECRET",
                   loopback_port(f->server));
    assert_int_equal(wrt_http_new(&f->http, &f->err), WRT_OK);
}

void end(fixture *f) {
    wrt_http_response_free(&f->answer);
    wrt_http_free(f->http);
    loopback_stop(f->server);
}

wrt_status perform(fixture *f, wrt_http_request request) {
    if (request.url == NULL)
        request.url = f->url;
    wrt_http_response_free(&f->answer);
    int64_t start = wrt_clock_monotonic_ms();
    wrt_status status = wrt_http_perform(&f->answer, f->http, &request, &f->err);
    f->took_ms = wrt_clock_monotonic_ms() - start;
    if (status != WRT_OK) {
        assert_int_equal(f->err.code, status);
        assert_int_equal(f->answer.status, 0);
        assert_int_equal(f->answer.body.len, 0);
        assert_null(f->answer.body.ptr);
        assert_null(strstr(f->err.message, "SECRET"));
    }
    return status;
}

void assert_says(const fixture *f, const char *words) {
    if (strstr(f->err.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", f->err.message, words);
}

void send_raw(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    const raw *script = ctx;
    (void)loopback_send_text(conn, script->text);
    if (script->then == THEN_CLOSE)
        loopback_close(conn);
    else if (script->then == THEN_STALL)
        loopback_stall(conn);
    else if (script->then == THEN_RESET)
        loopback_reset(conn);
}

void send_hello(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    (void)ctx;
    (void)loopback_respond(conn, 200, NULL, "text/plain", "hello");
}

wrt_status take_piece(wrt_str piece, void *ctx) {
    sink *to = ctx;
    assert_true(piece.len > 0);
    if (++to->pieces == to->stop_at)
        return wrt_fail(to->err, WRT_E_INTEGRITY, "piece %zu is wrong", to->pieces);
    wrt_buf_add(&to->text, piece.ptr, piece.len);
    return WRT_OK;
}

void note_target(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)snprintf(ctx, 200, "%s %s", request->method, request->target);
    (void)loopback_respond(conn, 200, NULL, "text/plain",
                           strcmp(request->method, "HEAD") == 0 ? "" : "ok");
}

void assert_sent(fixture *f, const char *name, const char *value) {
    char *headers = loopback_headers(f->server, loopback_requests(f->server) - 1);
    assert_non_null(headers);
    char *sent = loopback_header(headers, name);
    if (value == NULL ? sent != NULL : sent == NULL || strcmp(sent, value) != 0)
        fail_msg("%s: sent %s, expected %s", name, sent ? sent : "nothing",
                 value ? value : "nothing");
    free(sent);
    free(headers);
}

void send_slowly(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    (void)ctx;
    (void)loopback_chunks_begin(conn, 200, "text/plain");
    for (char c = 'a'; c <= 'e'; c++) {
        (void)loopback_chunk(conn, &c, 1);
        (void)loopback_pause(conn, 60);
    }
    (void)loopback_chunks_end(conn);
}

void send_flood(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    flood *self = ctx;
    static const char block[16384] = {0};
    char head[100];
    (void)snprintf(head, sizeof head, "HTTP/1.1 %d Status\r\nContent-Length: %zu\r\n\r\n",
                   self->status, self->body_bytes > 0 ? self->body_bytes : (size_t)10 << 30);
    (void)loopback_send_text(conn, head);
    if (self->body_bytes == 0) {
        self->sent = loopback_send_endless(conn, block, sizeof block);
    } else {
        for (size_t i = 0; i < self->body_bytes; i++)
            (void)loopback_send(conn, block, 1);
    }
    self->is_over = true;
}

void wait_for_flag(atomic_bool *flag) {
    for (int i = 0; i < 500 && !*flag; i++)
        (void)usleep(10000);
    assert_true(*flag);
}

int clear_environment(void **state) {
    (void)state;
    static const char *const names[] = {
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",      "ALL_PROXY",
        "no_proxy",   "NO_PROXY",    "HTTP_PROXY",  "CURL_CA_BUNDLE", "SSL_CERT_FILE"};
    int failures = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        failures += unsetenv(names[i]) != 0;
    return failures;
}
