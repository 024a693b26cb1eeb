/* tipping.h: what an unmeasured binary confounder would have to look like to tip a result over.
 *
 * Lin, Psaty, Kronmal, Biometrics 1998, doi:10.2307/2533848 (after Schlesselman 1978): a binary
 * confounder U with prevalence p1 among treated and p0 among untreated, which multiplies the risk
 * by gamma, biases a risk ratio by the factor (gamma p1 + 1 - p1) / (gamma p0 + 1 - p0); one that
 * adds delta to a mean biases a difference by delta (p1 - p0). The tipping point is the strength at
 * which the corrected estimate, or its limit, is no effect. */
#ifndef WRT_EFFECT_TIPPING_H
#define WRT_EFFECT_TIPPING_H

#include "base/err.h"
#include "base/json.h"

/* Ratio scale: the risk ratio gamma between U = 1 and U = 0 that explains `ratio` (> 0) away; NAN
 * when no gamma does (the prevalences are too alike, or differ the other way round for a gamma
 * above 0). Prevalences in [0, 1]. */
double wrt_tipping_ratio(double ratio, double p1, double p0);

/* The prevalence among the treated that does, for a given gamma > 0; NAN when it would leave
 * [0, 1]. */
double wrt_tipping_prevalence(double ratio, double gamma, double p0);

/* Difference scale: the effect delta of U on the mean; NAN when the prevalences are equal. */
double wrt_tipping_shift(double difference, double p1, double p0);

/* The estimate after correction for such a confounder. */
double wrt_tipping_corrected_ratio(double ratio, double gamma, double p1, double p0);
double wrt_tipping_corrected_difference(double difference, double delta, double p1, double p0);

typedef struct {
    bool is_ratio;              /* estimate and limits are ratios, else differences */
    double estimate, low, high; /* limits may be NAN */
} wrt_tipping_question;

/* A table over pairs of prevalences, 0.1 to 0.9: {"scale","rows":[{"prevalence_treated",
 * "prevalence_untreated","tips_estimate","tips_limit"}],"text"}; null where nothing tips. "limit"
 * is the one nearer to no effect; null when the interval holds no effect already. WRT_E_INPUT: a
 * ratio that is not above 0, values that are not finite. *out is the caller's. */
wrt_status wrt_tipping_table(wrt_json **out, const wrt_tipping_question *question, wrt_err *err);

#endif
