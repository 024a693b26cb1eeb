/* lookup.h: the rows of one variable that many units need, each asked for once.
 *
 * A table answers in place; any other source is asked in one batch for the distinct rows, in
 * ascending order of their numbers, so that what is asked does not depend on the order of units. */
#ifndef WRT_SCM_INFER_LOOKUP_H
#define WRT_SCM_INFER_LOOKUP_H

#include "scm/infer/world.h"

typedef struct {
    const double *p; /* rows of n_values probabilities */
    uint32_t *slot;  /* for each number asked: the row of p that holds its answer */
    size_t n_rows;   /* distinct rows, or all rows of a table */
    double *owned;
} wrt_scm_lookup;

/* n <= UINT32_MAX (asserted). Errors are the source's. O(n log n). The caller frees, also after an
 * error. */
wrt_status wrt_scm_lookup_ask(wrt_scm_lookup *out, const wrt_scm_world *world, size_t variable,
                              const uint64_t *numbers, size_t n, wrt_err *err);
void wrt_scm_lookup_free(wrt_scm_lookup *lookup);

#endif
