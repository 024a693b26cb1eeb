/* ask_thread.h: going on from an answered question: chained runs. */
#ifndef WRT_CLI_ASK_THREAD_H
#define WRT_CLI_ASK_THREAD_H

#include "base/err.h"
#include "base/json.h"
#include "ledger/ledger.h"

/* Reads a sealed run ("last", an id, a prefix): *context becomes {"previous":{"content","question",
 * "status","answer_sha256","treatment"?,"outcome"?}} (agent.h), free of run ids, so that equal
 * threads have equal content; files and graphs that it was given become inputs that *inputs lacks.
 * Both are the caller's. WRT_E_INPUT: the run is not finished. */
wrt_status wrt_cli_thread_read(wrt_json **context, wrt_json **inputs, wrt_ledger *ledger,
                               const char *run, wrt_err *err);

#endif
