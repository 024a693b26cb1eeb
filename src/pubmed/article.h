/* article.h: one PubMed record as the program sees it.
 *
 * Everything lives in the arena that the maker of the article names and is valid as long as it.
 * Texts are valid UTF-8, normalised as pubmed.h says; an absent text has len 0, an absent list n 0.
 * The JSON form of an article is that of the tool pubmed_fetch (CONTRACTS.md). */
#ifndef WRT_PUBMED_ARTICLE_H
#define WRT_PUBMED_ARTICLE_H

#include "base/arena.h"
#include "base/json.h"

/* Whether a record may be grounds for a claim. The first that holds, in this order. */
typedef enum {
    WRT_PUBMED_UNKNOWN, /* not known here: not the same as "ok" */
    WRT_PUBMED_OK,
    WRT_PUBMED_CORRECTED, /* an erratum, a republication or an update of it was published */
    WRT_PUBMED_CONCERN,   /* an expression of concern was published */
    WRT_PUBMED_NOTICE,    /* it is itself a notice of retraction or concern, or an erratum */
    WRT_PUBMED_RETRACTED,
    WRT_PUBMED_DELETED /* PubMed withdrew the record */
} wrt_pubmed_status;

typedef struct {
    wrt_str label, category, text;
} wrt_pubmed_section;

typedef struct {
    wrt_str type, language; /* "plain-language-summary"; "spa" */
    const wrt_pubmed_section *sections;
    size_t n_sections;
} wrt_pubmed_other_abstract;

typedef struct {
    wrt_str name; /* "LastName Initials Suffix", or the collective name */
    wrt_str last, fore, initials, suffix, orcid;
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
    wrt_str number, agency, country;
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
    wrt_str title, vernacular_title;
    const wrt_pubmed_section *abstract;
    const wrt_pubmed_other_abstract *other_abstracts;
    const wrt_pubmed_author *authors;
    wrt_str journal, iso_abbrev, medline_ta, nlm_id, issn, volume, issue, pages;
    int year; /* 0: not stated */
    wrt_pubmed_date pubdate, electronic_date;
    wrt_str date_completed, date_revised; /* "2019-09-17" or "" */
    wrt_str doi, pmcid, book_accession, book_title;
    const wrt_pubmed_heading *mesh;
    const wrt_pubmed_term *supplementary; /* SupplMeshList; is_major is false */
    const wrt_pubmed_term *types;         /* publication types */
    const wrt_pubmed_chemical *chemicals;
    const wrt_str *keywords;
    const wrt_pubmed_databank *databanks;
    const wrt_str *nct_ids;       /* of the data banks */
    const wrt_str *nct_mentioned; /* in the abstract's text only */
    const wrt_pubmed_grant *grants;
    const wrt_pubmed_correction *corrections;
    const int64_t *references; /* PMIDs that the paper cites */
    const wrt_str *languages;
    wrt_str coi, record_status, indexing_method;
    size_t n_abstract, n_other_abstracts, n_authors, n_mesh, n_supplementary, n_types, n_chemicals,
        n_keywords, n_databanks, n_nct_ids, n_nct_mentioned, n_grants, n_corrections, n_references,
        n_languages;
    wrt_pubmed_status status; /* by what the record itself says */
} wrt_pubmed_article;

const char *wrt_pubmed_status_name(wrt_pubmed_status status); /* "ok", "retracted", ... */
bool wrt_pubmed_status_of_name(wrt_pubmed_status *out, wrt_str name);

/* May it stand under a claim: ok, corrected and (labelled) concern are the only ones that may be
 * shown by default; concern, retracted, notice, deleted and unknown are never grounds by default.
 */
bool wrt_pubmed_status_is_ground(wrt_pubmed_status status);

/* The whole article as JSON; the caller frees it. */
wrt_json *wrt_pubmed_article_json(const wrt_pubmed_article *article);

#endif
