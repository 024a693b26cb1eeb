/* test_http_faults.c: servers that break off, fall silent or never end, and cancelling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_fixture.h"

#include "base/clock.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

static void *accept_late(void *ctx) {
    const full_queue *queue = ctx;
    (void)usleep(300000);
    struct pollfd polled = {.fd = queue->listener, .events = POLLIN};
    while (poll(&polled, 1, 3000) == 1) {
        int fd = accept(queue->listener, NULL, NULL);
        struct pollfd peer = {.fd = fd, .events = POLLIN};
        bool is_request = poll(&peer, 1, 50) == 1 && (peer.revents & POLLIN) != 0;
        while (is_request && recv(fd, (char[4096]){0}, 4096, 0) > 0)
            continue;
        (void)close(fd);
        if (is_request)
            break;
    }
    return NULL;
}

/* The first connection request is dropped; Linux repeats it after 1 s. The silence counts from the
 * connection, not from the call. */
static void http_counts_silence_from_the_connection(void **state) {
    (void)state;
    full_queue queue;
    pthread_t thread;
    fixture f;
    begin(&f, send_hello, NULL);
    fill_queue(&queue);
    assert_int_equal(pthread_create(&thread, NULL, accept_late, &queue), 0);
    assert_int_equal(perform(&f, (wrt_http_request){.url = queue.url, .stall_timeout_ms = 700}),
                     WRT_E_UNAVAILABLE);
    assert_says(&f, "silent for 700 ms");
    assert_in_range(f.took_ms, 1500, 8000);
    assert_int_equal(pthread_join(thread, NULL), 0);
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
    (void)usleep(350000); /* past a timer of 200 ms that wakes libcurl anyway */
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_is_unavailable_when_the_answer_is_broken),
        cmocka_unit_test(http_is_unavailable_when_nobody_listens),
        cmocka_unit_test(http_is_unavailable_when_the_host_has_no_address),
        cmocka_unit_test(http_is_unavailable_when_tls_meets_plain_text),
        cmocka_unit_test(http_fails_when_the_file_of_certificates_is_missing),
        cmocka_unit_test(http_is_unavailable_when_the_server_falls_silent),
        cmocka_unit_test(http_does_not_call_a_slow_answer_silent),
        cmocka_unit_test(http_times_out_when_the_answer_trickles),
        cmocka_unit_test(http_is_unavailable_when_connecting_takes_too_long),
        cmocka_unit_test(http_counts_silence_from_the_connection),
        cmocka_unit_test(http_is_interrupted_when_cancelled_in_any_phase),
        cmocka_unit_test(http_is_interrupted_when_cancelled_while_data_floods_in),
        cmocka_unit_test(http_is_interrupted_when_cancelled_while_connecting),
        cmocka_unit_test(http_sends_nothing_when_already_cancelled),
        cmocka_unit_test(http_keeps_the_key_out_of_every_message),
    };
    return cmocka_run_group_tests(tests, clear_environment, NULL);
}
