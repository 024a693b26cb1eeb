/* stored_run.h: a finished run, named by a command: of the store, or a bundle. */
#ifndef WRT_CLI_STORED_RUN_H
#define WRT_CLI_STORED_RUN_H

#include "cli/cli.h"
#include "ledger/audit.h"

/* Audits RUN|DIR as a command names it. run receives the id of a stored run, "" for a bundle. The
 * rest as wrt_audit_run_with. */
wrt_status wrt_cli_audit_named(wrt_json **report, char run[WRT_RUN_ID_MAX],
                               const wrt_cli_call *call, const char *name,
                               const wrt_audit_options *options, wrt_err *err);

/* The events of RUN|DIR, after levels 1 and 2 passed. The caller's. */
wrt_status wrt_cli_read_events(wrt_json **events, const wrt_cli_call *call, const char *name,
                               wrt_err *err);

#endif
