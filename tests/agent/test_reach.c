/* Tests of agent/act/reach.c: what a step's tool asks of the network is in the run's ledger, and an
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

#include "agent/act/act.h"
#include "agent/audit/recheck.h"
#include "agent/plan/freeze.h"
#include "agent/turn.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "tests/support/loopback.h"
#include "tests/support/tree.h"

static const char rules[] =
    "{\"schema\":\"warrant/policy/1\",\"name\":\"t\",\"rules\":["
    "{\"id\":\"ask\",\"effect\":\"permit\",\"phases\":[\"tool_call\",\"tool_result\"],"
    "\"message\":\"m\"},"
    "{\"id\":\"no-secret\",\"effect\":\"forbid\",\"phases\":[\"tool_call\"],\"when\":{\"all\":["
    "{\"field\":\"dest\",\"exists\":true},{\"field\":\"text\",\"pcre2\":\"secret word\"}]},"
    "\"message\":\"m\"},"
    "{\"id\":\"model\",\"effect\":\"permit\",\"phases\":[\"llm_request\"],\"when\":{\"field\":"
    "\"dest.loopback\",\"eq\":true},\"message\":\"m\"},"
    "{\"id\":\"no-secret-prompt\",\"effect\":\"forbid\",\"phases\":[\"llm_request\"],\"when\":"
    "{\"field\":\"text\",\"pcre2\":\"secret word\"},\"message\":\"m\"},"
    "{\"id\":\"at-home\",\"effect\":\"forbid\",\"phases\":[\"tool_call\"],\"when\":{\"all\":["
    "{\"field\":\"files\",\"exists\":true},{\"field\":\"files.places\",\"has_any\":[\"home\"]}]},"
    "\"message\":\"m\"},"
    "{\"id\":\"person\",\"effect\":\"require_approval\",\"phases\":[\"tool_call\"],\"tools\":"
    "[\"old_*\"],\"message\":\"m\"},"
    "{\"id\":\"few\",\"effect\":\"limit\",\"phases\":[\"tool_call\"],\"limit\":{\"counter\":"
    "\"http.calls\",\"max\":3},\"message\":\"m\"}]}";

typedef struct {
    char folder[40], mirror[64];
    char *work;
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
    const char *const folders[] = {TEST_PLUGINS "/network", TEST_PLUGINS "/services",
                                   TEST_PLUGINS "/good", TEST_PLUGINS "/old", NULL};
    b->work = wrt_path_join(b->folder, "work");
    char *outputs = wrt_path_join(b->folder, "outputs");
    assert_int_equal(wrt_dir_make(b->work, 0700, NULL), WRT_OK);
    wrt_toolhost_options options = {.worker_exe = TEST_WORKER,
                                    .plugin_dirs = folders,
                                    .files = {.work = b->work, .home = b->folder},
                                    .output_dir = outputs,
                                    .egress = {.sites = &site, .n_sites = 1}};
    assert_int_equal(wrt_toolhost_new(&b->config.tools, &options, NULL), WRT_OK);
    free(outputs);
}

static void put_blob(wrt_json *into, const char *key, bench *b, const wrt_json *value) {
    wrt_json *blob = NULL;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_json_write_canonical(&text, value);
    assert_int_equal(wrt_ledger_put_blob(&blob, b->config.ledger, wrt_buf_str(&text), NULL),
                     WRT_OK);
    wrt_json_set(into, key, blob);
    wrt_buf_free(&text);
}

/* As the loop starts a run: the rules it is held to and what its tools declare are blobs of it, and
 * it names the places of its model, here one in this process. */
static void start_run(bench *b) {
    static const char places[] =
        "{\"destinations\":[{\"host\":\"\",\"loopback\":true,\"port\":0}]}";
    wrt_json *start = wrt_json_new_object(), *policy = wrt_json_new_object(), *model = NULL;
    wrt_json *document = wrt_policy_document(b->config.policy);
    char hash[WRT_SHA256_HEX + 1];
    wrt_policy_hash(hash, b->config.policy);
    wrt_json_set_text(policy, "sha256", hash);
    put_blob(policy, "document", b, document);
    put_blob(start, "tool_descriptions", b, b->turn.tools);
    assert_int_equal(wrt_json_parse(&model, wrt_str_of(places), NULL), WRT_OK);
    wrt_json_set(start, "policy", policy);
    wrt_json_set(start, "model", model);
    assert_int_equal(wrt_run_start(&b->turn.run, b->config.ledger, start, NULL), WRT_OK);
    wrt_json_free(start);
    wrt_json_free(document);
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

static int close_bench(void **state) {
    bench *b = *state;
    wrt_turn_free(&b->turn);
    wrt_toolhost_free(b->config.tools);
    wrt_policy_free(b->config.policy);
    wrt_ledger_close(b->config.ledger);
    wrt_llm_close(b->config.llm);
    loopback_stop(b->server);
    test_remove_tree(b->folder);
    free(b->work);
    free(b);
    return 0;
}

/* ---- */

/* A plan of this one step. */
static void freeze(bench *b, const wrt_json *step) {
    wrt_json *plan = wrt_json_new_object(), *steps = wrt_json_new_array();
    wrt_json_push(steps, wrt_json_copy(step));
    wrt_json_set(plan, "steps", steps);
    assert_int_equal(wrt_plan_freeze(&b->turn, plan, NULL), WRT_OK);
    wrt_json_free(plan);
}

/* Consumes args. */
static wrt_json *act_with(bench *b, const char *id, const char *tool, wrt_json *args) {
    wrt_json *step = wrt_json_new_object(), *result = NULL;
    wrt_json *scope = wrt_json_new_object();
    wrt_err err = {0};
    wrt_json_set_text(step, "id", id);
    wrt_json_set_text(step, "tool", tool);
    wrt_json_set(step, "args", args);
    freeze(b, step);
    if (wrt_act_step(&result, &b->turn, step, scope, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(scope);
    wrt_json_free(step);
    return result;
}

static wrt_json *act(bench *b, const char *id, const char *query) {
    wrt_json *args = wrt_json_new_object();
    char url[200];
    snprintf(url, sizeof url, "https://data.example.org/api/find?q=%s", query);
    wrt_json_set_text(args, "url", url);
    return act_with(b, id, "net_ask", args);
}

static wrt_json *act_text(bench *b, const char *id, const char *tool, const char *name,
                          const char *text) {
    wrt_json *args = wrt_json_new_object();
    wrt_json_set_text(args, name, text);
    return act_with(b, id, tool, args);
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

/* ---- files, scores and outputs */

static void put(const char *folder, const char *name, const char *text) {
    char *path = wrt_path_join(folder, name);
    assert_int_equal(wrt_file_write(path, wrt_str_of(text), 0600, NULL), WRT_OK);
    free(path);
}

/* Name, size and hash of a file are in the run before the tool reads it; its place is for the
 * policy. SHA-256 of "abc": FIPS 180-2, appendix B.1. */
static void act_records_the_files_that_a_call_was_given(void **state) {
    bench *b = *state;
    put(b->work, "abc.csv", "abc");
    put(b->folder, "private.csv", "abc");
    wrt_json *result = act_text(b, "s1", "svc_read", "data", "abc.csv");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "data.text")), "abc");
    wrt_json_free(result);
    result = act_text(b, "s2", "svc_read", "data", "private.csv");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "gated");
    wrt_json_free(result);
    result = act_text(b, "s3", "svc_read", "data", "missing.csv");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.code")), "bad_args");
    wrt_json_free(result);
    wrt_json *events = seal_and_audit(b, WRT_OK);
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    wrt_json_write(&text, wrt_json_get(event_of(events, "tool.call", 0), "files"));
    static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    char want[512];
    snprintf(want, sizeof want,
             "[{\"arg\":\"data\",\"blob\":{\"sha256\":\"%s\",\"size\":3},\"bytes\":3,"
             "\"name\":\"abc.csv\",\"sha256\":\"%s\"}]",
             abc, abc);
    assert_string_equal(text.ptr, want);
    const wrt_json *decision = event_of(events, "policy.decision", 0);
    assert_string_equal(
        wrt_json_text(wrt_json_first(wrt_json_path(decision, "request.files.places"))), "work");
    assert_null(wrt_json_get(event_of(events, "tool.call", 1), "files")); /* of the missing one */
    assert_null(event_of(events, "tool.call", 2));
    wrt_buf_free(&text);
    wrt_json_free(events);
}

static void open_model(bench *b, const char *script) {
    char spec[100];
    put(b->folder, "model.jsonl", script);
    snprintf(spec, sizeof spec, "script:%s/model.jsonl", b->folder);
    assert_int_equal(wrt_llm_open(&b->config.llm, spec, NULL, NULL), WRT_OK);
}

#define QUESTIONS(prompt) "[{\"prompt\":{\"text\":\"" prompt "\"},\"candidates\":[\" a\",\" b\"]}]"

static void reach_records_what_the_model_was_asked_and_said(void **state) {
    bench *b = *state;
    open_model(b, "{\"kind\":\"score\",\"log_p\":[-0.5,-1]}\n");
    wrt_json *result = act_text(b, "s1", "svc_score", "questions", QUESTIONS("one"));
    assert_int_equal(code_of(result), WRT_HOST_HTTP_ANSWERED);
    wrt_json_free(result);
    result = act_text(b, "s2", "svc_score", "questions", QUESTIONS("the secret word"));
    assert_int_equal(code_of(result), WRT_HOST_HTTP_DENIED);
    wrt_json_free(result);
    result = act_text(b, "s3", "svc_score", "questions", QUESTIONS("no reply is left"));
    assert_int_equal(code_of(result), WRT_HOST_HTTP_BAD_REQUEST);
    wrt_json_free(result);
    assert_int_equal(wrt_json_get_int(b->turn.counters, "llm.calls", 0), 2);
    assert_int_equal(wrt_json_get_int(b->turn.counters, "llm.questions", 0), 2);
    wrt_json *events = seal_and_audit(b, WRT_OK);
    const wrt_json *asked = event_of(events, "llm.request", 0);
    const wrt_json *said = event_of(events, "llm.response", 0);
    assert_string_equal(wrt_json_text(wrt_json_path(
                            wrt_json_first(wrt_json_get(asked, "questions")), "prompt.text")),
                        "one");
    assert_int_equal(wrt_json_count(wrt_json_get(asked, "decisions")), 1);
    const wrt_json *log_p = wrt_json_get(wrt_json_first(wrt_json_get(said, "scores")), "log_p");
    assert_true(wrt_json_number(wrt_json_at(log_p, 0), 0) == -0.5);
    assert_string_equal(wrt_json_get_text(event_of(events, "llm.request", 1), "step", ""), "s3");
    assert_string_equal(wrt_json_get_text(event_of(events, "llm.response", 1), "refused", ""),
                        "bad_request");
    assert_null(event_of(events, "llm.request", 2));
    wrt_json_free(events);
}

static void act_records_the_outputs_of_a_call(void **state) {
    bench *b = *state;
    wrt_json *args = wrt_json_new_object();
    wrt_json_set_text(args, "name", "table.csv");
    wrt_json_set_text(args, "text", "abc");
    wrt_json_free(act_with(b, "s1", "svc_write", args));
    wrt_json *events = seal_and_audit(b, WRT_OK);
    const wrt_json *kept =
        wrt_json_first(wrt_json_get(event_of(events, "tool.result", 0), "outputs"));
    assert_string_equal(wrt_json_get_text(kept, "name", ""), "table.csv");
    assert_int_equal(wrt_json_get_int(kept, "bytes", 0), 3);
    char *path = wrt_path_join(b->folder, wrt_json_get_text(kept, "path", "none"));
    assert_true(wrt_file_exists(path));
    free(path);
    wrt_json_free(events);
}

/* An audit misses what a run that kept its order would hold. */
static void audit_finds_questions_that_nobody_allowed(void **state) {
    bench *b = *state;
    wrt_json *body = wrt_json_new_object(), *decisions = wrt_json_new_array();
    wrt_json_push_text(decisions, "d1");
    wrt_json_set_text(body, "step", "s1");
    wrt_json_set_text(body, "tool", "svc_score");
    wrt_json_set(body, "decisions", decisions);
    wrt_json_set_int(body, "n", 1);
    wrt_json_free(act_text(b, "s1", "svc_score", "questions", QUESTIONS("no model")));
    assert_int_equal(wrt_turn_record(&b->turn, "llm.request", body, NULL), WRT_OK);
    wrt_json_free(seal_and_audit(b, WRT_E_INTEGRITY));
}

/* ---- tools that misbehave */

static void act_goes_on_whatever_a_tool_does(void **state) {
    bench *b = *state;
    static const char *const tools[][2] = {
        {"unruly_crash", "tool_crashed"}, {"unruly_exit", "tool_crashed"},
        {"unruly_garbage", "bad_result"}, {"unruly_injected", "bad_result"},
        {"unruly_huge", "bad_result"},    {"unruly_null", "tool_failed"}};
    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++) {
        char id[8];
        snprintf(id, sizeof id, "s%zu", i);
        wrt_json *result = act_with(b, id, tools[i][0], wrt_json_new_object());
        assert_string_equal(wrt_json_text(wrt_json_path(result, "error.code")), tools[i][1]);
        wrt_json_free(result);
    }
    char *large = calloc(1, WRT_MIB(5));
    memset(large, 'x', WRT_MIB(5) - 1);
    wrt_json *result = act_text(b, "large", "unruly_print", "path", large);
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.code")), "bad_args");
    wrt_json_free(result);
    free(large);
    result = act_with(b, "last", "unruly_print", wrt_json_new_object());
    assert_string_equal(wrt_json_get_text(result, "status", ""), "ok");
    wrt_json_free(result);
    wrt_json_free(seal_and_audit(b, WRT_OK));
}

/* ---- approvals */

typedef struct {
    bool says;
    int asked;
    char digest[WRT_SHA256_HEX + 1];
} person;

static wrt_status approve(wrt_approval_grant *out, const wrt_approval_question *question, void *ctx,
                          wrt_err *err) {
    person *p = ctx;
    p->asked++;
    assert_string_equal(wrt_json_text(wrt_json_first(question->rules)), "person");
    assert_string_equal(wrt_json_get_text(question->subject.request, "tool", ""), "old_twice");
    assert_non_null(wrt_json_path(question->subject.request, "args.a"));
    assert_null(wrt_json_get(question->subject.request, "counters"));
    assert_string_not_equal(question->digest, p->digest); /* each question has its own */
    memcpy(p->digest, question->digest, sizeof p->digest);
    *out = (wrt_approval_grant){.by = "person"};
    return p->says ? WRT_OK : wrt_fail(err, WRT_E_DENIED, "the test says no");
}

static const char *twice(bench *b, const char *id) {
    static char status[16];
    wrt_json *args = wrt_json_new_object();
    wrt_json_set_int(args, "a", 2);
    wrt_json *result = act_with(b, id, "old_twice", args);
    snprintf(status, sizeof status, "%s", wrt_json_get_text(result, "status", ""));
    wrt_json_free(result);
    return status;
}

/* A grant serves the call it was given for; the next is asked for again. */
static void turn_asks_a_person_when_a_rule_holds(void **state) {
    bench *b = *state;
    person p = {.says = true};
    assert_string_equal(twice(b, "s0"), "gated"); /* nobody to ask */
    b->config.approve = approve;
    b->config.approve_ctx = &p;
    assert_string_equal(twice(b, "s1"), "ok");
    assert_string_equal(twice(b, "s2"), "ok");
    p.says = false;
    assert_string_equal(twice(b, "s3"), "gated");
    assert_int_equal(p.asked, 3);
    wrt_json *events = seal_and_audit(b, WRT_OK);
    assert_string_equal(wrt_json_get_text(event_of(events, "approval.request", 0), "decision", ""),
                        "d2");
    assert_string_equal(wrt_json_get_text(event_of(events, "approval.grant", 0), "by", ""),
                        "person");
    assert_string_equal(wrt_json_get_text(event_of(events, "tool.call", 0), "decision", ""), "d3");
    assert_string_equal(wrt_json_get_text(event_of(events, "approval.refuse", 0), "reason", ""),
                        "the test says no");
    assert_null(event_of(events, "tool.call", 2));
    wrt_json_free(events);
}

/* Rules take an approval from the request; that somebody gave it is for the audit to see. */
static void audit_finds_approvals_that_nobody_granted(void **state) {
    bench *b = *state;
    wrt_json *request = wrt_json_new_object(), *args = wrt_json_new_object();
    wrt_json *approvals = wrt_json_new_array();
    wrt_json_push_text(approvals, "person");
    wrt_json_set_text(request, "tool", "old_twice");
    wrt_json_set(request, "args", args);
    wrt_json_set(request, "approvals", approvals);
    assert_int_equal(wrt_turn_decide(NULL, &b->turn, "tool_call", request, "s1", NULL), WRT_OK);
    wrt_json_free(seal_and_audit(b, WRT_E_INTEGRITY));
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_BENCH(reach_records_what_was_asked_and_answered),
        WITH_BENCH(reach_sends_nothing_that_a_rule_forbids),
        WITH_BENCH(reach_counts_exchanges_for_limit_rules),
        WITH_BENCH(act_records_the_files_that_a_call_was_given),
        WITH_BENCH(reach_records_what_the_model_was_asked_and_said),
        WITH_BENCH(act_records_the_outputs_of_a_call),
        WITH_BENCH(audit_finds_questions_that_nobody_allowed),
        WITH_BENCH(act_goes_on_whatever_a_tool_does),
        WITH_BENCH(turn_asks_a_person_when_a_rule_holds),
        WITH_BENCH(audit_finds_approvals_that_nobody_granted),
    };
    wrt_crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
