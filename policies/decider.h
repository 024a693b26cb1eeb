/* decider.h: many decisions by one policy, without allocation.
 *
 * A decider holds the working memory of a decision: fields looked up, conditions evaluated, rules
 * that spoke. It is made once and used for one request after another; from then on a decision
 * allocates nothing, except that the first rule to ask for `facts.*` has the text read (facts.h)
 * and that an operand that is a JSON object is compared by sorting. The JSON record is written on
 * demand. A decider belongs to one thread; the policy may be shared and must outlive it, unchanged.
 */
#ifndef WRT_POLICIES_DECIDER_H
#define WRT_POLICIES_DECIDER_H

#include "policies/policy.h"

typedef struct wrt_decider wrt_decider;

/* What a decision came to; borrowed from the decider until its next decision. */
typedef struct {
    wrt_decision_kind kind;
    const char *const *determining; /* ids of the rules that decided, sorted */
    size_t n_determining;
    const wrt_json *const *obligations; /* distinct, in order of application */
    size_t n_obligations;
    size_t n_errors; /* rules that erred; 1 for a malformed request */
} wrt_ruling;

wrt_decider *wrt_decider_new(const wrt_policy *policy);
void wrt_decider_free(wrt_decider *decider); /* accepts NULL */

/* Decides as wrt_policy_decide does. The request must stay unchanged until the last call about this
 * decision. O(rules of the phase and tool + distinct conditions). */
const wrt_ruling *wrt_decider_decide(wrt_decider *decider, const wrt_json *request);

/* The record of the last decision, as in wrt_decision. Caller frees. */
wrt_json *wrt_decider_record(const wrt_decider *decider);

#endif
