/* query.c: choosing between exact inference and sampling. */
#include "scm/infer/query.h"

#include "scm/infer/exact.h"
#include "scm/infer/tally.h"
#include "scm/infer/weigh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    wrt_scm_tally tally;
    size_t outcome;
} counter;

static wrt_status count_values(void *ctx, const wrt_scm_units *units, const double *log_w,
                               wrt_err *err) {
    counter *c = ctx;
    const uint8_t *column = wrt_scm_units_column(units, c->outcome);
    (void)err;
    for (size_t i = 0; i < units->n; i++)
        wrt_scm_tally_add(&c->tally, column[i], wrt_scm_tally_unit(&c->tally, log_w[i]), 1.0);
    return WRT_OK;
}

static wrt_status report(wrt_scm_answer *out, const counter *c, bool is_pinned, wrt_err *err) {
    out->method = WRT_SCM_METHOD_SAMPLE;
    out->n_units = c->tally.n;
    out->log_p_given = wrt_scm_tally_log_mean_weight(&c->tally);
    out->effective = wrt_scm_tally_effective(&c->tally);
    out->is_weak = wrt_scm_tally_is_weak(&c->tally);
    if (c->tally.w <= 0.0)
        return wrt_fail(err, WRT_E_NOT_FOUND,
                        "no unit of %zu agreed with what is given: it is impossible or too rare; "
                        "ask exactly, or draw more units",
                        c->tally.n);
    for (size_t i = 0; i < out->n; i++) {
        out->p[i] = wrt_scm_tally_mean(&c->tally, i);
        out->se[i] = is_pinned ? 0.0 : wrt_scm_tally_error(&c->tally, i);
    }
    return WRT_OK;
}

static wrt_status by_sampling(wrt_scm_answer *out, const wrt_scm_world *world, size_t outcome,
                              const wrt_scm_question *question, wrt_err *err) {
    bool needed[WRT_SCM_VARIABLES_MAX] = {false};
    counter c = {.outcome = outcome};
    wrt_scm_weighing how = {question->n > 0 ? question->n : WRT_SCM_SAMPLES, question->seed, needed,
                            false};
    needed[outcome] = true;
    wrt_scm_tally_init(&c.tally, out->n);
    wrt_status status = wrt_scm_weigh(world, &how, count_values, &c, err);
    if (status == WRT_OK)
        status = report(out, &c, wrt_scm_world_is_pinned(world, outcome), err);
    wrt_scm_tally_free(&c.tally);
    return status;
}

static wrt_status by_elimination(wrt_scm_answer *out, const wrt_scm_world *world, size_t outcome,
                                 wrt_err *err) {
    wrt_scm_exact_answer answer;
    wrt_status status = wrt_scm_exact(&answer, world, &outcome, 1, err);
    out->method = WRT_SCM_METHOD_EXACT;
    if (status == WRT_OK) {
        memcpy(out->p, answer.p, out->n * sizeof *out->p);
        out->log_p_given = answer.log_p_given;
    }
    free(answer.p);
    return status;
}

wrt_status wrt_scm_query_world(wrt_scm_answer *out, const wrt_scm_world *world, size_t outcome,
                               const wrt_scm_question *question, wrt_err *err) {
    *out = (wrt_scm_answer){.n = wrt_scm_variable_at(world->scm, outcome)->n_values,
                            .rung = wrt_scm_world_is_intervened(world) ? 2 : 1};
    if (question->method == WRT_SCM_METHOD_SAMPLE)
        return by_sampling(out, world, outcome, question, err);
    wrt_status status = by_elimination(out, world, outcome, err);
    if (status == WRT_E_LIMIT && question->method == WRT_SCM_METHOD_AUTO)
        status = by_sampling(out, world, outcome, question, err);
    return status;
}

wrt_status wrt_scm_query(wrt_scm_answer *out, const wrt_scm *scm, wrt_scm_rows rows,
                         const wrt_scm_question *question, wrt_err *err) {
    wrt_scm_world world;
    size_t outcome = 0;
    *out = (wrt_scm_answer){0};
    wrt_scm_world_init(&world, scm, rows);
    if (question->rows_max > 0)
        world.rows_max = question->rows_max;
    wrt_status status = wrt_scm_find(&outcome, scm, question->outcome, err);
    if (status == WRT_OK)
        status = wrt_scm_world_read_do(&world, question->do_values, err);
    if (status == WRT_OK)
        status = wrt_scm_world_read_given(&world, question->given, err);
    if (status == WRT_OK)
        status = wrt_scm_query_world(out, &world, outcome, question, err);
    wrt_scm_world_free(&world);
    return status;
}
