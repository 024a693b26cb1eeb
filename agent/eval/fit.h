/* fit.h: causal models that agree with a graph and with some of its probabilities.
 *
 * A question of a benchmark gives a graph and a handful of numbers P(of | given), seldom enough to
 * fix every mechanism. A fit is one model with that graph, a table a node, in which all the numbers
 * hold. From several starts several models come; what they agree on is settled by the numbers, what
 * they differ on is not. Observed nodes are binary; latent nodes have WRT_FIT_LATENT_VALUES values.
 *
 * Method: tables as softmax of logits, residuals P(of | given) - p, steps by Levenberg (1944) and
 * Marquardt (1963) in their dual form, which for fewer numbers than logits is the step of least
 * length: the fit stays near its start. */
#ifndef WRT_EVAL_FIT_H
#define WRT_EVAL_FIT_H

#include "causal/graph.h"
#include "causal/identify/estimand.h"
#include "scm/model.h"

enum {
    WRT_FIT_NODES_MAX = 8,
    WRT_FIT_STATES_MAX = 4, /* variables on either side of the bar */
    WRT_FIT_FACTS_MAX = 64,
    WRT_FIT_LATENT_VALUES = 4,
    WRT_FIT_CELLS_MAX = 4096, /* combinations of all values */
    WRT_FIT_LOGITS_MAX = 2048
};

typedef struct {
    int node, value; /* value 0 or 1 */
} wrt_fit_state;

/* P(of | given) = p. */
typedef struct {
    wrt_fit_state of[WRT_FIT_STATES_MAX], given[WRT_FIT_STATES_MAX];
    size_t n_of, n_given;
    double p;
} wrt_fit_fact;

typedef struct wrt_fit wrt_fit;

/* Start 0 is the model that says least: every table uniform (where latent nodes are involved nearly
 * so, since from exactly uniform tables no step leads to a dependence through them); other starts
 * are drawn. The graph is finished and outlives the fit. WRT_E_LIMIT: too many nodes, values or
 * facts. The caller frees *out. Time: steps * facts * cells * nodes. */
wrt_status wrt_fit_make(wrt_fit **out, const wrt_graph *graph, const wrt_fit_fact *facts, size_t n,
                        unsigned start, wrt_err *err);
void wrt_fit_free(wrt_fit *fit); /* accepts NULL */

/* The largest |P(of | given) - p|; 0 without facts. */
double wrt_fit_error(const wrt_fit *fit);

/* The joint distribution of the observed nodes; the caller frees it with wrt_joint_free. */
void wrt_fit_joint(wrt_joint *out, const wrt_fit *fit);

/* The model with values "0", "1", ...; the caller frees. */
wrt_status wrt_fit_scm(wrt_scm **out, const wrt_fit *fit, wrt_err *err);

#endif
