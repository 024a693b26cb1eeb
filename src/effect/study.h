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
#include "effect/data/table.h"

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
                          "collinear":[{"column","why"}],"kinds":{column:kind},
                          "treated_level","untreated_level","warnings":[..]}; the caller's until
                          wrt_study_free */
    wrt_arena *arena;
} wrt_study;

typedef struct {
    const char *const *items;
    size_t n;
} wrt_names;

typedef enum {
    WRT_MISSING_DROP,  /* complete cases: rows with a missing cell in any column with a role go */
    WRT_MISSING_REFUSE /* the first such cell is an error */
} wrt_missing_policy;

/* Which column is what; NULL and empty: none. Names are borrowed for the call. A zeroed struct is
 * the default of everything but treatment and outcome, which are needed. */
typedef struct {
    const char *treatment, *outcome;
    const char *treated,
        *untreated;            /* levels of the treatment that become 1 and 0. NULL: by rule,
                                  see below. Both given: rows with other levels are left out */
    const char *outcome_level; /* of a two-level outcome, the one that becomes 1 */
    const char *event;         /* 1 event, 0 censored: the outcome is a time */
    wrt_names adjust, instruments, mediators;
    const char *running, *period, *cluster, *modifier, *propensity;
    wrt_names categorical; /* columns with a role that are nominal though their cells are numbers */
    wrt_missing_policy missing;
    size_t levels_max; /* most indicators of one column; 0: 50 */
} wrt_roles;

/* Fewer rows than this in an arm are refused. Columns of a block after indicators are capped. */
enum { WRT_STUDY_ARM_MIN = 4, WRT_STUDY_LEVELS_MAX = 50, WRT_STUDY_COLUMNS_MAX = 1000 };

/* Builds a study from columns that the table holds (all, or those wrt_roles_columns lists).
 *
 * Rule of two values (treatment, period, event, a text outcome). Numbers: 0 and 1 as they are;
 * of any other two the greater is 1. Texts: the level that says no (no, false, control, untreated,
 * placebo, none, before, censored, ...) is 0 when the other one does not; else the level has to be
 * named, because the order of the alphabet says nothing. A treatment of more than two numbers is
 * continuous.
 *
 * Covariates that are constant or a linear function of those before them (residual below 1e-7 of
 * its standard deviation) are left out and named; so are instruments after covariates, and
 * mediators. WRT_E_INPUT: an unknown column (with those there are), a column with two roles, cells
 * that are not numbers (with line), a column of numbers with a few texts unless it is listed as
 * categorical, a constant treatment, an arm of fewer than WRT_STUDY_ARM_MIN rows, a treatment or
 * outcome that covariates repeat; WRT_E_LIMIT: too many levels. O(rows * columns^2). On failure
 * *out is zeroed. */
wrt_status wrt_study_build(wrt_study *out, const wrt_table *table, const wrt_roles *roles,
                           wrt_err *err);
void wrt_study_free(wrt_study *study); /* accepts NULL and a zeroed study */

/* The names of all columns with a role, each once, for wrt_table_options.columns; the array is in
 * the arena. */
wrt_names wrt_roles_columns(const wrt_roles *roles, wrt_arena *arena);

/* Refuses a treatment that is not 0 and 1; `who` is the estimator. */
wrt_status wrt_study_need_binary(const wrt_study *study, const char *who, wrt_err *err);

#endif
