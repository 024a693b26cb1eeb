/* frontdoor.c: cells or lines. */
#include "effect/estimators/frontdoor.h"

#include "base/buf.h"
#include "effect/estimators/linear.h"

#include <string.h>

enum { STATES = WRT_FRONTDOOR_STATES_MAX };

/* ---- the formula itself */

/* Which state of the mediators each row is in. */
typedef struct {
    size_t *state;        /* n */
    size_t n;             /* states; 0 when there are more than STATES */
    size_t first[STATES]; /* a row in each */
} states;

static bool is_same_state(const wrt_study *s, size_t a, size_t b) {
    for (size_t j = 0; j < s->mediators.columns; j++)
        if (s->mediators.values[a + j * s->n] != s->mediators.values[b + j * s->n])
            return false;
    return true;
}

static states states_of(const wrt_study *s, wrt_arena *arena) {
    states out = {.state = wrt_arena_calloc(arena, s->n, sizeof *out.state)};
    for (size_t i = 0; i < s->n; i++) {
        size_t m = 0;
        while (m < out.n && !is_same_state(s, out.first[m], i))
            m++;
        if (m == STATES) {
            out.n = 0;
            return out;
        }
        if (m == out.n)
            out.first[out.n++] = i;
        out.state[i] = m;
    }
    return out;
}

typedef struct {
    double rows[STATES][2]; /* by state and treatment */
    double mean[STATES][2]; /* of the outcome */
    double arm[2], all;     /* rows */
    double through[STATES]; /* sum over t of P(t) E[Y | m, t] */
    double value[2];        /* E[Y(t)] */
} formula;

static wrt_status fail_empty(const states *m, const wrt_study *s, size_t state, int t,
                             wrt_err *err) {
    wrt_buf text = wrt_buf_make(200);
    for (size_t j = 0; j < s->mediators.columns; j++)
        wrt_buf_printf(&text, "%s%s %g", j > 0 ? ", " : "", s->mediators.names[j],
                       s->mediators.values[m->first[state] + j * s->n]);
    wrt_fail(err, WRT_E_INPUT,
             "frontdoor: no row with treatment %d has the mediators (%s), other rows do: every "
             "state has to occur under both treatments; group states",
             t, wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    return WRT_E_INPUT;
}

static double probability(const formula *f, size_t m, int t) {
    return f->rows[m][t] / f->arm[t];
}

static wrt_status evaluate(formula *f, const states *m, const wrt_study *s, const double *counts,
                           wrt_err *err) {
    *f = (formula){0};
    for (size_t i = 0; i < s->n; i++) {
        double w = wrt_arms_count(counts, i);
        int t = s->treatment[i] > 0;
        size_t k = m->state[i];
        f->rows[k][t] += w;
        f->arm[t] += w;
        f->all += w;
        if (w > 0)
            f->mean[k][t] += w * (s->outcome[i] - f->mean[k][t]) / f->rows[k][t];
    }
    for (size_t k = 0; k < m->n; k++)
        for (int t = 0; t < 2; t++) {
            if (!(f->rows[k][t] > 0) && f->rows[k][1 - t] > 0)
                return fail_empty(m, s, k, t, err);
            f->through[k] += f->arm[t] / f->all * f->mean[k][t];
        }
    for (size_t k = 0; k < m->n; k++)
        for (int t = 0; t < 2; t++)
            f->value[t] += probability(f, k, t) * f->through[k];
    return WRT_OK;
}

/* The influence function of E[Y(t)] at row i. */
static double influence_at(const formula *f, const states *m, const wrt_study *s, size_t i, int t) {
    int own = s->treatment[i] > 0;
    size_t k = m->state[i];
    double residual = s->outcome[i] - f->mean[k][own], averaged = 0;
    double sum = probability(f, k, t) / probability(f, k, own) * residual;
    if (own == t)
        sum += f->all / f->arm[t] * (f->through[k] - f->value[t]);
    for (size_t j = 0; j < m->n; j++)
        averaged += probability(f, j, t) * f->mean[j][own];
    return sum + averaged - f->value[t];
}

static wrt_status draw_formula(double *out, const double *counts, const void *ctx,
                               wrt_arena *scratch, wrt_err *err) {
    const wrt_arms_ctx *c = ctx;
    formula f;
    (void)scratch;
    wrt_status status = evaluate(&f, c->more, c->study, counts, err);
    *out = f.value[1] - f.value[0];
    return status;
}

static wrt_status run_formula(wrt_estimate *out, const wrt_arms_ctx *c, wrt_arena *arena,
                              wrt_err *err) {
    const wrt_study *s = c->study;
    const states *m = c->more;
    formula f;
    wrt_status status = evaluate(&f, m, s, NULL, err);
    if (status != WRT_OK)
        return status;
    double *psi = wrt_arena_calloc(arena, s->n, sizeof *psi);
    for (size_t i = 0; i < s->n; i++)
        psi[i] = influence_at(&f, m, s, i, 1) - influence_at(&f, m, s, i, 0);
    out->mean_treated = f.value[1];
    out->mean_untreated = f.value[0];
    out->estimate = f.value[1] - f.value[0];
    out->influence = psi;
    wrt_json_set_text(wrt_estimate_details(out), "form", "cell means");
    wrt_json_set_int(wrt_estimate_details(out), "mediator_states", (int64_t)m->n);
    return wrt_estimate_close(out, draw_formula, c, arena, err);
}

/* ---- the linear form */

typedef struct {
    wrt_design first,
        second;           /* [1, treatment, covariates]; [1, treatment, mediators, covariates] */
    wrt_ols *on_mediator; /* a fit for each mediator */
    wrt_ols on_outcome;
} lines;

enum { TREATMENT = 1, MEDIATORS = 2 }; /* columns */

static wrt_design design_with_mediators(const wrt_study *s, wrt_arena *arena) {
    size_t m = s->mediators.columns, c = s->covariates.columns;
    wrt_block both = {.columns = m + c};
    both.values = wrt_arena_calloc(arena, s->n * (m + c), sizeof *both.values);
    both.names = wrt_arena_calloc(arena, m + c, sizeof *both.names);
    memcpy(both.values, s->mediators.values, s->n * m * sizeof *both.values);
    if (c > 0)
        memcpy(both.values + s->n * m, s->covariates.values, s->n * c * sizeof *both.values);
    for (size_t j = 0; j < m + c; j++)
        both.names[j] = j < m ? s->mediators.names[j] : s->covariates.names[j - m];
    return wrt_design_new(s->n, s->treatment, "the treatment", &both, arena);
}

static wrt_status fit_lines(double *effect, lines *l, const wrt_study *s, const double *counts,
                            wrt_arena *arena, wrt_err *err) {
    size_t m = s->mediators.columns;
    wrt_ols outcome = {0};
    *effect = 0;
    l->on_mediator = wrt_arena_calloc(arena, m, sizeof *l->on_mediator);
    wrt_status status = wrt_ols_fit(&outcome, &l->second, s->outcome, counts, NULL, arena, err);
    for (size_t j = 0; status == WRT_OK && j < m; j++) {
        status = wrt_ols_fit(&l->on_mediator[j], &l->first, s->mediators.values + j * s->n, counts,
                             NULL, arena, err);
        if (status == WRT_OK)
            *effect +=
                l->on_mediator[j].coefficients[TREATMENT] * outcome.coefficients[MEDIATORS + j];
    }
    l->on_outcome = outcome;
    return status;
}

/* sum over j of b_j psi(a_j) + a_j psi(b_j). */
static double *influence_of_lines(const lines *l, const wrt_study *s, wrt_arena *arena) {
    double *psi = wrt_arena_calloc(arena, s->n, sizeof *psi);
    for (size_t j = 0; j < s->mediators.columns; j++) {
        wrt_estimate a = {0}, b = {0};
        wrt_linear_open(&a, &(wrt_linear){&l->on_mediator[j], &l->first, TREATMENT}, arena);
        wrt_linear_open(&b, &(wrt_linear){&l->on_outcome, &l->second, MEDIATORS + j}, arena);
        for (size_t i = 0; i < s->n; i++)
            psi[i] += b.estimate * a.influence[i] + a.estimate * b.influence[i];
    }
    return psi;
}

static wrt_status draw_lines(double *out, const double *counts, const void *ctx, wrt_arena *scratch,
                             wrt_err *err) {
    const wrt_arms_ctx *c = ctx;
    lines l = *(const lines *)c->more;
    return fit_lines(out, &l, c->study, counts, scratch, err);
}

static void report_lines(wrt_estimate *out, const lines *l, const wrt_study *s) {
    wrt_json *paths = wrt_json_new_array(), *details = wrt_estimate_details(out);
    for (size_t j = 0; j < s->mediators.columns; j++) {
        wrt_json *path = wrt_json_new_object();
        wrt_json_set_text(path, "mediator", s->mediators.names[j]);
        wrt_json_set_number(path, "treatment_on_mediator",
                            l->on_mediator[j].coefficients[TREATMENT]);
        wrt_json_set_number(path, "mediator_on_outcome", l->on_outcome.coefficients[MEDIATORS + j]);
        wrt_json_push(paths, path);
    }
    wrt_json_set_text(details, "form", "linear");
    wrt_json_set(details, "paths", paths);
}

static wrt_status run_lines(wrt_estimate *out, const wrt_study *s,
                            const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    lines l = {.first = wrt_design_new(s->n, s->treatment, "the treatment", &s->covariates, arena),
               .second = design_with_mediators(s, arena)};
    if (s->n <= l.second.k)
        return wrt_fail(err, WRT_E_INPUT, "frontdoor fits %zu columns to %zu rows: name fewer",
                        l.second.k, s->n);
    wrt_status status = fit_lines(&out->estimate, &l, s, NULL, arena, err);
    if (status != WRT_OK)
        return status;
    out->influence = influence_of_lines(&l, s, arena);
    report_lines(out, &l, s);
    wrt_estimate_warn(out, arena,
                      "the front-door effect is computed in its linear form: mediators and outcome "
                      "are taken to be linear, without products of treatment and mediators");
    wrt_arms_ctx ctx = {s, options, &l};
    return wrt_estimate_close(out, draw_lines, &ctx, arena, err);
}

/* ---- which */

static wrt_status run(wrt_estimate *out, const wrt_study *study,
                      const wrt_estimator_options *options, wrt_arena *arena, wrt_err *err) {
    *out = (wrt_estimate){
        .mean_treated = (double)NAN, .mean_untreated = (double)NAN, .n_used = study->n};
    wrt_status status = wrt_linear_check(&wrt_estimator_frontdoor, study, options, err);
    if (status != WRT_OK)
        return status;
    if (study->mediators.columns == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "frontdoor needs mediators: the columns through which the whole effect "
                        "goes%s",
                        wrt_json_get(study->account, "collinear") != NULL
                            ? " (one was left out: see account.collinear)"
                            : "");
    out->measure = !study->treatment_is_binary ? "slope per unit of the treatment"
                   : study->outcome_is_binary  ? "risk difference"
                                               : "difference in means";
    wrt_estimate_warn(out, arena,
                      "the front-door formula holds when the mediators carry all of the effect, "
                      "nothing unmeasured is common to treatment and mediators, and the treatment "
                      "blocks what mediators and outcome have in common");
    states m = {0};
    if (study->treatment_is_binary && study->covariates.columns == 0)
        m = states_of(study, arena);
    wrt_arms_ctx ctx = {study, options, &m};
    status =
        m.n > 0 ? run_formula(out, &ctx, arena, err) : run_lines(out, study, options, arena, err);
    if (status != WRT_OK)
        wrt_json_free(out->details);
    return status;
}

const wrt_estimator wrt_estimator_frontdoor = {
    .name = "frontdoor",
    .source = "Pearl 1995, doi:10.1093/biomet/82.4.669; Fulcher, Shpitser, Marealle and Tchetgen "
              "Tchetgen 2020, JRSS B 82, 199-214",
    .run = run,
    .estimands = 1U << WRT_ESTIMAND_ATE,
    .errors = 1U << WRT_SE_ROBUST | 1U << WRT_SE_BOOTSTRAP,
    .adjusts = true,
    .wants_mediators = true,
};
