/* rdd.c: two sides, two fits each: the line in window h, the quadratic in window b that knows the
 * line's bias. */
#include "effect/estimators/rdd.h"

#include "effect/estimators/arms.h"
#include "effect/estimators/rdd_bandwidth.h"
#include "effect/fit/quantile.h"

#include <string.h>

enum { SIDE_MIN = 6 };

typedef struct {
    wrt_local_rows rows;
    size_t *index; /* of each row in the study */
    wrt_local line, curve;
    double bias_pull; /* bias of the line at the cutoff per unit of curve.beta[2] */
} side;

typedef struct {
    side sides[2]; /* left, right */
    int treated;   /* the side that is treated */
    wrt_rdd_bandwidth window;
    int hc;
} jump;

/* ---- sides */

/* The treated side; rows on the cutoff go with their treatment. */
static wrt_status find_treated(int *treated, const wrt_study *s, double cutoff, wrt_err *err) {
    size_t against[2] = {0, 0}; /* rows against "the left is treated", "the right is treated" */
    for (size_t i = 0; i < s->n; i++) {
        double x = s->running[i] - cutoff;
        bool is_treated = s->treatment[i] > 0;
        against[0] += is_treated ? x > 0 : x < 0;
        against[1] += is_treated ? x < 0 : x > 0;
    }
    *treated = against[1] <= against[0];
    if (against[*treated] == 0)
        return WRT_OK;
    return wrt_fail(
        err, WRT_E_INPUT,
        "rdd: %zu of %zu rows have the treatment of the other side of the cutoff %g: "
        "only sharp designs are estimated; check the cutoff, or use iv with the side as "
        "instrument",
        against[*treated], s->n, cutoff);
}

static wrt_status split(jump *j, const wrt_study *s, double cutoff, wrt_arena *arena,
                        wrt_err *err) {
    wrt_status status = find_treated(&j->treated, s, cutoff, err);
    if (status != WRT_OK)
        return status;
    for (int k = 0; k < 2; k++) {
        double *x = wrt_arena_calloc(arena, s->n, sizeof *x);
        double *y = wrt_arena_calloc(arena, s->n, sizeof *y);
        j->sides[k].index = wrt_arena_calloc(arena, s->n, sizeof *j->sides[k].index);
        size_t n = 0;
        for (size_t i = 0; i < s->n; i++) {
            if ((s->treatment[i] > 0) != (j->treated == k))
                continue;
            x[n] = s->running[i] - cutoff;
            y[n] = s->outcome[i];
            j->sides[k].index[n++] = i;
        }
        j->sides[k].rows = (wrt_local_rows){x, y, n};
        if (n < SIDE_MIN)
            return wrt_fail(err, WRT_E_INPUT,
                            "rdd: %zu rows are %s the cutoff %g, at least %d are needed", n,
                            k ? "above" : "below", cutoff, SIDE_MIN);
    }
    return WRT_OK;
}

static wrt_status choose_window(jump *j, const wrt_estimator_options *options, wrt_err *err) {
    if (options->bandwidth > 0) {
        j->window = (wrt_rdd_bandwidth){options->bandwidth, options->bandwidth};
        return WRT_OK;
    }
    const wrt_local_rows rows[2] = {j->sides[0].rows, j->sides[1].rows};
    return wrt_rdd_bandwidth_find(&j->window, rows, j->hc, err);
}

static wrt_status fit_sides(jump *j, wrt_err *err) {
    double ratio = j->window.h / j->window.b;
    for (int k = 0; k < 2; k++) {
        side *s = &j->sides[k];
        if (!wrt_local_fit(&s->line, &s->rows, 1, j->window.h) ||
            !wrt_local_fit(&s->curve, &s->rows, 2, j->window.b))
            return wrt_fail(err, WRT_E_INPUT,
                            "rdd: too few different values of the running variable within %g %s "
                            "the cutoff: widen the bandwidth",
                            j->window.h, k ? "above" : "below");
        s->bias_pull = ratio * ratio * wrt_local_next(&s->line, &s->rows, 0);
    }
    return WRT_OK;
}

/* ---- estimates */

static double bias_of(const side *s) {
    return s->bias_pull * s->curve.beta[2];
}

/* Treated minus untreated of a number of each side. */
static double contrast(const jump *j, double left, double right) {
    return j->treated == 1 ? right - left : left - right;
}

/* What each row adds to the estimate's error, n long: that of the lines, or of the lines less their
 * bias. */
static double *errors_of(const jump *j, bool is_corrected, size_t n, wrt_arena *arena) {
    double *out = wrt_arena_calloc(arena, n, sizeof *out);
    for (int k = 0; k < 2; k++) {
        const side *s = &j->sides[k];
        double sign = k == j->treated ? 1 : -1;
        for (size_t i = 0; i < s->rows.n; i++) {
            double x = s->rows.x[i], pull = wrt_local_pull(&s->line, 0, x);
            if (is_corrected)
                pull -= s->bias_pull * wrt_local_pull(&s->curve, 2, x);
            const wrt_local *fit = is_corrected ? &s->curve : &s->line;
            out[s->index[i]] =
                pull != 0 ? sign * pull * wrt_local_residual(fit, x, s->rows.y[i], j->hc) : 0;
        }
    }
    return out;
}

static double error_of(const double *rows, const wrt_study *s, wrt_arena *arena) {
    double sum = 0, g = (double)s->n_clusters;
    if (s->cluster == NULL) {
        for (size_t i = 0; i < s->n; i++)
            sum += rows[i] * rows[i];
        return sqrt(sum);
    }
    double *sums = wrt_arena_calloc(arena, s->n_clusters, sizeof *sums);
    for (size_t i = 0; i < s->n; i++)
        sums[s->cluster[i]] += rows[i];
    for (size_t c = 0; c < s->n_clusters; c++)
        sum += sums[c] * sums[c];
    return sqrt(sum * g / (g - 1));
}

static void estimate(wrt_estimate *out, const jump *j, const wrt_study *s, double level,
                     wrt_arena *arena) {
    const side *left = &j->sides[0], *right = &j->sides[1];
    double *influence = errors_of(j, false, s->n, arena);
    double quantile = wrt_normal_quantile(0.5 + 0.5 * level);
    out->mean_treated = j->sides[j->treated].line.beta[0];
    out->mean_untreated = j->sides[1 - j->treated].line.beta[0];
    out->estimate = contrast(j, left->line.beta[0], right->line.beta[0]);
    out->se = error_of(influence, s, arena);
    out->n_used = left->line.rows + right->line.rows;
    double corrected = out->estimate - contrast(j, bias_of(left), bias_of(right));
    double se = error_of(errors_of(j, true, s->n, arena), s, arena);
    out->low = corrected - quantile * se;
    out->high = corrected + quantile * se;
    for (size_t i = 0; i < s->n; i++)
        influence[i] *= (double)s->n;
    out->influence = influence;
    wrt_json *robust = wrt_json_new_object();
    wrt_json_set_number(robust, "estimate", corrected);
    wrt_json_set_number(robust, "se", se);
    wrt_json_set(wrt_estimate_details(out), "bias_corrected", robust);
}

/* ---- what a reader has to know */

/* Share of the window's rows whose value another row of their side has too. */
static double repeated_share(const jump *j) {
    size_t rows = 0, repeated = 0;
    for (int k = 0; k < 2; k++) {
        const wrt_local_rows *r = &j->sides[k].rows;
        for (size_t i = 0; i < r->n && i < 2000; i++) {
            if (fabs(r->x[i]) >= j->window.h)
                continue;
            rows++;
            for (size_t m = 0; m < r->n; m++)
                if (m != i && r->x[m] == r->x[i]) {
                    repeated++;
                    break;
                }
        }
    }
    return rows > 0 ? (double)repeated / (double)rows : 0;
}

static void report(wrt_estimate *out, const jump *j, const wrt_estimator_options *options,
                   wrt_arena *arena) {
    wrt_json *details = wrt_estimate_details(out);
    wrt_json_set_number(details, "cutoff", options->cutoff);
    wrt_json_set_text(details, "treated_side", j->treated ? "above" : "below");
    wrt_json_set_text(details, "kernel", "triangular");
    wrt_json_set_number(details, "bandwidth", j->window.h);
    wrt_json_set_number(details, "bias_bandwidth", j->window.b);
    wrt_json_set_text(details, "bandwidth_rule",
                      options->bandwidth > 0 ? "given"
                                             : "least mean squared error (Calonico, Cattaneo and "
                                               "Titiunik 2014; \"mserd\")");
    wrt_json_set_int(details, "rows_below", (int64_t)j->sides[0].line.rows);
    wrt_json_set_int(details, "rows_above", (int64_t)j->sides[1].line.rows);
    wrt_json_set_text(details, "population", "those at the cutoff");
    wrt_estimate_warn(out, arena,
                      "the effect is that at the cutoff, and only if nobody could choose the side: "
                      "the density of the running variable is not tested here");
    double repeated = repeated_share(j);
    if (repeated > 0.2)
        wrt_estimate_warn(out, arena,
                          "%.0f %% of the rows in the window share their value of the running "
                          "variable with others: bandwidth and errors take it for continuous",
                          100 * repeated);
}

static wrt_status check(const wrt_study *study, const wrt_estimator_options *options,
                        wrt_err *err) {
    wrt_status status = wrt_arms_check(&wrt_estimator_rdd, study, options, 1, err);
    if (status != WRT_OK)
        return status;
    if (study->running == NULL)
        return wrt_fail(err, WRT_E_INPUT, "rdd needs a running variable and a cutoff");
    if (!isfinite(options->cutoff) || !(options->bandwidth >= 0) || !isfinite(options->bandwidth))
        return wrt_fail(err, WRT_E_INPUT,
                        "rdd: the cutoff is a number and the bandwidth is above 0, "
                        "or 0 to have it chosen");
    if (study->covariates.columns > 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "rdd holds nothing fixed but the running variable: leave covariates out");
    return WRT_OK;
}

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    *out = (wrt_estimate){0};
    jump *j = wrt_arena_calloc(arena, 1, sizeof *j);
    j->hc = (int)options->hc;
    wrt_status status = check(study, options, err);
    if (status == WRT_OK)
        status = split(j, study, options->cutoff, arena, err);
    if (status == WRT_OK)
        status = choose_window(j, options, err);
    if (status == WRT_OK)
        status = fit_sides(j, err);
    if (status != WRT_OK)
        return status;
    out->measure = study->outcome_is_binary ? "risk difference at the cutoff"
                                            : "difference in means at the cutoff";
    out->se_method = study->cluster != NULL
                         ? "clustered; interval robust and bias-corrected"
                         : "residuals of local lines; interval robust and bias-corrected";
    estimate(out, j, study, options->level, arena);
    report(out, j, options, arena);
    return WRT_OK;
}

const wrt_estimator wrt_estimator_rdd = {
    .name = "rdd",
    .source = "Calonico, Cattaneo and Titiunik 2014, doi:10.3982/ECTA11757",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATE,
    .errors = 1U << WRT_SE_ROBUST,
    .wants_running = true,
};
