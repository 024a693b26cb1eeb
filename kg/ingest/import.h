/* import.h: files of any graph format into a graph file, all of them or none.
 *
 *   FILE -> reader (kg/formats) -> sink -> kg.db.import -> rename -> kg.db
 *
 * The work is done on a copy beside the graph, one transaction a file, and takes the graph's place
 * when everything is in it: readers keep the graph they opened, and whatever ends the program
 * leaves the old one intact. The same job, run again, goes on after the last file that was done;
 * another job discards what an interrupted one left. A file is known by its SHA-256 and its role,
 * so that it is taken once, whatever it is called.
 *
 * What an edge is. Its identity is the id that its source gives, or else its statement: subject,
 * predicate, original predicate, object, qualifiers, and whether it holds both ways (then the order
 * of its ends does not matter). A record of an identity that is there already adds a support, the
 * tuple of source, levels, licence, publications, record and attributes; equal supports are one.
 * The id of an edge without one is "wrt:" and the first 64 bits of SHA-256 over its statement in
 * hex. An id that two different statements claim stays with the smaller statement hash; the other
 * edge is renamed ID~HASH and counted.
 *
 * Which name and kind a node has when files disagree does not depend on the order of import: the
 * record of the (bytewise) first source, version and file hash is taken. */
#ifndef WRT_KG_IMPORT_H
#define WRT_KG_IMPORT_H

#include "base/cancel.h"
#include "base/err.h"
#include "base/input.h"
#include "base/json.h"
#include "kg/sink.h"

typedef struct {
    const char *path;
    const char *role; /* how it is read, e.g. "kgx edges"; the same bytes in another role count as
                         another file */
    wrt_status (*read)(const wrt_kg_sink *sink, wrt_input *input, const void *ctx, wrt_err *err);
    const void *ctx; /* handed to read */
} wrt_kg_import_file;

typedef struct {
    const char *phase;     /* "reading NAME", "hashing edges", "writing" */
    uint64_t done, total;  /* bytes of the file, or edges; total 0 is unknown */
    uint64_t nodes, edges; /* new in this job so far */
} wrt_kg_progress;

typedef struct {
    const wrt_kg_import_file *files;
    size_t n_files;
    const char *source;       /* name of the source, "hetionet"; required */
    const char *version;      /* required */
    const char *license;      /* of edges that state none; may be NULL */
    bool is_strict;           /* the first row that cannot be used ends the import */
    const wrt_cancel *cancel; /* may be NULL */
    void (*progress)(void *ctx, const wrt_kg_progress *state); /* may be NULL; ~10 times a second */
    void *progress_ctx;
} wrt_kg_import_job;

/* Runs the job on the graph file at db_path (made when missing).
 *
 * *report: {"nodes": declared first by these files,"edges": new,"merged": records that added a
 * support,"amended","equal": records that said what was there,"unknown_nodes": made because an edge
 * names them,"renamed","kind_conflicts","already": every file was known,"resumed": files that an
 * interrupted run of the job had done,"files":[{"name","role","sha256","already"}],
 * "skipped":[{"file","line","reason"}] (the first 1,000),"skipped_total","warnings":[text],
 * "snapshot":hex}.
 *
 * Errors name file and line. WRT_E_UNAVAILABLE: another import into this graph is running.
 * WRT_E_INTERRUPTED: cancelled; run it again to go on. WRT_E_INPUT under is_strict: the first
 * reject. The graph is unchanged on every error.
 *
 * Cost: one pass over the files plus O(E log E) for the edges of the whole graph; memory about 60
 * bytes an edge and 150 a node. */
wrt_status wrt_kg_import(wrt_json **report, const char *db_path, const wrt_kg_import_job *job,
                         wrt_err *err);

/* ---- one pair of KGX TSV files */

typedef struct {
    const char *nodes_path; /* may be NULL */
    const char *edges_path; /* may be NULL, but not both */
    const char *source;     /* name of the source, e.g. "warrant-example"; required */
    const char *version;    /* required */
    const char *license;    /* SPDX or text for edges without a license column; may be NULL */
    bool is_strict;         /* the first row that cannot be used ends the import */
} wrt_kg_import_options;

/* wrt_kg_import of the pair. */
wrt_status wrt_kg_import_kgx(wrt_json **report, const char *db_path,
                             const wrt_kg_import_options *options, wrt_err *err);

#endif
