/* counterfactual_oracle.h: counterfactual probabilities by definition, in two worlds at once.
 *
 * A variable is a function of its parents and its own noise, the noise is shared by both worlds.
 * Sets are bit masks of variables in causal order. Shares no code with src. */
#ifndef WRT_TESTS_COUNTERFACTUAL_ORACLE_H
#define WRT_TESTS_COUNTERFACTUAL_ORACLE_H

#include "intervention_oracle.h"

/* The question: x and y, and for natural effects the mediators. `set` is the value that y is given
 * (along ways past the mediators), `other` that of the other world. With is_treated the other world
 * is the one that happened, and the result is P(y(set) = 1, x = other); else the mediators are
 * those of the other world, and the result is P(y(set, m(other)) = 1). */
typedef struct {
    int x, y;
    unsigned mediators;
    bool is_treated;
    int set, other;
} counterfactual_question;

/* How a variable with different parents in the two worlds behaves: with one noise per value of the
 * parents, or with one threshold for all. Both give the same distribution in every single world. */
typedef enum { NOISE_PER_PARENTS, NOISE_THRESHOLD } noise_kind;

double oracle_counterfactual(const causal_model *model, const counterfactual_question *question,
                             noise_kind noise);

/* Is the question determined by the observed distribution? Exact for binary variables where every
 * district is a clique of bidirected edges: every function of the parents is a type, a district has
 * a distribution over the types of its members, Q of the district is linear in it, and the question
 * is determined iff it is a combination of the Q of each district, whatever the others are. False
 * for *applies where a district is no clique or there are more than ORACLE_TYPES_MAX types. */
enum { ORACLE_TYPES_MAX = 1 << 15 };
bool oracle_is_determined(bool *applies, const causal_graph *graph,
                          const counterfactual_question *question, uint64_t *seed);

#endif
