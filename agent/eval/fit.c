/* fit.c: see fit.h.
 *
 * A cell is one combination of the values of all nodes, numbered in mixed radix with node 0
 * fastest. Its probability is the product over nodes of table[row of the parents' values][value];
 * the derivative of that by a logit of the row is the probability times (1 if it is the value's)
 * minus the logit's own probability. */
#include "agent/eval/fit.h"

#include "base/arena.h"
#include "base/rng.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 400, STREAM = 7 };
static const uint64_t seed_of_starts = 20231209;
static const double close_enough = 1e-11, logit_max = 40, nearly_uniform = 0.3, spread = 1.5;

struct wrt_fit {
    const wrt_graph *graph;
    int n;
    int values[WRT_FIT_NODES_MAX];
    size_t stride[WRT_FIT_NODES_MAX]; /* of a node's value in a cell's number */
    size_t first[WRT_FIT_NODES_MAX];  /* logit of a node's row 0, value 0 */
    size_t rows[WRT_FIT_NODES_MAX];
    size_t cells, n_logits;
    double *logit, *table;
    double error;
};

/* ---- shape */

static wrt_status shape(wrt_fit *fit, wrt_err *err) {
    fit->cells = 1;
    for (int v = 0; v < fit->n; v++) {
        fit->values[v] = wrt_graph_is_latent(fit->graph, v) ? WRT_FIT_LATENT_VALUES : 2;
        fit->stride[v] = fit->cells;
        fit->cells *= (size_t)fit->values[v];
    }
    for (int v = 0; v < fit->n; v++) {
        size_t n_parents = 0;
        const int *parents = wrt_graph_parents(fit->graph, v, &n_parents);
        fit->first[v] = fit->n_logits;
        fit->rows[v] = 1;
        for (size_t i = 0; i < n_parents; i++)
            fit->rows[v] *= (size_t)fit->values[parents[i]];
        fit->n_logits += fit->rows[v] * (size_t)fit->values[v];
    }
    if (fit->cells > WRT_FIT_CELLS_MAX || fit->n_logits > WRT_FIT_LOGITS_MAX)
        return wrt_fail(err, WRT_E_LIMIT,
                        "the graph is too large to be filled with numbers: %zu combinations of "
                        "values (at most %d)",
                        fit->cells, WRT_FIT_CELLS_MAX);
    return WRT_OK;
}

static size_t value_of(const wrt_fit *fit, size_t cell, int node) {
    return cell / fit->stride[node] % (size_t)fit->values[node];
}

/* Where the row of a node begins in logit and table. */
static size_t row_of(const wrt_fit *fit, size_t cell, int node) {
    size_t n_parents = 0, row = 0;
    const int *parents = wrt_graph_parents(fit->graph, node, &n_parents);
    for (size_t i = 0; i < n_parents; i++)
        row = row * (size_t)fit->values[parents[i]] + value_of(fit, cell, parents[i]);
    return fit->first[node] + row * (size_t)fit->values[node];
}

static double probability_of(const wrt_fit *fit, size_t cell) {
    double p = 1;
    for (int v = 0; v < fit->n; v++)
        p *= fit->table[row_of(fit, cell, v) + value_of(fit, cell, v)];
    return p;
}

static void fill_tables(wrt_fit *fit) {
    for (int v = 0; v < fit->n; v++) {
        size_t k = (size_t)fit->values[v];
        for (size_t at = fit->first[v]; at < fit->first[v] + fit->rows[v] * k; at += k) {
            double sum = 0;
            for (size_t i = 0; i < k; i++)
                sum += fit->table[at + i] = exp(fit->logit[at + i]);
            for (size_t i = 0; i < k; i++)
                fit->table[at + i] /= sum;
        }
    }
}

/* ---- residuals and their derivatives */

typedef struct {
    const wrt_fit_fact *facts;
    size_t n;
    double *residual; /* n */
    double *slope;    /* n rows of n_logits */
    double *whole;    /* n_logits: derivative of P(given) */
    double *system;   /* n rows of n + 1 */
    double *kept;     /* n_logits */
} work;

static bool holds(const wrt_fit *fit, size_t cell, const wrt_fit_state *states, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (value_of(fit, cell, states[i].node) != (size_t)states[i].value)
            return false;
    return true;
}

static void add_slope(double *out, const wrt_fit *fit, size_t cell, double p) {
    for (int v = 0; v < fit->n; v++) {
        size_t at = row_of(fit, cell, v), value = value_of(fit, cell, v);
        for (size_t i = 0; i < (size_t)fit->values[v]; i++)
            out[at + i] += p * ((i == value ? 1.0 : 0.0) - fit->table[at + i]);
    }
}

static void differentiate(work *w, const wrt_fit *fit, size_t f) {
    const wrt_fit_fact *fact = &w->facts[f];
    double both = 0, given = 0, *slope = w->slope + f * fit->n_logits;
    memset(slope, 0, fit->n_logits * sizeof *slope);
    memset(w->whole, 0, fit->n_logits * sizeof *w->whole);
    for (size_t cell = 0; cell < fit->cells; cell++) {
        if (!holds(fit, cell, fact->given, fact->n_given))
            continue;
        double p = probability_of(fit, cell);
        given += p;
        add_slope(w->whole, fit, cell, p);
        if (holds(fit, cell, fact->of, fact->n_of)) {
            both += p;
            add_slope(slope, fit, cell, p);
        }
    }
    double ratio = given > 0 ? both / given : 0;
    w->residual[f] = ratio - fact->p;
    for (size_t i = 0; i < fit->n_logits; i++)
        slope[i] = given > 0 ? (slope[i] - ratio * w->whole[i]) / given : 0;
}

/* The sum of squared residuals; residuals and slopes are those of the fit's tables. */
static double measure(work *w, wrt_fit *fit) {
    double sum = 0;
    fit->error = 0;
    for (size_t f = 0; f < w->n; f++) {
        differentiate(w, fit, f);
        sum += w->residual[f] * w->residual[f];
        fit->error = fmax(fit->error, fabs(w->residual[f]));
    }
    return sum;
}

/* ---- steps */

/* Solves the n equations of `system` (n rows of n + 1) in place by elimination with the largest
 * pivot; the solution is left in the last column. */
static void solve(double *system, size_t n) {
    size_t width = n + 1;
    for (size_t c = 0; c < n; c++) {
        size_t best = c;
        for (size_t r = c + 1; r < n; r++)
            if (fabs(system[r * width + c]) > fabs(system[best * width + c]))
                best = r;
        for (size_t i = 0; i < width; i++) {
            double kept = system[c * width + i];
            system[c * width + i] = system[best * width + i];
            system[best * width + i] = kept;
        }
        for (size_t r = 0; r < n; r++) {
            double factor = r == c ? 0 : system[r * width + c] / system[c * width + c];
            for (size_t i = c; i < width && factor != 0; i++)
                system[r * width + i] -= factor * system[c * width + i];
        }
    }
    for (size_t c = 0; c < n; c++)
        system[c * width + n] /= system[c * width + c];
}

/* logit -= J' (J J' + damping I)^-1 r: the shortest step that meets the linearised residuals. */
static void step(wrt_fit *fit, const work *w, double damping) {
    size_t width = w->n + 1;
    for (size_t a = 0; a < w->n; a++) {
        for (size_t b = 0; b < w->n; b++) {
            double dot = a == b ? damping : 0;
            for (size_t i = 0; i < fit->n_logits; i++)
                dot += w->slope[a * fit->n_logits + i] * w->slope[b * fit->n_logits + i];
            w->system[a * width + b] = dot;
        }
        w->system[a * width + w->n] = w->residual[a];
    }
    solve(w->system, w->n);
    for (size_t i = 0; i < fit->n_logits; i++) {
        for (size_t a = 0; a < w->n; a++)
            fit->logit[i] -= w->slope[a * fit->n_logits + i] * w->system[a * width + w->n];
        fit->logit[i] = fmax(-logit_max, fmin(logit_max, fit->logit[i]));
    }
    fill_tables(fit);
}

static void improve(wrt_fit *fit, work *w) {
    double damping = 1e-3, now = measure(w, fit);
    for (int i = 0; i < STEPS_MAX && fit->error > close_enough && damping < 1e9; i++) {
        memcpy(w->kept, fit->logit, fit->n_logits * sizeof *w->kept);
        step(fit, w, damping);
        double next = measure(w, fit);
        if (next < now) {
            now = next;
            damping = fmax(damping / 5, 1e-13);
            continue;
        }
        damping *= 4;
        memcpy(fit->logit, w->kept, fit->n_logits * sizeof *w->kept);
        fill_tables(fit);
        now = measure(w, fit);
    }
}

/* ---- starts */

static bool touches_latent(const wrt_graph *graph, int node) {
    size_t n = 0;
    const int *parents = wrt_graph_parents(graph, node, &n);
    for (size_t i = 0; i < n; i++)
        if (wrt_graph_is_latent(graph, parents[i]))
            return true;
    return wrt_graph_is_latent(graph, node);
}

static void draw_start(wrt_fit *fit, unsigned start) {
    wrt_rng rng = wrt_rng_make(seed_of_starts, STREAM, start);
    for (int v = 0; v < fit->n; v++) {
        double scale = start > 0 ? spread : touches_latent(fit->graph, v) ? nearly_uniform : 0;
        size_t n = fit->rows[v] * (size_t)fit->values[v];
        for (size_t i = 0; i < n; i++)
            fit->logit[fit->first[v] + i] = scale * (2 * wrt_rng_uniform(&rng) - 1);
    }
    fill_tables(fit);
}

static void work_free(work *w) {
    free(w->residual);
    free(w->slope);
    free(w->whole);
    free(w->system);
    free(w->kept);
}

wrt_status wrt_fit_make(wrt_fit **out, const wrt_graph *graph, const wrt_fit_fact *facts, size_t n,
                        unsigned start, wrt_err *err) {
    *out = NULL;
    if (wrt_graph_count(graph) > WRT_FIT_NODES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the graph has %zu nodes; at most %d",
                        wrt_graph_count(graph), WRT_FIT_NODES_MAX);
    if (n > WRT_FIT_FACTS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%zu facts; at most %d", n, WRT_FIT_FACTS_MAX);
    wrt_fit *fit = wrt_calloc(1, sizeof *fit);
    fit->graph = graph;
    fit->n = (int)wrt_graph_count(graph);
    wrt_status status = shape(fit, err);
    if (status != WRT_OK) {
        wrt_fit_free(fit);
        return status;
    }
    fit->logit = wrt_calloc(fit->n_logits + 1, sizeof *fit->logit);
    fit->table = wrt_calloc(fit->n_logits + 1, sizeof *fit->table);
    work w = {.facts = facts,
              .n = n,
              .residual = wrt_calloc(n + 1, sizeof(double)),
              .slope = wrt_calloc((n + 1) * (fit->n_logits + 1), sizeof(double)),
              .whole = wrt_calloc(fit->n_logits + 1, sizeof(double)),
              .system = wrt_calloc((n + 1) * (n + 1), sizeof(double)),
              .kept = wrt_calloc(fit->n_logits + 1, sizeof(double))};
    draw_start(fit, start);
    improve(fit, &w);
    work_free(&w);
    *out = fit;
    return WRT_OK;
}

void wrt_fit_free(wrt_fit *fit) {
    if (fit == NULL)
        return;
    free(fit->logit);
    free(fit->table);
    free(fit);
}

double wrt_fit_error(const wrt_fit *fit) {
    return fit->error;
}

/* ---- what comes of it */

void wrt_fit_joint(wrt_joint *out, const wrt_fit *fit) {
    *out = (wrt_joint){.n = 0};
    for (int v = 0; v < fit->n; v++)
        if (!wrt_graph_is_latent(fit->graph, v))
            out->variable[out->n++] = v;
    out->p = wrt_calloc((size_t)1 << out->n, sizeof *out->p);
    for (size_t cell = 0; cell < fit->cells; cell++) {
        size_t index = 0;
        for (int i = 0; i < out->n; i++)
            index |= value_of(fit, cell, out->variable[i]) << i;
        out->p[index] += probability_of(fit, cell);
    }
}

static wrt_json *row_json(const wrt_fit *fit, int node, size_t row) {
    size_t n_parents = 0, k = (size_t)fit->values[node], rest = row;
    const int *parents = wrt_graph_parents(fit->graph, node, &n_parents);
    wrt_json *json = wrt_json_new_object(), *p = wrt_json_new_array();
    for (size_t i = n_parents; i-- > 0;) {
        size_t values = (size_t)fit->values[parents[i]];
        char digit[2] = {(char)('0' + (char)(rest % values)), '\0'};
        wrt_json_set_text(json, wrt_graph_name(fit->graph, parents[i]), digit);
        rest /= values;
    }
    for (size_t i = 0; i < k; i++)
        wrt_json_push(p, wrt_json_new_number(fit->table[fit->first[node] + row * k + i]));
    wrt_json_set(json, "p", p);
    return json;
}

static wrt_json *variable_json(const wrt_fit *fit, int node) {
    size_t n_parents = 0;
    const int *parents = wrt_graph_parents(fit->graph, node, &n_parents);
    wrt_json *json = wrt_json_new_object(), *values = wrt_json_new_array();
    wrt_json *names = wrt_json_new_array(), *rows = wrt_json_new_array();
    wrt_json *cpt = wrt_json_new_object();
    for (int i = 0; i < fit->values[node]; i++)
        wrt_json_push_text(values, (char[2]){(char)('0' + i), '\0'});
    for (size_t i = 0; i < n_parents; i++)
        wrt_json_push_text(names, wrt_graph_name(fit->graph, parents[i]));
    for (size_t i = 0; i < fit->rows[node]; i++)
        wrt_json_push(rows, row_json(fit, node, i));
    wrt_json_set_text(json, "name", wrt_graph_name(fit->graph, node));
    wrt_json_set_text(json, "role",
                      wrt_graph_is_latent(fit->graph, node) ? "hidden" : "endogenous");
    wrt_json_set(json, "values", values);
    wrt_json_set(json, "parents", names);
    wrt_json_set(cpt, "rows", rows);
    wrt_json_set(json, "cpt", cpt);
    return json;
}

wrt_status wrt_fit_scm(wrt_scm **out, const wrt_fit *fit, wrt_err *err) {
    wrt_json *document = wrt_json_new_object(), *variables = wrt_json_new_array();
    wrt_json_set_text(document, "schema", "warrant/scm/1");
    wrt_json_set_text(document, "name", "fit");
    for (int v = 0; v < fit->n; v++)
        wrt_json_push(variables, variable_json(fit, v));
    wrt_json_set(document, "variables", variables);
    wrt_status status = wrt_scm_parse(out, document, err);
    wrt_json_free(document);
    return status;
}
