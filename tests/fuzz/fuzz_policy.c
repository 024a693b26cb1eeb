/* fuzz_policy.c: a rule file and a request, parted by a line "%%".
 *
 * Whatever the bytes are: nothing crashes; a decision is the same when it is made again and when
 * the rule set is written out and read back; an allow names the permits it rests on. */
#include "policies/policy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_decision(const wrt_policy *policy, const wrt_policy *again,
                           const wrt_json *request) {
    wrt_decision first = wrt_policy_decide(policy, request);
    wrt_decision second = wrt_policy_decide(policy, request);
    wrt_decision third = wrt_policy_decide(again, request);
    bool allowed = first.kind == WRT_DECISION_ALLOW;
    check(wrt_json_equal(first.record, second.record));
    check(wrt_json_equal(first.record, third.record));
    check(strcmp(wrt_json_get_text(first.record, "decision", ""), wrt_decision_name(first.kind)) ==
          0);
    check(allowed == wrt_json_is(wrt_json_get(first.record, "counterfactual"), WRT_JSON_NULL));
    check(!allowed || wrt_json_count(wrt_json_get(first.record, "determining")) > 0);
    check(!allowed || wrt_json_is(request, WRT_JSON_OBJECT));
    wrt_json_free(first.record);
    wrt_json_free(second.record);
    wrt_json_free(third.record);
}

static wrt_policy *read_back(const wrt_policy *policy) {
    char before[WRT_SHA256_HEX + 1];
    char after[WRT_SHA256_HEX + 1];
    wrt_policy *again = wrt_policy_new();
    wrt_buf text = wrt_buf_make(WRT_MIB(16));
    wrt_json *document = wrt_policy_document(policy);
    wrt_json_write_canonical(&text, document);
    wrt_json_free(document);
    if (wrt_policy_add_text(again, "again", wrt_buf_str(&text), NULL) == WRT_OK) {
        wrt_policy_hash(before, policy);
        wrt_policy_hash(after, again);
        check(strcmp(before, after) == 0);
    } else {
        check(text.len > WRT_MIB(1)); /* canonical text may outgrow the cap of a file */
        wrt_policy_free(again);
        again = NULL;
    }
    wrt_buf_free(&text);
    return again;
}

/* Changes each rule in every way and compares the rules with themselves: slow on large files. */
static void check_tooling(const wrt_policy *policy) {
    wrt_json *coverage = wrt_policy_coverage(policy);
    wrt_json *diff = wrt_policy_diff(policy, policy, NULL);
    check(wrt_json_get_int(coverage, "mutants_caught", -1) <=
          wrt_json_get_int(coverage, "mutants", -2));
    check(wrt_json_count(wrt_json_get(diff, "changes")) == 0);
    wrt_json_free(coverage);
    wrt_json_free(diff);
}

static void exercise(const wrt_policy *policy, const wrt_json *request, bool is_small) {
    wrt_json *report = NULL;
    wrt_policy *again = read_back(policy);
    if (again != NULL)
        check_decision(policy, again, request);
    (void)wrt_policy_test(&report, policy, NULL);
    wrt_json_free(report);
    wrt_json_free(wrt_policy_explain(policy, request));
    wrt_json_free(wrt_policy_lint(policy, wrt_json_get(request, "tools")));
    if (is_small)
        check_tooling(policy);
    wrt_policy_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char separator[] = "\n%%\n";
    wrt_str rules = {(const char *)data, size};
    wrt_str request_text = {"", 0};
    wrt_json *request = NULL;
    wrt_err err;
    wrt_crypto_init();
    const char *cut = size == 0 ? NULL : memmem(data, size, separator, sizeof separator - 1);
    if (cut != NULL) {
        rules.len = (size_t)(cut - rules.ptr);
        request_text.ptr = cut + sizeof separator - 1;
        request_text.len = size - rules.len - (sizeof separator - 1);
    }
    wrt_policy *policy = wrt_policy_new();
    wrt_status status = wrt_policy_add_text(policy, "fuzz", rules, &err);
    if (status != WRT_OK)
        check(err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
    if (wrt_json_parse(&request, request_text, NULL) != WRT_OK)
        request = NULL;
    exercise(policy, request, rules.len < 1024);
    wrt_json_free(request);
    wrt_policy_free(policy);
    return 0;
}
