/* rate.h: at most n sends in any one window, for all threads, and for all processes that name one
 * file.
 *
 * A sliding window of n slots. A send takes a slot and gives it back when its answer is there; the
 * slot is free again one window later. Between the two the request reached the server, nobody knows
 * when: so it is the end that counts, and no window of the server's own clock can hold more than n
 * arrivals, however long a thread sleeps between "you may" and the send. The price is that at most
 * n requests are under way at a time.
 *
 * With a file, each slot is also a record in it (when it was last used, on the clock of this boot)
 * and a lock: other processes wait for it, and a process that dies gives it back, with the time of
 * its start as the time of use. Without a file the limit holds inside the process only. A file
 * system without locks that exclude (some network mounts) holds the limit per process. */
#ifndef WRT_BASE_RATE_H
#define WRT_BASE_RATE_H

#include <stdint.h>

#include "base/cancel.h"
#include "base/err.h"

enum { WRT_RATE_SLOTS_MAX = 32 };

typedef struct wrt_rate wrt_rate;

typedef struct {
    int n;             /* sends in a window, 1 to WRT_RATE_SLOTS_MAX */
    int64_t window_ms; /* 1 to 60,000 */
    const char *path;  /* file shared with other processes, made with mode 0600; NULL: none */
} wrt_rate_options;

/* WRT_E_INPUT: options out of range. WRT_E_FAILED: the file cannot be made. */
wrt_status wrt_rate_new(wrt_rate **out, const wrt_rate_options *options, wrt_err *err);
void wrt_rate_free(wrt_rate *rate); /* accepts NULL; every slot must have been given back */

/* Waits for a slot; *slot goes to wrt_rate_done. Safe from any thread.
 *   WRT_E_INTERRUPTED  cancel (NULL: none) was requested; seen within 50 ms
 *   WRT_E_FAILED       the file cannot be opened any more
 *   WRT_E_TIMEOUT      no slot before deadline_ms on the monotonic clock (0: no deadline) */
wrt_status wrt_rate_take(int *slot, wrt_rate *rate, const wrt_cancel *cancel, int64_t deadline_ms,
                         wrt_err *err);

/* The answer to the send is there, or it failed: the slot is free one window from now. */
void wrt_rate_done(wrt_rate *rate, int slot);

/* Nothing is sent for ms from now, by any thread of this process: the server asked for it. */
void wrt_rate_pause(wrt_rate *rate, int64_t ms);

#endif
