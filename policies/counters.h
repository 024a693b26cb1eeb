/* counters.h: the names that a request's `counters` may hold, for limit rules.
 *
 * Each is a total since the run began: what has happened already, without the thing that is being
 * decided. A host that keeps sliding windows adds NAME@60s. */
#ifndef WRT_POLICIES_COUNTERS_H
#define WRT_POLICIES_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *name; /* '*' stands for the name of a tool */
    const char *unit;
    const char *about;
    bool is_counted; /* false: a name that is kept for a budget which no host counts yet */
} wrt_counter;

extern const wrt_counter wrt_counters[];
extern const size_t wrt_n_counters;

/* The row of a counter as a rule or a request names it; NULL for an unknown one. */
const wrt_counter *wrt_counter_find(const char *name);

#endif
