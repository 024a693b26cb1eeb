/* score_cache.h: exact scores on disk, so that a question asked once costs no model call again.
 * Private to src/llm.
 *
 * A key is SHA-256 over the model's identity (weights and cache type, not the machine), the rule
 * below, the prompt, the terminator, the set of candidates and the candidate; texts are kept as
 * hashes only. Each row names the description of the model that computed it, so that a reader can
 * tell which build and processor its last bits come from. Several processes may share a file. */
#ifndef WRT_LLM_SCORE_CACHE_H
#define WRT_LLM_SCORE_CACHE_H

#include "llm/llm.h"

typedef struct wrt_score_cache wrt_score_cache;

/* How a score is defined; a change of the definition is a new name. */
#define WRT_SCORE_RULE           "sum/1 joint tokens, from the first that any candidate changes"
#define WRT_SCORE_RULE_REFERENCE "reference/1 mean of the candidate's tokens behind its last"

typedef enum { WRT_SCORE_SUM, WRT_SCORE_REFERENCE } wrt_score_rule;

/* Opens or makes the file. A damaged or foreign file is WRT_E_INPUT: it may be deleted, nothing but
 * time is lost. `description` is recorded once per distinct text. */
wrt_status wrt_score_cache_open(wrt_score_cache **out, const char *path, wrt_str identity,
                                const wrt_json *description, wrt_err *err);
void wrt_score_cache_close(wrt_score_cache *cache); /* accepts NULL */

/* Reads all scores of the question into out; *found is false when any of them is missing. */
wrt_status wrt_score_cache_get(bool *found, wrt_llm_score *out, wrt_score_cache *cache,
                               wrt_score_rule rule, const wrt_llm_question *question, wrt_err *err);

/* Stores the scores of n questions in one transaction; those that are not EXACT are left out. */
wrt_status wrt_score_cache_put(wrt_score_cache *cache, wrt_score_rule rule,
                               const wrt_llm_question *const *questions,
                               const wrt_llm_score *const *scores, size_t n, wrt_err *err);

#endif
