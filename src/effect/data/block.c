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

wrt_status wrt_block_check(const wrt_block_input *input, size_t column, wrt_err *err) {
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
    return check_size(input, c, err);
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

/* A block under construction; grows by doubling in the arena. */
static double *next_column(wrt_block *block, const wrt_block_input *in, const char *name,
                           size_t source) {
    block->names[block->columns] = name;
    block->source[block->columns] = source;
    return block->values + block->columns++ * in->n;
}

static wrt_status make_room(wrt_block *block, size_t more, const wrt_block_input *in,
                            wrt_err *err) {
    size_t columns = block->columns + more;
    if (columns > WRT_STUDY_COLUMNS_MAX)
        return wrt_fail(err, WRT_E_LIMIT,
                        "more than %d columns after indicators: group rare levels, or adjust for "
                        "less",
                        WRT_STUDY_COLUMNS_MAX);
    block->values = wrt_realloc(block->values, columns * in->n * sizeof *block->values);
    block->names = wrt_realloc(block->names, columns * sizeof *block->names);
    block->source = wrt_realloc(block->source, columns * sizeof *block->source);
    return WRT_OK;
}

static void note_levels(const wrt_block_input *in, const wrt_column *c, const double *levels,
                        size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t k = 0; k < n; k++)
        wrt_json_push_text(list, wrt_two_values_text(c, levels[k], in->arena));
    wrt_json_set(object_of(in->account, "categorical"), c->name, list);
}

static wrt_status spread_levels(wrt_block *out, const wrt_block_input *in, size_t column,
                                wrt_err *err) {
    const wrt_column *c = wrt_table_column(in->table, column);
    size_t cap = in->roles->levels_max > 0 ? in->roles->levels_max : WRT_STUDY_LEVELS_MAX;
    double *levels;
    size_t n = wrt_block_levels(&levels, in, column, cap);
    if (n > cap)
        return wrt_fail(err, WRT_E_LIMIT,
                        "column \"%s\" has %s%zu levels, at most %zu are spread into indicators: "
                        "group rare ones, leave the column out, or raise the limit",
                        c->name, c->kind == WRT_COLUMN_NOMINAL ? "" : "at least ", n, cap);
    wrt_status status = n > 0 ? make_room(out, n - 1, in, err) : WRT_OK;
    for (size_t k = 1; status == WRT_OK && k < n; k++) {
        const char *level = wrt_two_values_text(c, levels[k], in->arena);
        double *to =
            next_column(out, in, wrt_arena_printf(in->arena, "%s=%s", c->name, level), column);
        for (size_t i = 0; i < in->n; i++)
            to[i] = c->values[in->rows[i]] == levels[k];
    }
    if (status == WRT_OK)
        note_levels(in, c, levels, n);
    return status;
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

static wrt_status spread_numbers(wrt_block *out, const wrt_block_input *in, size_t column,
                                 wrt_err *err) {
    const wrt_column *c = wrt_table_column(in->table, column);
    wrt_status status = make_room(out, 1, in, err);
    if (status != WRT_OK)
        return status;
    const char *name = wrt_arena_strdup(in->arena, c->name, strlen(c->name));
    double *to = next_column(out, in, name, column);
    for (size_t i = 0; i < in->n; i++)
        to[i] = c->values[in->rows[i]];
    warn_of_codes(in, column);
    return WRT_OK;
}

/* Moves what was allocated while the block grew into the arena. */
static void settle(wrt_block *block, const wrt_block_input *in) {
    wrt_block grown = *block;
    size_t columns = grown.columns;
    block->values = wrt_arena_calloc(in->arena, columns * in->n, sizeof *block->values);
    block->names = wrt_arena_calloc(in->arena, columns, sizeof *block->names);
    block->source = wrt_arena_calloc(in->arena, columns, sizeof *block->source);
    if (columns > 0) {
        memcpy(block->values, grown.values, columns * in->n * sizeof *block->values);
        memcpy(block->names, grown.names, columns * sizeof *block->names);
        memcpy(block->source, grown.source, columns * sizeof *block->source);
    }
    free(grown.values);
    free(grown.names);
    free(grown.source);
}

wrt_status wrt_block_spread(wrt_block *out, const wrt_block_input *input, wrt_names names,
                            wrt_err *err) {
    *out = (wrt_block){0};
    wrt_status status = WRT_OK;
    for (size_t i = 0; status == WRT_OK && i < names.n; i++) {
        size_t column;
        status = wrt_table_find(&column, input->table, names.items[i], err);
        if (status == WRT_OK)
            status = wrt_block_check(input, column, err);
        if (status != WRT_OK)
            break;
        const wrt_column *c = wrt_table_column(input->table, column);
        bool is_nominal =
            c->kind == WRT_COLUMN_NOMINAL || wrt_names_hold(input->roles->categorical, c->name);
        status = is_nominal ? spread_levels(out, input, column, err)
                            : spread_numbers(out, input, column, err);
    }
    settle(out, input);
    return status;
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
        columns[j] = from->values + at * n;
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
    /* The block only reads its values. */
    double *copy = wrt_calloc(n, sizeof *copy);
    memcpy(copy, values, n * sizeof *copy);
    one.values = copy;
    wrt_collinear_input in = pointers(block, &one, n, arena);
    const char **why = wrt_arena_calloc(arena, in.m, sizeof *why);
    wrt_collinear_find(why, &in, arena);
    free(copy);
    return why[in.m - 1];
}
