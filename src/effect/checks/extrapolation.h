/* extrapolation.h: is there anybody like this unit in the data?
 *
 * For a profile of covariates: those beyond the range of an arm; its leverage in a linear model of
 * the covariates against the largest leverage of a row (Hoaglin and Welsch 1978: beyond it any
 * linear prediction extrapolates; the region is an ellipsoid that holds all rows); and the
 * Mahalanobis distance to the nearest row of each arm, against the distances at which rows of that
 * arm have their own nearest neighbour. Rows with weight by count: nominal columns are indicators.
 */
#ifndef WRT_EFFECT_EXTRAPOLATION_H
#define WRT_EFFECT_EXTRAPOLATION_H

#include "effect/study.h"

enum { WRT_EXTRAPOLATION_SAMPLE = 400 }; /* rows whose own neighbours are looked for, per arm */

typedef enum {
    WRT_PROFILE_INSIDE,
    WRT_PROFILE_EDGE,   /* beyond the range of one arm, or farther from all rows of an arm than 95 %
                           of its rows are from each other */
    WRT_PROFILE_OUTSIDE /* beyond the range of both arms, or of higher leverage than every row */
} wrt_profile_place;

typedef struct {
    double distance; /* to the nearest row of the arm */
    size_t row;      /* that row, from 0 */
    double share;    /* of the arm's (sampled) rows whose own neighbour is at least as far */
} wrt_profile_nearest;

typedef struct {
    wrt_profile_place place;
    double leverage, leverage_most, leverage_mean; /* of the profile; over the rows */
    wrt_profile_nearest nearest[2];                /* untreated, treated */
    bool *outside[2];                              /* per covariate: beyond the range of the arm */
    size_t n_outside;                              /* covariates beyond the range of both arms */
    const char *text;
} wrt_extrapolation;

/* profile: one finite number a covariate column of the study. WRT_E_INPUT: no covariates, an arm of
 * fewer than two rows, covariates that depend on each other. In the arena; O(n k^2 + 400 n k). */
wrt_status wrt_extrapolation_of(wrt_extrapolation *out, const wrt_study *study,
                                const double *profile, wrt_arena *arena, wrt_err *err);

wrt_json *wrt_extrapolation_json(const wrt_extrapolation *extrapolation, const wrt_study *study);

#endif
