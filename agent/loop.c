/* loop.c: the life of a question, in order: open, frame, plan, act and observe, claim, answer,
 * seal. Each stage lives in its own file; here is only what passes between them. */
#include "agent/agent.h"

#include "agent/act/act.h"
#include "agent/act/confirm.h"
#include "agent/act/declassify.h"
#include "agent/act/observe.h"
#include "agent/act/taint.h"
#include "agent/answer/answer.h"
#include "agent/answer/names.h"
#include "agent/answer/notice.h"
#include "agent/claims/cited.h"
#include "agent/claims/standing.h"
#include "agent/makers/maker.h"
#include "agent/open.h"
#include "agent/plan/freeze.h"
#include "agent/plan/plan.h"
#include "agent/plan/protocol.h"
#include "agent/question/frame.h"
#include "agent/usage.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    wrt_turn turn;
    wrt_json *answer;
    const wrt_json *protocol; /* one of turn.protocols */
    wrt_json *scope;          /* "frame" and one result per finished step */
    wrt_json *results;        /* of each step by its own id, also where another stands in for it */
    wrt_claims claims;
    wrt_json *standings; /* what PubMed said of cited publications; NULL: not asked */
    bool escalated;      /* policy read an emergency in the question */
    size_t left_out;     /* cited publications beyond those that it was asked about */
} run_state;

/* ---- frame and plan */

/* The messages of the rules that ended the run are all that is said. */
static void escalate(run_state *s, const wrt_json *decision) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    WRT_JSON_EACH(message, wrt_json_get(decision, "messages"))
    wrt_buf_printf(&text, "%s%s", text.len > 0 ? "\n" : "", wrt_json_text(message));
    wrt_json_set(s->answer, "escalation", wrt_json_new_text(wrt_buf_str(&text)));
    s->escalated = true;
    wrt_buf_free(&text);
}

static wrt_status admit_question(run_state *s, const char *question, wrt_err *err) {
    wrt_json *request = wrt_json_new_object(), *body = wrt_json_new_object();
    wrt_json_set_text(request, "text", question);
    wrt_json *decision = NULL;
    wrt_turn_read_question(&s->turn, question);
    wrt_status status = wrt_turn_decide(&decision, &s->turn, "input", request, NULL, err);
    if (status == WRT_E_DENIED && wrt_turn_has_notice(&s->turn, "EMERGENCY"))
        escalate(s, decision);
    wrt_json_free(decision);
    wrt_json_set_text(body, "question", question);
    wrt_status recorded = wrt_turn_record(&s->turn, "input", body, status == WRT_OK ? err : NULL);
    return status != WRT_OK ? status : recorded;
}

/* Entities of a frame are nodes of the graph, found by the program itself; where a model chose
 * among them, that choice was declassified. */
static void read_frame(run_state *s) {
    wrt_json *taint = wrt_json_copy(s->turn.read), *own = wrt_taint_new("tool_trusted", "kg");
    wrt_taint_join(taint, own);
    wrt_turn_read(&s->turn, "frame", taint);
    wrt_turn_read(&s->turn, "frame.inputs", wrt_taint_new("user", "user"));
    wrt_json_free(own);
}

/* What must be asked back stands in the answer, too. */
static void copy_clarify(run_state *s, const wrt_json *frame) {
    const wrt_json *clarify = wrt_json_get(frame, "clarify");
    if (clarify != NULL)
        wrt_json_set(s->answer, "clarify", wrt_json_copy(clarify));
}

static wrt_status frame_question(run_state *s, const char *question, wrt_err *err) {
    wrt_json *frame = NULL;
    wrt_status status = wrt_frame_question(&frame, &s->turn, question, err);
    if (frame == NULL)
        return status;
    wrt_json_set(s->answer, "frame", wrt_json_copy(frame));
    if (wrt_json_get(frame, "type") != NULL)
        wrt_json_set(s->answer, "type", wrt_json_copy(wrt_json_get(frame, "type")));
    copy_clarify(s, frame);
    read_frame(s);
    wrt_json_set(s->scope, "frame", wrt_json_copy(frame));
    wrt_status recorded = wrt_turn_record(&s->turn, "frame", frame, status == WRT_OK ? err : NULL);
    return status != WRT_OK ? status : recorded;
}

static wrt_status make_plan(wrt_json **plan, run_state *s, wrt_err *err) {
    const wrt_json *frame = wrt_json_get(s->scope, "frame");
    const char *type = wrt_json_get_text(frame, "type", "");
    s->protocol = wrt_protocol_find(s->turn.protocols, type);
    if (s->protocol == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "no protocol answers a question of type \"%s\"",
                        type);
    wrt_status status = wrt_plan_make(plan, &s->turn, s->protocol, frame, err);
    if (status == WRT_OK)
        status = wrt_turn_record(&s->turn, "plan", wrt_json_copy(*plan), err);
    if (status == WRT_OK)
        status = wrt_plan_check(&s->turn, *plan, err);
    if (status == WRT_OK)
        status = wrt_plan_freeze(&s->turn, *plan, err);
    if (status == WRT_OK && s->turn.config->on_plan != NULL)
        s->turn.config->on_plan(*plan, s->turn.config->callback_ctx);
    return status;
}

/* ---- act and observe */

/* A required step that stops the run: why, as the protocol words it, or the tool's own error. */
static wrt_status stop_reason(const run_state *s, const char *step, const wrt_json *result,
                              wrt_err *err) {
    const char *status = wrt_json_get_text(result, "status", "error");
    WRT_JSON_EACH(rule, wrt_json_get(s->protocol, "abstain")) {
        if (strcmp(wrt_json_get_text(rule, "step", ""), step) != 0)
            continue;
        if (strcmp(wrt_json_get_text(rule, "status", ""), status) == 0)
            return wrt_fail(err, WRT_E_NOT_FOUND, "%s", wrt_json_get_text(rule, "because", "?"));
        if (strcmp(status, "error") == 0 || strcmp(status, "gated") == 0)
            return wrt_fail(err, strcmp(status, "gated") == 0 ? WRT_E_DENIED : WRT_E_FAILED,
                            "step %s was %s: %s", step, status,
                            wrt_json_get_text(wrt_json_get(result, "error"), "message", "?"));
    }
    return WRT_OK;
}

static void note_observation(run_state *s, const char *step, const wrt_json *result) {
    const char *status = wrt_json_get_text(result, "status", "error");
    if (strcmp(status, "error") == 0 || strcmp(status, "gated") == 0)
        wrt_turn_warn(&s->turn, "step %s: %s: %s", step, status,
                      wrt_json_get_text(wrt_json_get(result, "error"), "message", "no detail"));
    else if (strcmp(status, "truncated") == 0 || strcmp(status, "partial") == 0)
        wrt_turn_warn(&s->turn, "step %s: the result is %s: there may be more", step, status);
    WRT_JSON_EACH(warning, wrt_json_get(result, "warnings"))
    if (wrt_json_text(warning) != NULL)
        wrt_turn_warn(&s->turn, "step %s: %s", step, wrt_json_text(warning));
}

static bool wants_recheck(const run_state *s) {
    return wrt_json_get_bool(s->turn.start, "recheck", false);
}

/* Paths that a tool names become stored rows of the graph, or the step is an error. What they cite
 * stands beside them. */
static wrt_status confirm_paths(run_state *s, const wrt_json *step, wrt_json *result,
                                wrt_err *err) {
    if (strcmp(wrt_json_get_text(step, "tool", ""), "kg_paths") != 0 ||
        !wrt_json_is(wrt_json_get(result, "data"), WRT_JSON_ARRAY))
        return WRT_OK;
    wrt_json *confirmed = NULL;
    const wrt_confirmation named = {
        .paths = wrt_json_get(result, "data"),
        .from = wrt_json_get_text(wrt_json_path(s->scope, "frame.treatment"), "id", ""),
        .to = wrt_json_get_text(wrt_json_path(s->scope, "frame.outcome"), "id", "")};
    wrt_status status = wrt_confirm_paths(&confirmed, &s->turn, &named, err);
    if (status == WRT_OK) {
        wrt_extraction rows = {"edge", "data", wrt_json_get_text(step, "id", "?"), "kg_paths"};
        wrt_json *taint = wrt_json_get_mut(s->turn.taints, rows.step);
        wrt_json_set(result, "data", confirmed);
        if (taint != NULL)
            status = wrt_declassify(taint, &s->turn, &rows, err);
    }
    if (status == WRT_OK)
        status = wrt_cited_learn(&s->claims.evidence, &s->turn, confirmed, err);
    if (status == WRT_OK && wants_recheck(s))
        wrt_json_set(result, "cited", wrt_standing_cited(&s->left_out, confirmed));
    return status;
}

/* Nothing is asked about nothing. */
static bool is_idle(const run_state *s, const char *step) {
    return strcmp(step, "recheck") == 0 &&
           wrt_json_count(wrt_json_path(s->scope, "paths.cited")) == 0;
}

/* What the re-check told, for the claims to come and for the answer. */
static void read_recheck(run_state *s) {
    const wrt_json *asked = wrt_json_path(s->scope, "paths.cited");
    const wrt_json *result = wrt_json_get(s->scope, "recheck");
    if (!wants_recheck(s))
        return;
    s->standings = wrt_standing_read(asked, result);
    wrt_json *report = wrt_standing_report(asked, s->left_out, result, s->standings);
    if (wrt_json_get(report, "failed") == NULL)
        s->claims.evidence.sources.live = s->standings;
    wrt_json_set(s->answer, "recheck", report);
}

/* What stands in for a step is found under its name, too, from then on. */
static void set_result(run_state *s, const wrt_json *step, wrt_json *result) {
    const char *id = wrt_json_get_text(step, "id", "?");
    const char *replaced = wrt_json_get_text(step, "replaces", NULL);
    const wrt_json *taint = wrt_json_get(s->turn.taints, id);
    if (replaced != NULL) {
        wrt_json_set(s->scope, replaced, wrt_json_copy(result));
        wrt_json_set(s->turn.taints, replaced, taint != NULL ? wrt_json_copy(taint) : NULL);
    }
    wrt_json_set(s->results, id, wrt_json_copy(result));
    wrt_json_set(s->scope, id, result);
}

/* A later step of the plan stands in for this one, ending as it did. */
static bool has_fallback(const run_state *s, const wrt_json *step) {
    const char *id = wrt_json_get_text(step, "id", "?");
    for (const wrt_json *later = wrt_json_next(step); later != NULL; later = wrt_json_next(later))
        if (strcmp(wrt_json_get_text(later, "replaces", ""), id) == 0 &&
            wrt_plan_applies(later, s->scope))
            return true;
    return false;
}

static wrt_status take_result(run_state *s, const wrt_json *step, wrt_json *result, wrt_err *err) {
    const char *id = wrt_json_get_text(step, "id", "?");
    note_observation(s, id, result);
    wrt_status status = confirm_paths(s, step, result, err);
    set_result(s, step, result);
    if (status == WRT_OK)
        status = wrt_turn_check_budget(&s->turn, err);
    if (status == WRT_OK && !has_fallback(s, step))
        status = stop_reason(s, wrt_json_get_text(step, "replaces", id), result, err);
    return status;
}

/* Takes a batch; *step moves behind it. What came after the step that stops the run was observed,
 * too. */
static wrt_status act_on(run_state *s, const wrt_json **step, wrt_err *err) {
    wrt_json *results[WRT_BATCH_MAX];
    size_t n = wrt_batch_size(&s->turn, *step);
    wrt_status status = wrt_act(results, &n, &s->turn, *step, s->scope, err);
    for (size_t i = 0; i < n; i++, *step = wrt_json_next(*step)) {
        if (status == WRT_OK)
            status = take_result(s, *step, results[i], err);
        else
            set_result(s, *step, results[i]);
    }
    return status;
}

static wrt_status act(run_state *s, const wrt_json *plan, wrt_err *err) {
    const wrt_json *step = wrt_json_first(wrt_json_get(plan, "steps"));
    while (step != NULL) {
        if (is_idle(s, wrt_json_get_text(step, "id", "?")) || !wrt_plan_applies(step, s->scope)) {
            step = wrt_json_next(step);
            continue;
        }
        wrt_status status = act_on(s, &step, err);
        if (status != WRT_OK)
            return status;
    }
    read_recheck(s);
    return WRT_OK;
}

/* ---- claim and answer */

/* Names of the run that may stand in its sentences; decided once. */
static wrt_status learn_names(run_state *s, wrt_err *err) {
    if (s->claims.names != NULL)
        return WRT_OK;
    wrt_json *all = wrt_answer_names(s->scope);
    wrt_status status = wrt_utter_names(&s->claims.names, &s->claims.said, &s->turn, all, err);
    wrt_json_free(all);
    return status;
}

static wrt_status claim(run_state *s, wrt_err *err) {
    wrt_conclusion conclusion = {
        .turn = &s->turn, .claims = &s->claims, .scope = s->scope, .answer = s->answer};
    wrt_status status = learn_names(s, err);
    if (status == WRT_OK)
        status = wrt_conclude(&conclusion, s->protocol, err);
    wrt_json_set(s->answer, "claims", wrt_json_copy(s->claims.list));
    wrt_json_set(s->answer, "evidence", wrt_json_copy(s->claims.evidence.list));
    return status;
}

static const char *status_word(const run_state *s, wrt_status status) {
    bool unclear = wrt_json_get(s->answer, "clarify") != NULL;
    return s->escalated                           ? "escalated"
           : status == WRT_OK                     ? "answered"
           : status == WRT_E_NOT_FOUND && unclear ? "clarify"
           : status == WRT_E_NOT_FOUND            ? "abstained"
           : status == WRT_E_DENIED               ? "denied"
                                                  : "failed";
}

static wrt_status render(run_state *s, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_json *caveats = wrt_notice_texts(&s->turn);
    wrt_json_set(s->answer, "warnings", wrt_json_copy(s->turn.warnings));
    wrt_status status = learn_names(s, err);
    wrt_mouth mouth = {&s->claims.said, &s->turn, s->claims.names};
    if (status == WRT_OK)
        status = wrt_utter_answer(s->answer, s->results, &mouth, err);
    if (wrt_json_count(caveats) > 0)
        wrt_json_set(s->answer, "caveats", caveats);
    else
        wrt_json_free(caveats);
    wrt_json_set(s->answer, "sentences", wrt_answer_sentences(s->answer));
    wrt_answer_render(&text, s->answer);
    wrt_json_set(s->answer, "text", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
    return status;
}

/* Policy has the last word on the text. What it denies is replaced by the reason. */
static wrt_status release(run_state *s, wrt_status status, wrt_err *err) {
    wrt_json *request = wrt_json_new_object();
    wrt_err denial = {0};
    wrt_status decided = render(s, &denial);
    wrt_json_set_text(request, "part", "answer");
    wrt_json_set_text(request, "text", wrt_json_get_text(s->answer, "text", ""));
    if (decided != WRT_OK)
        wrt_json_free(request);
    else
        decided = wrt_turn_decide(NULL, &s->turn, "output", request, NULL, &denial);
    if (decided == WRT_OK)
        return status;
    static const char *const withheld[] = {"hypotheses",     "claims",     "evidence",
                                           "identification", "neighbours", "observations",
                                           "sentences"};
    for (size_t i = 0; i < sizeof withheld / sizeof *withheld; i++)
        wrt_json_set(s->answer, withheld[i], NULL);
    wrt_json_set_text(s->answer, "status", status_word(s, decided));
    wrt_json_set_text(s->answer, "reason", denial.message);
    wrt_json_set_text(s->answer, "text", "No answer: policy withheld the text.\n");
    if (err != NULL)
        *err = denial;
    return decided;
}

static wrt_status seal(run_state *s, wrt_status status, wrt_err *err) {
    wrt_json *end = wrt_json_new_object();
    wrt_json_set_text(end, "outcome", wrt_json_get_text(s->answer, "status", "failed"));
    wrt_json_set_int(end, "exit", wrt_status_exit_code(status));
    wrt_json_set_int(end, "claims", (int64_t)wrt_json_count(s->claims.list));
    wrt_err trouble = {0};
    wrt_json *body = wrt_json_copy(s->answer);
    wrt_json_set(body, "run", NULL);
    wrt_status sealed = wrt_turn_record(&s->turn, "answer", body, &trouble);
    if (sealed == WRT_OK)
        sealed = wrt_run_seal(s->turn.run, end, &trouble);
    wrt_json_free(end);
    if (sealed != WRT_OK && err != NULL)
        *err = trouble;
    return sealed != WRT_OK ? sealed : status;
}

static wrt_status answer_question(run_state *s, const char *question, wrt_err *err) {
    wrt_json *plan = NULL;
    wrt_status status = admit_question(s, question, err);
    if (status == WRT_OK)
        status = frame_question(s, question, err);
    if (status == WRT_OK)
        status = make_plan(&plan, s, err);
    if (status == WRT_OK)
        status = act(s, plan, err);
    if (status == WRT_OK)
        status = claim(s, err);
    if (plan != NULL)
        wrt_observe(s->answer, plan, s->protocol, s->results);
    wrt_json_free(plan);
    return status;
}

static run_state make_state(const wrt_agent_config *config) {
    return (run_state){
        .turn = wrt_turn_make(config),
        .answer = wrt_json_new_object(),
        .scope = wrt_json_new_object(),
        .results = wrt_json_new_object(),
        .claims = wrt_claims_make(),
    };
}

static void free_state(run_state *s) {
    wrt_turn_free(&s->turn);
    wrt_json_free(s->answer);
    wrt_json_free(s->scope);
    wrt_json_free(s->results);
    wrt_json_free(s->standings);
    wrt_claims_free(&s->claims);
}

/* A run that was stopped, by its user or by the clock, stays open: nothing of that is recorded, so
 * that it can go on as if it had not been stopped. */
static bool stays_open(wrt_status status) {
    return status == WRT_E_INTERRUPTED || status == WRT_E_TIMEOUT;
}

static wrt_status leave_open(run_state *s, wrt_status status, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    wrt_buf_printf(&text, "Not finished: %s. Go on with `warrant run resume %s`.\n", err->message,
                   wrt_run_id(s->turn.run));
    wrt_json_set_text(s->answer, "status", "open");
    wrt_json_set_text(s->answer, "reason", err->message);
    wrt_json_set(s->answer, "text", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
    return status;
}

/* What came out is not what is recorded: the run is neither gone on with nor sealed. */
static bool has_differed(const run_state *s, wrt_err *err) {
    return s->turn.run != NULL && wrt_run_differs(s->turn.run, err);
}

static wrt_status finish(run_state *s, wrt_status status, wrt_err *err) {
    if (has_differed(s, err))
        return WRT_E_INTEGRITY;
    if (stays_open(status))
        return leave_open(s, status, err);
    wrt_json_set_text(s->answer, "status", status_word(s, status));
    if (status != WRT_OK)
        wrt_json_set_text(s->answer, "reason", err->message);
    status = release(s, status, err);
    if (stays_open(status) && !has_differed(s, NULL))
        return leave_open(s, status, err);
    status = has_differed(s, err) ? WRT_E_INTEGRITY : seal(s, status, err);
    return has_differed(s, err) ? WRT_E_INTEGRITY : status;
}

/* The whole life of a question, in a run that is new, resumed or rehearsed. *answer is the caller's
 * and set whenever the run was begun. */
static wrt_status live(wrt_json **answer, run_state *s, const char *question, wrt_err *err) {
    *answer = NULL;
    wrt_status status = wrt_open_run(&s->turn, s->answer, question, err);
    if (status != WRT_OK)
        return status;
    wrt_json_set_text(s->answer, "run", wrt_run_id(s->turn.run));
    wrt_json_set_text(s->answer, "question", question);
    wrt_json_set_int(s->answer, "seed", wrt_json_get_int(s->turn.start, "seed", 0));
    wrt_open_model_line(s->answer, &s->turn);
    status = answer_question(s, question, err);
    status = finish(s, status, err);
    wrt_json *usage = wrt_usage_since(&s->turn.used_before, s->turn.config->llm);
    if (usage != NULL) /* after it was recorded: it is no part of the content */
        wrt_json_set(s->answer, "usage", usage);
    *answer = s->answer;
    s->answer = NULL;
    return status;
}

wrt_status wrt_agent_ask(wrt_json **answer, const wrt_agent_config *config, const char *question,
                         wrt_err *err) {
    wrt_err local = {0};
    *answer = NULL;
    if (!wrt_utf8_valid(wrt_str_of(question)))
        return wrt_fail(err, WRT_E_INPUT, "the question is not valid UTF-8");
    run_state s = make_state(config);
    wrt_status status = live(answer, &s, question, err != NULL ? err : &local);
    free_state(&s);
    return status;
}

/* Makes the run again that `s->turn.run` holds. */
static wrt_status live_again(wrt_json **answer, run_state *s, wrt_err *err) {
    wrt_err local = {0};
    const char *question = wrt_json_get_text(wrt_run_start_body(s->turn.run), "question", NULL);
    err = err != NULL ? err : &local;
    if (question == NULL)
        return wrt_fail(err, WRT_E_INPUT, "run.start holds no question");
    return live(answer, s, question, err);
}

wrt_status wrt_agent_resume(wrt_json **answer, const wrt_agent_config *config, const char *run,
                            wrt_err *err) {
    *answer = NULL;
    run_state s = make_state(config);
    wrt_status status = wrt_run_resume(&s.turn.run, config->ledger, run, err);
    if (status == WRT_OK)
        status = live_again(answer, &s, err);
    free_state(&s);
    return status;
}

wrt_status wrt_agent_rehearse(wrt_json **answer, const wrt_json *events, wrt_blob_source source,
                              wrt_err *err) {
    const wrt_agent_config nothing = {0};
    *answer = NULL;
    run_state s = make_state(&nothing);
    wrt_status status = wrt_run_rehearse(&s.turn.run, events, source, err);
    if (status == WRT_OK)
        status = live_again(answer, &s, err);
    /* An answer that abstains or is denied is as good a record as any. */
    if (has_differed(&s, err))
        status = WRT_E_INTEGRITY;
    else if (*answer != NULL)
        status = WRT_OK;
    free_state(&s);
    return status;
}

wrt_status wrt_agent_plan(wrt_json **plan, const wrt_agent_config *config, const char *question,
                          wrt_err *err) {
    *plan = NULL;
    run_state s = make_state(config);
    wrt_turn_read_question(&s.turn, question);
    wrt_status status = wrt_open_prepare(&s.turn, err);
    if (status == WRT_OK)
        status = frame_question(&s, question, err);
    if (status == WRT_OK)
        status = make_plan(plan, &s, err);
    if (status == WRT_OK)
        wrt_json_set(*plan, "frame", wrt_json_copy(wrt_json_get(s.scope, "frame")));
    free_state(&s);
    return status;
}
