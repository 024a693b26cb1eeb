/* refute.h: an estimator, run again on data that were changed so that the answer is known.
 *
 * After the refuters of DoWhy (Sharma and Kiciman 2020, arXiv:2011.04216), each repeated many times
 * with a random state that depends on (seed, refuter, repetition) only:
 *  - placebo: the treatment is permuted (clusters' treatments, when it is constant within them):
 *    estimates must scatter about 0. Propensities of the real treatment say nothing of a permuted
 *    one, so given ones are dropped and the estimator fits its own;
 *  - random common cause: a column of independent normal numbers is added to the covariates: the
 *    estimate must stay;
 *  - subset: a random part of the rows: estimates must scatter about the original;
 *  - dummy outcome: the outcome (with its event) is permuted: estimates must scatter about 0.
 * A refuter that passes has found no flaw of its kind; none of them sees unmeasured confounding. */
#ifndef WRT_EFFECT_REFUTE_H
#define WRT_EFFECT_REFUTE_H

#include "effect/estimators/estimator.h"

typedef enum {
    WRT_REFUTE_PLACEBO,
    WRT_REFUTE_RANDOM_CAUSE,
    WRT_REFUTE_SUBSET,
    WRT_REFUTE_DUMMY_OUTCOME,
    WRT_REFUTE_COUNT
} wrt_refuter;

enum { WRT_REFUTE_REPETITIONS_MAX = 10000 };

typedef struct {
    wrt_refuter refuter;
    const wrt_study *study;
    wrt_estimator_run *run;
    const wrt_estimator_options *options; /* errors by bootstrap are replaced by robust ones */
    const wrt_estimate *original;         /* of `study` by `run` */
    size_t repetitions;                   /* 2 to WRT_REFUTE_REPETITIONS_MAX */
    double subset;                        /* share of rows, in (0, 1); 0: 0.8 */
    uint64_t seed;
} wrt_refute_question;

typedef struct {
    wrt_refuter refuter;
    double *estimates; /* n, in the order of the repetitions */
    size_t n, failed;  /* repetitions that answered, and that did not (one arm empty, ...) */
    double expected;   /* 0, or the original estimate */
    double mean, sd, low, high; /* of the estimates; their 2.5 and 97.5 percentiles */
    double share;  /* placebo, dummy: (1 + estimates at least as far from 0 as the original) /
                      (1 + n), how often chance alone does what was seen. Others: twice the
                      smaller of the shares at or below and at or above the original, at most 1 */
    double misses; /* share of the intervals that miss `expected`; NAN: no intervals */
    bool passes;   /* placebo, dummy: |mean| <= max(1/4, 3 / sqrt(n)) sd; random cause: the mean
                      is within half of the original's error (without one: a tenth of it);
                      subset: share >= 0.05 */
    bool intervals_hold; /* placebo, dummy: misses no more than 4 standard errors over 1 - level */
    const char *text;
} wrt_refutation;

/* WRT_E_INPUT: a question out of range, and when every repetition fails (with the first reason).
 * WRT_E_UNSUPPORTED: placebo with instruments, mediators or a running variable, which permuting
 * treatments alone does not make void: take the dummy outcome. Result in the arena. */
wrt_status wrt_refute(wrt_refutation *out, const wrt_refute_question *question, wrt_arena *arena,
                      wrt_err *err);

const char *wrt_refuter_name(wrt_refuter refuter); /* "placebo", "random_common_cause", ... */
wrt_json *wrt_refutation_json(const wrt_refutation *refutation);

#endif
