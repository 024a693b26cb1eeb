/* simulate.h: tables for testing estimators: units with all their potential outcomes.
 *
 * Each unit is drawn from the model; then, for each value of the treatment, what its outcome would
 * have been under the noise that its own values imply (predict.h), so that the outcome of the
 * treatment it had is the outcome it has; and the true probability of each treatment value given
 * the unit's values of its causes. A unit depends on its number and the seed alone: shards of a
 * range, put one after the other, are the range. */
#ifndef WRT_SCM_INFER_SIMULATE_H
#define WRT_SCM_INFER_SIMULATE_H

#include "scm/infer/coupling.h"
#include "scm/infer/units.h"

typedef struct {
    uint64_t first; /* number of the first unit */
    size_t n;
    uint64_t seed;
    size_t treatment, outcome; /* different variables; the treatment's mechanism is kept */
    wrt_scm_coupling coupling;
} wrt_scm_simulation;

typedef struct {
    wrt_scm_units units;
    size_t n_arms;      /* values of the treatment */
    uint8_t *potential; /* unit i under value t at [t * n + i]; owned */
    double *propensity; /* P(treatment = t | its parents) of unit i at [t * n + i]; owned */
} wrt_scm_population;

/* What is seen in the world is respected by redrawing (wrt_scm_sample_given). WRT_E_INPUT:
 * treatment and outcome are the same, or the treatment is intervened on; else as wrt_scm_sample.
 * The caller frees, also after an error. */
wrt_status wrt_scm_simulate(wrt_scm_population *out, const wrt_scm_world *world,
                            const wrt_scm_simulation *how, wrt_err *err);
void wrt_scm_population_free(wrt_scm_population *population);

/* Shard k of `of` (1 <= k <= of) of units 0..n: the numbers first..first + count. */
wrt_status wrt_scm_shard(uint64_t *first, size_t *count, size_t n, size_t k, size_t of,
                         wrt_err *err);

#endif
