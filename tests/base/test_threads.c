/* test_threads.c: what the threads of one process may share: the log, the start of the crypto
 * library, a compiled regex. Run under ThreadSanitizer by tests/run.sh. */
#include "base/hash.h"
#include "base/log.h"
#include "base/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 4, ROUNDS = 50 };

typedef struct {
    pthread_barrier_t *gate; /* all begin at once */
    const wrt_regex *regex;
    int number;
    int wrong; /* answers that were not as expected; read after the join */
} worker;

static void run_together(void *(*work)(void *), worker workers[THREADS], const wrt_regex *regex) {
    pthread_t threads[THREADS];
    pthread_barrier_t gate;
    assert_int_equal(pthread_barrier_init(&gate, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){.gate = &gate, .regex = regex, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    pthread_barrier_destroy(&gate);
}

static void *write_lines(void *object) {
    const worker *self = object;
    pthread_barrier_wait(self->gate);
    for (int i = 0; i < ROUNDS; i++) {
        wrt_log_set_level(i % 2 == 0 ? WRT_LOG_INFO : WRT_LOG_WARN);
        wrt_log(WRT_LOG_WARN, "thread %d line %02d", self->number, i);
    }
    return NULL;
}

/* 200 lines, each thread's in its own order. */
static void check_lines(FILE *file) {
    char line[200];
    char wanted[200];
    int next[THREADS] = {0};
    int lines = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        static const char head[] = "warrant: warning: thread ";
        assert_memory_equal(line, head, sizeof head - 1);
        int number = line[sizeof head - 1] - '0';
        assert_in_range(number, 0, THREADS - 1);
        snprintf(wanted, sizeof wanted, "%s%d line %02d\n", head, number, next[number]++);
        assert_string_equal(line, wanted);
        lines++;
    }
    assert_int_equal(lines, THREADS * ROUNDS);
}

static void log_keeps_lines_whole_when_threads_write_at_once(void **state) {
    (void)state;
    worker workers[THREADS];
    FILE *file = tmpfile();
    assert_non_null(file);
    int saved = dup(STDERR_FILENO);
    assert_true(saved >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    run_together(write_lines, workers, NULL);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    wrt_log_set_level(WRT_LOG_INFO);
    rewind(file);
    check_lines(file);
    fclose(file);
}

/* FIPS 180-2, B.1: SHA-256 of "abc". */
static void *start_and_hash(void *object) {
    worker *self = object;
    char hex[WRT_SHA256_HEX + 1];
    pthread_barrier_wait(self->gate);
    wrt_crypto_init();
    wrt_sha256 digest = wrt_sha256_of(WRT_STR("abc"));
    wrt_sha256_hex(hex, &digest);
    self->wrong += strcmp(hex, "ba7816bf8f01cfea414140de5dae2223"
                               "b00361a396177a9cb410ff61f20015ad") != 0;
    return NULL;
}

static void crypto_starts_when_threads_ask_at_once(void **state) {
    (void)state;
    worker workers[THREADS];
    run_together(start_and_hash, workers, NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(workers[i].wrong, 0);
}

static void *search(void *object) {
    worker *self = object;
    const char *subject = "abc PMID:31452104 and PMID:1";
    pthread_barrier_wait(self->gate);
    for (int i = 0; i < ROUNDS; i++) {
        bool found = false;
        size_t begin = 0;
        size_t end = 0;
        wrt_status status = wrt_regex_search(&found, &begin, &end, self->regex,
                                             (wrt_str){subject, strlen(subject)}, 0, NULL);
        self->wrong += status != WRT_OK || !found || begin != 4 || end != 17;
    }
    return NULL;
}

static void regex_finds_the_same_when_threads_share_it(void **state) {
    (void)state;
    worker workers[THREADS];
    wrt_regex *regex = NULL;
    assert_int_equal(wrt_regex_compile(&regex, WRT_STR("PMID:[0-9]{1,8}\\b"), 0, NULL), WRT_OK);
    run_together(search, workers, regex);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(workers[i].wrong, 0);
    wrt_regex_free(regex);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_keeps_lines_whole_when_threads_write_at_once),
        cmocka_unit_test(crypto_starts_when_threads_ask_at_once),
        cmocka_unit_test(regex_finds_the_same_when_threads_share_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
