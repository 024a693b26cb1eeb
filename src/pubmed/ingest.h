/* ingest.h: articles into the store, one transaction for each source (a file, an answer of a
 * server, a list). Until the commit a reader sees the state before, and a crash restores it.
 *
 * Inside one source the highest version of a PMID wins; between sources the one revised on the
 * later day, and of equal or unknown days the later source. A deletion removes the record and
 * remembers the PMID; a later source may bring it again. What records say of others (RetractionOf,
 * ExpressionOfConcernFor, ErratumFor, ...) becomes marks on those, whether they are held or not and
 * whichever came first; that holds for records too that the filter keeps out. */
#ifndef WRT_PUBMED_INGEST_H
#define WRT_PUBMED_INGEST_H

#include "pubmed/filter.h"
#include "pubmed/store.h"

typedef struct {
    const char *name;   /* last path component, or "efetch" */
    const char *kind;   /* "file", "live" or "list" */
    int year, number;   /* of "pubmed25n0001.xml.gz": 25 and 1; 0 where the name has none */
    const char *md5;    /* hex or NULL */
    const char *sha256; /* hex; NULL: made from the name and the time, for live answers */
} wrt_pubmed_source;

typedef struct {
    int64_t articles; /* read */
    int64_t stored;   /* new or in place of an earlier record */
    int64_t replaced; /* of the stored, in place of an earlier record */
    int64_t filtered; /* kept out by the filter */
    int64_t older;    /* a lower version than one of the same source, or revised before the one held
                       */
    int64_t deleted;  /* PMIDs of deletions, held or not */
    int64_t marks;    /* statements about other records */
    int64_t changes;  /* records whose standing changed to or from one that is no ground */
} wrt_pubmed_ingested;

typedef struct wrt_pubmed_ingest wrt_pubmed_ingest;

/* Begins the transaction. A source whose sha256 was ingested before is WRT_E_INPUT; ask first with
 * wrt_pubmed_store_has. filter may be NULL. */
wrt_status wrt_pubmed_ingest_begin(wrt_pubmed_ingest **out, wrt_pubmed_store *store,
                                   const wrt_pubmed_source *source, const wrt_pubmed_filter *filter,
                                   wrt_err *err);

/* The article is borrowed for the call. */
wrt_status wrt_pubmed_ingest_article(wrt_pubmed_ingest *ingest, const wrt_pubmed_article *article,
                                     wrt_err *err);
wrt_status wrt_pubmed_ingest_delete(wrt_pubmed_ingest *ingest, int64_t pmid, wrt_err *err);
/* What a list, not a record, says of a PMID (a retraction list, say). */
wrt_status wrt_pubmed_ingest_mark(wrt_pubmed_ingest *ingest, int64_t pmid, wrt_pubmed_status status,
                                  wrt_err *err);

/* Commits, fills *counts (may be NULL) and frees. After a failure nothing of the source is there.
 */
wrt_status wrt_pubmed_ingest_commit(wrt_pubmed_ingested *counts, wrt_pubmed_ingest *ingest,
                                    wrt_err *err);
void wrt_pubmed_ingest_abandon(wrt_pubmed_ingest *ingest); /* rolls back, frees; accepts NULL */

wrt_status wrt_pubmed_store_has(bool *out, wrt_pubmed_store *store, const char *sha256,
                                wrt_err *err);

#endif
