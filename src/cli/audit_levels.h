/* audit_levels.h: the levels that an audit adds to the two of the ledger: 3 policy, 4 evidence,
 * 5 computed again, 6 replay.
 *
 * A further level is one more hook in audit_levels.c. */
#ifndef WRT_CLI_AUDIT_LEVELS_H
#define WRT_CLI_AUDIT_LEVELS_H

#include "agent/audit/attest.h"
#include "agent/audit/recompute.h"
#include "cli/cli.h"

enum { WRT_CLI_LEVELS = 4, WRT_CLI_LEVEL_MAX = 6 };

typedef struct {
    wrt_audit_hook hooks[WRT_CLI_LEVELS]; /* valid until wrt_cli_levels_close */
    wrt_recompute recompute;              /* with the auditor's own tools */
    wrt_attest_with with;                 /* what --kg and --pubmed name; owned here */
} wrt_cli_levels;

/* Opens what levels up to max_level need: what --kg FILE and --pubmed FILE name, and the auditor's
 * own tools for level 5, which read --files DIR. *out stays where it is until it is
 * closed: the hooks point into it. */
wrt_status wrt_cli_levels_open(wrt_cli_levels *out, const wrt_cli_call *call, int max_level,
                               wrt_err *err);
void wrt_cli_levels_close(wrt_cli_levels *levels);

#endif
