/* match.c: effects of rows, then their variance. */
#include "effect/estimators/match.h"

#include "effect/estimators/arms.h"
#include "effect/estimators/nearest.h"
#include "effect/estimators/propensity.h"
#include "effect/fit/linalg.h"
#include "effect/fit/quantile.h"

#include <string.h>

enum { NEIGHBOURS = 4 };         /* of the same arm, for conditional variances */
enum { OTHER, OWN, OTHER_WIDE }; /* queries */

typedef struct {
    const wrt_study *study;
    const wrt_estimator_options *options;
    wrt_design design;
    wrt_propensity p; /* of matching by propensity */
    wrt_arena *arena;
    double *matched;         /* n, mean outcome of the row's matches */
    double *matched_columns; /* n x k, mean row of the design of its matches; NULL: not needed */
    double *used, *used_squared; /* n, sums of the row's shares as a match, and of their squares */
    double *variance;            /* n, of the outcome given the point */
    double *spread[2];   /* n x k, covariance of design and outcome about the point, own and other
                            arm; NULL: not needed */
    double *effect;      /* n, treated less untreated */
    const char *note[2]; /* of the regression of each arm's matches; NULL: none */
} matching;

static double population(const matching *m, size_t i) {
    return wrt_arms_population(m->options->estimand, m->study->treatment[i]);
}

static void take_matches(matching *m, size_t i, const size_t *rows, size_t n) {
    double share = 1.0 / (double)n;
    size_t k = m->design.k, all = m->study->n;
    for (size_t r = 0; r < n; r++) {
        m->matched[i] += share * m->study->outcome[rows[r]];
        if (population(m, i) > 0.0) {
            m->used[rows[r]] += share;
            m->used_squared[rows[r]] += share * share;
        }
        for (size_t j = 0; j < k && m->matched_columns != NULL; j++)
            m->matched_columns[i + j * all] += share * m->design.x[rows[r] + j * all];
    }
}

/* J/(J+1) (y - mean of J neighbours)^2 (Abadie and Imbens 2006, equation 14). */
static void take_variance(matching *m, size_t i, const size_t *rows, size_t n) {
    double mean = 0.0;
    for (size_t r = 0; r < n; r++)
        mean += m->study->outcome[rows[r]] / (double)n;
    m->variance[i] = (double)n / (double)(n + 1) * pow(m->study->outcome[i] - mean, 2.0);
}

static void take_spread(double *out, const matching *m, size_t i, const size_t *rows, size_t n) {
    double mean = 0.0;
    size_t all = m->study->n;
    for (size_t r = 0; r < n; r++)
        mean += m->study->outcome[rows[r]] / (double)n;
    for (size_t j = 0; j < m->design.k; j++)
        for (size_t r = 0; r < n; r++)
            out[i + j * all] += m->design.x[rows[r] + j * all] *
                                (m->study->outcome[rows[r]] - mean) / (double)(n - 1);
}

static void visit(size_t i, size_t q, const size_t *rows, size_t n, void *ctx) {
    matching *m = ctx;
    if (q == OTHER)
        take_matches(m, i, rows, n);
    if (q == OWN)
        take_variance(m, i, rows, n);
    if (q == OWN && m->spread[0] != NULL)
        take_spread(m->spread[0], m, i, rows, n);
    if (q == OTHER_WIDE)
        take_spread(m->spread[1], m, i, rows, n);
}

static wrt_status find_points(wrt_nearest_points *out, matching *m, wrt_err *err) {
    const wrt_study *study = m->study;
    size_t k = m->options->by_propensity ? 1 : study->covariates.columns;
    double *z = wrt_arena_calloc(m->arena, study->n * k, sizeof *z);
    *out = (wrt_nearest_points){study->n, k, z, study->treatment};
    if (!m->options->by_propensity)
        return wrt_nearest_whiten(z, &study->covariates, study->n, m->arena, err);
    wrt_status status =
        wrt_propensity_find(&m->p, study, &m->design, m->options, NULL, m->arena, err);
    if (status == WRT_OK && m->p.e != NULL)
        memcpy(z, m->p.e, study->n * sizeof *z);
    return status;
}

static double *columns(matching *m, size_t k) {
    return wrt_arena_calloc(m->arena, m->study->n * k, sizeof(double));
}

static wrt_status find_matches(matching *m, wrt_err *err) {
    wrt_nearest_points points;
    wrt_nearest_query queries[] = {
        {m->options->matches, false}, {NEIGHBOURS, true}, {NEIGHBOURS, false}};
    wrt_status status = find_points(&points, m, err);
    if (status != WRT_OK)
        return status;
    m->matched = columns(m, 1);
    m->used = columns(m, 1);
    m->used_squared = columns(m, 1);
    m->variance = columns(m, 1);
    m->effect = columns(m, 1);
    if (!m->options->by_propensity)
        m->matched_columns = columns(m, m->design.k);
    if (m->p.is_fitted) {
        m->spread[0] = columns(m, m->design.k);
        m->spread[1] = columns(m, m->design.k);
    }
    wrt_nearest_search(&points, queries, m->p.is_fitted ? 3 : 2, visit, m);
    return WRT_OK;
}

/* matched (of rows of the other arm) += (x_i - mean of its matches)' slopes of this arm, fitted to
 * its rows as often as they are matches. */
static wrt_status correct_bias(matching *m, int arm, wrt_err *err) {
    const wrt_study *study = m->study;
    double *weights = columns(m, 1), *gap = columns(m, 1), total = 0.0;
    for (size_t i = 0; i < study->n; i++) {
        weights[i] = (study->treatment[i] == 1.0) == (arm == 1) ? m->used[i] : 0.0;
        total += weights[i];
    }
    if (total <= 0.0) /* the estimand asks nothing of this arm */
        return WRT_OK;
    wrt_mean fit = {0};
    wrt_mean_options linear = {.what = "the regression among matches"};
    wrt_status status =
        wrt_mean_fit(&fit, &m->design, study->outcome, weights, &linear, m->arena, err);
    if (status != WRT_OK)
        return status;
    m->note[arm] = fit.note;
    for (size_t j = 1; j < m->design.k; j++)
        for (size_t i = 0; i < study->n; i++) {
            size_t at = i + j * study->n;
            gap[i] += fit.coefficients[j] * (m->design.x[at] - m->matched_columns[at]);
        }
    for (size_t i = 0; i < study->n; i++)
        if ((study->treatment[i] == 1.0) != (arm == 1))
            m->matched[i] += gap[i];
    return WRT_OK;
}

static void find_effects(wrt_estimate *out, matching *m) {
    double sum[2] = {0.0, 0.0}, total = 0.0;
    for (size_t i = 0; i < m->study->n; i++) {
        bool is_treated = m->study->treatment[i] == 1.0;
        double y = m->study->outcome[i], g = population(m, i);
        double treated = is_treated ? y : m->matched[i], untreated = is_treated ? m->matched[i] : y;
        m->effect[i] = treated - untreated;
        sum[0] += g * untreated;
        sum[1] += g * treated;
        total += g;
    }
    out->mean_treated = sum[1] / total;
    out->mean_untreated = sum[0] / total;
    out->estimate = out->mean_treated - out->mean_untreated;
}

/* n V of Abadie and Imbens 2006, theorem 7, with shares in place of 1/M: with K the row's shares
 * and K' their squares, (K + g)^2 - g - K' is K^2 + 2 K - K' for rows of the population and K^2 -
 * K' for the others. */
static double variance_of(const matching *m, double estimate) {
    double sum = 0.0, total = 0.0;
    for (size_t i = 0; i < m->study->n; i++) {
        double g = population(m, i), k = m->used[i];
        sum += g * pow(m->effect[i] - estimate, 2.0);
        sum += (k * k + 2.0 * g * k - m->used_squared[i]) * m->variance[i];
        total += g;
    }
    return sum / (total * total);
}

/* v' A v with A the inverse information of the propensity. */
static double quadratic(const matching *m, const double *v) {
    size_t k = m->design.k;
    double *half = wrt_arena_calloc(m->arena, k, sizeof *half);
    wrt_linalg_multiply(half, m->p.model.inverse, k, k, v, 1);
    return wrt_linalg_dot(v, half, k);
}

/* What fitting the propensity takes from the variance: c' I^-1 c; for the ATT and ATC less d' I^-1
 * d, d the derivative of the estimand in the coefficients (Abadie and Imbens 2016, section 4). The
 * spreads of the row's own arm and of the other one are weighted as the estimand weights them. */
static double gain_of(const matching *m, double estimate) {
    size_t n = m->study->n, k = m->design.k;
    wrt_estimand estimand = m->options->estimand;
    double *c = wrt_arena_calloc(m->arena, 2 * k, sizeof *c), *d = c + k, total = 0.0;
    for (size_t i = 0; i < n; i++)
        total += population(m, i);
    for (size_t i = 0; i < n; i++) {
        int own = m->study->treatment[i] == 1.0;
        double e = m->p.e[i], f = e * (1.0 - e) / total;
        double sign = estimand == WRT_ESTIMAND_ATC ? -1.0 : 1.0;
        double share = estimand == WRT_ESTIMAND_ATE   ? 1.0
                       : estimand == WRT_ESTIMAND_ATT ? e
                                                      : 1 - e;
        double own_share = share / (own == 1 ? e : 1.0 - e);
        double other_share = share / (own == 1 ? 1.0 - e : e);
        for (size_t j = 0; j < k; j++) {
            size_t at = i + j * n;
            if (estimand != WRT_ESTIMAND_ATE)
                d[j] += sign * f * m->design.x[at] * (m->effect[i] - estimate);
            c[j] += f * (own_share * m->spread[0][at] + other_share * m->spread[1][at]);
        }
    }
    for (size_t j = 0; j < k; j++)
        c[j] += d[j];
    return quadratic(m, c) - quadratic(m, d);
}

static void describe(wrt_estimate *out, const matching *m, double largest) {
    const wrt_study *study = m->study;
    double *weights = wrt_arena_calloc(m->arena, study->n, sizeof *weights), total = 0.0;
    for (size_t i = 0; i < study->n; i++)
        total += population(m, i);
    for (size_t i = 0; i < study->n; i++)
        weights[i] = (population(m, i) + m->used[i]) / total;
    out->weights = weights;
    out->unit_effects = m->effect;
    out->propensity = m->p.e;
    out->n_used = study->n;
    out->measure = study->outcome_is_binary ? "risk difference" : "difference in means";
    wrt_json *details = wrt_estimate_details(out);
    wrt_json_set_text(details, "distance",
                      m->options->by_propensity ? "propensity" : "Mahalanobis");
    wrt_json_set_bool(details, "bias_corrected", !m->options->by_propensity);
    wrt_json_set_number(details, "most_used", largest);
    if (m->options->by_propensity)
        wrt_propensity_report(out, &m->p, study, m->arena);
}

static void close_analytic(wrt_estimate *out, matching *m) {
    double variance = variance_of(m, out->estimate), largest = 0.0;
    out->se_method = "Abadie-Imbens 2006";
    if (m->p.is_fitted) {
        double adjusted = variance - gain_of(m, out->estimate);
        out->se_method = "Abadie-Imbens 2016";
        variance = adjusted > 0.0 ? adjusted : variance;
    }
    double z = wrt_normal_quantile(0.5 + 0.5 * m->options->level);
    out->se = sqrt(variance);
    out->low = out->estimate - z * out->se;
    out->high = out->estimate + z * out->se;
    for (size_t i = 0; i < m->study->n; i++)
        largest = fmax(largest, m->used[i]);
    describe(out, m, largest);
}

static wrt_status check(const wrt_study *study, const wrt_estimator_options *options,
                        wrt_err *err) {
    if (options->se == WRT_SE_BOOTSTRAP)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "match has no bootstrap interval: the bootstrap is not valid for matching "
                        "with replacement (Abadie and Imbens 2008, doi:10.3982/ECTA6474); its "
                        "robust interval is analytic");
    if (study->cluster != NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "match has no interval by cluster: use aipw or ipw");
    if (options->matches < 1 || options->matches > WRT_NEAREST_MAX)
        return wrt_fail(err, WRT_E_INPUT, "1 to %d matches, not %zu", WRT_NEAREST_MAX,
                        options->matches);
    if (study->n > WRT_NEAREST_ROWS_MAX)
        return wrt_fail(err, WRT_E_LIMIT,
                        "match compares every pair of rows, of %zu here, %d at most: use aipw",
                        study->n, WRT_NEAREST_ROWS_MAX);
    if (!options->by_propensity && study->covariates.columns == 0)
        return wrt_fail(err, WRT_E_INPUT, "match needs covariates to match by");
    size_t rows = options->matches > NEIGHBOURS ? options->matches : NEIGHBOURS;
    return wrt_arms_check(&wrt_estimator_match, study, options, rows + 1, err);
}

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    *out = (wrt_estimate){0};
    wrt_status status = check(study, options, err);
    if (status != WRT_OK)
        return status;
    if (options->trim > 0.0)
        return wrt_propensity_run_trimmed(out, study, options, run, arena, err);
    matching m = {.study = study, .options = options, .arena = arena};
    m.design = wrt_design_new(study->n, NULL, NULL, &study->covariates, arena);
    status = find_matches(&m, err);
    for (int arm = 0; arm < 2 && status == WRT_OK && m.matched_columns != NULL; arm++)
        status = correct_bias(&m, arm, err);
    if (status != WRT_OK)
        return status;
    find_effects(out, &m);
    close_analytic(out, &m);
    for (int arm = 0; arm < 2; arm++)
        if (m.note[arm] != NULL)
            wrt_estimate_warn(out, arena, "%s", m.note[arm]);
    return WRT_OK;
}

const wrt_estimator wrt_estimator_match = {
    .name = "match",
    .source = "Abadie and Imbens 2006, 2011, 2016, doi:10.1111/j.1468-0262.2006.00655.x",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATE | 1U << WRT_ESTIMAND_ATT | 1U << WRT_ESTIMAND_ATC,
    .errors = 1U << WRT_SE_ROBUST,
    .adjusts = true,
};
