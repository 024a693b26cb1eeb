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

/* The texts of an array (or a single text), joined by a separator of ours. */
void wrt_page_list(wrt_buf *out, const wrt_json *value, const char *separator);

void wrt_page_open(wrt_buf *out, const char *title);
void wrt_page_close(wrt_buf *out);

/* <section> with a heading; id and title are ours. */
void wrt_page_section(wrt_buf *out, const char *id, const char *title);
void wrt_page_section_end(wrt_buf *out);

/* A table with a caption and column heads, all ours; heads end with NULL. */
void wrt_page_table(wrt_buf *out, const char *caption, const char *const *heads);
void wrt_page_table_end(wrt_buf *out);
void wrt_page_row(wrt_buf *out); /* the first cell of a row is its head */
void wrt_page_row_end(wrt_buf *out);
void wrt_page_head_cell(wrt_buf *out, const char *text);
void wrt_page_cell(wrt_buf *out, const char *text);

/* <p> and one pair of a <dl>; name is ours. */
void wrt_page_paragraph(wrt_buf *out, const char *text);
void wrt_page_pair(wrt_buf *out, const char *name, const char *text);

#endif
