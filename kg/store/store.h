/* store.h: the tables of a graph file, private to kg/.
 *
 * Small repeated texts (kinds, predicates, levels, licences) live once in `term` and are numbered
 * from 1; 0 stands for absent. Relations and sources are few and are held in memory. Nodes are
 * numbered from 1 without gaps, edges from 1. A store reads rows and turns them into JSON; what it
 * reads is checked, because a graph file may come from anywhere. */
#ifndef WRT_KG_STORE_H
#define WRT_KG_STORE_H

#include "base/arena.h"
#include "base/db.h"
#include "base/hash.h"
#include "base/json.h"

enum { WRT_KG_MATCH_ID, WRT_KG_MATCH_NAME, WRT_KG_MATCH_SYNONYM, WRT_KG_MATCH_XREF };

/* A row of `relation`; terms or 0. */
typedef struct {
    uint32_t predicate, original, level, agent, primary, aggregator, license;
    uint32_t source;  /* number of a source */
    char *qualifiers; /* RFC 8785 JSON object or NULL */
    int sign;         /* +1, 0, -1 or WRT_KG_SIGN_UNKNOWN */
    bool is_causal, is_symmetric;
} wrt_kg_relation_row;

typedef struct {
    char *id, *version;
} wrt_kg_source_row;

typedef struct {
    wrt_db *db;
    char *name;   /* last component of the graph file's path */
    char **terms; /* terms[0] is term 1 */
    size_t n_terms, room_terms;
    wrt_kg_relation_row *relations; /* relations[0] is relation 1 */
    size_t n_relations, room_relations;
    wrt_kg_source_row *sources; /* sources[0] is source 1 */
    size_t n_sources, room_sources;
    int64_t *retracted; /* PMIDs, ascending */
    size_t n_retracted;
    bool has_retractions; /* a list was loaded, be it empty */
    wrt_stmt *node_by_n, *node_by_id, *node_by_any_case, *edge_by_n, *supports_of;
    wrt_stmt *names_by_node;
} wrt_kg_store;

/* Who says it. Texts are borrowed. */
typedef struct {
    uint32_t relation;
    unsigned flags;               /* WRT_KG_EDGE_AMENDED */
    wrt_str record, publications; /* publications are joined by '|' */
    wrt_str attributes;           /* RFC 8785 JSON object or "" */
} wrt_kg_support;

enum {
    WRT_KG_EDGE_CONFLICT = 1, /* supports state different signs */
    WRT_KG_EDGE_AMENDED = 2   /* this support was completed by an amendment */
};

/* One row of `edge`. Texts are borrowed until the statement that gave them moves on. */
typedef struct {
    int64_t n;
    uint64_t key;
    wrt_str stated_id;       /* "" when the id is made from the key */
    int64_t subject, object; /* node numbers */
    int64_t extra;           /* supports besides the best one */
    wrt_kg_support best;
} wrt_kg_edge_row;

#define WRT_KG_EDGE_COLUMNS                                                                        \
    "n,key,id,subject,object,relation,extra,flags,record,publications,attributes"

/* "wrt:" and 16 hex digits: the id of an edge that its source gave none. */
#define WRT_KG_MADE_PREFIX "wrt:"
enum { WRT_KG_MADE_ID = 20, WRT_KG_ID_MAX = 4096 };

/* Makes the tables in an empty database; leaves a graph file alone; another database is
 * WRT_E_INPUT. Runs inside the caller's transaction. */
wrt_status wrt_kg_schema_ensure(wrt_db *db, const char *name, wrt_err *err);
/* WRT_E_INPUT unless db is a graph file of this version. */
wrt_status wrt_kg_schema_check(wrt_db *db, const char *name, wrt_err *err);

/* Value of a row of `meta`, to be freed; "" when there is none. */
wrt_status wrt_kg_meta_get(char **out, wrt_db *db, const char *key, wrt_err *err);
wrt_status wrt_kg_meta_set(wrt_db *db, const char *key, const char *value, wrt_err *err);

/* db is borrowed and must outlive the store. */
wrt_status wrt_kg_store_open(wrt_kg_store **out, wrt_db *db, const char *name, wrt_err *err);
void wrt_kg_store_close(wrt_kg_store *store); /* accepts NULL */

/* "" for 0; NULL when there is no such term. */
const char *wrt_kg_term(const wrt_kg_store *store, uint32_t term);
/* Becomes term, relation, source number n_terms, n_relations, n_sources. The texts are copied. */
void wrt_kg_term_add(wrt_kg_store *store, wrt_str text);
void wrt_kg_relation_add(wrt_kg_store *store, const wrt_kg_relation_row *row);
void wrt_kg_source_add(wrt_kg_store *store, wrt_str id, wrt_str version);
/* number must be one that a checked row held. */
const wrt_kg_relation_row *wrt_kg_relation_at(const wrt_kg_store *store, uint32_t number);

/* WRT_E_INPUT: the file is damaged, with what was found wrong. */
wrt_status wrt_kg_damaged(const wrt_kg_store *store, const char *what, wrt_err *err);
/* Valid UTF-8 without U+0000. */
bool wrt_kg_is_clean(wrt_str text);

/* {"id","name","kind"} of node n; an unnamed node is called by its id. */
wrt_status wrt_kg_node_brief(wrt_json **out, wrt_kg_store *store, int64_t n, wrt_err *err);

/* Number of the node with this id: exactly, or else the only one that differs in case only.
 * WRT_E_NOT_FOUND names the id. */
wrt_status wrt_kg_node_find(int64_t *n, wrt_kg_store *store, const char *id, wrt_err *err);

/* Fills a row from a statement whose columns are WRT_KG_EDGE_COLUMNS. */
wrt_status wrt_kg_edge_read(wrt_kg_edge_row *row, wrt_kg_store *store, wrt_stmt *stmt,
                            wrt_err *err);
/* Row number n, to be left by wrt_stmt_reset(store->edge_by_n). WRT_E_INPUT when it is missing. */
wrt_status wrt_kg_edge_row_at(wrt_kg_edge_row *row, wrt_kg_store *store, int64_t n, wrt_err *err);

/* The id of an edge, in `made` when it is made from the key. */
wrt_str wrt_kg_edge_id(char made[WRT_KG_MADE_ID + 1], const wrt_kg_edge_row *row);
/* Whether the text has the form of a made id, and its key. */
bool wrt_kg_made_key(uint64_t *key, wrt_str id);

/* ---- sources of one edge: support.c */

typedef struct {
    wrt_arena *arena;     /* holds list and texts */
    wrt_kg_support *list; /* the best first */
    size_t n;
} wrt_kg_supports;

/* All supports of an edge, the best of the row among them, in order. Free with
 * wrt_kg_supports_free also after an error. */
wrt_status wrt_kg_supports_load(wrt_kg_supports *out, wrt_kg_store *store,
                                const wrt_kg_edge_row *row, wrt_err *err);
void wrt_kg_supports_free(wrt_kg_supports *supports);

/* Which of two supports stands first (< 0: a): curated by a person (knowledge_assertion by
 * manual_agent) before others, then a known sign, then causal, then more publications; ties are
 * broken by what they say, bytewise, so that the order depends on nothing else. 0: equal. */
int wrt_kg_support_compare(const wrt_kg_store *store, const wrt_kg_support *a,
                           const wrt_kg_support *b);
/* Number of items of a list joined by '|'. */
size_t wrt_kg_count_items(wrt_str joined);

/* ---- JSON: edge.c */

/* The public form of an edge without "sha256" and marks of retraction. */
wrt_status wrt_kg_edge_json(wrt_json **out, wrt_kg_store *store, const wrt_kg_edge_row *row,
                            wrt_err *err);
/* The whole public form of edge number n; *source (when not NULL) is the import it came with. */
wrt_status wrt_kg_edge_full(wrt_json **out, int64_t *source, wrt_kg_store *store, int64_t n,
                            wrt_err *err);
/* The same of a row that was read. */
wrt_status wrt_kg_edge_sealed(wrt_json **out, wrt_kg_store *store, const wrt_kg_edge_row *row,
                              wrt_err *err);

/* Sets "sha256" over the canonical bytes of the object as it stands. */
void wrt_kg_json_seal(wrt_json *object);

/* Where an edge comes from: primary source and aggregators of each support, or else the id of the
 * import's source. */
wrt_status wrt_kg_edge_sources(wrt_json **out, wrt_kg_store *store, const wrt_json *edge,
                               int64_t source, wrt_err *err);

/* Whether a CURIE names a retracted publication; always false without a list. */
bool wrt_kg_is_retracted(const wrt_kg_store *store, wrt_str publication);
/* The number of "PMID:123"; false for another CURIE. */
bool wrt_kg_pmid_of(int64_t *out, wrt_str publication);

#endif
