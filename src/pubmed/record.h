/* record.h: one article in the making. Knows the meaning of elements and nothing of XML. */
#ifndef WRT_PUBMED_RECORD_H
#define WRT_PUBMED_RECORD_H

#include "base/json.h"
#include "pubmed/shape.h"

typedef struct {
    wrt_json *article;    /* NULL between articles */
    wrt_json *name;       /* parts of the author that is open, or NULL */
    wrt_json *heading;    /* the MeSH heading that is open, or NULL */
    wrt_json *correction; /* the correction that is open, or NULL */
    wrt_json *location_doi, *listed_doi, *listed_pmcid, *other_pmcid;
    int year, article_year;
    bool is_author_list; /* false inside a list of editors */
    bool retracted, notice, concern, corrected;
} wrt_pubmed_record;

/* What an element brings: its row, its wanted attributes (NULL when absent) and, for a place that
 * holds text, the normalised text. All valid UTF-8. */
typedef struct {
    const wrt_pubmed_row *row;
    const char *a, *b;
    wrt_str text;
} wrt_pubmed_item;

void wrt_pubmed_record_open(wrt_pubmed_record *record);
void wrt_pubmed_record_clear(wrt_pubmed_record *record);

/* At the start tag of a container, at the end tag of a text, at the end tag of a container. */
void wrt_pubmed_record_enter(wrt_pubmed_record *record, const wrt_pubmed_item *item);
wrt_status wrt_pubmed_record_text(wrt_pubmed_record *record, const wrt_pubmed_item *item,
                                  wrt_err *err);
void wrt_pubmed_record_leave(wrt_pubmed_record *record, wrt_pubmed_place place);

/* Completes the article and gives it to the caller; the record is clear afterwards. */
wrt_status wrt_pubmed_record_close(wrt_json **out, wrt_pubmed_record *record, wrt_err *err);

#endif
