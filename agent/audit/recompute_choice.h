/* recompute_choice.h: the choice of a language model, made again from what it is recorded to have
 * said. Whether a model said so, only the model could tell. */
#ifndef WRT_AGENT_AUDIT_RECOMPUTE_CHOICE_H
#define WRT_AGENT_AUDIT_RECOMPUTE_CHOICE_H

#include "base/json.h"

/* NULL, or what is wrong (static text): bodies of model.request and model.response. A scored choice
 * is the first option of the highest score, as far as the scores are known; a worded one is the
 * option that stands in the text; one by tool calls what its first call names. */
const char *wrt_recompute_choice(const wrt_json *request, const wrt_json *response);

#endif
