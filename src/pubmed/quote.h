/* quote.h: is this sentence in the record, and where.
 *
 * A quotation is compared after folding both sides: case, runs of white space of any kind, dashes,
 * quotation marks and Unicode compatibility forms (ligatures, full-width letters, composed or not)
 * do not count. Words, digits and all other signs do, and a quotation must begin and end at the
 * border of a word: "significant" is not found inside "insignificant". What comes back are bytes of
 * the stored text, so that a verifier can look at them without this code. */
#ifndef WRT_PUBMED_QUOTE_H
#define WRT_PUBMED_QUOTE_H

#include "base/buf.h"
#include "base/err.h"
#include "pubmed/article.h"

enum { WRT_QUOTE_MAX = 1 << 16 }; /* bytes of a quotation; more is WRT_E_LIMIT */

typedef struct {
    bool found;
    bool is_exact;     /* the stored bytes are the given ones */
    const char *field; /* "title", "vernacular_title", "abstract[0]", "other_abstracts[0][1]" */
    size_t start, end; /* bytes of that field */
    wrt_str text;      /* those bytes, borrowed from the article */
} wrt_pubmed_quote;

/* Looks through the fields in the order above; the first place counts. A quotation without a letter
 * or digit is WRT_E_INPUT, as is one that is not UTF-8. The field name lives in the arena.
 * O(bytes of the record + bytes of the quotation). */
wrt_status wrt_pubmed_quote_find(wrt_pubmed_quote *out, const wrt_pubmed_article *article,
                                 wrt_arena *arena, wrt_str quotation, wrt_err *err);

/* Do the bytes start to end of the named field still say the quotation? False for a field that the
 * record does not have and for offsets outside it or inside a character. */
bool wrt_pubmed_quote_holds(const wrt_pubmed_article *article, const char *field, size_t start,
                            size_t end, wrt_str quotation);

/* The stored text of a named field; false when there is none. */
bool wrt_pubmed_field_text(wrt_str *out, const wrt_pubmed_article *article, const char *field);

/* {"found","field","start","end","text","exact","normalised"}; field to normalised are null when
 * not found. normalised is the folded form that was compared. */
wrt_json *wrt_pubmed_quote_json(const wrt_pubmed_quote *quote);

#endif
