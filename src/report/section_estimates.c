/* section_estimates.c: estimates from tables: the number beside the unadjusted one, balance and
 * overlap, what would explain it away, what tried to refute it. */
#include "base/arena.h"
#include "draw/forest.h"
#include "draw/love.h"
#include "report/page.h"
#include "report/sections.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 60, COVARIATES_MAX = 500, LABEL_MAX = 96 };

static double number_of(const wrt_json *object, const char *key) {
    return wrt_json_get_number(object, key, (double)NAN);
}

static void interval_text(char out[112], const wrt_json *data) {
    const wrt_json *ci = wrt_json_get(data, "ci");
    double values[3] = {number_of(data, "estimate"),
                        wrt_json_number(wrt_json_at(ci, 0), (double)NAN),
                        wrt_json_number(wrt_json_at(ci, 1), (double)NAN)};
    double width = values[2] - values[1];
    wrt_plot_interval(out, values,
                      wrt_plot_decimals(isfinite(width) ? 10 * fabs(width) : values[0]));
}

/* ---- the number */

static void add_headline(wrt_buf *out, const wrt_json *data, const wrt_run_result *r) {
    char adjusted[112], bare[112];
    interval_text(adjusted, data);
    interval_text(bare, wrt_json_get(data, "unadjusted"));
    wrt_buf_add_c(out, "<h3>");
    wrt_page_text(out, wrt_json_get_text(r->args, "treatment", "treatment"));
    wrt_buf_add_c(out, " on ");
    wrt_page_text(out, wrt_json_get_text(r->args, "outcome", "outcome"));
    wrt_buf_add_c(out, "</h3>\n<p><strong>");
    wrt_page_text(out, wrt_json_get_text(data, "measure", "effect"));
    wrt_buf_printf(out, ": %s</strong>, %.4g %% interval, by ", adjusted,
                   100 * wrt_json_get_number(data, "level", 0.95));
    wrt_page_text(out, wrt_json_get_text(data, "estimator", "?"));
    wrt_buf_printf(out, "; unadjusted %s.</p>\n", bare);
}

static const char *estimand_of(const wrt_json *data) {
    const char *name = wrt_json_get_text(data, "estimand", "not stated");
    return strcmp(name, "ate") == 0   ? "average effect over all (ATE)"
           : strcmp(name, "att") == 0 ? "average effect in the treated (ATT)"
           : strcmp(name, "atc") == 0 ? "average effect in the untreated (ATC)"
                                      : name;
}

static void add_facts(wrt_buf *out, const wrt_json *data) {
    wrt_buf_add_c(out, "<dl>\n<dt>Adjusted for</dt><dd>");
    if (wrt_json_count(wrt_json_get(data, "adjusted_for")) > 0)
        wrt_page_list(out, wrt_json_get(data, "adjusted_for"), ", ");
    else
        wrt_buf_add_c(out, "nothing");
    wrt_buf_printf(out, "</dd>\n<dt>Rows</dt><dd>%lld of %lld used",
                   (long long)wrt_json_get_int(data, "n_used", 0),
                   (long long)wrt_json_get_int(data, "n", 0));
    if (wrt_json_get(data, "n_treated") != NULL)
        wrt_buf_printf(out, ", %lld treated", (long long)wrt_json_get_int(data, "n_treated", 0));
    wrt_buf_printf(out, "</dd>\n<dt>Rung</dt><dd>%d: ", (int)wrt_json_get_int(data, "rung", 0));
    wrt_page_text(out, wrt_json_get_text(data, "rung_reason", "no reason recorded"));
    wrt_buf_add_c(out, "</dd>\n");
    wrt_page_pair(out, "Estimand", estimand_of(data));
    wrt_page_pair(out, "Method", wrt_json_get_text(data, "source", "not stated"));
    wrt_page_pair(out, "Table",
                  wrt_json_get_text(wrt_json_path(data, "table.file"), "name", "not stated"));
    wrt_buf_add_c(out, "</dl>\n");
}

/* ---- forest */

static wrt_forest_row row_of(const char *label, const wrt_json *from, bool is_unadjusted) {
    const wrt_json *ci = wrt_json_get(from, "ci");
    wrt_forest_row row = {label, number_of(from, "estimate"),
                          wrt_json_number(wrt_json_at(ci, 0), (double)NAN),
                          wrt_json_number(wrt_json_at(ci, 1), (double)NAN), is_unadjusted};
    if (ci == NULL) {
        row.low = number_of(from, "low");
        row.high = number_of(from, "high");
    }
    return row;
}

/* Groups are named "severity = mild". */
static void add_forest(wrt_buf *out, const wrt_json *data, const char *by, const char *id) {
    wrt_forest_row rows[ROWS_MAX];
    char labels[ROWS_MAX][LABEL_MAX];
    size_t n = 0;
    rows[n++] = row_of(wrt_json_get_text(data, "estimator", "?"), data, false);
    rows[n++] = row_of("unadjusted", wrt_json_get(data, "unadjusted"), true);
    WRT_JSON_EACH(level, wrt_json_get(data, "by")) {
        if (n == ROWS_MAX)
            break;
        (void)snprintf(labels[n], LABEL_MAX, "%.40s = %.40s", by,
                       wrt_json_get_text(level, "level", "?"));
        rows[n] = row_of(labels[n], level, false);
        n++;
    }
    wrt_forest forest = {.caption = {id, "Effect, adjusted and unadjusted", true},
                         .measure = wrt_json_get_text(data, "measure", "effect"),
                         .rows = rows,
                         .n = n};
    wrt_page_wide(out, "Forest plot of the estimates");
    (void)wrt_forest_svg(out, &forest, NULL);
    wrt_page_wide_end(out);
    wrt_page_details(out, "The estimates as a table");
    wrt_page_wide(out, "Table of the estimates");
    (void)wrt_forest_table(out, &forest, NULL);
    wrt_page_wide_end(out);
    wrt_page_details_end(out);
}

/* ---- balance and overlap */

static void add_balance(wrt_buf *out, const wrt_json *balance, const char *id) {
    size_t n = 0;
    wrt_love_row *rows = wrt_calloc(COVARIATES_MAX, sizeof *rows);
    WRT_JSON_EACH(one, wrt_json_get(balance, "covariates"))
    if (n < COVARIATES_MAX)
        rows[n++] = (wrt_love_row){
            wrt_json_get_text(one, "name", "?"),   number_of(one, "mean_treated"),
            number_of(one, "mean_untreated"),      number_of(one, "smd_before"),
            number_of(one, "smd_after"),           number_of(one, "variance_ratio_before"),
            number_of(one, "variance_ratio_after")};
    wrt_love love = {.caption = {id, "Balance of covariates", true},
                     .rows = rows,
                     .n = n,
                     .threshold = wrt_json_get_number(balance, "threshold", 0.1),
                     .has_after = wrt_json_get(balance, "worst_after") != NULL};
    if (n > 0) {
        wrt_page_wide(out, "Love plot of balance");
        (void)wrt_love_svg(out, &love, NULL);
        wrt_page_wide_end(out);
        wrt_page_details(out, "Balance as a table");
        wrt_page_wide(out, "Table of balance");
        (void)wrt_love_table(out, &love, NULL);
        wrt_page_wide_end(out);
        wrt_page_details_end(out);
    }
    free(rows);
}

static size_t size_of(const wrt_json *number) {
    double value = wrt_json_number(number, 0);
    return value > 0 && value < 1e15 ? (size_t)value : 0;
}

static wrt_propensity_arm arm_of(const wrt_json *arm) {
    wrt_propensity_arm out = {.rows = size_of(wrt_json_get(arm, "rows")),
                              .ess = wrt_json_get_number(arm, "ess", 0)};
    int bin = 0;
    WRT_JSON_EACH(count, wrt_json_get(arm, "bins"))
    if (bin < WRT_PROPENSITY_BINS)
        out.bins[bin++] = size_of(count);
    return out;
}

static void add_overlap(wrt_buf *out, const wrt_json *overlap, const char *id) {
    wrt_propensities p = {.caption = {id, "Propensity of treatment in both arms", true},
                          .arm = {arm_of(wrt_json_get(overlap, "untreated")),
                                  arm_of(wrt_json_get(overlap, "treated"))},
                          .verdict = wrt_json_get_text(overlap, "verdict", "not judged"),
                          .outside_support = size_of(wrt_json_get(overlap, "outside_support"))};
    p.n = p.arm[0].rows + p.arm[1].rows;
    wrt_page_paragraph(out, wrt_json_get_text(overlap, "text", NULL));
    wrt_page_wide(out, "Histograms of propensities");
    wrt_propensities_svg(out, &p);
    wrt_page_wide_end(out);
    wrt_page_details(out, "Overlap as a table");
    wrt_page_wide(out, "Table of overlap");
    wrt_propensities_table(out, &p);
    wrt_page_wide_end(out);
    wrt_page_details_end(out);
}

/* ---- doubts */

static void add_tipping(wrt_buf *out, const wrt_json *tipping) {
    static const char *const heads[] = {"Prevalence, treated", "Prevalence, untreated",
                                        "Takes the estimate away", "Takes the interval away", NULL};
    char text[32];
    size_t n = 0;
    if (wrt_json_count(wrt_json_get(tipping, "rows")) == 0)
        return;
    wrt_page_details(out, "What an unmeasured binary confounder would have to do");
    wrt_page_paragraph(out, wrt_json_get_text(tipping, "text", NULL));
    wrt_page_table(out, "Tipping points", heads);
    WRT_JSON_EACH(row, wrt_json_get(tipping, "rows")) {
        if (n++ == ROWS_MAX)
            break;
        wrt_plot_number(text, number_of(row, "prevalence_treated"), 2);
        wrt_buf_printf(out, "<tr><th scope=\"row\">%s</th>", text);
        wrt_page_cell_number(out, wrt_json_get(row, "prevalence_untreated"), 2);
        wrt_page_cell_number(out, wrt_json_get(row, "tips_estimate"), 3);
        wrt_page_cell_number(out, wrt_json_get(row, "tips_limit"), 3);
        wrt_page_row_end(out);
    }
    wrt_page_table_end(out);
    wrt_page_details_end(out);
}

static void add_sensitivity(wrt_buf *out, const wrt_json *sensitivity) {
    const wrt_json *e = wrt_json_get(sensitivity, "e_value");
    char point[32], limit[32];
    if (wrt_json_count(e) > 0) {
        wrt_plot_number(point, number_of(e, "e_value"), 2);
        wrt_plot_number(limit, number_of(e, "e_value_limit"), 2);
        wrt_buf_printf(out, "<p><strong>E-value %s</strong> (interval: %s). ", point, limit);
        wrt_page_text(out, wrt_json_get_text(e, "text", ""));
        wrt_buf_add_c(out, "</p>\n");
    }
    add_tipping(out, wrt_json_get(sensitivity, "tipping"));
    wrt_page_paragraph(out,
                       wrt_json_get_text(wrt_json_get(sensitivity, "robustness"), "text", NULL));
}

static const char *result_of(const wrt_json *refuter) {
    if (wrt_json_get(refuter, "not_run") != NULL)
        return "not run";
    return wrt_json_get_bool(refuter, "passes", false) ? "\xe2\x9c\x93 passes"
                                                       : "\xe2\x9c\x97 objects";
}

static void add_refuters(wrt_buf *out, const wrt_json *refuters) {
    static const char *const heads[] = {"Refuter", "Result", "What was found", NULL};
    if (wrt_json_count(refuters) == 0)
        return;
    wrt_page_table(out, "Attempts to refute the estimate", heads);
    WRT_JSON_EACH(refuter, refuters) {
        wrt_page_row(out);
        wrt_buf_add_c(out, "<th scope=\"row\">");
        wrt_page_words(out, wrt_json_get_text(refuter, "refuter", "?"));
        wrt_buf_add_c(out, "</th>");
        wrt_page_cell(out, result_of(refuter));
        wrt_page_cell(out, wrt_json_get_text(refuter, "text", ""));
        wrt_page_row_end(out);
    }
    wrt_page_table_end(out);
}

static void add_test(wrt_buf *out, const wrt_json *test) {
    wrt_buf_add_c(out, "<tr><th scope=\"row\">");
    wrt_page_text(out, wrt_json_get_text(test, "x", "?"));
    wrt_buf_add_c(out, " independent of ");
    wrt_page_text(out, wrt_json_get_text(test, "y", "?"));
    wrt_buf_add_c(out, "</th><td>{");
    wrt_page_list(out, wrt_json_get(test, "given"), ", ");
    wrt_buf_add_c(out, "}</td>");
    wrt_page_cell_number(out, wrt_json_get(test, "p"), 3);
    wrt_page_cell_number(out, wrt_json_get(test, "p_holm"), 3);
    wrt_page_cell(out, wrt_json_get_bool(test, "rejected", false) ? "\xe2\x9c\x97 the table objects"
                                                                  : "\xe2\x9c\x93 holds");
    wrt_page_row_end(out);
}

static void add_conflicts(wrt_buf *out, const wrt_json *conflicts) {
    static const char *const heads[] = {"The graph implies",       "Given",        "p",
                                        "p over all tests (Holm)", "In the table", NULL};
    size_t n = 0;
    if (wrt_json_count(conflicts) == 0)
        return;
    wrt_page_paragraph(out, wrt_json_get_text(conflicts, "text", NULL));
    wrt_page_table(out, "What the graph implies, tested on the table", heads);
    WRT_JSON_EACH(test, wrt_json_get(conflicts, "tests"))
    if (n++ < ROWS_MAX)
        add_test(out, test);
    wrt_page_table_end(out);
    if (n > ROWS_MAX)
        wrt_buf_printf(out, "<p>Left out here: %zu more.</p>\n", n - ROWS_MAX);
}

static void add_assumptions(wrt_buf *out, const wrt_json *data) {
    if (wrt_json_count(wrt_json_get(data, "assumptions")) == 0)
        return;
    wrt_buf_add_c(out, "<p>It is an effect only where this holds:</p>\n<ul>\n");
    wrt_page_items(out, wrt_json_get(data, "assumptions"));
    wrt_buf_add_c(out, "</ul>\n");
}

static void add_estimate(wrt_buf *out, const wrt_json *data, const wrt_run_result *r, size_t n) {
    const wrt_json *balance = wrt_json_path(data, "diagnostics.balance");
    const wrt_json *overlap = wrt_json_path(data, "diagnostics.overlap");
    char id[32];
    add_headline(out, data, r);
    add_facts(out, data);
    (void)snprintf(id, sizeof id, "forest-%zu", n);
    add_forest(out, data, wrt_json_get_text(r->args, "by", "group"), id);
    add_sensitivity(out, wrt_json_get(data, "sensitivity"));
    add_refuters(out, wrt_json_get(data, "refuters"));
    wrt_page_paragraph(out,
                       wrt_json_get_text(wrt_json_get(data, "negative_control"), "text", NULL));
    (void)snprintf(id, sizeof id, "balance-%zu", n);
    if (balance != NULL)
        add_balance(out, balance, id);
    (void)snprintf(id, sizeof id, "overlap-%zu", n);
    if (overlap != NULL)
        add_overlap(out, overlap, id);
    add_conflicts(out, wrt_json_get(data, "conflicts"));
    add_assumptions(out, data);
}

static void open_section(wrt_buf *out) {
    wrt_page_section(out, "estimate", "Estimate");
    wrt_page_paragraph(out, "Numbers and sentences of this section are those of the tool that "
                            "computed them; what the answer says of them stands at the top.");
}

void wrt_report_add_estimates(wrt_buf *out, const wrt_report_source *s) {
    const wrt_run_result *result;
    const wrt_json *data;
    size_t at = 0, n = 0;
    while ((data = wrt_run_results_next(&result, &at, s->results, "effect_estimate")) != NULL) {
        if (n++ == 0)
            open_section(out);
        add_estimate(out, data, result, n);
    }
    if (n > 0)
        wrt_page_section_end(out);
}
