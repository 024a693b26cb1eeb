/* article_text.h: a PubMed article as text for people; one that is no ground says so first. */
#ifndef WRT_CLI_ARTICLE_TEXT_H
#define WRT_CLI_ARTICLE_TEXT_H

#include "pubmed/article.h"

#include <stdio.h>

/* Control characters of the record become '?'. */
void wrt_cli_print_article(FILE *out, const wrt_pubmed_article *article);

#endif
