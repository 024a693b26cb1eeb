/* curation.h: the suite `curation`: cite what is relevant, leave what is not and what is retracted.
 */
#ifndef WRT_EVAL_CURATION_H
#define WRT_EVAL_CURATION_H

#include "agent/eval/suite.h"

extern const wrt_eval_suite wrt_eval_curation;

#endif
