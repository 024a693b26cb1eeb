/* pack.h: an article as bytes, for one row of the store.
 *
 * The fields stand one after the other in a fixed order, numbers as LEB128 and texts with their
 * length before them, so that a text is found again byte for byte and an unpacked article borrows
 * it without a copy. What a search reads of every candidate (title, abstract, MeSH, types) stands
 * first. The first byte is the version of the form. */
#ifndef WRT_PUBMED_PACK_H
#define WRT_PUBMED_PACK_H

#include "base/buf.h"
#include "base/err.h"
#include "pubmed/article.h"

enum { WRT_PUBMED_PACK_VERSION = 1 };

/* Appends; out->overflow tells that it did not fit. */
void wrt_pubmed_pack(wrt_buf *out, const wrt_pubmed_article *article);

/* The article's texts borrow from `bytes`, its lists live in the arena. Bytes that were not written
 * by wrt_pubmed_pack are WRT_E_INPUT: every length is checked before it is used, and every text
 * must be UTF-8 without U+0000. */
wrt_status wrt_pubmed_unpack(wrt_pubmed_article *out, wrt_arena *arena, wrt_str bytes,
                             wrt_err *err);

/* Only pmid, version, year, status, signals, title, abstract, MeSH, types, keywords and journal;
 * all else is empty. */
wrt_status wrt_pubmed_unpack_head(wrt_pubmed_article *out, wrt_arena *arena, wrt_str bytes,
                                  wrt_err *err);

#endif
