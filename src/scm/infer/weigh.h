/* weigh.h: weighted units that stand for the posterior given evidence.
 *
 * Likelihood weighting (Fung and Chang 1990): units are drawn forwards, what is seen is fixed and
 * its probability becomes the weight. Where evidence makes that waste its units, the rows of the
 * ancestors of the evidence are replaced by an importance function learned in stages from the
 * weighted units themselves (adaptive importance sampling for Bayesian networks: Cheng and
 * Druzdzel, JAIR 13, 2000, doi:10.1613/jair.764), for which the weights account. Only units drawn
 * after learning are handed out, so that they are independent given the function. */
#ifndef WRT_SCM_INFER_WEIGH_H
#define WRT_SCM_INFER_WEIGH_H

#include "scm/infer/units.h"

typedef struct {
    size_t n; /* units to hand out, at most WRT_SCM_WEIGHED_MAX */
    uint64_t seed;
    const bool *needed; /* variables to draw beside the evidence and its ancestors (their own
                           ancestors are added); NULL: all. The others stay 0. */
    bool is_plain;      /* likelihood weighting without learning */
} wrt_scm_weighing;

enum { WRT_SCM_WEIGHED_MAX = 10000000 };

/* Called with blocks of units and the logarithms of their weights (-INFINITY: 0). */
typedef wrt_status wrt_scm_visit(void *ctx, const wrt_scm_units *units, const double *log_w,
                                 wrt_err *err);

/* WRT_E_LIMIT for too many units; else the errors of the rows or of the visitor. That all weights
 * are 0 is for the visitor to see. Learning costs as many units again as are handed out. */
wrt_status wrt_scm_weigh(const wrt_scm_world *world, const wrt_scm_weighing *how,
                         wrt_scm_visit *visit, void *ctx, wrt_err *err);

#endif
