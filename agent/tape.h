/* tape.h: what a recorded run's model was asked and answered, as `replay:RUN` reads it. */
#ifndef WRT_AGENT_TAPE_H
#define WRT_AGENT_TAPE_H

#include "base/json.h"
#include "ledger/ledger.h"

/* The exchanges of a run (an id, a unique prefix or "last"), in the form that src/llm/replay.c
 * documents. A run without a model gives an empty list. Errors are those of wrt_ledger_find and
 * wrt_ledger_events; a response without its request is WRT_E_INTEGRITY. Caller frees. */
wrt_status wrt_agent_tape(wrt_json **out, wrt_ledger *ledger, const char *run, wrt_err *err);

#endif
