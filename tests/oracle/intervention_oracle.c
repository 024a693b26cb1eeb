/* intervention_oracle.c: see intervention_oracle.h. */
#include "intervention_oracle.h"

#include <stddef.h>

uint64_t oracle_random(uint64_t *seed) {
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static double uniform(uint64_t *seed) {
    return (double)(oracle_random(seed) >> 11) / 9007199254740992.0;
}

/* ---- models */

static double draw(model_kind kind, uint64_t *seed) {
    double u = uniform(seed), v = uniform(seed);
    if (kind == MODEL_DETERMINISTIC || (kind == MODEL_SPARSE && v < 1.0 / 3))
        return u < 0.5 ? 0 : 1;
    return 0.05 + 0.9 * u;
}

void model_draw(causal_model *out, const causal_graph *graph, model_kind kind, uint64_t *seed) {
    *out = (causal_model){.graph = *graph};
    for (int a = 0; a < graph->n; a++)
        for (int b = a + 1; b < graph->n; b++)
            if (graph->spouses[a] >> b & 1U) {
                out->bow[out->n_bows][0] = a;
                out->bow[out->n_bows++][1] = b;
            }
    for (int h = 0; h < out->n_bows; h++)
        out->hidden[h] = 0.1 + 0.8 * uniform(seed);
    for (int v = 0; v < graph->n; v++)
        for (int i = 0; i < 1 << (2 * ORACLE_OBSERVED_MAX); i++)
            out->table[v][i] = draw(kind, seed);
}

static double factor(const causal_model *m, int v, unsigned observed, unsigned hidden) {
    unsigned index = 0;
    for (int p = 0; p < m->graph.n; p++)
        if (m->graph.parents[v] >> p & 1U)
            index = 2 * index + (observed >> p & 1U);
    for (int h = 0; h < m->n_bows; h++)
        if (m->bow[h][0] == v || m->bow[h][1] == v)
            index = 2 * index + (hidden >> h & 1U);
    double one = m->table[v][index];
    return (observed >> v & 1U) != 0 ? one : 1 - one;
}

void model_intervene(double out[ORACLE_ASSIGNMENTS_MAX], const causal_model *model, unsigned set) {
    for (unsigned a = 0; a < 1U << model->graph.n; a++) {
        out[a] = 0;
        for (unsigned u = 0; u < 1U << model->n_bows; u++) {
            double p = 1;
            for (int h = 0; h < model->n_bows; h++)
                p *= (u >> h & 1U) != 0 ? model->hidden[h] : 1 - model->hidden[h];
            for (int v = 0; v < model->graph.n; v++)
                p *= (set >> v & 1U) != 0 ? 1 : factor(model, v, a, u);
            out[a] += p;
        }
    }
}

double model_sum(const double *p, int n, unsigned fixed, unsigned values) {
    double sum = 0;
    for (unsigned a = 0; a < 1U << n; a++)
        sum += (a & fixed) == (values & fixed) ? p[a] : 0;
    return sum;
}

/* ---- hedges */

/* Members of `within` from which directed edges inside `within` lead into `to`. */
static unsigned lead_to(const causal_graph *g, unsigned within, unsigned to) {
    unsigned found = to & within;
    for (int round = 0; round < g->n; round++)
        for (int v = 0; v < g->n; v++)
            if (found >> v & 1U)
                found |= g->parents[v] & within;
    return found;
}

static bool is_tied(const causal_graph *g, unsigned set) {
    unsigned found = set & (~set + 1);
    for (int round = 0; round < g->n; round++)
        for (int v = 0; v < g->n; v++)
            if (found >> v & 1U)
                found |= g->spouses[v] & set;
    return found == set;
}

bool oracle_has_hedge(const causal_graph *graph, unsigned x, unsigned y) {
    unsigned all = (1U << graph->n) - 1, open = lead_to(graph, all & ~x, y);
    for (unsigned inner = 1; inner <= all; inner++) {
        if ((inner & ~open) != 0 || !is_tied(graph, inner))
            continue;
        for (unsigned outer = inner; outer <= all; outer++)
            if ((inner & ~outer) == 0 && (outer & x) != 0 && is_tied(graph, outer) &&
                lead_to(graph, outer, inner) == outer)
                return true;
    }
    return false;
}

/* The edges are of the graph, inside the forest, at most one per child; roots have none. */
static const char *forest_fault(const causal_graph *g, const oracle_forest *f, unsigned roots) {
    unsigned has_child = 0, tied = f->nodes & (~f->nodes + 1), leading = roots;
    if (f->nodes == 0 || (roots & ~f->nodes) != 0)
        return "roots outside the forest";
    for (int i = 0; i < f->n_edges; i++) {
        unsigned from = 1U << f->edges[i][0], to = 1U << f->edges[i][1];
        if (((from | to) & ~f->nodes) != 0 || (g->parents[f->edges[i][1]] & from) == 0)
            return "an edge that is not there";
        if ((has_child & from) != 0 || (roots & from) != 0)
            return "two children, or a root with a child";
        has_child |= from;
    }
    if ((has_child | roots) != f->nodes)
        return "a node without a child that is no root";
    for (int round = 0; round < g->n; round++)
        for (int i = 0; i < f->n_edges; i++)
            if (leading >> f->edges[i][1] & 1U)
                leading |= 1U << f->edges[i][0];
    for (int i = 0; i < f->n_bidirected; i++) {
        unsigned a = 1U << f->bidirected[i][0], b = 1U << f->bidirected[i][1];
        if (((a | b) & ~f->nodes) != 0 || (g->spouses[f->bidirected[i][0]] & b) == 0)
            return "a bidirected edge that is not there";
    }
    for (int round = 0; round < g->n; round++)
        for (int i = 0; i < f->n_bidirected; i++) {
            unsigned a = 1U << f->bidirected[i][0], b = 1U << f->bidirected[i][1];
            tied |= ((tied & a) != 0 ? b : 0) | ((tied & b) != 0 ? a : 0);
        }
    int size = 0;
    for (unsigned rest = f->nodes; rest != 0; rest &= rest - 1)
        size++;
    if (leading != f->nodes || tied != f->nodes || f->n_bidirected != size - 1)
        return "not a tree of bidirected edges that leads to the roots";
    return NULL;
}

static bool has_pair(const int pairs[][2], int n, int a, int b) {
    for (int i = 0; i < n; i++)
        if (pairs[i][0] == a && pairs[i][1] == b)
            return true;
    return false;
}

const char *oracle_hedge_fault(const causal_graph *graph, unsigned x, unsigned y,
                               const oracle_forest *outer, const oracle_forest *inner,
                               unsigned roots) {
    const char *fault = forest_fault(graph, outer, roots);
    unsigned all = (1U << graph->n) - 1;
    if (fault == NULL)
        fault = forest_fault(graph, inner, roots);
    if (fault != NULL)
        return fault;
    if ((inner->nodes & ~outer->nodes) != 0 || (outer->nodes & x) == 0 || (inner->nodes & x) != 0)
        return "the sets";
    if ((roots & ~lead_to(graph, all & ~x, y)) != 0)
        return "a root that is no ancestor of the outcome";
    for (int i = 0; i < inner->n_edges; i++)
        if (!has_pair(outer->edges, outer->n_edges, inner->edges[i][0], inner->edges[i][1]))
            return "an edge of the inner forest that the outer one lacks";
    for (int i = 0; i < inner->n_bidirected; i++)
        if (!has_pair(outer->bidirected, outer->n_bidirected, inner->bidirected[i][0],
                      inner->bidirected[i][1]))
            return "a bidirected edge of the inner forest that the outer one lacks";
    return NULL;
}
