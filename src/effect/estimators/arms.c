/* arms.c: checks, balancing weights, intervals. */
#include "effect/estimators/arms.h"

#include "effect/fit/quantile.h"
#include "effect/resample/threads.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const estimand_names[] = {"ATE", "ATT", "ATC"};
static const char *const error_names[] = {"robust", "classical", "bootstrap"};

const char *wrt_estimand_name(wrt_estimand estimand) {
    return estimand_names[estimand];
}

/* "ATE, ATT" of the set bits. */
static const char *list_of(char *out, size_t size, unsigned bits, const char *const names[3]) {
    size_t at = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < 3; i++)
        if (bits & 1U << i)
            at += (size_t)snprintf(out + at, size - at, "%s%s", at > 0 ? ", " : "", names[i]);
    return out;
}

static wrt_status check_support(const wrt_estimator *e, const wrt_estimator_options *o,
                                wrt_err *err) {
    char list[64];
    if (!(e->estimands & 1U << o->estimand))
        return wrt_fail(err, WRT_E_UNSUPPORTED, "%s does not estimate the %s; it estimates: %s",
                        e->name, estimand_names[o->estimand],
                        list_of(list, sizeof list, e->estimands, estimand_names));
    if (!(e->errors & 1U << o->se))
        return wrt_fail(err, WRT_E_UNSUPPORTED, "%s has no %s interval; it has: %s", e->name,
                        error_names[o->se], list_of(list, sizeof list, e->errors, error_names));
    return WRT_OK;
}

static wrt_status check_options(const wrt_estimator_options *o, wrt_err *err) {
    if (!(o->level > 0.0 && o->level < 1.0))
        return wrt_fail(err, WRT_E_INPUT, "the level of an interval lies between 0 and 1, not %g",
                        o->level);
    if (!(o->trim >= 0.0 && o->trim < 0.5))
        return wrt_fail(err, WRT_E_INPUT, "propensities are trimmed at 0 to below 0.5, not %g",
                        o->trim);
    if (!(o->ridge >= 0.0 && isfinite(o->ridge)))
        return wrt_fail(err, WRT_E_INPUT, "a ridge penalty is 0 or more, not %g", o->ridge);
    if (o->threads < 1 || o->threads > WRT_THREADS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "1 to %d threads, not %d", WRT_THREADS_MAX, o->threads);
    if (o->shards > 1 && o->shard >= o->shards)
        return wrt_fail(err, WRT_E_INPUT, "shard %zu of %zu: shards are counted from 0", o->shard,
                        o->shards);
    return WRT_OK;
}

wrt_status wrt_arms_check(const wrt_estimator *estimator, const wrt_study *study,
                          const wrt_estimator_options *options, size_t rows, wrt_err *err) {
    wrt_status status = check_support(estimator, options, err);
    if (status == WRT_OK)
        status = check_options(options, err);
    if (status != WRT_OK)
        return status;
    if (!study->treatment_is_binary)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s compares two arms: the treatment must have two values (make groups of "
                        "it, or use ols)",
                        estimator->name);
    size_t untreated = study->n - study->n_treated;
    if (study->n_treated < rows || untreated < rows)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s needs at least %zu rows in each arm: there are %zu treated and %zu "
                        "untreated ones",
                        estimator->name, rows, study->n_treated, untreated);
    if (study->cluster != NULL && study->n_clusters < 2)
        return wrt_fail(err, WRT_E_INPUT, "errors by cluster need at least two clusters");
    return WRT_OK;
}

double wrt_arms_population(wrt_estimand estimand, double treatment) {
    if (estimand == WRT_ESTIMAND_ATE)
        return 1.0;
    return estimand == WRT_ESTIMAND_ATT ? treatment : 1.0 - treatment;
}

double wrt_arms_weight(wrt_estimand estimand, int arm, double e) {
    double own = arm == 1 ? e : 1.0 - e; /* probability of the arm the row is in */
    if (estimand == WRT_ESTIMAND_ATE)
        return 1.0 / own;
    bool is_whole = (estimand == WRT_ESTIMAND_ATT) == (arm == 1);
    return is_whole ? 1.0 : (1.0 - own) / own;
}

double wrt_arms_weight_slope(wrt_estimand estimand, int arm, double e) {
    double own = arm == 1 ? e : 1.0 - e;
    bool is_whole = estimand != WRT_ESTIMAND_ATE && (estimand == WRT_ESTIMAND_ATT) == (arm == 1);
    double odds = is_whole ? 0.0 : (1.0 - own) / own;
    return arm == 1 ? -odds : odds;
}

double wrt_arms_count(const double *counts, size_t i) {
    return counts != NULL ? counts[i] : 1.0;
}

double wrt_arms_effective_size(const double *weights, const wrt_study *study, int arm) {
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < study->n; i++)
        if ((study->treatment[i] == 1.0) == (arm == 1)) {
            sum += weights[i];
            squares += weights[i] * weights[i];
        }
    return squares > 0.0 ? sum * sum / squares : 0.0;
}

void wrt_estimate_warn(wrt_estimate *out, wrt_arena *arena, const char *format, ...) {
    char text[WRT_ERR_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char **all = wrt_arena_calloc(arena, out->n_warnings + 1, sizeof *all);
    for (size_t i = 0; i < out->n_warnings; i++)
        all[i] = out->warnings[i];
    all[out->n_warnings++] = wrt_arena_strdup(arena, text, strlen(text));
    out->warnings = all;
}

wrt_json *wrt_estimate_details(wrt_estimate *out) {
    if (out->details == NULL)
        out->details = wrt_json_new_object();
    return out->details;
}

static void close_robust(wrt_estimate *out, const wrt_study *study, double level,
                         wrt_arena *arena) {
    double sum = 0.0, n = (double)study->n, g = (double)study->n_clusters;
    double quantile = wrt_normal_quantile(0.5 + 0.5 * level);
    out->se_method = "influence function";
    if (study->cluster != NULL) {
        double *sums = wrt_arena_calloc(arena, study->n_clusters, sizeof *sums);
        for (size_t i = 0; i < study->n; i++)
            sums[study->cluster[i]] += out->influence[i];
        for (size_t c = 0; c < study->n_clusters; c++)
            sum += sums[c] * sums[c] * g / (g - 1.0);
        quantile = wrt_t_quantile(0.5 + 0.5 * level, g - 1.0);
        out->se_method = "influence function, summed within clusters";
    } else {
        for (size_t i = 0; i < study->n; i++)
            sum += out->influence[i] * out->influence[i];
    }
    out->se = sqrt(sum) / n;
    out->low = out->estimate - quantile * out->se;
    out->high = out->estimate + quantile * out->se;
}

static void set_details(wrt_estimate *out, const wrt_bootstrap *b, size_t draws, size_t shards) {
    wrt_json *all = wrt_json_new_object();
    wrt_json_set_int(all, "draws", (int64_t)draws);
    if (shards <= 1) {
        wrt_json_set_int(all, "failed", (int64_t)b->failed);
        wrt_json_set_number(all, "bias", b->bias);
        wrt_json_set_number(all, "z0", b->z0);
        wrt_json_set_number(all, "acceleration", b->acceleration);
    }
    wrt_json_set(wrt_estimate_details(out), "bootstrap", all);
}

static wrt_status close_bootstrap(wrt_estimate *out, wrt_bootstrap_statistic *statistic,
                                  const wrt_arms_ctx *ctx, wrt_arena *arena, wrt_err *err) {
    const wrt_study *study = ctx->study;
    const wrt_estimator_options *o = ctx->options;
    wrt_bootstrap_plan plan = {.n = study->n,
                               .cluster = study->cluster,
                               .n_clusters = study->n_clusters,
                               .draws = o->draws,
                               .seed = o->seed,
                               .threads = o->threads,
                               .shard = o->shard,
                               .shards = o->shards};
    double *values = wrt_arena_calloc(arena, o->draws, sizeof *values);
    wrt_status status = WRT_OK;
    if (o->drawn != NULL)
        memcpy(values, o->drawn, o->draws * sizeof *values);
    else
        status = wrt_bootstrap_draw(values, &plan, statistic, ctx, err);
    wrt_bootstrap result = {.se = NAN, .low = NAN, .high = NAN};
    bool is_whole = o->drawn != NULL || o->shards <= 1;
    if (status == WRT_OK && is_whole)
        status = wrt_bootstrap_close(&result, &plan, values, out->estimate, out->influence,
                                     o->level, arena, err);
    if (status != WRT_OK)
        return status;
    out->se = result.se;
    out->low = result.low;
    out->high = result.high;
    out->draws = values;
    out->se_method = study->cluster != NULL ? "bootstrap of clusters, BCa" : "bootstrap, BCa";
    set_details(out, &result, o->draws, is_whole ? 1 : o->shards);
    return WRT_OK;
}

wrt_status wrt_estimate_close(wrt_estimate *out, wrt_bootstrap_statistic *statistic,
                              const wrt_arms_ctx *ctx, wrt_arena *arena, wrt_err *err) {
    if (ctx->options->se != WRT_SE_BOOTSTRAP) {
        close_robust(out, ctx->study, ctx->options->level, arena);
        return WRT_OK;
    }
    if (ctx->options->drawn == NULL || ctx->options->draws <= WRT_BOOTSTRAP_DRAWS_MAX)
        return close_bootstrap(out, statistic, ctx, arena, err);
    return wrt_fail(err, WRT_E_INPUT, "a bootstrap takes at most %d draws",
                    WRT_BOOTSTRAP_DRAWS_MAX);
}
