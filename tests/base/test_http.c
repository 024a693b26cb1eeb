/* test_http.c: requests to a loopback server that behaves and misbehaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/http.h"
#include "base/http_check.h"
#include "tests/support/loopback.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ---- one server, one client */

typedef struct {
    loopback *server;
    wrt_http *http;
    char url[160];
    wrt_http_response answer;
    wrt_err err;
    int64_t took_ms;
} fixture;

static void begin(fixture *f, loopback_handler handler, void *ctx) {
    *f = (fixture){0};
    f->server = loopback_start(handler, ctx);
    (void)snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u/path?token=QSECRET",
                   loopback_port(f->server));
    assert_int_equal(wrt_http_new(&f->http, &f->err), WRT_OK);
}

static void end(fixture *f) {
    wrt_http_response_free(&f->answer);
    wrt_http_free(f->http);
    loopback_stop(f->server);
}

/* Performs request, at f->url unless it names one; the last answer is in f->answer. */
static wrt_status perform(fixture *f, wrt_http_request request) {
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

static void assert_says(const fixture *f, const char *words) {
    if (strstr(f->err.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", f->err.message, words);
}

/* What a raw server sends, and what it does then. */
typedef enum { THEN_CLOSE, THEN_KEEP, THEN_STALL, THEN_RESET } then_what;
typedef struct {
    const char *text;
    then_what then;
} raw;

static void send_raw(loopback_conn *conn, const loopback_request *request, void *ctx) {
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

static void send_hello(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    (void)ctx;
    (void)loopback_respond(conn, 200, NULL, "text/plain", "hello");
}

/* Collects the pieces of a stream. */
typedef struct {
    wrt_buf text;
    size_t pieces;
    size_t stop_at; /* refuse the piece of this number, from 1; 0: take all */
    wrt_err *err;
} sink;

static wrt_status take_piece(wrt_str piece, void *ctx) {
    sink *to = ctx;
    assert_true(piece.len > 0);
    if (++to->pieces == to->stop_at)
        return wrt_fail(to->err, WRT_E_INTEGRITY, "piece %zu is wrong", to->pieces);
    wrt_buf_add(&to->text, piece.ptr, piece.len);
    return WRT_OK;
}

/* ---- answers that are whole */

static void http_returns_status_type_and_body_when_answer_is_whole(void **state) {
    (void)state;
    fixture f;
    begin(&f, send_hello, NULL);
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_OK);
    assert_int_equal(f.answer.status, 200);
    assert_string_equal(f.answer.content_type, "text/plain");
    assert_int_equal(f.answer.retry_after_ms, -1);
    assert_int_equal(f.answer.received, 5);
    assert_false(f.answer.is_cut);
    assert_string_equal(f.answer.body.ptr, "hello");
    end(&f);
}

static void note_target(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)snprintf(ctx, 200, "%s %s", request->method, request->target);
    (void)loopback_respond(conn, 200, NULL, "text/plain",
                           strcmp(request->method, "HEAD") == 0 ? "" : "ok");
}

static void http_sends_method_target_and_body_when_given(void **state) {
    (void)state;
    static const struct {
        const char *method, *body, *sent, *length;
    } rows[] = {
        {NULL, NULL, "GET /path?token=QSECRET", NULL},
        {NULL, "{}", "POST /path?token=QSECRET", "2"},
        {NULL, "", "POST /path?token=QSECRET", "0"},
        {"HEAD", NULL, "HEAD /path?token=QSECRET", NULL},
        {"POST", NULL, "POST /path?token=QSECRET", "0"},
        {"PUT", "abc", "PUT /path?token=QSECRET", "3"},
        {"PATCH", "abcd", "PATCH /path?token=QSECRET", "4"},
        {"DELETE", NULL, "DELETE /path?token=QSECRET", "0"},
    };
    char seen[200];
    fixture f;
    begin(&f, note_target, seen);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_http_request request = {.method = rows[i].method};
        if (rows[i].body != NULL)
            request.body = wrt_str_of(rows[i].body);
        if (perform(&f, request) != WRT_OK)
            fail_msg("%s: %s", rows[i].sent, f.err.message);
        assert_string_equal(seen, rows[i].sent);
        char *headers = loopback_headers(f.server, i), *body = loopback_body(f.server, i);
        char *length = loopback_header(headers, "Content-Length");
        assert_string_equal(body, rows[i].body != NULL ? rows[i].body : "");
        if (rows[i].length == NULL)
            assert_null(length);
        else
            assert_string_equal(length, rows[i].length);
        free(length);
        free(headers);
        free(body);
    }
    assert_int_equal(loopback_connections(f.server), 1);
    end(&f);
}

static void assert_sent(fixture *f, const char *name, const char *value) {
    char *headers = loopback_headers(f->server, loopback_requests(f->server) - 1);
    assert_non_null(headers);
    char *sent = loopback_header(headers, name);
    if (value == NULL ? sent != NULL : sent == NULL || strcmp(sent, value) != 0)
        fail_msg("%s: sent %s, expected %s", name, sent ? sent : "nothing",
                 value ? value : "nothing");
    free(sent);
    free(headers);
}

static void http_sends_headers_and_key_to_a_loopback_host(void **state) {
    (void)state;
    static const char *const headers[] = {"Content-Type: application/json", "X-One: 1\t2"};
    fixture f;
    begin(&f, send_hello, NULL);
    assert_int_equal(perform(&f, (wrt_http_request){.headers = headers,
                                                    .n_headers = 2,
                                                    .body = WRT_STR("{}"),
                                                    .key = "sk-1"}),
                     WRT_OK);
    assert_sent(&f, "Authorization", "Bearer sk-1");
    assert_sent(&f, "Content-Type", "application/json");
    assert_sent(&f, "X-One", "1\t2");
    assert_sent(&f, "User-Agent", "warrant/" WRT_VERSION);
    assert_sent(&f, "Expect", NULL);
    /* The next request on the same handle carries nothing over. */
    assert_int_equal(perform(&f, (wrt_http_request){.body = WRT_STR("{}")}), WRT_OK);
    assert_sent(&f, "Authorization", NULL);
    assert_sent(&f, "Content-Type", NULL);
    assert_sent(&f, "X-One", NULL);
    assert_int_equal(loopback_connections(f.server), 1);
    end(&f);
}

static void http_sends_a_large_body_without_waiting(void **state) {
    (void)state;
    size_t len = 3U << 20;
    char *body = malloc(len + 1);
    assert_non_null(body);
    memset(body, 'b', len);
    body[len] = '\0';
    fixture f;
    begin(&f, send_hello, NULL);
    assert_int_equal(perform(&f, (wrt_http_request){.body = {body, len}}), WRT_OK);
    char *seen = loopback_body(f.server, 0);
    assert_string_equal(seen, body);
    assert_sent(&f, "Expect", NULL);
    assert_in_range(f.took_ms, 0, 900); /* libcurl waits 1000 ms for "100 Continue" */
    free(seen);
    free(body);
    end(&f);
}

static void answer_and_close(loopback_conn *conn, const loopback_request *request, void *ctx) {
    send_hello(conn, request, ctx);
    loopback_close(conn);
}

static void http_connects_again_when_the_kept_connection_was_closed(void **state) {
    (void)state;
    fixture f;
    begin(&f, answer_and_close, NULL);
    for (unsigned i = 1; i <= 3; i++) {
        assert_int_equal(perform(&f, (wrt_http_request){.body = WRT_STR("x")}), WRT_OK);
        assert_int_equal(loopback_requests(f.server), i);
    }
    end(&f);
}

static void respond_with_status(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    (void)loopback_respond(conn, *(const int *)ctx, NULL, "application/json", "{\"error\":1}");
}

static void http_returns_status_and_error_text_when_not_2xx(void **state) {
    (void)state;
    static const int codes[] = {201, 299, 400, 401, 403, 404, 429, 500, 503, 599};
    int code = 0;
    fixture f;
    begin(&f, respond_with_status, &code);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        code = codes[i];
        assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_OK);
        assert_int_equal(f.answer.status, codes[i]);
        assert_string_equal(f.answer.body.ptr, "{\"error\":1}");
        assert_string_equal(f.answer.content_type, "application/json");
    }
    end(&f);
}

static void http_skips_interim_answers(void **state) {
    (void)state;
    raw script = {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n"
                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                  THEN_KEEP};
    fixture f;
    begin(&f, send_raw, &script);
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_OK);
    assert_int_equal(f.answer.status, 200);
    assert_string_equal(f.answer.body.ptr, "ok");
    assert_string_equal(f.answer.content_type, "");
    assert_int_equal(f.answer.retry_after_ms, -1);
    end(&f);
}

static void http_makes_the_content_type_printable_and_short(void **state) {
    (void)state;
    char text[600] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Type: a\033[2J";
    size_t len = strlen(text);
    memset(text + len, 'b', 200);
    memcpy(text + len + 200, "\r\n\r\n", 5);
    raw script = {text, THEN_KEEP};
    fixture f;
    begin(&f, send_raw, &script);
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_OK);
    assert_memory_equal(f.answer.content_type, "a?[2Jbbb", 8);
    assert_int_equal(strlen(f.answer.content_type), 127);
    end(&f);
}

/* ---- Retry-After */

static void http_reads_retry_after_in_both_forms(void **state) {
    (void)state;
    /* RFC 9110, section 10.2.3; the instant is 1994-11-06T08:49:37Z. */
    static const struct {
        const char *text;
        int64_t date_s, now_ms, ms;
    } rows[] = {
        {"0", -1, 0, 0},
        {"120", -1, 0, 120000},
        {"86399", -1, 0, 86399000},
        {"86400", -1, 0, 86400000},
        {"99999999999999999999", -1, 0, 86400000},
        {"-5", -1, 0, -1},
        {"", -1, 0, -1},
        {"soon", -1, 0, -1},
        {"1.5", -1, 0, -1},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777, 784111747000, 30000},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777, 784111776250, 750},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777, 784111777500, 0},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777, 1700000000000, 0},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777, 0, 86400000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ms = wrt_http_retry_after(rows[i].text, rows[i].date_s, rows[i].now_ms);
        if (ms != rows[i].ms)
            fail_msg("\"%s\": %lld ms", rows[i].text, (long long)ms);
    }
}

static void ask_to_wait(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    (void)loopback_respond(conn, 429, ctx, "text/plain", "later");
}

static void http_returns_retry_after_of_an_answer(void **state) {
    (void)state;
    char header[100] = "Retry-After: 7\r\n";
    fixture f;
    begin(&f, ask_to_wait, header);
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_OK);
    assert_int_equal(f.answer.status, 429);
    assert_int_equal(f.answer.retry_after_ms, 7000);
    time_t then = time(NULL) + 60;
    struct tm parts;
    assert_non_null(gmtime_r(&then, &parts));
    assert_true(
        strftime(header, sizeof header, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts) > 0);
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_OK);
    assert_in_range(f.answer.retry_after_ms, 50000, 60000);
    (void)snprintf(header, sizeof header, "Retry-After: whenever\r\n");
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_OK);
    assert_int_equal(f.answer.retry_after_ms, -1);
    end(&f);
}

/* ---- streaming */

typedef struct {
    const char *text;
    size_t cut;
} cut_raw;

static void send_in_two(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    const cut_raw *script = ctx;
    (void)loopback_send(conn, script->text, script->cut);
    (void)loopback_pause(conn, 2);
    (void)loopback_send_text(conn, script->text + script->cut);
}

static void http_streams_the_same_bytes_at_every_boundary(void **state) {
    (void)state;
    /* "data: {"a":1}\n\ndata: [DONE]\n\n" as chunks of 9, 7 and 13 bytes. */
    cut_raw script = {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n"
                      "9\r\ndata: {\"a\r\n7\r\n\":1}\n\nd\r\nd\r\nata: [DONE]\n\n\r\n0\r\n\r\n",
                      0};
    fixture f;
    begin(&f, send_in_two, &script);
    for (script.cut = 1; script.cut < strlen(script.text); script.cut++) {
        sink to = {.text = wrt_buf_make(100)};
        if (perform(&f, (wrt_http_request){.on_data = take_piece, .ctx = &to}) != WRT_OK)
            fail_msg("cut at %zu: %s", script.cut, f.err.message);
        assert_string_equal(to.text.ptr, "data: {\"a\":1}\n\ndata: [DONE]\n\n");
        assert_int_equal(f.answer.received, 29);
        assert_int_equal(f.answer.body.len, 0);
        assert_string_equal(f.answer.content_type, "text/event-stream");
        wrt_buf_free(&to.text);
    }
    assert_int_equal(loopback_connections(f.server), 1);
    end(&f);
}

static void send_slowly(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    (void)ctx;
    (void)loopback_chunks_begin(conn, 200, "text/plain");
    for (char c = 'a'; c <= 'e'; c++) {
        (void)loopback_chunk(conn, &c, 1);
        (void)loopback_pause(conn, 60);
    }
    (void)loopback_chunks_end(conn);
}

static void http_hands_pieces_over_as_they_arrive(void **state) {
    (void)state;
    fixture f;
    begin(&f, send_slowly, NULL);
    sink to = {.text = wrt_buf_make(100)};
    assert_int_equal(perform(&f, (wrt_http_request){.on_data = take_piece, .ctx = &to}), WRT_OK);
    assert_string_equal(to.text.ptr, "abcde");
    assert_int_equal(to.pieces, 5);
    assert_sent(&f, "Accept-Encoding", "identity");
    wrt_buf_free(&to.text);
    end(&f);
}

static void http_keeps_the_error_text_when_streaming_and_not_2xx(void **state) {
    (void)state;
    int code = 500;
    fixture f;
    begin(&f, respond_with_status, &code);
    sink to = {.text = wrt_buf_make(100)};
    assert_int_equal(perform(&f, (wrt_http_request){.on_data = take_piece, .ctx = &to}), WRT_OK);
    assert_int_equal(f.answer.status, 500);
    assert_string_equal(f.answer.body.ptr, "{\"error\":1}");
    assert_int_equal(to.pieces, 0);
    end(&f);
}

static void http_returns_what_the_reader_returned(void **state) {
    (void)state;
    fixture f;
    begin(&f, send_slowly, NULL);
    sink to = {.text = wrt_buf_make(100), .stop_at = 2, .err = &f.err};
    assert_int_equal(perform(&f, (wrt_http_request){.on_data = take_piece, .ctx = &to}),
                     WRT_E_INTEGRITY);
    assert_string_equal(f.err.message, "piece 2 is wrong");
    assert_int_equal(to.pieces, 2);
    assert_string_equal(to.text.ptr, "a");
    /* Without a message of its own there is still one; an old message does not pass for it. */
    to = (sink){.text = to.text, .stop_at = 1, .err = NULL};
    assert_int_equal(perform(&f, (wrt_http_request){.on_data = take_piece, .ctx = &to}),
                     WRT_E_INTEGRITY);
    assert_says(&f, "the answer was not accepted");
    wrt_buf_free(&to.text);
    end(&f);
}

/* ---- caps */

typedef struct {
    size_t body_bytes; /* exactly, or 0: without end */
    int status;
    _Atomic size_t sent;
    atomic_bool is_over;
} flood;

static void send_flood(loopback_conn *conn, const loopback_request *request, void *ctx) {
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

/* The server notices the closed connection a moment later. */
static void wait_for_flag(atomic_bool *flag) {
    for (int i = 0; i < 500 && !*flag; i++)
        (void)usleep(10000);
    assert_true(*flag);
}

enum { SOCKET_BUFFERS = 8 << 20 }; /* what two sockets of this system hold between them */

static void http_stops_reading_when_the_body_passes_its_cap(void **state) {
    (void)state;
    for (int is_stream = 0; is_stream < 2; is_stream++) {
        flood source = {.status = 200};
        sink to = {.text = wrt_buf_make(WRT_MIB(2))};
        fixture f;
        begin(&f, send_flood, &source);
        wrt_http_request request = {.max_bytes = WRT_MIB(1)};
        if (is_stream) {
            request.on_data = take_piece;
            request.ctx = &to;
        }
        assert_int_equal(perform(&f, request), WRT_E_LIMIT);
        assert_says(&f, "longer than 1048576 bytes");
        assert_true(to.text.len <= WRT_MIB(1));
        wait_for_flag(&source.is_over);
        assert_in_range(source.sent, WRT_MIB(1) - 16384, WRT_MIB(1) + SOCKET_BUFFERS);
        wrt_buf_free(&to.text);
        end(&f);
    }
}

static void http_takes_a_body_of_exactly_the_cap(void **state) {
    (void)state;
    flood source = {.status = 200, .body_bytes = 300};
    fixture f;
    begin(&f, send_flood, &source);
    assert_int_equal(perform(&f, (wrt_http_request){.max_bytes = 300}), WRT_OK);
    assert_int_equal(f.answer.body.len, 300);
    assert_int_equal(perform(&f, (wrt_http_request){.max_bytes = 299}), WRT_E_LIMIT);
    end(&f);
}

static void http_cuts_an_endless_error_text(void **state) {
    (void)state;
    flood source = {.status = 503};
    fixture f;
    begin(&f, send_flood, &source);
    assert_int_equal(perform(&f, (wrt_http_request){.max_bytes = 100}), WRT_OK);
    assert_int_equal(f.answer.status, 503);
    assert_true(f.answer.is_cut);
    assert_int_equal(f.answer.body.len, 65536);
    wait_for_flag(&source.is_over);
    assert_in_range(source.sent, 32768, 65536 + SOCKET_BUFFERS);
    end(&f);
}

static void send_endless_text(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    const char *const *texts = ctx; /* the start, what is repeated */
    (void)loopback_send_text(conn, texts[0]);
    (void)loopback_send_endless(conn, texts[1], strlen(texts[1]));
}

static void http_stops_reading_endless_headers(void **state) {
    (void)state;
    static const char *scripts[][2] = {
        {"HTTP/1.1 200 OK\r\n", "X-Filler: 0123456789012345678901234567890123456789\r\n"},
        {"HTTP/1.1 ", "100 Continue\r\n\r\nHTTP/1.1 "},
    };
    for (size_t i = 0; i < 2; i++) {
        fixture f;
        begin(&f, send_endless_text, scripts[i]);
        assert_int_equal(perform(&f, (wrt_http_request){.timeout_ms = 20000}), WRT_E_LIMIT);
        assert_says(&f, "headers of the answer are longer than 262144 bytes");
        end(&f);
    }
}

static void http_refuses_one_endless_header_line(void **state) {
    (void)state;
    static const char *script[] = {"HTTP/1.1 200 OK\r\nX-Filler: ", "0123456789abcdef"};
    fixture f;
    begin(&f, send_endless_text, script);
    assert_int_equal(perform(&f, (wrt_http_request){.timeout_ms = 20000}), WRT_E_LIMIT);
    assert_says(&f, "a header of the answer is too long");
    end(&f);
}

/* ---- compression. Bytes of python3 -c 'gzip.compress(b"{\"ok\":true}", mtime=0)'. */

static const unsigned char gzip_head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
static const unsigned char gzip_ok[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0xca, 0xcf, 0x56, 0xb2,
    0x2a, 0x29, 0x2a, 0x4d, 0xad, 0x05, 0x00, 0x90, 0x5f, 0xd4, 0xa7, 0x0b, 0x00, 0x00, 0x00};

typedef struct {
    const char *encoding;
    size_t flip; /* this byte is sent inverted; 0: none */
    size_t len;
} packed;

static void send_packed(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    const packed *self = ctx;
    unsigned char bytes[sizeof gzip_ok];
    memcpy(bytes, gzip_ok, sizeof bytes);
    if (self->flip > 0)
        bytes[self->flip] = (unsigned char)~bytes[self->flip];
    char head[200];
    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %zu\r\n\r\n",
                   self->encoding, self->len);
    (void)loopback_send_text(conn, head);
    (void)loopback_send(conn, bytes, self->len);
}

static void http_unpacks_a_compressed_answer(void **state) {
    (void)state;
    packed source = {.encoding = "gzip", .len = sizeof gzip_ok};
    fixture f;
    begin(&f, send_packed, &source);
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_OK);
    assert_string_equal(f.answer.body.ptr, "{\"ok\":true}");
    assert_int_equal(f.answer.received, 11);
    assert_sent(&f, "Accept-Encoding", "gzip, deflate");
    source.flip = 12; /* inside the deflate data */
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_E_UNAVAILABLE);
    source.flip = 23; /* the checksum */
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_E_UNAVAILABLE);
    assert_says(&f, "compression of the answer is damaged");
    source = (packed){.encoding = "rot13", .len = sizeof gzip_ok};
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_E_UNAVAILABLE);
    assert_says(&f, "compression of the answer is damaged or unknown");
    end(&f);
}

/* Appends the n low bits of value, lowest first (RFC 1951, section 3.1.1). */
typedef struct {
    unsigned char bytes[32];
    size_t n_bits;
} bit_writer;

static void put_bits(bit_writer *to, unsigned value, unsigned n) {
    for (unsigned i = 0; i < n; i++, to->n_bits++)
        to->bytes[to->n_bits / 8] |= (unsigned char)(((value >> i) & 1U) << (to->n_bits % 8));
}

/* A gzip stream of zeros without end, by hand from RFC 1951: one block of fixed codes, the literal
 * 0, then "258 bytes from distance 1" again and again. That code is 11000101 and 00000, 13 bits, so
 * 13 bytes hold eight of them: 158 bytes out for one byte in. */
static void send_bomb(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    flood *self = ctx;
    bit_writer start = {0}, cycle = {0};
    put_bits(&start, 1, 1);    /* last block */
    put_bits(&start, 1, 2);    /* fixed codes */
    put_bits(&start, 0x0c, 8); /* literal 0: 00110000, first bit first */
    put_bits(&start, 0xa3, 8); /* length 258: 11000101 */
    put_bits(&start, 0, 5);    /* distance 1: 00000; 24 bits so far */
    for (int i = 0; i < 8; i++) {
        put_bits(&cycle, 0xa3, 8);
        put_bits(&cycle, 0, 5);
    }
    (void)loopback_send_text(conn, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
    (void)loopback_send(conn, gzip_head, sizeof gzip_head);
    (void)loopback_send(conn, start.bytes, start.n_bits / 8);
    static unsigned char block[1300];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = cycle.bytes[i % 13];
    self->sent = loopback_send_endless(conn, block, sizeof block);
    self->is_over = true;
}

static void http_stops_unpacking_a_compression_bomb_at_the_cap(void **state) {
    (void)state;
    flood source = {.status = 200};
    fixture f;
    begin(&f, send_bomb, &source);
    assert_int_equal(perform(&f, (wrt_http_request){.max_bytes = WRT_MIB(4)}), WRT_E_LIMIT);
    assert_says(&f, "longer than 4194304 bytes");
    assert_in_range(f.took_ms, 0, 5000);
    wait_for_flag(&source.is_over);
    assert_in_range(source.sent, WRT_MIB(4) / 160, SOCKET_BUFFERS);
    sink to = {.text = wrt_buf_make(WRT_MIB(4))};
    assert_int_equal(
        perform(&f, (wrt_http_request){.max_bytes = WRT_MIB(4), .on_data = take_piece, .ctx = &to}),
        WRT_E_LIMIT);
    assert_in_range(to.text.len, WRT_MIB(4) - 65536, WRT_MIB(4));
    wrt_buf_free(&to.text);
    end(&f);
}

/* ---- servers that fail */

static void http_is_unavailable_when_the_answer_is_broken(void **state) {
    (void)state;
    static const struct {
        raw script;
        const char *says;
    } rows[] = {
        {{"", THEN_CLOSE}, "closed without an answer"},
        {{"", THEN_RESET}, "broke while the answer was read"},
        {{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", THEN_CLOSE},
         "ended before it was complete"},
        {{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", THEN_RESET}, "broke while"},
        {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", THEN_CLOSE},
         "ended before it was complete"},
        {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf", THEN_CLOSE},
         "ended before it was complete"},
        {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf\r\n", THEN_STALL},
         "broke while"},
        {{"HTTP/1.1 401 No\r\nContent-Length: 10\r\n\r\nhalf", THEN_CLOSE},
         "ended before it was complete"},
        {{"Hello, this is HTTP/0.9\n", THEN_CLOSE}, "not HTTP/1.1 or 1.0"},
        {{"SSH-2.0-OpenSSH_9.2\r\n", THEN_STALL}, "not HTTP/1.1 or 1.0"},
        {{"HTTP/1.1 101 Switching\r\n\r\n", THEN_CLOSE}, "closed without an answer"},
        {{"HTTP/1.1 099 Odd\r\n\r\n", THEN_CLOSE}, "not HTTP/1.1 or 1.0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        raw script = rows[i].script;
        fixture f;
        begin(&f, send_raw, &script);
        wrt_status status = perform(&f, (wrt_http_request){.timeout_ms = 5000});
        if (status != WRT_E_UNAVAILABLE)
            fail_msg("row %zu: status %d, %s", i, status, f.err.message);
        char peer[40];
        (void)snprintf(peer, sizeof peer, "127.0.0.1:%u: ", loopback_port(f.server));
        assert_memory_equal(f.err.message, peer, strlen(peer));
        if (strstr(f.err.message, rows[i].says) == NULL)
            fail_msg("row %zu: %s", i, f.err.message);
        end(&f);
    }
}

static void http_is_unavailable_when_nobody_listens(void **state) {
    (void)state;
    fixture f;
    begin(&f, send_hello, NULL);
    char url[80];
    unsigned port = loopback_port(f.server);
    loopback_stop(f.server);
    f.server = NULL;
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/?SECRET", port);
    assert_int_equal(perform(&f, (wrt_http_request){.url = url}), WRT_E_UNAVAILABLE);
    assert_says(&f, "refused");
    end(&f);
}

/* A label of 64 letters is refused by the resolver itself: no name server is asked. */
static void http_is_unavailable_when_the_host_has_no_address(void **state) {
    (void)state;
    fixture f;
    begin(&f, send_hello, NULL);
    assert_int_equal(
        perform(&f, (wrt_http_request){.url = "http://"
                                              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                              "aaaaaaaaaaaa.invalid/"}),
        WRT_E_UNAVAILABLE);
    assert_says(&f, "cannot be resolved");
    end(&f);
}

static void http_is_unavailable_when_tls_meets_plain_text(void **state) {
    (void)state;
    raw script = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", THEN_CLOSE};
    fixture f;
    begin(&f, send_raw, &script);
    char url[80];
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%u/", loopback_port(f.server));
    assert_int_equal(perform(&f, (wrt_http_request){.url = url, .timeout_ms = 500}),
                     WRT_E_TIMEOUT); /* the server waits for the end of a request line */
    assert_int_equal(loopback_requests(f.server), 0);
    end(&f);
}

static void http_fails_when_the_file_of_certificates_is_missing(void **state) {
    (void)state;
    fixture f;
    begin(&f, send_hello, NULL);
    char url[80];
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%u/", loopback_port(f.server));
    assert_int_equal(setenv("SSL_CERT_FILE", "/nonexistent/SECRET.pem", 1), 0);
    assert_int_equal(perform(&f, (wrt_http_request){.url = url, .timeout_ms = 500}), WRT_E_FAILED);
    assert_says(&f, "SSL_CERT_FILE");
    assert_int_equal(unsetenv("SSL_CERT_FILE"), 0);
    end(&f);
}

/* ---- time */

static void http_is_unavailable_when_the_server_falls_silent(void **state) {
    (void)state;
    static const char *const starts[] = {"", "HTTP/1.1 200 OK\r\n",
                                         "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        raw script = {starts[i], THEN_STALL};
        fixture f;
        begin(&f, send_raw, &script);
        assert_int_equal(perform(&f, (wrt_http_request){.stall_timeout_ms = 200}),
                         WRT_E_UNAVAILABLE);
        assert_says(&f, "silent for 200 ms");
        assert_in_range(f.took_ms, 200, 2000);
        end(&f);
    }
}

static void http_does_not_call_a_slow_answer_silent(void **state) {
    (void)state;
    fixture f;
    begin(&f, send_slowly, NULL); /* 5 bytes, 60 ms apart */
    assert_int_equal(perform(&f, (wrt_http_request){.stall_timeout_ms = 250}), WRT_OK);
    assert_in_range(f.took_ms, 290, 5000);
    end(&f);
}

static void trickle(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    (void)ctx;
    (void)loopback_send_text(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (loopback_send_text(conn, ".") && loopback_pause(conn, 20))
        continue;
}

static void http_times_out_when_the_answer_trickles(void **state) {
    (void)state;
    fixture f;
    begin(&f, trickle, NULL);
    assert_int_equal(perform(&f, (wrt_http_request){.timeout_ms = 300}), WRT_E_TIMEOUT);
    assert_says(&f, "no complete answer within 300 ms");
    assert_in_range(f.took_ms, 300, 2000);
    end(&f);
}

/* A listening socket whose queue is full: Linux drops further connection requests. */
typedef struct {
    int listener;
    int filler[8];
    char url[64];
} full_queue;

static void fill_queue(full_queue *self) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    self->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(self->listener >= 0);
    assert_int_equal(bind(self->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(self->listener, 0), 0);
    assert_int_equal(getsockname(self->listener, (struct sockaddr *)&address, &len), 0);
    for (size_t i = 0; i < 8; i++) {
        self->filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(self->filler[i], (struct sockaddr *)&address, len);
    }
    (void)usleep(50000);
    (void)snprintf(self->url, sizeof self->url, "http://127.0.0.1:%u/", ntohs(address.sin_port));
}

static void empty_queue(full_queue *self) {
    for (size_t i = 0; i < 8; i++)
        (void)close(self->filler[i]);
    (void)close(self->listener);
}

static void http_is_unavailable_when_connecting_takes_too_long(void **state) {
    (void)state;
    full_queue queue;
    fixture f;
    begin(&f, send_hello, NULL);
    fill_queue(&queue);
    assert_int_equal(perform(&f, (wrt_http_request){.url = queue.url,
                                                    .connect_timeout_ms = 200,
                                                    .stall_timeout_ms = 100}),
                     WRT_E_UNAVAILABLE);
    assert_says(&f, "no connection within 200 ms");
    assert_in_range(f.took_ms, 200, 2000);
    empty_queue(&queue);
    end(&f);
}

/* ---- cancelling */

typedef struct {
    wrt_cancel flag;
    _Atomic int64_t asked_ms;
} canceller;

static void *cancel_soon(void *ctx) {
    canceller *self = ctx;
    (void)usleep(150000);
    self->asked_ms = wrt_clock_monotonic_ms();
    wrt_cancel_request(&self->flag);
    return NULL;
}

static void assert_cancels(fixture *f, wrt_http_request request) {
    canceller self = {0};
    pthread_t thread;
    request.cancel = &self.flag;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &self), 0);
    wrt_status status = perform(f, request);
    int64_t late_ms = wrt_clock_monotonic_ms() - self.asked_ms;
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(status, WRT_E_INTERRUPTED);
    assert_in_range(late_ms, 0, 500);
}

static void http_is_interrupted_when_cancelled_in_any_phase(void **state) {
    (void)state;
    static const char *const starts[] = {"", "HTTP/1.1 200 OK\r\n",
                                         "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                                         "HTTP/1.1 500 No\r\nContent-Length: 10\r\n\r\nhalf"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        raw script = {starts[i], THEN_STALL};
        fixture f;
        begin(&f, send_raw, &script);
        assert_cancels(&f, (wrt_http_request){0});
        for (int tries = 0; loopback_open(f.server) > 0 && tries < 500; tries++)
            (void)usleep(10000);
        assert_int_equal(loopback_open(f.server), 0); /* the connection was closed */
        end(&f);
    }
}

static void http_is_interrupted_when_cancelled_while_data_floods_in(void **state) {
    (void)state;
    flood source = {.status = 200};
    fixture f;
    begin(&f, send_flood, &source);
    wrt_buf none = wrt_buf_make(0); /* takes nothing, refuses nothing */
    sink to = {.text = none};
    assert_cancels(
        &f, (wrt_http_request){.on_data = take_piece, .ctx = &to, .max_bytes = WRT_HTTP_BODY_MAX});
    end(&f);
}

static void http_is_interrupted_when_cancelled_while_connecting(void **state) {
    (void)state;
    full_queue queue;
    fixture f;
    begin(&f, send_hello, NULL);
    fill_queue(&queue);
    assert_cancels(&f, (wrt_http_request){.url = queue.url});
    empty_queue(&queue);
    end(&f);
}

static void http_sends_nothing_when_already_cancelled(void **state) {
    (void)state;
    wrt_cancel flag = {0};
    fixture f;
    begin(&f, send_hello, NULL);
    assert_false(wrt_cancel_requested(NULL));
    assert_false(wrt_cancel_requested(&flag));
    wrt_cancel_request(&flag);
    wrt_cancel_request(&flag);
    assert_true(wrt_cancel_requested(&flag));
    assert_int_equal(perform(&f, (wrt_http_request){.cancel = &flag}), WRT_E_INTERRUPTED);
    assert_int_equal(loopback_connections(f.server), 0);
    assert_int_equal(perform(&f, (wrt_http_request){0}), WRT_OK); /* the handle goes on */
    end(&f);
}

/* ---- redirects */

static void redirect(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    (void)loopback_send_text(conn, ctx);
}

static void http_does_not_follow_redirects(void **state) {
    (void)state;
    fixture other;
    begin(&other, send_hello, NULL);
    char there[200], says[64];
    (void)snprintf(there, sizeof there,
                   "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/x?SECRET\r\n"
                   "Content-Length: 0\r\n\r\n",
                   loopback_port(other.server));
    (void)snprintf(says, sizeof says, "302, a redirect to http://127.0.0.1:%u; ",
                   loopback_port(other.server));
    const struct {
        const char *answer, *says;
    } rows[] = {
        {there, says},
        {"HTTP/1.1 301 Moved\r\nLocation: https://other.example/a?SECRET\r\n\r\nbody",
         "301, a redirect to https://other.example:443; "},
        {"HTTP/1.1 307 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
         "307, a redirect to http://127.0.0.1:"},
        {"HTTP/1.1 308 Moved\r\nLocation: //h.example:81/\r\nContent-Length: 4\r\n\r\nbody",
         "308, a redirect to http://h.example:81; "},
        {"HTTP/1.1 302 Found\r\nLocation: file:///etc/SECRET\r\n\r\n", "is not an http or https"},
        {"HTTP/1.1 302 Found\r\nLocation: http://a:SECRET@h/\r\n\r\n", "is not an http or https"},
        {"HTTP/1.1 304 Same\r\n\r\n", "answered 304, which is not followed"},
        {"HTTP/1.1 300 Many\r\nContent-Length: 4\r\n\r\nbody", "answered 300"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        begin(&f, redirect, (void *)(uintptr_t)rows[i].answer);
        wrt_status status = perform(
            &f,
            (wrt_http_request){.key = "sk-SECRET", .timeout_ms = 5000, .stall_timeout_ms = 500});
        if (status != WRT_E_FAILED || strstr(f.err.message, rows[i].says) == NULL)
            fail_msg("row %zu: status %d, %s", i, status, f.err.message);
        assert_int_equal(loopback_requests(f.server), 1);
        end(&f);
    }
    assert_int_equal(loopback_connections(other.server), 0);
    end(&other);
}

/* ---- what is refused before anything is sent */

static void assert_refused(fixture *f, wrt_http_request request, wrt_status expected,
                           const char *says) {
    wrt_status status = perform(f, request);
    if (status != expected || strstr(f->err.message, says) == NULL)
        fail_msg("expected %d and \"%s\": %d, %s", expected, says, status, f->err.message);
    assert_int_equal(loopback_connections(f->server), 0);
}

static void http_refuses_headers_that_are_not_one_line(void **state) {
    (void)state;
    static const struct {
        const char *header, *says;
    } rows[] = {
        {"X-A: b\r\nHost: SECRET.example", "header X-A: the value must be one line"},
        {"X-A: b\nY: SECRET", "header X-A: the value must be one line"},
        {"X-A: b\rY", "header X-A: the value must be one line"},
        {"X-A\r\n: b", "header 1: must read \"Name: value\""},
        {"X-A: \x7f", "one line of visible ASCII"},
        {"X-A: \xc3\xa9", "one line of visible ASCII"},
        {"X-A:", "not empty"},
        {"X-A:  ", "not empty"},
        {"X-A", "must read"},
        {"X-A;", "must read"},
        {": b", "must read"},
        {"", "must read"},
        {NULL, "must read"},
        {"X A: b", "must read"},
        {" X-A: b", "must read"},
        {"@file: b", "must read"},
        {"Authorization: Bearer SECRET", "may not be given as a header"},
        {"authorization: Bearer SECRET", "may not be given as a header"},
        {"Host: other.example", "may not be given"},
        {"Content-Length: 3", "may not be given"},
        {"Transfer-Encoding: chunked", "may not be given"},
        {"Expect: 100-continue", "may not be given"},
        {"Accept-Encoding: br", "may not be given"},
        {"Cookie: SECRET", "may not be given"},
    };
    fixture f;
    begin(&f, send_hello, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_refused(&f, (wrt_http_request){.headers = &rows[i].header, .n_headers = 1},
                       WRT_E_INPUT, rows[i].says);
    const char *many[33];
    for (size_t i = 0; i < 33; i++)
        many[i] = "X-A: b";
    assert_refused(&f, (wrt_http_request){.headers = many, .n_headers = 33}, WRT_E_LIMIT,
                   "33 headers, at most 32");
    static char wide[8194];
    memset(wide, 'a', sizeof wide - 1);
    memcpy(wide, "X-A: ", 5);
    const char *one[] = {wide};
    assert_refused(&f, (wrt_http_request){.headers = one, .n_headers = 1}, WRT_E_LIMIT,
                   "header 1: longer than 8192 bytes");
    end(&f);
}

static void http_refuses_methods_times_and_caps_out_of_range(void **state) {
    (void)state;
    fixture f;
    begin(&f, send_hello, NULL);
    assert_refused(&f, (wrt_http_request){.method = "get"}, WRT_E_INPUT, "method get: GET, HEAD");
    assert_refused(&f, (wrt_http_request){.method = "CONNECT"}, WRT_E_INPUT, "method CONNECT");
    assert_refused(&f, (wrt_http_request){.method = "GET / HTTP/1.1\r\nX: y"}, WRT_E_INPUT,
                   "method");
    assert_refused(&f, (wrt_http_request){.method = "GET", .body = WRT_STR("x")}, WRT_E_INPUT,
                   "method GET: takes no body");
    assert_refused(&f, (wrt_http_request){.timeout_ms = -1}, WRT_E_INPUT,
                   "timeout_ms: must be 0 to 86400000 ms");
    assert_refused(&f, (wrt_http_request){.connect_timeout_ms = 86400001}, WRT_E_INPUT,
                   "connect_timeout_ms: must be 0 to 86400000 ms");
    assert_refused(&f, (wrt_http_request){.stall_timeout_ms = INT64_MIN}, WRT_E_INPUT,
                   "stall_timeout_ms: must be 0 to 86400000 ms");
    assert_refused(&f, (wrt_http_request){.max_bytes = WRT_MIB(1024) + 1}, WRT_E_INPUT,
                   "max_bytes: must be 0 to 1073741824");
    assert_refused(&f, (wrt_http_request){.url = "ftp://127.0.0.1/"}, WRT_E_INPUT,
                   "URL: must begin");
    assert_refused(&f, (wrt_http_request){.url = "http://u:SECRET@127.0.0.1/"}, WRT_E_INPUT,
                   "URL: a user or password");
    end(&f);
}

/* The proxy of the environment is the server, so that a request sent by mistake would be seen. */
static void http_refuses_a_key_in_plain_text_to_another_host(void **state) {
    (void)state;
    static const char *const urls[] = {
        "http://example.invalid/v1", "http://10.0.0.1:8080/", "http://localhost.example.org/",
        "http://127.0.0.1.example.org/", "http://[::ffff:127.0.0.1]:8080/"};
    fixture f;
    begin(&f, send_hello, NULL);
    char proxy[64];
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", loopback_port(f.server));
    assert_int_equal(setenv("http_proxy", proxy, 1), 0);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        assert_refused(&f, (wrt_http_request){.url = urls[i], .key = "sk-SECRET"}, WRT_E_CREDENTIAL,
                       "a key is not sent unencrypted to ");
    assert_int_equal(unsetenv("http_proxy"), 0);
    end(&f);
}

static void http_refuses_a_key_that_is_not_one_word(void **state) {
    (void)state;
    static char wide[8194];
    memset(wide, 'k', sizeof wide - 1);
    static const char *const keys[] = {"",          "sk-SECRET\r\nX: y", "sk-SECRET\n",
                                       "sk SECRET", "sk-SECRET\xc3\xa9", wide};
    fixture f;
    begin(&f, send_hello, NULL);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        assert_refused(&f, (wrt_http_request){.key = keys[i]}, WRT_E_CREDENTIAL,
                       "the key for 127.0.0.1 ");
    end(&f);
}

/* ---- secrets. perform() refuses any message with SECRET in it; here the server sends it back. */

static void http_keeps_the_key_out_of_every_message(void **state) {
    (void)state;
    static const raw scripts[] = {
        {"", THEN_CLOSE},
        {"", THEN_RESET},
        {"", THEN_STALL},
        {"HTTP/1.1 200 OK\r\nX: Bearer sk-SECRET\r\nContent-Length: 90\r\n\r\nsk-SECRET",
         THEN_CLOSE},
        {"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nsk-SECRET", THEN_STALL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n0123456789012345678901", THEN_STALL},
        {"HTTP/1.1 302 sk-SECRET\r\nLocation: /?k=sk-SECRET\r\n\r\n", THEN_CLOSE},
        {"HTTP/1.1 101 sk-SECRET\r\n\r\n", THEN_CLOSE},
        {"sk-SECRET sk-SECRET sk-SECRET\r\n\r\n", THEN_CLOSE},
        {"HTTP/1.1 200 OK\r\nContent-Encoding: sk-SECRET\r\nContent-Length: 2\r\n\r\nxx",
         THEN_KEEP},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: sk-SECRET\r\n\r\nxx", THEN_STALL},
        {"HTTP/1.1 200 OK\r\nContent-Length: sk-SECRET\r\n\r\nxx", THEN_STALL},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        raw script = scripts[i];
        fixture f;
        begin(&f, send_raw, &script);
        wrt_status status = perform(&f, (wrt_http_request){.key = "sk-SECRET",
                                                           .body = WRT_STR("SECRET"),
                                                           .max_bytes = 20,
                                                           .stall_timeout_ms = 150});
        if (status == WRT_OK)
            fail_msg("script %zu passed", i);
        assert_sent(&f, "Authorization", "Bearer sk-SECRET");
        assert_true(strlen(f.err.message) > 10);
        end(&f);
    }
}

/* ---- proxies */

static void http_ignores_proxies_for_loopback_hosts(void **state) {
    (void)state;
    static const char *const names[] = {"http_proxy", "all_proxy", "ALL_PROXY"};
    static const char *const hosts[] = {"127.0.0.1", "localhost", "127.1"};
    fixture f;
    begin(&f, send_hello, NULL);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(setenv(names[i], "http://127.0.0.1:1", 1), 0);
    for (size_t i = 0; i < 3; i++) {
        char url[64];
        (void)snprintf(url, sizeof url, "http://%s:%u/", hosts[i], loopback_port(f.server));
        if (perform(&f, (wrt_http_request){.url = url, .key = "sk-1"}) != WRT_OK)
            fail_msg("%s: %s", url, f.err.message);
    }
    assert_int_equal(loopback_requests(f.server), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(unsetenv(names[i]), 0);
    end(&f);
}

static void http_uses_the_proxy_for_other_hosts(void **state) {
    (void)state;
    char seen[200], proxy[64];
    fixture f;
    begin(&f, note_target, seen);
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", loopback_port(f.server));
    assert_int_equal(setenv("http_proxy", proxy, 1), 0);
    assert_int_equal(perform(&f, (wrt_http_request){.url = "http://example.invalid/a"}), WRT_OK);
    assert_string_equal(seen, "GET http://example.invalid/a");
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    assert_int_equal(perform(&f, (wrt_http_request){.url = "http://example.invalid/a"}),
                     WRT_E_UNAVAILABLE);
    assert_says(&f, "example.invalid:80: ");
    assert_says(&f, "the environment names a proxy");
    assert_int_equal(unsetenv("http_proxy"), 0);
    end(&f);
}

static void refuse_tunnel(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)snprintf(ctx, 200, "%s %s", request->method, request->target);
    (void)loopback_respond(conn, 403, NULL, "text/plain", "no");
}

static void http_tells_a_proxy_neither_key_nor_path(void **state) {
    (void)state;
    char seen[200], proxy[64];
    fixture f;
    begin(&f, refuse_tunnel, seen);
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", loopback_port(f.server));
    assert_int_equal(setenv("https_proxy", proxy, 1), 0);
    static const char *const headers[] = {"X-Private: SECRET"};
    assert_int_equal(perform(&f, (wrt_http_request){.url = "https://example.invalid/SECRET",
                                                    .key = "sk-SECRET",
                                                    .headers = headers,
                                                    .n_headers = 1}),
                     WRT_E_UNAVAILABLE);
    assert_string_equal(seen, "CONNECT example.invalid:443");
    char *sent = loopback_headers(f.server, 0);
    assert_null(strstr(sent, "SECRET"));
    free(sent);
    assert_int_equal(unsetenv("https_proxy"), 0);
    end(&f);
}

/* ---- threads */

static void *ask_ten_times(void *ctx) {
    const char *url = ctx;
    wrt_http *http = NULL;
    intptr_t good = 0;
    if (wrt_http_new(&http, NULL) != WRT_OK)
        return NULL;
    for (int i = 0; i < 10; i++) {
        wrt_http_request request = {.url = url, .body = WRT_STR("x")};
        wrt_http_response answer;
        good += wrt_http_perform(&answer, http, &request, NULL) == WRT_OK && answer.status == 200;
        wrt_http_response_free(&answer);
    }
    wrt_http_free(http);
    return (void *)good;
}

static void answer_later(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)loopback_pause(conn, 20);
    send_hello(conn, request, ctx);
}

static void http_serves_several_threads_with_a_handle_each(void **state) {
    (void)state;
    fixture f;
    begin(&f, answer_later, NULL);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_ten_times, f.url), 0);
    for (size_t i = 0; i < 4; i++) {
        void *good = NULL;
        assert_int_equal(pthread_join(threads[i], &good), 0);
        assert_int_equal((intptr_t)good, 10);
    }
    assert_int_equal(loopback_requests(f.server), 40);
    assert_int_equal(loopback_connections(f.server), 4);
    assert_in_range(loopback_open_max(f.server), 2, 4);
    end(&f);
}

/* Variables of whoever runs the tests would change what is tested. */
static int clear_environment(void **state) {
    (void)state;
    static const char *const names[] = {
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",      "ALL_PROXY",
        "no_proxy",   "NO_PROXY",    "HTTP_PROXY",  "CURL_CA_BUNDLE", "SSL_CERT_FILE"};
    int failures = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        failures += unsetenv(names[i]) != 0;
    return failures;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_returns_status_type_and_body_when_answer_is_whole),
        cmocka_unit_test(http_sends_method_target_and_body_when_given),
        cmocka_unit_test(http_sends_headers_and_key_to_a_loopback_host),
        cmocka_unit_test(http_sends_a_large_body_without_waiting),
        cmocka_unit_test(http_connects_again_when_the_kept_connection_was_closed),
        cmocka_unit_test(http_returns_status_and_error_text_when_not_2xx),
        cmocka_unit_test(http_skips_interim_answers),
        cmocka_unit_test(http_makes_the_content_type_printable_and_short),
        cmocka_unit_test(http_reads_retry_after_in_both_forms),
        cmocka_unit_test(http_returns_retry_after_of_an_answer),
        cmocka_unit_test(http_streams_the_same_bytes_at_every_boundary),
        cmocka_unit_test(http_hands_pieces_over_as_they_arrive),
        cmocka_unit_test(http_keeps_the_error_text_when_streaming_and_not_2xx),
        cmocka_unit_test(http_returns_what_the_reader_returned),
        cmocka_unit_test(http_stops_reading_when_the_body_passes_its_cap),
        cmocka_unit_test(http_takes_a_body_of_exactly_the_cap),
        cmocka_unit_test(http_cuts_an_endless_error_text),
        cmocka_unit_test(http_stops_reading_endless_headers),
        cmocka_unit_test(http_refuses_one_endless_header_line),
        cmocka_unit_test(http_unpacks_a_compressed_answer),
        cmocka_unit_test(http_stops_unpacking_a_compression_bomb_at_the_cap),
        cmocka_unit_test(http_is_unavailable_when_the_answer_is_broken),
        cmocka_unit_test(http_is_unavailable_when_nobody_listens),
        cmocka_unit_test(http_is_unavailable_when_the_host_has_no_address),
        cmocka_unit_test(http_is_unavailable_when_tls_meets_plain_text),
        cmocka_unit_test(http_fails_when_the_file_of_certificates_is_missing),
        cmocka_unit_test(http_is_unavailable_when_the_server_falls_silent),
        cmocka_unit_test(http_does_not_call_a_slow_answer_silent),
        cmocka_unit_test(http_times_out_when_the_answer_trickles),
        cmocka_unit_test(http_is_unavailable_when_connecting_takes_too_long),
        cmocka_unit_test(http_is_interrupted_when_cancelled_in_any_phase),
        cmocka_unit_test(http_is_interrupted_when_cancelled_while_data_floods_in),
        cmocka_unit_test(http_is_interrupted_when_cancelled_while_connecting),
        cmocka_unit_test(http_sends_nothing_when_already_cancelled),
        cmocka_unit_test(http_does_not_follow_redirects),
        cmocka_unit_test(http_refuses_headers_that_are_not_one_line),
        cmocka_unit_test(http_refuses_methods_times_and_caps_out_of_range),
        cmocka_unit_test(http_refuses_a_key_in_plain_text_to_another_host),
        cmocka_unit_test(http_refuses_a_key_that_is_not_one_word),
        cmocka_unit_test(http_keeps_the_key_out_of_every_message),
        cmocka_unit_test(http_ignores_proxies_for_loopback_hosts),
        cmocka_unit_test(http_uses_the_proxy_for_other_hosts),
        cmocka_unit_test(http_tells_a_proxy_neither_key_nor_path),
        cmocka_unit_test(http_serves_several_threads_with_a_handle_each),
    };
    return cmocka_run_group_tests(tests, clear_environment, NULL);
}
