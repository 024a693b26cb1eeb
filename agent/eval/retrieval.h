/* retrieval.h: the suite `retrieval`: is a question's own paper found? */
#ifndef WRT_EVAL_RETRIEVAL_H
#define WRT_EVAL_RETRIEVAL_H

#include "agent/eval/suite.h"

extern const wrt_eval_suite wrt_eval_retrieval;

#endif
