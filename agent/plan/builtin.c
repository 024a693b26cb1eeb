/* builtin.c: the table of builtin steps. */
#include "agent/plan/builtin.h"

#include "agent/literature/steps.h"
#include "agent/plan/contrast.h"
#include "agent/plan/draw.h"
#include "agent/plan/estimand.h"
#include "agent/plan/unhidden.h"

#include <string.h>

static wrt_json *draw_graph(const wrt_turn *turn, const wrt_json *args) {
    return wrt_draw_graph(args, wrt_json_get_bool(turn->start, "no_latent", false));
}

static uint64_t seed_of(const wrt_turn *turn) {
    return (uint64_t)wrt_json_get_int(turn->start, "seed", 0);
}

static wrt_json *state_estimand(const wrt_turn *turn, const wrt_json *args) {
    return wrt_estimand_state(args, seed_of(turn));
}

static wrt_json *pick_contrast(const wrt_turn *turn, const wrt_json *args) {
    return wrt_contrast_pick(args, seed_of(turn));
}

static wrt_json *literature_query(const wrt_turn *turn, const wrt_json *args) {
    (void)turn;
    return wrt_literature_query(args);
}

static wrt_json *found_papers(const wrt_turn *turn, const wrt_json *args) {
    (void)turn;
    return wrt_literature_found(args);
}

static wrt_json *unhide_graph(const wrt_turn *turn, const wrt_json *args) {
    (void)turn;
    return wrt_unhidden_graph(args);
}

static const wrt_builtin builtins[] = {
    {"contrast", "contrast", pick_contrast},         {"draw_graph", "graph", draw_graph},
    {"estimand", "estimand", state_estimand},        {"found_papers", "found", found_papers},
    {"literature_query", "query", literature_query}, {"unhidden", "unhidden", unhide_graph},
};

const wrt_builtin *wrt_builtin_find(const char *name) {
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
        if (strcmp(builtins[i].name, name) == 0)
            return &builtins[i];
    return NULL;
}
