/* help.h: help for people and for programs, read from the command table. */
#ifndef WRT_CLI_HELP_H
#define WRT_CLI_HELP_H

#include "cli/cli.h"

/* Help on a command; with command NULL on a group of commands ("kg"), or on everything when group
 * is NULL too. */
void wrt_cli_print_help(FILE *out, const wrt_cli_command *command, const char *group);

/* The whole table as JSON: [{"command","operands","summary","options":[...]}]. Caller frees. */
wrt_json *wrt_cli_table_json(void);

#endif
