/* network.h: products of tables over a few nodes each, summed over all nodes but some.
 *
 * A node has a number and a cardinality; a factor is a dense table over its scope, the last node
 * varying fastest. Solving eliminates one node after the other: the factors that hold it are
 * multiplied and it is summed out. What remains is the table over the nodes that are kept. The
 * order is the cheaper of two greedy ones, min-fill and min-weight (Kjaerulff 1990; Koller and
 * Friedman, Probabilistic Graphical Models, 2009, section 9.4.3). Tables are rescaled by powers of
 * two, so that evidence of any length neither underflows nor costs a bit. */
#ifndef WRT_SCM_INFER_NETWORK_H
#define WRT_SCM_INFER_NETWORK_H

#include "scm/infer/world.h"

enum {
    WRT_SCM_NODES_MAX = 2 * WRT_SCM_VARIABLES_MAX, /* a twin network has two of each variable */
    WRT_SCM_SCOPE_MAX = 32,
    WRT_SCM_CELLS_MAX = 1 << 25, /* of one table: 256 MiB */
    WRT_SCM_WORK_MAX = 1 << 28   /* of all tables made on the way to one answer */
};

typedef struct {
    uint16_t nodes[WRT_SCM_SCOPE_MAX];
    size_t n, cells;
    double *p; /* owned; NULL once it was multiplied into another */
} wrt_scm_factor;

typedef struct {
    uint8_t card[WRT_SCM_NODES_MAX]; /* of each node that occurs in a factor */
    wrt_scm_factor *factors;
    size_t n_factors, capacity;
    const wrt_scm *scm; /* for names in messages */
    /* A rehearsal: factors have scopes but no numbers, no rows are asked for, and solving only
     * tells whether the tables would be too large. */
    bool is_rehearsal;
    double n_rows; /* asked for where there are no tables */
} wrt_scm_network;

typedef struct {
    double *p; /* over the kept nodes, in the order asked for; sums to 1; owned */
    size_t cells;
    double log_total; /* log of the sum before it was made 1; NAN when a part that does not touch
                         the kept nodes was too large to sum */
    double widest;    /* cells of the largest table */
    double work;      /* cells of all tables that nodes were summed out of */
} wrt_scm_solution;

/* Where a variable of the model stands: at a node, or fixed at a value. */
typedef struct {
    bool is_pinned;
    uint8_t value;
    uint16_t node;
} wrt_scm_slot;

void wrt_scm_network_init(wrt_scm_network *out, const wrt_scm *scm);
void wrt_scm_network_free(wrt_scm_network *network);

/* Adds an empty factor over n nodes, cells zeroed, borrowed until the next call. WRT_E_LIMIT beyond
 * WRT_SCM_CELLS_MAX. */
wrt_status wrt_scm_network_add(wrt_scm_factor **out, wrt_scm_network *network,
                               const uint16_t *nodes, size_t n, wrt_err *err);
/* Adds P(child | parents) of a kept mechanism, sliced at what is pinned. slots: one for each
 * variable of the model. Sets card of the nodes in it. WRT_E_LIMIT beyond world->rows_max rows of
 * variables without tables. */
wrt_status wrt_scm_network_add_mechanism(wrt_scm_network *network, const wrt_scm_world *world,
                                         size_t variable, const wrt_scm_slot *slots, wrt_err *err);
/* Counts rows that a factor of the caller's own asks for; WRT_E_LIMIT as above. */
wrt_status wrt_scm_network_count_rows(wrt_scm_network *network, const wrt_scm_world *world,
                                      size_t variable, double rows, wrt_err *err);
/* Adds a distribution of the variable that looks at no parent. */
wrt_status wrt_scm_network_add_drawn(wrt_scm_network *network, const wrt_scm_world *world,
                                     size_t variable, wrt_scm_slot slot, wrt_err *err);

/* Consumes the factors; a rehearsal leaves *out zero. WRT_E_LIMIT names the size of a table that
 * would be needed and the variable at which, or the size of all; WRT_E_NOT_FOUND when the total
 * is 0. The caller frees
 * out->p. */
wrt_status wrt_scm_network_solve(wrt_scm_solution *out, wrt_scm_network *network,
                                 const uint16_t *keep, size_t n_keep, wrt_err *err);

#endif
