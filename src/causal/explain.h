/* explain.h: what goes wrong with an adjustment set, in words, and what to do instead. */
#ifndef WRT_CAUSAL_EXPLAIN_H
#define WRT_CAUSAL_EXPLAIN_H

#include "causal/adjustment.h"

typedef enum {
    WRT_BIAS_NONE,                   /* the set is valid */
    WRT_BIAS_CONFOUNDING,            /* an open path without colliders */
    WRT_BIAS_INDIRECT_PATH,          /* direct effect only: a path through a mediator is open */
    WRT_BIAS_M,                      /* a collider that opens a path, and nothing else */
    WRT_BIAS_BUTTERFLY,              /* a collider that is a confounder as well */
    WRT_BIAS_COLLIDER_DESCENDANT,    /* a collider is opened by a descendant in the set */
    WRT_BIAS_SELECTION,              /* a collider that the treatment causes */
    WRT_BIAS_MEDIATOR,               /* a node on a causal path */
    WRT_BIAS_DESCENDANT_OF_MEDIATOR, /* a descendant of one */
    WRT_BIAS_DESCENDANT_OF_OUTCOME   /* the outcome's own effect */
} wrt_bias_kind;

typedef struct {
    wrt_bias_kind kind;
    char *text;   /* one or two sentences */
    char *repair; /* what to add, drop or use instead; "" when the set is valid */
} wrt_explanation;

/* Explains the first thing that is wrong with the set, as wrt_adjustment_check finds it. Repairs
 * name sets that were checked. Errors as wrt_adjustment_check. Cost: a few listings of
 * wrt_adjustment_list with small `max`. */
wrt_status wrt_explain_adjustment(wrt_explanation *out, const wrt_effect_query *query,
                                  const wrt_node_set *set, wrt_err *err);
void wrt_explanation_free(wrt_explanation *explanation);
const char *wrt_bias_name(wrt_bias_kind kind); /* "confounding", "m_bias", ... */

#endif
