/* result.h: the envelope of every tool result (CONTRACTS.md, "Tools"). */
#ifndef WRT_AGENT_HOST_RESULT_H
#define WRT_AGENT_HOST_RESULT_H

#include "base/err.h"
#include "base/json.h"

typedef struct {
    const wrt_json *data_schema;
    const wrt_json *args;   /* become "echo" when the tool gives none */
    const wrt_json *source; /* array; becomes "source" when the tool gives none */
} wrt_result_defaults;

/* Checks what a tool returned and gives the complete result, members in the order of the contract.
 * `raw` is borrowed. WRT_E_INPUT names the member that is wrong; data is checked against the
 * schema unless status is "error". */
wrt_status wrt_result_complete(wrt_json **out, const wrt_json *raw,
                               const wrt_result_defaults *defaults, wrt_err *err);

/* A complete result with status "error". args may be NULL or of any type. */
wrt_json *wrt_result_error(const char *code, const char *message, const wrt_json *args);

#endif
