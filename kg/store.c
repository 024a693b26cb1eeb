/* store.c: rows of a graph file as checked values and as JSON. */
#include "kg/store.h"

#include "base/arena.h"
#include "kg/predicates.h"

#include <stdlib.h>
#include <string.h>

enum { TERM_MAX = 1 << 24, EDGE_BYTES_MAX = 16 << 20 };

wrt_status wrt_kg_damaged(const wrt_kg_store *store, const char *what, wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT, "%s is damaged: %s", store->name, what);
}

/* ---- opening */

void wrt_kg_term_add(wrt_kg_store *store, wrt_str text) {
    if (store->n_terms == store->room_terms) {
        store->room_terms = store->room_terms == 0 ? 64 : store->room_terms * 2;
        store->terms = wrt_realloc(store->terms, store->room_terms * sizeof *store->terms);
    }
    char *copy = wrt_calloc(text.len + 1, 1);
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    store->terms[store->n_terms++] = copy;
}

static bool is_clean(wrt_str text) {
    return (text.len == 0 || memchr(text.ptr, '\0', text.len) == NULL) && wrt_utf8_valid(text);
}

static wrt_status load_terms(wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db, "SELECT n, text FROM term ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str text = wrt_stmt_text(stmt, 1);
        if (wrt_stmt_int(stmt, 0) != (int64_t)store->n_terms + 1 || store->n_terms >= TERM_MAX ||
            !is_clean(text))
            status = wrt_kg_damaged(store, "its terms are not numbered in order", err);
        else
            wrt_kg_term_add(store, text);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status prepare_all(wrt_kg_store *s, wrt_err *err) {
    const struct {
        wrt_stmt **out;
        const char *sql;
    } list[] = {
        {&s->node_by_n, "SELECT id, name, kind FROM node WHERE n=?1"},
        {&s->node_by_id, "SELECT n FROM node WHERE id=?1"},
        {&s->node_by_any_case, "SELECT n FROM node WHERE id=?1 COLLATE NOCASE LIMIT 2"},
        {&s->edge_by_n, "SELECT " WRT_KG_EDGE_COLUMNS " FROM edge WHERE n=?1"},
        {&s->edge_by_id, "SELECT " WRT_KG_EDGE_COLUMNS " FROM edge WHERE id=?1"},
        {&s->source_by_n, "SELECT id FROM source WHERE n=?1"},
        {&s->names_by_node, "SELECT how, text FROM name WHERE node=?1 ORDER BY how, n"},
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        wrt_status status = wrt_db_prepare(list[i].out, s->db, list[i].sql, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

wrt_status wrt_kg_store_open(wrt_kg_store **out, wrt_db *db, const char *name, wrt_err *err) {
    *out = NULL;
    wrt_kg_store *store = wrt_calloc(1, sizeof *store);
    store->db = db;
    store->name = wrt_strdup(name);
    wrt_status status = load_terms(store, err);
    if (status == WRT_OK)
        status = prepare_all(store, err);
    if (status != WRT_OK) {
        wrt_kg_store_close(store);
        return status;
    }
    *out = store;
    return WRT_OK;
}

void wrt_kg_store_close(wrt_kg_store *store) {
    if (store == NULL)
        return;
    wrt_stmt_free(store->node_by_n);
    wrt_stmt_free(store->node_by_id);
    wrt_stmt_free(store->node_by_any_case);
    wrt_stmt_free(store->edge_by_n);
    wrt_stmt_free(store->edge_by_id);
    wrt_stmt_free(store->source_by_n);
    wrt_stmt_free(store->names_by_node);
    for (size_t i = 0; i < store->n_terms; i++)
        free(store->terms[i]);
    free(store->terms);
    free(store->name);
    free(store);
}

const char *wrt_kg_term(const wrt_kg_store *store, uint32_t term) {
    if (term == 0)
        return "";
    return term <= store->n_terms ? store->terms[term - 1] : NULL;
}

/* ---- nodes */

wrt_status wrt_kg_node_brief(wrt_json **out, wrt_kg_store *store, int64_t n, wrt_err *err) {
    *out = NULL;
    wrt_stmt *stmt = store->node_by_n;
    wrt_stmt_bind_int(stmt, 1, n);
    bool row = false;
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && !row)
        status = wrt_kg_damaged(store, "an edge ends at a node that is not there", err);
    if (status == WRT_OK) {
        wrt_str id = wrt_stmt_text(stmt, 0), name = wrt_stmt_text(stmt, 1);
        int64_t kind = wrt_stmt_int(stmt, 2);
        if (!is_clean(id) || !is_clean(name) || kind < 1 || (uint64_t)kind > store->n_terms) {
            status = wrt_kg_damaged(store, "a node holds impossible values", err);
        } else {
            *out = wrt_json_new_object();
            wrt_json_set(*out, "id", wrt_json_new_text(id));
            wrt_json_set(*out, "name", wrt_json_new_text(name.len > 0 ? name : id));
            wrt_json_set_text(*out, "kind", wrt_kg_term(store, (uint32_t)kind));
        }
    }
    wrt_stmt_reset(stmt);
    return status;
}

/* How many rows (0, 1, 2) a node lookup gives, and the number of the first. */
static wrt_status look_up(int *rows, int64_t *n, wrt_stmt *stmt, const char *id, wrt_err *err) {
    *rows = 0;
    wrt_stmt_bind_c(stmt, 1, id);
    bool row = false;
    wrt_status status = WRT_OK;
    while (*rows < 2 && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row)
        if ((*rows)++ == 0)
            *n = wrt_stmt_int(stmt, 0);
    wrt_stmt_reset(stmt);
    return status;
}

wrt_status wrt_kg_node_find(int64_t *n, wrt_kg_store *store, const char *id, wrt_err *err) {
    int rows = 0;
    *n = 0;
    wrt_status status = look_up(&rows, n, store->node_by_id, id, err);
    if (status == WRT_OK && rows == 0)
        status = look_up(&rows, n, store->node_by_any_case, id, err);
    if (status == WRT_OK && rows != 1)
        status = wrt_fail(err, WRT_E_NOT_FOUND,
                          "no node \"%.200s\" in the graph: give an id such as \"MESH:D008687\", "
                          "or resolve a name first",
                          id);
    return status;
}

/* ---- edges */

static bool term_in_range(const wrt_kg_store *store, int64_t term, int64_t least) {
    return term >= least && (uint64_t)term <= store->n_terms;
}

static bool row_is_sane(const wrt_kg_store *store, wrt_stmt *stmt, const wrt_kg_edge_row *row) {
    for (int column = 8; column <= 11; column++)
        if (!term_in_range(store, wrt_stmt_int(stmt, column), 0))
            return false;
    return row->subject > 0 && row->object > 0 && term_in_range(store, row->predicate, 1) &&
           term_in_range(store, wrt_stmt_int(stmt, 4), 1) &&
           term_in_range(store, wrt_stmt_int(stmt, 5), 0) &&
           (wrt_stmt_is_null(stmt, 6) || (row->sign >= -1 && row->sign <= 1)) &&
           is_clean(row->id) && row->id.len > 0 && is_clean(row->record) &&
           is_clean(row->publications) && is_clean(row->attributes);
}

wrt_status wrt_kg_edge_read(wrt_kg_edge_row *row, wrt_kg_store *store, wrt_stmt *stmt,
                            wrt_err *err) {
    int64_t sign = wrt_stmt_int(stmt, 6);
    *row = (wrt_kg_edge_row){
        .n = wrt_stmt_int(stmt, 0),
        .id = wrt_stmt_text(stmt, 1),
        .subject = wrt_stmt_int(stmt, 2),
        .object = wrt_stmt_int(stmt, 3),
        .predicate = (uint32_t)wrt_stmt_int(stmt, 4),
        .original = (uint32_t)wrt_stmt_int(stmt, 5),
        .sign = wrt_stmt_is_null(stmt, 6) ? WRT_KG_SIGN_UNKNOWN
                : sign >= -1 && sign <= 1 ? (int)sign
                                          : 9,
        .is_causal = wrt_stmt_int(stmt, 7) != 0,
        .level = (uint32_t)wrt_stmt_int(stmt, 8),
        .agent = (uint32_t)wrt_stmt_int(stmt, 9),
        .primary = (uint32_t)wrt_stmt_int(stmt, 10),
        .license = (uint32_t)wrt_stmt_int(stmt, 11),
        .record = wrt_stmt_text(stmt, 12),
        .publications = wrt_stmt_text(stmt, 13),
        .attributes = wrt_stmt_text(stmt, 14),
        .source = wrt_stmt_int(stmt, 15),
    };
    if (!row_is_sane(store, stmt, row))
        return wrt_kg_damaged(store, "an edge holds impossible values", err);
    return WRT_OK;
}

static wrt_json *text_or_null(const char *text) {
    return wrt_json_new_c(text != NULL && text[0] != '\0' ? text : NULL);
}

/* Biolink has a value for "the source does not say". */
static wrt_json *provided(const wrt_kg_store *store, uint32_t term) {
    return wrt_json_new_c(term == 0 ? "not_provided" : wrt_kg_term(store, term));
}

static wrt_json *split_list(wrt_str joined) {
    wrt_json *list = wrt_json_new_array();
    wrt_str item, rest = joined;
    while (joined.len > 0 && wrt_str_cut(&item, &rest, '|'))
        wrt_json_push(list, wrt_json_new_text(item));
    return list;
}

static void set_provenance(wrt_json *edge, const wrt_kg_store *store, const wrt_kg_edge_row *row) {
    wrt_json_set(edge, "knowledge_level", provided(store, row->level));
    wrt_json_set(edge, "agent_type", provided(store, row->agent));
    wrt_json_set(edge, "primary_knowledge_source", text_or_null(wrt_kg_term(store, row->primary)));
    wrt_json_set(edge, "record_id",
                 row->record.len > 0 ? wrt_json_new_text(row->record) : wrt_json_new_null());
    wrt_json_set(edge, "publications", split_list(row->publications));
    wrt_json_set(edge, "license", text_or_null(wrt_kg_term(store, row->license)));
}

wrt_status wrt_kg_edge_json(wrt_json **out, wrt_kg_store *store, const wrt_kg_edge_row *row,
                            wrt_err *err) {
    *out = NULL;
    wrt_json *subject = NULL, *object = NULL, *attributes = NULL;
    wrt_status status = wrt_kg_node_brief(&subject, store, row->subject, err);
    if (status == WRT_OK)
        status = wrt_kg_node_brief(&object, store, row->object, err);
    if (status == WRT_OK && row->attributes.len > 0 &&
        (wrt_json_parse(&attributes, row->attributes, NULL) != WRT_OK ||
         !wrt_json_is(attributes, WRT_JSON_OBJECT)))
        status = wrt_kg_damaged(store, "attributes of an edge are not a JSON object", err);
    if (status != WRT_OK) {
        wrt_json_free(subject);
        wrt_json_free(object);
        wrt_json_free(attributes);
        return status;
    }
    wrt_json *edge = wrt_json_new_object();
    wrt_json_set(edge, "id", wrt_json_new_text(row->id));
    wrt_json_set(edge, "subject", subject);
    wrt_json_set_text(edge, "predicate", wrt_kg_term(store, row->predicate));
    wrt_json_set(edge, "original_predicate", text_or_null(wrt_kg_term(store, row->original)));
    wrt_json_set(edge, "object", object);
    wrt_json_set_text(edge, "direction", "forward");
    wrt_json_set(edge, "sign",
                 row->sign == WRT_KG_SIGN_UNKNOWN ? wrt_json_new_null()
                                                  : wrt_json_new_int(row->sign));
    wrt_json_set_bool(edge, "causal", row->is_causal);
    set_provenance(edge, store, row);
    if (attributes != NULL)
        wrt_json_set(edge, "attributes", attributes);
    *out = edge;
    return WRT_OK;
}

void wrt_kg_json_seal(wrt_json *object) {
    wrt_buf bytes = wrt_buf_make(EDGE_BYTES_MAX);
    wrt_json_write_canonical(&bytes, object);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&bytes));
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256_hex(hex, &digest);
    wrt_json_set_text(object, "sha256", hex);
    wrt_buf_free(&bytes);
}

static wrt_status source_id(wrt_json **out, wrt_kg_store *store, int64_t source, wrt_err *err) {
    bool row = false;
    wrt_stmt_bind_int(store->source_by_n, 1, source);
    wrt_status status = wrt_stmt_step(&row, store->source_by_n, err);
    wrt_str id = status == WRT_OK && row ? wrt_stmt_text(store->source_by_n, 0) : WRT_STR("");
    if (status == WRT_OK && (!row || !is_clean(id)))
        status = wrt_kg_damaged(store, "an edge has no source", err);
    if (status == WRT_OK)
        *out = wrt_json_new_text(id);
    wrt_stmt_reset(store->source_by_n);
    return status;
}

wrt_status wrt_kg_edge_sources(wrt_json **out, wrt_kg_store *store, const wrt_json *edge,
                               int64_t source, wrt_err *err) {
    wrt_json *list = wrt_json_new_array();
    const char *primary = wrt_json_get_text(edge, "primary_knowledge_source", NULL);
    if (primary != NULL)
        wrt_json_push_text(list, primary);
    const wrt_json *more = wrt_json_path(edge, "attributes.aggregator_knowledge_source");
    WRT_JSON_EACH(item, more)
    wrt_json_push(list, wrt_json_copy(item));
    wrt_status status = WRT_OK;
    if (wrt_json_count(list) == 0) {
        wrt_json *id = NULL;
        status = source_id(&id, store, source, err);
        if (status == WRT_OK)
            wrt_json_push(list, id);
    }
    if (status == WRT_OK)
        *out = list;
    else
        wrt_json_free(list);
    return status;
}

wrt_status wrt_kg_edge_full(wrt_json **out, int64_t *source, wrt_kg_store *store, int64_t n,
                            wrt_err *err) {
    *out = NULL;
    wrt_kg_edge_row edge;
    bool row = false;
    wrt_stmt_bind_int(store->edge_by_n, 1, n);
    wrt_status status = wrt_stmt_step(&row, store->edge_by_n, err);
    if (status == WRT_OK && !row)
        status = wrt_kg_damaged(store, "an edge of the adjacency is not there", err);
    if (status == WRT_OK)
        status = wrt_kg_edge_read(&edge, store, store->edge_by_n, err);
    if (status == WRT_OK)
        status = wrt_kg_edge_json(out, store, &edge, err);
    if (status == WRT_OK) {
        wrt_kg_json_seal(*out);
        if (source != NULL)
            *source = edge.source;
    }
    wrt_stmt_reset(store->edge_by_n);
    return status;
}
