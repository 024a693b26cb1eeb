/* coverage.h: how often the 95 % intervals of an estimator hold its estimand, in data simulated
 * from a process under which the estimator is right. */
#ifndef WRT_TESTS_EFFECT_COVERAGE_H
#define WRT_TESTS_EFFECT_COVERAGE_H

#include "effect/estimators/estimator.h"

/* A study of data set number `set`; ctx is the case's. */
typedef wrt_study *coverage_generate(const void *ctx, uint64_t set, wrt_arena *arena);
typedef double coverage_truth(const void *ctx, wrt_estimand estimand);

/* Options that are 0 here are the estimator's defaults; folds 0 is no cross-fitting. */
typedef struct {
    const char *name;
    const wrt_estimator *estimator;
    wrt_estimand estimand;
    wrt_se_kind se;
    wrt_hc hc;
    size_t folds, strata, matches;
    bool by_propensity, is_horvitz_thompson;
    coverage_generate *generate;
    coverage_truth *truth;
    const void *ctx;
    bool is_conservative; /* documented to cover more than it says */
} coverage_case;

typedef struct {
    size_t sets, covered, refused; /* refused: no estimate of that set, with the reason in `why` */
    double truth, mean, sd;        /* of the estimates over the sets */
    double mean_se;
    char why[WRT_ERR_MESSAGE_MAX];
} coverage_result;

extern const coverage_case coverage_cases[];
extern const size_t coverage_n_cases;

/* Sets first to first + sets - 1; draws: of a bootstrap. With few draws its limits are themselves
 * uncertain and cover less: 200 cost about a point in a hundred. */
coverage_result coverage_run(const coverage_case *c, uint64_t first, size_t sets, size_t draws);

#endif
