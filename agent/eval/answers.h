/* answers.h: the suite `answers`: what a model changes in plans, coverage and claims. */
#ifndef WRT_EVAL_ANSWERS_H
#define WRT_EVAL_ANSWERS_H

#include "agent/eval/suite.h"

extern const wrt_eval_suite wrt_eval_answers;

#endif
