/* test_arena.c: blocks are aligned, zeroed, apart from one another, and freed whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_zeroed(const unsigned char *block, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (block[i] != 0) {
            return false;
        }
    }
    return true;
}

/* Blocks of many sizes, each filled with its own byte; every one must keep it. */
static void check_blocks(void) {
    enum { COUNT = 400 };
    wrt_arena *arena = wrt_arena_new();
    unsigned char *blocks[COUNT];
    size_t sizes[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        sizes[i] = i % 50 == 49 ? 300000 + i : (i * i) % 5000;
        blocks[i] = wrt_arena_alloc(arena, sizes[i]);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        assert_true(is_zeroed(blocks[i], sizes[i]));
        memset(blocks[i], (int)(i % 255) + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < sizes[i]; k++) {
            if (blocks[i][k] != i % 255 + 1) {
                fail_msg("block %zu was overwritten at %zu", i, k);
            }
        }
    }
    wrt_arena_free(arena);
}

static void arena_blocks_are_aligned_zeroed_and_distinct(void **state) {
    (void)state;
    check_blocks();
}

static void arena_blocks_are_single_when_the_debug_variable_is_set(void **state) {
    (void)state;
    assert_int_equal(setenv("WARRANT_ARENA_MALLOC", "1", 1), 0);
    check_blocks();
    assert_int_equal(unsetenv("WARRANT_ARENA_MALLOC"), 0);
}

static void arena_gives_distinct_pointers_when_size_is_zero(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    void *first = wrt_arena_alloc(arena, 0);
    void *second = wrt_arena_calloc(arena, 0, 8);
    assert_non_null(first);
    assert_non_null(second);
    assert_ptr_not_equal(first, second);
    wrt_arena_free(arena);
}

static void arena_text_is_terminated(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    assert_string_equal(wrt_arena_strdup(arena, "abcdef", 3), "abc");
    assert_string_equal(wrt_arena_strdup(arena, NULL, 0), "");
    assert_string_equal(wrt_arena_printf(arena, "%s-%03d", "x", 7), "x-007");
    assert_string_equal(wrt_arena_printf(arena, "%s", ""), "");
    char *wide = wrt_arena_printf(arena, "%70000d", 5);
    assert_int_equal(strlen(wide), 70000);
    wrt_arena_free(arena);
}

/* Work of one kind, three times over: zeroed blocks each time, from memory that is kept. */
static void arena_reset_takes_all_blocks_back(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    unsigned char *first[3];
    for (int round = 0; round < 3; round++) {
        first[round] = wrt_arena_alloc(arena, 100);
        unsigned char *large = wrt_arena_alloc(arena, 3000000);
        assert_true(is_zeroed(first[round], 100));
        assert_true(is_zeroed(large, 3000000));
        memset(first[round], 1, 100);
        memset(large, 2, 3000000);
        wrt_arena_reset(arena);
    }
    if (getenv("WARRANT_ARENA_MALLOC") == NULL)
        assert_ptr_equal(first[1], first[2]);
    wrt_arena_reset(arena);
    wrt_arena_free(arena);
    arena = wrt_arena_new();
    wrt_arena_reset(arena);
    wrt_arena_free(arena);
}

static void arena_free_accepts_null_and_an_unused_arena(void **state) {
    (void)state;
    wrt_arena_free(NULL);
    wrt_arena_free(wrt_arena_new());
}

static void heap_helpers_never_return_null(void **state) {
    (void)state;
    unsigned char *block = wrt_calloc(4, 4);
    assert_true(is_zeroed(block, 16));
    block = wrt_realloc(block, 64);
    memset(block, 1, 64);
    free(wrt_realloc(block, 0));
    free(wrt_calloc(0, 8));
    char *copy = wrt_strdup("text");
    assert_string_equal(copy, "text");
    free(copy);
}

/* Runs the request in a child and gives the signal that ended it; 0 when it returned. */
static int signal_of(void (*request)(wrt_arena *arena)) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(STDERR_FILENO);
        request(wrt_arena_new());
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void request_overflowing_product(wrt_arena *arena) {
    (void)wrt_arena_calloc(arena, SIZE_MAX / 2, 4);
}

static void request_overflowing_rounding(wrt_arena *arena) {
    (void)wrt_arena_alloc(arena, SIZE_MAX);
}

static void request_overflowing_terminator(wrt_arena *arena) {
    (void)wrt_arena_strdup(arena, "", SIZE_MAX);
}

static void request_little(wrt_arena *arena) {
    (void)wrt_arena_calloc(arena, 2, 4);
    wrt_arena_free(arena);
}

static void arena_aborts_when_a_size_overflows(void **state) {
    (void)state;
    assert_int_equal(signal_of(request_overflowing_product), SIGABRT);
    assert_int_equal(signal_of(request_overflowing_rounding), SIGABRT);
    assert_int_equal(signal_of(request_overflowing_terminator), SIGABRT);
    assert_int_equal(signal_of(request_little), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_blocks_are_aligned_zeroed_and_distinct),
        cmocka_unit_test(arena_blocks_are_single_when_the_debug_variable_is_set),
        cmocka_unit_test(arena_gives_distinct_pointers_when_size_is_zero),
        cmocka_unit_test(arena_text_is_terminated),
        cmocka_unit_test(arena_reset_takes_all_blocks_back),
        cmocka_unit_test(arena_free_accepts_null_and_an_unused_arena),
        cmocka_unit_test(arena_aborts_when_a_size_overflows),
        cmocka_unit_test(heap_helpers_never_return_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
