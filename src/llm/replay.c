/* replay.c: a model that answers as a recorded run's model did.
 *
 * options->tape gives a list of exchanges, in the order in which they were recorded:
 *   {"form":"score","system","user","options":[...],"log_p":[number|null,...],"quality"}
 *   {"form":"score",...,"low":[number|null,...],"high":[...]}    where log_p is null: bounds
 *   {"form":"score",...,"by_text":true,"choice":index}   the model wrote the option instead
 *   {"form":"grammar","system","user","options":[...],"text":"..."}
 *   {"form":"calls","system","user","options":[...],"calls":[{"name","arguments"}...]}   or "text"
 *   {...,"error":"message","status":"timeout"}           the call failed
 * Each exchange answers one question, the first unused one that asks the same; a question that the
 * run did not ask is an error. */
#include "base/arena.h"
#include "llm/backend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *run;
    wrt_json *tape;
    const wrt_json **exchanges;
    bool *used;
    size_t n;
    size_t next; /* everything before is used */
} replay;

/* ---- opening --------------------------------------------------------------------------------- */

static void replay_close(void *object) {
    replay *self = object;
    wrt_json_free(self->tape);
    free((void *)self->exchanges);
    free(self->used);
    free(self->run);
    free(self);
}

static wrt_status check_exchange(const wrt_json *exchange, size_t index, wrt_err *err) {
    const char *form = wrt_json_get_text(exchange, "form", "");
    bool is_score = strcmp(form, "score") == 0, is_call = strcmp(form, "calls") == 0;
    if (!is_score && !is_call && strcmp(form, "grammar") != 0)
        return wrt_fail(err, WRT_E_INPUT, "replay: exchange %zu has the unknown form \"%.20s\"",
                        index + 1, form);
    if (wrt_json_get(exchange, "error") != NULL || wrt_json_get_bool(exchange, "by_text", false))
        return WRT_OK;
    size_t n = 0;
    WRT_JSON_EACH(log_p, wrt_json_get(exchange, "log_p"))
    n += wrt_json_is(log_p, WRT_JSON_NULL) || wrt_json_number(log_p, 1) <= 0;
    if (is_score && n != wrt_json_count(wrt_json_get(exchange, "options")))
        return wrt_fail(err, WRT_E_INPUT, "replay: exchange %zu lacks a score for each option",
                        index + 1);
    if (!is_score && wrt_json_get_text(exchange, "text", NULL) == NULL &&
        !(is_call && wrt_json_is(wrt_json_get(exchange, "calls"), WRT_JSON_ARRAY)))
        return wrt_fail(err, WRT_E_INPUT, "replay: exchange %zu lacks its text", index + 1);
    return WRT_OK;
}

static wrt_status index_tape(replay *self, wrt_err *err) {
    wrt_status status = WRT_OK;
    size_t i = 0;
    self->n = wrt_json_count(self->tape);
    self->exchanges = wrt_calloc(self->n + 1, sizeof(const wrt_json *));
    self->used = wrt_calloc(self->n + 1, sizeof *self->used);
    WRT_JSON_EACH(exchange, self->tape) {
        if (status == WRT_OK)
            status = check_exchange(exchange, i, err);
        self->exchanges[i++] = exchange;
    }
    return status;
}

static wrt_status replay_open(void **out, const char *run, const wrt_llm_options *options,
                              wrt_err *err) {
    if (options->tape == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "replay: no recorded runs can be read here");
    replay *self = wrt_calloc(1, sizeof *self);
    self->run = wrt_strdup(run);
    wrt_status status = options->tape(&self->tape, run, options->ctx, err);
    if (status == WRT_OK)
        status = index_tape(self, err);
    if (status != WRT_OK) {
        replay_close(self);
        return status;
    }
    *out = self;
    return WRT_OK;
}

static bool is_call(const wrt_json *exchange) {
    return strcmp(wrt_json_get_text(exchange, "form", ""), "calls") == 0;
}

/* The recorded model had tool calls of its own, and was asked for them. */
static bool replay_native_tools(const void *object, bool own_calls) {
    const replay *self = object;
    (void)own_calls;
    for (size_t i = 0; i < self->n; i++)
        if (is_call(self->exchanges[i]))
            return true;
    return false;
}

static wrt_json *replay_describe(const void *object) {
    const replay *self = object;
    wrt_json *facts = wrt_json_new_object();
    wrt_json_set_text(facts, "kind", "replay");
    wrt_json_set_text(facts, "model", self->run);
    wrt_json_set_int(facts, "exchanges", (int64_t)self->n);
    if (replay_native_tools(self, true)) {
        wrt_json *list = wrt_json_new_object();
        wrt_json_set_bool(list, "tool_calls", true);
        wrt_json_set(facts, "capabilities", list);
    }
    return facts;
}

/* ---- finding --------------------------------------------------------------------------------- */

static bool has_text(const wrt_json *exchange, const char *key, wrt_str text) {
    return wrt_str_equal_c(text, wrt_json_get_text(exchange, key, ""));
}

static bool asks_same(const wrt_json *exchange, const wrt_llm_prompt *prompt) {
    return has_text(exchange, "system", prompt->system) &&
           has_text(exchange, "user", prompt->user) && has_text(exchange, "prompt", prompt->text);
}

static bool offers_same(const wrt_json *exchange, const wrt_str *candidates, size_t n) {
    const wrt_json *options = wrt_json_get(exchange, "options");
    size_t i = 0;
    if (wrt_json_count(options) != n)
        return false;
    WRT_JSON_EACH(option, options) {
        const char *text = wrt_json_text(option);
        if (text == NULL || !wrt_str_equal_c(candidates[i++], text))
            return false;
    }
    return true;
}

static size_t take(replay *self, size_t i) {
    self->used[i] = true;
    while (self->next < self->n && self->used[self->next])
        self->next++;
    return i;
}

static wrt_status not_recorded(const replay *self, const char *what, wrt_err *err) {
    return wrt_fail(err, WRT_E_FAILED,
                    "replay: run %s holds no answer (or no further one) to this %s", self->run,
                    what);
}

/* The failure that the exchange records, or WRT_OK. */
static wrt_status recorded_failure(const wrt_json *exchange, wrt_err *err) {
    const char *message = wrt_json_get_text(exchange, "error", NULL);
    wrt_status status = WRT_E_FAILED;
    if (message == NULL)
        return WRT_OK;
    wrt_status_of_name(&status, wrt_json_get_text(exchange, "status", "failed"));
    return wrt_fail(err, status, "%s", message);
}

/* ---- answering ------------------------------------------------------------------------------- */

/* Score k of an exchange: null is minus infinity in "low", unknown elsewhere. */
static wrt_llm_score score_of(const wrt_json *exchange, size_t k) {
    double log_p = wrt_json_number(wrt_json_at(wrt_json_get(exchange, "log_p"), k), NAN);
    double high = wrt_json_number(wrt_json_at(wrt_json_get(exchange, "high"), k), log_p);
    if (isnan(high))
        return WRT_LLM_SCORE_MISSING;
    bool is_sampled = strcmp(wrt_json_get_text(exchange, "quality", ""), "sampled") == 0;
    if (!isnan(log_p))
        return (wrt_llm_score){.log_p = log_p,
                               .low = log_p,
                               .high = log_p,
                               .quality = is_sampled ? WRT_LLM_SAMPLED : WRT_LLM_EXACT};
    double low = wrt_json_number(wrt_json_at(wrt_json_get(exchange, "low"), k), -INFINITY);
    return (wrt_llm_score){
        .log_p = (double)NAN, .low = low, .high = high, .quality = WRT_LLM_BOUND};
}

static wrt_status answer_question(replay *self, wrt_llm_score *out,
                                  const wrt_llm_question *question, wrt_err *err) {
    for (size_t i = self->next; i < self->n; i++) {
        const wrt_json *exchange = self->exchanges[i];
        if (self->used[i] || strcmp(wrt_json_get_text(exchange, "form", ""), "score") != 0 ||
            !asks_same(exchange, &question->prompt) ||
            !offers_same(exchange, question->candidates, question->n))
            continue;
        if (wrt_json_get_bool(exchange, "by_text", false))
            return wrt_fail(err, WRT_E_UNSUPPORTED, "replay: the recorded model did not score");
        take(self, i);
        wrt_status status = recorded_failure(exchange, err);
        for (size_t k = 0; status == WRT_OK && k < question->n; k++)
            out[k] = score_of(exchange, k);
        return status;
    }
    return not_recorded(self, "question", err);
}

static wrt_status replay_score_all(void *object, wrt_llm_score *out, const wrt_llm_score_job *job,
                                   wrt_llm_usage *usage, wrt_err *err) {
    wrt_status status = WRT_OK;
    (void)usage;
    for (size_t i = 0; i < job->n && status == WRT_OK; out += job->questions[i++].n)
        status = answer_question(object, out, &job->questions[i], err);
    return status;
}

/* Adds the text of an exchange; false when it holds none. A choice by text was written as JSON
 * (llm_score.c). */
static bool add_text(wrt_buf *out, const wrt_json *exchange) {
    const char *text = wrt_json_get_text(exchange, "text", NULL);
    int64_t choice = wrt_json_get_int(exchange, "choice", -1);
    if (wrt_json_get_bool(exchange, "by_text", false) && choice >= 0) {
        const wrt_json *options = wrt_json_get(exchange, "options");
        wrt_json *object = wrt_json_new_object();
        wrt_json_set_text(object, "choice", wrt_json_text(wrt_json_at(options, (size_t)choice)));
        wrt_json_write(out, object);
        wrt_json_free(object);
        return true;
    }
    if (text != NULL)
        wrt_buf_add_c(out, text);
    return text != NULL;
}

/* Whether the exchange is one in which a text was asked for. */
static bool is_text(const wrt_json *exchange) {
    return strcmp(wrt_json_get_text(exchange, "form", ""), "grammar") == 0 || is_call(exchange) ||
           wrt_json_get_bool(exchange, "by_text", false);
}

static wrt_status replay_generate(void *object, wrt_llm_reply *out, const wrt_llm_request *request,
                                  wrt_llm_usage *usage, wrt_err *err) {
    replay *self = object;
    (void)usage;
    for (size_t i = self->next; i < self->n; i++) {
        const wrt_json *exchange = self->exchanges[i];
        if (self->used[i] || !is_text(exchange) || !asks_same(exchange, &request->prompt))
            continue;
        take(self, i);
        wrt_status status = recorded_failure(exchange, err);
        const wrt_json *calls = is_call(exchange) ? wrt_json_get(exchange, "calls") : NULL;
        if (status == WRT_OK && calls != NULL && request->tools != NULL)
            out->tool_calls = wrt_json_copy(calls);
        else if (status == WRT_OK && !add_text(&out->text, exchange))
            status = wrt_fail(err, WRT_E_INPUT, "replay: an exchange holds no text");
        return status;
    }
    return not_recorded(self, "request for a text", err);
}

const wrt_llm_backend wrt_llm_backend_replay = {
    .kind = "replay",
    .is_sequential = true,
    .open = replay_open,
    .close = replay_close,
    .describe = replay_describe,
    .score_all = replay_score_all,
    .generate = replay_generate,
    .native_tools = replay_native_tools,
};
