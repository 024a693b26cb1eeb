/* weigh.c: rows of the table of agreement, weighed. */
#include "agent/literature/weigh.h"

#include "agent/literature/design.h"

#include <string.h>

static bool row_is(const wrt_json *row, const char *direction) {
    return strcmp(wrt_json_get_text(row, "direction", ""), direction) == 0;
}

static wrt_design design_of(const wrt_json *row) {
    wrt_design design = (wrt_design)wrt_json_get_int(row, "design", 0);
    bool is_own = wrt_json_get_bool(row, "interventional", false);
    return !is_own && design >= WRT_DESIGN_RANDOMISED ? WRT_DESIGN_UNKNOWN : design;
}

wrt_certainty_grounds wrt_weigh_quotes(const wrt_agreement *table, const char *direction) {
    wrt_certainty_grounds grounds = {.design = WRT_DESIGN_UNKNOWN};
    bool is_clear = strcmp(direction, "unclear") != 0, is_interventional = false;
    WRT_JSON_EACH(row, table->quotes) {
        wrt_design design = design_of(row);
        if (row_is(row, direction)) {
            is_interventional |= wrt_json_get_bool(row, "interventional", false);
            grounds.design = design > grounds.design ? design : grounds.design;
        } else if (is_clear && !row_is(row, "unclear")) {
            grounds.is_contradicted = true;
        }
    }
    grounds.sources = wrt_agreement_independent(table, direction, is_interventional);
    if (strcmp(direction, "no_effect") == 0 && grounds.design > WRT_DESIGN_OBSERVATION)
        grounds.design = WRT_DESIGN_OBSERVATION;
    if (!is_clear)
        grounds.design = WRT_DESIGN_UNKNOWN;
    return grounds;
}

wrt_json *wrt_weigh_row(const wrt_json *evidence) {
    const wrt_json *source = wrt_json_get(evidence, "source");
    const wrt_json *known_by = wrt_json_get(source, "known_by");
    wrt_json *row = wrt_json_new_object();
    wrt_json_set_text(row, "direction",
                      wrt_json_get_text(wrt_json_get(evidence, "reads"), "direction", "unclear"));
    wrt_json_set_bool(row, "interventional", wrt_json_get_bool(evidence, "interventional", false));
    wrt_json_set_int(row, "design",
                     (int64_t)wrt_design_of_name(wrt_json_get_text(source, "design", "")));
    wrt_json_set(row, "sources", known_by != NULL ? wrt_json_copy(known_by) : wrt_json_new_array());
    return row;
}
