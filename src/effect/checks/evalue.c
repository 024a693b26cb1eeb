/* evalue.c: E-values from ratios, differences of means and differences of risks. */
#include "effect/checks/evalue.h"
#include "effect/checks/finite.h"

#include <math.h>
#include <stdio.h>

static double e_value(double ratio) {
    double away = ratio < 1 ? 1 / ratio : ratio;
    return away + sqrt(away * (away - 1));
}

static double to_risk_ratio(wrt_ratio_kind kind, double ratio) {
    switch (kind) {
    case WRT_RATIO_ODDS_COMMON:
        return sqrt(ratio);
    case WRT_RATIO_HAZARD_COMMON:
        return (1 - pow(0.5, sqrt(ratio))) / (1 - pow(0.5, sqrt(1 / ratio)));
    case WRT_RATIO_RISK:
    case WRT_RATIO_ODDS_RARE:
    case WRT_RATIO_HAZARD_RARE:
    default:
        return ratio;
    }
}

/* From an approximate risk ratio whose interval may be unknown. */
static wrt_evalue conclude(double ratio, double low, double high) {
    wrt_evalue v = {.risk_ratio = ratio, .risk_low = low, .risk_high = high};
    double near = ratio < 1 ? high : low;
    v.point = e_value(ratio);
    if (isnan(near))
        v.limit = NAN;
    else if ((ratio < 1 && near >= 1) || (ratio >= 1 && near <= 1))
        v.limit = 1;
    else
        v.limit = e_value(near);
    return v;
}

static wrt_status check_interval(double estimate, double low, double high, wrt_err *err) {
    if (isnan(low) != isnan(high))
        return wrt_fail(err, WRT_E_INPUT, "an interval needs both limits, or none");
    if (low > estimate || high < estimate)
        return wrt_fail(err, WRT_E_INPUT, "the interval %g to %g does not hold the estimate %g",
                        low, high, estimate);
    return WRT_OK;
}

wrt_status wrt_evalue_of_ratio(wrt_evalue *out, wrt_ratio_kind kind, double estimate, double low,
                               double high, wrt_err *err) {
    if (!isfinite(estimate) || estimate <= 0 || low < 0)
        return wrt_fail(err, WRT_E_INPUT, "a ratio is above 0, not %g",
                        isfinite(estimate) && estimate > 0 ? low : estimate);
    wrt_status status = check_interval(estimate, low, high, err);
    if (status == WRT_OK)
        *out = conclude(to_risk_ratio(kind, estimate), to_risk_ratio(kind, low),
                        to_risk_ratio(kind, high));
    return status;
}

wrt_status wrt_evalue_of_difference(wrt_evalue *out, double estimate, double se, double sd,
                                    wrt_err *err) {
    if (!isfinite(sd) || sd <= 0)
        return wrt_fail(err, WRT_E_INPUT, "the outcome's standard deviation is above 0, not %g",
                        sd);
    if (!isfinite(estimate) || se < 0)
        return wrt_fail(err, WRT_E_INPUT, "a difference and its error are numbers, not %g and %g",
                        estimate, se);
    double d = estimate / sd, half = 1.78 * se / sd;
    *out = conclude(exp(0.91 * d), exp(0.91 * d - half), exp(0.91 * d + half));
    return WRT_OK;
}

wrt_status wrt_evalue_of_risk_difference(wrt_evalue *out, double estimate, double low, double high,
                                         double baseline, wrt_err *err) {
    if (!(baseline > 0 && baseline < 1))
        return wrt_fail(err, WRT_E_INPUT,
                        "the risk without treatment lies between 0 and 1, not %g: no risk ratio",
                        baseline);
    double treated = baseline + estimate;
    if (!(treated > 0 && treated <= 1))
        return wrt_fail(err, WRT_E_INPUT,
                        "risk %g with treatment (%g and the difference %g): no risk ratio", treated,
                        baseline, estimate);
    wrt_status status = check_interval(estimate, low, high, err);
    if (status != WRT_OK)
        return status;
    double least = isnan(low) ? NAN : fmax(low, -baseline) + baseline;
    double most = isnan(high) ? NAN : fmin(high, 1 - baseline) + baseline;
    *out = conclude(treated / baseline, least / baseline, most / baseline);
    return WRT_OK;
}

wrt_json *wrt_evalue_json(const wrt_evalue *value) {
    char text[512];
    wrt_json *all = wrt_json_new_object();
    wrt_effect_set_finite(all, "e_value", value->point);
    wrt_effect_set_finite(all, "e_value_limit", value->limit);
    wrt_effect_set_finite(all, "risk_ratio", value->risk_ratio);
    wrt_effect_set_finite(all, "risk_ratio_low", value->risk_low);
    wrt_effect_set_finite(all, "risk_ratio_high", value->risk_high);
    int n = snprintf(text, sizeof text,
                     "An unmeasured confounder would have to multiply both the chance of treatment "
                     "and the risk of the outcome by at least %.2f, beyond the covariates adjusted "
                     "for, to explain the estimate away",
                     value->point);
    if (!isnan(value->limit) && n > 0 && (size_t)n < sizeof text)
        (void)snprintf(text + n, sizeof text - (size_t)n,
                       value->limit > 1 ? "; by at least %.2f to move the interval to no effect."
                                        : "; the interval holds no effect already (%.0f).",
                       value->limit);
    wrt_json_set_text(all, "text", text);
    return all;
}
