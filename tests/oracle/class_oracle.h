/* class_oracle.h: CPDAG, MAG and PAG by brute force, for graphs of a few nodes.
 *
 * Every simple path is walked; a class is found by trying all marks on the skeleton and keeping
 * the graphs with the same separations; a CPDAG or PAG is what the members agree on. Legality,
 * visible edges and the generalised adjustment criterion (Perkovic, Textor, Kalisch, Maathuis,
 * JMLR 18 (2018), definitions 3 to 5) are written from their definitions over paths. Shares no code
 * with src/causal. Sets of nodes are bit masks. */
#ifndef WRT_TESTS_CLASS_ORACLE_H
#define WRT_TESTS_CLASS_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

enum { CLASS_NODES_MAX = 8, CLASS_WORDS = 16, CLASS_MEMBERS_MAX = 4096 };

/* end[a][b] is the mark at b of the edge between a and b: '>', '-', 'o', or 0 for no edge. */
typedef struct {
    int n;
    char end[CLASS_NODES_MAX][CLASS_NODES_MAX];
} class_graph;

typedef struct {
    unsigned long long bits[CLASS_WORDS]; /* one per pair and conditioning set */
} class_signature;

typedef enum { CLASS_OF_DAGS, CLASS_OF_MAGS } class_kind;

void class_join(class_graph *g, int a, int b, char at_a, char at_b);

bool class_is_acyclic(const class_graph *g); /* the arrows with a tail */
/* No directed or almost directed cycle; all ends are tails or arrowheads, no edge has two tails. */
bool class_is_ancestral(const class_graph *g);
/* Every two nodes that are not adjacent are separated by some set. */
bool class_is_maximal(const class_graph *g);

/* By paths of definite status: in a DAG or MAG all are. */
bool class_separated(const class_graph *g, int a, int b, unsigned z);
class_signature class_signature_of(const class_graph *g);
bool class_same(const class_signature *a, const class_signature *b);

/* All DAGs or MAGs on the skeleton of g with the separations of g; their number, which is
 * CLASS_MEMBERS_MAX at most (more: aborts). */
size_t class_members(class_graph *out, const class_graph *g, class_kind kind);
/* What they agree on; a circle where they do not. */
class_graph class_summary(const class_graph *members, size_t n);

/* ---- the generalised criterion for x, y; is_causally_sufficient: directed edges are visible */
typedef struct {
    const class_graph *graph;
    bool is_causally_sufficient;
    unsigned x, y;
} class_query;

bool class_amenable(const class_query *q);
bool class_has_possible_path(const class_query *q);
unsigned class_forbidden(const class_query *q);
unsigned class_possible_ancestors(const class_graph *g, unsigned of);
bool class_visible(const class_graph *g, int a, int b);
bool class_valid(const class_query *q, unsigned z);

/* Reads "v0 o-> v1 -- v2" ('--' is two circles); true when it is a simple path of definite status
 * over edges of g from x to y that is open given z. back_door: proper and not possibly directed,
 * too. */
bool class_path_is_open(const class_query *q, const char *text, unsigned z, bool back_door);

#endif
