/* export.c: rows of a graph as KGX TSV or JSONL.
 *
 * A row is built once as a list of text members and one object with what KGX has no place for; the
 * two formats differ only in how such a row is written. */
#include "kg/store/export.h"

#include "base/file.h"
#include "kg/internal.h"
#include "kg/predicates.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS_MAX = 16, ROW_BYTES_MAX = 256 << 20 };

typedef struct {
    const char *name;
    bool is_list; /* items joined by '|' */
} column;

static const column node_columns[] = {
    {"id", false}, {"category", true}, {"name", false}, {"synonym", true}, {"xref", true}};
static const column edge_columns[] = {
    {"id", false},
    {"subject", false},
    {"predicate", false},
    {"object", false},
    {"original_predicate", false},
    {"knowledge_level", false},
    {"agent_type", false},
    {"primary_knowledge_source", false},
    {"aggregator_knowledge_source", true},
    {"publications", true},
    {"record_id", false},
    {"license", false},
};

typedef struct {
    wrt_kg *kg;
    wrt_kg_export_format format;
    FILE *file;
    const column *columns;
    size_t n_columns;
    const char *rest_name; /* "warrant_edge" */
    wrt_str cells[COLUMNS_MAX];
    wrt_json *rest;
    wrt_buf line, synonyms, xrefs, category;
} writer;

/* ---- one cell */

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Whether the text comes back when it is read from a cell, trimmed and, as a list, split. */
static bool is_plain(wrt_str text, bool is_list) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool at_end = i == 0 || i + 1 == text.len;
        bool beside_bar = is_list && ((i > 0 && text.ptr[i - 1] == '|') ||
                                      (i + 1 < text.len && text.ptr[i + 1] == '|'));
        if ((unsigned char)c < 32 || c == 127 || (is_blank(c) && (at_end || beside_bar)) ||
            (is_list && c == '|' && (at_end || text.ptr[i - 1] == '|')))
            return false;
    }
    return true;
}

/* The text as a cell can hold it; the true value goes to the rest. */
static void add_cell(writer *w, size_t i) {
    wrt_str text = w->cells[i];
    if (is_plain(text, w->columns[i].is_list)) {
        wrt_buf_add_str(&w->line, text);
        return;
    }
    for (size_t k = 0; k < text.len; k++)
        wrt_buf_add_char(&w->line, (unsigned char)text.ptr[k] < 32 ? ' ' : text.ptr[k]);
}

/* Texts that a cell cannot hold. */
static void keep_true_values(writer *w) {
    for (size_t i = 0; i < w->n_columns; i++)
        if (!is_plain(w->cells[i], w->columns[i].is_list) &&
            wrt_json_get(w->rest, w->columns[i].name) == NULL)
            wrt_json_set(w->rest, w->columns[i].name, wrt_json_new_text(w->cells[i]));
}

/* ---- one row */

static void add_tsv(writer *w) {
    for (size_t i = 0; i < w->n_columns; i++) {
        add_cell(w, i);
        wrt_buf_add_char(&w->line, '\t');
    }
    wrt_json_write_canonical(&w->line, w->rest);
}

static wrt_json *split(wrt_str joined) {
    wrt_json *list = wrt_json_new_array();
    wrt_str item, rest = joined;
    while (wrt_str_cut(&item, &rest, '|'))
        wrt_json_push(list, wrt_json_new_text(item));
    return list;
}

static void add_jsonl(writer *w) {
    wrt_json *row = wrt_json_new_object();
    for (size_t i = 0; i < w->n_columns; i++)
        if (w->cells[i].len > 0)
            wrt_json_set(row, w->columns[i].name,
                         w->columns[i].is_list ? split(w->cells[i])
                                               : wrt_json_new_text(w->cells[i]));
    wrt_json_set(row, w->rest_name, w->rest);
    w->rest = NULL;
    wrt_json_write(&w->line, row);
    wrt_json_free(row);
}

static wrt_status write_row(writer *w, wrt_err *err) {
    keep_true_values(w);
    wrt_buf_clear(&w->line);
    if (w->format == WRT_KG_EXPORT_TSV)
        add_tsv(w);
    else
        add_jsonl(w);
    wrt_json_free(w->rest);
    w->rest = NULL;
    wrt_buf_add_char(&w->line, '\n');
    if (w->line.overflow)
        return wrt_fail(err, WRT_E_LIMIT, "a row of more than %d bytes", ROW_BYTES_MAX);
    if (fwrite(w->line.ptr, 1, w->line.len, w->file) != w->line.len)
        return wrt_fail(err, WRT_E_FAILED, "the export cannot be written: %s", strerror(errno));
    return WRT_OK;
}

static wrt_status write_header(writer *w, wrt_err *err) {
    if (w->format != WRT_KG_EXPORT_TSV)
        return WRT_OK;
    wrt_buf_clear(&w->line);
    for (size_t i = 0; i < w->n_columns; i++)
        wrt_buf_printf(&w->line, "%s\t", w->columns[i].name);
    wrt_buf_printf(&w->line, "%s\n", w->rest_name);
    if (fwrite(w->line.ptr, 1, w->line.len, w->file) != w->line.len)
        return wrt_fail(err, WRT_E_FAILED, "the export cannot be written: %s", strerror(errno));
    return WRT_OK;
}

static wrt_status set_object(wrt_json *out, const char *name, wrt_str text,
                             const wrt_kg_store *store, wrt_err *err) {
    wrt_json *value = NULL;
    if (text.len == 0)
        return WRT_OK;
    if (wrt_json_parse(&value, text, NULL) != WRT_OK)
        return wrt_kg_damaged(store, "attributes are not JSON", err);
    wrt_json_set(out, name, value);
    return WRT_OK;
}

/* ---- nodes */

static void add_item(wrt_buf *joined, wrt_json *list, wrt_str text) {
    if (joined->len > 0)
        wrt_buf_add_char(joined, '|');
    wrt_buf_add_str(joined, text);
    wrt_json_push(list, wrt_json_new_text(text));
}

/* Synonyms and cross-references; as arrays in the rest when joining them would lose something. */
static wrt_status read_names(writer *w, int64_t n, wrt_err *err) {
    wrt_stmt *stmt = w->kg->store->names_by_node;
    wrt_json *synonyms = wrt_json_new_array(), *xrefs = wrt_json_new_array();
    bool row = false;
    wrt_buf_clear(&w->synonyms);
    wrt_buf_clear(&w->xrefs);
    wrt_stmt_bind_int(stmt, 1, n);
    wrt_status status = WRT_OK;
    while ((status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str text = wrt_stmt_text(stmt, 1);
        int64_t how = wrt_stmt_int(stmt, 0);
        if (!wrt_kg_is_clean(text))
            continue;
        if (how == WRT_KG_MATCH_SYNONYM)
            add_item(&w->synonyms, synonyms, text);
        if (how == WRT_KG_MATCH_XREF)
            add_item(&w->xrefs, xrefs, text);
    }
    wrt_stmt_reset(stmt);
    w->cells[3] = wrt_buf_str(&w->synonyms);
    w->cells[4] = wrt_buf_str(&w->xrefs);
    if (!is_plain(w->cells[3], true) ||
        wrt_kg_count_items(w->cells[3]) != wrt_json_count(synonyms)) {
        wrt_json_set(w->rest, "synonym", synonyms);
        synonyms = NULL;
    }
    if (!is_plain(w->cells[4], true) || wrt_kg_count_items(w->cells[4]) != wrt_json_count(xrefs)) {
        wrt_json_set(w->rest, "xref", xrefs);
        xrefs = NULL;
    }
    wrt_json_free(synonyms);
    wrt_json_free(xrefs);
    return status;
}

/* "biolink:Gene" for a kind in the spelling of Biolink classes, else the kind itself. */
static wrt_str category_of(wrt_buf *out, const char *kind) {
    bool is_class = kind[0] >= 'A' && kind[0] <= 'Z';
    for (const char *at = kind; *at != '\0'; at++)
        is_class = is_class && ((*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z'));
    wrt_buf_clear(out);
    if (is_class)
        wrt_buf_add_c(out, "biolink:");
    if (strcmp(kind, "unknown") != 0)
        wrt_buf_add_c(out, kind);
    return wrt_buf_str(out);
}

static wrt_status write_node(writer *w, wrt_stmt *stmt, wrt_err *err) {
    wrt_kg_store *store = w->kg->store;
    int64_t kind = wrt_stmt_int(stmt, 3);
    if (kind < 1 || (uint64_t)kind > store->n_terms || !wrt_kg_is_clean(wrt_stmt_text(stmt, 1)) ||
        !wrt_kg_is_clean(wrt_stmt_text(stmt, 2)))
        return wrt_kg_damaged(store, "a node holds impossible values", err);
    const char *text = wrt_kg_term(store, (uint32_t)kind);
    w->rest = wrt_json_new_object();
    wrt_json_set_text(w->rest, "kind", text);
    w->cells[0] = wrt_stmt_text(stmt, 1);
    w->cells[1] = category_of(&w->category, text);
    w->cells[2] = wrt_stmt_text(stmt, 2);
    wrt_status status = set_object(w->rest, "attributes", wrt_stmt_text(stmt, 4), store, err);
    if (status == WRT_OK)
        status = read_names(w, wrt_stmt_int(stmt, 0), err);
    return status == WRT_OK ? write_row(w, err) : status;
}

/* Nodes that no file declared are made again by the edges that name them. */
static wrt_status write_nodes(writer *w, wrt_kg_export_counts *counts, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = write_header(w, err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&stmt, w->kg->db,
                                "SELECT n, id, name, kind, attributes FROM node WHERE declared"
                                " ORDER BY n",
                                err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        status = write_node(w, stmt, err);
        counts->nodes++;
    }
    wrt_stmt_free(stmt);
    return status;
}

/* ---- edges */

static wrt_str term(const writer *w, uint32_t number) {
    return wrt_str_of(wrt_kg_term(w->kg->store, number));
}

static wrt_status write_support(writer *w, const wrt_kg_support *support, wrt_err *err) {
    const wrt_kg_store *store = w->kg->store;
    const wrt_kg_relation_row *relation = wrt_kg_relation_at(store, support->relation);
    const wrt_kg_source_row *source = &store->sources[relation->source - 1];
    w->cells[2] = term(w, relation->predicate);
    w->cells[4] = term(w, relation->original);
    w->cells[5] = term(w, relation->level);
    w->cells[6] = term(w, relation->agent);
    w->cells[7] = term(w, relation->primary);
    w->cells[8] = term(w, relation->aggregator);
    w->cells[9] = support->publications;
    w->cells[10] = support->record;
    w->cells[11] = term(w, relation->license);
    w->rest = wrt_json_new_object();
    wrt_json_set(w->rest, "sign",
                 relation->sign == WRT_KG_SIGN_UNKNOWN ? wrt_json_new_null()
                                                       : wrt_json_new_int(relation->sign));
    wrt_json_set_bool(w->rest, "causal", relation->is_causal);
    wrt_json_set_bool(w->rest, "symmetric", relation->is_symmetric);
    wrt_json_set_text(w->rest, "source", source->id);
    wrt_json_set_text(w->rest, "version", source->version);
    wrt_status status =
        set_object(w->rest, "qualifiers", wrt_str_of(relation->qualifiers), store, err);
    if (status == WRT_OK)
        status = set_object(w->rest, "attributes", support->attributes, store, err);
    return status == WRT_OK ? write_row(w, err) : status;
}

/* Id of a node in a buffer of its own. */
static wrt_status read_end(wrt_buf *out, wrt_kg_store *store, int64_t n, wrt_err *err) {
    wrt_json *node = NULL;
    wrt_status status = wrt_kg_node_brief(&node, store, n, err);
    wrt_buf_clear(out);
    if (status == WRT_OK)
        wrt_buf_add_c(out, wrt_json_get_text(node, "id", ""));
    wrt_json_free(node);
    return status;
}

static wrt_status write_edge(writer *w, const wrt_kg_edge_row *row, wrt_kg_export_counts *counts,
                             wrt_err *err) {
    char made[WRT_KG_MADE_ID + 1];
    wrt_kg_supports all;
    wrt_kg_store *store = w->kg->store;
    wrt_status status = wrt_kg_supports_load(&all, store, row, err);
    if (status == WRT_OK)
        status = read_end(&w->synonyms, store, row->subject, err);
    if (status == WRT_OK)
        status = read_end(&w->xrefs, store, row->object, err);
    w->cells[0] = wrt_kg_edge_id(made, row);
    w->cells[1] = wrt_buf_str(&w->synonyms);
    w->cells[3] = wrt_buf_str(&w->xrefs);
    for (size_t i = 0; i < all.n && status == WRT_OK; i++) {
        status = write_support(w, &all.list[i], err);
        counts->rows++;
    }
    wrt_kg_supports_free(&all);
    return status;
}

static wrt_status write_edges(writer *w, wrt_kg_export_counts *counts, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = write_header(w, err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&stmt, w->kg->db,
                                "SELECT " WRT_KG_EDGE_COLUMNS " FROM edge ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_kg_edge_row edge;
        status = wrt_kg_edge_read(&edge, w->kg->store, stmt, err);
        if (status == WRT_OK)
            status = write_edge(w, &edge, counts, err);
        counts->edges++;
    }
    wrt_stmt_free(stmt);
    return status;
}

/* ---- files */

typedef wrt_status (*write_fn)(writer *w, wrt_kg_export_counts *counts, wrt_err *err);

/* Writes beside path and closes; the caller renames. */
static wrt_status write_file(writer *w, const char *temporary, write_fn fn,
                             wrt_kg_export_counts *counts, wrt_err *err) {
    w->file = fopen(temporary, "wb");
    if (w->file == NULL)
        return wrt_fail(err, WRT_E_FAILED, "%s cannot be written: %s", wrt_path_base(temporary),
                        strerror(errno));
    w->line = w->synonyms = w->xrefs = w->category = wrt_buf_make(ROW_BYTES_MAX);
    wrt_status status = fn(w, counts, err);
    bool ok = fflush(w->file) == 0 && fsync(fileno(w->file)) == 0;
    ok = fclose(w->file) == 0 && ok;
    if (status == WRT_OK && !ok)
        status = wrt_fail(err, WRT_E_FAILED, "%s cannot be written: %s", wrt_path_base(temporary),
                          strerror(errno));
    wrt_json_free(w->rest);
    wrt_buf_free(&w->line);
    wrt_buf_free(&w->synonyms);
    wrt_buf_free(&w->xrefs);
    wrt_buf_free(&w->category);
    return status;
}

static char *beside(const char *path) {
    size_t room = strlen(path) + 32;
    char *out = wrt_calloc(room, 1);
    (void)snprintf(out, room, "%s.part-%ld", path, (long)getpid());
    return out;
}

static wrt_status put_in_place(const char *temporary, const char *path, wrt_err *err) {
    if (rename(temporary, path) == 0)
        return WRT_OK;
    return wrt_fail(err, WRT_E_FAILED, "%s cannot be put in place: %s", wrt_path_base(path),
                    strerror(errno));
}

wrt_status wrt_kg_export(wrt_kg_export_counts *counts, wrt_kg *kg, wrt_kg_export_format format,
                         const char *nodes_path, const char *edges_path, wrt_err *err) {
    wrt_kg_export_counts none, *c = counts != NULL ? counts : &none;
    *c = (wrt_kg_export_counts){.nodes = 0};
    writer nodes = {.kg = kg,
                    .format = format,
                    .columns = node_columns,
                    .n_columns = sizeof node_columns / sizeof node_columns[0],
                    .rest_name = WRT_KG_EXPORT_NODE};
    writer edges = {.kg = kg,
                    .format = format,
                    .columns = edge_columns,
                    .n_columns = sizeof edge_columns / sizeof edge_columns[0],
                    .rest_name = WRT_KG_EXPORT_EDGE};
    char *nodes_part = beside(nodes_path), *edges_part = beside(edges_path);
    wrt_status status = write_file(&nodes, nodes_part, write_nodes, c, err);
    if (status == WRT_OK)
        status = write_file(&edges, edges_part, write_edges, c, err);
    if (status == WRT_OK)
        status = put_in_place(nodes_part, nodes_path, err);
    if (status == WRT_OK)
        status = put_in_place(edges_part, edges_path, err);
    unlink(nodes_part);
    unlink(edges_part);
    free(nodes_part);
    free(edges_part);
    return status;
}
