/* shape.h: which elements of PubMed XML matter, and where.
 *
 * An element is known by the place of its parent and its own name, never by its name alone: PMID,
 * Year, Title and ArticleIdList occur in many places, and taking one from the wrong subtree (the
 * reference list, say) is the usual fault of PubMed readers. */
#ifndef WRT_PUBMED_SHAPE_H
#define WRT_PUBMED_SHAPE_H

#include <stddef.h>

typedef enum {
    PLACE_SKIP, /* not wanted, nor anything below it */
    PLACE_DOCUMENT,
    PLACE_SET,
    PLACE_DELETED,
    /* An article opens at the outermost of these. */
    PLACE_ARTICLE,
    PLACE_CITATION,
    PLACE_BOOK_ARTICLE,
    /* Containers inside an article. */
    PLACE_WORK, /* the element named Article */
    PLACE_ABSTRACT,
    PLACE_OTHER_ABSTRACT,
    PLACE_JOURNAL,
    PLACE_JOURNAL_INFO,
    PLACE_ISSUE,
    PLACE_PAGINATION,
    PLACE_DATE, /* field: a wrt_pubmed_date_kind */
    PLACE_AUTHORS,
    PLACE_BOOK_AUTHORS, /* of the book of which the record may be a chapter */
    PLACE_AUTHOR,
    PLACE_AFFILIATIONS,
    PLACE_TYPES,
    PLACE_DATABANKS,
    PLACE_DATABANK,
    PLACE_ACCESSIONS,
    PLACE_GRANTS,
    PLACE_GRANT,
    PLACE_CHEMICALS,
    PLACE_CHEMICAL,
    PLACE_SUPPLEMENTS,
    PLACE_MESH,
    PLACE_HEADING,
    PLACE_KEYWORDS,
    PLACE_CORRECTIONS,
    PLACE_CORRECTION,
    PLACE_DATA,
    PLACE_IDS,
    PLACE_HISTORY,
    PLACE_EVENT,
    PLACE_REFERENCES,
    PLACE_REFERENCE,
    PLACE_REFERENCE_IDS,
    PLACE_BOOK_DOCUMENT,
    PLACE_BOOK,
    PLACE_PUBLISHER,
    /* Places that hold text; what is below them is inline markup. */
    PLACE_TEXT,
    PLACE_FIELD = PLACE_TEXT, /* field: offset of a wrt_str in the object that is open */
    PLACE_FIELD_IF_EMPTY,     /* the same, but the first one stays */
    PLACE_PMID,
    PLACE_SECTION,
    PLACE_OTHER_SECTION,
    PLACE_AFFILIATION,
    PLACE_IDENTIFIER,
    PLACE_LANGUAGE,
    PLACE_KEYWORD,
    PLACE_TYPE,
    PLACE_DESCRIPTOR,
    PLACE_QUALIFIER,
    PLACE_SUPPLEMENT,
    PLACE_SUBSTANCE,
    PLACE_ACCESSION,
    PLACE_LINKED_PMID,
    PLACE_LOCATION,
    PLACE_ID,
    PLACE_OTHER_ID,
    PLACE_REFERENCE_ID,
    PLACE_DELETED_PMID,
    /* Inside text. */
    PLACE_INLINE,
    PLACE_MATH,
    PLACE_COUNT
} wrt_pubmed_place;

typedef enum {
    DATE_PUBLISHED,
    DATE_ELECTRONIC,
    DATE_CONTRIBUTED,
    DATE_COMPLETED,
    DATE_REVISED,
    DATE_KINDS
} wrt_pubmed_date_kind;

enum { WRT_PUBMED_ATTRIBUTES = 3 };

typedef struct {
    wrt_pubmed_place parent;
    const char *name;
    wrt_pubmed_place place;
    const char *attributes[WRT_PUBMED_ATTRIBUTES]; /* the ones that are wanted, then NULL */
    size_t field;
} wrt_pubmed_row;

/* The table, hashed. Made once for each reader. */
typedef struct {
    unsigned char slots[512]; /* 1 + index of a row; 0: free */
} wrt_pubmed_shape;

void wrt_pubmed_shape_make(wrt_pubmed_shape *out);

/* The row of an element, or NULL when it is to be skipped. O(1) on average. */
const wrt_pubmed_row *wrt_pubmed_shape_find(const wrt_pubmed_shape *shape, wrt_pubmed_place parent,
                                            const char *name);

#endif
