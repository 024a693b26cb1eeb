/* instruments.h: conditional instruments, per node.
 *
 * An observed z with a set W of observed nodes is a conditional instrument for the effect of x on y
 * when W and z hold no forbidden node of that effect (adjustment.h), z is connected to x given W,
 * and W separates z from y once the effect itself is cut: the first edges of the causal paths for
 * the total effect (Henckel, Buttenschoen, Maathuis 2024), the edge x -> y for the direct one
 * (Brito, Pearl 2002). Such a z does not identify an effect nonparametrically: it takes linear
 * relations, or monotonicity for an effect among compliers. */
#ifndef WRT_CAUSAL_INSTRUMENTS_H
#define WRT_CAUSAL_INSTRUMENTS_H

#include "causal/adjustment.h"

/* Sets tried per node by search, at most; and per listing, times nodes and edge ends: work after
 * which no search is begun, and work after which a node is left undecided at once. */
enum { WRT_INSTRUMENT_SETS = 4096 };
#define WRT_INSTRUMENT_SEARCH_WORK UINT64_C(100000000)
#define WRT_INSTRUMENT_WORK        UINT64_C(3000000000)

typedef struct {
    int node;
    wrt_node_set given; /* no member can be dropped */
} wrt_instrument;

typedef struct {
    bool has_causal_path;  /* without one there is no effect to find */
    bool complete;         /* every node was decided, and all instruments are listed */
    wrt_instrument *items; /* sorted by name of the node */
    size_t n;
    int *undecided; /* nodes for which the search stopped at its limit, sorted by name */
    size_t n_undecided;
} wrt_instruments;

/* One treatment and one outcome (else WRT_E_UNSUPPORTED); max 0: all. Per node: the nearest
 * separator among the ancestors of z and y, which finds an instrument whenever the graph has any
 * (van der Zander, Textor, Liskiewicz, IJCAI 2015); where that fails for this z, a search over sets
 * W by size, since deciding it for a given z is NP-hard. O(nodes + edges) per set tried. Errors as
 * wrt_adjustment_check. */
wrt_status wrt_instruments_list(wrt_instruments *out, const wrt_effect_query *query, size_t max,
                                wrt_err *err);
void wrt_instruments_free(wrt_instruments *instruments);

/* [{"instrument": name, "given": [names]}]; the caller frees. */
wrt_json *wrt_instruments_to_json(const wrt_instruments *found, const wrt_graph *graph);
/* [text]: what an estimate by an instrument takes for granted; the caller frees. */
wrt_json *wrt_instruments_assumptions(void);

#endif
