/* recompute_call.h: one recorded call of a tool, made again by the auditor's own tool.
 *
 * Files are the bytes of the run's blobs, or, where the run knows a hash alone, files of a folder
 * with that hash. Exchanges with the network and scores of the language model are those that were
 * recorded, for exactly the questions that were; nothing is sent and nothing is asked of any model.
 */
#ifndef WRT_AGENT_AUDIT_RECOMPUTE_CALL_H
#define WRT_AGENT_AUDIT_RECOMPUTE_CALL_H

#include "agent/host/toolhost.h"
#include "ledger/audit.h"

typedef struct {
    wrt_toolhost *tools;
    bool has_graph;    /* the tools read the run's own graph */
    const char *files; /* folder, or NULL */
    const wrt_audit_source *source;
    const wrt_json *events; /* of the run */
    const wrt_json *start;  /* body of run.start */
    const wrt_json *model;  /* what it says of the model */
} wrt_recompute_call;

/* Is the result of this call a function of what is recorded? `tool.call` body. When it is not, or
 * the auditor has no such tool, *why says so (static text) and false is returned. */
bool wrt_recompute_is_pure(const char **why, const wrt_recompute_call *c, const wrt_json *call);

/* Calls again; *result is the caller's. *is_short (recompute_exchange.h): it was refused something
 * that is not recorded. WRT_E_NOT_FOUND: a file is not at hand, named with what to
 * do; else as the tool host. */
wrt_status wrt_recompute_again(wrt_json **result, bool *is_short, const wrt_recompute_call *c,
                               const wrt_json *call, wrt_err *err);

/* The JSON that an event holds under `key`, or in its blob; *own is what to free. NULL: neither. */
const wrt_json *wrt_recompute_read(wrt_json **own, const wrt_recompute_call *c,
                                   const wrt_json *body, const char *key);

#endif
