/* answers.c: see answers.h. */
#include "agent/eval/answers.h"

#include "agent/eval/play.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 1 << 18 };

static const char card[] =
    "What a model changes. Each question is asked of the whole program over a made-up graph; the\n"
    "answer of a row is the calls that were made and the claims that were released, as text, so "
    "that\n"
    "`warrant eval compare` of two runs (say none, the embedded model and a script) counts the\n"
    "questions on which they differ. Data ship with the program.\n"
    "\n"
    "Measured per question: calls; claims; hypotheses; coverage (share of looked-up rows that "
    "were\n"
    "seen, over the results that state it); choices (made by the model); answered. There is "
    "nothing\n"
    "expected, so no accuracy.\n"
    "\n"
    "Caveats: what a model may decide is which reading of an ambiguous name is meant, optional "
    "steps,\n"
    "order and wording; calls and claims alone are compared here, wording is not. Where two runs "
    "agree\n"
    "on every question the model changed nothing that is a claim.\n";

static double coverage_of(const wrt_json *report, bool *stated) {
    double seen = 0, total = 0;
    WRT_JSON_EACH(event, wrt_json_get(report, "events")) {
        const wrt_json *coverage = wrt_json_path(event, "body.result.coverage");
        const wrt_json *all = wrt_json_get(coverage, "total");
        if (strcmp(wrt_json_get_text(event, "type", ""), "tool.result") != 0 ||
            !wrt_json_is(all, WRT_JSON_NUMBER))
            continue;
        seen += wrt_json_get_number(coverage, "seen", 0);
        total += wrt_json_number(all, 0);
    }
    *stated = total > 0;
    return total > 0 ? seen / total : 0;
}

static size_t count_events(const wrt_json *report, const char *type) {
    size_t n = 0;
    WRT_JSON_EACH(event, wrt_json_get(report, "events"))
    n += strcmp(wrt_json_get_text(event, "type", ""), type) == 0;
    return n;
}

static wrt_json *describe(const wrt_json *item, const wrt_json *report) {
    const wrt_json *answer = wrt_json_get(report, "answer");
    wrt_buf text = wrt_buf_make(TEXT_MAX), calls = wrt_buf_make(TEXT_MAX / 4);
    bool is_stated = false;
    double coverage = coverage_of(report, &is_stated);
    wrt_json *row = wrt_json_new_object();
    wrt_stage_calls(&calls, report);
    wrt_buf_printf(&text, "exit %lld\ncalls %s\n", (long long)wrt_json_get_int(report, "exit", -1),
                   wrt_buf_str(&calls).ptr);
    wrt_stage_claims(&text, report);
    wrt_json_set_text(row, "id", wrt_json_get_text(item, "id", "?"));
    wrt_json_set_text(row, "answer", wrt_buf_str(&text).ptr);
    wrt_eval_row_measure(row, "calls", (double)count_events(report, "tool.call"));
    wrt_eval_row_measure(row, "claims", (double)wrt_json_count(wrt_json_get(answer, "claims")));
    wrt_eval_row_measure(row, "hypotheses",
                         (double)wrt_json_count(wrt_json_get(answer, "hypotheses")));
    if (is_stated)
        wrt_eval_row_measure(row, "coverage", coverage);
    wrt_eval_row_measure(row, "choices", (double)count_events(report, "model.response"));
    wrt_eval_row_measure(row, "answered", wrt_json_get_int(report, "exit", -1) == 0 ? 1 : 0);
    wrt_buf_free(&text);
    wrt_buf_free(&calls);
    return row;
}

static wrt_status run(wrt_json **row, void *self, size_t item, const wrt_eval_request *request,
                      wrt_err *err) {
    const wrt_play *play = self;
    wrt_json *report = NULL;
    wrt_status status = wrt_play_ask(&report, play, item, request, err);
    if (status == WRT_OK)
        *row = describe(play->items[item], report);
    wrt_json_free(report);
    return status;
}

const wrt_eval_suite wrt_eval_answers = {
    .name = "answers",
    .version = 1,
    .title = "plans, coverage and claims, to compare models by",
    .card = card,
    .modes = wrt_play_modes,
    .needs = WRT_EVAL_NEEDS_AGENT,
    .own_data = "program.json",
    .open = wrt_play_open,
    .run = run,
    .close = wrt_play_close,
};
