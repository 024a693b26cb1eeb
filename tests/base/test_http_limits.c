/* test_http_limits.c: caps on what a server sends, and requests that are refused unsent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- caps */

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
    assert_int_equal(perform(&f, (wrt_http_request){.max_bytes = WRT_MIB(1)}), WRT_OK);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_stops_reading_when_the_body_passes_its_cap),
        cmocka_unit_test(http_takes_a_body_of_exactly_the_cap),
        cmocka_unit_test(http_cuts_an_endless_error_text),
        cmocka_unit_test(http_stops_reading_endless_headers),
        cmocka_unit_test(http_refuses_one_endless_header_line),
        cmocka_unit_test(http_unpacks_a_compressed_answer),
        cmocka_unit_test(http_stops_unpacking_a_compression_bomb_at_the_cap),
        cmocka_unit_test(http_refuses_headers_that_are_not_one_line),
        cmocka_unit_test(http_refuses_methods_times_and_caps_out_of_range),
        cmocka_unit_test(http_refuses_a_key_in_plain_text_to_another_host),
        cmocka_unit_test(http_refuses_a_key_that_is_not_one_word),
    };
    return cmocka_run_group_tests(tests, clear_environment, NULL);
}
