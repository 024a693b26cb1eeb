/* plan.c: completing, checking and binding plans. */
#include "agent/plan/plan.h"

#include "agent/host/sandbox.h"
#include "agent/plan/plan_given.h"
#include "agent/plan/propose.h"
#include "agent/steer.h"
#include "base/arena.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- making */

static wrt_json *frozen_step(const wrt_json *template_step) {
    static const char *const kept[] = {"id",       "tool", "builtin", "when",
                                       "replaces", "args", "why",     "share"};
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

/* A fallback is taken when its step did not give what was wanted, and stands in its place. */
static wrt_json *fallback_step(const wrt_json *step, const wrt_json *fallback) {
    static const char *const unwelcome[] = {"empty", "error", "gated"};
    wrt_json *frozen = frozen_step(fallback), *when = wrt_json_new_object();
    wrt_json *statuses = wrt_json_new_array();
    for (size_t i = 0; i < sizeof unwelcome / sizeof *unwelcome; i++)
        wrt_json_push_text(statuses, unwelcome[i]);
    wrt_json_set_text(when, "step", wrt_json_get_text(step, "id", "?"));
    wrt_json_set(when, "status", statuses);
    if (wrt_json_get(frozen, "when") == NULL)
        wrt_json_set(frozen, "when", when);
    else
        wrt_json_free(when);
    wrt_json_set_text(frozen, "replaces", wrt_json_get_text(step, "id", "?"));
    return frozen;
}

static void add_step(wrt_json *steps, const wrt_json *step) {
    wrt_json_push(steps, frozen_step(step));
    WRT_JSON_EACH(fallback, wrt_json_get(step, "otherwise"))
    wrt_json_push(steps, fallback_step(step, fallback));
}

static wrt_json *new_plan(const wrt_json *protocol, const wrt_json *frame, const char *made_by,
                          wrt_json *steps) {
    wrt_json *plan = wrt_json_new_object();
    wrt_json_set_text(plan, "schema", "warrant/plan/1");
    wrt_json_set_text(plan, "type", wrt_json_get_text(frame, "type", ""));
    wrt_json_set_text(plan, "protocol", wrt_json_get_text(protocol, "name", ""));
    wrt_json_set_text(plan, "made_by", made_by);
    wrt_json_set(plan, "steps", steps);
    return plan;
}

/* The user's own plan in place of the protocol's. */
static wrt_status take_given(wrt_json **plan, const wrt_json *given, const wrt_json *protocol,
                             const wrt_json *frame, wrt_err *err) {
    wrt_status status = wrt_plan_check_given(given, err);
    if (status != WRT_OK)
        return status;
    wrt_json *steps = wrt_json_new_array();
    WRT_JSON_EACH(step, wrt_json_get(given, "steps"))
    wrt_json_push(steps, frozen_step(step));
    *plan = new_plan(protocol, frame, "user", steps);
    return WRT_OK;
}

/* The steps of the protocol: those that must be there, and optional ones that were wanted. */
static wrt_status add_steps(wrt_json *steps, bool *by_model, wrt_turn *turn,
                            const wrt_json *protocol, const wrt_json *frame, wrt_err *err) {
    WRT_JSON_EACH(step, wrt_json_get(protocol, "steps"))
    add_step(steps, step);
    WRT_JSON_EACH(step, wrt_json_get(protocol, "optional")) {
        bool add = false, said = false;
        wrt_status status = ask_optional(&add, &said, turn, step, frame, err);
        if (status != WRT_OK)
            return status;
        *by_model = *by_model || said;
        if (add)
            add_step(steps, step);
    }
    return WRT_OK;
}

wrt_status wrt_plan_make(wrt_json **plan, wrt_turn *turn, const wrt_json *protocol,
                         const wrt_json *frame, wrt_err *err) {
    const wrt_json *given = wrt_json_get(turn->start, "plan");
    const wrt_json *recheck = wrt_json_get(protocol, "recheck");
    bool by_model = false;
    *plan = NULL;
    if (given != NULL)
        return take_given(plan, given, protocol, frame, err);
    wrt_json *steps = wrt_json_new_array(), *made = new_plan(protocol, frame, "protocol", steps);
    wrt_status status = add_steps(steps, &by_model, turn, protocol, frame, err);
    if (status == WRT_OK)
        status = wrt_plan_propose(made, &by_model, turn, protocol, frame, err);
    if (status != WRT_OK) {
        wrt_json_free(made);
        return status;
    }
    if (wrt_json_get_bool(turn->start, "recheck", false) && recheck != NULL)
        wrt_json_push(wrt_json_get_mut(made, "steps"), frozen_step(recheck));
    if (by_model)
        wrt_json_set_text(made, "made_by", "protocol+model");
    *plan = made;
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

static wrt_status check_earlier(const char *named, const wrt_json *earlier, const char *step,
                                wrt_err *err) {
    if (named == NULL || wrt_json_get(earlier, named) != NULL)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "step \"%s\": there is no earlier step \"%s\"", step, named);
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
    if (status == WRT_OK)
        status = check_earlier(wrt_json_get_text(wrt_json_get(step, "when"), "step", NULL), earlier,
                               id, err);
    if (status == WRT_OK)
        status = check_earlier(wrt_json_get_text(step, "replaces", NULL), earlier, id, err);
    wrt_json_set_bool(earlier, id, true);
    return status;
}

wrt_status wrt_plan_decide(wrt_turn *turn, const wrt_json *plan, const char *step, wrt_err *err) {
    wrt_json *request = wrt_json_new_object(), *tools = wrt_json_new_array();
    WRT_JSON_EACH(each, wrt_json_get(plan, "steps"))
    if (wrt_json_get_text(each, "tool", NULL) != NULL)
        wrt_json_push_text(tools, wrt_json_get_text(each, "tool", NULL));
    wrt_json_set(request, "plan", wrt_json_copy(plan));
    wrt_json_set(request, "tools", tools);
    bool is_confined = strcmp(wrt_json_get_text(turn->start, "sandbox", "none"), "whole") == 0;
    if (!is_confined)
        wrt_json_set_text(request, "sandbox", "none");
    wrt_status status = wrt_turn_decide(NULL, turn, "plan", request, step, err);
    if (status == WRT_E_DENIED && !is_confined)
        status = wrt_fail(err, WRT_E_DENIED, "%s", wrt_sandbox_hint);
    return status;
}

wrt_status wrt_plan_check(wrt_turn *turn, const wrt_json *plan, wrt_err *err) {
    wrt_json *earlier = wrt_json_new_object();
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(step, wrt_json_get(plan, "steps"))
    if (status == WRT_OK)
        status = check_step(turn, step, earlier, err);
    wrt_json_free(earlier);
    return status == WRT_OK ? wrt_plan_decide(turn, plan, NULL, err) : status;
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

/* {"step","status":[...]}: a step that was taken, and ended so. */
static bool has_ended_so(const wrt_json *when, const wrt_json *scope) {
    const char *step = wrt_json_get_text(when, "step", "");
    const char *status = wrt_json_get_text(wrt_json_get(scope, step), "status", NULL);
    WRT_JSON_EACH(wanted, wrt_json_get(when, "status"))
    if (status != NULL && wrt_json_text(wanted) != NULL &&
        strcmp(status, wrt_json_text(wanted)) == 0)
        return true;
    return false;
}

static bool leads_somewhere(const wrt_json *reference, const wrt_json *scope) {
    const char *text = wrt_json_text(reference);
    const wrt_json *found = text != NULL && text[0] == '$' ? resolve(scope, text) : NULL;
    return found != NULL && !wrt_json_is(found, WRT_JSON_NULL) && wrt_json_bool(found, true);
}

bool wrt_plan_applies(const wrt_json *step, const wrt_json *scope) {
    const wrt_json *when = wrt_json_get(step, "when");
    bool applies = true;
    if (wrt_json_is(when, WRT_JSON_OBJECT))
        return has_ended_so(when, scope);
    if (!wrt_json_is(when, WRT_JSON_ARRAY))
        return when == NULL || leads_somewhere(when, scope);
    WRT_JSON_EACH(reference, when)
    applies = applies && leads_somewhere(reference, scope);
    return applies;
}
