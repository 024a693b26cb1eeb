/* steer.c: asking the model, recording what was asked and answered, surviving its failures. */
#include "agent/steer.h"

#include "base/arena.h"
#include "llm/gbnf.h"

#include <stdlib.h>
#include <string.h>

enum { WORDING_TOKENS_MAX = 200 };

static wrt_json *options_json(const wrt_steer_question *question) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < question->n; i++)
        wrt_json_push(list, wrt_json_new_text(question->options[i]));
    return list;
}

/* The policy sees what would be sent and where to; the in-process model is a loopback. */
static wrt_status ask_policy(wrt_turn *turn, const wrt_steer_question *question, wrt_err *err) {
    wrt_json *request = wrt_json_new_object();
    wrt_json *dest = wrt_json_new_object();
    wrt_json_set_text(dest, "host", "");
    wrt_json_set_int(dest, "port", 0);
    wrt_json_set_bool(dest, "loopback", true);
    wrt_json_set(request, "dest", dest);
    wrt_json_set(request, "text", wrt_json_new_text(question->user));
    return wrt_turn_decide(NULL, turn, "llm_request", request, question->purpose, err);
}

/* May the choice be used? The text is one of the program's own options. */
static wrt_status admit_response(wrt_turn *turn, const wrt_steer_question *question, size_t index,
                                 wrt_err *err) {
    wrt_json *request = wrt_json_new_object(), *taint = wrt_json_new_object();
    wrt_json_set(taint, "labels", wrt_json_new_array());
    wrt_json_set_text(taint, "integrity", "llm");
    wrt_json_set(request, "taint", taint);
    wrt_json_set(request, "text", wrt_json_new_text(question->options[index]));
    return wrt_turn_decide(NULL, turn, "llm_response", request, question->purpose, err);
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

static wrt_status record_response(wrt_turn *turn, size_t index, wrt_json *detail,
                                  const wrt_err *failure, wrt_err *err) {
    wrt_json *body = wrt_json_new_object();
    wrt_json_set_int(body, "call", turn->model_calls);
    wrt_json_set_text(body, "by", failure == NULL ? "model" : "protocol");
    wrt_json_set_int(body, "choice", (int64_t)index);
    if (detail != NULL)
        wrt_json_set(body, "detail", detail);
    if (failure != NULL)
        wrt_json_set_text(body, "error", failure->message);
    return wrt_turn_record(turn, "model.response", body, err);
}

typedef wrt_status (*ask_fn)(size_t *index, wrt_json **detail, wrt_llm *llm,
                             const wrt_steer_question *question, wrt_err *err);

static wrt_status ask_score(size_t *index, wrt_json **detail, wrt_llm *llm,
                            const wrt_steer_question *question, wrt_err *err) {
    double log_p[64];
    wrt_llm_prompt prompt = {question->system, question->user};
    wrt_status status =
        wrt_llm_choose(index, log_p, llm, &prompt, question->options, question->n, err);
    if (status != WRT_OK)
        return status;
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < question->n; i++)
        wrt_json_push(list, wrt_json_new_number(log_p[i]));
    *detail = wrt_json_new_object();
    wrt_json_set(*detail, "log_p", list);
    return WRT_OK;
}

static char *grammar_of(const wrt_steer_question *question) {
    wrt_buf gbnf = wrt_buf_make(WRT_KIB(256));
    wrt_gbnf_of_choice(&gbnf, question->options, question->n);
    return wrt_buf_take(&gbnf);
}

static wrt_status ask_wording(size_t *index, wrt_json **detail, wrt_llm *llm,
                              const wrt_steer_question *question, wrt_err *err) {
    char *gbnf = grammar_of(question);
    wrt_buf text = wrt_buf_make(WRT_KIB(16));
    wrt_llm_prompt prompt = {question->system, question->user};
    wrt_status status = wrt_llm_generate(&text, llm, &prompt, gbnf, WORDING_TOKENS_MAX, err);
    if (status == WRT_OK) {
        size_t i = 0;
        while (i < question->n && !wrt_str_equal(question->options[i], wrt_buf_str(&text)))
            i++;
        if (i < question->n) {
            *index = i;
            *detail = wrt_json_new_object();
            wrt_json_set(*detail, "text", wrt_json_new_text(wrt_buf_str(&text)));
        } else {
            status = wrt_fail(err, WRT_E_INPUT, "the model left the grammar");
        }
    }
    wrt_buf_free(&text);
    free(gbnf);
    return status;
}

static wrt_status ask(size_t *index, bool *by_model, wrt_turn *turn,
                      const wrt_steer_question *question, const char *form, ask_fn fn,
                      wrt_err *err) {
    *index = 0;
    if (by_model != NULL)
        *by_model = false;
    if (turn->config->llm == NULL || question->n < 2)
        return WRT_OK;
    wrt_err failure = {0};
    wrt_status status = ask_policy(turn, question, &failure);
    if (status == WRT_E_DENIED) {
        wrt_turn_warn(turn, "model not asked (%s): %s", question->purpose, failure.message);
        return WRT_OK;
    }
    if (status == WRT_OK)
        status = record_request(turn, question, form, &failure);
    if (status != WRT_OK) {
        if (err != NULL)
            *err = failure;
        return status;
    }
    wrt_json *detail = NULL;
    status = fn(index, &detail, turn->config->llm, question, &failure);
    if (status == WRT_OK)
        status = admit_response(turn, question, *index, &failure);
    if (status != WRT_OK) {
        *index = 0;
        wrt_turn_warn(turn, "the model failed (%s): %s; the protocol's choice was used",
                      question->purpose, failure.message);
    } else if (by_model != NULL) {
        *by_model = true;
    }
    return record_response(turn, *index, detail, status != WRT_OK ? &failure : NULL, err);
}

wrt_status wrt_steer_choose(size_t *index, bool *by_model, wrt_turn *turn,
                            const wrt_steer_question *question, wrt_err *err) {
    return ask(index, by_model, turn, question, "score", ask_score, err);
}

wrt_status wrt_steer_word(size_t *index, bool *by_model, wrt_turn *turn,
                          const wrt_steer_question *question, wrt_err *err) {
    return ask(index, by_model, turn, question, "grammar", ask_wording, err);
}
