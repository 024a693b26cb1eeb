/* internal.h: what the files of the HTTP backend share. Private to src/llm/http. */
#ifndef WRT_LLM_HTTP_INTERNAL_H
#define WRT_LLM_HTTP_INTERNAL_H

#include "llm/backend.h"
#include "llm/http/native.h"
#include "llm/http/openai.h"
#include "llm/http/pool.h"

/* The ways to hold a text to a constraint, best first; the order of the bits below. */
typedef enum {
    WRT_FORM_GRAMMAR,            /* llama-server: our GBNF */
    WRT_FORM_STRUCTURED_GRAMMAR, /* vLLM: our GBNF */
    WRT_FORM_STRUCTURED_JSON,    /* vLLM: the schema */
    WRT_FORM_RESPONSE_FORMAT,    /* the schema */
    WRT_FORMS
} wrt_form;

/* What an endpoint has proved by an answer. */
enum {
    WRT_CAN_CHAT = 1 << 0,            /* /v1/chat/completions */
    WRT_CAN_TEXT = 1 << 1,            /* /v1/completions */
    WRT_CAN_FORCE = 1 << 2,           /* exact log P of tokens that a grammar forces */
    WRT_CAN_PROMPT_LOGPROBS = 1 << 3, /* exact log P of the tokens of a text */
    WRT_CAN_ECHO = 1 << 4,            /* the same, by the older way */
    WRT_CAN_CHAT_TOP = 1 << 5,        /* log P of the likeliest first tokens of a reply */
    WRT_CAN_TEXT_TOP = 1 << 6,        /* the same of a continuation */
    WRT_CAN_CALLS = 1 << 7,           /* tool calls of its own */
    WRT_CAN_USAGE = 1 << 8,           /* counts tokens */
    WRT_CAN_CHAT_FORM = 1 << 10,      /* shifted by a wrt_form */
    WRT_CAN_TEXT_FORM = 1 << 14,
    WRT_CAN_NEW_LIMIT = 1 << 18,     /* wants max_completion_tokens instead of max_tokens */
    WRT_CAN_NO_TEMPERATURE = 1 << 19 /* takes neither temperature nor top_p: it draws at 1 */
};
/* Bits of the forms that take a grammar, and of all. A schema always comes with its grammar, so any
 * form holds a text to a schema. */
enum { WRT_FORMS_OF_GRAMMAR = 3, WRT_FORMS_ALL = 15 };

typedef struct {
    int32_t *ids;
    size_t n, room;
} wrt_ids;

/* A piece of a chat template. */
typedef enum { WRT_PART_TEXT, WRT_PART_CONTROL, WRT_PART_SYSTEM, WRT_PART_USER } wrt_part_kind;
typedef struct {
    wrt_part_kind kind;
    int32_t id; /* CONTROL */
    char *text; /* TEXT: owned */
} wrt_part;

/* A chat template of llama-server as it is filled in (frame.c). */
typedef struct {
    bool is_known;
    wrt_part *parts;
    size_t n;
} wrt_frame;

/* The backend's self. Fixed once opened, but for what the pool guards. */
typedef struct {
    wrt_pool *pool;
    wrt_llm_options options;
    wrt_ids start;             /* llama-server: tokens in front of every text */
    wrt_frame both, user_only; /* llama-server: with and without a system text */
} wrt_servers;

/* ---- endpoints.c */

/* Reads URL[,URL...][#MODEL] into an array that the caller frees with wrt_endpoints_free, and the
 * model's name, or NULL, into *model. WRT_E_INPUT for a malformed or repeated address, WRT_E_LIMIT
 * for too many. No byte is sent. */
wrt_status wrt_endpoints_read(wrt_endpoint **out, size_t *n, char **model, const char *spec,
                              wrt_err *err);
void wrt_endpoints_free(wrt_endpoint *endpoints, size_t n); /* accepts NULL */
/* WRT_E_DENIED names the first endpoint that is not on this host. */
wrt_status wrt_endpoints_check_offline(const wrt_endpoint *endpoints, size_t n, wrt_err *err);
/* The key from WARRANT_API_KEY, OPENAI_API_KEY or the file that WARRANT_API_KEY_FILE names; NULL
 * when there is none. WRT_E_CREDENTIAL for a file that others may read. Caller wipes and frees. */
wrt_status wrt_api_key_read(char **out, wrt_err *err);
/* Takes the key out of a server's words, even where they were cut inside the key. */
void wrt_api_key_hide(char *text, const char *key);
/* Where the key stands in a text, or a beginning of it at the end; its length when neither. */
size_t wrt_api_key_find(wrt_str text, const char *key);

/* ---- ask.c: one request on the endpoint of an attempt */

/* What to ask. All borrowed. */
typedef struct {
    const char *path;                                /* "/v1/models" */
    wrt_str body;                                    /* JSON to POST; ptr NULL: GET */
    wrt_status (*on_data)(wrt_str piece, void *ctx); /* as in wrt_http_request */
    void *ctx;
    int64_t timeout_ms; /* 0: what is left of the attempt's time */
} wrt_question;

/* An answer of status 2xx, or a typed error that begins with host:port. The caller frees *out with
 * wrt_http_response_free. */
wrt_status wrt_ask(wrt_http_response *out, wrt_attempt *attempt, const wrt_question *question,
                   wrt_err *err);
/* GET /health: WRT_OK when the endpoint takes work, or does not know the path; WRT_E_UNAVAILABLE
 * while it loads its model (then *is_loading) or does not answer. */
wrt_status wrt_ask_health(bool *is_loading, wrt_attempt *attempt, wrt_err *err);
/* Writes a chat request in the way that the endpoint wants it. */
wrt_status wrt_ask_write_chat(wrt_buf *out, const wrt_endpoint *endpoint,
                              const wrt_openai_chat *chat, wrt_err *err);
/* Tokens that a proof may need of an endpoint: `n`, or many when it thinks before it writes. */
int wrt_ask_room(const wrt_endpoint *endpoint, int n);
wrt_status wrt_ask_chat(wrt_openai_reply *out, wrt_attempt *attempt, const wrt_openai_chat *chat,
                        const wrt_openai_expect *expect, wrt_err *err);
wrt_status wrt_ask_text(wrt_openai_reply *out, wrt_attempt *attempt,
                        const wrt_openai_completion *completion, const wrt_openai_expect *expect,
                        wrt_err *err);
/* llama-server's own. */
wrt_status wrt_ask_completion(wrt_openai_reply *out, wrt_attempt *attempt,
                              const wrt_native_completion *completion, wrt_err *err);
/* How a text is read: as it stands, or with what the server puts in front of texts, or with the
 * names of control tokens as these tokens. */
enum { WRT_TOKENS_PLAIN = 0, WRT_TOKENS_START = 1, WRT_TOKENS_CONTROL = 2 };
/* Tokens with their bytes. Text must not be empty. */
wrt_status wrt_ask_tokens(wrt_openai_reply *out, wrt_attempt *attempt, wrt_str text, unsigned how,
                          wrt_err *err);
/* Takes the key out of what a message quotes, that is, behind its first quotation mark or ": ". */
void wrt_ask_hide(wrt_err *err, const char *key); /* err may be NULL */
/* The same, and puts host:port in front; returns its
 * status. */
wrt_status wrt_ask_blame(const wrt_attempt *attempt, wrt_status status, wrt_err *err);
/* Sums what a reply says it cost. */
void wrt_usage_add(wrt_llm_usage *usage, const wrt_openai_usage *told);

/* ---- frame.c: from a prompt to the tokens of a llama-server */

void wrt_ids_add(wrt_ids *ids, const int32_t *more, size_t n);
void wrt_ids_free(wrt_ids *ids);
void wrt_frame_free(wrt_frame *frame);
/* Learns the start tokens and both frames from an endpoint. */
wrt_status wrt_frames_learn(wrt_servers *self, wrt_attempt *attempt, wrt_err *err);

/* Tokens that no continuation can change, then text that is tokenised together with it. */
typedef struct {
    wrt_ids head;
    wrt_buf tail;
} wrt_prompt_ids;

/* Text of the prompt never becomes a control token. */
wrt_status wrt_prompt_ids_make(wrt_prompt_ids *out, const wrt_servers *self, wrt_attempt *attempt,
                               const wrt_llm_prompt *prompt, wrt_err *err);
void wrt_prompt_ids_free(wrt_prompt_ids *prompt);
/* The system text and the user's as one message, for places that have room for one. */
wrt_buf wrt_prompt_join(const wrt_llm_prompt *prompt);

/* ---- probe.c, probe_write.c */

/* Finds out what the endpoint, which is that of the attempt, is and can do; `model`: the one
 * wanted, or NULL. */
wrt_status wrt_probe(wrt_endpoint *endpoint, wrt_attempt *attempt, const char *model, wrt_err *err);
/* The second part of it: ways to hold a text to a constraint, and tool calls. */
wrt_status wrt_probe_constraints(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err);
/* Runs one proof, again after each failure that may pass until the time is over; then that failure.
 * What it means when the feature is not there is for the caller: WRT_OK, or the failure. */
typedef wrt_status wrt_proof(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err);
wrt_status wrt_probe_run(wrt_proof *proof, wrt_endpoint *endpoint, wrt_attempt *attempt,
                         wrt_err *err);
/* The same for an optional feature: a failure is "no" and WRT_OK, unless the call itself is over or
 * the server never came to answer. */
wrt_status wrt_probe_option(wrt_proof *proof, wrt_endpoint *endpoint, wrt_attempt *attempt,
                            wrt_err *err);

/* ---- generate.c, constraint.c */

wrt_status wrt_http_generate(void *self, wrt_llm_reply *out, const wrt_llm_request *request,
                             wrt_llm_usage *usage, wrt_err *err);
/* Fills in a constraint in the given form from a grammar and, where the form wants one, a schema.
 */
void wrt_form_set(wrt_openai_constraint *out, wrt_form form, const char *gbnf,
                  const wrt_json *schema);
/* The best of the proved forms in `forms` (bits of wrt_form); WRT_FORMS when there is none. */
wrt_form wrt_form_best(unsigned can, unsigned base, unsigned forms);
const char *wrt_form_name(wrt_form form);
/* WRT_OK when the reply is whole, else a failure that says how it was cut or withheld. */
wrt_status wrt_reply_check(const wrt_openai_reply *reply, bool is_constrained, wrt_err *err);

/* ---- score*.c: scores of one question on the endpoint of an attempt; out has question->n */

wrt_status wrt_http_score_all(void *self, wrt_llm_score *out, const wrt_llm_score_job *job,
                              wrt_llm_usage *usage, wrt_err *err);

typedef struct {
    const wrt_servers *self;
    const wrt_llm_question *question;
    wrt_llm_score *out;
    wrt_llm_usage usage;
} wrt_score_task;

wrt_pool_task wrt_score_forced;
wrt_pool_task wrt_score_by_prompt;
wrt_pool_task wrt_score_top;
wrt_pool_task wrt_score_sampled;
/* The proofs that an endpoint can score so; each sets its bit, or fails. */
wrt_proof wrt_prove_forced, wrt_prove_prompt_logprobs, wrt_prove_echo;
wrt_proof wrt_prove_chat_top, wrt_prove_text_top;
/* Whether top-n lists say anything about the question: its text cannot merge with the prompt's. */
bool wrt_score_top_fits(const wrt_llm_question *question);

wrt_llm_score wrt_score_exact(double log_p, size_t n_tokens);
/* Candidate k with the terminator, in *text, which is cleared first. */
wrt_str wrt_score_text(wrt_buf *text, const wrt_llm_question *question, size_t k);
/* Log P of texts of which none begins another: their probabilities add up to 1 at most. */
wrt_status wrt_score_check_sum(const wrt_llm_score *scores, size_t n, wrt_err *err);

/* ---- backend.c */

/* Tasks that each endpoint answered; for tests. */
wrt_pool_counts wrt_http_counts(const void *self, size_t index);

#endif
