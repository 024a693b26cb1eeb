/* rank.h: what a path is worth, one definition a name; private to kg/ but for the text. */
#ifndef WRT_KG_RANK_H
#define WRT_KG_RANK_H

#include "kg/paths/search.h"

typedef enum {
    WRT_KG_RANK_MECHANISM,
    WRT_KG_RANK_DEGREE_PRODUCT,
    WRT_KG_RANK_DWPC,
    WRT_KG_RANK_INFORMATION,
    WRT_KG_RANK_EVIDENCE,
    WRT_KG_RANK_SIGNED
} wrt_kg_rank;

typedef struct {
    wrt_kg_rank rank;
    double w;            /* damping of degrees, (0, 2] */
    const double *prior; /* by metaedge, (0, 1] */
} wrt_kg_scoring;

/* NULL or "" is "mechanism". WRT_E_INPUT lists the names. */
wrt_status wrt_kg_rank_find(wrt_kg_rank *out, const char *name, wrt_err *err);

/* The default damping: 0.4 for mechanism and dwpc (as Rephetio tuned it), else 0.5. */
double wrt_kg_rank_damping(wrt_kg_rank rank);
/* Whether paths are chosen to cover unless the caller says otherwise. */
bool wrt_kg_rank_covers(wrt_kg_rank rank);

/* Weight of one path, > 0; for dwpc before the division by the sum over its metapath. */
double wrt_kg_rank_weight(const wrt_kg_scoring *scoring, const wrt_kg_csr *csr,
                          const wrt_kg_path *path);

#endif
