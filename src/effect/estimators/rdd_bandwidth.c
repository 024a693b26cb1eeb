/* rdd_bandwidth.c: three rounds.
 *
 * In a round the derivative `nu` of the outcome at the cutoff is estimated by a polynomial of order
 * `o`; its bias comes from the next power, estimated by a polynomial of order o + 1 in the window
 * of the round before. The best window is (V / (B^2 + R))^(1 / (2 o + 3)), R a penalty for B being
 * estimated. */
#include "effect/estimators/rdd_bandwidth.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t o, nu;
    double pilot;  /* window of the variance */
    double before; /* window of the bias, of the round before; 0: the side's range */
    bool is_penalised;
    int hc;
} round_plan;

/* Variance, bias and penalty of one side. */
typedef struct {
    double v, b, r;
} side_terms;

static double range_of(const wrt_local_rows *side) {
    double range = 0;
    for (size_t i = 0; i < side->n; i++)
        range = fmax(range, fabs(side->x[i]));
    return range;
}

static bool side_of_round(side_terms *out, const wrt_local_rows *side, const round_plan *plan) {
    wrt_local fit, next;
    size_t top = plan->o + 1;
    double window = plan->before > 0 ? plan->before : range_of(side) * (1 + sqrt(2.220446e-16));
    if (!wrt_local_fit(&fit, side, plan->o, plan->pilot) ||
        !wrt_local_fit(&next, side, top, window))
        return false;
    double order = (double)(2 * (plan->o + 1 - plan->nu));
    double bias = wrt_local_next(&fit, side, plan->nu), scale = pow(window, (double)top);
    out->v = (double)(2 * plan->nu + 1) * plan->pilot *
             wrt_local_variance(&fit, side, plan->nu, plan->hc);
    out->b = sqrt(order) * bias * next.beta[top] / scale;
    out->r = plan->is_penalised
                 ? order * 3 * bias * bias * wrt_local_variance(&next, side, top, plan->hc) /
                       (scale * scale)
                 : 0;
    return true;
}

static wrt_status play(double *window, const wrt_local_rows sides[2], const round_plan *plan,
                       double longest, wrt_err *err) {
    side_terms left, right;
    if (!side_of_round(&left, &sides[0], plan) || !side_of_round(&right, &sides[1], plan))
        return wrt_fail(err, WRT_E_INPUT,
                        "rdd: too few different values of the running variable near the cutoff to "
                        "choose a bandwidth: give one");
    double bias = right.b - left.b, below = bias * bias + left.r + right.r;
    *window = pow((left.v + right.v) / below, 1 / (double)(2 * plan->o + 3));
    if (!isfinite(*window) || *window > longest)
        *window = longest;
    if (!(*window > 0))
        return wrt_fail(err, WRT_E_INPUT,
                        "rdd: the outcome does not vary near the cutoff, so that "
                        "no bandwidth can be chosen: give one");
    return WRT_OK;
}

/* ---- the first window */

static int by_value(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Quantile by the mean of both candidates where it falls between two (Hyndman and Fan 1996, type
 * 2). */
static double quantile(const double *sorted, size_t n, double p) {
    double at = (double)n * p;
    size_t low = (size_t)floor(at);
    if ((double)low < at)
        return sorted[low];
    return 0.5 * (sorted[low - 1] + sorted[low]);
}

/* 2.576 min(sd, IQR / 1.349) n^(-1/5): Silverman's rule with the constant of the triangular
 * kernel. */
static double rule_of_thumb(const wrt_local_rows sides[2]) {
    size_t n = sides[0].n + sides[1].n;
    double *all = wrt_calloc(n, sizeof *all), mean = 0, squares = 0;
    memcpy(all, sides[0].x, sides[0].n * sizeof *all);
    memcpy(all + sides[0].n, sides[1].x, sides[1].n * sizeof *all);
    for (size_t i = 0; i < n; i++)
        mean += (all[i] - mean) / (double)(i + 1);
    for (size_t i = 0; i < n; i++)
        squares += (all[i] - mean) * (all[i] - mean);
    qsort(all, n, sizeof *all, by_value);
    double sd = sqrt(squares / (double)(n - 1));
    double spread = fmin(sd, (quantile(all, n, 0.75) - quantile(all, n, 0.25)) / 1.349);
    free(all);
    return 2.576 * spread * pow((double)n, -0.2);
}

wrt_status wrt_rdd_bandwidth_find(wrt_rdd_bandwidth *out, const wrt_local_rows sides[2], int hc,
                                  wrt_err *err) {
    double longest = fmax(range_of(&sides[0]), range_of(&sides[1])), third = 0;
    double pilot = fmin(rule_of_thumb(sides), longest);
    if (!(pilot > 0))
        return wrt_fail(err, WRT_E_INPUT,
                        "rdd: half of the rows have one value of the running variable: give a "
                        "bandwidth");
    round_plan rounds[3] = {{.o = 3, .nu = 3, .pilot = pilot, .hc = hc},
                            {.o = 2, .nu = 2, .pilot = pilot, .is_penalised = true, .hc = hc},
                            {.o = 1, .nu = 0, .pilot = pilot, .is_penalised = true, .hc = hc}};
    wrt_status status = play(&third, sides, &rounds[0], longest, err);
    rounds[1].before = third;
    if (status == WRT_OK)
        status = play(&out->b, sides, &rounds[1], longest, err);
    rounds[2].before = out->b;
    if (status == WRT_OK)
        status = play(&out->h, sides, &rounds[2], longest, err);
    return status;
}
