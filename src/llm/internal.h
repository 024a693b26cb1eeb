/* internal.h: what the files behind llm.h share. Private to src/llm. */
#ifndef WRT_LLM_INTERNAL_H
#define WRT_LLM_INTERNAL_H

#include "llm/backend.h"
#include "llm/score_cache.h"

struct wrt_llm {
    const wrt_llm_backend *backend;
    void *self;
    wrt_llm_options options; /* models_dir and cache_path are NULL: used up when it was opened */
    wrt_score_cache *cache;  /* NULL: none */
    wrt_llm_usage usage;
    double price_in, price_out; /* per million tokens */
};

bool wrt_llm_is_text(wrt_str text); /* valid UTF-8 without U+0000, which JSON cannot carry */
wrt_status wrt_llm_check_prompt(const wrt_llm_prompt *prompt, wrt_err *err);
/* {"type":"object","properties":{"choice":{"enum":[...]}},"required":["choice"],...}: one of the
 * candidates as JSON; an object, because some servers take no other schema at the root. */
wrt_json *wrt_llm_choice_schema(const wrt_llm_question *question);
wrt_status wrt_llm_no_model(wrt_err *err);
/* Ends a backend call that began with `before`: counts it and its cost. */
void wrt_llm_count_call(wrt_llm *llm, const wrt_llm_usage *before);

#endif
