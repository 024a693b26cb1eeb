/* contrast.h: the builtin step "contrast": which two values of the treatment a what-if compares,
 * and the seed that it samples with.
 *
 * The value that is done against the one that the patient has, or, where that is not known, against
 * the first other value of the model. Pure. */
#ifndef WRT_AGENT_PLAN_CONTRAST_H
#define WRT_AGENT_PLAN_CONTRAST_H

#include "base/json.h"

/* args: {"do":{variable: value},"patient":{variable: value}?,"variables":[of scm_describe]}. Data:
 * {"seed","treatment","contrast":[from,to]}, the seed alone where several variables are set, or
 * where nothing would change. Never NULL; caller frees. */
wrt_json *wrt_contrast_pick(const wrt_json *args, uint64_t seed);

#endif
