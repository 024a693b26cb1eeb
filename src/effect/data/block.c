/* block.c: see block.h. */
#include "effect/data/block.h"

#include "effect/data/collinear.h"
#include "effect/data/two_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 10 }; /* so few different whole numbers may be codes */

bool wrt_names_hold(wrt_names names, const char *name) {
    for (size_t i = 0; i < names.n; i++)
        if (strcmp(names.items[i], name) == 0)
            return true;
    return false;
}

static wrt_json *array_of(wrt_json *account, const char *key) {
    if (wrt_json_get(account, key) == NULL)
        wrt_json_set(account, key, wrt_json_new_array());
    return wrt_json_get_mut(account, key);
}

static wrt_json *object_of(wrt_json *account, const char *key) {
    if (wrt_json_get(account, key) == NULL)
        wrt_json_set(account, key, wrt_json_new_object());
    return wrt_json_get_mut(account, key);
}

void wrt_account_warn(wrt_json *account, const char *text) {
    wrt_json_push_text(array_of(account, "warnings"), text);
}

static wrt_status check_size(const wrt_block_input *in, const wrt_column *c, wrt_err *err) {
    for (size_t row = 0; row < wrt_table_rows(in->table); row++)
        if (fabs(c->values[row]) > WRT_BLOCK_SIZE_MAX)
            return wrt_fail(err, WRT_E_INPUT,
                            "%s, column \"%s\", row %zu: %g is larger than %g: is it a code for a "
                            "missing value?",
                            wrt_table_name(in->table), c->name, row + 1, c->values[row],
                            WRT_BLOCK_SIZE_MAX);
    return WRT_OK;
}

wrt_status wrt_block_check_kind(const wrt_block_input *input, size_t column, wrt_err *err) {
    const wrt_column *c = wrt_table_column(input->table, column);
    const char *table = wrt_table_name(input->table);
    if (!c->is_wanted)
        return wrt_fail(err, WRT_E_INPUT, "%s: column \"%s\" was not read", table, c->name);
    if (c->kind == WRT_COLUMN_EMPTY)
        return wrt_fail(err, WRT_E_INPUT, "%s: every cell of column \"%s\" is missing", table,
                        c->name);
    if (c->kind == WRT_COLUMN_TEXT)
        return wrt_fail(err, WRT_E_LIMIT,
                        "%s: column \"%s\" has more than %d different texts: group them, or leave "
                        "the column out",
                        table, c->name, WRT_LEVELS_MAX);
    size_t numbers = c->n_integers + c->n_reals;
    if (c->kind == WRT_COLUMN_NOMINAL && numbers > 0 &&
        !wrt_names_hold(input->roles->categorical, c->name))
        return wrt_fail(err, WRT_E_INPUT,
                        "%s line %zu, column \"%s\": \"%s\" is not a number, %zu other cells are: "
                        "correct the cell, name the text as one that means missing, or list the "
                        "column as categorical",
                        table, c->odd_line, c->name, c->odd, numbers);
    return WRT_OK;
}

wrt_status wrt_block_check(const wrt_block_input *input, size_t column, wrt_err *err) {
    wrt_status status = wrt_block_check_kind(input, column, err);
    return status == WRT_OK ? check_size(input, wrt_table_column(input->table, column), err)
                            : status;
}

/* ---- levels */

static size_t present_levels(double **out, const wrt_block_input *in, const wrt_column *c) {
    size_t all = wrt_levels_count(c->levels), count = 0;
    bool *present = wrt_calloc(all, sizeof *present);
    for (size_t i = 0; i < in->n; i++)
        present[(size_t)c->values[in->rows[i]]] = true;
    for (size_t k = 0; k < all; k++)
        count += present[k];
    *out = wrt_arena_calloc(in->arena, count, sizeof **out);
    count = 0;
    for (size_t k = 0; k < all; k++)
        if (present[k])
            (*out)[count++] = (double)k;
    free(present);
    return count;
}

size_t wrt_block_levels(double **out, const wrt_block_input *input, size_t column, size_t cap) {
    const wrt_column *c = wrt_table_column(input->table, column);
    if (c->kind == WRT_COLUMN_NOMINAL)
        return present_levels(out, input, c);
    double *found = wrt_arena_calloc(input->arena, cap + 2, sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < input->n && count <= cap; i++) {
        double value = c->values[input->rows[i]];
        size_t low = 0, high = count;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (found[middle] < value)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < count && found[low] <= value)
            continue;
        memmove(found + low + 1, found + low, (count - low) * sizeof *found);
        found[low] = value;
        count++;
    }
    *out = found;
    return count;
}

/* ---- spreading */

/* A column of the table on its way into the block. */
typedef struct {
    size_t column;
    double *levels; /* of a nominal one */
    size_t n_levels;
    bool is_nominal;
} plan;

static double *next_column(wrt_block *block, const wrt_block_input *in, const char *name,
                           size_t source) {
    block->names[block->columns] = name;
    block->source[block->columns] = source;
    return block->values + block->columns++ * in->n;
}

static void note_levels(const wrt_block_input *in, const wrt_column *c, const double *levels,
                        size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t k = 0; k < n; k++)
        wrt_json_push_text(list, wrt_two_values_text(c, levels[k], in->arena));
    wrt_json_set(object_of(in->account, "categorical"), c->name, list);
}

static wrt_status plan_column(plan *out, const wrt_block_input *in, const char *name,
                              wrt_err *err) {
    wrt_status status = wrt_table_find(&out->column, in->table, name, err);
    if (status == WRT_OK)
        status = wrt_block_check(in, out->column, err);
    if (status != WRT_OK)
        return status;
    const wrt_column *c = wrt_table_column(in->table, out->column);
    out->is_nominal =
        c->kind == WRT_COLUMN_NOMINAL || wrt_names_hold(in->roles->categorical, c->name);
    if (!out->is_nominal)
        return WRT_OK;
    size_t cap = in->roles->levels_max > 0 ? in->roles->levels_max : WRT_STUDY_LEVELS_MAX;
    out->n_levels = wrt_block_levels(&out->levels, in, out->column, cap);
    if (out->n_levels > cap)
        return wrt_fail(err, WRT_E_LIMIT,
                        "column \"%s\" has %s%zu levels, at most %zu are spread into indicators: "
                        "group rare ones, leave the column out, or raise the limit",
                        c->name, c->kind == WRT_COLUMN_NOMINAL ? "" : "at least ", out->n_levels,
                        cap);
    return WRT_OK;
}

static void spread_levels(wrt_block *out, const wrt_block_input *in, const plan *p) {
    const wrt_column *c = wrt_table_column(in->table, p->column);
    for (size_t k = 1; k < p->n_levels; k++) {
        const char *level = wrt_two_values_text(c, p->levels[k], in->arena);
        double *to =
            next_column(out, in, wrt_arena_printf(in->arena, "%s=%s", c->name, level), p->column);
        for (size_t i = 0; i < in->n; i++)
            to[i] = c->values[in->rows[i]] == p->levels[k];
    }
    note_levels(in, c, p->levels, p->n_levels);
}

static void warn_of_codes(const wrt_block_input *in, size_t column) {
    const wrt_column *c = wrt_table_column(in->table, column);
    double *levels;
    if (c->kind != WRT_COLUMN_INTEGER)
        return;
    size_t n = wrt_block_levels(&levels, in, column, FEW);
    if (n < 3 || n > FEW)
        return;
    wrt_account_warn(in->account,
                     wrt_arena_printf(in->arena,
                                      "column \"%s\" has %zu different whole numbers (%g to %g) "
                                      "and is used as a quantity: if they are codes, list it as "
                                      "categorical",
                                      c->name, n, levels[0], levels[n - 1]));
}

static void spread_numbers(wrt_block *out, const wrt_block_input *in, size_t column) {
    const wrt_column *c = wrt_table_column(in->table, column);
    double *to =
        next_column(out, in, wrt_arena_strdup(in->arena, c->name, strlen(c->name)), column);
    for (size_t i = 0; i < in->n; i++)
        to[i] = c->values[in->rows[i]];
    warn_of_codes(in, column);
}

wrt_status wrt_block_spread(wrt_block *out, const wrt_block_input *input, wrt_names names,
                            wrt_err *err) {
    *out = (wrt_block){0};
    plan *plans = wrt_arena_calloc(input->arena, names.n, sizeof *plans);
    size_t columns = 0;
    for (size_t i = 0; i < names.n; i++) {
        wrt_status status = plan_column(&plans[i], input, names.items[i], err);
        if (status != WRT_OK)
            return status;
        columns += !plans[i].is_nominal ? 1 : plans[i].n_levels > 0 ? plans[i].n_levels - 1 : 0;
    }
    if (columns > WRT_STUDY_COLUMNS_MAX)
        return wrt_fail(err, WRT_E_LIMIT,
                        "%zu columns after indicators, at most %d are used: group rare levels, or "
                        "adjust for less",
                        columns, WRT_STUDY_COLUMNS_MAX);
    if (columns > 0 && input->n > WRT_TABLE_CELLS_MAX / columns)
        return wrt_fail(err, WRT_E_LIMIT,
                        "%zu rows of %zu columns after indicators are more than the %d numbers "
                        "that are held in memory: group levels, adjust for less, or stream the "
                        "table (naive, ols)",
                        input->n, columns, WRT_TABLE_CELLS_MAX);
    out->values = wrt_arena_calloc(input->arena, columns * input->n, sizeof *out->values);
    out->names = wrt_arena_calloc(input->arena, columns, sizeof *out->names);
    out->source = wrt_arena_calloc(input->arena, columns, sizeof *out->source);
    for (size_t i = 0; i < names.n; i++) {
        if (plans[i].is_nominal)
            spread_levels(out, input, &plans[i]);
        else
            spread_numbers(out, input, plans[i].column);
    }
    return WRT_OK;
}

/* ---- pruning */

/* Base columns, then the block's, as pointers. */
static wrt_collinear_input pointers(const wrt_block *base, const wrt_block *block, size_t n,
                                    wrt_arena *arena) {
    size_t fixed = base != NULL ? base->columns : 0, m = fixed + block->columns;
    const double **columns = wrt_arena_calloc(arena, m, sizeof *columns);
    const char **names = wrt_arena_calloc(arena, m, sizeof *names);
    for (size_t j = 0; j < m; j++) {
        const wrt_block *from = j < fixed ? base : block;
        size_t at = j < fixed ? j : j - fixed;
        columns[j] = from->values != NULL ? from->values + at * n : NULL;
        names[j] = from->names[at];
    }
    return (wrt_collinear_input){columns, names, m, n, fixed};
}

static void note_left_out(const wrt_block_input *in, const char *name, const char *why) {
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "column", name);
    wrt_json_set_text(entry, "why", why);
    wrt_json_push(array_of(in->account, "collinear"), entry);
}

void wrt_block_prune(wrt_block *block, const wrt_block *base, const wrt_block_input *input) {
    wrt_collinear_input in = pointers(base, block, input->n, input->arena);
    const char **why = wrt_arena_calloc(input->arena, in.m, sizeof *why);
    wrt_collinear_find(why, &in, input->arena);
    size_t kept = 0;
    for (size_t j = 0; j < block->columns; j++) {
        if (why[in.n_fixed + j] != NULL) {
            note_left_out(input, block->names[j], why[in.n_fixed + j]);
            continue;
        }
        if (kept != j)
            memmove(block->values + kept * input->n, block->values + j * input->n,
                    input->n * sizeof *block->values);
        block->names[kept] = block->names[j];
        block->source[kept++] = block->source[j];
    }
    block->columns = kept;
}

const char *wrt_block_repeats(const wrt_block *block, const double *values, size_t n,
                              wrt_arena *arena) {
    const char *name = "";
    wrt_block one = {.columns = 1, .names = &name};
    wrt_collinear_input in = pointers(block, &one, n, arena);
    const double **columns = wrt_arena_calloc(arena, in.m, sizeof *columns);
    memcpy(columns, in.columns, in.m * sizeof *columns);
    columns[in.m - 1] = values;
    in.columns = columns;
    const char **why = wrt_arena_calloc(arena, in.m, sizeof *why);
    wrt_collinear_find(why, &in, arena);
    return why[in.m - 1];
}
