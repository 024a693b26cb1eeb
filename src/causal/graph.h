/* graph.h: causal graphs: directed edges, bidirected edges (latent common causes), latent nodes.
 *
 * An acyclic directed mixed graph over named nodes. A bidirected edge A <-> B stands for an
 * unobserved common cause of A and B. A graph is built once, finished, and then const: no query
 * marks or changes it. Nodes are numbered 0..n-1 in order of first mention; names are UTF-8 without
 * control characters, kept exactly, at most 512 bytes. Memory is linear in nodes + edges; no
 * function recurses on the graph. */
#ifndef WRT_CAUSAL_GRAPH_H
#define WRT_CAUSAL_GRAPH_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

typedef struct wrt_graph wrt_graph;

typedef struct {
    int *items; /* ascending indices */
    size_t n;
} wrt_node_set;

enum { WRT_GRAPH_NODES_MAX = 250000, WRT_GRAPH_EDGES_MAX = 1000000 };

wrt_graph *wrt_graph_new(void);
void wrt_graph_free(wrt_graph *graph); /* accepts NULL */

/* Index of the node, added when new. WRT_E_INPUT for an empty, oversized or non-UTF-8 name. */
wrt_status wrt_graph_add_node(int *out, wrt_graph *graph, wrt_str name, wrt_err *err);
/* A self-loop is WRT_E_INPUT naming the node; a repeated edge is merged and counted. */
wrt_status wrt_graph_add_edge(wrt_graph *graph, int from, int to, wrt_err *err);
wrt_status wrt_graph_add_bidirected(wrt_graph *graph, int a, int b, wrt_err *err);
void wrt_graph_set_latent(wrt_graph *graph, int node);
/* The data hold only units for which this node has one value: whoever asks conditions on it. Known
 * to separation, adjustment for total effects, implications, writers and drawings; other queries
 * take no graph with such nodes (class_graph.h, wrt_graph_require_dag). */
void wrt_graph_set_selected(wrt_graph *graph, int node);

/* Sorts adjacency and checks acyclicity: WRT_E_INPUT prints one cycle by name ("a -> b -> a").
 * Queries need a finished graph. O(nodes + edges). */
wrt_status wrt_graph_finish(wrt_graph *graph, wrt_err *err);

/* Reads the graph argument of CONTRACTS.md: an object {"nodes","edges","bidirected","latent"} or a
 * string in dagitty syntax (`dag { X -> Y; U [latent]; X <-> Y }`), DOT (`digraph`) or BIF
 * (`network { }`, then variables and probabilities, of which the numbers are skipped). The frame
 * `dag { }` may be left out. An unquoted name holds letters, digits, '_', '.', any letter of UTF-8
 * and a '-' between two of these (IL-6); an unquoted name that the syntax would split is an error
 * that shows it, and so are two unquoted names side by side where one would be a node without an
 * edge
 * ("blood pressure -> CRP"). WRT_E_UNSUPPORTED: a `--`
 * or `@` edge, the types pdag, mag, pag (class_graph.h reads them) and graph, selection nodes
 * (likewise), subgraphs. Marks for a query (exposure, outcome, adjusted) and for layout are read
 * and dropped. The graph returned is finished and the caller's. */
wrt_status wrt_graph_parse(wrt_graph **out, const wrt_json *value, wrt_err *err);
wrt_status wrt_graph_parse_text(wrt_graph **out, wrt_str text, wrt_err *err);

size_t wrt_graph_count(const wrt_graph *graph);
const char *wrt_graph_name(const wrt_graph *graph, int node);
bool wrt_graph_is_latent(const wrt_graph *graph, int node);
bool wrt_graph_is_selected(const wrt_graph *graph, int node);
wrt_node_set wrt_graph_selected(const wrt_graph *graph); /* the caller frees */
/* WRT_E_INPUT names the nearest existing names. */
wrt_status wrt_graph_find(int *out, const wrt_graph *graph, wrt_str name, wrt_err *err);

/* Neighbours, sorted by index; *n is their number. */
const int *wrt_graph_children(const wrt_graph *graph, int node, size_t *n);
const int *wrt_graph_parents(const wrt_graph *graph, int node, size_t *n);
const int *wrt_graph_spouses(const wrt_graph *graph, int node, size_t *n); /* bidirected */
/* Repeated edges that were merged while building. */
size_t wrt_graph_merged(const wrt_graph *graph);

/* The object form, members and edges in index order. Caller frees. */
wrt_json *wrt_graph_to_json(const wrt_graph *graph);
void wrt_graph_to_dagitty(wrt_buf *out, const wrt_graph *graph); /* names quoted where needed */
/* Bayesian Interchange Format, structure only: two states per variable and empty probability
 * blocks. WRT_E_UNSUPPORTED: a latent or selected node, a bidirected edge, a class, a quote in a
 * name. */
wrt_status wrt_graph_to_bif(wrt_buf *out, const wrt_graph *graph, wrt_err *err);

/* ---- sets of nodes */
/* Reads a name or an array of names (NULL: the empty set). Unknown, repeated: WRT_E_INPUT. */
wrt_status wrt_node_set_parse(wrt_node_set *out, const wrt_graph *graph, const wrt_json *names,
                              const char *what, wrt_err *err);
/* Reads {"name":whole number}: a cost per node, 1 for a node that is not named. NULL gives NULL.
 * WRT_E_INPUT: no object, an unknown name, a value that is no whole number from 1 to 1000. The
 * caller frees *out. */
wrt_status wrt_node_costs_parse(int **out, const wrt_graph *graph, const wrt_json *costs,
                                wrt_err *err);
void wrt_node_set_free(wrt_node_set *set);                                    /* accepts NULL */
wrt_node_set wrt_node_set_join(const wrt_node_set *a, const wrt_node_set *b); /* caller frees */
bool wrt_node_set_has(const wrt_node_set *set, int node);
wrt_json *wrt_node_set_to_json(const wrt_graph *graph,
                               const wrt_node_set *set); /* sorted by name */

#endif
