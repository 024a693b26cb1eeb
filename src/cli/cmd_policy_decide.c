/* cmd_policy_decide.c: warrant policy explain | decide. */
#include "cli/commands.h"
#include "cli/policy_files.h"
#include "policies/decider.h"

/* ---- explain */

static void print_leaf(FILE *out, const wrt_json *leaf, const char *key) {
    wrt_buf operand = wrt_buf_make(WRT_MIB(1));
    wrt_json_write(&operand, wrt_json_get(leaf, "operand"));
    wrt_str text = wrt_buf_str(&operand);
    fprintf(out, "      %s %s ", wrt_json_get_text(leaf, "field", "?"),
            wrt_json_get_text(leaf, "op", "?"));
    wrt_cli_print_text(out, text.len <= 60 ? text.ptr : "(long)");
    if (wrt_json_get(leaf, "seen") != NULL)
        fprintf(out, ": %s, saw %s\n", wrt_json_get_text(leaf, "value", "?"),
                wrt_json_get_text(leaf, "seen", "?"));
    else
        fprintf(out, " must be %s\n", wrt_json_get_bool(leaf, key, false) ? "true" : "false");
    wrt_buf_free(&operand);
}

/* Rules that did not apply are left to --json. */
static void print_rules(FILE *out, const wrt_json *rules) {
    WRT_JSON_EACH(rule, rules) {
        const char *outcome = wrt_json_get_text(rule, "outcome", "?");
        if (outcome[0] == 'n' && wrt_json_get(rule, "leaves") == NULL)
            continue;
        fprintf(out, "  %-28s %-16s %s: ", wrt_json_get_text(rule, "id", "?"),
                wrt_json_get_text(rule, "effect", "?"), outcome);
        wrt_cli_print_text(out, wrt_json_get_text(rule, "detail", ""));
        fputc('\n', out);
        WRT_JSON_EACH(leaf, wrt_json_get(rule, "leaves"))
        print_leaf(out, leaf, "value");
    }
}

static void print_remedies(FILE *out, const wrt_json *remedies) {
    if (wrt_json_count(remedies) > 0)
        fprintf(out, "would be allowed if\n");
    WRT_JSON_EACH(remedy, remedies) {
        fprintf(out, "  %s %s: %s\n", wrt_json_get_text(remedy, "kind", "?"),
                wrt_json_get_text(remedy, "rule", ""), wrt_json_get_text(remedy, "message", ""));
        WRT_JSON_EACH(change, wrt_json_get(remedy, "changes"))
        print_leaf(out, change, "must_be");
    }
}

static void print_explanation(FILE *out, const wrt_json *data) {
    const wrt_json *decision = wrt_json_get(data, "decision");
    const wrt_json *message = wrt_json_first(wrt_json_get(decision, "messages"));
    fprintf(out, "%s\n", wrt_json_get_text(decision, "decision", "?"));
    WRT_JSON_EACH(id, wrt_json_get(decision, "determining")) {
        fprintf(out, "  by %s: ", wrt_json_text(id));
        wrt_cli_print_text(out, wrt_json_text(message) != NULL ? wrt_json_text(message) : "");
        fputc('\n', out);
        message = wrt_json_next(message);
    }
    WRT_JSON_EACH(error, wrt_json_get(decision, "errors")) {
        fprintf(out, "  error in %s: ", wrt_json_get_text(error, "rule", "the request"));
        wrt_cli_print_text(out, wrt_json_get_text(error, "message", "?"));
        fputc('\n', out);
    }
    fprintf(out, "rules of this phase and tool\n");
    print_rules(out, wrt_json_get(data, "rules"));
    print_remedies(out, wrt_json_get(data, "would_be_allowed_if"));
}

static wrt_status run_explain(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_policy *policy = NULL;
    wrt_json *request = NULL;
    const char *text = wrt_cli_value(call, "request");
    if (text == NULL)
        return wrt_fail(err, WRT_E_INPUT, "give the request to explain: --request JSON|@FILE|-");
    wrt_status status = wrt_cli_read_json(&request, text, err);
    if (status == WRT_OK)
        status = wrt_cli_load_policies(&policy, call, err);
    if (status == WRT_OK) {
        result->data = wrt_policy_explain(policy, request);
        if (!call->globals->json)
            print_explanation(call->out, result->data);
    }
    wrt_json_free(request);
    wrt_policy_free(policy);
    return status;
}

/* ---- decide */

/* One request a line in, one decision a line out; a line that is not JSON yields an error line. */
static void decide_line(FILE *out, wrt_decider *decider, wrt_str line) {
    wrt_json *request = NULL, *record = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&request, line, &err) == WRT_OK) {
        (void)wrt_decider_decide(decider, request);
        record = wrt_decider_record(decider);
    } else {
        record = wrt_json_new_object();
        wrt_json_set_text(record, "decision", "deny");
        wrt_json_set(record, "errors", wrt_json_new_array());
        wrt_json_push_text(wrt_json_get_mut(record, "errors"), err.message);
    }
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    wrt_json_write(&text, record);
    fprintf(out, "%s\n", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    wrt_json_free(record);
    wrt_json_free(request);
}

static wrt_status run_decide(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    const char *path = wrt_cli_value(call, "batch");
    if (path == NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "give the requests, one JSON object a line: --batch FILE|-");
    wrt_policy *policy = NULL;
    wrt_buf lines = wrt_buf_make(WRT_MIB(256));
    wrt_status status = wrt_cli_load_policies(&policy, call, err);
    if (status == WRT_OK)
        status = wrt_cli_read_lines(&lines, path, err);
    wrt_decider *decider = status == WRT_OK ? wrt_decider_new(policy) : NULL;
    wrt_str line, rest = wrt_buf_str(&lines);
    while (status == WRT_OK && wrt_str_cut(&line, &rest, '\n'))
        if (wrt_str_trim(line).len > 0)
            decide_line(call->out, decider, wrt_str_trim(line));
    result->streamed = status == WRT_OK;
    wrt_decider_free(decider);
    wrt_buf_free(&lines);
    wrt_policy_free(policy);
    return status;
}

static const wrt_cli_option explain_options[] = {
    {"request", 0, "JSON", "the request: JSON, @FILE or - for standard input"},
    {0},
};

const wrt_cli_command wrt_cmd_policy_explain = {
    .path = "policy explain",
    .operands = "[FILE...]",
    .summary = "show which rules decide a request, why, and what would have to be otherwise",
    .details =
        "Values of the request are not repeated: a condition is shown with what kind of value "
        "it saw and how long that was.",
    .examples =
        "  warrant policy explain --request '{\"phase\":\"tool_call\",\"tool\":\"kg_paths\"}'\n",
    .options = explain_options,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_explain,
};

static const wrt_cli_option decide_options[] = {
    {"batch", 0, "FILE", "requests, one JSON object a line; - for standard input"},
    {0},
};

const wrt_cli_command wrt_cmd_policy_decide = {
    .path = "policy decide",
    .operands = "[FILE...]",
    .summary = "decide many requests, one decision a line",
    .options = decide_options,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_decide,
};
