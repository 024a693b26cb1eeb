/* neighbours.c: what else the treatment is recorded to act on. Names only: what stands between them
 * would be a claim. */
#include "agent/answer/answer_text.h"
#include "agent/makers/maker.h"

static wrt_status make(wrt_conclusion *c, const wrt_json *spec, wrt_err *err) {
    (void)err;
    const char *from = wrt_json_get_text(spec, "from", "neighbours");
    wrt_json *names = wrt_json_new_array();
    WRT_JSON_EACH(item, wrt_json_get(wrt_json_get(c->scope, from), "data"))
    wrt_json_push_text(names, wrt_json_get_text(wrt_json_get(item, "node"), "name", "?"));
    if (wrt_json_count(names) > 0)
        wrt_json_set(c->answer, "neighbours", names);
    else
        wrt_json_free(names);
    return WRT_OK;
}

static void render(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *list = wrt_json_get(answer, "neighbours");
    if (wrt_json_count(list) == 0)
        return;
    wrt_buf_add_c(out, "\nThe graph also links the treatment to\n     ");
    wrt_answer_add_values(out, list);
    wrt_buf_add_char(out, '\n');
}

const wrt_maker wrt_maker_neighbours = {"neighbours", make, render};
