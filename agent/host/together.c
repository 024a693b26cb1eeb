/* together.c: several calls at a time, each in a worker of its own.
 *
 * The caller's thread starts the workers and begins the calls in order; for each call one thread
 * sends the request and waits for the answer, and touches nothing else. A process that its host
 * starts dies with the thread that started it, so workers are started nowhere but here. A worker
 * that is free is preferred to a new one: most calls end sooner than a process starts. */
#include "agent/host/toolhost_internal.h"

#include "agent/host/result.h"
#include "base/arena.h"
#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 20, THREADS_MAX = 4 };

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a call has ended */
    int running;
} meeting;

typedef struct {
    wrt_host_call call;
    meeting *all;
    pthread_t thread;
    bool is_begun, has_thread;
    bool is_running; /* under the lock */
} lane;

static void open_meeting(meeting *out) {
    pthread_condattr_t attributes;
    out->running = 0;
    pthread_mutex_init(&out->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&out->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void close_meeting(meeting *all) {
    pthread_cond_destroy(&all->changed);
    pthread_mutex_destroy(&all->lock);
}

static int threads_of(int threads) {
    if (threads > 0)
        return threads;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online < THREADS_MAX ? (int)online : THREADS_MAX;
}

/* ---- workers */

static wrt_process *worker_at(wrt_host_plugin *plugin, size_t i) {
    return i == 0 ? &plugin->process : &plugin->more[i - 1];
}

static bool is_busy(const lane *lanes, size_t n, const wrt_process *process) {
    for (size_t i = 0; i < n; i++)
        if (lanes[i].is_running && lanes[i].call.process == process)
            return true;
    return false;
}

/* A worker that runs and is free; where there is none, and `may_start`, a place for one; else NULL.
 * Where no worker of the plugin is busy, one may always be started. Under the lock. */
static wrt_process *free_worker(wrt_host_plugin *plugin, const lane *lanes, size_t n,
                                bool may_start) {
    wrt_process *place = NULL;
    bool any_busy = false;
    for (size_t i = 0; i < WRT_HOST_WORKERS_MAX; i++) {
        wrt_process *process = worker_at(plugin, i);
        if (is_busy(lanes, n, process))
            any_busy = true;
        else if (process->pid != 0)
            return process;
        else if (place == NULL)
            place = process;
    }
    return may_start || !any_busy ? place : NULL;
}

static void wait_a_moment(meeting *all) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += PATIENCE_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_cond_timedwait(&all->changed, &all->lock, &until);
}

/* Waits until the call may begin. The first n lanes are before it. */
static wrt_process *take_worker(meeting *all, wrt_host_plugin *plugin, const lane *lanes, size_t n,
                                int threads) {
    const int64_t since_ms = wrt_clock_monotonic_ms();
    wrt_process *found = NULL;
    pthread_mutex_lock(&all->lock);
    for (;;) { /* ends: every call under way has a deadline */
        bool may_start = wrt_clock_monotonic_ms() - since_ms >= PATIENCE_MS;
        if (all->running < threads)
            found = free_worker(plugin, lanes, n, may_start);
        if (found != NULL)
            break;
        wait_a_moment(all);
    }
    pthread_mutex_unlock(&all->lock);
    return found;
}

/* ---- calls */

static void *run_lane(void *ctx) {
    lane *own = ctx;
    wrt_host_call_ask(&own->call);
    pthread_mutex_lock(&own->all->lock);
    own->is_running = false;
    own->all->running--;
    pthread_cond_signal(&own->all->changed);
    pthread_mutex_unlock(&own->all->lock);
    return NULL;
}

/* Arguments that the tool does not take are an answer, too. */
static bool is_callable(wrt_toolhost_job *job, const wrt_toolhost *host) {
    wrt_err said = {0};
    wrt_status status = wrt_toolhost_check(host, job->tool, job->args, &said);
    if (status == WRT_OK)
        status = wrt_files_open(job->files, &said);
    job->result = status == WRT_OK
                      ? NULL
                      : wrt_result_error(status == WRT_E_NOT_FOUND ? "unknown_tool" : "bad_args",
                                         said.message, job->args);
    return status == WRT_OK;
}

static void begin_lane(lane *lanes, size_t i, const wrt_toolhost_job *job, wrt_toolhost *host,
                       int threads) {
    lane *own = &lanes[i];
    const wrt_host_tool *tool = wrt_toolhost_find(host, job->tool, NULL);
    own->is_begun = true;
    own->call = (wrt_host_call){.host = host, .tool = tool, .args = job->args, .files = job->files};
    own->call.process = take_worker(own->all, &host->plugins[tool->plugin], lanes, i, threads);
    wrt_host_call_limit(&own->call, job->limit_ms);
    wrt_host_call_begin(&own->call, false);
    pthread_mutex_lock(&own->all->lock);
    own->is_running = true;
    own->all->running++;
    pthread_mutex_unlock(&own->all->lock);
    own->has_thread = pthread_create(&own->thread, NULL, run_lane, own) == 0;
    if (!own->has_thread)
        run_lane(own);
}

wrt_status wrt_toolhost_call_together(wrt_toolhost_job *jobs, size_t n, wrt_toolhost *host,
                                      int threads, wrt_err *err) {
    meeting all;
    wrt_status status = WRT_OK;
    lane *lanes = wrt_calloc(n, sizeof *lanes);
    open_meeting(&all);
    for (size_t i = 0; i < n; i++) {
        lanes[i].all = &all;
        if (is_callable(&jobs[i], host))
            begin_lane(lanes, i, &jobs[i], host, threads_of(threads));
    }
    for (size_t i = 0; i < n; i++) {
        if (lanes[i].has_thread)
            pthread_join(lanes[i].thread, NULL);
        if (!lanes[i].is_begun)
            continue;
        wrt_status ended =
            wrt_host_call_end(&jobs[i].result, &lanes[i].call, status == WRT_OK ? err : NULL);
        status = status == WRT_OK ? ended : status;
    }
    close_meeting(&all);
    free(lanes);
    return status;
}
