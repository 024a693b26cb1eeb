/* selftest.c: runs the tests that stand inside the rules.
 *
 * `not_applicable` and `applies` speak of the one rule: its phases, tools, conditions and limit
 * match or do not. The other verdicts, and `obligations`, of which each must be imposed, speak of
 * the decision made by all rules of the same file. Rules of other files are left out on purpose: an
 * overlay that forbids more would otherwise break the tests of the file it narrows, and a test
 * could pass or fail depending on what it happens to be loaded with. */
#include "policies/selftest.h"

#include <string.h>

typedef struct {
    wrt_decider *decider;
    wrt_json *failed;
    wrt_json *untested;
    int64_t tests;
    int64_t passed;
} runner;

static bool rule_speaks(wrt_decider *decider, const wrt_rule *rule, const wrt_json *request) {
    if (rule == NULL || !wrt_decider_begin(decider, request))
        return false;
    wrt_outcome outcome = wrt_rule_evaluate(decider, rule).outcome;
    return outcome == WRT_OUTCOME_SATISFIED || outcome == WRT_OUTCOME_ERROR;
}

static bool imposes(const wrt_ruling *ruling, const wrt_json *obligation) {
    for (size_t i = 0; i < ruling->n_obligations; i++) {
        if (wrt_json_equal(ruling->obligations[i], obligation))
            return true;
    }
    return false;
}

const char *wrt_selftest_run(wrt_decider *decider, const wrt_rule *rule, const wrt_json *test) {
    const wrt_json *request = wrt_json_get(test, "in");
    const char *expect = wrt_json_get_text(test, "expect", "");
    bool asks_for_rule = strcmp(expect, "not_applicable") == 0 || strcmp(expect, "applies") == 0;
    bool speaks = asks_for_rule && rule_speaks(decider, rule, request);
    decider->unit = rule != NULL ? rule->unit : NULL;
    const wrt_ruling *ruling = wrt_decider_decide(decider, request);
    WRT_JSON_EACH(obligation, wrt_json_get(test, "obligations")) {
        if (!imposes(ruling, obligation))
            return "other obligations";
    }
    if (!asks_for_rule)
        return wrt_decision_name(ruling->kind);
    return speaks ? "applies" : "not_applicable";
}

bool wrt_selftest_passes(wrt_decider *decider, const wrt_rule *rule, const wrt_json *test) {
    return strcmp(wrt_selftest_run(decider, rule, test), wrt_json_get_text(test, "expect", "")) ==
           0;
}

const wrt_rule *wrt_policy_find(const wrt_policy *policy, const char *id) {
    size_t low = 0, high = policy->n_rules;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(policy->rules[middle]->id, id);
        if (order == 0)
            return policy->rules[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void run_rule(runner *ctx, const wrt_rule *rule) {
    const wrt_json *tests = wrt_json_get(rule->json, "tests");
    int64_t index = 0;
    if (wrt_json_count(tests) == 0)
        wrt_json_push_text(ctx->untested, rule->id);
    WRT_JSON_EACH(test, tests) {
        const char *expect = wrt_json_get_text(test, "expect", "");
        const char *got = wrt_selftest_run(ctx->decider, rule, test);
        ctx->tests++;
        if (strcmp(got, expect) == 0) {
            ctx->passed++;
        } else {
            wrt_json *failure = wrt_json_new_object();
            wrt_json_set_text(failure, "rule", rule->id);
            wrt_json_set_int(failure, "test", index);
            wrt_json_set_text(failure, "expected", expect);
            wrt_json_set_text(failure, "got", got);
            wrt_json_push(ctx->failed, failure);
        }
        index++;
    }
}

wrt_status wrt_policy_test(wrt_json **report, const wrt_policy *policy, wrt_err *err) {
    runner ctx = {wrt_decider_new(policy), wrt_json_new_array(), wrt_json_new_array(), 0, 0};
    for (size_t i = 0; i < policy->n_rules; i++)
        run_rule(&ctx, policy->rules[i]);
    wrt_decider_free(ctx.decider);
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_int(out, "rules", (int64_t)policy->n_rules);
    wrt_json_set_int(out, "tests", ctx.tests);
    wrt_json_set_int(out, "passed", ctx.passed);
    wrt_json_set(out, "failed", ctx.failed);
    wrt_json_set(out, "untested", ctx.untested);
    *report = out;
    if (ctx.passed == ctx.tests)
        return WRT_OK;
    const wrt_json *first = wrt_json_first(wrt_json_get(out, "failed"));
    return wrt_fail(err, WRT_E_FAILED, "%lld of %lld tests failed, first rule %s test %lld",
                    (long long)(ctx.tests - ctx.passed), (long long)ctx.tests,
                    wrt_json_get_text(first, "rule", ""),
                    (long long)wrt_json_get_int(first, "test", 0));
}
