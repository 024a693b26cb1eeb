/* store.h: the tables of a graph file, private to kg/.
 *
 * Small repeated texts (kinds, predicates, levels, licences) live once in `term` and are numbered
 * from 1; 0 stands for absent. Nodes are numbered from 1 without gaps. A store reads rows and turns
 * them into JSON; what it reads is checked, because a graph file may come from anywhere. */
#ifndef WRT_KG_STORE_H
#define WRT_KG_STORE_H

#include "base/db.h"
#include "base/hash.h"
#include "base/json.h"

enum { WRT_KG_MATCH_ID, WRT_KG_MATCH_NAME, WRT_KG_MATCH_SYNONYM, WRT_KG_MATCH_XREF };

typedef struct {
    wrt_db *db;
    char *name;   /* last component of the graph file's path */
    char **terms; /* terms[0] is term 1 */
    size_t n_terms, room_terms;
    wrt_stmt *node_by_n, *node_by_id, *node_by_any_case, *edge_by_n, *edge_by_id, *source_by_n;
    wrt_stmt *names_by_node;
} wrt_kg_store;

/* One row of `edge`. Texts are borrowed until the statement that gave them moves on. */
typedef struct {
    int64_t n;
    wrt_str id;
    int64_t subject, object;      /* node numbers */
    uint32_t predicate, original; /* terms; original may be 0 */
    int sign;                     /* +1, 0, -1 or WRT_KG_SIGN_UNKNOWN */
    bool is_causal;
    uint32_t level, agent, primary, license; /* terms or 0 */
    wrt_str record, publications;            /* publications are joined by '|' */
    wrt_str attributes;                      /* JSON object or "" */
    int64_t source;
} wrt_kg_edge_row;

#define WRT_KG_EDGE_COLUMNS                                                                        \
    "n,id,subject,object,predicate,original,sign,causal,level,agent,primary_source,license,"       \
    "record,publications,attributes,source"

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
void wrt_kg_term_add(wrt_kg_store *store, wrt_str text); /* becomes term n_terms */

/* WRT_E_INPUT: the file is damaged, with what was found wrong. */
wrt_status wrt_kg_damaged(const wrt_kg_store *store, const char *what, wrt_err *err);

/* {"id","name","kind"} of node n; an unnamed node is called by its id. */
wrt_status wrt_kg_node_brief(wrt_json **out, wrt_kg_store *store, int64_t n, wrt_err *err);

/* Number of the node with this id: exactly, or else the only one that differs in case only.
 * WRT_E_NOT_FOUND names the id. */
wrt_status wrt_kg_node_find(int64_t *n, wrt_kg_store *store, const char *id, wrt_err *err);

/* Fills a row from a statement whose columns are WRT_KG_EDGE_COLUMNS. */
wrt_status wrt_kg_edge_read(wrt_kg_edge_row *row, wrt_kg_store *store, wrt_stmt *stmt,
                            wrt_err *err);

/* The public form of an edge without "sha256", and its canonical bytes, appended. */
wrt_status wrt_kg_edge_json(wrt_json **out, wrt_kg_store *store, const wrt_kg_edge_row *row,
                            wrt_err *err);
/* The whole public form of edge number n; *source (when not NULL) is the import it came with. */
wrt_status wrt_kg_edge_full(wrt_json **out, int64_t *source, wrt_kg_store *store, int64_t n,
                            wrt_err *err);

/* Sets "sha256" over the canonical bytes of the object as it stands. */
void wrt_kg_json_seal(wrt_json *object);

/* Where an edge comes from: primary source, aggregators, or else the import's source id. */
wrt_status wrt_kg_edge_sources(wrt_json **out, wrt_kg_store *store, const wrt_json *edge,
                               int64_t source, wrt_err *err);

#endif
