/* test_policy_oracle.c: every combination of effects against an independent reading.
 *
 * One rule of each effect, steered by the request: its switch is 1 (holds), 0 (does not) or absent
 * (errs). 3^7 combinations, each with and without the approval. */
#include "tests/oracle/policy_oracle.h"
#include "tests/policies/support.h"

#include <stdio.h>

enum { EFFECTS = 7 };

static const char *const effects[EFFECTS] = {"permit", "forbid", "require_approval", "limit",
                                             "redact", "label",  "downgrade"};

static const char *const bodies[EFFECTS] = {"",
                                            "",
                                            "",
                                            ",'limit':{'counter':'c','max':0}",
                                            ",'obligations':[{'type':'redact','fields':['text']}]",
                                            ",'obligations':[{'type':'label','labels':['l']}]",
                                            ",'obligations':[{'type':'downgrade','to_rung':1}]"};

static oracle_state *state_of(oracle_world *world, int effect) {
    oracle_state *const states[EFFECTS] = {
        &world->permit, &world->forbid, &world->require_approval, &world->limit,
        &world->redact, &world->label,  &world->downgrade};
    return states[effect];
}

static void add_rule(wrt_buf *rules, int effect, const char *when) {
    wrt_buf_printf(rules, "%s{'id':'%s','effect':'%s'%s%s}", rules->len > 0 ? "," : "",
                   effects[effect], effects[effect], bodies[effect], when);
}

static void assert_types(const wrt_json *obligations, const char *expected) {
    wrt_buf types = wrt_buf_make(256);
    WRT_JSON_EACH(item, obligations)
    wrt_buf_printf(&types, "%s%s", types.len > 0 ? "," : "", wrt_json_get_text(item, "type", ""));
    assert_string_equal(types.len > 0 ? types.ptr : "", expected);
    wrt_buf_free(&types);
}

static void assert_as_oracle(const wrt_policy *policy, const wrt_json *request,
                             const oracle_world *world) {
    wrt_decision decision = wrt_policy_decide(policy, request);
    const wrt_json *ids = wrt_json_get(decision.record, "determining");
    const char *id = policy_oracle_determining(world);
    assert_string_equal(wrt_decision_name(decision.kind), policy_oracle_decision(world));
    assert_string_equal(wrt_json_get_text(decision.record, "decision", ""),
                        policy_oracle_decision(world));
    assert_int_equal(wrt_json_count(ids), *id == '\0' ? 0 : 1);
    if (*id != '\0')
        assert_string_equal(wrt_json_text(wrt_json_first(ids)), id);
    assert_types(wrt_json_get(decision.record, "obligations"), policy_oracle_obligations(world));
    assert_int_equal(wrt_json_count(wrt_json_get(decision.record, "errors")),
                     policy_oracle_error_count(world));
    assert_int_equal(wrt_json_is(wrt_json_get(decision.record, "counterfactual"), WRT_JSON_NULL),
                     decision.kind == WRT_DECISION_ALLOW);
    wrt_json_free(decision.record);
}

static void policy_decides_as_oracle_when_rules_hold_err_or_are_silent(void **state) {
    (void)state;
    wrt_buf rules = wrt_buf_make(WRT_KIB(8));
    for (int e = 0; e < EFFECTS; e++) {
        char when[96];
        (void)snprintf(when, sizeof when, ",'when':{'field':'switch.%s','eq':1}", effects[e]);
        add_rule(&rules, e, when);
    }
    wrt_policy *policy = policy_of(rules.ptr);
    for (int code = 0; code < 2 * 2187; code++) {
        oracle_world world = {.approved = code % 2 == 1};
        wrt_json *request =
            quoted(world.approved ? "{'phase':'input','approvals':['require_approval']}"
                                  : "{'phase':'input'}");
        wrt_json *switches = wrt_json_new_object();
        int rest = code / 2;
        for (int e = 0; e < EFFECTS; e++, rest /= 3) {
            *state_of(&world, e) = (oracle_state)(rest % 3);
            if (rest % 3 != ORACLE_ERRS)
                wrt_json_set_int(switches, effects[e], rest % 3);
        }
        wrt_json_set(request, "switch", switches);
        assert_as_oracle(policy, request, &world);
        wrt_json_free(request);
    }
    wrt_policy_free(policy);
    wrt_buf_free(&rules);
}

static void policy_decides_as_oracle_when_rules_are_any_subset(void **state) {
    (void)state;
    for (int subset = 0; subset < 128; subset++) {
        oracle_world world = {.approved = false};
        wrt_buf rules = wrt_buf_make(WRT_KIB(8));
        for (int e = 0; e < EFFECTS; e++) {
            if ((subset >> e & 1) == 0)
                continue;
            *state_of(&world, e) = ORACLE_HOLDS;
            add_rule(&rules, e, "");
        }
        wrt_policy *policy = policy_of(rules.len > 0 ? rules.ptr : "");
        wrt_json *request = quoted("{'phase':'input'}");
        assert_as_oracle(policy, request, &world);
        wrt_json_free(request);
        wrt_policy_free(policy);
        wrt_buf_free(&rules);
    }
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_decides_as_oracle_when_rules_hold_err_or_are_silent),
        cmocka_unit_test(policy_decides_as_oracle_when_rules_are_any_subset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
