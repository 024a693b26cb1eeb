/* reply_whatif.c: a what-if as JSON. */
#include "scm/ask/reply.h"
#include "scm/infer/whatif.h"

#include <math.h>

static wrt_json *posterior_json(const wrt_scm_whatif *found, const wrt_scm_source *source) {
    wrt_json *out = wrt_json_new_object();
    for (size_t i = 0; i < wrt_scm_count(source->scm); i++) {
        const wrt_scm_variable *v = wrt_scm_variable_at(source->scm, i);
        if (wrt_json_get(source->request->given, v->name) == NULL)
            wrt_json_set(
                out, v->name,
                wrt_scm_source_values(source, i, found->posterior + i * WRT_SCM_VALUES_MAX));
    }
    return out;
}

static wrt_json *pair(double low, double high) {
    wrt_json *out = wrt_json_new_array();
    wrt_json_push(out, wrt_json_new_number(low));
    wrt_json_push(out, wrt_json_new_number(high));
    return out;
}

static void add_distributions(wrt_json *out, const wrt_scm_whatif *found,
                              const wrt_scm_source *source) {
    const wrt_scm_variable *y = wrt_scm_variable_at(source->scm, found->outcome);
    wrt_json *bounds = wrt_json_new_object(), *effects = wrt_json_new_object();
    wrt_json *se = wrt_json_new_object();
    for (size_t i = 0; i < found->n; i++) {
        wrt_json *effect = wrt_json_new_object();
        wrt_json_set_number(effect, "effect", found->effect[i]);
        wrt_json_set_number(effect, "low", found->effect_low[i]);
        wrt_json_set_number(effect, "high", found->effect_high[i]);
        wrt_json_set(effects, y->values[i], effect);
        wrt_json_set(bounds, y->values[i], pair(found->low[i], found->high[i]));
    }
    size_t at = found->outcome;
    wrt_json_set(out, "factual", wrt_scm_source_values(source, at, found->factual));
    wrt_json_set(out, "counterfactual", wrt_scm_source_values(source, at, found->counterfactual));
    wrt_json_set(out, "bounds", bounds);
    wrt_json_set_text(out, "bounds_kind", wrt_scm_bounds_name(found->bounds));
    wrt_json_set(out, "effect", effects);
    wrt_json_set(se, "factual", wrt_scm_source_values(source, at, found->se_factual));
    wrt_json_set(se, "counterfactual", wrt_scm_source_values(source, at, found->se_counterfactual));
    wrt_json_set(se, "effect", wrt_scm_source_values(source, at, found->se_effect));
    wrt_json_set(out, "se", se);
}

static wrt_json *support_json(const wrt_scm_whatif *found, const wrt_scm_source *source) {
    const wrt_scm_support *support = &found->support;
    wrt_json *out = wrt_json_new_object(), *nearest = wrt_json_new_object();
    wrt_json_set_number(out, "p", support->p);
    if (isfinite(support->log_p_profile))
        wrt_json_set_number(out, "log_p_profile", support->log_p_profile);
    wrt_json_set(out, "distance",
                 support->distance < 0 ? wrt_json_new_null() : wrt_json_new_int(support->distance));
    for (int i = 0; i < support->distance && i < (int)WRT_SCM_NEAREST_MAX; i++) {
        const wrt_scm_variable *v = wrt_scm_variable_at(source->scm, support->variable[i]);
        wrt_json_set_text(nearest, v->name, v->values[support->value[i]]);
    }
    wrt_json_set(out, "nearest", nearest);
    return out;
}

static wrt_json *whatif_json(const wrt_scm_whatif *found, const wrt_scm_source *source) {
    const wrt_scm_request *request = source->request;
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_text(out, "outcome", wrt_scm_variable_at(source->scm, found->outcome)->name);
    wrt_json_set(out, "evidence",
                 request->given != NULL ? wrt_json_copy(request->given) : wrt_json_new_object());
    wrt_json_set(out, "do", wrt_json_copy(request->do_values));
    wrt_json_set(out, "posterior", posterior_json(found, source));
    add_distributions(out, found, source);
    /* Where support would take too large a table, extrapolation is not known. */
    wrt_json_set(out, "support",
                 found->is_support_known ? support_json(found, source) : wrt_json_new_null());
    wrt_json_set(out, "extrapolation",
                 found->is_support_known ? wrt_json_new_bool(found->support.is_extrapolation)
                                         : wrt_json_new_null());
    if (found->method == WRT_SCM_METHOD_SAMPLE) {
        wrt_json_set_number(out, "effective", found->effective);
        wrt_json_set_bool(out, "weak", found->is_weak);
    }
    wrt_scm_source_sign(
        out, source,
        &(wrt_scm_basis){3, found->method, found->n_units, &source->request->coupling});
    return out;
}

wrt_status wrt_scm_reply_whatif(wrt_json **data, const wrt_scm_source *source, wrt_err *err) {
    const wrt_scm_request *request = source->request;
    wrt_scm_whatif_question question = {.evidence = request->given,
                                        .do_values = request->do_values,
                                        .coupling = request->coupling,
                                        .method = request->method,
                                        .n = source->n,
                                        .seed = request->seed,
                                        .rows_max = source->rows_max};
    wrt_scm_whatif found = {0};
    size_t outcome = 0;
    *data = NULL;
    wrt_status status = wrt_scm_source_outcome(&outcome, source, err);
    if (status != WRT_OK)
        return status;
    question.outcome = wrt_scm_variable_at(source->scm, outcome)->name;
    status = wrt_scm_whatif_ask(&found, source->scm, source->rows, &question, err);
    if (status == WRT_OK)
        *data = whatif_json(&found, source);
    wrt_scm_whatif_free(&found);
    return status;
}
