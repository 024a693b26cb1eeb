/* mechanism.h: what is known beforehand of how drugs work, as a prior over types of edge; private
 * to kg/. */
#ifndef WRT_KG_MECHANISM_H
#define WRT_KG_MECHANISM_H

#include "base/str.h"

typedef struct {
    double weight;    /* (0, 1]: share of such edges that curated mechanisms use */
    bool is_followed; /* false: measured expression, similarity and the like, followed only when
                         they are asked for */
} wrt_kg_edge_prior;

/* predicate is a CURIE, original the source's own label or "". A type that no row speaks of is
 * taken at its word: weight 1. */
wrt_kg_edge_prior wrt_kg_mechanism_prior(const char *predicate, const char *original);

/* Whether nodes of a kind stand inside a mechanism: not other drugs, diseases, side effects and
 * drug classes. Spaces and case of the kind do not count. */
bool wrt_kg_mechanism_inner(const char *kind);

/* Whether such an edge says outright that a drug helps a disease ("treats", "palliates", "CtD"):
 * then it is the question, not an answer. */
bool wrt_kg_is_treatment(const char *predicate, const char *original, const char *subject_kind,
                         const char *object_kind);

#endif
