/* audit.c: one distribution for each phrasing and label, then the statistics of infer/audit.h. */
#include "scm/ask/audit.h"

#include "base/arena.h"
#include "scm/infer/audit.h"
#include "scm/mechanism/phrasing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 20 }; /* draws for each phrasing that is wanted */

typedef struct {
    const wrt_scm_source *first;
    wrt_scm_request request; /* the caller's, phrasings drawn */
    size_t outcome, n_values;
    uint32_t *members; /* different draws; n of them */
    size_t n;
    wrt_scm_method method;
    size_t n_units;
    wrt_scm_mechanism_usage usage;
} auditor;

/* ---- phrasings */

static bool is_new(const size_t *all, size_t n, size_t width, const size_t *one) {
    for (size_t i = 0; i < n; i++)
        if (memcmp(all + i * width, one, width * sizeof *one) == 0)
            return false;
    return true;
}

static wrt_status draw_family(auditor *a, wrt_err *err) {
    const wrt_scm_request *request = a->first->request;
    size_t wanted = request->family > 0 ? request->family : WRT_SCM_ASK_AUDIT_FAMILY;
    size_t width = wrt_scm_count(a->first->scm);
    size_t *all = wrt_calloc((wanted + 1) * width, sizeof *all);
    wrt_status status = WRT_OK;
    a->members = wrt_calloc(wanted, sizeof *a->members);
    for (uint32_t member = 0; a->n < wanted && member < wanted * TRIES && status == WRT_OK;
         member++) {
        size_t *one = all + a->n * width;
        status = wrt_scm_phrasing_choose(one, a->first->scm, a->request.phrasing, request->seed,
                                         member, err);
        if (status == WRT_OK && is_new(all, a->n, width, one))
            a->members[a->n++] = member;
    }
    free(all);
    if (status == WRT_OK && a->n < 2)
        status = wrt_fail(err, WRT_E_INPUT,
                          "an audit compares phrasings, and \"%s\" has one way to be said: give "
                          "its variables more phrases",
                          wrt_scm_name(a->first->scm));
    return status;
}

/* ---- distributions: p[(f * n_labels + t) * n_values + y] */

static wrt_status ask_labels(double *p, auditor *a, const wrt_scm_source *source, size_t treatment,
                             wrt_err *err) {
    const wrt_scm_question question = {
        .method = a->request.method, .n = source->n, .seed = a->request.seed};
    size_t labels = wrt_scm_variable_at(source->scm, treatment)->n_values;
    wrt_status status = WRT_OK;
    for (size_t t = 0; t < labels && status == WRT_OK; t++) {
        wrt_scm_world world;
        wrt_scm_answer answer;
        status = wrt_scm_source_world(&world, source, err);
        if (status == WRT_OK && wrt_scm_world_is_pinned(&world, treatment))
            status = wrt_fail(err, WRT_E_INPUT, "\"%s\" is audited: neither set it nor give it",
                              wrt_scm_variable_at(source->scm, treatment)->name);
        if (status == WRT_OK) {
            wrt_scm_world_set(&world, treatment, t);
            status = wrt_scm_query_world(&answer, &world, a->outcome, &question, err);
        }
        if (status == WRT_OK) {
            memcpy(p + t * a->n_values, answer.p, a->n_values * sizeof *p);
            if (answer.method == WRT_SCM_METHOD_SAMPLE)
                a->method = answer.method;
            a->n_units = answer.n_units > a->n_units ? answer.n_units : a->n_units;
        }
        wrt_scm_world_free(&world);
    }
    return status;
}

static void add_usage(auditor *a, const wrt_scm_source *source) {
    wrt_scm_mechanism_usage used = wrt_scm_mechanism_usage_of(source->mechanism);
    double before = (double)a->usage.contexts, more = (double)used.contexts;
    if (used.contexts > 0 && isfinite(used.mass))
        a->usage.mass = (a->usage.mass * before + used.mass * more) / (before + more);
    a->usage.rows += used.rows;
    a->usage.contexts += used.contexts;
}

static wrt_status ask_family(double *p, auditor *a, size_t treatment, wrt_err *err) {
    size_t labels = wrt_scm_variable_at(a->first->scm, treatment)->n_values;
    wrt_status status = WRT_OK;
    for (size_t f = 0; f < a->n && status == WRT_OK; f++) {
        wrt_scm_source source;
        status = wrt_scm_source_open(&source, a->first->scm, &a->request, &a->first->scorer,
                                     a->members[f], err);
        if (status == WRT_OK)
            status = ask_labels(p + f * labels * a->n_values, a, &source, treatment, err);
        if (status == WRT_OK)
            add_usage(a, &source);
        wrt_scm_source_close(&source);
    }
    return status;
}

/* ---- statistics */

static wrt_json *presence_json(const wrt_scm_presence *found) {
    wrt_json *out = wrt_json_new_object(), *null = wrt_json_new_array();
    wrt_json_set_number(out, "effect", found->effect);
    wrt_json_set_number(out, "deviation", found->deviation);
    wrt_json_set_number(out, "low", found->low);
    wrt_json_set_number(out, "high", found->high);
    wrt_json_push(null, wrt_json_new_number(found->null_low));
    wrt_json_push(null, wrt_json_new_number(found->null_high));
    wrt_json_set(out, "null", null);
    wrt_json_set_number(out, "p_value", found->p_value);
    wrt_json_set(out, "detectable",
                 isfinite(found->detectable) ? wrt_json_new_number(found->detectable)
                                             : wrt_json_new_null());
    wrt_json_set_int(out, "shuffles", (int64_t)found->shuffles);
    wrt_json_set_bool(out, "exact", found->is_exact);
    return out;
}

typedef struct {
    size_t treatment, reference, value;
} labels_compared;

/* The effects on one value of the outcome. */
static wrt_status judge_value(wrt_json *effects, const auditor *a, const double *p,
                              const labels_compared *labels, size_t y, wrt_err *err) {
    size_t k = wrt_scm_variable_at(a->first->scm, labels->treatment)->n_values;
    double *column = wrt_calloc(a->n * k, sizeof *column);
    wrt_scm_presence found;
    for (size_t i = 0; i < a->n * k; i++)
        column[i] = p[i * a->n_values + y];
    const wrt_scm_labelled data = {.p = column,
                                   .n_phrasings = a->n,
                                   .n_labels = k,
                                   .reference = labels->reference,
                                   .value = labels->value,
                                   .seed = a->request.seed};
    wrt_status status = wrt_scm_audit_labels(&found, &data, err);
    if (status == WRT_OK)
        wrt_json_set(effects, wrt_scm_variable_at(a->first->scm, a->outcome)->values[y],
                     presence_json(&found));
    free(column);
    return status;
}

static wrt_json *by_phrasing(const auditor *a, const double *p, const labels_compared *labels) {
    size_t k = wrt_scm_variable_at(a->first->scm, labels->treatment)->n_values;
    wrt_json *out = wrt_json_new_array();
    double difference[WRT_SCM_VALUES_MAX];
    for (size_t f = 0; f < a->n; f++) {
        const double *row = p + f * k * a->n_values;
        for (size_t y = 0; y < a->n_values; y++)
            difference[y] =
                row[labels->value * a->n_values + y] - row[labels->reference * a->n_values + y];
        wrt_json_push(out, wrt_scm_source_values(a->first, a->outcome, difference));
    }
    return out;
}

static wrt_json *contrast_json(const auditor *a, const labels_compared *labels) {
    const wrt_scm_variable *t = wrt_scm_variable_at(a->first->scm, labels->treatment);
    wrt_json *contrast = wrt_json_new_array();
    wrt_json_push_text(contrast, t->values[labels->reference]);
    wrt_json_push_text(contrast, t->values[labels->value]);
    return contrast;
}

static wrt_status judge(wrt_json **out, auditor *a, const labels_compared *labels, wrt_err *err) {
    const wrt_scm_variable *t = wrt_scm_variable_at(a->first->scm, labels->treatment);
    double *p = wrt_calloc(a->n * t->n_values * a->n_values, sizeof *p);
    wrt_json *data = wrt_json_new_object(), *effects = wrt_json_new_object();
    wrt_status status = ask_family(p, a, labels->treatment, err);
    wrt_json_set_text(data, "treatment", t->name);
    wrt_json_set_text(data, "outcome", wrt_scm_variable_at(a->first->scm, a->outcome)->name);
    wrt_json_set(data, "contrast", contrast_json(a, labels));
    wrt_json_set_int(data, "phrasings", (int64_t)a->n);
    for (size_t y = 0; y < a->n_values && status == WRT_OK; y++)
        status = judge_value(effects, a, p, labels, y, err);
    wrt_json_set(data, "effects", effects);
    if (status == WRT_OK)
        wrt_json_set(data, "by_phrasing", by_phrasing(a, p, labels));
    else
        wrt_json_free(data);
    *out = status == WRT_OK ? data : NULL;
    free(p);
    return status;
}

/* ---- */

static wrt_status judge_placebo(wrt_json *data, auditor *a, size_t treatment, wrt_err *err) {
    labels_compared labels = {0};
    wrt_json *placebo = NULL;
    if (a->request.placebo == NULL) {
        wrt_json_set(data, "placebo", wrt_json_new_null());
        return WRT_OK;
    }
    wrt_status status = wrt_scm_find(&labels.treatment, a->first->scm, a->request.placebo, err);
    if (status == WRT_OK && (labels.treatment == treatment || labels.treatment == a->outcome))
        status = wrt_fail(err, WRT_E_INPUT, "the placebo is the treatment or the outcome itself");
    if (status == WRT_OK) {
        labels.value = wrt_scm_variable_at(a->first->scm, labels.treatment)->n_values - 1;
        status = judge(&placebo, a, &labels, err);
    }
    if (status == WRT_OK)
        wrt_json_set(data, "placebo", placebo);
    return status;
}

static wrt_status find_names(auditor *a, labels_compared *labels, wrt_err *err) {
    wrt_status status = wrt_scm_source_treatment(&labels->treatment, a->first, err);
    if (status == WRT_OK)
        status = wrt_scm_source_outcome(&a->outcome, a->first, err);
    if (status == WRT_OK && labels->treatment == a->outcome)
        status = wrt_fail(err, WRT_E_INPUT, "treatment and outcome are the same variable");
    if (status == WRT_OK)
        status = wrt_scm_source_contrast(&labels->reference, &labels->value, a->first,
                                         labels->treatment, err);
    if (status == WRT_OK)
        a->n_values = wrt_scm_variable_at(a->first->scm, a->outcome)->n_values;
    return status;
}

static void sign(wrt_json *data, const auditor *a) {
    wrt_scm_source_sign(data, a->first, &(wrt_scm_basis){2, a->method, a->n_units, NULL});
    wrt_json *usage = wrt_json_get_mut(data, "usage");
    wrt_json_set_int(usage, "rows", (int64_t)a->usage.rows);
    wrt_json_set_int(usage, "contexts", (int64_t)a->usage.contexts);
    if (a->usage.contexts > 0)
        wrt_json_set_number(usage, "mass", a->usage.mass);
    wrt_json_set_text(data, "phrasing", "seed");
}

wrt_status wrt_scm_reply_audit(wrt_json **data, const wrt_scm_source *first, wrt_err *err) {
    auditor a = {.first = first, .request = *first->request, .method = WRT_SCM_METHOD_EXACT};
    labels_compared labels = {0};
    wrt_json *drawn = wrt_json_new_c("seed");
    a.request.phrasing = drawn;
    *data = NULL;
    wrt_status status = find_names(&a, &labels, err);
    if (status == WRT_OK)
        status = draw_family(&a, err);
    if (status == WRT_OK)
        status = judge(data, &a, &labels, err);
    if (status == WRT_OK)
        status = judge_placebo(*data, &a, labels.treatment, err);
    if (status == WRT_OK) {
        sign(*data, &a);
    } else {
        wrt_json_free(*data);
        *data = NULL;
    }
    wrt_json_free(drawn);
    free(a.members);
    return status;
}
