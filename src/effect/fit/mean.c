/* mean.c: one face of ols.c and logit.c, and what is done where these have no answer. */
#include "effect/fit/mean.h"

#include "effect/fit/linalg.h"
#include "effect/fit/logit.h"
#include "effect/fit/ols.h"

#include <math.h>
#include <string.h>

/* What one fit works on. */
typedef struct {
    const wrt_design *design;
    const double *y, *weights;
    const wrt_mean_options *options;
    wrt_arena *arena;
} job;

/* Columns left after this loss of length count as telling something. */
static const double dependent = 1e-9;

static wrt_status fit_as_is(wrt_mean *out, const job *j, double **fitted, double ridge,
                            wrt_err *err) {
    const wrt_design *design = j->design;
    const double *penalty = wrt_design_penalty(design, j->weights, ridge, j->arena);
    *out = (wrt_mean){.is_logistic = j->options->is_logistic, .k = design->k};
    if (j->options->is_logistic) {
        wrt_logit fit = {0};
        wrt_status status = wrt_logit_fit(&fit, design, j->y, j->weights, penalty, NULL,
                                          j->options->what, j->arena, err);
        out->coefficients = fit.coefficients;
        out->inverse = fit.inverse;
        *fitted = fit.fitted;
        return status;
    }
    wrt_ols fit = {0};
    wrt_status status = wrt_ols_fit(&fit, design, j->y, j->weights, penalty, j->arena, err);
    if (status != WRT_OK)
        (void)wrt_err_prefix(err, "%s", j->options->what);
    out->coefficients = fit.coefficients;
    out->inverse = fit.inverse;
    return status;
}

/* Every row of class 1 above every row of class 0. */
static bool separates_all(const job *j, const double *fitted) {
    double high = 0, low = 1;
    for (size_t i = 0; i < j->design->n; i++) {
        if (j->weights != NULL && j->weights[i] <= 0)
            continue;
        if (j->y[i] > 0.5)
            low = fmin(low, fitted[i]);
        else
            high = fmax(high, fitted[i]);
    }
    return low > high;
}

static double total_weight(const job *j) {
    double total = 0;
    for (size_t i = 0; i < j->design->n; i++)
        total += j->weights != NULL ? j->weights[i] : 1;
    return total;
}

static void note(wrt_mean *out, wrt_arena *arena, const char *what, const char *reason) {
    wrt_buf text = wrt_buf_make(WRT_KIB(2));
    if (out->note != NULL)
        wrt_buf_printf(&text, "%s; ", out->note);
    wrt_buf_printf(&text, "%s%s", what, reason);
    out->note = wrt_arena_strdup(arena, wrt_buf_str(&text).ptr, text.len);
    wrt_buf_free(&text);
}

/* A fit that has no maximum gets the prior; the first failure is what is said of it. */
static wrt_status fit_or_shrink(wrt_mean *out, const job *j, wrt_err *err) {
    wrt_err first = {0};
    double *fitted = NULL;
    wrt_status status = fit_as_is(out, j, &fitted, j->options->ridge, &first);
    if (status == WRT_E_INPUT && j->options->is_logistic && j->options->ridge <= 0) {
        status = fit_as_is(out, j, &fitted, 1 / total_weight(j), NULL);
        if (status != WRT_OK || separates_all(j, fitted))
            status = WRT_E_INPUT;
        else
            note(out, j->arena, "a small ridge penalty was used: ", first.message);
    }
    if (status != WRT_OK && err != NULL)
        *err = first;
    return status;
}

/* The design without the columns that its weighted rows cannot tell apart; NULL when there are
 * none. kept[i]: the column that i was. */
static const wrt_design *reduce(size_t *kept, const job *j) {
    size_t k = j->design->k, n = j->design->n, left = 0;
    double *r = wrt_arena_calloc(j->arena, k * k, sizeof *r);
    bool *is_dependent = wrt_arena_calloc(j->arena, k, sizeof *is_dependent);
    wrt_linalg_qr(r, j->design->x, n, k, j->weights);
    if (wrt_linalg_find_dependent(is_dependent, r, k, dependent) == k)
        return NULL;
    wrt_design *out = wrt_arena_calloc(j->arena, 1, sizeof *out);
    *out = (wrt_design){.n = n,
                        .x = wrt_arena_calloc(j->arena, n * k, sizeof(double)),
                        .names = wrt_arena_calloc(j->arena, k, sizeof *out->names)};
    for (size_t c = 0; c < k; c++) {
        if (is_dependent[c])
            continue;
        memcpy(out->x + left * n, j->design->x + c * n, n * sizeof(double));
        out->names[left] = j->design->names[c];
        kept[left++] = c;
    }
    out->k = left;
    return out;
}

static void spread(wrt_mean *model, const size_t *kept, size_t k, wrt_arena *arena) {
    double *coefficients = wrt_arena_calloc(arena, k, sizeof(double));
    double *inverse = wrt_arena_calloc(arena, k * k, sizeof(double));
    for (size_t a = 0; a < model->k; a++) {
        coefficients[kept[a]] = model->coefficients[a];
        for (size_t b = 0; b < model->k; b++)
            inverse[kept[a] + kept[b] * k] = model->inverse[a + b * model->k];
    }
    model->coefficients = coefficients;
    model->inverse = inverse;
    model->k = k;
}

static void note_left_out(wrt_mean *out, const job *j, const size_t *kept, size_t left) {
    wrt_buf names = wrt_buf_make(WRT_KIB(1));
    for (size_t c = 0, at = 0; c < j->design->k; c++) {
        if (at < left && kept[at] == c)
            at++;
        else
            wrt_buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", j->design->names[c]);
    }
    wrt_buf_printf(&names, " could not be told from the other columns for %s", j->options->what);
    note(out, j->arena, "", wrt_buf_str(&names).ptr);
    wrt_buf_free(&names);
}

wrt_status wrt_mean_fit(wrt_mean *out, const wrt_design *design, const double *y,
                        const double *weights, const wrt_mean_options *options, wrt_arena *arena,
                        wrt_err *err) {
    job whole = {design, y, weights, options, arena};
    wrt_err first = {0};
    wrt_status status = fit_or_shrink(out, &whole, &first);
    if (status == WRT_E_INPUT) {
        size_t *kept = wrt_arena_calloc(arena, design->k, sizeof *kept);
        const wrt_design *smaller = reduce(kept, &whole);
        if (smaller != NULL && smaller->k > 0) {
            job part = whole;
            part.design = smaller;
            status = fit_or_shrink(out, &part, &first);
        }
        if (status == WRT_OK) {
            note_left_out(out, &whole, kept, smaller->k);
            spread(out, kept, design->k, arena);
        }
    }
    if (status != WRT_OK && err != NULL)
        *err = first;
    return status;
}

void wrt_mean_predict(double *mean, double *slope, const wrt_mean *model,
                      const wrt_design *design) {
    wrt_linalg_vector(mean, design->x, design->n, design->n, design->k, model->coefficients);
    for (size_t i = 0; i < design->n; i++) {
        if (model->is_logistic)
            mean[i] = wrt_logit_inverse(mean[i]);
        if (slope != NULL)
            slope[i] = model->is_logistic ? mean[i] * (1.0 - mean[i]) : 1.0;
    }
}

void wrt_mean_add_influence(double *out, double scale, const double *gradient,
                            const wrt_mean *model, const wrt_design *design, const double *y,
                            const double *mean, const double *weights, wrt_arena *arena) {
    double *direction = wrt_arena_calloc(arena, model->k, sizeof *direction);
    double *along = wrt_arena_calloc(arena, design->n, sizeof *along);
    wrt_linalg_multiply(direction, model->inverse, model->k, model->k, gradient, 1);
    wrt_linalg_vector(along, design->x, design->n, design->n, design->k, direction);
    for (size_t i = 0; i < design->n; i++)
        out[i] += scale * along[i] * (weights != NULL ? weights[i] : 1.0) * (y[i] - mean[i]);
}
