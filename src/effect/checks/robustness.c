/* robustness.c: robustness values. */
#include "effect/checks/robustness.h"
#include "effect/fit/quantile.h"

#include <math.h>
#include <stdio.h>

static double value_of(double f) {
    double f2 = f * f;
    return f <= 0 ? 0 : 0.5 * (sqrt(f2 * f2 + 4 * f2) - f2);
}

wrt_status wrt_robustness_of(wrt_robustness *out, const wrt_robustness_question *question,
                             wrt_err *err) {
    double df = question->df, q = question->q, alpha = question->alpha;
    if (!isfinite(question->estimate) || !(question->se > 0) || !(df > 1))
        return wrt_fail(err, WRT_E_INPUT,
                        "a robustness value needs an estimate, an error above 0 and more than 1 "
                        "degree of freedom: not %g, %g and %g",
                        question->estimate, question->se, df);
    if (!(q > 0 && q <= 1) || !(alpha > 0 && alpha < 1))
        return wrt_fail(err, WRT_E_INPUT, "q lies in (0, 1] and alpha in (0, 1), not %g and %g", q,
                        alpha);
    double t = fabs(question->estimate / question->se), f = q * t / sqrt(df);
    double needed = wrt_t_quantile(1 - alpha / 2, df - 1) / sqrt(df - 1);
    out->partial_r2 = t * t / (t * t + df);
    out->value = value_of(f);
    out->value_alpha = f > needed && f * needed > 1 ? (f * f - needed * needed) / (1 + f * f)
                                                    : value_of(f - needed);
    return WRT_OK;
}

double wrt_robustness_bias(double se, double df, double r2_treatment, double r2_outcome) {
    return se * sqrt(df) * sqrt(r2_outcome * r2_treatment / (1 - r2_treatment));
}

wrt_json *wrt_robustness_json(const wrt_robustness *r) {
    char text[384];
    wrt_json *all = wrt_json_new_object();
    wrt_json_set_number(all, "partial_r2", r->partial_r2);
    wrt_json_set_number(all, "robustness_value", r->value);
    wrt_json_set_number(all, "robustness_value_alpha", r->value_alpha);
    (void)snprintf(text, sizeof text,
                   "An unmeasured confounder that explains %.1f %% of what is left of the variance "
                   "of both treatment and outcome would bring the estimate to zero; %.1f %% would "
                   "make it not significant",
                   100 * r->value, 100 * r->value_alpha);
    wrt_json_set_text(all, "text", text);
    return all;
}
