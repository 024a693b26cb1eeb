/* provenance.c: see provenance.h. */
#include "agent/eval/provenance.h"

#include "agent/eval/play.h"

#include <stdio.h>
#include <string.h>

static const char card[] =
    "Whether what is released can be verified. Each question is asked of the whole program over a\n"
    "made-up graph, its run is sealed, and the audit runs at every level that this version has. "
    "Data\n"
    "ship with the program.\n"
    "\n"
    "Measured per question: claims; verified (share of released claims that cite evidence, all of\n"
    "which is on record, in a run whose audit passes); audit_level (the highest level that "
    "passed:\n"
    "1 integrity, 2 completeness, 3 policy, 4 evidence, 5 recomputation). `correct`: all claims "
    "are\n"
    "verified and no level failed. A question without claims counts when its audit passes.\n"
    "\n"
    "Caveats: a verified claim says what its source says and carries no more than its warrant; "
    "that\n"
    "the source is right is another matter. The audit uses the key stored beside the run.\n";

static bool is_on_record(const wrt_json *evidence, const char *id) {
    WRT_JSON_EACH(item, evidence)
    if (strcmp(wrt_json_get_text(item, "id", ""), id) == 0)
        return true;
    return false;
}

static bool is_grounded(const wrt_json *claim, const wrt_json *evidence) {
    const wrt_json *grounds = wrt_json_get(claim, "grounds");
    WRT_JSON_EACH(ground, grounds)
    if (!is_on_record(evidence, wrt_json_get_text(ground, "evidence", "?")))
        return false;
    return wrt_json_count(grounds) > 0;
}

static wrt_status judge(wrt_json **row, const wrt_json *item, const wrt_json *report,
                        wrt_err *err) {
    const wrt_json *answer = wrt_json_get(report, "answer");
    const wrt_json *claims = wrt_json_get(answer, "claims");
    bool passes = wrt_json_get_bool(report, "audit_passes", false);
    size_t n = wrt_json_count(claims), verified = 0;
    WRT_JSON_EACH(claim, claims)
    verified += passes && is_grounded(claim, wrt_json_get(answer, "evidence"));
    wrt_status status = wrt_play_expect(item, report, err);
    if (status != WRT_OK)
        return status;
    *row = wrt_eval_row(wrt_json_get_text(item, "id", "?"),
                        passes && verified == n ? "verified" : "not verified", "verified");
    wrt_json_set_text(
        *row, "why",
        wrt_json_get_text(wrt_json_path(report, "audit.first_failure"), "message", NULL));
    wrt_eval_row_measure(*row, "claims", (double)n);
    if (n > 0)
        wrt_eval_row_measure(*row, "verified", (double)verified / (double)n);
    wrt_eval_row_measure(*row, "audit_level", wrt_stage_audit_level(report));
    return WRT_OK;
}

const wrt_eval_suite wrt_eval_provenance = {
    .name = "provenance",
    .version = 1,
    .title = "the share of released claims that verify",
    .card = card,
    .modes = wrt_play_modes,
    .needs = WRT_EVAL_NEEDS_AGENT,
    .own_data = "program.json",
    .open = wrt_play_open,
    .run = wrt_play_run,
    .judge = judge,
    .close = wrt_play_close,
};
