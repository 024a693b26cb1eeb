/* shape.h: which elements of PubMed XML matter, and where.
 *
 * An element is known by the place of its parent and its own name, never by its name alone: PMID,
 * Year, Title and ArticleIdList occur in many places, and taking one from the wrong subtree (the
 * reference list, say) is the usual fault of PubMed readers. */
#ifndef WRT_PUBMED_SHAPE_H
#define WRT_PUBMED_SHAPE_H

typedef enum {
    PLACE_SKIP, /* not wanted, nor anything below it */
    PLACE_DOCUMENT,
    PLACE_SET,
    PLACE_ARTICLE,
    PLACE_CITATION,
    PLACE_WORK, /* the element named Article */
    PLACE_ABSTRACT,
    PLACE_JOURNAL,
    PLACE_ISSUE,
    PLACE_PUBDATE,
    PLACE_ARTICLE_DATE,
    PLACE_AUTHORS,
    PLACE_AUTHOR,
    PLACE_TYPES,
    PLACE_MESH,
    PLACE_HEADING,
    PLACE_CORRECTIONS,
    PLACE_CORRECTION,
    PLACE_DATA,
    PLACE_IDS,
    PLACE_HISTORY,
    PLACE_EVENT,
    PLACE_DELETED,
    PLACE_BOOK,
    /* Places that hold text; what is below them is inline markup. */
    PLACE_TEXT,
    PLACE_FIELD = PLACE_TEXT, /* a text member of the record, named by the row's key */
    PLACE_PMID,
    PLACE_SECTION,
    PLACE_YEAR,
    PLACE_ARTICLE_YEAR,
    PLACE_NAME_PART, /* of an author; key says which */
    PLACE_LANGUAGE,
    PLACE_TYPE,
    PLACE_DESCRIPTOR,
    PLACE_QUALIFIER,
    PLACE_CORRECTION_PMID,
    PLACE_CORRECTION_SOURCE,
    PLACE_DOI,
    PLACE_ID,
    PLACE_OTHER_ID,
    PLACE_DELETED_PMID,
    PLACE_INLINE,
    PLACE_MATH
} wrt_pubmed_place;

typedef struct {
    wrt_pubmed_place parent;
    const char *name;
    wrt_pubmed_place place;
    const char *a, *b; /* the attributes that are wanted, or NULL */
    const char *key;
} wrt_pubmed_row;

/* The row of an element, or NULL when it is to be skipped. */
const wrt_pubmed_row *wrt_pubmed_row_of(wrt_pubmed_place parent, const char *name);

#endif
