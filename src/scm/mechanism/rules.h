/* rules.h: from a language model's scores to a row of probabilities; private to src/scm/mechanism.
 */
#ifndef WRT_SCM_MECHANISM_RULES_H
#define WRT_SCM_MECHANISM_RULES_H

#include "llm/llm.h"
#include "scm/mechanism/prompt.h"

typedef struct {
    const wrt_scm_scoring *scoring;
    const wrt_scm_prompt *prompt;
    const wrt_llm_score *scores; /* one a candidate */
    const wrt_llm_score *base;   /* the same without the parents' phrases, for pmi only */
} wrt_scm_scored;

/* Fills a row. *mass becomes the probability of all candidates together, NAN for reference.
 * WRT_E_UNSUPPORTED: no score is a finite number, or the rule needs a number of tokens that the
 * language model did not tell. */
wrt_status wrt_scm_rule_apply(double *row, double *mass, const wrt_scm_scored *scored,
                              wrt_err *err);

#endif
