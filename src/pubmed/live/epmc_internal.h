/* epmc_internal.h: shared by epmc_answer.c and epmc_article.c. */
#ifndef WRT_PUBMED_LIVE_EPMC_INTERNAL_H
#define WRT_PUBMED_LIVE_EPMC_INTERNAL_H

#include "pubmed/article.h"

/* The article that one element of "result" describes. */
const wrt_pubmed_article *wrt_epmc_article_of(wrt_arena *arena, const wrt_json *result);

/* The text of a member in the arena, plain; "" when absent or no text. */
wrt_str wrt_epmc_text(wrt_arena *arena, const wrt_json *object, const char *key);

/* Cuts an abstract at its headings (<h4>Background</h4>). */
void wrt_epmc_set_abstract(wrt_pubmed_article *article, wrt_arena *arena, wrt_str html);

#endif
