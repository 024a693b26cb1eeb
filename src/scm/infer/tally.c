/* tally.c: weighted sums that are rescaled when a larger weight comes. */
#include "scm/infer/tally.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

enum { WF, W2F, W2FF, SUMS };

void wrt_scm_tally_init(wrt_scm_tally *out, size_t n_cells) {
    *out = (wrt_scm_tally){.n_cells = n_cells, .log_scale = (double)-INFINITY};
    out->sums = wrt_calloc(n_cells * SUMS, sizeof *out->sums);
}

void wrt_scm_tally_free(wrt_scm_tally *tally) {
    free(tally->sums);
    tally->sums = NULL;
}

static void rescale(wrt_scm_tally *tally, double log_scale) {
    double once = exp(tally->log_scale - log_scale), twice = once * once;
    tally->w *= once;
    tally->w2 *= twice;
    tally->largest *= once;
    for (size_t i = 0; i < tally->n_cells; i++) {
        tally->sums[i * SUMS + WF] *= once;
        tally->sums[i * SUMS + W2F] *= twice;
        tally->sums[i * SUMS + W2FF] *= twice;
    }
    tally->log_scale = log_scale;
}

double wrt_scm_tally_unit(wrt_scm_tally *tally, double log_w) {
    tally->n++;
    if (log_w == (double)-INFINITY)
        return 0.0;
    if (log_w > tally->log_scale)
        rescale(tally, log_w);
    double w = exp(log_w - tally->log_scale);
    tally->w += w;
    tally->w2 += w * w;
    tally->largest = w > tally->largest ? w : tally->largest;
    return w;
}

void wrt_scm_tally_add(wrt_scm_tally *tally, size_t cell, double w, double f) {
    double *sums = tally->sums + cell * SUMS;
    sums[WF] += w * f;
    sums[W2F] += w * w * f;
    sums[W2FF] += w * w * f * f;
}

double wrt_scm_tally_mean(const wrt_scm_tally *tally, size_t cell) {
    return tally->w > 0.0 ? tally->sums[cell * SUMS + WF] / tally->w : (double)NAN;
}

double wrt_scm_tally_effective(const wrt_scm_tally *tally) {
    return tally->w2 > 0.0 ? tally->w * tally->w / tally->w2 : 0.0;
}

double wrt_scm_tally_error(const wrt_scm_tally *tally, size_t cell) {
    const double *sums = tally->sums + cell * SUMS;
    double mean = wrt_scm_tally_mean(tally, cell);
    double squares = sums[W2FF] - 2.0 * mean * sums[W2F] + mean * mean * tally->w2;
    if (sums[W2FF] <= 0.0 || sums[WF] >= tally->w)
        return 1.0 / wrt_scm_tally_effective(tally);
    return sqrt(fmax(squares, 0.0)) / tally->w;
}

double wrt_scm_tally_log_mean_weight(const wrt_scm_tally *tally) {
    return tally->w > 0.0 ? log(tally->w / (double)tally->n) + tally->log_scale : (double)-INFINITY;
}

double wrt_scm_tally_weight_error(const wrt_scm_tally *tally) {
    if (tally->w <= 0.0)
        return (double)INFINITY;
    return sqrt(fmax(0.0, tally->w2 / (tally->w * tally->w) - 1.0 / (double)tally->n));
}

bool wrt_scm_tally_is_weak(const wrt_scm_tally *tally) {
    return wrt_scm_tally_effective(tally) < WRT_SCM_EFFECTIVE_MIN ||
           tally->largest > 0.05 * tally->w;
}
