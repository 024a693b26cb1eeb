/* frontdoor_find.h: the largest front-door set within given candidates. Internal to src/causal. */
#ifndef WRT_CAUSAL_FRONTDOOR_FIND_H
#define WRT_CAUSAL_FRONTDOOR_FIND_H

#include "causal/backdoor.h"

typedef struct {
    wrt_backdoor backdoor;
    unsigned char *reaches_back; /* per node: an open back-door path from the treatment */
    unsigned char *is_in;        /* per node: the result of the last search */
    unsigned char *waits;        /* per node: arrivals at a candidate, one bit each */
    int *queue;                  /* states 2 * node + arrival */
    size_t n_queue;
} wrt_frontdoor;

/* Checks the query. Freed by the caller in either case. */
wrt_status wrt_frontdoor_init(wrt_frontdoor *out, const wrt_effect_query *query, wrt_err *err);
void wrt_frontdoor_free(wrt_frontdoor *fd);

/* Whether some subset of the candidates that holds every node marked INCLUDED meets the criterion;
 * the largest one is then is_in. candidates: a flag per node. O(nodes + edges). */
bool wrt_frontdoor_find(wrt_frontdoor *fd, const unsigned char *candidates);

/* Rules of the three walks; mark GIVEN, OPEN by wrt_reach_condition where they need it. Z has the
 * mark EXCLUDED. */
wrt_reach_rules wrt_frontdoor_directed(void);       /* from TREATMENT, not through Z */
wrt_reach_rules wrt_frontdoor_from_treatment(void); /* without edges out of the treatment */
wrt_reach_rules wrt_frontdoor_from_set(void);       /* without edges out of Z */

#endif
