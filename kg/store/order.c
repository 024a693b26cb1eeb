/* order.c: made ids sorted by radix, stated ids by comparison, the two lists merged.
 *
 * Made ids share their prefix and differ in hex digits only, so that their bytewise order is that
 * of their keys. */
#include "kg/store/order.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t key;
    uint32_t n;
} made;

typedef struct {
    size_t at, len; /* in the pool */
    uint32_t n;
} stated;

typedef struct {
    made *made;
    stated *stated;
    size_t n_made, room_made, n_stated, room_stated;
    wrt_buf pool;
} ids;

#define POOL_MAX ((size_t)1 << 36)

static void *grow(void *list, size_t *room, size_t n, size_t size) {
    if (n < *room)
        return list;
    *room = *room == 0 ? 1024 : *room + *room / 2;
    return wrt_realloc(list, *room * size);
}

/* ---- sorting */

/* Least significant digit first, 16 bits a pass; an even number of passes ends in the same array.
 */
static void sort_made(made *list, size_t n) {
    enum { DIGITS = 1 << 16 };
    made *from = list, *to = wrt_calloc(n + 1, sizeof *to), *spare = to;
    size_t *start = wrt_calloc(DIGITS + 1, sizeof *start);
    for (int shift = 0; shift < 64; shift += 16) {
        memset(start, 0, (DIGITS + 1) * sizeof *start);
        for (size_t i = 0; i < n; i++)
            start[(from[i].key >> shift & (DIGITS - 1)) + 1]++;
        for (size_t d = 1; d < DIGITS; d++)
            start[d] += start[d - 1];
        for (size_t i = 0; i < n; i++)
            to[start[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
        made *swapped = from;
        from = to;
        to = swapped;
    }
    free(spare);
    free(start);
}

static int compare_made(const void *a, const void *b) {
    uint64_t x = ((const made *)a)->key, y = ((const made *)b)->key;
    return x < y ? -1 : x > y;
}

static wrt_str id_of(const ids *all, const stated *item) {
    return (wrt_str){all->pool.ptr + item->at, item->len};
}

static int compare_stated(const void *a, const void *b, void *all) {
    return wrt_str_compare(id_of(all, a), id_of(all, b));
}

/* ---- reading */

static wrt_status read_ids(ids *all, size_t *n_rows, wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db, "SELECT n, key, id FROM edge ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        int64_t n = wrt_stmt_int(stmt, 0);
        if (n < 1 || n >= UINT32_MAX) {
            status = wrt_fail(err, WRT_E_LIMIT, "%s holds more than 2^32 edges", store->name);
            break;
        }
        *n_rows = (size_t)n;
        if (wrt_stmt_is_null(stmt, 2)) {
            all->made = grow(all->made, &all->room_made, all->n_made, sizeof *all->made);
            all->made[all->n_made++] = (made){(uint64_t)wrt_stmt_int(stmt, 1), (uint32_t)n};
            continue;
        }
        wrt_str id = wrt_stmt_text(stmt, 2);
        all->stated = grow(all->stated, &all->room_stated, all->n_stated, sizeof *all->stated);
        all->stated[all->n_stated++] = (stated){all->pool.len, id.len, (uint32_t)n};
        wrt_buf_add_str(&all->pool, id);
    }
    wrt_stmt_free(stmt);
    if (status == WRT_OK && *n_rows / 16 > all->n_made + all->n_stated + (1 << 16))
        status = wrt_kg_damaged(store, "its edges are not numbered from 1", err);
    if (status == WRT_OK && all->pool.overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "%s: ids of more than 64 GiB", store->name);
    return status;
}

/* ---- merging */

static int compare_heads(const ids *all, size_t m, size_t s) {
    char text[WRT_KG_MADE_ID + 1];
    if (m == all->n_made || s == all->n_stated)
        return m == all->n_made ? 1 : -1;
    const wrt_kg_edge_row row = {.key = all->made[m].key};
    return wrt_str_compare(wrt_kg_edge_id(text, &row), id_of(all, &all->stated[s]));
}

static bool repeats(const ids *all, size_t m, size_t s, bool is_made) {
    if (is_made)
        return m > 0 && all->made[m].key == all->made[m - 1].key;
    return s > 0 && compare_stated(&all->stated[s - 1], &all->stated[s], (void *)all) == 0;
}

static wrt_status merge(wrt_kg_order *out, const ids *all, wrt_kg_store *store, wrt_err *err) {
    size_t m = 0, s = 0;
    for (size_t rank = 0; rank < out->n_edges; rank++) {
        int order = compare_heads(all, m, s);
        if (order == 0 || repeats(all, m, s, order < 0))
            return wrt_kg_damaged(store, "two of its edges have one id", err);
        out->rank[order < 0 ? all->made[m++].n : all->stated[s++].n] = (uint32_t)rank;
    }
    return WRT_OK;
}

wrt_status wrt_kg_order_load(wrt_kg_order *out, wrt_kg_store *store, wrt_err *err) {
    enum { RADIX_PAYS = 20000 };
    ids all = {.pool = wrt_buf_make(POOL_MAX)};
    *out = (wrt_kg_order){.n_rows = 0};
    wrt_status status = read_ids(&all, &out->n_rows, store, err);
    if (status == WRT_OK) {
        if (all.n_made >= RADIX_PAYS)
            sort_made(all.made, all.n_made);
        else if (all.n_made > 0)
            qsort(all.made, all.n_made, sizeof *all.made, compare_made);
        if (all.n_stated > 0)
            qsort_r(all.stated, all.n_stated, sizeof *all.stated, compare_stated, &all);
        out->n_edges = all.n_made + all.n_stated;
        out->rank = wrt_calloc(out->n_rows + 1, sizeof *out->rank);
        memset(out->rank, 0xff, (out->n_rows + 1) * sizeof *out->rank);
        status = merge(out, &all, store, err);
    }
    free(all.made);
    free(all.stated);
    wrt_buf_free(&all.pool);
    if (status != WRT_OK)
        wrt_kg_order_free(out);
    return status;
}

void wrt_kg_order_free(wrt_kg_order *order) {
    free(order->rank);
    *order = (wrt_kg_order){.n_rows = 0};
}
