/* audit.h: whether a model's answers hold an effect of a label at all, beyond how it is phrased.
 *
 * Given P(outcome | label) under several phrasings of the same model, the effect of one label
 * against another is a mean over phrasings, which are the sample: its interval (Student's t)
 * tells how it varies with wording, and a null tells what wording alone would give. The null
 * shuffles labels within each phrasing, which keeps everything about a phrasing but which answer
 * belongs to which label (a permutation test: Good, Permutation, Parametric and Bootstrap Tests of
 * Hypotheses, 3rd ed. 2005). Pure statistics: who asks a language model is elsewhere. */
#ifndef WRT_SCM_INFER_AUDIT_H
#define WRT_SCM_INFER_AUDIT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WRT_SCM_PHRASINGS_AUDITED_MAX = 100000,
    WRT_SCM_LABELS_MAX = 64,
    WRT_SCM_SHUFFLES = 9999,
    WRT_SCM_SHUFFLES_MAX = 1000000
};

typedef struct {
    const double *p; /* phrasing f, label t at f * n_labels + t; finite */
    size_t n_phrasings, n_labels;
    size_t reference, value; /* labels a and b: the effect is p[b] - p[a] */
    uint64_t seed;
    size_t shuffles; /* 0: WRT_SCM_SHUFFLES; not used when all can be listed */
} wrt_scm_labelled;

typedef struct {
    double effect;              /* mean over phrasings */
    double deviation;           /* standard deviation between phrasings */
    double low, high;           /* 95 % interval of the mean */
    double null_low, null_high; /* 2.5 % and 97.5 % of the mean when labels are shuffled */
    double detectable;          /* smallest |mean| that would have p <= 0.05; INFINITY: none */
    double p_value;             /* two-sided; a shuffle that changes nothing counts */
    size_t shuffles;            /* looked at */
    bool is_exact;              /* all shuffles were looked at: two labels, few phrasings */
} wrt_scm_presence;

/* WRT_E_INPUT: fewer than 2 phrasings or labels, the same label twice, a number that is not finite;
 * WRT_E_LIMIT beyond the caps. O(shuffles * phrasings). */
wrt_status wrt_scm_audit_labels(wrt_scm_presence *out, const wrt_scm_labelled *data, wrt_err *err);

#endif
