/* two_values.c: see two_values.h. */
#include "effect/data/two_values.h"

#include "base/json.h"
#include "effect/data/cell.h"

#include <strings.h>

bool wrt_two_values_code(double *out, const wrt_column *column, const char *level) {
    wrt_str text = wrt_str_trim(wrt_str_of(level));
    if (column->kind == WRT_COLUMN_NOMINAL) {
        size_t number;
        if (!wrt_levels_find(&number, column->levels, text))
            return false;
        *out = (double)number;
        return true;
    }
    return wrt_cell_read(out, text) != WRT_CELL_TEXT;
}

const char *wrt_two_values_text(const wrt_column *column, double value, wrt_arena *arena) {
    if (column->kind == WRT_COLUMN_NOMINAL) {
        wrt_str text = wrt_str_of(wrt_levels_text(column->levels, (size_t)value));
        return wrt_arena_strdup(arena, text.ptr, text.len);
    }
    char number[32];
    wrt_json_format_number(number, value);
    return wrt_arena_printf(arena, "%s", number);
}

/* Texts that say "not", for the rule. */
static bool says_no(const char *text) {
    static const char *const words[] = {
        "0",          "no",          "n",       "false",  "f",         "control",
        "controls",   "untreated",   "placebo", "none",   "unexposed", "never",
        "absent",     "negative",    "before",  "pre",    "censored",  "alive",
        "nontreated", "not treated", "off",     "without"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

/* Up to three different values among the rows, in order of appearance. */
static size_t distinct_values(double found[3], const wrt_two_values_input *in) {
    const double *values = wrt_table_column(in->table, in->column)->values;
    size_t count = 0;
    for (size_t i = 0; i < in->n && count < 3; i++) {
        double value = values[in->rows[i]];
        size_t k = 0;
        while (k < count && found[k] != value)
            k++;
        if (k == count)
            found[count++] = value;
    }
    return count;
}

static wrt_status find_named(double *out, const wrt_two_values_input *in, const char *level,
                             wrt_err *err) {
    const wrt_column *c = wrt_table_column(in->table, in->column);
    if (wrt_two_values_code(out, c, level))
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "%s \"%s\" has no cell \"%s\"", in->role, c->name, level);
}

/* Levels were named: the other one is what is left. */
static wrt_status by_name(wrt_two_values *out, const wrt_two_values_input *in,
                          const double found[3], wrt_err *err) {
    const wrt_column *c = wrt_table_column(in->table, in->column);
    wrt_status status = WRT_OK;
    if (in->one != NULL)
        status = find_named(&out->one, in, in->one, err);
    if (status == WRT_OK && in->nil != NULL)
        status = find_named(&out->zero, in, in->nil, err);
    if (status != WRT_OK || (in->one != NULL && in->nil != NULL))
        return status;
    if (out->distinct > 2)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s \"%s\" has more than two levels: name the level to compare with too",
                        in->role, c->name);
    double *named = in->one != NULL ? &out->one : &out->zero;
    double *other = in->one != NULL ? &out->zero : &out->one;
    if (found[0] != *named && found[1] != *named)
        return wrt_fail(err, WRT_E_INPUT, "%s \"%s\" has no row with \"%s\"", in->role, c->name,
                        in->one != NULL ? in->one : in->nil);
    *other = found[0] == *named ? found[1] : found[0];
    return WRT_OK;
}

wrt_status wrt_two_values_by_words(double *zero, double *one, const wrt_column *column,
                                   const double found[2], const wrt_two_values_input *input,
                                   wrt_err *err) {
    const char *a = wrt_levels_text(column->levels, (size_t)found[0]);
    const char *b = wrt_levels_text(column->levels, (size_t)found[1]);
    if (says_no(a) == says_no(b))
        return wrt_fail(err, WRT_E_INPUT,
                        "%s \"%s\" has the levels \"%.40s\" and \"%.40s\": say which counts as 1 "
                        "(%s)",
                        input->role, column->name, a, b, input->fix);
    *zero = says_no(a) ? found[0] : found[1];
    *one = says_no(a) ? found[1] : found[0];
    return WRT_OK;
}

static wrt_status by_rule(wrt_two_values *out, const wrt_two_values_input *in,
                          const double found[3], wrt_err *err) {
    const wrt_column *c = wrt_table_column(in->table, in->column);
    if (c->kind == WRT_COLUMN_NOMINAL) {
        if (out->distinct == 2)
            return wrt_two_values_by_words(&out->zero, &out->one, c, found, in, err);
        if (c->n_integers + c->n_reals > 0 && c->odd_line > 0)
            return wrt_table_check_numeric(in->table, in->column, err);
        return wrt_fail(err, WRT_E_INPUT,
                        "%s \"%s\" has %zu levels, two are needed: name both (%s)", in->role,
                        c->name, wrt_levels_count(c->levels), in->fix);
    }
    if (out->distinct == 2) {
        out->zero = found[0] < found[1] ? found[0] : found[1];
        out->one = found[0] < found[1] ? found[1] : found[0];
    }
    return WRT_OK;
}

wrt_status wrt_two_values_find(wrt_two_values *out, const wrt_two_values_input *input,
                               wrt_arena *arena, wrt_err *err) {
    double found[3] = {0, 0, 0};
    const wrt_column *c = wrt_table_column(input->table, input->column);
    *out = (wrt_two_values){.distinct = distinct_values(found, input)};
    if (out->distinct < 2)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s \"%s\" is \"%s\" in every row used: two values are needed", input->role,
                        c->name, out->distinct == 1 ? wrt_two_values_text(c, found[0], arena) : "");
    bool is_named = input->one != NULL || input->nil != NULL;
    wrt_status status =
        is_named ? by_name(out, input, found, err) : by_rule(out, input, found, err);
    if (status != WRT_OK || (out->distinct > 2 && !is_named))
        return status;
    out->is_named = c->kind == WRT_COLUMN_NOMINAL || out->zero != 0 || out->one != 1;
    if (out->is_named) {
        out->one_text = wrt_two_values_text(c, out->one, arena);
        out->zero_text = wrt_two_values_text(c, out->zero, arena);
    }
    return WRT_OK;
}
