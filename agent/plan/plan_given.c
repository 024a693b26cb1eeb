/* plan_given.c: see plan_given.h. */
#include "agent/plan/plan_given.h"

#include "agent/plan/protocol.h"

#include <string.h>

static bool is_one_of(const char *name, const char *const *names) {
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static const char *const step_members[] = {"id",   "tool", "builtin", "when", "replaces",
                                           "args", "why",  "share",   NULL};

static wrt_status check_members(const wrt_json *step, wrt_err *err) {
    WRT_JSON_EACH(member, step)
    if (!is_one_of(wrt_json_key(member) != NULL ? wrt_json_key(member) : "", step_members))
        return wrt_fail(err, WRT_E_INPUT, "plan: step \"%s\": there is no member \"%s\"",
                        wrt_json_get_text(step, "id", "?"), wrt_json_key(member));
    return WRT_OK;
}

wrt_status wrt_plan_check_given(const wrt_json *plan, wrt_err *err) {
    static const char *const members[] = {"schema", "type",  "protocol", "made_by",
                                          "steps",  "frame", NULL};
    const wrt_json *steps = wrt_json_get(plan, "steps");
    size_t n = wrt_json_count(steps);
    if (strcmp(wrt_json_get_text(plan, "schema", ""), "warrant/plan/1") != 0)
        return wrt_fail(err, WRT_E_INPUT, "plan: \"schema\" must be \"warrant/plan/1\"");
    WRT_JSON_EACH(member, plan)
    if (!is_one_of(wrt_json_key(member), members))
        return wrt_fail(err, WRT_E_INPUT, "plan: there is no member \"%s\"", wrt_json_key(member));
    if (wrt_json_get_text(plan, "type", NULL) == NULL)
        return wrt_fail(err, WRT_E_INPUT, "plan: \"type\" must name a question type");
    if (!wrt_json_is(steps, WRT_JSON_ARRAY) || n == 0 || n > WRT_PLAN_STEPS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "plan: \"steps\" must hold 1 to %d steps",
                        WRT_PLAN_STEPS_MAX);
    wrt_status status = wrt_protocol_check_steps(steps, "plan", err);
    WRT_JSON_EACH(step, steps)
    if (status == WRT_OK)
        status = check_members(step, err);
    return status;
}

/* ---- differences */

static const wrt_json *find_step(const wrt_json *plan, const char *id, size_t *place) {
    *place = 0;
    WRT_JSON_EACH(step, wrt_json_get(plan, "steps")) {
        if (strcmp(wrt_json_get_text(step, "id", ""), id) == 0)
            return step;
        ++*place;
    }
    return NULL;
}

/* NULL when the steps are equal. */
static wrt_json *members_changed(const wrt_json *a, const wrt_json *b) {
    wrt_json *names = wrt_json_new_array();
    for (size_t i = 0; step_members[i] != NULL; i++) {
        const wrt_json *left = wrt_json_get(a, step_members[i]);
        const wrt_json *right = wrt_json_get(b, step_members[i]);
        bool both = left != NULL && right != NULL;
        if ((left == NULL) != (right == NULL) || (both && !wrt_json_equal(left, right)))
            wrt_json_push_text(names, step_members[i]);
    }
    if (wrt_json_count(names) > 0)
        return names;
    wrt_json_free(names);
    return NULL;
}

/* Steps of both plans keep their order when each stands behind the same common step as before. */
static const char *common_before(const wrt_json *plan, const wrt_json *other, const char *id) {
    const char *before = "";
    size_t place = 0;
    WRT_JSON_EACH(step, wrt_json_get(plan, "steps")) {
        const char *own = wrt_json_get_text(step, "id", "");
        if (strcmp(own, id) == 0)
            break;
        if (find_step(other, own, &place) != NULL)
            before = own;
    }
    return before;
}

static void compare_step(wrt_json *out, const wrt_json *a, const wrt_json *b,
                         const wrt_json *step) {
    const char *id = wrt_json_get_text(step, "id", "?");
    size_t place = 0;
    const wrt_json *other = find_step(b, id, &place);
    if (other == NULL) {
        wrt_json_push_text(wrt_json_get_mut(out, "removed"), id);
        return;
    }
    wrt_json *members = members_changed(step, other);
    if (members != NULL) {
        wrt_json *item = wrt_json_new_object();
        wrt_json_set_text(item, "step", id);
        wrt_json_set(item, "members", members);
        wrt_json_push(wrt_json_get_mut(out, "changed"), item);
    }
    if (strcmp(common_before(a, b, id), common_before(b, a, id)) != 0)
        wrt_json_push_text(wrt_json_get_mut(out, "moved"), id);
}

wrt_json *wrt_plan_diff(const wrt_json *a, const wrt_json *b) {
    static const char *const lists[] = {"added", "removed", "moved", "changed"};
    wrt_json *out = wrt_json_new_object();
    bool equal = true;
    size_t place = 0;
    wrt_json_set_bool(out, "equal", false);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        wrt_json_set(out, lists[i], wrt_json_new_array());
    WRT_JSON_EACH(step, wrt_json_get(a, "steps"))
    compare_step(out, a, b, step);
    WRT_JSON_EACH(step, wrt_json_get(b, "steps"))
    if (find_step(a, wrt_json_get_text(step, "id", "?"), &place) == NULL)
        wrt_json_push_text(wrt_json_get_mut(out, "added"), wrt_json_get_text(step, "id", "?"));
    const char *left = wrt_json_get_text(a, "type", ""), *right = wrt_json_get_text(b, "type", "");
    if (strcmp(left, right) != 0) {
        wrt_json *types = wrt_json_new_array();
        wrt_json_push_text(types, left);
        wrt_json_push_text(types, right);
        wrt_json_set(out, "type", types);
        equal = false;
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        equal = equal && wrt_json_count(wrt_json_get(out, lists[i])) == 0;
    wrt_json_set_bool(out, "equal", equal);
    return out;
}
