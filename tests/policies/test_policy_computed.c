/* test_policy_computed.c: fields that the engine computes and never reads from a request. */
#include "policies/decider.h"
#include "tests/policies/support.h"

#include <string.h>

#define CAUSAL                                                                                     \
    "{'id':'p','effect':'permit'},{'id':'f','effect':'forbid','when':"                             \
    "{'field':'facts.causal.asserts','eq':true}}"

static void facts_are_read_from_the_text_whatever_the_request_says(void **state) {
    (void)state;
    wrt_policy *policy = policy_of(CAUSAL);
    assert_decision(policy, "{'phase':'output','text':'Smoking causes cancer.'}", "deny");
    assert_decision(policy,
                    "{'phase':'output','text':'Smoking causes cancer.',"
                    "'facts':{'causal':{'asserts':false}},'facts.causal.asserts':false}",
                    "deny");
    assert_decision(policy,
                    "{'phase':'output','text':'The sky was grey.',"
                    "'facts':{'causal':{'asserts':true}}}",
                    "allow");
    assert_decision(policy, "{'phase':'output'}", "allow"); /* no text asserts nothing */
    wrt_policy_free(policy);
}

static void facts_are_missing_when_the_text_is_no_text(void **state) {
    (void)state;
    wrt_json *owner, *request = quoted("{'phase':'output','text':['Smoking causes cancer.']}");
    wrt_policy *policy = policy_of(CAUSAL);
    assert_string_equal(outcome_of(&owner, policy, request, "f"), "error");
    assert_decision(policy, "{'phase':'output','text':['Smoking causes cancer.']}", "deny");
    wrt_json_free(owner);
    wrt_json_free(request);
    wrt_policy_free(policy);
}

/* One decider, other texts: what was read of the last text is forgotten. */
static void facts_follow_the_text_from_decision_to_decision(void **state) {
    (void)state;
    static const struct {
        const char *request;
        wrt_decision_kind kind;
    } asked[] = {
        {"{'phase':'output','text':'Smoking causes cancer.'}", WRT_DECISION_DENY},
        {"{'phase':'output','text':'The sky was grey.'}", WRT_DECISION_ALLOW},
        {"{'phase':'output','text':7}", WRT_DECISION_DENY},
        {"{'phase':'output'}", WRT_DECISION_ALLOW},
        {"{'phase':'output','text':'Smoking causes cancer.'}", WRT_DECISION_DENY},
    };
    wrt_policy *policy = policy_of(CAUSAL);
    wrt_decider *decider = wrt_decider_new(policy);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        wrt_json *request = quoted(asked[i].request);
        assert_int_equal(wrt_decider_decide(decider, request)->kind, asked[i].kind);
        wrt_json_free(request);
    }
    wrt_decider_free(decider);
    wrt_policy_free(policy);
}

/* llm < tool_untrusted = plugin < tool_trusted < policy < user, by name and by number. */
static void integrity_is_ordered_and_not_taken_from_the_request(void **state) {
    (void)state;
    static const char *const names[] = {"llm", "tool_untrusted", "tool_trusted", "policy", "user"};
    for (int least = 0; least < 5; least++) {
        for (int by_name = 0; by_name < 2; by_name++) {
            wrt_buf rule = wrt_buf_make(WRT_KIB(1)), operand = wrt_buf_make(64);
            if (by_name)
                wrt_buf_printf(&operand, "'%s'", names[least]);
            else
                wrt_buf_printf(&operand, "%d", least);
            wrt_buf_printf(&rule,
                           "{'id':'p','effect':'permit','when':{'field':'taint.integrity_level',"
                           "'ge':%s}}",
                           wrt_buf_str(&operand).ptr);
            wrt_policy *policy = policy_of(wrt_buf_str(&rule).ptr);
            for (int have = 0; have < 5; have++) {
                wrt_buf request = wrt_buf_make(WRT_KIB(1));
                wrt_buf_printf(&request,
                               "{'phase':'output','taint':{'integrity':'%s','integrity_level':%d}}",
                               names[have], 4 - have);
                assert_decision(policy, wrt_buf_str(&request).ptr,
                                have >= least ? "allow" : "deny");
                wrt_buf_free(&request);
            }
            assert_decision(policy, "{'phase':'output','taint':{'integrity':'plugin'}}",
                            least <= 1 ? "allow" : "deny");
            assert_decision(policy, "{'phase':'output','taint':{'integrity':'root'}}", "deny");
            assert_decision(policy, "{'phase':'output'}", "deny");
            wrt_policy_free(policy);
            wrt_buf_free(&rule);
            wrt_buf_free(&operand);
        }
    }
}

static void integrity_names_are_refused_when_unknown(void **state) {
    (void)state;
    static const char text[] =
        "{\"schema\":\"warrant/policy/1\",\"rules\":[{\"id\":\"p\",\"effect\":\"permit\",\"when\":"
        "{\"field\":\"taint.integrity_level\",\"ge\":\"trusted\"}}]}";
    wrt_err err = {0};
    wrt_policy *policy = wrt_policy_new();
    assert_int_equal(wrt_policy_add_text(policy, "t", wrt_str_of(text), &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "tool_untrusted"));
    assert_non_null(strstr(err.message, "'trusted'"));
    wrt_policy_free(policy);
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_read_from_the_text_whatever_the_request_says),
        cmocka_unit_test(facts_are_missing_when_the_text_is_no_text),
        cmocka_unit_test(facts_follow_the_text_from_decision_to_decision),
        cmocka_unit_test(integrity_is_ordered_and_not_taken_from_the_request),
        cmocka_unit_test(integrity_names_are_refused_when_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
