/* score_sampled.c: scores as frequencies among draws, where a server tells no probabilities.
 *
 * The server writes {"choice": ...} under a schema that lists the candidates, at temperature 1,
 * once for each of 32 seeds. What is estimated is the distribution that the schema leaves, which
 * renormalises at each token; the interval is Wilson's for 95 % (Wilson 1927, doi:
 * 10.1080/01621459.1927.10502953). It holds for independent draws; a server that ignores the seed
 * or keeps replies makes them less so, which cannot be seen from here. */
#include "llm/http/internal.h"

#include "llm/grammar/gbnf.h"
#include "llm/internal.h"

#include <math.h>
#include <string.h>

enum { DRAWS = 32, TOKENS_MAX = 512, GBNF_MAX = 1 << 20 };

static const double z95 = 1.959963984540054; /* quantile 0.975 of the standard normal */

/* ---- the schema ------------------------------------------------------------------------------ */

/* What the server is held to, in both forms, and how it draws. */
typedef struct {
    wrt_json *schema;
    wrt_buf gbnf;
    wrt_openai_sampling sampling;
} choices;

/* The grammar's sentences are the schema's instances without white space. */
static choices choices_make(const wrt_llm_question *question) {
    choices c = {.schema = wrt_llm_choice_schema(question),
                 .gbnf = wrt_buf_make(GBNF_MAX),
                 .sampling = WRT_OPENAI_SAMPLING_INIT};
    wrt_buf texts[WRT_LLM_CANDIDATES_MAX];
    wrt_str views[WRT_LLM_CANDIDATES_MAX];
    for (size_t k = 0; k < question->n; k++) {
        wrt_json *instance = wrt_json_new_object();
        wrt_json_set(instance, "choice", wrt_json_new_text(question->candidates[k]));
        texts[k] = wrt_buf_make(GBNF_MAX);
        wrt_json_write(&texts[k], instance);
        views[k] = wrt_buf_str(&texts[k]);
        wrt_json_free(instance);
    }
    c.sampling.max_tokens = TOKENS_MAX;
    c.sampling.temperature = 1;
    c.sampling.top_p = 1;
    wrt_gbnf_of_choice(&c.gbnf, views, question->n);
    for (size_t k = 0; k < question->n; k++)
        wrt_buf_free(&texts[k]);
    return c;
}

static void choices_free(choices *c) {
    wrt_json_free(c->schema);
    wrt_buf_free(&c->gbnf);
}

static void set_constraint(wrt_openai_constraint *out, const choices *c,
                           const wrt_endpoint *endpoint, unsigned base) {
    wrt_form form = wrt_form_best(endpoint->can, base, WRT_FORMS_ALL);
    wrt_form_set(out, form, c->gbnf.ptr, c->schema);
}

/* ---- draws ----------------------------------------------------------------------------------- */

/* A llama-server leaves out unlikely tokens unless told otherwise. */
static wrt_openai_sampling sampling_on(const wrt_endpoint *endpoint, const choices *held) {
    wrt_openai_sampling sampling = held->sampling;
    sampling.has_no_cut = endpoint->build != NULL;
    sampling.max_tokens = wrt_ask_room(endpoint, sampling.max_tokens);
    return sampling;
}

static wrt_status draw_chat(wrt_openai_reply *out, wrt_attempt *attempt,
                            const wrt_llm_prompt *prompt, const choices *held, wrt_err *err) {
    const wrt_endpoint *endpoint = attempt->endpoint;
    const wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_chat chat = WRT_OPENAI_CHAT_INIT;
    wrt_buf joined = wrt_prompt_join(prompt);
    bool has_both = prompt->user.len > 0;
    chat.model = endpoint->model;
    chat.system = has_both ? prompt->system : WRT_STR("");
    chat.user = has_both ? prompt->user : wrt_buf_str(&joined);
    chat.sampling = sampling_on(endpoint, held);
    set_constraint(&chat.constraint, held, endpoint, WRT_CAN_CHAT_FORM);
    wrt_status status = wrt_ask_chat(out, attempt, &chat, &expect, err);
    wrt_buf_free(&joined);
    return status;
}

static wrt_status draw_text(wrt_openai_reply *out, wrt_attempt *attempt, wrt_str text,
                            const choices *held, wrt_err *err) {
    const wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_completion request = WRT_OPENAI_COMPLETION_INIT;
    request.model = attempt->endpoint->model;
    request.prompt = text;
    request.sampling = sampling_on(attempt->endpoint, held);
    set_constraint(&request.constraint, held, attempt->endpoint, WRT_CAN_TEXT_FORM);
    return wrt_ask_text(out, attempt, &request, &expect, err);
}

/* Which candidate was drawn. */
static wrt_status read_draw(size_t *index, const wrt_attempt *attempt,
                            const wrt_llm_question *question, wrt_str text, wrt_err *err) {
    wrt_json *reply = NULL;
    const char *drawn = NULL;
    if (wrt_json_parse(&reply, text, NULL) == WRT_OK)
        drawn = wrt_json_get_text(reply, "choice", NULL);
    *index = question->n;
    for (size_t k = 0; k < question->n && drawn != NULL; k++) {
        if (wrt_str_equal_c(question->candidates[k], drawn))
            *index = k;
    }
    wrt_json_free(reply);
    return *index < question->n
               ? WRT_OK
               : wrt_fail(err, WRT_E_FAILED,
                          "%s: the server did not keep to the schema of the candidates",
                          attempt->endpoint->name);
}

static wrt_status draw(size_t *index, wrt_attempt *attempt, wrt_score_task *task,
                       const choices *held, wrt_err *err) {
    const wrt_llm_prompt *prompt = &task->question->prompt;
    wrt_openai_reply reply;
    wrt_status status = prompt->text.len > 0 ? draw_text(&reply, attempt, prompt->text, held, err)
                                             : draw_chat(&reply, attempt, prompt, held, err);
    if (status != WRT_OK)
        return status;
    wrt_usage_add(&task->usage, &reply.usage);
    status = wrt_reply_check(&reply, true, err);
    if (status != WRT_OK)
        wrt_ask_blame(attempt, status, err);
    else
        status = read_draw(index, attempt, task->question, reply.text, err);
    wrt_openai_reply_free(&reply);
    return status;
}

/* ---- scores ---------------------------------------------------------------------------------- */

/* log of a probability; minus infinity for 0, never above 0. */
static double log_of(double p) {
    return p <= 0 ? -(double)INFINITY : p >= 1 ? 0 : log(p);
}

static wrt_llm_score score_of(int hits) {
    double n = DRAWS;
    double p = hits / n;
    double middle = (p + z95 * z95 / (2 * n)) / (1 + z95 * z95 / n);
    double half = z95 / (1 + z95 * z95 / n) * sqrt(p * (1 - p) / n + z95 * z95 / (4 * n * n));
    return (wrt_llm_score){.log_p = log_of(p),
                           .low = hits == 0 ? -(double)INFINITY : log_of(middle - half),
                           .high = hits == DRAWS ? 0 : log_of(middle + half),
                           .tokens = 0,
                           .quality = WRT_LLM_SAMPLED};
}

wrt_status wrt_score_sampled(wrt_attempt *attempt, void *ctx, wrt_err *err) {
    wrt_score_task *task = ctx;
    int hits[WRT_LLM_CANDIDATES_MAX] = {0};
    wrt_status status = WRT_OK;
    choices held = choices_make(task->question);
    if (held.gbnf.overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "the candidates are too long for a grammar");
    for (int64_t seed = 0; seed < DRAWS && status == WRT_OK; seed++) {
        size_t index = 0;
        held.sampling.seed = seed;
        status = draw(&index, attempt, task, &held, err);
        if (status == WRT_OK)
            hits[index]++;
    }
    for (size_t k = 0; k < task->question->n && status == WRT_OK; k++)
        task->out[k] = score_of(hits[k]);
    choices_free(&held);
    return status;
}
