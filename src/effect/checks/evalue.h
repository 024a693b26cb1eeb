/* evalue.h: how strong an unmeasured confounder must be to explain an estimate away.
 *
 * VanderWeele and Ding, Annals of Internal Medicine 2017, doi:10.7326/M16-2607: the E-value is the
 * least strength, on the risk-ratio scale, that a confounder must have with both treatment and
 * outcome, beyond the measured covariates: RR + sqrt(RR (RR - 1)). Other measures are first turned
 * into approximate risk ratios by that paper's rules: the square root of an odds ratio of a common
 * outcome, (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1 / HR)) for hazards of a common outcome, and
 * exp(0.91 d) with limits exp(0.91 d +- 1.78 se_d) for a difference of d standard deviations. */
#ifndef WRT_EFFECT_EVALUE_H
#define WRT_EFFECT_EVALUE_H

#include "base/err.h"
#include "base/json.h"

typedef enum {
    WRT_RATIO_RISK,
    WRT_RATIO_ODDS_RARE, /* outcome in less than 15 % at the end of follow-up */
    WRT_RATIO_ODDS_COMMON,
    WRT_RATIO_HAZARD_RARE,
    WRT_RATIO_HAZARD_COMMON
} wrt_ratio_kind;

typedef struct {
    double risk_ratio, risk_low, risk_high; /* approximate risk ratio and its interval */
    double point;                           /* E-value of the estimate, at least 1 */
    double limit; /* of the limit nearer to no effect; 1 when the interval holds no effect */
} wrt_evalue;

/* Ratio scale. Limits NAN: none, and out->limit is NAN. WRT_E_INPUT: a ratio that is not above 0,
 * limits that do not enclose it. */
wrt_status wrt_evalue_of_ratio(wrt_evalue *out, wrt_ratio_kind kind, double estimate, double low,
                               double high, wrt_err *err);

/* Difference in means: estimate and se in units of the outcome, sd > 0 the outcome's standard
 * deviation (pooled over arms). The limits are 95 % ones, whatever the level asked elsewhere. */
wrt_status wrt_evalue_of_difference(wrt_evalue *out, double estimate, double se, double sd,
                                    wrt_err *err);

/* Difference of risks, on top of the risk without treatment, 0 < baseline < 1, which is taken as
 * known: RR = (baseline + difference) / baseline. WRT_E_INPUT when a risk leaves [0, 1]; limits
 * beyond are drawn in to where risks are possible. */
wrt_status wrt_evalue_of_risk_difference(wrt_evalue *out, double estimate, double low, double high,
                                         double baseline, wrt_err *err);

/* {"e_value","e_value_limit","risk_ratio","risk_ratio_low","risk_ratio_high","text"} */
wrt_json *wrt_evalue_json(const wrt_evalue *value);

#endif
