/* between.c: all edges between two nodes, whichever way they point. */
#include "kg/between.h"

#include "base/arena.h"
#include "kg/internal.h"

#include <stdlib.h>

static int compare_ranks(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Ranks of the edges, each once, ascending; *n of them. The caller frees. */
static uint32_t *ranks_between(size_t *n, const wrt_kg *kg, uint32_t node, uint32_t other) {
    uint32_t start = 0;
    uint32_t end = wrt_kg_csr_run(&start, &kg->csr, node, other);
    uint32_t *ranks = wrt_calloc((size_t)(end - start) + 1, sizeof *ranks);
    size_t found = 0;
    for (uint32_t i = start; i < end; i++)
        ranks[found++] = wrt_kg_arc_rank(kg->csr.arcs[i]);
    qsort(ranks, found, sizeof *ranks, compare_ranks);
    *n = 0;
    for (size_t i = 0; i < found; i++)
        if (*n == 0 || ranks[*n - 1] != ranks[i])
            ranks[(*n)++] = ranks[i];
    return ranks;
}

wrt_status wrt_kg_between(wrt_json **out, size_t *total, wrt_kg *kg, const char *const ends[2],
                          size_t limit, wrt_err *err) {
    int64_t a = 0, b = 0;
    size_t n = 0;
    *out = NULL;
    wrt_status status = wrt_kg_node_find(&a, kg->store, ends[0], err);
    if (status == WRT_OK)
        status = wrt_kg_node_find(&b, kg->store, ends[1], err);
    if (status != WRT_OK)
        return status;
    wrt_json *list = wrt_json_new_array();
    uint32_t *ranks = ranks_between(&n, kg, (uint32_t)(a - 1), (uint32_t)(b - 1));
    for (size_t i = 0; i < n && i < limit && status == WRT_OK; i++) {
        wrt_json *edge = NULL;
        status = wrt_kg_edge_full(&edge, NULL, kg->store, kg->csr.number[ranks[i]], err);
        if (edge != NULL)
            wrt_json_push(list, edge);
    }
    free(ranks);
    if (status != WRT_OK) {
        wrt_json_free(list);
        return status;
    }
    *out = list;
    if (total != NULL)
        *total = n;
    return WRT_OK;
}
