/* score.h: the host's language model as a tool may use it.
 *
 * A tool with WRT_TOOL_SCORES gives questions (plugin.h, host->score); the host refuses unless the
 * call's budget is not spent, there is a model, and the guard, which asks the policy about every
 * place that the text would go to, permits it. No guard means that nothing is asked.
 *
 * As it crosses the channel. Asked: {"n","questions":[...]}, n counting from 1 within the call.
 * Answered: {"n","took_ms","bytes":N} and one frame of N bytes, the JSON text that the tool reads;
 * or {"n","took_ms","refused":CODE,"message"}, CODE one of the names of wrt_host_http. The call's
 * deadline moves by took_ms on both sides: the time of the model is not the tool's. */
#ifndef WRT_AGENT_HOST_SCORE_H
#define WRT_AGENT_HOST_SCORE_H

#include "agent/host/egress.h"
#include "llm/llm.h"

enum {
    WRT_SCORE_QUESTIONS_MAX = 4096, /* of one batch */
    WRT_SCORE_CANDIDATES_MAX = 65536,
    WRT_SCORE_BYTES_MAX = 1 << 20, /* of one batch, as compact JSON */
    WRT_SCORE_BATCHES_MAX = 10000, /* of one tool call; further ones are refused, */
    WRT_SCORE_ASKED_MAX = 10100,   /* and a worker that goes on asking is killed */
    WRT_SCORE_TOTAL_BYTES_MAX = 256 << 20,
    WRT_SCORE_TIME_MAX_MS = 3600000 /* of the model, in one tool call */
};

/* Shape and caps of the questions. WRT_E_INPUT says which one is wrong, WRT_E_LIMIT what is too
 * much. Used on both sides. */
wrt_status wrt_score_check(const wrt_json *questions, wrt_err *err);

/* What policy reads of questions that passed wrt_score_check: every distinct piece of prompt and
 * the candidates, one a line. The caller frees. O(n log n). */
char *wrt_score_text_of(const wrt_json *questions);

/* Who decides and records; as wrt_egress_guard. */
typedef struct {
    /* Before anything is asked. request: {"tool","args","text","taint","model","score":{"n",
     * "questions","candidates"}}, consumed; "text" holds every distinct piece of prompt and the
     * candidates, one a line. destinations: [{"host","port","loopback"}], all of which must be
     * permitted. */
    wrt_status (*decide)(wrt_json *request, const wrt_json *destinations, const wrt_json *questions,
                         void *ctx, wrt_err *err);
    /* After it. answer: {"n","bytes"} or {"n","refused","message"}, consumed; scores is what the
     * tool will read, meta (consumed, may be NULL) what may differ between equal runs. May be
     * NULL. */
    wrt_status (*record)(wrt_json *answer, wrt_str scores, wrt_json *meta, void *ctx, wrt_err *err);
    /* Between the two, as in wrt_egress_guard: the answer to batch n. May be NULL. */
    wrt_status (*recall)(wrt_egress_answer *out, int64_t n, void *ctx, wrt_err *err);
    void *ctx;
} wrt_score_guard;

/* One tool call: what it may and what it has used. */
typedef struct {
    wrt_llm *llm; /* NULL: there is none */
    const wrt_score_guard *guard;
    const wrt_json *tool, *args;
    const wrt_json *taint; /* of whatever this worker says */
    int64_t asked;
    size_t bytes;
    int64_t took_ms; /* of the model, all batches */
} wrt_score_call;

/* Answers, or refuses, one batch whose questions have passed wrt_score_check; fails as
 * wrt_egress_serve does. The caller frees *out in every case. *took_ms: what the call's deadline
 * moves by. */
wrt_status wrt_score_serve(wrt_egress_answer *out, int64_t *took_ms, wrt_score_call *call,
                           const wrt_json *asked, wrt_err *err);

/* Puts questions that were answered before to a model that has to be kept in step
 * (wrt_llm_is_sequential); nothing is asked of any other, or of none. */
void wrt_score_repeat(wrt_llm *llm, const wrt_json *questions);

#endif
