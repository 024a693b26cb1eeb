/* ingest.h: the sink that fills the tables of a graph file; private to kg/.
 *
 * What is asked for each record is held in memory: terms, relations, node ids (their length and 50
 * bytes each) and the keys of edges (16 to 32 bytes each). An ingest lives for a whole job; each
 * file of it runs in a transaction of its own, and after an error the ingest is of no more use. */
#ifndef WRT_KG_INGEST_H
#define WRT_KG_INGEST_H

#include "kg/ingest/keymap.h"
#include "kg/ingest/watch.h"
#include "kg/sink.h"
#include "kg/store/store.h"

/* Hex digits that follow ID~ when another statement keeps ID. */
enum { WRT_KG_LISTED = 1000, WRT_KG_CLASH_HEX = 12 };

typedef struct wrt_kg_ingest wrt_kg_ingest;

typedef struct {
    int64_t nodes;          /* declared here first */
    int64_t edges;          /* that were not in the graph */
    int64_t merged;         /* records that added a support to an edge */
    int64_t amended;        /* edges that an amendment completed */
    int64_t equal;          /* records that said what was there */
    int64_t unknown_nodes;  /* nodes made because an edge names them */
    int64_t renamed;        /* edges whose id was claimed by another statement */
    int64_t kind_conflicts; /* nodes whose kind two files state differently */
    int64_t n_skipped;      /* rows that were read and not stored */
    wrt_json *skipped;      /* [{"file","line","reason"}], the first WRT_KG_LISTED */
    wrt_json *conflicts;    /* [{"id","kinds":[kept, other]}], the first WRT_KG_LISTED */
} wrt_kg_ingest_counts;

typedef struct {
    int64_t file;     /* row of `file` */
    const char *name; /* last component of its path */
    const char *source, *version;
    const char *license; /* of edges that state none, or NULL */
    bool is_strict;
    wrt_kg_watch *watch;    /* may be NULL; then input is not looked at */
    const wrt_input *input; /* how far the reading is */
    uint64_t bytes;         /* of the file, 0 when unknown */
} wrt_kg_ingest_file;

/* store is borrowed. O(nodes + edges) of what the graph holds. */
wrt_status wrt_kg_ingest_new(wrt_kg_ingest **out, wrt_kg_store *store, wrt_err *err);
void wrt_kg_ingest_free(wrt_kg_ingest *ingest); /* accepts NULL */

/* Begins a file, with all counts at zero; what *file points to must outlive the reading. */
wrt_status wrt_kg_ingest_begin(wrt_kg_ingest *ingest, const wrt_kg_ingest_file *file, wrt_err *err);
wrt_kg_sink wrt_kg_ingest_sink(wrt_kg_ingest *ingest);
const wrt_kg_ingest_counts *wrt_kg_ingest_result(const wrt_kg_ingest *ingest); /* borrowed */

/* Number of the source with this id and version, made when new. license may be NULL. */
wrt_status wrt_kg_ingest_source(uint32_t *out, wrt_kg_store *store, wrt_str id, wrt_str version,
                                const char *license, wrt_err *err);

/* ---- shared by ingest_*.c */

typedef struct {
    wrt_sha256 identity; /* of what a relation adds to a statement */
} wrt_kg_relation_class;

struct wrt_kg_ingest {
    wrt_kg_store *store;
    wrt_kg_ingest_file file;
    uint32_t source; /* of the file */
    wrt_kg_ingest_counts counts;
    uint64_t n_records; /* of the file, for the watch */
    wrt_kg_textmap terms;
    wrt_kg_keymap relations; /* by a hash of the row */
    wrt_kg_relation_class *classes;
    size_t room_classes;
    wrt_kg_textmap nodes; /* ids */
    char **file_ranks;    /* by file - 1: source, version, hash: which file names a node */
    size_t n_files;
    wrt_kg_keymap edges; /* keys */
    int64_t next_edge;
    uint64_t key_mask;       /* all ones; tests make it small, so that keys collide */
    wrt_kg_keymap amendable; /* edges by ends and original, of the terms in is_amendable */
    bool *is_amendable;      /* by term */
    size_t n_amendable;      /* places */
    char names[2][WRT_KG_ID_MAX + 4 * WRT_KG_CLASH_HEX + 16]; /* ids of the record at hand */
    wrt_stmt *term_add, *relation_add, *node_get, *node_add, *node_update, *name_add, *name_demote;
    wrt_stmt *edge_add, *edge_add_plain, *edge_get, *edge_set, *edge_turn, *edge_rename,
        *edge_delete, *support_add, *support_find, *support_relations, *support_clear;
};

/* Number of the term with this text, made when new; 0 for "". */
wrt_status wrt_kg_intern(uint32_t *out, wrt_kg_ingest *ingest, wrt_str text, wrt_err *err);

wrt_status wrt_kg_ingest_skip(wrt_kg_ingest *ingest, uint64_t line, const char *reason,
                              wrt_err *err);
/* To be called for each record. */
wrt_status wrt_kg_ingest_look(wrt_kg_ingest *ingest, wrt_err *err);

/* ---- ingest_names.c, ingest_nodes.c */
wrt_status wrt_kg_ingest_name(wrt_kg_ingest *ingest, int64_t node, int how, wrt_str text,
                              wrt_err *err);
wrt_status wrt_kg_ingest_node(void *ctx, const wrt_kg_node_record *node, wrt_err *err);
/* Makes a node of kind "unknown". */
wrt_status wrt_kg_ingest_node_make(uint32_t *n, wrt_kg_ingest *ingest, wrt_str id, wrt_err *err);

/* ---- ingest_relations.c */
wrt_status wrt_kg_ingest_relation(uint32_t *out, void *ctx, const wrt_kg_relation *relation,
                                  wrt_err *err);
/* Reads what the graph holds. */
wrt_status wrt_kg_ingest_relations_load(wrt_kg_ingest *ingest, wrt_err *err);

/* ---- ingest_edges.c */
wrt_status wrt_kg_ingest_edge(void *ctx, const wrt_kg_edge_record *edge, wrt_err *err);

/* A record with its ends and keys. */
typedef struct {
    const wrt_kg_edge_record *record;
    uint32_t subject, object;
    wrt_sha256 statement;
    wrt_str id;   /* stated, or "" when it is made from the key */
    uint64_t key; /* of the id */
    wrt_kg_support support;
} wrt_kg_claim;

/* Row number n; *found is false when it was deleted. To be left by wrt_stmt_reset(edge_get). */
wrt_status wrt_kg_ingest_row(bool *found, wrt_kg_edge_row *row, wrt_kg_ingest *ingest, uint32_t n,
                             wrt_err *err);
wrt_status wrt_kg_ingest_insert(wrt_kg_ingest *ingest, const wrt_kg_claim *claim, wrt_err *err);
bool wrt_kg_ingest_same_statement(const wrt_kg_ingest *ingest, const wrt_kg_edge_row *row,
                                  const wrt_kg_claim *claim);
uint64_t wrt_kg_key_of(const wrt_kg_ingest *ingest, const wrt_sha256 *digest);
wrt_sha256 wrt_kg_statement_hash(const wrt_kg_ingest *ingest, uint32_t relation, uint32_t subject,
                                 uint32_t object);

/* ---- ingest_merge.c: a support more for an edge whose row was read */
wrt_status wrt_kg_ingest_merge(wrt_kg_ingest *ingest, const wrt_kg_edge_row *row,
                               const wrt_kg_claim *claim, wrt_err *err);
/* Makes row->best the only support of row->n. */
wrt_status wrt_kg_ingest_set(wrt_kg_ingest *ingest, const wrt_kg_edge_row *row, wrt_err *err);
/* Adds a support that is new to edge n. */
wrt_status wrt_kg_ingest_add_support(wrt_kg_ingest *ingest, int64_t n,
                                     const wrt_kg_support *support, wrt_err *err);

/* ---- ingest_amend.c */

/* Takes the supports of the file's source off the edge that the claim completes; *found says
 * whether there was one. */
wrt_status wrt_kg_ingest_amend(bool *found, wrt_kg_ingest *ingest, const wrt_kg_claim *claim,
                               wrt_err *err);
/* Whether the file's source completed this edge before, so that the plain record is no news. */
wrt_status wrt_kg_ingest_is_amended(bool *out, wrt_kg_ingest *ingest, const wrt_kg_claim *claim,
                                    wrt_err *err);
/* Makes a new edge known to both. */
void wrt_kg_ingest_amendable_add(wrt_kg_ingest *ingest, const wrt_kg_claim *claim, uint32_t n);
/* Notes that edges of this relation were amended before. */
wrt_status wrt_kg_ingest_amendable_term(wrt_kg_ingest *ingest, uint32_t original, wrt_err *err);

#endif
