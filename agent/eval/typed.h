/* typed.h: a causal question as data, so that an engine can compute its answer.
 *
 * {"type":"ate","graph":GRAPH,"treatment":"X","outcome":"Y","mediators":["V2"],"collider":"V3",
 *  "polarity":true,"facts":[{"of":{"Y":1},"given":{"X":0},"p":0.26}],"methods":[["V2"],[]],
 *  "evidence":{"V2":1},"set":{"X":0}}
 *
 * Variables are binary. A fact is P(of | given) = p. Which members a type needs is in the table of
 * typed.c. The types are those of CLadder (Jin et al., NeurIPS 2023):
 *   marginal       P(Y=1) against one half
 *   correlation    P(Y=1 | X=1) - P(Y=1 | X=0)
 *   exp_away       P(Y=1 | X=1, C=1) - P(Y=1 | C=1) for the collider C
 *   ate            P(Y=1 | do(X=1)) - P(Y=1 | do(X=0))
 *   backadj        is the first of two sets the better one to adjust for?
 *   collider_bias  does X affect Y at all?
 *   ett            E[Y(1) - Y(0) | X=1]; asked the other way round ("had it not been")
 *   nde, nie       E[Y(1, M(0)) - Y(0)], E[Y(0, M(1)) - Y(0)]
 *   det-counterfactual   P(Y=1) had `set` been so, given `evidence` */
#ifndef WRT_EVAL_TYPED_H
#define WRT_EVAL_TYPED_H

#include "agent/eval/fit.h"

typedef enum {
    WRT_TYPED_MARGINAL,
    WRT_TYPED_CORRELATION,
    WRT_TYPED_EXP_AWAY,
    WRT_TYPED_ATE,
    WRT_TYPED_BACKADJ,
    WRT_TYPED_COLLIDER_BIAS,
    WRT_TYPED_ETT,
    WRT_TYPED_NDE,
    WRT_TYPED_NIE,
    WRT_TYPED_DETERMINISTIC
} wrt_typed_kind;

enum { WRT_TYPED_KINDS = WRT_TYPED_DETERMINISTIC + 1 };

const char *wrt_typed_kind_name(wrt_typed_kind kind); /* "marginal", ... */
/* WRT_E_INPUT lists the types there are. */
wrt_status wrt_typed_kind_of(wrt_typed_kind *out, const char *name, wrt_err *err);

typedef struct {
    wrt_typed_kind kind;
    wrt_graph *graph; /* as given */
    int treatment, outcome;
    int collider; /* -1: none */
    wrt_node_set mediators;
    wrt_node_set methods[2];
    bool polarity; /* asked whether it is more (true) or less likely */
    wrt_fit_fact *facts;
    size_t n_facts;
    wrt_fit_state evidence[WRT_FIT_STATES_MAX], set[WRT_FIT_STATES_MAX];
    size_t n_evidence, n_set;
} wrt_typed_query;

/* WRT_E_INPUT names the member that is missing or wrong, WRT_E_LIMIT what there is too much of
 * (fit.h). The caller frees *out, also after a failure. */
wrt_status wrt_typed_read(wrt_typed_query *out, const wrt_json *value, wrt_err *err);
void wrt_typed_free(wrt_typed_query *query); /* accepts NULL */

#endif
