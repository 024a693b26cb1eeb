/* study.h: the numbers that every estimator works on: one row a unit, complete, in doubles.
 *
 * A study is what is left of a table once roles are given to columns, nominal columns are spread
 * into indicators (first level left out, never integer codes), rows with a missing value are
 * dropped or refused, and columns that add nothing are left out. All that was done on the way
 * stands in `account`, so that a result can say it. Blocks are column-major, without an intercept:
 * who wants one adds it. Everything lives in the study's arena. */
#ifndef WRT_EFFECT_STUDY_H
#define WRT_EFFECT_STUDY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

/* n rows of `columns` numbers, column after column. Names are "age", or "race=black" for an
 * indicator; source[j] tells which column of the table column j came from. */
typedef struct {
    double *values;
    size_t columns;
    const char **names;
    size_t *source;
} wrt_block;

typedef struct {
    size_t n; /* rows */

    double *treatment; /* n; 0 and 1 unless treatment_is_binary is false */
    bool treatment_is_binary;
    const char *treated_level, *untreated_level; /* the cells that became 1 and 0; NULL: numeric */
    size_t n_treated;                            /* rows with treatment 1 */

    double *outcome; /* n; with `event`, the time to event or censoring (>= 0) */
    bool outcome_is_binary;
    double *event; /* n, 1 event, 0 censored; NULL unless time to event */

    double *propensity;   /* n, P(treatment = 1 | covariates) as given by the user; NULL: to be
                             fitted. Strictly between 0 and 1 */
    wrt_block covariates; /* to adjust for */
    wrt_block instruments;
    wrt_block mediators; /* front-door */
    double *running;     /* n, regression discontinuity; NULL unless given */
    double *period;      /* n, 0 before and 1 after, difference in differences; NULL unless given */
    size_t *cluster;     /* n, dense ids from 0; NULL: rows are independent */
    size_t n_clusters;
    size_t *modifier; /* n, level of the variable that effects are asked by; NULL unless given */
    const char **modifier_levels;
    size_t n_modifier_levels;

    wrt_json *account; /* {"file":{"sha256","rows"},"rows_used","dropped":{"missing":n,..},
                          "missing_by_column":{..},"categorical":{column:[levels]},
                          "collinear":[names left out and why],"treated_level",...} */
    wrt_arena *arena;
} wrt_study;

#endif
