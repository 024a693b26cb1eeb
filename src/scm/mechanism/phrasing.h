/* phrasing.h: which of its phrasings each variable is said in.
 *
 * How a thing is said changes what a language model answers, so a choice is written down and
 * repeatable: an index for all, an index for each, or a draw by seed. A family is the same model in
 * many draws: member k of seed s is the draw of (s, k), whatever the family's size. */
#ifndef WRT_SCM_MECHANISM_PHRASING_H
#define WRT_SCM_MECHANISM_PHRASING_H

#include "scm/model.h"

#include <stdint.h>

/* Fills out, one index for each variable of the model, from what a user gave:
 *   NULL            the first phrasing of every variable
 *   3               phrasing 3 of every variable that has more than one
 *   [0,2,...]       one index for each variable, in the model's order
 *   {"age":2}       by name, the first for the rest
 *   "seed"          drawn uniformly and independently by (seed, member)
 * Variables without phrases get 0. WRT_E_INPUT names the variable and its number of phrasings. */
wrt_status wrt_scm_phrasing_choose(size_t *out, const wrt_scm *scm, const wrt_json *given,
                                   uint64_t seed, uint32_t member, wrt_err *err);

/* {variable: index} of the variables that have phrases, for the output. Caller frees. */
wrt_json *wrt_scm_phrasing_json(const size_t *phrasings, const wrt_scm *scm);

#endif
