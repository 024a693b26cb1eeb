/* reader.h: PubMed XML, read as a stream, one article at a time.
 *
 * Bytes are pushed in pieces of any size; each article is handed to a callback as soon as its end
 * tag was read, so memory depends on the largest article and not on the file. Accepted roots:
 * PubmedArticleSet, MedlineCitationSet, PubmedBookArticleSet and a single PubmedArticle,
 * MedlineCitation or PubmedBookArticle; the version of the DTD does not matter, since nothing is
 * validated and unknown elements are skipped with all they hold.
 *
 * Refused: entity declarations and references other than the five predefined ones, anything not
 * well formed (a cut-off file too), bytes that are not UTF-8 whatever the file declares, and sizes
 * beyond the caps below. Nothing outside the given bytes is ever read: no DTD, no network.
 *
 * Text is all character data in document order, runs of XML white space as one blank, trimmed;
 * inline markup adds nothing and loses nothing; inside MathML every text node is trimmed before it
 * is joined. Several versions of one PMID in a file are all handed out, with their version. */
#ifndef WRT_PUBMED_READER_H
#define WRT_PUBMED_READER_H

#include "base/input.h"
#include "pubmed/article.h"

enum {
    WRT_PUBMED_DEPTH_MAX = 64,         /* open elements */
    WRT_PUBMED_TEXT_MAX = 1 << 20,     /* bytes of one title, section or name */
    WRT_PUBMED_ARTICLE_MAX = 16 << 20, /* bytes of one article, counted with its structure */
    WRT_PUBMED_TAG_MAX = 1 << 15,      /* bytes of one attribute; about, of one tag or comment */
    WRT_PUBMED_PIECE = 1 << 14         /* bytes that are parsed at once */
};

/* What is called, in document order. A failure stops the reader and is returned by it. Either may
 * be NULL: then it is counted only. */
typedef struct {
    /* The article is borrowed for the call (wrt_pubmed_article_copy keeps it). */
    wrt_status (*article)(const wrt_pubmed_article *article, void *ctx, wrt_err *err);
    /* A PMID under DeleteCitation. */
    wrt_status (*deleted)(int64_t pmid, void *ctx, wrt_err *err);
} wrt_pubmed_sink;

typedef struct {
    int64_t articles; /* handed out, without books */
    int64_t books;    /* handed out */
    int64_t deleted;
    int64_t bytes; /* of XML */
} wrt_pubmed_counts;

typedef struct wrt_pubmed_reader wrt_pubmed_reader;

wrt_pubmed_reader *wrt_pubmed_reader_new(wrt_pubmed_sink sink, void *ctx);
void wrt_pubmed_reader_free(wrt_pubmed_reader *reader); /* accepts NULL */

/* Articles that end within `bytes` reach the callback before this returns. WRT_E_INPUT names the
 * line; WRT_E_LIMIT the cap; WRT_E_UNSUPPORTED is gzip data. After a failure every later call gives
 * the same failure. O(bytes). */
wrt_status wrt_pubmed_push(wrt_pubmed_reader *reader, wrt_str bytes, wrt_err *err);

/* Says that no more bytes follow. A document that is not complete is WRT_E_INPUT: what came before
 * was handed out, and the caller must not take it for the whole. *counts may be NULL. */
wrt_status wrt_pubmed_finish(wrt_pubmed_counts *counts, wrt_pubmed_reader *reader, wrt_err *err);

/* Both over an opened input, to its end; errors name it. */
wrt_status wrt_pubmed_read_input(wrt_pubmed_counts *counts, wrt_input *input, wrt_pubmed_sink sink,
                                 void *ctx, wrt_err *err);

/* The same over a file, compressed or not (base/input.h), or over standard input for "-". */
wrt_status wrt_pubmed_read_file(wrt_pubmed_counts *counts, const char *path, wrt_pubmed_sink sink,
                                void *ctx, wrt_err *err);

#endif
