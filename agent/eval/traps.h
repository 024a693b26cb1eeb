/* traps.h: the suite `traps`: tables whose naive reading is wrong. */
#ifndef WRT_EVAL_TRAPS_H
#define WRT_EVAL_TRAPS_H

#include "agent/eval/suite.h"

extern const wrt_eval_suite wrt_eval_traps;

#endif
