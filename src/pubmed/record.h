/* record.h: one article in the making. Knows the meaning of elements and nothing of XML.
 *
 * `object` is what fields of the innermost open container are written into: the article, or its
 * author, date, grant... The table of shape.h guarantees that a row's field belongs to it. */
#ifndef WRT_PUBMED_RECORD_H
#define WRT_PUBMED_RECORD_H

#include "pubmed/article.h"
#include "pubmed/date.h"
#include "pubmed/shape.h"

typedef struct {
    wrt_str printed, start, end;
} wrt_pubmed_pagination;

typedef enum {
    AUTHORS_NONE,
    AUTHORS_OF_WORK,
    AUTHORS_OF_BOOK,
    AUTHORS_EDITORS
} wrt_pubmed_author_list;

typedef struct {
    wrt_arena *arena;
    wrt_pubmed_article *article; /* NULL between articles */
    void *object;
    wrt_pubmed_author author;
    wrt_pubmed_author_list list; /* where the author goes */
    bool is_author_valid, are_authors_of_book;
    wrt_pubmed_heading heading;
    wrt_pubmed_chemical chemical;
    wrt_pubmed_grant grant;
    wrt_pubmed_databank databank;
    wrt_pubmed_correction correction;
    wrt_pubmed_other_abstract other;
    wrt_pubmed_pagination pagination;
    wrt_pubmed_date_parts dates[DATE_KINDS + 1]; /* the last: repeated ones, not kept */
    wrt_str location_doi, listed_doi, location_pii, listed_pii, listed_pmcid, other_pmcid;
} wrt_pubmed_record;

/* What an element brings: its row, its wanted attributes (len 0 when absent) and, for a place that
 * holds text, the normalised text. All valid UTF-8; attributes live in the record's arena, the text
 * for the call. */
typedef struct {
    const wrt_pubmed_row *row;
    wrt_str attributes[WRT_PUBMED_ATTRIBUTES];
    wrt_str text;
} wrt_pubmed_item;

/* Between articles the record is zero. */
void wrt_pubmed_record_open(wrt_pubmed_record *record, bool is_book);
void wrt_pubmed_record_clear(wrt_pubmed_record *record);

/* At the start tag of a container, at the end tag of a text, at the end tag of a container. */
void wrt_pubmed_record_enter(wrt_pubmed_record *record, const wrt_pubmed_item *item);
wrt_status wrt_pubmed_record_text(wrt_pubmed_record *record, const wrt_pubmed_item *item,
                                  wrt_err *err);
void wrt_pubmed_record_leave(wrt_pubmed_record *record, wrt_pubmed_place place);

/* Completes the article, which lives until the record is cleared. */
wrt_status wrt_pubmed_record_close(const wrt_pubmed_article **out, wrt_pubmed_record *record,
                                   wrt_err *err);

#endif
