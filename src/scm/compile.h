/* compile.h: a model whose rows are all tables, made from any rows, and what that costs.
 *
 * A table needs every combination of the parents' values, which a complete graph makes hopeless and
 * a sparse one cheap; sampling needs only the contexts that it meets, but gives nothing exact. n
 * units meet, of the C contexts of a variable, at most C (1 - (1 - 1/C)^n) in the mean: the
 * occupancy of C equally likely cells, which any other distribution over them only lowers (the sum
 * of 1 - (1 - p)^n is concave in p). */
#ifndef WRT_SCM_COMPILE_H
#define WRT_SCM_COMPILE_H

#include "scm/rows.h"

typedef struct {
    uint64_t units;          /* that sampling is compared for */
    double contexts;         /* of all variables whose mechanism is the language model */
    double scores;           /* the same times their values */
    double sampled_contexts; /* the most that `units` units meet in the mean */
    double sampled_scores;
    bool fits;    /* every table has at most WRT_SCM_ROWS_MAX rows */
    bool compile; /* tables are the better way: they fit and need at most half as many contexts more
                     than sampling, for exact answers to every question */
} wrt_scm_cost;

wrt_scm_cost wrt_scm_cost_of(const wrt_scm *scm, uint64_t units);
/* {"units","contexts","scores","sampled_contexts","sampled_scores","fits","cheaper":"compile|sample",
 * "why"}. Caller frees. */
wrt_json *wrt_scm_cost_json(const wrt_scm_cost *cost);

/* Asks for every row. `origin` (may be NULL) is kept as the model's origin when it says that a
 * language model gave the rows (wrt_scm_mechanism_describe); phrases are kept. WRT_E_LIMIT names a
 * variable whose table would have more than WRT_SCM_ROWS_MAX rows, or with whose table all would
 * hold more than WRT_SCM_TABLES_MAX numbers. */
wrt_status wrt_scm_compile(wrt_scm **out, const wrt_scm *scm, const wrt_scm_rows *rows,
                           const wrt_json *origin, wrt_err *err);

#endif
