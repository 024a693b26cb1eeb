/* reply.c: description, query, effect, tables. What-ifs: reply_whatif.c. */
#include "scm/ask/reply.h"

#include "base/arena.h"
#include "scm/compile.h"
#include "scm/infer/effect.h"
#include "scm/mechanism/phrasing.h"
#include "scm/mechanism/prompt.h"

#include <math.h>
#include <stdlib.h>

/* ---- describe */

/* Parents' values that agree with what is given. */
static wrt_status choose_parents(uint8_t *out, wrt_json *shown, const wrt_scm_source *source,
                                 size_t variable, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(source->scm, variable);
    wrt_scm_world world;
    wrt_status status = wrt_scm_source_world(&world, source, err);
    for (size_t j = 0; j < v->n_parents && status == WRT_OK; j++) {
        const wrt_scm_variable *parent = wrt_scm_variable_at(source->scm, v->parents[j]);
        bool is_pinned = wrt_scm_world_is_pinned(&world, v->parents[j]);
        out[j] = is_pinned ? world.value[v->parents[j]] : 0;
        wrt_json_set_text(shown, parent->name, parent->values[out[j]]);
    }
    wrt_scm_world_free(&world);
    return status;
}

static wrt_status make_prompt(wrt_json **out, const wrt_scm_source *source, size_t variable,
                              const uint8_t *values, wrt_err *err) {
    const wrt_scm_request *request = source->request;
    size_t *phrasings = wrt_calloc(wrt_scm_count(source->scm) + 1, sizeof *phrasings);
    wrt_arena *arena = wrt_arena_new();
    wrt_scm_prompt prompt;
    wrt_scm_ask ask = {.phrasings = phrasings,
                       .variable = variable,
                       .values = values,
                       .rule = request->has_rule ? request->scoring.rule
                                                 : wrt_scm_scoring_of(source->scm).rule};
    wrt_status status =
        wrt_scm_phrasing_choose(phrasings, source->scm, request->phrasing, request->seed, 0, err);
    if (status == WRT_OK && wrt_scm_variable_at(source->scm, variable)->n_phrasings == 0)
        status = wrt_fail(err, WRT_E_INPUT,
                          "\"%s\" has no phrases: its mechanism is a table, nothing is asked",
                          wrt_scm_variable_at(source->scm, variable)->name);
    if (status == WRT_OK)
        status = wrt_scm_prompt_make(&prompt, arena, source->scm, &ask, err);
    if (status == WRT_OK)
        *out = wrt_scm_prompt_json(&prompt);
    wrt_arena_free(arena);
    free(phrasings);
    return status;
}

static wrt_status add_prompt(wrt_json *data, const wrt_scm_source *source, wrt_err *err) {
    uint8_t values[WRT_SCM_VARIABLES_MAX];
    size_t variable = 0;
    wrt_json *prompt = NULL, *parents = wrt_json_new_object();
    wrt_status status = wrt_scm_find(&variable, source->scm, source->request->variable, err);
    if (status == WRT_OK)
        status = choose_parents(values, parents, source, variable, err);
    if (status == WRT_OK)
        status = make_prompt(&prompt, source, variable, values, err);
    if (status != WRT_OK) {
        wrt_json_free(parents);
        return status;
    }
    wrt_json_set_text(prompt, "variable", source->request->variable);
    wrt_json_set(prompt, "parents", parents);
    wrt_json_set(data, "prompt", prompt);
    return WRT_OK;
}

wrt_status wrt_scm_reply_describe(wrt_json **data, const wrt_scm_source *source, wrt_err *err) {
    wrt_json *out = wrt_scm_describe(source->scm);
    wrt_status status = WRT_OK;
    if (wrt_scm_is_model_implied(source->scm))
        wrt_json_set_text(out, "label", WRT_SCM_LABEL);
    if (source->request->variable != NULL)
        status = add_prompt(out, source, err);
    if (status != WRT_OK) {
        wrt_json_free(out);
        out = NULL;
    }
    *data = out;
    return status;
}

/* ---- query */

static void add_pins(wrt_json *data, const wrt_scm_request *request, const char *given) {
    wrt_json_set(data, "do",
                 request->do_values != NULL ? wrt_json_copy(request->do_values)
                                            : wrt_json_new_object());
    wrt_json_set(data, given,
                 request->given != NULL ? wrt_json_copy(request->given) : wrt_json_new_object());
}

wrt_status wrt_scm_reply_query(wrt_json **data, const wrt_scm_source *source, wrt_err *err) {
    const wrt_scm_request *request = source->request;
    const wrt_scm_question question = {
        .method = request->method, .n = source->n, .seed = request->seed};
    wrt_scm_answer answer;
    wrt_scm_world world;
    size_t outcome = 0;
    wrt_status status = wrt_scm_source_outcome(&outcome, source, err);
    *data = NULL;
    if (status != WRT_OK)
        return status;
    status = wrt_scm_source_world(&world, source, err);
    if (status == WRT_OK)
        status = wrt_scm_query_world(&answer, &world, outcome, &question, err);
    wrt_scm_world_free(&world);
    if (status != WRT_OK)
        return status;
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_text(out, "outcome", wrt_scm_variable_at(source->scm, outcome)->name);
    wrt_json_set(out, "distribution", wrt_scm_source_values(source, outcome, answer.p));
    wrt_json_set(out, "se", wrt_scm_source_values(source, outcome, answer.se));
    add_pins(out, request, "given");
    if (answer.method == WRT_SCM_METHOD_SAMPLE) {
        wrt_json_set_number(out, "effective", answer.effective);
        wrt_json_set_bool(out, "weak", answer.is_weak);
    }
    wrt_scm_source_sign(out, source,
                        &(wrt_scm_basis){answer.rung, answer.method, answer.n_units, NULL});
    *data = out;
    return WRT_OK;
}

/* ---- effect */

static wrt_json *number_or_null(double value) {
    return isfinite(value) ? wrt_json_new_number(value) : wrt_json_new_null();
}

static wrt_json *effect_json(const wrt_scm_effect *effect, const wrt_scm_contrast *contrast,
                             const wrt_scm_source *source) {
    const wrt_scm_variable *t = wrt_scm_variable_at(source->scm, contrast->treatment);
    wrt_json *out = wrt_json_new_object(), *se = wrt_json_new_object();
    wrt_json *support = wrt_json_new_object(), *values = wrt_json_new_array();
    size_t y = contrast->outcome;
    wrt_json_push_text(values, t->values[contrast->reference]);
    wrt_json_push_text(values, t->values[contrast->value]);
    wrt_json_set_text(out, "treatment", t->name);
    wrt_json_set_text(out, "outcome", wrt_scm_variable_at(source->scm, y)->name);
    wrt_json_set(out, "contrast", values);
    wrt_json_set(out, "observational", wrt_scm_source_values(source, y, effect->observational));
    wrt_json_set(out, "interventional", wrt_scm_source_values(source, y, effect->interventional));
    wrt_json_set(out, "gap", wrt_scm_source_values(source, y, effect->gap));
    wrt_json_set(se, "observational", wrt_scm_source_values(source, y, effect->se_observational));
    wrt_json_set(se, "interventional", wrt_scm_source_values(source, y, effect->se_interventional));
    wrt_json_set(out, "se", se);
    wrt_json_set_number(support, "p_reference", effect->p_reference);
    wrt_json_set_number(support, "p_value", effect->p_value);
    wrt_json_set(support, "p_smallest", number_or_null(effect->p_smallest));
    wrt_json_set(out, "support", support);
    if (effect->method == WRT_SCM_METHOD_SAMPLE)
        wrt_json_set_bool(out, "weak", effect->is_weak);
    add_pins(out, source->request, "given");
    wrt_scm_source_sign(out, source, &(wrt_scm_basis){2, effect->method, effect->n_units, NULL});
    return out;
}

wrt_status wrt_scm_reply_effect(wrt_json **data, const wrt_scm_source *source, wrt_err *err) {
    const wrt_scm_request *request = source->request;
    wrt_scm_contrast contrast = {.method = request->method, .n = source->n, .seed = request->seed};
    wrt_scm_effect effect;
    wrt_scm_world world;
    *data = NULL;
    wrt_status status = wrt_scm_source_treatment(&contrast.treatment, source, err);
    if (status == WRT_OK)
        status = wrt_scm_source_outcome(&contrast.outcome, source, err);
    if (status == WRT_OK)
        status = wrt_scm_source_contrast(&contrast.reference, &contrast.value, source,
                                         contrast.treatment, err);
    if (status != WRT_OK)
        return status;
    status = wrt_scm_source_world(&world, source, err);
    if (status == WRT_OK)
        status = wrt_scm_effect_find(&effect, &world, &contrast, err);
    wrt_scm_world_free(&world);
    if (status == WRT_OK)
        *data = effect_json(&effect, &contrast, source);
    return status;
}

/* ---- tables */

wrt_status wrt_scm_reply_compile(wrt_json **data, wrt_scm **compiled, const wrt_scm_source *source,
                                 wrt_err *err) {
    wrt_json *origin = wrt_scm_mechanism_describe(source->mechanism);
    wrt_scm_cost cost = wrt_scm_cost_of(source->scm, source->n);
    wrt_status status = wrt_scm_compile(compiled, source->scm, &source->rows, origin, err);
    *data = NULL;
    wrt_json_free(origin);
    if (status != WRT_OK)
        return status;
    wrt_json *out = wrt_json_new_object();
    wrt_json_set(out, "cost", wrt_scm_cost_json(&cost));
    wrt_scm_source_stamp(out, source);
    wrt_json_set(out, "document", wrt_scm_to_json(*compiled));
    *data = out;
    return WRT_OK;
}
