/* ask_batch.h: many questions, one a line, in order. */
#ifndef WRT_CLI_ASK_BATCH_H
#define WRT_CLI_ASK_BATCH_H

#include "agent/agent.h"
#include "cli/cli.h"

/* Asks every line of a file ("-": standard input) with this configuration as the default. A line is
 *   {"id"?,"question", inputs of agent.h by name, "seed"?,"hypotheses"?,"timeout_s"?,"no_latent"?}
 * and gives a line {"id"?,"line","ok","status","exit","run","repeated","answer"} or, for one that
 * cannot be asked, {"id"?,"line","ok":false,"error":{"code","message"}}. An item that a sealed run
 * of the store has answered already, from the same question, inputs, bytes of the files that they
 * name, settings, tools, policy and graph, is not run again: "repeated" is true and the run is that
 * one. Fails only when the file cannot be read, the store fails or the user interrupts. */
wrt_status wrt_cli_ask_batch(const wrt_cli_call *call, const wrt_agent_config *defaults,
                             const char *path, wrt_err *err);

#endif
