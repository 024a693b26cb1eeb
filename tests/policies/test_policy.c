/* test_policy.c: what rules mean together. Expected outcomes are worked out by hand from
 * CONTRACTS.md. */
#include "base/rng.h"
#include "tests/policies/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- scope: phases and tools */

static void policy_applies_rule_only_when_phase_and_tool_match(void **state) {
    (void)state;
    wrt_policy *policy = policy_of(
        "{'id':'kg','effect':'permit','phases':['tool_call','plan'],'tools':['kg_*','causal_dsep']}"
        ",{'id':'llm','effect':'permit','phases':['llm_request'],'tools':['*']}"
        ",{'id':'named','effect':'permit','phases':['output'],'tools':['kg_*']}");
    assert_decision(policy, "{'phase':'tool_call','tool':'kg_paths'}", "allow");
    assert_decision(policy, "{'phase':'tool_call','tool':'causal_dsep'}", "allow");
    assert_decision(policy, "{'phase':'tool_call','tool':'causal_dsep2'}", "deny");
    assert_decision(policy, "{'phase':'tool_result','tool':'kg_paths'}", "deny");
    assert_decision(policy, "{'phase':'llm_request'}", "allow");
    assert_decision(policy, "{'phase':'output'}", "deny");
    assert_decision(policy, "{'phase':'plan','tools':['kg_node','kg_paths']}", "allow");
    assert_decision(policy, "{'phase':'plan','tools':['kg_node','pubmed_search']}", "deny");
    assert_decision(policy, "{'phase':'plan','tools':[]}", "deny");
    wrt_policy_free(policy);
}

static void policy_forbids_plan_when_one_of_its_tools_is_forbidden(void **state) {
    (void)state;
    wrt_policy *policy = policy_of("{'id':'p','effect':'permit'},{'id':'f','effect':'forbid',"
                                   "'phases':['plan'],'tools':['pubmed_*']}");
    assert_decision(policy, "{'phase':'plan','tools':['kg_node','pubmed_search']}", "deny");
    assert_decision(policy, "{'phase':'plan','tools':['kg_node']}", "allow");
    wrt_policy_free(policy);
}

/* ---- combination */

static void policy_denies_everything_when_empty(void **state) {
    (void)state;
    wrt_policy *policy = wrt_policy_new();
    assert_decision(policy, "{'phase':'input'}", "deny");
    assert_int_equal(wrt_policy_count(policy), 0);
    wrt_policy_free(policy);
}

static void policy_denies_malformed_requests_whatever_is_permitted(void **state) {
    (void)state;
    static const char *const requests[] = {"[]",
                                           "null",
                                           "{}",
                                           "{'phase':'tool'}",
                                           "{'phase':7}",
                                           "{'phase':'tool_call'}",
                                           "{'phase':'tool_call','tool':''}",
                                           "{'phase':'tool_result','tool':['kg_paths']}",
                                           "{'phase':'plan','tools':'kg_paths'}",
                                           "{'phase':'plan','tools':[1]}",
                                           "{'phase':'input','counters':[]}",
                                           "{'phase':'input','approvals':'x'}"};
    wrt_policy *policy = policy_of("{'id':'p','effect':'permit'}");
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        wrt_json *request = quoted(requests[i]);
        wrt_decision decision = wrt_policy_decide(policy, request);
        assert_int_equal(decision.kind, WRT_DECISION_DENY);
        assert_int_equal(wrt_json_count(wrt_json_get(decision.record, "errors")), 1);
        wrt_json_free(decision.record);
        wrt_json_free(request);
    }
    wrt_decision decision = wrt_policy_decide(policy, NULL);
    assert_int_equal(decision.kind, WRT_DECISION_DENY);
    wrt_json_free(decision.record);
    wrt_policy_free(policy);
}

static void policy_denies_when_any_forbid_holds_beside_permits(void **state) {
    (void)state;
    wrt_policy *policy = policy_of("{'id':'a','effect':'permit'},{'id':'b','effect':'permit'},"
                                   "{'id':'z','effect':'forbid','when':{'field':'text','eq':'x'}}");
    assert_decision(policy, "{'phase':'output','text':'x'}", "deny");
    assert_decision(policy, "{'phase':'output','text':'y'}", "allow");
    wrt_policy_free(policy);
}

static void policy_holds_until_the_approval_of_that_rule_is_granted(void **state) {
    (void)state;
    wrt_policy *policy = policy_of("{'id':'p','effect':'permit'},{'id':'ask','effect':"
                                   "'require_approval','when':{'field':'text','eq':'x'}}");
    assert_decision(policy, "{'phase':'export','text':'x'}", "hold");
    assert_decision(policy, "{'phase':'export','text':'x','approvals':['other']}", "hold");
    assert_decision(policy, "{'phase':'export','text':'x','approvals':['other','ask']}", "allow");
    assert_decision(policy, "{'phase':'export','text':'y'}", "allow");
    wrt_policy_free(policy);
}

/* A limit of 20 lets 20 calls pass: counters hold the calls already made. */
static void policy_denies_when_limit_is_reached(void **state) {
    (void)state;
    wrt_policy *policy = policy_of(
        "{'id':'p','effect':'permit'},{'id':'l','effect':'limit','tools':['pubmed_search'],"
        "'limit':{'counter':'tool.pubmed_search.calls','max':20}}");
    static const struct {
        const char *counters;
        const char *expected;
    } cases[] = {
        {"{'tool.pubmed_search.calls':19}", "allow"},  {"{'tool.pubmed_search.calls':20}", "deny"},
        {"{'tool.pubmed_search.calls':21}", "deny"},   {"{}", "allow"},
        {"{'tool.pubmed_search.calls':'20'}", "deny"}, {"{'tool.pubmed_search.calls':-1}", "deny"},
        {"{'tool.other.calls':99}", "allow"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char request[256];
        (void)snprintf(request, sizeof request,
                       "{'phase':'tool_call','tool':'pubmed_search','counters':%s}",
                       cases[i].counters);
        assert_decision(policy, request, cases[i].expected);
    }
    assert_decision(policy, "{'phase':'tool_call','tool':'pubmed_search'}", "allow");
    assert_decision(policy,
                    "{'phase':'tool_call','tool':'x','counters':{'tool.pubmed_search.calls':20}}",
                    "allow");
    wrt_policy_free(policy);
}

static void policy_prefers_windowed_counter_when_host_supplies_it(void **state) {
    (void)state;
    wrt_policy *policy = policy_of("{'id':'p','effect':'permit'},{'id':'l','effect':'limit',"
                                   "'limit':{'counter':'c','max':3,'window_s':60}}");
    assert_decision(policy, "{'phase':'input','counters':{'c':9,'c@60s':2}}", "allow");
    assert_decision(policy, "{'phase':'input','counters':{'c':9,'c@60s':3}}", "deny");
    assert_decision(policy, "{'phase':'input','counters':{'c':9}}", "deny");
    wrt_policy_free(policy);
}

static void policy_fails_closed_by_effect_when_a_rule_errs(void **state) {
    (void)state;
    static const struct {
        const char *rule;
        const char *decision;
        size_t obligations;
    } cases[] = {
        {"{'id':'r','effect':'forbid','when':{'field':'absent','eq':1}}", "deny", 0},
        {"{'id':'r','effect':'require_approval','when':{'field':'absent','eq':1}}", "hold", 0},
        {"{'id':'r','effect':'limit','limit':{'counter':'c','max':9},"
         "'when':{'field':'absent','eq':1}}",
         "deny", 0},
        {"{'id':'r','effect':'redact','obligations':[{'type':'redact','fields':['text']}],"
         "'when':{'field':'absent','eq':1}}",
         "allow", 1},
        {"{'id':'r','effect':'label','obligations':[{'type':'label','labels':['x']}],"
         "'when':{'field':'absent','eq':1}}",
         "allow", 1},
        {"{'id':'r','effect':'downgrade','obligations':[{'type':'downgrade','to_rung':1}],"
         "'when':{'field':'absent','eq':1}}",
         "allow", 1},
        {"{'id':'r','effect':'permit','obligations':[{'type':'notify','code':'X'}],"
         "'when':{'field':'absent','eq':1}}",
         "allow", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_buf rules = wrt_buf_make(WRT_KIB(4));
        wrt_buf_printf(&rules, "{'id':'p','effect':'permit'},%s", cases[i].rule);
        wrt_policy *policy = policy_of(rules.ptr);
        wrt_json *request = quoted("{'phase':'claim'}");
        wrt_decision decision = wrt_policy_decide(policy, request);
        const wrt_json *error = wrt_json_first(wrt_json_get(decision.record, "errors"));
        assert_string_equal(wrt_decision_name(decision.kind), cases[i].decision);
        assert_int_equal(wrt_json_count(wrt_json_get(decision.record, "obligations")),
                         cases[i].obligations);
        assert_string_equal(wrt_json_get_text(error, "rule", ""), "r");
        assert_string_equal(wrt_json_get_text(error, "message", ""), "absent is missing");
        wrt_json_free(decision.record);
        wrt_json_free(request);
        wrt_policy_free(policy);
        wrt_buf_free(&rules);
    }
    wrt_policy *alone = policy_of("{'id':'r','effect':'permit','when':{'field':'absent','eq':1}}");
    assert_decision(alone, "{'phase':'claim'}", "deny");
    wrt_policy_free(alone);
}

/* ---- the record */

static void policy_unites_obligations_in_their_order_of_application(void **state) {
    (void)state;
    wrt_policy *policy = policy_of(
        "{'id':'a','effect':'permit','obligations':[{'type':'notify','code':'N'}]},"
        "{'id':'b','effect':'label','obligations':[{'type':'label','labels':['l']},"
        "{'type':'downgrade','to_rung':1,'wording':'associated_with'}]},"
        "{'id':'c','effect':'downgrade','obligations':[{'wording':'associated_with','to_rung':1,"
        "'type':'downgrade'}]},"
        "{'id':'d','effect':'redact','obligations':[{'type':'redact','fields':['text']}]}");
    wrt_json *request = quoted("{'phase':'claim'}");
    wrt_decision decision = wrt_policy_decide(policy, request);
    char *bytes = canonical(wrt_json_get(decision.record, "obligations"));
    assert_string_equal(bytes, "[{\"fields\":[\"text\"],\"type\":\"redact\"},"
                               "{\"to_rung\":1,\"type\":\"downgrade\","
                               "\"wording\":\"associated_with\"},"
                               "{\"labels\":[\"l\"],\"type\":\"label\"},"
                               "{\"code\":\"N\",\"type\":\"notify\"}]");
    free(bytes);
    wrt_json_free(decision.record);
    wrt_json_free(request);
    wrt_policy_free(policy);
}

static void assert_counterfactual(const wrt_policy *policy, const char *text,
                                  const char *expected) {
    wrt_json *request = quoted(text);
    wrt_decision decision = wrt_policy_decide(policy, request);
    assert_string_equal(wrt_json_get_text(decision.record, "counterfactual", "null"), expected);
    wrt_json_free(decision.record);
    wrt_json_free(request);
}

static void policy_says_what_would_have_to_change_when_it_denies(void **state) {
    (void)state;
    wrt_policy *policy =
        policy_of("{'id':'p','effect':'permit','when':{'field':'ok','eq':true}},"
                  "{'id':'f','effect':'forbid','when':{'field':'bad','eq':true}},"
                  "{'id':'g','effect':'forbid','when':{'field':'bad','eq':true}},"
                  "{'id':'l','effect':'limit','limit':{'counter':'c','max':1}},"
                  "{'id':'q','effect':'require_approval','when':{'field':'ask','eq':true}}");
    assert_counterfactual(policy, "{'phase':'input','ok':true,'bad':false,'ask':false}", "null");
    assert_counterfactual(policy, "{'phase':'input','ok':true,'bad':true,'ask':false}",
                          "would be allowed if no forbid matched: f, g");
    assert_counterfactual(policy, "{'phase':'input','ok':true,'bad':false,'ask':true}",
                          "would be allowed if approval was granted for: q");
    assert_counterfactual(
        policy, "{'phase':'tool_call','tool':'t','ok':false,'bad':false,'ask':false}",
        "would be allowed if a permit matched (no permit matches: phase tool_call, tool t; "
        "conditions not met in p)");
    assert_counterfactual(
        policy, "{'phase':'input','ok':false,'bad':true,'ask':true,'counters':{'c':1}}",
        "would be allowed if no forbid matched: f, g; and if approval was granted for: q; and if "
        "the limit was not reached: l; and if a permit matched (no permit matches: phase input; "
        "conditions not met in p)");
    wrt_policy_free(policy);
}

static void policy_record_carries_messages_and_hash(void **state) {
    (void)state;
    char hash[WRT_SHA256_HEX + 1];
    wrt_policy *policy = policy_of("{'id':'b','effect':'forbid','message':'No.'},"
                                   "{'id':'a','effect':'forbid'}");
    wrt_json *request = quoted("{'phase':'input'}");
    wrt_decision decision = wrt_policy_decide(policy, request);
    char *ids = canonical(wrt_json_get(decision.record, "determining"));
    char *messages = canonical(wrt_json_get(decision.record, "messages"));
    assert_string_equal(ids, "[\"a\",\"b\"]");
    assert_string_equal(messages, "[\"\",\"No.\"]");
    wrt_policy_hash(hash, policy);
    assert_string_equal(wrt_json_get_text(decision.record, "policy_sha256", ""), hash);
    free(ids);
    free(messages);
    wrt_json_free(decision.record);
    wrt_json_free(request);
    wrt_policy_free(policy);
}

/* SHA-256 of "[]" by sha256sum. */
static void policy_hash_of_empty_set_is_that_of_an_empty_list(void **state) {
    (void)state;
    char hash[WRT_SHA256_HEX + 1];
    wrt_policy *policy = wrt_policy_new();
    wrt_policy_hash(hash, policy);
    assert_string_equal(hash, "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
    wrt_policy_free(policy);
}

static void policy_hash_ignores_layout_and_sees_content(void **state) {
    (void)state;
    char hash[4][WRT_SHA256_HEX + 1];
    static const char *const rules[4] = {
        "{'id':'a','effect':'permit'},{'id':'b','effect':'forbid','phases':['input']}",
        "{ 'phases':[ 'input' ], 'effect':'forbid', 'id':'b' }, {'effect':'permit','id':'a'}",
        "{'id':'a','effect':'permit'},{'id':'b','effect':'forbid','phases':['plan']}",
        "{'id':'a','effect':'permit'}"};
    for (int i = 0; i < 4; i++) {
        wrt_policy *policy = policy_of(rules[i]);
        wrt_policy_hash(hash[i], policy);
        wrt_policy_free(policy);
    }
    assert_string_equal(hash[0], hash[1]);
    assert_string_not_equal(hash[0], hash[2]);
    assert_string_not_equal(hash[0], hash[3]);
}

/* ---- order */

static const char *const shuffled_rules[] = {
    "{'id':'01','effect':'permit','phases':['tool_call']}",
    "{'id':'02','effect':'permit','phases':['claim'],'when':{'field':'claim.rung','le':2}}",
    "{'id':'03','effect':'forbid','when':{'field':'bad','eq':1}}",
    "{'id':'04','effect':'forbid','tools':['pubmed_*'],'when':{'field':'mode.offline','eq':true}}",
    "{'id':'05','effect':'require_approval','phases':['claim'],'when':{'field':'claim.rung',"
    "'ge':2}}",
    "{'id':'06','effect':'limit','limit':{'counter':'c','max':2}}",
    "{'id':'07','effect':'label','obligations':[{'type':'label','labels':['a']}]}",
    "{'id':'08','effect':'label','obligations':[{'type':'label','labels':['b']},"
    "{'type':'notify','code':'x'}]}",
    "{'id':'09','effect':'redact','obligations':[{'type':'redact','fields':['text']}],"
    "'when':{'field':'text','pcre2':'[0-9]{3}'}}",
    "{'id':'10','effect':'downgrade','obligations':[{'type':'downgrade','to_rung':1}],"
    "'unless':{'field':'claim.rung','eq':1}}",
};

static const char *const shuffled_requests[] = {
    "{'phase':'tool_call','tool':'kg_paths','bad':0,'text':'12','claim':{'rung':1}}",
    "{'phase':'tool_call','tool':'pubmed_x','bad':0,'mode':{'offline':true},'text':'123'}",
    "{'phase':'claim','bad':0,'claim':{'rung':2},'text':''}",
    "{'phase':'claim','bad':0,'claim':{'rung':2},'text':'','approvals':['05']}",
    "{'phase':'claim','bad':0,'claim':{'rung':1},'counters':{'c':2}}",
    "{'phase':'output','bad':1}",
    "{'phase':'output'}",
    "{'phase':'nowhere'}"};

enum {
    SHUFFLED_RULES = sizeof shuffled_rules / sizeof *shuffled_rules,
    SHUFFLED_REQUESTS = sizeof shuffled_requests / sizeof *shuffled_requests
};

static wrt_policy *shuffled_policy(uint64_t seed) {
    const char *rules[SHUFFLED_RULES];
    wrt_rng rng = wrt_rng_make(seed, 1, 0);
    wrt_buf text = wrt_buf_make(WRT_KIB(16));
    memcpy(rules, shuffled_rules, sizeof rules);
    for (size_t i = SHUFFLED_RULES - 1; i > 0 && seed > 0; i--) {
        size_t j = (size_t)wrt_rng_below(&rng, i + 1);
        const char *swapped = rules[i];
        rules[i] = rules[j];
        rules[j] = swapped;
    }
    for (size_t i = 0; i < SHUFFLED_RULES; i++)
        wrt_buf_printf(&text, "%s%s", i > 0 ? "," : "", rules[i]);
    wrt_policy *policy = policy_of(text.ptr);
    wrt_buf_free(&text);
    return policy;
}

static void policy_record_is_the_same_when_rules_are_shuffled(void **state) {
    (void)state;
    wrt_policy *first = shuffled_policy(0);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        wrt_policy *other = shuffled_policy(seed);
        for (size_t i = 0; i < SHUFFLED_REQUESTS; i++) {
            wrt_json *request = quoted(shuffled_requests[i]);
            wrt_decision a = wrt_policy_decide(first, request);
            wrt_decision b = wrt_policy_decide(other, request);
            char *left = canonical(a.record);
            char *right = canonical(b.record);
            assert_string_equal(left, right);
            free(left);
            free(right);
            wrt_json_free(a.record);
            wrt_json_free(b.record);
            wrt_json_free(request);
        }
        wrt_policy_free(other);
    }
    wrt_policy_free(first);
}

/* ---- explain, lint, in-file tests */

static void policy_explains_every_rule_by_its_clause(void **state) {
    (void)state;
    wrt_policy *policy =
        policy_of("{'id':'a','effect':'permit','phases':['tool_call'],'tools':['kg_*']},"
                  "{'id':'b','effect':'permit','phases':['tool_call'],'tools':['pubmed_*']},"
                  "{'id':'c','effect':'forbid','phases':['input']},"
                  "{'id':'d','effect':'forbid','when':{'field':'mode.offline','eq':true}},"
                  "{'id':'e','effect':'limit','limit':{'counter':'c','max':2}}");
    wrt_json *request = quoted("{'phase':'tool_call','tool':'kg_paths','counters':{'c':1},"
                               "'mode':{'offline':false}}");
    wrt_json *explained = wrt_policy_explain(policy, request);
    char *bytes = canonical(wrt_json_get(explained, "rules"));
    assert_string_equal(
        bytes,
        "[{\"detail\":\"applies without condition\",\"effect\":\"permit\",\"id\":\"a\","
        "\"outcome\":\"satisfied\"},"
        "{\"detail\":\"tool kg_paths matches none of the rule's tools\",\"effect\":\"permit\","
        "\"id\":\"b\",\"outcome\":\"not_applicable\"},"
        "{\"detail\":\"phase tool_call is not among the rule's phases\",\"effect\":\"forbid\","
        "\"id\":\"c\",\"outcome\":\"not_applicable\"},"
        "{\"detail\":\"'when' does not hold: mode.offline eq true\",\"effect\":\"forbid\","
        "\"id\":\"d\",\"leaves\":[{\"field\":\"mode.offline\",\"op\":\"eq\",\"operand\":true,"
        "\"seen\":\"false\",\"value\":\"false\"}],\"outcome\":\"not_satisfied\"},"
        "{\"detail\":\"counter c is below its maximum\",\"effect\":\"limit\",\"id\":\"e\","
        "\"outcome\":\"not_satisfied\"}]");
    assert_string_equal(wrt_json_get_text(wrt_json_get(explained, "decision"), "decision", ""),
                        "allow");
    free(bytes);
    wrt_json_free(explained);
    wrt_json_free(request);
    wrt_policy_free(policy);
}

static bool has_warning(const wrt_json *warnings, const char *rule, const char *part) {
    WRT_JSON_EACH(warning, warnings) {
        if (strcmp(wrt_json_get_text(warning, "rule", ""), rule) == 0 &&
            strstr(wrt_json_get_text(warning, "message", ""), part) != NULL)
            return true;
    }
    return false;
}

static void policy_lint_warns_about_suspicious_rules(void **state) {
    (void)state;
    wrt_policy *policy =
        policy_of("{'id':'a','effect':'permit','tools':['kg_pathz','zz_*']},"
                  "{'id':'b','effect':'forbid','when':{'field':'taintt.labels','has_any':['phi']}},"
                  "{'id':'c','effect':'forbid','when':{'field':'text','pcre2':'(a+)+$'}},"
                  "{'id':'d','effect':'forbid','message':'\\u202egnp.exe'},"
                  "{'id':'e','effect':'forbid','when':{'field':'text','pcre2':'([(*]+x)b+'},"
                  "'tests':[{'in':{'phase':'input','text':'y'},'expect':'not_applicable'}]}");
    wrt_json *tools = quoted("['kg_paths']");
    wrt_json *with = wrt_policy_lint(policy, tools);
    wrt_json *without = wrt_policy_lint(policy, NULL);
    assert_true(has_warning(with, "a", "unknown tool 'kg_pathz'"));
    assert_true(has_warning(with, "a", "glob 'zz_*' matches no tool"));
    assert_true(has_warning(with, "a", "no message"));
    assert_true(has_warning(with, "a", "no tests"));
    assert_true(has_warning(with, "a", "every phase"));
    assert_true(has_warning(with, "b", "taintt.labels"));
    assert_true(has_warning(with, "c", "nests unbounded quantifiers"));
    assert_true(has_warning(with, "d", "reorder text"));
    assert_false(has_warning(with, "e", ""));
    assert_false(has_warning(without, "a", "tool 'kg_pathz'"));
    wrt_json_free(with);
    wrt_json_free(without);
    wrt_json_free(tools);
    wrt_policy_free(policy);
}

static void policy_test_reports_failures_and_untested_rules(void **state) {
    (void)state;
    wrt_err err = {0};
    wrt_json *report = NULL;
    wrt_policy *policy = policy_of("{'id':'p','effect':'permit','phases':['input'],'tests':["
                                   "{'in':{'phase':'input'},'expect':'allow'},"
                                   "{'in':{'phase':'output'},'expect':'not_applicable'},"
                                   "{'in':{'phase':'input'},'expect':'not_applicable'},"
                                   "{'in':{'phase':'output'},'expect':'hold'}]},"
                                   "{'id':'u','effect':'permit','phases':['plan']}");
    assert_int_equal(wrt_policy_test(&report, policy, &err), WRT_E_FAILED);
    char *bytes = canonical(report);
    assert_string_equal(
        bytes, "{\"failed\":[{\"expected\":\"not_applicable\",\"got\":\"applies\",\"rule\":\"p\","
               "\"test\":2},{\"expected\":\"hold\",\"got\":\"deny\",\"rule\":\"p\",\"test\":3}],"
               "\"passed\":2,\"rules\":2,\"tests\":4,\"untested\":[\"u\"]}");
    assert_non_null(strstr(err.message, "rule p"));
    free(bytes);
    wrt_json_free(report);
    wrt_policy_free(policy);
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_applies_rule_only_when_phase_and_tool_match),
        cmocka_unit_test(policy_forbids_plan_when_one_of_its_tools_is_forbidden),
        cmocka_unit_test(policy_denies_everything_when_empty),
        cmocka_unit_test(policy_denies_malformed_requests_whatever_is_permitted),
        cmocka_unit_test(policy_denies_when_any_forbid_holds_beside_permits),
        cmocka_unit_test(policy_holds_until_the_approval_of_that_rule_is_granted),
        cmocka_unit_test(policy_denies_when_limit_is_reached),
        cmocka_unit_test(policy_prefers_windowed_counter_when_host_supplies_it),
        cmocka_unit_test(policy_fails_closed_by_effect_when_a_rule_errs),
        cmocka_unit_test(policy_unites_obligations_in_their_order_of_application),
        cmocka_unit_test(policy_says_what_would_have_to_change_when_it_denies),
        cmocka_unit_test(policy_record_carries_messages_and_hash),
        cmocka_unit_test(policy_hash_of_empty_set_is_that_of_an_empty_list),
        cmocka_unit_test(policy_hash_ignores_layout_and_sees_content),
        cmocka_unit_test(policy_record_is_the_same_when_rules_are_shuffled),
        cmocka_unit_test(policy_explains_every_rule_by_its_clause),
        cmocka_unit_test(policy_lint_warns_about_suspicious_rules),
        cmocka_unit_test(policy_test_reports_failures_and_untested_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
