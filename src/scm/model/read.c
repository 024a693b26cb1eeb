/* read.c: *.scm.json, first every variable's name and values, then what refers to others. */
#include "scm/model/internal.h"

#include <string.h>

/* ---- members: a misspelt one must not be passed over */

static bool is_among(const char *name, const char *const *known) {
    for (size_t i = 0; known[i] != NULL; i++)
        if (strcmp(name, known[i]) == 0)
            return true;
    return false;
}

static wrt_status check_members(const wrt_json *object, const char *const *known, wrt_err *err) {
    wrt_buf list = wrt_buf_make(256);
    wrt_status status = WRT_OK;
    for (size_t i = 0; known[i] != NULL; i++)
        wrt_buf_printf(&list, "%s%s", i > 0 ? ", " : "", known[i]);
    WRT_JSON_EACH(member, object)
    if (status == WRT_OK && !is_among(wrt_json_key(member), known))
        status = wrt_fail(err, WRT_E_INPUT, "unknown member \"%.60s\"; there are: %s",
                          wrt_json_key(member), wrt_buf_str(&list).ptr);
    wrt_buf_free(&list);
    return status;
}

/* A text of the document, kept; `fallback` when absent. */
static wrt_status read_text(const char **out, wrt_scm *scm, const wrt_json *object, const char *key,
                            wrt_err *err) {
    const wrt_json *value = wrt_json_get(object, key);
    const char *text = value == NULL ? "" : wrt_json_text(value);
    if (text == NULL)
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" must be a text", key);
    if (strlen(text) > WRT_SCM_TEXT_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "\"%s\" is longer than %d bytes", key, WRT_SCM_TEXT_MAX);
    *out = wrt_scm_keep(scm, wrt_str_of(text));
    return WRT_OK;
}

/* ---- a variable by itself */

static wrt_status read_values(wrt_scm_variable *v, wrt_scm *scm, const wrt_json *item,
                              wrt_err *err) {
    const wrt_json *list = wrt_json_get(item, "values");
    size_t n = wrt_json_count(list);
    if (!wrt_json_is(list, WRT_JSON_ARRAY) || n < 2 || n > WRT_SCM_VALUES_MAX)
        return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": \"values\" must list 2 to %d texts",
                        v->name, WRT_SCM_VALUES_MAX);
    const char **values = wrt_arena_calloc(scm->arena, n, sizeof *values);
    v->values = values;
    WRT_JSON_EACH(value, list) {
        const char *text = wrt_json_text(value);
        if (text == NULL || strlen(text) > WRT_SCM_TEXT_MAX)
            return wrt_fail(err, WRT_E_INPUT,
                            "variable \"%s\": a value is not a text of at most %d bytes", v->name,
                            WRT_SCM_TEXT_MAX);
        values[v->n_values++] = wrt_scm_keep(scm, wrt_str_of(text));
    }
    return wrt_scm_check_values(v, err);
}

static wrt_status read_variable(wrt_scm *scm, const wrt_json *item, wrt_err *err) {
    static const char *const known[] = {"name",    "role",    "values", "ordinal",
                                        "parents", "phrases", "cpt",    NULL};
    wrt_scm_variable *v = NULL;
    const wrt_json *ordinal = wrt_json_get(item, "ordinal");
    wrt_status status = wrt_scm_add(&v, scm, wrt_str_of(wrt_json_get_text(item, "name", "")), err);
    if (status != WRT_OK)
        return status;
    status = check_members(item, known, err);
    if (status == WRT_OK && ordinal != NULL && !wrt_json_is(ordinal, WRT_JSON_BOOL))
        status = wrt_fail(err, WRT_E_INPUT, "\"ordinal\" must be true or false");
    if (status == WRT_OK && wrt_json_get(item, "role") != NULL)
        status = read_text(&v->role, scm, item, "role", err);
    if (status != WRT_OK) {
        wrt_err_prefix(err, "variable \"%s\"", v->name);
        return status;
    }
    v->is_ordinal = wrt_json_bool(ordinal, false);
    return read_values(v, scm, item, err);
}

/* ---- what refers to other variables */

static wrt_status read_parents(wrt_scm_variable *v, wrt_scm *scm, const wrt_json *item,
                               wrt_err *err) {
    const wrt_json *list = wrt_json_get(item, "parents");
    size_t *parents = wrt_arena_calloc(scm->arena, wrt_json_count(list), sizeof *parents);
    if (list != NULL && !wrt_json_is(list, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": \"parents\" must be a list of names",
                        v->name);
    if (wrt_json_count(list) > WRT_SCM_VARIABLES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "variable \"%s\": more than %d parents", v->name,
                        WRT_SCM_VARIABLES_MAX);
    v->parents = parents;
    WRT_JSON_EACH(parent, list) {
        const char *name = wrt_json_text(parent);
        if (name == NULL || !wrt_scm_lookup(&parents[v->n_parents], scm, wrt_str_of(name)))
            return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": unknown parent \"%s\"", v->name,
                            name != NULL ? name : "(not a text)");
        v->n_parents++;
    }
    return WRT_OK;
}

static wrt_status read_mechanism(wrt_scm *scm, size_t index, const wrt_json *item, wrt_err *err) {
    wrt_scm_variable *v = &scm->variables[index];
    const wrt_json *cpt = wrt_json_get(item, "cpt");
    wrt_status status = cpt != NULL ? wrt_scm_read_table(v, scm, cpt, err) : WRT_OK;
    if (status == WRT_OK)
        status = wrt_scm_read_phrases(v, scm, wrt_json_get(item, "phrases"), err);
    return status;
}

/* ---- document */

static wrt_status read_scoring(wrt_scm *scm, const wrt_json *document, wrt_err *err) {
    static const char *const known[] = {"rule", "temperature", NULL};
    const wrt_json *scoring = wrt_json_get(document, "scoring");
    const wrt_json *rule = wrt_json_get(scoring, "rule");
    const wrt_json *temperature = wrt_json_get(scoring, "temperature");
    if (scoring == NULL)
        return WRT_OK;
    if (!wrt_json_is(scoring, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT,
                        "\"scoring\" must be an object {\"rule\",\"temperature\"}");
    wrt_status status = check_members(scoring, known, err);
    if (status == WRT_OK && rule != NULL)
        status = wrt_scm_rule_of(&scm->scoring.rule,
                                 wrt_json_text(rule) != NULL ? wrt_json_text(rule) : "", err);
    if (temperature != NULL)
        scm->scoring.temperature = wrt_json_number(temperature, -1.0);
    if (status != WRT_OK)
        wrt_err_prefix(err, "\"scoring\"");
    return status;
}

static wrt_status read_role_of(size_t *out, const wrt_scm *scm, const wrt_json *document,
                               const char *key, wrt_err *err) {
    const wrt_json *value = wrt_json_get(document, key);
    if (value == NULL)
        return WRT_OK;
    const char *name = wrt_json_text(value);
    wrt_status status = wrt_scm_find(out, scm, name != NULL ? name : "(not a text)", err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "\"%s\"", key);
    return status;
}

static wrt_status read_head(wrt_scm *scm, const wrt_json *document, wrt_err *err) {
    static const char *const known[] = {"schema",    "name",      "about",   "intro",  "scoring",
                                        "variables", "treatment", "outcome", "origin", NULL};
    const wrt_json *origin = wrt_json_get(document, "origin");
    if (strcmp(wrt_json_get_text(document, "schema", ""), "warrant/scm/1") != 0)
        return wrt_fail(err, WRT_E_INPUT, "\"schema\" must be \"warrant/scm/1\"");
    wrt_status status = check_members(document, known, err);
    if (status == WRT_OK)
        status = read_text(&scm->name, scm, document, "name", err);
    if (status == WRT_OK)
        status = read_text(&scm->about, scm, document, "about", err);
    if (status == WRT_OK)
        status = read_text(&scm->intro, scm, document, "intro", err);
    if (status == WRT_OK)
        status = read_scoring(scm, document, err);
    if (status == WRT_OK && origin != NULL && !wrt_json_is(origin, WRT_JSON_OBJECT))
        status = wrt_fail(err, WRT_E_INPUT,
                          "\"origin\" must be an object that says which language model gave the "
                          "tables");
    if (status == WRT_OK && origin != NULL)
        wrt_scm_set_origin(scm, origin);
    return status;
}

static wrt_status read_variables(wrt_scm *scm, const wrt_json *list, wrt_err *err) {
    wrt_status status = WRT_OK;
    size_t index = 0, next = 0;
    if (!wrt_json_is(list, WRT_JSON_ARRAY) || wrt_json_count(list) == 0 ||
        wrt_json_count(list) > WRT_SCM_VARIABLES_MAX)
        return wrt_fail(err, WRT_E_INPUT, "\"variables\" must list 1 to %d variables",
                        WRT_SCM_VARIABLES_MAX);
    WRT_JSON_EACH(item, list)
    if (status == WRT_OK)
        status = read_variable(scm, item, err);
    WRT_JSON_EACH(item, list)
    if (status == WRT_OK)
        status = read_parents(&scm->variables[index++], scm, item, err);
    if (status == WRT_OK)
        status = wrt_scm_check_acyclic(scm, err);
    WRT_JSON_EACH(item, list)
    if (status == WRT_OK)
        status = read_mechanism(scm, next++, item, err);
    return status;
}

wrt_status wrt_scm_parse(wrt_scm **out, const wrt_json *document, wrt_err *err) {
    wrt_scm *scm = wrt_scm_new();
    *out = NULL;
    wrt_status status = read_head(scm, document, err);
    if (status == WRT_OK)
        status = read_variables(scm, wrt_json_get(document, "variables"), err);
    if (status == WRT_OK)
        status = read_role_of(&scm->treatment, scm, document, "treatment", err);
    if (status == WRT_OK)
        status = read_role_of(&scm->outcome, scm, document, "outcome", err);
    if (status == WRT_OK)
        status = wrt_scm_finish(scm, err);
    if (status == WRT_OK)
        *out = scm;
    else
        wrt_scm_free(scm);
    return status;
}
