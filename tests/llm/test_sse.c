/* test_sse.c: event streams, each split at every byte.
 *
 * The expected events follow from the standard's own rules and examples (WHATWG HTML, 9.2.6,
 * "Interpreting an event stream"). Events are compared as one text: "name|data\n" for each. */
#include "llm/http/sse.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

typedef struct {
    wrt_buf log;
    size_t refuse_at; /* the callback fails at this event, counted from 1 */
    size_t n;
} recorder;

static wrt_status record(wrt_str event, wrt_str data, void *ctx) {
    recorder *self = ctx;
    wrt_buf_add_str(&self->log, event);
    wrt_buf_add_char(&self->log, '|');
    wrt_buf_add_str(&self->log, data);
    wrt_buf_add_char(&self->log, '\n');
    return ++self->n == self->refuse_at ? WRT_E_DENIED : WRT_OK;
}

typedef struct {
    const char *stream;
    const char *events;
    wrt_status status;
    bool is_truncated;
} stream_case;

/* Feeds pieces that end at `cut`, then every `step` bytes; checks what came out. */
static void check_split(const stream_case *given, size_t cut, size_t step) {
    recorder self = {.log = wrt_buf_make(4096)};
    wrt_sse sse = wrt_sse_make(64, record, &self);
    wrt_str rest = wrt_str_of(given->stream);
    wrt_status status = WRT_OK;
    wrt_err err = {WRT_OK, ""};
    while (rest.len > 0) {
        size_t len = cut > 0 && cut < rest.len ? cut : rest.len;
        cut = step;
        status = wrt_sse_feed(&sse, (wrt_str){rest.ptr, len}, &err);
        rest = (wrt_str){rest.ptr + len, rest.len - len};
    }
    assert_int_equal(status, given->status);
    assert_int_equal(err.code, given->status);
    assert_string_equal(self.log.len == 0 ? "" : self.log.ptr, given->events);
    if (given->status == WRT_OK)
        assert_int_equal(wrt_sse_is_truncated(&sse), given->is_truncated);
    wrt_sse_free(&sse);
    wrt_buf_free(&self.log);
}

static void check_every_split(const stream_case *given) {
    for (size_t cut = 1; cut <= strlen(given->stream); cut++)
        check_split(given, cut, 0);
    check_split(given, 1, 1);
    check_split(given, 2, 2);
    check_split(given, 3, 3);
}

static void sse_gives_same_events_when_stream_is_split_anywhere(void **state) {
    (void)state;
    static const stream_case cases[] = {
        /* the standard's examples */
        {"data: YHOO\ndata: +2\ndata: 10\n\n", "|YHOO\n+2\n10\n", WRT_OK, false},
        {": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third "
         "event\n",
         "|first event\n|second event\n", WRT_OK, true},
        {"data\n\ndata\ndata\n\ndata:", "|\n|\n\n", WRT_OK, true},
        {"data:test\n\ndata: test\n\n", "|test\n|test\n", WRT_OK, false},
        /* names */
        {"event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n",
         "add|73857293\nremove|2153\n", WRT_OK, false},
        {"event: a\nevent: b\ndata: 1\n\n", "b|1\n", WRT_OK, false},
        {"event: gone\n\ndata: 1\n\n", "|1\n", WRT_OK, false},
        /* line ends */
        {"data: a\r\ndata: b\r\n\r\n", "|a\nb\n", WRT_OK, false},
        {"data: a\rdata: b\r\r", "|a\nb\n", WRT_OK, false},
        {"data: a\r\n\ndata: b\n\r\n", "|a\n|b\n", WRT_OK, false},
        {"data: a\r\n\r", "|a\n", WRT_OK, false},
        /* byte order mark: one, at the start only */
        {"\xEF\xBB\xBF"
         "data: a\n\n",
         "|a\n", WRT_OK, false},
        {"\xEF\xBB\xBF\xEF\xBB\xBF"
         "data: a\n\n",
         "", WRT_OK, false},
        {"\xEF\xBB\xBF: ping\n\ndata: a\n\n", "|a\n", WRT_OK, false},
        {"\ndata: a\n\xEF\xBB\xBF"
         "data: b\n\n",
         "|a\n", WRT_OK, false},
        /* colons, spaces, unknown fields, capital letters */
        {"data: a: b\ndata::\ndata:  two\n\n", "|a: b\n:\n two\n", WRT_OK, false},
        {"retry: 10\nfoo: bar\nfoo\nDATA: no\n data: no\ndata : no\n\n", "", WRT_OK, false},
        {": OPENROUTER PROCESSING\n\n:\n\ndata: {\"a\":1}\n\ndata: [DONE]\n\n",
         "|{\"a\":1}\n|[DONE]\n", WRT_OK, false},
        /* characters of two to four bytes */
        {"data: \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\n\n",
         "|\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\n", WRT_OK, false},
        /* cut streams */
        {"data: a\n\ndata: b", "|a\n", WRT_OK, true},
        {"data: a\n\ndata: b\n", "|a\n", WRT_OK, true},
        {"data: a\n\nev", "|a\n", WRT_OK, true},
        {"data: a\n\n", "|a\n", WRT_OK, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_every_split(&cases[i]);
}

static void sse_fails_when_data_is_not_utf8(void **state) {
    (void)state;
    static const stream_case cases[] = {
        {"data: a\n\ndata: \xC3(\n\ndata: b\n\n", "|a\n", WRT_E_FAILED, false},
        {"event: \xFF\ndata: b\n\n", "", WRT_E_FAILED, false},
        {": \xFF\nid: \xFF\ndata: b\n\n", "|b\n", WRT_OK, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_every_split(&cases[i]);
}

/* 64 bytes in all may be held: lines with their field names, and data already taken. */
static void sse_refuses_event_when_it_passes_cap(void **state) {
    (void)state;
    static const stream_case cases[] = {
        /* 64 bytes, then 65 */
        {"data: 7777777777777777777777777777777777777777777777777777777777\n\n",
         "|7777777777777777777777777777777777777777777777777777777777\n", WRT_OK, false},
        {"data: 77777777777777777777777777777777777777777777777777777777777\n\n", "", WRT_E_LIMIT,
         false},
        {"data: ok\n\n: 345678901234567890123456789012345678901234567890123456789012345\n\n",
         "|ok\n", WRT_E_LIMIT, false},
        {"data: 3456789012345678901234567890\ndata: 345678901234567890123456789012345\n\n", "",
         WRT_E_LIMIT, false},
        {"data: 7777777777777777777777777777777777777777777777777777777777\n\ndata: "
         "7777777777777777777777777777777777777777777777777777777777\n\n",
         "|7777777777777777777777777777777777777777777777777777777777\n|"
         "7777777777777777777777777777777777777777777777777777777777\n",
         WRT_OK, false},
        {"event: 45678901234567890123456789012345\ndata: 34567890123456789012345678901234\n\n", "",
         WRT_E_LIMIT, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_every_split(&cases[i]);
}

static void sse_says_which_event_when_it_is_too_large(void **state) {
    (void)state;
    recorder self = {.log = wrt_buf_make(4096)};
    wrt_sse sse = wrt_sse_make(8, record, &self);
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(wrt_sse_feed(&sse, WRT_STR("data: a\n\ndata: abc"), &err), WRT_E_LIMIT);
    assert_string_equal(err.message, "event 2 of the stream is larger than 8 bytes");
    wrt_sse_free(&sse);
    wrt_buf_free(&self.log);
}

static void sse_stops_for_good_when_callback_refuses(void **state) {
    (void)state;
    recorder self = {.log = wrt_buf_make(4096), .refuse_at = 2};
    wrt_sse sse = wrt_sse_make(64, record, &self);
    assert_int_equal(wrt_sse_feed(&sse, WRT_STR("data: a\n\ndata: b\n\ndata: c\n\n"), NULL),
                     WRT_E_DENIED);
    assert_int_equal(wrt_sse_feed(&sse, WRT_STR("data: d\n\n"), NULL), WRT_E_DENIED);
    assert_string_equal(self.log.ptr, "|a\n|b\n");
    wrt_sse_free(&sse);
    wrt_buf_free(&self.log);
}

/* Fields that are skipped and blank lines must not add up to an event that is too large. */
static void sse_reads_on_when_stream_is_long(void **state) {
    (void)state;
    recorder self = {.log = wrt_buf_make(4096)};
    wrt_sse sse = wrt_sse_make(64, record, &self);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(wrt_sse_feed(&sse, WRT_STR(": ping\nid: 12345678\n\n"), NULL), WRT_OK);
    assert_int_equal(wrt_sse_feed(&sse, WRT_STR("data: a\n\n"), NULL), WRT_OK);
    assert_string_equal(self.log.ptr, "|a\n");
    assert_int_equal(sse.n_events, 1);
    wrt_sse_free(&sse);
    wrt_buf_free(&self.log);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sse_gives_same_events_when_stream_is_split_anywhere),
        cmocka_unit_test(sse_fails_when_data_is_not_utf8),
        cmocka_unit_test(sse_refuses_event_when_it_passes_cap),
        cmocka_unit_test(sse_says_which_event_when_it_is_too_large),
        cmocka_unit_test(sse_stops_for_good_when_callback_refuses),
        cmocka_unit_test(sse_reads_on_when_stream_is_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
