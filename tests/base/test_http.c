/* test_http.c: requests that are answered: what is sent, what comes back, redirects, proxies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_fixture.h"

#include "base/http_check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- answers that are whole */

static void respond_with_status(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)request;
    (void)loopback_respond(conn, *(const int *)ctx, NULL, "application/json", "{\"error\":1}");
}

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

static void answer_once_then_reset(loopback_conn *conn, const loopback_request *request,
                                   void *ctx) {
    if (request->number == 0)
        send_hello(conn, request, ctx);
    else
        loopback_reset(conn);
}

static void http_does_not_repeat_a_request_that_is_sent_once(void **state) {
    (void)state;
    fixture f;
    begin(&f, answer_once_then_reset, NULL);
    wrt_http_request request = {.is_sent_once = true};
    assert_int_equal(perform(&f, request), WRT_OK);
    assert_int_equal(perform(&f, request), WRT_E_UNAVAILABLE);
    assert_int_equal(loopback_requests(f.server), 2);
    assert_int_equal(loopback_connections(f.server), 2);
    end(&f);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_returns_status_type_and_body_when_answer_is_whole),
        cmocka_unit_test(http_sends_method_target_and_body_when_given),
        cmocka_unit_test(http_sends_headers_and_key_to_a_loopback_host),
        cmocka_unit_test(http_sends_a_large_body_without_waiting),
        cmocka_unit_test(http_connects_again_when_the_kept_connection_was_closed),
        cmocka_unit_test(http_does_not_repeat_a_request_that_is_sent_once),
        cmocka_unit_test(http_returns_status_and_error_text_when_not_2xx),
        cmocka_unit_test(http_skips_interim_answers),
        cmocka_unit_test(http_makes_the_content_type_printable_and_short),
        cmocka_unit_test(http_reads_retry_after_in_both_forms),
        cmocka_unit_test(http_returns_retry_after_of_an_answer),
        cmocka_unit_test(http_streams_the_same_bytes_at_every_boundary),
        cmocka_unit_test(http_hands_pieces_over_as_they_arrive),
        cmocka_unit_test(http_keeps_the_error_text_when_streaming_and_not_2xx),
        cmocka_unit_test(http_returns_what_the_reader_returned),
        cmocka_unit_test(http_does_not_follow_redirects),
        cmocka_unit_test(http_ignores_proxies_for_loopback_hosts),
        cmocka_unit_test(http_uses_the_proxy_for_other_hosts),
        cmocka_unit_test(http_tells_a_proxy_neither_key_nor_path),
        cmocka_unit_test(http_serves_several_threads_with_a_handle_each),
    };
    return cmocka_run_group_tests(tests, clear_environment, NULL);
}
