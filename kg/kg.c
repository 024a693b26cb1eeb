/* kg.c: opening a graph, and what one asks about single nodes and edges.
 *
 * The file is opened immutable, which needs no lock and no file beside it, so that a worker in a
 * sandbox can read it; a leftover journal (an import is running or was cut off) is refused, because
 * an immutable reader would not see it. */
#include "kg/internal.h"

#include "base/file.h"
#include "kg/store/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 1 << 27 };

/* ---- opening */

static wrt_status check_journal(const char *path, wrt_err *err) {
    wrt_buf journal = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&journal, "%s-journal", path);
    bool there = !journal.overflow && wrt_file_exists(journal.ptr);
    wrt_buf_free(&journal);
    if (!there)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT,
                    "an import into %s is running or was interrupted: wait for it, or run it again",
                    wrt_path_base(path));
}

static wrt_status load_kinds(wrt_kg *kg, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, kg->db, "SELECT count(*) FROM node", err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    kg->n_nodes = status == WRT_OK && row ? (size_t)wrt_stmt_int(stmt, 0) : 0;
    wrt_stmt_free(stmt);
    stmt = NULL;
    kg->kind = wrt_calloc(kg->n_nodes + 1, sizeof *kg->kind);
    size_t n = 0;
    if (status == WRT_OK)
        status = wrt_db_prepare(&stmt, kg->db, "SELECT n, kind FROM node ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        int64_t kind = wrt_stmt_int(stmt, 1);
        if (n >= kg->n_nodes || wrt_stmt_int(stmt, 0) != (int64_t)n + 1 || kind < 1 ||
            (uint64_t)kind > kg->store->n_terms)
            status = wrt_kg_damaged(kg->store, "its nodes are not numbered in order", err);
        else
            kg->kind[n++] = (uint32_t)kind;
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status load_snapshot(wrt_kg *kg, wrt_err *err) {
    char *stored = NULL;
    unsigned char bytes[WRT_SHA256_SIZE];
    wrt_status status = wrt_kg_meta_get(&stored, kg->db, "snapshot", err);
    if (status == WRT_OK && !wrt_hex_decode(bytes, sizeof bytes, wrt_str_of(stored)))
        status = wrt_kg_damaged(kg->store, "it has no snapshot id", err);
    if (status == WRT_OK)
        memcpy(kg->snapshot, stored, WRT_SHA256_HEX + 1);
    free(stored);
    return status;
}

static wrt_json *clean_text(wrt_stmt *stmt, int column) {
    wrt_str text = wrt_stmt_text(stmt, column);
    bool clean = text.len > 0 && memchr(text.ptr, '\0', text.len) == NULL && wrt_utf8_valid(text);
    return clean ? wrt_json_new_text(text) : wrt_json_new_null();
}

static wrt_status load_sources(wrt_json **out, wrt_kg *kg, bool with_edges, wrt_err *err) {
    *out = wrt_json_new_array();
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(
        &stmt, kg->db, "SELECT id, version, license, edges FROM source ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_json *source = wrt_json_new_object();
        wrt_json_set(source, "id", clean_text(stmt, 0));
        wrt_json_set(source, "version", clean_text(stmt, 1));
        wrt_json_set(source, "license", clean_text(stmt, 2));
        if (with_edges) {
            double edges = (double)wrt_stmt_int(stmt, 3);
            wrt_json_set_number(source, "edges", edges);
        }
        wrt_json_push(*out, source);
    }
    wrt_stmt_free(stmt);
    if (status != WRT_OK) {
        wrt_json_free(*out);
        *out = NULL;
    }
    return status;
}

static wrt_status find_last_name(wrt_kg *kg, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, kg->db, "SELECT max(n) FROM name", err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    kg->last_name = status == WRT_OK && row ? wrt_stmt_int(stmt, 0) : 0;
    wrt_stmt_free(stmt);
    if (status == WRT_OK && (kg->last_name < 0 || kg->last_name > NAMES_MAX))
        return wrt_kg_damaged(kg->store, "its names are numbered beyond reason", err);
    return status;
}

static wrt_status prepare_searches(wrt_kg *kg, wrt_err *err) {
    const struct {
        wrt_stmt **out;
        const char *sql;
    } list[] = {
        {&kg->by_key, "SELECT node, how, text FROM name WHERE key=?1 AND how BETWEEN ?2 AND ?3"},
        {&kg->by_prefix, "SELECT node, key FROM name WHERE key>?1 AND key<?2 AND how IN (1, 2)"
                         " ORDER BY length(key), key, node LIMIT ?3"},
        {&kg->by_loose, "SELECT name.node, name.key FROM loose JOIN name ON name.n=loose.name"
                        " WHERE loose.key=?1 UNION ALL"
                        " SELECT node, key FROM name WHERE key=?1 AND how IN (1, 2) LIMIT ?2"},
        {&kg->by_gram, "SELECT rowid FROM name_gram WHERE name_gram MATCH ?1"},
        {&kg->gram_count, "SELECT names FROM gram_count WHERE gram=?1"},
        {&kg->name_by_n, "SELECT node, key, how FROM name WHERE n=?1"},
        {&kg->ids_by_node, "SELECT key FROM name WHERE node=?1 AND how IN (0, 3)"},
    };
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof list / sizeof list[0] && status == WRT_OK; i++)
        status = wrt_db_prepare(list[i].out, kg->db, list[i].sql, err);
    return status == WRT_OK ? find_last_name(kg, err) : status;
}

static wrt_status load(wrt_kg *kg, const char *path, wrt_err *err) {
    const char *name = wrt_path_base(path);
    wrt_status status = wrt_kg_schema_check(kg->db, name, err);
    if (status == WRT_OK)
        status = wrt_kg_store_open(&kg->store, kg->db, name, err);
    if (status == WRT_OK)
        status = load_snapshot(kg, err);
    if (status == WRT_OK)
        status = load_sources(&kg->sources, kg, false, err);
    if (status == WRT_OK)
        status = load_kinds(kg, err);
    if (status == WRT_OK)
        status = wrt_kg_csr_load(&kg->csr, kg->store, kg->kind, kg->n_nodes, err);
    if (status == WRT_OK)
        status = prepare_searches(kg, err);
    return status;
}

static wrt_status fail_without_graph(const char *path, wrt_err *err) {
    wrt_buf work = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&work, "%s.import", path);
    bool interrupted = !work.overflow && wrt_file_exists(work.ptr);
    wrt_buf_free(&work);
    if (interrupted)
        return wrt_fail(err, WRT_E_NOT_FOUND,
                        "no knowledge graph here yet: an import was interrupted or is running; the "
                        "same `warrant kg import` goes on with it");
    return wrt_fail(err, WRT_E_NOT_FOUND,
                    "no knowledge graph here: load one with `warrant kg import --format kgx "
                    "--source NAME --version V NODES.tsv EDGES.tsv`");
}

wrt_status wrt_kg_open(wrt_kg **out, const char *path, wrt_err *err) {
    *out = NULL;
    wrt_crypto_init();
    if (!wrt_file_exists(path))
        return fail_without_graph(path, err);
    wrt_status status = check_journal(path, err);
    if (status != WRT_OK)
        return status;
    wrt_kg *kg = wrt_calloc(1, sizeof *kg);
    wrt_err why = {.code = WRT_OK};
    status = wrt_db_open(&kg->db, path, WRT_DB_READ | WRT_DB_IMMUTABLE | WRT_DB_ONE_THREAD, &why);
    if (status == WRT_OK)
        status = load(kg, path, &why);
    if (status == WRT_OK) {
        *out = kg;
        return WRT_OK;
    }
    wrt_kg_close(kg);
    /* A statement that fails on an immutable file means that its tables are not ours. */
    if (status == WRT_E_FAILED)
        return wrt_fail(err, WRT_E_INPUT, "%s is not a knowledge graph file, or is damaged",
                        wrt_path_base(path));
    return wrt_fail(err, status, "%s", why.message);
}

void wrt_kg_close(wrt_kg *kg) {
    if (kg == NULL)
        return;
    wrt_stmt_free(kg->by_key);
    wrt_stmt_free(kg->by_prefix);
    wrt_stmt_free(kg->by_loose);
    wrt_stmt_free(kg->by_gram);
    wrt_stmt_free(kg->gram_count);
    wrt_stmt_free(kg->name_by_n);
    wrt_stmt_free(kg->ids_by_node);
    wrt_kg_csr_free(&kg->csr);
    wrt_kg_store_close(kg->store);
    wrt_json_free(kg->sources);
    free(kg->kind);
    wrt_db_close(kg->db);
    free(kg);
}

const char *wrt_kg_snapshot(const wrt_kg *kg) {
    return kg->snapshot;
}

wrt_json *wrt_kg_sources(const wrt_kg *kg) {
    return wrt_json_copy(kg->sources);
}

wrt_status wrt_kg_check(wrt_json **report, wrt_kg *kg, wrt_err *err) {
    *report = NULL;
    wrt_kg_snapshot_check found = {.n_edges = 0};
    char *nodes = NULL;
    wrt_status status = wrt_kg_snapshot_recompute(&found, kg->store, err);
    if (status == WRT_OK)
        status = wrt_kg_meta_get(&nodes, kg->db, "nodes", err);
    if (status != WRT_OK)
        return status;
    const char *name = kg->store->name;
    bool edges_match = strcmp(found.snapshot, kg->snapshot) == 0;
    bool nodes_match = strcmp(found.nodes, nodes) == 0;
    free(nodes);
    wrt_json *out = wrt_json_new_object();
    bool ok = edges_match && nodes_match && found.adjacency_matches && found.subtrees_match &&
              found.citations_match;
    wrt_json_set_bool(out, "ok", ok);
    wrt_json_set_text(out, "snapshot", kg->snapshot);
    wrt_json_set_text(out, "recomputed", found.snapshot);
    wrt_json_set_number(out, "nodes", (double)found.n_nodes);
    wrt_json_set_number(out, "edges", (double)found.n_edges);
    wrt_json *problems = wrt_json_new_array();
    if (!edges_match)
        wrt_json_push_text(problems, "the edges are not those of the snapshot id");
    if (!nodes_match)
        wrt_json_push_text(problems, "the nodes or their names were changed after import");
    if (!found.adjacency_matches)
        wrt_json_push_text(problems, "the adjacency does not repeat the edges");
    if (!found.subtrees_match)
        wrt_json_push_text(problems, "the roots for proofs are not those of the edges");
    if (!found.citations_match)
        wrt_json_push_text(problems, "the index of publications does not repeat the edges");
    wrt_json_set(out, "problems", problems);
    *report = out;
    if (ok)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "%s was altered after import: %s", name,
                    wrt_json_text(wrt_json_first(problems)));
}

/* ---- statistics */

typedef struct {
    const char *text;
    size_t count;
} tally;

static int compare_tally(const void *a, const void *b) {
    return strcmp(((const tally *)a)->text, ((const tally *)b)->text);
}

/* Counts by term (counts[0] is term 1) as an object sorted by text. */
static wrt_json *name_counts(const wrt_kg *kg, const size_t *counts) {
    size_t n_terms = kg->store->n_terms, used = 0;
    tally *list = wrt_calloc(n_terms + 1, sizeof *list);
    for (size_t i = 0; i < n_terms; i++)
        if (counts[i] > 0)
            list[used++] = (tally){kg->store->terms[i], counts[i]};
    qsort(list, used, sizeof *list, compare_tally);
    wrt_json *out = wrt_json_new_object();
    for (size_t i = 0; i < used; i++)
        wrt_json_set_int(out, list[i].text, (int64_t)list[i].count);
    free(list);
    return out;
}

static wrt_json *count_kinds(const wrt_kg *kg) {
    size_t *counts = wrt_calloc(kg->store->n_terms + 1, sizeof *counts);
    for (size_t v = 0; v < kg->n_nodes; v++)
        counts[kg->kind[v] - 1]++;
    wrt_json *out = name_counts(kg, counts);
    free(counts);
    return out;
}

static wrt_json *count_predicates(const wrt_kg *kg) {
    size_t *counts = wrt_calloc(kg->store->n_terms + 1, sizeof *counts);
    for (size_t m = 0; m < kg->csr.n_metaedges; m++)
        counts[kg->csr.metaedges[m].predicate - 1] += kg->csr.metaedges[m].n_edges;
    wrt_json *out = name_counts(kg, counts);
    free(counts);
    return out;
}

/* Edges by the knowledge level of their best support, sorted by text. */
static const char LEVELS[] =
    "SELECT coalesce(term.text, 'not_provided'), sum(edges) FROM relation"
    " LEFT JOIN term ON term.n=relation.level GROUP BY 1 HAVING sum(edges)>0 ORDER BY 1";
static const char LICENSES[] =
    "SELECT coalesce(nullif(term.text, ''), 'not stated'), sum(edges) FROM relation"
    " LEFT JOIN term ON term.n=relation.license GROUP BY 1 HAVING sum(edges)>0 ORDER BY 1";

/* Edges by what their best supports say. */
static wrt_status count_edges_by(wrt_json **out, wrt_kg *kg, const char *sql, wrt_err *err) {
    *out = wrt_json_new_object();
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, kg->db, sql, err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str text = wrt_stmt_text(stmt, 0);
        int64_t n = wrt_stmt_int(stmt, 1);
        if (!wrt_kg_is_clean(text) || n < 0 || n > UINT32_MAX)
            status = wrt_kg_damaged(kg->store, "its relations hold impossible values", err);
        else
            wrt_json_set_int(*out, text.ptr, n);
    }
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_kg_stats(wrt_json **out, wrt_kg *kg, wrt_err *err) {
    *out = NULL;
    wrt_json *levels = NULL, *licenses = NULL, *sources = NULL;
    wrt_status status = count_edges_by(&levels, kg, LEVELS, err);
    if (status == WRT_OK)
        status = count_edges_by(&licenses, kg, LICENSES, err);
    if (status == WRT_OK)
        status = load_sources(&sources, kg, true, err);
    if (status != WRT_OK) {
        wrt_json_free(levels);
        wrt_json_free(licenses);
        return status;
    }
    wrt_json *stats = wrt_json_new_object();
    wrt_json_set_text(stats, "snapshot", kg->snapshot);
    wrt_json_set_int(stats, "nodes", (int64_t)kg->n_nodes);
    wrt_json_set_int(stats, "edges", (int64_t)kg->csr.n_edges);
    wrt_json_set(stats, "kinds", count_kinds(kg));
    wrt_json_set(stats, "predicates", count_predicates(kg));
    wrt_json_set(stats, "sources", sources);
    wrt_json_set(stats, "knowledge_levels", levels);
    wrt_json_set(stats, "licenses", licenses);
    *out = stats;
    return WRT_OK;
}

/* ---- one node, one edge */

static wrt_status add_names(wrt_json *node, wrt_kg *kg, int64_t n, wrt_err *err) {
    wrt_json *synonyms = wrt_json_new_array(), *xrefs = wrt_json_new_array();
    wrt_stmt *stmt = kg->store->names_by_node;
    bool row = false;
    wrt_stmt_bind_int(stmt, 1, n);
    wrt_status status = WRT_OK;
    while ((status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        int64_t how = wrt_stmt_int(stmt, 0);
        if (how == WRT_KG_MATCH_SYNONYM)
            wrt_json_push(synonyms, clean_text(stmt, 1));
        else if (how == WRT_KG_MATCH_XREF)
            wrt_json_push(xrefs, clean_text(stmt, 1));
    }
    wrt_stmt_reset(stmt);
    wrt_json_set(node, "synonyms", synonyms);
    wrt_json_set(node, "xrefs", xrefs);
    return status;
}

static wrt_status add_attributes(wrt_json *node, wrt_kg *kg, int64_t n, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_json *attributes = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, kg->db, "SELECT attributes FROM node WHERE n=?1", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_int(stmt, 1, n);
        status = wrt_stmt_step(&row, stmt, err);
    }
    wrt_str text = status == WRT_OK && row ? wrt_stmt_text(stmt, 0) : WRT_STR("");
    if (text.len > 0 && wrt_json_parse(&attributes, text, NULL) != WRT_OK)
        status = wrt_kg_damaged(kg->store, "attributes of a node are not JSON", err);
    if (attributes != NULL)
        wrt_json_set(node, "attributes", attributes);
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_kg_node(wrt_json **out, wrt_kg *kg, const char *id, wrt_err *err) {
    *out = NULL;
    int64_t n = 0;
    wrt_json *node = NULL;
    wrt_status status = wrt_kg_node_find(&n, kg->store, id, err);
    if (status == WRT_OK)
        status = wrt_kg_node_brief(&node, kg->store, n, err);
    if (status == WRT_OK)
        status = add_names(node, kg, n, err);
    if (status == WRT_OK) {
        size_t in = 0, out_degree = 0;
        wrt_kg_csr_degrees(&in, &out_degree, &kg->csr, (uint32_t)(n - 1));
        wrt_json *degrees = wrt_json_new_object();
        wrt_json_set_int(degrees, "in", (int64_t)in);
        wrt_json_set_int(degrees, "out", (int64_t)out_degree);
        wrt_json_set(node, "degrees", degrees);
        status = add_attributes(node, kg, n, err);
    }
    if (status != WRT_OK) {
        wrt_json_free(node);
        return status;
    }
    *out = node;
    return WRT_OK;
}

/* ---- edges */

/* Edges stand in order of id, so that the place of an id is found by halving. */
wrt_status wrt_kg_edge_find(size_t *rank, wrt_kg *kg, wrt_str id, wrt_err *err) {
    size_t low = 0, high = kg->csr.n_edges;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        char made[WRT_KG_MADE_ID + 1];
        wrt_kg_edge_row row;
        wrt_status status = wrt_kg_edge_row_at(&row, kg->store, kg->csr.number[middle], err);
        int order = status == WRT_OK ? wrt_str_compare(wrt_kg_edge_id(made, &row), id) : 0;
        wrt_stmt_reset(kg->store->edge_by_n);
        if (status != WRT_OK)
            return status;
        if (order == 0) {
            *rank = middle;
            return WRT_OK;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return wrt_fail(err, WRT_E_NOT_FOUND, "no edge \"%.*s\" in the graph",
                    (int)(id.len < 200 ? id.len : 200), id.ptr);
}

wrt_status wrt_kg_edge(wrt_json **out, wrt_kg *kg, const char *id, wrt_err *err) {
    size_t rank = 0;
    *out = NULL;
    wrt_status status = wrt_kg_edge_find(&rank, kg, wrt_str_of(id), err);
    if (status == WRT_OK)
        status = wrt_kg_edge_full(out, NULL, kg->store, kg->csr.number[rank], err);
    return status;
}
