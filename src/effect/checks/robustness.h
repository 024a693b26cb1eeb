/* robustness.h: partial R2 of a hidden confounder that would change a regression's answer.
 *
 * Cinelli and Hazlett, JRSS-B 2020, doi:10.1111/rssb.12348. The robustness value is the share of
 * the residual variance of both treatment and outcome that a confounder must explain to bring the
 * estimate down by the fraction q, or (with alpha) to make it not significant. For linear
 * regression coefficients with their classical errors; with robust errors it is a guide. */
#ifndef WRT_EFFECT_ROBUSTNESS_H
#define WRT_EFFECT_ROBUSTNESS_H

#include "base/err.h"
#include "base/json.h"

typedef struct {
    double estimate, se; /* se > 0 */
    double df;           /* residual degrees of freedom, above 1 */
    double q;            /* in (0, 1]; 1: down to zero */
    double alpha;        /* in (0, 1); 0.05 */
} wrt_robustness_question;

typedef struct {
    double partial_r2;  /* of treatment with outcome: t^2 / (t^2 + df). Also what a confounder that
                           explains all of the outcome's residual must explain of the treatment */
    double value;       /* robustness value for q */
    double value_alpha; /* to be not significant at alpha */
} wrt_robustness;

/* WRT_E_INPUT for a question out of range. */
wrt_status wrt_robustness_of(wrt_robustness *out, const wrt_robustness_question *question,
                             wrt_err *err);

/* Largest bias of a coefficient by a confounder with these partial R2 with treatment and outcome,
 * both in [0, 1): se sqrt(df) sqrt(r2_outcome r2_treatment / (1 - r2_treatment)). */
double wrt_robustness_bias(double se, double df, double r2_treatment, double r2_outcome);

wrt_json *wrt_robustness_json(const wrt_robustness *robustness);

#endif
