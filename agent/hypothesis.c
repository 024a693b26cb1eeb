/* hypothesis.c: choosing and ordering mechanism hypotheses. */
#include "agent/hypothesis.h"

#include "agent/steer.h"
#include "agent/wording.h"

#include <string.h>

enum { HYPOTHESES_MAX = 10, HYPOTHESES_DEFAULT = 3 };

typedef struct {
    size_t index[HYPOTHESES_MAX]; /* into the paths array */
    size_t n;
} selection;

/* +1 agrees with the direction asked about, -1 contradicts it, 0 neither. */
static int agreement(const wrt_json *path, int want_sign) {
    double product = wrt_json_number(wrt_json_get(path, "sign"), 0.0) * want_sign;
    return product > 0 ? 1 : product < 0 ? -1 : 0;
}

static void select_paths(selection *chosen, const wrt_json *paths, int want_sign, int wanted,
                         size_t most) {
    size_t index = 0;
    WRT_JSON_EACH(path, paths) {
        if (chosen->n == most)
            return;
        if (agreement(path, want_sign) == wanted)
            chosen->index[chosen->n++] = index;
        index++;
    }
}

/* Asks the model which hypothesis to put first, by number. */
static wrt_status order_by_model(selection *chosen, wrt_turn *turn, const wrt_json *paths,
                                 wrt_err *err) {
    static const char *const numbers[HYPOTHESES_MAX] = {"1", "2", "3", "4", "5",
                                                        "6", "7", "8", "9", "10"};
    wrt_str options[HYPOTHESES_MAX];
    wrt_buf user = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add_c(&user, "Routes recorded in a knowledge graph:\n");
    for (size_t i = 0; i < chosen->n; i++) {
        options[i] = wrt_str_of(numbers[i]);
        wrt_buf_printf(&user, "%s: through ", numbers[i]);
        wrt_word_inner_nodes(&user, wrt_json_at(paths, chosen->index[i]));
        wrt_buf_add_char(&user, '\n');
    }
    wrt_steer_question question = {"order",
                                   WRT_STR("Answer with the number of the most specific route."),
                                   wrt_buf_str(&user), options, chosen->n};
    size_t first = 0;
    wrt_status status = wrt_steer_choose(&first, NULL, turn, &question, err);
    size_t moved = chosen->index[first];
    for (size_t i = first; i > 0; i--)
        chosen->index[i] = chosen->index[i - 1];
    chosen->index[0] = moved;
    wrt_buf_free(&user);
    return status;
}

static wrt_json *hypothesis_entry(const char *role, size_t index, const char *claim,
                                  const wrt_claims *claims, const wrt_json *path) {
    wrt_json *entry = wrt_json_new_object(), *links = wrt_json_new_array();
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
        const char *id =
            wrt_json_get_text(claims->by_edge, wrt_json_get_text(edge, "id", "?"), NULL);
        if (id != NULL)
            wrt_json_push_text(links, id);
    }
    wrt_json_set_text(entry, "role", role);
    wrt_json_set_int(entry, "path", (int64_t)index);
    wrt_json_set_text(entry, "claim", claim);
    wrt_json_set(entry, "links", links);
    return entry;
}

static wrt_status add_selected(wrt_json *out, const selection *chosen, wrt_claims *claims,
                               const wrt_json *paths, const wrt_claim_context *context,
                               wrt_err *err) {
    for (size_t i = 0; i < chosen->n; i++) {
        const wrt_json *path = wrt_json_at(paths, chosen->index[i]);
        const char *claim = NULL;
        wrt_status status = wrt_claims_add_path(&claim, claims, path, context, err);
        if (status != WRT_OK)
            return status;
        const char *role = agreement(path, context->want_sign) < 0 ? "contradicts" : "supports";
        if (claim != NULL)
            wrt_json_push(out, hypothesis_entry(role, chosen->index[i], claim, claims, path));
    }
    return WRT_OK;
}

wrt_status wrt_hypotheses_make(wrt_json **out, wrt_claims *claims, const wrt_json *paths,
                               const wrt_claim_context *context, wrt_err *err) {
    int asked = context->turn->config->hypotheses;
    size_t most = asked > 0 ? (size_t)asked : HYPOTHESES_DEFAULT;
    most = most > HYPOTHESES_MAX ? HYPOTHESES_MAX : most;
    selection support = {0}, against = {0};
    select_paths(&support, paths, context->want_sign, 1, most);
    select_paths(&support, paths, context->want_sign, 0, most);
    select_paths(&against, paths, context->want_sign, -1, most);
    *out = wrt_json_new_array();
    wrt_status status = WRT_OK;
    if (support.n > 1)
        status = order_by_model(&support, context->turn, paths, err);
    if (status == WRT_OK)
        status = add_selected(*out, &support, claims, paths, context, err);
    if (status == WRT_OK)
        status = add_selected(*out, &against, claims, paths, context, err);
    return status;
}
