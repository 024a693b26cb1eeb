/* retraction.h: what the local copy of PubMed says of the publications that a statement cites.
 *
 * A publication counts as withdrawn when it is retracted, under concern, a notice or deleted: none
 * of these is a ground by default. A statement all of whose publications are withdrawn has lost its
 * support; one that the copy does not know is not checked, which is not the same as "ok". */
#ifndef WRT_AGENT_RETRACTION_H
#define WRT_AGENT_RETRACTION_H

#include "base/json.h"
#include "pubmed/store.h"

typedef struct {
    size_t publications; /* PMIDs cited; other identifiers are not looked up */
    size_t unknown;      /* of them, not known to the copy (all, when there is none) */
    size_t withdrawn;
    wrt_json *list; /* [{"pmid","status"}] of the withdrawn, or NULL; the caller's */
} wrt_retraction;

/* Looks up the "publications" of an edge. Its "retracted_publications" (a list that the graph
 * itself holds) count too. store may be NULL. */
wrt_status wrt_retraction_of_edge(wrt_retraction *out, wrt_pubmed_store *store,
                                  const wrt_json *edge, wrt_err *err);
void wrt_retraction_clear(wrt_retraction *retraction);

bool wrt_retraction_is_total(const wrt_retraction *retraction);
bool wrt_retraction_is_checked(const wrt_retraction *retraction);

/* Does any edge of the path have no support left? A copy that cannot be read counts as no. */
bool wrt_retraction_breaks_path(wrt_pubmed_store *store, const wrt_json *path);

#endif
