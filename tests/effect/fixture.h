/* fixture.h: studies for tests: from stored peers, and simulated with a known truth. */
#ifndef WRT_TESTS_EFFECT_FIXTURE_H
#define WRT_TESTS_EFFECT_FIXTURE_H

#include "base/rng.h"
#include "effect/estimators/estimator.h"

/* A study of n rows with k covariates named x1..xk, all zero; in the arena. */
wrt_study *fixture_study(size_t n, size_t k, wrt_arena *arena);
void fixture_count_treated(wrt_study *study); /* after the treatment is written */

/* Simulated rows: covariates standard normal, treatment by a logistic model in them. */
typedef struct {
    size_t n, k;
    double confounding;      /* coefficient of x1 in the propensity, and half of it of x2 */
    double effect;           /* at x = 0 */
    double interaction;      /* of treatment and x1 in the outcome */
    bool is_binary;          /* outcome by a logistic model */
    bool is_heteroskedastic; /* noise grows with |x2| */
    size_t clusters;         /* 0: none; else rows share treatment and noise within them */
    bool gives_propensity;   /* study.propensity is the true one */
} fixture_design;

/* Data set number `set`: a pure function of (design, set). */
wrt_study *fixture_simulate(const fixture_design *design, uint64_t set, wrt_arena *arena);

/* Mean of the true effects of an endless population, E[tau(x)], E[tau(x) | treated] or untreated,
 * by numerical integration. */
double fixture_truth(const fixture_design *design, wrt_estimand estimand);

/* A standard normal number. */
double fixture_normal(wrt_rng *rng);

#endif
