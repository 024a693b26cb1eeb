/* propose.c: see propose.h. */
#include "agent/plan/propose.h"

#include "agent/plan/plan.h"
#include "agent/plan/plan_given.h"
#include "agent/plan/propose_menu.h"
#include "agent/steer.h"

#include <string.h>

static const wrt_json *call_of(const wrt_json *entry) {
    const wrt_json *steps = wrt_json_get(entry, "steps");
    return wrt_json_at(steps, wrt_json_count(steps) - 1);
}

static const char *tool_of(const wrt_json *entry) {
    return wrt_json_get_text(call_of(entry), "tool", "");
}

/* Each tool once, whatever it may be called about. */
static void list_tools(wrt_buf *out, const wrt_turn *turn, const wrt_json *menu) {
    const char *last = "";
    WRT_JSON_EACH(entry, menu) {
        const char *tool = tool_of(entry);
        if (strcmp(tool, last) != 0)
            wrt_buf_printf(out, "%s: %s\n", tool,
                           wrt_json_get_text(wrt_turn_tool(turn, tool), "summary", ""));
        last = tool;
    }
}

/* Whose words are nobody's instruction stands quoted. */
static void write_menu(wrt_buf *out, const wrt_turn *turn, const wrt_json *menu,
                       const wrt_json *frame) {
    wrt_buf_printf(out, "Treatment (quoted): \"%s\"\nOutcome (quoted): \"%s\"\nTools:\n",
                   wrt_json_get_text(wrt_json_get(frame, "treatment"), "name", "?"),
                   wrt_json_get_text(wrt_json_get(frame, "outcome"), "name", "?"));
    list_tools(out, turn, menu);
}

/* Asked by itself: beside names of tools, which are long, a short "none" would win for its length
 * alone. */
static wrt_status wants_more(bool *more, wrt_turn *turn, wrt_str menu, wrt_err *err) {
    const wrt_str options[] = {WRT_STR("no"), WRT_STR("yes")};
    const wrt_steer_question ask = {
        "more", WRT_STR("Should one more of the tools be called? Answer yes or no."), menu, options,
        2};
    size_t chosen = 0;
    wrt_status status = wrt_steer_choose(&chosen, NULL, turn, &ask, err);
    *more = chosen == 1;
    return status;
}

/* By a tool call of the model's own, or none. */
static wrt_status call(size_t *index, wrt_turn *turn, wrt_str user, const wrt_json *menu,
                       wrt_err *err) {
    wrt_str options[WRT_MENU_MAX + 1] = {WRT_STR("none")};
    size_t n = 1, chosen = 0;
    WRT_JSON_EACH(entry, menu)
    options[n++] = wrt_str_of(wrt_json_get_text(entry, "option", ""));
    const wrt_steer_question ask = {
        "step",
        WRT_STR("Call one more tool where its result would help to answer; else answer: none."),
        user, options, n};
    wrt_status status = wrt_steer_call(&chosen, NULL, turn, &ask, err);
    if (chosen > 0)
        *index = chosen - 1;
    return status;
}

/* *index stays what it is where the model fails: its protocol's choice is to end. */
static wrt_status pick(size_t *index, wrt_turn *turn, wrt_str user, const wrt_json *menu,
                       wrt_err *err) {
    wrt_str options[WRT_MENU_MAX] = {0};
    size_t n = 0, chosen = 0;
    bool by_model = false;
    WRT_JSON_EACH(entry, menu)
    options[n++] = wrt_str_of(wrt_json_get_text(entry, "option", ""));
    const wrt_steer_question ask = {
        "step", WRT_STR("Answer with the tool to be called next, and what it is called about."),
        user, options, n};
    if (n == 1) { /* nothing to choose between */
        *index = 0;
        return WRT_OK;
    }
    wrt_status status = wrt_steer_choose(&chosen, &by_model, turn, &ask, err);
    if (by_model)
        *index = chosen;
    return status;
}

/* *index is that of the menu; SIZE_MAX: no more. */
static wrt_status choose(size_t *index, wrt_turn *turn, const wrt_json *menu, const wrt_json *frame,
                         wrt_err *err) {
    bool more = false;
    wrt_buf user = wrt_buf_make(WRT_KIB(64));
    write_menu(&user, turn, menu, frame);
    *index = SIZE_MAX;
    bool by_call = wrt_steer_has_calls(turn);
    wrt_status status = by_call ? call(index, turn, wrt_buf_str(&user), menu, err)
                                : wants_more(&more, turn, wrt_buf_str(&user), err);
    if (status == WRT_OK && more)
        status = pick(index, turn, wrt_buf_str(&user), menu, err);
    wrt_buf_free(&user);
    return status;
}

static bool has_step(const wrt_json *plan, const wrt_json *step) {
    WRT_JSON_EACH(other, wrt_json_get(plan, "steps"))
    if (strcmp(wrt_json_get_text(other, "id", ""), wrt_json_get_text(step, "id", "")) == 0)
        return true;
    return false;
}

/* Adds the steps where policy allows the plan with them; else says why not. */
static wrt_status add(wrt_json *plan, bool *by_model, wrt_turn *turn, const wrt_json *entry,
                      wrt_err *err) {
    wrt_json *candidate = wrt_json_copy(plan), *steps = wrt_json_get_mut(candidate, "steps");
    const char *id = wrt_json_get_text(call_of(entry), "id", "?");
    wrt_err denial = {0};
    WRT_JSON_EACH(step, wrt_json_get(entry, "steps"))
    if (!has_step(plan, step))
        wrt_json_push(steps, wrt_json_copy(step));
    wrt_status status = wrt_plan_decide(turn, candidate, id, &denial);
    if (status == WRT_OK) {
        wrt_json_set(plan, "steps", wrt_json_copy(steps));
        *by_model = true;
    } else if (status == WRT_E_DENIED) {
        wrt_turn_warn(turn, "step %s, which the model proposed, was left out: %s", id,
                      denial.message);
        status = WRT_OK;
    } else if (err != NULL) {
        *err = denial;
    }
    wrt_json_free(candidate);
    return status;
}

/* The menu without what was chosen. Consumes it. */
static wrt_json *without(wrt_json *menu, size_t index) {
    wrt_json *rest = wrt_json_new_array();
    size_t i = 0;
    WRT_JSON_EACH(entry, menu)
    if (i++ != index)
        wrt_json_push(rest, wrt_json_copy(entry));
    wrt_json_free(menu);
    return rest;
}

wrt_status wrt_plan_propose(wrt_json *plan, bool *by_model, wrt_turn *turn,
                            const wrt_json *protocol, const wrt_json *frame, wrt_err *err) {
    int64_t most = wrt_turn_has_model(turn) ? wrt_json_get_int(protocol, "propose", 0) : 0;
    wrt_json *menu = wrt_propose_menu(turn, plan, protocol, frame);
    wrt_status status = WRT_OK;
    for (int64_t i = 0; status == WRT_OK && i < most && i < WRT_PROPOSE_MAX; i++) {
        size_t index = SIZE_MAX;
        bool has_room = wrt_json_count(wrt_json_get(plan, "steps")) + 3 <= WRT_PLAN_STEPS_MAX;
        if (wrt_json_count(menu) > 0 && has_room)
            status = choose(&index, turn, menu, frame, err);
        if (status != WRT_OK || index == SIZE_MAX)
            break;
        status = add(plan, by_model, turn, wrt_json_at(menu, index), err);
        menu = without(menu, index);
    }
    wrt_json_free(menu);
    return status;
}
