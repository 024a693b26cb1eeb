/* verdict.h: a typed causal question, answered by the engines.
 *
 * 1. What the numbers mention, the ends and the mediators are observed; every other node is latent.
 * 2. The identification engine turns the question into an estimand over observed probabilities
 *    (identify.h, counterfactual.h); where there is none, an instrument gives a ratio that takes
 *    linear effects for granted (instruments.h). Questions of rung 1 need none.
 * 3. Models that hold all the numbers (fit.h) give the joint distribution in which the estimand
 *    is evaluated, and the exact inference of src/scm for what is only seen.
 * 4. The sign rule of the type gives yes or no: a difference that rounds to 0.00 is "no".
 * No formula here belongs to a family of graphs. */
#ifndef WRT_EVAL_VERDICT_H
#define WRT_EVAL_VERDICT_H

#include "agent/eval/typed.h"

/* Starts of a fit; the answer is that of the first, the others tell whether it is settled. */
enum { WRT_VERDICT_STARTS = 5 };

/* Numbers of a text are rounded; a model that misses one by more than this does not hold it. */
#define WRT_VERDICT_TOLERANCE 0.011

typedef struct {
    bool is_known; /* false: no answer, `why` says why */
    bool yes;
    bool settled;       /* every model that holds the numbers says the same */
    double value;       /* the effect; NAN for backadj */
    double low, high;   /* over the models that were tried */
    const char *method; /* "backdoor", "frontdoor", "id", "instrument", "counterfactual", "graph",
                           "inference" or "none" */
    wrt_buf why;        /* one or two sentences, the estimand among them */
} wrt_verdict;

/* A question that the numbers or the graph leave open is WRT_OK with is_known false. Failures are
 * those of the engines on a malformed question (WRT_E_INPUT, WRT_E_LIMIT). The caller frees. */
wrt_status wrt_verdict_of(wrt_verdict *out, const wrt_typed_query *query, wrt_err *err);
void wrt_verdict_free(wrt_verdict *verdict); /* accepts NULL */

/* Yes or no by CLadder's rule for the type. polarity: the question asks for "more". */
bool wrt_verdict_rule(wrt_typed_kind kind, double value, bool polarity);

#endif
