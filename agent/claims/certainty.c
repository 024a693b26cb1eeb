/* certainty.c: the one rule of certainty. */
#include "agent/claims/certainty.h"

#include "agent/claims/rung.h"

#include <string.h>

static const char *const names[] = {"very_low", "low", "moderate", "high"};

const char *wrt_certainty_name(wrt_certainty certainty) {
    return names[certainty];
}

bool wrt_certainty_of_name(wrt_certainty *out, const char *name) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name != NULL && strcmp(names[i], name) == 0) {
            *out = (wrt_certainty)i;
            return true;
        }
    return false;
}

static int start_of(wrt_design design) {
    switch (design) {
    case WRT_DESIGN_POOLED:
    case WRT_DESIGN_RANDOMISED:
        return WRT_CERTAINTY_MODERATE;
    case WRT_DESIGN_CURATED:
    case WRT_DESIGN_ASSOCIATION:
    case WRT_DESIGN_OBSERVATION:
        return WRT_CERTAINTY_LOW;
    default:
        return WRT_CERTAINTY_VERY_LOW;
    }
}

static bool gains_by_sources(wrt_design design) {
    return design == WRT_DESIGN_CURATED || design == WRT_DESIGN_RANDOMISED ||
           design == WRT_DESIGN_POOLED;
}

wrt_certainty wrt_certainty_of(const wrt_certainty_grounds *grounds) {
    int level = start_of(grounds->design);
    if (grounds->has_lost_support)
        return WRT_CERTAINTY_VERY_LOW;
    level += grounds->sources >= 2 && gains_by_sources(grounds->design);
    level += grounds->is_identified && grounds->design == WRT_DESIGN_ESTIMATE;
    level -= grounds->is_contradicted;
    level -= grounds->is_chain;
    level -= grounds->has_withdrawn;
    return level > WRT_CERTAINTY_VERY_LOW ? (wrt_certainty)level : WRT_CERTAINTY_VERY_LOW;
}

/* How many records state the edge: the parts of record_id, which KGX joins by '|'. */
static size_t records(const wrt_json *edge) {
    wrt_str part, rest = wrt_str_of(wrt_json_get_text(edge, "record_id", ""));
    size_t n = 0;
    while (wrt_str_cut(&part, &rest, '|'))
        n += part.len > 0;
    return n;
}

wrt_certainty_grounds wrt_certainty_grounds_of_edge(const wrt_json *edge) {
    const char *reason = NULL;
    bool is_effect = wrt_rung_of_edge(edge, &reason) >= 2;
    wrt_design design = is_effect                   ? WRT_DESIGN_CURATED
                        : wrt_rung_is_curated(edge) ? WRT_DESIGN_ASSOCIATION
                                                    : WRT_DESIGN_UNKNOWN;
    return (wrt_certainty_grounds){.design = design, .sources = records(edge)};
}

wrt_certainty wrt_certainty_of_edge(const wrt_json *edge) {
    const wrt_certainty_grounds grounds = wrt_certainty_grounds_of_edge(edge);
    return wrt_certainty_of(&grounds);
}

wrt_certainty wrt_certainty_of_path(const wrt_json *path) {
    wrt_certainty least = WRT_CERTAINTY_HIGH;
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
        wrt_certainty_grounds grounds = wrt_certainty_grounds_of_edge(edge);
        grounds.is_chain = true;
        wrt_certainty own = wrt_certainty_of(&grounds);
        if (own < least)
            least = own;
    }
    return least;
}
