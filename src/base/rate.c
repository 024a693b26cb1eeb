/* rate.c: the slots of a sliding window.
 *
 * Invariants: `lock` guards everything but the immutable options; a slot that is busy belongs to
 * the thread that took it. The lock of a slot in the file is an open-file-description lock on one
 * byte, held on a descriptor of its own, so that it excludes other handles in this process too.
 * The times in the file are of CLOCK_MONOTONIC: one clock for all processes of a boot, and a time
 * that lies ahead of it was written before the machine was started anew. */
#include "base/rate.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"

enum { TICK_MS = 25, WINDOW_MAX_MS = 60000 };

typedef struct {
    bool is_busy;
    bool was_used;
    int64_t used_ms; /* when it was given back */
    int fd;          /* the lock in the file while busy; -1: none */
} slot_state;

struct wrt_rate {
    wrt_rate_options options; /* path is ours */
    char *path;
    pthread_mutex_t lock;
    slot_state slots[WRT_RATE_SLOTS_MAX];
    int64_t paused_until_ms;
    bool is_file_lost; /* the file could not be opened */
};

/* ---- the file */

static off_t place_of(int slot) {
    return (off_t)slot * (off_t)sizeof(int64_t);
}

static int64_t read_time(int fd, int slot) {
    int64_t ms = 0;
    ssize_t got = pread(fd, &ms, sizeof ms, place_of(slot));
    return got == (ssize_t)sizeof ms ? ms : 0;
}

/* A time that cannot be written (a full disk) leaves the limit to the lock and to this process. */
static void write_time(int fd, int slot) {
    int64_t now = wrt_clock_monotonic_ms();
    ssize_t put = pwrite(fd, &now, sizeof now, place_of(slot));
    (void)put;
}

static bool lock_byte(int fd, int slot) {
    struct flock range = {.l_type = F_WRLCK,
                          .l_whence = SEEK_SET,
                          .l_start = place_of(slot),
                          .l_len = (off_t)sizeof(int64_t)};
    return fcntl(fd, F_OFD_SETLK, &range) == 0 || (errno != EAGAIN && errno != EACCES);
}

static int open_file(const char *path) {
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* True when a time of use is one window ago; times are cut to milliseconds, hence the ">". */
static bool is_over(const wrt_rate *rate, int64_t used_ms) {
    int64_t now = wrt_clock_monotonic_ms();
    return used_ms > now || now - used_ms > rate->options.window_ms;
}

/* Takes the slot in the file: no other process has it, nor had it within the window. */
static bool take_in_file(wrt_rate *rate, int slot) {
    if (rate->path == NULL)
        return true;
    int fd = open_file(rate->path);
    rate->is_file_lost = fd < 0;
    if (fd < 0)
        return false;
    int64_t used_ms = 0;
    bool is_taken = lock_byte(fd, slot);
    if (is_taken)
        used_ms = read_time(fd, slot);
    if (!is_taken || (used_ms != 0 && !is_over(rate, used_ms))) {
        (void)close(fd);
        return false;
    }
    write_time(fd, slot); /* in case this process dies before the end */
    rate->slots[slot].fd = fd;
    return true;
}

/* ---- slots */

static bool try_slot(wrt_rate *rate, int slot) {
    slot_state *state = &rate->slots[slot];
    if (state->is_busy || (state->was_used && !is_over(rate, state->used_ms)))
        return false;
    if (!take_in_file(rate, slot))
        return false;
    state->is_busy = true;
    return true;
}

static bool try_all(int *slot, bool *is_lost, wrt_rate *rate) {
    bool is_taken = false;
    (void)pthread_mutex_lock(&rate->lock);
    bool is_paused = wrt_clock_monotonic_ms() < rate->paused_until_ms;
    for (int i = 0; i < rate->options.n && !is_taken && !is_paused; i++) {
        is_taken = try_slot(rate, i);
        *slot = i;
    }
    *is_lost = rate->is_file_lost;
    (void)pthread_mutex_unlock(&rate->lock);
    return is_taken;
}

wrt_status wrt_rate_take(int *slot, wrt_rate *rate, const wrt_cancel *cancel, int64_t deadline_ms,
                         wrt_err *err) {
    static const struct timespec tick = {.tv_nsec = TICK_MS * 1000000L};
    for (;;) {
        if (wrt_cancel_requested(cancel))
            return wrt_fail(err, WRT_E_INTERRUPTED, "interrupted while waiting for the rate limit");
        bool is_lost = false;
        if (try_all(slot, &is_lost, rate))
            return WRT_OK;
        if (is_lost)
            return wrt_fail(err, WRT_E_FAILED,
                            "the file that holds the rate limit cannot be opened any more");
        if (deadline_ms != 0 && wrt_clock_monotonic_ms() >= deadline_ms)
            return wrt_fail(err, WRT_E_TIMEOUT,
                            "the time is over while waiting: %d requests per "
                            "%lld ms are allowed",
                            rate->options.n, (long long)rate->options.window_ms);
        (void)nanosleep(&tick, NULL);
    }
}

void wrt_rate_done(wrt_rate *rate, int slot) {
    assert(slot >= 0 && slot < rate->options.n);
    slot_state *state = &rate->slots[slot];
    (void)pthread_mutex_lock(&rate->lock);
    assert(state->is_busy);
    if (state->fd >= 0) {
        write_time(state->fd, slot);
        (void)close(state->fd);
        state->fd = -1;
    }
    state->used_ms = wrt_clock_monotonic_ms();
    state->was_used = true;
    state->is_busy = false;
    (void)pthread_mutex_unlock(&rate->lock);
}

void wrt_rate_pause(wrt_rate *rate, int64_t ms) {
    (void)pthread_mutex_lock(&rate->lock);
    int64_t until = wrt_clock_monotonic_ms() + ms;
    if (until > rate->paused_until_ms)
        rate->paused_until_ms = until;
    (void)pthread_mutex_unlock(&rate->lock);
}

/* ---- making */

wrt_status wrt_rate_new(wrt_rate **out, const wrt_rate_options *options, wrt_err *err) {
    *out = NULL;
    if (options->n < 1 || options->n > WRT_RATE_SLOTS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "rate: %d sends, 1 to %d are accepted", options->n,
                        WRT_RATE_SLOTS_MAX);
    if (options->window_ms < 1 || options->window_ms > WINDOW_MAX_MS)
        return wrt_fail(err, WRT_E_INPUT, "rate: a window of %lld ms, 1 to %d are accepted",
                        (long long)options->window_ms, WINDOW_MAX_MS);
    int fd = options->path != NULL ? open_file(options->path) : -1;
    if (options->path != NULL && fd < 0)
        return wrt_fail(err, WRT_E_FAILED, "the file that holds the rate limit cannot be opened");
    if (fd >= 0)
        (void)close(fd);
    wrt_rate *rate = wrt_calloc(1, sizeof *rate);
    rate->options = *options;
    rate->path = options->path != NULL ? wrt_strdup(options->path) : NULL;
    (void)pthread_mutex_init(&rate->lock, NULL);
    for (int i = 0; i < WRT_RATE_SLOTS_MAX; i++)
        rate->slots[i].fd = -1;
    *out = rate;
    return WRT_OK;
}

void wrt_rate_free(wrt_rate *rate) {
    if (rate == NULL)
        return;
    (void)pthread_mutex_destroy(&rate->lock);
    free(rate->path);
    free(rate);
}
