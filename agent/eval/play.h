/* play.h: what the suites over the whole program share: a stage (stage.h) and the questions that
 * are put to it, {"graph":{...},"papers"?,"items":[{"id","question","exit"?,"inputs"?}],
 * "runs"?}. */
#ifndef WRT_EVAL_PLAY_H
#define WRT_EVAL_PLAY_H

#include "agent/eval/stage.h"

typedef struct {
    char *home;
    const wrt_eval_suite *suite;
    const wrt_json *data;   /* the suite's file */
    const wrt_json **items; /* n of them */
    size_t n;
    wrt_llm *llm; /* asked in place of the command's, borrowed; NULL: that */
    bool no_audit;
} wrt_play;

/* For wrt_eval_suite.open and close: *self is a wrt_play. */
wrt_status wrt_play_open(void **self, size_t *n, const wrt_json *data,
                         const wrt_eval_request *request, wrt_err *err);
void wrt_play_close(void *self);

/* Asks item's question; the caller frees. */
wrt_status wrt_play_ask(wrt_json **report, const wrt_play *play, size_t item,
                        const wrt_eval_request *request, wrt_err *err);

/* For wrt_eval_suite.run of a suite with a judge: asks and has the report judged. A failure leaves
 * a row without an answer. */
wrt_status wrt_play_run(wrt_json **row, void *self, size_t item, const wrt_eval_request *request,
                        wrt_err *err);

/* WRT_E_FAILED, saying why, when the exit code is not the item's "exit": what a suite then measures
 * would hold of nothing. */
wrt_status wrt_play_expect(const wrt_json *item, const wrt_json *report, wrt_err *err);

/* Modes of suites that take whatever model the command names. */
extern const wrt_eval_mode wrt_play_modes[];

#endif
