/* articles.h: the articles of an answer, set against the PMIDs that were asked for.
 *
 * An unknown PMID is absent without a word, the order is the service's own, and a record may come
 * twice or without having been asked for: so articles are matched by PMID, and what is missing is
 * told. Of several records of one PMID the one of the highest version counts. */
#ifndef WRT_PUBMED_LIVE_ARTICLES_H
#define WRT_PUBMED_LIVE_ARTICLES_H

#include "pubmed/article.h"
#include "pubmed/live/answers.h"

typedef struct {
    const wrt_pubmed_article *const *articles; /* in the order asked; each PMID once */
    size_t n;
    wrt_id_list missing; /* asked, and not in the answer: unknown or withdrawn */
    wrt_id_list deleted; /* of the missing, those that the answer calls deleted */
    int64_t unasked;     /* records that nobody asked for: dropped */
} wrt_live_articles;

/* What came, in the arena; any order. */
typedef struct {
    wrt_arena *arena;
    const wrt_pubmed_article **articles;
    size_t n;
    const int64_t *deleted;
    size_t n_deleted;
} wrt_live_pile;

void wrt_live_pile_add(wrt_live_pile *pile, const wrt_pubmed_article *article); /* borrowed */
void wrt_live_pile_add_deleted(wrt_live_pile *pile, int64_t pmid);

/* Appends to *out what the pile holds of the ids asked, which are distinct. O(ids * pile). */
void wrt_live_articles_match(wrt_live_articles *out, const wrt_live_pile *pile, wrt_id_list asked);

/* Reads a PubmedArticleSet into the pile; copies. An error document, a cut-off one and one of
 * another kind set *fault. An empty set is WRT_OK. */
wrt_status wrt_live_pile_read(wrt_live_pile *pile, wrt_str body, wrt_live_fault *fault,
                              wrt_err *err);

#endif
