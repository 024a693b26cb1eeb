/* injection.h: the suite `injection`: hostile text in a source changes neither plan nor claims. */
#ifndef WRT_EVAL_INJECTION_H
#define WRT_EVAL_INJECTION_H

#include "agent/eval/suite.h"

extern const wrt_eval_suite wrt_eval_injection;

#endif
