/* threads.c: a shared counter of jobs, one lock for failures. */
#include "effect/resample/threads.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct {
    atomic_size_t next;
    size_t jobs;
    wrt_threads_job *job;
    void *ctx;
    atomic_bool has_failed;
    pthread_mutex_t lock; /* of the three below */
    size_t failed_job;
    wrt_status status;
    wrt_err err;
} crew;

static void note_failure(crew *c, size_t job, wrt_status status, const wrt_err *err) {
    pthread_mutex_lock(&c->lock);
    if (c->status == WRT_OK || job < c->failed_job) {
        c->status = status;
        c->failed_job = job;
        c->err = *err;
    }
    pthread_mutex_unlock(&c->lock);
    atomic_store(&c->has_failed, true);
}

static void *work(void *ctx) {
    crew *c = ctx;
    while (!atomic_load(&c->has_failed)) {
        size_t job = atomic_fetch_add(&c->next, 1);
        if (job >= c->jobs)
            break;
        wrt_err err = {0};
        wrt_status status = c->job(job, c->ctx, &err);
        if (status != WRT_OK)
            note_failure(c, job, status, &err);
    }
    return NULL;
}

wrt_status wrt_threads_run(size_t jobs, int threads, wrt_threads_job *job, void *ctx,
                           wrt_err *err) {
    crew c = {.jobs = jobs, .job = job, .ctx = ctx, .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t others[WRT_THREADS_MAX];
    int started = 0;
    while (started + 1 < threads && started + 1 < WRT_THREADS_MAX && (size_t)started + 1 < jobs &&
           pthread_create(&others[started], NULL, work, &c) == 0)
        started++;
    work(&c);
    for (int i = 0; i < started; i++)
        pthread_join(others[i], NULL);
    pthread_mutex_destroy(&c.lock);
    if (c.status != WRT_OK && err != NULL)
        *err = c.err;
    return c.status;
}
