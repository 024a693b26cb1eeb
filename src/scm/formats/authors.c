/* authors.c: see authors.h. */
#include "scm/formats/authors.h"

#include "scm/model/internal.h"

#include <string.h>

static const char list_key[] = "setup_sequence_sample_space";

typedef struct {
    wrt_scm *scm;
    size_t trimmed;
} reader;

bool wrt_scm_is_authors(const wrt_json *document) {
    return wrt_json_is(wrt_json_get(document, list_key), WRT_JSON_ARRAY);
}

static wrt_status fail(wrt_err *err, const wrt_scm_variable *v, const char *what) {
    return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": %s", v->name, what);
}

/* The text without blanks at the ends that are asked for. */
static const char *keep_trimmed(reader *r, const char *text, bool front, bool back) {
    wrt_str whole = wrt_str_of(text), rest = whole;
    while (front && rest.len > 0 && strchr(" \t\r\n", rest.ptr[0]) != NULL)
        rest = (wrt_str){rest.ptr + 1, rest.len - 1};
    while (back && rest.len > 0 && strchr(" \t\r\n", rest.ptr[rest.len - 1]) != NULL)
        rest.len--;
    r->trimmed += rest.len != whole.len;
    return wrt_scm_keep(r->scm, rest);
}

static wrt_status read_values(reader *r, wrt_scm_variable *v, const wrt_json *list, wrt_err *err) {
    size_t n = wrt_json_count(list);
    if (!wrt_json_is(list, WRT_JSON_ARRAY) || n < 2 || n > WRT_SCM_VALUES_MAX)
        return fail(err, v, "\"candidate_set\" must list 2 to 64 texts");
    const char **values = wrt_arena_calloc(r->scm->arena, n, sizeof *values);
    WRT_JSON_EACH(item, list) {
        const char *text = wrt_json_text(item);
        if (text == NULL || strlen(text) > WRT_SCM_TEXT_MAX)
            return fail(err, v, "a candidate is not a text of at most 65536 bytes");
        values[v->n_values++] = keep_trimmed(r, text, true, true);
    }
    v->values = values;
    return WRT_OK;
}

static wrt_status read_phrases(reader *r, wrt_scm_variable *v, const wrt_json *list, wrt_err *err) {
    size_t n = wrt_json_count(list);
    if (!wrt_json_is(list, WRT_JSON_ARRAY) || n == 0 || n > WRT_SCM_PHRASINGS_MAX)
        return fail(err, v, "\"possible_prefix_suffix_pairs\" must list 1 to 1024 pairs");
    wrt_scm_phrasing *phrasings = wrt_arena_calloc(r->scm->arena, n, sizeof *phrasings);
    v->phrasings = phrasings;
    WRT_JSON_EACH(pair, list) {
        const char *prefix = wrt_json_text(wrt_json_at(pair, 0));
        const char *suffix = wrt_json_text(wrt_json_at(pair, 1));
        if (!wrt_json_is(pair, WRT_JSON_ARRAY) || wrt_json_count(pair) != 2 || prefix == NULL ||
            suffix == NULL || strlen(prefix) + strlen(suffix) > WRT_SCM_TEXT_MAX)
            return fail(err, v, "a pair must be [prefix, suffix], both texts");
        phrasings[v->n_phrasings++] =
            (wrt_scm_phrasing){.before = keep_trimmed(r, prefix, true, false),
                               .after = keep_trimmed(r, suffix, false, true)};
    }
    return WRT_OK;
}

/* An index below n, or false. */
static bool read_index(size_t *out, const wrt_json *value, size_t n) {
    double number = wrt_json_number(value, -1.0);
    if (!wrt_json_is_integer(value) || number < 0.0 || number >= (double)n)
        return false;
    *out = (size_t)number;
    return true;
}

static wrt_status read_parents(reader *r, wrt_scm_variable *v, const wrt_json *list, size_t self,
                               wrt_err *err) {
    size_t n = wrt_json_count(list);
    if (list != NULL && !wrt_json_is(list, WRT_JSON_NULL) && !wrt_json_is(list, WRT_JSON_ARRAY))
        return fail(err, v, "\"parent_indices\" must be null or a list of indices");
    if (n > self)
        return fail(err, v, "it has more parents than variables come before it");
    size_t *parents = wrt_arena_calloc(r->scm->arena, n, sizeof *parents);
    WRT_JSON_EACH(item, list)
    if (!read_index(&parents[v->n_parents++], item, self))
        return fail(err, v, "a parent's index is not that of a variable before it");
    v->parents = parents;
    return WRT_OK;
}

/* null: the language model; "uniform"; or the index of the one value that is taken. */
static wrt_status read_choice(reader *r, wrt_scm_variable *v, const wrt_json *choice,
                              wrt_err *err) {
    size_t rows = 0, sure = 0;
    double *table = NULL;
    const char *text = wrt_json_text(choice);
    bool is_uniform = text != NULL && strcmp(text, "uniform") == 0;
    if (choice == NULL || wrt_json_is(choice, WRT_JSON_NULL))
        return WRT_OK;
    if (!is_uniform && !read_index(&sure, choice, v->n_values))
        return fail(err, v, "\"intervention_choice\" must be null, \"uniform\" or an index");
    wrt_status status = wrt_scm_make_table(&table, &rows, r->scm, v, err);
    if (status != WRT_OK)
        return status;
    for (size_t i = 0; i < rows * v->n_values; i++)
        table[i] = is_uniform ? 1.0 / (double)v->n_values : (double)(i % v->n_values == sure);
    v->table = table;
    return WRT_OK;
}

static wrt_status read_variable(reader *r, const wrt_json *item, wrt_err *err) {
    wrt_scm_variable *v = NULL;
    size_t self = r->scm->n;
    const char *name = wrt_json_get_text(item, "variable_name", "");
    wrt_status status = wrt_scm_add(&v, r->scm, wrt_str_of(name), err);
    if (status != WRT_OK)
        return status;
    v->role = wrt_json_get_bool(item, "exogenous", false) ? "exogenous" : "endogenous";
    if (!wrt_json_is(wrt_json_get(item, "exogenous"), WRT_JSON_BOOL))
        return fail(err, v, "\"exogenous\" must be true or false");
    status = read_values(r, v, wrt_json_get(item, "candidate_set"), err);
    if (status == WRT_OK)
        status = read_phrases(r, v, wrt_json_get(item, "possible_prefix_suffix_pairs"), err);
    if (status == WRT_OK)
        status = read_parents(r, v, wrt_json_get(item, "parent_indices"), self, err);
    return status == WRT_OK ? read_choice(r, v, wrt_json_get(item, "intervention_choice"), err)
                            : status;
}

static wrt_status read_target(size_t *out, const wrt_scm *scm, const wrt_json *document,
                              const char *index_key, const char *choices_key, wrt_err *err) {
    const wrt_json *index = wrt_json_get(document, index_key);
    size_t ignored = 0;
    if (index == NULL || wrt_json_is(index, WRT_JSON_NULL))
        return WRT_OK;
    if (!read_index(out, index, scm->n))
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" is not the index of a variable", index_key);
    WRT_JSON_EACH(choice, wrt_json_get(document, choices_key))
    if (!read_index(&ignored, choice, scm->variables[*out].n_values))
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" holds what is no index of a value of \"%s\"",
                        choices_key, scm->variables[*out].name);
    return WRT_OK;
}

wrt_status wrt_scm_read_authors(wrt_scm **out, size_t *trimmed, const wrt_json *document,
                                wrt_err *err) {
    reader r = {.scm = wrt_scm_new()};
    wrt_status status = WRT_OK;
    *out = NULL;
    WRT_JSON_EACH(item, wrt_json_get(document, list_key))
    if (status == WRT_OK)
        status = read_variable(&r, item, err);
    if (status == WRT_OK)
        status = read_target(&r.scm->treatment, r.scm, document, "index_of_intervention",
                             "intervention_choices", err);
    if (status == WRT_OK)
        status = read_target(&r.scm->outcome, r.scm, document, "index_of_outcome",
                             "possible_outcome_choices", err);
    if (status == WRT_OK)
        status = wrt_scm_finish(r.scm, err);
    if (trimmed != NULL)
        *trimmed = r.trimmed;
    if (status == WRT_OK)
        *out = r.scm;
    else
        wrt_scm_free(r.scm);
    return status;
}
