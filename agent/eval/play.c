/* play.c: see play.h. */
#include "agent/eval/play.h"

#include "base/arena.h"

#include <stdlib.h>

const wrt_eval_mode wrt_play_modes[] = {
    {"ask", "as `warrant ask`, with the model that --model names", false},
    {0},
};

wrt_status wrt_play_open(void **self, size_t *n, const wrt_json *data,
                         const wrt_eval_request *request, wrt_err *err) {
    wrt_play *play = wrt_calloc(1, sizeof *play);
    const wrt_json *items = wrt_json_get(data, "items");
    *self = play;
    wrt_status status = wrt_eval_suite_of(&play->suite, request->suite, err);
    if (status != WRT_OK)
        return status;
    play->data = data;
    play->items = wrt_calloc(wrt_json_count(items) + 1, sizeof(const wrt_json *));
    WRT_JSON_EACH(item, items) {
        if (wrt_json_get_text(item, "id", NULL) == NULL ||
            wrt_json_get_text(item, "question", NULL) == NULL)
            return wrt_fail(err, WRT_E_INPUT, "item %zu lacks \"id\" or \"question\"", play->n);
        play->items[play->n++] = item;
    }
    *n = play->n;
    const wrt_json *graph = wrt_json_get(data, "graph"), *papers = wrt_json_get(data, "papers");
    status = graph != NULL ? wrt_stage_make(&play->home, request, "stage", graph, NULL, err)
                           : wrt_stage_make_bare(&play->home, request, "stage", err);
    return status == WRT_OK && papers != NULL ? wrt_stage_add_papers(play->home, papers, err)
                                              : status;
}

void wrt_play_close(void *self) {
    wrt_play *play = self;
    if (play == NULL)
        return;
    free(play->home);
    free(play->items);
    free(play);
}

wrt_status wrt_play_ask(wrt_json **report, const wrt_play *play, size_t item,
                        const wrt_eval_request *request, wrt_err *err) {
    const wrt_json *question = play->items[item];
    const wrt_eval_question ask = {.text = wrt_json_get_text(question, "question", ""),
                                   .home = play->home,
                                   .inputs = wrt_json_get(question, "inputs"),
                                   .llm = play->llm,
                                   .no_audit = play->no_audit};
    return wrt_stage_ask(report, request, &ask, err);
}

wrt_status wrt_play_run(wrt_json **row, void *self, size_t item, const wrt_eval_request *request,
                        wrt_err *err) {
    const wrt_play *play = self;
    wrt_json *report = NULL;
    wrt_status status = wrt_play_ask(&report, play, item, request, err);
    if (status == WRT_OK)
        status = play->suite->judge(row, play->items[item], report, err);
    if (status != WRT_OK)
        *row = wrt_eval_row(wrt_json_get_text(play->items[item], "id", "?"), NULL, "");
    wrt_json_free(report);
    return status;
}

wrt_status wrt_play_expect(const wrt_json *item, const wrt_json *report, wrt_err *err) {
    const wrt_json *expected = wrt_json_get(item, "exit");
    int64_t exit_code = wrt_json_get_int(report, "exit", -1);
    if (expected == NULL || (int64_t)wrt_json_number(expected, 0) == exit_code)
        return WRT_OK;
    return wrt_fail(err, WRT_E_FAILED, "exit %lld where %lld was expected: %.300s",
                    (long long)exit_code, (long long)wrt_json_number(expected, 0),
                    wrt_json_get_text(report, "message", "no message"));
}
