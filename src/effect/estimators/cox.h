/* cox.h: proportional hazards regression.
 *
 * Cox, JRSS-B 1972. Partial likelihood with tied events by Efron (JASA 1977) or Breslow (1974),
 * maximised by Newton's method with halved steps; errors by the information matrix or by Lin and
 * Wei's sandwich (JASA 1989, doi:10.1080/01621459.1989.10478874), summed over clusters where given.
 * Row weights enter the likelihood; with weights that are not counts use the robust errors.
 * Rows are sorted once; each iteration passes over them once: O(n p^2). */
#ifndef WRT_EFFECT_COX_H
#define WRT_EFFECT_COX_H

#include "effect/estimators/estimator.h"
#include "effect/estimators/km.h"

enum { WRT_COX_COLUMNS_MAX = 500 };

typedef struct {
    wrt_survival rows;
    size_t p;
    const double *x;          /* n * p, column after column */
    const char *const *names; /* p, for messages */
    const size_t *cluster;    /* n, dense ids; NULL: rows are independent */
    size_t n_clusters;
    bool efron;
} wrt_cox_data;

typedef struct {
    size_t n, p, n_events;
    size_t n_tied;      /* events that share their time with another event */
    double *beta;       /* p, log hazard ratios per unit of each column */
    double *covariance; /* p * p, inverse information */
    double *robust;     /* p * p, Lin and Wei */
    double *influence;  /* n * p, row after row: each row's share in beta (dfbeta) */
    double log_likelihood, log_likelihood_null;
    double score_test, ratio_test, wald_test; /* chi-squared of p degrees of freedom */
    size_t iterations;
} wrt_cox_fit;

/* WRT_E_INPUT: bad times, events or weights (as wrt_km_fit), no event, a column that is constant or
 * depends on others, and monotone likelihood: a column, or a combination, that separates events
 * from survivors, so that its log hazard ratio grows without bound. WRT_E_LIMIT: too many columns.
 * Everything in the arena. */
wrt_status wrt_cox_fit_rows(wrt_cox_fit *out, const wrt_cox_data *data, wrt_arena *arena,
                            wrt_err *err);

/* ---- are hazards proportional? */

typedef enum { WRT_COX_TIME_KM, WRT_COX_TIME_IDENTITY, WRT_COX_TIME_LOG } wrt_cox_time;

typedef struct {
    size_t p, n_events;
    double *chi2, *p_value; /* p, each of 1 degree of freedom */
    double global_chi2, global_p;
    double *time;      /* n_events, ascending */
    double *residuals; /* n_events * p, row after row: scaled Schoenfeld residuals plus beta, an
                          estimate of the log hazard ratio at that time */
} wrt_cox_check;

/* Grambsch and Therneau, Biometrika 1994, doi:10.1093/biomet/81.3.515: score test of beta(t) =
 * beta + theta g(t), in its exact form (the covariance at each event time, not its average), as R's
 * survival 3 does. g is 1 minus Kaplan-Meier just before t, t itself, or log t (WRT_E_INPUT with an
 * event at time 0). One pass: O(n p^2). */
wrt_status wrt_cox_check_hazards(wrt_cox_check *out, const wrt_cox_data *data,
                                 const wrt_cox_fit *fit, wrt_cox_time scale, wrt_arena *arena,
                                 wrt_err *err);

/* Log hazard ratio of the treatment. With study->propensity: of the treatment alone, rows weighted
 * (a marginal structural model; Hernan, Brumback, Robins 2000); else with the covariates in the
 * model: conditional on them. Hazard ratios are not collapsible: the two differ even without
 * confounding. Errors: WRT_SE_ROBUST (default), WRT_SE_CLASSICAL (unweighted only). */
extern const wrt_estimator wrt_estimator_cox;

#endif
