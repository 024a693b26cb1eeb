/* import.h: files of PubMed into the store: order, checksums, exactly once.
 *
 * NLM numbers its files through baseline and updates ("pubmed25n0001.xml.gz"; the two digits are
 * the year of the baseline), and a later file overrules an earlier one, so a numbered file is
 * refused when a later one is in the store or one of another year (unless forced): each December's
 * baseline replaces everything and wants a fresh store. Files with other names are taken as they
 * come. A file that is in already (by SHA-256) is passed over, so an interrupted import is resumed
 * by the same command. */
#ifndef WRT_PUBMED_IMPORT_H
#define WRT_PUBMED_IMPORT_H

#include "base/cancel.h"
#include "pubmed/ingest.h"

typedef struct {
    const wrt_pubmed_filter
        *filter;              /* NULL: the store's own; it must be the store's once it has one */
    bool force;               /* take a file out of order */
    const wrt_cancel *cancel; /* may be NULL */
    void (*progress)(const char *name, int64_t articles, void *ctx); /* each 1,000; may be NULL */
    void *ctx;
} wrt_pubmed_import_options;

typedef struct {
    char name[128];
    char sha256[WRT_SHA256_HEX + 1];
    bool was_there;   /* nothing was done */
    bool md5_checked; /* a .md5 file stood beside it and agrees */
    int64_t books;
    wrt_pubmed_ingested counts;
} wrt_pubmed_import_report;

/* Ingests one file in one transaction. WRT_E_INPUT: out of order, other filters than the store's, a
 * wrong .md5, damaged or not PubMed; WRT_E_INTERRUPTED: nothing of it was kept. */
wrt_status wrt_pubmed_import_file(wrt_pubmed_import_report *report, wrt_pubmed_store *store,
                                  const char *path, const wrt_pubmed_import_options *options,
                                  wrt_err *err);

/* Sorts paths as they must be ingested: numbered files by year and number, then the others in the
 * order given. */
void wrt_pubmed_import_sort(const char **paths, size_t n);

/* Year and number of a name as NLM gives it; false for another. */
bool wrt_pubmed_file_number(int *year, int *number, const char *name);

#endif
