/* weigh.c: blocks of weighted units; stages of learning before the units that count. */
#include "scm/infer/weigh.h"

#include "base/arena.h"
#include "scm/infer/lookup.h"
#include "scm/infer/proposal.h"
#include "scm/infer/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STAGES = 12, STAGE_MIN = 200, BLOCK = 1 << 16 };

typedef struct {
    const wrt_scm_world *world;
    uint64_t seed;
    bool needed[WRT_SCM_VARIABLES_MAX];
    bool learned[WRT_SCM_VARIABLES_MAX]; /* drawn from a proposal */
    wrt_scm_proposal *proposals;         /* one for each variable */
    wrt_scm_units units;
    double *log_w;
    uint64_t *numbers;
} weigher;

/* ---- one block */

static double log_of(double p) {
    return p > 0.0 ? log(p) : (double)-INFINITY;
}

static void take_seen(weigher *w, size_t variable, const double *p, const uint32_t *slot) {
    size_t k = wrt_scm_variable_at(w->world->scm, variable)->n_values;
    uint8_t value = w->world->value[variable];
    for (size_t i = 0; i < w->units.n; i++)
        w->log_w[i] += log_of(p[(slot != NULL ? slot[i] * k : 0) + value]);
    memset(wrt_scm_units_column(&w->units, variable), value, w->units.n);
}

static void draw_from(weigher *w, size_t variable, size_t stage, const double *p,
                      const uint32_t *slot) {
    size_t k = wrt_scm_variable_at(w->world->scm, variable)->n_values;
    uint8_t *column = wrt_scm_units_column(&w->units, variable);
    uint32_t stream = wrt_scm_stream(WRT_SCM_NOISE_PROPOSAL, stage, variable);
    for (size_t i = 0; i < w->units.n; i++) {
        const double *row = p + (slot != NULL ? slot[i] * k : 0);
        double q[WRT_SCM_VALUES_MAX], cumulated[WRT_SCM_VALUES_MAX];
        if (w->learned[variable])
            wrt_scm_proposal_row(q, &w->proposals[variable], w->numbers[i], row);
        else
            memcpy(q, row, k * sizeof *q);
        wrt_scm_cumulate(cumulated, q, k);
        double u = wrt_scm_units_uniform(&w->units, i, w->seed, stream);
        column[i] = (uint8_t)wrt_scm_pick(cumulated, k, u);
        if (w->learned[variable])
            w->log_w[i] += log(row[column[i]] / q[column[i]]);
    }
}

static wrt_status extend(weigher *w, size_t variable, size_t stage, wrt_err *err) {
    const wrt_scm_world *world = w->world;
    wrt_scm_lookup rows = {0};
    wrt_status status = WRT_OK;
    const double *p = world->drawn[variable];
    if (world->act[variable] == WRT_SCM_SET) {
        memset(wrt_scm_units_column(&w->units, variable), world->value[variable], w->units.n);
        return WRT_OK;
    }
    if (world->act[variable] == WRT_SCM_KEPT) {
        wrt_scm_units_rows(w->numbers, &w->units, world->scm, variable, 0, w->units.n);
        status = wrt_scm_lookup_ask(&rows, world, variable, w->numbers, w->units.n, err);
        p = rows.p;
    }
    if (status == WRT_OK && world->seen[variable])
        take_seen(w, variable, p, rows.slot);
    else if (status == WRT_OK)
        draw_from(w, variable, stage, p, rows.slot);
    wrt_scm_lookup_free(&rows);
    return status;
}

static void release_block(weigher *w) {
    wrt_scm_units_free(&w->units);
    free(w->log_w);
    free(w->numbers);
    w->log_w = NULL;
    w->numbers = NULL;
}

/* Units first..first+n of a stage with their weights, until release_block. */
static wrt_status draw_block(weigher *w, size_t stage, uint64_t first, size_t n, wrt_err *err) {
    wrt_status status = wrt_scm_units_make(&w->units, w->world->scm, first, n, err);
    w->log_w = wrt_calloc(n, sizeof *w->log_w);
    w->numbers = wrt_calloc(n, sizeof *w->numbers);
    for (size_t i = 0; i < w->world->n && status == WRT_OK; i++)
        if (w->needed[i])
            status = extend(w, i, stage, err);
    return status;
}

/* ---- learning */

/* Counts add up to the effective number of units, so that one heavy unit teaches little. */
static void learn_block(weigher *w) {
    wrt_scm_tally tally;
    wrt_scm_tally_init(&tally, 0);
    for (size_t i = 0; i < w->units.n; i++)
        (void)wrt_scm_tally_unit(&tally, w->log_w[i]);
    double per_weight = tally.w2 > 0.0 ? tally.w / tally.w2 : 0.0;
    for (size_t v = 0; v < w->world->n && per_weight > 0.0; v++) {
        const uint8_t *column = wrt_scm_units_column(&w->units, v);
        if (!w->learned[v])
            continue;
        wrt_scm_units_rows(w->numbers, &w->units, w->world->scm, v, 0, w->units.n);
        for (size_t i = 0; i < w->units.n; i++)
            if (w->log_w[i] > (double)-INFINITY)
                wrt_scm_proposal_learn(&w->proposals[v], w->numbers[i], column[i],
                                       exp(w->log_w[i] - tally.log_scale) * per_weight);
    }
    wrt_scm_tally_free(&tally);
}

static wrt_status learn(weigher *w, size_t n, wrt_err *err) {
    wrt_status status = WRT_OK;
    size_t block = n / STAGES;
    block = block < STAGE_MIN ? STAGE_MIN : block > BLOCK ? BLOCK : block;
    for (size_t stage = 1; stage <= STAGES && status == WRT_OK; stage++) {
        status = draw_block(w, stage, 0, block, err);
        if (status == WRT_OK)
            learn_block(w);
        release_block(w);
    }
    return status;
}

/* ---- */

/* Proposals are learned for what can bear on the evidence. */
static bool choose(weigher *w, const wrt_scm_weighing *how) {
    bool above[WRT_SCM_VARIABLES_MAX], any = false;
    memcpy(above, w->world->seen, sizeof above);
    wrt_scm_world_mark_ancestors(above, w->world);
    for (size_t i = 0; i < w->world->n; i++) {
        w->needed[i] = above[i] || how->needed == NULL || how->needed[i];
        w->learned[i] = above[i] && !how->is_plain && !wrt_scm_world_is_pinned(w->world, i) &&
                        w->world->act[i] == WRT_SCM_KEPT;
        any = any || w->learned[i];
    }
    wrt_scm_world_mark_ancestors(w->needed, w->world);
    return any;
}

static wrt_status hand_out(weigher *w, size_t n, wrt_scm_visit *visit, void *ctx, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t first = 0; first < n && status == WRT_OK; first += BLOCK) {
        status = draw_block(w, 0, first, n - first < BLOCK ? n - first : BLOCK, err);
        if (status == WRT_OK)
            status = visit(ctx, &w->units, w->log_w, err);
        release_block(w);
    }
    return status;
}

wrt_status wrt_scm_weigh(const wrt_scm_world *world, const wrt_scm_weighing *how,
                         wrt_scm_visit *visit, void *ctx, wrt_err *err) {
    weigher w = {.world = world, .seed = how->seed};
    if (how->n > WRT_SCM_WEIGHED_MAX || how->n == 0)
        return wrt_fail(err, WRT_E_LIMIT, "%zu units: 1 to %d can be drawn", how->n,
                        WRT_SCM_WEIGHED_MAX);
    bool is_learning = choose(&w, how);
    w.proposals = wrt_calloc(world->n, sizeof *w.proposals);
    for (size_t i = 0; i < world->n; i++)
        wrt_scm_proposal_init(&w.proposals[i], wrt_scm_variable_at(world->scm, i)->n_values);
    wrt_status status = is_learning ? learn(&w, how->n, err) : WRT_OK;
    if (status == WRT_OK)
        status = hand_out(&w, how->n, visit, ctx, err);
    for (size_t i = 0; i < world->n; i++)
        wrt_scm_proposal_free(&w.proposals[i]);
    free(w.proposals);
    return status;
}
