/* pool_run.c: many jobs on a few threads, with an outcome that does not depend on timing.
 *
 * Threads take jobs in order. When job i fails, jobs behind it are not begun, and those of them
 * that run are told to stop; the jobs before it run to their end and may lower i further. The
 * caller's thread only waits, tells progress and looks at the caller's cancel flag. */
#include "llm/http/pool.h"

#include "base/arena.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct run run;

typedef struct {
    run *run;
    pthread_t thread;
    wrt_cancel cancel;
    size_t job; /* the one that it does; n_jobs when it does none */
} worker;

struct run {
    wrt_pool *pool;
    const wrt_pool_work *work;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    worker *workers;
    size_t n_workers, n_running;
    size_t next;  /* job to begin */
    size_t limit; /* the first job that failed, or the number of jobs */
    size_t done;
    wrt_err error; /* of job `limit` */
    wrt_status status;
    bool is_interrupted;
};

/* ---- on a worker's thread -------------------------------------------------------------------- */

/* Stops what runs behind job `limit`. Lock held. */
static void stop_behind(run *r, size_t limit) {
    r->limit = limit;
    for (size_t i = 0; i < r->n_workers; i++) {
        if (r->workers[i].job > limit && r->workers[i].job < r->work->n_jobs)
            wrt_cancel_request(&r->workers[i].cancel);
    }
}

static bool take_job(size_t *index, worker *w) {
    run *r = w->run;
    pthread_mutex_lock(&r->lock);
    bool is_taken = r->next < r->limit;
    *index = is_taken ? r->next++ : r->work->n_jobs;
    w->job = *index;
    pthread_mutex_unlock(&r->lock);
    return is_taken;
}

static void end_job(worker *w, size_t index, wrt_status status, const wrt_err *err) {
    run *r = w->run;
    pthread_mutex_lock(&r->lock);
    w->job = r->work->n_jobs;
    r->done += status == WRT_OK;
    if (status != WRT_OK && index < r->limit) {
        r->status = status;
        r->error = *err;
        stop_behind(r, index);
    }
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

static void *work(void *object) {
    worker *w = object;
    run *r = w->run;
    size_t index = 0;
    wrt_pool_worker self = {.cancel = &w->cancel};
    wrt_err err = {0};
    wrt_status ready = wrt_pool_take_http(&self.http, r->pool, &err);
    while (take_job(&index, w)) {
        wrt_status status = ready;
        if (ready == WRT_OK) {
            err = (wrt_err){0};
            status = r->work->job(&self, index, r->work->ctx, &err);
        }
        end_job(w, index, status, &err);
    }
    wrt_pool_give_http(r->pool, self.http);
    pthread_mutex_lock(&r->lock);
    r->n_running--;
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

/* ---- on the caller's thread ------------------------------------------------------------------ */

/* Lock held. */
static void interrupt(run *r) {
    r->is_interrupted = true;
    r->limit = 0;
    for (size_t i = 0; i < r->n_workers; i++)
        wrt_cancel_request(&r->workers[i].cancel);
}

/* Waits for a change, at most one tick. Lock held. */
static void wait_a_tick(run *r) {
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)WRT_POOL_TICK_MS * 1000000 / 2;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_cond_timedwait(&r->changed, &r->lock, &until);
}

/* Tells progress without the lock, which a slow callback must not hold. Lock held on both ends. */
static void tell(run *r, size_t *told) {
    const wrt_pool_work *todo = r->work;
    size_t done = r->done;
    if (todo->progress == NULL || done == *told)
        return;
    *told = done;
    pthread_mutex_unlock(&r->lock);
    bool goes_on = todo->progress(done, todo->n_jobs, todo->progress_ctx);
    pthread_mutex_lock(&r->lock);
    if (!goes_on && !r->is_interrupted)
        interrupt(r);
}

static void oversee(run *r) {
    size_t told = 0;
    pthread_mutex_lock(&r->lock);
    while (r->n_running > 0) {
        if (wrt_cancel_requested(r->work->cancel) && !r->is_interrupted)
            interrupt(r);
        tell(r, &told);
        if (r->n_running > 0)
            wait_a_tick(r);
    }
    tell(r, &told);
    pthread_mutex_unlock(&r->lock);
}

/* Starts up to n threads; fewer are enough. */
static void start(run *r, size_t n) {
    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < n; i++) {
        worker *w = &r->workers[i];
        *w = (worker){.run = r, .job = r->work->n_jobs};
        if (pthread_create(&w->thread, NULL, work, w) != 0)
            break;
        r->n_workers++;
        r->n_running++;
    }
    pthread_mutex_unlock(&r->lock);
}

wrt_status wrt_pool_run(wrt_pool *pool, const wrt_pool_work *todo, wrt_err *err) {
    size_t n = todo->n_threads < todo->n_jobs ? todo->n_threads : todo->n_jobs;
    run r = {.pool = pool, .work = todo, .limit = todo->n_jobs};
    pthread_condattr_t clock;
    pthread_mutex_init(&r.lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&r.changed, &clock);
    pthread_condattr_destroy(&clock);
    r.workers = wrt_calloc(n + 1, sizeof *r.workers);
    start(&r, n);
    oversee(&r);
    for (size_t i = 0; i < r.n_workers; i++)
        (void)pthread_join(r.workers[i].thread, NULL);
    if (r.is_interrupted)
        r.status = wrt_fail(&r.error, WRT_E_INTERRUPTED, "interrupted after %zu of %zu requests",
                            r.done, todo->n_jobs);
    else if (r.n_workers == 0 && n > 0)
        r.status = wrt_fail(&r.error, WRT_E_FAILED, "no thread can be started");
    if (r.status != WRT_OK && err != NULL)
        *err = r.error;
    free(r.workers);
    pthread_cond_destroy(&r.changed);
    pthread_mutex_destroy(&r.lock);
    return r.status;
}
