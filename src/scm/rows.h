/* rows.h: where a mechanism's probabilities come from, whoever computes them.
 *
 * The one seam between models (tables, a language model, both mixed) and what is computed with
 * them. A row is P(value | one combination of the parents' values); its number is mixed-radix over
 * the parents in the order of wrt_scm_variable.parents, the last parent varying fastest, as in
 * wrt_scm_variable.table. Rows are asked for in batches, because only the source can share what
 * they have in common. */
#ifndef WRT_SCM_ROWS_H
#define WRT_SCM_ROWS_H

#include "scm/model.h"

#include <stdint.h>

/* Most rows of one variable that can be numbered at all. */
#define WRT_SCM_ROW_NUMBERS_MAX (UINT64_C(1) << 62)

typedef struct {
    /* Writes n rows of n_values(variable) probabilities to out, row-major, each summing to 1 within
     * 1e-12. Numbers may repeat; equal numbers give equal bits. */
    wrt_status (*ask)(double *out, void *ctx, size_t variable, const uint64_t *numbers, size_t n,
                      wrt_err *err);
    void *ctx;
    /* Whether rows cost least when they are asked for depth first: for the variables in order, one
     * group of units with equal values so far at a time, before any other group. A source that sets
     * it keeps what the last row had in common with the next; in any other order the same rows come
     * out, at more cost. False for tables. */
    bool depth_first;
} wrt_scm_rows;

/* The rows of a model all of whose mechanisms are tables; WRT_E_UNSUPPORTED from ask() names the
 * first variable that has phrases. Borrows the model. */
wrt_scm_rows wrt_scm_rows_of_tables(const wrt_scm *scm);

/* Number of rows of a variable; WRT_E_LIMIT beyond WRT_SCM_ROW_NUMBERS_MAX. */
wrt_status wrt_scm_row_count(uint64_t *out, const wrt_scm *scm, size_t variable, wrt_err *err);

/* The number of the row that a unit's values (one index for each variable of the model) select. */
uint64_t wrt_scm_row_of(const wrt_scm *scm, size_t variable, const uint8_t *unit);

/* The inverse: the index of each parent's value, n_parents of them, in the order of the parents. */
void wrt_scm_row_values(uint8_t *out, const wrt_scm *scm, size_t variable, uint64_t number);

/* WRT_E_INPUT when the model has no such variable or the variable no such row. */
wrt_status wrt_scm_row_check(const wrt_scm *scm, size_t variable, const uint64_t *numbers, size_t n,
                             wrt_err *err);

#endif
