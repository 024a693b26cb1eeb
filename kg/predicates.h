/* predicates.h: what a predicate says about direction of effect.
 *
 * The sign of an edge is the direction in which its object changes when its subject goes up: +1,
 * -1, 0 when the predicate has no direction of effect (structure, place, membership), unknown when
 * it has one that is not stated or when the predicate is not in the table. An edge is causal when
 * its predicate asserts that the subject influences the object; correlation, place, structure,
 * derivation and inverse forms ("caused by") are not. */
#ifndef WRT_KG_PREDICATES_H
#define WRT_KG_PREDICATES_H

#include "base/str.h"

enum { WRT_KG_SIGN_UNKNOWN = 2 };

typedef struct {
    const char *label; /* as DrugMechDB spells it; for CURIE-only rows the words of the CURIE */
    const char *curie; /* Biolink */
    int sign;          /* +1, -1, 0 or WRT_KG_SIGN_UNKNOWN */
    bool is_causal;
    const char *role; /* "regulatory", "correlation", "causal", "contextual", "clinical_outcome",
                         "derivation", "structural", "reverse" */
} wrt_kg_predicate;

/* The row of a DrugMechDB label ("positively regulates"), a Biolink CURIE or a CURIE without its
 * prefix; NULL when there is none. A label beats a CURIE of the same spelling. */
const wrt_kg_predicate *wrt_kg_predicate_find(wrt_str text);

/* Rows in the order of the table; NULL past the end. */
const wrt_kg_predicate *wrt_kg_predicate_at(size_t index);

/* What the cells of an edge say; absent cells are empty. */
typedef struct {
    wrt_str predicate;          /* CURIE or label */
    wrt_str original_predicate; /* the source's own label; beats predicate when it is known */
    wrt_str qualified_predicate;
    wrt_str object_aspect;     /* "activity", "degradation", ... */
    wrt_str object_direction;  /* "increased", "upregulated", "decreased", "downregulated" */
    wrt_str subject_direction; /* the same of the subject: less of it flips the sign */
} wrt_kg_assertion;

/* Sign and causality of an edge. The direction qualifier decides the sign when it is there: more
 * degradation of an object means less of the object, so that aspect flips it, and so does less of
 * the subject; an aspect that says nothing of the amount makes it unknown. An edge is causal when
 * its predicate, its known original label and its qualified predicate, where present, all are. */
void wrt_kg_assertion_read(int *sign, bool *is_causal, const wrt_kg_assertion *assertion);

#endif
