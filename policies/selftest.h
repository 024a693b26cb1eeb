/* selftest.h: one test of a rule file against a decider; private to policies/. */
#ifndef WRT_POLICIES_SELFTEST_H
#define WRT_POLICIES_SELFTEST_H

#include "policies/deciding.h"

/* What the test came to, in the words of `expect`: the test passes when it equals wrt_json_get_text
 * of "expect". `rule` is the test's own; NULL when the rule set no longer has it. The decision is
 * made by the rules of the rule's file (all rules when `rule` is NULL). Static text. */
const char *wrt_selftest_run(wrt_decider *decider, const wrt_rule *rule, const wrt_json *test);
bool wrt_selftest_passes(wrt_decider *decider, const wrt_rule *rule, const wrt_json *test);

/* The rule with this id, or NULL. O(log rules). */
const wrt_rule *wrt_policy_find(const wrt_policy *policy, const char *id);

#endif
