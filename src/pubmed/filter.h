/* filter.h: which articles a store keeps. The first import decides; the store remembers. */
#ifndef WRT_PUBMED_FILTER_H
#define WRT_PUBMED_FILTER_H

#include "base/err.h"
#include "base/json.h"
#include "pubmed/article.h"

typedef struct {
    int first_year, last_year; /* both 0: any; an article without a year passes no range */
    char language[8];          /* "eng", or "": any */
    bool human;                /* MeSH Humans only */
    bool has_abstract;
} wrt_pubmed_filter;

bool wrt_pubmed_filter_is_open(const wrt_pubmed_filter *filter); /* lets everything pass */
bool wrt_pubmed_filter_passes(const wrt_pubmed_filter *filter, const wrt_pubmed_article *article);

/* "1990-2020", "1990-" or "1990" into the years. WRT_E_INPUT. */
wrt_status wrt_pubmed_filter_set_years(wrt_pubmed_filter *filter, const char *text, wrt_err *err);
/* Three letters, as PubMed writes languages. WRT_E_INPUT. */
wrt_status wrt_pubmed_filter_set_language(wrt_pubmed_filter *filter, const char *text,
                                          wrt_err *err);

/* {"years":[a,b]|null,"language":text|null,"human":bool,"has_abstract":bool}, and back. */
wrt_json *wrt_pubmed_filter_json(const wrt_pubmed_filter *filter);
wrt_status wrt_pubmed_filter_read(wrt_pubmed_filter *out, const wrt_json *json, wrt_err *err);
bool wrt_pubmed_filter_equal(const wrt_pubmed_filter *a, const wrt_pubmed_filter *b);

#endif
