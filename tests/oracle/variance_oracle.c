/* variance_oracle.c: see variance_oracle.h. */
#include "variance_oracle.h"

#include "intervention_oracle.h"

#include <math.h>
#include <string.h>

enum { SOURCES_MAX = ORACLE_NODES_MAX + ORACLE_NODES_MAX * (ORACLE_NODES_MAX - 1) / 2 };

static double between(double low, double high, uint64_t *seed) {
    return low + (high - low) * (double)(oracle_random(seed) >> 11) / 9007199254740992.0;
}

/* Mostly of middling size, sometimes very weak or very strong, so that orders of variances differ.
 */
static double coefficient(uint64_t *seed) {
    double size = exp(between(-2.5, 1.5, seed));
    return (oracle_random(seed) & 1) != 0 ? size : -size;
}

void linear_model_draw(linear_model *out, const oracle_graph *graph, uint64_t *seed) {
    double load[ORACLE_NODES_MAX][SOURCES_MAX] = {{0}};
    int sources = graph->n;
    *out = (linear_model){.n = graph->n};
    for (int v = 0; v < graph->n; v++)
        load[v][v] = between(0.3, 1.5, seed);
    for (int a = 0; a < graph->n; a++)
        for (int b = a + 1; b < graph->n; b++)
            if (graph->bow[a][b]) {
                load[a][sources] += coefficient(seed);
                load[b][sources++] += coefficient(seed);
            }
    for (int b = 0; b < graph->n; b++)
        for (int a = 0; a < b; a++) {
            double effect = graph->edge[a][b] ? coefficient(seed) : 0;
            for (int s = 0; s < sources; s++)
                load[b][s] += effect * load[a][s];
        }
    for (int a = 0; a < graph->n; a++)
        for (int b = 0; b < graph->n; b++)
            for (int s = 0; s < sources; s++)
                out->covariance[a][b] += load[a][s] * load[b][s];
}

/* Takes out what is explained by node k. */
static void sweep(double m[ORACLE_NODES_MAX][ORACLE_NODES_MAX], int n, int k) {
    double column[ORACLE_NODES_MAX], pivot = m[k][k];
    for (int i = 0; i < n; i++)
        column[i] = m[i][k];
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            m[i][j] -= column[i] * column[j] / pivot;
}

double linear_model_variance(const linear_model *model, int x, int y, unsigned z) {
    double m[ORACLE_NODES_MAX][ORACLE_NODES_MAX];
    memcpy(m, model->covariance, sizeof m);
    for (int v = 0; v < model->n; v++)
        if (z >> v & 1U)
            sweep(m, model->n, v);
    double under = m[x][x];
    sweep(m, model->n, x);
    return m[y][y] / under;
}
