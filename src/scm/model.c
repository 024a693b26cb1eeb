/* model.c: looking things up in a model. Reading, checking and ordering are in model/. */
#include "scm/model.h"

#include "scm/model/internal.h"

#include <string.h>

static wrt_status not_among(wrt_err *err, const char *what, const char *name,
                            const char *const *known, size_t n) {
    wrt_buf list = wrt_buf_make(256);
    for (size_t i = 0; i < n && !list.overflow; i++)
        wrt_buf_printf(&list, "%s%s", i > 0 ? ", " : "", known[i]);
    wrt_fail(err, WRT_E_INPUT, "%s \"%.100s\" is not there; there are: %s%s", what, name,
             wrt_buf_str(&list).ptr, list.overflow ? ", ..." : "");
    wrt_buf_free(&list);
    return WRT_E_INPUT;
}

wrt_status wrt_scm_find(size_t *out, const wrt_scm *scm, const char *name, wrt_err *err) {
    const char *names[WRT_SCM_VARIABLES_MAX];
    if (wrt_scm_lookup(out, scm, wrt_str_of(name)))
        return WRT_OK;
    for (size_t i = 0; i < scm->n; i++)
        names[i] = scm->variables[i].name;
    return not_among(err, "variable", name, names, scm->n);
}

wrt_status wrt_scm_find_value(size_t *out, const wrt_scm *scm, size_t variable, const char *value,
                              wrt_err *err) {
    const wrt_scm_variable *v = &scm->variables[variable];
    for (size_t i = 0; i < v->n_values; i++)
        if (strcmp(v->values[i], value) == 0) {
            *out = i;
            return WRT_OK;
        }
    return not_among(err, v->name, value, v->values, v->n_values);
}

const char *wrt_scm_name(const wrt_scm *scm) {
    return scm->name;
}

const char *wrt_scm_about(const wrt_scm *scm) {
    return scm->about;
}

const char *wrt_scm_intro(const wrt_scm *scm) {
    return scm->intro;
}

wrt_scm_scoring wrt_scm_scoring_of(const wrt_scm *scm) {
    return scm->scoring;
}

size_t wrt_scm_count(const wrt_scm *scm) {
    return scm->n;
}

const wrt_scm_variable *wrt_scm_variable_at(const wrt_scm *scm, size_t index) {
    return &scm->variables[index];
}

bool wrt_scm_treatment(size_t *out, const wrt_scm *scm) {
    *out = scm->treatment;
    return scm->treatment != WRT_SCM_NONE;
}

bool wrt_scm_outcome(size_t *out, const wrt_scm *scm) {
    *out = scm->outcome;
    return scm->outcome != WRT_SCM_NONE;
}

bool wrt_scm_needs_model(const wrt_scm *scm) {
    for (size_t i = 0; i < scm->n; i++)
        if (scm->variables[i].table == NULL)
            return true;
    return false;
}

const wrt_json *wrt_scm_origin(const wrt_scm *scm) {
    return scm->origin;
}

bool wrt_scm_is_model_implied(const wrt_scm *scm) {
    return scm->origin != NULL || wrt_scm_needs_model(scm);
}
