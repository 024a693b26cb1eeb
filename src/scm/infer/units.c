/* units.c: columns of values, row numbers computed column by column, inverse distribution
 * functions. */
#include "scm/infer/units.h"

#include "base/arena.h"
#include "base/rng.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { VARIABLE_BITS = 10, ROUND_BITS = 18 };

_Static_assert(WRT_SCM_VARIABLES_MAX <= 1 << VARIABLE_BITS, "variables fit a stream number");
_Static_assert(WRT_SCM_ROUNDS_MAX == 1 << ROUND_BITS, "rounds fit a stream number");

uint32_t wrt_scm_stream(wrt_scm_purpose purpose, size_t round, size_t variable) {
    assert(round < WRT_SCM_ROUNDS_MAX && variable < WRT_SCM_VARIABLES_MAX);
    return (uint32_t)purpose << (VARIABLE_BITS + ROUND_BITS) | (uint32_t)round << VARIABLE_BITS |
           (uint32_t)variable;
}

wrt_status wrt_scm_units_make(wrt_scm_units *out, const wrt_scm *scm, uint64_t first, size_t n,
                              wrt_err *err) {
    size_t n_variables = wrt_scm_count(scm);
    *out = (wrt_scm_units){.n = n, .n_variables = n_variables, .first = first};
    if (n > WRT_SCM_UNITS_BYTES_MAX / n_variables)
        return wrt_fail(err, WRT_E_LIMIT,
                        "%zu units of %zu variables are more than %d values: draw them in shards",
                        n, n_variables, WRT_SCM_UNITS_BYTES_MAX);
    out->values = wrt_calloc(n * n_variables, 1);
    return WRT_OK;
}

void wrt_scm_units_free(wrt_scm_units *units) {
    free(units->values);
    free(units->number);
    units->values = NULL;
    units->number = NULL;
}

uint8_t *wrt_scm_units_column(const wrt_scm_units *units, size_t variable) {
    return units->values + variable * units->n;
}

uint64_t wrt_scm_units_number(const wrt_scm_units *units, size_t unit) {
    return units->number != NULL ? units->number[unit] : units->first + unit;
}

void wrt_scm_units_uniforms(double *out, const wrt_scm_units *units, size_t from, size_t n,
                            uint64_t seed, uint32_t stream) {
    if (units->number == NULL) {
        wrt_rng_uniforms(out, seed, stream, units->first + from, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = wrt_scm_units_uniform(units, from + i, seed, stream);
}

double wrt_scm_units_uniform(const wrt_scm_units *units, size_t unit, uint64_t seed,
                             uint32_t stream) {
    wrt_rng rng = wrt_rng_make(seed, stream, wrt_scm_units_number(units, unit));
    return wrt_rng_uniform(&rng);
}

void wrt_scm_units_rows(uint64_t *out, const wrt_scm_units *units, const wrt_scm *scm,
                        size_t variable, size_t from, size_t n) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, variable);
    for (size_t i = 0; i < n; i++)
        out[i] = 0;
    for (size_t j = 0; j < v->n_parents; j++) {
        const uint8_t *parent = wrt_scm_units_column(units, v->parents[j]) + from;
        uint64_t k = wrt_scm_variable_at(scm, v->parents[j])->n_values;
        for (size_t i = 0; i < n; i++)
            out[i] = out[i] * k + parent[i];
    }
}

void wrt_scm_cumulate(double *out, const double *p, size_t k) {
    double sum = 0.0;
    size_t last = k - 1;
    while (last > 0 && p[last] <= 0.0)
        last--;
    for (size_t i = 0; i < k; i++) {
        sum += p[i];
        out[i] = i < last ? sum : (double)INFINITY;
    }
}

size_t wrt_scm_pick(const double *cumulated, size_t k, double u) {
    size_t value = 0;
    for (size_t i = 0; i + 1 < k; i++)
        value += u >= cumulated[i];
    return value;
}
