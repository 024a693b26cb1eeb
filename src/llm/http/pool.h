/* pool.h: several servers of one model used as one, and threads that keep them busy.
 *
 * An endpoint is healthy until an attempt on it fails in a way that may pass (WRT_E_UNAVAILABLE).
 * Then it rests, twice as long each time, and must answer a health check before it gets work again.
 * A task goes to the healthy endpoint with the fewest tasks in flight, the first of the list on a
 * tie; it is repeated elsewhere, or on the same endpoint after a random wait, and never after its
 * deadline. A server may be silent for as long as the call may take, unless another endpoint could
 * do the task: then each gets its share of the time. Every function but _new and _free may be
 * called from several threads. */
#ifndef WRT_LLM_HTTP_POOL_H
#define WRT_LLM_HTTP_POOL_H

#include "base/cancel.h"
#include "base/err.h"
#include "base/http.h"
#include "llm/llm.h"

enum {
    WRT_POOL_ENDPOINTS_MAX = 64,
    WRT_POOL_ATTEMPTS_MAX = 4,    /* of one task; a failed health check counts */
    WRT_POOL_REST_FIRST_MS = 500, /* doubles with each failure in a row */
    WRT_POOL_REST_MAX_MS = 30000,
    WRT_POOL_TICK_MS = 50, /* how often a wait looks at the cancel flag */
    WRT_POOL_THREADS_MAX = 4 * WRT_POOL_ENDPOINTS_MAX
};

/* A server: its address, and what the probe found. Read only once threads use the pool. */
typedef struct {
    char *base; /* "http://host:8080/prefix", neither "/v1" nor a slash at its end */
    char *host; /* IPv6 in brackets */
    unsigned port;
    bool is_loopback;
    char name[128]; /* host:port, for messages and replies; cut when longer */

    unsigned can;           /* WRT_CAN_..., each proved by an answer (probe.c) */
    int chat_top, text_top; /* alternatives of a token that it lists when asked; 0: none */
    char *model;            /* sent with requests; NULL: the server names none */
    char *model_shown;      /* without folders of the server's machine; NULL as above */
    char *model_replied;    /* as replies name it; NULL: they do not */
    char *build;            /* llama-server: build_info; NULL: another server */
    char *weights;          /* llama-server: what tells its model from others; NULL as above */
    char *file;             /* llama-server: name of the model's file, without folders */
    char *template;         /* llama-server: the chat template */
    int64_t n_context;      /* tokens of one request; -1: not told */
    int64_t n_vocab;        /* -1: not told */
    int32_t plain_token;    /* llama-server: a token that is whole UTF-8 text */
    double probe_log_p;     /* llama-server: of the text that proved forced tokens */
} wrt_endpoint;

typedef struct wrt_pool wrt_pool;

/* One try of a task on one endpoint. */
typedef struct {
    wrt_http *http;
    const wrt_endpoint *endpoint;
    size_t index; /* of the endpoint */
    const char *key;
    int64_t deadline_ms; /* on the monotonic clock */
    int64_t stall_ms;    /* silence after which it is given up; 0: only the deadline ends it */
    const wrt_cancel *cancel;
    int64_t retry_after_ms; /* set by the task: what the server asked for; -1: nothing */
    bool is_spent;          /* set by the task: a repetition would be noticed; it is final */
} wrt_attempt;

/* The work itself. WRT_E_UNAVAILABLE has it repeated from its beginning. */
typedef wrt_status wrt_pool_task(wrt_attempt *attempt, void *ctx, wrt_err *err);

/* Takes the n endpoints (1 to WRT_POOL_ENDPOINTS_MAX) and copies the key, which may be NULL. */
wrt_pool *wrt_pool_new(wrt_endpoint *endpoints, size_t n, const char *key);
void wrt_pool_free(wrt_pool *pool); /* accepts NULL; wipes the key */

size_t wrt_pool_size(const wrt_pool *pool);
const char *wrt_pool_key(const wrt_pool *pool);
const wrt_endpoint *wrt_pool_endpoint(const wrt_pool *pool, size_t index);
wrt_endpoint *wrt_pool_endpoint_mut(wrt_pool *pool, size_t index); /* for the probe */
/* Number of endpoints that can do all of `all` and, unless it is 0, one of `any`. */
size_t wrt_pool_count_able(const wrt_pool *pool, unsigned all, unsigned any);

/* Tasks that an endpoint answered, and attempts that failed on it, so far. */
typedef struct {
    int64_t answered, failed;
} wrt_pool_counts;
wrt_pool_counts wrt_pool_counts_of(wrt_pool *pool, size_t index);

/* A task, which endpoints may do it, and until when. */
typedef struct {
    wrt_pool_task *task;
    void *ctx;
    unsigned all, any; /* as in wrt_pool_count_able */
    wrt_http *http;    /* of the calling thread */
    int64_t deadline_ms;
    const wrt_cancel *cancel;
} wrt_pool_call;

/* How a task went; filled on failure, too. */
typedef struct {
    size_t index; /* of the endpoint that was tried last */
    int retries;  /* attempts beyond the first */
} wrt_pool_outcome;

/* Runs the task on one endpoint after another until it succeeds, fails for good, or has used up
 * its attempts or its time. WRT_E_UNSUPPORTED when no endpoint is able; WRT_E_TIMEOUT when the
 * deadline leaves no room for another attempt; WRT_E_INTERRUPTED; else what the task said. */
wrt_status wrt_pool_try(wrt_pool_outcome *outcome, wrt_pool *pool, const wrt_pool_call *call,
                        wrt_err *err);

/* An attempt on endpoint `index` outside the rules above, for the probe. */
wrt_attempt wrt_pool_attempt(const wrt_pool *pool, size_t index, const wrt_pool_call *call);

/* A connection keeper for the calling thread, from those that lie idle or a new one. */
wrt_status wrt_pool_take_http(wrt_http **out, wrt_pool *pool, wrt_err *err);
void wrt_pool_give_http(wrt_pool *pool, wrt_http *http); /* accepts NULL */

/* ---- many jobs (pool_run.c) */

typedef struct {
    wrt_http *http;
    const wrt_cancel *cancel; /* to be passed on with each task */
} wrt_pool_worker;

/* Job `index`, on a thread of its own choosing; it writes its result where no other job does. */
typedef wrt_status wrt_pool_job(const wrt_pool_worker *worker, size_t index, void *ctx,
                                wrt_err *err);

typedef struct {
    wrt_pool_job *job;
    void *ctx;
    size_t n_jobs;
    size_t n_threads; /* 1 to WRT_POOL_THREADS_MAX; no more are made than there are jobs */
    const wrt_cancel *cancel;
    wrt_llm_progress *progress; /* called from the caller's thread, with jobs done; may be NULL */
    void *progress_ctx;
} wrt_pool_work;

/* Runs the jobs, begun in order, and waits for them. On a failure the jobs behind it are stopped or
 * not begun, those before it are finished: what is reported is the failure of the first job that
 * fails, whatever the timing. WRT_E_INTERRUPTED when cancelled or stopped by progress. */
wrt_status wrt_pool_run(wrt_pool *pool, const wrt_pool_work *work, wrt_err *err);

#endif
