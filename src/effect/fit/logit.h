/* logit.h: logistic regression by Newton's method, to the last digits, or an error that says why.
 *
 * Maximises sum w (t eta - log(1 + exp(eta))) - 1/2 sum penalty_j beta_j^2, eta = X beta. Newton
 * steps (iteratively reweighted least squares) with step halving; done when every component of the
 * score is below 1e-12 of the sum of |w x_ij|, or below 1e-9 of it where rounding lets it come no
 * lower.
 *
 * Separation. Without a penalty a finite maximum exists unless some direction d has x_i'd >= 0 in
 * all rows of one class and <= 0 in all of the other, not all 0 (Albert and Anderson 1984,
 * doi:10.1093/biomet/71.1.1). Newton's steps then grow along such a d, so the last step is tried as
 * one: if it separates the rows, which is checked row by row and needs no linear program, the fit
 * is refused with the column that moves d most. A d found is a proof of separation (to a tolerance
 * of 1e-6 of its largest |x_i'd|). */
#ifndef WRT_EFFECT_FIT_LOGIT_H
#define WRT_EFFECT_FIT_LOGIT_H

#include "effect/fit/design.h"

typedef struct {
    size_t k;
    double *coefficients; /* k */
    double *fitted;       /* n, probabilities, also of rows with weight 0 */
    double *inverse;      /* k x k, inverse of the penalised information: sum w p(1-p) xx' + pen. */
    size_t iterations;
    double score; /* largest component of the score, as a share of the sum of |w x_ij| */
} wrt_logit;

/* t: n, in [0, 1]. weights, penalty: as wrt_ols_fit. what: names the thing that is fitted, for
 * errors ("the propensity"). start: k coefficients to begin from, NULL for zeros. WRT_E_INPUT for
 * separation, one class only, or a dependent column (named); WRT_E_FAILED when 100 steps do not do
 * it. All in the arena. O(n k^2) a step, 5 to 10 steps. */
wrt_status wrt_logit_fit(wrt_logit *out, const wrt_design *design, const double *t,
                         const double *weights, const double *penalty, const double *start,
                         const char *what, wrt_arena *arena, wrt_err *err);

/* 1 / (1 + exp(-eta)), without overflow. */
double wrt_logit_inverse(double eta);

/* Whether direction d (k) separates the rows of t = 1 from those of t = 0, weights > 0 only; rows
 * with t strictly between are never separated. */
bool wrt_logit_separates(const double *d, const wrt_design *design, const double *t,
                         const double *weights, wrt_arena *arena);

#endif
