/* take.c: rows gathered field by field. */
#include "effect/resample/take.h"

static double *take_numbers(const double *from, const size_t *rows, size_t n, wrt_arena *arena) {
    if (from == NULL)
        return NULL;
    double *to = wrt_arena_calloc(arena, n, sizeof *to);
    for (size_t i = 0; i < n; i++)
        to[i] = from[rows[i]];
    return to;
}

static void take_block(wrt_block *block, size_t stride, const size_t *rows, size_t n,
                       wrt_arena *arena) {
    if (block->columns == 0)
        return;
    double *to = wrt_arena_calloc(arena, n * block->columns, sizeof *to);
    for (size_t j = 0; j < block->columns; j++)
        for (size_t i = 0; i < n; i++)
            to[i + j * n] = block->values[rows[i] + j * stride];
    block->values = to;
}

static void take_clusters(wrt_study *out, const wrt_study *study, const size_t *rows, size_t n,
                          wrt_arena *arena) {
    size_t *number = wrt_arena_calloc(arena, study->n_clusters, sizeof *number); /* 0: not yet */
    out->cluster = wrt_arena_calloc(arena, n, sizeof *out->cluster);
    out->n_clusters = 0;
    for (size_t i = 0; i < n; i++) {
        size_t old = study->cluster[rows[i]];
        if (number[old] == 0)
            number[old] = ++out->n_clusters;
        out->cluster[i] = number[old] - 1;
    }
}

void wrt_study_take(wrt_study *out, const wrt_study *study, const size_t *rows, size_t n,
                    wrt_arena *arena) {
    *out = *study;
    out->n = n;
    out->treatment = take_numbers(study->treatment, rows, n, arena);
    out->outcome = take_numbers(study->outcome, rows, n, arena);
    out->event = take_numbers(study->event, rows, n, arena);
    out->propensity = take_numbers(study->propensity, rows, n, arena);
    out->running = take_numbers(study->running, rows, n, arena);
    out->period = take_numbers(study->period, rows, n, arena);
    take_block(&out->covariates, study->n, rows, n, arena);
    take_block(&out->instruments, study->n, rows, n, arena);
    take_block(&out->mediators, study->n, rows, n, arena);
    if (study->cluster != NULL)
        take_clusters(out, study, rows, n, arena);
    if (study->modifier != NULL) {
        out->modifier = wrt_arena_calloc(arena, n, sizeof *out->modifier);
        for (size_t i = 0; i < n; i++)
            out->modifier[i] = study->modifier[rows[i]];
    }
    out->n_treated = 0;
    for (size_t i = 0; i < n && study->treatment_is_binary; i++)
        out->n_treated += out->treatment[i] == 1.0;
}

void wrt_study_repeat(wrt_study *out, const wrt_study *study, const double *counts,
                      wrt_arena *arena) {
    size_t n = 0;
    for (size_t i = 0; i < study->n; i++)
        n += (size_t)counts[i];
    size_t *rows = wrt_arena_calloc(arena, n, sizeof *rows), at = 0;
    for (size_t i = 0; i < study->n; i++)
        for (size_t copy = 0; copy < (size_t)counts[i]; copy++)
            rows[at++] = i;
    wrt_study_take(out, study, rows, n, arena);
}
