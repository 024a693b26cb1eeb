/* backdoor.h: the marks that an effect query puts on the nodes of its graph, and validity.
 *
 * The proper back-door graph (van der Zander, Liskiewicz, Textor 2019) is the graph
 * without the first edge of each proper causal path; it is never built, the reachability engine
 * skips those edges by the marks TREATMENT and CAUSAL. For the direct effect the edges from
 * treatment to outcome are skipped instead. Internal to src/causal. */
#ifndef WRT_CAUSAL_BACKDOOR_H
#define WRT_CAUSAL_BACKDOOR_H

#include "causal/adjustment.h"
#include "causal/reach.h"

typedef struct {
    wrt_reach reach;
    wrt_reach_rules connected;     /* m-connection in the back-door graph of the query */
    const wrt_node_set *treatment; /* of the query, borrowed */
    bool has_causal_path;          /* in a class: a possible one */
    wrt_node_set selected;         /* conditioned on whatever the set */
    /* In the back-door graph, an open path from a selected node to an outcome: then no set is valid
     * (NULL: there is none). */
    char *selection_path;
    int uncertain_from, uncertain_to; /* edge by which a class is not amenable, or -1 */
} wrt_backdoor;

/* Checks the query and sets the marks TREATMENT, OUTCOME, REACHED, REACHES, CAUSAL, FORBIDDEN.
 * Freed by the caller in either case. O(nodes + edges). */
wrt_status wrt_backdoor_init(wrt_backdoor *out, const wrt_effect_query *query, wrt_err *err);
void wrt_backdoor_free(wrt_backdoor *backdoor);

/* -1 when `set` separates treatment and outcome in the back-door graph; else the state at the end
 * of an open path (wrt_reach_path). */
int wrt_backdoor_open_path(wrt_backdoor *backdoor, const wrt_node_set *set);
/* The member of the set, first by name, that no valid set holds; -1 when there is none. */
int wrt_backdoor_forbidden_member(const wrt_backdoor *backdoor, const wrt_node_set *set);

/* A set that may be conditioned on: observed, neither treatment nor outcome. `what` names it. */
wrt_status wrt_backdoor_check_members(const wrt_backdoor *backdoor, const wrt_node_set *set,
                                      const char *what, wrt_err *err);

#endif
