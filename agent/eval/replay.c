/* replay.c: see replay.h. */
#include "agent/eval/replay.h"

#include "agent/eval/play.h"
#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS_MAX = 1000 };

static const char card[] =
    "Whether the same question gives the same bytes. Each question is asked of the whole program\n"
    "`runs` times (10 in the data that ship), each run is sealed, and the content hashes of the "
    "runs\n"
    "are compared: they cover every event but what names the run and its time.\n"
    "\n"
    "Measured per question: same (share of runs whose content is that of the first). `correct`: "
    "all.\n"
    "\n"
    "Caveats: one build, one machine, one seed. A model behind a server promises no equal bits; "
    "in\n"
    "process it does. This asks anew; that a stored run is re-executed is `warrant run replay`.\n";

/* The content hash of one asking of the question; "" where there is none, which is a failure. */
static wrt_status content_of(char out[WRT_SHA256_HEX + 1], const wrt_play *play, size_t item,
                             const wrt_eval_request *request, wrt_err *err) {
    wrt_json *report = NULL;
    wrt_status status = wrt_play_ask(&report, play, item, request, err);
    if (status == WRT_OK)
        status = wrt_play_expect(play->items[item], report, err);
    snprintf(out, WRT_SHA256_HEX + 1, "%s",
             wrt_json_get_text(wrt_json_get(report, "audit"), "content", ""));
    if (status == WRT_OK && out[0] == '\0')
        status = wrt_fail(err, WRT_E_FAILED, "the run has no content hash");
    wrt_json_free(report);
    return status;
}

static wrt_status run(wrt_json **row, void *self, size_t item, const wrt_eval_request *request,
                      wrt_err *err) {
    const wrt_play *play = self;
    int64_t runs = wrt_json_get_int(play->data, "runs", 10), same = 0;
    char first[WRT_SHA256_HEX + 1] = "", content[WRT_SHA256_HEX + 1], answer[48], expected[48];
    wrt_status status = WRT_OK;
    if (runs < 2 || runs > RUNS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "runs is between 2 and %d", RUNS_MAX);
    for (int64_t i = 0; i < runs && status == WRT_OK; i++) {
        status = content_of(content, play, item, request, err);
        if (i == 0)
            memcpy(first, content, sizeof first);
        same += status == WRT_OK && strcmp(first, content) == 0;
    }
    if (status == WRT_OK) {
        snprintf(answer, sizeof answer, "%" PRId64 " of %" PRId64, same, runs);
        snprintf(expected, sizeof expected, "%" PRId64 " of %" PRId64, runs, runs);
        *row = wrt_eval_row(wrt_json_get_text(play->items[item], "id", "?"), answer, expected);
        wrt_json_set_text(*row, "content", first);
        wrt_eval_row_measure(*row, "same", (double)same / (double)runs);
    }
    return status;
}

const wrt_eval_suite wrt_eval_replay = {
    .name = "replay",
    .version = 1,
    .title = "the same question gives the same bytes",
    .card = card,
    .modes = wrt_play_modes,
    .needs = WRT_EVAL_NEEDS_AGENT,
    .own_data = "program.json",
    .open = wrt_play_open,
    .run = run,
    .close = wrt_play_close,
};
