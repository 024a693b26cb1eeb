/* test_policy_coverage.c: what a policy's own tests hold in place. Expected counts are worked out
 * by hand from the list of changes in policies/mutate.h. */
#include "tests/policies/support.h"

#include <string.h>

static int64_t count(const wrt_json *report, const char *key) {
    return wrt_json_get_int(report, key, -1);
}

static bool survives(const wrt_json *report, const char *text) {
    WRT_JSON_EACH(entry, wrt_json_get(report, "survivors")) {
        if (strstr(wrt_json_get_text(entry, "message", ""), text) != NULL)
            return true;
    }
    return false;
}

/* Deleted, effect, phases left out; the leaf negated, `gt`, 4 and 2 in place of 3. */
static void coverage_is_full_when_tests_stand_on_both_sides_of_the_bound(void **state) {
    (void)state;
    wrt_policy *policy =
        policy_of("{'id':'p','effect':'permit','phases':['input'],'when':{'field':'n','ge':3},"
                  "'tests':[{'in':{'phase':'input','n':3},'expect':'allow'},"
                  "{'in':{'phase':'input','n':2},'expect':'deny'},"
                  "{'in':{'phase':'output','n':3},'expect':'not_applicable'}]}");
    wrt_json *report = wrt_policy_coverage(policy);
    assert_int_equal(count(report, "rules_covered"), 1);
    assert_int_equal(count(report, "leaves"), 1);
    assert_int_equal(count(report, "leaves_covered"), 1);
    assert_int_equal(count(report, "mutants"), 7);
    assert_int_equal(count(report, "mutants_caught"), 7);
    assert_int_equal(wrt_json_count(wrt_json_get(report, "survivors")), 0);
    wrt_json_free(report);
    wrt_policy_free(policy);
}

static void coverage_lists_what_tests_far_from_the_bound_miss(void **state) {
    (void)state;
    wrt_policy *policy =
        policy_of("{'id':'p','effect':'permit','phases':['input'],'when':{'field':'n','ge':3},"
                  "'tests':[{'in':{'phase':'input','n':9},'expect':'allow'}]}");
    wrt_json *report = wrt_policy_coverage(policy);
    assert_int_equal(count(report, "rules_covered"), 0);
    assert_int_equal(count(report, "leaves_covered"), 0);
    assert_int_equal(wrt_json_count(wrt_json_get(report, "uncovered")), 2);
    assert_int_equal(count(report, "mutants"), 7);
    assert_int_equal(count(report, "mutants_caught"), 3); /* deleted, effect, negated */
    assert_true(survives(report, "phases left out"));
    assert_true(survives(report, "\"gt\":3"));
    assert_true(survives(report, "\"ge\":4"));
    assert_true(survives(report, "\"ge\":2"));
    wrt_json_free(report);
    wrt_policy_free(policy);
}

/* A rule that acts by its obligation alone changes no verdict: only `applies` and `obligations`
 * notice that it is gone or says something else. */
static void coverage_notices_obligations_only_when_tests_name_them(void **state) {
    (void)state;
    static const char rule[] =
        "{'id':'p','effect':'permit'},{'id':'l','effect':'label','phases':['input'],"
        "'obligations':[{'type':'label','labels':['a']}],'tests':["
        "{'in':{'phase':'input'},'expect':'allow'},"
        "{'in':{'phase':'output'},'expect':'not_applicable'}%s]}";
    static const char named[] = ",{'in':{'phase':'input'},'expect':'applies','obligations':"
                                "[{'type':'label','labels':['a']}]}";
    for (int with = 0; with < 2; with++) {
        wrt_buf text = wrt_buf_make(WRT_KIB(2));
        wrt_buf_printf(&text, rule, with ? named : "");
        wrt_policy *policy = policy_of(wrt_buf_str(&text).ptr);
        wrt_json *report = wrt_policy_coverage(policy);
        assert_int_equal(survives(report, "obligations say something else"), !with);
        assert_int_equal(survives(report, "the rule is deleted"), !with);
        assert_int_equal(count(report, "mutants"), 2 + 4);
        assert_int_equal(count(report, "mutants_caught"), with ? 6 : 4);
        wrt_json_free(report);
        wrt_policy_free(policy);
        wrt_buf_free(&text);
    }
}

static void selftest_fails_when_applies_or_obligations_do_not_hold(void **state) {
    (void)state;
    static const char *const tests[] = {
        "{'in':{'phase':'output'},'expect':'applies'}",
        "{'in':{'phase':'input'},'expect':'not_applicable'}",
        "{'in':{'phase':'input'},'expect':'allow','obligations':[{'type':'notify','code':'y'}]}",
    };
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        wrt_buf text = wrt_buf_make(WRT_KIB(2));
        wrt_json *report = NULL;
        wrt_buf_printf(&text,
                       "{'id':'p','effect':'permit','phases':['input'],'obligations':"
                       "[{'type':'notify','code':'x'}],'tests':[%s]}",
                       tests[i]);
        wrt_policy *policy = policy_of(wrt_buf_str(&text).ptr);
        assert_int_equal(wrt_policy_test(&report, policy, NULL), WRT_E_FAILED);
        wrt_json_free(report);
        wrt_policy_free(policy);
        wrt_buf_free(&text);
    }
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coverage_is_full_when_tests_stand_on_both_sides_of_the_bound),
        cmocka_unit_test(coverage_lists_what_tests_far_from_the_bound_miss),
        cmocka_unit_test(coverage_notices_obligations_only_when_tests_name_them),
        cmocka_unit_test(selftest_fails_when_applies_or_obligations_do_not_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
