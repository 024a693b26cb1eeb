/* shape.c: the table of wanted elements (NLM DTD pubmed_250101, its predecessors since 2013 and
 * bookdoc_250101). */
#include "pubmed/shape.h"

#include "pubmed/record.h"

#include <string.h>

#define OF(member)        offsetof(wrt_pubmed_article, member)
#define OF_AUTHOR(member) offsetof(wrt_pubmed_author, member)
#define OF_GRANT(member)  offsetof(wrt_pubmed_grant, member)
#define OF_DATE(member)   offsetof(wrt_pubmed_date_parts, member)

static const wrt_pubmed_row rows[] = {
    {PLACE_DOCUMENT, "PubmedArticleSet", PLACE_SET, {0}, 0},
    {PLACE_DOCUMENT, "MedlineCitationSet", PLACE_SET, {0}, 0},
    {PLACE_DOCUMENT, "PubmedBookArticleSet", PLACE_SET, {0}, 0},
    {PLACE_DOCUMENT, "PubmedArticle", PLACE_ARTICLE, {0}, 0},
    {PLACE_DOCUMENT, "MedlineCitation", PLACE_CITATION, {"Status", "Owner", "IndexingMethod"}, 0},
    {PLACE_DOCUMENT, "PubmedBookArticle", PLACE_BOOK_ARTICLE, {0}, 0},
    {PLACE_SET, "PubmedArticle", PLACE_ARTICLE, {0}, 0},
    {PLACE_SET, "MedlineCitation", PLACE_CITATION, {"Status", "Owner", "IndexingMethod"}, 0},
    {PLACE_SET, "PubmedBookArticle", PLACE_BOOK_ARTICLE, {0}, 0},
    {PLACE_SET, "DeleteCitation", PLACE_DELETED, {0}, 0},
    {PLACE_SET, "DeleteDocument", PLACE_DELETED, {0}, 0},
    {PLACE_DELETED, "PMID", PLACE_DELETED_PMID, {0}, 0},
    {PLACE_ARTICLE, "MedlineCitation", PLACE_CITATION, {"Status", "Owner", "IndexingMethod"}, 0},
    {PLACE_ARTICLE, "PubmedData", PLACE_DATA, {0}, 0},

    {PLACE_CITATION, "PMID", PLACE_PMID, {"Version"}, 0},
    {PLACE_CITATION, "DateCompleted", PLACE_DATE, {0}, DATE_COMPLETED},
    {PLACE_CITATION, "DateRevised", PLACE_DATE, {0}, DATE_REVISED},
    {PLACE_CITATION, "Article", PLACE_WORK, {0}, 0},
    {PLACE_CITATION, "MedlineJournalInfo", PLACE_JOURNAL_INFO, {0}, 0},
    {PLACE_CITATION, "ChemicalList", PLACE_CHEMICALS, {0}, 0},
    {PLACE_CITATION, "SupplMeshList", PLACE_SUPPLEMENTS, {0}, 0},
    {PLACE_CITATION, "MeshHeadingList", PLACE_MESH, {0}, 0},
    {PLACE_CITATION, "KeywordList", PLACE_KEYWORDS, {0}, 0},
    {PLACE_CITATION, "CommentsCorrectionsList", PLACE_CORRECTIONS, {0}, 0},
    {PLACE_CITATION, "OtherID", PLACE_OTHER_ID, {0}, 0},
    {PLACE_CITATION, "OtherAbstract", PLACE_OTHER_ABSTRACT, {"Type", "Language"}, 0},
    {PLACE_CITATION, "CoiStatement", PLACE_FIELD, {0}, OF(coi)},

    {PLACE_WORK, "ArticleTitle", PLACE_FIELD, {0}, OF(title)},
    {PLACE_WORK, "VernacularTitle", PLACE_FIELD, {0}, OF(vernacular_title)},
    {PLACE_WORK, "Abstract", PLACE_ABSTRACT, {0}, 0},
    {PLACE_WORK, "Journal", PLACE_JOURNAL, {0}, 0},
    {PLACE_WORK, "Pagination", PLACE_PAGINATION, {0}, 0},
    {PLACE_WORK, "AuthorList", PLACE_AUTHORS, {"Type", "CompleteYN"}, 0},
    {PLACE_WORK, "ELocationID", PLACE_LOCATION, {"EIdType", "ValidYN"}, 0},
    {PLACE_WORK, "PublicationTypeList", PLACE_TYPES, {0}, 0},
    {PLACE_WORK, "ArticleDate", PLACE_DATE, {0}, DATE_ELECTRONIC},
    {PLACE_WORK, "Language", PLACE_LANGUAGE, {0}, 0},
    {PLACE_WORK, "DataBankList", PLACE_DATABANKS, {0}, 0},
    {PLACE_WORK, "GrantList", PLACE_GRANTS, {0}, 0},

    {PLACE_ABSTRACT, "AbstractText", PLACE_SECTION, {"Label", "NlmCategory"}, 0},
    {PLACE_ABSTRACT, "CopyrightInformation", PLACE_FIELD, {0}, OF(copyright)},
    {PLACE_OTHER_ABSTRACT, "AbstractText", PLACE_OTHER_SECTION, {"Label", "NlmCategory"}, 0},
    {PLACE_JOURNAL, "ISSN", PLACE_FIELD_IF_EMPTY, {0}, OF(issn)},
    {PLACE_JOURNAL, "Title", PLACE_FIELD, {0}, OF(journal)},
    {PLACE_JOURNAL, "ISOAbbreviation", PLACE_FIELD, {0}, OF(iso_abbrev)},
    {PLACE_JOURNAL, "JournalIssue", PLACE_ISSUE, {0}, 0},
    {PLACE_ISSUE, "Volume", PLACE_FIELD, {0}, OF(volume)},
    {PLACE_ISSUE, "Issue", PLACE_FIELD, {0}, OF(issue)},
    {PLACE_ISSUE, "PubDate", PLACE_DATE, {0}, DATE_PUBLISHED},
    {PLACE_JOURNAL_INFO, "Country", PLACE_FIELD, {0}, OF(country)},
    {PLACE_JOURNAL_INFO, "MedlineTA", PLACE_FIELD, {0}, OF(medline_ta)},
    {PLACE_JOURNAL_INFO, "NlmUniqueID", PLACE_FIELD, {0}, OF(nlm_id)},
    {PLACE_JOURNAL_INFO, "ISSNLinking", PLACE_FIELD, {0}, OF(issn_linking)},

    {PLACE_DATE, "Year", PLACE_FIELD, {0}, OF_DATE(year)},
    {PLACE_DATE, "Month", PLACE_FIELD, {0}, OF_DATE(month)},
    {PLACE_DATE, "Day", PLACE_FIELD, {0}, OF_DATE(day)},
    {PLACE_DATE, "Season", PLACE_FIELD, {0}, OF_DATE(season)},
    {PLACE_DATE, "MedlineDate", PLACE_FIELD, {0}, OF_DATE(medline)},

    {PLACE_AUTHORS, "Author", PLACE_AUTHOR, {"ValidYN", "EqualContrib"}, 0},
    {PLACE_BOOK_AUTHORS, "Author", PLACE_AUTHOR, {"ValidYN", "EqualContrib"}, 0},
    {PLACE_AUTHOR, "LastName", PLACE_FIELD, {0}, OF_AUTHOR(last)},
    {PLACE_AUTHOR, "ForeName", PLACE_FIELD, {0}, OF_AUTHOR(fore)},
    {PLACE_AUTHOR, "FirstName", PLACE_FIELD_IF_EMPTY, {0}, OF_AUTHOR(fore)},
    {PLACE_AUTHOR, "Initials", PLACE_FIELD, {0}, OF_AUTHOR(initials)},
    {PLACE_AUTHOR, "Suffix", PLACE_FIELD, {0}, OF_AUTHOR(suffix)},
    {PLACE_AUTHOR, "CollectiveName", PLACE_FIELD, {0}, OF_AUTHOR(name)},
    {PLACE_AUTHOR, "Identifier", PLACE_IDENTIFIER, {"Source"}, 0},
    {PLACE_AUTHOR, "AffiliationInfo", PLACE_AFFILIATIONS, {0}, 0},
    {PLACE_AUTHOR, "Affiliation", PLACE_AFFILIATION, {0}, 0},
    {PLACE_AFFILIATIONS, "Affiliation", PLACE_AFFILIATION, {0}, 0},

    {PLACE_TYPES, "PublicationType", PLACE_TYPE, {"UI"}, 0},
    {PLACE_DATABANKS, "DataBank", PLACE_DATABANK, {0}, 0},
    {PLACE_DATABANK, "DataBankName", PLACE_FIELD, {0}, offsetof(wrt_pubmed_databank, name)},
    {PLACE_DATABANK, "AccessionNumberList", PLACE_ACCESSIONS, {0}, 0},
    {PLACE_ACCESSIONS, "AccessionNumber", PLACE_ACCESSION, {0}, 0},
    {PLACE_GRANTS, "Grant", PLACE_GRANT, {0}, 0},
    {PLACE_GRANT, "GrantID", PLACE_FIELD, {0}, OF_GRANT(number)},
    {PLACE_GRANT, "Acronym", PLACE_FIELD, {0}, OF_GRANT(acronym)},
    {PLACE_GRANT, "Agency", PLACE_FIELD, {0}, OF_GRANT(agency)},
    {PLACE_GRANT, "Country", PLACE_FIELD, {0}, OF_GRANT(country)},
    {PLACE_PAGINATION, "MedlinePgn", PLACE_FIELD, {0}, offsetof(wrt_pubmed_pagination, printed)},
    {PLACE_PAGINATION, "StartPage", PLACE_FIELD, {0}, offsetof(wrt_pubmed_pagination, start)},
    {PLACE_PAGINATION, "EndPage", PLACE_FIELD, {0}, offsetof(wrt_pubmed_pagination, end)},

    {PLACE_CHEMICALS, "Chemical", PLACE_CHEMICAL, {0}, 0},
    {PLACE_CHEMICAL, "RegistryNumber", PLACE_FIELD, {0}, offsetof(wrt_pubmed_chemical, registry)},
    {PLACE_CHEMICAL, "NameOfSubstance", PLACE_SUBSTANCE, {"UI"}, 0},
    {PLACE_SUPPLEMENTS, "SupplMeshName", PLACE_SUPPLEMENT, {"UI"}, 0},
    {PLACE_MESH, "MeshHeading", PLACE_HEADING, {0}, 0},
    {PLACE_HEADING, "DescriptorName", PLACE_DESCRIPTOR, {"UI", "MajorTopicYN"}, 0},
    {PLACE_HEADING, "QualifierName", PLACE_QUALIFIER, {"UI", "MajorTopicYN"}, 0},
    {PLACE_KEYWORDS, "Keyword", PLACE_KEYWORD, {0}, 0},
    {PLACE_CORRECTIONS, "CommentsCorrections", PLACE_CORRECTION, {"RefType"}, 0},
    {PLACE_CORRECTION, "PMID", PLACE_LINKED_PMID, {0}, 0},
    {PLACE_CORRECTION, "RefSource", PLACE_FIELD, {0}, offsetof(wrt_pubmed_correction, source)},

    {PLACE_DATA, "ArticleIdList", PLACE_IDS, {0}, 0},
    {PLACE_DATA, "History", PLACE_HISTORY, {0}, 0},
    {PLACE_DATA, "PublicationStatus", PLACE_FIELD, {0}, OF(publication_status)},
    {PLACE_DATA, "ReferenceList", PLACE_REFERENCES, {0}, 0},
    {PLACE_IDS, "ArticleId", PLACE_ID, {"IdType"}, 0},
    {PLACE_HISTORY, "PubMedPubDate", PLACE_EVENT, {"PubStatus"}, 0},
    {PLACE_REFERENCES, "ReferenceList", PLACE_REFERENCES, {0}, 0},
    {PLACE_REFERENCES, "Reference", PLACE_REFERENCE, {0}, 0},
    {PLACE_REFERENCE, "ArticleIdList", PLACE_REFERENCE_IDS, {0}, 0},
    {PLACE_REFERENCE_IDS, "ArticleId", PLACE_REFERENCE_ID, {"IdType"}, 0},

    {PLACE_BOOK_ARTICLE, "BookDocument", PLACE_BOOK_DOCUMENT, {0}, 0},
    {PLACE_BOOK_ARTICLE, "PubmedBookData", PLACE_DATA, {0}, 0},
    {PLACE_BOOK_DOCUMENT, "PMID", PLACE_PMID, {"Version"}, 0},
    {PLACE_BOOK_DOCUMENT, "ArticleIdList", PLACE_IDS, {0}, 0},
    {PLACE_BOOK_DOCUMENT, "Book", PLACE_BOOK, {0}, 0},
    {PLACE_BOOK_DOCUMENT, "ArticleTitle", PLACE_FIELD, {0}, OF(title)},
    {PLACE_BOOK_DOCUMENT, "VernacularTitle", PLACE_FIELD, {0}, OF(vernacular_title)},
    {PLACE_BOOK_DOCUMENT, "Pagination", PLACE_PAGINATION, {0}, 0},
    {PLACE_BOOK_DOCUMENT, "Language", PLACE_LANGUAGE, {0}, 0},
    {PLACE_BOOK_DOCUMENT, "AuthorList", PLACE_AUTHORS, {"Type", "CompleteYN"}, 0},
    {PLACE_BOOK_DOCUMENT, "PublicationType", PLACE_TYPE, {"UI"}, 0},
    {PLACE_BOOK_DOCUMENT, "Abstract", PLACE_ABSTRACT, {0}, 0},
    {PLACE_BOOK_DOCUMENT, "KeywordList", PLACE_KEYWORDS, {0}, 0},
    {PLACE_BOOK_DOCUMENT, "ContributionDate", PLACE_DATE, {0}, DATE_CONTRIBUTED},
    {PLACE_BOOK_DOCUMENT, "DateRevised", PLACE_DATE, {0}, DATE_REVISED},
    {PLACE_BOOK_DOCUMENT, "GrantList", PLACE_GRANTS, {0}, 0},
    {PLACE_BOOK_DOCUMENT, "ReferenceList", PLACE_REFERENCES, {0}, 0},
    {PLACE_BOOK, "Publisher", PLACE_PUBLISHER, {0}, 0},
    {PLACE_BOOK, "BookTitle", PLACE_FIELD, {0}, OF(book_title)},
    {PLACE_BOOK, "PubDate", PLACE_DATE, {0}, DATE_PUBLISHED},
    {PLACE_BOOK, "AuthorList", PLACE_BOOK_AUTHORS, {"Type", "CompleteYN"}, 0},
    {PLACE_BOOK, "Volume", PLACE_FIELD, {0}, OF(volume)},
    {PLACE_BOOK, "Isbn", PLACE_FIELD_IF_EMPTY, {0}, OF(isbn)},
    {PLACE_BOOK, "ELocationID", PLACE_LOCATION, {"EIdType", "ValidYN"}, 0},
    {PLACE_PUBLISHER, "PublisherName", PLACE_FIELD, {0}, OF(publisher)},
    {PLACE_PUBLISHER, "PublisherLocation", PLACE_FIELD, {0}, OF(publisher_place)},
};

enum { N_ROWS = sizeof rows / sizeof *rows, N_SLOTS = sizeof((wrt_pubmed_shape *)0)->slots };

_Static_assert(N_ROWS<255 && N_SLOTS> 2 * N_ROWS, "slots hold bytes and are half empty");

/* Length and three letters tell the names of one place apart, with few exceptions. */
static size_t slot_of(wrt_pubmed_place parent, const char *name) {
    size_t len = strlen(name);
    if (len == 0)
        return 0;
    unsigned letters = (unsigned char)name[0] | (unsigned)(unsigned char)name[len / 2] << 8 |
                       (unsigned)(unsigned char)name[len - 1] << 16;
    unsigned hash = (letters ^ (unsigned)len << 24 ^ (unsigned)parent << 10) * 2654435761u;
    return hash >> 23; /* 9 bits (Knuth, multiplicative hashing) */
}

void wrt_pubmed_shape_make(wrt_pubmed_shape *out) {
    *out = (wrt_pubmed_shape){{0}};
    for (size_t i = 0; i < N_ROWS; i++) {
        size_t slot = slot_of(rows[i].parent, rows[i].name);
        while (out->slots[slot] != 0)
            slot = (slot + 1) % N_SLOTS;
        out->slots[slot] = (unsigned char)(i + 1);
    }
}

const wrt_pubmed_row *wrt_pubmed_shape_find(const wrt_pubmed_shape *shape, wrt_pubmed_place parent,
                                            const char *name) {
    for (size_t slot = slot_of(parent, name); shape->slots[slot] != 0;
         slot = (slot + 1) % N_SLOTS) {
        const wrt_pubmed_row *row = &rows[shape->slots[slot] - 1];
        if (row->parent == parent && strcmp(row->name, name) == 0)
            return row;
    }
    return NULL;
}
