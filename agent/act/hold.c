/* hold.c: the question, the answer, and both in the ledger. */
#include "agent/act/hold.h"

#include <stdio.h>
#include <string.h>

static wrt_json *begin_event(const wrt_json *record) {
    wrt_json *body = wrt_json_new_object();
    wrt_json_set_text(body, "decision", wrt_json_get_text(record, "id", ""));
    return body;
}

static wrt_json *meta_of(const wrt_approval_question *question) {
    wrt_json *meta = wrt_json_new_object();
    wrt_json_set_text(meta, "digest", question->digest);
    return meta;
}

static wrt_status record_request(wrt_turn *turn, const wrt_approval_question *question,
                                 const wrt_json *record, wrt_err *err) {
    wrt_json *body = begin_event(record);
    wrt_json_set(body, "rules", wrt_json_copy(question->rules));
    return wrt_turn_record_meta(turn, "approval.request", body, meta_of(question), err);
}

static wrt_status record_grant(wrt_turn *turn, const wrt_approval_question *question,
                               const wrt_json *record, const wrt_approval_grant *grant,
                               wrt_err *err) {
    wrt_json *body = begin_event(record), *meta = meta_of(question);
    wrt_json_set(body, "rules", wrt_json_copy(question->rules));
    wrt_json_set_text(body, "by", grant->by);
    if (strcmp(grant->by, "key") == 0)
        wrt_approval_note(meta, grant);
    return wrt_turn_record_meta(turn, "approval.grant", body, meta, err);
}

static wrt_status record_refusal(wrt_turn *turn, const wrt_approval_question *question,
                                 const wrt_json *record, const char *reason, wrt_err *err) {
    wrt_json *body = begin_event(record);
    wrt_json_set_text(body, "reason", reason);
    return wrt_turn_record_meta(turn, "approval.refuse", body, meta_of(question), err);
}

static const wrt_json *recall(const wrt_turn *turn, const char *type, const wrt_json *record) {
    return wrt_turn_recall(turn, type, begin_event(record));
}

/* What the journal holds of the person's answer; false when it holds none. */
static bool recall_answer(wrt_status *status, wrt_approval_grant *grant, const wrt_turn *turn,
                          const wrt_json *record, wrt_err *why) {
    const wrt_json *granted = recall(turn, "approval.grant", record);
    const wrt_json *refused = recall(turn, "approval.refuse", record);
    if (granted != NULL) {
        snprintf(grant->by, sizeof grant->by, "%s", wrt_json_get_text(granted, "by", "person"));
        *status = WRT_OK;
    } else if (refused != NULL) {
        *status = wrt_fail(why, WRT_E_DENIED, "%s", wrt_json_get_text(refused, "reason", ""));
    }
    return granted != NULL || refused != NULL;
}

static wrt_status ask(wrt_turn *turn, const wrt_approval_question *question, const wrt_json *record,
                      wrt_err *err) {
    const wrt_agent_config *config = turn->config;
    wrt_approval_grant grant = {0};
    wrt_err why = {0};
    wrt_status answered = WRT_OK;
    wrt_status status = record_request(turn, question, record, err);
    if (status != WRT_OK)
        return status;
    if (!recall_answer(&answered, &grant, turn, record, &why)) {
        if (wrt_turn_is_rehearsal(turn))
            return wrt_turn_fail_unrecorded(turn, "the answer of the person", err);
        answered = config->approve(&grant, question, config->approve_ctx, &why);
    }
    if (answered == WRT_OK)
        return record_grant(turn, question, record, &grant, err);
    if (answered != WRT_E_DENIED)
        return wrt_fail(err, answered, "%s", why.message);
    status = record_refusal(turn, question, record, why.message, err);
    return status == WRT_OK ? wrt_fail(err, WRT_E_DENIED, "%s", why.message) : status;
}

/* Somebody may be asked, or was asked when the run was made. */
static bool has_approver(const wrt_turn *turn, const wrt_json *record) {
    return turn->run != NULL &&
           (turn->config->approve != NULL || recall(turn, "approval.request", record) != NULL);
}

wrt_status wrt_hold_ask(wrt_turn *turn, const wrt_json *request, const wrt_json *record,
                        wrt_err *err) {
    if (!has_approver(turn, record))
        return wrt_fail(err, WRT_E_DENIED, "nobody here may approve");
    wrt_json *shown = wrt_approval_request(request);
    wrt_approval_question question = {
        .subject = {.request = shown,
                    .policy = wrt_json_get_text(record, "policy_sha256", ""),
                    .run = wrt_run_id(turn->run),
                    .seq = turn->decisions},
        .rules = wrt_json_get(record, "determining"),
        .messages = wrt_json_get(record, "messages")};
    wrt_approval_digest(question.digest, &question.subject);
    wrt_status status = ask(turn, &question, record, err);
    wrt_json_free(shown);
    return status;
}
