/* compare_page.c: a comparison as lines and as a page. */
#include "agent/eval/compare.h"
#include "base/arena.h"
#include "report/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_MAX = 96 };

/* "0.812 [0.78, 0.84] n 844"; "-" where there is nothing. */
static void share_text(char out[CELL_MAX], const wrt_json *share, const char *mean) {
    const wrt_json *value = wrt_json_get(share, mean);
    if (wrt_json_is(value, WRT_JSON_NUMBER))
        snprintf(out, CELL_MAX, "%.3f [%.3f, %.3f] n %lld", wrt_json_number(value, 0),
                 wrt_json_get_number(share, "low", 0), wrt_json_get_number(share, "high", 0),
                 (long long)wrt_json_get_int(share, "n", 0));
    else
        snprintf(out, CELL_MAX, "-");
}

static void number_text(char out[CELL_MAX], const wrt_json *value, int decimals) {
    if (wrt_json_is(value, WRT_JSON_NUMBER))
        snprintf(out, CELL_MAX, "%.*f", decimals, wrt_json_number(value, 0));
    else
        snprintf(out, CELL_MAX, "-");
}

/* ---- lines */

static void write_row(wrt_buf *out, const char *head, const wrt_json *cells, const char *mean) {
    wrt_buf_printf(out, "  %-34.34s", head);
    WRT_JSON_EACH(cell, cells) {
        char text[CELL_MAX];
        share_text(text, cell, mean);
        wrt_buf_printf(out, "  %-30s", text);
    }
    wrt_buf_add_c(out, "\n");
}

static void write_groups(wrt_buf *out, const wrt_json *groups) {
    WRT_JSON_EACH(group, groups) {
        char head[CELL_MAX];
        snprintf(head, sizeof head, "%.40s %.40s", wrt_json_get_text(group, "group", "?"),
                 wrt_json_get_text(group, "value", "?"));
        write_row(out, head, wrt_json_get(group, "shares"), "accuracy");
    }
}

void wrt_compare_write_text(wrt_buf *out, const wrt_json *comparison) {
    wrt_buf_printf(out, "suite %s\n", wrt_json_get_text(comparison, "suite", "?"));
    WRT_JSON_EACH(warning, wrt_json_get(comparison, "warnings"))
    wrt_buf_printf(out, "note: %s\n", wrt_json_text(warning));
    WRT_JSON_EACH(run, wrt_json_get(comparison, "runs")) {
        char text[CELL_MAX];
        share_text(text, run, "accuracy");
        wrt_buf_printf(out, "%-24.60s %-24.40s %-10.20s %s", wrt_json_get_text(run, "name", "?"),
                       wrt_json_get_text(run, "model", "?"), wrt_json_get_text(run, "mode", "?"),
                       text);
        number_text(text, wrt_json_get(run, "unanswered"), 0);
        wrt_buf_printf(out, "  unanswered %s\n", text);
    }
    write_groups(out, wrt_json_get(comparison, "groups"));
    WRT_JSON_EACH(measure, wrt_json_get(comparison, "measures"))
    write_row(out, wrt_json_get_text(measure, "measure", "?"), wrt_json_get(measure, "means"),
              "mean");
    WRT_JSON_EACH(pair, wrt_json_get(comparison, "against_first"))
    wrt_buf_printf(
        out,
        "%s against the first: %lld items, %lld answered alike, right only there %lld, "
        "only here %lld, p %.3g\n",
        wrt_json_get_text(pair, "name", "?"), (long long)wrt_json_get_int(pair, "items", 0),
        (long long)wrt_json_get_int(pair, "same_answers", 0),
        (long long)wrt_json_get_int(pair, "only_first", 0),
        (long long)wrt_json_get_int(pair, "only_this", 0), wrt_json_get_number(pair, "p", 1));
}

/* ---- the page */

static void add_runs(wrt_buf *out, const wrt_json *runs) {
    static const char *const heads[] = {"results", "model",      "mode",    "accuracy",
                                        "main",    "unanswered", "seconds", NULL};
    wrt_page_table(out, "The results, each with Wilson's 95 % interval", heads);
    WRT_JSON_EACH(run, runs) {
        char text[CELL_MAX];
        wrt_page_row(out);
        wrt_page_head_cell(out, wrt_json_get_text(run, "name", "?"));
        wrt_page_cell(out, wrt_json_get_text(run, "model", "?"));
        wrt_page_cell(out, wrt_json_get_text(run, "mode", "?"));
        share_text(text, run, "accuracy");
        wrt_page_cell(out, text);
        share_text(text, wrt_json_get(run, "main"), "accuracy");
        wrt_page_cell(out, text);
        number_text(text, wrt_json_get(run, "unanswered"), 0);
        wrt_page_cell(out, text);
        number_text(text, wrt_json_get(run, "seconds"), 1);
        wrt_page_cell(out, text);
        wrt_page_row_end(out);
    }
    wrt_page_table_end(out);
}

/* A table whose columns are the runs: their names come from files, so they are written as a row. */
static void open_wide(wrt_buf *out, const char *caption, const char *what, const wrt_json *runs) {
    const char *heads[WRT_COMPARE_MAX + 2] = {what};
    static const char *const numbers[] = {"1", "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                          "9", "10", "11", "12", "13", "14", "15", "16"};
    size_t n = wrt_json_count(runs);
    for (size_t i = 0; i < n && i < WRT_COMPARE_MAX; i++)
        heads[i + 1] = numbers[i];
    wrt_page_table(out, caption, heads);
    wrt_page_row(out);
    wrt_page_head_cell(out, "results");
    WRT_JSON_EACH(run, runs)
    wrt_page_cell(out, wrt_json_get_text(run, "name", "?"));
    wrt_page_row_end(out);
}

static void add_wide_row(wrt_buf *out, const char *head, const wrt_json *cells, const char *mean) {
    wrt_page_row(out);
    wrt_page_head_cell(out, head);
    WRT_JSON_EACH(cell, cells) {
        char text[CELL_MAX];
        share_text(text, cell, mean);
        wrt_page_cell(out, text);
    }
    wrt_page_row_end(out);
}

static void add_groups(wrt_buf *out, const wrt_json *comparison) {
    const wrt_json *groups = wrt_json_get(comparison, "groups");
    if (wrt_json_count(groups) == 0)
        return;
    wrt_page_section(out, "groups", "Accuracy by group");
    open_wide(out, "Share of right answers, with Wilson's 95 % interval", "group",
              wrt_json_get(comparison, "runs"));
    WRT_JSON_EACH(group, groups) {
        char head[CELL_MAX];
        snprintf(head, sizeof head, "%.40s %.40s", wrt_json_get_text(group, "group", "?"),
                 wrt_json_get_text(group, "value", "?"));
        add_wide_row(out, head, wrt_json_get(group, "shares"), "accuracy");
    }
    wrt_page_table_end(out);
    wrt_page_section_end(out);
}

static void add_measures(wrt_buf *out, const wrt_json *comparison) {
    const wrt_json *measures = wrt_json_get(comparison, "measures");
    if (wrt_json_count(measures) == 0)
        return;
    wrt_page_section(out, "measures", "Measures");
    open_wide(out, "Means with 95 % bootstrap intervals", "measure",
              wrt_json_get(comparison, "runs"));
    WRT_JSON_EACH(measure, measures)
    add_wide_row(out, wrt_json_get_text(measure, "measure", "?"), wrt_json_get(measure, "means"),
                 "mean");
    wrt_page_table_end(out);
    wrt_page_section_end(out);
}

static void add_pairs(wrt_buf *out, const wrt_json *pairs) {
    static const char *const heads[] = {"results",
                                        "items in both",
                                        "answered alike",
                                        "right only first",
                                        "right only here",
                                        "p (McNemar, exact)",
                                        NULL};
    static const char *const members[] = {"items", "same_answers", "only_first", "only_this"};
    wrt_page_section(out, "pairs", "Against the first");
    wrt_page_table(out, "Item by item", heads);
    WRT_JSON_EACH(pair, pairs) {
        char text[CELL_MAX];
        wrt_page_row(out);
        wrt_page_head_cell(out, wrt_json_get_text(pair, "name", "?"));
        for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
            snprintf(text, sizeof text, "%lld", (long long)wrt_json_get_int(pair, members[i], 0));
            wrt_page_cell(out, text);
        }
        snprintf(text, sizeof text, "%.3g", wrt_json_get_number(pair, "p", 1));
        wrt_page_cell(out, text);
        wrt_page_row_end(out);
    }
    wrt_page_table_end(out);
    wrt_page_section_end(out);
}

wrt_status wrt_compare_write_page(wrt_buf *out, const wrt_json *comparison, wrt_err *err) {
    char title[CELL_MAX];
    snprintf(title, sizeof title, "Comparison on suite %.40s",
             wrt_json_get_text(comparison, "suite", "?"));
    wrt_page_open(out, title);
    wrt_buf_add_c(out, "<h1>");
    wrt_page_text(out, title);
    wrt_buf_add_c(out, "</h1>\n");
    WRT_JSON_EACH(warning, wrt_json_get(comparison, "warnings"))
    wrt_page_paragraph(out, wrt_json_text(warning));
    wrt_page_section(out, "results", "Results");
    add_runs(out, wrt_json_get(comparison, "runs"));
    wrt_page_section_end(out);
    add_groups(out, comparison);
    add_measures(out, comparison);
    add_pairs(out, wrt_json_get(comparison, "against_first"));
    wrt_page_close(out);
    return out->overflow ? wrt_fail(err, WRT_E_LIMIT, "the page is larger than %d bytes",
                                    WRT_COMPARE_PAGE_MAX)
                         : WRT_OK;
}
