/* section_whatifs.c: answers of structural causal models: as it was beside as it would have been,
 * effects and queries. What a language model gave any part of is labelled before everything. */
#include "draw/whatif.h"
#include "report/page.h"
#include "report/sections.h"

#include <stdio.h>
#include <string.h>

/* ---- words that all answers share */

static void add_label(wrt_buf *out, const wrt_json *data) {
    if (wrt_json_get_bool(data, "model_implied", true))
        wrt_page_note(out, wrt_json_get_text(data, "label", "model-implied, not evidence"));
}

static void add_setting(wrt_buf *out, const char *name, const wrt_json *settings) {
    if (wrt_json_count(settings) == 0 || !wrt_json_is(settings, WRT_JSON_OBJECT))
        return;
    size_t n = 0;
    wrt_buf_printf(out, "<dt>%s</dt><dd>", name);
    WRT_JSON_EACH(value, settings) {
        wrt_buf_add_c(out, n++ > 0 ? ", " : "");
        wrt_page_text(out, wrt_json_key(value));
        wrt_buf_add_c(out, " = ");
        wrt_page_text(out, wrt_json_text(value) != NULL ? wrt_json_text(value) : "drawn anew");
    }
    wrt_buf_add_c(out, "</dd>\n");
}

static void add_method(wrt_buf *out, const wrt_json *data) {
    const char *model = wrt_json_get_text(wrt_json_get(data, "model"), "model",
                                          wrt_json_get_text(data, "model", NULL));
    wrt_page_pair(out, "Causal model", wrt_json_get_text(data, "scm", "not stated"));
    wrt_buf_printf(out, "<dt>Method</dt><dd>rung %d, ", (int)wrt_json_get_int(data, "rung", 0));
    wrt_page_text(out, wrt_json_get_text(data, "method", "?"));
    wrt_buf_printf(out, ", seed %lld", (long long)wrt_json_get_int(data, "seed", 0));
    if (wrt_json_get_text(data, "coupling", NULL) != NULL) {
        wrt_buf_add_c(out, ", coupling ");
        wrt_page_text(out, wrt_json_get_text(data, "coupling", ""));
    }
    wrt_buf_add_c(out, "</dd>\n");
    if (model != NULL)
        wrt_page_pair(out, "Language model", model);
}

/* ---- what-if */

static void add_support(wrt_buf *out, const wrt_json *data) {
    char text[32];
    double p = wrt_json_get_number(wrt_json_get(data, "support"), "p", -1);
    if (wrt_json_get_bool(data, "extrapolation", false))
        wrt_page_note(out, "Extrapolation: such a patient hardly ever gets this in the model, so "
                           "that the answer rests on the model's form, not on its support.");
    if (p < 0)
        return;
    wrt_plot_number(text, p, 3);
    wrt_buf_printf(
        out, "<p>Support: in the model such a patient gets this with probability %s.</p>\n", text);
}

static void add_whatif(wrt_buf *out, const wrt_json *data, size_t number) {
    char id[32];
    (void)snprintf(id, sizeof id, "whatif-%zu", number);
    add_label(out, data);
    wrt_buf_add_c(out, "<dl>\n");
    add_setting(out, "Seen of the patient", wrt_json_get(data, "evidence"));
    add_setting(out, "Done instead", wrt_json_get(data, "do"));
    add_method(out, data);
    wrt_buf_add_c(out, "</dl>\n");
    add_support(out, data);
    wrt_page_wide(out, "Picture of the what-if");
    wrt_whatif_svg(out, data, (wrt_plot_caption){.id = id, .is_bare = true});
    wrt_page_wide_end(out);
    wrt_page_paragraph(out, "The line on a lower bar is the range over every way of coupling the "
                            "two worlds that the model allows; no experiment tells them apart.");
    wrt_page_details(out, "The what-if as a table");
    wrt_page_wide(out, "Table of the what-if");
    wrt_whatif_table(out, data);
    wrt_page_wide_end(out);
    wrt_page_details_end(out);
}

/* ---- effects and queries: a row a value */

static void add_columns(wrt_buf *out, const wrt_json *data, const char *const *columns) {
    const wrt_json *first = wrt_json_get(data, columns[0]);
    WRT_JSON_EACH(value, wrt_json_is(first, WRT_JSON_OBJECT) ? first : NULL) {
        wrt_page_row(out);
        wrt_page_head_cell(out, wrt_json_key(value));
        for (size_t i = 0; columns[i] != NULL; i++)
            wrt_page_cell_number(
                out, wrt_json_get(wrt_json_get(data, columns[i]), wrt_json_key(value)), 4);
        wrt_page_row_end(out);
    }
}

static void add_effect(wrt_buf *out, const wrt_json *data) {
    static const char *const heads[] = {"Value of the outcome", "As seen (rung 1)",
                                        "Under intervention (rung 2)", "Gap", NULL};
    static const char *const columns[] = {"observational", "interventional", "gap", NULL};
    wrt_buf_add_c(out, "<h3>Effect of ");
    wrt_page_text(out, wrt_json_get_text(data, "treatment", "?"));
    wrt_buf_add_c(out, " on ");
    wrt_page_text(out, wrt_json_get_text(data, "outcome", "?"));
    wrt_buf_add_c(out, "</h3>\n");
    add_label(out, data);
    wrt_page_table(out, "Differences of probabilities", heads);
    add_columns(out, data, columns);
    wrt_page_table_end(out);
    wrt_buf_add_c(out, "<dl>\n");
    add_method(out, data);
    wrt_buf_add_c(out, "</dl>\n");
}

static void add_query(wrt_buf *out, const wrt_json *data) {
    static const char *const heads[] = {"Value", "Probability", "Standard error", NULL};
    static const char *const columns[] = {"distribution", "se", NULL};
    wrt_buf_add_c(out, "<h3>Distribution of ");
    wrt_page_text(out, wrt_json_get_text(data, "outcome", "?"));
    wrt_buf_add_c(out, "</h3>\n");
    add_label(out, data);
    wrt_buf_add_c(out, "<dl>\n");
    add_setting(out, "Given", wrt_json_get(data, "given"));
    add_setting(out, "Done", wrt_json_get(data, "do"));
    add_method(out, data);
    wrt_buf_add_c(out, "</dl>\n");
    wrt_page_table(out, "Probabilities", heads);
    add_columns(out, data, columns);
    wrt_page_table_end(out);
}

static size_t count_of(const wrt_run_results *results, const char *tool) {
    const wrt_run_result *result;
    size_t n = 0, at = 0;
    while (wrt_run_results_next(&result, &at, results, tool) != NULL)
        n++;
    return n;
}

void wrt_report_add_whatifs(wrt_buf *out, const wrt_report_source *s) {
    const wrt_run_result *result;
    const wrt_json *data;
    size_t at = 0, number = 0;
    if (count_of(s->results, "scm_whatif") + count_of(s->results, "scm_effect") +
            count_of(s->results, "scm_query") ==
        0)
        return;
    wrt_page_section(out, "whatif", "Counterfactual");
    while ((data = wrt_run_results_next(&result, &at, s->results, "scm_whatif")) != NULL)
        add_whatif(out, data, ++number);
    at = 0;
    while ((data = wrt_run_results_next(&result, &at, s->results, "scm_effect")) != NULL)
        add_effect(out, data);
    at = 0;
    while ((data = wrt_run_results_next(&result, &at, s->results, "scm_query")) != NULL)
        add_query(out, data);
    wrt_page_section_end(out);
}
