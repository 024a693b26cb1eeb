/* lookup.c: sorting row numbers together with the places that asked for them. */
#include "scm/infer/lookup.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t number;
    uint32_t place;
} request;

static int by_number(const void *a, const void *b) {
    uint64_t x = ((const request *)a)->number, y = ((const request *)b)->number;
    return (x > y) - (x < y);
}

static void number_slots(wrt_scm_lookup *out, uint64_t *distinct, const request *requests,
                         size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || requests[i].number != requests[i - 1].number)
            distinct[out->n_rows++] = requests[i].number;
        out->slot[requests[i].place] = (uint32_t)(out->n_rows - 1);
    }
}

static wrt_status ask_distinct(wrt_scm_lookup *out, const wrt_scm_world *world, size_t variable,
                               const uint64_t *numbers, size_t n, wrt_err *err) {
    size_t k = wrt_scm_variable_at(world->scm, variable)->n_values;
    request *requests = wrt_calloc(n, sizeof *requests);
    uint64_t *distinct = wrt_calloc(n, sizeof *distinct);
    for (size_t i = 0; i < n; i++)
        requests[i] = (request){numbers[i], (uint32_t)i};
    qsort(requests, n, sizeof *requests, by_number);
    number_slots(out, distinct, requests, n);
    out->owned = wrt_calloc(out->n_rows * k, sizeof *out->owned);
    out->p = out->owned;
    wrt_status status =
        world->rows.ask(out->owned, world->rows.ctx, variable, distinct, out->n_rows, err);
    free(requests);
    free(distinct);
    return status;
}

wrt_status wrt_scm_lookup_ask(wrt_scm_lookup *out, const wrt_scm_world *world, size_t variable,
                              const uint64_t *numbers, size_t n, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(world->scm, variable);
    assert(n <= UINT32_MAX);
    *out = (wrt_scm_lookup){.slot = wrt_calloc(n, sizeof *out->slot)};
    if (n == 0)
        return WRT_OK;
    if (v->table == NULL)
        return ask_distinct(out, world, variable, numbers, n, err);
    uint64_t rows = 0;
    wrt_status status = wrt_scm_row_count(&rows, world->scm, variable, err);
    out->p = v->table;
    out->n_rows = rows;
    for (size_t i = 0; i < n; i++)
        out->slot[i] = (uint32_t)numbers[i];
    return status;
}

void wrt_scm_lookup_free(wrt_scm_lookup *lookup) {
    free(lookup->slot);
    free(lookup->owned);
    *lookup = (wrt_scm_lookup){0};
}
