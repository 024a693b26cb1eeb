/* estimator.h: what an estimator is asked, and what it answers.
 *
 * An estimator is one function from a study to an estimate, in a pair of files of its own that
 * names its paper. It says which estimands and intervals it has; what it has not is refused with
 * the ones it has. No estimator reads clocks, files or random state but the seed it is given, and
 * none depends on the number of threads. */
#ifndef WRT_EFFECT_ESTIMATORS_ESTIMATOR_H
#define WRT_EFFECT_ESTIMATORS_ESTIMATOR_H

#include "effect/study.h"

#include <math.h>

typedef enum { WRT_ESTIMAND_ATE, WRT_ESTIMAND_ATT, WRT_ESTIMAND_ATC } wrt_estimand;

typedef enum {
    WRT_SE_ROBUST,    /* the default: influence function or sandwich; of match: its analytic one */
    WRT_SE_CLASSICAL, /* equal variances; OLS and 2SLS only */
    WRT_SE_BOOTSTRAP  /* resampling of rows (of clusters, when given), BCa interval */
} wrt_se_kind;

typedef enum { WRT_HC0, WRT_HC1, WRT_HC2, WRT_HC3 } wrt_hc;

typedef struct {
    wrt_estimand estimand;
    wrt_se_kind se;
    wrt_hc hc;            /* of WRT_SE_ROBUST for linear models; HC1 by default */
    double level;         /* of intervals, in (0, 1); 0.95 */
    size_t draws;         /* of the bootstrap; 1,000 */
    uint64_t seed;        /* of every random choice */
    size_t shard, shards; /* bootstrap: only draws b with b mod shards == shard are computed, and
                             there is no interval; shards 0 or 1: all of them */
    const double *drawn;  /* bootstrap: draws computed elsewhere, all of them (merged shards); NULL:
                             they are computed here */
    int threads;          /* at least 1; never changes a bit of the result */
    size_t folds;         /* of cross-fitting, 0 or 1: none; 5 */
    double trim;        /* rows with a propensity outside [trim, 1 - trim] are left out; 0: none */
    bool is_normalised; /* IPW: Hajek (true, the default) or Horvitz-Thompson */
    double ridge;       /* penalty of fits, 0: none */
    size_t strata;      /* of stratification; 5 */
    size_t matches;     /* of matching; 1 */
    bool by_propensity; /* matching: distance of propensities in place of Mahalanobis */
    double bandwidth;   /* regression discontinuity, 0: chosen by rule */
    double cutoff;      /* regression discontinuity */
    double horizon;     /* restricted mean survival time, 0: the last time both arms are at risk */
    bool efron;         /* Cox: ties by Efron (true, the default) or Breslow */
} wrt_estimator_options;

#define WRT_ESTIMATOR_OPTIONS_DEFAULT                                                              \
    ((wrt_estimator_options){.level = 0.95,                                                        \
                             .hc = WRT_HC1,                                                        \
                             .draws = 1000,                                                        \
                             .threads = 1,                                                         \
                             .folds = 5,                                                           \
                             .is_normalised = true,                                                \
                             .strata = 5,                                                          \
                             .matches = 1,                                                         \
                             .efron = true})

/* Everything points into the caller's arena. */
typedef struct {
    double estimate;          /* on the scale named by `measure` */
    double se, low, high;     /* NAN where the estimator has none */
    const char *measure;      /* "difference in means", "log hazard ratio", "RMST difference" */
    const char *se_method;    /* "HC1", "influence function", "bootstrap, BCa", ... */
    double mean_treated;      /* E[Y(1)] and E[Y(0)] over the estimand's population; NAN where */
    double mean_untreated;    /* the estimator does not give them */
    size_t n_used;            /* rows that entered */
    const double *influence;  /* n, mean zero; NULL when there is none */
    const double *propensity; /* n, the one used; NULL when none was */
    const double *weights;    /* n, of each row in its arm's mean, for balance; NULL: none */
    const double *draws; /* options.draws, the estimate of each; NAN: none; NULL: no bootstrap */
    const double *unit_effects;  /* n, estimated effect of each row (g-computation, T-learner) */
    wrt_json *details;           /* of the estimator alone: folds, ESS, first stage, bandwidth;
                                    may be NULL, owned by the caller */
    const char *const *warnings; /* what a reader has to be told */
    size_t n_warnings;
} wrt_estimate;

/* WRT_E_INPUT: the study cannot answer (one arm of three rows, a constant treatment, separation),
 * with the reason and what to do; WRT_E_UNSUPPORTED: this estimator has no such estimand or
 * interval. On failure *out holds nothing to free. */
typedef wrt_status wrt_estimator_run(wrt_estimate *out, const wrt_study *study,
                                     const wrt_estimator_options *options, wrt_arena *arena,
                                     wrt_err *err);

typedef struct {
    const char *name; /* as --estimator takes it */
    const char *source;
    wrt_estimator_run *run;
    unsigned estimands;     /* bit 1 << wrt_estimand */
    unsigned errors;        /* bit 1 << wrt_se_kind */
    bool adjusts;           /* uses study.covariates to remove confounding */
    bool wants_survival;    /* study.event must be there */
    bool wants_instruments; /* and so on: what the study must hold */
    bool wants_mediators;
    bool wants_period;
    bool wants_running;
} wrt_estimator;

#endif
