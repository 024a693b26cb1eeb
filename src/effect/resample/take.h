/* take.h: a study of some of a study's rows. */
#ifndef WRT_EFFECT_RESAMPLE_TAKE_H
#define WRT_EFFECT_RESAMPLE_TAKE_H

#include "effect/study.h"

/* Rows rows[0..n) of a study, in that order, repeats allowed: everything that holds a number a row
 * is copied into the arena; clusters are renumbered densely in the order they appear. Levels and
 * the account stay those of the study. */
void wrt_study_take(wrt_study *out, const wrt_study *study, const size_t *rows, size_t n,
                    wrt_arena *arena);

/* counts[i] copies of each row i, in row order. */
void wrt_study_repeat(wrt_study *out, const wrt_study *study, const double *counts,
                      wrt_arena *arena);

#endif
