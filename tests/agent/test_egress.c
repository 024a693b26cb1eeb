/* Tests of agent/host/egress.c and the channel before it: a tool reaches the network through its
 * host or not at all, and whatever a worker does instead costs it its life and nothing else. The
 * server is on this machine and stands in for https://data.example.org/api/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/host/toolhost.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "tests/support/loopback.h"

static const char key[] = "made-up-key-0123456789";

typedef struct {
    loopback *server;
    wrt_toolhost *host;
    char mirror[64];
    wrt_status says, record_says; /* what the guard answers */
    wrt_json *asked, *answers;    /* what it was shown */
    size_t bodies;                /* bytes it was to record */
    wrt_rate_options rate;
    int64_t arrivals[16]; /* of the server's requests, monotonic ms */
    size_t n_arrivals;
} bench;

/* ---- the server */

static void serve(loopback_conn *conn, const loopback_request *request, void *ctx) {
    static const char bytes[] = "HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nContent-Length: 5\r\n\r\n"
                                "a\0\xff\nb";
    char text[2000];
    bench *b = ctx;
    if (b->n_arrivals < sizeof b->arrivals / sizeof b->arrivals[0])
        b->arrivals[b->n_arrivals++] = wrt_clock_monotonic_ms();
    snprintf(text, sizeof text, "%s %s %s", request->method, request->target, request->body);
    if (strstr(request->target, "/bytes") != NULL)
        loopback_send(conn, bytes, sizeof bytes - 1);
    else if (strstr(request->target, "/busy") != NULL)
        loopback_respond(conn, 429, "Retry-After: 2\r\n", "application/json", "{}");
    else if (strstr(request->target, "/away") != NULL)
        loopback_respond(conn, 302, "Location: https://elsewhere.example.org/\r\n", "text/plain",
                         "");
    else if (strstr(request->target, "/stall") != NULL)
        loopback_stall(conn);
    else if (strstr(request->target, "/reset") != NULL)
        loopback_reset(conn);
    else if (strstr(request->target, "/endless") != NULL &&
             loopback_send_text(conn, "HTTP/1.1 200 OK\r\n\r\n"))
        loopback_send_endless(conn, text, strlen(text));
    else
        loopback_respond(conn, 200, NULL, "text/plain", text);
}

/* ---- the guard */

static wrt_status decide(wrt_json *request, const wrt_exchange *exchange, void *ctx, wrt_err *err) {
    bench *b = ctx;
    (void)exchange;
    wrt_json_push(b->asked, request);
    return b->says == WRT_OK ? WRT_OK : wrt_fail(err, b->says, "the test says no");
}

static wrt_status record(wrt_json *answer, wrt_str body, void *ctx, wrt_err *err) {
    bench *b = ctx;
    wrt_json_push(b->answers, answer);
    b->bodies += body.len;
    return b->record_says == WRT_OK ? WRT_OK : wrt_fail(err, b->record_says, "the disk is full");
}

static void open_host(bench *b, bool offline, int64_t timeout_ms, const char *pubmed) {
    wrt_egress_site site = {.prefix = "https://data.example.org/api/",
                            .mirror = b->mirror,
                            .parameters = {{"api_key", key, true}, {"tool", "a b", false}},
                            .rate = b->rate};
    const char *const folders[] = {TEST_PLUGINS "/network", NULL};
    wrt_toolhost_options options = {.worker_exe = TEST_WORKER,
                                    .plugin_dirs = folders,
                                    .pubmed_path = pubmed,
                                    .timeout_ms = timeout_ms,
                                    .egress = {.sites = &site, .n_sites = 1, .offline = offline}};
    wrt_err err = {0};
    wrt_egress_guard guard = {.decide = decide, .record = record, .ctx = b};
    if (wrt_toolhost_new(&b->host, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_int_equal(wrt_json_count(wrt_toolhost_refusals(b->host)), 0);
    wrt_toolhost_guard(b->host, &guard);
}

static int open_bench(void **state) {
    bench *b = calloc(1, sizeof *b);
    b->server = loopback_start(serve, b);
    snprintf(b->mirror, sizeof b->mirror, "http://127.0.0.1:%u/real/", loopback_port(b->server));
    b->asked = wrt_json_new_array();
    b->answers = wrt_json_new_array();
    open_host(b, false, 20000, NULL);
    *state = b;
    return 0;
}

static int close_bench(void **state) {
    bench *b = *state;
    wrt_toolhost_free(b->host);
    loopback_stop(b->server);
    wrt_json_free(b->asked);
    wrt_json_free(b->answers);
    free(b);
    return 0;
}

static void reopen(bench *b, bool offline, int64_t timeout_ms, const char *pubmed) {
    wrt_toolhost_free(b->host);
    open_host(b, offline, timeout_ms, pubmed);
}

/* ---- calls; arguments are written with ' for " */

static wrt_json *call(bench *b, const char *tool, const char *args_text) {
    wrt_json *args = NULL, *result = NULL;
    wrt_err err = {0};
    char text[2000];
    snprintf(text, sizeof text, "%s", args_text);
    for (char *at = text; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    assert_int_equal(wrt_json_parse(&args, wrt_str_of(text), NULL), WRT_OK);
    if (wrt_toolhost_call(&result, b->host, tool, args, &err) != WRT_OK)
        fail_msg("%s: %s", tool, err.message);
    wrt_json_free(args);
    return result;
}

static wrt_json *ask(bench *b, const char *path, const char *more) {
    char args[1000];
    snprintf(args, sizeof args, "{'url':'https://data.example.org/api/%s'%s}", path, more);
    wrt_json *result = call(b, "net_ask", args);
    assert_string_equal(wrt_json_get_text(result, "status", ""), "ok");
    return result;
}

static int code_of(const wrt_json *result) {
    return (int)wrt_json_number(wrt_json_path(result, "data.code"), -1);
}

static const char *text_at(const wrt_json *value, const char *dotted) {
    const char *text = wrt_json_text(wrt_json_path(value, dotted));
    return text != NULL ? text : "(absent)";
}

/* The exchange is refused with the code, and nothing reached the server. */
static void assert_refused(bench *b, const char *tool, const char *args, wrt_host_http code) {
    unsigned before = loopback_requests(b->server);
    wrt_json *result = call(b, tool, args);
    if (code_of(result) != (int)code)
        fail_msg("%s: wanted %d, found %d (%s)", args, (int)code, code_of(result),
                 text_at(result, "data.message"));
    assert_int_equal((int)wrt_json_number(wrt_json_path(result, "data.status"), -1), 0);
    assert_true(strlen(text_at(result, "data.message")) > 0);
    assert_int_equal(loopback_requests(b->server), before);
    wrt_json_free(result);
}

/* ---- what goes through */

static void egress_answers_when_all_agree(void **state) {
    bench *b = *state;
    wrt_json *result = ask(b, "find?q=one%20two&n=3", "");
    assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
    assert_int_equal((int)wrt_json_number(wrt_json_path(result, "data.status"), 0), 200);
    assert_string_equal(text_at(result, "data.type"), "text/plain");
    assert_int_equal((int)wrt_json_number(wrt_json_path(result, "data.retry"), 0), -1);
    assert_non_null(strstr(text_at(result, "data.body"), "GET /real/find?q=one%20two&n=3"));
    const wrt_json *asked = wrt_json_first(b->asked);
    assert_string_equal(text_at(asked, "tool"), "net_ask");
    assert_string_equal(text_at(asked, "dest.host"), "127.0.0.1");
    assert_true(wrt_json_get_bool(wrt_json_get(asked, "dest"), "loopback", false));
    assert_string_equal(text_at(asked, "text"), "/api/find?q=one two&n=3");
    assert_string_equal(text_at(asked, "taint.integrity"), "plugin");
    assert_string_equal(text_at(asked, "http.url"),
                        "https://data.example.org/api/find?q=one%20two&n=3");
    assert_non_null(wrt_json_path(asked, "args.url"));
    const wrt_json *answer = wrt_json_first(b->answers);
    assert_int_equal(wrt_json_get_int(answer, "status", 0), 200);
    assert_int_equal(wrt_json_get_int(answer, "bytes", 0), b->bodies);
    wrt_json_free(result);
}

/* A key goes to the server; neither the worker nor the record ever sees it, even when the server
 * repeats it. */
static void egress_adds_keys_that_the_worker_never_sees(void **state) {
    bench *b = *state;
    wrt_buf all = wrt_buf_make(WRT_MIB(1));
    wrt_json *result = ask(b, "find?q=1", "");
    assert_non_null(strstr(text_at(result, "data.body"),
                           "/real/find?q=1&api_key=**********************&tool=a%20b"));
    wrt_json_free(result);
    result = ask(b, "form",
                 ",'method':'POST','body':'id=1','header':'Content-Type: "
                 "application/x-www-form-urlencoded'");
    assert_non_null(strstr(text_at(result, "data.body"),
                           "POST /real/form id=1&api_key=**********************&tool=a%20b"));
    char *sent = loopback_body(b->server, 1);
    assert_string_equal(sent, "id=1&api_key=made-up-key-0123456789&tool=a%20b");
    free(sent);
    wrt_json_write(&all, b->asked);
    wrt_json_write(&all, b->answers);
    wrt_json_write(&all, result);
    assert_null(strstr(all.ptr, key));
    wrt_json_free(result);
    static const char *const own[] = {
        "{'url':'https://data.example.org/api/x?api_key=mine'}",
        "{'url':'https://data.example.org/api/x?a=b&%61PI_KEY=mine'}",
        "{'url':'https://data.example.org/api/x','method':'POST','body':'tool=mine'}"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        assert_refused(b, "net_ask", own[i], WRT_HOST_HTTP_BAD_REQUEST);
    wrt_buf_free(&all);
}

static void egress_passes_bytes_and_statuses_on_as_they_are(void **state) {
    bench *b = *state;
    wrt_json *result = ask(b, "bytes", "");
    assert_int_equal((int)wrt_json_number(wrt_json_path(result, "data.len"), 0), 5);
    assert_string_equal(text_at(result, "data.body"), "a___b");
    wrt_json_free(result);
    result = ask(b, "busy", "");
    assert_int_equal((int)wrt_json_number(wrt_json_path(result, "data.status"), 0), 429);
    assert_int_equal((int)wrt_json_number(wrt_json_path(result, "data.retry"), 0), 2000);
    wrt_json_free(result);
}

/* A kept connection that ends without a byte of answer tempts an HTTP client to send again. */
static void egress_sends_once_when_the_connection_was_kept(void **state) {
    bench *b = *state;
    wrt_json *result = ask(b, "find", "");
    assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
    wrt_json_free(result);
    result = ask(b, "reset", "");
    assert_int_equal(code_of(result), WRT_HOST_HTTP_UNAVAILABLE);
    wrt_json_free(result);
    assert_int_equal(b->n_arrivals, 2);
}

static void egress_says_what_went_wrong_when_there_is_no_answer(void **state) {
    bench *b = *state;
    wrt_json *result = ask(b, "reset", "");
    assert_int_equal(code_of(result), WRT_HOST_HTTP_UNAVAILABLE);
    wrt_json_free(result);
    result = ask(b, "away", ""); /* a redirect would lead out of the declared place */
    assert_int_equal(code_of(result), WRT_HOST_HTTP_UNAVAILABLE);
    wrt_json_free(result);
    result = ask(b, "stall", ",'timeout_ms':300");
    assert_int_equal(code_of(result), WRT_HOST_HTTP_TIMEOUT);
    wrt_json_free(result);
    result = ask(b, "endless", "");
    assert_int_equal(code_of(result), WRT_HOST_HTTP_TOO_LARGE);
    wrt_json_free(result);
    assert_string_equal(text_at(wrt_json_at(b->answers, 2), "refused"), "timeout");
    assert_int_equal(wrt_json_count(b->answers), 4);
}

/* ---- what does not */

static void egress_refuses_what_was_not_declared(void **state) {
    static const char *const urls[] = {"https://data.example.org/other/x",
                                       "https://data.example.org:8443/api/x",
                                       "http://data.example.org/api/x",
                                       "https://example.org/api/x",
                                       "https://data.example.org.evil.net/api/",
                                       "https://data.example.org/api/../other/x",
                                       "https://data.example.org/api/%2e%2e/other",
                                       "https://data.example.org/api",
                                       "https://data.example.org/api/..%2fother",
                                       "https://data.example.org//api/x"};
    char args[200];
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        snprintf(args, sizeof args, "{'url':'%s'}", urls[i]);
        assert_refused(*state, "net_ask", args, WRT_HOST_HTTP_UNDECLARED);
    }
    assert_refused(*state, "net_plain", "{'url':'https://data.example.org/api/x'}",
                   WRT_HOST_HTTP_UNDECLARED);
    assert_int_equal(wrt_json_count(((bench *)*state)->asked), 0);
}

static void egress_refuses_requests_of_another_form(void **state) {
    static const char *const bad[] = {
        "{'url':'file:///etc/passwd'}",
        "{'url':'https://user:word@data.example.org/api/x'}",
        "{'url':'https://data.example.org/api/x y'}",
        "{}",
        "{'url':'https://data.example.org/api/x','method':'DELETE'}",
        "{'url':'https://data.example.org/api/x','method':'POST'}",
        "{'url':'https://data.example.org/api/x','body':'x'}",
        "{'url':'https://data.example.org/api/x','header':'Authorization: Bearer x'}",
        "{'url':'https://data.example.org/api/x','header':'Host: elsewhere'}",
        "{'url':'https://data.example.org/api/x','header':'Accept: a\\r\\nHost: b'}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_refused(*state, "net_ask", bad[i], WRT_HOST_HTTP_BAD_REQUEST);
    wrt_json *result = call(*state, "net_sizes", "{}");
    assert_int_equal(code_of(result), 0);
    wrt_json_free(result);
}

static void egress_refuses_when_policy_says_no_or_nobody_is_there_to_ask(void **state) {
    bench *b = *state;
    b->says = WRT_E_DENIED;
    assert_refused(b, "net_ask", "{'url':'https://data.example.org/api/x'}", WRT_HOST_HTTP_DENIED);
    assert_int_equal(wrt_json_count(b->asked), 1);
    wrt_toolhost_guard(b->host, NULL);
    assert_refused(b, "net_ask", "{'url':'https://data.example.org/api/x'}", WRT_HOST_HTTP_DENIED);
    assert_int_equal(wrt_json_count(b->asked), 1);
}

static void egress_refuses_other_machines_when_offline(void **state) {
    bench *b = *state;
    reopen(b, true, 20000, NULL);
    wrt_json *result = ask(b, "x", ""); /* the mirror is on this machine */
    assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
    wrt_json_free(result);
    snprintf(b->mirror, sizeof b->mirror, "https://far.example.org/");
    reopen(b, true, 20000, NULL);
    assert_refused(b, "net_ask", "{'url':'https://data.example.org/api/x'}", WRT_HOST_HTTP_OFFLINE);
    assert_int_equal(wrt_json_count(b->asked), 1);
}

static void egress_refuses_when_the_budget_of_a_call_is_spent(void **state) {
    bench *b = *state;
    wrt_json *result =
        call(b, "net_repeat", "{'url':'https://data.example.org/api/x','times':103}");
    assert_int_equal((int)wrt_json_number(wrt_json_path(result, "data.answered"), 0), 100);
    assert_int_equal(code_of(result), WRT_HOST_HTTP_BUDGET);
    assert_int_equal(loopback_requests(b->server), 100);
    wrt_json_free(result);
    result = ask(b, "x", ""); /* the next call has its own */
    assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
    wrt_json_free(result);
}

/* The limit holds on the server's own clock, which a slow machine only stretches. */
static void egress_keeps_the_rate_of_a_place(void **state) {
    enum { SENDS = 2, WINDOW_MS = 300, TIMES = 7 };
    bench *b = *state;
    b->rate = (wrt_rate_options){.n = SENDS, .window_ms = WINDOW_MS};
    reopen(b, false, 60000, NULL);
    wrt_json *result = call(b, "net_repeat", "{'url':'https://data.example.org/api/x','times':7}");
    assert_int_equal((int)wrt_json_number(wrt_json_path(result, "data.answered"), 0), TIMES);
    assert_int_equal(b->n_arrivals, TIMES);
    for (size_t i = SENDS; i < b->n_arrivals; i++)
        assert_true(b->arrivals[i] - b->arrivals[i - SENDS] >= WINDOW_MS);
    wrt_json_free(result);
}

/* What cannot be recorded must not happen, or must not be used. */
static void egress_ends_the_call_when_the_guard_itself_fails(void **state) {
    bench *b = *state;
    wrt_json *args = wrt_json_new_object(), *result = NULL;
    wrt_err err = {0};
    wrt_json_set_text(args, "url", "https://data.example.org/api/x");
    b->says = WRT_E_INTEGRITY;
    assert_int_equal(wrt_toolhost_call(&result, b->host, "net_ask", args, &err), WRT_E_FAILED);
    assert_null(result);
    assert_non_null(strstr(err.message, "the test says no"));
    assert_int_equal(loopback_requests(b->server), 0);
    b->says = WRT_OK;
    b->record_says = WRT_E_LIMIT;
    assert_int_equal(wrt_toolhost_call(&result, b->host, "net_ask", args, &err), WRT_E_FAILED);
    assert_non_null(strstr(err.message, "the disk is full"));
    b->record_says = WRT_OK;
    assert_int_equal(wrt_toolhost_call(&result, b->host, "net_ask", args, &err), WRT_OK);
    assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
    wrt_json_free(result);
    wrt_json_free(args);
}

/* ---- workers that break the protocol */

/* The call is an error, nothing was sent, and the same slot serves the next call. */
static void assert_killed(bench *b, const char *tool, const char *code, const char *part) {
    unsigned before = loopback_requests(b->server);
    wrt_json *result = call(b, tool, "{'url':'https://data.example.org/other/'}");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "error");
    if (strcmp(text_at(result, "error.code"), code) != 0)
        fail_msg("%s: %s, \"%s\"", tool, text_at(result, "error.code"),
                 text_at(result, "error.message"));
    if (strstr(text_at(result, "error.message"), part) == NULL)
        fail_msg("%s: \"%s\" lacks \"%s\"", tool, text_at(result, "error.message"), part);
    assert_int_equal(loopback_requests(b->server), before);
    wrt_json_free(result);
    result = ask(b, "x", "");
    assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
    wrt_json_free(result);
}

static void worker_is_killed_when_it_breaks_the_protocol(void **state) {
    bench *b = *state;
    static const struct {
        const char *tool, *part;
    } cases[] = {{"net_other_call", "out of step"},
                 {"net_other_number", "asked"},
                 {"net_other_form", "another form"},
                 {"net_other_service", "out of step"},
                 {"net_short", "bad JSON"},
                 {"net_giant", "frame of 1073741824 bytes"},
                 {"net_deaf", "asked "},
                 {"net_endless", "asked for more than 200 exchanges"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reopen(b, false, 60000, NULL); /* the next request is number 1 of its process */
        assert_killed(b, cases[i].tool, "bad_result", cases[i].part);
    }
    reopen(b, false, 5000, NULL);
    assert_killed(b, "net_long", "tool_timeout", "gave no answer within 5000 ms");
}

/* Whether the question lies in the channel before the next call begins or comes while it runs, is
 * the clock's choice: the worker ends either way, and nothing is sent for it. */
static void worker_is_killed_when_it_asks_after_its_call(void **state) {
    bench *b = *state;
    wrt_json *result = call(b, "net_after", "{}");
    assert_int_equal(code_of(result), 99);
    wrt_json_free(result);
    result = call(b, "net_ask", "{'url':'https://data.example.org/api/y'}");
    if (wrt_json_get(result, "error") != NULL)
        assert_string_equal(text_at(result, "error.code"), "bad_result");
    else
        assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
    wrt_json_free(result);
    result = ask(b, "y", "");
    assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
    wrt_json_free(result);
    reopen(b, false, 20000, NULL);
    wrt_json_free(call(b, "net_thread", "{}"));
    result = call(b, "net_wait", "{}");        /* the thread asks while this call runs */
    if (wrt_json_get(result, "error") != NULL) /* or before it began */
        assert_string_equal(text_at(result, "error.code"), "bad_result");
    wrt_json_free(result);
    WRT_JSON_EACH(asked, b->asked)
    assert_string_equal(text_at(asked, "http.url"), "https://data.example.org/api/y");
}

static void worker_of_a_network_tool_opens_no_socket(void **state) {
#if defined(__x86_64__) || defined(__aarch64__)
    wrt_json *result = call(*state, "net_socket", "{}");
    assert_int_equal(code_of(result), 0);
    wrt_json_free(result);
#else
    (void)state;
    skip();
#endif
}

/* ---- files */

static void toolhost_opens_the_literature_to_tools_that_read_it(void **state) {
    bench *b = *state;
    char folder[] = "/tmp/warrant-egress-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = wrt_path_join(folder, "pubmed.db");
    assert_int_equal(wrt_file_write(path, WRT_STR("store"), 0600, NULL), WRT_OK);
    wrt_json *result = call(b, "net_files", "{}");
    assert_int_equal(code_of(result), 0);
    wrt_json_free(result);
    reopen(b, false, 20000, path);
    result = call(b, "net_files", "{}"); /* not the graph, which it does not declare */
    assert_int_equal(code_of(result), 11);
    wrt_json_free(result);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    free(path);
}

static void toolhost_lists_where_a_tool_may_send(void **state) {
    bench *b = *state;
    wrt_json *about = NULL;
    assert_int_equal(wrt_toolhost_describe(&about, b->host, "net_ask", NULL), WRT_OK);
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(about, "network"))),
                        "https://data.example.org/api/");
    wrt_json_free(about);
    assert_int_equal(wrt_toolhost_describe(&about, b->host, "net_files", NULL), WRT_OK);
    assert_int_equal(wrt_json_count(wrt_json_get(about, "network")), 0);
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(about, "reads"))), "pubmed");
    wrt_json_free(about);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_BENCH(egress_answers_when_all_agree),
        WITH_BENCH(egress_adds_keys_that_the_worker_never_sees),
        WITH_BENCH(egress_passes_bytes_and_statuses_on_as_they_are),
        WITH_BENCH(egress_sends_once_when_the_connection_was_kept),
        WITH_BENCH(egress_says_what_went_wrong_when_there_is_no_answer),
        WITH_BENCH(egress_refuses_what_was_not_declared),
        WITH_BENCH(egress_refuses_requests_of_another_form),
        WITH_BENCH(egress_refuses_when_policy_says_no_or_nobody_is_there_to_ask),
        WITH_BENCH(egress_refuses_other_machines_when_offline),
        WITH_BENCH(egress_refuses_when_the_budget_of_a_call_is_spent),
        WITH_BENCH(egress_keeps_the_rate_of_a_place),
        WITH_BENCH(egress_ends_the_call_when_the_guard_itself_fails),
        WITH_BENCH(worker_is_killed_when_it_breaks_the_protocol),
        WITH_BENCH(worker_is_killed_when_it_asks_after_its_call),
        WITH_BENCH(worker_of_a_network_tool_opens_no_socket),
        WITH_BENCH(toolhost_opens_the_literature_to_tools_that_read_it),
        WITH_BENCH(toolhost_lists_where_a_tool_may_send),
    };
    wrt_crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
