/* policy.h: may this happen, may this be said? A pure function from (rules, request) to a decision.
 *
 * Rule files are JSON (CONTRACTS.md, "Policy file"). Semantics, one and fixed: every applicable
 * rule is evaluated and order never matters; deny if any forbid is satisfied; else hold if a
 * require_approval is satisfied and its approval is missing; else deny if a limit is exceeded; else
 * allow if at least one permit is satisfied; else deny. Obligations of all satisfied rules are
 * united and applied redact, then downgrade, then label. A rule that errs while being evaluated
 * fails closed by its effect: an erring forbid, require_approval, limit, redact, label or downgrade
 * counts as satisfied, an erring permit as not satisfied. A missing field is an error unless the
 * operator is `exists`; `all` and `any` follow Kleene's three-valued logic, so a false part settles
 * an `all` and a true part an `any`, whatever another part lacks. A limit is exceeded when its
 * counter, which holds what has happened already, has reached `max`. */
#ifndef WRT_POLICIES_POLICY_H
#define WRT_POLICIES_POLICY_H

#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"

typedef struct wrt_policy wrt_policy; /* compiled rules; immutable, shareable between threads */

typedef enum { WRT_DECISION_DENY, WRT_DECISION_HOLD, WRT_DECISION_ALLOW } wrt_decision_kind;

typedef struct {
    wrt_decision_kind kind;
    wrt_json *record; /* {"decision","determining":[ids],"messages":[text of each],"obligations":
                         [...],"errors":[{"rule":id|null,"message"}],"counterfactual":text|null,
                         "policy_sha256":hex}; caller frees */
} wrt_decision;

/* An empty rule set: denies everything. */
wrt_policy *wrt_policy_new(void);
void wrt_policy_free(wrt_policy *policy); /* accepts NULL */

/* Adds the rules of one file; several files compose by union. On error nothing is added and the
 * message names file, rule id and field. `name` is used in messages only. */
wrt_status wrt_policy_add_text(wrt_policy *policy, const char *name, wrt_str text, wrt_err *err);
wrt_status wrt_policy_add_file(wrt_policy *policy, const char *path, wrt_err *err);

/* SHA-256 over the canonical bytes of all rules sorted by id: identifies what was decided by. */
void wrt_policy_hash(char out[WRT_SHA256_HEX + 1], const wrt_policy *policy);
size_t wrt_policy_count(const wrt_policy *policy);
/* The whole rule set as one policy document, for the ledger. Caller frees. */
wrt_json *wrt_policy_document(const wrt_policy *policy);

/* Decides one request (CONTRACTS.md: {"phase","tool","args","text","taint","dest","claim",
 * "counters","mode",...}). Never fails: a malformed request is denied and the record says why.
 * O(rules * condition size). */
wrt_decision wrt_policy_decide(const wrt_policy *policy, const wrt_json *request);
const char *wrt_decision_name(wrt_decision_kind kind); /* "deny", "hold", "allow" */

/* Runs the tests inside the rules: `not_applicable` and `applies` are about the one rule, any other
 * verdict about all rules of the same file, of which each of the test's `obligations` must come.
 * *report: {"rules":n,"tests":n,"passed":n,"failed":[{"rule",
 * "test":index,"expected","got"}],"untested":[ids]}. WRT_E_FAILED when a test fails. */
wrt_status wrt_policy_test(wrt_json **report, const wrt_policy *policy, wrt_err *err);

/* How much those tests hold in place (coverage.c): {"rules","rules_covered","leaves",
 * "leaves_covered","mutants","mutants_caught","uncovered":[{"rule","message"}],"survivors":[{"rule",
 * "message"}]}. The tests must pass. O(mutants * (rules + tests)); each mutant is read like a file.
 * Caller frees. */
wrt_json *wrt_policy_coverage(const wrt_policy *policy);

/* Explains a request: {"decision":{...},"rules":[{"id","effect","outcome":"satisfied|not_satisfied|
 * not_applicable|error","detail","leaves":[{"field","op","operand","seen","value":"true|false|error"}]
 * when phase and tool fit and the rule has conditions}],"would_be_allowed_if":[{"kind":"forbid|
 * approval|limit|permit","rule","changes":[{"field","op","operand","must_be"}],"message"}]}. No
 * value of the request is in it, only kinds and lengths. Caller frees. */
wrt_json *wrt_policy_explain(const wrt_policy *policy, const wrt_json *request);

/* Where two rule sets decide differently, over the given requests (an array, or NULL) and over
 * requests made from the tests and operands of both sets:
 * {"compared":n,"is_whole":bool,"narrows":n,
 * "widens":n,"obligations":n,"changes":[{"kind","from","to","from_rules","to_rules","times",
 * "request"}]}, one entry for each distinct change with one request that shows it, at most 1000.
 * is_whole is false when a cap left requests or changes out. What no request showed is not proven
 * equal. Caller frees. */
wrt_json *wrt_policy_diff(const wrt_policy *from, const wrt_policy *to, const wrt_json *requests);
/* "same", "narrows" (allow to hold to deny, or more obligations), "widens", or "obligations"
 * (others) for two decision records. Static text. */
const char *wrt_policy_change(const wrt_json *from, const wrt_json *to);

/* Warnings about rules that are well formed but suspicious, as an array of {"rule","message"}:
 * fields that no request has, operators on values of another type, unknown counters, conditions
 * that cannot hold, permits that never matter, patterns that may backtrack, characters that
 * deceive, rules without tests. `tools`, unless NULL, is an array of what exists: names, or objects
 * with "name" and "args_schema" (JSON Schema), against which `tools`, `args.*` and their types are
 * checked. Caller frees. */
wrt_json *wrt_policy_lint(const wrt_policy *policy, const wrt_json *tools);

#endif
