/* cmd_scm.c: warrant scm describe | query. */
#include "base/file.h"
#include "cli/commands.h"
#include "scm/infer/query.h"

#include <string.h>

static wrt_status load(wrt_scm **out, const wrt_cli_call *call, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_MIB(16));
    wrt_json *document = NULL;
    const char *path = call->operands[0];
    wrt_status status = wrt_file_read(&text, path, WRT_MIB(16), err);
    if (status == WRT_E_NOT_FOUND && err != NULL)
        status = err->code = WRT_E_INPUT;
    if (status == WRT_OK)
        status = wrt_json_parse(&document, wrt_buf_str(&text), err);
    if (status == WRT_OK)
        status = wrt_scm_parse(out, document, err);
    if (status != WRT_OK && err != NULL)
        wrt_err_prefix(err, "%s", wrt_path_base(path));
    wrt_json_free(document);
    wrt_buf_free(&text);
    return status;
}

static wrt_status run_describe(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_scm *scm = NULL;
    wrt_status status = load(&scm, call, err);
    if (status == WRT_OK) {
        result->data = wrt_scm_describe(scm);
        WRT_JSON_EACH(v, wrt_json_get(result->data, "variables"))
        if (!call->globals->json)
            fprintf(call->out, "%-20s %-11s %zu values, %zu parents, %s\n",
                    wrt_json_get_text(v, "name", "?"), wrt_json_get_text(v, "role", "?"),
                    wrt_json_count(wrt_json_get(v, "values")),
                    wrt_json_count(wrt_json_get(v, "parents")),
                    wrt_json_get_text(v, "mechanism", "?"));
    }
    wrt_scm_free(scm);
    return status;
}

static wrt_status read_values(wrt_json **out, const wrt_cli_call *call, const char *option,
                              wrt_err *err) {
    const char *text = wrt_cli_value(call, option);
    *out = NULL;
    wrt_status status = text != NULL ? wrt_cli_read_json(out, text, err) : WRT_OK;
    if (status == WRT_OK && *out != NULL && !wrt_json_is(*out, WRT_JSON_OBJECT))
        status = wrt_fail(err, WRT_E_INPUT, "--%s takes an object {variable: value}", option);
    return status;
}

static wrt_json *answer_json(const wrt_scm_answer *answer, const wrt_scm *scm,
                             const char *outcome) {
    wrt_json *data = wrt_json_new_object(), *distribution = wrt_json_new_object();
    size_t index = 0;
    (void)wrt_scm_find(&index, scm, outcome, NULL);
    for (size_t i = 0; i < answer->n; i++)
        wrt_json_set_number(distribution, wrt_scm_variable_at(scm, index)->values[i], answer->p[i]);
    wrt_json_set(data, "distribution", distribution);
    wrt_json_set_text(data, "method", answer->method == WRT_SCM_METHOD_EXACT ? "exact" : "sample");
    wrt_json_set_int(data, "rung", answer->rung);
    wrt_json_set_bool(data, "model_implied", true);
    return data;
}

static wrt_status run_query(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_scm *scm = NULL;
    wrt_json *do_values = NULL, *given = NULL;
    wrt_scm_answer answer;
    const char *outcome = wrt_cli_value(call, "outcome");
    if (outcome == NULL)
        return wrt_fail(err, WRT_E_INPUT, "name the variable to ask about: --outcome NAME");
    wrt_status status = load(&scm, call, err);
    if (status == WRT_OK)
        status = read_values(&do_values, call, "do", err);
    if (status == WRT_OK)
        status = read_values(&given, call, "given", err);
    if (status == WRT_OK)
        status = wrt_scm_query(&answer, scm, wrt_scm_rows_of_tables(scm),
                               &(wrt_scm_question){.outcome = outcome,
                                                   .do_values = do_values,
                                                   .given = given,
                                                   .method = WRT_SCM_METHOD_EXACT},
                               err);
    if (status == WRT_OK) {
        result->data = answer_json(&answer, scm, outcome);
        WRT_JSON_EACH(p, wrt_json_get(result->data, "distribution"))
        if (!call->globals->json)
            fprintf(call->out, "%s\t%.6g\n", wrt_json_key(p), wrt_json_number(p, 0));
        if (!call->globals->json)
            fprintf(call->out, "rung %d, implied by the model alone\n", answer.rung);
    }
    wrt_json_free(do_values);
    wrt_json_free(given);
    wrt_scm_free(scm);
    return status;
}

const wrt_cli_command wrt_cmd_scm_describe = {
    .path = "scm describe",
    .operands = "FILE.scm.json",
    .summary = "check a structural causal model and list its variables in causal order",
    .min_operands = 1,
    .max_operands = 1,
    .run = run_describe,
};

static const wrt_cli_option query_options[] = {
    {"outcome", 0, "NAME", "the variable asked about"},
    {"do", 0, "JSON",
     "interventions {variable: value}, {variable: {value: p}} or {variable: {\"uniform\": true}}"},
    {"given", 0, "JSON", "observations {variable: value}"},
    {0},
};

const wrt_cli_command wrt_cmd_scm_query = {
    .path = "scm query",
    .operands = "FILE.scm.json",
    .summary = "the exact distribution of a variable under observation and intervention",
    .examples = "  warrant scm query m.scm.json --outcome recovery --do '{\"dose\":\"halved\"}'\n",
    .options = query_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_query,
};
