/* test_date.c: printed dates; expectations read off the printed forms by hand. */
#include "pubmed/date.h"
#include "reading.h"

#include <string.h>

static void expect(const char *raw, const char *start, const char *end, const char *precision) {
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_date date;
    wrt_pubmed_date_of_text(&date, arena, wrt_str_of(raw));
    const char *got = wrt_pubmed_date_precision(&date);
    if (!wrt_str_equal_c(date.raw, raw) || !wrt_str_equal_c(date.start, start) ||
        !wrt_str_equal_c(date.end, end) || strcmp(got != NULL ? got : "none", precision) != 0)
        fail_msg("\"%s\": %.*s to %.*s (%s)", raw, (int)date.start.len, date.start.ptr,
                 (int)date.end.len, date.end.ptr, got != NULL ? got : "none");
    wrt_arena_free(arena);
}

static void date_keeps_its_precision(void **state) {
    (void)state;
    expect("2019", "2019", "2019", "year");
    expect("2019 Sep", "2019-09", "2019-09", "month");
    expect("2019 09", "2019-09", "2019-09", "month");
    expect("2019 9", "2019-09", "2019-09", "month");
    expect("1975 Oct 27", "1975-10-27", "1975-10-27", "day");
    expect("2018 05 17", "2018-05-17", "2018-05-17", "day");
    expect("2018 September 3", "2018-09-03", "2018-09-03", "day");
    expect("2016 Feb 29", "2016-02-29", "2016-02-29", "day");
    expect("1900 Feb 28", "1900-02-28", "1900-02-28", "day");
}

static void date_resolves_ranges(void **state) {
    (void)state;
    expect("2019 Sep-Oct", "2019-09", "2019-10", "range");
    expect("2019 Sep/Oct", "2019-09", "2019-10", "range");
    expect("1978 Sep-OCT", "1978-09", "1978-10", "range");
    expect("2019 Sep\xe2\x80\x93Oct", "2019-09", "2019-10", "range");
    expect("2015 Oct-Dec", "2015-10", "2015-12", "range");
    expect("1998 Dec-1999 Jan", "1998-12", "1999-01", "range");
    expect("1976-1977", "1976", "1977", "range");
    expect("1999 Sep 15-30", "1999-09-15", "1999-09-30", "range");
    expect("1999 Sep 28-Oct 5", "1999-09-28", "1999-10-05", "range");
    expect("1999 Dec 29-2000 Jan 4", "1999-12-29", "2000-01-04", "range");
    expect("2019 09-10", "2019-09", "2019-10", "range");
    expect("Nov-Dec 2001", "2001-11", "2001-12", "range");
    expect("2001 Jan-Mar-Jun", "2001-01", "2001-06", "range");
}

static void date_stays_a_year_when_a_season_is_named(void **state) {
    (void)state;
    expect("2019 Spring", "2019", "2019", "year");
    expect("2018 Winter-Spring", "2018", "2018", "year");
    expect("Winter 2001", "2001", "2001", "year");
    expect("2000-2001 Winter", "2000", "2001", "range");
}

static void date_says_no_more_than_the_print(void **state) {
    (void)state;
    expect("2019 Feb 30", "2019-02", "2019-02", "month");
    expect("1900 Feb 29", "1900-02", "1900-02", "month");
    expect("2019 13", "2019", "2019", "year");
    expect("2019 0", "2019", "2019", "year");
    expect("2010 Oct-Jan", "2010", "2010", "year"); /* would run backwards */
    expect("1999-98", "1999", "1999", "year");
    expect("2019-", "2019", "2019", "year");
    expect("Septuagesima 2019", "2019", "2019", "year");
    expect("Sep", "", "", "none");
    expect("123456", "", "", "none");
    expect("0000", "", "", "none");
    expect("-/-", "", "", "none");
    expect("", "", "", "none");
}

static void date_joins_the_parts_as_printed(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_date date;
    wrt_pubmed_date_parts parts = {.year = WRT_STR("2013"), .season = WRT_STR("Jan-Mar")};
    wrt_pubmed_date_of_parts(&date, arena, &parts);
    assert_true(wrt_str_equal_c(date.raw, "2013 Jan-Mar"));
    assert_true(wrt_str_equal_c(date.end, "2013-03"));
    parts = (wrt_pubmed_date_parts){.medline = WRT_STR("1998 Dec-1999 Jan")};
    wrt_pubmed_date_of_parts(&date, arena, &parts);
    assert_true(wrt_str_equal_c(date.raw, "1998 Dec-1999 Jan"));
    wrt_pubmed_date_of_parts(&date, arena, &(wrt_pubmed_date_parts){.month = WRT_STR("5")});
    assert_true(wrt_str_equal_c(date.raw, "5"));
    assert_int_equal(date.start.len, 0);
    wrt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date_keeps_its_precision),
        cmocka_unit_test(date_resolves_ranges),
        cmocka_unit_test(date_stays_a_year_when_a_season_is_named),
        cmocka_unit_test(date_says_no_more_than_the_print),
        cmocka_unit_test(date_joins_the_parts_as_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
