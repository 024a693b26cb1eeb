/* mechanism.h: the suite `mechanism`: how much of a curated mechanism the paths of a graph show. */
#ifndef WRT_EVAL_MECHANISM_H
#define WRT_EVAL_MECHANISM_H

#include "agent/eval/suite.h"

extern const wrt_eval_suite wrt_eval_mechanism;

#endif
