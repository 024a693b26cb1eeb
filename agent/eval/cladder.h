/* cladder.h: the suite `cladder`: yes/no causal questions in words and numbers. */
#ifndef WRT_EVAL_CLADDER_H
#define WRT_EVAL_CLADDER_H

#include "agent/eval/suite.h"

extern const wrt_eval_suite wrt_eval_cladder;

#endif
