/* kg_args.h: what the kg commands share. */
#ifndef WRT_CLI_KG_ARGS_H
#define WRT_CLI_KG_ARGS_H

#include "cli/cli.h"
#include "kg/kg.h"

typedef wrt_status (*wrt_cli_kg_fn)(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                                    wrt_err *err);

/* Runs fn with the graph of the data directory open. */
wrt_status wrt_cli_with_kg(wrt_cli_kg_fn fn, wrt_cli_result *result, const wrt_cli_call *call,
                           wrt_err *err);

/* The id of the node that text names: exactly, by id, name, synonym or cross-reference. Nothing of
 * the kind is WRT_E_NOT_FOUND with the nearest name, several things are WRT_E_INPUT with their ids.
 * The caller frees *out. */
wrt_status wrt_cli_kg_node(char **out, wrt_kg *kg, const char *text, wrt_err *err);

/* "A,B" or a JSON array of texts, from an option; NULL when the option was not given. The caller
 * frees *out. */
wrt_status wrt_cli_list(wrt_json **out, const wrt_cli_call *call, const char *option, wrt_err *err);

/* A list of kinds or predicates (what the option is called): those that the graph does not hold are
 * told as warnings, because they admit nothing. */
wrt_status wrt_cli_kg_words(wrt_json **out, const wrt_cli_call *call, const wrt_kg *kg,
                            const char *option, wrt_err *err);

/* Indented JSON for people; nothing with --json. */
void wrt_cli_print_pretty(const wrt_cli_call *call, const wrt_json *value);

#endif
