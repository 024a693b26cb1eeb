/* pubmed_schemas.h: the JSON Schemas of the pubmed tools (CONTRACTS.md, "Tools"). */
#ifndef WRT_TOOLS_PUBMED_SCHEMAS_H
#define WRT_TOOLS_PUBMED_SCHEMAS_H

#define PUBMED_TEXT "{\"type\":[\"string\",\"null\"]}"
#define PUBMED_ID                                                                                  \
    "{\"type\":[\"string\",\"integer\"],\"minLength\":1,\"maxLength\":24,\"minimum\":1}"
#define PUBMED_SOURCE "{\"enum\":[\"local\",\"live\"],\"default\":\"local\"}"
#define PUBMED_PROVIDER                                                                            \
    "{\"enum\":[\"ncbi\",\"europepmc\"],\"default\":\"ncbi\",\"description\":\"of a live call\"}"
#define PUBMED_STATUS                                                                              \
    "{\"enum\":[\"ok\",\"corrected\",\"concern\",\"notice\",\"retracted\",\"deleted\","            \
    "\"unknown\"]}"

/* ---- pubmed_search */
#define PUBMED_SEARCH_ARGS                                                                         \
    "{\"type\":\"object\",\"required\":[\"query\"],\"additionalProperties\":false,"                \
    "\"properties\":{"                                                                             \
    "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":4000,"                           \
    "\"description\":\"a question in plain words\"},"                                              \
    "\"source\":" PUBMED_SOURCE ",\"provider\":" PUBMED_PROVIDER ","                               \
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":10},"               \
    "\"since\":{\"type\":[\"integer\",\"string\"],\"minimum\":1500,\"maximum\":2999,"              \
    "\"pattern\":\"^[12][0-9]{3}$\",\"description\":\"first year of publication\"},"               \
    "\"types\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"string\","                \
    "\"minLength\":1,\"maxLength\":100},\"description\":\"publication types, or rct, trial, "      \
    "meta-analysis, systematic-review, review, observational, case-report; any of them\"},"        \
    "\"include_retracted\":{\"type\":\"boolean\",\"default\":false}}}"
#define PUBMED_SEARCH_DATA                                                                         \
    "{\"type\":\"array\",\"items\":{\"type\":\"object\","                                          \
    "\"required\":[\"pmid\",\"title\",\"year\",\"journal\",\"score\",\"retracted\",\"snippet\"],"  \
    "\"properties\":{\"pmid\":{\"type\":\"string\"},\"title\":" PUBMED_TEXT ","                    \
    "\"year\":{\"type\":[\"integer\",\"null\"]},\"journal\":" PUBMED_TEXT ","                      \
    "\"score\":{\"type\":[\"number\",\"null\"]},\"status\":" PUBMED_STATUS ","                     \
    "\"retracted\":{\"type\":\"boolean\"},\"snippet\":{\"type\":\"object\","                       \
    "\"required\":[\"text\",\"start\",\"end\"],\"properties\":{\"field\":{\"type\":\"string\"},"   \
    "\"text\":{\"type\":\"string\"},\"start\":{\"type\":\"integer\",\"minimum\":0},"               \
    "\"end\":{\"type\":\"integer\",\"minimum\":0}}}}}}"

/* ---- pubmed_fetch */
#define PUBMED_FETCH_ARGS                                                                          \
    "{\"type\":\"object\",\"required\":[\"pmids\"],\"additionalProperties\":false,"                \
    "\"properties\":{\"pmids\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":200,"               \
    "\"items\":" PUBMED_ID "},\"source\":" PUBMED_SOURCE ",\"provider\":" PUBMED_PROVIDER "}}"
#define PUBMED_FETCH_DATA                                                                          \
    "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"pmid\",\"version\","       \
    "\"title\",\"vernacular_title\",\"abstract\",\"authors\",\"journal\",\"iso_abbrev\","          \
    "\"volume\",\"issue\",\"pages\",\"year\",\"pubdate\",\"doi\",\"pmcid\",\"mesh\","              \
    "\"publication_types\",\"chemicals\",\"keywords\",\"databanks\",\"nct_ids\","                  \
    "\"corrections\",\"languages\",\"status\"],\"properties\":{\"pmid\":{\"type\":\"string\"},"    \
    "\"version\":{\"type\":\"integer\",\"minimum\":1},\"status\":" PUBMED_STATUS "}}}"

/* ---- pubmed_quote */
#define PUBMED_QUOTE_ARGS                                                                          \
    "{\"type\":\"object\",\"required\":[\"pmid\",\"text\"],\"additionalProperties\":false,"        \
    "\"properties\":{\"pmid\":" PUBMED_ID ",\"text\":{\"type\":\"string\",\"minLength\":1,"        \
    "\"maxLength\":65536,\"description\":\"the sentence as it is quoted\"}}}"
#define PUBMED_QUOTE_DATA                                                                          \
    "{\"type\":[\"object\",\"null\"],\"required\":[\"found\",\"field\",\"start\",\"end\","         \
    "\"normalised\"],\"properties\":{\"found\":{\"type\":\"boolean\"},\"field\":" PUBMED_TEXT ","  \
    "\"start\":{\"type\":[\"integer\",\"null\"]},\"end\":{\"type\":[\"integer\",\"null\"]},"       \
    "\"normalised\":" PUBMED_TEXT ",\"text\":" PUBMED_TEXT ",\"status\":" PUBMED_STATUS "}}"

#endif
