/* exact.c: from a world to a network of factors and back. */
#include "scm/infer/exact.h"

#include "base/arena.h"
#include "scm/infer/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void place(wrt_scm_slot *slots, const wrt_scm_world *world) {
    for (size_t i = 0; i < world->n; i++)
        slots[i] = (wrt_scm_slot){wrt_scm_world_is_pinned(world, i), world->value[i], (uint16_t)i};
}

static wrt_status build(wrt_scm_network *network, const wrt_scm_world *world, const bool *needed,
                        wrt_err *err) {
    wrt_scm_slot slots[WRT_SCM_VARIABLES_MAX];
    wrt_status status = WRT_OK;
    place(slots, world);
    for (size_t i = 0; i < world->n && status == WRT_OK; i++) {
        if (!needed[i] || world->act[i] == WRT_SCM_SET)
            continue;
        if (world->act[i] == WRT_SCM_DRAWN)
            status = wrt_scm_network_add_drawn(network, world, i, slots[i], err);
        else
            status = wrt_scm_network_add_mechanism(network, world, i, slots, err);
    }
    return status;
}

/* Puts the table over the free outcomes into the one over all of them. */
static wrt_status spread(wrt_scm_exact_answer *out, const wrt_scm_world *world,
                         const size_t *outcomes, size_t n, const double *p, wrt_err *err) {
    double cells = 1.0;
    size_t from = 0;
    for (size_t i = 0; i < n; i++)
        cells *= (double)wrt_scm_variable_at(world->scm, outcomes[i])->n_values;
    if (cells > WRT_SCM_CELLS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the outcomes together have %.3g values (limit %d)",
                        cells, WRT_SCM_CELLS_MAX);
    out->cells = (size_t)cells;
    out->p = wrt_calloc(out->cells, sizeof *out->p);
    for (size_t cell = 0; cell < out->cells; cell++) {
        bool agrees = true;
        size_t rest = cell;
        for (size_t i = n; i-- > 0;) {
            size_t k = wrt_scm_variable_at(world->scm, outcomes[i])->n_values;
            if (wrt_scm_world_is_pinned(world, outcomes[i]))
                agrees = agrees && rest % k == world->value[outcomes[i]];
            rest /= k;
        }
        if (agrees)
            out->p[cell] = p[from++];
    }
    return WRT_OK;
}

static bool has_tables(const wrt_scm_world *world, const bool *needed) {
    for (size_t i = 0; i < world->n; i++)
        if (needed[i] && wrt_scm_variable_at(world->scm, i)->table == NULL)
            return false;
    return true;
}

/* *n_rows: asked for where there are no tables. */
static wrt_status solve(wrt_scm_solution *out, double *n_rows, const wrt_scm_world *world,
                        const size_t *outcomes, size_t n, wrt_err *err) {
    bool needed[WRT_SCM_VARIABLES_MAX];
    uint16_t keep[WRT_SCM_VARIABLES_MAX];
    size_t n_keep = 0;
    wrt_scm_network network;
    *out = (wrt_scm_solution){0};
    *n_rows = 0.0;
    memcpy(needed, world->seen, sizeof needed);
    for (size_t i = 0; i < n; i++) {
        needed[outcomes[i]] = true;
        if (!wrt_scm_world_is_pinned(world, outcomes[i]))
            keep[n_keep++] = (uint16_t)outcomes[i];
    }
    wrt_scm_world_mark_ancestors(needed, world);
    wrt_status status = WRT_OK;
    /* Rows may be dear: whether they can be used is found out before they are asked for. */
    for (int round = has_tables(world, needed); round < 2 && status == WRT_OK; round++) {
        wrt_scm_network_init(&network, world->scm);
        network.is_rehearsal = round == 0;
        status = build(&network, world, needed, err);
        if (status == WRT_OK)
            status = wrt_scm_network_solve(out, &network, keep, n_keep, err);
        *n_rows = network.n_rows;
        wrt_scm_network_free(&network);
    }
    return status;
}

wrt_status wrt_scm_exact(wrt_scm_exact_answer *out, const wrt_scm_world *world,
                         const size_t *outcomes, size_t n, wrt_err *err) {
    wrt_scm_solution solution;
    *out = (wrt_scm_exact_answer){0};
    wrt_status status = solve(&solution, &out->n_rows, world, outcomes, n, err);
    if (status == WRT_OK)
        status = spread(out, world, outcomes, n, solution.p, err);
    out->log_p_given = wrt_scm_world_has_evidence(world) ? solution.log_total : 0.0;
    out->widest = solution.widest;
    out->work = solution.work;
    free(solution.p);
    return status;
}

wrt_status wrt_scm_exact_evidence(double *out, const wrt_scm_world *world, wrt_err *err) {
    wrt_scm_solution solution;
    double n_rows;
    wrt_status status = solve(&solution, &n_rows, world, NULL, 0, err);
    *out = solution.log_total;
    free(solution.p);
    if (status == WRT_OK && isnan(*out))
        return wrt_fail(err, WRT_E_LIMIT,
                        "the probability of the evidence needs a table of more than %d cells",
                        WRT_SCM_CELLS_MAX);
    return status;
}

wrt_status wrt_scm_exact_marginals(double **out, const wrt_scm_world *world, wrt_err *err) {
    double *all = wrt_calloc(world->n * WRT_SCM_VALUES_MAX, sizeof *all);
    wrt_status status = WRT_OK;
    double work = 0.0;
    *out = NULL;
    for (size_t i = 0; i < world->n && status == WRT_OK; i++) {
        wrt_scm_exact_answer answer;
        status = wrt_scm_exact(&answer, world, &i, 1, err);
        if (status == WRT_OK && answer.p != NULL)
            memcpy(all + i * WRT_SCM_VALUES_MAX, answer.p, answer.cells * sizeof *all);
        work += answer.work;
        free(answer.p);
        if (status == WRT_OK && work > WRT_SCM_MARGINALS_WORK_MAX)
            status = wrt_fail(err, WRT_E_LIMIT,
                              "the exact distributions of all variables need tables of more than "
                              "%.3g cells: sample, or ask for single ones",
                              WRT_SCM_MARGINALS_WORK_MAX);
    }
    if (status == WRT_OK)
        *out = all;
    else
        free(all);
    return status;
}
