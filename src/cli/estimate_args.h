/* estimate_args.h: the options of "warrant estimate" as the arguments of the tool of the same task,
 * so that one reader (effect/question.h) judges both. */
#ifndef WRT_CLI_ESTIMATE_ARGS_H
#define WRT_CLI_ESTIMATE_ARGS_H

#include "cli/cli.h"

extern const wrt_cli_option wrt_cli_estimate_options[];

/* The caller frees *args. WRT_E_INPUT names the option. */
wrt_status wrt_cli_estimate_args(wrt_json **args, const wrt_cli_call *call, wrt_err *err);

#endif
