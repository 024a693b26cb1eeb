/* test_err.c: messages are one line of UTF-8, cut at the cap; codes map to exits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

#include <string.h>

static void err_fail_fills_code_and_message(void **state) {
    (void)state;
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(wrt_fail(&err, WRT_E_INPUT, "unknown field \"%s\"; allowed: %d", "x", 7),
                     WRT_E_INPUT);
    assert_int_equal(err.code, WRT_E_INPUT);
    assert_string_equal(err.message, "unknown field \"x\"; allowed: 7");
}

static void err_fail_returns_code_when_err_is_null(void **state) {
    (void)state;
    assert_int_equal(wrt_fail(NULL, WRT_E_DENIED, "no"), WRT_E_DENIED);
}

static void err_fail_replaces_control_and_invalid_bytes(void **state) {
    (void)state;
    wrt_err err;
    wrt_fail(&err, WRT_E_INPUT, "a\nb\033[2Jc\xff\x7f\xc2\x9b ok \xc3\xa9");
    assert_string_equal(err.message, "a?b?[2Jc???? ok \xc3\xa9");
}

static void err_fail_may_take_its_own_message_as_argument(void **state) {
    (void)state;
    wrt_err err;
    wrt_fail(&err, WRT_E_INPUT, "inner");
    wrt_fail(&err, WRT_E_FAILED, "outer: %s", err.message);
    assert_int_equal(err.code, WRT_E_FAILED);
    assert_string_equal(err.message, "outer: inner");
}

static void err_message_is_cut_between_characters(void **state) {
    (void)state;
    char text[1024];
    size_t at = 0;
    text[at++] = 'x'; /* 2 + 2n is even, the cap of 511 is odd and falls inside a character */
    text[at++] = 'x';
    while (at + 2 < sizeof text) {
        text[at++] = '\xc3';
        text[at++] = '\xa9';
    }
    text[at] = '\0';
    wrt_err err;
    wrt_fail(&err, WRT_E_INPUT, "%s", text);
    assert_int_equal(strlen(err.message), 510);
    assert_true(wrt_utf8_valid(wrt_str_of(err.message)));
    assert_int_equal((unsigned char)err.message[509], 0xA9);
}

static void err_prefix_goes_before_the_message(void **state) {
    (void)state;
    wrt_err err;
    wrt_fail(&err, WRT_E_INTEGRITY, "byte 3: bad");
    assert_int_equal(wrt_err_prefix(&err, "file %s", "a.json"), WRT_E_INTEGRITY);
    assert_string_equal(err.message, "file a.json: byte 3: bad");
}

static void err_prefix_does_nothing_when_clear_or_null(void **state) {
    (void)state;
    wrt_err err = {WRT_OK, ""};
    assert_int_equal(wrt_err_prefix(NULL, "x"), WRT_OK);
    assert_int_equal(wrt_err_prefix(&err, "x"), WRT_OK);
    assert_string_equal(err.message, "");
}

static void err_prefix_cuts_a_full_message(void **state) {
    (void)state;
    wrt_err err;
    char text[600];
    memset(text, 'm', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    wrt_fail(&err, WRT_E_LIMIT, "%s", text);
    assert_int_equal(strlen(err.message), 511);
    wrt_err_prefix(&err, "p");
    assert_int_equal(strlen(err.message), 511);
    assert_memory_equal(err.message, "p: mmm", 6);
}

/* Exit codes of the command line contract. */
static void err_status_maps_to_name_and_exit_code(void **state) {
    (void)state;
    static const struct {
        wrt_status status;
        const char *name;
        int exit_code;
        int is_retryable;
    } rows[] = {
        {WRT_OK, "ok", 0, 0},
        {WRT_E_FAILED, "failed", 1, 0},
        {WRT_E_INPUT, "input", 2, 0},
        {WRT_E_LIMIT, "limit", 2, 0},
        {WRT_E_UNSUPPORTED, "unsupported", 2, 0},
        {WRT_E_NOT_FOUND, "not_found", 3, 0},
        {WRT_E_CREDENTIAL, "credential", 4, 0},
        {WRT_E_DENIED, "denied", 5, 0},
        {WRT_E_INTEGRITY, "integrity", 6, 0},
        {WRT_E_UNAVAILABLE, "unavailable", 7, 1},
        {WRT_E_TIMEOUT, "timeout", 8, 1},
        {WRT_E_INTERRUPTED, "interrupted", 130, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(wrt_status_name(rows[i].status), rows[i].name);
        assert_int_equal(wrt_status_exit_code(rows[i].status), rows[i].exit_code);
        assert_int_equal(wrt_status_is_retryable(rows[i].status), rows[i].is_retryable);
    }
    assert_int_equal(WRT_E_INTERRUPTED, -11);
    assert_int_equal(wrt_status_exit_code((wrt_status)-99), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(err_fail_fills_code_and_message),
        cmocka_unit_test(err_fail_returns_code_when_err_is_null),
        cmocka_unit_test(err_fail_replaces_control_and_invalid_bytes),
        cmocka_unit_test(err_fail_may_take_its_own_message_as_argument),
        cmocka_unit_test(err_message_is_cut_between_characters),
        cmocka_unit_test(err_prefix_goes_before_the_message),
        cmocka_unit_test(err_prefix_does_nothing_when_clear_or_null),
        cmocka_unit_test(err_prefix_cuts_a_full_message),
        cmocka_unit_test(err_status_maps_to_name_and_exit_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
