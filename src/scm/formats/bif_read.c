/* bif_read.c: block by block; nothing recurses. All variables come before a probability block names
 * them, as the format demands. */
#include "scm/formats/bif.h"

#include "scm/formats/bif_lex.h"
#include "scm/model/internal.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 1 << 26 };

typedef struct {
    wrt_bif_lex lex;
    wrt_scm *scm;
    double *off;
    bool is_implied; /* a property says that a language model gave the tables */
    wrt_err *err;
} reader;

/* The rows of one probability block while they come. */
typedef struct {
    wrt_scm_variable *v;
    size_t rows;
    double *table;  /* rows * n_values */
    bool *seen;     /* by row */
    double *others; /* the default row, NULL when there is none */
} family;

static wrt_status fail(const reader *r, const char *name, const char *what) {
    return wrt_fail(r->err, WRT_E_INPUT, "line %d: variable \"%.100s\": %s", r->lex.line, name,
                    what);
}

/* Reads up to the semicolon. */
static wrt_status skip_property(reader *r) {
    bool is_first = true;
    for (wrt_bif_next(&r->lex); !wrt_bif_is_sign(&r->lex, ';'); wrt_bif_next(&r->lex)) {
        if (wrt_bif_at_end(&r->lex))
            return wrt_bif_unexpected(&r->lex, "';' behind a property", r->err);
        if (is_first && wrt_bif_is_word(&r->lex, "model_implied"))
            r->is_implied = true;
        is_first = false;
    }
    return wrt_bif_pass(&r->lex, ';', r->err);
}

/* ---- network and variables */

static wrt_status read_network(reader *r) {
    wrt_bif_next(&r->lex);
    if (r->lex.is_word) {
        r->scm->name = wrt_scm_keep(r->scm, r->lex.token);
        wrt_bif_next(&r->lex);
    }
    wrt_status status = wrt_bif_pass(&r->lex, '{', r->err);
    while (status == WRT_OK && wrt_bif_is_word(&r->lex, "property"))
        status = skip_property(r);
    return status == WRT_OK ? wrt_bif_pass(&r->lex, '}', r->err) : status;
}

/* { value, ... } */
static wrt_status read_values(reader *r, wrt_scm_variable *v) {
    const char *values[WRT_SCM_VALUES_MAX];
    wrt_status status = wrt_bif_pass(&r->lex, '{', r->err);
    while (status == WRT_OK && r->lex.is_word) {
        if (v->n_values == WRT_SCM_VALUES_MAX)
            return wrt_fail(r->err, WRT_E_LIMIT,
                            "line %d: variable \"%.100s\" has more than %d values", r->lex.line,
                            v->name, WRT_SCM_VALUES_MAX);
        values[v->n_values++] = wrt_scm_keep(r->scm, r->lex.token);
        wrt_bif_next(&r->lex);
        if (!wrt_bif_is_sign(&r->lex, ','))
            break;
        wrt_bif_next(&r->lex);
    }
    if (status == WRT_OK)
        status = wrt_bif_pass(&r->lex, '}', r->err);
    const char **kept = wrt_arena_calloc(r->scm->arena, v->n_values, sizeof *kept);
    if (v->n_values > 0)
        memcpy(kept, values, v->n_values * sizeof *kept);
    v->values = kept;
    return status;
}

/* type discrete [ n ] { ... } ; */
static wrt_status read_type(reader *r, wrt_scm_variable *v) {
    int64_t n = 0;
    wrt_bif_next(&r->lex);
    if (!wrt_bif_is_word(&r->lex, "discrete"))
        return wrt_bif_unexpected(&r->lex, "discrete", r->err);
    wrt_bif_next(&r->lex);
    wrt_status status = wrt_bif_pass(&r->lex, '[', r->err);
    if (status == WRT_OK && (!r->lex.is_word || !wrt_str_to_int64(&n, r->lex.token)))
        status = wrt_bif_unexpected(&r->lex, "the number of values", r->err);
    if (status != WRT_OK)
        return status;
    wrt_bif_next(&r->lex);
    status = wrt_bif_pass(&r->lex, ']', r->err);
    if (status == WRT_OK && v->n_values > 0)
        status = fail(r, v->name, "its type stands twice");
    if (status == WRT_OK)
        status = read_values(r, v);
    if (status == WRT_OK)
        status = wrt_bif_pass(&r->lex, ';', r->err);
    if (status == WRT_OK && n != (int64_t)v->n_values)
        status = fail(r, v->name, "the number of values is not the one announced");
    return status == WRT_OK ? wrt_scm_check_values(v, r->err) : status;
}

static wrt_status read_variable(reader *r) {
    wrt_scm_variable *v = NULL;
    wrt_bif_next(&r->lex);
    if (!r->lex.is_word)
        return wrt_bif_unexpected(&r->lex, "the name of a variable", r->err);
    wrt_status status = wrt_scm_add(&v, r->scm, r->lex.token, r->err);
    if (status != WRT_OK) {
        wrt_err_prefix(r->err, "line %d", r->lex.line);
        return status;
    }
    wrt_bif_next(&r->lex);
    status = wrt_bif_pass(&r->lex, '{', r->err);
    while (status == WRT_OK && !wrt_bif_is_sign(&r->lex, '}')) {
        if (wrt_bif_is_word(&r->lex, "type"))
            status = read_type(r, v);
        else if (wrt_bif_is_word(&r->lex, "property"))
            status = skip_property(r);
        else
            status = wrt_bif_unexpected(&r->lex, "type, property or '}'", r->err);
    }
    if (status == WRT_OK && v->n_values == 0)
        status = fail(r, v->name, "it has no type");
    return status == WRT_OK ? wrt_bif_pass(&r->lex, '}', r->err) : status;
}

/* ---- probabilities */

static wrt_status read_known(size_t *out, reader *r) {
    if (!r->lex.is_word)
        return wrt_bif_unexpected(&r->lex, "the name of a variable", r->err);
    if (!wrt_scm_lookup(out, r->scm, r->lex.token))
        return wrt_bif_unexpected(&r->lex, "a variable declared before", r->err);
    wrt_bif_next(&r->lex);
    return WRT_OK;
}

/* ( CHILD | PARENT, ... ) */
static wrt_status read_head(family *f, reader *r) {
    size_t parents[WRT_SCM_VARIABLES_MAX];
    size_t child = 0, n = 0;
    wrt_bif_next(&r->lex);
    wrt_status status = wrt_bif_pass(&r->lex, '(', r->err);
    if (status == WRT_OK)
        status = read_known(&child, r);
    bool more = status == WRT_OK && wrt_bif_is_sign(&r->lex, '|');
    while (more && status == WRT_OK) {
        wrt_bif_next(&r->lex);
        if (n == WRT_SCM_VARIABLES_MAX)
            return wrt_fail(r->err, WRT_E_LIMIT, "line %d: more than %d parents", r->lex.line,
                            WRT_SCM_VARIABLES_MAX);
        status = read_known(&parents[n++], r);
        more = wrt_bif_is_sign(&r->lex, ',');
    }
    if (status == WRT_OK)
        status = wrt_bif_pass(&r->lex, ')', r->err);
    if (status != WRT_OK)
        return status;
    f->v = &r->scm->variables[child];
    if (f->v->table != NULL)
        return fail(r, f->v->name, "it has a second probability block");
    size_t *kept = wrt_arena_calloc(r->scm->arena, n, sizeof *kept);
    if (n > 0)
        memcpy(kept, parents, n * sizeof *kept);
    f->v->parents = kept;
    f->v->n_parents = n;
    return WRT_OK;
}

/* n numbers and a semicolon. */
static wrt_status read_numbers(double *out, size_t n, reader *r, const family *f) {
    for (size_t i = 0; i < n; i++) {
        if (!r->lex.is_word || !wrt_str_to_double(&out[i], r->lex.token))
            return wrt_bif_unexpected(&r->lex, "a probability", r->err);
        wrt_bif_next(&r->lex);
        if (wrt_bif_is_sign(&r->lex, ',') && i + 1 < n)
            wrt_bif_next(&r->lex);
    }
    if (!wrt_bif_is_sign(&r->lex, ';'))
        return fail(r, f->v->name, "a row or table holds more numbers than there are values");
    return wrt_bif_pass(&r->lex, ';', r->err);
}

/* The child's values are the slowest index here and the fastest in a table of ours. */
static wrt_status read_table(family *f, reader *r) {
    size_t k = f->v->n_values;
    double *flat = wrt_calloc(f->rows * k, sizeof *flat);
    wrt_bif_next(&r->lex);
    wrt_status status = read_numbers(flat, f->rows * k, r, f);
    for (size_t row = 0; row < f->rows && status == WRT_OK; row++) {
        if (f->seen[row])
            status = fail(r, f->v->name, "a row is repeated");
        f->seen[row] = true;
        for (size_t value = 0; value < k; value++)
            f->table[row * k + value] = flat[value * f->rows + row];
    }
    free(flat);
    return status;
}

static wrt_status read_default(family *f, reader *r) {
    wrt_bif_next(&r->lex);
    if (f->others != NULL)
        return fail(r, f->v->name, "a second default");
    f->others = wrt_arena_calloc(r->scm->arena, f->v->n_values, sizeof *f->others);
    return read_numbers(f->others, f->v->n_values, r, f);
}

/* (value, ...) p, ...; */
static wrt_status read_row(family *f, reader *r) {
    size_t row = 0;
    wrt_status status = wrt_bif_pass(&r->lex, '(', r->err);
    for (size_t j = 0; j < f->v->n_parents && status == WRT_OK; j++) {
        const wrt_scm_variable *parent = &r->scm->variables[f->v->parents[j]];
        size_t value = 0;
        while (value < parent->n_values && !wrt_str_equal_c(r->lex.token, parent->values[value]))
            value++;
        if (!r->lex.is_word || value == parent->n_values)
            return wrt_bif_unexpected(&r->lex, "a value of each parent, in their order", r->err);
        row = row * parent->n_values + value;
        wrt_bif_next(&r->lex);
        if (j + 1 < f->v->n_parents)
            status = wrt_bif_pass(&r->lex, ',', r->err);
    }
    if (status == WRT_OK)
        status = wrt_bif_pass(&r->lex, ')', r->err);
    if (status == WRT_OK && f->seen[row])
        status = fail(r, f->v->name, "a row is repeated");
    if (status != WRT_OK)
        return status;
    f->seen[row] = true;
    return read_numbers(f->table + row * f->v->n_values, f->v->n_values, r, f);
}

static wrt_status finish_rows(family *f, reader *r) {
    size_t k = f->v->n_values;
    wrt_status status = WRT_OK;
    for (size_t row = 0; row < f->rows && status == WRT_OK; row++) {
        if (!f->seen[row] && f->others == NULL)
            return fail(r, f->v->name, "a row is missing and there is no default");
        if (!f->seen[row])
            memcpy(f->table + row * k, f->others, k * sizeof *f->table);
        status = wrt_scm_check_row(f->table + row * k, f->v, WRT_SCM_BIF_SLACK, r->off, r->err);
    }
    if (status != WRT_OK)
        wrt_err_prefix(r->err, "line %d", r->lex.line);
    f->v->table = f->table;
    return status;
}

static wrt_status read_rows(family *f, reader *r) {
    wrt_status status = WRT_OK;
    while (status == WRT_OK && !wrt_bif_is_sign(&r->lex, '}')) {
        if (wrt_bif_is_word(&r->lex, "table"))
            status = read_table(f, r);
        else if (wrt_bif_is_word(&r->lex, "default"))
            status = read_default(f, r);
        else if (wrt_bif_is_sign(&r->lex, '('))
            status = read_row(f, r);
        else if (wrt_bif_is_word(&r->lex, "property"))
            status = skip_property(r);
        else
            status = wrt_bif_unexpected(&r->lex, "table, default, a row, property or '}'", r->err);
    }
    return status;
}

static wrt_status read_probability(reader *r) {
    family f = {0};
    wrt_status status = read_head(&f, r);
    if (status == WRT_OK)
        status = wrt_bif_pass(&r->lex, '{', r->err);
    if (status == WRT_OK)
        status = wrt_scm_make_table(&f.table, &f.rows, r->scm, f.v, r->err);
    if (status != WRT_OK)
        return status;
    f.seen = wrt_arena_calloc(r->scm->arena, f.rows, sizeof *f.seen);
    status = read_rows(&f, r);
    if (status == WRT_OK)
        status = wrt_bif_pass(&r->lex, '}', r->err);
    return status == WRT_OK ? finish_rows(&f, r) : status;
}

/* ---- the file */

static wrt_status read_blocks(reader *r) {
    wrt_status status = WRT_OK;
    while (status == WRT_OK && !wrt_bif_at_end(&r->lex)) {
        if (wrt_bif_is_word(&r->lex, "network"))
            status = read_network(r);
        else if (wrt_bif_is_word(&r->lex, "variable"))
            status = read_variable(r);
        else if (wrt_bif_is_word(&r->lex, "probability"))
            status = read_probability(r);
        else
            status = wrt_bif_unexpected(&r->lex, "network, variable or probability", r->err);
    }
    if (status == WRT_OK && r->lex.is_open)
        status = wrt_bif_unexpected(&r->lex, "the end of a comment or quote", r->err);
    for (size_t i = 0; i < r->scm->n && status == WRT_OK; i++)
        if (r->scm->variables[i].table == NULL)
            status = fail(r, r->scm->variables[i].name, "it has no probability block");
    return status;
}

wrt_status wrt_scm_read_bif(wrt_scm **out, double *off, wrt_str text, wrt_err *err) {
    double ignored = 0.0;
    *out = NULL;
    if (text.len > BYTES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the BIF text is longer than %d bytes", BYTES_MAX);
    if (!wrt_utf8_valid(text) || (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL))
        return wrt_fail(err, WRT_E_INPUT, "the BIF text is not valid UTF-8 without U+0000");
    reader r = {.lex = wrt_bif_lex_make(text),
                .scm = wrt_scm_new(),
                .off = off != NULL ? off : &ignored,
                .err = err};
    *r.off = 0.0;
    wrt_status status = read_blocks(&r);
    if (status == WRT_OK && r.is_implied)
        wrt_scm_set_origin(r.scm, NULL);
    if (status == WRT_OK)
        status = wrt_scm_finish(r.scm, err);
    if (status == WRT_OK)
        *out = r.scm;
    else
        wrt_scm_free(r.scm);
    return status;
}

bool wrt_scm_is_bif(wrt_str text) {
    wrt_bif_lex lex = wrt_bif_lex_make(text);
    return wrt_bif_is_word(&lex, "network") || wrt_bif_is_word(&lex, "variable");
}
