/* ingest_edges.c: edges, their ids, signs and provenance.
 *
 * The content of an edge is everything its row says except its id; its canonical JSON names nodes
 * by id. Rows of equal content and id are one edge. An edge without id is called after the hash of
 * its content, so that the same row has the same id in every file; an id that a different edge
 * holds already gets the hash appended, so that neither edge is lost. */
#include "kg/ingest.h"

#include "kg/predicates.h"

#include <stdio.h>

enum { CONTENT_MAX = 8 << 20, ID_HASH_HEX = 32, CLASH_HASH_HEX = 12, ID_MAX = 4096 };

typedef enum {
    AS_ID,
    AS_SUBJECT,
    AS_PREDICATE,
    AS_OBJECT,
    AS_ORIGINAL,
    AS_LEVEL,
    AS_AGENT,
    AS_PRIMARY,
    AS_PUBLICATIONS,
    AS_RECORD,
    AS_LICENSE,
    AS_NEGATED,
    N_ROLES,
    AS_ATTRIBUTE = N_ROLES
} role;

static const char *const role_names[N_ROLES] = {
    "id",
    "subject",
    "predicate",
    "object",
    "original_predicate",
    "knowledge_level",
    "agent_type",
    "primary_knowledge_source",
    "publications",
    "record_id",
    "license",
    "negated",
};

typedef struct {
    role roles[WRT_KGX_COLUMNS_MAX];
    wrt_str cells[N_ROLES];
    wrt_str qualified, aspect, direction,
        subject_direction; /* Biolink qualifiers, also kept as attributes */
    wrt_json *attributes;
    wrt_buf publications; /* normalised, joined by '|' */
    wrt_buf attribute_text, content;
} edge_reader;

static role role_of(wrt_str column) {
    for (int i = 0; i < N_ROLES; i++)
        if (wrt_str_equal_c(column, role_names[i]))
            return (role)i;
    return AS_ATTRIBUTE;
}

/* ---- reading a row */

static void note_qualifier(edge_reader *edge, wrt_str column, wrt_str cell) {
    if (wrt_str_equal_c(column, "qualified_predicate"))
        edge->qualified = cell;
    else if (wrt_str_equal_c(column, "object_aspect_qualifier"))
        edge->aspect = cell;
    else if (wrt_str_equal_c(column, "object_direction_qualifier"))
        edge->direction = cell;
    else if (wrt_str_equal_c(column, "subject_direction_qualifier"))
        edge->subject_direction = cell;
}

/* The predicate column may hold a label: then the table's CURIE takes its place. */
static void normalise_predicate(edge_reader *edge) {
    wrt_str text = edge->cells[AS_PREDICATE];
    const wrt_kg_predicate *known = wrt_kg_predicate_find(text);
    if (known == NULL || wrt_str_starts_with(text, WRT_STR("biolink:")))
        return;
    if (edge->cells[AS_ORIGINAL].len == 0)
        edge->cells[AS_ORIGINAL] = text;
    edge->cells[AS_PREDICATE] = wrt_str_of(known->curie);
}

static void normalise_publications(edge_reader *edge) {
    wrt_str item, rest = edge->cells[AS_PUBLICATIONS];
    wrt_buf_clear(&edge->publications);
    while (rest.len > 0 && wrt_str_cut(&item, &rest, '|')) {
        item = wrt_str_trim(item);
        if (item.len == 0)
            continue;
        if (edge->publications.len > 0)
            wrt_buf_add_char(&edge->publications, '|');
        wrt_buf_add_str(&edge->publications, item);
    }
}

static void read_row(edge_reader *edge, const wrt_kg_ingest *ingest, const wrt_kgx *file) {
    const wrt_str none = WRT_STR("");
    for (int i = 0; i < N_ROLES; i++)
        edge->cells[i] = none;
    edge->qualified = edge->aspect = edge->direction = edge->subject_direction = none;
    wrt_json_free(edge->attributes);
    edge->attributes = wrt_json_new_object();
    for (size_t i = 0; i < wrt_kgx_columns(file); i++) {
        wrt_str cell = wrt_kgx_cell(file, i), column = wrt_kgx_column(file, i);
        if (cell.len == 0)
            continue;
        if (edge->roles[i] != AS_ATTRIBUTE) {
            edge->cells[edge->roles[i]] = cell;
            continue;
        }
        note_qualifier(edge, column, cell);
        wrt_kg_ingest_attribute(edge->attributes, column, cell);
    }
    if (edge->cells[AS_LICENSE].len == 0)
        edge->cells[AS_LICENSE] = ingest->license;
    normalise_predicate(edge);
    normalise_publications(edge);
    wrt_buf_clear(&edge->attribute_text);
    if (wrt_json_count(edge->attributes) > 0)
        wrt_json_write_canonical(&edge->attribute_text, edge->attributes);
}

static wrt_status check_row(const edge_reader *edge, const wrt_kgx *file, wrt_err *err) {
    for (int i = AS_SUBJECT; i <= AS_OBJECT; i++)
        if (edge->cells[i].len == 0)
            return wrt_fail(err, WRT_E_INPUT, "%s:%zu: the edge has no %s", wrt_kgx_name(file),
                            wrt_kgx_line(file), role_names[i]);
    if (edge->cells[AS_ID].len > ID_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%s:%zu: an id longer than %d bytes", wrt_kgx_name(file),
                        wrt_kgx_line(file), ID_MAX);
    if (edge->publications.overflow || edge->attribute_text.overflow)
        return wrt_fail(err, WRT_E_LIMIT, "%s:%zu: more than %d bytes of attributes",
                        wrt_kgx_name(file), wrt_kgx_line(file), CONTENT_MAX);
    return WRT_OK;
}

/* ---- content and ids */

/* Canonical content of the row; the import's source counts only where the row names none. */
static void write_content(edge_reader *edge, wrt_str source_id) {
    wrt_json *content = wrt_json_new_object();
    for (int i = AS_SUBJECT; i < N_ROLES; i++)
        if (i != AS_PUBLICATIONS && edge->cells[i].len > 0)
            wrt_json_set(content, role_names[i], wrt_json_new_text(edge->cells[i]));
    wrt_json_set(content, "publications", wrt_json_new_text(wrt_buf_str(&edge->publications)));
    wrt_json_set(content, "attributes", wrt_json_copy(edge->attributes));
    if (edge->cells[AS_PRIMARY].len == 0)
        wrt_json_set(content, "source", wrt_json_new_text(source_id));
    wrt_buf_clear(&edge->content);
    wrt_json_write_canonical(&edge->content, content);
    wrt_json_free(content);
}

/* True when the stored row says the same as the one just read. */
static bool is_same_edge(const wrt_kg_store *store, const wrt_kg_edge_row *old,
                         const edge_reader *edge, int64_t subject, int64_t object) {
    return old->subject == subject && old->object == object &&
           wrt_str_equal_c(edge->cells[AS_PREDICATE], wrt_kg_term(store, old->predicate)) &&
           wrt_str_equal_c(edge->cells[AS_ORIGINAL], wrt_kg_term(store, old->original)) &&
           wrt_str_equal_c(edge->cells[AS_LEVEL], wrt_kg_term(store, old->level)) &&
           wrt_str_equal_c(edge->cells[AS_AGENT], wrt_kg_term(store, old->agent)) &&
           wrt_str_equal_c(edge->cells[AS_PRIMARY], wrt_kg_term(store, old->primary)) &&
           wrt_str_equal_c(edge->cells[AS_LICENSE], wrt_kg_term(store, old->license)) &&
           wrt_str_equal(edge->cells[AS_RECORD], old->record) &&
           wrt_str_equal(wrt_buf_str(&edge->publications), old->publications) &&
           wrt_str_equal(wrt_buf_str(&edge->attribute_text), old->attributes);
}

/* *same when the edge with this id says what the row says. */
static wrt_status compare_edge(bool *same, wrt_kg_store *store, wrt_str id, const edge_reader *edge,
                               const int64_t ends[2], wrt_err *err) {
    wrt_kg_edge_row old;
    bool found = false;
    wrt_stmt_bind_text(store->edge_by_id, 1, id);
    wrt_status status = wrt_stmt_step(&found, store->edge_by_id, err);
    if (status == WRT_OK && found) {
        status = wrt_kg_edge_read(&old, store, store->edge_by_id, err);
        *same = status == WRT_OK && is_same_edge(store, &old, edge, ends[0], ends[1]);
    }
    wrt_stmt_reset(store->edge_by_id);
    return status;
}

/* ---- storing */

static wrt_status bind_terms(wrt_kg_ingest *ingest, const edge_reader *edge, wrt_err *err) {
    static const struct {
        role cell;
        int parameter;
    } list[] = {{AS_PREDICATE, 4}, {AS_ORIGINAL, 5}, {AS_LEVEL, 8},
                {AS_AGENT, 9},     {AS_PRIMARY, 10}, {AS_LICENSE, 11}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        uint32_t term = 0;
        wrt_status status = wrt_kg_intern(&term, ingest, edge->cells[list[i].cell], err);
        if (status != WRT_OK)
            return status;
        wrt_stmt_bind_int(ingest->edge_add, list[i].parameter, term);
    }
    return WRT_OK;
}

static void bind_text_or_null(wrt_stmt *stmt, int parameter, wrt_str text) {
    if (text.len > 0)
        wrt_stmt_bind_text(stmt, parameter, text);
    else
        wrt_stmt_bind_null(stmt, parameter);
}

/* Stores the row under id; *stored is false, and nothing happens, when the id is taken. */
static wrt_status insert_edge(bool *stored, wrt_kg_ingest *ingest, wrt_str id,
                              const edge_reader *edge, const int64_t ends[2], wrt_err *err) {
    const wrt_kg_assertion assertion = {edge->cells[AS_PREDICATE], edge->cells[AS_ORIGINAL],
                                        edge->qualified,           edge->aspect,
                                        edge->direction,           edge->subject_direction};
    int sign = WRT_KG_SIGN_UNKNOWN;
    bool is_causal = false;
    wrt_kg_assertion_read(&sign, &is_causal, &assertion);
    wrt_stmt *stmt = ingest->edge_add;
    wrt_stmt_bind_text(stmt, 1, id);
    wrt_stmt_bind_int(stmt, 2, ends[0]);
    wrt_stmt_bind_int(stmt, 3, ends[1]);
    if (sign == WRT_KG_SIGN_UNKNOWN)
        wrt_stmt_bind_null(stmt, 6);
    else
        wrt_stmt_bind_int(stmt, 6, sign);
    wrt_stmt_bind_int(stmt, 7, is_causal);
    bind_text_or_null(stmt, 12, edge->cells[AS_RECORD]);
    bind_text_or_null(stmt, 13, wrt_buf_str(&edge->publications));
    bind_text_or_null(stmt, 14, wrt_buf_str(&edge->attribute_text));
    wrt_stmt_bind_int(stmt, 15, ingest->source);
    wrt_status status = bind_terms(ingest, edge, err);
    if (status == WRT_OK)
        status = wrt_stmt_step(stored, stmt, err);
    wrt_stmt_reset(stmt);
    if (status == WRT_OK && *stored)
        ingest->counts.edges++;
    return status;
}

/* Stores the row under id, or says why not: *stored, or *same when the id holds an equal edge. */
static wrt_status try_id(bool *stored, bool *same, wrt_kg_ingest *ingest, wrt_str id,
                         const edge_reader *edge, const int64_t ends[2], wrt_err *err) {
    *same = false;
    wrt_status status = insert_edge(stored, ingest, id, edge, ends, err);
    if (status == WRT_OK && !*stored)
        status = compare_edge(same, ingest->store, id, edge, ends, err);
    return status;
}

static wrt_status find_ends(int64_t ends[2], wrt_kg_ingest *ingest, const edge_reader *edge,
                            wrt_err *err) {
    for (int i = 0; i < 2; i++) {
        wrt_str id = edge->cells[i == 0 ? AS_SUBJECT : AS_OBJECT];
        wrt_status status = wrt_kg_ingest_node_find(&ends[i], ingest, id, err);
        if (status == WRT_OK && ends[i] == 0)
            status = wrt_kg_ingest_node_make(&ends[i], ingest, id, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

static void hash_content(char hex[WRT_SHA256_HEX + 1], edge_reader *edge, wrt_str source_id) {
    write_content(edge, source_id);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&edge->content));
    wrt_sha256_hex(hex, &digest);
}

/* Picks the id, drops a row that is stored already, stores the others. */
static wrt_status store_edge(wrt_kg_ingest *ingest, edge_reader *edge, const wrt_kgx *file,
                             wrt_err *err) {
    int64_t ends[2];
    char hex[WRT_SHA256_HEX + 1], made[ID_MAX + CLASH_HASH_HEX + 8];
    bool stored = false, same = false;
    wrt_str id = edge->cells[AS_ID];
    if (id.len == 0) {
        hash_content(hex, edge, ingest->source_id);
        snprintf(made, sizeof made, "sha256:%.*s", ID_HASH_HEX, hex);
        id = wrt_str_of(made);
    }
    wrt_status status = find_ends(ends, ingest, edge, err);
    if (status == WRT_OK)
        status = try_id(&stored, &same, ingest, id, edge, ends, err);
    if (status == WRT_OK && !stored && !same && edge->cells[AS_ID].len > 0) {
        hash_content(hex, edge, ingest->source_id);
        snprintf(made, sizeof made, "%.*s~%.*s", (int)id.len, id.ptr, CLASH_HASH_HEX, hex);
        status = try_id(&stored, &same, ingest, wrt_str_of(made), edge, ends, err);
        ingest->counts.renamed += stored;
    }
    if (status == WRT_OK && !stored)
        wrt_kg_ingest_skip(ingest, file, "the same edge is stored already");
    return status;
}

static bool is_negated(wrt_str cell) {
    return wrt_str_equal_c(cell, "true") || wrt_str_equal_c(cell, "True") ||
           wrt_str_equal_c(cell, "TRUE") || wrt_str_equal_c(cell, "1");
}

static wrt_status check_columns(const edge_reader *edge, const wrt_kgx *file, wrt_err *err) {
    for (int needed = AS_SUBJECT; needed <= AS_OBJECT; needed++) {
        bool found = false;
        for (size_t i = 0; i < wrt_kgx_columns(file) && !found; i++)
            found = edge->roles[i] == (role)needed;
        if (!found)
            return wrt_fail(err, WRT_E_INPUT,
                            "%s:1: an edges file needs a column \"%s\" (subject, predicate and "
                            "object are required)",
                            wrt_kgx_name(file), role_names[needed]);
    }
    return WRT_OK;
}

wrt_status wrt_kg_ingest_edges(wrt_kg_ingest *ingest, wrt_kgx *file, wrt_err *err) {
    edge_reader edge = {.attributes = NULL};
    edge.publications = wrt_buf_make(CONTENT_MAX);
    edge.attribute_text = wrt_buf_make(CONTENT_MAX);
    edge.content = wrt_buf_make((size_t)2 * CONTENT_MAX);
    for (size_t i = 0; i < wrt_kgx_columns(file); i++)
        edge.roles[i] = role_of(wrt_kgx_column(file, i));
    bool row = false;
    wrt_status status = check_columns(&edge, file, err);
    while (status == WRT_OK && (status = wrt_kgx_next(&row, file, err)) == WRT_OK && row) {
        read_row(&edge, ingest, file);
        status = check_row(&edge, file, err);
        if (status == WRT_OK && is_negated(edge.cells[AS_NEGATED]))
            wrt_kg_ingest_skip(ingest, file, "the source negates this statement");
        else if (status == WRT_OK)
            status = store_edge(ingest, &edge, file, err);
    }
    wrt_json_free(edge.attributes);
    wrt_buf_free(&edge.publications);
    wrt_buf_free(&edge.attribute_text);
    wrt_buf_free(&edge.content);
    return status;
}
