/* score.c: one batch of questions to the host's language model, from the channel and back. */
#include "agent/host/score.h"

#include "base/arena.h"
#include "base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the form of questions */

static bool has_only(const wrt_json *object, const char *const *keys, size_t n) {
    WRT_JSON_EACH(member, object) {
        size_t i = 0;
        while (i < n && strcmp(keys[i], wrt_json_key(member)) != 0)
            i++;
        if (i == n)
            return false;
    }
    return wrt_json_is(object, WRT_JSON_OBJECT);
}

static bool is_text_if_there(const wrt_json *object, const char *key) {
    const wrt_json *value = wrt_json_get(object, key);
    return value == NULL || wrt_json_text(value) != NULL;
}

static bool is_prompt(const wrt_json *prompt) {
    static const char *const whole[] = {"text"}, *const chat[] = {"system", "user"};
    if (wrt_json_get(prompt, "text") != NULL)
        return has_only(prompt, whole, 1) && wrt_json_text(wrt_json_get(prompt, "text")) != NULL;
    return has_only(prompt, chat, 2) && wrt_json_text(wrt_json_get(prompt, "user")) != NULL &&
           is_text_if_there(prompt, "system");
}

static wrt_status check_question(const wrt_json *question, size_t index, wrt_err *err) {
    static const char *const keys[] = {"prompt", "candidates", "terminator"};
    const wrt_json *candidates = wrt_json_get(question, "candidates");
    size_t n = wrt_json_count(candidates);
    if (!has_only(question, keys, 3) || !is_text_if_there(question, "terminator"))
        return wrt_fail(err, WRT_E_INPUT,
                        "question %zu: wanted prompt, candidates and maybe a terminator", index);
    if (!is_prompt(wrt_json_get(question, "prompt")))
        return wrt_fail(err, WRT_E_INPUT,
                        "question %zu: wanted a prompt of {\"text\"} or {\"system\",\"user\"}",
                        index);
    if (!wrt_json_is(candidates, WRT_JSON_ARRAY) || n == 0 || n > WRT_LLM_CANDIDATES_MAX)
        return wrt_fail(err, WRT_E_INPUT, "question %zu: wanted 1 to %d candidates, found %zu",
                        index, WRT_LLM_CANDIDATES_MAX, n);
    WRT_JSON_EACH(candidate, candidates) {
        if (wrt_json_text(candidate) == NULL || wrt_json_text(candidate)[0] == '\0')
            return wrt_fail(err, WRT_E_INPUT, "question %zu: wanted candidates that are text",
                            index);
    }
    return WRT_OK;
}

static size_t count_candidates(const wrt_json *questions) {
    size_t n = 0;
    WRT_JSON_EACH(question, questions)
    n += wrt_json_count(wrt_json_get(question, "candidates"));
    return n;
}

static size_t count_bytes(const wrt_json *questions) {
    wrt_buf text = wrt_buf_make((size_t)WRT_SCORE_BYTES_MAX);
    wrt_json_write(&text, questions);
    size_t n = text.overflow ? SIZE_MAX : text.len;
    wrt_buf_free(&text);
    return n;
}

wrt_status wrt_score_check(const wrt_json *questions, wrt_err *err) {
    size_t n = wrt_json_count(questions), index = 0;
    if (!wrt_json_is(questions, WRT_JSON_ARRAY) || n == 0)
        return wrt_fail(err, WRT_E_INPUT, "wanted an array of questions");
    if (n > WRT_SCORE_QUESTIONS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "wanted at most %d questions at once, found %zu",
                        WRT_SCORE_QUESTIONS_MAX, n);
    WRT_JSON_EACH(question, questions) {
        wrt_status status = check_question(question, index++, err);
        if (status != WRT_OK)
            return status;
    }
    if (count_candidates(questions) > WRT_SCORE_CANDIDATES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "wanted at most %d candidates at once, found %zu",
                        WRT_SCORE_CANDIDATES_MAX, count_candidates(questions));
    if (count_bytes(questions) > WRT_SCORE_BYTES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "wanted at most 1 MiB of questions at once, found more");
    return WRT_OK;
}

/* ---- refusing */

static void refuse(wrt_egress_answer *out, int64_t n, wrt_host_http code, const char *message) {
    out->head = wrt_json_new_object();
    wrt_json_set_int(out->head, "n", n);
    wrt_json_set_text(out->head, "refused", wrt_exchange_code_name(code));
    wrt_json_set_text(out->head, "message", message);
}

static bool has_flag(const wrt_json *tool) {
    return (wrt_json_get_int(tool, "flags", 0) & WRT_TOOL_SCORES) != 0;
}

/* What can be said without asking anybody; WRT_HOST_HTTP_ANSWERED means no objection. */
static wrt_host_http judge(const wrt_score_call *call, const char **message) {
    *message = "";
    if (!has_flag(call->tool)) {
        *message = "the tool does not declare WRT_TOOL_SCORES";
        return WRT_HOST_HTTP_UNDECLARED;
    }
    if (call->llm == NULL && (call->guard == NULL || call->guard->recall == NULL)) {
        *message = "there is no language model here: give one with --model";
        return WRT_HOST_HTTP_NO_SERVICE;
    }
    if (call->asked > WRT_SCORE_BATCHES_MAX || call->bytes > (size_t)WRT_SCORE_TOTAL_BYTES_MAX ||
        call->took_ms > WRT_SCORE_TIME_MAX_MS) {
        *message = "the questions, bytes or hours of the model in this call are spent";
        return WRT_HOST_HTTP_BUDGET;
    }
    return WRT_HOST_HTTP_ANSWERED;
}

/* ---- asking the guard */

typedef struct {
    const char *text;
    size_t place; /* in the order of the questions */
} piece;

static int compare_texts(const void *a, const void *b) {
    const piece *x = a, *y = b;
    int order = strcmp(x->text, y->text);
    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

static int compare_places(const void *a, const void *b) {
    const piece *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

static size_t list_pieces(piece *out, const wrt_json *questions) {
    static const char *const parts[] = {"system", "user", "text"};
    size_t n = 0;
    WRT_JSON_EACH(question, questions) {
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            const char *text = wrt_json_get_text(wrt_json_get(question, "prompt"), parts[i], NULL);
            if (text != NULL) {
                out[n] = (piece){text, n};
                n++;
            }
        }
        WRT_JSON_EACH(candidate, wrt_json_get(question, "candidates")) {
            out[n] = (piece){wrt_json_text(candidate), n};
            n++;
        }
    }
    return n;
}

/* Prompts of one batch share most of their pieces; each stands in the text once, at its first
 * place. O(n log n). */
char *wrt_score_text_of(const wrt_json *questions) {
    size_t room = 3 * wrt_json_count(questions) + count_candidates(questions), kept = 0;
    piece *all = wrt_calloc(room, sizeof *all);
    size_t n = list_pieces(all, questions);
    wrt_buf text = wrt_buf_make((size_t)2 * WRT_SCORE_BYTES_MAX);
    qsort(all, n, sizeof *all, compare_texts);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || strcmp(all[i].text, all[kept - 1].text) != 0)
            all[kept++] = all[i];
    }
    qsort(all, kept, sizeof *all, compare_places);
    for (size_t i = 0; i < kept; i++) {
        wrt_buf_add_c(&text, all[i].text);
        wrt_buf_add_char(&text, '\n');
    }
    free(all);
    return wrt_buf_take(&text);
}

static wrt_json *policy_request(const wrt_score_call *call, const wrt_json *questions) {
    wrt_json *request = wrt_json_new_object(), *score = wrt_json_new_object();
    char *text = wrt_score_text_of(questions);
    wrt_json_set_text(request, "tool", wrt_json_get_text(call->tool, "name", ""));
    wrt_json_set(request, "args", wrt_json_copy(call->args));
    wrt_json_set_text(request, "text", text);
    wrt_json_set(request, "taint", wrt_json_copy(call->taint));
    wrt_json_set_int(score, "n", call->asked);
    wrt_json_set_int(score, "questions", (int64_t)wrt_json_count(questions));
    wrt_json_set_int(score, "candidates", (int64_t)count_candidates(questions));
    wrt_json_set(request, "score", score);
    free(text);
    return request;
}

static wrt_status ask_guard(const wrt_score_call *call, const wrt_json *questions, wrt_err *err) {
    if (call->guard == NULL || call->guard->decide == NULL)
        return wrt_fail(err, WRT_E_DENIED, "nobody here decides about the language model");
    wrt_json *destinations = wrt_llm_destinations(call->llm);
    wrt_status status = call->guard->decide(policy_request(call, questions), destinations,
                                            questions, call->guard->ctx, err);
    wrt_json_free(destinations);
    return status;
}

/* ---- asking the model */

static wrt_str text_at(const wrt_json *object, const char *key) {
    return wrt_str_of(wrt_json_get_text(object, key, ""));
}

/* Borrowed from the JSON, but for the two arrays. */
typedef struct {
    wrt_llm_question *question;
    wrt_str *candidate;
    wrt_llm_score *score;
    size_t n, n_candidates;
} batch;

static batch batch_of(const wrt_json *questions) {
    batch out = {.n = wrt_json_count(questions), .n_candidates = count_candidates(questions)};
    out.question = wrt_calloc(out.n, sizeof *out.question);
    out.candidate = wrt_calloc(out.n_candidates, sizeof *out.candidate);
    out.score = wrt_calloc(out.n_candidates, sizeof *out.score);
    wrt_llm_question *at = out.question;
    wrt_str *next = out.candidate;
    WRT_JSON_EACH(question, questions) {
        const wrt_json *prompt = wrt_json_get(question, "prompt");
        *at++ = (wrt_llm_question){.prompt = {.system = text_at(prompt, "system"),
                                              .user = text_at(prompt, "user"),
                                              .text = text_at(prompt, "text")},
                                   .candidates = next,
                                   .n = wrt_json_count(wrt_json_get(question, "candidates")),
                                   .terminator = text_at(question, "terminator")};
        WRT_JSON_EACH(candidate, wrt_json_get(question, "candidates"))
        *next++ = wrt_str_of(wrt_json_text(candidate));
    }
    return out;
}

static void free_batch(batch *b) {
    free(b->question);
    free(b->candidate);
    free(b->score);
}

static wrt_json *number_or_null(double value) {
    return isfinite(value) ? wrt_json_new_number(value) : wrt_json_new_null();
}

static wrt_json *answer_of(const wrt_llm_score *score, size_t n) {
    wrt_json *out = wrt_json_new_object(), *log_p = wrt_json_new_array();
    wrt_json *tokens = wrt_json_new_array(), *quality = wrt_json_new_array();
    wrt_json *low = wrt_json_new_array(), *high = wrt_json_new_array();
    bool all_exact = true;
    for (size_t i = 0; i < n; i++) {
        wrt_json_push(log_p, number_or_null(score[i].log_p));
        wrt_json_push(low, number_or_null(score[i].low));
        wrt_json_push(high, number_or_null(score[i].high));
        wrt_json_push(tokens, wrt_json_new_int(score[i].tokens));
        wrt_json_push_text(quality, wrt_llm_quality_name(score[i].quality));
        all_exact = all_exact && score[i].quality == WRT_LLM_EXACT;
    }
    wrt_json_set(out, "log_p", log_p);
    wrt_json_set(out, "tokens", tokens);
    wrt_json_set(out, "quality", quality);
    if (all_exact) {
        wrt_json_free(low);
        wrt_json_free(high);
    } else {
        wrt_json_set(out, "low", low);
        wrt_json_set(out, "high", high);
    }
    return out;
}

static void write_answers(wrt_buf *out, const batch *b) {
    wrt_json *list = wrt_json_new_array();
    const wrt_llm_score *score = b->score;
    for (size_t i = 0; i < b->n; i++) {
        wrt_json_push(list, answer_of(score, b->question[i].n));
        score += b->question[i].n;
    }
    wrt_json_write(out, list);
    wrt_json_free(list);
}

static wrt_host_http code_of(wrt_status status) {
    switch (status) {
    case WRT_E_INPUT:
        return WRT_HOST_HTTP_BAD_REQUEST;
    case WRT_E_LIMIT:
        return WRT_HOST_HTTP_TOO_LARGE;
    case WRT_E_TIMEOUT:
        return WRT_HOST_HTTP_TIMEOUT;
    case WRT_E_DENIED:
        return WRT_HOST_HTTP_DENIED;
    case WRT_E_UNSUPPORTED:
        return WRT_HOST_HTTP_NO_SERVICE;
    default:
        return WRT_HOST_HTTP_UNAVAILABLE;
    }
}

/* Which of several servers answered, and what the cache held, is no part of the content. */
static wrt_json *meta_of(const batch *b, const wrt_llm_usage *before, const wrt_llm_usage *after) {
    wrt_json *meta = wrt_json_new_object();
    int replica = b->n_candidates > 0 ? b->score[0].replica : 0;
    wrt_json_set_int(meta, "cache_hits", after->cache_hits - before->cache_hits);
    wrt_json_set_int(meta, "prompt_tokens", after->prompt_tokens - before->prompt_tokens);
    if (replica > 0)
        wrt_json_set_int(meta, "replica", replica);
    return meta;
}

/* After the guard permitted it: asks, and has recorded what came of it. */
static wrt_status ask_and_record(wrt_egress_answer *out, wrt_score_call *call,
                                 const wrt_json *questions, wrt_err *err) {
    batch b = batch_of(questions);
    wrt_err why = {0};
    wrt_llm_usage before = wrt_llm_usage_of(call->llm);
    wrt_status status = wrt_llm_score_all(b.score, call->llm, b.question, b.n, &why);
    wrt_llm_usage after = wrt_llm_usage_of(call->llm);
    out->body = wrt_buf_make((size_t)WRT_EXCHANGE_ANSWER_MAX);
    if (status == WRT_OK) {
        write_answers(&out->body, &b);
        out->head = wrt_json_new_object();
        wrt_json_set_int(out->head, "n", call->asked);
        wrt_json_set_int(out->head, "bytes", (int64_t)out->body.len);
    } else {
        refuse(out, call->asked, code_of(status), why.message);
    }
    wrt_json *meta = meta_of(&b, &before, &after);
    free_batch(&b);
    if (status == WRT_E_INTERRUPTED) {
        wrt_json_free(meta);
        return wrt_fail(err, status, "%s", why.message);
    }
    if (call->guard->record != NULL)
        return call->guard->record(wrt_json_copy(out->head), wrt_buf_str(&out->body), meta,
                                   call->guard->ctx, err);
    wrt_json_free(meta);
    return WRT_OK;
}

void wrt_score_repeat(wrt_llm *llm, const wrt_json *questions) {
    if (!wrt_llm_is_sequential(llm))
        return;
    batch b = batch_of(questions);
    (void)wrt_llm_score_all(b.score, llm, b.question, b.n, NULL);
    free_batch(&b);
}

/* The answer that the guard remembers; WRT_E_NOT_FOUND: none. */
static wrt_status recall(wrt_egress_answer *out, const wrt_score_call *call,
                         const wrt_json *questions, wrt_err *err) {
    if (call->guard->recall == NULL)
        return WRT_E_NOT_FOUND;
    wrt_status status = call->guard->recall(out, call->asked, call->guard->ctx, err);
    if (status != WRT_OK)
        return status;
    wrt_score_repeat(call->llm, questions);
    return call->guard->record(wrt_json_copy(out->head), wrt_buf_str(&out->body), NULL,
                               call->guard->ctx, err);
}

static wrt_status answer(wrt_egress_answer *out, wrt_score_call *call, const wrt_json *questions,
                         wrt_err *err) {
    const char *message;
    wrt_err why = {0};
    wrt_host_http code = judge(call, &message);
    if (code != WRT_HOST_HTTP_ANSWERED) {
        refuse(out, call->asked, code, message);
        return WRT_OK;
    }
    call->bytes += count_bytes(questions);
    wrt_status status = ask_guard(call, questions, &why);
    if (status == WRT_OK) {
        status = recall(out, call, questions, err);
        return status == WRT_E_NOT_FOUND ? ask_and_record(out, call, questions, err) : status;
    }
    if (status != WRT_E_DENIED)
        return wrt_fail(err, status == WRT_E_INTERRUPTED ? status : WRT_E_FAILED, "%s",
                        why.message);
    refuse(out, call->asked, WRT_HOST_HTTP_DENIED, why.message);
    return WRT_OK;
}

wrt_status wrt_score_serve(wrt_egress_answer *out, int64_t *took_ms, wrt_score_call *call,
                           const wrt_json *asked, wrt_err *err) {
    const wrt_json *questions = wrt_json_get(asked, "questions");
    *out = (wrt_egress_answer){0};
    *took_ms = 0;
    if (wrt_json_count(asked) != 2 || wrt_json_get_int(asked, "n", 0) != ++call->asked)
        return wrt_fail(err, WRT_E_INPUT, "asked for scores out of order");
    if (call->asked > WRT_SCORE_ASKED_MAX)
        return wrt_fail(err, WRT_E_INPUT, "asked for more than %d batches of scores",
                        WRT_SCORE_ASKED_MAX);
    int64_t start_ms = wrt_clock_monotonic_ms();
    wrt_status status = answer(out, call, questions, err);
    *took_ms = wrt_clock_monotonic_ms() - start_ms;
    call->took_ms += *took_ms;
    if (out->head != NULL)
        wrt_json_set_int(out->head, "took_ms", *took_ms);
    return status;
}
