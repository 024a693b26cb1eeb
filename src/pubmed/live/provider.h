/* provider.h: literature over the network, whoever provides it.
 *
 * A provider searches and fetches; `ncbi` is PubMed itself, `europepmc` Europe PMC, which also has
 * preprints. Both keep apart "nothing found" (WRT_OK, no hits) and "could not be asked" (an error,
 * its kind in wrt_live_last_fault). */
#ifndef WRT_PUBMED_LIVE_PROVIDER_H
#define WRT_PUBMED_LIVE_PROVIDER_H

#include "pubmed/live/articles.h"
#include "pubmed/live/call.h"

enum {
    WRT_LIVE_HITS_MAX = 9999,  /* of one search */
    WRT_LIVE_TYPES_MAX = 16,   /* types of publication of a query */
    WRT_LIVE_RECHECK_MAX = 200 /* PMIDs of one recheck */
};

typedef struct {
    const char *term;         /* a question or the provider's own syntax; UTF-8 */
    int year_from, year_to;   /* 0: open; by date of publication */
    const char *const *types; /* any of these types of publication, by PubMed's names */
    size_t n_types;
    bool include_retracted; /* else retracted papers and notices are not searched for */
    bool include_preprints; /* where the provider has them */
    int64_t limit;          /* hits, 1 to WRT_LIVE_HITS_MAX */
} wrt_live_query;

typedef struct {
    int64_t pmid;       /* 0: not in PubMed */
    wrt_str id, source; /* "PPR123" of "PPR"; the PMID of "MED" */
    bool is_preprint;
    const wrt_pubmed_article *article; /* NULL in every hit: the provider lists ids alone */
} wrt_live_hit;

typedef struct {
    const wrt_live_hit *hits; /* best first */
    size_t n;
    int64_t count;          /* records that the query finds; more than n: the rest is not listed */
    wrt_str sent;           /* the query as it was sent */
    wrt_str translation;    /* as the provider understood it, or "" */
    wrt_str suggestion;     /* of nothing found: the query with its spelling corrected, or "" */
    wrt_str_list not_found; /* phrases and fields that the provider does not know */
    wrt_str_list messages;  /* other remarks of the provider */
} wrt_live_found;

typedef struct {
    const char *name;
    wrt_status (*search)(wrt_live_found *out, wrt_live_work *work, const wrt_live_query *query,
                         wrt_err *err);
    wrt_status (*fetch)(wrt_live_articles *out, wrt_live_work *work, wrt_id_list pmids,
                        wrt_err *err);
} wrt_pubmed_provider;

extern const wrt_pubmed_provider wrt_pubmed_ncbi, wrt_pubmed_europepmc;

/* The provider of that name, or NULL. */
const wrt_pubmed_provider *wrt_pubmed_provider_of_name(const char *name);

/* PubMed's name of a type for the short words that the local search takes ("rct", "trial",
 * "meta-analysis", ...); another word is given back. */
const char *wrt_live_type_name(const char *word);

/* WRT_E_INPUT: no term, brackets that do not match, years the wrong way round, a limit or a list
 * out of range. */
wrt_status wrt_live_query_check(const wrt_live_query *query, wrt_err *err);

/* The query in PubMed's syntax and in that of Europe PMC; appended. Pure. */
void wrt_live_query_for_ncbi(wrt_buf *out, const wrt_live_query *query);
void wrt_live_query_for_epmc(wrt_buf *out, const wrt_live_query *query);

/* search, and the articles of its hits, in the order of the hits: missing ones are in *articles. */
wrt_status wrt_pubmed_provider_find(wrt_live_found *found, wrt_live_articles *articles,
                                    const wrt_pubmed_provider *provider, wrt_live_work *work,
                                    const wrt_live_query *query, wrt_err *err);

/* ---- before an answer is final */

typedef struct {
    int64_t pmid;
    wrt_pubmed_status status;          /* UNKNOWN: the provider does not have it (any more) */
    const wrt_pubmed_article *article; /* NULL when it does not */
} wrt_live_standing;

typedef struct {
    const wrt_live_standing *standings; /* in the order asked, each PMID once */
    size_t n;
    int64_t at_ms;  /* Unix time of the oldest answer: how current the status is */
    bool is_cached; /* offline: the copy of at_ms */
} wrt_live_rechecked;

/* What PubMed says now about papers that an answer cites: asked anew whatever the cache holds;
 * offline the cached copy, with its age. WRT_E_LIMIT beyond WRT_LIVE_RECHECK_MAX PMIDs. */
wrt_status wrt_pubmed_recheck(wrt_live_rechecked *out, const wrt_pubmed_provider *provider,
                              wrt_live_work *work, wrt_id_list pmids, wrt_err *err);

#endif
