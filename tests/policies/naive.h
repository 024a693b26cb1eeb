/* naive.h: a decision made the slow way, straight from the JSON of rules and request.
 *
 * Written from CONTRACTS.md ("Policy file") and policies/README.md without any code of the engine:
 * nothing is compiled, numbered or remembered. Covers phases, tools, when, unless, limits,
 * approvals, obligations and all operators but pcre2. */
#ifndef WRT_TESTS_POLICIES_NAIVE_H
#define WRT_TESTS_POLICIES_NAIVE_H

#include "base/json.h"

/* {"decision","determining":[ids sorted],"errors":[ids sorted],"obligations":[distinct, redact,
 * then downgrade, label, notify]} for an array of rules and a well-formed request. Caller frees. */
wrt_json *policy_naive_decide(const wrt_json *rules, const wrt_json *request);

#endif
