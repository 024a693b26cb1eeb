/* propose.c: see propose.h. */
#include "agent/plan/propose.h"

#include "agent/steer.h"

#include <stdio.h>
#include <string.h>

enum { MENU_MAX = 24, PROPOSED_MAX = 8 };

/* What the frame can give for an argument of this name: tried in order. */
static const struct {
    const char *argument, *reference, *path;
} sources[] = {
    {"id", "$frame.treatment.id", "treatment.id"},
    {"text", "$frame.treatment.name", "treatment.name"},
    {"from", "$frame.treatment.id", "treatment.id"},
    {"to", "$frame.outcome.id", "outcome.id"},
    {"treatment", "$frame.treatment.name", "treatment.name"},
    {"outcome", "$frame.outcome.name", "outcome.name"},
    {"data", "$frame.inputs.data", "inputs.data"},
    {"graph", "$frame.inputs.graph", "inputs.graph"},
    {"scm", "$frame.inputs.scm", "inputs.scm"},
    {"do", "$frame.do", "do"},
};

static const char *reference_for(const char *argument, const wrt_json *frame) {
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (strcmp(sources[i].argument, argument) == 0 &&
            wrt_json_path(frame, sources[i].path) != NULL)
            return sources[i].reference;
    return NULL;
}

/* The arguments of a call, or NULL when the frame cannot fill what is required. */
static wrt_json *args_for(const wrt_json *tool, const wrt_json *frame) {
    const wrt_json *required = wrt_json_path(tool, "args_schema.required");
    wrt_json *args = wrt_json_new_object();
    WRT_JSON_EACH(name, required) {
        const char *reference =
            wrt_json_text(name) != NULL ? reference_for(wrt_json_text(name), frame) : NULL;
        if (reference == NULL) {
            wrt_json_free(args);
            return NULL;
        }
        wrt_json_set_text(args, wrt_json_text(name), reference);
    }
    if (wrt_json_count(required) > 0)
        return args;
    wrt_json_free(args);
    return NULL;
}

static bool is_called(const wrt_json *steps, const char *tool) {
    WRT_JSON_EACH(step, steps)
    if (strcmp(wrt_json_get_text(step, "tool", ""), tool) == 0)
        return true;
    return false;
}

/* A tool that asks the network or writes is for a person or a protocol to call. */
static bool is_harmless(const wrt_json *tool) {
    return wrt_json_count(wrt_json_get(tool, "network")) == 0 &&
           !wrt_json_get_bool(tool, "writes", false);
}

/* [{"id","tool","args","why"}] */
static wrt_json *make_menu(const wrt_turn *turn, const wrt_json *steps, const wrt_json *frame) {
    wrt_json *menu = wrt_json_new_array();
    WRT_JSON_EACH(tool, turn->tools) {
        const char *name = wrt_json_get_text(tool, "name", "");
        if (is_called(steps, name) || !is_harmless(tool) || wrt_json_count(menu) == MENU_MAX)
            continue;
        wrt_json *args = args_for(tool, frame);
        if (args == NULL)
            continue;
        char id[96];
        wrt_json *step = wrt_json_new_object();
        snprintf(id, sizeof id, "extra_%.80s", name);
        wrt_json_set_text(step, "id", id);
        wrt_json_set_text(step, "tool", name);
        wrt_json_set(step, "args", args);
        wrt_json_set_text(step, "why", "proposed by the model");
        wrt_json_push(menu, step);
    }
    return menu;
}

/* *index is that of the menu; SIZE_MAX: no more. */
static wrt_status choose(size_t *index, wrt_turn *turn, const wrt_json *menu, const wrt_json *frame,
                         wrt_err *err) {
    wrt_str options[MENU_MAX + 1] = {WRT_STR("none")};
    size_t n = 1, chosen = 0;
    wrt_buf user = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&user, "Treatment (quoted): \"%s\"\nOutcome (quoted): \"%s\"\nTools:\n",
                   wrt_json_get_text(wrt_json_get(frame, "treatment"), "name", "?"),
                   wrt_json_get_text(wrt_json_get(frame, "outcome"), "name", "?"));
    WRT_JSON_EACH(step, menu) {
        const char *name = wrt_json_get_text(step, "tool", "");
        const wrt_json *about = wrt_turn_tool(turn, name);
        wrt_buf_printf(&user, "%s: %s\n", name, wrt_json_get_text(about, "summary", ""));
        options[n++] = wrt_str_of(name);
    }
    wrt_steer_question ask = {"step",
                              WRT_STR("Answer with one more tool that should be called, or none."),
                              wrt_buf_str(&user), options, n};
    wrt_status status = wrt_steer_choose(&chosen, NULL, turn, &ask, err);
    *index = chosen == 0 ? SIZE_MAX : chosen - 1;
    wrt_buf_free(&user);
    return status;
}

wrt_status wrt_plan_propose(wrt_json *steps, bool *by_model, wrt_turn *turn,
                            const wrt_json *protocol, const wrt_json *frame, wrt_err *err) {
    int64_t most = wrt_json_get_int(protocol, "propose", 0);
    wrt_status status = WRT_OK;
    for (int64_t i = 0; status == WRT_OK && i < most && i < PROPOSED_MAX; i++) {
        wrt_json *menu = make_menu(turn, steps, frame);
        size_t index = SIZE_MAX;
        if (wrt_json_count(menu) > 0)
            status = choose(&index, turn, menu, frame, err);
        if (status == WRT_OK && index != SIZE_MAX) {
            wrt_json_push(steps, wrt_json_copy(wrt_json_at(menu, index)));
            *by_model = true;
        } else {
            most = 0;
        }
        wrt_json_free(menu);
    }
    return status;
}
