/* replay.h: the suite `replay`: the same question gives the same bytes. */
#ifndef WRT_EVAL_REPLAY_H
#define WRT_EVAL_REPLAY_H

#include "agent/eval/suite.h"

extern const wrt_eval_suite wrt_eval_replay;

#endif
