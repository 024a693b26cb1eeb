/* fuzz_table.c: any bytes as a table, and any table as a study.
 *
 * The first byte is the separator that the options ask for (any but ',', ';' and tab: by rule). A
 * table that is read has to keep what its header says, and when it has four columns or more, they
 * take the roles of treatment, outcome, covariate and covariate. */
#include "effect/study.h"

#include <math.h>
#include <stdlib.h>

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_column(const wrt_table *table, size_t index) {
    const wrt_column *c = wrt_table_column(table, index);
    size_t cells =
               c->n_missing + c->n_integers + c->n_reals + c->n_dates + c->n_booleans + c->n_texts,
           missing = 0;
    check(cells == wrt_table_rows(table));
    check((c->kind == WRT_COLUMN_TEXT) == (c->values == NULL));
    for (size_t row = 0; c->values != NULL && row < wrt_table_rows(table); row++) {
        missing += wrt_table_is_missing(table, row, index);
        check(isnan(c->values[row]) || isfinite(c->values[row]));
        if (c->kind == WRT_COLUMN_NOMINAL && !isnan(c->values[row]))
            check((size_t)c->values[row] < wrt_levels_count(c->levels));
    }
    check(c->values == NULL || missing == c->n_missing);
}

static void try_study(const wrt_table *table) {
    const char *covariates[2] = {wrt_table_column_name(table, 2), wrt_table_column_name(table, 3)};
    wrt_roles roles = {.treatment = wrt_table_column_name(table, 0),
                       .outcome = wrt_table_column_name(table, 1),
                       .adjust = {covariates, 2},
                       .modifier = covariates[1]};
    wrt_study study;
    wrt_err err = {0};
    if (wrt_study_build(&study, table, &roles, &err) != WRT_OK)
        return;
    check(study.n >= 2 * WRT_STUDY_ARM_MIN || !study.treatment_is_binary);
    for (size_t i = 0; i < study.n * study.covariates.columns; i++)
        check(isfinite(study.covariates.values[i]));
    wrt_study_free(&study);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    char asked = (char)data[0];
    wrt_table_options options = {0};
    if (asked == ',' || asked == ';' || asked == '\t')
        options.separator = asked;
    wrt_table *table = NULL;
    wrt_err err = {0};
    wrt_str text = {(const char *)data + 1, size - 1};
    if (wrt_table_parse_with(&table, "t.csv", text, &options, &err) != WRT_OK) {
        check(table == NULL && err.message[0] != '\0');
        return 0;
    }
    for (size_t i = 0; i < wrt_table_columns(table); i++)
        check_column(table, i);
    if (wrt_table_columns(table) >= 4)
        try_study(table);
    wrt_table_free(table);
    return 0;
}
