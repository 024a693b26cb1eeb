/* Tests of agent/audit: requests that were no true ones, approvals that nobody gave, and choices
 * that the scores do not make. Runs altered as a whole are in tests/support/lies_world.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/act/approval.h"
#include "agent/audit/recompute_choice.h"
#include "agent/audit/requests.h"

static wrt_json *parsed(const char *text) {
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_parse(&value, wrt_str_of(text), NULL), WRT_OK);
    return value;
}

/* The number of the first event about which policy was told something else; -1: none. */
static int64_t fault_of(const wrt_json *events, wrt_requests_seen *seen) {
    wrt_audit_finding finding = {.seq = -1};
    bool good = wrt_requests_check(&finding, seen, events, NULL);
    assert_int_equal(good, finding.seq < 0);
    return finding.seq;
}

/* The same, after one text of the run became another; consumes nothing. */
static int64_t fault_with(const char *run, const char *old, const char *new) {
    wrt_requests_seen seen;
    char text[4096];
    const char *at = old != NULL ? strstr(run, old) : run;
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - run), run, old != NULL ? new : "",
             at + (old != NULL ? strlen(old) : 0));
    wrt_json *events = parsed(text);
    int64_t seq = fault_of(events, &seen);
    wrt_json_free(events);
    return seq;
}

/* ---- the language model */

static const char scored[] =
    "[{\"seq\":0,\"type\":\"run.start\",\"body\":{\"model\":{\"destinations\":"
    "[{\"host\":\"m\",\"port\":1,\"loopback\":true}]}}},"
    "{\"seq\":1,\"type\":\"policy.decision\",\"body\":{\"id\":\"d1\",\"phase\":\"tool_call\","
    "\"decision\":\"allow\",\"request\":{\"effects\":{\"model\":true}}}},"
    "{\"seq\":2,\"type\":\"tool.call\",\"body\":{\"step\":\"s\",\"tool\":\"t\",\"decision\":\"d1\"}"
    "},"
    "{\"seq\":3,\"type\":\"policy.decision\",\"body\":{\"id\":\"d2\",\"phase\":\"llm_request\","
    "\"decision\":\"allow\",\"request\":{\"dest\":{\"host\":\"m\",\"port\":1,\"loopback\":true},"
    "\"text\":\"Who?\\nyou\\nme\\n\",\"score\":{\"n\":1,\"questions\":1,\"candidates\":2}}}},"
    "{\"seq\":4,\"type\":\"llm.request\",\"body\":{\"step\":\"s\",\"tool\":\"t\",\"decisions\":["
    "\"d2\"],"
    "\"n\":1,\"count\":1,\"questions\":[{\"prompt\":{\"user\":\"Who?\"},\"candidates\":[\"you\","
    "\"me\"]}]}}]";

static void questions_are_those_that_policy_read(void **state) {
    (void)state;
    static const char *const changes[][2] = {
        {"\"user\":\"Who?\"", "\"user\":\"Who else?\""},        /* another question, */
        {"\"you\",\"me\"]", "\"you\",\"them\"]"},               /* another candidate */
        {"\"candidates\":2", "\"candidates\":1"},               /* fewer are told of */
        {"\"count\":1", "\"count\":2"},                         /* more are counted */
        {"\"host\":\"m\",\"port\":1,\"loopback\":true},\"text", /* another place than the model's */
         "\"host\":\"n\",\"port\":1,\"loopback\":true},\"text"},
        {"\"decisions\":[\"d2\"]", "\"decisions\":[\"d2\",\"d2\"]"},
        {"\"decisions\":[\"d2\"]", "\"decisions\":[]"},
        {"{\"model\":true}", "{\"model\":false}"}, /* a call that was said to ask none */
        {"\"candidates\":[\"you\",\"me\"]", "\"candidates\":[7]"}, /* no questions at all */
        {"\"questions\":[", "\"question\":["},
    };
    assert_int_equal(fault_with(scored, NULL, NULL), -1);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        assert_int_equal(fault_with(scored, changes[i][0], changes[i][1]), 4);
}

/* ---- results */

static const char admitted[] =
    "[{\"seq\":0,\"type\":\"run.start\",\"body\":{}},"
    "{\"seq\":1,\"type\":\"policy.decision\",\"body\":{\"id\":\"x1\",\"phase\":\"tool_result\","
    "\"step\":\"s\",\"decision\":\"allow\",\"obligations\":[],\"request\":{\"status\":\"ok\","
    "\"taint\":{\"labels\":[\"file\"]}}}},"
    "{\"seq\":2,\"type\":\"tool.result\",\"body\":{\"step\":\"s\",\"tool\":\"t\",\"result\":"
    "{\"status\":\"ok\",\"data\":\"nothing to see\"}}}]";

static void results_are_those_that_policy_let_through(void **state) {
    (void)state;
    const char *person = "write to jane.roe@example.org, SSN 536-90-4399";
    assert_int_equal(fault_with(admitted, NULL, NULL), -1);
    assert_int_equal(
        fault_with(admitted, "\"status\":\"ok\",\"data", "\"status\":\"empty\",\"data"), 2);
    assert_int_equal(fault_with(admitted, "nothing to see", person), 2);
    assert_int_equal(fault_with(admitted, "\"labels\":[\"file\"]", "\"labels\":[]"), -1);
    assert_int_equal(fault_with(admitted, "\"decision\":\"allow\"", "\"decision\":\"deny\""), -1);
    assert_int_equal(fault_with(admitted, "\"obligations\":[]",
                                "\"obligations\":[{\"type\":\"redact\",\"fields\":[\"status\"]}]"),
                     -1);
}

/* ---- approvals */

enum { ISSUED_MS = 1000000, EXPIRES_MS = 2000000 };

static const char held[] =
    "[{\"seq\":0,\"type\":\"run.start\",\"body\":{}},"
    "{\"seq\":1,\"run\":\"r\",\"type\":\"policy.decision\",\"body\":{\"id\":\"d1\",\"decision\":"
    "\"hold\",\"policy_sha256\":\"p\",\"request\":{\"tool\":\"t\",\"counters\":{}}}},"
    "{\"seq\":2,\"run\":\"r\",\"type\":\"approval.request\",\"body\":{\"decision\":\"d1\"}},"
    "{\"seq\":3,\"run\":\"r\",\"type\":\"approval.grant\",\"body\":{\"decision\":\"d1\",\"by\":"
    "\"key\"}}]";

static wrt_json *event_at(wrt_json *events, size_t i) {
    return (wrt_json *)wrt_json_at(events, i);
}

static wrt_json *member_of(wrt_json *events, size_t i, const char *name) {
    return wrt_json_get_mut(event_at(events, i), name);
}

static void set_meta(wrt_json *events, size_t i, const wrt_json *meta) {
    wrt_json_set(event_at(events, i), "meta", wrt_json_copy(meta));
}

/* An approval of the held request by a fresh key, as hold.c writes it down. */
static wrt_json *approved(wrt_json *events) {
    char path[] = "/tmp/warrant-requests-XXXXXX", digest[WRT_SHA256_HEX + 1];
    wrt_signing_key *key = NULL;
    wrt_json *whole = NULL, *meta = wrt_json_new_object(), *shown = parsed("{\"tool\":\"t\"}");
    const wrt_approval_subject subject = {shown, "p", "r", 1};
    wrt_buf text = wrt_buf_make(4096);
    wrt_approval_digest(digest, &subject);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    unlink(path);
    assert_int_equal(wrt_signing_key_create(&key, path, NULL), WRT_OK);
    assert_int_equal(wrt_approval_write(&text, digest, key, ISSUED_MS, EXPIRES_MS, NULL), WRT_OK);
    assert_int_equal(wrt_json_parse(&whole, wrt_buf_str(&text), NULL), WRT_OK);
    WRT_JSON_EACH(item, wrt_json_get(whole, "approval"))
    if (strcmp(wrt_json_key(item), "schema") != 0)
        wrt_json_set(meta, wrt_json_key(item), wrt_json_copy(item));
    wrt_json_set_text(meta, "signature", wrt_json_get_text(whole, "signature", ""));
    wrt_json_set_text(meta, "ts", "1970-01-01T00:25:00.000Z"); /* between the two */
    unlink(path);
    wrt_signing_key_free(key);
    wrt_json_free(whole);
    wrt_json_free(shown);
    wrt_buf_free(&text);
    set_meta(events, 2, meta);
    set_meta(events, 3, meta);
    return meta;
}

static void approvals_are_signed_for_the_held_request(void **state) {
    (void)state;
    wrt_requests_seen seen;
    wrt_json *events = parsed(held), *meta = approved(events);
    assert_int_equal(fault_of(events, &seen), -1);
    assert_int_equal(seen.by_key, 1);
    assert_string_equal(seen.key, wrt_json_get_text(meta, "key", ""));

    static const struct {
        const char *member, *value;
    } texts[] = {{"ts", "1970-01-01T00:33:20.000Z"}, /* as it expired */
                 {"ts", "1970-01-01T00:16:39.999Z"}, /* before it was issued */
                 {"nonce", "00000000000000000000000000000000"},
                 {"key", "0000000000000000000000000000000000000000000000000000000000000000"},
                 {"signature", ""},
                 {"digest", "0000000000000000000000000000000000000000000000000000000000000000"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        wrt_json *other = wrt_json_copy(meta);
        wrt_json_set_text(other, texts[i].member, texts[i].value);
        set_meta(events, 3, other);
        assert_int_equal(fault_of(events, &seen), 3);
        wrt_json_free(other);
    }
    wrt_json *longer = wrt_json_copy(meta);
    wrt_json_set_int(longer, "expires_ms", EXPIRES_MS + 1);
    set_meta(events, 3, longer);
    assert_int_equal(fault_of(events, &seen), 3);
    set_meta(events, 3, meta);

    wrt_json_set_text(member_of(events, 3, "body"), "by", "an authority");
    assert_int_equal(fault_of(events, &seen), 3);
    wrt_json_set_text(member_of(events, 3, "body"), "by", "person");
    assert_int_equal(fault_of(events, &seen), -1);
    assert_int_equal(seen.by_person, 1);
    wrt_json_set_text(member_of(events, 1, "body"), "policy_sha256", "q"); /* under other rules */
    assert_int_equal(fault_of(events, &seen), 2);
    wrt_json_free(longer);
    wrt_json_free(meta);
    wrt_json_free(events);
}

static void approvals_count_once(void **state) {
    (void)state;
    wrt_requests_seen seen;
    wrt_json *events = parsed(held), *meta = approved(events);
    wrt_json *again = wrt_json_copy(wrt_json_at(events, 3));
    wrt_json_set_int(again, "seq", 4);
    wrt_json_push(events, again);
    assert_int_equal(fault_of(events, &seen), 4);
    wrt_json_free(meta);
    wrt_json_free(events);
}

/* ---- choices */

static const char *wrong(const char *form, const char *response) {
    char text[256];
    snprintf(text, sizeof text,
             "{\"call\":1,\"form\":\"%s\",\"options\":[\"a\",\"b\",\"c\",\"t x\"]}", form);
    wrt_json *asked = parsed(text), *said = parsed(response);
    const char *found = wrt_recompute_choice(asked, said);
    wrt_json_free(asked);
    wrt_json_free(said);
    return found;
}

static void choices_are_those_of_the_scores(void **state) {
    (void)state;
    static const char *const good[] = {
        "{\"call\":1,\"choice\":1,\"detail\":{\"log_p\":[-2,-1,-3,-4],\"quality\":\"exact\"}}",
        "{\"call\":1,\"choice\":0,\"detail\":{\"log_p\":[-1,-1,null,null],\"quality\":\"exact\"}}",
        "{\"call\":1,\"choice\":2,\"detail\":{\"log_p\":[null,null,null,null],\"quality\":"
        "\"bound\","
        "\"low\":[null,-9,-2,null],\"high\":[-5,-3,-1,-9]}}",
        "{\"call\":1,\"choice\":2,\"detail\":{\"log_p\":[null,null,null,null],\"quality\":"
        "\"missing\","
        "\"by_text\":true}}",
        "{\"call\":1,\"choice\":0,\"error\":\"e\",\"status\":\"timeout\"}"};
    static const char *const bad[] = {
        "{\"call\":1,\"choice\":0,\"detail\":{\"log_p\":[-2,-1,-3,-4],\"quality\":\"exact\"}}",
        "{\"call\":1,\"choice\":1,\"detail\":{\"log_p\":[-1,-1,-3,-4],\"quality\":\"exact\"}}",
        "{\"call\":1,\"choice\":1,\"detail\":{\"log_p\":[-2,-1],\"quality\":\"exact\"}}",
        "{\"call\":1,\"choice\":4,\"detail\":{\"log_p\":[-2,-1,-3,-4],\"quality\":\"exact\"}}",
        "{\"call\":1,\"choice\":-1,\"detail\":{\"log_p\":[-2,-1,-3,-4],\"quality\":\"exact\"}}",
        "{\"call\":2,\"choice\":1,\"detail\":{\"log_p\":[-2,-1,-3,-4],\"quality\":\"exact\"}}",
        "{\"call\":1,\"choice\":0,\"detail\":{\"log_p\":[null,null,null,null],\"quality\":"
        "\"bound\","
        "\"low\":[-9,-9,-2,-9],\"high\":[-5,-3,-1,-9]}}",
        "{\"call\":1,\"choice\":1,\"detail\":{\"log_p\":[-2,-1,-3,-4],\"quality\":\"exact\","
        "\"why\":1}"
        "}",
        "{\"call\":1,\"choice\":1}",
        "{\"call\":1,\"choice\":1,\"error\":\"e\",\"status\":\"timeout\"}"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_null(wrong("score", good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(wrong("score", bad[i]));
    assert_null(wrong("grammar", "{\"call\":1,\"choice\":1,\"detail\":{\"text\":\"b\"}}"));
    assert_non_null(wrong("grammar", "{\"call\":1,\"choice\":0,\"detail\":{\"text\":\"b\"}}"));
    assert_non_null(
        wrong("grammar", "{\"call\":1,\"choice\":1,\"detail\":{\"text\":\"b\",\"x\":1}}"));
    assert_non_null(wrong("grammar", "{\"call\":1,\"choice\":1}"));
}

static void choices_are_those_of_the_calls(void **state) {
    (void)state;
#define CALL(name, about) "{\"name\":\"" name "\",\"arguments\":{\"about\":\"" about "\"}}"
    static const char *const good[] = {
        "{\"call\":1,\"choice\":3,\"detail\":{\"calls\":[" CALL("t", "x") "]}}",
        "{\"call\":1,\"choice\":0,\"detail\":{\"calls\":[" CALL("t", "y") "," CALL("t", "x") "]}}",
        "{\"call\":1,\"choice\":0,\"detail\":{\"text\":\"t x\"}}"};
    static const char *const bad[] = {
        "{\"call\":1,\"choice\":0,\"detail\":{\"calls\":[" CALL("t", "x") "]}}",
        "{\"call\":1,\"choice\":3,\"detail\":{\"calls\":[" CALL("t", "y") "]}}",
        "{\"call\":1,\"choice\":3,\"detail\":{\"calls\":[" CALL("t", "x") "],\"why\":1}}",
        "{\"call\":1,\"choice\":3,\"detail\":{\"text\":\"t x\"}}",
        "{\"call\":1,\"choice\":0,\"detail\":{\"log_p\":[]}}",
        "{\"call\":1,\"choice\":0}"};
#undef CALL
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_null(wrong("calls", good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(wrong("calls", bad[i]));
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_are_those_that_policy_read),
        cmocka_unit_test(results_are_those_that_policy_let_through),
        cmocka_unit_test(approvals_are_signed_for_the_held_request),
        cmocka_unit_test(approvals_count_once),
        cmocka_unit_test(choices_are_those_of_the_scores),
        cmocka_unit_test(choices_are_those_of_the_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
