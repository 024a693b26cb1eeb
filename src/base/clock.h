/* clock.h: the only place that reads a clock. */
#ifndef WRT_BASE_CLOCK_H
#define WRT_BASE_CLOCK_H

#include <stdint.h>

int64_t wrt_clock_monotonic_ms(void);
int64_t wrt_clock_unix_ms(void);

/* RFC 3339 in UTC with milliseconds, "2026-01-31T23:59:59.123Z", into out (>= 25 bytes). An instant
 * outside the years 0000 to 9999 is written as the first or last millisecond of that range. */
void wrt_clock_format(char out[25], int64_t unix_ms);

#endif
