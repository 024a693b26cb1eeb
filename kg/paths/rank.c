/* rank.c: the weights of paths and their definitions in words, side by side. */
#include "kg/paths/rank.h"

#include "kg/paths/paths.h"

#include <math.h>
#include <string.h>

typedef struct {
    const char *name, *definition;
    double damping;
    bool covers;
} rank_row;

#define PDP                                                                                        \
    "prod over edges of (degree of subject * degree of object)^-w, degrees counted per type of "   \
    "edge on that side (Himmelstein et al., eLife 2017;6:e26726)"
#define COVER                                                                                      \
    " Paths are chosen one by one: each time the one that adds most to the cover. A node's "       \
    "weight is the sum of the scores of all paths through it; the cover is the sum over the "      \
    "inner nodes shown so far, so that a path that repeats nodes adds little. The greedy choice "  \
    "reaches at least 1 - 1/e of the best cover of its size (Nemhauser, Wolsey, Fisher, Math "     \
    "Program 1978;14:265). \"gain\" is the share that a path added. Paths of one or two hops are " \
    "always among the k, at the end when they add nothing."

static const rank_row rows[] = {
    [WRT_KG_RANK_MECHANISM] =
        {"mechanism",
         "score = PDP(w = 0.4) * prod over edges of p, where PDP = " PDP
         " and p is the share of edges of that type that join neighbours in curated mechanisms "
         "(DrugMechDB training graphs; 1 for types without a count). Expression, similarity, "
         "class and side-effect edges are not followed, nor other drugs and diseases, unless "
         "predicates or kinds name them." COVER,
         0.4, true},
    [WRT_KG_RANK_DEGREE_PRODUCT] = {"degree_product",
                                    "score = PDP(w = 0.5) = " PDP
                                    ": paths through hubs score low. Best score first, exact.",
                                    0.5, false},
    [WRT_KG_RANK_DWPC] =
        {"dwpc",
         "score = PDP(w = 0.4) of the path divided by the sum of PDP over all paths of its "
         "metapath "
         "(the DWPC): the share of its metapath's connection that the path carries. PDP = " PDP
         ". Best score first, ties by PDP.",
         0.4, false},
    [WRT_KG_RANK_INFORMATION] =
        {"information",
         "score = least information content of the inner nodes, ln(2 * edges / degree): the most "
         "general node decides. A direct edge scores ln(2 * edges). Best score first, ties by PDP.",
         0.5, false},
    [WRT_KG_RANK_EVIDENCE] =
        {"evidence",
         "score = prod over edges of (n + 1) / (n + 2), n = supports and publications of the edge "
         "(rule of succession). Best score first, ties by PDP.",
         0.5, false},
    [WRT_KG_RANK_SIGNED] =
        {"signed",
         "score = PDP(w = 0.5) * chance that the path lowers its end: 1 when the product of its "
         "signs is -1, 1/2 when a sign is unknown or no edge has one, and 2^-52 when it is +1. PDP "
         "= " PDP ". Best score first.",
         0.5, false},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

wrt_status wrt_kg_rank_find(wrt_kg_rank *out, const char *name, wrt_err *err) {
    *out = WRT_KG_RANK_MECHANISM;
    if (name == NULL || name[0] == '\0')
        return WRT_OK;
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0) {
            *out = (wrt_kg_rank)i;
            return WRT_OK;
        }
    return wrt_fail(err, WRT_E_INPUT,
                    "rank is \"%.60s\"; it must be mechanism, degree_product, dwpc, information, "
                    "evidence or signed",
                    name);
}

const char *wrt_kg_path_rank_definition(const char *name) {
    wrt_kg_rank rank = WRT_KG_RANK_MECHANISM;
    return wrt_kg_rank_find(&rank, name, NULL) == WRT_OK ? rows[rank].definition : NULL;
}

double wrt_kg_rank_damping(wrt_kg_rank rank) {
    return rows[rank].damping;
}

bool wrt_kg_rank_covers(wrt_kg_rank rank) {
    return rows[rank].covers;
}

/* ---- weights */

static double damped(const wrt_kg_scoring *scoring, const wrt_kg_path *path) {
    return scoring->w == 0.5 ? 1 / sqrt(path->cost) : pow(path->cost, -scoring->w);
}

static double prior_of(const wrt_kg_scoring *scoring, const wrt_kg_csr *csr,
                       const wrt_kg_path *path) {
    double product = 1;
    for (int i = 0; i < path->hops; i++)
        product *= scoring->prior[csr->metaedge[path->edges[i] & WRT_KG_RANK]];
    return product;
}

static double information(const wrt_kg_csr *csr, const wrt_kg_path *path) {
    const double arcs = 2 * (double)csr->n_edges;
    double least = log(arcs);
    for (int i = 0; i + 1 < path->hops; i++) {
        uint32_t node = wrt_kg_far_end(csr, path->edges[i]);
        double content = log(arcs / (double)(csr->from[node + 1] - csr->from[node]));
        least = content < least ? content : least;
    }
    return least;
}

static double evidence(const wrt_kg_csr *csr, const wrt_kg_path *path) {
    double product = 1;
    for (int i = 0; i < path->hops; i++) {
        double n = csr->evidence[path->edges[i] & WRT_KG_RANK];
        product *= (n + 1) / (n + 2);
    }
    return product;
}

/* Zero would leave the order of the contrary paths open: they keep a sliver. */
static double chance_of_minus(const wrt_kg_csr *csr, const wrt_kg_path *path) {
    int sign = wrt_kg_path_sign(csr, path);
    return sign == WRT_KG_SIGN_UNKNOWN || sign == 0 ? 0.5 : sign < 0 ? 1 : 0x1p-52;
}

double wrt_kg_rank_weight(const wrt_kg_scoring *scoring, const wrt_kg_csr *csr,
                          const wrt_kg_path *path) {
    switch (scoring->rank) {
    case WRT_KG_RANK_MECHANISM:
        return damped(scoring, path) * prior_of(scoring, csr, path);
    case WRT_KG_RANK_INFORMATION:
        return information(csr, path);
    case WRT_KG_RANK_EVIDENCE:
        return evidence(csr, path);
    case WRT_KG_RANK_SIGNED:
        return damped(scoring, path) * chance_of_minus(csr, path);
    case WRT_KG_RANK_DEGREE_PRODUCT:
    case WRT_KG_RANK_DWPC:
        break;
    }
    return damped(scoring, path);
}
