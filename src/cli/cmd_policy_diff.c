/* cmd_policy_diff.c: warrant policy diff | replay. */
#include "agent/audit/recheck.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/policy_files.h"

#include <stdio.h>
#include <sys/stat.h>

static long long number(const wrt_json *data, const char *key) {
    return (long long)wrt_json_get_int(data, key, 0);
}

static void print_rules(FILE *out, const wrt_json *rules) {
    const char *before = " (";
    WRT_JSON_EACH(rule, rules) {
        fputs(before, out);
        wrt_cli_print_text(out, wrt_json_text(rule));
        before = ", ";
    }
    if (wrt_json_count(rules) > 0)
        fputc(')', out);
}

static void print_change(FILE *out, const wrt_json *change) {
    fprintf(out, "%-11s %s", wrt_json_get_text(change, "kind", "?"),
            wrt_json_get_text(change, "from", "?"));
    print_rules(out, wrt_json_get(change, "from_rules"));
    fprintf(out, " -> %s", wrt_json_get_text(change, "to", "?"));
    print_rules(out, wrt_json_get(change, "to_rules"));
}

/* ---- diff */

static wrt_status read_requests(wrt_json **out, const char *path, wrt_err *err) {
    wrt_buf lines = wrt_buf_make(WRT_MIB(256));
    wrt_status status = wrt_cli_read_lines(&lines, path, err);
    wrt_str line, rest = wrt_buf_str(&lines);
    *out = wrt_json_new_array();
    for (size_t n = 1; status == WRT_OK && wrt_str_cut(&line, &rest, '\n'); n++) {
        wrt_json *request = NULL;
        if (wrt_str_trim(line).len == 0)
            continue;
        status = wrt_json_parse(&request, wrt_str_trim(line), err);
        if (status == WRT_OK)
            wrt_json_push(*out, request);
        else
            wrt_err_prefix(err, "line %zu", n);
    }
    wrt_buf_free(&lines);
    return status;
}

static void print_diff(FILE *out, const wrt_json *data) {
    WRT_JSON_EACH(change, wrt_json_get(data, "changes")) {
        wrt_buf request = wrt_buf_make(WRT_MIB(4));
        wrt_json_write(&request, wrt_json_get(change, "request"));
        print_change(out, change);
        fprintf(out, ", %lld times\n            ", number(change, "times"));
        wrt_cli_print_text(out, wrt_buf_str(&request).ptr);
        fputc('\n', out);
        wrt_buf_free(&request);
    }
    fprintf(out, "%lld requests compared: %lld narrow, %lld widen, %lld change obligations%s\n",
            number(data, "compared"), number(data, "narrows"), number(data, "widens"),
            number(data, "obligations"),
            wrt_json_get_bool(data, "is_whole", false) ? "" : "; not all were tried");
}

static wrt_status run_diff(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_policy *from = NULL, *to = NULL;
    wrt_json *requests = NULL;
    const char *path = wrt_cli_value(call, "requests");
    wrt_status status = wrt_cli_load_policy_list(&from, call->operands[0], err);
    if (status == WRT_OK)
        status = wrt_cli_load_policy_list(&to, call->operands[1], err);
    if (status == WRT_OK && path != NULL)
        status = read_requests(&requests, path, err);
    if (status == WRT_OK) {
        result->data = wrt_policy_diff(from, to, requests);
        if (!call->globals->json)
            print_diff(call->out, result->data);
        if (wrt_cli_flag(call, "no-widening") && number(result->data, "widens") > 0)
            status = wrt_fail(err, WRT_E_FAILED, "%lld requests are decided more freely",
                              number(result->data, "widens"));
    }
    wrt_json_free(requests);
    wrt_policy_free(from);
    wrt_policy_free(to);
    return status;
}

static const wrt_cli_option diff_options[] = {
    {"requests", 0, "FILE",
     "also compare over these, one JSON object a line; - for standard input"},
    {"no-widening", 0, NULL, "fail (exit 1) when some request is decided more freely"},
    {0},
};

const wrt_cli_command wrt_cmd_policy_diff = {
    .path = "policy diff",
    .operands = "FILE[,FILE...] FILE[,FILE...]",
    .summary = "show which decisions narrow and which widen from one rule set to another",
    .details =
        "Compared over the tests of both sets, over every phase and named tool, and over these "
        "with each condition's field moved around its operand. What no request showed is not "
        "proven equal: patterns and sequences need --requests.",
    .examples =
        "  warrant policy diff default.policy.json default.policy.json,offline.policy.json\n",
    .options = diff_options,
    .min_operands = 2,
    .max_operands = 2,
    .run = run_diff,
};

/* ---- replay */

static bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static wrt_status replay_stored(wrt_json **report, wrt_cli_result *result, const wrt_cli_call *call,
                                const wrt_audit_options *options, wrt_err *err) {
    char run[WRT_RUN_ID_MAX];
    wrt_ledger *ledger = NULL;
    wrt_status status = wrt_cli_open_ledger(&ledger, call->globals, false, err);
    if (status == WRT_OK)
        status = wrt_ledger_find(run, ledger, call->operands[0], err);
    if (status == WRT_OK) {
        (void)snprintf(result->run, sizeof result->run, "%s", run);
        status = wrt_audit_run_with(report, ledger, run, options, err);
    }
    wrt_ledger_close(ledger);
    return status;
}

static void print_replay(FILE *out, const wrt_json *data) {
    WRT_JSON_EACH(change, wrt_json_get(data, "changes")) {
        fprintf(out, "event %-4lld %s ", number(change, "seq"),
                wrt_json_get_text(change, "phase", "?"));
        wrt_cli_print_text(out, wrt_json_get_text(change, "tool", ""));
        fputs("\n  ", out);
        print_change(out, change);
        fputc('\n', out);
    }
    fprintf(out,
            "%lld decisions made again: %lld the same, %lld narrow, %lld widen, %lld change "
            "obligations\n",
            number(data, "decisions"), number(data, "same"), number(data, "narrows"),
            number(data, "widens"), number(data, "obligations"));
}

static wrt_status run_replay(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_policy *policy = NULL;
    wrt_json *report = NULL;
    wrt_status status = WRT_OK;
    if (call->globals->policy != NULL)
        status = wrt_cli_load_policy_list(&policy, call->globals->policy, err);
    wrt_recheck_other other = {.policy = policy};
    wrt_audit_hook hook = wrt_recheck_by(&other);
    wrt_audit_options options = {.max_level = 3, .hooks = &hook, .n_hooks = 1};
    if (status == WRT_OK && is_folder(call->operands[0]))
        status = wrt_audit_bundle_with(&report, call->operands[0], &options, err);
    else if (status == WRT_OK)
        status = replay_stored(&report, result, call, &options, err);
    result->data = other.report;
    if (result->data != NULL && !call->globals->json)
        print_replay(call->out, result->data);
    wrt_json_free(report);
    wrt_policy_free(policy);
    return status;
}

const wrt_cli_command wrt_cmd_policy_replay = {
    .path = "policy replay",
    .operands = "RUN|DIR",
    .summary = "decide a finished run again by other rules (--policy) or by its own",
    .details = "The requests are those that the run recorded; nothing is called. A run that was "
               "altered, or that its own rules decide otherwise, is exit 6.",
    .examples = "  warrant policy replay last --policy clinical.policy.json\n",
    .min_operands = 1,
    .max_operands = 1,
    .run = run_replay,
};
