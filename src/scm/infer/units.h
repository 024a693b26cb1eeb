/* units.h: a population: the value of every variable for every unit, and the noise it is drawn by.
 *
 * Values are kept variable after variable, one byte each. Every draw is a pure function of (seed,
 * purpose, round, variable, number of the unit), so results depend neither on threads nor on how
 * units are spread over shards. */
#ifndef WRT_SCM_INFER_UNITS_H
#define WRT_SCM_INFER_UNITS_H

#include "scm/infer/world.h"

typedef struct {
    size_t n, n_variables;
    uint64_t first;   /* number of the first unit */
    uint64_t *number; /* numbers of the units when they do not follow one another; else NULL */
    uint8_t *values;  /* n_variables * n, see wrt_scm_units_column */
} wrt_scm_units;

enum { WRT_SCM_UNITS_BYTES_MAX = 0x7fffffff };

/* What random numbers are for. */
typedef enum {
    WRT_SCM_NOISE_FORWARD,  /* drawing units from the model */
    WRT_SCM_NOISE_PROPOSAL, /* drawing units by an importance function; round: stage */
    WRT_SCM_NOISE_ABDUCED,  /* what noise a unit's value implies */
    WRT_SCM_NOISE_FRESH,    /* noise of a context that the unit was not in */
    WRT_SCM_NOISE_LABELS    /* shuffling labels */
} wrt_scm_purpose;

enum { WRT_SCM_ROUNDS_MAX = 1 << 18 };

/* Stream number for base/rng.h; round < WRT_SCM_ROUNDS_MAX. */
uint32_t wrt_scm_stream(wrt_scm_purpose purpose, size_t round, size_t variable);

/* n zeroed units of a model; WRT_E_LIMIT beyond WRT_SCM_UNITS_BYTES_MAX values. */
wrt_status wrt_scm_units_make(wrt_scm_units *out, const wrt_scm *scm, uint64_t first, size_t n,
                              wrt_err *err);
void wrt_scm_units_free(wrt_scm_units *units);
uint8_t *wrt_scm_units_column(const wrt_scm_units *units, size_t variable); /* n values */
uint64_t wrt_scm_units_number(const wrt_scm_units *units, size_t unit);

/* out[i] = the first uniform number of unit from + i in the stream. */
void wrt_scm_units_uniforms(double *out, const wrt_scm_units *units, size_t from, size_t n,
                            uint64_t seed, uint32_t stream);

double wrt_scm_units_uniform(const wrt_scm_units *units, size_t unit, uint64_t seed,
                             uint32_t stream);

/* Numbers of the rows of a variable that units from..from+n select; parents must be filled in. */
void wrt_scm_units_rows(uint64_t *out, const wrt_scm_units *units, const wrt_scm *scm,
                        size_t variable, size_t from, size_t n);

/* Upper ends of the intervals of [0, 1) that stand for each value: cumulated p, infinite from the
 * last positive value on. */
void wrt_scm_cumulate(double *out, const double *p, size_t k);
/* The value in whose interval u lies: never one of probability 0. */
size_t wrt_scm_pick(const double *cumulated, size_t k, double u);

#endif
