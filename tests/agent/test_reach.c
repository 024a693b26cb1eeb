/* Tests of agent/reach.c: what a step's tool asks of the network is in the run's ledger, and an
 * audit finds it there. The server stands in for https://data.example.org/api/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/act.h"
#include "agent/recheck.h"
#include "agent/turn.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "tests/support/loopback.h"

static const char rules[] =
    "{\"schema\":\"warrant/policy/1\",\"name\":\"t\",\"rules\":["
    "{\"id\":\"ask\",\"effect\":\"permit\",\"phases\":[\"tool_call\",\"tool_result\"],"
    "\"message\":\"m\"},"
    "{\"id\":\"no-secret\",\"effect\":\"forbid\",\"phases\":[\"tool_call\"],\"when\":{\"all\":["
    "{\"field\":\"dest\",\"exists\":true},{\"field\":\"text\",\"pcre2\":\"secret word\"}]},"
    "\"message\":\"m\"},"
    "{\"id\":\"few\",\"effect\":\"limit\",\"phases\":[\"tool_call\"],\"limit\":{\"counter\":"
    "\"http.calls\",\"max\":3},\"message\":\"m\"}]}";

typedef struct {
    char folder[40], mirror[64];
    loopback *server;
    wrt_agent_config config;
    wrt_turn turn;
} bench;

static void serve(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)ctx;
    loopback_respond(conn, 200, NULL, "text/plain", request->target);
}

static void open_tools(bench *b) {
    wrt_egress_site site = {.prefix = "https://data.example.org/api/",
                            .mirror = b->mirror,
                            .parameters = {{"api_key", "made-up-key-0123456789", true}}};
    const char *const folders[] = {TEST_PLUGINS "/network", NULL};
    wrt_toolhost_options options = {.worker_exe = TEST_WORKER,
                                    .plugin_dirs = folders,
                                    .egress = {.sites = &site, .n_sites = 1}};
    assert_int_equal(wrt_toolhost_new(&b->config.tools, &options, NULL), WRT_OK);
}

/* As the loop starts a run: the rules it is held to are a blob of the run. */
static void start_run(bench *b) {
    wrt_json *start = wrt_json_new_object(), *policy = wrt_json_new_object(), *blob = NULL;
    wrt_json *document = wrt_policy_document(b->config.policy);
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    char hash[WRT_SHA256_HEX + 1];
    wrt_json_write_canonical(&text, document);
    assert_int_equal(wrt_ledger_put_blob(&blob, b->config.ledger, wrt_buf_str(&text), NULL),
                     WRT_OK);
    wrt_policy_hash(hash, b->config.policy);
    wrt_json_set_text(policy, "sha256", hash);
    wrt_json_set(policy, "document", blob);
    wrt_json_set(start, "policy", policy);
    assert_int_equal(wrt_run_start(&b->turn.run, b->config.ledger, start, NULL), WRT_OK);
    wrt_json_free(start);
    wrt_json_free(document);
    wrt_buf_free(&text);
}

static int open_bench(void **state) {
    bench *b = calloc(1, sizeof *b);
    snprintf(b->folder, sizeof b->folder, "/tmp/warrant-reach-XXXXXX");
    assert_non_null(mkdtemp(b->folder));
    wrt_log_set_level(WRT_LOG_ERROR);
    b->server = loopback_start(serve, NULL);
    snprintf(b->mirror, sizeof b->mirror, "http://127.0.0.1:%u/", loopback_port(b->server));
    assert_int_equal(wrt_ledger_open(&b->config.ledger, b->folder, true, NULL), WRT_OK);
    b->config.policy = wrt_policy_new();
    assert_int_equal(wrt_policy_add_text(b->config.policy, "t", wrt_str_of(rules), NULL), WRT_OK);
    open_tools(b);
    b->turn = wrt_turn_make(&b->config);
    start_run(b);
    *state = b;
    return 0;
}

static wrt_status remove_entry(const char *name, void *ctx);

static void remove_tree(const char *path) {
    char *copy = wrt_path_join("", path);
    if (unlink(path) != 0) {
        wrt_dir_each(path, remove_entry, copy, NULL);
        rmdir(path);
    }
    free(copy);
}

/* Three folders deep at most: blobs/xx/<hash>. NOLINTNEXTLINE(misc-no-recursion) */
static wrt_status remove_entry(const char *name, void *ctx) {
    char *path = wrt_path_join(ctx, name);
    remove_tree(path);
    free(path);
    return WRT_OK;
}

static int close_bench(void **state) {
    bench *b = *state;
    wrt_turn_free(&b->turn);
    wrt_toolhost_free(b->config.tools);
    wrt_policy_free(b->config.policy);
    wrt_ledger_close(b->config.ledger);
    loopback_stop(b->server);
    remove_tree(b->folder);
    free(b);
    return 0;
}

/* ---- */

static wrt_json *act(bench *b, const char *id, const char *query) {
    wrt_json *step = wrt_json_new_object(), *args = wrt_json_new_object(), *result = NULL;
    wrt_json *scope = wrt_json_new_object();
    wrt_err err = {0};
    char url[200];
    snprintf(url, sizeof url, "https://data.example.org/api/find?q=%s", query);
    wrt_json_set_text(args, "url", url);
    wrt_json_set_text(step, "id", id);
    wrt_json_set_text(step, "tool", "net_ask");
    wrt_json_set(step, "args", args);
    if (wrt_act_step(&result, &b->turn, step, scope, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(scope);
    wrt_json_free(step);
    return result;
}

static int code_of(const wrt_json *result) {
    return (int)wrt_json_number(wrt_json_path(result, "data.code"), -1);
}

/* Seals the run, audits it to level 3 and gives its events. */
static wrt_json *seal_and_audit(bench *b, wrt_status wanted) {
    wrt_json *end = wrt_json_new_object(), *report = NULL, *events = NULL;
    wrt_audit_options options = {.max_level = 3, .hooks = &wrt_recheck_policy, .n_hooks = 1};
    char id[WRT_RUN_ID_MAX];
    wrt_err err = {0};
    snprintf(id, sizeof id, "%s", wrt_run_id(b->turn.run));
    assert_int_equal(wrt_run_seal(b->turn.run, end, NULL), WRT_OK);
    if (wrt_audit_run_with(&report, b->config.ledger, id, &options, &err) != wanted)
        fail_msg("%s", err.message);
    assert_int_equal(wrt_ledger_events(&events, b->config.ledger, id, NULL), WRT_OK);
    wrt_json_free(report);
    wrt_json_free(end);
    return events;
}

/* Body of the nth event of a type. */
static const wrt_json *event_of(const wrt_json *events, const char *type, int nth) {
    WRT_JSON_EACH(event, events) {
        if (strcmp(wrt_json_get_text(event, "type", ""), type) == 0 && nth-- == 0)
            return wrt_json_get(event, "body");
    }
    return NULL;
}

static void reach_records_what_was_asked_and_answered(void **state) {
    bench *b = *state;
    wrt_json *result = act(b, "s1", "one%20word");
    assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
    wrt_json *events = seal_and_audit(b, WRT_OK);
    const wrt_json *asked = event_of(events, "http.request", 0);
    const wrt_json *answered = event_of(events, "http.response", 0);
    assert_string_equal(wrt_json_get_text(asked, "url", ""),
                        "https://data.example.org/api/find?q=one%20word");
    assert_string_equal(wrt_json_get_text(asked, "step", ""), "s1");
    assert_string_equal(wrt_json_get_text(asked, "decision", ""), "d2");
    assert_int_equal(wrt_json_get_int(answered, "status", 0), 200);
    assert_int_equal(wrt_json_get_int(b->turn.counters, "http.calls", 0), 1);
    /* The blob is what the tool read: the server's words, with the key taken out. */
    static const char body[] = "/find?q=one%20word&api_key=**********************";
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    const char *sha = wrt_json_text(wrt_json_path(answered, "blob.sha256"));
    assert_int_equal(wrt_ledger_get_blob(&text, b->config.ledger, sha, NULL), WRT_OK);
    assert_string_equal(text.ptr, body);
    assert_string_equal(wrt_json_text(wrt_json_path(result, "data.body")), body);
    wrt_buf_clear(&text);
    wrt_json_write(&text, events);
    assert_null(strstr(text.ptr, "made-up-key"));
    assert_null(strstr(text.ptr, "retry_after_ms\":0"));
    wrt_buf_free(&text);
    wrt_json_free(events);
    wrt_json_free(result);
}

/* A rule about text reads what is said behind its escapes; a denial is recorded and nothing sent.
 */
static void reach_sends_nothing_that_a_rule_forbids(void **state) {
    bench *b = *state;
    wrt_json *result = act(b, "s1", "the+s%65cret%20word");
    assert_int_equal(code_of(result), WRT_HOST_HTTP_DENIED);
    assert_int_equal(loopback_requests(b->server), 0);
    wrt_json *events = seal_and_audit(b, WRT_OK);
    assert_null(event_of(events, "http.request", 0));
    assert_string_equal(wrt_json_get_text(event_of(events, "policy.decision", 1), "decision", ""),
                        "deny");
    wrt_json_free(events);
    wrt_json_free(result);
}

static void reach_counts_exchanges_for_limit_rules(void **state) {
    bench *b = *state;
    for (int i = 0; i < 3; i++) {
        char id[8];
        snprintf(id, sizeof id, "s%d", i);
        wrt_json *result = act(b, id, "x");
        assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
        wrt_json_free(result);
    }
    wrt_json *result = act(b, "s4", "x"); /* the call itself is beyond the limit */
    assert_string_equal(wrt_json_get_text(result, "status", ""), "gated");
    assert_int_equal(loopback_requests(b->server), 3);
    wrt_json_free(result);
    wrt_json_free(seal_and_audit(b, WRT_OK));
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_BENCH(reach_records_what_was_asked_and_answered),
        WITH_BENCH(reach_sends_nothing_that_a_rule_forbids),
        WITH_BENCH(reach_counts_exchanges_for_limit_rules),
    };
    wrt_crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
