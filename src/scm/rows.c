/* rows.c: rows of tables, and how rows are numbered. */
#include "scm/rows.h"

#include <string.h>

wrt_status wrt_scm_row_count(uint64_t *out, const wrt_scm *scm, size_t variable, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, variable);
    *out = 1;
    for (size_t i = 0; i < v->n_parents; i++) {
        size_t n = wrt_scm_variable_at(scm, v->parents[i])->n_values;
        if (*out > WRT_SCM_ROW_NUMBERS_MAX / n)
            return wrt_fail(
                err, WRT_E_LIMIT,
                "variable \"%s\": its parents have more than 2^62 combinations of values", v->name);
        *out *= n;
    }
    return WRT_OK;
}

uint64_t wrt_scm_row_of(const wrt_scm *scm, size_t variable, const uint8_t *unit) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, variable);
    uint64_t row = 0;
    for (size_t i = 0; i < v->n_parents; i++)
        row = row * wrt_scm_variable_at(scm, v->parents[i])->n_values + unit[v->parents[i]];
    return row;
}

void wrt_scm_row_values(uint8_t *out, const wrt_scm *scm, size_t variable, uint64_t number) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, variable);
    for (size_t i = v->n_parents; i-- > 0;) {
        size_t n = wrt_scm_variable_at(scm, v->parents[i])->n_values;
        out[i] = (uint8_t)(number % n);
        number /= n;
    }
}

wrt_status wrt_scm_row_check(const wrt_scm *scm, size_t variable, const uint64_t *numbers, size_t n,
                             wrt_err *err) {
    uint64_t rows = 0;
    if (variable >= wrt_scm_count(scm))
        return wrt_fail(err, WRT_E_INPUT, "there is no variable %zu", variable);
    wrt_status status = wrt_scm_row_count(&rows, scm, variable, err);
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        if (numbers[i] >= rows)
            status =
                wrt_fail(err, WRT_E_INPUT, "variable \"%s\": there is no row %llu",
                         wrt_scm_variable_at(scm, variable)->name, (unsigned long long)numbers[i]);
    return status;
}

static wrt_status ask_tables(double *out, void *ctx, size_t variable, const uint64_t *numbers,
                             size_t n, wrt_err *err) {
    const wrt_scm *scm = ctx;
    wrt_status status = wrt_scm_row_check(scm, variable, numbers, n, err);
    if (status != WRT_OK)
        return status;
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, variable);
    if (v->table == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "variable \"%s\" has phrases: a language model must give its rows",
                        v->name);
    for (size_t i = 0; i < n; i++)
        memcpy(out + i * v->n_values, v->table + (size_t)numbers[i] * v->n_values,
               v->n_values * sizeof *out);
    return WRT_OK;
}

wrt_scm_rows wrt_scm_rows_of_tables(const wrt_scm *scm) {
    /* The const is cast away for the common context only; ask_tables does not write. */
    return (wrt_scm_rows){.ask = ask_tables, .ctx = (void *)scm};
}
