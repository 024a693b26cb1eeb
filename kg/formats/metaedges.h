/* metaedges.h: the 24 kinds of edges of Hetionet v1.0 and how they read in Biolink. */
#ifndef WRT_KG_FORMATS_METAEDGES_H
#define WRT_KG_FORMATS_METAEDGES_H

#include "base/json.h"
#include "kg/sink.h"

typedef struct {
    const char *abbreviation;           /* "CbG" */
    const char *source, *verb, *target; /* "Compound", "binds", "Gene" */
    const char *predicate;              /* Biolink CURIE */
    const char *direction;              /* object_direction_qualifier, or NULL */
    int sign;                           /* +1, 0, -1, WRT_KG_SIGN_UNKNOWN */
    bool is_causal;
    bool is_directed; /* "forward" in Hetionet; the others are stated as holding both ways */
    const char *level, *agent; /* of Hetionet's sources for this kind */
} wrt_kg_metaedge;

enum { WRT_KG_METAEDGES = 24 };

/* In alphabetical order of abbreviations; NULL past the end. */
const wrt_kg_metaedge *wrt_kg_metaedge_at(size_t index);
/* NULL when there is none. */
const wrt_kg_metaedge *wrt_kg_metaedge_find(wrt_str abbreviation);
const wrt_kg_metaedge *wrt_kg_metaedge_of(wrt_str source, wrt_str verb, wrt_str target);

/* The relation of the kind as the edges file states it: every text is static but `qualifiers`,
 * which stays empty. */
wrt_kg_relation wrt_kg_metaedge_relation(const wrt_kg_metaedge *metaedge);
/* The Biolink qualifiers that the direction stands for: an object, perhaps empty; the caller's. */
wrt_json *wrt_kg_metaedge_qualifiers(const wrt_kg_metaedge *metaedge);

/* An identifier of Hetionet as a CURIE ("Gene::9021" is NCBIGene:9021); false when the kind has no
 * prefix that is registered. Appends to *out. */
bool wrt_kg_metaedge_curie(wrt_buf *out, wrt_str kind, wrt_str identifier);

#endif
