/* catalog.h: public knowledge graphs that the formats of this folder read, and where they are.
 *
 * Only what was verified is said; NULL and -1 mean "not known here", never "none". */
#ifndef WRT_KG_CATALOG_H
#define WRT_KG_CATALOG_H

#include "base/json.h"

typedef struct {
    const char *name;    /* for `kg fetch` */
    const char *title;   /* one line: what it holds */
    const char *url;     /* https */
    const char *file;    /* the name to save it under */
    const char *source;  /* for `kg import --source` */
    const char *version; /* for `kg import --version`; NULL: the file changes, date it yourself */
    const char *format;  /* for `kg import --format`; NULL: unpack it first, see note */
    int64_t bytes;       /* -1: not known */
    const char *sha256;  /* 64 hexadecimal digits; NULL: not known */
    const char *md5;     /* as the distributor publishes it; NULL: not known */
    const char *license; /* of the data; NULL: not stated in one word, see note */
    const char *note;    /* or NULL */
} wrt_kg_catalog_entry;

/* All entries, sorted by name; the last one has a NULL name. */
const wrt_kg_catalog_entry *wrt_kg_catalog(void);
/* NULL when there is none of this name. */
const wrt_kg_catalog_entry *wrt_kg_catalog_find(const char *name);
/* The members of the struct, null for what is not known. */
wrt_json *wrt_kg_catalog_json(const wrt_kg_catalog_entry *entry);

#endif
