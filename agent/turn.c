/* turn.c: recording and deciding. Order matters: the decision is in the ledger before the thing it
 * allows happens, so a reader can check that nothing happened without one. */
#include "agent/turn.h"

#include "agent/act/hold.h"
#include "agent/act/taint.h"
#include "agent/open.h"
#include "base/arena.h"
#include "base/clock.h"
#include "policies/phi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDED_MAX = 64 << 20 };

wrt_turn wrt_turn_make(const wrt_agent_config *config) {
    const wrt_llm_usage used =
        config->llm != NULL ? wrt_llm_usage_of(config->llm) : (wrt_llm_usage){0};
    return (wrt_turn){
        .used = used,
        .used_before = used,
        .config = config,
        .start = wrt_open_settings(config),
        .tools = wrt_open_tools(config),
        .policy = config->policy,
        .started_ms = wrt_clock_monotonic_ms(),
        .counters = wrt_json_new_object(),
        .history = wrt_json_new_array(),
        .warnings = wrt_json_new_array(),
        .labels = wrt_json_new_array(),
        .read = wrt_taint_new("user", NULL),
        .taints = wrt_json_new_object(),
        .notices = wrt_json_new_array(),
    };
}

void wrt_turn_free(wrt_turn *turn) {
    wrt_json_free(turn->counters);
    wrt_json_free(turn->history);
    wrt_json_free(turn->warnings);
    wrt_json_free(turn->labels);
    wrt_json_free(turn->read);
    wrt_json_free(turn->taints);
    wrt_json_free(turn->frozen);
    wrt_json_free(turn->start);
    wrt_json_free(turn->tools);
    wrt_json_free(turn->protocols);
    wrt_json_free(turn->notices);
    wrt_decider_free(turn->decider);
    wrt_policy_free(turn->own_policy);
    wrt_run_free(turn->run);
    *turn = (wrt_turn){0};
}

void wrt_turn_warn(wrt_turn *turn, const char *format, ...) {
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    /* vsnprintf may cut inside a UTF-8 sequence: drop the incomplete tail. */
    size_t len = strlen(line);
    while (len > 0 && !wrt_utf8_valid((wrt_str){line, len}))
        len--;
    wrt_buf_add(&text, line, len);
    wrt_json_push(turn->warnings, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

wrt_status wrt_turn_record_meta(wrt_turn *turn, const char *type, wrt_json *body, wrt_json *meta,
                                wrt_err *err) {
    wrt_status status = WRT_OK;
    if (turn->run != NULL)
        status = wrt_run_append(NULL, turn->run, type, body, meta, err);
    wrt_json_free(body);
    wrt_json_free(meta);
    return status;
}

wrt_status wrt_turn_record(wrt_turn *turn, const char *type, wrt_json *body, wrt_err *err) {
    return wrt_turn_record_meta(turn, type, body, NULL, err);
}

/* ---- what is recorded already */

const wrt_json *wrt_turn_recall(const wrt_turn *turn, const char *type, wrt_json *like) {
    const wrt_json *event = turn->run != NULL ? wrt_run_recorded(turn->run, type, like) : NULL;
    wrt_json_free(like);
    return wrt_json_get(event, "body");
}

bool wrt_turn_is_rehearsal(const wrt_turn *turn) {
    return turn->run != NULL && wrt_run_is_rehearsal(turn->run);
}

wrt_status wrt_turn_refuse(const wrt_turn *turn, wrt_err *why, wrt_err *err) {
    wrt_run_refuse(turn->run, why);
    if (err != NULL)
        *err = *why;
    return WRT_E_INTEGRITY;
}

wrt_status wrt_turn_fail_unrecorded(const wrt_turn *turn, const char *what, wrt_err *err) {
    wrt_err why = {0};
    wrt_fail(&why, WRT_E_INTEGRITY, "it stands where %s comes next, which is not recorded", what);
    return wrt_turn_refuse(turn, &why, err);
}

wrt_status wrt_turn_put_blob(wrt_turn *turn, wrt_json *event, const char *key, wrt_str bytes,
                             wrt_err *err) {
    wrt_json *blob = NULL;
    if (turn->run == NULL)
        return WRT_OK;
    wrt_status status = wrt_run_put_blob(&blob, turn->run, bytes, err);
    if (status == WRT_OK)
        wrt_json_set(event, key, blob);
    return status;
}

wrt_status wrt_turn_read_value(wrt_json **out, const wrt_turn *turn, const wrt_json *event,
                               const char *inline_key, wrt_err *err) {
    const char *blob = wrt_json_get_text(wrt_json_get(event, "blob"), "sha256", NULL);
    const wrt_json *value = wrt_json_get(event, inline_key);
    *out = value != NULL ? wrt_json_copy(value) : NULL;
    if (value != NULL || blob == NULL)
        return WRT_OK;
    wrt_buf text = wrt_buf_make((size_t)RECORDED_MAX);
    wrt_status status = wrt_run_get_blob(&text, turn->run, blob, err);
    if (status == WRT_OK)
        status = wrt_json_parse(out, wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    return status;
}

/* ---- how the run began */

const wrt_json *wrt_turn_tool(const wrt_turn *turn, const char *name) {
    WRT_JSON_EACH(tool, turn->tools)
    if (strcmp(wrt_json_get_text(tool, "name", ""), name) == 0)
        return tool;
    return NULL;
}

bool wrt_turn_has_model(const wrt_turn *turn) {
    return strcmp(wrt_json_get_text(wrt_json_get(turn->start, "model"), "kind", "none"), "none") !=
           0;
}

bool wrt_turn_has_graph(const wrt_turn *turn) {
    return wrt_json_get(turn->start, "kg_snapshot") != NULL;
}

bool wrt_turn_has_pubmed(const wrt_turn *turn) {
    return wrt_json_get(turn->start, "pubmed") != NULL;
}

static bool has_text(const wrt_json *list, const char *text) {
    WRT_JSON_EACH(item, list)
    if (wrt_json_text(item) != NULL && strcmp(wrt_json_text(item), text) == 0)
        return true;
    return false;
}

static void add_once(wrt_json *list, const char *text) {
    if (text != NULL && !has_text(list, text))
        wrt_json_push_text(list, text);
}

bool wrt_turn_has_notice(const wrt_turn *turn, const char *code) {
    return has_text(turn->notices, code);
}

void wrt_turn_count(wrt_turn *turn, const char *name, int64_t n) {
    wrt_json_set_int(turn->counters, name, wrt_json_get_int(turn->counters, name, 0) + n);
}

void wrt_turn_read(wrt_turn *turn, const char *name, wrt_json *taint) {
    wrt_taint_join(turn->read, taint);
    wrt_json_set(turn->taints, name, taint);
}

void wrt_turn_read_question(wrt_turn *turn, const char *question) {
    wrt_taint_add(turn->read, "user");
    if (wrt_phi_classes_of(wrt_str_of(question)) == 0)
        return;
    wrt_taint_add(turn->read, "phi");
    add_once(turn->labels, "phi");
}

/* What is derived from a labelled question carries its labels: joins are unions. */
static void add_labels(wrt_json *taint, const wrt_json *labels) {
    WRT_JSON_EACH(label, labels)
    wrt_taint_add(taint, wrt_json_text(label));
}

/* Labels of an input stay with the run; codes are kept for the answer. */
static void note_obligations(wrt_turn *turn, const char *phase, const wrt_json *record) {
    WRT_JSON_EACH(obligation, wrt_json_get(record, "obligations")) {
        const char *type = wrt_json_get_text(obligation, "type", "");
        if (strcmp(type, "notify") == 0)
            add_once(turn->notices, wrt_json_get_text(obligation, "code", NULL));
        if (strcmp(type, "label") != 0 || strcmp(phase, "input") != 0)
            continue;
        WRT_JSON_EACH(label, wrt_json_get(obligation, "labels"))
        add_once(turn->labels, wrt_json_text(label));
    }
}

static wrt_json *complete_request(wrt_turn *turn, const char *phase, wrt_json *request) {
    wrt_json_set_text(request, "phase", phase);
    wrt_json_set_text(request, "principal", "local");
    wrt_json *mode = wrt_json_new_object();
    wrt_json_set_bool(mode, "offline", wrt_json_get_bool(turn->start, "offline", false));
    wrt_json_set(request, "mode", mode);
    wrt_json_set(request, "counters", wrt_json_copy(turn->counters));
    wrt_json_set(request, "history", wrt_json_copy(turn->history));
    if (wrt_json_get(request, "taint") == NULL)
        wrt_json_set(request, "taint", wrt_json_copy(turn->read));
    add_labels(wrt_json_get_mut(request, "taint"), turn->labels);
    return request;
}

/* "rule.id (its message), ..." */
static void join_rules(wrt_buf *out, const wrt_json *record) {
    const wrt_json *message = wrt_json_first(wrt_json_get(record, "messages"));
    WRT_JSON_EACH(id, wrt_json_get(record, "determining")) {
        wrt_buf_printf(out, "%s%s", out->len > 0 ? ", " : "", wrt_json_text(id));
        if (wrt_json_text(message) != NULL && *wrt_json_text(message) != '\0')
            wrt_buf_printf(out, " (%s)", wrt_json_text(message));
        message = wrt_json_next(message);
    }
    if (out->len == 0)
        wrt_buf_add_c(out, "no rule permits it");
}

/* A decision and its event. *record is the caller's. */
static wrt_status decide_once(wrt_decision *out, wrt_turn *turn, const char *phase,
                              const wrt_json *request, const char *step, wrt_err *err) {
    char id[16];
    if (turn->decider == NULL)
        turn->decider = wrt_decider_new(turn->policy);
    out->kind = wrt_decider_decide(turn->decider, request)->kind;
    out->record = wrt_decider_record(turn->decider);
    snprintf(id, sizeof id, "d%d", ++turn->decisions);
    wrt_json_set_text(out->record, "id", id);
    wrt_json_set_text(out->record, "phase", phase);
    if (step != NULL)
        wrt_json_set_text(out->record, "step", step);
    note_obligations(turn, phase, out->record);
    wrt_json *body = wrt_json_copy(out->record);
    wrt_json_set(body, "request", wrt_json_copy(request));
    return wrt_turn_record(turn, "policy.decision", body, err);
}

static wrt_status fail_decision(const wrt_decision *made, const char *what, const char *why,
                                wrt_err *err) {
    wrt_buf rules = wrt_buf_make(WRT_KIB(16));
    join_rules(&rules, made->record);
    wrt_fail(err, WRT_E_DENIED, "%s %s by policy: %s%s%s", what,
             made->kind == WRT_DECISION_HOLD ? "held" : "denied", wrt_buf_str(&rules).ptr,
             why[0] != '\0' ? "; " : "", why);
    wrt_buf_free(&rules);
    return WRT_E_DENIED;
}

wrt_status wrt_turn_decide(wrt_json **decision, wrt_turn *turn, const char *phase,
                           wrt_json *request, const char *step, wrt_err *err) {
    wrt_decision made;
    wrt_err why = {0};
    complete_request(turn, phase, request);
    wrt_status status = decide_once(&made, turn, phase, request, step, err);
    if (status == WRT_OK && made.kind == WRT_DECISION_HOLD) {
        wrt_status asked = wrt_hold_ask(turn, request, made.record, &why);
        if (asked == WRT_OK) { /* asked again, with what was granted in the request */
            wrt_json_set(request, "approvals",
                         wrt_json_copy(wrt_json_get(made.record, "determining")));
            wrt_json_free(made.record);
            status = decide_once(&made, turn, phase, request, step, err);
        } else if (asked != WRT_E_DENIED) {
            status = wrt_fail(err, asked, "%s", why.message);
        }
    }
    if (status == WRT_OK && made.kind != WRT_DECISION_ALLOW)
        status = fail_decision(&made, step != NULL ? step : phase, why.message, err);
    wrt_json_free(request);
    if (decision != NULL)
        *decision = made.record;
    else
        wrt_json_free(made.record);
    return status;
}

int64_t wrt_turn_time_left(const wrt_turn *turn) {
    int64_t limit = turn->config->timeout_ms;
    int64_t spent = wrt_clock_monotonic_ms() - turn->started_ms;
    return limit <= 0 ? -1 : spent < limit ? limit - spent : 0;
}

wrt_status wrt_turn_check_budget(const wrt_turn *turn, wrt_err *err) {
    int64_t limit = turn->config->timeout_ms;
    if (wrt_cancel_requested(turn->config->cancel))
        return wrt_fail(err, WRT_E_INTERRUPTED, "interrupted");
    if (limit > 0 && wrt_clock_monotonic_ms() - turn->started_ms > limit)
        return wrt_fail(err, WRT_E_TIMEOUT, "time budget of %lld ms is spent: raise --timeout",
                        (long long)limit);
    return WRT_OK;
}
