/* freeze.c: digests of the steps, and what differs from them. */
#include "agent/plan/freeze.h"

#include "base/hash.h"

#include <string.h>

static void digest_of(char out[WRT_SHA256_HEX + 1], const wrt_json *value) {
    wrt_buf bytes = wrt_buf_make(WRT_MIB(16));
    wrt_json_write_canonical(&bytes, value);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&bytes));
    wrt_sha256_hex(out, &digest);
    wrt_buf_free(&bytes);
}

wrt_status wrt_plan_freeze(wrt_turn *turn, const wrt_json *plan, wrt_err *err) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_json *body = wrt_json_new_object();
    wrt_json_free(turn->frozen);
    turn->frozen = wrt_json_new_object();
    WRT_JSON_EACH(step, wrt_json_get(plan, "steps")) {
        digest_of(hex, step);
        wrt_json_set_text(turn->frozen, wrt_json_get_text(step, "id", "?"), hex);
    }
    digest_of(hex, plan);
    wrt_json_set_text(body, "sha256", hex);
    wrt_json_set(body, "steps", wrt_json_copy(turn->frozen));
    wrt_json_set(body, "read", wrt_json_copy(turn->read));
    return wrt_turn_record(turn, "plan.frozen", body, err);
}

/* NULL for a step as it was frozen, which is then taken. */
static const char *deviation_of(wrt_turn *turn, const wrt_json *step) {
    const char *id = wrt_json_get_text(step, "id", "?");
    const char *frozen = wrt_json_get_text(turn->frozen, id, NULL);
    char hex[WRT_SHA256_HEX + 1];
    if (wrt_json_is(wrt_json_get(turn->frozen, id), WRT_JSON_BOOL))
        return "the step was taken before";
    if (frozen == NULL)
        return "the step is not in the frozen plan";
    digest_of(hex, step);
    if (strcmp(hex, frozen) != 0)
        return "the step is not what was frozen";
    wrt_json_set_bool(turn->frozen, id, true);
    return NULL;
}

wrt_status wrt_plan_hold(wrt_turn *turn, const wrt_json *step, wrt_err *err) {
    const char *why = deviation_of(turn, step), *id = wrt_json_get_text(step, "id", "?");
    if (why == NULL)
        return WRT_OK;
    wrt_json *request = wrt_json_new_object(), *plan = wrt_json_new_object();
    wrt_json *steps = wrt_json_new_array(), *tools = wrt_json_new_array();
    wrt_json_push(steps, wrt_json_copy(step));
    wrt_json_set(plan, "steps", steps);
    if (wrt_json_get_text(step, "tool", NULL) != NULL)
        wrt_json_push_text(tools, wrt_json_get_text(step, "tool", NULL));
    wrt_json_set_bool(request, "deviation", true);
    wrt_json_set_text(request, "reason", why);
    wrt_json_set_text(request, "step", id);
    wrt_json_set(request, "plan", plan);
    wrt_json_set(request, "tools", tools);
    return wrt_turn_decide(NULL, turn, "plan", request, id, err);
}
