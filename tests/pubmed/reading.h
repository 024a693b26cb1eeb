/* reading.h: PubMed XML read into JSON for tests. */
#ifndef TEST_PUBMED_READING_H
#define TEST_PUBMED_READING_H

#include "pubmed/reader.h"

/* What cmocka.h wants to stand before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The articles as an array of wrt_pubmed_article_json, the text being pushed in pieces of that
 * many bytes; each piece is a block of its own, so that a read beyond it shows. */
wrt_status pubmed_read_in_pieces(wrt_json **out, wrt_pubmed_counts *counts, wrt_str text,
                                 size_t piece, wrt_err *err);
/* The same at once; fails the test when the text is refused. */
wrt_json *pubmed_read_well(const char *text, wrt_pubmed_counts *counts);
/* The same from a file below data/pubmed of WARRANT_SHARED. */
wrt_json *pubmed_read_shared(const char *name, wrt_pubmed_counts *counts);
char *pubmed_shared_path(const char *name); /* the caller frees it */
/* A JSON file from there; skips the test, saying so, when it is absent. */
wrt_json *pubmed_shared_json(const char *name);

const wrt_json *pubmed_first(const wrt_json *articles);
/* An absent text counts as "". */
void pubmed_expect_text(const wrt_json *object, const char *key, const char *wanted);

/* One article around `inside` the MedlineCitation of PMID 123. */
#define CITATION(inside)                                                                           \
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version=\"1\">123</PMID>" inside      \
    "</MedlineCitation></PubmedArticle></PubmedArticleSet>"

#endif
