/* identification.c: could observational data measure the effect? What the drawn graph says, by the
 * tools and once more by the program's own engine. */
#include "agent/claims/identify.h"
#include "agent/claims/verdict.h"
#include "agent/makers/maker.h"

#include <string.h>

/* The check as evidence, where it was made. */
static wrt_status cite(wrt_conclusion *c, const wrt_json *read, wrt_err *err) {
    if (!wrt_json_get_bool(read, "checked", false))
        return WRT_OK;
    c->identification =
        wrt_evidence_of_identification(&c->claims->evidence, wrt_json_get(read, "graph"),
                                       wrt_json_get(read, "check"), wrt_json_get(read, "sets"));
    return wrt_turn_record(
        c->turn, "evidence",
        wrt_json_copy(wrt_evidence_find(&c->claims->evidence, c->identification)), err);
}

static wrt_status make(wrt_conclusion *c, const wrt_json *spec, wrt_err *err) {
    (void)spec;
    wrt_json *read = wrt_identification_read(c->scope);
    wrt_json *nodes = wrt_verdict_nodes(wrt_json_get(read, "graph"));
    wrt_status status = cite(c, read, err); /* the evidence is what was found, whatever is shown */
    if (status == WRT_OK)
        status = wrt_utter_identification(read, &c->claims->said, c->turn, nodes, err);
    wrt_json_free(nodes);
    wrt_json_set(c->answer, "identification", read);
    return status;
}

static void render(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *identification = wrt_json_get(answer, "identification");
    if (identification == NULL)
        return;
    wrt_buf_printf(out, "\nCould observational data measure this effect?\n     The effect is %s.\n",
                   wrt_json_get_text(identification, "text", ""));
    WRT_JSON_EACH(note, wrt_json_get(identification, "notes"))
    wrt_buf_printf(out, "     %s\n", wrt_json_text(note));
}

const wrt_maker wrt_maker_identification = {"identification", make, render};
