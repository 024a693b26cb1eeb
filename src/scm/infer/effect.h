/* effect.h: the effect of one treatment value against another, seen, done, and their gap.
 *
 * For each value of the outcome: the observational difference P(y | b) - P(y | a), the
 * interventional one P(y | do(b)) - P(y | do(a)), and the observational minus the interventional,
 * which is what confounding adds. Exact, or sampled with standard errors. */
#ifndef WRT_SCM_INFER_EFFECT_H
#define WRT_SCM_INFER_EFFECT_H

#include "scm/infer/query.h"

typedef struct {
    size_t treatment, outcome;
    size_t reference, value; /* a and b: the effect is that of b against a */
    wrt_scm_method method;
    size_t n;
    uint64_t seed;
} wrt_scm_contrast;

typedef struct {
    size_t n; /* values of the outcome */
    double observational[WRT_SCM_VALUES_MAX];
    double interventional[WRT_SCM_VALUES_MAX];
    double gap[WRT_SCM_VALUES_MAX];
    double se_observational[WRT_SCM_VALUES_MAX]; /* 0 when exact; independent of the next */
    double se_interventional[WRT_SCM_VALUES_MAX];
    /* Support: P(a) and P(b) in the world asked about, and the smallest probability of either
     * among profiles of the treatment's causes that occur (NAN: too many profiles to look at). */
    double p_reference, p_value, p_smallest;
    wrt_scm_method method; /* SAMPLE when any part was sampled */
    size_t n_units;        /* of each sampled part */
    bool is_weak;
} wrt_scm_effect;

/* In a world where other variables may be intervened on or seen. WRT_E_INPUT: the same variable or
 * value twice, the treatment intervened on or seen; WRT_E_NOT_FOUND: a value of the treatment never
 * occurs; else as wrt_scm_query. */
wrt_status wrt_scm_effect_find(wrt_scm_effect *out, const wrt_scm_world *world,
                               const wrt_scm_contrast *contrast, wrt_err *err);

#endif
