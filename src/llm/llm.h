/* llm.h: one interface to a language model: text under a constraint, and log P(candidate | prompt).
 *
 * A model is opened from a spec (`--model`):
 *   none                       no model: opening gives NULL and success
 *   default                    the first *.gguf of options->models_dir by name
 *   llama:FILE.gguf            in this process, through llama.cpp
 *   http:URL[,URL...][#MODEL]  OpenAI-compatible servers, used as one pool; "http:" may be left out
 *   script:FILE                scripted replies, for tests
 *   replay:RUN                 the replies that a recorded run got
 * Everything the program lets a model decide is a choice among candidates that the program made, or
 * text under a grammar, so that a weak model can choose badly but never derail the loop.
 *
 * Honesty. A score says how it was come by (wrt_llm_quality); what is not exact is returned only to
 * a caller that accepts it. A constraint is checked on what came back, by code of ours, whatever
 * the backend says it enforced. Equal requests to one model, build and processor give equal bits in
 * process; a server promises no such thing.
 *
 * One owner thread per wrt_llm; backends may use threads of their own. */
#ifndef WRT_LLM_LLM_H
#define WRT_LLM_LLM_H

#include "base/buf.h"
#include "base/cancel.h"
#include "base/err.h"
#include "base/json.h"

#include <math.h>

typedef struct wrt_llm wrt_llm;

/* How a score was come by, best first. */
typedef enum {
    WRT_LLM_EXACT,   /* log_p is the model's, up to the rounding that README.md states */
    WRT_LLM_BOUND,   /* only [low, high] is known */
    WRT_LLM_SAMPLED, /* a frequency among draws; [low, high] is a 95 % interval (Wilson 1927) if the
                        server draws independently, which it may not */
    WRT_LLM_MISSING  /* nothing is known */
} wrt_llm_quality;

const char *wrt_llm_quality_name(wrt_llm_quality quality); /* "exact", "bound", ... */

/* Called between units of work, `done` of `total` (tokens or requests); false stops the call with
 * WRT_E_INTERRUPTED. Always from the owner's thread. */
typedef bool wrt_llm_progress(size_t done, size_t total, void *ctx);

/* Gives the recorded exchanges of a run (see replay.c for their form); caller frees *out. */
typedef wrt_status wrt_llm_tape(wrt_json **out, const char *run, void *ctx, wrt_err *err);

typedef struct {
    const char *models_dir; /* where "default" looks for a GGUF; may be NULL */
    int threads;            /* llama: 0 is 1 thread; at most 256. http: ignored */
    int context;    /* llama: tokens, at least 16; 0: 4096. Cut to what the model was trained on */
    bool kv_f32;    /* llama: keys and values in 32 bits: twice the memory, less rounding */
    int batch;      /* llama: most tokens of one evaluation; 0: 512. Moves last bits */
    bool canonical; /* llama: the bits of a score depend on its question alone, not on what is asked
                       with it or was asked before; slower than one tree of all questions */
    bool offline;   /* http: refuse every endpoint that is not on this host */
    wrt_llm_quality accept;   /* the worst quality that a score may have; EXACT by default */
    int64_t timeout_ms;       /* of one call; 0: http 120 s to open, a text or a question of many,
                                 no limit otherwise */
    const char *cache_path;   /* file of the score cache, made when missing; NULL: none */
    const wrt_cancel *cancel; /* when requested, the running call ends with WRT_E_INTERRUPTED */
    wrt_llm_progress *progress;
    wrt_llm_tape *tape; /* where replay:RUN gets its bytes; NULL: unsupported */
    void *ctx;          /* for progress and tape */
} wrt_llm_options;

/* Opens a spec. "none" sets *out to NULL and returns WRT_OK. A file that is not a GGUF model, or is
 * damaged, is WRT_E_INPUT naming it; a kind this build lacks is WRT_E_UNSUPPORTED; "default"
 * without a model in the folder is WRT_E_NOT_FOUND; a server that does not answer is
 * WRT_E_UNAVAILABLE, one that wants a key WRT_E_CREDENTIAL. `options` may be NULL; the strings in
 * it are copied, what `cancel` and `ctx` point to must outlive the model. */
wrt_status wrt_llm_open(wrt_llm **out, const char *spec, const wrt_llm_options *options,
                        wrt_err *err);
void wrt_llm_close(wrt_llm *llm); /* accepts NULL */

/* What the ledger records: {"kind","model","sha256","build",...,"capabilities"}; no absolute path,
 * no key. Caller frees. NULL gives {"kind":"none"}. */
wrt_json *wrt_llm_describe(const wrt_llm *llm);

/* True when an answer depends on how often the model was asked before, as with a script: whoever
 * goes on with a recorded conversation puts its questions once more, at no cost, to be in step. */
bool wrt_llm_is_sequential(const wrt_llm *llm);

enum { WRT_LLM_REPLICA_MAX = 128 }; /* bytes of a "host:port" */

/* Where prompts are sent to, for the policy: an array of {"host","port","loopback"}; the in-process
 * engine is one loopback with an empty host. Caller frees. */
wrt_json *wrt_llm_destinations(const wrt_llm *llm);

/* ---- accounting */

typedef struct {
    int64_t calls;         /* requests handed to the backend */
    int64_t prompt_tokens; /* read, as billed or as tokenised */
    int64_t cached_tokens; /* of these, those a server said it had kept */
    int64_t reply_tokens;  /* written */
    int64_t decoded;       /* llama: tokens evaluated for scores */
    int64_t decoded_least; /* llama: distinct prefixes of each call, the least that any plan which
                              keeps nothing between calls must evaluate */
    int64_t cache_hits;    /* scores read from the cache */
    int64_t retries;       /* http: attempts beyond the first */
    double cost;           /* in the unit of the price; 0 when no price was given */
} wrt_llm_usage;

/* Totals since opening. Cost = prompt_tokens * in + reply_tokens * out, per million tokens, with
 * "IN,OUT" read from the environment variable WARRANT_LLM_PRICE when the model is opened. */
wrt_llm_usage wrt_llm_usage_of(const wrt_llm *llm);

/* ---- prompts */

/* Either a chat turn (system and user) or plain text to be continued (text, without any template;
 * system and user are empty then). Valid UTF-8. Untrusted text in `user` is quoted and labelled by
 * the caller; it never becomes a control token of the model. */
typedef struct {
    wrt_str system; /* instruction, may be empty */
    wrt_str user;
    wrt_str text;
} wrt_llm_prompt;

/* ---- scores */

enum { WRT_LLM_CANDIDATES_MAX = 64, WRT_LLM_QUESTIONS_MAX = 1 << 20 };

/* A prompt and the texts that might follow it. Candidates are non-empty, at most
 * WRT_LLM_CANDIDATES_MAX, and prefix-free once `terminator` (may be empty) stands behind each. */
typedef struct {
    wrt_llm_prompt prompt;
    const wrt_str *candidates;
    size_t n;
    wrt_str terminator;
} wrt_llm_question;

typedef struct {
    double log_p;     /* natural logarithm; NAN unless quality is EXACT or SAMPLED */
    double low, high; /* log_p lies in [low, high]; low may be -INFINITY; both NAN when MISSING */
    int tokens;       /* how many log probabilities were summed; 0 when unknown */
    wrt_llm_quality quality;
    int replica; /* the destination that answered, from 1; 0: in process, the cache or unknown */
} wrt_llm_score;

/* All unknown. */
#define WRT_LLM_SCORE_MISSING                                                                      \
    ((wrt_llm_score){.log_p = (double)NAN,                                                         \
                     .low = (double)NAN,                                                           \
                     .high = (double)NAN,                                                          \
                     .quality = WRT_LLM_MISSING})

/* log P(candidate + terminator | prompt) for every candidate of every question, raw, not normalised
 * over the candidates; out holds one entry a candidate, question after question. The candidate is
 * tokenised together with the end of the prompt; summed are the tokens from the first place where
 * any candidate of the question differs from the prompt alone, so that the scores of one question
 * are of texts from one common place. It is the probability of that canonical token sequence; other
 * tokenisations of the same text hold mass too.
 *
 * All questions go in one call because only the backend can share their common prefixes. The bits
 * of a score depend on the set of questions that are computed together, not on their order (with a
 * cache those are the ones that it does not hold yet), unless options->canonical is set. In process
 * a call holds at most 2^26 tokens, four bytes each, counted with every candidate. What an
 * interrupted call had finished is kept in the cache. WRT_E_LIMIT tells how many tokens a prompt
 * needs and how many fit; WRT_E_UNSUPPORTED when nothing as good as options->accept can be had. On
 * failure nothing in out is valid. */
wrt_status wrt_llm_score_all(wrt_llm_score *out, wrt_llm *llm, const wrt_llm_question *questions,
                             size_t n, wrt_err *err);

/* Whether every question fits into the model's context, without asking it: WRT_E_LIMIT as
 * wrt_llm_score_all. WRT_OK also where that cannot be told beforehand (another backend than llama).
 */
wrt_status wrt_llm_check_fits(wrt_llm *llm, const wrt_llm_question *questions, size_t n,
                              wrt_err *err);

/* The formula of the code of Bynum and Cho ("Language Models as Causal Effect Generators", EMNLP
 * 2025), for comparison with it only, since it is not log P(candidate | prompt): the mean, over the
 * tokens of the candidate tokenised alone, of log P(token | prompt, whole candidate), each read
 * behind the candidate's last token. Terminators must be empty; candidates need not be prefix-free.
 * In out, log_p is that mean and `tokens` the candidate's; quality EXACT. Bits depend on the
 * question alone. WRT_E_UNSUPPORTED unless the model runs in process. */
wrt_status wrt_llm_score_reference(wrt_llm_score *out, wrt_llm *llm,
                                   const wrt_llm_question *questions, size_t n, wrt_err *err);

typedef struct {
    size_t index;
    wrt_llm_score scores[WRT_LLM_CANDIDATES_MAX]; /* of each candidate */
    wrt_llm_quality quality;                      /* the worst among them */
    bool by_text; /* the model wrote the candidate, since it could not be scored; then MISSING */
    char replica[WRT_LLM_REPLICA_MAX]; /* as in wrt_llm_reply */
} wrt_llm_choice;

/* The candidate with the highest log P, the first on a tie. Candidates that are not prefix-free as
 * they stand are scored with a newline behind each. Bounds are enough when they settle which one is
 * highest. A backend without scores is made to write one of the candidates at temperature 0
 * instead, and `by_text` says so. */
wrt_status wrt_llm_choose(wrt_llm_choice *out, wrt_llm *llm, const wrt_llm_question *question,
                          wrt_err *err);

/* ---- text */

/* What to write. At most one of gbnf, schema and tools. */
typedef struct {
    wrt_llm_prompt prompt;
    const char *gbnf;       /* the text is a sentence of this grammar, whose root is `root` */
    const wrt_json *schema; /* the text is JSON of this schema (base/schema.h) */
    const wrt_json *tools; /* [{"name","description","parameters"}]: the reply is a call of one, or,
                              from a server with tool calls of its own, maybe plain text */
    bool own_calls;        /* tools: by tool calls of the server's own where it has them, even where
                              it can be held to a schema, which is what is used else */
    int max_tokens;        /* 1 or more */
    double temperature;    /* 0: the likeliest token each time; at most 2 */
    double top_p;          /* nucleus (Holtzman et al. 2020); 0 or 1: all tokens */
    uint64_t seed;         /* of the draws when temperature > 0 */
    void (*on_text)(wrt_str piece, void *ctx); /* may be NULL: text as it comes, unchecked */
    void *ctx;
} wrt_llm_request;

typedef enum {
    WRT_LLM_STOP_END,  /* the model ended, or the grammar's sentence did */
    WRT_LLM_STOP_LIMIT /* cut at max_tokens; only without a constraint, else it is an error */
} wrt_llm_stop;

typedef struct {
    wrt_buf text; /* what was written; empty for a tool call */
    wrt_json
        *tool_calls; /* [{"name","arguments":{...}}] when tools were given and one was called */
    wrt_llm_stop stop;
    int64_t prompt_tokens, cached_tokens, reply_tokens; /* 0 when the backend does not say */
    char replica[WRT_LLM_REPLICA_MAX];                  /* host:port that answered; "" in process */
} wrt_llm_reply;

/* Writes text. *out is filled only on success; free it with wrt_llm_reply_free. A text cut before
 * its constraint was met is WRT_E_LIMIT; a backend that did not keep the constraint is
 * WRT_E_FAILED; an unknown tool, or arguments that break its schema, is WRT_E_FAILED naming it. */
wrt_status wrt_llm_generate(wrt_llm_reply *out, wrt_llm *llm, const wrt_llm_request *request,
                            wrt_err *err);
void wrt_llm_reply_free(wrt_llm_reply *reply); /* accepts NULL; the reply may be used again */

#endif
