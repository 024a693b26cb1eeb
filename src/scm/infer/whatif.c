/* whatif.c: the exact way over a twin network, and the sampled way over weighted units. */
#include "scm/infer/whatif.h"

#include "base/arena.h"
#include "scm/infer/bounds.h"
#include "scm/infer/exact.h"
#include "scm/infer/predict.h"
#include "scm/infer/tally.h"
#include "scm/infer/twin.h"
#include "scm/infer/weigh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    wrt_scm_world factual, after;
    const wrt_scm_whatif_question *question;
    bool moved[WRT_SCM_VARIABLES_MAX];
} scene;

/* ---- reading */

static wrt_status read_after(scene *s, const wrt_json *do_values, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (do_values != NULL && !wrt_json_is(do_values, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "an intervention is an object {variable: value}");
    WRT_JSON_EACH(item, do_values) {
        size_t variable = 0, value = 0;
        const char *name = wrt_json_key(item), *text = wrt_json_text(item);
        status = wrt_scm_find(&variable, s->after.scm, name, err);
        if (status == WRT_OK && text == NULL)
            status = wrt_fail(err, WRT_E_UNSUPPORTED,
                              "\"%s\": a what-if sets a variable to one of its values", name);
        if (status == WRT_OK)
            status = wrt_scm_find_value(&value, s->after.scm, variable, text, err);
        if (status != WRT_OK)
            return status;
        wrt_scm_world_set(&s->after, variable, value);
    }
    if (!wrt_scm_world_is_intervened(&s->after))
        return wrt_fail(err, WRT_E_INPUT, "a what-if needs an intervention {variable: value}");
    return WRT_OK;
}

static wrt_status read_question(scene *s, wrt_scm_whatif *out, const wrt_scm *scm,
                                wrt_scm_rows rows, wrt_err *err) {
    wrt_scm_world_init(&s->factual, scm, rows);
    if (s->question->rows_max > 0)
        s->factual.rows_max = s->question->rows_max;
    wrt_status status = wrt_scm_find(&out->outcome, scm, s->question->outcome, err);
    if (status == WRT_OK)
        status = wrt_scm_world_read_given(&s->factual, s->question->evidence, err);
    wrt_scm_world_copy(&s->after, &s->factual);
    if (status == WRT_OK)
        status = read_after(s, s->question->do_values, err);
    if (status != WRT_OK)
        return status;
    out->n = wrt_scm_variable_at(scm, out->outcome)->n_values;
    (void)wrt_scm_twin_moved(s->moved, &s->factual, &s->after, out->outcome);
    return WRT_OK;
}

/* ---- exactly */

static wrt_status ask_exactly(wrt_scm_whatif *out, const scene *s, wrt_err *err) {
    wrt_scm_exact_answer answer;
    wrt_status status = wrt_scm_exact_evidence(&out->log_p_evidence, &s->factual, err);
    if (status == WRT_OK)
        status = wrt_scm_exact_marginals(&out->posterior, &s->factual, err);
    if (status != WRT_OK)
        return status;
    memcpy(out->factual, out->posterior + out->outcome * WRT_SCM_VALUES_MAX,
           out->n * sizeof *out->factual);
    status =
        wrt_scm_twin(&answer, &s->factual, &s->after, out->outcome, s->question->coupling, err);
    if (status == WRT_OK)
        memcpy(out->counterfactual, answer.p, out->n * sizeof *answer.p);
    free(answer.p);
    if (status == WRT_OK)
        status = wrt_scm_bounds_find(out, &s->factual, &s->after, out->log_p_evidence, err);
    out->method = WRT_SCM_METHOD_EXACT;
    return status;
}

/* ---- by sampling */

/* Cells: all variables, then the outcome afterwards, then its differences. */
typedef struct {
    const scene *scene;
    const wrt_scm_whatif *out;
    bool wanted[WRT_SCM_VARIABLES_MAX];
    wrt_scm_tally tally;
} counter;

static void count_unit(counter *c, const wrt_scm_units *units, const uint8_t *after, size_t i,
                       double w) {
    size_t n = units->n_variables, factual = 0;
    for (size_t v = 0; v < n; v++)
        wrt_scm_tally_add(&c->tally, v * WRT_SCM_VALUES_MAX + wrt_scm_units_column(units, v)[i], w,
                          1.0);
    factual = wrt_scm_units_column(units, c->out->outcome)[i];
    wrt_scm_tally_add(&c->tally, n * WRT_SCM_VALUES_MAX + after[i], w, 1.0);
    if (after[i] == factual)
        return;
    wrt_scm_tally_add(&c->tally, (n + 1) * WRT_SCM_VALUES_MAX + after[i], w, 1.0);
    wrt_scm_tally_add(&c->tally, (n + 1) * WRT_SCM_VALUES_MAX + factual, w, -1.0);
}

static wrt_status count_units(void *ctx, const wrt_scm_units *units, const double *log_w,
                              wrt_err *err) {
    counter *c = ctx;
    wrt_scm_units after;
    const wrt_scm_whatif_question *question = c->scene->question;
    wrt_status status = wrt_scm_predict(&after, units, &c->scene->after, c->wanted,
                                        question->coupling, question->seed, err);
    if (status == WRT_OK) {
        const uint8_t *column = wrt_scm_units_column(&after, c->out->outcome);
        for (size_t i = 0; i < units->n; i++) {
            double w = wrt_scm_tally_unit(&c->tally, log_w[i]);
            if (w > 0.0)
                count_unit(c, units, column, i, w);
        }
    }
    wrt_scm_units_free(&after);
    return status;
}

static wrt_status weigh_units(counter *c, const scene *s, const wrt_scm_world *factual,
                              wrt_err *err) {
    const wrt_scm_whatif_question *question = s->question;
    wrt_scm_weighing how = {question->n > 0 ? question->n : WRT_SCM_SAMPLES, question->seed, NULL,
                            false};
    wrt_scm_tally_init(&c->tally, (factual->n + 2) * WRT_SCM_VALUES_MAX);
    c->wanted[c->out->outcome] = true;
    wrt_scm_world_mark_ancestors(c->wanted, &s->after);
    for (size_t i = 0; i < s->after.n; i++)
        c->wanted[i] = c->wanted[i] || s->after.act[i] == WRT_SCM_SET;
    wrt_status status = wrt_scm_weigh(factual, &how, count_units, c, err);
    if (status == WRT_OK && c->tally.w <= 0.0)
        status = wrt_fail(err, WRT_E_NOT_FOUND,
                          "no unit of %zu agreed with what is given: it is impossible or too rare",
                          c->tally.n);
    return status;
}

static void read_tally(wrt_scm_whatif *out, const wrt_scm_tally *tally, size_t n_variables) {
    size_t after = n_variables * WRT_SCM_VALUES_MAX, difference = after + WRT_SCM_VALUES_MAX;
    size_t now = out->outcome * WRT_SCM_VALUES_MAX;
    out->posterior = wrt_calloc(after, sizeof *out->posterior);
    for (size_t i = 0; i < after; i++)
        out->posterior[i] = wrt_scm_tally_mean(tally, i);
    for (size_t j = 0; j < out->n; j++) {
        out->factual[j] = wrt_scm_tally_mean(tally, now + j);
        out->se_factual[j] = wrt_scm_tally_error(tally, now + j);
        out->counterfactual[j] = wrt_scm_tally_mean(tally, after + j);
        out->se_counterfactual[j] = wrt_scm_tally_error(tally, after + j);
        out->se_effect[j] = wrt_scm_tally_error(tally, difference + j);
    }
    out->method = WRT_SCM_METHOD_SAMPLE;
    out->n_units = tally->n;
    out->effective = wrt_scm_tally_effective(tally);
    out->is_weak = wrt_scm_tally_is_weak(tally);
    out->log_p_evidence = wrt_scm_tally_log_mean_weight(tally);
}

/* Outer bounds from estimates of the outcome and of the evidence given the profile. Both bounds
 * give way as the evidence becomes less probable, so that the end of its interval serves both. */
static void bound_by_estimates(wrt_scm_whatif *out, const wrt_scm_tally *all,
                               const wrt_scm_tally *profile, size_t n_variables) {
    double low[WRT_SCM_VALUES_MAX], high[WRT_SCM_VALUES_MAX];
    double ratio = wrt_scm_tally_log_mean_weight(all) - wrt_scm_tally_log_mean_weight(profile);
    double error = hypot(wrt_scm_tally_weight_error(all), wrt_scm_tally_weight_error(profile));
    double r = fmin(1.0, exp(ratio) * fmax(0.0, 1.0 - 1.96 * error));
    for (size_t j = 0; j < out->n; j++) {
        size_t cell = n_variables * WRT_SCM_VALUES_MAX + j;
        double q = wrt_scm_tally_mean(profile, cell);
        double spread = 1.96 * wrt_scm_tally_error(profile, cell);
        low[j] = fmax(0.0, q - spread);
        high[j] = fmin(1.0, q + spread);
    }
    wrt_scm_bounds_outer(out, low, r);
    memcpy(low, out->low, out->n * sizeof *low);
    wrt_scm_bounds_outer(out, high, r);
    memcpy(out->low, low, out->n * sizeof *low);
}

/* all: of the units that agree with everything that is seen. */
static wrt_status bound_by_sampling(wrt_scm_whatif *out, const scene *s, const wrt_scm_tally *all,
                                    wrt_err *err) {
    counter c = {.scene = s, .out = out};
    wrt_scm_world profile;
    bool target[WRT_SCM_VARIABLES_MAX];
    if (!wrt_scm_bounds_are_open(&s->factual, s->moved)) {
        out->bounds = WRT_SCM_BOUNDS_IDENTIFIED;
        memcpy(out->low, out->counterfactual, sizeof out->low);
        memcpy(out->high, out->counterfactual, sizeof out->high);
        return WRT_OK;
    }
    wrt_scm_support_profile(&profile, &s->factual, &s->after);
    wrt_scm_twin_targets(target, &s->factual, &s->after);
    for (size_t i = 0; i < profile.n; i++)
        profile.seen[i] = profile.seen[i] || (target[i] && s->factual.seen[i]);
    wrt_status status = weigh_units(&c, s, &profile, err);
    if (status == WRT_OK)
        bound_by_estimates(out, all, &c.tally, profile.n);
    wrt_scm_tally_free(&c.tally);
    wrt_scm_world_free(&profile);
    return status;
}

static wrt_status ask_by_sampling(wrt_scm_whatif *out, const scene *s, wrt_err *err) {
    counter c = {.scene = s, .out = out};
    free(out->posterior);
    out->posterior = NULL;
    wrt_status status = weigh_units(&c, s, &s->factual, err);
    if (status == WRT_OK) {
        read_tally(out, &c.tally, s->factual.n);
        status = bound_by_sampling(out, s, &c.tally, err);
    }
    wrt_scm_tally_free(&c.tally);
    return status;
}

/* ---- */

static void compare(wrt_scm_whatif *out) {
    for (size_t j = 0; j < out->n; j++) {
        double spread = 1.96 * out->se_effect[j];
        out->effect[j] = out->counterfactual[j] - out->factual[j];
        out->effect_low[j] = out->low[j] - out->factual[j] - spread;
        out->effect_high[j] = out->high[j] - out->factual[j] + spread;
    }
}

static wrt_status find_support(wrt_scm_whatif *out, const scene *s, wrt_err *err) {
    wrt_status status = wrt_scm_support_find(&out->support, &s->factual, &s->after, err);
    out->is_support_known = status == WRT_OK;
    return status == WRT_E_LIMIT ? WRT_OK : status;
}

wrt_status wrt_scm_whatif_ask(wrt_scm_whatif *out, const wrt_scm *scm, wrt_scm_rows rows,
                              const wrt_scm_whatif_question *question, wrt_err *err) {
    *out = (wrt_scm_whatif){0};
    scene *s = wrt_calloc(1, sizeof *s);
    s->question = question;
    wrt_status status = read_question(s, out, scm, rows, err);
    if (status == WRT_OK) {
        status = question->method == WRT_SCM_METHOD_SAMPLE ? WRT_E_LIMIT : ask_exactly(out, s, err);
        if (status == WRT_E_LIMIT && question->method != WRT_SCM_METHOD_EXACT)
            status = ask_by_sampling(out, s, err);
    }
    if (status == WRT_OK)
        status = find_support(out, s, err);
    compare(out);
    wrt_scm_world_free(&s->factual);
    wrt_scm_world_free(&s->after);
    free(s);
    return status;
}

void wrt_scm_whatif_free(wrt_scm_whatif *whatif) {
    free(whatif->posterior);
    whatif->posterior = NULL;
}
