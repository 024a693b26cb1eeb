/* scm_oracle.c: see scm_oracle.h. */
#include "scm_oracle.h"

#include <math.h>
#include <string.h>

uint64_t scm_random(uint64_t *state) {
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

double scm_uniform(uint64_t *state) {
    return ((double)(scm_random(state) >> 12) + 0.5) * 0x1p-52;
}

void scm_draw_row(double *out, int k, bool with_zeros, uint64_t *state) {
    double sum = 0;
    for (int i = 0; i < k; i++) {
        double u = scm_uniform(state);
        out[i] = with_zeros && scm_random(state) % 3 == 0 ? 0 : u * u + 1e-3;
        sum += out[i];
    }
    if (sum == 0)
        sum = out[0] = 1;
    for (int i = 0; i < k; i++)
        out[i] /= sum;
}

static int rows_of(const scm_oracle *m, int v) {
    int rows = 1;
    for (int j = 0; j < m->n_parents[v]; j++)
        rows *= m->k[m->parents[v][j]];
    return rows;
}

void scm_draw(scm_oracle *out, int n, int max_values, bool with_zeros, uint64_t *state) {
    memset(out, 0, sizeof *out);
    out->n = n;
    for (int v = 0; v < n; v++) {
        out->k[v] = 2 + (int)(scm_random(state) % (uint64_t)(max_values - 1));
        for (int u = v - 1; u >= 0 && out->n_parents[v] < SCM_PARENTS; u--)
            if (scm_random(state) % 5 < 3)
                out->parents[v][out->n_parents[v]++] = u;
        for (int r = 0; r < rows_of(out, v); r++)
            scm_draw_row(out->table[v][r], out->k[v], with_zeros, state);
    }
}

scm_scene scm_nothing(void) {
    scm_scene s = {.soft = {0}};
    for (int v = 0; v < SCM_VARIABLES; v++)
        s.set[v] = s.seen[v] = -1;
    return s;
}

static bool next_unit(int *unit, const scm_oracle *m) {
    for (int v = 0; v < m->n; v++) {
        if (++unit[v] < m->k[v])
            return true;
        unit[v] = 0;
    }
    return false;
}

static const double *row_at(const scm_oracle *m, int v, const int *unit) {
    int row = 0;
    for (int j = 0; j < m->n_parents[v]; j++)
        row = row * m->k[m->parents[v][j]] + unit[m->parents[v][j]];
    return m->table[v][row];
}

static double probability(const scm_oracle *m, const scm_scene *s, const int *unit) {
    double p = 1;
    for (int v = 0; v < m->n; v++) {
        if (s->set[v] >= 0)
            p *= unit[v] == s->set[v];
        else
            p *= (s->soft[v] != NULL ? s->soft[v] : row_at(m, v, unit))[unit[v]];
        if (s->seen[v] >= 0)
            p *= unit[v] == s->seen[v];
    }
    return p;
}

double scm_observe(double *out, const scm_oracle *m, const scm_scene *s, int outcome) {
    int unit[SCM_VARIABLES] = {0};
    double total = 0;
    memset(out, 0, SCM_VALUES * sizeof *out);
    do {
        double p = probability(m, s, unit);
        out[unit[outcome]] += p;
        total += p;
    } while (next_unit(unit, m));
    for (int i = 0; i < m->k[outcome]; i++)
        out[i] /= total;
    return total;
}

/* ---- one mechanism */

static double ratio(double p, double q) {
    return q > 0 ? p / q : (double)INFINITY;
}

/* The integral of du / (sum_k max(p_k, q_k u))^2 between two neighbouring ratios. */
static double piece(const double *p, const double *q, int k, double from, double to) {
    double middle = isinf(to) ? from * 2 + 1 : (from + to) / 2, fixed = 0, slope = 0;
    for (int i = 0; i < k; i++)
        if (p[i] >= q[i] * middle)
            fixed += p[i];
        else
            slope += q[i];
    double low = fixed + slope * from;
    return isinf(to) ? 1 / (slope * low) : (to - from) / (low * (fixed + slope * to));
}

/* Joint probability of i in the one world and j in the other, i != j. */
static double race_cell(const double *p, const double *q, int k, int i, int j) {
    double from = ratio(p[j], q[j]), end = ratio(p[i], q[i]), sum = 0;
    while (from < end) {
        double to = end;
        for (int l = 0; l < k; l++)
            if (ratio(p[l], q[l]) > from && ratio(p[l], q[l]) < to)
                to = ratio(p[l], q[l]);
        sum += piece(p, q, k, from, to);
        from = to;
    }
    return p[i] * q[j] * sum;
}

static double overlap(const double *p, const double *q, int i, int j) {
    double a = 0, b = 0;
    for (int l = 0; l < i; l++)
        a += p[l];
    for (int l = 0; l < j; l++)
        b += q[l];
    double width = fmin(a + p[i], b + q[j]) - fmax(a, b);
    return width > 0 ? width : 0;
}

void scm_couple(double *out, oracle_coupling coupling, const double *p, const double *q, int k,
                int i) {
    double moved = 0;
    for (int j = 0; j < k; j++) {
        if (coupling == ORACLE_INVCDF)
            out[j] = overlap(p, q, i, j) / p[i];
        else if (coupling == ORACLE_INDEPENDENT)
            out[j] = q[j];
        else if (j != i)
            moved += out[j] = race_cell(p, q, k, i, j) / p[i];
    }
    if (coupling == ORACLE_GUMBEL)
        out[i] = 1 - moved;
}

void scm_race(long *counts, const double *p, const double *q, int k, long draws, uint64_t *state) {
    double log_p[SCM_VALUES], log_q[SCM_VALUES];
    for (int i = 0; i < k; i++) {
        log_p[i] = log(p[i]);
        log_q[i] = log(q[i]);
    }
    memset(counts, 0, (size_t)(k * k) * sizeof *counts);
    for (long d = 0; d < draws; d++) {
        double best_p = (double)-INFINITY, best_q = (double)-INFINITY;
        int at_p = 0, at_q = 0;
        for (int i = 0; i < k; i++) {
            double g = -log(-log(scm_uniform(state)));
            if (log_p[i] + g > best_p) {
                best_p = log_p[i] + g;
                at_p = i;
            }
            if (log_q[i] + g > best_q) {
                best_q = log_q[i] + g;
                at_q = i;
            }
        }
        counts[at_p * k + at_q]++;
    }
}

/* ---- pairs of worlds */

/* P(the unit would have been `other` | unit). */
static double likeness(const scm_oracle *m, const scm_scene *s, const int *set, const int *unit,
                       const int *other, oracle_coupling coupling) {
    double p = 1, row[SCM_VALUES];
    for (int v = 0; v < m->n && p > 0; v++) {
        const double *was = row_at(m, v, unit), *is = row_at(m, v, other);
        if (set[v] >= 0) {
            p *= other[v] == set[v];
        } else if (s->set[v] >= 0 || s->soft[v] != NULL || was == is) {
            p *= other[v] == unit[v];
        } else {
            scm_couple(row, coupling, was, is, m->k[v], unit[v]);
            p *= row[other[v]];
        }
    }
    return p;
}

void scm_counterfactual(double *out, const scm_oracle *m, const scm_scene *s, const int *set,
                        int outcome, oracle_coupling coupling) {
    int unit[SCM_VARIABLES] = {0};
    double total = 0;
    memset(out, 0, SCM_VALUES * sizeof *out);
    do {
        double p = probability(m, s, unit);
        int other[SCM_VARIABLES] = {0};
        if (p == 0)
            continue;
        total += p;
        do
            out[other[outcome]] += p * likeness(m, s, set, unit, other, coupling);
        while (next_unit(other, m));
    } while (next_unit(unit, m));
    for (int i = 0; i < m->k[outcome]; i++)
        out[i] /= total;
}
