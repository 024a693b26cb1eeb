/* class_internal.h: the edges of a CPDAG, MAG or PAG with the marks at their ends, and what
 * adjustment asks of them. Internal to src/causal. */
#ifndef WRT_CAUSAL_CLASS_INTERNAL_H
#define WRT_CAUSAL_CLASS_INTERNAL_H

#include "causal/backdoor.h"
#include "causal/classes/class_graph.h"
#include "causal/graph_internal.h"

/* The ends of `A -- B` in a CPDAG are circles too: both are what members disagree on. */
typedef enum { END_TAIL, END_ARROW, END_CIRCLE } graph_end;

typedef struct {
    int node;                /* the other node */
    unsigned char near, far; /* graph_end at this node, and at the other */
} graph_link;

struct graph_class {
    wrt_graph_type type;
    graph_pairs lines;   /* `--` and `o-o`, only until finish */
    graph_pairs circles; /* `from o-> to`, only until finish */
    int *offset;         /* the edges at v: links[offset[v] .. offset[v + 1]), by other node */
    graph_link *links;
    wrt_graph *member; /* NULL: the graph itself */
};

/* ---- building: class_build.c */
void wrt_class_begin(wrt_graph *graph, wrt_graph_type type); /* before the first edge */
/* An edge from a to b with these ends; WRT_E_UNSUPPORTED or WRT_E_INPUT where the type has none. */
wrt_status wrt_class_add(wrt_graph *graph, const graph_pair *ends, graph_end at_from,
                         graph_end at_to, wrt_err *err);
/* Called by wrt_graph_finish: links, one edge per pair, the checks, the member. */
wrt_status wrt_class_finish(wrt_graph *graph, wrt_err *err);
void wrt_class_free(struct graph_class *klass); /* accepts NULL */
/* The edge between two nodes, or NULL. O(log degree). */
const graph_link *wrt_class_link(const struct graph_class *klass, int from, int to);
/* " -> ", " o-> ", " -- " ... as people and "marks" write it. */
const char *wrt_class_edge_text(const struct graph_class *klass, const graph_link *link);

/* ---- checks: class_check.c, class_maximal.c; the member: class_member.c */
wrt_status wrt_class_check_cpdag(const wrt_graph *graph, wrt_err *err);
wrt_status wrt_class_check_pag(const wrt_graph *graph, wrt_err *err);
/* Ancestral and maximal; `graph` is a MAG or a member. */
wrt_status wrt_class_check_mag(const wrt_graph *graph, wrt_err *err);
/* Orients the lines without a new collider. WRT_E_INPUT when they are not chordal. */
wrt_status wrt_class_build_member(wrt_graph *graph, wrt_err *err);
/* A PAG has the marks that the class of its member agrees on, and no other: class_orient.c. */
wrt_status wrt_class_check_orientation(const wrt_graph *graph, wrt_err *err);

/* ---- adjustment: class_effect.c, class_path.c */
/* Marks FORBIDDEN as the class has it, and sets has_causal_path and the edge by which the graph is
 * not amenable. For a graph that has a class. */
void wrt_class_mark_effect(wrt_backdoor *backdoor, const wrt_effect_query *query);
/* Marks ANCESTOR on the possible ancestors of nodes with a bit of source_mark. */
void wrt_class_mark_ancestors(wrt_backdoor *backdoor, const wrt_graph *graph, unsigned source_mark);
void wrt_class_explain_forbidden(wrt_buf *text, const wrt_backdoor *backdoor,
                                 const wrt_effect_query *query, int node);
/* "A o-> B" and why the effect may or may not go over it. */
void wrt_class_explain_amenable(wrt_buf *text, char **witness, const wrt_backdoor *backdoor,
                                const wrt_effect_query *query);
/* An open path of definite status, in the marks of the class: from a node marked TREATMENT to one
 * marked OUTCOME, given those marked GIVEN; when `back_door` meeting treatments at its start only,
 * and with an arrowhead towards them. NULL when the search met none within its limit. */
char *wrt_class_open_path(const wrt_graph *graph, const unsigned short *marks, bool back_door);

#endif
