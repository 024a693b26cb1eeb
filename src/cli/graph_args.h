/* graph_args.h: a graph and sets of its nodes from options, for the commands about graphs. */
#ifndef WRT_CLI_GRAPH_ARGS_H
#define WRT_CLI_GRAPH_ARGS_H

#include "causal/graph.h"
#include "cli/cli.h"

enum { WRT_CLI_GRAPH_MAX = 64 << 20 };

/* The operand or option as graph text, an object in JSON, @FILE or "-". */
wrt_status wrt_cli_read_graph(wrt_graph **out, const wrt_cli_call *call, const char *argument,
                              wrt_err *err);

/* One or more names of nodes: "A,B" or a JSON array of names; NULL or "": the empty set. `what`
 * names the option in errors. */
wrt_status wrt_cli_read_nodes(wrt_node_set *out, const wrt_graph *graph, const char *argument,
                              const char *what, wrt_err *err);

/* Writes a picture or a converted graph to a file or, "-", to call->out. */
wrt_status wrt_cli_write_text(const wrt_cli_call *call, const char *path, const wrt_buf *text,
                              wrt_err *err);

#endif
