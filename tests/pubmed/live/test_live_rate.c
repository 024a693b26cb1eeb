/* test_live_rate.c: eight threads on one limit: the server's own clock never sees more than three
 * requests within one second, tries after failures included. Run under ThreadSanitizer too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_fixture.h"

#include "base/rate.h"
#include "pubmed/live/eutils.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS = 8, ASKS = 2, RATE = 3, ARRIVALS_MAX = 200 };

typedef struct {
    pthread_mutex_t lock;
    int64_t at_us[ARRIVALS_MAX];
    size_t n;
} arrivals;

static int64_t now_us(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Every fifth request fails in a way that passes. */
static void note_arrival(loopback_conn *conn, const loopback_request *request, void *ctx) {
    static const int64_t id = 7;
    arrivals *seen = ctx;
    (void)pthread_mutex_lock(&seen->lock);
    if (seen->n < ARRIVALS_MAX)
        seen->at_us[seen->n++] = now_us();
    (void)pthread_mutex_unlock(&seen->lock);
    if (request->number % 5 == 4) {
        (void)loopback_respond(conn, 503, NULL, "text/plain", "busy");
        return;
    }
    char *body = search_xml(1, 0, &id, 1);
    (void)loopback_respond(conn, 200, NULL, "text/xml", body);
    free(body);
}

typedef struct {
    const char *base;
    wrt_rate *rate;
    int answered;
} asker;

static void *ask(void *ctx) {
    asker *self = ctx;
    wrt_live_sender *sender = NULL;
    wrt_live *live = NULL;
    wrt_live_sender_options with = {.ncbi_rate = self->rate};
    if (wrt_live_sender_new(&sender, &with, NULL) != WRT_OK)
        return NULL;
    wrt_live_options options = {.transport = wrt_live_sender_transport(sender),
                                .ncbi_url = self->base,
                                .backoff_ms = 1,
                                .timeout_ms = 100000};
    if (wrt_live_new(&live, &options, NULL) == WRT_OK) {
        wrt_live_work work = {.live = live, .arena = wrt_arena_new()};
        for (int i = 0; i < ASKS; i++) {
            wrt_eutils_answer answer;
            wrt_eutils_query query = {.term = "x", .limit = 1};
            self->answered += wrt_eutils_search(&answer, &work, &query, NULL) == WRT_OK;
        }
        wrt_arena_free(work.arena);
    }
    wrt_live_free(live);
    wrt_live_sender_free(sender);
    return NULL;
}

static int compare_times(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void no_second_sees_more_than_three_requests(void **state) {
    (void)state;
    arrivals seen = {.n = 0};
    asker askers[THREADS];
    pthread_t threads[THREADS];
    wrt_rate *rate = NULL;
    char base[64];
    wrt_rate_options limit = {.n = RATE, .window_ms = 1000};
    assert_int_equal(pthread_mutex_init(&seen.lock, NULL), 0);
    assert_int_equal(wrt_rate_new(&rate, &limit, NULL), WRT_OK);
    loopback *server = loopback_start(note_arrival, &seen);
    (void)snprintf(base, sizeof base, "http://127.0.0.1:%u/", loopback_port(server));
    for (int i = 0; i < THREADS; i++) {
        askers[i] = (asker){.base = base, .rate = rate};
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(askers[i].answered, ASKS);
    }
    loopback_stop(server);
    assert_true(seen.n >= THREADS * ASKS * 5 / 4 - 1);
    qsort(seen.at_us, seen.n, sizeof seen.at_us[0], compare_times);
    for (size_t i = 0; i + RATE < seen.n; i++)
        if (seen.at_us[i + RATE] - seen.at_us[i] < 1000000)
            fail_msg("%d requests within %lld us", RATE + 1,
                     (long long)(seen.at_us[i + RATE] - seen.at_us[i]));
    wrt_rate_free(rate);
    (void)pthread_mutex_destroy(&seen.lock);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_second_sees_more_than_three_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
