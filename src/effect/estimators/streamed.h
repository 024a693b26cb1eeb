/* streamed.h: least squares and the difference in means of a file that is never held in memory.
 *
 * The file is read for kinds and levels, once for the triangular factor of [1, covariates,
 * treatment, outcome], made piece by piece (sequential TSQR, fit/linalg.h), and once more for
 * robust errors. Memory is a piece of WRT_STREAMED_ROWS rows of the used columns, and squares of
 * columns. The numbers are those of ols and naive on the same rows, to rounding: complete cases,
 * indicators, two values by the rule in study.h; levels are those of the whole column. Collinear
 * columns are left out and named (without what they equal). Treatment of two values or continuous;
 * classical or HC0 to HC3 errors.
 *
 * Refused, with the advice to read the table whole: clusters, bootstrap, ridge, and every role but
 * treatment, outcome and adjust. */
#ifndef WRT_EFFECT_ESTIMATORS_STREAMED_H
#define WRT_EFFECT_ESTIMATORS_STREAMED_H

#include "effect/estimators/estimator.h"

enum { WRT_STREAMED_ROWS = 1 << 14, WRT_STREAMED_COLUMNS_MAX = 500 };

typedef struct {
    wrt_estimate ols;  /* of two groups: a difference in means, or of risks */
    wrt_estimate bare; /* the same without covariates, classical error: what there is beside a
                          continuous treatment */
    wrt_estimate
        naive; /* estimate, Welch's se, interval, both means; NAN for a continuous treatment */
    size_t n, n_treated, rows; /* used; treated of these; of the file */
    size_t covariates;         /* columns of the fit beside 1 and the treatment */
    bool treatment_is_binary, outcome_is_binary;
    double outcome_sd; /* within arms; NAN for a continuous treatment */
    wrt_json *account; /* as wrt_study.account; the caller's */
} wrt_streamed;

/* WRT_E_UNSUPPORTED, with the advice: what the stream does not do. */
wrt_status wrt_streamed_check(const wrt_roles *roles, const wrt_estimator_options *options,
                              wrt_err *err);

/* table_options NULL: the default; its `columns` and `nominal` are not looked at. Texts in the
 * arena. On failure nothing is left to free. O(rows * columns^2) time. */
wrt_status wrt_streamed_estimate(wrt_streamed *out, const wrt_table_source *source,
                                 const wrt_roles *roles, const wrt_table_options *table_options,
                                 const wrt_estimator_options *options, wrt_arena *arena,
                                 wrt_err *err);

#endif
