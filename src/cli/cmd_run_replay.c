/* cmd_run_replay.c: warrant run replay. */
#include "agent/audit/recheck.h"
#include "agent/audit/replay.h"
#include "cli/commands.h"
#include "cli/policy_files.h"
#include "cli/stored_run.h"

#include <stdio.h>
#include <string.h>

static long long number(const wrt_json *object, const char *key) {
    return (long long)wrt_json_get_int(object, key, 0);
}

static void print_levels(FILE *out, const wrt_json *report) {
    WRT_JSON_EACH(level, wrt_json_get(report, "levels")) {
        fprintf(out, "%-14s %s  ", wrt_json_get_text(level, "name", "?"),
                wrt_json_get_bool(level, "ok", false) ? "pass" : "FAIL");
        wrt_cli_print_text(out, wrt_json_get_text(level, "detail", ""));
        fputc('\n', out);
    }
}

static void print_rules(FILE *out, const wrt_json *rules) {
    size_t n = 0;
    WRT_JSON_EACH(rule, rules) {
        fputs(n++ > 0 ? "," : "", out);
        wrt_cli_print_text(out, wrt_json_text(rule));
    }
}

static void print_changes(FILE *out, const wrt_json *decisions) {
    WRT_JSON_EACH(change, wrt_json_get(decisions, "changes")) {
        fprintf(out, "event %-4lld %s ", number(change, "seq"),
                wrt_json_get_text(change, "phase", "?"));
        wrt_cli_print_text(out, wrt_json_get_text(change, "tool", ""));
        fprintf(out, "\n  %s (", wrt_json_get_text(change, "from", "?"));
        print_rules(out, wrt_json_get(change, "from_rules"));
        fprintf(out, ") would be %s (", wrt_json_get_text(change, "to", "?"));
        print_rules(out, wrt_json_get(change, "to_rules"));
        fputs(")\n", out);
    }
    fprintf(out,
            "%lld decisions: %lld the same, %lld narrower, %lld wider, %lld with other duties\n",
            number(decisions, "decisions"), number(decisions, "same"), number(decisions, "narrows"),
            number(decisions, "widens"), number(decisions, "obligations"));
}

static wrt_status run_replay(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    char run[WRT_RUN_ID_MAX];
    wrt_policy *policy = NULL;
    wrt_json *report = NULL;
    wrt_status status = WRT_OK;
    if (call->globals->policy != NULL)
        status = wrt_cli_load_policy_list(&policy, call->globals->policy, err);
    wrt_recheck_other other = {.policy = policy};
    const wrt_audit_hook hooks[] = {wrt_replay_hook, wrt_recheck_by(&other)};
    const wrt_audit_options options = {
        .max_level = 6, .hooks = hooks, .n_hooks = policy != NULL ? 2 : 1};
    if (status == WRT_OK)
        status = wrt_cli_audit_named(&report, run, call, call->operands[0], &options, err);
    if (status == WRT_OK && number(report, "redacted") > 0)
        status = wrt_fail(err, WRT_E_INPUT,
                          "%lld values of this run were taken away, so it cannot be made again: "
                          "replay the whole bundle",
                          number(report, "redacted"));
    if (report != NULL) {
        (void)snprintf(result->run, sizeof result->run, "%s", run);
        if (other.report != NULL)
            wrt_json_set(report, "decisions", other.report);
        if (!call->globals->json) {
            print_levels(call->out, report);
            if (other.report != NULL)
                print_changes(call->out, other.report);
        }
    }
    result->data = report;
    wrt_policy_free(policy);
    return status;
}

const wrt_cli_command wrt_cmd_run_replay = {
    .path = "run replay",
    .operands = "RUN|DIR",
    .summary = "make a finished run again from its journal alone; exit 6 names what differs",
    .details =
        "No graph, no model, no tool and no network is used: what they answered is taken from\n"
        "the journal, all else is decided, computed and worded again, and every event has to come\n"
        "out as it is recorded. With --policy the decisions are also made by those rules, and "
        "what\n"
        "would have been decided otherwise is listed.\n",
    .examples = "  warrant run replay last\n"
                "  warrant run replay bundle --policy policies/clinical.policy.json\n",
    .min_operands = 1,
    .max_operands = 1,
    .run = run_replay,
};
