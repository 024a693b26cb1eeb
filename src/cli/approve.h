/* approve.h: asking for an approval as a command does it: a signed grant that waits in the data
 * folder, else the person at the terminal, else nobody. */
#ifndef WRT_CLI_APPROVE_H
#define WRT_CLI_APPROVE_H

#include "agent/act/approval.h"
#include "cli/cli.h"

/* How long a command waits for `warrant policy approve` when nobody sits at the terminal. */
typedef struct {
    const wrt_cli_globals *globals;
    int64_t wait_ms;
} wrt_cli_approver;

/* Prints a request to out, in ASCII (other bytes as \xNN): phase, tool, args and the rest of it. */
void wrt_cli_print_request(FILE *out, const wrt_json *request);

/* A wrt_approval_ask; ctx is a wrt_cli_approver. What is asked goes to stderr. */
wrt_status wrt_cli_approve(wrt_approval_grant *out, const wrt_approval_question *question,
                           void *ctx, wrt_err *err);

#endif
