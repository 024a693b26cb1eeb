/* cmd_estimate.c: warrant estimate. */
#include "cli/commands.h"
#include "effect/estimators/naive.h"

#include <string.h>

static wrt_json *estimate_json(const wrt_naive_estimate *e, const wrt_table *table) {
    wrt_json *data = wrt_json_new_object(), *ci = wrt_json_new_array(),
             *file = wrt_json_new_object();
    wrt_json_push(ci, wrt_json_new_number(e->ci_low));
    wrt_json_push(ci, wrt_json_new_number(e->ci_high));
    wrt_json_set_text(data, "estimator", "naive");
    wrt_json_set_number(data, "estimate", e->estimate);
    wrt_json_set_number(data, "se", e->se);
    wrt_json_set(data, "ci", ci);
    wrt_json_set_int(data, "n", (int64_t)e->n);
    wrt_json_set_int(data, "n_treated", (int64_t)e->n_treated);
    wrt_json_set_int(data, "dropped", (int64_t)e->dropped);
    wrt_json_set_int(data, "rung", 1);
    wrt_json_set_text(file, "sha256", wrt_table_sha256(table));
    wrt_json_set_int(file, "rows", (int64_t)wrt_table_rows(table));
    wrt_json_set(data, "data", file);
    return data;
}

static wrt_status run_estimate(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    const char *path = wrt_cli_value(call, "data"), *estimator = wrt_cli_value(call, "estimator");
    const char *treatment = wrt_cli_value(call, "treatment");
    const char *outcome = wrt_cli_value(call, "outcome");
    if (path == NULL || treatment == NULL || outcome == NULL)
        return wrt_fail(err, WRT_E_INPUT, "give --data FILE --treatment COLUMN --outcome COLUMN");
    if (estimator != NULL && strcmp(estimator, "naive") != 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "--estimator %s: this version has naive only",
                        estimator);
    wrt_table *table = NULL;
    wrt_naive_estimate e = {0};
    wrt_status status = wrt_table_read(&table, path, err);
    if (status == WRT_E_NOT_FOUND && err != NULL)
        status = err->code = WRT_E_INPUT;
    if (status == WRT_OK)
        status = wrt_effect_naive(&e, table, treatment, outcome, err);
    if (status == WRT_OK) {
        result->data = estimate_json(&e, table);
        if (!call->globals->json)
            fprintf(
                call->out,
                "difference in means %.6g (se %.6g, 95 %% interval %.6g to %.6g)\n"
                "rows %zu, treated %zu, dropped for missing values %zu\n"
                "rung 1: an unadjusted association, an effect only if treatment was randomised\n",
                e.estimate, e.se, e.ci_low, e.ci_high, e.n, e.n_treated, e.dropped);
    }
    wrt_table_free(table);
    return status;
}

static const wrt_cli_option estimate_options[] = {
    {"data", 0, "FILE", "CSV with a header line"},
    {"treatment", 0, "COLUMN", "column of 0 and 1"},
    {"outcome", 0, "COLUMN", "numeric column"},
    {"estimator", 0, "NAME", "naive (default)"},
    {0},
};

const wrt_cli_command wrt_cmd_estimate = {
    .path = "estimate",
    .operands = "",
    .summary = "the unadjusted difference in means, labelled as the association it is",
    .examples = "  warrant estimate --data trial.csv --treatment treat --outcome re78\n",
    .options = estimate_options,
    .run = run_estimate,
};
