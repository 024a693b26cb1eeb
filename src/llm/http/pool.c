/* pool.c: which endpoint gets a task, and what happens after a failure.
 *
 * State of an endpoint, guarded by the lock:
 *
 *            failure                  rest is over, or a task has nowhere else to go
 *   healthy ---------> resting(n) ----------------------------------> being checked
 *      ^                   ^                                             |     |
 *      |                   +---------------- no answer, n + 1 -----------+     |
 *      +------------------------- it answers, n is kept until a task succeeds -+
 *
 * Nobody holds the lock while bytes move. */
#include "llm/http/pool.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/rng.h"
#include "llm/http/internal.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef enum { HEALTHY, RESTING, CHECKED } health;

typedef struct {
    health health;
    int in_flight;
    int failures;     /* in a row */
    int64_t until_ms; /* of its rest */
    int64_t told_ms;  /* not before it, the server itself has said; 0: it has said nothing */
    wrt_pool_counts counts;
} state;

struct wrt_pool {
    wrt_endpoint *endpoints;
    state *states;
    size_t n;
    char *key;
    pthread_mutex_t lock;
    uint64_t n_waits; /* counter of the random numbers */
    wrt_http *idle[WRT_POOL_THREADS_MAX];
    size_t n_idle;
};

/* ---- the object ------------------------------------------------------------------------------ */

wrt_pool *wrt_pool_new(wrt_endpoint *endpoints, size_t n, const char *key) {
    wrt_pool *pool = wrt_calloc(1, sizeof *pool);
    assert(n > 0 && n <= WRT_POOL_ENDPOINTS_MAX);
    pool->endpoints = endpoints;
    pool->states = wrt_calloc(n, sizeof *pool->states);
    pool->n = n;
    pool->key = key == NULL ? NULL : wrt_strdup(key);
    pthread_mutex_init(&pool->lock, NULL);
    return pool;
}

void wrt_pool_free(wrt_pool *pool) {
    if (pool == NULL)
        return;
    for (size_t i = 0; i < pool->n_idle; i++)
        wrt_http_free(pool->idle[i]);
    wrt_endpoints_free(pool->endpoints, pool->n);
    free(pool->states);
    if (pool->key != NULL)
        explicit_bzero(pool->key, strlen(pool->key));
    free(pool->key);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

size_t wrt_pool_size(const wrt_pool *pool) {
    return pool->n;
}

const char *wrt_pool_key(const wrt_pool *pool) {
    return pool->key;
}

const wrt_endpoint *wrt_pool_endpoint(const wrt_pool *pool, size_t index) {
    assert(index < pool->n);
    return &pool->endpoints[index];
}

wrt_endpoint *wrt_pool_endpoint_mut(wrt_pool *pool, size_t index) {
    assert(index < pool->n);
    return &pool->endpoints[index];
}

static bool is_able(const wrt_endpoint *endpoint, unsigned all, unsigned any) {
    return (endpoint->can & all) == all && (any == 0 || (endpoint->can & any) != 0);
}

size_t wrt_pool_count_able(const wrt_pool *pool, unsigned all, unsigned any) {
    size_t n = 0;
    for (size_t i = 0; i < pool->n; i++)
        n += is_able(&pool->endpoints[i], all, any);
    return n;
}

wrt_pool_counts wrt_pool_counts_of(wrt_pool *pool, size_t index) {
    assert(index < pool->n);
    pthread_mutex_lock(&pool->lock);
    wrt_pool_counts counts = pool->states[index].counts;
    pthread_mutex_unlock(&pool->lock);
    return counts;
}

wrt_status wrt_pool_take_http(wrt_http **out, wrt_pool *pool, wrt_err *err) {
    *out = NULL;
    pthread_mutex_lock(&pool->lock);
    if (pool->n_idle > 0)
        *out = pool->idle[--pool->n_idle];
    pthread_mutex_unlock(&pool->lock);
    return *out != NULL ? WRT_OK : wrt_http_new(out, err);
}

void wrt_pool_give_http(wrt_pool *pool, wrt_http *http) {
    pthread_mutex_lock(&pool->lock);
    if (http != NULL && pool->n_idle < WRT_POOL_THREADS_MAX) {
        pool->idle[pool->n_idle++] = http;
        http = NULL;
    }
    pthread_mutex_unlock(&pool->lock);
    wrt_http_free(http);
}

wrt_attempt wrt_pool_attempt(const wrt_pool *pool, size_t index, const wrt_pool_call *call) {
    return (wrt_attempt){.http = call->http,
                         .endpoint = wrt_pool_endpoint(pool, index),
                         .index = index,
                         .key = pool->key,
                         .deadline_ms = call->deadline_ms,
                         .cancel = call->cancel,
                         .retry_after_ms = -1};
}

/* ---- resting --------------------------------------------------------------------------------- */

static int64_t rest_ms(int failures) {
    int64_t rest = WRT_POOL_REST_FIRST_MS;
    for (int i = 1; i < failures && rest < WRT_POOL_REST_MAX_MS; i++)
        rest *= 2;
    return rest < WRT_POOL_REST_MAX_MS ? rest : WRT_POOL_REST_MAX_MS;
}

/* Sends the endpoint to rest; tasks that fail together are one failure. Lock held. */
static void rest(state *s, int64_t now_ms, int64_t retry_after_ms) {
    if (s->health != RESTING)
        s->failures++;
    s->health = RESTING;
    s->told_ms = retry_after_ms > 0 ? now_ms + retry_after_ms : 0;
    s->until_ms = now_ms + rest_ms(s->failures);
    s->until_ms = s->told_ms > s->until_ms ? s->told_ms : s->until_ms;
}

/* A random part of the longest wait ("full jitter"), so that callers do not come back in step. */
static int64_t jitter_ms(wrt_pool *pool, int64_t most_ms) {
    pthread_mutex_lock(&pool->lock);
    uint64_t unit = pool->n_waits++;
    pthread_mutex_unlock(&pool->lock);
    wrt_rng rng =
        wrt_rng_make((uint64_t)wrt_clock_unix_ms() ^ (uint64_t)getpid() << 32, 0x5741, unit);
    return most_ms <= 0 ? 0 : (int64_t)wrt_rng_below(&rng, (uint64_t)most_ms);
}

/* ---- picking --------------------------------------------------------------------------------- */

/* A task on its way. */
typedef struct {
    wrt_pool *pool;
    const wrt_pool_call *call;
    int attempts;     /* made so far, health checks that failed included */
    int64_t early_ms; /* from then on it may end a rest that nobody ordered; 0: never */
} trip;

/* Healthy and with the fewest tasks in flight; pool->n when there is none. Lock held. */
static size_t pick_healthy(const trip *t) {
    const wrt_pool *pool = t->pool;
    size_t best = pool->n;
    for (size_t i = 0; i < pool->n; i++) {
        const state *s = &pool->states[i];
        if (s->health == HEALTHY && is_able(&pool->endpoints[i], t->call->all, t->call->any) &&
            (best == pool->n || s->in_flight < pool->states[best].in_flight))
            best = i;
    }
    return best;
}

/* The one whose rest ends first; pool->n when none rests. Lock held. */
static size_t pick_resting(const trip *t) {
    const wrt_pool *pool = t->pool;
    size_t best = pool->n;
    for (size_t i = 0; i < pool->n; i++) {
        const state *s = &pool->states[i];
        if (s->health == RESTING && is_able(&pool->endpoints[i], t->call->all, t->call->any) &&
            (best == pool->n || s->until_ms < pool->states[best].until_ms))
            best = i;
    }
    return best;
}

typedef enum { PICKED, PICKED_TO_CHECK, WAIT, HOPELESS } pick_result;

/* When a task may end the rest of s: its end, or the task's own early moment if the server did not
 * name a later one. */
static int64_t opens_ms(const state *s, const trip *t) {
    int64_t early_ms = t->early_ms > s->told_ms ? t->early_ms : s->told_ms;
    return t->early_ms != 0 && early_ms < s->until_ms ? early_ms : s->until_ms;
}

/* Takes an endpoint, if one is free to be taken now. HOPELESS: all rest beyond the deadline. An
 * endpoint whose rest is over is taken before healthy ones only to be checked, by one task. */
static pick_result pick(size_t *index, const trip *t) {
    wrt_pool *pool = t->pool;
    int64_t now = wrt_clock_monotonic_ms();
    pick_result result = WAIT;
    pthread_mutex_lock(&pool->lock);
    size_t healthy = pick_healthy(t);
    size_t resting = pick_resting(t);
    state *s = resting < pool->n ? &pool->states[resting] : NULL;
    bool is_over = s != NULL && now >= s->until_ms;
    bool is_early = s != NULL && healthy == pool->n && now >= opens_ms(s, t);
    if (is_over || is_early) {
        *index = resting;
        s->health = CHECKED;
        s->in_flight++;
        result = PICKED_TO_CHECK;
    } else if (healthy < pool->n) {
        *index = healthy;
        pool->states[healthy].in_flight++;
        result = PICKED;
    } else if (s != NULL && opens_ms(s, t) >= t->call->deadline_ms) {
        result = HOPELESS;
    }
    pthread_mutex_unlock(&pool->lock);
    return result;
}

static void nap(int64_t ms) {
    const struct timespec wait = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&wait, NULL);
}

static wrt_status no_time(const trip *t, wrt_err *err) {
    if (t->attempts == 0 || err == NULL || err->code == WRT_OK)
        return wrt_fail(err, WRT_E_TIMEOUT,
                        "every server that can do this rests after failures, for longer than the "
                        "call may take");
    char last[WRT_ERR_MESSAGE_MAX];
    memcpy(last, err->message, sizeof last);
    return wrt_fail(err, WRT_E_TIMEOUT, "no time is left to try again after: %s", last);
}

/* Waits until an endpoint can be taken. Leaves *err alone on success. */
static wrt_status wait_for_endpoint(size_t *index, bool *is_to_check, const trip *t, wrt_err *err) {
    for (;;) {
        if (wrt_cancel_requested(t->call->cancel))
            return wrt_fail(err, WRT_E_INTERRUPTED, "interrupted");
        if (wrt_clock_monotonic_ms() >= t->call->deadline_ms)
            return no_time(t, err);
        pick_result result = pick(index, t);
        *is_to_check = result == PICKED_TO_CHECK;
        if (result == PICKED || result == PICKED_TO_CHECK)
            return WRT_OK;
        if (result == HOPELESS)
            return no_time(t, err);
        nap(WRT_POOL_TICK_MS / 2);
    }
}

/* ---- trying ---------------------------------------------------------------------------------- */

static bool is_answer(wrt_status status) {
    return status != WRT_E_UNAVAILABLE && status != WRT_E_TIMEOUT && status != WRT_E_INTERRUPTED;
}

/* Gives the endpoint back after a health check or a task that ended so. */
static void give_back(trip *t, const wrt_attempt *attempt, wrt_status status, bool is_check) {
    state *s = &t->pool->states[attempt->index];
    int64_t now = wrt_clock_monotonic_ms();
    int64_t longest = 0;
    pthread_mutex_lock(&t->pool->lock);
    s->in_flight--;
    if (status == WRT_E_UNAVAILABLE) {
        rest(s, now, attempt->retry_after_ms);
        longest = s->until_ms - now;
    } else if (is_check) {
        s->health = status == WRT_OK ? HEALTHY : RESTING;
    } else if (s->health == HEALTHY && is_answer(status)) {
        s->failures = 0; /* it answered, if only to refuse */
    }
    s->counts.answered += status == WRT_OK && !is_check;
    s->counts.failed +=
        status == WRT_E_UNAVAILABLE || status == WRT_E_TIMEOUT || status == WRT_E_FAILED;
    pthread_mutex_unlock(&t->pool->lock);
    if (status == WRT_E_UNAVAILABLE)
        t->early_ms = now + jitter_ms(t->pool, longest);
}

/* One attempt, after the health check of an endpoint that comes back from its rest. */
static wrt_status try_once(wrt_attempt *attempt, trip *t, bool is_to_check, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (is_to_check) {
        bool is_loading = false;
        status = wrt_ask_health(&is_loading, attempt, err);
        if (status != WRT_OK && status != WRT_E_INTERRUPTED && status != WRT_E_TIMEOUT)
            status = WRT_E_UNAVAILABLE; /* whatever is wrong with it, it gets no work now */
        if (err != NULL && status != WRT_OK)
            err->code = status;
        bool is_ready = status == WRT_OK;
        give_back(t, attempt, status, true);
        if (!is_ready)
            return status;
        pthread_mutex_lock(&t->pool->lock);
        t->pool->states[attempt->index].in_flight++;
        pthread_mutex_unlock(&t->pool->lock);
    }
    status = t->call->task(attempt, t->call->ctx, err);
    give_back(t, attempt, status, false);
    return status;
}

static wrt_status give_up(const trip *t, wrt_status status, wrt_err *err) {
    if (t->attempts > 1)
        wrt_err_prefix(err, "%d attempts failed, the last one", t->attempts);
    return status;
}

/* How long the next attempt may wait in silence: what is left, shared among the endpoints that are
 * still to be tried. */
static int64_t share_ms(const trip *t, size_t n_able) {
    int64_t left = t->call->deadline_ms - wrt_clock_monotonic_ms();
    int64_t n = n_able < WRT_POOL_ATTEMPTS_MAX ? (int64_t)n_able : WRT_POOL_ATTEMPTS_MAX;
    n -= t->attempts;
    return n <= 1 ? 0 : left > n ? left / n : 1;
}

wrt_status wrt_pool_try(wrt_pool_outcome *outcome, wrt_pool *pool, const wrt_pool_call *call,
                        wrt_err *err) {
    trip t = {.pool = pool, .call = call};
    wrt_err last = {0};
    bool is_to_check = false;
    *outcome = (wrt_pool_outcome){0};
    size_t n_able = wrt_pool_count_able(pool, call->all, call->any);
    if (n_able == 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "no server of the pool has proved that it can");
    for (;;) {
        wrt_status status = wait_for_endpoint(&outcome->index, &is_to_check, &t, &last);
        if (status == WRT_OK) {
            wrt_attempt attempt = wrt_pool_attempt(pool, outcome->index, call);
            attempt.stall_ms = share_ms(&t, n_able);
            last = (wrt_err){0};
            outcome->retries = t.attempts++;
            status = try_once(&attempt, &t, is_to_check, &last);
            if (status == WRT_OK)
                return WRT_OK;
            if (status == WRT_E_UNAVAILABLE && !attempt.is_spent &&
                t.attempts < WRT_POOL_ATTEMPTS_MAX)
                continue;
            give_up(&t, status, &last);
        }
        if (err != NULL)
            *err = last;
        return status;
    }
}
