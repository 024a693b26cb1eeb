/* recheck.c: deciding a finished run again. */
#include "agent/recheck.h"

#include "policies/policy.h"

#include <stdio.h>
#include <string.h>

/* Loads the stored rules; their hash must be the one the run states. */
static wrt_status load_rules(wrt_policy *policy, const wrt_json *events,
                             const wrt_audit_source *source, wrt_err *err) {
    const wrt_json *stated = wrt_json_path(wrt_json_first(events), "body.policy");
    const char *blob = wrt_json_get_text(wrt_json_get(stated, "document"), "sha256", "");
    char hash[WRT_SHA256_HEX + 1];
    wrt_buf text = wrt_buf_make(WRT_MIB(16));
    wrt_status status = wrt_audit_get_blob(&text, source, blob, err);
    if (status == WRT_OK)
        status = wrt_policy_add_text(policy, "stored policy", wrt_buf_str(&text), err);
    if (status == WRT_OK) {
        wrt_policy_hash(hash, policy);
        if (strcmp(hash, wrt_json_get_text(stated, "sha256", "")) != 0)
            status =
                wrt_fail(err, WRT_E_INTEGRITY, "the stored rules are not those run.start names");
    }
    wrt_buf_free(&text);
    return status;
}

static bool same_decision(const wrt_policy *policy, const wrt_json *body) {
    static const char *const compared[] = {"decision", "determining", "obligations"};
    wrt_decision again = wrt_policy_decide(policy, wrt_json_get(body, "request"));
    bool same = true;
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++)
        same = same && wrt_json_equal(wrt_json_get(again.record, compared[i]),
                                      wrt_json_get(body, compared[i]));
    wrt_json_free(again.record);
    return same;
}

static void check_policy(wrt_audit_finding *out, const wrt_json *events,
                         const wrt_audit_source *source, void *ctx) {
    (void)ctx;
    wrt_err err = {0};
    size_t made = 0;
    wrt_policy *policy = wrt_policy_new();
    out->seq = -1;
    if (load_rules(policy, events, source, &err) != WRT_OK) {
        out->seq = 0;
        snprintf(out->detail, sizeof out->detail, "%s", err.message);
        goto out;
    }
    WRT_JSON_EACH(event, events) {
        if (strcmp(wrt_json_get_text(event, "type", ""), "policy.decision") != 0)
            continue;
        made++;
        if (!same_decision(policy, wrt_json_get(event, "body"))) {
            out->seq = wrt_json_get_int(event, "seq", -1);
            snprintf(out->detail, sizeof out->detail,
                     "event %lld: the stored rules decide otherwise", (long long)out->seq);
            goto out;
        }
    }
    out->ok = true;
    snprintf(out->detail, sizeof out->detail, "%zu decisions made again, all the same", made);
out:
    wrt_policy_free(policy);
}

const wrt_audit_hook wrt_recheck_policy = {3, "policy", check_policy, NULL};
