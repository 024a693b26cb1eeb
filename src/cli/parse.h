/* parse.h: argv against the command table. */
#ifndef WRT_CLI_PARSE_H
#define WRT_CLI_PARSE_H

#include "cli/cli.h"

typedef enum { WRT_CLI_WISH_RUN, WRT_CLI_WISH_HELP, WRT_CLI_WISH_VERSION } wrt_cli_wish;

/* Fills call->command, values, operands and *globals. With WISH_HELP call->command may be NULL and
 * operands[0] may name a group. WRT_E_INPUT names the argument and, for a misspelling, the nearest
 * command or option. */
wrt_status wrt_cli_parse(wrt_cli_call *call, wrt_cli_globals *globals, wrt_cli_wish *wish, int argc,
                         char **argv, wrt_err *err);

/* The options every command takes; ends with a NULL name. */
extern const wrt_cli_option wrt_cli_global_options[];

#endif
