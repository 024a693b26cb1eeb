/* plan.c: completing, checking and binding plans. */
#include "agent/plan.h"

#include "agent/host/sandbox.h"
#include "agent/steer.h"
#include "base/arena.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- making */

static wrt_json *frozen_step(const wrt_json *template_step) {
    static const char *const kept[] = {"id", "tool", "builtin", "when", "args", "why"};
    wrt_json *step = wrt_json_new_object();
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const wrt_json *value = wrt_json_get(template_step, kept[i]);
        if (value != NULL)
            wrt_json_set(step, kept[i], wrt_json_copy(value));
    }
    return step;
}

static wrt_status ask_optional(bool *add, bool *by_model, wrt_turn *turn, const wrt_json *step,
                               const wrt_json *frame, wrt_err *err) {
    const wrt_str options[] = {WRT_STR("no"), WRT_STR("yes")};
    wrt_buf user = wrt_buf_make(WRT_KIB(8));
    wrt_buf_printf(&user, "Treatment (quoted): \"%s\"\nOutcome (quoted): \"%s\"\n%s",
                   wrt_json_get_text(wrt_json_get(frame, "treatment"), "name", "?"),
                   wrt_json_get_text(wrt_json_get(frame, "outcome"), "name", "?"),
                   wrt_json_get_text(step, "ask", wrt_json_get_text(step, "why", "")));
    wrt_steer_question question = {"optional", WRT_STR("Answer yes or no."), wrt_buf_str(&user),
                                   options, 2};
    size_t index = 0;
    wrt_status status = wrt_steer_choose(&index, by_model, turn, &question, err);
    *add = index == 1;
    wrt_buf_free(&user);
    return status;
}

wrt_status wrt_plan_make(wrt_json **plan, wrt_turn *turn, const wrt_json *protocol,
                         const wrt_json *frame, wrt_err *err) {
    wrt_json *steps = wrt_json_new_array();
    bool model_had_a_say = false;
    WRT_JSON_EACH(step, wrt_json_get(protocol, "steps"))
    wrt_json_push(steps, frozen_step(step));
    WRT_JSON_EACH(step, wrt_json_get(protocol, "optional")) {
        bool add = false, by_model = false;
        wrt_status status = ask_optional(&add, &by_model, turn, step, frame, err);
        if (status != WRT_OK) {
            wrt_json_free(steps);
            return status;
        }
        model_had_a_say = model_had_a_say || by_model;
        if (add)
            wrt_json_push(steps, frozen_step(step));
    }
    if (wrt_json_get_bool(turn->start, "recheck", false) &&
        wrt_json_get(protocol, "recheck") != NULL)
        wrt_json_push(steps, frozen_step(wrt_json_get(protocol, "recheck")));
    *plan = wrt_json_new_object();
    wrt_json_set_text(*plan, "schema", "warrant/plan/1");
    wrt_json_set_text(*plan, "type", wrt_json_get_text(frame, "type", ""));
    wrt_json_set_text(*plan, "protocol", wrt_json_get_text(protocol, "name", ""));
    wrt_json_set_text(*plan, "made_by", model_had_a_say ? "protocol+model" : "protocol");
    wrt_json_set(*plan, "steps", steps);
    return WRT_OK;
}

/* ---- checking */

/* Every reference in args must start with "frame" or the id of an earlier step. */
static wrt_status check_references(const wrt_json *value, const wrt_json *earlier, const char *step,
                                   wrt_err *err) {
    const char *text = wrt_json_text(value);
    if (text != NULL && text[0] == '$') {
        size_t len = strcspn(text + 1, ".[?");
        char *name = wrt_strdup(text + 1);
        name[len] = '\0';
        bool known = strcmp(name, "frame") == 0 || wrt_json_get(earlier, name) != NULL;
        free(name);
        if (!known)
            return wrt_fail(err, WRT_E_INPUT, "step \"%s\": %s is not the frame or an earlier step",
                            step, text);
    }
    WRT_JSON_EACH(item, value) {
        wrt_status status = check_references(item, earlier, step, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

static wrt_status check_tool(const wrt_turn *turn, const char *tool, const char *step,
                             wrt_err *err) {
    return wrt_turn_tool(turn, tool) != NULL
               ? WRT_OK
               : wrt_fail(err, WRT_E_INPUT, "step \"%s\": no tool \"%s\" is installed", step, tool);
}

static wrt_status check_step(const wrt_turn *turn, const wrt_json *step, wrt_json *earlier,
                             wrt_err *err) {
    const char *id = wrt_json_get_text(step, "id", "?");
    const char *tool = wrt_json_get_text(step, "tool", NULL);
    wrt_status status = tool != NULL ? check_tool(turn, tool, id, err) : WRT_OK;
    if (status == WRT_OK)
        status = check_references(wrt_json_get(step, "args"), earlier, id, err);
    if (status == WRT_OK)
        status = check_references(wrt_json_get(step, "when"), earlier, id, err);
    wrt_json_set_bool(earlier, id, true);
    return status;
}

wrt_status wrt_plan_check(wrt_turn *turn, const wrt_json *plan, wrt_err *err) {
    wrt_json *earlier = wrt_json_new_object(), *tools = wrt_json_new_array();
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(step, wrt_json_get(plan, "steps")) {
        if (status == WRT_OK)
            status = check_step(turn, step, earlier, err);
        if (wrt_json_get_text(step, "tool", NULL) != NULL)
            wrt_json_push_text(tools, wrt_json_get_text(step, "tool", NULL));
    }
    wrt_json_free(earlier);
    if (status != WRT_OK) {
        wrt_json_free(tools);
        return status;
    }
    wrt_json *request = wrt_json_new_object();
    wrt_json_set(request, "plan", wrt_json_copy(plan));
    wrt_json_set(request, "tools", tools);
    bool is_confined = strcmp(wrt_json_get_text(turn->start, "sandbox", "none"), "whole") == 0;
    if (!is_confined)
        wrt_json_set_text(request, "sandbox", "none");
    status = wrt_turn_decide(NULL, turn, "plan", request, NULL, err);
    if (status == WRT_E_DENIED && !is_confined)
        status = wrt_fail(err, WRT_E_DENIED, "%s", wrt_sandbox_hint);
    return status;
}

/* ---- binding */

/* One part of a reference: ".name" or "[index]"; moves *at behind it. */
static const wrt_json *follow(const wrt_json *value, const char **at) {
    if (**at == '[') {
        char *end = NULL;
        unsigned long index = strtoul(*at + 1, &end, 10);
        bool well_formed = isdigit((unsigned char)(*at)[1]) && *end == ']';
        *at = well_formed ? end + 1 : *at + strlen(*at);
        return well_formed ? wrt_json_at(value, index) : NULL;
    }
    if (**at == '.')
        ++*at;
    size_t len = strcspn(*at, ".[");
    char name[128];
    if (len == 0 || len >= sizeof name)
        return NULL;
    memcpy(name, *at, len);
    name[len] = '\0';
    *at += len;
    return wrt_json_get(value, name);
}

static const wrt_json *resolve(const wrt_json *scope, const char *reference) {
    const char *at = reference + 1;
    const wrt_json *value = scope;
    while (*at != '\0' && value != NULL)
        value = follow(value, &at);
    return value;
}

/* "$step.data.set?": what need not be there. */
static bool is_optional(const wrt_json *value) {
    const char *text = wrt_json_text(value);
    size_t len = text != NULL ? strlen(text) : 0;
    return len > 1 && text[0] == '$' && text[len - 1] == '?';
}

static wrt_json *bind_reference(const char *text, const wrt_json *scope, wrt_err *err) {
    char *reference = wrt_strdup(text);
    size_t len = strlen(reference);
    if (reference[len - 1] == '?')
        reference[len - 1] = '\0';
    const wrt_json *found = resolve(scope, reference);
    if (found == NULL)
        wrt_fail(err, WRT_E_NOT_FOUND, "%s leads nowhere", text);
    free(reference);
    return found != NULL ? wrt_json_copy(found) : NULL;
}

/* Recursion is bounded by WRT_JSON_DEPTH_MAX: args come from a parsed document. */
static wrt_json *bind(const wrt_json *value, const wrt_json *scope, wrt_err *err) {
    const char *text = wrt_json_text(value);
    if (text != NULL && text[0] == '$')
        return bind_reference(text, scope, err);
    bool is_object = wrt_json_is(value, WRT_JSON_OBJECT);
    if (!is_object && !wrt_json_is(value, WRT_JSON_ARRAY))
        return wrt_json_copy(value);
    wrt_json *copy = is_object ? wrt_json_new_object() : wrt_json_new_array();
    WRT_JSON_EACH(item, value) {
        wrt_json *bound = bind(item, scope, is_optional(item) ? NULL : err);
        if (bound == NULL && is_optional(item))
            continue;
        if (bound == NULL) {
            wrt_json_free(copy);
            return NULL;
        }
        if (is_object)
            wrt_json_set(copy, wrt_json_key(item), bound);
        else
            wrt_json_push(copy, bound);
    }
    return copy;
}

wrt_status wrt_plan_bind(wrt_json **args, const wrt_json *template_args, const wrt_json *scope,
                         wrt_err *err) {
    *args = bind(template_args, scope, err);
    return *args != NULL ? WRT_OK : WRT_E_NOT_FOUND;
}

bool wrt_plan_applies(const wrt_json *step, const wrt_json *scope) {
    const char *when = wrt_json_get_text(step, "when", NULL);
    const wrt_json *found = when != NULL && when[0] == '$' ? resolve(scope, when) : NULL;
    return when == NULL ||
           (found != NULL && !wrt_json_is(found, WRT_JSON_NULL) && wrt_json_bool(found, true));
}
