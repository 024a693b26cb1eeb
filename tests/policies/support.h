/* support.h: small helpers that the policy tests share. */
#ifndef WRT_TESTS_POLICIES_SUPPORT_H
#define WRT_TESTS_POLICIES_SUPPORT_H

/* cmocka.h needs these four before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policies/policy.h"

/* JSON written with ' for " so that C strings stay readable. The caller frees. */
wrt_json *quoted(const char *text);

/* A policy of the rules in `rules`, a comma-separated list in the same notation. */
wrt_policy *policy_of(const char *rules);

/* Fails the test unless the decision has this name. */
void assert_decision(const wrt_policy *policy, const char *request, const char *expected);

/* Outcome of one rule as wrt_policy_explain gives it; static text or borrowed from *owner, which
 * the caller frees. */
const char *outcome_of(wrt_json **owner, const wrt_policy *policy, const wrt_json *request,
                       const char *rule);

/* Canonical bytes; the caller frees. */
char *canonical(const wrt_json *value);

#endif
