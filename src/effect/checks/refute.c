/* refute.c: repetitions of an estimator, and what their scatter says. */
#include "effect/checks/refute.h"
#include "effect/checks/finite.h"
#include "effect/checks/refute_study.h"

#include <math.h>
#include <stdlib.h>

enum { STREAM = 0x72656675 }; /* first of WRT_REFUTE_COUNT streams */

const char *wrt_refuter_name(wrt_refuter refuter) {
    static const char *const names[] = {"placebo", "random_common_cause", "subset",
                                        "dummy_outcome"};
    return refuter < WRT_REFUTE_COUNT ? names[refuter] : "?";
}

static bool expects_zero(wrt_refuter refuter) {
    return refuter == WRT_REFUTE_PLACEBO || refuter == WRT_REFUTE_DUMMY_OUTCOME;
}

static wrt_status check(const wrt_refute_question *q, wrt_err *err) {
    if (q->repetitions < 2 || q->repetitions > WRT_REFUTE_REPETITIONS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "a refuter takes 2 to %d repetitions, not %zu",
                        WRT_REFUTE_REPETITIONS_MAX, q->repetitions);
    if (!(q->subset >= 0 && q->subset < 1))
        return wrt_fail(err, WRT_E_INPUT, "a subset is a share between 0 and 1, not %g", q->subset);
    if (!isfinite(q->original->estimate))
        return wrt_fail(err, WRT_E_INPUT, "there is no estimate to refute");
    bool is_designed = q->study->instruments.columns > 0 || q->study->mediators.columns > 0 ||
                       q->study->running != NULL;
    if (q->refuter == WRT_REFUTE_PLACEBO && is_designed)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "a placebo treatment does not fit instruments, mediators and running "
                        "variables: take the dummy outcome");
    return WRT_OK;
}

/* ---- repetitions */

static wrt_study changed(const wrt_refute_question *q, size_t repetition, wrt_arena *arena) {
    wrt_rng rng = wrt_rng_make(q->seed, (uint32_t)STREAM + (uint32_t)q->refuter, repetition);
    switch (q->refuter) {
    case WRT_REFUTE_RANDOM_CAUSE:
        return wrt_study_add_noise(q->study, &rng, arena);
    case WRT_REFUTE_SUBSET:
        return wrt_study_take_part(q->study, q->subset > 0 ? q->subset : 0.8, &rng, arena);
    case WRT_REFUTE_DUMMY_OUTCOME:
        return wrt_study_permute_outcome(q->study, &rng, arena);
    case WRT_REFUTE_PLACEBO:
    case WRT_REFUTE_COUNT:
    default:
        return wrt_study_permute_treatment(q->study, &rng, arena);
    }
}

static void repeat(wrt_refutation *out, const wrt_refute_question *q, wrt_err *first) {
    wrt_estimator_options options = *q->options;
    size_t missed = 0, judged = 0;
    if (options.se == WRT_SE_BOOTSTRAP)
        options.se = WRT_SE_ROBUST;
    for (size_t r = 0; r < q->repetitions; r++) {
        wrt_arena *arena = wrt_arena_new();
        wrt_study study = changed(q, r, arena);
        wrt_estimate e = {0};
        wrt_status status = q->run(&e, &study, &options, arena, out->failed == 0 ? first : NULL);
        if (status == WRT_OK && isfinite(e.estimate)) {
            out->estimates[out->n++] = e.estimate;
            judged += isnan(e.low) ? 0 : 1;
            missed += e.low > out->expected || e.high < out->expected;
        } else
            out->failed++;
        if (status == WRT_OK)
            wrt_json_free(e.details);
        wrt_arena_free(arena);
    }
    out->misses = judged > 0 ? (double)missed / (double)judged : NAN;
}

/* ---- what they say */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(const double *sorted, size_t n, double p) {
    double at = p * (double)(n - 1);
    size_t k = (size_t)at;
    return k + 1 < n ? sorted[k] + (at - (double)k) * (sorted[k + 1] - sorted[k]) : sorted[n - 1];
}

static void summarise(wrt_refutation *out) {
    double *sorted = wrt_calloc(out->n, sizeof *sorted), spread = 0;
    for (size_t i = 0; i < out->n; i++) {
        sorted[i] = out->estimates[i];
        out->mean += out->estimates[i] / (double)out->n;
    }
    for (size_t i = 0; i < out->n; i++)
        spread += (sorted[i] - out->mean) * (sorted[i] - out->mean);
    out->sd = out->n > 1 ? sqrt(spread / (double)(out->n - 1)) : 0;
    qsort(sorted, out->n, sizeof *sorted, by_value);
    out->low = percentile(sorted, out->n, 0.025);
    out->high = percentile(sorted, out->n, 0.975);
    free(sorted);
}

static double share_of(const wrt_refutation *out, double original) {
    size_t far = 0, below = 0, above = 0;
    for (size_t i = 0; i < out->n; i++) {
        far += fabs(out->estimates[i]) >= fabs(original);
        below += out->estimates[i] <= original;
        above += out->estimates[i] >= original;
    }
    if (expects_zero(out->refuter))
        return (double)(far + 1) / (double)(out->n + 1);
    return fmin(1, 2 * (double)(below < above ? below : above) / (double)out->n);
}

static bool passes(const wrt_refutation *out, const wrt_estimate *original) {
    double moved = fabs(out->mean - out->expected), n = (double)out->n;
    double rounding = 1e-9 * (fabs(original->estimate) + fabs(out->mean));
    double se = original->se;
    switch (out->refuter) {
    case WRT_REFUTE_RANDOM_CAUSE:
        return moved <= rounding + (isnan(se) ? fabs(original->estimate) / 10 : se / 2);
    case WRT_REFUTE_SUBSET:
        return out->share >= 0.05 || moved <= rounding;
    case WRT_REFUTE_PLACEBO:
    case WRT_REFUTE_DUMMY_OUTCOME:
    case WRT_REFUTE_COUNT:
    default:
        return moved <= rounding + fmax(0.25, 3 / sqrt(n)) * out->sd;
    }
}

static const char *words_of_zero(const wrt_refutation *out, wrt_arena *arena) {
    const char *what =
        out->refuter == WRT_REFUTE_PLACEBO ? "a permuted treatment" : "a permuted outcome";
    if (!out->passes)
        return wrt_arena_printf(arena,
                                "With %s, which can have no effect, the estimator finds %.4g on "
                                "average: it is biased on these data.",
                                what, out->mean);
    if (!out->intervals_hold)
        return wrt_arena_printf(arena,
                                "With %s estimates scatter about 0, but %.0f %% of the intervals "
                                "miss it: the errors are too small.",
                                what, 100 * out->misses);
    return wrt_arena_printf(arena,
                            "With %s estimates scatter about 0 as they must; chance alone goes as "
                            "far as the original in %.2g of the repetitions.",
                            what, out->share);
}

static const char *words(const wrt_refutation *out, wrt_arena *arena) {
    if (expects_zero(out->refuter))
        return words_of_zero(out, arena);
    if (out->refuter == WRT_REFUTE_RANDOM_CAUSE)
        return wrt_arena_printf(arena,
                                out->passes
                                    ? "A covariate of pure noise moves the estimate from %.4g to "
                                      "%.4g on average: it is stable."
                                    : "A covariate of pure noise moves the estimate from %.4g to "
                                      "%.4g on average: it is unstable.",
                                out->expected, out->mean);
    return wrt_arena_printf(
        arena,
        out->passes ? "Random parts of the rows give %.4g to %.4g (95 %%): the original lies among "
                      "them."
                    : "Random parts of the rows give %.4g to %.4g (95 %%), and the original hardly "
                      "lies among them: it hangs on few rows.",
        out->low, out->high);
}

wrt_status wrt_refute(wrt_refutation *out, const wrt_refute_question *q, wrt_arena *arena,
                      wrt_err *err) {
    wrt_err first = {0};
    wrt_status status = check(q, err);
    if (status != WRT_OK)
        return status;
    *out = (wrt_refutation){.refuter = q->refuter,
                            .expected = expects_zero(q->refuter) ? 0 : q->original->estimate,
                            .estimates =
                                wrt_arena_calloc(arena, q->repetitions, sizeof *out->estimates)};
    repeat(out, q, &first);
    if (out->n < 2)
        return wrt_fail(err, WRT_E_INPUT, "%s: %zu of %zu repetitions failed, the first so: %s",
                        wrt_refuter_name(q->refuter), out->failed, q->repetitions, first.message);
    summarise(out);
    double alpha = 1 - q->options->level;
    out->share = share_of(out, q->original->estimate);
    out->intervals_hold =
        isnan(out->misses) || out->misses <= alpha + 4 * sqrt(alpha * (1 - alpha) / (double)out->n);
    out->passes = passes(out, q->original);
    out->text = words(out, arena);
    return WRT_OK;
}

wrt_json *wrt_refutation_json(const wrt_refutation *r) {
    wrt_json *all = wrt_json_new_object();
    wrt_json_set_text(all, "refuter", wrt_refuter_name(r->refuter));
    wrt_json_set_bool(all, "passes", r->passes);
    wrt_json_set_text(all, "text", r->text);
    wrt_json_set_int(all, "repetitions", (int64_t)r->n);
    wrt_json_set_int(all, "failed", (int64_t)r->failed);
    wrt_effect_set_finite(all, "expected", r->expected);
    wrt_effect_set_finite(all, "mean", r->mean);
    wrt_effect_set_finite(all, "sd", r->sd);
    wrt_effect_set_finite(all, "low", r->low);
    wrt_effect_set_finite(all, "high", r->high);
    wrt_effect_set_finite(all, "share", r->share);
    wrt_effect_set_finite(all, "intervals_missing", r->misses);
    if (expects_zero(r->refuter))
        wrt_json_set_bool(all, "intervals_hold", r->intervals_hold);
    return all;
}
