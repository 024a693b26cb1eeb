/* shape.c: the table of wanted elements (NLM DTD pubmed_250101 and its predecessors since 2015). */
#include "pubmed/shape.h"

#include <stddef.h>
#include <string.h>

static const wrt_pubmed_row rows[] = {
    {PLACE_DOCUMENT, "PubmedArticleSet", PLACE_SET, NULL, NULL, NULL},
    {PLACE_DOCUMENT, "MedlineCitationSet", PLACE_SET, NULL, NULL, NULL},
    {PLACE_DOCUMENT, "PubmedArticle", PLACE_ARTICLE, NULL, NULL, NULL},
    {PLACE_DOCUMENT, "MedlineCitation", PLACE_CITATION, NULL, NULL, NULL},
    {PLACE_SET, "PubmedArticle", PLACE_ARTICLE, NULL, NULL, NULL},
    {PLACE_SET, "MedlineCitation", PLACE_CITATION, NULL, NULL, NULL},
    {PLACE_SET, "PubmedBookArticle", PLACE_BOOK, NULL, NULL, NULL},
    {PLACE_SET, "DeleteCitation", PLACE_DELETED, NULL, NULL, NULL},
    {PLACE_DELETED, "PMID", PLACE_DELETED_PMID, NULL, NULL, NULL},
    {PLACE_ARTICLE, "MedlineCitation", PLACE_CITATION, NULL, NULL, NULL},
    {PLACE_ARTICLE, "PubmedData", PLACE_DATA, NULL, NULL, NULL},

    {PLACE_CITATION, "PMID", PLACE_PMID, "Version", NULL, NULL},
    {PLACE_CITATION, "Article", PLACE_WORK, NULL, NULL, NULL},
    {PLACE_CITATION, "MeshHeadingList", PLACE_MESH, NULL, NULL, NULL},
    {PLACE_CITATION, "CommentsCorrectionsList", PLACE_CORRECTIONS, NULL, NULL, NULL},
    {PLACE_CITATION, "OtherID", PLACE_OTHER_ID, NULL, NULL, NULL},

    {PLACE_WORK, "ArticleTitle", PLACE_FIELD, NULL, NULL, "title"},
    {PLACE_WORK, "VernacularTitle", PLACE_FIELD, NULL, NULL, "vernacular_title"},
    {PLACE_WORK, "Abstract", PLACE_ABSTRACT, NULL, NULL, NULL},
    {PLACE_WORK, "Journal", PLACE_JOURNAL, NULL, NULL, NULL},
    {PLACE_WORK, "AuthorList", PLACE_AUTHORS, "Type", NULL, NULL},
    {PLACE_WORK, "ELocationID", PLACE_DOI, "EIdType", "ValidYN", NULL},
    {PLACE_WORK, "PublicationTypeList", PLACE_TYPES, NULL, NULL, NULL},
    {PLACE_WORK, "ArticleDate", PLACE_ARTICLE_DATE, NULL, NULL, NULL},
    {PLACE_WORK, "Language", PLACE_LANGUAGE, NULL, NULL, NULL},
    {PLACE_ABSTRACT, "AbstractText", PLACE_SECTION, "Label", "NlmCategory", NULL},
    {PLACE_JOURNAL, "Title", PLACE_FIELD, NULL, NULL, "journal"},
    {PLACE_JOURNAL, "ISOAbbreviation", PLACE_FIELD, NULL, NULL, "iso_abbrev"},
    {PLACE_JOURNAL, "JournalIssue", PLACE_ISSUE, NULL, NULL, NULL},
    {PLACE_ISSUE, "Volume", PLACE_FIELD, NULL, NULL, "volume"},
    {PLACE_ISSUE, "Issue", PLACE_FIELD, NULL, NULL, "issue"},
    {PLACE_ISSUE, "PubDate", PLACE_PUBDATE, NULL, NULL, NULL},
    {PLACE_PUBDATE, "Year", PLACE_YEAR, NULL, NULL, NULL},
    {PLACE_PUBDATE, "MedlineDate", PLACE_YEAR, NULL, NULL, NULL},
    {PLACE_ARTICLE_DATE, "Year", PLACE_ARTICLE_YEAR, NULL, NULL, NULL},
    {PLACE_AUTHORS, "Author", PLACE_AUTHOR, "ValidYN", NULL, NULL},
    {PLACE_AUTHOR, "LastName", PLACE_NAME_PART, NULL, NULL, "last"},
    {PLACE_AUTHOR, "Initials", PLACE_NAME_PART, NULL, NULL, "initials"},
    {PLACE_AUTHOR, "Suffix", PLACE_NAME_PART, NULL, NULL, "suffix"},
    {PLACE_AUTHOR, "CollectiveName", PLACE_NAME_PART, NULL, NULL, "collective"},
    {PLACE_TYPES, "PublicationType", PLACE_TYPE, "UI", NULL, NULL},

    {PLACE_MESH, "MeshHeading", PLACE_HEADING, NULL, NULL, NULL},
    {PLACE_HEADING, "DescriptorName", PLACE_DESCRIPTOR, "UI", "MajorTopicYN", NULL},
    {PLACE_HEADING, "QualifierName", PLACE_QUALIFIER, "UI", "MajorTopicYN", NULL},
    {PLACE_CORRECTIONS, "CommentsCorrections", PLACE_CORRECTION, "RefType", NULL, NULL},
    {PLACE_CORRECTION, "PMID", PLACE_CORRECTION_PMID, NULL, NULL, NULL},
    {PLACE_CORRECTION, "RefSource", PLACE_CORRECTION_SOURCE, NULL, NULL, NULL},

    {PLACE_DATA, "ArticleIdList", PLACE_IDS, NULL, NULL, NULL},
    {PLACE_DATA, "History", PLACE_HISTORY, NULL, NULL, NULL},
    {PLACE_IDS, "ArticleId", PLACE_ID, "IdType", NULL, NULL},
    {PLACE_HISTORY, "PubMedPubDate", PLACE_EVENT, "PubStatus", NULL, NULL},
};

const wrt_pubmed_row *wrt_pubmed_row_of(wrt_pubmed_place parent, const char *name) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].parent == parent && strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}
