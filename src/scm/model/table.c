/* table.c: tables of P(value | parents) in JSON. */
#include "scm/model/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

wrt_status wrt_scm_table_rows(size_t *rows, const wrt_scm *scm, const wrt_scm_variable *v,
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

wrt_status wrt_scm_make_table(double **out, size_t *rows, wrt_scm *scm, const wrt_scm_variable *v,
                              wrt_err *err) {
    wrt_status status = wrt_scm_table_rows(rows, scm, v, err);
    if (status != WRT_OK)
        return status;
    if (*rows * v->n_values > WRT_SCM_TABLES_MAX - scm->cells)
        return wrt_fail(err, WRT_E_LIMIT,
                        "variable \"%s\": with its table the model's tables hold more than %d "
                        "numbers",
                        v->name, WRT_SCM_TABLES_MAX);
    scm->cells += *rows * v->n_values;
    *out = wrt_arena_calloc(scm->arena, *rows * v->n_values, sizeof **out);
    return WRT_OK;
}

wrt_status wrt_scm_check_row(double *row, const wrt_scm_variable *v, double slack, double *off,
                             wrt_err *err) {
    double sum = 0.0;
    for (size_t i = 0; i < v->n_values; i++) {
        if (!(row[i] >= 0.0 && row[i] <= 1.0))
            return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": a probability is not in [0, 1]",
                            v->name);
        sum += row[i];
    }
    if (fabs(sum - 1.0) > slack)
        return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": a row sums to %.12g, not 1", v->name,
                        sum);
    if (off != NULL && fabs(sum - 1.0) > *off)
        *off = fabs(sum - 1.0);
    for (size_t i = 0; i < v->n_values && fabs(sum - 1.0) > 1e-13; i++)
        row[i] /= sum;
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
    size_t i = 0;
    if (wrt_json_count(p) != v->n_values)
        return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": \"p\" must list %zu probabilities",
                        v->name, v->n_values);
    WRT_JSON_EACH(value, p)
    out[i++] = wrt_json_number(value, -1.0);
    return wrt_scm_check_row(out, v, 1e-9, NULL, err);
}

wrt_status wrt_scm_read_table(wrt_scm_variable *v, wrt_scm *scm, const wrt_json *cpt,
                              wrt_err *err) {
    size_t rows = 0;
    const wrt_json *list = wrt_json_get(cpt, "rows");
    wrt_status status = wrt_scm_table_rows(&rows, scm, v, err);
    if (status != WRT_OK)
        return status;
    if (wrt_json_count(list) != rows)
        return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": the table has %zu rows, it needs %zu",
                        v->name, wrt_json_count(list), rows);
    double *table = NULL;
    status = wrt_scm_make_table(&table, &rows, scm, v, err);
    if (status != WRT_OK)
        return status;
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
