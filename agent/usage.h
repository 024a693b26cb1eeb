/* usage.h: what the language model of a run read, wrote and cost.
 *
 * It may differ between two runs of one question (a server's cache, its price), so that it stands
 * in the meta of "model.response" and "llm.response" alone, as
 *   "usage":{"calls","prompt_tokens","cached_tokens","reply_tokens","cost"}
 * of the calls since the event before it, and in the totals that are shown; never in content. */
#ifndef WRT_AGENT_USAGE_H
#define WRT_AGENT_USAGE_H

#include "llm/llm.h"

/* Adds member "usage" to *meta (made where it is NULL) when the model was called since *seen, which
 * moves on. llm may be NULL. */
void wrt_usage_note(wrt_json **meta, wrt_llm_usage *seen, const wrt_llm *llm);

/* The sum over the events of a run; NULL when none has a usage. Caller frees. */
wrt_json *wrt_usage_of_events(const wrt_json *events);

/* What was used since `before`; NULL when the model was not called. Caller frees. */
wrt_json *wrt_usage_since(const wrt_llm_usage *before, const wrt_llm *llm);

/* "N calls of the model, N tokens read (N kept), N written, cost N", without what is 0. */
void wrt_usage_words(wrt_buf *out, const wrt_json *usage);

#endif
