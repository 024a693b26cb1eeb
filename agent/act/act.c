/* act.c: acting on the steps of a frozen plan. */
#include "agent/act/act.h"

#include "agent/act/call.h"
#include "agent/act/taint.h"
#include "agent/host/result.h"
#include "agent/plan/builtin.h"
#include "agent/plan/freeze.h"
#include "agent/plan/plan.h"

#include <string.h>

enum { ARGS_MAX = 1 << 20 };

/* The program's own step: what it makes is as trustworthy as what it is made from. */
static wrt_status take_builtin(wrt_json **result, wrt_turn *turn, const wrt_json *step,
                               const wrt_json *args, wrt_err *err) {
    const char *id = wrt_json_get_text(step, "id", "?");
    const wrt_builtin *builtin = wrt_builtin_find(wrt_json_get_text(step, "builtin", ""));
    if (builtin == NULL)
        return wrt_fail(err, WRT_E_INPUT, "step \"%s\": no such builtin", id);
    wrt_json *taints = wrt_taint_of_args(wrt_json_get(step, "args"), turn->taints);
    wrt_json *body = wrt_json_new_object();
    wrt_turn_read(turn, id, wrt_taint_of_all(taints));
    wrt_json_free(taints);
    *result = builtin->make(turn, args);
    wrt_json_set_text(body, "step", id);
    wrt_json_set(body, "result", wrt_json_copy(*result));
    return wrt_turn_record(turn, builtin->event, body, err);
}

/* A step that the frozen plan does not hold needs a permit. */
static wrt_status hold_step(wrt_json **result, wrt_turn *turn, const wrt_json *step, wrt_err *err) {
    wrt_err denial = {0};
    wrt_status status = wrt_plan_hold(turn, step, &denial);
    if (status == WRT_E_DENIED) {
        *result = wrt_call_gated("plan_deviation", denial.message);
        return WRT_OK;
    }
    if (status != WRT_OK && err != NULL)
        *err = denial;
    return status;
}

/* What a plugin answered may be another step's argument; larger than this it would not fit into the
 * events about the call. */
static bool are_small(const wrt_json *args) {
    wrt_buf text = wrt_buf_make((size_t)ARGS_MAX);
    wrt_json_write_canonical(&text, args);
    bool fits = !text.overflow;
    wrt_buf_free(&text);
    return fits;
}

/* What must be there before a step is taken: *result is set where it cannot be, else *args. */
static wrt_status prepare(wrt_json **result, wrt_json **args, wrt_turn *turn, const wrt_json *step,
                          const wrt_json *scope, wrt_err *err) {
    wrt_err unbound = {0};
    *result = *args = NULL;
    if (turn->config->on_step != NULL)
        turn->config->on_step(wrt_json_get_text(step, "id", "?"), turn->config->callback_ctx);
    wrt_status status = hold_step(result, turn, step, err);
    if (status != WRT_OK || *result != NULL)
        return status;
    if (wrt_plan_bind(args, wrt_json_get(step, "args"), scope, &unbound) != WRT_OK) {
        *result = wrt_result_error("missing_input", unbound.message, NULL);
    } else if (!are_small(*args)) {
        *result = wrt_result_error("bad_args", "the arguments are larger than 1 MiB", NULL);
        wrt_json_free(*args);
        *args = NULL;
    }
    return WRT_OK;
}

/* ---- one step */

static wrt_status call_tool(wrt_json **result, wrt_turn *turn, const wrt_json *step,
                            const wrt_json *args, wrt_err *err) {
    wrt_call call;
    wrt_call_open(&call, turn, step, args);
    wrt_status status = wrt_call_begin(result, &call, err);
    if (status == WRT_OK && *result == NULL) {
        if (wrt_call_needs_making(&call))
            status = wrt_call_make(result, &call, err);
        if (status == WRT_OK)
            status = wrt_call_take(result, &call, err);
        if (status == WRT_OK) {
            wrt_call_count(&call);
            status = wrt_call_end(result, &call, err);
        }
    }
    wrt_call_close(&call);
    return status;
}

wrt_status wrt_act_step(wrt_json **result, wrt_turn *turn, const wrt_json *step,
                        const wrt_json *scope, wrt_err *err) {
    wrt_json *args = NULL;
    *result = NULL;
    wrt_status status = wrt_turn_check_budget(turn, err);
    if (status == WRT_OK)
        status = prepare(result, &args, turn, step, scope, err);
    if (status != WRT_OK || *result != NULL)
        return status;
    if (wrt_json_get_text(step, "builtin", NULL) != NULL)
        status = take_builtin(result, turn, step, args, err);
    else
        status = call_tool(result, turn, step, args, err);
    wrt_json_free(args);
    if (status != WRT_OK) {
        wrt_json_free(*result);
        *result = NULL;
    }
    return status;
}

/* ---- steps together */

/* A step of a batch. */
typedef struct {
    wrt_call call;
    wrt_json *args;
    wrt_json *result;
    bool is_open; /* call */
    bool is_made; /* its tool.call is recorded */
} member;

/* The call counts from here on, so that a limit holds within the batch, too. */
static wrt_status begin_member(member *out, wrt_turn *turn, const wrt_json *step,
                               const wrt_json *scope, wrt_err *err) {
    wrt_status status = prepare(&out->result, &out->args, turn, step, scope, err);
    if (status != WRT_OK || out->result != NULL)
        return status;
    wrt_call_open(&out->call, turn, step, out->args);
    out->is_open = true;
    status = wrt_call_begin(&out->result, &out->call, err);
    out->is_made = status == WRT_OK && out->result == NULL;
    if (out->is_made)
        wrt_call_count(&out->call);
    return status;
}

/* The calls that the journal holds no result of. */
static wrt_status make_calls(member *members, size_t n, const wrt_turn *turn, wrt_err *err) {
    wrt_toolhost_job jobs[WRT_BATCH_MAX];
    member *of[WRT_BATCH_MAX];
    size_t n_jobs = 0;
    for (size_t i = 0; i < n; i++) {
        const wrt_call *call = &members[i].call;
        if (!members[i].is_made || !wrt_call_needs_making(call))
            continue;
        of[n_jobs] = &members[i];
        jobs[n_jobs++] = (wrt_toolhost_job){.tool = call->tool,
                                            .args = call->args,
                                            .files = call->files,
                                            .limit_ms = wrt_call_limit(call)};
    }
    if (n_jobs == 0)
        return WRT_OK;
    wrt_status status =
        wrt_toolhost_call_together(jobs, n_jobs, turn->config->tools, turn->config->threads, err);
    for (size_t i = 0; i < n_jobs; i++)
        of[i]->result = jobs[i].result;
    return status;
}

static wrt_status end_member(member *own, wrt_err *err) {
    if (!own->is_made)
        return WRT_OK;
    wrt_status status = wrt_call_take(&own->result, &own->call, err);
    return status == WRT_OK ? wrt_call_end(&own->result, &own->call, err) : status;
}

static void free_member(member *own) {
    if (own->is_open)
        wrt_call_close(&own->call);
    wrt_json_free(own->args);
    wrt_json_free(own->result);
}

/* Decisions and calls in the order of the plan, then results in that order. The batch ends at the
 * first step that is not called. */
static wrt_status act_together(wrt_json **results, size_t *n, wrt_turn *turn, const wrt_json *step,
                               const wrt_json *scope, wrt_err *err) {
    member members[WRT_BATCH_MAX] = {0};
    wrt_status status = WRT_OK;
    size_t begun = 0;
    for (bool goes_on = true; status == WRT_OK && goes_on && begun < *n;
         step = wrt_json_next(step)) {
        member *own = &members[begun++];
        status = begin_member(own, turn, step, scope, err);
        goes_on = own->is_made;
    }
    if (status == WRT_OK)
        status = make_calls(members, begun, turn, err);
    for (size_t i = 0; status == WRT_OK && i < begun; i++)
        status = end_member(&members[i], err);
    for (size_t i = 0; i < begun; i++) {
        results[i] = status == WRT_OK ? members[i].result : NULL;
        if (status == WRT_OK)
            members[i].result = NULL;
        free_member(&members[i]);
    }
    *n = status == WRT_OK ? begun : 0;
    return status;
}

wrt_status wrt_act(wrt_json **results, size_t *n, wrt_turn *turn, const wrt_json *step,
                   const wrt_json *scope, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (*n > 1) {
        status = wrt_turn_check_budget(turn, err);
        if (status == WRT_OK)
            return act_together(results, n, turn, step, scope, err);
    } else {
        status = wrt_act_step(&results[0], turn, step, scope, err);
    }
    *n = status == WRT_OK;
    return status;
}
