/* design.c: intercept and columns side by side. */
#include "effect/fit/design.h"

#include <string.h>

wrt_design wrt_design_new(size_t n, const double *first, const char *first_name,
                          const wrt_block *block, wrt_arena *arena) {
    size_t columns = block != NULL ? block->columns : 0, at = first != NULL ? 2 : 1;
    wrt_design d = {.n = n, .k = at + columns};
    d.x = wrt_arena_calloc(arena, d.k * n, sizeof *d.x);
    d.names = wrt_arena_calloc(arena, d.k, sizeof *d.names);
    d.names[0] = "(intercept)";
    for (size_t i = 0; i < n; i++)
        d.x[i] = 1.0;
    if (first != NULL) {
        memcpy(d.x + n, first, n * sizeof *first);
        d.names[1] = first_name;
    }
    if (columns > 0)
        memcpy(d.x + at * n, block->values, columns * n * sizeof *d.x);
    for (size_t j = 0; j < columns; j++)
        d.names[at + j] = block->names != NULL ? block->names[j] : "?";
    return d;
}

/* Sum of squares about the mean, in two passes; *total is the sum of the weights. */
static double spread_of(const double *x, const double *weights, size_t n, double *total) {
    double sum = 0.0, squares = 0.0;
    *total = 0.0;
    for (size_t i = 0; i < n; i++) {
        double w = weights != NULL ? weights[i] : 1.0;
        *total += w;
        sum += w * x[i];
    }
    double mean = *total > 0.0 ? sum / *total : 0.0;
    for (size_t i = 0; i < n; i++)
        squares += (weights != NULL ? weights[i] : 1.0) * (x[i] - mean) * (x[i] - mean);
    return squares;
}

double *wrt_design_penalty(const wrt_design *design, const double *weights, double ridge,
                           wrt_arena *arena) {
    if (ridge <= 0.0)
        return NULL;
    double *penalty = wrt_arena_calloc(arena, design->k, sizeof *penalty);
    for (size_t j = 1; j < design->k; j++) {
        double total = 0.0;
        penalty[j] = ridge * spread_of(design->x + j * design->n, weights, design->n, &total);
    }
    return penalty;
}

wrt_status wrt_design_fail_singular(const wrt_design *design, size_t column, wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT,
                    "column \"%s\" adds nothing to the ones before it in the rows that are fitted: "
                    "leave it out, or give a ridge penalty",
                    column < design->k ? design->names[column] : "?");
}
