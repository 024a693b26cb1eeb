/* cox_walk.h: one pass over the risk sets of a Cox model, from the last time to the first.
 * Shared by cox*.c, nobody else. */
#ifndef WRT_EFFECT_COX_WALK_H
#define WRT_EFFECT_COX_WALK_H

#include "effect/estimators/cox.h"

/* Rows sorted by time, columns centred and scaled to unit standard deviation. */
typedef struct {
    size_t n, p, n_groups; /* groups: distinct times with events */
    bool efron;
    size_t *order; /* sorted position -> row of the data */
    double *time, *event, *weight;
    double *x;     /* n * p, row after row */
    double *scale; /* p, standard deviations */
    size_t *group; /* of each sorted position: groups with time <= its own */
} wrt_cox_rows;

/* One term of the partial likelihood: an event time, or with Efron one of its d steps. */
typedef struct {
    size_t group; /* 0-based, ascending in time */
    double time;
    double share;       /* k / d: what the tied events have lost of their place in the risk set */
    double weight;      /* of the events that this term stands for */
    double steps;       /* terms of this group */
    double at_risk;     /* sum of w exp(eta - shift) */
    const double *mean; /* p, of x over the risk set */
    const double *variance; /* p * p, lower triangle */
} wrt_cox_term;

typedef void wrt_cox_visit(void *ctx, const wrt_cox_term *term);

wrt_status wrt_cox_rows_make(wrt_cox_rows *out, const wrt_cox_data *data, wrt_arena *arena,
                             wrt_err *err);

/* beta: p, of the scaled columns. Calls visit for each term, times descending; returns the log
 * partial likelihood. hazard: n, gets exp(eta - shift) by sorted position, where shift is the
 * largest eta. O(n p^2). */
double wrt_cox_walk(const wrt_cox_rows *rows, const double *beta, double *hazard,
                    wrt_cox_visit *visit, void *ctx);

/* Copies the lower triangle of a p * p matrix (as the terms hold it) to the upper one. */
void wrt_cox_mirror(double *matrix, size_t p);

#endif
