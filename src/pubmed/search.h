/* search.h: a natural question to the local store.
 *
 * 1. The question's six rarest words fetch every article that holds any of them, in the order of
 *    FTS5's BM25 (title 4, subjects 2, abstract 1).
 *    Filters (years, MeSH, types) are part of that look-up.
 * 2. The best 300 of those are scored again in full: BM25 with all words of
 *    the question (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009; k1 1.2,
 *    b 0.75, fields weighted as above before saturation), then small boosts, multiplied:
 *    1.05 when a major MeSH heading stands in the question as a whole, 1.03 for a randomised trial,
 *    meta-analysis or systematic review, and up to 1.02 for recency (linear over the 20 years
 * before the newest candidate).
 * 3. Papers under concern, retracted ones and notices (errata too) are held back and counted,
 *    unless asked for.
 * The same store and question give the same hits in the same order. */
#ifndef WRT_PUBMED_SEARCH_H
#define WRT_PUBMED_SEARCH_H

#include "pubmed/store.h"

enum { WRT_PUBMED_HITS_MAX = 200, WRT_PUBMED_CODES_MAX = 16 };

typedef struct {
    size_t limit;                            /* hits, 1 to WRT_PUBMED_HITS_MAX; 0: 10 */
    int first_year, last_year;               /* both 0: any */
    const char *mesh[WRT_PUBMED_CODES_MAX];  /* names or identifiers; each must be there */
    const char *types[WRT_PUBMED_CODES_MAX]; /* publication types likewise, or "rct", "trial",
                                                "meta-analysis", "systematic-review", "review",
                                                "observational", "case-report"; any of them */
    size_t n_mesh, n_types;
    bool include_retracted; /* and notices, and papers under concern */
} wrt_pubmed_query;

typedef struct {
    const char *field; /* "title" or "abstract[0]" */
    size_t start, end; /* bytes of the stored field */
    wrt_str text;      /* those bytes */
} wrt_pubmed_snippet;

typedef struct {
    int64_t pmid;
    double score;
    wrt_pubmed_status status;
    int year;
    wrt_str title, journal;
    wrt_pubmed_snippet snippet;
} wrt_pubmed_hit;

typedef struct {
    wrt_pubmed_hit *hits; /* best first; in the arena */
    size_t n;
    int64_t seen;          /* candidates scored in full */
    int64_t total;         /* articles that hold any of the words looked up, and pass the filters */
    int64_t held_back;     /* would have been among the hits but for their standing */
    int64_t retracted;     /* of those */
    size_t n_unknown;      /* words of the question that no article holds */
    const char *looked_up; /* the words looked up, joined by blanks */
} wrt_pubmed_results;

/* No hit is WRT_OK with n 0. An unknown MeSH term or publication type is WRT_E_INPUT. */
wrt_status wrt_pubmed_search(wrt_pubmed_results *out, wrt_pubmed_store *store, wrt_arena *arena,
                             wrt_str question, const wrt_pubmed_query *query, wrt_err *err);

/* [{"pmid","title","year","journal","score","status","retracted","snippet":{"field","text","start",
 * "end"}}] */
wrt_json *wrt_pubmed_results_json(const wrt_pubmed_results *results);

#endif
