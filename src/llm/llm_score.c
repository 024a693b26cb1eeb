/* llm_score.c: scores and choices: checks shared by all backends, the cache in front of them, and
 * the promise that no score is worse than what the caller accepts. */
#include "base/arena.h"
#include "base/log.h"
#include "llm/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 60 }; /* bytes of a text in a message */

/* ---- checks ---------------------------------------------------------------------------------- */

/* Byte i of candidate + terminator; the caller keeps i below their joint length. */
static const char *joined_byte(wrt_str candidate, wrt_str terminator, size_t i) {
    return i < candidate.len ? candidate.ptr + i : terminator.ptr + (i - candidate.len);
}

static bool is_prefix(wrt_str a, wrt_str b, wrt_str terminator) {
    size_t len = a.len + terminator.len;
    if (len > b.len + terminator.len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (*joined_byte(a, terminator, i) != *joined_byte(b, terminator, i))
            return false;
    }
    return true;
}

/* Finds candidates a and b, a a prefix of b, once the terminator stands behind each. */
static bool find_prefix(const wrt_llm_question *question, wrt_str terminator, size_t *a,
                        size_t *b) {
    for (*a = 0; *a < question->n; ++*a) {
        for (*b = 0; *b < question->n; ++*b) {
            if (*a != *b &&
                is_prefix(question->candidates[*a], question->candidates[*b], terminator))
                return true;
        }
    }
    return false;
}

static wrt_status check_candidates(const wrt_llm_question *question, wrt_err *err) {
    if (question->n == 0 || question->n > WRT_LLM_CANDIDATES_MAX)
        return wrt_fail(err, question->n == 0 ? WRT_E_INPUT : WRT_E_LIMIT,
                        "%zu candidates were given; accepted: 1 to %d", question->n,
                        WRT_LLM_CANDIDATES_MAX);
    for (size_t i = 0; i < question->n; i++) {
        wrt_str candidate = question->candidates[i];
        if (candidate.len == 0 || !wrt_llm_is_text(candidate))
            return wrt_fail(err, WRT_E_INPUT, "candidate %zu is %s", i + 1,
                            candidate.len == 0 ? "empty" : "not valid UTF-8 without U+0000");
    }
    return WRT_OK;
}

static int shown(wrt_str text) {
    return text.len < SHOWN ? (int)text.len : SHOWN;
}

static wrt_status check_question(const wrt_llm_question *question, wrt_err *err) {
    size_t a = 0;
    size_t b = 0;
    wrt_status status = wrt_llm_check_prompt(&question->prompt, err);
    if (status == WRT_OK)
        status = check_candidates(question, err);
    if (status != WRT_OK)
        return status;
    if (!wrt_llm_is_text(question->terminator))
        return wrt_fail(err, WRT_E_INPUT, "the terminator is not valid UTF-8 without U+0000");
    if (!find_prefix(question, question->terminator, &a, &b))
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT,
                    "candidate %zu (\"%.*s\") is a prefix of candidate %zu (\"%.*s\"); give a "
                    "terminator that ends every candidate",
                    a + 1, shown(question->candidates[a]), question->candidates[a].ptr, b + 1,
                    shown(question->candidates[b]), question->candidates[b].ptr);
}

static wrt_status check_questions(const wrt_llm_question *questions, size_t n, wrt_err *err) {
    wrt_status status = WRT_OK;
    size_t i = 0;
    if (n == 0 || n > WRT_LLM_QUESTIONS_MAX)
        return wrt_fail(err, n == 0 ? WRT_E_INPUT : WRT_E_LIMIT,
                        "%zu questions were given; accepted: 1 to %d", n, WRT_LLM_QUESTIONS_MAX);
    while (i < n && status == WRT_OK)
        status = check_question(&questions[i++], err);
    if (status != WRT_OK && n > 1)
        wrt_err_prefix(err, "question %zu", i);
    return status;
}

/* ---- through the cache ----------------------------------------------------------------------- */

/* The questions that the cache could not answer, packed for the backend. */
typedef struct {
    wrt_llm_question *questions;
    const wrt_llm_question **which; /* the same in the caller's list */
    size_t *places;                 /* and their places in it */
    wrt_llm_score **where;          /* their first score among the caller's */
    wrt_llm_score *scores;
    size_t n, n_scores;
} missing;

static missing missing_make(size_t n) {
    return (missing){.questions = wrt_calloc(n, sizeof(wrt_llm_question)),
                     .which = wrt_calloc(n, sizeof(wrt_llm_question *)),
                     .places = wrt_calloc(n, sizeof(size_t)),
                     .where = wrt_calloc(n, sizeof(wrt_llm_score *))};
}

static void missing_free(missing *m) {
    free(m->questions);
    free((void *)m->which);
    free(m->places);
    free((void *)m->where);
    free(m->scores);
}

static void missing_add(missing *m, const wrt_llm_question *questions, size_t place,
                        wrt_llm_score *out) {
    m->questions[m->n] = questions[place];
    m->which[m->n] = &questions[place];
    m->places[m->n] = place;
    m->where[m->n++] = out;
    m->n_scores += questions[place].n;
}

/* Fills what the cache holds; the rest goes to *m. */
static wrt_status look_up(missing *m, wrt_llm_score *out, wrt_llm *llm,
                          const wrt_llm_score_job *job, wrt_score_rule rule, wrt_err *err) {
    const wrt_llm_question *questions = job->questions;
    for (size_t i = 0; i < job->n; out += questions[i++].n) {
        bool found = false;
        wrt_status status = WRT_OK;
        if (llm->cache != NULL)
            status = wrt_score_cache_get(&found, out, llm->cache, rule, &questions[i], err);
        if (status != WRT_OK)
            return status;
        if (found)
            llm->usage.cache_hits += (int64_t)questions[i].n;
        else
            missing_add(m, questions, i, out);
    }
    return WRT_OK;
}

/* Keeps what was finished, also of a call that was interrupted, so that asking again goes on from
 * there. The caller gets his scores even when the cache cannot be written. */
static void remember(wrt_llm *llm, const missing *m, wrt_score_rule rule) {
    wrt_err err = {0};
    if (llm->cache != NULL && m->scores != NULL &&
        wrt_score_cache_put(llm->cache, rule, m->which, (const wrt_llm_score *const *)m->where,
                            m->n, &err) != WRT_OK)
        wrt_log(WRT_LOG_WARN, "scores were not stored: %s", err.message);
}

static wrt_status ask_backend(missing *m, wrt_llm *llm, wrt_llm_quality accept, wrt_score_rule rule,
                              wrt_err *err) {
    const wrt_llm_usage before = llm->usage;
    const wrt_llm_score_job job = {
        .questions = m->questions, .places = m->places, .n = m->n, .accept = accept};
    bool is_sum = rule == WRT_SCORE_SUM;
    if ((is_sum ? llm->backend->score_all : llm->backend->score_reference) == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "a model of kind \"%s\" cannot score candidates%s",
                        llm->backend->kind, is_sum ? "" : " by the reference formula");
    m->scores = wrt_calloc(m->n_scores, sizeof *m->scores);
    for (size_t i = 0; i < m->n_scores; i++)
        m->scores[i] = WRT_LLM_SCORE_MISSING;
    wrt_status status = (is_sum ? llm->backend->score_all : llm->backend->score_reference)(
        llm->self, m->scores, &job, &llm->usage, err);
    wrt_llm_count_call(llm, &before);
    const wrt_llm_score *from = m->scores;
    for (size_t i = 0; i < m->n; from += m->questions[i++].n)
        memcpy(m->where[i], from, m->questions[i].n * sizeof *from);
    return status;
}

static wrt_status refuse_worse(const wrt_llm_score *scores, size_t n, wrt_llm_quality accept,
                               wrt_err *err) {
    for (size_t i = 0; i < n; i++) {
        if (scores[i].quality > accept)
            return wrt_fail(err, WRT_E_UNSUPPORTED,
                            "the model can give only a score of quality \"%s\" where \"%s\" is "
                            "wanted",
                            wrt_llm_quality_name(scores[i].quality), wrt_llm_quality_name(accept));
    }
    return WRT_OK;
}

/* Scores through the cache, each as good as the model can up to `accept`. */
static wrt_status score(wrt_llm_score *out, wrt_llm *llm, const wrt_llm_score_job *job,
                        wrt_score_rule rule, wrt_err *err) {
    missing m = missing_make(job->n);
    wrt_status status = look_up(&m, out, llm, job, rule, err);
    if (status == WRT_OK && m.n > 0)
        status = ask_backend(&m, llm, job->accept, rule, err);
    remember(llm, &m, rule);
    missing_free(&m);
    return status;
}

wrt_status wrt_llm_score_all(wrt_llm_score *out, wrt_llm *llm, const wrt_llm_question *questions,
                             size_t n, wrt_err *err) {
    size_t total = 0;
    if (llm == NULL)
        return wrt_llm_no_model(err);
    const wrt_llm_score_job job = {.questions = questions, .n = n, .accept = llm->options.accept};
    wrt_status status = check_questions(questions, n, err);
    if (status == WRT_OK)
        status = score(out, llm, &job, WRT_SCORE_SUM, err);
    for (size_t i = 0; status == WRT_OK && i < n; i++)
        total += questions[i].n;
    return status == WRT_OK ? refuse_worse(out, total, job.accept, err) : status;
}

wrt_status wrt_llm_check_fits(wrt_llm *llm, const wrt_llm_question *questions, size_t n,
                              wrt_err *err) {
    if (llm == NULL)
        return wrt_llm_no_model(err);
    return llm->backend->check_fits == NULL
               ? WRT_OK
               : llm->backend->check_fits(llm->self, questions, n, err);
}

/* Candidates are scored one at a time, so one may begin another. */
static wrt_status check_reference(const wrt_llm_question *questions, size_t n, wrt_err *err) {
    wrt_status status =
        n == 0 || n > WRT_LLM_QUESTIONS_MAX
            ? wrt_fail(err, WRT_E_INPUT, "%zu questions were given; accepted: 1 to %d", n,
                       WRT_LLM_QUESTIONS_MAX)
            : WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        status = wrt_llm_check_prompt(&questions[i].prompt, err);
        if (status == WRT_OK)
            status = check_candidates(&questions[i], err);
        if (status == WRT_OK && questions[i].terminator.len > 0)
            status = wrt_fail(err, WRT_E_INPUT, "the reference formula knows no terminator");
    }
    return status;
}

wrt_status wrt_llm_score_reference(wrt_llm_score *out, wrt_llm *llm,
                                   const wrt_llm_question *questions, size_t n, wrt_err *err) {
    const wrt_llm_score_job job = {.questions = questions, .n = n, .accept = WRT_LLM_EXACT};
    if (llm == NULL)
        return wrt_llm_no_model(err);
    wrt_status status = check_reference(questions, n, err);
    return status == WRT_OK ? score(out, llm, &job, WRT_SCORE_REFERENCE, err) : status;
}

/* ---- choices --------------------------------------------------------------------------------- */

/* What a candidate is sure to have; a sampled score counts as a point. */
static double sure(const wrt_llm_score *score) {
    return score->quality == WRT_LLM_BOUND ? score->low : score->log_p;
}

/* The candidate that is sure to have what no other can exceed; false when there is none. */
static bool find_highest(size_t *index, const wrt_llm_score *scores, size_t n) {
    size_t best = 0;
    for (size_t i = 0; i < n; i++) {
        if (scores[i].quality == WRT_LLM_MISSING)
            return false;
        best = sure(&scores[i]) > sure(&scores[best]) ? i : best;
    }
    for (size_t i = 0; i < n; i++) {
        double most = scores[i].quality == WRT_LLM_BOUND ? scores[i].high : scores[i].log_p;
        if (i != best && most > sure(&scores[best]))
            return false;
    }
    *index = best;
    return true;
}

/* "host:port" of a destination by its number. */
static void name_replica(char out[WRT_LLM_REPLICA_MAX], const wrt_llm *llm, int number) {
    wrt_buf text = wrt_buf_make(WRT_LLM_REPLICA_MAX - 1);
    wrt_json *list = wrt_llm_destinations(llm);
    const wrt_json *place = number < 1 ? NULL : wrt_json_at(list, (size_t)number - 1);
    if (place != NULL)
        wrt_buf_printf(&text, "%s:%lld", wrt_json_get_text(place, "host", ""),
                       (long long)wrt_json_get_int(place, "port", 0));
    memcpy(out, wrt_buf_str(&text).ptr, text.len);
    out[text.len] = '\0';
    wrt_json_free(list);
    wrt_buf_free(&text);
}

static void set_choice(wrt_llm_choice *out, const wrt_llm_score *scores, size_t n, size_t index) {
    *out = (wrt_llm_choice){.index = index, .quality = WRT_LLM_EXACT};
    for (size_t i = 0; i < n; i++) {
        out->scores[i] = scores[i];
        out->quality = scores[i].quality > out->quality ? scores[i].quality : out->quality;
    }
}

wrt_json *wrt_llm_choice_schema(const wrt_llm_question *question) {
    wrt_json *schema = wrt_json_new_object();
    wrt_json *properties = wrt_json_new_object();
    wrt_json *choice = wrt_json_new_object();
    wrt_json *list = wrt_json_new_array();
    wrt_json *required = wrt_json_new_array();
    for (size_t i = 0; i < question->n; i++)
        wrt_json_push(list, wrt_json_new_text(question->candidates[i]));
    wrt_json_set_text(choice, "type", "string");
    wrt_json_set(choice, "enum", list);
    wrt_json_set(properties, "choice", choice);
    wrt_json_push_text(required, "choice");
    wrt_json_set_text(schema, "type", "object");
    wrt_json_set(schema, "properties", properties);
    wrt_json_set(schema, "required", required);
    wrt_json_set_bool(schema, "additionalProperties", false);
    return schema;
}

static wrt_status read_choice(wrt_llm_choice *out, const wrt_llm_question *question, wrt_str text,
                              wrt_err *err) {
    wrt_json *reply = NULL;
    wrt_status status = wrt_json_parse(&reply, text, err);
    const char *chosen = wrt_json_get_text(reply, "choice", "");
    *out = (wrt_llm_choice){.index = question->n, .quality = WRT_LLM_MISSING, .by_text = true};
    for (size_t i = 0; i < question->n; i++) {
        out->scores[i] = WRT_LLM_SCORE_MISSING;
        if (out->index == question->n && wrt_str_equal_c(question->candidates[i], chosen))
            out->index = i;
    }
    if (status == WRT_OK && out->index == question->n)
        status = wrt_fail(err, WRT_E_FAILED, "the model chose none of the candidates");
    wrt_json_free(reply);
    return status;
}

static wrt_status choose_by_text(wrt_llm_choice *out, wrt_llm *llm,
                                 const wrt_llm_question *question, wrt_err *err) {
    enum { TOKENS_MAX = 512 };
    wrt_llm_reply reply = {0};
    wrt_json *schema = wrt_llm_choice_schema(question);
    const wrt_llm_request request = {
        .prompt = question->prompt, .schema = schema, .max_tokens = TOKENS_MAX};
    wrt_status status = wrt_llm_generate(&reply, llm, &request, err);
    if (status == WRT_OK)
        status = read_choice(out, question, wrt_buf_str(&reply.text), err);
    if (status == WRT_OK)
        memcpy(out->replica, reply.replica, sizeof out->replica);
    wrt_llm_reply_free(&reply);
    wrt_json_free(schema);
    return status;
}

wrt_status wrt_llm_choose(wrt_llm_choice *out, wrt_llm *llm, const wrt_llm_question *question,
                          wrt_err *err) {
    wrt_llm_score scores[WRT_LLM_CANDIDATES_MAX];
    wrt_llm_question asked = *question;
    const wrt_llm_score_job job = {.questions = &asked, .n = 1, .accept = WRT_LLM_BOUND};
    size_t a = 0;
    size_t b = 0;
    if (llm == NULL)
        return wrt_llm_no_model(err);
    wrt_status status = check_candidates(question, err);
    if (status != WRT_OK)
        return status;
    if (find_prefix(question, question->terminator, &a, &b))
        asked.terminator = WRT_STR("\n");
    status = check_question(&asked, err);
    if (status == WRT_OK)
        status = score(scores, llm, &job, WRT_SCORE_SUM, err);
    if (status == WRT_OK && find_highest(&a, scores, asked.n)) {
        set_choice(out, scores, asked.n, a);
        name_replica(out->replica, llm, scores[a].replica);
        return WRT_OK;
    }
    return status == WRT_OK || status == WRT_E_UNSUPPORTED ? choose_by_text(out, llm, question, err)
                                                           : status;
}
