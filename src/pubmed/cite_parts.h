/* cite_parts.h: what every form of citation says, whatever its syntax. */
#ifndef WRT_PUBMED_CITE_PARTS_H
#define WRT_PUBMED_CITE_PARTS_H

#include "pubmed/article.h"

typedef struct {
    int year, month, day; /* 0: not stated */
} wrt_pubmed_cite_date;

typedef struct {
    const wrt_pubmed_article *article;
    wrt_str title;                   /* with the prefix of its standing, without a final period */
    wrt_str note;                    /* one line about its standing, or empty */
    wrt_str first_page, last_page;   /* "1173-9" is 1173 and 1179; last is empty for one page */
    wrt_str url;                     /* of the record at PubMed */
    wrt_pubmed_cite_date start, end; /* equal unless a range; of a chapter: of the chapter */
} wrt_pubmed_cite_parts;

/* Texts live in the arena or in the article. Control characters of the article's texts are not
 * taken out here. */
void wrt_pubmed_cite_parts_of(wrt_pubmed_cite_parts *out, wrt_arena *arena,
                              const wrt_pubmed_article *article);

/* The forms. */
void wrt_pubmed_cite_as_text(wrt_buf *out, const wrt_pubmed_cite_parts *parts);
void wrt_pubmed_cite_as_ris(wrt_buf *out, const wrt_pubmed_cite_parts *parts);
void wrt_pubmed_cite_as_bibtex(wrt_buf *out, const wrt_pubmed_cite_parts *parts);
wrt_json *wrt_pubmed_cite_as_csl(const wrt_pubmed_cite_parts *parts);

/* Appends text with every control character (below U+0020, and U+007F) as a blank. */
void wrt_pubmed_cite_add(wrt_buf *out, wrt_str text);

#endif
