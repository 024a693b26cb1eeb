/* schema.c: the tables of a graph file and how it is told from other SQLite files.
 *
 * A graph file carries an application id and a version. Everything a query needs is in rows; the
 * `adjacency` table repeats the ends of all edges, in order of edge id, as packed records so that
 * opening a file does not read every row (kg/store/snapshot.c writes it, kg/paths/csr.c reads it).
 */
#include "kg/store/store.h"

#include "base/arena.h"

#include <stdio.h>

enum { APPLICATION_ID = 0x57524b47, SCHEMA_VERSION = 2 }; /* "WRKG" */

/* What edges of one kind share stands once in `relation`, so that a row of `edge` is a few small
 * numbers. An edge row holds its best support; `support` holds the others. Rows of `edge` refer to
 * nodes and relations by number without a foreign key: checking each would cost a look-up, and
 * `kg check` recomputes all. */
static const char schema[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE source(n INTEGER PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL,"
    " stated_license TEXT, license TEXT, edges INTEGER NOT NULL DEFAULT 0, UNIQUE(id, version));"
    "CREATE TABLE file(n INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, role TEXT NOT NULL,"
    " name TEXT NOT NULL, source INTEGER NOT NULL REFERENCES source(n), report TEXT,"
    " UNIQUE(sha256, role));"
    "CREATE TABLE term(n INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE relation(n INTEGER PRIMARY KEY, predicate INTEGER NOT NULL,"
    " original INTEGER NOT NULL, qualifiers TEXT, level INTEGER NOT NULL, agent INTEGER NOT NULL,"
    " primary_source INTEGER NOT NULL, aggregator INTEGER NOT NULL, license INTEGER NOT NULL,"
    " sign INTEGER, causal INTEGER NOT NULL, symmetric INTEGER NOT NULL,"
    " source INTEGER NOT NULL REFERENCES source(n), edges INTEGER NOT NULL DEFAULT 0);"
    /* named, typed: the files that gave name and kind */
    "CREATE TABLE node(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT,"
    " kind INTEGER NOT NULL REFERENCES term(n), declared INTEGER NOT NULL, attributes TEXT,"
    " named INTEGER, typed INTEGER);"
    "CREATE INDEX node_any_case ON node(id COLLATE NOCASE);"
    "CREATE TABLE name(n INTEGER PRIMARY KEY, key TEXT NOT NULL, how INTEGER NOT NULL,"
    " node INTEGER NOT NULL REFERENCES node(n), text TEXT NOT NULL);"
    "CREATE UNIQUE INDEX name_key ON name(key, how, node, text);"
    "CREATE INDEX name_node ON name(node);"
    /* key: first 64 bits of SHA-256 of the id, or of the statement when id is NULL; extra: rows of
     * `support`; flags: WRT_KG_EDGE_* */
    "CREATE TABLE edge(n INTEGER PRIMARY KEY, key INTEGER NOT NULL, id TEXT,"
    " subject INTEGER NOT NULL, object INTEGER NOT NULL, relation INTEGER NOT NULL,"
    " extra INTEGER NOT NULL, flags INTEGER NOT NULL, record TEXT, publications TEXT,"
    " attributes TEXT);"
    "CREATE TABLE support(n INTEGER PRIMARY KEY, edge INTEGER NOT NULL, relation INTEGER NOT NULL,"
    " digest INTEGER NOT NULL, flags INTEGER NOT NULL, record TEXT, publications TEXT,"
    " attributes TEXT);"
    "CREATE INDEX support_edge ON support(edge, digest);"
    "CREATE TABLE citation(pmid INTEGER NOT NULL, edge INTEGER NOT NULL,"
    " PRIMARY KEY(pmid, edge)) WITHOUT ROWID;"
    "CREATE TABLE retraction(pmid INTEGER PRIMARY KEY);"
    "CREATE TABLE adjacency(n INTEGER PRIMARY KEY, arcs BLOB NOT NULL);"
    /* roots of WRT_KG_SUBTREE leaves each, 256 roots a row */
    "CREATE TABLE subtree(n INTEGER PRIMARY KEY, roots BLOB NOT NULL);";

static wrt_status query_int(int64_t *out, wrt_db *db, const char *sql, wrt_err *err) {
    *out = 0;
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, db, sql, err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && row)
        *out = wrt_stmt_int(stmt, 0);
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_kg_schema_check(wrt_db *db, const char *name, wrt_err *err) {
    int64_t id = 0, version = 0;
    wrt_status status = query_int(&id, db, "PRAGMA application_id", err);
    if (status == WRT_OK)
        status = query_int(&version, db, "PRAGMA user_version", err);
    if (status != WRT_OK)
        return status;
    if (id != APPLICATION_ID)
        return wrt_fail(err, WRT_E_INPUT, "%s is not a knowledge graph file", name);
    if (version != SCHEMA_VERSION)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "%s has graph format %lld; this program reads format %d: move it away and "
                        "import its files again",
                        name, (long long)version, SCHEMA_VERSION);
    return WRT_OK;
}

wrt_status wrt_kg_schema_ensure(wrt_db *db, const char *name, wrt_err *err) {
    int64_t id = 0, tables = 0;
    wrt_status status = query_int(&id, db, "PRAGMA application_id", err);
    if (status == WRT_OK)
        status = query_int(&tables, db, "SELECT count(*) FROM sqlite_schema", err);
    if (status != WRT_OK)
        return status;
    if (id != 0 || tables != 0)
        return wrt_kg_schema_check(db, name, err);
    status = wrt_db_exec(db, schema, err);
    if (status == WRT_OK) {
        char pragma[96];
        snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
                 APPLICATION_ID, SCHEMA_VERSION);
        status = wrt_db_exec(db, pragma, err);
    }
    return status;
}

wrt_status wrt_kg_meta_get(char **out, wrt_db *db, const char *key, wrt_err *err) {
    *out = NULL;
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, db, "SELECT value FROM meta WHERE key=?1", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, key);
        status = wrt_stmt_step(&row, stmt, err);
    }
    if (status == WRT_OK)
        *out = wrt_strdup(row ? wrt_stmt_text(stmt, 0).ptr : "");
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_kg_meta_set(wrt_db *db, const char *key, const char *value, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status =
        wrt_db_prepare(&stmt, db, "INSERT OR REPLACE INTO meta(key, value) VALUES(?1, ?2)", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, key);
        wrt_stmt_bind_c(stmt, 2, value);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}
