/* whatif.h: what would have been, for one unit of which something is seen.
 *
 * Abduction, action, prediction from partial evidence: the posterior of what is unseen, the
 * outcome's distribution as things were and as they would have been, what of the latter is owed to
 * the coupling, and whether the model has support for the question. All of it is implied by the
 * model; nothing is evidence about the world. */
#ifndef WRT_SCM_INFER_WHATIF_H
#define WRT_SCM_INFER_WHATIF_H

#include "scm/infer/coupling.h"
#include "scm/infer/query.h"
#include "scm/infer/support.h"

typedef struct {
    const char *outcome;
    const wrt_json *evidence;  /* {variable: value}, before and after the intervention's place */
    const wrt_json *do_values; /* {variable: value}; at least one */
    wrt_scm_coupling coupling;
    wrt_scm_method method;
    size_t n; /* units to sample; 0: WRT_SCM_SAMPLES */
    uint64_t seed;
    size_t rows_max; /* as in wrt_scm_world; 0: WRT_SCM_ROWS_ASKED_MAX */
} wrt_scm_whatif_question;

/* How far the counterfactual distribution is settled without a coupling. */
typedef enum {
    WRT_SCM_BOUNDS_IDENTIFIED, /* it is: low = high */
    WRT_SCM_BOUNDS_SHARP,      /* each value's bound is reached by some coupling */
    WRT_SCM_BOUNDS_OUTER,      /* no coupling leaves the bounds; they may be wider than need be */
} wrt_scm_bounds_kind;

const char *wrt_scm_bounds_name(wrt_scm_bounds_kind kind); /* "identified", "sharp", "outer" */

typedef struct {
    size_t outcome, n;                  /* variable; number of its values */
    double *posterior;                  /* variable i at i * WRT_SCM_VALUES_MAX; owned */
    double factual[WRT_SCM_VALUES_MAX]; /* P(outcome | evidence) */
    double counterfactual[WRT_SCM_VALUES_MAX];
    /* Of counterfactual; outer bounds that are sampled are 1.96 standard errors of what they are
     * made of wider. */
    double low[WRT_SCM_VALUES_MAX], high[WRT_SCM_VALUES_MAX];
    wrt_scm_bounds_kind bounds;
    /* counterfactual - factual, and its interval over couplings; sampled: 1.96 standard errors
     * wider on either side. */
    double effect[WRT_SCM_VALUES_MAX];
    double effect_low[WRT_SCM_VALUES_MAX], effect_high[WRT_SCM_VALUES_MAX];
    double se_factual[WRT_SCM_VALUES_MAX], se_counterfactual[WRT_SCM_VALUES_MAX];
    double se_effect[WRT_SCM_VALUES_MAX]; /* 0 when exact */
    double log_p_evidence;
    wrt_scm_support support;
    bool is_support_known; /* false when it would take too large a table */
    wrt_scm_method method; /* EXACT or SAMPLE */
    size_t n_units;
    double effective;
    bool is_weak;
} wrt_scm_whatif;

/* WRT_E_INPUT: unknown names, no intervention, a soft one; else as wrt_scm_query. The caller frees
 * with wrt_scm_whatif_free, also after an error. */
wrt_status wrt_scm_whatif_ask(wrt_scm_whatif *out, const wrt_scm *scm, wrt_scm_rows rows,
                              const wrt_scm_whatif_question *question, wrt_err *err);
void wrt_scm_whatif_free(wrt_scm_whatif *whatif);

#endif
