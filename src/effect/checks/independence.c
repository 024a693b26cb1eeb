/* independence.c: the question, its complete rows, and which test answers it. */
#include "effect/checks/independence.h"
#include "effect/checks/independence_internal.h"

#include <math.h>

static size_t levels_of(const double *values, size_t n, size_t levels) {
    if (levels > 0)
        return levels;
    for (size_t i = 0; i < n; i++) {
        if (values[i] != 0 && values[i] != 1)
            return 0;
    }
    return 2;
}

static bool varies(const wrt_test_column *column, size_t n) {
    for (size_t i = 1; i < n; i++) {
        if (column->values[i] != column->values[0])
            return true;
    }
    return false;
}

static size_t *complete_rows(size_t *n, const wrt_independence_question *q, wrt_arena *arena) {
    size_t *rows = wrt_arena_calloc(arena, q->n, sizeof *rows);
    *n = 0;
    for (size_t i = 0; i < q->n; i++) {
        bool is_complete = isfinite(q->x->values[i]) && isfinite(q->y->values[i]);
        for (size_t j = 0; j < q->n_given && is_complete; j++)
            is_complete = isfinite(q->given[j]->values[i]);
        if (is_complete)
            rows[(*n)++] = i;
    }
    return rows;
}

static wrt_test_column taken(const wrt_test_column *from, const size_t *rows, size_t n,
                             wrt_arena *arena) {
    double *values = wrt_arena_calloc(arena, n, sizeof *values);
    for (size_t i = 0; i < n; i++)
        values[i] = from->values[rows[i]];
    return (wrt_test_column){from->name, values, levels_of(values, n, from->levels)};
}

static wrt_independence refuse(const char *reason, size_t rows) {
    return (wrt_independence){
        .reason = reason, .rows = rows, .statistic = NAN, .p_value = NAN, .correlation = NAN};
}

static bool codes_fit(const wrt_test_column *column, size_t n) {
    for (size_t i = 0; i < n && column->levels > 0; i++) {
        double code = column->values[i];
        if (!(code >= 0 && code < (double)column->levels) || code != floor(code))
            return false;
    }
    return true;
}

static bool all_codes_fit(const wrt_test_rows *rows) {
    bool fit = codes_fit(&rows->x, rows->n) && codes_fit(&rows->y, rows->n);
    for (size_t j = 0; j < rows->n_given && fit; j++)
        fit = codes_fit(&rows->given[j], rows->n);
    return fit;
}

static size_t spread_columns(const wrt_test_column *column) {
    return column->levels == 0 ? 1 : column->levels - 1;
}

static wrt_independence choose(const wrt_test_rows *rows, wrt_arena *arena) {
    size_t columns = 1 + spread_columns(&rows->x) + spread_columns(&rows->y);
    bool are_discrete = rows->x.levels > 0 && rows->y.levels > 0;
    if (are_discrete && rows->given_is_discrete)
        return wrt_independence_strata(rows, arena);
    for (size_t j = 0; j < rows->n_given; j++)
        columns += spread_columns(&rows->given[j]);
    if (columns > WRT_INDEPENDENCE_COLUMNS_MAX)
        return refuse("too many columns once levels are spread", rows->n);
    if (rows->n < columns + 5)
        return refuse("too few complete rows for so many columns", rows->n);
    return wrt_independence_linear(rows, arena);
}

wrt_independence wrt_independence_test(const wrt_independence_question *q, wrt_arena *arena) {
    wrt_arena *scratch = wrt_arena_new();
    size_t n;
    size_t *complete = complete_rows(&n, q, scratch);
    wrt_test_rows rows = {.n = n,
                          .n_given = q->n_given,
                          .given = wrt_arena_calloc(scratch, q->n_given, sizeof *rows.given),
                          .given_is_discrete = true};
    rows.x = taken(q->x, complete, n, scratch);
    rows.y = taken(q->y, complete, n, scratch);
    for (size_t j = 0; j < q->n_given; j++) {
        rows.given[j] = taken(q->given[j], complete, n, scratch);
        rows.given_is_discrete = rows.given_is_discrete && rows.given[j].levels > 0;
    }
    wrt_independence out;
    if (n < 8)
        out = refuse("fewer than 8 complete rows", n);
    else if (!all_codes_fit(&rows))
        out = refuse("a discrete column holds a code beyond its levels", n);
    else if (!varies(&rows.x, n) || !varies(&rows.y, n))
        out = refuse(wrt_arena_printf(arena, "%s does not vary",
                                      varies(&rows.x, n) ? q->y->name : q->x->name),
                     n);
    else
        out = choose(&rows, scratch);
    if (out.method == NULL && out.reason != NULL)
        out.reason = wrt_arena_printf(arena, "%s", out.reason);
    wrt_arena_free(scratch);
    return out;
}
