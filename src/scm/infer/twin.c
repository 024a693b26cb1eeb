/* twin.c: factors over both copies of a variable. */
#include "scm/infer/twin.h"

#include "base/arena.h"
#include "scm/infer/lookup.h"
#include "scm/infer/network.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const wrt_scm_world *factual, *after;
    wrt_scm_coupling coupling;
    wrt_scm_network network;
    bool moved[WRT_SCM_VARIABLES_MAX];  /* has a copy in the other world */
    bool needed[WRT_SCM_VARIABLES_MAX]; /* in the factual world */
    wrt_scm_slot was[WRT_SCM_VARIABLES_MAX], is[WRT_SCM_VARIABLES_MAX];
} twin;

/* ---- structure */

void wrt_scm_twin_targets(bool *out, const wrt_scm_world *factual, const wrt_scm_world *after) {
    for (size_t i = 0; i < after->n; i++)
        out[i] = after->act[i] == WRT_SCM_SET && factual->act[i] != WRT_SCM_SET;
}

size_t wrt_scm_twin_moved(bool *out, const wrt_scm_world *factual, const wrt_scm_world *after,
                          size_t outcome) {
    bool wanted[WRT_SCM_VARIABLES_MAX] = {false};
    size_t n = 0;
    wrt_scm_twin_targets(out, factual, after);
    /* Nothing passes through a mechanism that is replaced. */
    for (size_t i = 0; i < after->n; i++) {
        const wrt_scm_variable *v = wrt_scm_variable_at(after->scm, i);
        for (size_t j = 0; j < v->n_parents && after->act[i] == WRT_SCM_KEPT; j++)
            out[i] = out[i] || out[v->parents[j]];
    }
    wanted[outcome] = true;
    wrt_scm_world_mark_ancestors(wanted, after);
    for (size_t i = 0; i < after->n; i++) {
        out[i] = out[i] && wanted[i] && after->act[i] == WRT_SCM_KEPT;
        n += out[i];
    }
    return n;
}

static void place(twin *t, size_t outcome) {
    const wrt_scm_world *factual = t->factual, *after = t->after;
    bool wanted[WRT_SCM_VARIABLES_MAX] = {false};
    (void)wrt_scm_twin_moved(t->moved, factual, after, outcome);
    wanted[outcome] = true;
    wrt_scm_world_mark_ancestors(wanted, after);
    for (size_t i = 0; i < factual->n; i++) {
        t->needed[i] =
            factual->seen[i] || (wanted[i] && !t->moved[i] && after->act[i] != WRT_SCM_SET);
        t->was[i] =
            (wrt_scm_slot){wrt_scm_world_is_pinned(factual, i), factual->value[i], (uint16_t)i};
        t->is[i] = t->was[i];
        if (after->act[i] == WRT_SCM_SET)
            t->is[i] = (wrt_scm_slot){true, after->value[i], 0};
        else if (t->moved[i])
            t->is[i] = (wrt_scm_slot){false, 0, (uint16_t)(factual->n + i)};
    }
    wrt_scm_world_mark_ancestors(t->needed, factual);
}

/* ---- one factor over both copies */

/* The contexts of a variable in both worlds: the free nodes among its parents' slots. */
typedef struct {
    uint16_t nodes[WRT_SCM_NODES_MAX];
    size_t n, count;    /* nodes; combinations of their values */
    uint64_t *was, *is; /* row numbers of each combination */
} contexts;

static void add_node(contexts *c, wrt_scm_network *network, const wrt_scm_slot *slot, size_t k) {
    if (slot->is_pinned)
        return;
    for (size_t i = 0; i < c->n; i++)
        if (c->nodes[i] == slot->node)
            return;
    network->card[slot->node] = (uint8_t)k;
    c->nodes[c->n++] = slot->node;
}

static uint64_t row_number(const wrt_scm *scm, const wrt_scm_variable *v, const wrt_scm_slot *slots,
                           const uint8_t *value) {
    uint64_t row = 0;
    for (size_t j = 0; j < v->n_parents; j++) {
        const wrt_scm_slot *slot = &slots[v->parents[j]];
        row = row * wrt_scm_variable_at(scm, v->parents[j])->n_values +
              (slot->is_pinned ? slot->value : value[slot->node]);
    }
    return row;
}

static void number_contexts(contexts *c, const twin *t, const wrt_scm_variable *v) {
    uint8_t value[WRT_SCM_NODES_MAX] = {0};
    c->was = wrt_calloc(c->count, sizeof *c->was);
    c->is = wrt_calloc(c->count, sizeof *c->is);
    for (size_t i = 0; i < c->count; i++) {
        size_t rest = i;
        for (size_t j = c->n; j-- > 0;) {
            size_t k = t->network.card[c->nodes[j]];
            value[c->nodes[j]] = (uint8_t)(rest % k);
            rest /= k;
        }
        c->was[i] = row_number(t->factual->scm, v, t->was, value);
        c->is[i] = row_number(t->factual->scm, v, t->is, value);
    }
}

/* cells[i][j] = p_i C(j | i) for each i, or for the one that is pinned. */
static void fill_pair(double *cells, const twin *t, const wrt_scm_slot *was, const double *p,
                      const double *q, size_t k) {
    for (size_t i = was->is_pinned ? was->value : 0; i < k; i++, cells += k) {
        if (p == q)
            cells[i] = p[i];
        else if (p[i] > 0.0)
            wrt_scm_coupling_row(cells, t->coupling, p, q, k, i);
        for (size_t j = 0; j < k && p != q; j++)
            cells[j] *= p[i];
        if (was->is_pinned)
            return;
    }
}

static wrt_status fill_factor(double *cells, const twin *t, size_t variable, const contexts *c,
                              wrt_err *err) {
    size_t k = wrt_scm_variable_at(t->factual->scm, variable)->n_values;
    size_t step = t->was[variable].is_pinned ? k : k * k;
    wrt_scm_lookup was, is = {0};
    wrt_status status = wrt_scm_lookup_ask(&was, t->factual, variable, c->was, c->count, err);
    if (status == WRT_OK)
        status = wrt_scm_lookup_ask(&is, t->factual, variable, c->is, c->count, err);
    for (size_t i = 0; i < c->count && status == WRT_OK; i++) {
        const double *p = was.p + was.slot[i] * k, *q = is.p + is.slot[i] * k;
        fill_pair(cells + i * step, t, &t->was[variable], p, c->was[i] == c->is[i] ? p : q, k);
    }
    wrt_scm_lookup_free(&was);
    wrt_scm_lookup_free(&is);
    return status;
}

static wrt_status add_pair(twin *t, size_t variable, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(t->factual->scm, variable);
    contexts c = {0};
    uint64_t rows = 0;
    wrt_scm_factor *f = NULL;
    for (size_t j = 0; j < v->n_parents; j++) {
        size_t u = v->parents[j], k = wrt_scm_variable_at(t->factual->scm, u)->n_values;
        add_node(&c, &t->network, &t->was[u], k);
        add_node(&c, &t->network, &t->is[u], k);
    }
    size_t n_parents = c.n;
    add_node(&c, &t->network, &t->was[variable], v->n_values);
    add_node(&c, &t->network, &t->is[variable], v->n_values);
    wrt_status status = wrt_scm_row_count(&rows, t->factual->scm, variable, err);
    if (status == WRT_OK)
        status = wrt_scm_network_add(&f, &t->network, c.nodes, c.n, err);
    if (status != WRT_OK)
        return status;
    c.count = f->cells / v->n_values / (t->was[variable].is_pinned ? 1 : v->n_values);
    status =
        wrt_scm_network_count_rows(&t->network, t->factual, variable, 2.0 * (double)c.count, err);
    if (status != WRT_OK || t->network.is_rehearsal)
        return status;
    c.n = n_parents;
    number_contexts(&c, t, v);
    status = fill_factor(f->p, t, variable, &c, err);
    free(c.was);
    free(c.is);
    return status;
}

/* ---- the network */

static wrt_status add_variable(twin *t, size_t variable, wrt_err *err) {
    if (t->needed[variable] && t->factual->act[variable] == WRT_SCM_DRAWN)
        return wrt_scm_network_add_drawn(&t->network, t->factual, variable, t->was[variable], err);
    if (t->needed[variable] && t->factual->act[variable] == WRT_SCM_KEPT)
        return t->moved[variable]
                   ? add_pair(t, variable, err)
                   : wrt_scm_network_add_mechanism(&t->network, t->factual, variable, t->was, err);
    if (t->moved[variable])
        return wrt_scm_network_add_mechanism(&t->network, t->factual, variable, t->is, err);
    return WRT_OK;
}

static wrt_status solve(wrt_scm_exact_answer *out, twin *t, size_t outcome, wrt_err *err) {
    wrt_scm_solution solution = {0};
    const wrt_scm_slot *slot = &t->is[outcome];
    size_t k = wrt_scm_variable_at(t->factual->scm, outcome)->n_values;
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < t->factual->n && status == WRT_OK; i++)
        status = add_variable(t, i, err);
    if (status == WRT_OK)
        status = wrt_scm_network_solve(&solution, &t->network, &slot->node, !slot->is_pinned, err);
    if (status != WRT_OK || t->network.is_rehearsal)
        return status;
    *out = (wrt_scm_exact_answer){
        .p = solution.p, .cells = k, .log_p_given = solution.log_total, .widest = solution.widest};
    if (slot->is_pinned) {
        free(out->p);
        out->p = wrt_calloc(k, sizeof *out->p);
        out->p[slot->value] = 1.0;
    }
    return WRT_OK;
}

wrt_status wrt_scm_twin(wrt_scm_exact_answer *out, const wrt_scm_world *factual,
                        const wrt_scm_world *after, size_t outcome, wrt_scm_coupling coupling,
                        wrt_err *err) {
    twin *t = wrt_calloc(1, sizeof *t);
    *t = (twin){.factual = factual, .after = after, .coupling = coupling};
    *out = (wrt_scm_exact_answer){0};
    place(t, outcome);
    wrt_status status = WRT_OK;
    /* Rows may be dear: whether they can be used is found out before they are asked for. */
    for (int round = 0; round < 2 && status == WRT_OK; round++) {
        wrt_scm_network_init(&t->network, factual->scm);
        t->network.is_rehearsal = round == 0;
        status = solve(out, t, outcome, err);
        wrt_scm_network_free(&t->network);
    }
    free(t);
    return status;
}
