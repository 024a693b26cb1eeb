/* recheck.c: deciding a finished run again, by its own rules or by others. */
#include "agent/audit/recheck.h"

#include "agent/audit/requests.h"
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

static void describe_otherwise(wrt_audit_finding *out, const wrt_json *event, const char *member,
                               const wrt_json *ours) {
    enum { SHOWN_MAX = 200 };
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_json_write_canonical(&text, ours);
    out->seq = wrt_json_get_int(event, "seq", -1);
    wrt_str shown = wrt_buf_str(&text);
    shown.len = shown.len < SHOWN_MAX ? shown.len : SHOWN_MAX;
    snprintf(out->detail, sizeof out->detail,
             "event %lld: the stored rules decide otherwise: \"%s\" comes out as %.*s",
             (long long)out->seq, member, (int)wrt_utf8_valid_prefix(shown), shown.ptr);
    wrt_buf_free(&text);
}

/* Decides again; false: out says which member comes out otherwise, and how. */
static bool same_decision(wrt_audit_finding *out, const wrt_policy *policy, const wrt_json *event) {
    const wrt_json *body = wrt_json_get(event, "body");
    static const char *const compared[] = {"decision", "determining", "obligations"};
    wrt_decision again = wrt_policy_decide(policy, wrt_json_get(body, "request"));
    bool same = true;
    for (size_t i = 0; i < sizeof compared / sizeof *compared && same; i++) {
        const wrt_json *ours = wrt_json_get(again.record, compared[i]);
        same = wrt_json_equal(ours, wrt_json_get(body, compared[i]));
        if (!same)
            describe_otherwise(out, event, compared[i], ours);
    }
    wrt_json_free(again.record);
    return same;
}

/* Was this step taken outside the frozen plan, and did a decision let it? */
static bool is_permitted_deviation(const wrt_json *events, const wrt_json *call) {
    const char *step = wrt_json_get_text(wrt_json_get(call, "body"), "step", "");
    WRT_JSON_EACH(event, events) {
        const wrt_json *body = wrt_json_get(event, "body"), *asked = wrt_json_get(body, "request");
        if (event == call)
            return false;
        if (strcmp(wrt_json_get_text(event, "type", ""), "policy.decision") == 0 &&
            strcmp(wrt_json_get_text(body, "decision", ""), "allow") == 0 &&
            wrt_json_get_bool(asked, "deviation", false) &&
            strcmp(wrt_json_get_text(asked, "step", ""), step) == 0)
            return true;
    }
    return false;
}

/* The call that is neither of the frozen plan nor permitted as a deviation, or NULL. Runs that
 * froze no plan have none. */
static const wrt_json *unplanned_call(const wrt_json *events) {
    const wrt_json *frozen = NULL;
    WRT_JSON_EACH(event, events) {
        const wrt_json *body = wrt_json_get(event, "body");
        const char *type = wrt_json_get_text(event, "type", "");
        if (strcmp(type, "plan.frozen") == 0)
            frozen = wrt_json_get(body, "steps");
        if (frozen != NULL && strcmp(type, "tool.call") == 0 &&
            wrt_json_get(frozen, wrt_json_get_text(body, "step", "")) == NULL &&
            !is_permitted_deviation(events, event))
            return event;
    }
    return NULL;
}

/* Under which rules, and who approved: an auditor knows whether these are the ones to expect. */
static void report(wrt_audit_finding *out, const wrt_json *events, const wrt_requests_seen *seen,
                   size_t made) {
    char approvals[160] = "";
    const char *rules =
        wrt_json_get_text(wrt_json_path(wrt_json_first(events), "body.policy"), "sha256", "?");
    if (seen->by_key > 0)
        snprintf(approvals, sizeof approvals, "; %zu approvals by key %.16s...", seen->by_key,
                 seen->key);
    if (seen->by_person > 0)
        snprintf(approvals + strlen(approvals), sizeof approvals - strlen(approvals),
                 "; %zu at the terminal, of which nothing is signed", seen->by_person);
    snprintf(out->detail, sizeof out->detail,
             "%zu decisions made again, all the same, by rules %.16s...%s", made, rules, approvals);
}

static void check_policy(wrt_audit_finding *out, const wrt_json *events,
                         const wrt_audit_source *source, void *ctx) {
    (void)ctx;
    wrt_err err = {0};
    size_t made = 0;
    wrt_requests_seen seen;
    wrt_policy *policy = wrt_policy_new();
    out->seq = -1;
    if (load_rules(policy, events, source, &err) != WRT_OK) {
        out->seq = 0;
        snprintf(out->detail, sizeof out->detail, "event 0 (run.start): policy: %.400s",
                 err.message);
        goto out;
    }
    WRT_JSON_EACH(event, events) {
        if (strcmp(wrt_json_get_text(event, "type", ""), "policy.decision") != 0)
            continue;
        made++;
        if (!same_decision(out, policy, event))
            goto out;
    }
    const wrt_json *unplanned = unplanned_call(events);
    if (unplanned != NULL) {
        out->seq = wrt_json_get_int(unplanned, "seq", -1);
        snprintf(out->detail, sizeof out->detail,
                 "event %lld: a call that the frozen plan does not hold", (long long)out->seq);
        goto out;
    }
    if (!wrt_requests_check(out, &seen, events, source))
        goto out;
    out->ok = true;
    report(out, events, &seen, made);
out:
    wrt_policy_free(policy);
}

const wrt_audit_hook wrt_recheck_policy = {3, "policy", check_policy, NULL};

/* ---- other rules */

static void count_up(wrt_json *report, const char *key) {
    wrt_json_set_int(report, key, wrt_json_get_int(report, key, 0) + 1);
}

static wrt_json *describe_change(const wrt_json *event, const wrt_json *again, const char *kind) {
    const wrt_json *body = wrt_json_get(event, "body");
    const wrt_json *request = wrt_json_get(body, "request");
    wrt_json *change = wrt_json_new_object();
    wrt_json_set_int(change, "seq", wrt_json_get_int(event, "seq", -1));
    wrt_json_set_text(change, "phase", wrt_json_get_text(request, "phase", "?"));
    wrt_json_set(change, "tool", wrt_json_new_c(wrt_json_get_text(request, "tool", NULL)));
    wrt_json_set_text(change, "kind", kind);
    wrt_json_set_text(change, "from", wrt_json_get_text(body, "decision", "?"));
    wrt_json_set_text(change, "to", wrt_json_get_text(again, "decision", "?"));
    wrt_json_set(change, "from_rules", wrt_json_copy(wrt_json_get(body, "determining")));
    wrt_json_set(change, "to_rules", wrt_json_copy(wrt_json_get(again, "determining")));
    return change;
}

static void decide_again(wrt_json *report, wrt_json *changes, const wrt_policy *policy,
                         const wrt_json *event) {
    const wrt_json *body = wrt_json_get(event, "body");
    wrt_decision again = wrt_policy_decide(policy, wrt_json_get(body, "request"));
    const char *kind = wrt_policy_change(body, again.record);
    count_up(report, "decisions");
    count_up(report, kind);
    if (strcmp(kind, "same") != 0)
        wrt_json_push(changes, describe_change(event, again.record, kind));
    wrt_json_free(again.record);
}

static wrt_json *decide_all_again(const wrt_policy *policy, const wrt_json *events) {
    static const char *const counts[] = {"decisions", "same", "narrows", "widens", "obligations"};
    wrt_json *report = wrt_json_new_object(), *changes = wrt_json_new_array();
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        wrt_json_set_int(report, counts[i], 0);
    WRT_JSON_EACH(event, events) {
        if (strcmp(wrt_json_get_text(event, "type", ""), "policy.decision") == 0)
            decide_again(report, changes, policy, event);
    }
    wrt_json_set(report, "changes", changes);
    return report;
}

static void check_by(wrt_audit_finding *out, const wrt_json *events, const wrt_audit_source *source,
                     void *ctx) {
    wrt_recheck_other *other = ctx;
    wrt_policy *stored = NULL;
    wrt_err err = {0};
    if (other->policy == NULL) {
        check_policy(out, events, source, NULL);
        if (!out->ok)
            return;
        stored = wrt_policy_new();
        if (load_rules(stored, events, source, &err) != WRT_OK) {
            snprintf(out->detail, sizeof out->detail, "%s", err.message);
            wrt_policy_free(stored);
            return;
        }
    }
    other->report = decide_all_again(stored != NULL ? stored : other->policy, events);
    out->ok = true;
    out->seq = -1;
    snprintf(out->detail, sizeof out->detail, "%lld decisions made again",
             (long long)wrt_json_get_int(other->report, "decisions", 0));
    wrt_policy_free(stored);
}

wrt_audit_hook wrt_recheck_by(wrt_recheck_other *other) {
    return (wrt_audit_hook){3, "replay", check_by, other};
}
