/* reach.h: the one reachability engine of this folder.
 *
 * A state is (node, arrival): a node was entered at an arrowhead (from a parent or over a
 * bidirected edge) or at a tail (from a child). A table of turns says, per arrival and kind of
 * the next edge, which marks the node must have and must not have for the walk to go on. The
 * table makes the engine an ancestor walk, a descendant walk or d-separation (the idea of
 * rule-table reachability: Wienoebst, Weichwald, Henckel 2025). A breadth-first search visits each
 * state once, marked when it is pushed: O(nodes + edges), no recursion. Internal to src/causal. */
#ifndef WRT_CAUSAL_REACH_H
#define WRT_CAUSAL_REACH_H

#include "causal/graph.h"

/* Marks that a query puts on nodes, in an array of its own; the graph is never touched. */
enum {
    WRT_MARK_TREATMENT = 1 << 0,
    WRT_MARK_OUTCOME = 1 << 1,
    WRT_MARK_GIVEN = 1 << 2,     /* in the set that is conditioned on */
    WRT_MARK_OPEN = 1 << 3,      /* GIVEN or an ancestor of such: an open collider */
    WRT_MARK_REACHED = 1 << 4,   /* a treatment or a descendant of one */
    WRT_MARK_REACHES = 1 << 5,   /* reaches an outcome without passing a treatment */
    WRT_MARK_CAUSAL = 1 << 6,    /* not a treatment, on a proper causal path */
    WRT_MARK_FORBIDDEN = 1 << 7, /* no valid set holds it */
    WRT_MARK_INCLUDED = 1 << 8,
    WRT_MARK_EXCLUDED = 1 << 9,
    WRT_MARK_ANCESTOR = 1 << 10, /* of treatment, outcome or included; or one of these */
    /* 1 << 12 to 1 << 14: class_effect.c */
    WRT_MARK_NEVER = 1 << 15 /* no node has it */
};

typedef enum { WRT_ARRIVE_TAIL, WRT_ARRIVE_HEAD } wrt_arrival;
typedef enum { WRT_TO_PARENT, WRT_TO_CHILD, WRT_TO_SPOUSE } wrt_departure;

typedef struct {
    unsigned need; /* every bit must be set on the node */
    unsigned ban;  /* no bit may be set on the node */
} wrt_turn;

typedef struct {
    wrt_turn turn[2][3]; /* [wrt_arrival][wrt_departure]; sources leave by the TAIL row */
    wrt_turn enter;      /* nodes that may be entered at all */
    /* A directed edge p -> c is taken as absent when p has a bit of cut_from and c one of
     * cut_into: the proper back-door graph without building it. */
    unsigned cut_from, cut_into;
} wrt_reach_rules;

extern const wrt_reach_rules WRT_REACH_ANCESTORS;   /* sources included */
extern const wrt_reach_rules WRT_REACH_DESCENDANTS; /* sources included */
/* m-connection given the nodes marked GIVEN, colliders open where marked OPEN. */
extern const wrt_reach_rules WRT_REACH_CONNECTED;

typedef struct {
    const wrt_graph *graph;
    unsigned short *marks; /* per node */
    unsigned char *seen;   /* per node, one bit per arrival */
    int *queue;            /* states in order of visit: 2 * node + arrival */
    int *from;             /* per state: 2 * previous state + (over a bidirected edge), or -1 */
    size_t visited;        /* length of queue */
    bool is_conditioned;   /* some node may be marked GIVEN or OPEN */
} wrt_reach;

void wrt_reach_init(wrt_reach *reach, const wrt_graph *graph);
void wrt_reach_free(wrt_reach *reach);
void wrt_reach_mark_set(wrt_reach *reach, const wrt_node_set *set, unsigned mark);
void wrt_reach_clear_mark(wrt_reach *reach, unsigned mark);

/* Walks from every node that has a bit of source_mark. Stops at the first node entered that has a
 * bit of stop_mark (0: never) and returns its state; -1 when none was met. */
int wrt_reach_run(wrt_reach *reach, const wrt_reach_rules *rules, unsigned source_mark,
                  unsigned stop_mark);
/* The same from the members of a set: no scan of all nodes, which is what small queries spend their
 * time on. */
int wrt_reach_run_set(wrt_reach *reach, const wrt_reach_rules *rules, const wrt_node_set *sources,
                      unsigned stop_mark);
/* The same from one node. */
int wrt_reach_run_from(wrt_reach *reach, const wrt_reach_rules *rules, int source,
                       unsigned stop_mark);
/* Puts a mark on every node that the last run visited. */
void wrt_reach_mark_visited(wrt_reach *reach, unsigned mark);

/* Marks GIVEN and OPEN for `given`, replacing those of an earlier call. */
void wrt_reach_condition(wrt_reach *reach, const wrt_reach_rules *rules, const wrt_node_set *given);

/* The walk of the last run that ends in `state`, "X <- U -> Y". A breadth-first walk of
 * WRT_REACH_CONNECTED is a path: a node met twice could be cut short and the result would still be
 * open. Of a path of more than 200 nodes the middle is left out, and the text says so. */
char *wrt_reach_path(const wrt_reach *reach, int state);
/* A collider of that path that is open only through a descendant, -1 when none; *opener gets the
 * conditioned node. */
int wrt_reach_path_collider(wrt_reach *reach, int state, int *opener);

#endif
