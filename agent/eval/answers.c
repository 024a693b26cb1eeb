/* answers.c: see answers.h. */
#include "agent/eval/answers.h"

#include "agent/eval/gold.h"
#include "agent/eval/oracle.h"
#include "agent/eval/play.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 1 << 18 };

static const char card[] =
    "What a model changes. Each question is asked of the whole program over a made-up graph and a "
    "few\n"
    "made-up papers. `gold` of an item is what a person says the question should come to: its "
    "type,\n"
    "which of several things of one name is meant, an optional step that finds what is asked, the "
    "most\n"
    "specific route, the plainest sentence. The answer of a row is what was read, called, put "
    "first,\n"
    "quoted and claimed, as text, so that `warrant eval compare` of two runs counts the questions "
    "on\n"
    "which they differ. Data ship with the program.\n"
    "\n"
    "Modes. ask: the model that --model names makes the choices. gold: an oracle makes them as "
    "gold\n"
    "says; what it reaches is the most that any model can.\n"
    "\n"
    "`correct`: all that gold states came out so. Measured per question: calls; claims; "
    "hypotheses;\n"
    "coverage (share of looked-up rows that were seen, over the results that state it); choices "
    "(made\n"
    "by the model); needless (steps added that gold does not want); answered; as_floor (it came "
    "out as\n"
    "`floor` says: what the program does without a model, gold where that is the same).\n"
    "\n"
    "Caveats: the questions were written to need a choice, so the share that a model can change is "
    "no\n"
    "measure of how often it does; gold is one person's. Calls, claims, first route and quotes "
    "are\n"
    "compared, wording is not. Whether to take an optional step is asked without the question: "
    "only an\n"
    "oracle can know that it was asked for.\n";

static const char oracle_mode[] = "gold";

static const wrt_eval_mode modes[] = {
    {"ask", "as `warrant ask`, with the model that --model names", false},
    {oracle_mode, "an oracle chooses as the data's gold says", false},
    {0},
};

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

static void measure(wrt_json *row, const wrt_json *report) {
    const wrt_json *answer = wrt_json_get(report, "answer");
    bool is_stated = false;
    double coverage = coverage_of(report, &is_stated);
    wrt_eval_row_measure(row, "calls", (double)count_events(report, "tool.call"));
    wrt_eval_row_measure(row, "claims", (double)wrt_json_count(wrt_json_get(answer, "claims")));
    wrt_eval_row_measure(row, "hypotheses",
                         (double)wrt_json_count(wrt_json_get(answer, "hypotheses")));
    if (is_stated)
        wrt_eval_row_measure(row, "coverage", coverage);
    wrt_eval_row_measure(row, "choices", (double)count_events(report, "model.response"));
    wrt_eval_row_measure(row, "answered", wrt_json_get_int(report, "exit", -1) == 0 ? 1 : 0);
}

static void describe(wrt_buf *out, const wrt_json *report) {
    wrt_buf calls = wrt_buf_make(TEXT_MAX / 4);
    wrt_stage_calls(&calls, report);
    wrt_buf_printf(out, "exit %lld\ncalls %s\n", (long long)wrt_json_get_int(report, "exit", -1),
                   wrt_buf_str(&calls).ptr);
    wrt_gold_describe(out, report);
    wrt_stage_claims(out, report);
    wrt_buf_free(&calls);
}

/* Whether it came to what gold says; and, where the program alone comes to something else, to that.
 */
static void hold_against(wrt_json *row, const wrt_json *item, const wrt_json *report) {
    const wrt_json *gold = wrt_json_get(item, "gold"), *floor = wrt_json_get(item, "floor");
    wrt_buf differs = wrt_buf_make(TEXT_MAX), otherwise = wrt_buf_make(TEXT_MAX);
    wrt_gold_differ(&differs, gold, report);
    wrt_gold_differ(&otherwise, floor != NULL ? floor : gold, report);
    wrt_json_set_bool(row, "correct", differs.len == 0);
    wrt_json_set_text(row, "why", differs.len > 0 ? wrt_buf_str(&differs).ptr : NULL);
    wrt_eval_row_measure(row, "as_floor", otherwise.len == 0 ? 1 : 0);
    wrt_eval_row_group(row, "asks_for", wrt_json_get_text(item, "asks_for", "?"));
    wrt_buf_free(&differs);
    wrt_buf_free(&otherwise);
}

static wrt_status judge(wrt_json **row, const wrt_json *item, const wrt_json *report,
                        wrt_err *err) {
    const wrt_json *gold = wrt_json_get(item, "gold");
    if (gold == NULL)
        return wrt_fail(err, WRT_E_INPUT, "item \"%.60s\" has no \"gold\"",
                        wrt_json_get_text(item, "id", "?"));
    wrt_buf text = wrt_buf_make(TEXT_MAX), expected = wrt_buf_make(TEXT_MAX);
    describe(&text, report);
    wrt_json_write_canonical(&expected, gold);
    *row = wrt_eval_row(wrt_json_get_text(item, "id", "?"), wrt_buf_str(&text).ptr,
                        wrt_buf_str(&expected).ptr);
    hold_against(*row, item, report);
    measure(*row, report);
    wrt_eval_row_measure(*row, "needless", (double)wrt_gold_needless(gold, report));
    wrt_buf_free(&text);
    wrt_buf_free(&expected);
    return WRT_OK;
}

static wrt_status run(wrt_json **row, void *self, size_t item, const wrt_eval_request *request,
                      wrt_err *err) {
    wrt_play *play = self;
    const wrt_json *question = play->items[item];
    wrt_llm *oracle = NULL;
    wrt_status status = WRT_OK;
    if (request->mode != NULL && strcmp(request->mode, oracle_mode) == 0)
        status = wrt_oracle_open(&oracle, wrt_json_get(question, "gold"),
                                 wrt_json_get_text(question, "id", ""), request, err);
    play->llm = oracle;
    play->no_audit = true;
    if (status == WRT_OK)
        status = wrt_play_run(row, play, item, request, err);
    play->llm = NULL;
    wrt_llm_close(oracle);
    return status;
}

const wrt_eval_suite wrt_eval_answers = {
    .name = "answers",
    .version = 2,
    .title = "plans, coverage and claims, to compare models by",
    .card = card,
    .modes = modes,
    .oracle_mode = oracle_mode,
    .needs = WRT_EVAL_NEEDS_AGENT,
    .own_data = "answers.json",
    .open = wrt_play_open,
    .run = run,
    .judge = judge,
    .close = wrt_play_close,
};
