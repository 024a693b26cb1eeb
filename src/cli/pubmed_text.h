/* pubmed_text.h: an article for people, on a terminal. */
#ifndef WRT_CLI_PUBMED_TEXT_H
#define WRT_CLI_PUBMED_TEXT_H

#include "pubmed/article.h"

#include <stdio.h>

/* The sentence that stands between stars above a record that is not plainly fit as evidence; NULL
 * for one that is. */
const char *wrt_cli_warning_of(const wrt_pubmed_article *article);

/* The record with that warning, its text and its links; control characters become '?'. */
void wrt_cli_print_article(FILE *out, const wrt_pubmed_article *article);

#endif
