/* test_policy_compare.c: what would have to be otherwise, and what differs between two rule sets.
 *
 * The smallest change is held against trying every subset of the leaves. */
#include "base/rng.h"
#include "policies/decider.h"
#include "tests/policies/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- would be allowed if */

enum { FIELDS = 6, ROUNDS = 300 };

/* A random condition in which leaf number i asks whether field f<i> is there. */
static void add_condition(wrt_buf *out, wrt_rng *rng, int *next, int depth) {
    uint64_t kind = depth == 0 ? 4 : wrt_rng_below(rng, 5);
    if (kind >= 3 || *next >= FIELDS - 1) {
        int field = *next < FIELDS ? (*next)++ : FIELDS - 1;
        wrt_buf_printf(out, "{'field':'f%d','exists':%s}", field,
                       wrt_rng_below(rng, 2) ? "true" : "false");
        return;
    }
    if (kind == 0) {
        wrt_buf_add_c(out, "{'not':");
        add_condition(out, rng, next, depth - 1);
        wrt_buf_add_char(out, '}');
        return;
    }
    wrt_buf_printf(out, "{'%s':[", kind == 1 ? "all" : "any");
    add_condition(out, rng, next, depth - 1);
    wrt_buf_add_char(out, ',');
    add_condition(out, rng, next, depth - 1);
    wrt_buf_add_c(out, "]}");
}

static wrt_json *request_of(unsigned fields) {
    wrt_json *request = quoted("{'phase':'input'}");
    for (int i = 0; i < FIELDS; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "f%d", i);
        if ((fields >> i & 1u) != 0)
            wrt_json_set_int(request, name, 1);
    }
    return request;
}

static bool is_allowed(const wrt_policy *policy, unsigned fields) {
    wrt_json *request = request_of(fields);
    wrt_decision decision = wrt_policy_decide(policy, request);
    wrt_json_free(decision.record);
    wrt_json_free(request);
    return decision.kind == WRT_DECISION_ALLOW;
}

static int fewest_flips(const wrt_policy *policy, unsigned fields) {
    int least = FIELDS + 1;
    for (unsigned flips = 0; flips < 1u << FIELDS; flips++) {
        int count = __builtin_popcount(flips);
        if (count < least && is_allowed(policy, fields ^ flips))
            least = count;
    }
    return least;
}

/* Every field stands in one leaf only, so that a change is a flip of a field. */
static unsigned fields_to_flip(const wrt_json *remedies) {
    unsigned flips = 0;
    WRT_JSON_EACH(remedy, remedies) {
        WRT_JSON_EACH(change, wrt_json_get(remedy, "changes"))
        flips |= 1u << (wrt_json_get_text(change, "field", "f0")[1] - '0');
    }
    return flips;
}

static void explain_finds_the_fewest_changes_when_conditions_are_random(void **state) {
    (void)state;
    int refused = 0;
    for (uint64_t unit = 0; unit < ROUNDS; unit++) {
        wrt_rng rng = wrt_rng_make(8, 2, unit);
        wrt_buf rules = wrt_buf_make(WRT_KIB(8));
        int next = 0;
        wrt_buf_add_c(&rules, "{'id':'f','effect':'forbid','when':");
        add_condition(&rules, &rng, &next, 2);
        wrt_buf_add_c(&rules, "},{'id':'p','effect':'permit','when':");
        add_condition(&rules, &rng, &next, 1);
        wrt_buf_add_c(&rules, "}");
        if (next < FIELDS) { /* else two leaves may share the last field */
            wrt_policy *policy = policy_of(wrt_buf_str(&rules).ptr);
            unsigned fields = (unsigned)wrt_rng_below(&rng, 1u << FIELDS);
            wrt_json *request = request_of(fields);
            wrt_json *explained = wrt_policy_explain(policy, request);
            const wrt_json *remedies = wrt_json_get(explained, "would_be_allowed_if");
            unsigned flips = fields_to_flip(remedies);
            assert_int_equal(__builtin_popcount(flips), fewest_flips(policy, fields));
            assert_true(is_allowed(policy, fields ^ flips));
            refused += wrt_json_count(remedies) > 0;
            wrt_json_free(explained);
            wrt_json_free(request);
            wrt_policy_free(policy);
        }
        wrt_buf_free(&rules);
    }
    assert_true(refused > ROUNDS / 4);
}

static void explain_names_every_obstacle_and_no_value(void **state) {
    (void)state;
    wrt_policy *policy =
        policy_of("{'id':'f','effect':'forbid','phases':['tool_call'],'when':{'all':["
                  "{'field':'text','pcre2':'secret'},{'field':'args.k','ge':3},"
                  "{'field':'taint.labels','has_any':['phi']}]}},"
                  "{'id':'h','effect':'require_approval'},{'id':'l','effect':'limit',"
                  "'limit':{'counter':'tool.calls','max':2}},{'id':'w','effect':'forbid',"
                  "'phases':['tool_call']}");
    wrt_json *request = quoted("{'phase':'tool_call','tool':'kg_node','text':'a secret word',"
                               "'args':{'k':77},'taint':{'labels':['phi','zz-private']},"
                               "'counters':{'tool.calls':5}}");
    wrt_json *explained = wrt_policy_explain(policy, request);
    static const char *const kinds[] = {"forbid f 1", "approval h 0", "limit l 0", "forbid w 0",
                                        "permit ? 0"};
    size_t i = 0;
    WRT_JSON_EACH(remedy, wrt_json_get(explained, "would_be_allowed_if")) {
        char line[128];
        (void)snprintf(line, sizeof line, "%s %s %zu", wrt_json_get_text(remedy, "kind", ""),
                       wrt_json_get_text(remedy, "rule", "?"),
                       wrt_json_count(wrt_json_get(remedy, "changes")));
        assert_string_equal(line, kinds[i++]);
    }
    assert_int_equal(i, 5);
    char *bytes = canonical(explained);
    assert_non_null(strstr(bytes, "text of 13 bytes"));
    assert_non_null(strstr(bytes, "list of 2"));
    assert_null(strstr(bytes, "secret word"));
    assert_null(strstr(bytes, "77"));
    assert_null(strstr(bytes, "zz-private"));
    free(bytes);
    wrt_json_free(explained);
    wrt_json_free(request);
    wrt_policy_free(policy);
}

/* ---- diff */

#define PERMIT "{'id':'p','effect':'permit','phases':['input','tool_call']}"

static const struct {
    const char *from, *to;
    bool narrows, widens, obligations;
} pairs[] = {
    {PERMIT, PERMIT, false, false, false},
    {PERMIT, PERMIT ",{'id':'f','effect':'forbid','when':{'field':'mode.offline','eq':true}}", true,
     false, false},
    {PERMIT ",{'id':'f','effect':'forbid','when':{'field':'args.k','ge':5}}",
     PERMIT ",{'id':'f','effect':'forbid','when':{'field':'args.k','ge':6}}", false, true, false},
    {PERMIT ",{'id':'f','effect':'forbid','when':{'field':'args.k','ge':5}}",
     PERMIT ",{'id':'f','effect':'forbid','when':{'field':'args.k','gt':5}}", false, true, false},
    {PERMIT ",{'id':'l','effect':'limit','limit':{'counter':'tool.calls','max':9}}",
     PERMIT ",{'id':'l','effect':'limit','limit':{'counter':'tool.calls','max':8}}", true, false,
     false},
    {PERMIT ",{'id':'h','effect':'require_approval'}", PERMIT ",{'id':'h','effect':'forbid'}", true,
     false, false},
    {PERMIT, PERMIT ",{'id':'b','effect':'label','obligations':[{'type':'label','labels':['x']}]}",
     true, false, false},
    {PERMIT ",{'id':'b','effect':'label','obligations':[{'type':'label','labels':['y']}]}",
     PERMIT ",{'id':'b','effect':'label','obligations':[{'type':'label','labels':['x']}]}", false,
     false, true},
    {PERMIT, "{'id':'p','effect':'permit','phases':['input','tool_call'],'tools':['kg_*']}", true,
     false, false},
    {"{'id':'p','effect':'permit','phases':['tool_call'],'when':{'field':'args.source','in':"
     "['a','b']}}",
     "{'id':'p','effect':'permit','phases':['tool_call'],'when':{'field':'args.source','in':"
     "['b','c']}}",
     true, true, false},
    {PERMIT ",{'id':'f','effect':'forbid','when':{'field':'taint.labels','has_any':['a','b']}}",
     PERMIT ",{'id':'f','effect':'forbid','when':{'field':'taint.labels','has_any':['a']}}", false,
     true, false},
    {PERMIT ",{'id':'f','effect':'forbid','when':{'field':'history','count':{'gt':3}}}",
     PERMIT ",{'id':'f','effect':'forbid','when':{'field':'history','count':{'gt':2}}}", true,
     false, false},
};

static void diff_says_which_way_decisions_move(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        wrt_policy *from = policy_of(pairs[i].from), *to = policy_of(pairs[i].to);
        wrt_json *there = wrt_policy_diff(from, to, NULL), *back = wrt_policy_diff(to, from, NULL);
        bool moves = pairs[i].narrows || pairs[i].widens || pairs[i].obligations;
        if ((wrt_json_get_int(there, "narrows", 0) > 0) != pairs[i].narrows ||
            (wrt_json_get_int(there, "widens", 0) > 0) != pairs[i].widens ||
            (wrt_json_get_int(there, "obligations", 0) > 0) != pairs[i].obligations ||
            (wrt_json_count(wrt_json_get(there, "changes")) > 0) != moves) {
            char *bytes = canonical(there);
            fail_msg("%s to %s: %s", pairs[i].from, pairs[i].to, bytes);
        }
        assert_int_equal(wrt_json_get_int(there, "narrows", -1),
                         wrt_json_get_int(back, "widens", -2));
        assert_int_equal(wrt_json_get_int(there, "compared", -1),
                         wrt_json_get_int(back, "compared", -2));
        assert_true(wrt_json_get_bool(there, "is_whole", false));
        wrt_json_free(there);
        wrt_json_free(back);
        wrt_policy_free(from);
        wrt_policy_free(to);
    }
}

/* A pattern's operand is no value: only a request that is given can show the change. */
static void diff_uses_the_requests_it_is_given(void **state) {
    (void)state;
    wrt_policy *from = policy_of(PERMIT);
    wrt_policy *to =
        policy_of(PERMIT ",{'id':'f','effect':'forbid','when':{'all':[{'field':'text','exists':"
                         "true},{'field':'text','pcre2':'^ab+c$'}]}}");
    wrt_json *requests = quoted("[{'phase':'input','text':'abbc'}]");
    wrt_json *without = wrt_policy_diff(from, to, NULL);
    wrt_json *with = wrt_policy_diff(from, to, requests);
    const wrt_json *change = wrt_json_first(wrt_json_get(with, "changes"));
    /* the request itself; and with `text` no text, on which the pattern errs, for each of the
     * leaves */
    assert_int_equal(wrt_json_get_int(with, "narrows", 0) - wrt_json_get_int(without, "narrows", 0),
                     3);
    assert_string_equal(wrt_json_get_text(change, "from", ""), "allow");
    assert_string_equal(wrt_json_get_text(change, "to", ""), "deny");
    assert_true(wrt_json_equal(wrt_json_get(change, "request"), wrt_json_first(requests)));
    wrt_json_free(with);
    wrt_json_free(without);
    wrt_json_free(requests);
    wrt_policy_free(from);
    wrt_policy_free(to);
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explain_finds_the_fewest_changes_when_conditions_are_random),
        cmocka_unit_test(explain_names_every_obstacle_and_no_value),
        cmocka_unit_test(diff_says_which_way_decisions_move),
        cmocka_unit_test(diff_uses_the_requests_it_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
