/* counterfactual_words.h: what counterfactual.c works on, and its steps and witnesses in words.
 * Internal to src/causal. */
#ifndef WRT_CAUSAL_COUNTERFACTUAL_WORDS_H
#define WRT_CAUSAL_COUNTERFACTUAL_WORDS_H

#include "causal/identify/counterfactual.h"
#include "causal/identify/id.h"

typedef struct {
    wrt_counterfactual *out;
    const wrt_counterfactual_query *query;
    wrt_admg g; /* ancestors of treatment and outcome */
    int x, y;   /* nodes of g */
    wrt_estimand *e;
    wrt_id_answer answer;
    wrt_steps steps;
} wrt_two_values;

/* Steps: what the question asks of districts, and what to do with the answer. */
void wrt_words_treated(wrt_two_values *t, const wrt_part *own_district);
void wrt_words_natural(wrt_two_values *t, const wrt_part *mediators);
void wrt_words_contrast(wrt_two_values *t, int n_mediators);

/* Witnesses; the caller frees. `child` is tied to X by bidirected edges; `node` leads to Y past
 * and through the mediators inside D; `past` and `through` share a district of D. */
char *wrt_words_own_child(const wrt_two_values *t, int child);
char *wrt_words_recanting_node(const wrt_two_values *t, const wrt_part *d,
                               const wrt_part *mediators, int node);
char *wrt_words_recanting_district(const wrt_two_values *t, int past, int through);

#endif
