/* mean.h: a model of the mean of an outcome given columns: linear or logistic, penalised or not.
 *
 * What the estimators of Y(0) and Y(1) need of either: the coefficients, the mean and its slope in
 * the linear predictor at any row, and the inverse information, which gives a coefficient's
 * influence function: inverse * x_i * (y_i - mean_i), times the sum of weights. Ridge penalties are
 * those of wrt_design_penalty.
 *
 * Real tables have levels that are rare or missing in the rows that are fitted. A column that these
 * rows cannot tell from the others gets the coefficient 0. Where the columns separate some of the
 * rows of two classes (but not all), the likelihood has no maximum: then the ridge penalty of a
 * normal prior with variance 1 on the coefficients of standardised columns is used. Both are said
 * in `note`. Classes that are separated altogether are an error. */
#ifndef WRT_EFFECT_FIT_MEAN_H
#define WRT_EFFECT_FIT_MEAN_H

#include "effect/fit/design.h"

typedef struct {
    bool is_logistic;
    size_t k;
    double *coefficients; /* k */
    double *inverse;      /* (sum w slope x x' + penalty)^-1, k x k; 0 of columns left out */
    const char *note;     /* what had to be done for there to be an answer; NULL: nothing */
} wrt_mean;

typedef struct {
    bool is_logistic;
    double ridge;
    const char *what; /* for errors: "the outcome of treated rows" */
} wrt_mean_options;

/* weights: n, NULL for ones. Errors as wrt_ols_fit and wrt_logit_fit, less what is said above. */
wrt_status wrt_mean_fit(wrt_mean *out, const wrt_design *design, const double *y,
                        const double *weights, const wrt_mean_options *options, wrt_arena *arena,
                        wrt_err *err);

/* mean, slope: n; slope may be NULL. */
void wrt_mean_predict(double *mean, double *slope, const wrt_mean *model, const wrt_design *design);

/* out (n) += scale * gradient' inverse x_i weights_i (y_i - mean_i): what estimating this model
 * adds to the influence function of a quantity whose derivative in the coefficients is gradient
 * (k). weights as fitted. O(n k). */
void wrt_mean_add_influence(double *out, double scale, const double *gradient,
                            const wrt_mean *model, const wrt_design *design, const double *y,
                            const double *mean, const double *weights, wrt_arena *arena);

#endif
