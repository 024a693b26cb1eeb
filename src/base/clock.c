/* clock.c: the only place that reads a clock.
 *
 * The calendar is computed from the day count with the proleptic Gregorian rule ("civil from
 * days": H. Hinnant, chrono-compatible low-level date algorithms), so neither the C library's time
 * zone data nor its locale takes part. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_ms(clockid_t id) {
    struct timespec now;
    if (clock_gettime(id, &now) != 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t wrt_clock_monotonic_ms(void) {
    return read_ms(CLOCK_MONOTONIC);
}

int64_t wrt_clock_unix_ms(void) {
    return read_ms(CLOCK_REALTIME);
}

enum { MS_PER_DAY = 86400000, DAYS_PER_ERA = 146097 };

typedef struct {
    int64_t year;
    int64_t month;
    int64_t day;
} civil_date;

/* days since 1970-01-01. An era is 400 years; a year is counted from 1 March, so that the leap
 * day is its last. */
static civil_date civil_from_days(int64_t days) {
    days += 719468; /* from 0000-03-01 */
    int64_t era = (days >= 0 ? days : days - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int64_t day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    civil_date date;
    date.day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    date.month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
    return date;
}

void wrt_clock_format(char out[25], int64_t unix_ms) {
    const int64_t first = INT64_C(-62167219200000); /* 0000-01-01T00:00:00.000Z */
    const int64_t last = INT64_C(253402300799999);  /* 9999-12-31T23:59:59.999Z */
    unix_ms = unix_ms < first ? first : unix_ms > last ? last : unix_ms;
    int64_t days = unix_ms / MS_PER_DAY;
    int64_t ms = unix_ms % MS_PER_DAY;
    if (ms < 0) {
        ms += MS_PER_DAY;
        days--;
    }
    civil_date date = civil_from_days(days);
    char text[160];
    (void)snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)date.year,
                   (int)date.month, (int)date.day, (int)(ms / 3600000), (int)(ms / 60000 % 60),
                   (int)(ms / 1000 % 60), (int)(ms % 1000));
    memcpy(out, text, 24);
    out[24] = '\0';
}
