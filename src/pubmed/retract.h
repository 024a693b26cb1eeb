/* retract.h: may a paper stand under a claim, and who says what.
 *
 * The standing of a PMID is the worst of what its own record says, of what notices held here say of
 * it, of loaded lists, and of deletions; "unknown" is said of what the store knows nothing of, and
 * is not "ok". */
#ifndef WRT_PUBMED_RETRACT_H
#define WRT_PUBMED_RETRACT_H

#include "pubmed/store.h"

typedef struct {
    int64_t pmid;
    wrt_pubmed_status status;
    bool is_held;    /* the record is in the store */
    int64_t by;      /* PMID of the record that says so; 0: a list or a deletion */
    char source[96]; /* name of the file, answer or list that says so; "" when unknown */
    char when[25];   /* when that was ingested, RFC 3339; "" when unknown */
} wrt_pubmed_standing;

/* Fills out[i] for pmids[i]. O(n log store). */
wrt_status wrt_pubmed_standing_of(wrt_pubmed_standing *out, wrt_pubmed_store *store,
                                  const int64_t *pmids, size_t n, wrt_err *err);

/* The status of a paper that is known here to be no ground; else WRT_PUBMED_UNKNOWN. What another
 * source says of a paper does not lift it. */
wrt_status wrt_pubmed_objection(wrt_pubmed_status *out, wrt_pubmed_store *store, int64_t pmid,
                                wrt_err *err);

/* {"pmid":text,"status","held","by":text|null,"source":text|null,"when":text|null} */
wrt_json *wrt_pubmed_standing_json(const wrt_pubmed_standing *standing);

/* "PMID:123", "pmid 123" or "123" as a number; false for anything else. */
bool wrt_pubmed_read_pmid(int64_t *out, wrt_str text);

/* All PMIDs whose standing is concern, notice, retracted or deleted, ascending; with `since` (a
 * prefix of RFC 3339, "2025-01-31") only those that changed to it in a source finished then or
 * later. *out is the caller's (free). */
wrt_status wrt_pubmed_withdrawn(int64_t **out, size_t *n, wrt_pubmed_store *store,
                                const char *since, wrt_err *err);

/* Those of an article's references that are retracted; *out is the caller's (free). */
wrt_status wrt_pubmed_cites_retracted(int64_t **out, size_t *n, wrt_pubmed_store *store,
                                      const wrt_pubmed_article *article, wrt_err *err);

typedef struct {
    int64_t lines, pmids;
    int64_t skipped; /* lines that mark nothing, blank and comment lines not counted */
    int64_t changes;
    bool was_loaded; /* the very file was loaded before: nothing was done */
} wrt_pubmed_list_report;

/* Marks every PMID of a list as retracted, in one transaction. The file (plain or compressed) has a
 * PMID at the start of each line, or is a table (tab or comma, quotes allowed) with a column named
 * pmid, "PubMed ID" or OriginalPaperPubMedID, whose cells may hold several joined by ';' or '|'.
 * Where a table has a column RetractionNature (Retraction Watch), that decides: an expression of
 * concern and a correction mark as such, a reinstatement not at all. A file without any PMID is
 * WRT_E_INPUT. */
wrt_status wrt_pubmed_retractions_load(wrt_pubmed_list_report *report, wrt_pubmed_store *store,
                                       const char *path, wrt_err *err);

#endif
