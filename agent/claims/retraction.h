/* retraction.h: what is known against the publications that a statement cites: by the local copy of
 * PubMed, by PubMed itself when it was asked in this run (standing.h), by the graph.
 *
 * A publication counts as withdrawn when it is retracted, under concern, a notice or deleted: none
 * of these is a ground by default. A statement all of whose publications are withdrawn has lost its
 * support; one that nobody knows is not checked, which is not the same as "ok". The gravest of
 * several voices counts. */
#ifndef WRT_AGENT_CLAIMS_RETRACTION_H
#define WRT_AGENT_CLAIMS_RETRACTION_H

#include "base/json.h"

typedef struct {
    const wrt_json *stored; /* {"123":"retracted"}, as the local copy says (standing.h); NULL: there
                               is none */
    const wrt_json *live;   /* the same, as PubMed said in this run; NULL: not asked */
} wrt_retraction_sources;

typedef struct {
    size_t publications; /* PMIDs cited; other identifiers are not looked up */
    size_t unknown;      /* of them, known to nobody */
    size_t rechecked;    /* of them, told by PubMed itself */
    size_t withdrawn;
    bool is_marked; /* the graph says that all support of the edge is retracted */
    wrt_json *list; /* [{"pmid","status"}] of the withdrawn, or NULL; the caller's */
} wrt_retraction;

/* Looks up the "publications" of an edge. What the graph itself holds (kg/store/retractions.h)
 * counts, too: "retracted_publications" one by one, "support_retracted" for the whole. */
void wrt_retraction_of_edge(wrt_retraction *out, const wrt_retraction_sources *sources,
                            const wrt_json *edge);
void wrt_retraction_clear(wrt_retraction *retraction);

bool wrt_retraction_is_total(const wrt_retraction *retraction);
bool wrt_retraction_is_checked(const wrt_retraction *retraction);

/* Does any edge of the path have no support left? */
bool wrt_retraction_breaks_path(const wrt_retraction_sources *sources, const wrt_json *path);

#endif
