/* sample.h: which items of a suite are run when not all are. */
#ifndef WRT_EVAL_SAMPLE_H
#define WRT_EVAL_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* How wrt_sample_pick samples, for the results file. */
#define WRT_SAMPLE_RULE                                                                            \
    "stratified: each stratum its share by largest remainder (ties in order of name), within a "   \
    "stratum drawn without replacement by the seed"

/* Writes min(limit, n) distinct items in ascending order to out (room for n) and returns how many.
 * limit 0: all. strata[i] is the name of the stratum of item i. O(n log n). */
size_t wrt_sample_pick(size_t *out, const char *const *strata, size_t n, size_t limit,
                       uint64_t seed);

#endif
