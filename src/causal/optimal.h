/* optimal.h: the adjustment set of lowest asymptotic variance in a graph with latent variables.
 *
 * Candidate (Runge, NeurIPS 2021): O = parents of causal nodes, nodes C that paths of bidirected
 * edges tie to causal nodes, and the parents of C, all outside the forbidden nodes. C takes a node
 * only when it is an ancestor of treatment or outcome, or when nothing ties it to the treatment
 * once the forbidden nodes are gone; so whatever the valid set Z, the treatment is separated from
 * O \ Z by Z (an open path to a member of O would go on to the outcome) and Z with O is no worse
 * than Z. If besides O and the treatment separate the outcome from every other node that some valid
 * set holds, the rest of Z can be dropped without loss, and O is the best of all valid sets. Both
 * steps are the lemmas of Henckel, Perkovic, Maathuis (JRSS-B 84, 2022) and Rotnitzky, Smucler
 * (JMLR 21, 2020). The condition is sufficient; it holds for every graph without latent variables.
 * Where it fails, Smucler, Sapienza, Rotnitzky (Biometrika 109, 2022) show graphs in which which
 * set is best depends on the numbers. Internal to src/causal. */
#ifndef WRT_CAUSAL_OPTIMAL_H
#define WRT_CAUSAL_OPTIMAL_H

#include "causal/adjustment.h"

/* *out (the caller's) is the candidate, in nodes of the graph; *is_best tells whether the condition
 * holds. The total effect of one treatment on one outcome that it reaches, some set being valid.
 * Errors of the latent projection; WRT_E_LIMIT: more than 1000 nodes to try. O(nodes + edges) of
 * the latent projection per node that the outcome is not separated from. */
wrt_status wrt_optimal_with_latent(wrt_node_set *out, bool *is_best, const wrt_effect_query *query,
                                   wrt_err *err);

#endif
