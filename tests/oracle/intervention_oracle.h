/* intervention_oracle.h: effects of interventions by enumeration, and hedges by trying all subsets.
 *
 * A model over at most ORACLE_OBSERVED_MAX binary variables in causal order, with a hidden binary
 * parent for every bidirected edge. What an intervention does is read off the truncated
 * factorisation, summed over all values of everything. Shares no code with src. Sets of variables
 * are bit masks; an assignment has the value of variable i in bit i. */
#ifndef WRT_TESTS_INTERVENTION_ORACLE_H
#define WRT_TESTS_INTERVENTION_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

enum { ORACLE_OBSERVED_MAX = 6, ORACLE_BOWS_MAX = 15, ORACLE_ASSIGNMENTS_MAX = 64 };

typedef struct {
    int n;
    unsigned parents[ORACLE_OBSERVED_MAX]; /* of i: only among 0..i-1 */
    unsigned spouses[ORACLE_OBSERVED_MAX]; /* symmetric */
} causal_graph;

typedef enum {
    MODEL_POSITIVE,     /* probabilities in [0.05, 0.95] */
    MODEL_SPARSE,       /* a third of them 0 or 1 */
    MODEL_DETERMINISTIC /* all of them 0 or 1, only hidden variables are random */
} model_kind;

typedef struct {
    causal_graph graph;
    int n_bows;
    int bow[ORACLE_BOWS_MAX][2];
    double hidden[ORACLE_BOWS_MAX]; /* P(hidden = 1) */
    /* P(i = 1 | parents, hidden parents): index has the values of both packed in order. */
    double table[ORACLE_OBSERVED_MAX][1 << (2 * ORACLE_OBSERVED_MAX)];
} causal_model;

void model_draw(causal_model *out, const causal_graph *graph, model_kind kind, uint64_t *seed);

/* out[a] = P(everything outside `set` as in a | do(set as in a)); set 0 gives the joint. */
void model_intervene(double out[ORACLE_ASSIGNMENTS_MAX], const causal_model *model, unsigned set);

/* Sum of out[a] over the a that agree with `values` on `fixed`. */
double model_sum(const double *p, int n, unsigned fixed, unsigned values);

/* Is there a pair F' < F of sets, both connected by bidirected edges, F with a member of x, F'
 * without and inside the ancestors of y in the graph without x, and all of F ancestors of F'
 * within F? (Shpitser, Pearl 2006: exactly then P(y | do(x)) is not identifiable.) */
bool oracle_has_hedge(const causal_graph *graph, unsigned x, unsigned y);

typedef struct {
    unsigned nodes;
    int n_edges, n_bidirected;
    int edges[ORACLE_OBSERVED_MAX][2], bidirected[ORACLE_OBSERVED_MAX][2];
} oracle_forest;

/* Is this a hedge for P(y | do(x)) by the letter of the definition of Shpitser and Pearl? NULL
 * when it is, else what is wrong with it. */
const char *oracle_hedge_fault(const causal_graph *graph, unsigned x, unsigned y,
                               const oracle_forest *outer, const oracle_forest *inner,
                               unsigned roots);

uint64_t oracle_random(uint64_t *seed);

#endif
