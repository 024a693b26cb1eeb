/* sink.h: what a reader of a graph format hands on, record by record.
 *
 *   file -> reader (kg/formats) -> sink -> tables (kg/ingest)
 *
 * A reader knows its format and nothing of SQLite; a sink knows the tables and nothing of formats.
 * Everything in a record is borrowed for the call and is valid UTF-8 without U+0000; an absent text
 * has len 0. A function that returns other than WRT_OK ends the reading. */
#ifndef WRT_KG_SINK_H
#define WRT_KG_SINK_H

#include "base/err.h"
#include "base/str.h"

/* What the edges of one kind share. Formats have few of them, so that a reader registers each once
 * and edges name it by number. */
typedef struct {
    wrt_str predicate;  /* Biolink CURIE, "biolink:affects" */
    wrt_str original;   /* the source's own word ("CbG", "decreases activity of") */
    wrt_str qualifiers; /* RFC 8785 JSON object of Biolink qualifiers */
    wrt_str level;      /* Biolink knowledge_level */
    wrt_str agent;      /* Biolink agent_type */
    wrt_str primary;    /* primary knowledge source, "infores:hetionet" */
    wrt_str aggregator; /* aggregators, joined by '|' */
    wrt_str license;    /* SPDX or the source's text */
    int sign;           /* +1, 0, -1, WRT_KG_SIGN_UNKNOWN */
    bool is_causal;
    bool is_symmetric;       /* holds from object to subject as well ("interacts with") */
    wrt_str source, version; /* whose statement it is, where a file repeats that of another import
                                (kg/store/export.h); empty: the source that is being imported */
} wrt_kg_relation;

typedef struct {
    wrt_str id; /* CURIE or the source's id; required */
    wrt_str name;
    wrt_str kind; /* Biolink category or the source's type; "" is "unknown" */
    const wrt_str *synonyms, *xrefs;
    size_t n_synonyms, n_xrefs;
    wrt_str attributes; /* RFC 8785 JSON object: everything else the source says */
} wrt_kg_node_record;

typedef struct {
    wrt_str id; /* the source's own id of the edge, or "": then it is made from its content */
    wrt_str subject, object;
    uint32_t relation;    /* a number that `relation` gave */
    wrt_str record;       /* the source's record, for a person to look up */
    wrt_str publications; /* CURIEs joined by '|', "PMID:123|PMID:456" */
    wrt_str attributes;   /* RFC 8785 JSON object: evidence, scores, sentences */
    bool is_amendment;    /* completes an edge that this source stated before with the same subject,
                             object and original predicate: its relation, record, publications and
                             attributes are replaced; when there is none, the edge is new */
} wrt_kg_edge_record;

typedef struct {
    void *ctx;
    wrt_status (*node)(void *ctx, const wrt_kg_node_record *node, wrt_err *err);
    wrt_status (*relation)(uint32_t *out, void *ctx, const wrt_kg_relation *relation, wrt_err *err);
    wrt_status (*edge)(void *ctx, const wrt_kg_edge_record *edge, wrt_err *err);
    /* A row that cannot be used: counted and reported with its line (or record number), or the end
     * of the import when it is strict. */
    wrt_status (*reject)(void *ctx, uint64_t line, const char *reason, wrt_err *err);
    /* A row that is well formed and states no edge ("negated"): counted and listed, and no reason
     * to end a strict import. NULL: reject is called. */
    wrt_status (*skip)(void *ctx, uint64_t line, const char *reason, wrt_err *err);
} wrt_kg_sink;

#endif
