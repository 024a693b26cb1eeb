/* policy_files.h: rule files that commands are given by name. */
#ifndef WRT_CLI_POLICY_FILES_H
#define WRT_CLI_POLICY_FILES_H

#include "cli/cli.h"
#include "policies/policy.h"

/* The union of the files given as operands, or the policy in force when there are none. */
wrt_status wrt_cli_load_policies(wrt_policy **out, const wrt_cli_call *call, wrt_err *err);

/* The union of files named in one text, parted by commas:
 * "default.policy.json,offline.policy.json".
 */
wrt_status wrt_cli_load_policy_list(wrt_policy **out, const char *files, wrt_err *err);

#endif
