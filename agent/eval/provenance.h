/* provenance.h: the suite `provenance`: every released claim verifies. */
#ifndef WRT_EVAL_PROVENANCE_H
#define WRT_EVAL_PROVENANCE_H

#include "agent/eval/suite.h"

extern const wrt_eval_suite wrt_eval_provenance;

#endif
