/* write.c: a model as JSON: the whole of it, or what a person wants to see of it. */
#include "scm/model/internal.h"
#include "scm/rows.h"

#include <string.h>

static wrt_json *names_of(const char *const *texts, size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++)
        wrt_json_push_text(list, texts[i]);
    return list;
}

static wrt_json *parents_of(const wrt_scm *scm, const wrt_scm_variable *v) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < v->n_parents; i++)
        wrt_json_push_text(list, scm->variables[v->parents[i]].name);
    return list;
}

/* ---- the whole */

static wrt_json *row_json(const wrt_scm *scm, const wrt_scm_variable *v, size_t number) {
    wrt_json *row = wrt_json_new_object(), *p = wrt_json_new_array();
    size_t rest = number, step = 1;
    for (size_t i = 0; i < v->n_parents; i++)
        step *= scm->variables[v->parents[i]].n_values;
    for (size_t i = 0; i < v->n_parents; i++) {
        const wrt_scm_variable *parent = &scm->variables[v->parents[i]];
        step /= parent->n_values;
        wrt_json_set_text(row, parent->name, parent->values[rest / step]);
        rest %= step;
    }
    for (size_t k = 0; k < v->n_values; k++)
        wrt_json_push(p, wrt_json_new_number(v->table[number * v->n_values + k]));
    wrt_json_set(row, "p", p);
    return row;
}

static wrt_json *table_json(const wrt_scm *scm, const wrt_scm_variable *v) {
    wrt_json *cpt = wrt_json_new_object(), *list = wrt_json_new_array();
    size_t rows = 0;
    (void)wrt_scm_table_rows(&rows, scm, v, NULL);
    for (size_t i = 0; i < rows; i++)
        wrt_json_push(list, row_json(scm, v, i));
    wrt_json_set(cpt, "rows", list);
    return cpt;
}

static wrt_json *phrases_json(const wrt_scm_variable *v) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < v->n_phrasings; i++) {
        wrt_json *item = wrt_json_new_object();
        wrt_json_set_text(item, "before", v->phrasings[i].before);
        wrt_json_set_text(item, "after", v->phrasings[i].after);
        wrt_json_push(list, item);
    }
    return list;
}

static wrt_json *variable_json(const wrt_scm *scm, const wrt_scm_variable *v) {
    wrt_json *item = wrt_json_new_object();
    wrt_json_set_text(item, "name", v->name);
    wrt_json_set_text(item, "role", v->role);
    wrt_json_set(item, "values", names_of(v->values, v->n_values));
    if (v->is_ordinal)
        wrt_json_set_bool(item, "ordinal", true);
    wrt_json_set(item, "parents", parents_of(scm, v));
    if (v->n_phrasings > 0)
        wrt_json_set(item, "phrases", phrases_json(v));
    if (v->table != NULL)
        wrt_json_set(item, "cpt", table_json(scm, v));
    return item;
}

static void set_roles(wrt_json *out, const wrt_scm *scm) {
    if (scm->treatment != WRT_SCM_NONE)
        wrt_json_set_text(out, "treatment", scm->variables[scm->treatment].name);
    if (scm->outcome != WRT_SCM_NONE)
        wrt_json_set_text(out, "outcome", scm->variables[scm->outcome].name);
}

wrt_json *wrt_scm_to_json(const wrt_scm *scm) {
    wrt_json *out = wrt_json_new_object(), *list = wrt_json_new_array();
    wrt_json *scoring = wrt_json_new_object();
    wrt_json_set_text(scoring, "rule", wrt_scm_rule_name(scm->scoring.rule));
    wrt_json_set_number(scoring, "temperature", scm->scoring.temperature);
    for (size_t i = 0; i < scm->n; i++)
        wrt_json_push(list, variable_json(scm, &scm->variables[i]));
    wrt_json_set_text(out, "schema", "warrant/scm/1");
    wrt_json_set_text(out, "name", scm->name);
    if (scm->about[0] != '\0')
        wrt_json_set_text(out, "about", scm->about);
    if (scm->intro[0] != '\0')
        wrt_json_set_text(out, "intro", scm->intro);
    wrt_json_set(out, "scoring", scoring);
    if (scm->origin != NULL)
        wrt_json_set(out, "origin", wrt_json_copy(scm->origin));
    wrt_json_set(out, "variables", list);
    set_roles(out, scm);
    return out;
}

/* ---- the description */

static wrt_json *count_json(double count) {
    return count <= 9007199254740991.0 ? wrt_json_new_number(count) : wrt_json_new_null();
}

static double contexts_of(const wrt_scm *scm, const wrt_scm_variable *v) {
    double contexts = 1.0;
    for (size_t i = 0; i < v->n_parents; i++)
        contexts *= (double)scm->variables[v->parents[i]].n_values;
    return contexts;
}

static wrt_json *describe_variable(const wrt_scm *scm, const wrt_scm_variable *v) {
    wrt_json *item = wrt_json_new_object();
    wrt_json_set_text(item, "name", v->name);
    wrt_json_set_text(item, "role", v->role);
    wrt_json_set(item, "values", names_of(v->values, v->n_values));
    wrt_json_set_bool(item, "ordinal", v->is_ordinal);
    wrt_json_set(item, "parents", parents_of(scm, v));
    wrt_json_set_text(item, "mechanism", v->table != NULL ? "cpt" : "phrases");
    wrt_json_set_int(item, "phrasings", (int64_t)v->n_phrasings);
    wrt_json_set(item, "contexts", count_json(contexts_of(scm, v)));
    return item;
}

static const char *name_or_null(const wrt_scm *scm, size_t index) {
    return index == WRT_SCM_NONE ? NULL : scm->variables[index].name;
}

wrt_json *wrt_scm_describe(const wrt_scm *scm) {
    wrt_json *out = wrt_json_new_object(), *list = wrt_json_new_array();
    double contexts = 0.0, scores = 0.0, phrasings = 1.0;
    for (size_t i = 0; i < scm->n; i++) {
        const wrt_scm_variable *v = &scm->variables[i];
        wrt_json_push(list, describe_variable(scm, v));
        phrasings *= v->n_phrasings > 0 ? (double)v->n_phrasings : 1.0;
        if (v->table != NULL)
            continue;
        contexts += contexts_of(scm, v);
        scores += contexts_of(scm, v) * (double)v->n_values;
    }
    wrt_json_set_text(out, "name", scm->name);
    wrt_json_set_text(out, "about", scm->about);
    wrt_json_set_text(out, "rule", wrt_scm_rule_name(scm->scoring.rule));
    wrt_json_set_number(out, "temperature", scm->scoring.temperature);
    wrt_json_set_text(out, "treatment", name_or_null(scm, scm->treatment));
    wrt_json_set_text(out, "outcome", name_or_null(scm, scm->outcome));
    wrt_json_set_bool(out, "model_implied", wrt_scm_is_model_implied(scm));
    wrt_json_set(out, "contexts", count_json(contexts));
    wrt_json_set(out, "scores", count_json(scores));
    wrt_json_set(out, "phrasings", count_json(phrasings));
    wrt_json_set(out, "variables", list);
    return out;
}
