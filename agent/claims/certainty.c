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

/* ---- the rule: where a claim starts, and what moves it */

static const struct {
    const char *name;
    wrt_certainty level;
} starts[] = {
    [WRT_DESIGN_UNKNOWN] = {"other", WRT_CERTAINTY_VERY_LOW},
    [WRT_DESIGN_ESTIMATE] = {"estimate", WRT_CERTAINTY_VERY_LOW},
    [WRT_DESIGN_OBSERVATION] = {"observation", WRT_CERTAINTY_LOW},
    [WRT_DESIGN_ASSOCIATION] = {"curated_association", WRT_CERTAINTY_LOW},
    [WRT_DESIGN_CURATED] = {"curated_effect", WRT_CERTAINTY_LOW},
    [WRT_DESIGN_RANDOMISED] = {"randomised_trial", WRT_CERTAINTY_MODERATE},
    [WRT_DESIGN_POOLED] = {"pooled_trials", WRT_CERTAINTY_MODERATE},
    [WRT_DESIGN_MODEL] = {"stated_model", WRT_CERTAINTY_VERY_LOW},
    [WRT_DESIGN_GRAPH] = {"stated_graph", WRT_CERTAINTY_HIGH},
    [WRT_DESIGN_LINKS] = {"weakest_link",
                          WRT_CERTAINTY_VERY_LOW}, /* the link's own stands for it */
};

#define FOR(design) (1u << WRT_DESIGN_##design)
#define FOR_ALL     (~0u)

enum { SECOND_SOURCE, IDENTIFIED, ROBUST, UNMOVED, CONTRADICTED, CHAIN, WITHDRAWN, STEPS };

static const struct {
    const char *name;
    int by;
    unsigned designs;
} steps[STEPS] = {
    [SECOND_SOURCE] = {"second_source", +1, FOR(CURATED) | FOR(RANDOMISED) | FOR(POOLED)},
    [IDENTIFIED] = {"identified", +1, FOR(ESTIMATE)},
    [ROBUST] = {"robust", +1, FOR(ESTIMATE)},
    [UNMOVED] = {"same_in_any_coupling", +1, FOR(MODEL)},
    [CONTRADICTED] = {"contradicted", -1, FOR_ALL},
    [CHAIN] = {"chain", -1, FOR_ALL},
    [WITHDRAWN] = {"support_withdrawn", -1, FOR_ALL},
};

static const char lost[] = "all_support_withdrawn";

static wrt_certainty start_of(const wrt_certainty_grounds *grounds) {
    return grounds->design == WRT_DESIGN_LINKS ? grounds->link : starts[grounds->design].level;
}

static bool is_taken(int step, const wrt_certainty_grounds *grounds) {
    const bool holds[STEPS] = {
        [SECOND_SOURCE] = grounds->sources >= 2,
        [IDENTIFIED] = grounds->is_identified,
        [ROBUST] = grounds->is_identified && grounds->is_robust,
        [UNMOVED] = grounds->is_unmoved,
        [CONTRADICTED] = grounds->is_contradicted,
        [CHAIN] = grounds->is_chain,
        [WITHDRAWN] = grounds->has_withdrawn,
    };
    return holds[step] && (steps[step].designs >> grounds->design & 1u) != 0;
}

static wrt_certainty no_less(int level) {
    return level > WRT_CERTAINTY_VERY_LOW ? (wrt_certainty)level : WRT_CERTAINTY_VERY_LOW;
}

static int climb(const wrt_certainty_grounds *grounds) {
    int level = (int)start_of(grounds);
    for (int i = 0; i < STEPS; i++)
        level += is_taken(i, grounds) ? steps[i].by : 0;
    return level;
}

wrt_certainty wrt_certainty_of(const wrt_certainty_grounds *grounds) {
    return grounds->has_lost_support ? WRT_CERTAINTY_VERY_LOW : no_less(climb(grounds));
}

/* ---- its reasons */

static void add_step(wrt_json *list, const char *name, int by) {
    wrt_json *step = wrt_json_new_object();
    wrt_json_set_text(step, "step", name);
    wrt_json_set_int(step, "by", by);
    wrt_json_push(list, step);
}

wrt_json *wrt_certainty_reasons(const wrt_certainty_grounds *grounds) {
    wrt_json *reasons = wrt_json_new_object(), *taken = wrt_json_new_array();
    for (int i = 0; i < STEPS; i++)
        if (is_taken(i, grounds))
            add_step(taken, steps[i].name, steps[i].by);
    if (grounds->has_lost_support)
        add_step(taken, lost, -(int)no_less(climb(grounds)));
    wrt_json_set_text(reasons, "start", starts[grounds->design].name);
    wrt_json_set_text(reasons, "level", names[start_of(grounds)]);
    wrt_json_set(reasons, "steps", taken);
    return reasons;
}

void wrt_certainty_set(wrt_json *claim, const wrt_certainty_grounds *grounds) {
    wrt_json_set_text(claim, "certainty", names[wrt_certainty_of(grounds)]);
    wrt_json_set(claim, "certainty_by", wrt_certainty_reasons(grounds));
}

void wrt_certainty_lose(wrt_json *claim) {
    wrt_json *taken = wrt_json_get_mut(wrt_json_get_mut(claim, "certainty_by"), "steps");
    wrt_certainty level = WRT_CERTAINTY_VERY_LOW;
    wrt_certainty_of_name(&level, wrt_json_get_text(claim, "certainty", NULL));
    WRT_JSON_EACH(step, taken)
    if (strcmp(wrt_json_get_text(step, "step", ""), lost) == 0)
        return;
    add_step(taken, lost, -(int)level);
    wrt_json_set_text(claim, "certainty", names[WRT_CERTAINTY_VERY_LOW]);
}

/* ---- rows */

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
