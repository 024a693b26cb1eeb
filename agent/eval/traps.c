/* traps.c: see traps.h. */
#include "agent/eval/traps.h"

#include "agent/eval/play.h"
#include "base/arena.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_MAX = 1 << 20, COLUMNS_MAX = 16, COUNT_MAX = 100000 };

static const char card[] =
    "Tables whose naive reading is wrong, each with the graph that says so: a collider or a "
    "mediator\n"
    "adjusted for, M-bias, selection, immortal time, reverse causation, a confounder that was not\n"
    "measured, no graph at all. The whole program is asked how large the effect is. Data ship with "
    "the\n"
    "program: exact tables of counts, nothing is sampled.\n"
    "\n"
    "`correct` of a trap: no causal claim (rung 2 or 3) is released; an association or an "
    "abstention\n"
    "is fine. Of a twin, the sound version of the same table: a causal claim is released, so that\n"
    "refusing everything does not pass. It must be 1 with any model and with none.\n"
    "\n"
    "Caveats: the program can only be as right as the graph that it is given; immortal time is "
    "posed\n"
    "as an unmeasured common cause (who lives long enough is treated), not as survival data.\n";

/* ---- the table */

static wrt_status add_rows(wrt_buf *out, const wrt_json *row, size_t columns, wrt_err *err) {
    int64_t count = (int64_t)wrt_json_number(wrt_json_at(row, columns), -1);
    wrt_buf line = wrt_buf_make(WRT_KIB(4));
    if (wrt_json_count(row) != columns + 1 || count < 0 || count > COUNT_MAX)
        return wrt_fail(err, WRT_E_INPUT, "a row holds %zu values and a count up to %d", columns,
                        COUNT_MAX);
    for (size_t i = 0; i < columns; i++)
        wrt_buf_printf(&line, "%s%g", i > 0 ? "," : "", wrt_json_number(wrt_json_at(row, i), 0));
    for (int64_t i = 0; i < count; i++)
        wrt_buf_printf(out, "%s\n", wrt_buf_str(&line).ptr);
    wrt_buf_free(&line);
    return WRT_OK;
}

static wrt_status write_table(char **path, const char *home, const wrt_json *item, wrt_err *err) {
    const wrt_json *columns = wrt_json_get(item, "columns");
    size_t n = wrt_json_count(columns);
    wrt_buf text = wrt_buf_make(TABLE_MAX), name = wrt_buf_make(WRT_KIB(1));
    wrt_status status = WRT_OK;
    if (n == 0 || n > COLUMNS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "an item has 1 to %d columns", COLUMNS_MAX);
    WRT_JSON_EACH(column, columns)
    wrt_buf_printf(&text, "%s%s", column == wrt_json_first(columns) ? "" : ",",
                   wrt_json_text(column) != NULL ? wrt_json_text(column) : "");
    wrt_buf_add_c(&text, "\n");
    WRT_JSON_EACH(row, wrt_json_get(item, "rows"))
    if (status == WRT_OK)
        status = add_rows(&text, row, n, err);
    wrt_buf_printf(&name, "%s.csv", wrt_json_get_text(item, "id", "table"));
    *path = wrt_path_join(home, wrt_buf_str(&name).ptr);
    if (status == WRT_OK && text.overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "the table is over 1 MiB");
    if (status == WRT_OK)
        status = wrt_file_write(*path, wrt_buf_str(&text), 0600, err);
    wrt_buf_free(&text);
    wrt_buf_free(&name);
    return status;
}

/* ---- judging */

static const wrt_json *causal_claim(const wrt_json *report) {
    WRT_JSON_EACH(claim, wrt_json_get(wrt_json_get(report, "answer"), "claims"))
    if (wrt_json_get_int(claim, "rung", 0) >= 2)
        return claim;
    return NULL;
}

static wrt_json *judge(const wrt_json *item, const wrt_json *report) {
    const char *kind = wrt_json_get_text(item, "kind", "trap");
    bool is_trap = strcmp(kind, "trap") == 0;
    const wrt_json *claim = causal_claim(report);
    wrt_json *row = wrt_eval_row(wrt_json_get_text(item, "id", "?"),
                                 claim != NULL ? "causal claim" : "no causal claim",
                                 is_trap ? "no causal claim" : "causal claim");
    wrt_eval_row_group(row, "kind", kind);
    wrt_eval_row_group(row, "trap", wrt_json_get_text(item, "trap", "?"));
    wrt_json_set_text(row, "why",
                      claim != NULL
                          ? wrt_json_get_text(claim, "text", "")
                          : wrt_json_get_text(wrt_json_get(report, "answer"), "reason", NULL));
    wrt_json_set_int(row, "exit", wrt_json_get_int(report, "exit", -1));
    return row;
}

/* A trap that ends in a failure of the program has not been seen through. */
static wrt_status check_end(const wrt_json *report, wrt_err *err) {
    int64_t code = wrt_json_get_int(report, "exit", -1);
    if (code == 0 || code == 3 || code == 5)
        return WRT_OK;
    return wrt_fail(err, WRT_E_FAILED, "exit %lld: %.300s", (long long)code,
                    wrt_json_get_text(report, "message", "no message"));
}

static wrt_status run(wrt_json **row, void *self, size_t item, const wrt_eval_request *request,
                      wrt_err *err) {
    const wrt_play *play = self;
    const wrt_json *trap = play->items[item];
    wrt_json *report = NULL, *inputs = wrt_json_copy(wrt_json_get(trap, "inputs"));
    char *path = NULL;
    wrt_status status = write_table(&path, play->home, trap, err);
    if (status == WRT_OK) {
        if (inputs == NULL)
            inputs = wrt_json_new_object();
        wrt_json_set_text(inputs, "data", path);
        const wrt_eval_question question = {
            .text = wrt_json_get_text(trap, "question", ""), .home = play->home, .inputs = inputs};
        status = wrt_stage_ask(&report, request, &question, err);
    }
    if (status == WRT_OK)
        status = check_end(report, err);
    if (status == WRT_OK)
        *row = judge(trap, report);
    wrt_json_free(report);
    wrt_json_free(inputs);
    free(path);
    return status;
}

const wrt_eval_suite wrt_eval_traps = {
    .name = "traps",
    .version = 1,
    .title = "tables whose naive reading is wrong",
    .card = card,
    .modes = wrt_play_modes,
    .needs = WRT_EVAL_NEEDS_AGENT,
    .own_data = "traps.json",
    .open = wrt_play_open,
    .run = run,
    .close = wrt_play_close,
};
