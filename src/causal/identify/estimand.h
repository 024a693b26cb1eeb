/* estimand.h: what an identified effect is in terms of the observed joint distribution.
 *
 * An expression of sums, products, fractions and conditional probabilities P(A | B). A variable
 * that no sum binds is free: it takes the value that the question gives it. Made by wrt_identify
 * (identify.h); const from then on. */
#ifndef WRT_CAUSAL_ESTIMAND_H
#define WRT_CAUSAL_ESTIMAND_H

#include "causal/graph.h"

typedef struct wrt_estimand wrt_estimand;

void wrt_estimand_free(wrt_estimand *estimand); /* accepts NULL */

/* Text in UTF-8, "Σ_{Z} P(Y | X, Z) P(Z)", or LaTeX for math mode. A variable that a sum binds
 * while it has a value outside that sum gets a prime: "P(M | X) Σ_{X'} P(X') P(Y | M, X')". The
 * variables in `fixed` have values outside. WRT_E_LIMIT when the text outgrows the cap of `out`. */
wrt_status wrt_estimand_write_text(wrt_buf *out, const wrt_estimand *estimand,
                                   const wrt_graph *graph, const wrt_node_set *fixed, wrt_err *err);
wrt_status wrt_estimand_write_latex(wrt_buf *out, const wrt_estimand *estimand,
                                    const wrt_graph *graph, const wrt_node_set *fixed,
                                    wrt_err *err);

/* The variables that the value depends on in form; some of them may be neither treatment nor
 * outcome nor condition (the napkin graph): then any value at which no probability in a
 * denominator is zero gives the same answer. Caller frees. */
wrt_node_set wrt_estimand_free_variables(const wrt_estimand *estimand);

/* ---- numbers */

enum { WRT_JOINT_VARIABLES_MAX = 16 };

/* A joint distribution of binary variables: p[index] with index = sum of value(variable[i]) * 2^i.
 */
typedef struct {
    int n;
    int variable[WRT_JOINT_VARIABLES_MAX]; /* nodes of the graph, in the order given */
    double *p;                             /* 2^n probabilities */
} wrt_joint;

/* Reads {"variables":[...],"joint":[2^n numbers]}. WRT_E_INPUT names what is wrong: an unknown,
 * repeated or latent variable, a wrong number of probabilities, one outside [0, 1], a sum that
 * differs from 1 by more than 1e-6. WRT_E_LIMIT: more than WRT_JOINT_VARIABLES_MAX variables. */
wrt_status wrt_joint_parse(wrt_joint *out, const wrt_graph *graph, const wrt_json *value,
                           wrt_err *err);
/* The same checks for a joint put together by the caller. */
wrt_status wrt_joint_check(const wrt_joint *joint, const wrt_graph *graph, wrt_err *err);
void wrt_joint_free(wrt_joint *joint); /* accepts NULL; frees p */

typedef struct wrt_estimand_table wrt_estimand_table;

/* Evaluates the estimand for every value of its free variables at once. WRT_E_INPUT when the
 * estimand mentions a variable that the joint lacks; WRT_E_LIMIT when the tables would take more
 * than 128 MiB. Time and memory: terms * 2^(variables of the widest term). Caller frees. */
wrt_status wrt_estimand_evaluate(wrt_estimand_table **out, const wrt_estimand *estimand,
                                 const wrt_joint *joint, const wrt_graph *graph, wrt_err *err);
void wrt_estimand_table_free(wrt_estimand_table *values); /* accepts NULL */

/* One value: the n variables `node` have the values `digit` (0 or 1). Variables that the estimand
 * does not mention do not matter. False when it is a division by a probability of zero. Of the free
 * variables not among these the first values with a defined result are taken; *spread (or NULL)
 * gets how far apart the results for other values lie: more than rounding says that the joint is
 * none that the graph allows. */
bool wrt_estimand_value(double *out, double *spread, const wrt_estimand_table *values, size_t n,
                        const int *node, const int *digit);

#endif
