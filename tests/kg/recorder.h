/* recorder.h: a sink that checks what a reader hands on, and keeps or counts it.
 *
 * Every record is checked against kg/sink.h: valid UTF-8 without U+0000, known relation numbers,
 * attributes and qualifiers that are canonical JSON objects, publications without empty items. */
#ifndef TESTS_KG_RECORDER_H
#define TESTS_KG_RECORDER_H

#include "base/arena.h"
#include "kg/formats/formats.h"

typedef struct {
    const char *id, *name, *kind, *synonyms, *xrefs, *attributes; /* lists are joined by ';' */
} recorded_node;

typedef struct {
    const char *predicate, *original, *qualifiers, *level, *agent, *primary, *aggregator, *license,
        *source, *version;
    int sign;
    bool is_causal, is_symmetric;
} recorded_relation;

typedef struct {
    const char *id, *subject, *object, *record, *publications, *attributes;
    bool is_amendment;
    const recorded_relation *relation;
} recorded_edge;

typedef struct {
    uint64_t line;
    const char *reason;
} recorded_reject;

typedef struct {
    wrt_kg_sink sink;
    wrt_arena *arena;
    bool keeps;  /* nodes and edges; else they are counted only */
    bool strict; /* a reject ends the reading */
    recorded_node *nodes;
    recorded_relation **relations;
    recorded_edge *edges;
    recorded_reject *rejects, *skips;
    size_t n_nodes, n_relations, n_edges, n_rejects, n_skips;
    uint64_t *edges_of;                                         /* number of edges by relation */
    size_t n_publications;                                      /* items over all edges */
    void (*on_edge)(void *ctx, const wrt_kg_edge_record *edge); /* may be NULL */
    void *ctx;
} recorder;

recorder *recorder_new(bool keeps);
void recorder_free(recorder *rec);

/* Reads text, or a file, in a format; format NULL is guessed. */
wrt_status recorder_read_text(recorder *rec, const char *format, wrt_str text,
                              const wrt_kg_format_options *options, wrt_err *err);
wrt_status recorder_read_file(recorder *rec, const char *format, const char *path, wrt_err *err);

/* "subject|predicate|object|original|sign|flags|qualifiers" with sign +, -, 0, ? and flags c
 * (causal) and s (symmetric), and
 * "level|agent|primary|aggregator|license|record|publications|attributes" of edge i;
 * "id|name|kind|synonyms|xrefs|attributes" of node i (lists joined by ';'). Borrowed. */
const char *recorder_statement(recorder *rec, size_t i);
const char *recorder_evidence(recorder *rec, size_t i);
const char *recorder_node(recorder *rec, size_t i);
const char *recorder_reject(recorder *rec, size_t i); /* "line: reason" */

#endif
