/* counterfactual_oracle.c: see counterfactual_oracle.h. */
#include "counterfactual_oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- two worlds of a model */

typedef struct {
    const causal_model *model;
    const counterfactual_question *question;
    noise_kind noise;
    unsigned hidden;
} worlds;

static double chance(const causal_model *m, int v, unsigned observed, unsigned hidden) {
    unsigned index = 0;
    for (int p = 0; p < m->graph.n; p++)
        if (m->graph.parents[v] >> p & 1U)
            index = 2 * index + (observed >> p & 1U);
    for (int h = 0; h < m->n_bows; h++)
        if (m->bow[h][0] == v || m->bow[h][1] == v)
            index = 2 * index + (hidden >> h & 1U);
    return m->table[v][index];
}

/* P(value a in the other world, value b in the world of y). */
static double both(const worlds *w, int v, unsigned other, unsigned here, int a, int b) {
    double p = chance(w->model, v, other, w->hidden), q = chance(w->model, v, here, w->hidden);
    double pa = a != 0 ? p : 1 - p, qb = b != 0 ? q : 1 - q;
    unsigned parents = w->model->graph.parents[v];
    if (((other ^ here) & parents) == 0)
        return a == b ? pa : 0;
    if (w->noise == NOISE_PER_PARENTS)
        return pa * qb;
    if (a == b)
        return a != 0 ? fmin(p, q) : 1 - fmax(p, q);
    return a != 0 ? fmax(p - q, 0) : fmax(q - p, 0);
}

static double walk(const worlds *w, int v, unsigned other, unsigned here) {
    const counterfactual_question *q = w->question;
    double sum = 0;
    if (v == w->model->graph.n)
        return here >> q->y & 1U;
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 2; b++) {
            unsigned next = other | (unsigned)a << v, now = here | (unsigned)b << v;
            double p;
            if (v == q->x && (a != q->other || b != q->set))
                continue;
            if (v == q->x)
                p = q->is_treated ? both(w, v, other, here, a, a) : 1;
            else if (q->mediators >> v & 1U) /* the world of y takes it from the other one */
                p = a == b ? both(w, v, other, other, a, a) : 0;
            else
                p = both(w, v, other, here, a, b);
            if (p > 0)
                sum += p * walk(w, v + 1, next, now);
        }
    return sum;
}

double oracle_counterfactual(const causal_model *model, const counterfactual_question *question,
                             noise_kind noise) {
    double sum = 0;
    for (unsigned u = 0; u < 1U << model->n_bows; u++) {
        worlds w = {model, question, noise, u};
        double p = 1;
        for (int h = 0; h < model->n_bows; h++)
            p *= (u >> h & 1U) != 0 ? model->hidden[h] : 1 - model->hidden[h];
        sum += p * walk(&w, 0, 0, 0);
    }
    return sum;
}

/* ---- types */

typedef struct {
    const causal_graph *graph;
    int n_types[ORACLE_OBSERVED_MAX]; /* per variable: functions of its parents */
    int district[ORACLE_OBSERVED_MAX];
    int n_districts, size[ORACLE_OBSERVED_MAX]; /* types of a district */
    double *p[ORACLE_OBSERVED_MAX];             /* a distribution over them */
} type_model;

static int count_bits(unsigned bits) {
    int n = 0;
    for (; bits != 0; bits &= bits - 1)
        n++;
    return n;
}

static int value_of(const causal_graph *g, int v, int type, unsigned observed) {
    unsigned index = 0;
    for (int p = 0; p < g->n; p++)
        if (g->parents[v] >> p & 1U)
            index = 2 * index + (observed >> p & 1U);
    return type >> index & 1;
}

static bool prepare(type_model *m, const causal_graph *g, uint64_t *seed) {
    long total = 1;
    *m = (type_model){.graph = g};
    for (int v = 0; v < g->n; v++) {
        unsigned own = g->spouses[v] | 1U << v;
        int first = 0;
        while ((own >> first & 1U) == 0)
            first++;
        for (int u = 0; u < g->n; u++)
            if ((own >> u & 1U) != 0 && (g->spouses[u] | 1U << u) != own)
                return false;
        if (count_bits(g->parents[v]) > 3)
            return false;
        m->n_types[v] = 1 << (1 << count_bits(g->parents[v]));
        total *= m->n_types[v];
        if (total > ORACLE_TYPES_MAX)
            return false;
        m->district[v] = first == v ? m->n_districts++ : m->district[first];
        m->size[m->district[v]] = (first == v ? 1 : m->size[m->district[v]]) * m->n_types[v];
    }
    for (int d = 0; d < m->n_districts; d++) {
        double sum = 0;
        m->p[d] = calloc((size_t)m->size[d], sizeof(double));
        for (int i = 0; i < m->size[d]; i++)
            sum += m->p[d][i] = 0.1 + (double)(oracle_random(seed) % 1000) / 1000.0;
        for (int i = 0; i < m->size[d]; i++)
            m->p[d][i] /= sum;
    }
    return true;
}

/* The types of all variables out of one number, and the number of each district's types. */
static void unpack(int type[], int at[], const type_model *m, long number) {
    int scale[ORACLE_OBSERVED_MAX];
    for (int d = 0; d < m->n_districts; d++) {
        scale[d] = 1;
        at[d] = 0;
    }
    for (int v = 0; v < m->graph->n; v++) {
        int d = m->district[v];
        type[v] = (int)(number % m->n_types[v]);
        number /= m->n_types[v];
        at[d] += type[v] * scale[d];
        scale[d] *= m->n_types[v];
    }
}

static bool happens(const type_model *m, const counterfactual_question *q, const int type[]) {
    unsigned other = 0, here = 0;
    for (int v = 0; v < m->graph->n; v++) {
        int a = value_of(m->graph, v, type[v], other), b = value_of(m->graph, v, type[v], here);
        if (v == q->x && q->is_treated && a != q->other)
            return false;
        if (v == q->x) {
            a = q->other;
            b = q->set;
        } else if (q->mediators >> v & 1U) {
            b = a;
        }
        other |= (unsigned)a << v;
        here |= (unsigned)b << v;
    }
    return (here >> q->y & 1U) != 0;
}

/* Takes the multiples of the rows (orthogonal, n of them) out of `row`; returns what is left. */
static double reduce(double *row, double *const rows[], int n, int width) {
    double left = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int r = 0; r < n; r++) {
            double dot = 0;
            for (int i = 0; i < width; i++)
                dot += row[i] * rows[r][i];
            for (int i = 0; i < width; i++)
                row[i] -= dot * rows[r][i];
        }
    for (int i = 0; i < width; i++)
        left += row[i] * row[i];
    return sqrt(left);
}

/* An orthonormal base of the rows "given the variables outside the district as in a, its members
 * are as in a". Returns their number. */
static int district_rows(double *rows[], const type_model *m, int d) {
    int n = 0, width = m->size[d];
    for (unsigned a = 0; a < 1U << m->graph->n; a++) {
        double *row = calloc((size_t)width, sizeof *row);
        for (int at = 0; at < width; at++) {
            int rest = at;
            bool fits = true;
            for (int v = 0; v < m->graph->n; v++) {
                if (m->district[v] != d)
                    continue;
                int type = rest % m->n_types[v];
                rest /= m->n_types[v];
                fits = fits && value_of(m->graph, v, type, a) == (int)(a >> v & 1U);
            }
            row[at] = fits ? 1 : 0;
        }
        double left = reduce(row, rows, n, width);
        if (left < 1e-9) {
            free(row);
            continue;
        }
        for (int i = 0; i < width; i++)
            row[i] /= left;
        rows[n++] = row;
    }
    return n;
}

static bool is_combination(const type_model *m, int d, double *wanted) {
    double *rows[ORACLE_ASSIGNMENTS_MAX], size = 0;
    int n = district_rows(rows, m, d);
    for (int i = 0; i < m->size[d]; i++)
        size += wanted[i] * wanted[i];
    double left = reduce(wanted, rows, n, m->size[d]);
    for (int r = 0; r < n; r++)
        free(rows[r]);
    return left <= 1e-7 * (1 + sqrt(size));
}

bool oracle_is_determined(bool *applies, const causal_graph *graph,
                          const counterfactual_question *question, uint64_t *seed) {
    type_model m;
    double *wanted[ORACLE_OBSERVED_MAX];
    bool determined = true;
    long total = 1;
    *applies = prepare(&m, graph, seed);
    if (!*applies)
        return false;
    for (int v = 0; v < graph->n; v++)
        total *= m.n_types[v];
    for (int d = 0; d < m.n_districts; d++)
        wanted[d] = calloc((size_t)m.size[d], sizeof(double));
    for (long number = 0; number < total; number++) {
        int type[ORACLE_OBSERVED_MAX], at[ORACLE_OBSERVED_MAX];
        unpack(type, at, &m, number);
        if (!happens(&m, question, type))
            continue;
        for (int d = 0; d < m.n_districts; d++) {
            double p = 1;
            for (int other = 0; other < m.n_districts; other++)
                p *= other == d ? 1 : m.p[other][at[other]];
            wanted[d][at[d]] += p;
        }
    }
    for (int d = 0; d < m.n_districts; d++) {
        determined = determined && is_combination(&m, d, wanted[d]);
        free(wanted[d]);
        free(m.p[d]);
    }
    return determined;
}
