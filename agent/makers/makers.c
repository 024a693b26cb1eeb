/* makers.c: the table of makers, and running those that a protocol names. */
#include "agent/answer/answer_text.h"
#include "agent/makers/maker.h"

#include <string.h>

extern const wrt_maker wrt_maker_counterfactual;
extern const wrt_maker wrt_maker_estimate;
extern const wrt_maker wrt_maker_identification;
extern const wrt_maker wrt_maker_identified;
extern const wrt_maker wrt_maker_neighbours;
extern const wrt_maker wrt_maker_observations;
extern const wrt_maker wrt_maker_quotes;
extern const wrt_maker wrt_maker_routes;

/* What would change the conclusion, as the protocol words it. */
static void render_change(wrt_buf *out, const wrt_json *answer) {
    const char *change = wrt_json_get_text(answer, "change", NULL);
    if (change != NULL)
        wrt_buf_printf(out, "\nWhat would change this\n     %s\n", change);
}

static const wrt_maker change_section = {"change", NULL, render_change};
static const wrt_maker evidence_section = {"evidence", NULL, wrt_answer_add_evidence};

static const wrt_maker *const makers[] = {
    &change_section,
    &evidence_section,
    &wrt_maker_counterfactual,
    &wrt_maker_estimate,
    &wrt_maker_identification,
    &wrt_maker_identified,
    &wrt_maker_neighbours,
    &wrt_maker_observations,
    &wrt_maker_quotes,
    &wrt_maker_routes,
    NULL,
};

const wrt_maker *wrt_maker_find(const char *name) {
    for (size_t i = 0; makers[i] != NULL; i++)
        if (strcmp(makers[i]->name, name) == 0)
            return makers[i];
    return NULL;
}

static void copy_member(wrt_json *to, const wrt_json *from, const char *name) {
    const wrt_json *value = wrt_json_get(from, name);
    if (value != NULL)
        wrt_json_set(to, name, wrt_json_copy(value));
}

wrt_status wrt_conclude(wrt_conclusion *conclusion, const wrt_json *protocol, wrt_err *err) {
    wrt_status status = WRT_OK;
    copy_member(conclusion->answer, protocol, "sections");
    copy_member(conclusion->answer, protocol, "change");
    WRT_JSON_EACH(spec, wrt_json_get(protocol, "claims")) {
        const wrt_maker *maker = wrt_maker_find(wrt_json_get_text(spec, "make", ""));
        if (maker == NULL || maker->make == NULL)
            return wrt_fail(err, WRT_E_INPUT, "protocol: nothing makes \"%s\"",
                            wrt_json_get_text(spec, "make", "?"));
        status = maker->make(conclusion, spec, err);
        if (status != WRT_OK)
            break;
    }
    return status;
}

void wrt_conclusion_render(wrt_buf *out, const wrt_json *answer) {
    WRT_JSON_EACH(name, wrt_json_get(answer, "sections")) {
        const wrt_maker *maker = wrt_maker_find(wrt_json_text(name));
        if (maker != NULL && maker->render != NULL)
            maker->render(out, answer);
    }
}
