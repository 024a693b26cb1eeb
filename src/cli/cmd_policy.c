/* cmd_policy.c: warrant policy check | test | show. */
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/policy_files.h"

#include <stdlib.h>
#include <string.h>

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
    wrt_status status = wrt_cli_load_policies(&policy, call, err);
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

/* Every rule covered, and at least so many in a hundred changes noticed. */
static wrt_status check_least(const wrt_json *coverage, int64_t least, wrt_err *err) {
    long long rules = number(coverage, "rules"), covered = number(coverage, "rules_covered");
    long long mutants = number(coverage, "mutants"), caught = number(coverage, "mutants_caught");
    if (covered < rules)
        return wrt_fail(err, WRT_E_FAILED, "%lld of %lld rules are not covered", rules - covered,
                        rules);
    if (caught * 100 < least * mutants)
        return wrt_fail(err, WRT_E_FAILED,
                        "%lld of %lld changes are noticed; %lld %% are asked for", caught, mutants,
                        (long long)least);
    return WRT_OK;
}

static wrt_status run_test(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_policy *policy = NULL;
    int64_t least = 0;
    bool has_least = wrt_cli_value(call, "least") != NULL;
    wrt_status status = wrt_cli_int(&least, call, "least", 0, 100, 0, err);
    if (status == WRT_OK)
        status = wrt_cli_load_policies(&policy, call, err);
    if (status == WRT_OK)
        status = wrt_policy_test(&result->data, policy, err);
    if (status == WRT_OK && (has_least || wrt_cli_flag(call, "coverage"))) {
        wrt_json *coverage = wrt_policy_coverage(policy);
        wrt_json_set(result->data, "coverage", coverage);
        status = has_least ? check_least(coverage, least, err) : WRT_OK;
    }
    if (result->data != NULL && !call->globals->json)
        print_tests(call->out, result->data);
    wrt_policy_free(policy);
    return status;
}

static wrt_status run_show(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_policy *policy = NULL;
    wrt_status status = wrt_cli_load_policies(&policy, call, err);
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
    {"least", 0, "N",
     "the same, and exit 1 unless all rules are covered and N % of the changes noticed"},
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

const wrt_cli_command wrt_cmd_policy_show = {
    .path = "policy show",
    .operands = "[FILE...]",
    .summary = "list the rules in force",
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_show,
};
