/* did.c: one fit; the design is [1, group x period, group, period, covariates]. */
#include "effect/estimators/did.h"

#include "effect/estimators/linear.h"

#include <string.h>

enum { EFFECT = 1, CELL_MIN = 2, FEW_CLUSTERS = 20 };

static wrt_design design_of(const wrt_study *s, wrt_arena *arena) {
    size_t n = s->n, c = s->covariates.columns;
    wrt_block block = {.columns = 2 + c};
    double *both = wrt_arena_calloc(arena, n, sizeof *both);
    block.values = wrt_arena_calloc(arena, n * block.columns, sizeof *block.values);
    block.names = wrt_arena_calloc(arena, block.columns, sizeof *block.names);
    for (size_t i = 0; i < n; i++)
        both[i] = s->treatment[i] * s->period[i];
    memcpy(block.values, s->treatment, n * sizeof *both);
    memcpy(block.values + n, s->period, n * sizeof *both);
    block.names[0] = "the treated group";
    block.names[1] = "the later period";
    if (c > 0)
        memcpy(block.values + 2 * n, s->covariates.values, n * c * sizeof *both);
    for (size_t j = 0; j < c; j++)
        block.names[2 + j] = s->covariates.names[j];
    return wrt_design_new(n, both, "treated and later", &block, arena);
}

static wrt_status draw(double *out, const double *counts, const void *ctx, wrt_arena *scratch,
                       wrt_err *err) {
    const wrt_arms_ctx *c = ctx;
    wrt_ols fit = {0};
    wrt_status status = wrt_ols_fit(&fit, c->more, c->study->outcome, counts, NULL, scratch, err);
    if (status == WRT_OK)
        *out = fit.coefficients[EFFECT];
    return status;
}

/* Means and rows by group and period. */
typedef struct {
    double mean[2][2];
    size_t rows[2][2];
} cells;

static cells cells_of(const wrt_study *s) {
    cells out = {0};
    for (size_t i = 0; i < s->n; i++) {
        int g = s->treatment[i] > 0, p = s->period[i] > 0;
        out.mean[g][p] += (s->outcome[i] - out.mean[g][p]) / (double)++out.rows[g][p];
    }
    return out;
}

static wrt_status check(const wrt_study *study, const cells *c,
                        const wrt_estimator_options *options, wrt_err *err) {
    wrt_status status = wrt_arms_check(&wrt_estimator_did, study, options, 1, err);
    for (int g = 0; status == WRT_OK && g < 2; g++)
        for (int p = 0; status == WRT_OK && p < 2; p++)
            if (c->rows[g][p] < CELL_MIN)
                status = wrt_fail(err, WRT_E_INPUT,
                                  "did compares four groups of rows and the %s group has %zu %s "
                                  "treatment: each needs at least %d",
                                  g ? "treated" : "untreated", c->rows[g][p],
                                  p ? "after" : "before", CELL_MIN);
    return status;
}

static void report(wrt_estimate *out, const cells *c, const wrt_study *study, wrt_arena *arena) {
    static const char *const names[2][2] = {{"untreated_before", "untreated_after"},
                                            {"treated_before", "treated_after"}};
    wrt_json *means = wrt_json_new_object(), *rows = wrt_json_new_object();
    for (int g = 0; g < 2; g++)
        for (int p = 0; p < 2; p++) {
            wrt_json_set_number(means, names[g][p], c->mean[g][p]);
            wrt_json_set_int(rows, names[g][p], (int64_t)c->rows[g][p]);
        }
    wrt_json_set(wrt_estimate_details(out), "means", means);
    wrt_json_set(wrt_estimate_details(out), "rows", rows);
    wrt_estimate_warn(out, arena,
                      "two periods cannot show whether both groups would have changed alike "
                      "without treatment: that is assumed");
    if (study->cluster == NULL)
        wrt_estimate_warn(out, arena,
                          "no cluster is given: if a unit has a row in both periods, the error is "
                          "wrong; name the unit as cluster");
    else if (study->n_clusters < FEW_CLUSTERS)
        wrt_estimate_warn(out, arena,
                          "%zu clusters are few: errors by cluster tend to be too small",
                          study->n_clusters);
}

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    *out = (wrt_estimate){.mean_treated = (double)NAN, .mean_untreated = (double)NAN};
    if (study->period == NULL)
        return wrt_fail(err, WRT_E_INPUT, "did needs a period: a column of before and after");
    cells four = cells_of(study);
    wrt_status status = check(study, &four, options, err);
    if (status != WRT_OK)
        return status;
    wrt_design design = design_of(study, arena);
    wrt_ols fit = {0};
    status = wrt_ols_fit(&fit, &design, study->outcome, NULL, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    wrt_linear linear = {&fit, &design, EFFECT};
    wrt_linear_open(out, &linear, arena);
    out->measure = study->outcome_is_binary ? "difference in risk differences"
                                            : "difference in differences of means";
    report(out, &four, study, arena);
    if (options->se == WRT_SE_BOOTSTRAP)
        status =
            wrt_estimate_close(out, draw, &(wrt_arms_ctx){study, options, &design}, arena, err);
    else
        wrt_linear_close(out, &linear, study, options, arena);
    if (status != WRT_OK)
        wrt_json_free(out->details);
    return status;
}

const wrt_estimator wrt_estimator_did = {
    .name = "did",
    .source = "Angrist and Pischke 2009, section 5.2; Bertrand, Duflo and Mullainathan 2004, "
              "doi:10.1162/003355304772839588",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATT,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_CLASSICAL | 1U << WRT_SE_BOOTSTRAP,
    .adjusts = true,
    .wants_period = true,
};
