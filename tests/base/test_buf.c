/* test_buf.c: a buffer grows to its cap and not beyond; a refused append leaves it as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

static void buf_appends_and_terminates(void **state) {
    (void)state;
    wrt_buf buf = wrt_buf_make(WRT_KIB(1));
    assert_int_equal(buf.cap, 1024);
    wrt_buf_add_c(&buf, "ab");
    wrt_buf_add_str(&buf, WRT_STR("cd"));
    wrt_buf_add_char(&buf, 'e');
    wrt_buf_add(&buf, "\0f", 2);
    wrt_buf_printf(&buf, "%d%s", 12, "g");
    assert_int_equal(buf.len, 10);
    assert_memory_equal(buf.ptr, "abcde\0f12g", 11);
    assert_false(buf.overflow);
    wrt_buf_free(&buf);
}

static void buf_is_an_empty_string_before_any_append(void **state) {
    (void)state;
    wrt_buf buf = wrt_buf_make(10);
    wrt_buf_add(&buf, NULL, 0);
    wrt_buf_printf(&buf, "%s", "");
    assert_null(buf.ptr);
    assert_int_equal(wrt_buf_str(&buf).len, 0);
    assert_non_null(wrt_buf_str(&buf).ptr);
    char *text = wrt_buf_take(&buf);
    assert_string_equal(text, "");
    free(text);
}

static void buf_fills_to_its_cap_exactly(void **state) {
    (void)state;
    for (size_t cap = 0; cap < 300; cap++) {
        wrt_buf buf = wrt_buf_make(cap);
        for (size_t i = 0; i < cap; i++) {
            wrt_buf_add_char(&buf, 'x');
        }
        assert_int_equal(buf.len, cap);
        assert_false(buf.overflow);
        wrt_buf_add_char(&buf, 'y');
        assert_true(buf.overflow);
        assert_int_equal(buf.len, cap);
        wrt_buf_free(&buf);
    }
}

static void buf_refuses_whole_appends_once_it_overflowed(void **state) {
    (void)state;
    wrt_buf buf = wrt_buf_make(5);
    wrt_buf_add_c(&buf, "abc");
    wrt_buf_add_c(&buf, "def");
    assert_true(buf.overflow);
    wrt_buf_add_char(&buf, 'z'); /* would fit, but the text already lacks a part */
    wrt_buf_printf(&buf, "%d", 1);
    assert_true(wrt_str_equal_c(wrt_buf_str(&buf), "abc"));
    assert_string_equal(buf.ptr, "abc");
    wrt_buf_clear(&buf);
    assert_false(buf.overflow);
    wrt_buf_printf(&buf, "%s", "12345");
    assert_true(wrt_str_equal_c(wrt_buf_str(&buf), "12345"));
    wrt_buf_printf(&buf, "%s", "6");
    assert_true(buf.overflow);
    wrt_buf_free(&buf);
    assert_int_equal(buf.cap, 5);
    assert_false(buf.overflow);
}

static void buf_survives_lengths_near_the_address_space(void **state) {
    (void)state;
    wrt_buf buf = wrt_buf_make(SIZE_MAX);
    wrt_buf_add_c(&buf, "abc");
    wrt_buf_add(&buf, "x", SIZE_MAX - 1);
    assert_true(buf.overflow);
    assert_string_equal(buf.ptr, "abc");
    wrt_buf_free(&buf);
}

static void buf_take_hands_over_the_text_and_keeps_the_cap(void **state) {
    (void)state;
    wrt_buf buf = wrt_buf_make(100);
    wrt_buf_add_c(&buf, "mine");
    char *text = wrt_buf_take(&buf);
    assert_string_equal(text, "mine");
    assert_int_equal(buf.len, 0);
    assert_int_equal(buf.cap, 100);
    wrt_buf_add_c(&buf, "again");
    assert_string_equal(buf.ptr, "again");
    assert_string_equal(text, "mine");
    free(text);
    wrt_buf_free(&buf);
    wrt_buf_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf_appends_and_terminates),
        cmocka_unit_test(buf_is_an_empty_string_before_any_append),
        cmocka_unit_test(buf_fills_to_its_cap_exactly),
        cmocka_unit_test(buf_refuses_whole_appends_once_it_overflowed),
        cmocka_unit_test(buf_survives_lengths_near_the_address_space),
        cmocka_unit_test(buf_take_hands_over_the_text_and_keeps_the_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
