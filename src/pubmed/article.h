/* article.h: one PubMed record as the program sees it.
 *
 * Everything lives in the arena that the maker of the article names and is valid as long as it.
 * Texts are valid UTF-8, normalised as reader.h says; an absent text has len 0, an absent list n 0.
 * The JSON form of an article is that of the tool pubmed_fetch (CONTRACTS.md). */
#ifndef WRT_PUBMED_ARTICLE_H
#define WRT_PUBMED_ARTICLE_H

#include "base/arena.h"
#include "base/json.h"

/* Whether a record may be grounds for a claim. Of several that hold, the last in this list counts:
 * a retracted paper with an erratum is retracted. */
typedef enum {
    WRT_PUBMED_UNKNOWN, /* not known here: not the same as "ok" */
    WRT_PUBMED_OK,
    WRT_PUBMED_CORRECTED, /* an erratum, a republication or an update of it was published */
    WRT_PUBMED_CONCERN,   /* an expression of concern was published */
    WRT_PUBMED_NOTICE,    /* it is itself a notice of retraction or concern, or an erratum */
    WRT_PUBMED_RETRACTED,
    WRT_PUBMED_DELETED /* PubMed withdrew the record */
} wrt_pubmed_status;

/* What a record says about its own standing, one bit each; the status follows from them. The two
 * title signals are weak ("RETRACTED: ...", "Retraction note to ..."): they are told, but do not
 * change the status. */
enum {
    WRT_PUBMED_RETRACTED_BY_TYPE = 1 << 0,    /* publication type D016441 */
    WRT_PUBMED_RETRACTED_BY_LINK = 1 << 1,    /* RetractionIn, RetractedandRepublishedIn */
    WRT_PUBMED_RETRACTED_BY_HISTORY = 1 << 2, /* PubMedPubDate "retracted" */
    WRT_PUBMED_NOTICE_OF_RETRACTION = 1 << 3, /* type D016440 or RetractionOf */
    WRT_PUBMED_NOTICE_OF_CONCERN = 1 << 4,    /* that type or ExpressionOfConcernFor */
    WRT_PUBMED_NOTICE_OF_ERRATUM = 1 << 5,    /* type D016425 or ErratumFor */
    WRT_PUBMED_HAS_CONCERN = 1 << 6,          /* ExpressionOfConcernIn */
    WRT_PUBMED_HAS_ERRATUM = 1 << 7,          /* ErratumIn */
    WRT_PUBMED_HAS_NEW_FORM = 1 << 8,         /* CorrectedandRepublishedIn, UpdateIn */
    WRT_PUBMED_TITLE_SAYS_RETRACTED = 1 << 9,
    WRT_PUBMED_TITLE_SAYS_NOTICE = 1 << 10
};

enum { WRT_PUBMED_TRIALS_MAX = 1000 }; /* trial ids kept of one record, of each kind */

typedef struct {
    wrt_str label, category, text;
} wrt_pubmed_section;

typedef struct {
    wrt_str type, language; /* "plain-language-summary"; "spa" */
    const wrt_pubmed_section *sections;
    size_t n_sections;
} wrt_pubmed_other_abstract;

typedef struct {
    wrt_str name;                         /* "LastName Initials Suffix", or the collective name */
    wrt_str last, fore, initials, suffix; /* empty for a collective */
    wrt_str orcid;                        /* "0000-0002-1825-0097", however it was spelt */
    const wrt_str *affiliations;
    size_t n_affiliations;
    bool is_collective, is_equal_contributor;
} wrt_pubmed_author;

typedef struct {
    wrt_str ui, name;
    bool is_major;
} wrt_pubmed_term;

typedef struct {
    wrt_pubmed_term descriptor; /* is_major: as its own attribute says */
    const wrt_pubmed_term *qualifiers;
    size_t n_qualifiers;
} wrt_pubmed_heading;

typedef struct {
    wrt_str registry, ui, name; /* registry "" where PubMed writes "0" */
} wrt_pubmed_chemical;

typedef struct {
    wrt_str type, source; /* RefType; RefSource */
    int64_t pmid;         /* 0: none */
} wrt_pubmed_correction;

typedef struct {
    wrt_str name;
    const wrt_str *ids;
    size_t n_ids;
} wrt_pubmed_databank;

typedef struct {
    wrt_str number, acronym, agency, country;
} wrt_pubmed_grant;

/* A date with its precision: start and end are "2019", "2019-09" or "2019-09-17", and equal unless
 * the source names a range ("2019 Sep-Oct"). raw is as printed. */
typedef struct {
    wrt_str raw, start, end;
} wrt_pubmed_date;

typedef struct {
    int64_t pmid;
    int version;
    bool is_book;
    wrt_str title; /* of a book chapter: the chapter's */
    wrt_str vernacular_title;
    const wrt_pubmed_section *abstract;
    const wrt_pubmed_other_abstract *other_abstracts;
    const wrt_pubmed_author *authors, *editors;
    bool is_author_list_complete;
    wrt_str journal; /* of a book: its title */
    wrt_str iso_abbrev, medline_ta, nlm_id, issn, issn_linking, country, volume, issue, pages;
    int year; /* 0: not stated */
    wrt_pubmed_date pubdate, electronic_date;
    wrt_pubmed_date contribution_date;    /* of a book chapter */
    wrt_str date_completed, date_revised; /* "2019-09-17" or "" */
    wrt_str doi, pii, pmcid;
    wrt_str book_title, book_accession, publisher, publisher_place, isbn;
    const wrt_pubmed_heading *mesh;
    const wrt_pubmed_term *supplementary; /* SupplMeshList; is_major is false */
    const wrt_pubmed_term *types;         /* publication types */
    const wrt_pubmed_chemical *chemicals;
    const wrt_str *keywords;
    const wrt_pubmed_databank *databanks;
    const wrt_str *nct_ids;       /* of the data banks */
    const wrt_str *nct_mentioned; /* in the abstract's text only */
    const wrt_pubmed_grant *grants;
    const wrt_pubmed_correction *corrections; /* links but Cites */
    const int64_t *references; /* PMIDs that the paper cites, by its reference list */
    const int64_t *cites;      /* the same by Cites links, in old records */
    const wrt_str *languages;
    wrt_str coi, copyright, record_status, owner, indexing_method, publication_status;
    size_t n_abstract, n_other_abstracts, n_authors, n_editors, n_mesh, n_supplementary, n_types,
        n_chemicals, n_keywords, n_databanks, n_nct_ids, n_nct_mentioned, n_grants, n_corrections,
        n_references, n_cites, n_languages;
    unsigned signals;         /* WRT_PUBMED_RETRACTED_BY_TYPE and so on */
    wrt_pubmed_status status; /* by what the record itself says */
} wrt_pubmed_article;

/* 1 to 10 digits; false for anything else and for 0. */
bool wrt_pubmed_pmid_of_text(int64_t *out, wrt_str text);

const char *wrt_pubmed_status_name(wrt_pubmed_status status); /* "ok", "retracted", ... */
bool wrt_pubmed_status_of_name(wrt_pubmed_status *out, wrt_str name);

/* Never DELETED or UNKNOWN: a record that speaks exists. */
wrt_pubmed_status wrt_pubmed_status_of_signals(unsigned signals);

/* May it stand under a claim by default: ok and corrected only. */
bool wrt_pubmed_status_is_ground(wrt_pubmed_status status);

/* A copy with all its lists and texts in the arena. O(size of the article). */
wrt_pubmed_article *wrt_pubmed_article_copy(wrt_arena *arena, const wrt_pubmed_article *article);

/* The abstract as one text: sections joined by line feeds, each "LABEL: text" where it has a label;
 * appended to out. */
void wrt_pubmed_abstract_text(wrt_buf *out, const wrt_pubmed_article *article);

/* The whole article as JSON; the caller frees it. */
wrt_json *wrt_pubmed_article_json(const wrt_pubmed_article *article);

#endif
