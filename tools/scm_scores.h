/* scm_scores.h: the host's language model as the one who gives scores to a structural causal model.
 */
#ifndef WRT_TOOLS_SCM_SCORES_H
#define WRT_TOOLS_SCM_SCORES_H

#include "scm/mechanism/mechanism.h"
#include "tools/adapter.h"

typedef struct {
    const wrt_adapter_call *call;
    int64_t batches; /* put to the host so far */
} scm_scores;

/* Borrows. A batch is cut into what the host takes at once; scores that are not exact, and the rule
 * `reference`, are WRT_E_UNSUPPORTED; else the statuses of wrt_adapter_score. */
wrt_scm_scorer scm_scorer_of_host(scm_scores *scores);

#endif
