/* abstention.h: the suite `abstention`: questions without support end in a reason. */
#ifndef WRT_EVAL_ABSTENTION_H
#define WRT_EVAL_ABSTENTION_H

#include "agent/eval/suite.h"

extern const wrt_eval_suite wrt_eval_abstention;

#endif
