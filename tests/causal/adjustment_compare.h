/* adjustment_compare.h: one adjustment question to src/causal and to the oracle, which must agree.
 *
 * `q` and `asked` are the same question; sets are bit masks. A difference fails the test. */
#ifndef WRT_TESTS_ADJUSTMENT_COMPARE_H
#define WRT_TESTS_ADJUSTMENT_COMPARE_H

#include "../oracle/adjustment_oracle.h"
#include "causal/adjustment.h"

/* The verdict on z, and what it says is wrong. */
void compare_check(const oracle_query *q, const wrt_effect_query *asked, unsigned z);
/* The list of minimal sets with its order, the same cut short, and a minimum set. */
void compare_minimal(const oracle_query *q, const wrt_effect_query *asked, unsigned include,
                     unsigned exclude);
void compare_canonical(const oracle_query *q, const wrt_effect_query *asked, unsigned include,
                       unsigned exclude);

/* The parts of these: a listing that must succeed; which of the four answers it gives. */
wrt_adjustment_sets list_sets(const wrt_effect_query *asked, wrt_adjust_kind kind, size_t max,
                              unsigned include, unsigned exclude);
void compare_verdict(const oracle_query *q, const wrt_adjustment_sets *sets, unsigned include,
                     unsigned exclude);

#endif
