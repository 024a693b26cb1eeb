/* live_gate.h: what the policy says of a command that asks PubMed over the network.
 *
 * The same two questions as for a tool of that name: may the call be made (`tool_call`, args.source
 * "live"), and, before each request, may this text go to that place (the same with "dest"). */
#ifndef WRT_CLI_LIVE_GATE_H
#define WRT_CLI_LIVE_GATE_H

#include "cli/cli.h"
#include "pubmed/live/exchange.h"

typedef struct {
    const wrt_cli_globals *globals;
    const char *tool; /* "pubmed_search" or "pubmed_fetch" */
    int64_t sent;     /* requests put before the policy so far */
} wrt_cli_live_gate;

/* WRT_E_DENIED names the rule. */
wrt_status wrt_cli_live_gate_call(const wrt_cli_live_gate *gate, wrt_err *err);

/* A wrt_live_gate_fn (pubmed/live/setup.h); ctx is the gate. */
wrt_status wrt_cli_live_gate_send(const wrt_live_request *request, void *ctx, wrt_err *err);

#endif
