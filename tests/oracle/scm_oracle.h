/* scm_oracle.h: small structural causal models by brute force: sums over all units, and over all
 * pairs of a unit and what it would have been. Shares no code with src. */
#ifndef ORACLE_SCM_H
#define ORACLE_SCM_H

#include <stdbool.h>
#include <stdint.h>

enum { SCM_VARIABLES = 7, SCM_VALUES = 6, SCM_PARENTS = 3, SCM_ROWS = 64 };

typedef struct {
    int n, k[SCM_VARIABLES];
    int n_parents[SCM_VARIABLES], parents[SCM_VARIABLES][SCM_PARENTS];
    double table[SCM_VARIABLES][SCM_ROWS][SCM_VALUES];
} scm_oracle;

typedef enum { ORACLE_GUMBEL, ORACLE_INVCDF, ORACLE_INDEPENDENT } oracle_coupling;

/* What is done and seen; -1: nothing. soft[v]: a distribution, or NULL. */
typedef struct {
    int set[SCM_VARIABLES], seen[SCM_VARIABLES];
    const double *soft[SCM_VARIABLES];
} scm_scene;

uint64_t scm_random(uint64_t *state);
double scm_uniform(uint64_t *state); /* (0, 1) */
/* k probabilities; with_zeros: some of them 0. */
void scm_draw_row(double *out, int k, bool with_zeros, uint64_t *state);

/* n variables in causal order, of 2 to max_values values and up to 3 parents. */
void scm_draw(scm_oracle *out, int n, int max_values, bool with_zeros, uint64_t *state);
scm_scene scm_nothing(void);

/* out[value] = P(outcome | scene); returns the probability of what is seen. */
double scm_observe(double *out, const scm_oracle *m, const scm_scene *s, int outcome);

/* P(j | i) of one mechanism for rows p and q: the integral of the joint density of an exponential
 * race over the ratio of both winning times; overlaps of intervals; q. */
void scm_couple(double *out, oracle_coupling coupling, const double *p, const double *q, int k,
                int i);
/* counts[i * k + j] of argmax(log p + g) = i and argmax(log q + g) = j over draws of Gumbel g. */
void scm_race(long *counts, const double *p, const double *q, int k, long draws, uint64_t *state);

/* out[value] = P(outcome had `set` been done | seen): over all units and all their counterparts. */
void scm_counterfactual(double *out, const scm_oracle *m, const scm_scene *s, const int *set,
                        int outcome, oracle_coupling coupling);

#endif
