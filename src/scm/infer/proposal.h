/* proposal.h: an importance function for one variable, learned row by row.
 *
 * Of each row met, weighted counts of its values are kept; the row to draw from is a mixture of the
 * model's own and of the counts shrunk towards it. The model's share bounds every ratio of the two,
 * so that weights stay bounded too. Internal to src/scm/infer. */
#ifndef WRT_SCM_INFER_PROPOSAL_H
#define WRT_SCM_INFER_PROPOSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WRT_SCM_PROPOSAL_ROWS_MAX = 1 << 16 };

typedef struct {
    size_t k, n, capacity; /* values; rows met; slots, a power of two */
    uint64_t *numbers;     /* row number + 1; 0: an empty slot */
    double *counts;        /* k + 1 for each slot: of each value, and their sum */
} wrt_scm_proposal;

void wrt_scm_proposal_init(wrt_scm_proposal *out, size_t k);
void wrt_scm_proposal_free(wrt_scm_proposal *proposal);

/* Adds to the count of a value; a row beyond WRT_SCM_PROPOSAL_ROWS_MAX is left as the model has it.
 */
void wrt_scm_proposal_learn(wrt_scm_proposal *proposal, uint64_t row, size_t value, double count);
/* out: the k probabilities to draw from, given the model's own. */
void wrt_scm_proposal_row(double *out, const wrt_scm_proposal *proposal, uint64_t row,
                          const double *p);

#endif
