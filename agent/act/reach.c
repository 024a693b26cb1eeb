/* reach.c: the guard of a run: the policy decides, the ledger remembers. */
#include "agent/act/reach.h"

#include "agent/act/taint.h"
#include "agent/usage.h"

#include <stdio.h>
#include <string.h>

static wrt_json *begin_event(const wrt_reach *reach) {
    wrt_json *body = wrt_json_new_object();
    wrt_json_set_text(body, "step", reach->step);
    wrt_json_set_text(body, "tool", reach->tool);
    return body;
}

/* ---- counting */

static int64_t blob_size(const wrt_json *value) {
    return wrt_json_get_int(value, "size", 0);
}

/* The bytes that stand in the event as `key`, a text or JSON, or in its blob. */
static int64_t bytes_of(const wrt_json *event, const char *key) {
    const wrt_json *value = wrt_json_get(event, key);
    if (value == NULL)
        return blob_size(wrt_json_get(event, "blob"));
    if (wrt_json_text(value) != NULL)
        return (int64_t)strlen(wrt_json_text(value));
    if (wrt_json_is(value, WRT_JSON_OBJECT))
        return blob_size(value);
    wrt_buf text = wrt_buf_make((size_t)2 * WRT_SCORE_BYTES_MAX);
    wrt_json_write_canonical(&text, value);
    int64_t n = wrt_json_is(value, WRT_JSON_NULL) ? 0 : (int64_t)text.len;
    wrt_buf_free(&text);
    return n;
}

/* The run's counters are a fold over its events: the same whether an event was just made or is
 * taken from the record. */
static void count(wrt_turn *turn, const char *type, const wrt_json *event) {
    if (strcmp(type, "http.request") == 0) {
        wrt_turn_count(turn, "http.calls", 1);
        wrt_turn_count(turn, "http.sent_bytes", bytes_of(event, "body"));
    } else if (strcmp(type, "http.response") == 0) {
        wrt_turn_count(turn, "http.received_bytes", bytes_of(event, "?"));
    } else if (strcmp(type, "llm.request") == 0) {
        wrt_turn_count(turn, "llm.calls", 1);
        wrt_turn_count(turn, "llm.questions", wrt_json_get_int(event, "count", 0));
        wrt_turn_count(turn, "llm.sent_bytes", bytes_of(event, "questions"));
    }
}

/* Consumes event and meta. */
static wrt_status put_down(const wrt_reach *reach, const char *type, wrt_json *event,
                           wrt_json *meta, wrt_err *err) {
    count(reach->turn, type, event);
    return wrt_turn_record_meta(reach->turn, type, event, meta, err);
}

/* ---- the network */

/* What was sent, all of it, so that it can be asked again; a long body becomes a blob. */
static wrt_status record_request(const wrt_reach *reach, const wrt_exchange *exchange,
                                 const char *decision, wrt_err *err) {
    wrt_json *event = begin_event(reach);
    wrt_str sent = wrt_str_of(exchange->body);
    wrt_status status = WRT_OK;
    wrt_json_set_text(event, "decision", decision);
    wrt_json_set_int(event, "n", exchange->n);
    wrt_json_set_text(event, "method", exchange->method);
    wrt_json_set_text(event, "url", exchange->url);
    wrt_json_set(event, "headers", wrt_json_copy(exchange->headers));
    if (sent.len > WRT_LEDGER_INLINE_MAX)
        status = wrt_turn_put_blob(reach->turn, event, "body", sent, err);
    else
        wrt_json_set(event, "body", wrt_json_new_c(exchange->body));
    if (status == WRT_OK)
        return put_down(reach, "http.request", event, NULL, err);
    wrt_json_free(event);
    return status;
}

/* What a worker says may hold whatever its arguments held. */
static void add_taint(wrt_json *request, const wrt_reach *reach) {
    wrt_json *own = wrt_taint_of_all(reach->args_taint);
    if (wrt_json_get(request, "taint") == NULL)
        wrt_json_set(request, "taint", wrt_taint_new("tool_untrusted", NULL));
    wrt_taint_join(wrt_json_get_mut(request, "taint"), own);
    if (reach->args_taint != NULL)
        wrt_json_set(request, "args_taint", wrt_json_copy(reach->args_taint));
    wrt_json_free(own);
}

static wrt_status decide(wrt_json *request, const wrt_exchange *exchange, void *ctx, wrt_err *err) {
    const wrt_reach *reach = ctx;
    wrt_json *decision = NULL;
    add_taint(request, reach);
    wrt_status status =
        wrt_turn_decide(&decision, reach->turn, "tool_call", request, reach->step, err);
    if (status == WRT_OK)
        status = record_request(reach, exchange, wrt_json_get_text(decision, "id", ""), err);
    wrt_json_free(decision);
    return status;
}

/* How long a server wants to be left alone depends on its clock: not content. */
static wrt_json *take_meta(wrt_json *answer) {
    wrt_json *meta = wrt_json_new_object(), *retry = wrt_json_take(answer, "retry_after_ms");
    if (retry != NULL)
        wrt_json_set(meta, "retry_after_ms", retry);
    return meta;
}

static wrt_status record(wrt_json *answer, wrt_str body, void *ctx, wrt_err *err) {
    static const char *const members[] = {"n",     "status",  "content_type",
                                          "bytes", "refused", "message"};
    const wrt_reach *reach = ctx;
    if (wrt_json_get(answer, "refused") != NULL &&
        wrt_turn_check_budget(reach->turn, err) != WRT_OK) { /* made again when the run goes on */
        wrt_json_free(answer);
        return WRT_E_INTERRUPTED;
    }
    wrt_json *event = begin_event(reach), *meta = take_meta(answer);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        wrt_json_set(event, members[i], wrt_json_take(answer, members[i]));
    wrt_json_free(answer);
    if (body.len > 0)
        status = wrt_turn_put_blob(reach->turn, event, "blob", body, err);
    if (status == WRT_OK)
        return put_down(reach, "http.response", event, meta, err);
    wrt_json_free(event);
    wrt_json_free(meta);
    return status;
}

/* The recorded answer number n of this step, or NULL. */
static const wrt_json *recorded_answer(const wrt_reach *reach, const char *type, int64_t n) {
    wrt_json *like = begin_event(reach);
    wrt_json_set_int(like, "n", n);
    const wrt_json *event =
        reach->turn->run != NULL ? wrt_run_recorded(reach->turn->run, type, like) : NULL;
    wrt_json_free(like);
    return event;
}

wrt_json *wrt_reach_head(const wrt_json *event) {
    static const char *const members[] = {"n",     "status",  "content_type",
                                          "bytes", "refused", "message"};
    const wrt_json *body = wrt_json_get(event, "body");
    wrt_json *head = wrt_json_new_object();
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (wrt_json_get(body, members[i]) != NULL)
            wrt_json_set(head, members[i], wrt_json_copy(wrt_json_get(body, members[i])));
    const wrt_json *retry = wrt_json_path(event, "meta.retry_after_ms");
    if (retry != NULL)
        wrt_json_set(head, "retry_after_ms", wrt_json_copy(retry));
    return head;
}

static wrt_status recall(wrt_egress_answer *out, const wrt_exchange *exchange, void *ctx,
                         wrt_err *err) {
    const wrt_reach *reach = ctx;
    const wrt_json *event = recorded_answer(reach, "http.response", exchange->n);
    if (event == NULL)
        return WRT_E_NOT_FOUND;
    const char *blob = wrt_json_get_text(wrt_json_path(event, "body.blob"), "sha256", NULL);
    out->head = wrt_reach_head(event);
    out->body = wrt_buf_make((size_t)WRT_EXCHANGE_ANSWER_MAX);
    return blob != NULL ? wrt_run_get_blob(&out->body, reach->turn->run, blob, err) : WRT_OK;
}

wrt_egress_guard wrt_reach_guard(wrt_reach *reach) {
    return (wrt_egress_guard){.decide = decide, .record = record, .recall = recall, .ctx = reach};
}

/* ---- the language model */

/* JSON that stands in the event when it is small, else in a blob. */
static wrt_status put_json(wrt_json *event, const char *key, wrt_str text, wrt_turn *turn,
                           wrt_err *err) {
    wrt_json *value = NULL;
    if (text.len <= WRT_LEDGER_INLINE_MAX) {
        wrt_status status = wrt_json_parse(&value, text, err);
        if (status == WRT_OK)
            wrt_json_set(event, key, value);
        return status;
    }
    return wrt_turn_put_blob(turn, event, "blob", text, err);
}

/* Consumes decisions. */
static wrt_status record_questions(const wrt_reach *reach, const wrt_json *questions, int64_t n,
                                   wrt_json *decisions, wrt_err *err) {
    wrt_json *event = begin_event(reach);
    wrt_buf text = wrt_buf_make((size_t)2 * WRT_SCORE_BYTES_MAX);
    wrt_json_set(event, "decisions", decisions);
    wrt_json_set_int(event, "n", n);
    wrt_json_set_int(event, "count", (int64_t)wrt_json_count(questions));
    wrt_json_write_canonical(&text, questions);
    wrt_status status = put_json(event, "questions", wrt_buf_str(&text), reach->turn, err);
    wrt_buf_free(&text);
    if (status == WRT_OK)
        return put_down(reach, "llm.request", event, NULL, err);
    wrt_json_free(event);
    return status;
}

/* One decision for each place that the text would go to; all must allow it. */
static wrt_status decide_score(wrt_json *request, const wrt_json *destinations,
                               const wrt_json *questions, void *ctx, wrt_err *err) {
    const wrt_reach *reach = ctx;
    wrt_json *decisions = wrt_json_new_array();
    int64_t n = (int64_t)wrt_json_number(wrt_json_path(request, "score.n"), 0);
    wrt_status status = WRT_OK;
    add_taint(request, reach);
    WRT_JSON_EACH(dest, destinations) {
        wrt_json *decision = NULL, *asked = wrt_json_copy(request);
        if (status != WRT_OK) {
            wrt_json_free(asked);
            continue;
        }
        wrt_json_set(asked, "dest", wrt_json_copy(dest));
        status = wrt_turn_decide(&decision, reach->turn, "llm_request", asked, reach->step, err);
        wrt_json_push_text(decisions, wrt_json_get_text(decision, "id", ""));
        wrt_json_free(decision);
    }
    wrt_json_free(request);
    if (status == WRT_OK)
        return record_questions(reach, questions, n, decisions, err);
    wrt_json_free(decisions);
    return status;
}

static wrt_status record_scores(wrt_json *answer, wrt_str scores, wrt_json *meta, void *ctx,
                                wrt_err *err) {
    static const char *const members[] = {"n", "bytes", "refused", "message"};
    const wrt_reach *reach = ctx;
    wrt_json *event = begin_event(reach);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (wrt_json_get(answer, members[i]) != NULL)
            wrt_json_set(event, members[i], wrt_json_take(answer, members[i]));
    }
    wrt_json_free(answer);
    if (scores.len > 0)
        status = put_json(event, "scores", scores, reach->turn, err);
    wrt_usage_note(&meta, &reach->turn->used, reach->turn->config->llm);
    if (status == WRT_OK)
        return put_down(reach, "llm.response", event, meta, err);
    wrt_json_free(event);
    wrt_json_free(meta);
    return status;
}

/* The scores in the form in which the tool read them, but for the order of members. */
static wrt_status recall_scores(wrt_egress_answer *out, int64_t n, void *ctx, wrt_err *err) {
    const wrt_reach *reach = ctx;
    const wrt_json *event = recorded_answer(reach, "llm.response", n);
    wrt_json *scores = NULL;
    if (event == NULL)
        return WRT_E_NOT_FOUND;
    out->head = wrt_reach_head(event);
    out->body = wrt_buf_make((size_t)WRT_EXCHANGE_ANSWER_MAX);
    wrt_status status =
        wrt_turn_read_value(&scores, reach->turn, wrt_json_get(event, "body"), "scores", err);
    if (scores != NULL)
        wrt_json_write(&out->body, scores);
    wrt_json_free(scores);
    return status;
}

wrt_score_guard wrt_reach_score_guard(wrt_reach *reach) {
    return (wrt_score_guard){
        .decide = decide_score, .record = record_scores, .recall = recall_scores, .ctx = reach};
}

/* ---- once more from the record */

/* The taint of what a worker said (egress.h), by what the run knows of the tool; that the worker
 * was handed a file before is in the record alone. */
static wrt_json *taint_again(const wrt_reach *reach, const wrt_json *recorded) {
    wrt_json *own = wrt_taint_of_all(reach->args_taint), *tool = wrt_json_new_object();
    int64_t flags = 0;
    WRT_JSON_EACH(store, wrt_json_get(wrt_turn_tool(reach->turn, reach->tool), "reads"))
    flags |= strcmp(wrt_json_text(store), "kg") == 0 ? WRT_TOOL_READS_KG : WRT_TOOL_READS_PUBMED;
    wrt_json_set_int(tool, "flags", flags);
    wrt_json *taint = wrt_egress_taint(tool, wrt_taint_has(recorded, "file"));
    wrt_taint_join(taint, own);
    wrt_json_free(own);
    wrt_json_free(tool);
    return taint;
}

/* The request of a recorded decision, without what a decision adds; what the call itself knows of
 * it is the call's. */
static wrt_json *request_again(const wrt_reach *reach, const wrt_json *recorded) {
    static const char *const added[] = {"phase",    "principal", "mode",
                                        "counters", "history",   "approvals"};
    wrt_json *request = wrt_json_copy(wrt_json_get(recorded, "request"));
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++)
        wrt_json_set(request, added[i], NULL);
    wrt_json_set_text(request, "tool", reach->tool);
    wrt_json_set(request, "args", wrt_json_copy(reach->args));
    if (reach->args_taint != NULL) {
        wrt_json_set(request, "args_taint", wrt_json_copy(reach->args_taint));
        wrt_json_set(request, "taint", taint_again(reach, wrt_json_get(request, "taint")));
    }
    return request;
}

static wrt_status decide_again(const wrt_reach *reach, const wrt_json *recorded, wrt_err *err) {
    wrt_err denial = {0};
    const char *phase = wrt_json_get_text(recorded, "phase", "?");
    wrt_status status = wrt_turn_decide(NULL, reach->turn, phase, request_again(reach, recorded),
                                        reach->step, &denial);
    return status == WRT_OK || status == WRT_E_DENIED ? WRT_OK
                                                      : wrt_fail(err, status, "%s", denial.message);
}

/* Is this what the call in hand asked, under the decision that was just made? */
static bool is_ours(const wrt_reach *reach, const wrt_json *body) {
    char last[16];
    snprintf(last, sizeof last, "d%d", reach->turn->decisions);
    const char *decision = wrt_json_get_text(body, "decision", last);
    return strcmp(wrt_json_get_text(body, "step", ""), reach->step) == 0 &&
           strcmp(wrt_json_get_text(body, "tool", ""), reach->tool) == 0 &&
           strcmp(decision, last) == 0;
}

static wrt_status keep_in_step(const wrt_reach *reach, const wrt_json *body, wrt_err *err) {
    wrt_json *questions = NULL;
    if (!wrt_llm_is_sequential(reach->turn->config->llm))
        return WRT_OK;
    wrt_status status = wrt_turn_read_value(&questions, reach->turn, body, "questions", err);
    if (status == WRT_OK)
        wrt_score_repeat(reach->turn->config->llm, questions);
    wrt_json_free(questions);
    return status;
}

/* What a run writes of an exchange, and nothing else: these events are not made again. */
static const struct {
    const char *type, *members;
} forms[] = {{"http.request", " step tool decision n method url headers body "},
             {"http.response", " step tool n status content_type bytes blob refused message "},
             {"llm.request", " step tool decisions n count questions blob "},
             {"llm.response", " step tool n bytes scores blob refused message "}};

static wrt_status check_form(const char *members, const wrt_json *event, wrt_err *err) {
    const wrt_json *body = wrt_json_get(event, "body"), *blob = wrt_json_get(body, "blob");
    const wrt_json *bytes = wrt_json_get(body, "bytes");
    long long seq = (long long)wrt_json_get_int(event, "seq", -1);
    char name[40];
    WRT_JSON_EACH(member, body) {
        snprintf(name, sizeof name, " %.30s ", wrt_json_key(member));
        if (strlen(wrt_json_key(member)) > 30 || strstr(members, name) == NULL)
            return wrt_fail(err, WRT_E_INTEGRITY, "event %lld: wanted only%sin it, found \"%.40s\"",
                            seq, members, wrt_json_key(member));
    }
    if (bytes != NULL && blob != NULL && !wrt_json_equal(bytes, wrt_json_get(blob, "size")))
        return wrt_fail(err, WRT_E_INTEGRITY, "event %lld: \"bytes\" is not the size of its blob",
                        seq);
    return WRT_OK;
}

wrt_status wrt_reach_repeat(const wrt_reach *reach, const wrt_json *event, wrt_err *err) {
    const char *type = wrt_json_get_text(event, "type", "?");
    const wrt_json *body = wrt_json_get(event, "body");
    if (strcmp(type, "policy.decision") == 0)
        return decide_again(reach, body, err);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(type, forms[i].type) != 0 || !is_ours(reach, body))
            continue;
        if (check_form(forms[i].members, event, err) != WRT_OK)
            return WRT_E_INTEGRITY;
        count(reach->turn, type, body);
        wrt_run_accept(reach->turn->run);
        return strcmp(type, "llm.request") == 0 ? keep_in_step(reach, body, err) : WRT_OK;
    }
    return wrt_fail(err, WRT_E_INTEGRITY, "event %lld: %s is no part of the call of step %s",
                    (long long)wrt_json_get_int(event, "seq", -1), type, reach->step);
}
