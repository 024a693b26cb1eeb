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
    play->data = data;
    play->items = wrt_calloc(wrt_json_count(items) + 1, sizeof(const wrt_json *));
    WRT_JSON_EACH(item, items) {
        if (wrt_json_get_text(item, "id", NULL) == NULL ||
            wrt_json_get_text(item, "question", NULL) == NULL)
            return wrt_fail(err, WRT_E_INPUT, "item %zu lacks \"id\" or \"question\"", play->n);
        play->items[play->n++] = item;
    }
    *n = play->n;
    const wrt_json *graph = wrt_json_get(data, "graph");
    return graph != NULL ? wrt_stage_make(&play->home, request, "stage", graph, NULL, err)
                         : wrt_stage_make_bare(&play->home, request, "stage", err);
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
    return wrt_stage_ask(report, request, play->home, wrt_json_get_text(question, "question", ""),
                         wrt_json_get(question, "inputs"), err);
}

wrt_status wrt_play_expect(const wrt_play *play, size_t item, const wrt_json *report,
                           wrt_err *err) {
    const wrt_json *expected = wrt_json_get(play->items[item], "exit");
    int64_t exit_code = wrt_json_get_int(report, "exit", -1);
    if (expected == NULL || (int64_t)wrt_json_number(expected, 0) == exit_code)
        return WRT_OK;
    return wrt_fail(err, WRT_E_FAILED, "exit %lld where %lld was expected: %.300s",
                    (long long)exit_code, (long long)wrt_json_number(expected, 0),
                    wrt_json_get_text(report, "message", "no message"));
}
