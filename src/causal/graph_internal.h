/* graph_internal.h: the inside of wrt_graph, for graph*.c, node_set.c and the inner loop of
 * reach.c; labels for messages, for every file of this folder. */
#ifndef WRT_CAUSAL_GRAPH_INTERNAL_H
#define WRT_CAUSAL_GRAPH_INTERNAL_H

#include "base/arena.h"
#include "causal/graph.h"

enum { GRAPH_NAME_MAX = 512, GRAPH_LABEL_MAX = 84 };

typedef struct {
    int from, to;
} graph_pair;

typedef struct {
    graph_pair *items;
    size_t n, room;
} graph_pairs;

/* Compressed rows: the neighbours of v are items[offset[v] .. offset[v + 1]), ascending. */
typedef struct {
    int *offset;
    int *items;
} graph_rows;

/* All edges of a node side by side, for walks over big graphs: its parents, then its spouses, then
 * its children. Row r = 3 * v + kind is items[start[r] .. start[r + 1]). */
enum { GRAPH_STAR_PARENTS, GRAPH_STAR_SPOUSES, GRAPH_STAR_CHILDREN, GRAPH_STAR_KINDS };

typedef struct {
    int *start; /* 3 * nodes + 1 entries */
    int *items;
} graph_stars;

struct graph_class; /* class_internal.h */

struct wrt_graph {
    wrt_arena *arena;   /* owns the names, whose addresses therefore never move */
    const char **names; /* NUL-terminated */
    bool *latent, *selected;
    size_t n_selected;
    size_t n, room;
    int *slots; /* open addressing, -1 free; n_slots is a power of two, at most half full */
    size_t n_slots;
    uint64_t key;         /* mixed into every name hash */
    graph_pairs directed; /* only until finish */
    graph_pairs spouse;   /* both orders of every bidirected edge, only until finish */
    graph_rows children, parents, spouses;
    graph_stars stars;
    size_t merged;
    bool finished;
    struct graph_class *klass; /* NULL for a DAG; else see class_graph.h */
};

/* Index of the name or -1. */
int wrt_graph_lookup(const wrt_graph *graph, wrt_str name);
/* Enters node `node`, whose name is already stored, into the hash table. */
void wrt_graph_enter(wrt_graph *graph, int node);
/* The name for a one-line message: cut at a character boundary, "..." appended when cut. */
const char *wrt_graph_label(char out[GRAPH_LABEL_MAX], wrt_str name);

#endif
