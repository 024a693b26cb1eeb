/* test_log.c: what reaches stderr, caught in a temporary file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    FILE *file;
    int saved;
    char text[8192];
} capture;

static void capture_begin(capture *to) {
    to->file = tmpfile();
    assert_non_null(to->file);
    (void)fflush(stderr);
    to->saved = dup(STDERR_FILENO);
    assert_true(to->saved >= 0);
    assert_true(dup2(fileno(to->file), STDERR_FILENO) >= 0);
}

static void capture_end(capture *to) {
    (void)fflush(stderr);
    (void)dup2(to->saved, STDERR_FILENO);
    (void)close(to->saved);
    rewind(to->file);
    size_t len = fread(to->text, 1, sizeof to->text - 1, to->file);
    to->text[len] = '\0';
    (void)fclose(to->file);
}

static void log_shows_info_and_more_severe_by_default(void **state) {
    (void)state;
    capture seen;
    capture_begin(&seen);
    wrt_log(WRT_LOG_ERROR, "bad %d", 1);
    wrt_log(WRT_LOG_WARN, "odd");
    wrt_log(WRT_LOG_INFO, "news");
    wrt_log(WRT_LOG_DEBUG, "detail");
    capture_end(&seen);
    assert_string_equal(seen.text, "warrant: error: bad 1\nwarrant: warning: odd\nwarrant: news\n");
}

static void log_obeys_the_level(void **state) {
    (void)state;
    capture seen;
    capture_begin(&seen);
    wrt_log_set_level(WRT_LOG_ERROR);
    wrt_log(WRT_LOG_WARN, "odd");
    wrt_log_set_level(WRT_LOG_DEBUG);
    wrt_log(WRT_LOG_DEBUG, "detail");
    wrt_log_set_level(WRT_LOG_INFO);
    capture_end(&seen);
    assert_string_equal(seen.text, "warrant: debug: detail\n");
}

static void log_line_stays_one_line(void **state) {
    (void)state;
    capture seen;
    capture_begin(&seen);
    wrt_log(WRT_LOG_INFO, "%s", "a\nwarrant: error: forged\x1b[2J\xc3\xa9\xff");
    capture_end(&seen);
    assert_string_equal(seen.text, "warrant: a?warrant: error: forged?[2J\xc3\xa9?\n");
}

static void log_line_is_cut_between_characters(void **state) {
    (void)state;
    char text[4000];
    for (size_t i = 0; i + 2 < sizeof text; i += 2) {
        memcpy(text + i, "\xc3\xa9", 3);
    }
    capture seen;
    capture_begin(&seen);
    wrt_log(WRT_LOG_INFO, "x%s", text);
    capture_end(&seen);
    /* prefix 9, then 1 + 2 * 1023 of 2048 bytes, then the line's end */
    assert_int_equal(strlen(seen.text), 9 + 2047 + 1);
    assert_null(strchr(seen.text, '?'));
}

static void progress_is_silent_when_stderr_is_no_terminal(void **state) {
    (void)state;
    capture seen;
    capture_begin(&seen);
    wrt_progress("%d of %d", 1, 2);
    wrt_progress_end();
    wrt_progress_enable(false);
    wrt_progress("%d of %d", 2, 2);
    wrt_progress_end();
    capture_end(&seen);
    assert_string_equal(seen.text, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_shows_info_and_more_severe_by_default),
        cmocka_unit_test(log_obeys_the_level),
        cmocka_unit_test(log_line_stays_one_line),
        cmocka_unit_test(log_line_is_cut_between_characters),
        cmocka_unit_test(progress_is_silent_when_stderr_is_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
