/* openai.h: the JSON of an OpenAI-style server: requests written, replies read and checked.
 *
 * Pure functions between structs and text; who sends the text is another file's business. A request
 * holds what the caller asked for and nothing else. A reply is read strictly: it is the answer that
 * was asked for, whole, or an error; text that a server made up is never a crash and never an empty
 * success. Spoken by llama-server, vLLM, Ollama and OpenAI; `native.h` has what only llama-server
 * offers.
 *
 * Statuses of every reader: WRT_E_FAILED for a reply that breaks the protocol or goes beyond a cap
 * below, WRT_E_LIMIT for one that the token limit cut, WRT_E_UNSUPPORTED when log probabilities
 * were asked for and silently left out, and what wrt_openai_read_error finds when the reply is an
 * error object. On failure *out is all zero. Readers are linear in the size of the reply. */
#ifndef WRT_LLM_HTTP_OPENAI_H
#define WRT_LLM_HTTP_OPENAI_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

enum {
    WRT_OPENAI_BODY_MAX = 32 << 20,     /* bytes of one reply, or of all data of one stream */
    WRT_OPENAI_TEXT_MAX = 4 << 20,      /* bytes of one text in a reply */
    WRT_OPENAI_TOKENS_MAX = 1 << 20,    /* tokens in one list, asked for or received */
    WRT_OPENAI_TOP_MAX = 1 << 19,       /* alternatives of one token: a whole vocabulary fits */
    WRT_OPENAI_CALLS_MAX = 64,          /* tool calls in one reply */
    WRT_OPENAI_ARGUMENTS_MAX = 1 << 20, /* bytes of one call's arguments */
    WRT_OPENAI_ID_MAX = 256,            /* bytes of a call's id or name */
    WRT_OPENAI_TOOLS_MAX = 128,         /* tools offered */
    WRT_OPENAI_STOP_MAX = 16,           /* stop texts */
    WRT_OPENAI_CHOICES_MAX = 4096       /* texts of a `choice` constraint */
};

/* ---- requests ------------------------------------------------------------------------------- */

/* How to pick tokens and when to stop. A member is sent unless it has the value in _INIT. */
typedef struct {
    int max_tokens;      /* 0 to WRT_OPENAI_TOKENS_MAX (chat: from 1); -1: not sent */
    double temperature;  /* 0 to 2; negative: not sent */
    double top_p;        /* above 0, at most 1; negative: not sent */
    int64_t seed;        /* 0 to 2^53 - 1; negative: not sent */
    const wrt_str *stop; /* n_stop texts, none empty */
    size_t n_stop;       /* at most WRT_OPENAI_STOP_MAX */
    bool has_no_cut;     /* "top_k": 0, "min_p": 0: llama-server cuts unlikely tokens by default */
} wrt_openai_sampling;
#define WRT_OPENAI_SAMPLING_INIT ((wrt_openai_sampling){-1, -1.0, -1.0, -1, NULL, 0, false})

typedef enum {
    WRT_OPENAI_FREE,               /* any text */
    WRT_OPENAI_RESPONSE_FORMAT,    /* response_format json_schema: OpenAI, Ollama, most servers */
    WRT_OPENAI_STRUCTURED_JSON,    /* vLLM structured_outputs: a schema */
    WRT_OPENAI_STRUCTURED_GRAMMAR, /* vLLM structured_outputs: a grammar */
    WRT_OPENAI_STRUCTURED_CHOICE,  /* vLLM structured_outputs: one of these texts */
    WRT_OPENAI_GRAMMAR             /* llama-server: GBNF */
} wrt_openai_constraint_kind;

/* What the text must be; members that the kind does not name are ignored. All borrowed. */
typedef struct {
    wrt_openai_constraint_kind kind;
    const char *name;       /* RESPONSE_FORMAT: 1 to 64 of A-Z a-z 0-9 _ - */
    bool is_strict;         /* RESPONSE_FORMAT: "strict" */
    const wrt_json *schema; /* RESPONSE_FORMAT, STRUCTURED_JSON: an object */
    wrt_str grammar;        /* GRAMMAR, STRUCTURED_GRAMMAR: not empty */
    const wrt_str *choices; /* STRUCTURED_CHOICE: n_choices texts, none empty */
    size_t n_choices;
} wrt_openai_constraint;

typedef struct {
    const char *name;           /* 1 to 64 of A-Z a-z 0-9 _ - */
    const char *description;    /* NULL: not sent */
    const wrt_json *parameters; /* a JSON schema object; NULL: not sent */
    bool is_strict;             /* sent when true */
} wrt_openai_tool;

/* POST /v1/chat/completions */
typedef struct {
    const char *model; /* NULL: not sent */
    wrt_str system;    /* empty: no such message */
    wrt_str user;      /* not empty */
    wrt_openai_sampling sampling;
    bool has_completion_limit; /* max_tokens is sent as max_completion_tokens */
    bool is_streamed;
    bool has_stream_usage; /* with is_streamed: ask for the usage chunk */
    int top_logprobs;      /* 0: log P of the tokens; N: and of the N likeliest; -1: not sent */
    wrt_openai_constraint constraint;
    const wrt_openai_tool *tools;
    size_t n_tools;          /* at most WRT_OPENAI_TOOLS_MAX */
    const char *tool_choice; /* "auto", "none", "required" or a tool's name; NULL: not sent */
} wrt_openai_chat;
#define WRT_OPENAI_CHAT_INIT                                                                       \
    ((wrt_openai_chat){.sampling = WRT_OPENAI_SAMPLING_INIT, .top_logprobs = -1})

/* POST /v1/completions. The prompt is `ids` when n_ids is above 0, else `prompt`. */
typedef struct {
    const char *model;
    wrt_str prompt;
    const int32_t *ids;
    size_t n_ids;
    wrt_openai_sampling sampling;
    bool is_echoed;      /* the reply begins with the prompt */
    int logprobs;        /* as top_logprobs; -1: not sent */
    int prompt_logprobs; /* vLLM: alternatives of each prompt token; -1: not sent */
    wrt_openai_constraint constraint;
} wrt_openai_completion;
#define WRT_OPENAI_COMPLETION_INIT                                                                 \
    ((wrt_openai_completion){                                                                      \
        .sampling = WRT_OPENAI_SAMPLING_INIT, .logprobs = -1, .prompt_logprobs = -1})

/* Append the request's JSON to *out. WRT_E_INPUT names the member that is out of its range (texts
 * must be UTF-8 without U+0000); WRT_E_LIMIT when the text does not fit out->cap. */
wrt_status wrt_openai_write_chat(wrt_buf *out, const wrt_openai_chat *chat, wrt_err *err);
wrt_status wrt_openai_write_completion(wrt_buf *out, const wrt_openai_completion *completion,
                                       wrt_err *err);

/* ---- replies -------------------------------------------------------------------------------- */

typedef enum {
    WRT_OPENAI_FINISH_UNKNOWN, /* another word (finish_text), or none */
    WRT_OPENAI_FINISH_STOP,
    WRT_OPENAI_FINISH_LENGTH, /* cut by the token limit */
    WRT_OPENAI_FINISH_TOOL_CALLS,
    WRT_OPENAI_FINISH_CONTENT_FILTER
} wrt_openai_finish;

/* Tokens as the server counted them, 0 to 10^9; -1: not told. */
typedef struct {
    int64_t prompt;
    int64_t completion;
    int64_t cached; /* of prompt, taken from a cache */
} wrt_openai_usage;

typedef struct {
    wrt_str id; /* "" when the server gave none */
    wrt_str name;
    wrt_json *arguments; /* an object */
} wrt_openai_call;

/* A token and its log P (natural logarithm, at most 0). log_p is NaN when it is missing: the server
 * sent null (the first prompt token), or a number at or below -9999, which servers write for minus
 * infinity and for "not computed" alike. */
typedef struct wrt_openai_token {
    int32_t id;          /* -1: not told */
    int32_t rank;        /* from 1, among all tokens at this place; 0: not told */
    int32_t text_offset; /* characters before it in the text; -1: not told */
    double log_p;
    wrt_str bytes;                /* maybe a part of a UTF-8 character */
    struct wrt_openai_token *top; /* alternatives, in the server's order */
    size_t n_top;
} wrt_openai_token;

/* One reply of any kind; what a kind lacks is empty. Everything belongs to the reply. */
typedef struct {
    wrt_arena *arena;
    wrt_str model; /* as the server reports it, maybe a path there; "" when it does not */
    wrt_str text;
    wrt_str refusal; /* the model's words for not answering */
    wrt_openai_finish finish;
    wrt_str finish_text; /* the server's word; "" when it gave none */
    wrt_openai_usage usage;
    wrt_openai_call *calls;
    size_t n_calls;
    wrt_openai_token *tokens; /* of the text, when log probabilities were asked for */
    size_t n_tokens;
    wrt_openai_token *prompt; /* vLLM prompt_logprobs: `top` of each prompt token */
    size_t n_prompt;
    int32_t *ids; /* llama-server: token ids */
    size_t n_ids;
    bool is_truncated; /* llama-server: the context was full */
} wrt_openai_reply;

void wrt_openai_reply_free(wrt_openai_reply *reply); /* accepts NULL and all zero; leaves zero */

/* What the request asked for, so that the reply can be held to it. */
typedef struct {
    const char *const *tools; /* names that may be called */
    size_t n_tools;
    int top_logprobs;    /* as in the request; -1: none asked for */
    int prompt_logprobs; /* as in the request; -1: none asked for */
    bool is_echoed;      /* tokens cover prompt and text */
    size_t n_prompt;     /* tokens of the prompt, or 0 when that is not known */
} wrt_openai_expect;
#define WRT_OPENAI_EXPECT_INIT ((wrt_openai_expect){NULL, 0, -1, -1, false, 0})

/* Reads the body of a 2xx answer. A tool call must name a tool of expect->tools and its arguments
 * must be the text of a JSON object; arguments that the token limit cut are WRT_E_LIMIT. Where
 * n_prompt is known, an echo of fewer tokens, or another number of prompt positions, is
 * WRT_E_UNSUPPORTED. The caller frees *out. */
wrt_status wrt_openai_read_chat(wrt_openai_reply *out, wrt_str body,
                                const wrt_openai_expect *expect, wrt_err *err);
wrt_status wrt_openai_read_completion(wrt_openai_reply *out, wrt_str body,
                                      const wrt_openai_expect *expect, wrt_err *err);

/* The entry with this id, or NULL; O(n). */
const wrt_openai_token *wrt_openai_find_token(const wrt_openai_token *tokens, size_t n, int32_t id);

/* ---- a streamed chat reply ------------------------------------------------------------------ */

typedef struct wrt_openai_stream wrt_openai_stream;

/* `expect` and what it points to must outlive the stream. */
wrt_openai_stream *wrt_openai_stream_new(const wrt_openai_expect *expect);
void wrt_openai_stream_free(wrt_openai_stream *stream); /* accepts NULL */

/* Takes the data of one event. After a failure each call returns that status. */
wrt_status wrt_openai_stream_feed(wrt_openai_stream *stream, wrt_str data, wrt_err *err);
/* Text received so far, borrowed until the next call; for showing progress. */
wrt_str wrt_openai_stream_text(const wrt_openai_stream *stream);
/* The whole reply, checked as wrt_openai_read_chat does. A stream that ended before both a
 * finish_reason and [DONE] came is WRT_E_UNAVAILABLE. To be called once. */
wrt_status wrt_openai_stream_finish(wrt_openai_reply *out, wrt_openai_stream *stream, wrt_err *err);

/* ---- errors --------------------------------------------------------------------------------- */

/* Turns an answer that is not a success into a status and a one-line message with the server's own
 * words: 401 and 403 WRT_E_CREDENTIAL (without the words: they may quote the key); a prompt beyond
 * the context, at any status but those, WRT_E_LIMIT with the tokens needed and allowed where told;
 * 408, 429 and 5xx WRT_E_UNAVAILABLE; 501 WRT_E_UNSUPPORTED; 404 and other 4xx WRT_E_INPUT;
 * anything else by the code or type in the body, else WRT_E_FAILED. Accepts every form of body:
 * {"error":{..}},
 * {"error":".."}, {"detail":..}, {"object":"error",..}, HTML, text, nothing. Never WRT_OK. */
wrt_status wrt_openai_read_error(wrt_err *err, int http_status, wrt_str content_type, wrt_str body);

#endif
