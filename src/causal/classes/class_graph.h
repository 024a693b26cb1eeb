/* class_graph.h: graphs that stand for a class: CPDAG, MAG and PAG.
 *
 * A CPDAG stands for every DAG that implies the same separations; `A -- B` says that they disagree
 * on the edge. A MAG is what a DAG with unobserved variables leaves on the observed ones; a PAG
 * stands for every MAG that implies the same separations, a circle marking an end on which they
 * disagree. Selection variables are not supported, so MAGs have no `--` edge and PAGs no edge with
 * two tails or a tail and a circle.
 *
 * Such a graph is a wrt_graph that only the readers below give. Its children, parents and spouses
 * are those of its definite edges alone, so that a query which does not know classes would miss
 * edges: it must refuse them (wrt_graph_require_dag). Answers come from one member of the class,
 * with what the class adds: possible descendants, visible edges (Zhang, JMLR 9 (2008) 1437-1474;
 * Perkovic, Textor, Kalisch, Maathuis, JMLR 18 (2018) 1-62). */
#ifndef WRT_CAUSAL_CLASS_GRAPH_H
#define WRT_CAUSAL_CLASS_GRAPH_H

#include "causal/graph.h"

typedef enum { WRT_GRAPH_DAG, WRT_GRAPH_CPDAG, WRT_GRAPH_MAG, WRT_GRAPH_PAG } wrt_graph_type;

/* Largest MAG or PAG; a CPDAG may be as large as a DAG. */
enum { WRT_GRAPH_MAG_NODES_MAX = 2000 };

/* Read what wrt_graph_parse and wrt_graph_parse_text read, and classes too. Text: the types `pdag`
 * (or `cpdag`), `mag` and `pag`, with the edges `--` (CPDAG), `<->` (MAG, PAG), `@->`, `<-@` and
 * `@-@` (PAG). Object: "type" (dag, pdag, mag, pag), "undirected":[[a,b]...] and
 * "marks":[[a,MARK,b]...] with MARK one of o->, <-o, o-o, ->, <-, <->. The graph is checked:
 *   CPDAG: no directed cycle; A -> B -- C only with A -> C; undirected parts chordal; every arrow
 *          strongly protected. This is exact (Andersson, Madigan, Perlman 1997, theorem 4.1).
 *   MAG:   no directed or almost directed cycle (ancestral), no inducing path between nodes that
 *          are not adjacent (maximal). This is exact.
 *   PAG:   the graph with every o-> read as -> and the circle parts oriented without a new
 *          collider is a MAG, and the orientation rules give its class the marks of this graph and
 *          no other (Zhang, Artificial Intelligence 172 (2008) 1873-1896). This is exact, so a PAG
 *          with marks from background knowledge is refused.
 * WRT_E_INPUT shows what breaks a rule. WRT_E_UNSUPPORTED: latent nodes (a CPDAG has none, in a
 * MAG or PAG they are left out already) and edges of selection. WRT_E_LIMIT: too many nodes, or
 * too much work to tell whether a MAG is maximal or a PAG is one. CPDAG: O(nodes + edges * degree)
 * unless a node has very many undirected edges; MAG: cubic; PAG: the rules run until none applies,
 * quartic at worst, for sparse graphs near linear. */
wrt_status wrt_graph_parse_any(wrt_graph **out, const wrt_json *value, wrt_err *err);
wrt_status wrt_graph_parse_any_text(wrt_graph **out, wrt_str text, wrt_err *err);

wrt_graph_type wrt_graph_type_of(const wrt_graph *graph);
/* "dag", "pdag", "mag" or "pag". */
const char *wrt_graph_type_name(wrt_graph_type type);
/* WRT_E_UNSUPPORTED unless the graph is a DAG with or without bidirected edges and without
 * selection nodes; `what` names the query ("the front-door criterion"). */
wrt_status wrt_graph_require_dag(const wrt_graph *graph, const char *what, wrt_err *err);

/* One member of the class, with the same nodes; for a DAG and a MAG the graph itself. Borrowed. */
const wrt_graph *wrt_graph_member(const wrt_graph *graph);

#endif
