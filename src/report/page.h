/* page.h: HTML by small steps. Text enters a page through wrt_page_text only. */
#ifndef WRT_REPORT_PAGE_H
#define WRT_REPORT_PAGE_H

#include "base/buf.h"
#include "base/json.h"

/* Escaped for element content and for quoted attributes. Control characters and those that reorder
 * text (bidirectional overrides, U+202A-202E, U+2066-2069) become U+FFFD: a name must not be able
 * to look like another one. Cut at WRT_REPORT_CELL_MAX bytes with a visible mark. NULL writes
 * nothing. */
void wrt_page_text(wrt_buf *out, const char *text);

/* A name of ours or of a standard for people: "knowledge_assertion" as "knowledge assertion". */
void wrt_page_words(wrt_buf *out, const char *name);

/* The texts of an array (or a single text), joined by a separator of ours. */
void wrt_page_list(wrt_buf *out, const wrt_json *value, const char *separator);

void wrt_page_open(wrt_buf *out, const char *title);
/* foot: of each printed page; letters, digits and " .:-" of it are kept. */
void wrt_page_open_footed(wrt_buf *out, const char *title, const char *foot);
void wrt_page_close(wrt_buf *out);

/* <section> with a heading; id and title are ours. */
void wrt_page_section(wrt_buf *out, const char *id, const char *title);
void wrt_page_section_end(wrt_buf *out);
void wrt_page_heading(wrt_buf *out, const char *text); /* <h3> */

/* What is closed at first and open on paper. The summary is one line of text. */
void wrt_page_details(wrt_buf *out, const char *summary);
void wrt_page_details_end(wrt_buf *out);

/* Around an <svg>, or a table of draw/plot.h, so that it scrolls by itself; the label is read out.
 */
void wrt_page_wide(wrt_buf *out, const char *label);
void wrt_page_wide_end(wrt_buf *out);

/* A table with a caption and column heads, all ours; heads end with NULL. */
void wrt_page_table(wrt_buf *out, const char *caption, const char *const *heads);
void wrt_page_table_end(wrt_buf *out);
void wrt_page_row(wrt_buf *out); /* the first cell of a row is its head */
void wrt_page_row_end(wrt_buf *out);
void wrt_page_head_cell(wrt_buf *out, const char *text);
void wrt_page_cell(wrt_buf *out, const char *text);
void wrt_page_cell_number(wrt_buf *out, const wrt_json *number, int decimals); /* "unknown" */

/* <p> and one pair of a <dl>; name is ours. */
void wrt_page_paragraph(wrt_buf *out, const char *text);
void wrt_page_note(wrt_buf *out, const char *text); /* a paragraph that must not be missed */
void wrt_page_pair(wrt_buf *out, const char *name, const char *text);
void wrt_page_items(wrt_buf *out, const wrt_json *texts); /* <li> each, without the list */

/* A mark with a sign and a word; is_good says which sign. */
typedef enum { WRT_BADGE_GOOD, WRT_BADGE_BAD, WRT_BADGE_PLAIN } wrt_badge;
void wrt_page_badge(wrt_buf *out, wrt_badge kind, const char *text);

/* A publication: a link where it is a PMID of digits, text in any other case. */
void wrt_page_publication(wrt_buf *out, const char *curie);
/* The digits of "PMID:123" or "123"; NULL when it is none of at most ten digits. */
const char *wrt_page_pmid(const char *curie);

/* Text as it is, at most `most` bytes; what is cut is counted. */
void wrt_page_code(wrt_buf *out, const char *text, size_t most);

#endif
