/* score.h: how well one article answers a question, and which of its sentences says most. */
#ifndef WRT_PUBMED_SCORE_H
#define WRT_PUBMED_SCORE_H

#include "pubmed/question.h"
#include "pubmed/search.h"

/* BM25 over all words of the question and the boost of MeSH (search.h). */
double wrt_pubmed_score(const wrt_question *question, const wrt_pubmed_article *article);

/* The boosts that do not depend on the question: design, and recency against the newest year. */
double wrt_pubmed_boost(unsigned flags, int year, int newest_year);

/* The sentence of the abstract (of the title, where there is none) that holds the weightiest words
 * of the question; at most 400 bytes, cut at words. The field name is static or in the arena. */
wrt_pubmed_snippet wrt_pubmed_snippet_of(const wrt_question *question,
                                         const wrt_pubmed_article *article, wrt_arena *arena);

#endif
