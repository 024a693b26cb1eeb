/* store_internal.h: what the files that work on the store share. */
#ifndef WRT_PUBMED_STORE_INTERNAL_H
#define WRT_PUBMED_STORE_INTERNAL_H

#include "base/db.h"
#include "pubmed/store.h"

struct wrt_pubmed_store {
    wrt_db *db;
    char *name;    /* last component of the path */
    wrt_stmt *get; /* status, body of a PMID; prepared at first use, as the ones below */
    wrt_stmt *stand_record, *stand_mark, *stand_deleted;
};

enum { WRT_PUBMED_BODY_MAX = 16 << 20 };

/* Text of meta, "" when absent, valid until the next call on the statement's store: the caller
 * frees. */
wrt_status wrt_pubmed_meta_get(char **out, wrt_pubmed_store *store, const char *key, wrt_err *err);
wrt_status wrt_pubmed_meta_set(wrt_pubmed_store *store, const char *key, const char *value,
                               wrt_err *err);
wrt_status wrt_pubmed_meta_int(int64_t *out, wrt_pubmed_store *store, const char *key,
                               wrt_err *err); /* 0 when absent */

/* Prepares a statement once. */
wrt_status wrt_pubmed_prepare(wrt_stmt **out, wrt_pubmed_store *store, const char *sql,
                              wrt_err *err);

/* First column of the first row, 0 without one. */
wrt_status wrt_pubmed_query_int(int64_t *out, wrt_pubmed_store *store, const char *sql,
                                wrt_err *err);

#endif
