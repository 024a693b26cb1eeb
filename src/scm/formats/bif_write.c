/* bif_write.c: tables as rows, one for each combination of the parents' values. */
#include "scm/formats/bif.h"
#include "scm/model/internal.h"
#include "scm/rows.h"

#include <string.h>

static bool is_plain(const char *name) {
    if (strstr(name, "//") != NULL || strstr(name, "/*") != NULL)
        return false;
    for (const char *p = name; *p != '\0'; p++)
        if (strchr(" \t\r\n\f\v{}()[],;|", *p) != NULL)
            return false;
    return true;
}

static void add_name(wrt_buf *out, const char *name) {
    wrt_buf_printf(out, is_plain(name) ? "%s" : "\"%s\"", name);
}

static void add_variable(wrt_buf *out, const wrt_scm_variable *v) {
    wrt_buf_add_c(out, "variable ");
    add_name(out, v->name);
    wrt_buf_printf(out, " {\n  type discrete [ %zu ] { ", v->n_values);
    for (size_t k = 0; k < v->n_values; k++) {
        wrt_buf_add_c(out, k > 0 ? ", " : "");
        add_name(out, v->values[k]);
    }
    wrt_buf_add_c(out, " };\n}\n");
}

static void add_numbers(wrt_buf *out, const double *row, size_t n) {
    char number[32];
    for (size_t k = 0; k < n; k++) {
        wrt_json_format_number(number, row[k]);
        wrt_buf_printf(out, "%s%s", k > 0 ? ", " : "", number);
    }
    wrt_buf_add_c(out, ";\n");
}

static void add_row(wrt_buf *out, const wrt_scm *scm, size_t variable, size_t row) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, variable);
    uint8_t values[WRT_SCM_VARIABLES_MAX];
    wrt_scm_row_values(values, scm, variable, row);
    wrt_buf_add_c(out, v->n_parents > 0 ? "  (" : "  table ");
    for (size_t j = 0; j < v->n_parents; j++) {
        wrt_buf_add_c(out, j > 0 ? ", " : "");
        add_name(out, wrt_scm_variable_at(scm, v->parents[j])->values[values[j]]);
    }
    wrt_buf_add_c(out, v->n_parents > 0 ? ") " : "");
    add_numbers(out, v->table + row * v->n_values, v->n_values);
}

static void add_probability(wrt_buf *out, const wrt_scm *scm, size_t variable) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, variable);
    size_t rows = 0;
    (void)wrt_scm_table_rows(&rows, scm, v, NULL);
    wrt_buf_add_c(out, "probability ( ");
    add_name(out, v->name);
    for (size_t j = 0; j < v->n_parents; j++) {
        wrt_buf_add_c(out, j == 0 ? " | " : ", ");
        add_name(out, wrt_scm_variable_at(scm, v->parents[j])->name);
    }
    wrt_buf_add_c(out, " ) {\n");
    for (size_t row = 0; row < rows; row++)
        add_row(out, scm, variable, row);
    wrt_buf_add_c(out, "}\n");
}

static wrt_status check_name(const char *name, wrt_err *err) {
    return strchr(name, '"') == NULL
               ? WRT_OK
               : wrt_fail(err, WRT_E_UNSUPPORTED,
                          "BIF cannot write '%.100s', which holds a quote; write JSON", name);
}

static wrt_status check_writable(const wrt_scm_variable *v, wrt_err *err) {
    wrt_status status = check_name(v->name, err);
    for (size_t k = 0; k < v->n_values && status == WRT_OK; k++)
        status = check_name(v->values[k], err);
    if (status == WRT_OK && v->table == NULL)
        status = wrt_fail(err, WRT_E_UNSUPPORTED,
                          "variable \"%s\" has no table, and BIF knows nothing else; compile the "
                          "model first",
                          v->name);
    return status;
}

wrt_status wrt_scm_write_bif(wrt_buf *out, const wrt_scm *scm, wrt_err *err) {
    size_t n = wrt_scm_count(scm);
    wrt_status status = check_name(wrt_scm_name(scm), err);
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = check_writable(wrt_scm_variable_at(scm, i), err);
    if (status != WRT_OK)
        return status;
    wrt_buf_add_c(out, "network ");
    add_name(out, wrt_scm_name(scm)[0] == '\0' ? "unnamed" : wrt_scm_name(scm));
    wrt_buf_add_c(out, " {\n");
    if (wrt_scm_is_model_implied(scm))
        wrt_buf_add_c(out, "  property model_implied \"by a language model; not evidence\";\n");
    wrt_buf_add_c(out, "}\n");
    for (size_t i = 0; i < n; i++)
        add_variable(out, wrt_scm_variable_at(scm, i));
    for (size_t i = 0; i < n; i++)
        add_probability(out, scm, i);
    return out->overflow
               ? wrt_fail(err, WRT_E_LIMIT, "the BIF text is longer than %zu bytes", out->cap)
               : WRT_OK;
}
