/* coverage.c: the table of estimators and the processes they are right for. */
#include "tests/effect/coverage.h"

#include "effect/estimators/aipw.h"
#include "effect/estimators/did.h"
#include "effect/estimators/frontdoor.h"
#include "effect/estimators/gcomp.h"
#include "effect/estimators/ipw.h"
#include "effect/estimators/iv.h"
#include "effect/estimators/match.h"
#include "effect/estimators/naive.h"
#include "effect/estimators/ols.h"
#include "effect/estimators/rdd.h"
#include "effect/estimators/strata.h"
#include "tests/effect/coverage_designs.h"
#include "tests/effect/fixture.h"

#include <string.h>

static wrt_study *simulate(const void *ctx, uint64_t set, wrt_arena *arena) {
    return fixture_simulate(ctx, set, arena);
}

static double truth(const void *ctx, wrt_estimand estimand) {
    return fixture_truth(ctx, estimand);
}

/* One covariate of five values instead: the strata are then exact. */
static wrt_study *simulate_levels(const void *ctx, uint64_t set, wrt_arena *arena) {
    wrt_study *s = fixture_study(((const fixture_design *)ctx)->n, 1, arena);
    wrt_rng rng = wrt_rng_make(9, 1, set);
    for (size_t i = 0; i < s->n; i++) {
        double x = (double)wrt_rng_below(&rng, 5) - 2.0;
        s->covariates.values[i] = x;
        s->treatment[i] = wrt_rng_uniform(&rng) < 1.0 / (1.0 + exp(-0.4 * x));
        s->outcome[i] = x + s->treatment[i] * (1.0 + 0.5 * x) + fixture_normal(&rng);
    }
    fixture_count_treated(s);
    return s;
}

/* E[1 + x/2] over everybody, and over the treated: weights 1/(1 + exp(-0.4 x)), x = -2..2. */
static double truth_levels(const void *ctx, wrt_estimand estimand) {
    double sum = 0.0, total = 0.0;
    (void)ctx;
    for (int x = -2; x <= 2; x++) {
        double e = 1.0 / (1.0 + exp(-0.4 * x));
        double g = estimand == WRT_ESTIMAND_ATE ? 1.0 : estimand == WRT_ESTIMAND_ATT ? e : 1.0 - e;
        sum += g * (1.0 + 0.5 * x);
        total += g;
    }
    return sum / total;
}

static const fixture_design trial = {.n = 300, .k = 2, .effect = 1.0, .is_heteroskedastic = true};
static const fixture_design constant = {
    .n = 600, .k = 3, .confounding = 0.8, .effect = 1.0, .is_heteroskedastic = true};
static const fixture_design varying = {.n = 1000,
                                       .k = 3,
                                       .confounding = 0.6,
                                       .effect = 1.0,
                                       .interaction = 0.7,
                                       .is_heteroskedastic = true};
static const fixture_design known = {.n = 1000,
                                     .k = 3,
                                     .confounding = 0.6,
                                     .effect = 1.0,
                                     .interaction = 0.7,
                                     .gives_propensity = true};
static const fixture_design binary = {
    .n = 1000, .k = 2, .confounding = 0.6, .effect = 0.8, .interaction = 0.4, .is_binary = true};
static const fixture_design clustered = {
    .n = 1000, .k = 2, .confounding = 0.5, .effect = 1.0, .interaction = 0.5, .clusters = 100};

#define CASE(label, which, design, ...)                                                            \
    {                                                                                              \
        .name = (label), .estimator = &(wrt_estimator_##which), .generate = simulate,              \
        .truth = truth, .ctx = &(design), __VA_ARGS__                                              \
    }

static const double one_and_half = 1.5, four_fifths = 0.8;

#define DESIGN(label, which, made, effect, ...)                                                    \
    {                                                                                              \
        .name = (label), .estimator = &(wrt_estimator_##which), .generate = (made),                \
        .truth = designs_truth, .ctx = &(effect), __VA_ARGS__                                      \
    }

/* clang-format off: one case a line. */
const coverage_case coverage_cases[] = {
    CASE("naive, a trial", naive, trial, .estimand = WRT_ESTIMAND_ATE),
    CASE("ols HC1", ols, constant, .se = WRT_SE_ROBUST),
    CASE("ols HC3", ols, constant, .hc = WRT_HC3),
    CASE("ols, clusters", ols, clustered, .se = WRT_SE_ROBUST),
    CASE("gcomp", gcomp, varying, .estimand = WRT_ESTIMAND_ATE),
    CASE("gcomp ATT", gcomp, varying, .estimand = WRT_ESTIMAND_ATT),
    CASE("gcomp, binary", gcomp, binary, .estimand = WRT_ESTIMAND_ATE),
    CASE("gcomp, clusters", gcomp, clustered, .estimand = WRT_ESTIMAND_ATE),
    CASE("tlearner ATC", tlearner, varying, .estimand = WRT_ESTIMAND_ATC),
    CASE("ipw Hajek", ipw, varying, .estimand = WRT_ESTIMAND_ATE),
    CASE("ipw Hajek ATT", ipw, varying, .estimand = WRT_ESTIMAND_ATT),
    CASE("ipw Horvitz-Thompson", ipw, varying, .is_horvitz_thompson = true),
    CASE("ipw, given propensity", ipw, known, .estimand = WRT_ESTIMAND_ATE),
    CASE("ipw, binary", ipw, binary, .estimand = WRT_ESTIMAND_ATE),
    CASE("aipw, no folds", aipw, varying, .folds = 0),
    CASE("aipw, no folds, ATT", aipw, varying, .estimand = WRT_ESTIMAND_ATT),
    CASE("aipw, 5 folds", aipw, varying, .folds = 5),
    CASE("aipw, 5 folds, ATC", aipw, varying, .folds = 5, .estimand = WRT_ESTIMAND_ATC),
    CASE("aipw, 5 folds, binary", aipw, binary, .folds = 5),
    CASE("aipw, clusters", aipw, clustered, .folds = 5),
    CASE("match", match, varying, .estimand = WRT_ESTIMAND_ATE),
    CASE("match ATT, 3 matches", match, varying, .estimand = WRT_ESTIMAND_ATT, .matches = 3),
    CASE("match, propensity", match, varying, .by_propensity = true),
    CASE("match, propensity, ATT", match, varying, .by_propensity = true,
         .estimand = WRT_ESTIMAND_ATT),
    {.name = "strata",
     .estimator = &wrt_estimator_strata,
     .strata = 20,
     .generate = simulate_levels,
     .truth = truth_levels,
     .ctx = &varying},
    {.name = "strata ATT",
     .estimator = &wrt_estimator_strata,
     .strata = 20,
     .estimand = WRT_ESTIMAND_ATT,
     .generate = simulate_levels,
     .truth = truth_levels,
     .ctx = &varying},
    CASE("gcomp, bootstrap", gcomp, varying, .se = WRT_SE_BOOTSTRAP),
    CASE("ipw, bootstrap", ipw, varying, .se = WRT_SE_BOOTSTRAP),
    CASE("aipw, 5 folds, bootstrap", aipw, varying, .folds = 5, .se = WRT_SE_BOOTSTRAP),
    DESIGN("iv", iv, designs_instrument, one_and_half, .se = WRT_SE_ROBUST),
    DESIGN("iv, two, clusters", iv, designs_instruments, one_and_half, .se = WRT_SE_ROBUST),
    DESIGN("frontdoor", frontdoor, designs_mediator, four_fifths, .se = WRT_SE_ROBUST),
    DESIGN("frontdoor, lines", frontdoor, designs_mediator_lines, four_fifths, .se = WRT_SE_ROBUST),
    DESIGN("did, clusters", did, designs_periods, one_and_half, .estimand = WRT_ESTIMAND_ATT),
    DESIGN("rdd", rdd, designs_cutoff, four_fifths, .se = WRT_SE_ROBUST),
    DESIGN("frontdoor, bootstrap", frontdoor, designs_mediator, four_fifths,
           .se = WRT_SE_BOOTSTRAP),
};
/* clang-format on */
const size_t coverage_n_cases = sizeof coverage_cases / sizeof *coverage_cases;

static void add(coverage_result *r, const wrt_estimate *e, double *squares) {
    r->sets++;
    r->covered += e->low <= r->truth && r->truth <= e->high;
    double delta = e->estimate - r->mean;
    r->mean += delta / (double)r->sets;
    *squares += delta * (e->estimate - r->mean);
    r->mean_se += e->se;
}

static wrt_estimator_options options_of(const coverage_case *c, uint64_t seed, size_t draws) {
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    o.estimand = c->estimand;
    o.se = c->se;
    o.hc = c->hc != WRT_HC0 ? c->hc : o.hc;
    o.folds = c->folds;
    o.strata = c->strata > 0 ? c->strata : o.strata;
    o.matches = c->matches > 0 ? c->matches : o.matches;
    o.by_propensity = c->by_propensity;
    o.is_normalised = !c->is_horvitz_thompson;
    o.draws = draws;
    o.seed = seed;
    return o;
}

coverage_result coverage_run(const coverage_case *c, uint64_t first, size_t sets, size_t draws) {
    coverage_result r = {.truth = c->truth(c->ctx, c->estimand)};
    double squares = 0.0;
    first += (uint64_t)(c - coverage_cases) * 1000000; /* no two cases share data */
    for (uint64_t set = first; set < first + sets; set++) {
        wrt_arena *arena = wrt_arena_new();
        wrt_estimate e = {0};
        wrt_err err = {0};
        wrt_estimator_options options = options_of(c, set, draws);
        const wrt_study *study = c->generate(c->ctx, set, arena);
        if (c->estimator->run(&e, study, &options, arena, &err) == WRT_OK) {
            add(&r, &e, &squares);
            wrt_json_free(e.details);
        } else {
            r.refused++;
            memcpy(r.why, err.message, sizeof r.why);
        }
        wrt_arena_free(arena);
    }
    r.sd = r.sets > 1 ? sqrt(squares / (double)(r.sets - 1)) : NAN;
    r.mean_se /= (double)(r.sets > 0 ? r.sets : 1);
    return r;
}
