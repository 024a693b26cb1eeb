/* eutils.h: NCBI's E-utilities for PubMed, one function per service.
 *
 * Every request names its tool; who carries it adds e-mail and key. A failure is never an empty
 * result: what could not be answered is an error, with its kind in wrt_live_last_fault. An empty
 * result is one that the service itself calls empty, with the phrases it did not find.
 *
 * Source of the rules: NCBI, "Entrez Programming Utilities Help" (NBK25497, NBK25499), and what the
 * services were seen to do where they differ: no list goes beyond 9,999 ids, a reading beyond ends
 * in silence or in an error text. */
#ifndef WRT_PUBMED_LIVE_EUTILS_H
#define WRT_PUBMED_LIVE_EUTILS_H

#include "pubmed/live/answers.h"
#include "pubmed/live/articles.h"
#include "pubmed/live/call.h"

enum {
    WRT_EUTILS_REACH = 9999,     /* ids that one search can list */
    WRT_EUTILS_TERM_MAX = 32768, /* bytes of a term */
    WRT_EUTILS_BATCH = 200,      /* ids of one efetch; more are sent by POST */
    WRT_EUTILS_BATCH_MAX = 500,
    WRT_EUTILS_LINK_BATCH = 100, /* ids of one elink */
    WRT_EUTILS_MATCH_BATCH = 100 /* citations of one ecitmatch */
};

/* ---- esearch */

typedef struct {
    const char *term;
    const char *sort; /* NULL: most recent first; "relevance", "pub_date", ... */
    int64_t start;    /* of the ids listed, from 0; at most 9,998 */
    int64_t limit;    /* ids listed, 0 for the count alone; cut so that start + limit <= 9,999 */
    bool is_stored;   /* keep the result at the service: webenv and query_key */
} wrt_eutils_query;

/* out->count may be larger than what can be listed; see split.h. WRT_E_INPUT: no term, not UTF-8,
 * beyond a cap, or refused by the service. */
wrt_status wrt_eutils_search(wrt_eutils_answer *out, wrt_live_work *work,
                             const wrt_eutils_query *query, wrt_err *err);

/* ---- epost: stores ids at the service (webenv, query_key). At most WRT_EUTILS_IDS_MAX. */
wrt_status wrt_eutils_post(wrt_eutils_answer *out, wrt_live_work *work, wrt_id_list ids,
                           wrt_err *err);

/* ---- efetch */

/* In batches of `batch` ids (0: WRT_EUTILS_BATCH), each by itself tried again when it fails; the
 * whole fails with the first batch that does. Matched by PMID, never by order; of several records
 * of one PMID the highest version counts. */
wrt_status wrt_eutils_fetch(wrt_live_articles *out, wrt_live_work *work, wrt_id_list ids, int batch,
                            wrt_err *err);

/* Records start to start + n of a stored result (n at most WRT_EUTILS_BATCH_MAX), in its order. A
 * result that the service has forgotten is the fault SESSION: search again. */
wrt_status wrt_eutils_fetch_stored(wrt_live_articles *out, wrt_live_work *work,
                                   const wrt_eutils_answer *stored, const int64_t range[2],
                                   wrt_err *err);

/* ---- elink */

typedef enum {
    WRT_EUTILS_SIMILAR,  /* pubmed_pubmed, in the order of the service, without the paper itself */
    WRT_EUTILS_CITED_IN, /* pubmed_pubmed_citedin */
    WRT_EUTILS_REFERENCES, /* pubmed_pubmed_refs */
    WRT_EUTILS_PMC         /* pubmed_pmc: ids of PubMed Central, without "PMC" */
} wrt_eutils_relation;

typedef struct {
    const wrt_eutils_links *links; /* one per id asked, in that order; ids empty: no links */
    size_t n;
    wrt_id_list unanswered; /* asked, and without a LinkSet: unknown to the service */
} wrt_eutils_related;

wrt_status wrt_eutils_link(wrt_eutils_related *out, wrt_live_work *work, wrt_id_list ids,
                           wrt_eutils_relation relation, wrt_err *err);

/* ---- ecitmatch: the PMID of a citation. Fields may be empty, and hold neither '|' nor a line end.
 */
typedef struct {
    wrt_str journal, year, volume, page, author, key;
} wrt_eutils_citation;

/* out->n == n, in the order asked. */
wrt_status wrt_eutils_match_citations(wrt_eutils_matches *out, wrt_live_work *work,
                                      const wrt_eutils_citation *citations, size_t n, wrt_err *err);

/* ---- espell: *out is the corrected query, or "" when nothing is to be corrected. */
wrt_status wrt_eutils_spell(wrt_str *out, wrt_live_work *work, const char *term, wrt_err *err);

#endif
