/* fake_server.h: an OpenAI-style server with a toy model, for tests that need it to misbehave.
 *
 * The model's tokens are bytes (id = byte), and log P of byte b is -6 - (b % 10) / 10 whatever
 * stands before it, so that every score can be worked out by hand: "no" is -6.0 - 6.1 = -12.1. What
 * it can do is a set of flags; how it fails is a mode, which a test changes while it runs. A text
 * prompt that begins with "fail" is refused with 400. */
#ifndef WRT_TESTS_FAKE_SERVER_H
#define WRT_TESTS_FAKE_SERVER_H

#include "tests/support/loopback.h"

#include <stdatomic.h>

enum {
    FAKE_LLAMA = 1 << 0,           /* /props, /tokenize, /apply-template, /completion */
    FAKE_ECHO = 1 << 1,            /* echo with logprobs */
    FAKE_PROMPT_LOGPROBS = 1 << 2, /* vLLM's */
    FAKE_TOP = 1 << 3,             /* top_logprobs of chats, logprobs of completions */
    FAKE_GRAMMAR = 1 << 4,         /* "grammar" is kept */
    FAKE_STRUCTURED = 1 << 5,      /* structured_outputs.json is kept */
    FAKE_FORMAT = 1 << 6,          /* response_format is kept */
    FAKE_CALLS = 1 << 7,           /* tool calls */
    FAKE_USAGE = 1 << 8,
    FAKE_NO_LIST = 1 << 9,  /* /v1/models and /health are 404 */
    FAKE_NO_CHAT = 1 << 10, /* /v1/chat/completions is 404 */
    FAKE_NO_TEXT = 1 << 11, /* /v1/completions is 404 */
    FAKE_THINKER = 1 << 12 /* chats: max_completion_tokens of 64 or more, no temperature or top_p */
};

/* How requests that write or score fail; the others are answered as ever unless it says so. */
typedef enum {
    FAKE_GOOD,
    FAKE_STALL_HEAD,   /* nothing comes */
    FAKE_STALL_BODY,   /* headers and half of the body come */
    FAKE_STALL_STREAM, /* one event comes */
    FAKE_NO_DONE,      /* the stream ends before [DONE] */
    FAKE_CUT_EVENT,    /* the stream ends inside an event */
    FAKE_SHORT,        /* Content-Length is more than comes */
    FAKE_HTML,         /* 200 */
    FAKE_BAD_UTF8,     /* 200 */
    FAKE_ERROR_200,    /* an error object with status 200 */
    FAKE_ERROR_EVENT,  /* an error object in the stream */
    FAKE_ENDLESS,      /* a body of 10 GB */
    FAKE_ENDLESS_EVENTS,
    FAKE_WRONG_JSON, /* a list */
    FAKE_NOT_JSON,
    FAKE_NO_CHOICES,
    FAKE_EMPTY,        /* no text, no finish_reason */
    FAKE_LENGTH,       /* finish_reason length */
    FAKE_FILTERED,     /* finish_reason content_filter */
    FAKE_REFUSED,      /* a refusal */
    FAKE_PIECES,       /* streams five bytes at a time */
    FAKE_REASONING,    /* reasoning_content alone, and finish_reason stop */
    FAKE_UNKNOWN_TOOL, /* calls of tools, with FAKE_CALLS */
    FAKE_BAD_ARGUMENTS,
    FAKE_WRONG_ARGUMENTS,
    FAKE_401,
    FAKE_404,
    FAKE_OVERFLOW,
    FAKE_400,
    FAKE_429_ONCE, /* with Retry-After: 1 */
    FAKE_429_LONG, /* with Retry-After: 3600 */
    FAKE_429_ZERO, /* with Retry-After: 0 */
    FAKE_500_ONCE,
    FAKE_500,
    FAKE_500_ALL, /* /health, too */
    FAKE_RESET,
    FAKE_REDIRECT,
    FAKE_DRIP,            /* a byte of a comment every 50 ms */
    FAKE_IGNORES_GRAMMAR, /* and writes or scores what it likes */
    FAKE_FEW_LOGPROBS,    /* forced tokens: one log P too few */
    FAKE_POSITIVE,        /* log P above 0 */
    FAKE_NAN,             /* the word NaN */
    FAKE_NULL,            /* null */
    FAKE_ZERO,            /* log P after the grammar: all 0 */
    FAKE_QUOTES_KEY,      /* 400 that quotes the Authorization header */
    FAKE_LOADING,         /* /health says so three times */
    FAKE_401_ALL,
    FAKE_401_HEALTH,  /* only /health */
    FAKE_SHIFT_BACK,  /* log P of each place of a text is that of the place before */
    FAKE_SHIFT_ON,    /* ... of the place behind, but for the first, which is null */
    FAKE_FIRST_LOG_P, /* the first place of a text has a log P */
    FAKE_WRONG_ECHO   /* the echoed tokens are not the text */
} fake_mode;

typedef struct {
    loopback *server;
    unsigned flags;
    _Atomic int mode;
    atomic_uint answered;  /* requests that write or score, whatever the answer */
    atomic_uint healths;   /* of /health */
    const char *model;     /* fixed before it starts, as are the following */
    const char *text;      /* written when nothing constrains it */
    const char *held_text; /* written under a constraint that is kept, but for the probe's */
    const char *top;       /* JSON: {"token": log P, ...} of the first token */
    const char *drawn;     /* the token behind the list `top` */
    atomic_uint busy_props, busy_scores; /* how many requests of /props, and of texts with log P,
                                            get 503 before the others are answered */
    int pause_ms;                        /* before each answer */
    char base[48];                       /* "http://127.0.0.1:PORT" */
} fake;

/* Starts the server of a fake whose fields are set (zero: defaults). */
void fake_start(fake *f);
void fake_stop(fake *f);

/* A request was made with exactly this header value; looks at the first 1024. */
int fake_saw_header(fake *f, const char *name, const char *value);

#endif
