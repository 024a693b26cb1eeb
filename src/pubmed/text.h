/* text.h: the text of one element, collected in pieces and normalised at its end.
 *
 * Character data come in pieces that mean nothing. Outside MathML they are joined as they are;
 * inside, each text node is trimmed before it is joined. At the end every run of XML white space
 * (blank, tab, CR, LF) becomes one blank and both ends are trimmed; other spaces (U+00A0, U+2009)
 * stay. */
#ifndef WRT_PUBMED_TEXT_H
#define WRT_PUBMED_TEXT_H

#include "base/buf.h"

typedef struct {
    wrt_buf all;
    wrt_buf math; /* the text node inside MathML that is open */
} wrt_pubmed_text;

wrt_pubmed_text wrt_pubmed_text_make(size_t cap);
void wrt_pubmed_text_free(wrt_pubmed_text *text);
void wrt_pubmed_text_clear(wrt_pubmed_text *text);

/* False once the cap was passed. */
bool wrt_pubmed_text_add(wrt_pubmed_text *text, wrt_str piece, bool is_math);
/* Ends a text node inside MathML, at any tag. */
void wrt_pubmed_text_end_node(wrt_pubmed_text *text);
/* The whole, normalised in place; valid until the next clear. O(length). */
wrt_str wrt_pubmed_text_finish(wrt_pubmed_text *text);

bool wrt_pubmed_is_blank(char byte); /* XML white space */
wrt_str wrt_pubmed_trim(wrt_str text);

#endif
