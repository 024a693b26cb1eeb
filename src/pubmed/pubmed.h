/* pubmed.h: PubMed XML, read as a stream, one record at a time.
 *
 * Bytes are pushed in pieces of any size; each article is handed to a callback as soon as its end
 * tag was read, so memory depends on the largest article and not on the file. Accepted roots:
 * PubmedArticleSet, PubmedArticle, MedlineCitationSet, MedlineCitation; the version of the DTD does
 * not matter, since nothing is validated and unknown elements are skipped with all they hold.
 *
 * Refused: entity declarations and references other than the five predefined ones, anything not
 * well formed (a cut-off file too), bytes that are not UTF-8 whatever the file declares, and sizes
 * beyond the caps below. Nothing outside the given bytes is ever read: no DTD, no network.
 *
 * A record is an object with these members, always present and in this order:
 *   pmid (text), version, title, vernacular_title, abstract [{label,category,text}],
 *   authors [{name,collective}], journal, iso_abbrev, volume, issue, year, doi, pmcid,
 *   mesh [{ui,name,major,qualifiers:[{ui,name,major}]}], publication_types [{ui,name}],
 *   corrections [{type,pmid,source}], languages, status, retracted
 * Absent values are null, absent lists empty. status is "retracted", "notice" (the notice of a
 * retraction), "concern", "corrected" or "ok", the first that holds; retracted is true for the
 * first. Text is all character data in document order, runs of XML white space as one blank,
 * trimmed; inline markup adds nothing and loses nothing; inside MathML every text node is trimmed
 * before it is joined. */
#ifndef WRT_PUBMED_PUBMED_H
#define WRT_PUBMED_PUBMED_H

#include "base/err.h"
#include "base/json.h"

enum {
    WRT_PUBMED_DEPTH_MAX = 64,         /* open elements */
    WRT_PUBMED_TEXT_MAX = 1 << 20,     /* bytes of one title, section or name */
    WRT_PUBMED_ARTICLE_MAX = 16 << 20, /* bytes of one record, counted with its structure */
    WRT_PUBMED_PIECE = 1 << 16         /* bytes that are parsed at once */
};

typedef struct {
    int64_t articles; /* handed to the callback */
    int64_t books;    /* PubmedBookArticle: skipped */
    int64_t deleted;  /* PMIDs under DeleteCitation: counted only */
} wrt_pubmed_counts;

/* Takes one article, borrowed for the call. A failure stops the reader and is returned by it. */
typedef wrt_status (*wrt_pubmed_fn)(const wrt_json *article, void *ctx, wrt_err *err);

typedef struct wrt_pubmed_reader wrt_pubmed_reader;

wrt_pubmed_reader *wrt_pubmed_reader_new(wrt_pubmed_fn fn, void *ctx);
void wrt_pubmed_reader_free(wrt_pubmed_reader *reader); /* accepts NULL */

/* Articles that end within `bytes` reach the callback before this returns. WRT_E_INPUT names the
 * line; WRT_E_LIMIT the cap; WRT_E_UNSUPPORTED is gzip data. After a failure every later call gives
 * the same failure. */
wrt_status wrt_pubmed_push(wrt_pubmed_reader *reader, wrt_str bytes, wrt_err *err);

/* Says that no more bytes follow. A document that is not complete is WRT_E_INPUT: what came before
 * was handed out, and the caller must not take it for the whole. *counts may be NULL. */
wrt_status wrt_pubmed_finish(wrt_pubmed_counts *counts, wrt_pubmed_reader *reader, wrt_err *err);

/* Both over a file, or over standard input for "-". *counts may be NULL. */
wrt_status wrt_pubmed_read_file(wrt_pubmed_counts *counts, const char *path, wrt_pubmed_fn fn,
                                void *ctx, wrt_err *err);

#endif
