/* call.c: what is decided, recorded and asked about one call. */
#include "agent/act/call.h"

#include "agent/act/declassify.h"
#include "agent/act/reach.h"
#include "agent/act/taint.h"
#include "agent/host/result.h"
#include "base/arena.h"
#include "policies/phi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESULT_MAX = 32 << 20, SCREEN_MAX = 1 << 20 };

wrt_json *wrt_call_gated(const char *code, const char *message) {
    wrt_json *result = wrt_result_error(code, message, NULL);
    wrt_json_set_text(result, "status", "gated");
    return result;
}

/* A result too large to be recorded whole is not used at all. */
static void cap_result(wrt_json **result, const wrt_json *args) {
    wrt_buf bytes = wrt_buf_make(RESULT_MAX);
    wrt_json_write_canonical(&bytes, *result);
    if (bytes.overflow) {
        wrt_json_free(*result);
        *result = wrt_result_error("bad_result", "the result is larger than 32 MiB", args);
    }
    wrt_buf_free(&bytes);
}

static void count_call(wrt_turn *turn, const char *tool) {
    char name[160];
    snprintf(name, sizeof name, "tool.%s.calls", tool);
    wrt_turn_count(turn, "tool.calls", 1);
    wrt_turn_count(turn, name, 1);
}

static void remember_call(wrt_turn *turn, const char *tool) {
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "tool", tool);
    wrt_json_set_text(entry, "phase", "tool_call");
    wrt_json_push(turn->history, entry);
}

/* ---- what is recorded of a call */

/* The body of the next recorded event of this type about the step. */
static const wrt_json *recall(const wrt_call *call, const char *type, const char *phase) {
    wrt_json *like = wrt_json_new_object();
    wrt_json_set_text(like, "step", call->step);
    if (phase != NULL)
        wrt_json_set_text(like, "phase", phase);
    return wrt_turn_recall(call->turn, type, like);
}

static wrt_json *copy_or_null(const wrt_json *value) {
    return value != NULL ? wrt_json_copy(value) : NULL;
}

/* Where the files lie, for the policy. */
static wrt_json *places_of(const wrt_call *call) {
    return call->from_record ? copy_or_null(wrt_json_path(
                                   recall(call, "policy.decision", "tool_call"), "request.files"))
                             : wrt_files_places(call->files);
}

/* The file's bytes, where they are not too many, become a blob of the run: who audits it can
 * compute the result again. */
static wrt_status keep_file(wrt_json *entry, const wrt_call *call, size_t i, wrt_err *err) {
    if (wrt_json_get_int(entry, "bytes", 0) > WRT_CALL_KEPT_FILE_MAX)
        return WRT_OK;
    wrt_buf bytes = wrt_buf_make((size_t)WRT_CALL_KEPT_FILE_MAX);
    wrt_status status = wrt_files_read(&bytes, call->files, i, err);
    if (status == WRT_OK)
        status = wrt_turn_put_blob(call->turn, entry, "blob", wrt_buf_str(&bytes), err);
    wrt_buf_free(&bytes);
    return status;
}

static wrt_status keep_files(wrt_json *files, const wrt_call *call, wrt_err *err) {
    wrt_json *found = wrt_files_record(call->files);
    wrt_status status = WRT_OK;
    size_t i = 0;
    WRT_JSON_EACH(file, found) {
        wrt_json *entry = wrt_json_copy(file);
        if (status == WRT_OK)
            status = keep_file(entry, call, i++, err);
        wrt_json_push(files, entry);
    }
    wrt_json_free(found);
    return status;
}

static wrt_status files_of(wrt_json **out, const wrt_call *call, wrt_err *err) {
    if (call->from_record) {
        *out = copy_or_null(wrt_json_get(recall(call, "tool.call", NULL), "files"));
        return WRT_OK;
    }
    *out = wrt_json_new_array();
    return keep_files(*out, call, err);
}

/* With the files as they are handed over; what could not be opened is told by the result. */
static wrt_status record_call(const wrt_call *call, const char *decision, wrt_err *err) {
    wrt_json *body = wrt_json_new_object(), *files = NULL;
    wrt_status status = files_of(&files, call, err);
    wrt_json_set_text(body, "step", call->step);
    wrt_json_set_text(body, "tool", call->tool);
    wrt_json_set(body, "args", wrt_json_copy(call->args));
    wrt_json_set_text(body, "decision", decision);
    if (wrt_json_count(files) > 0)
        wrt_json_set(body, "files", files);
    else
        wrt_json_free(files);
    if (status == WRT_OK)
        return wrt_turn_record(call->turn, "tool.call", body, err);
    wrt_json_free(body);
    return status;
}

/* Small results stand in the event, large ones in a blob. */
static wrt_status record_result(wrt_turn *turn, const char *step, const char *tool,
                                const wrt_json *result, wrt_err *err) {
    wrt_status status = WRT_OK;
    wrt_json *body = wrt_json_new_object();
    wrt_json_set_text(body, "step", step);
    wrt_json_set_text(body, "tool", tool);
    wrt_json_set_text(body, "status", wrt_json_get_text(result, "status", "error"));
    const wrt_json *outputs = wrt_json_path(result, "echo.outputs");
    wrt_buf bytes = wrt_buf_make(RESULT_MAX);
    wrt_json_write_canonical(&bytes, result);
    if (outputs != NULL)
        wrt_json_set(body, "outputs", wrt_json_copy(outputs));
    if (bytes.len <= WRT_LEDGER_INLINE_MAX) {
        wrt_json_set(body, "result", wrt_json_copy(result));
    } else {
        status = wrt_turn_put_blob(turn, body, "blob", wrt_buf_str(&bytes), err);
    }
    wrt_buf_free(&bytes);
    if (status == WRT_OK)
        return wrt_turn_record(turn, "tool.result", body, err);
    wrt_json_free(body);
    return status;
}

/* Replaces the value at a dotted path by a mark that says what stood there. */
static void redact_field(wrt_json *result, const char *dotted, const char *class_name) {
    char part[128], mark[160];
    wrt_json *at = result;
    while (at != NULL) {
        size_t len = strcspn(dotted, ".");
        if (len == 0 || len >= sizeof part)
            return;
        memcpy(part, dotted, len);
        part[len] = '\0';
        if (dotted[len] == '\0')
            break;
        at = wrt_json_get_mut(at, part);
        dotted += len + 1;
    }
    if (at == NULL || wrt_json_get(at, part) == NULL)
        return;
    snprintf(mark, sizeof mark, "[redacted:%s]", class_name);
    wrt_json_set_text(at, part, mark);
}

void wrt_call_redact(wrt_json *result, const wrt_json *decision) {
    WRT_JSON_EACH(obligation, wrt_json_get(decision, "obligations")) {
        if (strcmp(wrt_json_get_text(obligation, "type", ""), "redact") != 0)
            continue;
        WRT_JSON_EACH(field, wrt_json_get(obligation, "fields"))
        if (wrt_json_text(field) != NULL)
            redact_field(result, wrt_json_text(field),
                         wrt_json_get_text(obligation, "class", "policy"));
    }
}

static void apply_labels(wrt_json *taint, const wrt_json *decision) {
    WRT_JSON_EACH(obligation, wrt_json_get(decision, "obligations")) {
        if (strcmp(wrt_json_get_text(obligation, "type", ""), "label") != 0)
            continue;
        WRT_JSON_EACH(label, wrt_json_get(obligation, "labels"))
        wrt_taint_add(taint, wrt_json_text(label));
    }
}

/* What was made from files may hold identifiers of persons; what is too long to be screened counts
 * as if it did. */
static bool holds_identifiers(const wrt_call *call, const wrt_json *result) {
    if (!wrt_taint_has(call->result_taint, "file"))
        return false;
    wrt_buf text = wrt_buf_make((size_t)SCREEN_MAX);
    wrt_json_write(&text, result);
    bool holds = text.overflow || wrt_phi_classes_of(wrt_buf_str(&text)) != 0;
    wrt_buf_free(&text);
    return holds;
}

/* The request that asks whether the result may be read. Its status and what the screening found are
 * of the result before any redaction, which only the record of the decision keeps. */
static wrt_json *admission_request(const wrt_call *call, const wrt_json *result) {
    const wrt_json *before =
        call->recorded != NULL
            ? wrt_json_get(recall(call, "policy.decision", "tool_result"), "request")
            : NULL;
    bool holds = before != NULL ? wrt_json_get_bool(before, "holds_phi", false)
                                : holds_identifiers(call, result);
    wrt_json *request = wrt_json_new_object();
    wrt_json_set_text(request, "tool", call->tool);
    wrt_json_set_text(request, "status",
                      wrt_json_get_text(before != NULL ? before : result, "status", "error"));
    if (holds) {
        wrt_json_set_bool(request, "holds_phi", true);
        wrt_taint_add(call->result_taint, "phi");
    }
    wrt_json_set(request, "taint", wrt_json_copy(call->result_taint));
    return request;
}

/* May this result be read? A denial turns it into a gated observation. */
static wrt_status admit_result(wrt_json **result, const wrt_call *call, wrt_err *err) {
    wrt_json *decision = NULL;
    wrt_err denial = {0};
    wrt_status status = wrt_turn_decide(&decision, call->turn, "tool_result",
                                        admission_request(call, *result), call->step, &denial);
    if (status == WRT_E_DENIED) {
        wrt_json_free(*result);
        *result = wrt_call_gated("denied", denial.message);
        status = WRT_OK;
    } else if (status == WRT_OK) {
        wrt_call_redact(*result, decision);
        apply_labels(call->result_taint, decision);
    } else if (err != NULL) {
        *err = denial;
    }
    wrt_json_free(decision);
    return status;
}

static wrt_reach reach_of(const wrt_call *call) {
    return (wrt_reach){.turn = call->turn,
                       .step = call->step,
                       .tool = call->tool,
                       .args = call->args,
                       .args_taint = call->args_taint};
}

/* Up to the decision about its result, a recorded call is taken as it went. */
static wrt_status repeat_call(wrt_json **result, const wrt_call *call, wrt_err *err) {
    const wrt_json *admission = recall(call, "policy.decision", "tool_result");
    const wrt_reach reach = reach_of(call);
    wrt_err why = {0};
    wrt_status status = WRT_OK;
    for (const wrt_json *event = wrt_run_next(call->turn->run);
         status == WRT_OK && event != NULL && wrt_json_get(event, "body") != admission;
         event = wrt_run_next(call->turn->run))
        status = wrt_reach_repeat(&reach, event, &why);
    if (status == WRT_OK)
        status = wrt_turn_read_value(result, call->turn, call->recorded, "result", &why);
    if (status == WRT_OK && *result == NULL)
        status = wrt_fail(&why, WRT_E_INTEGRITY, "the tool.result of step %s holds no result",
                          call->step);
    return status == WRT_OK ? WRT_OK : wrt_turn_refuse(call->turn, &why, err);
}

/* What the tool asks of the network and of the model meanwhile is decided and recorded, too. */
static wrt_status call_guarded(wrt_json **result, const wrt_call *call, wrt_err *err) {
    wrt_toolhost *tools = call->turn->config->tools;
    wrt_reach reach = reach_of(call);
    wrt_egress_guard guard = wrt_reach_guard(&reach);
    wrt_score_guard score_guard = wrt_reach_score_guard(&reach);
    wrt_toolhost_set_model(tools, call->turn->config->llm);
    wrt_toolhost_guard(tools, &guard);
    wrt_toolhost_score_guard(tools, &score_guard);
    wrt_status status =
        wrt_toolhost_call_with(result, tools, call->tool, call->args, call->files, err);
    wrt_toolhost_guard(tools, NULL);
    wrt_toolhost_score_guard(tools, NULL);
    return status;
}

/* What a call of this tool may do beyond answering. */
static wrt_json *effects_of(const wrt_json *about) {
    wrt_json *effects = wrt_json_new_object();
    wrt_json_set_bool(effects, "network", wrt_json_count(wrt_json_get(about, "network")) > 0);
    wrt_json_set_bool(effects, "writes", wrt_json_get_bool(about, "writes", false));
    wrt_json_set_bool(effects, "model", wrt_json_get_bool(about, "model", false));
    wrt_json_set_bool(effects, "trusted", wrt_json_get_bool(about, "trusted", false));
    return effects;
}

static wrt_json *policy_request(const wrt_call *call) {
    wrt_json *request = wrt_json_new_object(), *places = places_of(call);
    wrt_json_set_text(request, "tool", call->tool);
    wrt_json_set(request, "args", wrt_json_copy(call->args));
    wrt_json_set(request, "effects", effects_of(call->about));
    wrt_json_set(request, "args_taint", wrt_json_copy(call->args_taint));
    wrt_json_set(request, "taint", wrt_taint_of_all(call->args_taint));
    if (places != NULL)
        wrt_json_set(request, "files", places);
    return request;
}

/* A call that failed because the user, or the clock, stopped the run is made again when the run
 * goes on: its failure is not recorded. */
static wrt_status check_not_stopped(wrt_json **result, const wrt_call *call, wrt_err *err) {
    if (strcmp(wrt_json_get_text(*result, "status", ""), "error") != 0)
        return WRT_OK;
    wrt_status status = wrt_turn_check_budget(call->turn, err);
    if (status != WRT_OK) {
        wrt_json_free(*result);
        *result = NULL;
    }
    return status;
}

/* ---- the life of a call */

/* How long it may take: its share of what is left of the run's time. */
int64_t wrt_call_limit(const wrt_call *call) {
    int64_t left_ms = wrt_turn_time_left(call->turn);
    if (left_ms < 0 || call->share <= 0)
        return 0;
    double limit_ms = call->share * (double)left_ms;
    return limit_ms < 1 ? 1 : (int64_t)limit_ms;
}

/* The taint of a call: of each argument, and of what will be read. */
static wrt_status taint_call(wrt_call *call, const wrt_json *template_args, wrt_err *err) {
    call->about = wrt_turn_tool(call->turn, call->tool);
    call->args_taint = wrt_taint_of_args(template_args, call->turn->taints);
    call->result_taint = wrt_taint_of_tool(call->about, call->args);
    wrt_status status =
        wrt_declassify_args(call->args_taint, call->turn, call->args, call->about, call->step, err);
    wrt_json *own = wrt_taint_of_all(call->args_taint);
    wrt_taint_join(call->result_taint, own);
    wrt_json_free(own);
    return status;
}

/* What the user handed over by its path may lie anywhere. */
static void allow_typed(wrt_files *files, const wrt_json *template_args) {
    static const char prefix[] = "$frame.inputs.";
    WRT_JSON_EACH(arg, template_args)
    if (wrt_json_text(arg) != NULL && strncmp(wrt_json_text(arg), prefix, sizeof prefix - 1) == 0)
        wrt_files_allow_typed(files, wrt_json_key(arg));
}

void wrt_call_open(wrt_call *out, wrt_turn *turn, const wrt_json *step, const wrt_json *args) {
    *out = (wrt_call){.turn = turn,
                      .step = wrt_json_get_text(step, "id", "?"),
                      .tool = wrt_json_get_text(step, "tool", "?"),
                      .template_args = wrt_json_get(step, "args"),
                      .share = wrt_json_get_number(step, "share", 0),
                      .args = args};
    out->recorded = recall(out, "tool.result", NULL);
    out->from_record = out->recorded != NULL || wrt_turn_is_rehearsal(turn);
    if (!out->from_record)
        out->files = wrt_toolhost_files(turn->config->tools, out->tool, args);
    allow_typed(out->files, out->template_args);
}

void wrt_call_close(wrt_call *call) {
    wrt_turn_read(call->turn, call->step, call->result_taint);
    wrt_json_free(call->args_taint);
    wrt_files_free(call->files);
}

wrt_status wrt_call_begin(wrt_json **gated, wrt_call *call, wrt_err *err) {
    wrt_json *decision = NULL;
    wrt_err denial = {0};
    *gated = NULL;
    wrt_status status = taint_call(call, call->template_args, &denial);
    if (status == WRT_OK)
        status = wrt_turn_decide(&decision, call->turn, "tool_call", policy_request(call),
                                 call->step, &denial);
    if (status == WRT_E_DENIED) {
        *gated = wrt_call_gated("denied", denial.message);
        wrt_turn_warn(call->turn, "%s", denial.message);
        status = WRT_OK;
    } else if (status == WRT_OK) {
        if (call->files != NULL)
            wrt_files_open(call->files, NULL); /* a failure is told by the result */
        status = record_call(call, wrt_json_get_text(decision, "id", ""), &denial);
    }
    if (status != WRT_OK && err != NULL)
        *err = denial;
    wrt_json_free(decision);
    return status;
}

wrt_status wrt_call_make(wrt_json **result, const wrt_call *call, wrt_err *err) {
    wrt_toolhost_limit(call->turn->config->tools, wrt_call_limit(call));
    wrt_status status = call_guarded(result, call, err);
    wrt_toolhost_limit(call->turn->config->tools, 0);
    if (status == WRT_E_INTERRUPTED) /* by the user, or by the clock */
        return wrt_turn_check_budget(call->turn, err) == WRT_E_TIMEOUT ? WRT_E_TIMEOUT : status;
    return status;
}

bool wrt_call_needs_making(const wrt_call *call) {
    return call->recorded == NULL && !wrt_turn_is_rehearsal(call->turn);
}

wrt_status wrt_call_take(wrt_json **result, const wrt_call *call, wrt_err *err) {
    if (call->recorded != NULL)
        return repeat_call(result, call, err);
    if (wrt_turn_is_rehearsal(call->turn))
        return wrt_turn_fail_unrecorded(call->turn, "the result of a tool", err);
    cap_result(result, call->args);
    return check_not_stopped(result, call, err);
}

void wrt_call_count(const wrt_call *call) {
    count_call(call->turn, call->tool);
    remember_call(call->turn, call->tool);
}

wrt_status wrt_call_end(wrt_json **result, const wrt_call *call, wrt_err *err) {
    wrt_status status = admit_result(result, call, err);
    wrt_json_settle(result);
    return status == WRT_OK ? record_result(call->turn, call->step, call->tool, *result, err)
                            : status;
}
