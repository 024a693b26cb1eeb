/* store_support.h: small PubMed files written by the tests, and stores made of them. The PMIDs are
 * made up: none is below ten or has more than four digits. */
#ifndef WRT_TEST_STORE_SUPPORT_H
#define WRT_TEST_STORE_SUPPORT_H

#include "pubmed/import.h"
#include "pubmed/search.h"

/* A record in words. NULL members are left out. */
typedef struct {
    int64_t pmid;
    int version; /* 0: 1 */
    const char *title, *abstract;
    const char *year; /* "2020" */
    const char *language;
    const char *type;    /* "D016449|Randomized Controlled Trial" */
    const char *mesh;    /* "D006801|Humans", several by ';'; a star at the end: major */
    const char *links;   /* "RetractionOf:123", several by ';' */
    const char *cites;   /* "123;124": the reference list */
    const char *revised; /* "2021-02-03" */
} test_record;

/* The path of a file in the test's own folder, emptied at the first call of a program. */
const char *test_path(const char *name);

/* Writes a PubmedArticleSet of records and deletions. */
void test_write(const char *path, const test_record *records, size_t n, const int64_t *deleted,
                size_t n_deleted);

/* An empty store at test_path(name). */
wrt_pubmed_store *test_store(const char *name);

/* Imports one file with default options and asserts success. */
wrt_pubmed_import_report test_import(wrt_pubmed_store *store, const char *path);

/* Writes records as a file and imports it, asserting success. */
void test_ingest(wrt_pubmed_store *store, const char *file, const test_record *records, size_t n);

wrt_pubmed_status test_status(wrt_pubmed_store *store, int64_t pmid);

/* Hex content hash, in a buffer of a ring of eight. */
const char *test_hash(wrt_pubmed_store *store);

#endif
