/* records.h: imports of records that stand in a test, through the same job as files of a format. */
#ifndef TESTS_KG_RECORDS_H
#define TESTS_KG_RECORDS_H

#include "tests/kg/support.h"

typedef struct {
    const char *subject, *predicate, *object; /* required */
    const char *id;                           /* the rest: zero where it is not set, see EDGE */
    const char *original, *qualifiers, *level, *agent, *primary, *aggregator, *license;
    const char *record, *publications, *attributes, *source, *version;
    int sign;
    bool is_causal, is_symmetric, is_amendment;
} edge_record;

/* EDGE("A", "p", "B", .sign = 1), with zero for the members that are not named. */
#define EDGE(s, p, ...)                                                                            \
    { .subject = (s), .predicate = (p), .object = __VA_ARGS__ }
#define END                                                                                        \
    { .subject = NULL }

typedef struct {
    const char *id, *name, *kind, *synonym;
} node_record;

/* One "file": lists that end with a record without subject (id); either may be NULL. */
typedef struct {
    const char *name; /* of the file, which also decides its hash */
    const node_record *nodes;
    const edge_record *edges;
} record_file;

/* Fills the file list of a job; the files are made in the scratch folder. */
void records_job(wrt_kg_import_file *out, const scratch *s, const record_file *files, size_t n);

/* Imports the files as one job of the source; *report may be NULL. */
wrt_status records_import(wrt_json **report, const scratch *s, const char *source,
                          const record_file *files, size_t n, wrt_err *err);
/* The same, and it must succeed. */
void records_ok(const scratch *s, const char *source, const record_file *files, size_t n);

#endif
