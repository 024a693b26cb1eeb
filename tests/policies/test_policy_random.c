/* test_policy_random.c: random rules and requests, decided by the engine and by naive.c.
 *
 * One decider serves all requests of a policy, so that anything that it remembers from an earlier
 * request would show. Fields, values and operands come from small pools: equal conditions in
 * several rules, shared prefixes of fields, absent fields and values of the wrong type are
 * frequent. */
#include "base/rng.h"
#include "policies/decider.h"
#include "tests/policies/naive.h"
#include "tests/policies/support.h"
#include "tests/support/allocations.h"
#include "tests/support/policy_set.h"

#include <stdlib.h>
#include <string.h>

enum { POLICIES = 400, REQUESTS = 40 };

static const char *pick(wrt_rng *rng, const char *const *texts, size_t count) {
    return texts[wrt_rng_below(rng, count)];
}
#define PICK(rng, list) pick(rng, list, sizeof(list) / sizeof *(list))

static const char *const tools[] = {"kg_paths", "kg_node", "pubmed_fetch", "kg_*",
                                    "*",        "?g_node", "*_fetch"};
static const char *const phases[] = {"input", "plan", "tool_call", "output"};
static const char *const values[] = {
    "'a'",  "'b'",   "'ab'", "''",    "'kg_paths'",      "1",      "2",    "2.5",
    "true", "false", "null", "['a']", "{'k':1,'j':'a'}", "'user'", "'llm'"};
static const char *const lists[] = {"['a','b']",    "['b']",         "[]",
                                    "['a',1,null]", "['ab','user']", "[['a'],'b']"};
static const char *const fields[] = {"a",
                                     "o.a",
                                     "o.b",
                                     "o.deep.a",
                                     "list",
                                     "taint.integrity",
                                     "o",
                                     "counters.tool.calls",
                                     "taint.integrity_level",
                                     "history",
                                     "args.k"};

static void add_leaf(wrt_buf *out, wrt_rng *rng) {
    static const char *const orders[] = {"lt", "le", "gt", "ge"};
    static const char *const sets[] = {"in", "has_any", "has_all", "has_none"};
    static const char *const globs[] = {"a*", "*b", "*", "a?", "", "*a*", "b", "?*"};
    static const char *const sequences[] = {"['kg_*','pubmed_*']", "['*']",
                                            "['kg_node','kg_paths']"};
    wrt_buf_printf(out, "{'field':'%s',", PICK(rng, fields));
    switch (wrt_rng_below(rng, 9)) {
    case 0:
        wrt_buf_printf(out, "'eq':%s}", PICK(rng, values));
        break;
    case 1:
        wrt_buf_printf(out, "'ne':%s}", PICK(rng, values));
        break;
    case 2:
        wrt_buf_printf(out, "'%s':%d}", PICK(rng, orders), (int)wrt_rng_below(rng, 5) - 1);
        break;
    case 3:
    case 4:
        wrt_buf_printf(out, "'%s':%s}", PICK(rng, sets), PICK(rng, lists));
        break;
    case 5:
        wrt_buf_printf(out, "'glob':'%s'}", PICK(rng, globs));
        break;
    case 6:
        wrt_buf_printf(out, "'exists':%s}", wrt_rng_below(rng, 2) ? "true" : "false");
        break;
    case 7:
        wrt_buf_printf(out, "'count':{'%s':%d}}", PICK(rng, orders), (int)wrt_rng_below(rng, 4));
        break;
    default:
        wrt_buf_printf(out, "'seq':%s}", PICK(rng, sequences));
    }
}

static void add_condition(wrt_buf *out, wrt_rng *rng, int depth) {
    uint64_t kind = depth == 0 ? 9 : wrt_rng_below(rng, 6);
    if (kind == 0) {
        wrt_buf_add_c(out, "{'not':");
        add_condition(out, rng, depth - 1);
        wrt_buf_add_char(out, '}');
    } else if (kind <= 2) {
        wrt_buf_add_c(out, kind == 1 ? "{'all':[" : "{'any':[");
        for (uint64_t i = 0, n = wrt_rng_below(rng, 4); i < n; i++) {
            wrt_buf_add_c(out, i > 0 ? "," : "");
            add_condition(out, rng, depth - 1);
        }
        wrt_buf_add_c(out, "]}");
    } else {
        add_leaf(out, rng);
    }
}

static void add_body(wrt_buf *out, wrt_rng *rng) {
    static const char *const bodies[] = {
        "'effect':'permit'",
        "'effect':'permit','obligations':[{'type':'notify','code':'n'}]",
        "'effect':'forbid'",
        "'effect':'require_approval'",
        "'effect':'limit','limit':{'counter':'tool.calls','max':2}",
        "'effect':'limit','limit':{'counter':'x','max':1,'window_s':60}",
        "'effect':'redact','obligations':[{'type':'redact','fields':['text']}]",
        "'effect':'label','obligations':[{'type':'label','labels':['l','m']}]",
        "'effect':'downgrade','obligations':[{'type':'downgrade','to_rung':1}]"};
    /* Permits often, or hardly anything would ever be allowed. */
    wrt_buf_add_c(out, wrt_rng_below(rng, 3) == 0 ? bodies[0] : PICK(rng, bodies));
}

static void add_rule(wrt_buf *out, wrt_rng *rng, int number) {
    wrt_buf_printf(out, "%s{'id':'r%02d',", number > 0 ? "," : "", (number * 37) % 100);
    add_body(out, rng);
    if (wrt_rng_below(rng, 3) > 0)
        wrt_buf_printf(out, ",'phases':['%s','%s']", PICK(rng, phases), PICK(rng, phases));
    if (wrt_rng_below(rng, 2) > 0)
        wrt_buf_printf(out, ",'tools':['%s','%s']", PICK(rng, tools), PICK(rng, tools));
    if (wrt_rng_below(rng, 4) > 0) {
        wrt_buf_add_c(out, ",'when':");
        add_condition(out, rng, 3);
    }
    if (wrt_rng_below(rng, 4) == 0) {
        wrt_buf_add_c(out, ",'unless':");
        add_condition(out, rng, 2);
    }
    wrt_buf_add_char(out, '}');
}

static void add_member(wrt_buf *out, wrt_rng *rng, const char *key, const char *value) {
    if (wrt_rng_below(rng, 4) > 0)
        wrt_buf_printf(out, ",'%s':%s", key, value);
}

static void add_request(wrt_buf *out, wrt_rng *rng) {
    static const char *const objects[] = {"{}", "{'a':'a','b':2}", "{'a':1,'deep':{'a':'b'}}",
                                          "{'b':'ab','deep':{}}", "'a'"};
    static const char *const taints[] = {"{'integrity':'user'}", "{'integrity':'llm','labels':[]}",
                                         "{'integrity':'odd','integrity_level':4}", "{}"};
    static const char *const counters[] = {"{}", "{'tool.calls':3}", "{'tool.calls':1,'x@60s':1}",
                                           "{'tool.calls':'b','x':2}", "{'x':0}"};
    static const char *const histories[] = {"[]", "[{'tool':'kg_node'},{'tool':'pubmed_fetch'}]",
                                            "[{},{'tool':'kg_paths'}]", "[1]"};
    static const char *const approvals[] = {"[]", "['r00','r37','r74']",
                                            "['r11','r48','r85','r22']"};
    const char *phase = PICK(rng, phases);
    wrt_buf_printf(out, "{'phase':'%s'", phase);
    if (strcmp(phase, "tool_call") == 0 || wrt_rng_below(rng, 3) == 0)
        wrt_buf_printf(out, ",'tool':'%s'", tools[wrt_rng_below(rng, 3)]);
    if (strcmp(phase, "plan") == 0)
        add_member(out, rng, "tools", wrt_rng_below(rng, 2) ? "['kg_node','pubmed_fetch']" : "[]");
    add_member(out, rng, "a", PICK(rng, values));
    add_member(out, rng, "o", PICK(rng, objects));
    add_member(out, rng, "list", PICK(rng, lists));
    add_member(out, rng, "taint", PICK(rng, taints));
    add_member(out, rng, "counters", PICK(rng, counters));
    add_member(out, rng, "history", PICK(rng, histories));
    add_member(out, rng, "approvals", PICK(rng, approvals));
    add_member(out, rng, "args", PICK(rng, objects));
    wrt_buf_add_char(out, '}');
}

static wrt_json *ids_of(const wrt_json *errors) {
    wrt_json *ids = wrt_json_new_array();
    WRT_JSON_EACH(error, errors)
    wrt_json_push_text(ids, wrt_json_get_text(error, "rule", "?"));
    return ids;
}

static void assert_same(const wrt_json *record, const wrt_json *naive, const char *request,
                        const char *rules) {
    static const char *const members[] = {"decision", "determining", "obligations"};
    wrt_json *errors = ids_of(wrt_json_get(record, "errors"));
    bool same = wrt_json_equal(errors, wrt_json_get(naive, "errors"));
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        same = same &&
               wrt_json_equal(wrt_json_get(record, members[i]), wrt_json_get(naive, members[i]));
    if (!same) {
        char *ours = canonical(record), *theirs = canonical(naive);
        fail_msg("request %s\nrules %s\nengine %s\nnaive %s", request, rules, ours, theirs);
    }
    wrt_json_free(errors);
}

static void compare(const wrt_policy *policy, wrt_decider *decider, const wrt_json *rules,
                    wrt_rng *rng, int64_t verdicts[3]) {
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    add_request(&text, rng);
    wrt_json *request = quoted(wrt_buf_str(&text).ptr);
    wrt_json *naive = policy_naive_decide(rules, request);
    char *shown = canonical(rules);
    const wrt_ruling *ruling = wrt_decider_decide(decider, request);
    wrt_json *record = wrt_decider_record(decider);
    wrt_decision fresh = wrt_policy_decide(policy, request);
    assert_same(record, naive, text.ptr, shown);
    assert_true(wrt_json_equal(record, fresh.record));
    assert_int_equal(ruling->kind, fresh.kind);
    assert_int_equal(ruling->n_determining, wrt_json_count(wrt_json_get(record, "determining")));
    assert_int_equal(ruling->n_obligations, wrt_json_count(wrt_json_get(record, "obligations")));
    assert_int_equal(ruling->n_errors, wrt_json_count(wrt_json_get(record, "errors")));
    verdicts[ruling->kind]++;
    wrt_json_free(fresh.record);
    wrt_json_free(record);
    wrt_json_free(naive);
    wrt_json_free(request);
    wrt_buf_free(&text);
    free(shown);
}

static void decider_decides_as_naive_when_rules_and_requests_are_random(void **state) {
    (void)state;
    int64_t verdicts[3] = {0};
    for (uint64_t unit = 0; unit < POLICIES; unit++) {
        wrt_rng rng = wrt_rng_make(20261125, 1, unit);
        wrt_buf text = wrt_buf_make(WRT_KIB(64));
        int count = 1 + (int)wrt_rng_below(&rng, 14);
        for (int i = 0; i < count; i++)
            add_rule(&text, &rng, i);
        wrt_policy *policy = policy_of(wrt_buf_str(&text).ptr);
        wrt_decider *decider = wrt_decider_new(policy);
        wrt_json *document = wrt_policy_document(policy);
        for (int i = 0; i < REQUESTS; i++)
            compare(policy, decider, wrt_json_get(document, "rules"), &rng, verdicts);
        wrt_json_free(document);
        wrt_decider_free(decider);
        wrt_policy_free(policy);
        wrt_buf_free(&text);
    }
    for (int i = 0; i < 3; i++)
        assert_true(verdicts[i] > POLICIES * REQUESTS / 50); /* none is rare */
}

/* 200 rules that all apply, ten patterns among them: after a first round nothing is allocated. */
static void decider_allocates_nothing_when_it_has_decided_before(void **state) {
    (void)state;
    wrt_err err = {0};
    wrt_buf rules = wrt_buf_make(WRT_MIB(1));
    wrt_policy *policy = wrt_policy_new();
    policy_set_write(&rules, true);
    assert_int_equal(wrt_policy_add_text(policy, "t", wrt_buf_str(&rules), &err), WRT_OK);
    wrt_decider *decider = wrt_decider_new(policy);
    wrt_json *requests[POLICY_SET_REQUESTS];
    for (int i = 0; i < POLICY_SET_REQUESTS; i++) {
        wrt_buf text = wrt_buf_make(WRT_KIB(8));
        policy_set_write_request(&text, i);
        assert_int_equal(wrt_json_parse(&requests[i], wrt_buf_str(&text), &err), WRT_OK);
        (void)wrt_decider_decide(decider, requests[i]);
        wrt_buf_free(&text);
    }
    size_t before = allocations_so_far();
    for (int i = 0; i < 10 * POLICY_SET_REQUESTS; i++)
        (void)wrt_decider_decide(decider, requests[i % POLICY_SET_REQUESTS]);
    assert_int_equal(allocations_so_far() - before, 0);
    wrt_json_free(wrt_decider_record(decider));
    assert_true(allocations_so_far() > before); /* it does count */
    for (int i = 0; i < POLICY_SET_REQUESTS; i++)
        wrt_json_free(requests[i]);
    wrt_decider_free(decider);
    wrt_policy_free(policy);
    wrt_buf_free(&rules);
}

int main(void) {
    wrt_crypto_init();
    allocations_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decider_decides_as_naive_when_rules_and_requests_are_random),
        cmocka_unit_test(decider_allocates_nothing_when_it_has_decided_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
