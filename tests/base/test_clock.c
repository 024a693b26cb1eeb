/* test_clock.c: the calendar against known instants (date -u -d @N), and clocks that advance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"

static void clock_formats_known_instants(void **state) {
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {INT64_C(951782400000), "2000-02-29T00:00:00.000Z"},
        {INT64_C(951868799999), "2000-02-29T23:59:59.999Z"},
        {INT64_C(4107542400000), "2100-03-01T00:00:00.000Z"},
        {INT64_C(4107542399999), "2100-02-28T23:59:59.999Z"},
        {INT64_C(1000000000123), "2001-09-09T01:46:40.123Z"},
        {INT64_C(1769903999123), "2026-01-31T23:59:59.123Z"},
        {INT64_C(-2208988800000), "1900-01-01T00:00:00.000Z"},
        {INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
        {INT64_C(-62167219200000), "0000-01-01T00:00:00.000Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
        {INT64_MIN, "0000-01-01T00:00:00.000Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[25];
        wrt_clock_format(text, rows[i].ms);
        assert_string_equal(text, rows[i].text);
    }
}

static void clock_never_runs_backwards(void **state) {
    (void)state;
    int64_t before = wrt_clock_monotonic_ms();
    for (int i = 0; i < 1000; i++) {
        int64_t now = wrt_clock_monotonic_ms();
        assert_true(now >= before);
        before = now;
    }
    assert_true(wrt_clock_unix_ms() > INT64_C(1700000000000)); /* after November 2023 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_formats_known_instants),
        cmocka_unit_test(clock_never_runs_backwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
