/* date.h: dates of publication, which PubMed prints in many forms, with their precision kept.
 *
 * Read are a year, optionally a month (name or number) and a day, and ranges of such, joined by
 * "-" or "/": "2019 Sep 20", "2018 05 17", "2019 Sep/Oct", "1998 Dec-1999 Jan", "1999 Sep 15-30".
 * The right end of a range takes what it does not say from the left, and the left its year from the
 * right. Seasons by name stay at the precision of a year, as does a range that would run backwards.
 * O(length). */
#ifndef WRT_PUBMED_DATE_H
#define WRT_PUBMED_DATE_H

#include "pubmed/article.h"

/* The parts as the XML has them; either medline or some of the others. */
typedef struct {
    wrt_str year, month, day, season, medline;
} wrt_pubmed_date_parts;

/* raw is medline, or the other parts joined by blanks. Start and end are empty when no year of four
 * digits is found. */
void wrt_pubmed_date_of_parts(wrt_pubmed_date *out, wrt_arena *arena,
                              const wrt_pubmed_date_parts *parts);

/* The same from the printed form. raw is borrowed. */
void wrt_pubmed_date_of_text(wrt_pubmed_date *out, wrt_arena *arena, wrt_str raw);

/* The first run of exactly four digits, 1 to 9999; 0 when there is none. */
int wrt_pubmed_year_of_text(wrt_str text);

/* "day", "month", "year", "range"; NULL for an empty date. */
const char *wrt_pubmed_date_precision(const wrt_pubmed_date *date);

#endif
