/* source.c: see source.h. */
#include "scm/ask/source.h"

#include "base/arena.h"
#include "scm/compile.h"
#include "scm/mechanism/phrasing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t wrt_scm_source_units(const wrt_scm *scm) {
    static const size_t steps[] = {
        WRT_SCM_SAMPLES, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100};
    if (!wrt_scm_needs_model(scm))
        return WRT_SCM_SAMPLES;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (wrt_scm_cost_of(scm, 2 * steps[i]).sampled_contexts <= WRT_SCM_ASK_CONTEXTS)
            return steps[i];
    return 50;
}

static wrt_status make_mechanism(wrt_scm_source *out, uint32_t member, wrt_err *err) {
    const wrt_scm_request *request = out->request;
    size_t *phrasings = wrt_calloc(wrt_scm_count(out->scm) + 1, sizeof *phrasings);
    wrt_scm_mechanism_options options = {.phrasings = phrasings,
                                         .scoring = wrt_scm_scoring_of(out->scm)};
    if (request->has_rule)
        options.scoring.rule = request->scoring.rule;
    if (request->has_temperature)
        options.scoring.temperature = request->scoring.temperature;
    wrt_status status =
        wrt_scm_phrasing_choose(phrasings, out->scm, request->phrasing, request->seed, member, err);
    if (status == WRT_OK)
        status = wrt_scm_mechanism_make(&out->mechanism, out->scm, &out->scorer, &options, err);
    free(phrasings);
    return status;
}

wrt_status wrt_scm_source_open(wrt_scm_source *out, const wrt_scm *scm,
                               const wrt_scm_request *request, const wrt_scm_scorer *scorer,
                               uint32_t member, wrt_err *err) {
    *out = (wrt_scm_source){.scm = scm, .request = request};
    if (scorer != NULL)
        out->scorer = *scorer;
    out->n = request->n > 0 ? request->n : wrt_scm_source_units(scm);
    out->rows_max = wrt_scm_needs_model(scm) ? WRT_SCM_ASK_CONTEXTS : WRT_SCM_ROWS_ASKED_MAX;
    if (request->method == WRT_SCM_METHOD_EXACT)
        out->rows_max = WRT_SCM_ROWS_ASKED_MAX;
    wrt_status status = make_mechanism(out, member, err);
    if (status == WRT_OK)
        out->rows = wrt_scm_mechanism_rows(out->mechanism);
    return status;
}

void wrt_scm_source_close(wrt_scm_source *source) {
    wrt_scm_mechanism_free(source->mechanism);
    source->mechanism = NULL;
}

wrt_status wrt_scm_source_world(wrt_scm_world *out, const wrt_scm_source *source, wrt_err *err) {
    wrt_scm_world_init(out, source->scm, source->rows);
    out->rows_max = source->rows_max;
    wrt_status status = wrt_scm_world_read_do(out, source->request->do_values, err);
    return status != WRT_OK ? status : wrt_scm_world_read_given(out, source->request->given, err);
}

wrt_status wrt_scm_source_outcome(size_t *out, const wrt_scm_source *source, wrt_err *err) {
    if (source->request->outcome != NULL)
        return wrt_scm_find(out, source->scm, source->request->outcome, err);
    if (wrt_scm_outcome(out, source->scm))
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "name the variable to ask about: --outcome NAME");
}

wrt_status wrt_scm_source_treatment(size_t *out, const wrt_scm_source *source, wrt_err *err) {
    if (source->request->treatment != NULL)
        return wrt_scm_find(out, source->scm, source->request->treatment, err);
    if (wrt_scm_treatment(out, source->scm))
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "name the treatment: --treatment NAME");
}

wrt_status wrt_scm_source_contrast(size_t *reference, size_t *value, const wrt_scm_source *source,
                                   size_t treatment, wrt_err *err) {
    const wrt_scm_request *request = source->request;
    *reference = 0;
    *value = wrt_scm_variable_at(source->scm, treatment)->n_values - 1;
    if (request->reference == NULL)
        return WRT_OK;
    wrt_status status =
        wrt_scm_find_value(reference, source->scm, treatment, request->reference, err);
    return status != WRT_OK
               ? status
               : wrt_scm_find_value(value, source->scm, treatment, request->value, err);
}

/* ---- what answers say of themselves */

static wrt_json *usage_json(const wrt_scm_source *source) {
    wrt_scm_mechanism_usage used = wrt_scm_mechanism_usage_of(source->mechanism);
    wrt_json *given =
        source->scorer.usage != NULL ? source->scorer.usage(source->scorer.ctx) : NULL;
    wrt_json *usage = wrt_json_new_object();
    wrt_json_set_int(usage, "rows", (int64_t)used.rows);
    wrt_json_set_int(usage, "contexts", (int64_t)used.contexts);
    wrt_json_set(usage, "calls", wrt_json_new_null());
    wrt_json_set(usage, "cache_hits", wrt_json_new_null());
    WRT_JSON_EACH(member, given)
    wrt_json_set(usage, wrt_json_key(member), wrt_json_copy(member));
    if (isfinite(used.mass))
        wrt_json_set_number(usage, "mass", used.mass);
    else
        wrt_json_set(usage, "mass", wrt_json_new_null());
    wrt_json_free(given);
    return usage;
}

void wrt_scm_source_stamp(wrt_json *data, const wrt_scm_source *source) {
    wrt_json *facts = wrt_scm_mechanism_describe(source->mechanism);
    WRT_JSON_EACH(fact, facts)
    wrt_json_set(data, wrt_json_key(fact), wrt_json_copy(fact));
    wrt_json_set_text(data, "scm", wrt_scm_name(source->scm));
    wrt_json_set(data, "usage", usage_json(source));
    wrt_json_free(facts);
}

void wrt_scm_source_sign(wrt_json *data, const wrt_scm_source *source, const wrt_scm_basis *basis) {
    bool is_exact = basis->method == WRT_SCM_METHOD_EXACT;
    wrt_json_set_int(data, "rung", basis->rung);
    wrt_json_set_text(data, "method", is_exact ? "exact" : "sample");
    wrt_json_set(data, "n", is_exact ? wrt_json_new_null() : wrt_json_new_int((int64_t)basis->n));
    wrt_json_set_int(data, "seed", (int64_t)source->request->seed);
    wrt_json_set(data, "coupling",
                 basis->coupling == NULL ? wrt_json_new_null()
                                         : wrt_json_new_c(wrt_scm_coupling_name(*basis->coupling)));
    wrt_scm_source_stamp(data, source);
}

wrt_json *wrt_scm_source_values(const wrt_scm_source *source, size_t variable,
                                const double *numbers) {
    const wrt_scm_variable *v = wrt_scm_variable_at(source->scm, variable);
    wrt_json *out = wrt_json_new_object();
    for (size_t i = 0; i < v->n_values; i++)
        wrt_json_set_number(out, v->values[i], numbers[i]);
    return out;
}
