/* criteria_oracle.c: see criteria_oracle.h. */
#include "criteria_oracle.h"

#include <string.h>

static oracle_query query; /* large: kept off the stack */

static oracle_graph without_edges_out_of(const oracle_graph *graph, unsigned set) {
    oracle_graph cut = *graph;
    for (int v = 0; v < graph->n; v++)
        if ((set & 1u << v) != 0)
            memset(cut.edge[v], 0, sizeof cut.edge[v]);
    return cut;
}

static bool is_directed(const oracle_path *path) {
    for (int i = 0; i + 1 < path->n; i++)
        if (path->step[i] != '>')
            return false;
    return true;
}

static unsigned nodes_of(const oracle_path *path) {
    unsigned nodes = 0;
    for (int i = 0; i < path->n; i++)
        nodes |= 1u << path->node[i];
    return nodes;
}

static bool separated(const oracle_graph *graph, unsigned a, unsigned b, unsigned given) {
    oracle_ask(&query, graph, a, b, false);
    return oracle_separated(&query, given);
}

int oracle_frontdoor(const oracle_graph *graph, unsigned x, unsigned y, unsigned z) {
    oracle_ask(&query, graph, x, y, false);
    for (size_t i = 0; i < query.n_paths; i++)
        if (is_directed(&query.paths[i]) && (nodes_of(&query.paths[i]) & z) == 0)
            return 1;
    oracle_graph cut = without_edges_out_of(graph, x);
    if (!separated(&cut, x, z, 0))
        return 2;
    cut = without_edges_out_of(graph, z);
    return separated(&cut, z, y, x) ? 0 : 3;
}

void oracle_effect_of(oracle_effect *out, const oracle_graph *graph, int x, int y, bool direct) {
    oracle_ask(&query, graph, 1u << x, 1u << y, direct);
    *out = (oracle_effect){*graph, *graph, x, y, query.forbidden, query.has_causal_path};
    if (direct) {
        out->cut.edge[x][y] = false;
        return;
    }
    for (size_t i = 0; i < query.n_paths; i++)
        if (is_directed(&query.paths[i]))
            out->cut.edge[x][query.paths[i].node[1]] = false;
}

bool oracle_instrument(const oracle_effect *effect, int z, unsigned given) {
    unsigned barred = effect->forbidden | 1u << effect->x | 1u << effect->y | effect->graph.latent;
    if ((barred & (given | 1u << z)) != 0 || (given & 1u << z) != 0)
        return false;
    return separated(&effect->cut, 1u << z, 1u << effect->y, given) &&
           !separated(&effect->graph, 1u << z, 1u << effect->x, given);
}

bool oracle_pair_separated(const oracle_graph *graph, int a, int b, unsigned given) {
    return separated(graph, 1u << a, 1u << b, given);
}
