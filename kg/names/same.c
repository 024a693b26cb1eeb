/* same.c: see same.h. The ids of all matches are sorted; equal neighbours join their matches. */
#include "kg/names/same.h"

#include "base/arena.h"
#include "kg/internal.h"
#include "kg/names/curie.h"

#include <stdlib.h>

enum { IDS_MAX = 4096, ID_BYTES_MAX = 1 << 16 };

typedef struct {
    char *id;
    size_t match;
} claim;

typedef struct {
    claim *items;
    size_t n;
} claims;

static wrt_status read_ids(claims *list, wrt_kg *kg, uint32_t node, size_t match, wrt_err *err) {
    bool row = false;
    wrt_stmt_bind_int(kg->ids_by_node, 1, (int64_t)node + 1);
    wrt_status status = WRT_OK;
    while (list->n < IDS_MAX && (status = wrt_stmt_step(&row, kg->ids_by_node, err)) == WRT_OK &&
           row) {
        wrt_buf id = wrt_buf_make(ID_BYTES_MAX);
        wrt_kg_id_canonical(&id, wrt_stmt_text(kg->ids_by_node, 0));
        list->items[list->n++] = (claim){wrt_buf_take(&id), match};
    }
    wrt_stmt_reset(kg->ids_by_node);
    return status;
}

static int by_id(const void *a, const void *b) {
    const claim *x = a, *y = b;
    int order = wrt_str_compare(wrt_str_of(x->id), wrt_str_of(y->id));
    return order != 0 ? order : (x->match > y->match) - (x->match < y->match);
}

/* All members of two groups get the smaller number. */
static void join(size_t *group, size_t n, size_t a, size_t b) {
    size_t low = group[a] < group[b] ? group[a] : group[b];
    size_t high = group[a] < group[b] ? group[b] : group[a];
    for (size_t i = 0; i < n; i++)
        if (group[i] == high)
            group[i] = low;
}

wrt_status wrt_kg_group_same(size_t *group, wrt_kg *kg, const wrt_kg_match *matches, size_t n,
                             wrt_err *err) {
    claims list = {.items = wrt_calloc(IDS_MAX, sizeof *list.items)};
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n; i++)
        group[i] = i;
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = read_ids(&list, kg, matches[i].node, i, err);
    if (list.n > 0)
        qsort(list.items, list.n, sizeof *list.items, by_id);
    for (size_t i = 1; i < list.n; i++)
        if (wrt_str_equal_c(wrt_str_of(list.items[i].id), list.items[i - 1].id))
            join(group, n, list.items[i].match, list.items[i - 1].match);
    for (size_t i = 0; i < list.n; i++)
        free(list.items[i].id);
    free(list.items);
    return status;
}
