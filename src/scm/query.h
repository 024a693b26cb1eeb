/* query.h: exact distributions of one variable under observation and intervention.
 *
 * P(outcome | given) by enumeration of the joint; with `do`, of the joint of the mutilated model,
 * in which the mechanism of each intervened variable is replaced by its value (truncated
 * factorisation, Pearl, Causality, 2nd ed. 2009, equation 3.10). Conditioning happens after
 * intervening. */
#ifndef WRT_SCM_QUERY_H
#define WRT_SCM_QUERY_H

#include "scm/model.h"

enum { WRT_SCM_STATES_MAX = 10000000 };

typedef struct {
    double p[WRT_SCM_VALUES_MAX]; /* by index of the outcome's values; sums to 1 */
    size_t n;
    double p_given; /* probability of the evidence after the intervention */
    int rung;       /* 1 without, 2 with an intervention */
} wrt_scm_answer;

/* do_values and given: objects {variable: value}, or NULL. WRT_E_INPUT names an unknown variable or
 * value, or one that stands in both; WRT_E_NOT_FOUND when the evidence has probability 0;
 * WRT_E_UNSUPPORTED when a variable has phrases; WRT_E_LIMIT beyond WRT_SCM_STATES_MAX joint
 * states. O(states * variables). */
wrt_status wrt_scm_query(wrt_scm_answer *out, const wrt_scm *scm, const char *outcome,
                         const wrt_json *do_values, const wrt_json *given, wrt_err *err);

#endif
