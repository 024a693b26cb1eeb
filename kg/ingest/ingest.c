/* ingest.c: what the parts of the sink share: statements, terms, sources, rows that were left. */
#include "kg/ingest/ingest.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TERM_BYTES_MAX = 65536, LABEL_MAX = 256 };

/* ---- terms */

wrt_status wrt_kg_intern(uint32_t *out, wrt_kg_ingest *ingest, wrt_str text, wrt_err *err) {
    *out = 0;
    if (text.len == 0)
        return WRT_OK;
    if (text.len > TERM_BYTES_MAX)
        return wrt_fail(err, WRT_E_LIMIT,
                        "%s: a predicate, kind, licence or source longer than %d bytes",
                        ingest->file.name, TERM_BYTES_MAX);
    *out = wrt_kg_textmap_find(&ingest->terms, text);
    if (*out != 0)
        return WRT_OK;
    uint32_t number = (uint32_t)ingest->store->n_terms + 1;
    wrt_stmt_bind_int(ingest->term_add, 1, number);
    wrt_stmt_bind_text(ingest->term_add, 2, text);
    wrt_status status = wrt_stmt_run(ingest->term_add, err);
    if (status != WRT_OK)
        return status;
    wrt_kg_term_add(ingest->store, text);
    *out = wrt_kg_textmap_add(&ingest->terms, text);
    return WRT_OK;
}

/* ---- sources */

static wrt_status insert_source(uint32_t *out, wrt_kg_store *store, wrt_str id, wrt_str version,
                                wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status = wrt_db_prepare(
        &stmt, store->db, "INSERT INTO source(n, id, version) VALUES(?1, ?2, ?3)", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_int(stmt, 1, (int64_t)store->n_sources + 1);
        wrt_stmt_bind_text(stmt, 2, id);
        wrt_stmt_bind_text(stmt, 3, version);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    if (status == WRT_OK) {
        wrt_kg_source_add(store, id, version);
        *out = (uint32_t)store->n_sources;
    }
    return status;
}

static wrt_status state_license(wrt_kg_store *store, uint32_t source, const char *license,
                                wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db, "UPDATE source SET stated_license=?2 WHERE n=?1", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_int(stmt, 1, source);
        wrt_stmt_bind_c(stmt, 2, license);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_kg_ingest_source(uint32_t *out, wrt_kg_store *store, wrt_str id, wrt_str version,
                                const char *license, wrt_err *err) {
    wrt_status status = WRT_OK;
    *out = 0;
    if (id.len > LABEL_MAX || version.len > LABEL_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a source or version longer than %d bytes", LABEL_MAX);
    for (size_t i = 0; i < store->n_sources && *out == 0; i++)
        if (wrt_str_equal_c(id, store->sources[i].id) &&
            wrt_str_equal_c(version, store->sources[i].version))
            *out = (uint32_t)i + 1;
    if (*out == 0)
        status = insert_source(out, store, id, version, err);
    if (status == WRT_OK && license != NULL)
        status = state_license(store, *out, license, err);
    return status;
}

/* ---- life */

static wrt_status prepare_all(wrt_kg_ingest *g, wrt_err *err) {
    const struct {
        wrt_stmt **out;
        const char *sql;
    } list[] = {
        {&g->term_add, "INSERT INTO term(n, text) VALUES(?1, ?2)"},
        {&g->relation_add,
         "INSERT INTO relation(n, predicate, original, level, agent, primary_source, aggregator,"
         " license, source, qualifiers, sign, causal, symmetric)"
         " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"},
        {&g->node_get,
         "SELECT name, kind, declared, attributes, named, typed FROM node WHERE n=?1"},
        {&g->node_add, "INSERT INTO node(n, id, name, kind, declared, attributes, named, typed)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
        {&g->node_update, "UPDATE node SET name=?2, kind=?3, declared=1, attributes=?4, named=?5,"
                          " typed=?6 WHERE n=?1"},
        {&g->name_add, "INSERT INTO name(key, how, node, text) VALUES(?1, ?2, ?3, ?4)"
                       " ON CONFLICT DO NOTHING"},
        {&g->name_demote, "UPDATE OR REPLACE name SET how=?3 WHERE node=?1 AND how=?2"},
        {&g->edge_add,
         "INSERT INTO edge(n, key, subject, object, relation, extra, flags, id, record,"
         " publications, attributes) VALUES(?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9, ?10)"},
        {&g->edge_add_plain, "INSERT INTO edge(n, key, subject, object, relation, extra, flags)"
                             " VALUES(?1, ?2, ?3, ?4, ?5, 0, 0)"},
        {&g->edge_get, "SELECT " WRT_KG_EDGE_COLUMNS " FROM edge WHERE n=?1"},
        {&g->edge_set, "UPDATE edge SET relation=?2, extra=?3, flags=?4, record=?5,"
                       " publications=?6, attributes=?7 WHERE n=?1"},
        {&g->edge_turn, "UPDATE edge SET subject=object, object=subject WHERE n=?1"},
        {&g->edge_rename, "UPDATE edge SET id=?2, key=?3 WHERE n=?1"},
        {&g->edge_delete, "DELETE FROM edge WHERE n=?1"},
        {&g->support_add, "INSERT INTO support(edge, relation, digest, flags, record, publications,"
                          " attributes) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
        {&g->support_find, "SELECT record, publications, attributes FROM support"
                           " WHERE edge=?1 AND digest=?2 AND relation=?3"},
        {&g->support_relations, "SELECT DISTINCT relation FROM support WHERE edge=?1"},
        {&g->support_clear, "DELETE FROM support WHERE edge=?1"},
    };
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof list / sizeof list[0] && status == WRT_OK; i++)
        status = wrt_db_prepare(list[i].out, g->store->db, list[i].sql, err);
    return status;
}

static wrt_status load_nodes(wrt_kg_ingest *ingest, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, ingest->store->db, "SELECT n, id FROM node ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str id = wrt_stmt_text(stmt, 1);
        if (wrt_stmt_int(stmt, 0) != (int64_t)ingest->nodes.n + 1 || !wrt_kg_is_clean(id))
            status = wrt_kg_damaged(ingest->store, "its nodes are not numbered in order", err);
        else
            wrt_kg_textmap_add(&ingest->nodes, id);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status load_edge(wrt_kg_ingest *ingest, wrt_stmt *stmt, wrt_err *err) {
    int64_t n = wrt_stmt_int(stmt, 0), relation = wrt_stmt_int(stmt, 2);
    if (n < 1 || n >= UINT32_MAX || relation < 1 || (uint64_t)relation > ingest->store->n_relations)
        return wrt_kg_damaged(ingest->store, "an edge holds impossible values", err);
    wrt_kg_keymap_add(&ingest->edges, (uint64_t)wrt_stmt_int(stmt, 1), (uint32_t)n);
    ingest->next_edge = n + 1;
    return WRT_OK;
}

static wrt_status load_edges(wrt_kg_ingest *ingest, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, ingest->store->db,
                                       "SELECT n, key, relation FROM edge ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row)
        status = load_edge(ingest, stmt, err);
    wrt_stmt_free(stmt);
    return status;
}

/* Original predicates of edges that were amended before. */
static wrt_status load_amended(wrt_kg_ingest *ingest, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(
        &stmt, ingest->store->db,
        "SELECT original FROM relation WHERE n IN (SELECT relation FROM edge WHERE flags&2"
        " UNION SELECT relation FROM support WHERE flags&2)",
        err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row)
        status = wrt_kg_ingest_amendable_term(ingest, (uint32_t)wrt_stmt_int(stmt, 0), err);
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_kg_ingest_new(wrt_kg_ingest **out, wrt_kg_store *store, wrt_err *err) {
    *out = NULL;
    wrt_kg_ingest *ingest = wrt_calloc(1, sizeof *ingest);
    ingest->store = store;
    ingest->terms = wrt_kg_textmap_make();
    ingest->nodes = wrt_kg_textmap_make();
    ingest->next_edge = 1;
    ingest->key_mask = UINT64_MAX;
    for (size_t i = 0; i < store->n_terms; i++)
        wrt_kg_textmap_add(&ingest->terms, wrt_str_of(store->terms[i]));
    wrt_status status = prepare_all(ingest, err);
    if (status == WRT_OK)
        status = wrt_kg_ingest_relations_load(ingest, err);
    if (status == WRT_OK)
        status = load_nodes(ingest, err);
    if (status == WRT_OK)
        status = load_edges(ingest, err);
    if (status == WRT_OK && ingest->next_edge > 1)
        status = load_amended(ingest, err);
    if (status != WRT_OK) {
        wrt_kg_ingest_free(ingest);
        return status;
    }
    *out = ingest;
    return WRT_OK;
}

static void free_statements(wrt_kg_ingest *g) {
    wrt_stmt *const all[] = {
        g->term_add,     g->relation_add,      g->node_get,      g->node_add,       g->node_update,
        g->name_add,     g->name_demote,       g->edge_add,      g->edge_add_plain, g->edge_get,
        g->edge_set,     g->edge_turn,         g->edge_rename,   g->edge_delete,    g->support_add,
        g->support_find, g->support_relations, g->support_clear,
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        wrt_stmt_free(all[i]);
}

void wrt_kg_ingest_free(wrt_kg_ingest *ingest) {
    if (ingest == NULL)
        return;
    free_statements(ingest);
    wrt_json_free(ingest->counts.skipped);
    wrt_json_free(ingest->counts.conflicts);
    wrt_kg_textmap_free(&ingest->terms);
    wrt_kg_textmap_free(&ingest->nodes);
    wrt_kg_keymap_free(&ingest->relations);
    wrt_kg_keymap_free(&ingest->edges);
    wrt_kg_keymap_free(&ingest->amendable);
    for (size_t i = 0; i < ingest->n_files; i++)
        free(ingest->file_ranks[i]);
    free(ingest->file_ranks);
    free(ingest->classes);
    free(ingest->is_amendable);
    free(ingest);
}

/* ---- files */

/* Which of two files names a node: the first in order of source, version and content. */
static wrt_status load_files(wrt_kg_ingest *ingest, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(
        &stmt, ingest->store->db,
        "SELECT file.n, source.id || char(1) || source.version || char(1) || file.sha256"
        " FROM file JOIN source ON source.n=file.source WHERE file.n>?1 ORDER BY file.n",
        err);
    if (status == WRT_OK)
        wrt_stmt_bind_int(stmt, 1, (int64_t)ingest->n_files);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        if (wrt_stmt_int(stmt, 0) != (int64_t)ingest->n_files + 1) {
            status = wrt_kg_damaged(ingest->store, "its files are not numbered in order", err);
            break;
        }
        ingest->file_ranks =
            wrt_realloc(ingest->file_ranks, (ingest->n_files + 1) * sizeof *ingest->file_ranks);
        ingest->file_ranks[ingest->n_files++] = wrt_strdup(wrt_stmt_text(stmt, 1).ptr);
    }
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_kg_ingest_begin(wrt_kg_ingest *ingest, const wrt_kg_ingest_file *file,
                               wrt_err *err) {
    wrt_json_free(ingest->counts.skipped);
    wrt_json_free(ingest->counts.conflicts);
    ingest->counts =
        (wrt_kg_ingest_counts){.skipped = wrt_json_new_array(), .conflicts = wrt_json_new_array()};
    ingest->file = *file;
    ingest->n_records = 0;
    wrt_status status =
        wrt_kg_ingest_source(&ingest->source, ingest->store, wrt_str_of(file->source),
                             wrt_str_of(file->version), file->license, err);
    return status == WRT_OK ? load_files(ingest, err) : status;
}

static wrt_status reject(void *ctx, uint64_t line, const char *reason, wrt_err *err) {
    return wrt_kg_ingest_skip(ctx, line, reason, err);
}

/* Counted and listed as a reject is, and no reason to end a strict import. */
static wrt_status skip(void *ctx, uint64_t line, const char *reason, wrt_err *err) {
    wrt_kg_ingest *ingest = ctx;
    bool is_strict = ingest->file.is_strict;
    ingest->file.is_strict = false;
    wrt_status status = wrt_kg_ingest_skip(ingest, line, reason, err);
    ingest->file.is_strict = is_strict;
    return status;
}

wrt_kg_sink wrt_kg_ingest_sink(wrt_kg_ingest *ingest) {
    return (wrt_kg_sink){
        .ctx = ingest,
        .node = wrt_kg_ingest_node,
        .relation = wrt_kg_ingest_relation,
        .edge = wrt_kg_ingest_edge,
        .reject = reject,
        .skip = skip,
    };
}

const wrt_kg_ingest_counts *wrt_kg_ingest_result(const wrt_kg_ingest *ingest) {
    return &ingest->counts;
}

wrt_status wrt_kg_ingest_skip(wrt_kg_ingest *ingest, uint64_t line, const char *reason,
                              wrt_err *err) {
    if (ingest->file.is_strict)
        return wrt_fail(err, WRT_E_INPUT, "%s:%llu: %s", ingest->file.name,
                        (unsigned long long)line, reason);
    if (ingest->counts.n_skipped++ >= WRT_KG_LISTED)
        return WRT_OK;
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "file", ingest->file.name);
    wrt_json_set_int(entry, "line", (int64_t)line);
    wrt_json_set_text(entry, "reason", reason);
    wrt_json_push(ingest->counts.skipped, entry);
    return WRT_OK;
}

wrt_status wrt_kg_ingest_look(wrt_kg_ingest *ingest, wrt_err *err) {
    if (ingest->n_records++ % WRT_KG_WATCH_ROWS != 0 || ingest->file.watch == NULL)
        return WRT_OK;
    wrt_kg_watch *watch = ingest->file.watch;
    watch->state.nodes = (uint64_t)(ingest->counts.nodes + ingest->counts.unknown_nodes);
    watch->state.edges = (uint64_t)ingest->counts.edges;
    return wrt_kg_watch_look(watch, wrt_input_offset(ingest->file.input), ingest->file.bytes, err);
}
