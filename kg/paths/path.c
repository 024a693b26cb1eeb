/* path.c: one path: its order among equals, its cost, its sign. */
#include "kg/paths/search.h"

#include <stdlib.h>

int wrt_kg_path_compare(const wrt_kg_path *a, const wrt_kg_path *b) {
    if (a->hops != b->hops)
        return a->hops < b->hops ? -1 : 1;
    for (int i = 0; i < a->hops; i++)
        if ((a->edges[i] & WRT_KG_RANK) != (b->edges[i] & WRT_KG_RANK))
            return (a->edges[i] & WRT_KG_RANK) < (b->edges[i] & WRT_KG_RANK) ? -1 : 1;
    for (int i = 0; i < a->hops; i++)
        if (a->edges[i] != b->edges[i])
            return a->edges[i] < b->edges[i] ? -1 : 1;
    return 0;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double wrt_kg_path_cost(const wrt_kg_csr *csr, const wrt_kg_path *path) {
    double factors[WRT_KG_HOPS_MAX], product = 1;
    for (int i = 0; i < path->hops; i++)
        factors[i] = csr->cost[path->edges[i] & WRT_KG_RANK];
    qsort(factors, (size_t)path->hops, sizeof *factors, compare_doubles);
    for (int i = 0; i < path->hops; i++)
        product *= factors[i];
    return product;
}

int wrt_kg_path_sign(const wrt_kg_csr *csr, const wrt_kg_path *path) {
    int product = 0;
    for (int i = 0; i < path->hops; i++) {
        int sign = wrt_kg_sign_read(csr, path->edges[i]);
        if (sign == WRT_KG_SIGN_UNKNOWN)
            return sign;
        if (sign != 0)
            product = product == 0 ? sign : product * sign;
    }
    return product;
}

bool wrt_kg_path_fits(const wrt_kg_query *query, const wrt_kg_path *path) {
    return query->sign <= 0 || wrt_kg_path_sign(query->csr, path) != 0;
}
