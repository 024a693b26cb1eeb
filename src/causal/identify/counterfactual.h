/* counterfactual.h: questions about two states of the same units: the effect on the treated, and
 * the part of an effect that passes mediators.
 *
 * One treatment X, one outcome Y. X is the value that is set, X* another value of it.
 *   ETT  P(Y(X) | X = X*): what X would have done to those who had X*. With A the ancestors of X
 *        and Y it follows from the observed distribution iff no child of X in A lies in X's
 *        district of A (Shpitser, Pearl, UAI 2009): children of X are given X, its district X*.
 *   NDE  P(Y(X, M(X*))): X as set, the mediators M as they would have been under X*.
 *   NIE  P(Y(X*, M(X))): the other way round.
 *        Both follow iff P(Y | do(X)) does, no child of X leads to Y both through M and past it (a
 *        recanting witness: Avin, Shpitser, Pearl, IJCAI 2005), and no district of the ancestors
 *        of Y once X is set holds a child of X of either kind (Shpitser, Cognitive Science 37,
 *        2013). Where X = X* all three are P(Y | do(X)) or P(Y | X).
 * Latent nodes are projected out first, so a child of X through latent nodes counts as a child.
 * Natural effects compare what no unit shows at once: they assume independent errors per node and
 * district, which no experiment on X alone can test. */
#ifndef WRT_CAUSAL_COUNTERFACTUAL_H
#define WRT_CAUSAL_COUNTERFACTUAL_H

#include "causal/identify/identify.h"

typedef enum {
    WRT_QUESTION_TOTAL,
    WRT_QUESTION_ETT,
    WRT_QUESTION_NDE,
    WRT_QUESTION_NIE
} wrt_question;

const char *wrt_question_name(wrt_question question); /* "total", "ett", "nde", "nie" */
/* WRT_E_INPUT for another text. */
wrt_status wrt_question_parse(wrt_question *out, wrt_str text, wrt_err *err);
/* The rung of the ladder of causation that the question stands on: 2 (doing) or 3 (imagining);
 * *words says in a sentence what that means for evidence. */
int wrt_question_rung(const char **words, wrt_question question);

typedef struct {
    const wrt_graph *graph;
    const wrt_node_set *treatment; /* one observed node */
    const wrt_node_set *outcome;   /* one observed node */
    const wrt_node_set *mediators; /* NDE, NIE; NULL or empty: every observed node between */
    wrt_question question;         /* not TOTAL, which wrt_identify answers */
} wrt_counterfactual_query;

typedef enum {
    WRT_WITNESS_NONE,
    WRT_WITNESS_NODE,     /* NDE, NIE: one child of the treatment, on both kinds of path */
    WRT_WITNESS_DISTRICT, /* a district that would need the treatment at two values */
    WRT_WITNESS_HEDGE     /* NDE, NIE: P(Y | do(X)) does not follow to begin with */
} wrt_witness_kind;

typedef struct {
    bool identifiable;
    wrt_node_set mediators; /* NDE, NIE: those the answer is about */
    wrt_estimand
        *estimand; /* NULL when not identifiable; mentions X* by wrt_counterfactual_other */
    char **steps;
    size_t n_steps;
    wrt_witness_kind witness;
    wrt_node_set nodes; /* the witness: a node, or a district */
    char *text;         /* the witness in words, or NULL */
    wrt_hedge *hedge;   /* WITNESS_HEDGE */
} wrt_counterfactual;

/* WRT_E_INPUT: not one treatment and one outcome, a latent or shared node, a mediator that lies on
 * no directed path between the two, mediators for an ETT. WRT_E_LIMIT as wrt_identify. Time:
 * districts * (nodes + edges), and the length of the formula. Freed by the caller in either case.
 */
wrt_status wrt_counterfactual_identify(wrt_counterfactual *out,
                                       const wrt_counterfactual_query *query, wrt_err *err);
void wrt_counterfactual_free(wrt_counterfactual *answer); /* accepts NULL */

/* The variable that stands for X* in an estimand over this graph (wrt_estimand_value). */
int wrt_counterfactual_other(const wrt_graph *graph);

/* Appends "P(Y(X, M(X*)))"; answer gives the mediators. */
void wrt_counterfactual_write_query(wrt_buf *out, const wrt_counterfactual *answer,
                                    const wrt_counterfactual_query *query);

/* The data of causal_identify (CONTRACTS.md): {"effect","rung","question","identifiable","method":
 * "counterfactual" or "none","estimand","steps","hedge","mediators","witness":{"kind","nodes",
 * "text"} or null}. WRT_E_LIMIT: a formula of more than a million bytes. The caller frees. */
wrt_status wrt_counterfactual_to_json(wrt_json **out, const wrt_counterfactual *answer,
                                      const wrt_counterfactual_query *query, wrt_err *err);

#endif
