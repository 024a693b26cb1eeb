/* ask_args.h: what a person hands over beside a question: options to inputs (agent.h). */
#ifndef WRT_CLI_ASK_ARGS_H
#define WRT_CLI_ASK_ARGS_H

#include "cli/cli.h"

/* Rows of option tables. */
#define WRT_CLI_ASK_INPUTS                                                                         \
    {"type", 0, "TYPE", "the question type, not the one that the question itself tells"},          \
        {"data", 0, "FILE", "a table, CSV or TSV, one row per unit"},                              \
        {"graph", 0, "GRAPH", "a causal graph: a file, or text in dagitty syntax or DOT"},         \
        {"scm", 0, "FILE", "a structural causal model"},                                           \
        {"patient", 0, "FILE", "what is seen of a patient: JSON, a CSV row"},                      \
        {"do", 0, "SET", "what is done: NAME=VALUE[,...] or JSON"},                                \
        {"treatment", 0, "NAME", "a column, variable or node; by default read from the question"}, \
        {"protocols", 0, "DIR", "question types, instead of $WARRANT_PROTOCOLS or the shipped"},   \
        {"outcome", 0, "NAME", "likewise"}, {"adjust", 0, "NAMES", "columns to adjust for: A,B"},  \
        {"estimator", 0, "E", "as of `warrant estimate`"}, {                                       \
        "with", 0, "SET",                                                                          \
            "what else a question of its type may be given: NAME=VALUE[,...] or JSON"              \
    }

/* The options above as inputs; *out is the caller's, NULL when none was given. A graph file is read
 * here. WRT_E_INPUT names the option. */
wrt_status wrt_cli_ask_inputs(wrt_json **out, const wrt_cli_call *call, wrt_err *err);

/* Puts what the program asked back to a person at a terminal and adds the answers to *inputs
 * (agent.h, "clarify"). *answered is false when there is nobody, or a question had no answer.
 * WRT_E_INTERRUPTED when a signal asks the program to end meanwhile. */
wrt_status wrt_cli_ask_person(bool *answered, wrt_json **inputs, const wrt_cli_call *call,
                              const wrt_json *clarify, wrt_err *err);

#endif
