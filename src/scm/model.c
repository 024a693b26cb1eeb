/* model.c: reading and ordering a model. All storage is one arena. */
#include "scm/model.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct wrt_scm {
    wrt_arena *arena;
    const char *name;
    wrt_scm_variable variables[WRT_SCM_VARIABLES_MAX];
    size_t n;
};

typedef struct {
    const wrt_json *item; /* the variable's object in the file */
    bool placed;
} draft;

typedef struct {
    wrt_scm *scm;
    draft drafts[WRT_SCM_VARIABLES_MAX];
    size_t n;
} builder;

static const char *name_of(const wrt_json *item) {
    return wrt_json_get_text(item, "name", "?");
}

static const char *copy(wrt_scm *scm, const char *text) {
    return wrt_arena_strdup(scm->arena, text, strlen(text));
}

/* ---- finding */

static bool lookup(size_t *out, const wrt_scm *scm, const char *name) {
    for (size_t i = 0; i < scm->n; i++)
        if (strcmp(scm->variables[i].name, name) == 0) {
            *out = i;
            return true;
        }
    return false;
}

static wrt_status not_among(wrt_err *err, const char *what, const char *name,
                            const char *const *known, size_t n) {
    wrt_buf list = wrt_buf_make(256);
    for (size_t i = 0; i < n && !list.overflow; i++)
        wrt_buf_printf(&list, "%s%s", i > 0 ? ", " : "", known[i]);
    wrt_fail(err, WRT_E_INPUT, "%s \"%s\" is not there; there are: %s", what, name,
             wrt_buf_str(&list).ptr);
    wrt_buf_free(&list);
    return WRT_E_INPUT;
}

wrt_status wrt_scm_find(size_t *out, const wrt_scm *scm, const char *name, wrt_err *err) {
    const char *names[WRT_SCM_VARIABLES_MAX];
    if (lookup(out, scm, name))
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

/* ---- parts of a variable */

static wrt_status read_values(wrt_scm_variable *v, wrt_scm *scm, const wrt_json *item,
                              wrt_err *err) {
    const wrt_json *list = wrt_json_get(item, "values");
    size_t n = wrt_json_count(list);
    if (n < 2 || n > WRT_SCM_VALUES_MAX)
        return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": \"values\" must list 2 to %d texts",
                        v->name, WRT_SCM_VALUES_MAX);
    const char **values = wrt_arena_calloc(scm->arena, n, sizeof *values);
    WRT_JSON_EACH(value, list) {
        if (wrt_json_text(value) == NULL)
            return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": a value is not a text", v->name);
        for (size_t i = 0; i < v->n_values; i++)
            if (strcmp(values[i], wrt_json_text(value)) == 0)
                return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": the value \"%s\" is repeated",
                                v->name, values[i]);
        values[v->n_values++] = copy(scm, wrt_json_text(value));
    }
    v->values = values;
    return WRT_OK;
}

static void read_parents(wrt_scm_variable *v, wrt_scm *scm, const wrt_json *item) {
    const wrt_json *list = wrt_json_get(item, "parents");
    size_t *parents = wrt_arena_calloc(scm->arena, wrt_json_count(list), sizeof *parents);
    WRT_JSON_EACH(parent, list)
    (void)lookup(&parents[v->n_parents++], scm, wrt_json_text(parent));
    v->parents = parents;
}

/* ---- tables */

static wrt_status count_rows(size_t *rows, const wrt_scm *scm, const wrt_scm_variable *v,
                             wrt_err *err) {
    *rows = 1;
    for (size_t i = 0; i < v->n_parents; i++) {
        *rows *= scm->variables[v->parents[i]].n_values;
        if (*rows > WRT_SCM_ROWS_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "variable \"%s\": its table needs more than %d rows",
                            v->name, WRT_SCM_ROWS_MAX);
    }
    return WRT_OK;
}

/* Which row of the table this one is: from its parents' values. */
static wrt_status row_index(size_t *out, const wrt_scm *scm, const wrt_scm_variable *v,
                            const wrt_json *row, wrt_err *err) {
    *out = 0;
    if (wrt_json_count(row) != v->n_parents + 1)
        return wrt_fail(err, WRT_E_INPUT,
                        "variable \"%s\": a row must hold \"p\" and each parent, nothing else",
                        v->name);
    for (size_t i = 0; i < v->n_parents; i++) {
        const wrt_scm_variable *parent = &scm->variables[v->parents[i]];
        size_t value = 0;
        wrt_status status = wrt_scm_find_value(
            &value, scm, v->parents[i], wrt_json_get_text(row, parent->name, "(absent)"), err);
        if (status != WRT_OK) {
            wrt_err_prefix(err, "variable \"%s\"", v->name);
            return status;
        }
        *out = *out * parent->n_values + value;
    }
    return WRT_OK;
}

static wrt_status read_row(double *out, const wrt_scm_variable *v, const wrt_json *row,
                           wrt_err *err) {
    const wrt_json *p = wrt_json_get(row, "p");
    double sum = 0.0;
    size_t i = 0;
    if (wrt_json_count(p) != v->n_values)
        return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": \"p\" must list %zu probabilities",
                        v->name, v->n_values);
    WRT_JSON_EACH(value, p) {
        out[i] = wrt_json_number(value, -1.0);
        if (!(out[i] >= 0.0 && out[i] <= 1.0))
            return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": a probability is not in [0, 1]",
                            v->name);
        sum += out[i++];
    }
    if (fabs(sum - 1.0) > 1e-9)
        return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": a row sums to %.12g, not 1", v->name,
                        sum);
    return WRT_OK;
}

static wrt_status read_table(wrt_scm_variable *v, wrt_scm *scm, const wrt_json *cpt, wrt_err *err) {
    size_t rows = 0;
    const wrt_json *list = wrt_json_get(cpt, "rows");
    wrt_status status = count_rows(&rows, scm, v, err);
    if (status != WRT_OK)
        return status;
    if (wrt_json_count(list) != rows)
        return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": the table has %zu rows, it needs %zu",
                        v->name, wrt_json_count(list), rows);
    double *table = wrt_arena_calloc(scm->arena, rows * v->n_values, sizeof *table);
    bool *seen = wrt_arena_calloc(scm->arena, rows, sizeof *seen);
    WRT_JSON_EACH(row, list) {
        size_t index = 0;
        status = row_index(&index, scm, v, row, err);
        if (status == WRT_OK && seen[index])
            status = wrt_fail(err, WRT_E_INPUT, "variable \"%s\": a row is repeated", v->name);
        if (status == WRT_OK)
            status = read_row(&table[index * v->n_values], v, row, err);
        if (status != WRT_OK)
            return status;
        seen[index] = true;
    }
    v->table = table;
    return WRT_OK;
}

static wrt_status place(builder *b, draft *d, wrt_err *err) {
    wrt_scm *scm = b->scm;
    wrt_scm_variable *v = &scm->variables[scm->n];
    v->name = copy(scm, name_of(d->item));
    v->role = copy(scm, wrt_json_get_text(d->item, "role", "endogenous"));
    if (strcmp(v->role, "exogenous") != 0 && strcmp(v->role, "endogenous") != 0 &&
        strcmp(v->role, "hidden") != 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "variable \"%s\": \"role\" is exogenous, endogenous or hidden", v->name);
    wrt_status status = read_values(v, scm, d->item, err);
    read_parents(v, scm, d->item);
    const wrt_json *cpt = wrt_json_get(d->item, "cpt");
    bool has_phrases = wrt_json_count(wrt_json_get(d->item, "phrases")) > 0;
    if (status == WRT_OK && (cpt != NULL) == has_phrases)
        status = wrt_fail(err, WRT_E_INPUT, "variable \"%s\" needs either \"cpt\" or \"phrases\"",
                          v->name);
    if (status == WRT_OK && cpt != NULL)
        status = read_table(v, scm, cpt, err);
    d->placed = true;
    scm->n++;
    return status;
}

/* ---- order */

static bool is_ready(const builder *b, const wrt_json *item) {
    size_t index = 0;
    WRT_JSON_EACH(parent, wrt_json_get(item, "parents"))
    if (!lookup(&index, b->scm, wrt_json_text(parent)))
        return false;
    return true;
}

static const draft *draft_of(const builder *b, const char *name) {
    for (size_t i = 0; i < b->n; i++)
        if (strcmp(name_of(b->drafts[i].item), name) == 0)
            return &b->drafts[i];
    return NULL;
}

/* Walks from an unplaced variable to an unplaced parent until one comes back: that is a cycle. */
static wrt_status report_cycle(const builder *b, wrt_err *err) {
    bool seen[WRT_SCM_VARIABLES_MAX] = {false};
    const draft *at = b->drafts;
    while (at->placed)
        at++;
    for (;;) {
        if (seen[at - b->drafts])
            break;
        seen[at - b->drafts] = true;
        WRT_JSON_EACH(parent, wrt_json_get(at->item, "parents")) {
            const draft *next = draft_of(b, wrt_json_text(parent));
            if (!next->placed) {
                at = next;
                break;
            }
        }
    }
    wrt_buf text = wrt_buf_make(400);
    const draft *start = at;
    do {
        wrt_buf_printf(&text, "%s <- ", name_of(at->item));
        WRT_JSON_EACH(parent, wrt_json_get(at->item, "parents")) {
            const draft *next = draft_of(b, wrt_json_text(parent));
            if (!next->placed && seen[next - b->drafts]) {
                at = next;
                break;
            }
        }
    } while (at != start && !text.overflow);
    wrt_fail(err, WRT_E_INPUT, "the variables form a cycle: %s%s", wrt_buf_str(&text).ptr,
             name_of(start->item));
    wrt_buf_free(&text);
    return WRT_E_INPUT;
}

static wrt_status place_all(builder *b, wrt_err *err) {
    while (b->scm->n < b->n) {
        size_t before = b->scm->n;
        for (size_t i = 0; i < b->n; i++) {
            draft *d = &b->drafts[i];
            if (d->placed || !is_ready(b, d->item))
                continue;
            wrt_status status = place(b, d, err);
            if (status != WRT_OK)
                return status;
            break; /* back to the first variable of the file: ties are kept in its order */
        }
        if (b->scm->n == before)
            return report_cycle(b, err);
    }
    return WRT_OK;
}

/* ---- document */

static wrt_status check_parents(const builder *b, const wrt_json *item, wrt_err *err) {
    WRT_JSON_EACH(parent, wrt_json_get(item, "parents")) {
        const char *name = wrt_json_text(parent);
        if (name == NULL || draft_of(b, name) == NULL)
            return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": unknown parent \"%s\"",
                            name_of(item), name != NULL ? name : "(not a text)");
    }
    return WRT_OK;
}

static wrt_status collect(builder *b, const wrt_json *document, wrt_err *err) {
    const wrt_json *list = wrt_json_get(document, "variables");
    if (strcmp(wrt_json_get_text(document, "schema", ""), "warrant/scm/1") != 0)
        return wrt_fail(err, WRT_E_INPUT, "\"schema\" must be \"warrant/scm/1\"");
    if (wrt_json_count(list) == 0 || wrt_json_count(list) > WRT_SCM_VARIABLES_MAX)
        return wrt_fail(err, WRT_E_INPUT, "\"variables\" must list 1 to %d variables",
                        WRT_SCM_VARIABLES_MAX);
    WRT_JSON_EACH(item, list) {
        const char *name = wrt_json_get_text(item, "name", "");
        if (*name == '\0' || draft_of(b, name) != NULL)
            return wrt_fail(err, WRT_E_INPUT, "variable names must be present and unique: \"%s\"",
                            name);
        b->drafts[b->n++].item = item;
    }
    for (size_t i = 0; i < b->n; i++) {
        wrt_status status = check_parents(b, b->drafts[i].item, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

wrt_status wrt_scm_parse(wrt_scm **out, const wrt_json *document, wrt_err *err) {
    *out = NULL;
    wrt_arena *arena = wrt_arena_new();
    wrt_scm *scm = wrt_calloc(1, sizeof *scm);
    builder *b = wrt_arena_alloc(arena, sizeof *b);
    scm->arena = arena;
    b->scm = scm;
    scm->name = copy(scm, wrt_json_get_text(document, "name", ""));
    wrt_status status = collect(b, document, err);
    if (status == WRT_OK)
        status = place_all(b, err);
    if (status == WRT_OK)
        *out = scm;
    else
        wrt_scm_free(scm);
    return status;
}

void wrt_scm_free(wrt_scm *scm) {
    if (scm == NULL)
        return;
    wrt_arena_free(scm->arena);
    free(scm);
}

const char *wrt_scm_name(const wrt_scm *scm) {
    return scm->name;
}

size_t wrt_scm_count(const wrt_scm *scm) {
    return scm->n;
}

const wrt_scm_variable *wrt_scm_variable_at(const wrt_scm *scm, size_t index) {
    return &scm->variables[index];
}

wrt_json *wrt_scm_describe(const wrt_scm *scm) {
    wrt_json *out = wrt_json_new_object(), *list = wrt_json_new_array();
    for (size_t i = 0; i < scm->n; i++) {
        const wrt_scm_variable *v = &scm->variables[i];
        wrt_json *item = wrt_json_new_object(), *values = wrt_json_new_array();
        wrt_json *parents = wrt_json_new_array();
        for (size_t j = 0; j < v->n_values; j++)
            wrt_json_push_text(values, v->values[j]);
        for (size_t j = 0; j < v->n_parents; j++)
            wrt_json_push_text(parents, scm->variables[v->parents[j]].name);
        wrt_json_set_text(item, "name", v->name);
        wrt_json_set_text(item, "role", v->role);
        wrt_json_set(item, "values", values);
        wrt_json_set(item, "parents", parents);
        wrt_json_set_text(item, "mechanism", v->table != NULL ? "cpt" : "phrases");
        wrt_json_push(list, item);
    }
    wrt_json_set_text(out, "name", scm->name);
    wrt_json_set(out, "variables", list);
    return out;
}
