/* coverage_designs.c: each set is a pure function of its number; u is what nobody measured. */
#include "tests/effect/coverage_designs.h"

#include "tests/effect/fixture.h"

#include <math.h>

double designs_truth(const void *ctx, wrt_estimand estimand) {
    (void)estimand;
    return *(const double *)ctx;
}

static wrt_block block_of(size_t n, size_t columns, wrt_arena *arena) {
    wrt_block block = {.columns = columns};
    block.values = wrt_arena_calloc(arena, n * columns, sizeof *block.values);
    block.names = wrt_arena_calloc(arena, columns, sizeof *block.names);
    for (size_t j = 0; j < columns; j++)
        block.names[j] = wrt_arena_printf(arena, "z%zu", j + 1);
    return block;
}

/* Noise grows with |x|; the truth is 1.5 for everyone. */
wrt_study *designs_instrument(const void *ctx, uint64_t set, wrt_arena *arena) {
    wrt_study *s = fixture_study(600, 1, arena);
    wrt_rng rng = wrt_rng_make(21, 1, set);
    s->instruments = block_of(s->n, 1, arena);
    for (size_t i = 0; i < s->n; i++) {
        double u = fixture_normal(&rng), x = fixture_normal(&rng);
        double z = wrt_rng_uniform(&rng) < 0.5 ? 0 : 1;
        s->covariates.values[i] = x;
        s->instruments.values[i] = z;
        s->treatment[i] = 1.2 * z + 0.5 * x + u + fixture_normal(&rng) > 0.6 ? 1 : 0;
        s->outcome[i] = 1 + *(const double *)ctx * s->treatment[i] + 0.7 * x + u +
                        (1 + 0.5 * fabs(x)) * fixture_normal(&rng);
    }
    fixture_count_treated(s);
    return s;
}

wrt_study *designs_instruments(const void *ctx, uint64_t set, wrt_arena *arena) {
    enum { CLUSTERS = 80, EACH = 8 };
    wrt_study *s = fixture_study((size_t)CLUSTERS * EACH, 1, arena);
    wrt_rng rng = wrt_rng_make(22, 1, set);
    s->instruments = block_of(s->n, 2, arena);
    s->cluster = wrt_arena_calloc(arena, s->n, sizeof *s->cluster);
    s->n_clusters = CLUSTERS;
    s->treatment_is_binary = false;
    double shared = 0, shared_z = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (i % EACH == 0) {
            shared = fixture_normal(&rng);
            shared_z = fixture_normal(&rng);
        }
        double u = fixture_normal(&rng), x = fixture_normal(&rng), z2 = fixture_normal(&rng);
        s->cluster[i] = i / EACH;
        s->covariates.values[i] = x;
        s->instruments.values[i] = shared_z;
        s->instruments.values[i + s->n] = z2;
        s->treatment[i] = 0.6 * shared_z + 0.4 * z2 + 0.3 * x + u + fixture_normal(&rng);
        s->outcome[i] = *(const double *)ctx * s->treatment[i] + 0.5 * x + u + 0.7 * shared +
                        fixture_normal(&rng);
    }
    return s;
}

/* P(m | t) = 0.3 + 0.4 t, the outcome rises by 2 with m: the truth is 0.8. */
wrt_study *designs_mediator(const void *ctx, uint64_t set, wrt_arena *arena) {
    wrt_study *s = fixture_study(600, 0, arena);
    wrt_rng rng = wrt_rng_make(23, 1, set);
    s->mediators = block_of(s->n, 1, arena);
    for (size_t i = 0; i < s->n; i++) {
        double u = fixture_normal(&rng);
        s->treatment[i] = u + fixture_normal(&rng) > 0 ? 1 : 0;
        s->mediators.values[i] = wrt_rng_uniform(&rng) < 0.3 + 0.4 * s->treatment[i] ? 1 : 0;
        s->outcome[i] =
            1 + *(const double *)ctx / 0.4 * s->mediators.values[i] + u + fixture_normal(&rng);
    }
    fixture_count_treated(s);
    return s;
}

/* The mediator rises by 0.8 with the treatment, the outcome by effect / 0.8 with the mediator. */
wrt_study *designs_mediator_lines(const void *ctx, uint64_t set, wrt_arena *arena) {
    wrt_study *s = fixture_study(400, 1, arena);
    wrt_rng rng = wrt_rng_make(24, 1, set);
    s->mediators = block_of(s->n, 1, arena);
    for (size_t i = 0; i < s->n; i++) {
        double u = fixture_normal(&rng), x = fixture_normal(&rng);
        s->covariates.values[i] = x;
        s->treatment[i] = 0.5 * x + u + fixture_normal(&rng) > 0 ? 1 : 0;
        s->mediators.values[i] = 0.8 * s->treatment[i] + 0.3 * x + fixture_normal(&rng);
        s->outcome[i] = *(const double *)ctx / 0.8 * s->mediators.values[i] + 0.4 * x + u +
                        fixture_normal(&rng);
    }
    fixture_count_treated(s);
    return s;
}

wrt_study *designs_periods(const void *ctx, uint64_t set, wrt_arena *arena) {
    enum { UNITS = 120 };
    wrt_study *s = fixture_study(2 * (size_t)UNITS, 0, arena);
    wrt_rng rng = wrt_rng_make(25, 1, set);
    s->period = wrt_arena_calloc(arena, s->n, sizeof *s->period);
    s->cluster = wrt_arena_calloc(arena, s->n, sizeof *s->cluster);
    s->n_clusters = UNITS;
    for (size_t unit = 0; unit < UNITS; unit++) {
        double level = 2 * fixture_normal(&rng), g = unit % 2 == 0 ? 1 : 0;
        for (size_t p = 0; p < 2; p++) {
            size_t i = 2 * unit + p;
            s->cluster[i] = unit;
            s->period[i] = (double)p;
            s->treatment[i] = g;
            s->outcome[i] = level + g + 0.5 * (double)p + *(const double *)ctx * g * (double)p +
                            (1 + 0.5 * g) * fixture_normal(&rng);
        }
    }
    fixture_count_treated(s);
    return s;
}

wrt_study *designs_cutoff(const void *ctx, uint64_t set, wrt_arena *arena) {
    wrt_study *s = fixture_study(1000, 0, arena);
    wrt_rng rng = wrt_rng_make(26, 1, set);
    s->running = wrt_arena_calloc(arena, s->n, sizeof *s->running);
    for (size_t i = 0; i < s->n; i++) {
        double x = 2 * wrt_rng_uniform(&rng) - 1;
        s->running[i] = x;
        s->treatment[i] = x >= 0 ? 1 : 0;
        s->outcome[i] = 0.5 + 0.9 * x - 0.6 * x * x + 0.8 * x * x * x * s->treatment[i] +
                        *(const double *)ctx * s->treatment[i] +
                        (0.3 + 0.2 * fabs(x)) * fixture_normal(&rng);
    }
    fixture_count_treated(s);
    return s;
}
