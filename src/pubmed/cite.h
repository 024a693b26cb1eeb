/* cite.h: the citation of an article for reference managers: RIS, BibTeX and CSL-JSON.
 *
 * A record that is not plainly "ok" says so loudly in every form: a prefix of the title
 * ("RETRACTED: ", "NOTICE: ", "CONCERN: ", "DELETED: ", not for "corrected") and a note that names
 * the linked records. Ids are PMID, DOI, PMC id and, for chapters of NCBI's bookshelf, the
 * accession. Text stays UTF-8. */
#ifndef WRT_PUBMED_CITE_H
#define WRT_PUBMED_CITE_H

#include "base/err.h"
#include "pubmed/article.h"

typedef enum {
    WRT_PUBMED_CITE_TEXT, /* one line for people, after the NLM's Citing Medicine */
    WRT_PUBMED_CITE_RIS,
    WRT_PUBMED_CITE_BIBTEX,
    WRT_PUBMED_CITE_CSL
} wrt_pubmed_style;

/* "text", "ris", "bibtex" or "csl"; false for any other name. */
bool wrt_pubmed_style_of_name(wrt_pubmed_style *out, const char *name);

/* Appends one citation to out: a line; a RIS record with CR LF line ends, as its users expect; a
 * BibTeX entry with the key "pmid123" and an empty line after it; one CSL-JSON object on a line.
 * WRT_E_LIMIT when the buffer is full. O(size of the article). */
wrt_status wrt_pubmed_cite(wrt_buf *out, const wrt_pubmed_article *article, wrt_pubmed_style style,
                           wrt_err *err);

/* One CSL-JSON item; the caller frees it. A list of items is an array of such. */
wrt_json *wrt_pubmed_cite_csl(const wrt_pubmed_article *article);

#endif
