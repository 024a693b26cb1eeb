/* test_rate.c: no window holds more sends than allowed, over threads and over processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/rate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, SENDS = 4, N = 3, WINDOW_MS = 150, ALL = THREADS * SENDS };

typedef struct {
    wrt_rate *rate;
    atomic_int n;
    int64_t at[ALL]; /* when each "arrived", in no order */
} server;

static void pause_ms(int64_t ms) {
    (void)usleep((useconds_t)(ms * 1000));
}

/* The arrival lies anywhere between the taking and the end: here after a delay that differs. */
static void *send_some(void *ctx) {
    server *self = ctx;
    for (int i = 0; i < SENDS; i++) {
        int slot = -1;
        wrt_err err = {0};
        if (wrt_rate_take(&slot, self->rate, NULL, 0, &err) != WRT_OK)
            return NULL;
        int number = atomic_fetch_add(&self->n, 1);
        pause_ms(number % 5 * 7);
        self->at[number] = wrt_clock_monotonic_ms();
        wrt_rate_done(self->rate, slot);
    }
    return NULL;
}

static int compare_times(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Any n + 1 arrivals in a row take longer than a window. */
static void assert_spaced(int64_t *at, size_t n, int64_t window_ms) {
    qsort(at, n, sizeof *at, compare_times);
    for (size_t i = 0; i + N < n; i++)
        if (at[i + N] - at[i] < window_ms)
            fail_msg("%d arrivals within %lld ms", N + 1, (long long)(at[i + N] - at[i]));
}

static void rate_holds_in_every_window_when_eight_threads_send(void **state) {
    (void)state;
    server self = {0};
    wrt_rate_options options = {.n = N, .window_ms = WINDOW_MS};
    pthread_t threads[THREADS];
    assert_int_equal(wrt_rate_new(&self.rate, &options, NULL), WRT_OK);
    int64_t start = wrt_clock_monotonic_ms();
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, send_some, &self), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(self.n, ALL);
    assert_spaced(self.at, ALL, WINDOW_MS);
    /* 32 sends are ten whole windows and a part: it cannot have been faster. */
    assert_true(wrt_clock_monotonic_ms() - start >= (ALL - 1) / N * WINDOW_MS);
    wrt_rate_free(self.rate);
}

static void rate_is_not_spent_when_idle(void **state) {
    (void)state;
    wrt_rate *rate = NULL;
    wrt_rate_options options = {.n = N, .window_ms = 60000};
    assert_int_equal(wrt_rate_new(&rate, &options, NULL), WRT_OK);
    int64_t start = wrt_clock_monotonic_ms();
    for (int i = 0; i < N; i++) {
        int slot = -1;
        assert_int_equal(wrt_rate_take(&slot, rate, NULL, start + 30000, NULL), WRT_OK);
        wrt_rate_done(rate, slot);
    }
    wrt_rate_free(rate);
}

static void rate_take_ends_when_the_time_is_over_or_it_is_cancelled(void **state) {
    (void)state;
    wrt_rate *rate = NULL;
    wrt_err err = {0};
    wrt_rate_options options = {.n = 1, .window_ms = 60000};
    int slot = -1, other = -1;
    assert_int_equal(wrt_rate_new(&rate, &options, NULL), WRT_OK);
    assert_int_equal(wrt_rate_take(&slot, rate, NULL, 0, &err), WRT_OK);
    int64_t start = wrt_clock_monotonic_ms();
    assert_int_equal(wrt_rate_take(&other, rate, NULL, start + 60, &err), WRT_E_TIMEOUT);
    assert_true(wrt_clock_monotonic_ms() >= start + 60);
    wrt_cancel cancel = {0};
    wrt_cancel_request(&cancel);
    assert_int_equal(wrt_rate_take(&other, rate, &cancel, 0, &err), WRT_E_INTERRUPTED);
    wrt_rate_done(rate, slot);
    wrt_rate_free(rate);
}

static void rate_pause_holds_every_send(void **state) {
    (void)state;
    wrt_rate *rate = NULL;
    wrt_rate_options options = {.n = N, .window_ms = 1};
    int slot = -1;
    assert_int_equal(wrt_rate_new(&rate, &options, NULL), WRT_OK);
    int64_t start = wrt_clock_monotonic_ms();
    wrt_rate_pause(rate, 120);
    wrt_rate_pause(rate, 20); /* a shorter one does not take the longer back */
    assert_int_equal(wrt_rate_take(&slot, rate, NULL, 0, NULL), WRT_OK);
    assert_true(wrt_clock_monotonic_ms() >= start + 120);
    wrt_rate_done(rate, slot);
    wrt_rate_free(rate);
}

static void rate_options_are_held_to_their_range(void **state) {
    (void)state;
    static const wrt_rate_options bad[] = {{.n = 0, .window_ms = 1},
                                           {.n = WRT_RATE_SLOTS_MAX + 1, .window_ms = 1},
                                           {.n = 1, .window_ms = 0},
                                           {.n = 1, .window_ms = 60001}};
    wrt_err err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        wrt_rate *rate = NULL;
        assert_int_equal(wrt_rate_new(&rate, &bad[i], &err), WRT_E_INPUT);
        assert_null(rate);
    }
    wrt_rate_options nowhere = {.n = 1, .window_ms = 1, .path = "/nonexistent/rate"};
    wrt_rate *rate = NULL;
    assert_int_equal(wrt_rate_new(&rate, &nowhere, &err), WRT_E_FAILED);
}

/* ---- processes */

static void make_path(char path[64]) {
    (void)snprintf(path, 64, "/tmp/warrant-rate-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
}

/* A child: sends five times and writes the times of arrival into the pipe. */
_Noreturn static void be_child(const char *path, int out) {
    wrt_rate *rate = NULL;
    wrt_rate_options options = {.n = N, .window_ms = WINDOW_MS, .path = path};
    if (wrt_rate_new(&rate, &options, NULL) != WRT_OK)
        _exit(1);
    for (int i = 0; i < 5; i++) {
        int slot = -1;
        if (wrt_rate_take(&slot, rate, NULL, 0, NULL) != WRT_OK)
            _exit(1);
        pause_ms(i * 3);
        int64_t now = wrt_clock_monotonic_ms();
        wrt_rate_done(rate, slot);
        if (write(out, &now, sizeof now) != (ssize_t)sizeof now)
            _exit(1);
    }
    _exit(0);
}

static void rate_holds_over_processes_that_name_one_file(void **state) {
    (void)state;
    enum { CHILDREN = 4 };
    char path[64];
    int ends[2];
    int64_t at[CHILDREN * 5];
    make_path(path);
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < CHILDREN; i++)
        if (fork() == 0)
            be_child(path, ends[1]);
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++)
        assert_int_equal(read(ends[0], &at[i], sizeof at[i]), sizeof at[i]);
    for (int i = 0; i < CHILDREN; i++) {
        int code = -1;
        assert_true(wait(&code) > 0);
        assert_int_equal(code, 0);
    }
    assert_spaced(at, sizeof at / sizeof at[0], WINDOW_MS);
    (void)close(ends[0]);
    (void)close(ends[1]);
    (void)unlink(path);
}

static void rate_slot_of_a_process_that_died_is_free_again(void **state) {
    (void)state;
    char path[64];
    make_path(path);
    wrt_rate_options options = {.n = 1, .window_ms = 200, .path = path};
    int64_t start = wrt_clock_monotonic_ms();
    pid_t child = fork();
    if (child == 0) {
        wrt_rate *mine = NULL;
        int slot = -1;
        bool is_taken = wrt_rate_new(&mine, &options, NULL) == WRT_OK &&
                        wrt_rate_take(&slot, mine, NULL, 0, NULL) == WRT_OK;
        _exit(is_taken ? 0 : 1); /* with the slot in its hand */
    }
    int code = -1;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    wrt_rate *rate = NULL;
    int slot = -1;
    assert_int_equal(wrt_rate_new(&rate, &options, NULL), WRT_OK);
    assert_int_equal(wrt_rate_take(&slot, rate, NULL, 0, NULL), WRT_OK);
    assert_true(wrt_clock_monotonic_ms() - start >= 200); /* its send counts */
    wrt_rate_done(rate, slot);
    wrt_rate_free(rate);
    (void)unlink(path);
}

/* A time ahead of this boot's clock is of an earlier boot: nobody waits for it. */
static void rate_forgets_times_of_an_earlier_boot(void **state) {
    (void)state;
    char path[64];
    make_path(path);
    int64_t ahead = INT64_MAX;
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(&ahead, sizeof ahead, 1, file), 1);
    assert_int_equal(fclose(file), 0);
    wrt_rate *rate = NULL;
    wrt_rate_options options = {.n = 1, .window_ms = 60000, .path = path};
    int slot = -1;
    assert_int_equal(wrt_rate_new(&rate, &options, NULL), WRT_OK);
    int64_t deadline = wrt_clock_monotonic_ms() + 10000;
    assert_int_equal(wrt_rate_take(&slot, rate, NULL, deadline, NULL), WRT_OK);
    wrt_rate_done(rate, slot);
    wrt_rate_free(rate);
    (void)unlink(path);
}

static void rate_take_fails_when_the_file_cannot_be_opened_any_more(void **state) {
    (void)state;
    char folder[] = "/tmp/warrant-rate-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/rate", folder);
    wrt_rate *rate = NULL;
    wrt_err err = {0};
    int slot = -1;
    wrt_rate_options options = {.n = 1, .window_ms = 1, .path = path};
    assert_int_equal(wrt_rate_new(&rate, &options, &err), WRT_OK);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(wrt_rate_take(&slot, rate, NULL, 0, &err), WRT_E_FAILED);
    wrt_rate_free(rate);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate_holds_in_every_window_when_eight_threads_send),
        cmocka_unit_test(rate_is_not_spent_when_idle),
        cmocka_unit_test(rate_take_ends_when_the_time_is_over_or_it_is_cancelled),
        cmocka_unit_test(rate_pause_holds_every_send),
        cmocka_unit_test(rate_options_are_held_to_their_range),
        cmocka_unit_test(rate_holds_over_processes_that_name_one_file),
        cmocka_unit_test(rate_slot_of_a_process_that_died_is_free_again),
        cmocka_unit_test(rate_forgets_times_of_an_earlier_boot),
        cmocka_unit_test(rate_take_fails_when_the_file_cannot_be_opened_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
