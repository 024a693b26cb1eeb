/* steer.c: asking the model, recording what was asked and answered, surviving its failures. */
#include "agent/steer.h"

#include "agent/act/declassify.h"
#include "agent/act/taint.h"
#include "agent/usage.h"

#include "llm/grammar/gbnf.h"

#include <math.h>
#include <string.h>

enum { WORDING_TOKENS_MAX = 200 };

static wrt_json *options_json(const wrt_steer_question *question) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < question->n; i++)
        wrt_json_push(list, wrt_json_new_text(question->options[i]));
    return list;
}

/* All that may be sent: instruction, material and options, which a grammar or a schema carries. */
static wrt_json *text_of(const wrt_steer_question *question) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_str(&text, question->system);
    wrt_buf_add_char(&text, '\n');
    wrt_buf_add_str(&text, question->user);
    for (size_t i = 0; i < question->n; i++) {
        wrt_buf_add_char(&text, '\n');
        wrt_buf_add_str(&text, question->options[i]);
    }
    wrt_json *json = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return json;
}

/* The policy sees what would be sent and where to; every place that a model may send to is asked
 * for. */
static wrt_status ask_policy(wrt_turn *turn, const wrt_steer_question *question, wrt_err *err) {
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(dest, wrt_json_path(turn->start, "model.destinations")) {
        if (status != WRT_OK)
            break;
        wrt_json *request = wrt_json_new_object();
        wrt_json_set(request, "dest", wrt_json_copy(dest));
        wrt_json_set(request, "text", text_of(question));
        status = wrt_turn_decide(NULL, turn, "llm_request", request, question->purpose, err);
    }
    return status;
}

/* May the choice be used? What a model says inherits all that it may have read, everything the run
 * has; that it is one of the program's own options is what declassifies it. */
static wrt_status admit_response(wrt_turn *turn, const wrt_steer_question *question, size_t index,
                                 wrt_err *err) {
    wrt_json *request = wrt_json_new_object(), *decision = NULL;
    wrt_json *taint = wrt_taint_new("llm", "model");
    wrt_taint_join(taint, turn->read);
    wrt_json *what = wrt_declassify_describe("option", question->purpose, taint);
    wrt_json_set(request, "taint", taint);
    wrt_json_set(request, "declassify", wrt_json_copy(what));
    wrt_json_set(request, "text", wrt_json_new_text(question->options[index]));
    wrt_status status =
        wrt_turn_decide(&decision, turn, "llm_response", request, question->purpose, err);
    if (status == WRT_OK) {
        wrt_json_set_text(what, "decision", wrt_json_get_text(decision, "id", ""));
        wrt_json_set_int(what, "call", turn->model_calls);
        status = wrt_turn_record(turn, "declassify", what, err);
    } else {
        wrt_json_free(what);
    }
    wrt_json_free(decision);
    return status;
}

static wrt_status record_request(wrt_turn *turn, const wrt_steer_question *question,
                                 const char *form, wrt_err *err) {
    wrt_json *body = wrt_json_new_object();
    wrt_json_set_int(body, "call", ++turn->model_calls);
    wrt_json_set_text(body, "purpose", question->purpose);
    wrt_json_set_text(body, "form", form);
    wrt_json_set(body, "system", wrt_json_new_text(question->system));
    wrt_json_set(body, "user", wrt_json_new_text(question->user));
    wrt_json_set(body, "options", options_json(question));
    return wrt_turn_record(turn, "model.request", body, err);
}

static void count_request(wrt_turn *turn, const wrt_steer_question *question) {
    size_t bytes = question->system.len + question->user.len;
    for (size_t i = 0; i < question->n; i++)
        bytes += question->options[i].len;
    wrt_turn_count(turn, "llm.calls", 1);
    wrt_turn_count(turn, "llm.sent_bytes", (int64_t)bytes);
}

/* What a model made of a question. */
typedef struct {
    size_t index;
    wrt_json *detail;
    char replica[WRT_LLM_REPLICA_MAX];
} steer_answer;

/* Consumes answer->detail. Which of several servers answered is no part of the content. */
static wrt_status record_response(wrt_turn *turn, steer_answer *answer, const wrt_err *failure,
                                  wrt_err *err) {
    wrt_json *body = wrt_json_new_object();
    wrt_json *meta = NULL;
    wrt_json_set_int(body, "call", turn->model_calls);
    wrt_json_set_text(body, "by", failure == NULL ? "model" : "protocol");
    wrt_json_set_int(body, "choice", failure == NULL ? (int64_t)answer->index : 0);
    if (answer->detail != NULL)
        wrt_json_set(body, "detail", answer->detail);
    if (answer->replica[0] != '\0') {
        meta = wrt_json_new_object();
        wrt_json_set_text(meta, "replica", answer->replica);
    }
    wrt_usage_note(&meta, &turn->used, turn->config->llm);
    if (failure != NULL) {
        wrt_json_set_text(body, "error", failure->message);
        wrt_json_set_text(body, "status", wrt_status_name(failure->code));
    }
    return wrt_turn_record_meta(turn, "model.response", body, meta, err);
}

typedef wrt_status (*ask_fn)(steer_answer *out, wrt_llm *llm, const wrt_steer_question *question,
                             wrt_err *err);

static wrt_json *number_or_null(double value) {
    return isfinite(value) ? wrt_json_new_number(value) : wrt_json_new_null();
}

/* Unknown scores are null: a reader must not take them for numbers. Bounds stand beside them. */
static wrt_json *choice_json(const wrt_llm_choice *choice, size_t n) {
    wrt_json *detail = wrt_json_new_object();
    wrt_json *log_p = wrt_json_new_array();
    wrt_json *low = wrt_json_new_array();
    wrt_json *high = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        wrt_json_push(log_p, number_or_null(choice->scores[i].log_p));
        wrt_json_push(low, number_or_null(choice->scores[i].low));
        wrt_json_push(high, number_or_null(choice->scores[i].high));
    }
    bool is_bound = choice->quality == WRT_LLM_BOUND;
    wrt_json_set(detail, "log_p", log_p);
    wrt_json_set_text(detail, "quality", wrt_llm_quality_name(choice->quality));
    wrt_json_set(detail, "low", is_bound ? low : NULL);
    wrt_json_set(detail, "high", is_bound ? high : NULL);
    if (!is_bound) {
        wrt_json_free(low);
        wrt_json_free(high);
    }
    if (choice->by_text)
        wrt_json_set_bool(detail, "by_text", true);
    return detail;
}

static wrt_status ask_score(steer_answer *out, wrt_llm *llm, const wrt_steer_question *question,
                            wrt_err *err) {
    wrt_llm_choice choice;
    const wrt_llm_question asked = {.prompt = {.system = question->system, .user = question->user},
                                    .candidates = question->options,
                                    .n = question->n};
    wrt_status status = wrt_llm_choose(&choice, llm, &asked, err);
    if (status != WRT_OK)
        return status;
    out->index = choice.index;
    out->detail = choice_json(&choice, question->n);
    memcpy(out->replica, choice.replica, sizeof out->replica);
    return WRT_OK;
}

static wrt_status ask_wording(steer_answer *out, wrt_llm *llm, const wrt_steer_question *question,
                              wrt_err *err) {
    wrt_buf gbnf = wrt_buf_make(WRT_KIB(256));
    wrt_llm_reply reply = {0};
    size_t i = 0;
    wrt_gbnf_of_choice(&gbnf, question->options, question->n);
    const wrt_llm_request request = {.prompt = {.system = question->system, .user = question->user},
                                     .gbnf = gbnf.ptr,
                                     .max_tokens = WORDING_TOKENS_MAX};
    wrt_status status = wrt_llm_generate(&reply, llm, &request, err);
    while (status == WRT_OK && i < question->n &&
           !wrt_str_equal(question->options[i], wrt_buf_str(&reply.text)))
        i++;
    if (status == WRT_OK && i == question->n)
        status = wrt_fail(err, WRT_E_FAILED, "the model left the grammar");
    if (status == WRT_OK) {
        out->index = i;
        out->detail = wrt_json_new_object();
        wrt_json_set(out->detail, "text", wrt_json_new_text(wrt_buf_str(&reply.text)));
        memcpy(out->replica, reply.replica, sizeof out->replica);
    }
    wrt_llm_reply_free(&reply);
    wrt_buf_free(&gbnf);
    return status;
}

/* ---- tool calls */

static const char about[] = "about";

static wrt_json *new_tool(wrt_str name) {
    wrt_json *tool = wrt_json_new_object(), *schema = wrt_json_new_object();
    wrt_json *properties = wrt_json_new_object(), *argument = wrt_json_new_object();
    wrt_json *required = wrt_json_new_array();
    wrt_json_push_text(required, about);
    wrt_json_set(argument, "enum", wrt_json_new_array());
    wrt_json_set(properties, about, argument);
    wrt_json_set_text(schema, "type", "object");
    wrt_json_set(schema, "properties", properties);
    wrt_json_set(schema, "required", required);
    wrt_json_set_bool(schema, "additionalProperties", false);
    wrt_json_set(tool, "name", wrt_json_new_text(name));
    wrt_json_set(tool, "parameters", schema);
    return tool;
}

/* Options of one tool stand together. */
static wrt_json *tools_of(const wrt_steer_question *question) {
    wrt_json *tools = wrt_json_new_array(), *subjects = NULL;
    wrt_str last = {0};
    for (size_t i = 1; i < question->n; i++) {
        wrt_str subject = question->options[i], name = {0};
        wrt_str_cut(&name, &subject, ' ');
        if (subjects == NULL || !wrt_str_equal(name, last)) {
            wrt_json *tool = new_tool(name), *schema = wrt_json_get_mut(tool, "parameters");
            subjects = wrt_json_get_mut(
                wrt_json_get_mut(wrt_json_get_mut(schema, "properties"), about), "enum");
            wrt_json_push(tools, tool);
        }
        wrt_json_push(subjects, wrt_json_new_text(subject));
        last = name;
    }
    return tools;
}

size_t wrt_steer_called(const wrt_json *call, const wrt_str *options, size_t n) {
    wrt_buf option = wrt_buf_make(WRT_KIB(4));
    size_t found = 0;
    wrt_buf_printf(&option, "%s %s", wrt_json_get_text(call, "name", ""),
                   wrt_json_get_text(wrt_json_get(call, "arguments"), about, ""));
    for (size_t i = 1; call != NULL && i < n; i++)
        if (wrt_str_equal(options[i], wrt_buf_str(&option)))
            found = i;
    wrt_buf_free(&option);
    return found;
}

static wrt_status ask_call(steer_answer *out, wrt_llm *llm, const wrt_steer_question *question,
                           wrt_err *err) {
    wrt_llm_reply reply = {0};
    wrt_json *tools = tools_of(question);
    const wrt_llm_request request = {.prompt = {.system = question->system, .user = question->user},
                                     .tools = tools,
                                     .own_calls = true,
                                     .max_tokens = WORDING_TOKENS_MAX};
    wrt_status status = wrt_llm_generate(&reply, llm, &request, err);
    if (status == WRT_OK) {
        out->index =
            wrt_steer_called(wrt_json_first(reply.tool_calls), question->options, question->n);
        out->detail = wrt_json_new_object();
        if (reply.tool_calls != NULL)
            wrt_json_set(out->detail, "calls", wrt_json_copy(reply.tool_calls));
        else
            wrt_json_set(out->detail, "text", wrt_json_new_text(wrt_buf_str(&reply.text)));
        memcpy(out->replica, reply.replica, sizeof out->replica);
    }
    wrt_llm_reply_free(&reply);
    wrt_json_free(tools);
    return status;
}

/* What the journal holds of the model's answer; false when it holds nothing. */
static bool recall(wrt_status *status, steer_answer *out, const wrt_turn *turn, wrt_err *failure) {
    wrt_json *like = wrt_json_new_object();
    wrt_json_set_int(like, "call", turn->model_calls);
    const wrt_json *recorded = wrt_turn_recall(turn, "model.response", like);
    const wrt_json *detail = wrt_json_get(recorded, "detail");
    if (recorded == NULL)
        return false;
    out->index = (size_t)wrt_json_get_int(recorded, "choice", 0);
    out->detail = detail != NULL ? wrt_json_copy(detail) : NULL;
    *status = WRT_OK;
    if (wrt_json_get(recorded, "error") != NULL) {
        *status = WRT_E_FAILED;
        wrt_status_of_name(status, wrt_json_get_text(recorded, "status", ""));
        wrt_fail(failure, *status, "%s", wrt_json_get_text(recorded, "error", ""));
    }
    return true;
}

/* A model whose answers depend on how often it was asked is asked again, so that the next answer is
 * the next one; what it says is what is recorded. */
static void keep_in_step(wrt_turn *turn, const wrt_steer_question *question, ask_fn fn) {
    steer_answer again = {0};
    if (turn->config->llm == NULL || !wrt_llm_is_sequential(turn->config->llm))
        return;
    (void)fn(&again, turn->config->llm, question, NULL);
    wrt_json_free(again.detail);
}

/* The model's answer, recorded before it is used; a failure of the model is an answer, too, and
 * stands in *failure. Another failure is the ledger's, or the user's wish to end. */
static wrt_status get_answer(steer_answer *out, wrt_turn *turn, const wrt_steer_question *question,
                             ask_fn fn, wrt_err *failure, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (recall(&status, out, turn, failure)) {
        keep_in_step(turn, question, fn);
    } else {
        if (wrt_turn_is_rehearsal(turn))
            return wrt_turn_fail_unrecorded(turn, "the model's answer", err);
        status = fn(out, turn->config->llm, question, failure);
        wrt_status stopped = status == WRT_E_INTERRUPTED ? wrt_fail(err, status, "interrupted")
                             : status != WRT_OK          ? wrt_turn_check_budget(turn, err)
                                                         : WRT_OK;
        if (stopped != WRT_OK) /* asked again when the run goes on */
            return stopped;
    }
    if (status == WRT_OK && out->index >= question->n) {
        wrt_fail(failure, WRT_E_INTEGRITY, "model.response %d chooses what was not offered",
                 turn->model_calls);
        return wrt_turn_refuse(turn, failure, err);
    }
    return record_response(turn, out, status != WRT_OK ? failure : NULL, err);
}

static wrt_status ask(size_t *index, bool *by_model, wrt_turn *turn,
                      const wrt_steer_question *question, const char *form, ask_fn fn,
                      wrt_err *err) {
    wrt_err local = {0}, failure = {0};
    err = err != NULL ? err : &local;
    *index = 0;
    if (by_model != NULL)
        *by_model = false;
    if (!wrt_turn_has_model(turn) || question->n < 2)
        return WRT_OK;
    wrt_status status = ask_policy(turn, question, err);
    if (status == WRT_E_DENIED) {
        wrt_turn_warn(turn, "model not asked (%s): %s", question->purpose, err->message);
        return WRT_OK;
    }
    if (status == WRT_OK)
        status = record_request(turn, question, form, err);
    if (status != WRT_OK)
        return status;
    count_request(turn, question);
    steer_answer answer = {0};
    status = get_answer(&answer, turn, question, fn, &failure, err);
    if (status != WRT_OK)
        return status;
    if (failure.code == WRT_OK)
        status = admit_response(turn, question, answer.index, &failure);
    if (status != WRT_OK && status != WRT_E_DENIED)
        return wrt_fail(err, status, "%s", failure.message);
    if (failure.code != WRT_OK) {
        wrt_turn_warn(turn, "the model failed (%s): %s; the protocol's choice was used",
                      question->purpose, failure.message);
        return WRT_OK;
    }
    *index = answer.index;
    if (by_model != NULL)
        *by_model = true;
    return WRT_OK;
}

wrt_status wrt_steer_choose(size_t *index, bool *by_model, wrt_turn *turn,
                            const wrt_steer_question *question, wrt_err *err) {
    return ask(index, by_model, turn, question, "score", ask_score, err);
}

wrt_status wrt_steer_word(size_t *index, bool *by_model, wrt_turn *turn,
                          const wrt_steer_question *question, wrt_err *err) {
    return ask(index, by_model, turn, question, "grammar", ask_wording, err);
}

bool wrt_steer_has_calls(const wrt_turn *turn) {
    return wrt_json_get_bool(wrt_json_path(turn->start, "model.capabilities"), "tool_calls", false);
}

wrt_status wrt_steer_call(size_t *index, bool *by_model, wrt_turn *turn,
                          const wrt_steer_question *question, wrt_err *err) {
    return ask(index, by_model, turn, question, "calls", ask_call, err);
}
