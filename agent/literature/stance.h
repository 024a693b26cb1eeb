/* stance.h: does a sentence report a finding of its paper at all, and one that is significant?
 *
 * Aims ("to assess whether"), hypotheses, what others found or believe, tendencies, questions and
 * texts that speak to their reader are no findings, whatever direction they name. Private to the
 * reader. */
#ifndef WRT_AGENT_STANCE_H
#define WRT_AGENT_STANCE_H

#include "policies/tokens.h"

bool wrt_stance_is_finding(const wrt_sentence *sentence);

/* It prints a p-value above 0.05 ("p = 0.07", "P = NS", "not significant"), an interval of a ratio
 * that holds 1 or an interval of a difference that holds 0. */
bool wrt_stance_is_insignificant(const wrt_sentence *sentence);

bool wrt_stance_names_animals(const wrt_sentence *sentence);

#endif
