/* support.h: whether a model has ever seen such a unit treated so.
 *
 * A counterfactual that almost never happens to units of this profile rests on the model's shape
 * alone. The profile is what is seen of the unit outside the intervention and its descendants. */
#ifndef WRT_SCM_INFER_SUPPORT_H
#define WRT_SCM_INFER_SUPPORT_H

#include "scm/infer/world.h"

enum { WRT_SCM_NEAREST_MAX = 3 };

/* P(the intervention's values | profile) below this is extrapolation. */
#define WRT_SCM_SUPPORT_MIN 0.01

typedef struct {
    double p;              /* P(values set | profile) where nobody intervenes */
    double log_p_profile;  /* log P(profile) */
    bool is_extrapolation; /* p < WRT_SCM_SUPPORT_MIN */
    /* The nearest profile with p >= WRT_SCM_SUPPORT_MIN: how many seen values differ (0: this one;
     * -1: none within WRT_SCM_NEAREST_MAX, or too many to try; where there are no tables, all
     * trials together ask for about world->rows_max rows at most), which, and what they are there;
     * among equally near ones the most probable. */
    int distance;
    size_t variable[WRT_SCM_NEAREST_MAX];
    size_t value[WRT_SCM_NEAREST_MAX];
} wrt_scm_support;

/* Exact. Worlds as for wrt_scm_twin. WRT_E_LIMIT when exact inference is too large. */
wrt_status wrt_scm_support_find(wrt_scm_support *out, const wrt_scm_world *factual,
                                const wrt_scm_world *after, wrt_err *err);

/* `factual` with what is seen of the targets and their descendants forgotten. */
void wrt_scm_support_profile(wrt_scm_world *out, const wrt_scm_world *factual,
                             const wrt_scm_world *after);

#endif
