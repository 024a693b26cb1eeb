/* fuzz_tlog.c: the texts of transparency logs that come from others: policies of witnesses,
 * verifier keys, cosigned notes, proofs of one claim.
 *
 * Whatever the bytes are: nothing crashes, a refusal has a one-line reason, and no proof and no
 * cosignature of a made-up text is believed by a key that signed nothing. */
#include "ledger/audit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_policy(wrt_str text) {
    wrt_tlog_policy *policy = NULL;
    wrt_err err = {0};
    size_t n = 0;
    if (wrt_tlog_policy_parse(&policy, text, &err) != WRT_OK) {
        check(policy == NULL && err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
        return;
    }
    (void)wrt_tlog_policy_met(&n, policy, text);
    check(n == 0);
    wrt_tlog_policy_free(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const unsigned char key[32] = {9};
    const wrt_audit_options options = {.public_key = key, .max_level = 1};
    wrt_str text = {(const char *)data, size};
    wrt_tlog_policy *policy = NULL;
    wrt_json *report = NULL;
    wrt_crypto_init();
    check_policy(text);
    if (wrt_tlog_policy_of_witness(&policy, text, NULL) == WRT_OK)
        wrt_tlog_policy_free(policy);
    check(wrt_audit_proof(&report, text, NULL, &options, NULL) == WRT_E_INTEGRITY);
    check(wrt_json_get(report, "first_failure") != NULL);
    wrt_json_free(report);
    return 0;
}
