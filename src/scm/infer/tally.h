/* tally.h: weighted means with standard errors, gathered unit by unit.
 *
 * Self-normalised importance sampling: mean_c = sum w f_c / sum w, with the delta-method variance
 * sum w^2 (f_c - mean_c)^2 / (sum w)^2 and the effective sample size (sum w)^2 / sum w^2 (Owen,
 * Monte Carlo theory, methods and examples, 2013, chapter 9). Weights come as logarithms of any
 * size; sums are kept relative to the largest. */
#ifndef WRT_SCM_INFER_TALLY_H
#define WRT_SCM_INFER_TALLY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    size_t n, n_cells; /* units seen, weights of 0 among them; means wanted */
    double log_scale;  /* sums below are divided by exp(log_scale) once per factor w */
    double w, w2, largest;
    double *sums; /* per cell: sum w f, sum w^2 f, sum w^2 f^2 */
} wrt_scm_tally;

void wrt_scm_tally_init(wrt_scm_tally *out, size_t n_cells);
void wrt_scm_tally_free(wrt_scm_tally *tally);

/* Begins a unit of this weight (-INFINITY: 0) and returns the scaled weight for the adds that
 * follow. */
double wrt_scm_tally_unit(wrt_scm_tally *tally, double log_w);
/* The unit's value f of a cell, when it is not 0; at most once for each unit and cell. */
void wrt_scm_tally_add(wrt_scm_tally *tally, size_t cell, double w, double f);

double wrt_scm_tally_mean(const wrt_scm_tally *tally, size_t cell);
/* Of a mean at 0 or 1, where the estimate above vanishes: 1 / effective. */
double wrt_scm_tally_error(const wrt_scm_tally *tally, size_t cell);
double wrt_scm_tally_effective(const wrt_scm_tally *tally);
double wrt_scm_tally_log_mean_weight(const wrt_scm_tally *tally); /* -INFINITY: none */
/* Standard error of the mean weight, relative to it; INFINITY without any weight. */
double wrt_scm_tally_weight_error(const wrt_scm_tally *tally);
/* Fewer than WRT_SCM_EFFECTIVE_MIN effective units, or one with more than 5 % of the weight. */
bool wrt_scm_tally_is_weak(const wrt_scm_tally *tally);

enum { WRT_SCM_EFFECTIVE_MIN = 100 };

#endif
