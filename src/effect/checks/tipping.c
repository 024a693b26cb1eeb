/* tipping.c: tipping points of an unmeasured binary confounder. */
#include "effect/checks/tipping.h"
#include "effect/checks/finite.h"

#include <math.h>

double wrt_tipping_ratio(double ratio, double p1, double p0) {
    double gamma = (1 - p1 - ratio * (1 - p0)) / (ratio * p0 - p1);
    return isfinite(gamma) && gamma > 0 ? gamma : NAN;
}

double wrt_tipping_prevalence(double ratio, double gamma, double p0) {
    double p1 = (ratio * (gamma * p0 + 1 - p0) - 1) / (gamma - 1);
    return p1 >= 0 && p1 <= 1 ? p1 : NAN;
}

double wrt_tipping_shift(double difference, double p1, double p0) {
    return p1 == p0 ? NAN : difference / (p1 - p0);
}

double wrt_tipping_corrected_ratio(double ratio, double gamma, double p1, double p0) {
    return ratio * (gamma * p0 + 1 - p0) / (gamma * p1 + 1 - p1);
}

double wrt_tipping_corrected_difference(double difference, double delta, double p1, double p0) {
    return difference - delta * (p1 - p0);
}

/* The limit nearer to no effect; NAN when there is none or the interval holds no effect. */
static double near_limit(const wrt_tipping_question *q) {
    double none = q->is_ratio ? 1 : 0;
    double near = q->estimate < none ? q->high : q->low;
    return (q->estimate < none) == (near < none) && near != none ? near : NAN;
}

static double strength(const wrt_tipping_question *q, double value, double p1, double p0) {
    return q->is_ratio ? wrt_tipping_ratio(value, p1, p0) : wrt_tipping_shift(value, p1, p0);
}

static void add_row(wrt_json *rows, const wrt_tipping_question *q, double p1, double p0) {
    wrt_json *row = wrt_json_new_object();
    wrt_effect_set_finite(row, "prevalence_treated", p1);
    wrt_effect_set_finite(row, "prevalence_untreated", p0);
    wrt_effect_set_finite(row, "tips_estimate", strength(q, q->estimate, p1, p0));
    wrt_effect_set_finite(row, "tips_limit", strength(q, near_limit(q), p1, p0));
    wrt_json_push(rows, row);
}

wrt_status wrt_tipping_table(wrt_json **out, const wrt_tipping_question *q, wrt_err *err) {
    static const double prevalence[] = {0.1, 0.3, 0.5, 0.7, 0.9};
    enum { N = sizeof prevalence / sizeof *prevalence };
    if (!isfinite(q->estimate) || (q->is_ratio && q->estimate <= 0))
        return wrt_fail(err, WRT_E_INPUT, "a tipping point needs %s, not %g",
                        q->is_ratio ? "a ratio above 0" : "a difference", q->estimate);
    wrt_json *all = wrt_json_new_object(), *rows = wrt_json_new_array();
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            if (i != j)
                add_row(rows, q, prevalence[i], prevalence[j]);
        }
    }
    wrt_json_set_text(all, "scale", q->is_ratio ? "risk ratio" : "difference");
    wrt_json_set(all, "rows", rows);
    wrt_json_set_text(
        all, "text",
        q->is_ratio
            ? "By how much an unmeasured binary confounder would have to multiply the risk of the "
              "outcome, for its prevalence among treated and untreated, to explain the estimate "
              "(its limit) away"
            : "How much an unmeasured binary confounder would have to add to the outcome's mean, "
              "for its prevalence among treated and untreated, to explain the estimate (its limit) "
              "away");
    *out = all;
    return WRT_OK;
}
