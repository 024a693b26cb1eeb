/* builtin.c: the table of builtin steps. */
#include "agent/builtin.h"

#include "agent/draw.h"

#include <string.h>

static wrt_json *draw_graph(const wrt_turn *turn, const wrt_json *args) {
    return wrt_draw_graph(args, wrt_json_get_bool(turn->start, "no_latent", false));
}

static const wrt_builtin builtins[] = {
    {"draw_graph", "graph", draw_graph},
};

const wrt_builtin *wrt_builtin_find(const char *name) {
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
        if (strcmp(builtins[i].name, name) == 0)
            return &builtins[i];
    return NULL;
}
