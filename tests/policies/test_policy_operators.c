/* test_policy_operators.c: true, false and error of each operator and connective. Expected outcomes
 * are worked out by hand from CONTRACTS.md. */
#include "tests/policies/support.h"

#include <string.h>

#define WORLD                                                                                      \
    "{'phase':'tool_call','tool':'kg_paths','n':5,'s':'alpha','u':'na\\u00efve','b':true,"         \
    "'nil':null,'list':['a','b'],'empty':[],'o':{'x':1,'deep':{'y':'z'}},"                         \
    "'counters':{'tool.kg_paths.calls':3},"                                                        \
    "'history':[{'tool':'kg_resolve','phase':'tool_call'},{'phase':'input'},"                      \
    "{'tool':'kg_paths','phase':'tool_call'},{'tool':'pubmed_search','phase':'tool_call'}]}"

typedef struct {
    const char *condition;
    const char *outcome;
} operator_case;

#define HOLDS "satisfied"
#define FAILS "not_satisfied"
#define ERRS  "error"

static const operator_case operator_cases[] = {
    {"{'field':'n','eq':5}", HOLDS},
    {"{'field':'n','eq':6}", FAILS},
    {"{'field':'n','eq':'5'}", FAILS},
    {"{'field':'nil','eq':null}", HOLDS},
    {"{'field':'o.deep','eq':{'y':'z'}}", HOLDS},
    {"{'field':'absent','eq':5}", ERRS},
    {"{'field':'n','ne':6}", HOLDS},
    {"{'field':'n','ne':5}", FAILS},
    {"{'field':'absent','ne':5}", ERRS},
    {"{'field':'n','lt':6}", HOLDS},
    {"{'field':'n','lt':5}", FAILS},
    {"{'field':'s','lt':5}", ERRS},
    {"{'field':'n','le':5}", HOLDS},
    {"{'field':'n','le':4.5}", FAILS},
    {"{'field':'absent','le':5}", ERRS},
    {"{'field':'n','gt':4}", HOLDS},
    {"{'field':'n','gt':5}", FAILS},
    {"{'field':'nil','gt':4}", ERRS},
    {"{'field':'n','ge':5}", HOLDS},
    {"{'field':'n','ge':6}", FAILS},
    {"{'field':'b','ge':0}", ERRS},
    {"{'field':'s','in':['beta','alpha']}", HOLDS},
    {"{'field':'s','in':['beta']}", FAILS},
    {"{'field':'s','in':[]}", FAILS},
    {"{'field':'absent','in':['alpha']}", ERRS},
    {"{'field':'list','has_any':['b','c']}", HOLDS},
    {"{'field':'list','has_any':['c']}", FAILS},
    {"{'field':'list','has_any':[]}", FAILS},
    {"{'field':'s','has_any':['alpha']}", ERRS},
    {"{'field':'list','has_all':['b','a']}", HOLDS},
    {"{'field':'list','has_all':['a','c']}", FAILS},
    {"{'field':'empty','has_all':[]}", HOLDS},
    {"{'field':'o','has_all':[]}", ERRS},
    {"{'field':'list','has_none':['c']}", HOLDS},
    {"{'field':'list','has_none':['c','a']}", FAILS},
    {"{'field':'absent','has_none':['c']}", ERRS},
    {"{'field':'s','prefix':'al'}", HOLDS},
    {"{'field':'s','prefix':'lpha'}", FAILS},
    {"{'field':'n','prefix':'5'}", ERRS},
    {"{'field':'s','glob':'a*a'}", HOLDS},
    {"{'field':'s','glob':'a?pha'}", HOLDS},
    {"{'field':'u','glob':'na?ve'}", HOLDS},
    {"{'field':'s','glob':'a*b'}", FAILS},
    {"{'field':'s','glob':'alph'}", FAILS},
    {"{'field':'list','glob':'*'}", ERRS},
    {"{'field':'s','pcre2':'^a.*a$'}", HOLDS},
    {"{'field':'s','pcre2':'(?i)LPH'}", HOLDS},
    {"{'field':'s','pcre2':'^lph'}", FAILS},
    {"{'field':'n','pcre2':'5'}", ERRS},
    {"{'field':'s','exists':true}", HOLDS},
    {"{'field':'absent','exists':true}", FAILS},
    {"{'field':'absent','exists':false}", HOLDS},
    {"{'field':'nil','exists':true}", HOLDS},
    {"{'field':'s.deeper','exists':false}", HOLDS},
    {"{'field':'list','count':{'ge':2}}", HOLDS},
    {"{'field':'list','count':{'gt':0,'lt':2}}", FAILS},
    {"{'field':'empty','count':{'eq':0}}", HOLDS},
    {"{'field':'o','count':{'ge':1}}", ERRS},
    {"{'field':'absent','count':{'ge':0}}", ERRS},
    {"{'field':'history','seq':['kg_resolve','pubmed_*']}", HOLDS},
    {"{'field':'history','seq':['kg_*','kg_*','pubmed_*']}", HOLDS},
    {"{'field':'history','seq':['pubmed_*','kg_paths']}", FAILS},
    {"{'field':'history','seq':['kg_*','kg_*','kg_*']}", FAILS},
    {"{'field':'list','seq':['a']}", ERRS},
    {"{'field':'absent','seq':['kg_*']}", ERRS},
    {"{'field':'o.deep.y','eq':'z'}", HOLDS},
    {"{'field':'counters.tool.kg_paths.calls','eq':3}", HOLDS},
    {"{'all':[]}", HOLDS},
    {"{'any':[]}", FAILS},
    {"{'not':{'field':'n','eq':5}}", FAILS},
    {"{'not':{'field':'absent','eq':5}}", ERRS},
    {"{'not':{'field':'absent','exists':true}}", HOLDS},
    {"{'all':[{'field':'n','eq':5},{'field':'s','eq':'alpha'}]}", HOLDS},
    {"{'all':[{'field':'n','eq':5},{'field':'absent','eq':1}]}", ERRS},
    {"{'all':[{'field':'absent','exists':true},{'field':'absent','eq':1}]}", FAILS},
    {"{'all':[{'field':'absent','eq':1},{'field':'absent','exists':true}]}", FAILS},
    {"{'any':[{'field':'absent','eq':1},{'field':'n','eq':5}]}", HOLDS},
    {"{'any':[{'field':'absent','eq':1},{'field':'n','eq':6}]}", ERRS},
    {"{'any':[{'field':'n','eq':6},{'field':'n','eq':7}]}", FAILS},
};

static void policy_evaluates_operators_to_true_false_or_error(void **state) {
    (void)state;
    wrt_json *request = quoted(WORLD);
    for (size_t i = 0; i < sizeof operator_cases / sizeof *operator_cases; i++) {
        wrt_buf rule = wrt_buf_make(WRT_KIB(4));
        wrt_json *owner;
        wrt_buf_printf(&rule, "{'id':'r','effect':'forbid','when':%s}",
                       operator_cases[i].condition);
        wrt_policy *policy = policy_of(rule.ptr);
        const char *outcome = outcome_of(&owner, policy, request, "r");
        if (strcmp(outcome, operator_cases[i].outcome) != 0)
            fail_msg("%s: got %s, expected %s", operator_cases[i].condition, outcome,
                     operator_cases[i].outcome);
        wrt_json_free(owner);
        wrt_policy_free(policy);
        wrt_buf_free(&rule);
    }
    wrt_json_free(request);
}

static void policy_combines_when_and_unless_when_both_are_given(void **state) {
    (void)state;
    static const struct {
        const char *when;
        const char *unless;
        const char *outcome;
    } cases[] = {
        {"1", "0", HOLDS},       {"1", "1", FAILS},        {"0", "1", FAILS},
        {"0", "0", FAILS},       {"0", "'absent'", FAILS}, {"'absent'", "1", FAILS},
        {"1", "'absent'", ERRS}, {"'absent'", "0", ERRS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_policy *policy = policy_of("{'id':'r','effect':'forbid','when':{'field':'w','eq':1},"
                                       "'unless':{'field':'u','eq':1}}");
        wrt_json *request = quoted("{'phase':'input'}");
        wrt_json *owner;
        if (strcmp(cases[i].when, "'absent'") != 0)
            wrt_json_set_int(request, "w", cases[i].when[0] - '0');
        if (strcmp(cases[i].unless, "'absent'") != 0)
            wrt_json_set_int(request, "u", cases[i].unless[0] - '0');
        assert_string_equal(outcome_of(&owner, policy, request, "r"), cases[i].outcome);
        wrt_json_free(owner);
        wrt_json_free(request);
        wrt_policy_free(policy);
    }
}

static void policy_errs_when_regex_hits_its_limit(void **state) {
    (void)state;
    wrt_policy *policy =
        policy_of("{'id':'p','effect':'permit'},"
                  "{'id':'f','effect':'forbid','when':{'field':'text','pcre2':'^(a+)+[bc]$'}}");
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    wrt_buf_add_c(&text, "{'phase':'input','text':'");
    for (int i = 0; i < 200; i++)
        wrt_buf_add_char(&text, 'a');
    wrt_buf_add_c(&text, "d'}");
    assert_decision(policy, text.ptr, "deny");
    assert_decision(policy, "{'phase':'input','text':'d'}", "allow");
    wrt_buf_free(&text);
    wrt_policy_free(policy);
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_evaluates_operators_to_true_false_or_error),
        cmocka_unit_test(policy_combines_when_and_unless_when_both_are_given),
        cmocka_unit_test(policy_errs_when_regex_hits_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
