/* cmd_policy.c: warrant policy check | test | explain | decide | show. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/open.h"

#include <stdlib.h>
#include <string.h>

/* The files given as operands, or the policy in force when there are none. */
static wrt_status load(wrt_policy **out, const wrt_cli_call *call, wrt_err *err) {
    if (call->n_operands == 0)
        return wrt_cli_open_policy(out, call->globals, err);
    wrt_status status = WRT_OK;
    *out = wrt_policy_new();
    for (int i = 0; i < call->n_operands && status == WRT_OK; i++)
        status = wrt_policy_add_file(*out, call->operands[i], err);
    if (status == WRT_E_NOT_FOUND)
        status = wrt_fail(err, WRT_E_INPUT, "no such policy file");
    return status;
}

/* The installed tools with their schemas; NULL when they cannot be listed. */
static wrt_json *describe_tools(const wrt_cli_call *call) {
    wrt_toolhost *tools = NULL;
    if (wrt_cli_open_tools(&tools, call, NULL) != WRT_OK)
        return NULL;
    wrt_json *list = wrt_toolhost_list(tools), *described = wrt_json_new_array();
    WRT_JSON_EACH(tool, list) {
        wrt_json *one = NULL;
        if (wrt_toolhost_describe(&one, tools, wrt_json_get_text(tool, "name", ""), NULL) == WRT_OK)
            wrt_json_push(described, one);
    }
    wrt_json_free(list);
    wrt_toolhost_free(tools);
    return described;
}

static wrt_status run_check(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_policy *policy = NULL;
    wrt_status status = load(&policy, call, err);
    if (status == WRT_OK) {
        char hash[WRT_SHA256_HEX + 1];
        wrt_json *tools = describe_tools(call);
        wrt_policy_hash(hash, policy);
        result->data = wrt_json_new_object();
        wrt_json_set_int(result->data, "rules", (int64_t)wrt_policy_count(policy));
        wrt_json_set_text(result->data, "sha256", hash);
        wrt_json_set(result->data, "findings", wrt_policy_lint(policy, tools));
        wrt_json_free(tools);
    }
    if (status == WRT_OK && !call->globals->json) {
        fprintf(call->out, "%zu rules, sha256 %s\n", wrt_policy_count(policy),
                wrt_json_get_text(result->data, "sha256", "?"));
        WRT_JSON_EACH(finding, wrt_json_get(result->data, "findings"))
        fprintf(call->out, "%s: %s\n", wrt_json_get_text(finding, "rule", "?"),
                wrt_json_get_text(finding, "message", "?"));
    }
    wrt_policy_free(policy);
    return status;
}

static long long number(const wrt_json *data, const char *key) {
    return (long long)wrt_json_get_int(data, key, 0);
}

static void print_findings(FILE *out, const wrt_json *list, const char *before) {
    WRT_JSON_EACH(entry, list)
    fprintf(out, "%s%s: %s\n", before, wrt_json_get_text(entry, "rule", "?"),
            wrt_json_get_text(entry, "message", "?"));
}

static void print_tests(FILE *out, const wrt_json *data) {
    WRT_JSON_EACH(failure, wrt_json_get(data, "failed"))
    fprintf(out, "FAILED %s test %lld: expected %s, got %s\n",
            wrt_json_get_text(failure, "rule", "?"), number(failure, "test"),
            wrt_json_get_text(failure, "expected", "?"), wrt_json_get_text(failure, "got", "?"));
    fprintf(out, "%lld rules, %lld tests, %lld passed\n", number(data, "rules"),
            number(data, "tests"), number(data, "passed"));
    const wrt_json *coverage = wrt_json_get(data, "coverage");
    if (coverage == NULL)
        return;
    print_findings(out, wrt_json_get(coverage, "uncovered"), "not covered: ");
    print_findings(out, wrt_json_get(coverage, "survivors"), "not noticed: ");
    fprintf(out,
            "covered: %lld of %lld rules, %lld of %lld conditions both ways, %lld of %lld changes "
            "noticed\n",
            number(coverage, "rules_covered"), number(coverage, "rules"),
            number(coverage, "leaves_covered"), number(coverage, "leaves"),
            number(coverage, "mutants_caught"), number(coverage, "mutants"));
}

static wrt_status run_test(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_policy *policy = NULL;
    wrt_status status = load(&policy, call, err);
    if (status == WRT_OK)
        status = wrt_policy_test(&result->data, policy, err);
    if (status == WRT_OK && wrt_cli_flag(call, "coverage"))
        wrt_json_set(result->data, "coverage", wrt_policy_coverage(policy));
    if (result->data != NULL && !call->globals->json)
        print_tests(call->out, result->data);
    wrt_policy_free(policy);
    return status;
}

static wrt_status run_explain(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_policy *policy = NULL;
    wrt_json *request = NULL;
    const char *text = wrt_cli_value(call, "request");
    if (text == NULL)
        return wrt_fail(err, WRT_E_INPUT, "give the request to explain: --request JSON|@FILE|-");
    wrt_status status = wrt_cli_read_json(&request, text, err);
    if (status == WRT_OK)
        status = load(&policy, call, err);
    if (status == WRT_OK) {
        result->data = wrt_policy_explain(policy, request);
        if (!call->globals->json) {
            wrt_buf pretty = wrt_buf_make(WRT_MIB(4));
            wrt_json_write_pretty(&pretty, result->data);
            fprintf(call->out, "%s\n", wrt_buf_str(&pretty).ptr);
            wrt_buf_free(&pretty);
        }
    }
    wrt_json_free(request);
    wrt_policy_free(policy);
    return status;
}

/* One request a line in, one decision a line out; a line that is not JSON yields an error line. */
static void decide_line(FILE *out, const wrt_policy *policy, wrt_str line) {
    wrt_json *request = NULL, *record = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&request, line, &err) == WRT_OK) {
        record = wrt_policy_decide(policy, request).record;
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
    wrt_status status = load(&policy, call, err);
    if (status == WRT_OK)
        status = wrt_cli_read_lines(&lines, path, err);
    wrt_str line, rest = wrt_buf_str(&lines);
    while (status == WRT_OK && wrt_str_cut(&line, &rest, '\n'))
        if (wrt_str_trim(line).len > 0)
            decide_line(call->out, policy, wrt_str_trim(line));
    result->streamed = status == WRT_OK;
    wrt_buf_free(&lines);
    wrt_policy_free(policy);
    return status;
}

static wrt_status run_show(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_policy *policy = NULL;
    wrt_status status = load(&policy, call, err);
    if (status == WRT_OK) {
        result->data = wrt_policy_document(policy);
        WRT_JSON_EACH(rule, wrt_json_get(result->data, "rules"))
        if (!call->globals->json)
            fprintf(call->out, "%-28s %-16s %s\n", wrt_json_get_text(rule, "id", "?"),
                    wrt_json_get_text(rule, "effect", "?"), wrt_json_get_text(rule, "message", ""));
    }
    wrt_policy_free(policy);
    return status;
}

const wrt_cli_command wrt_cmd_policy_check = {
    .path = "policy check",
    .operands = "[FILE...]",
    .summary = "check policy files against the format and the installed tools",
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_check,
};

static const wrt_cli_option test_options[] = {
    {"coverage", 0, NULL, "also list what the tests would not notice: rules, conditions, changes"},
    {0},
};

const wrt_cli_command wrt_cmd_policy_test = {
    .path = "policy test",
    .operands = "[FILE...]",
    .summary = "run the tests that stand inside the rules",
    .details =
        "With --coverage each rule is also changed in many small ways (an operator flipped, a "
        "number moved, a phase left out, the rule deleted); a change that no test of the file "
        "notices is listed.",
    .options = test_options,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_test,
};

static const wrt_cli_option explain_options[] = {
    {"request", 0, "JSON", "the request: JSON, @FILE or - for standard input"},
    {0},
};

const wrt_cli_command wrt_cmd_policy_explain = {
    .path = "policy explain",
    .operands = "[FILE...]",
    .summary = "show which rules decide a request, and why",
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

const wrt_cli_command wrt_cmd_policy_show = {
    .path = "policy show",
    .operands = "[FILE...]",
    .summary = "list the rules in force",
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_show,
};
