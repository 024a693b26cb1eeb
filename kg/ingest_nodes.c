/* ingest_nodes.c: nodes and the names by which they are found.
 *
 * A node may be declared more than once: the first name and the first known kind stay, another name
 * becomes a synonym, synonyms and cross-references add up. Each spelling is stored with its
 * comparison key (names folded, ids in lower case); kg/names.c indexes the keys afterwards. */
#include "kg/ingest.h"

#include "kg/curie.h"
#include "kg/resolve.h"

#include <string.h>

enum { NAME_MAX_BYTES = 4096, ATTRIBUTES_MAX = 8 << 20 };

typedef enum { AS_ID, AS_CATEGORY, AS_NAME, AS_SYNONYM, AS_XREF, AS_ATTRIBUTE } role;

typedef struct {
    role roles[WRT_KGX_COLUMNS_MAX];
    wrt_str id, name, category;
    wrt_str synonyms, xrefs; /* joined by '|' */
} node_reader;

static role role_of(wrt_str column) {
    static const char *const names[] = {"id", "category", "name", "synonym", "xref"};
    for (int i = 0; i < AS_ATTRIBUTE; i++)
        if (wrt_str_equal_c(column, names[i]))
            return (role)i;
    return AS_ATTRIBUTE;
}

/* ---- names */

static wrt_status add_name(wrt_kg_ingest *ingest, int64_t node, int how, wrt_str text,
                           wrt_err *err) {
    if (text.len == 0 || text.len > NAME_MAX_BYTES)
        return WRT_OK;
    wrt_buf key = wrt_buf_make(WRT_KIB(128));
    if (how == WRT_KG_MATCH_ID || how == WRT_KG_MATCH_XREF)
        wrt_kg_fold_id(&key, text);
    else
        wrt_kg_fold(&key, text);
    wrt_status status = WRT_OK;
    if (key.len > 0) {
        wrt_stmt_bind_text(ingest->name_add, 1, wrt_buf_str(&key));
        wrt_stmt_bind_int(ingest->name_add, 2, how);
        wrt_stmt_bind_int(ingest->name_add, 3, node);
        wrt_stmt_bind_text(ingest->name_add, 4, text);
        status = wrt_stmt_run(ingest->name_add, err);
    }
    wrt_buf_free(&key);
    return status;
}

static wrt_status add_names(wrt_kg_ingest *ingest, int64_t node, int how, wrt_str joined,
                            wrt_err *err) {
    wrt_status status = WRT_OK;
    wrt_str item, rest = joined;
    while (joined.len > 0 && status == WRT_OK && wrt_str_cut(&item, &rest, '|'))
        status = add_name(ingest, node, how, wrt_str_trim(item), err);
    return status;
}

/* ---- rows */

wrt_status wrt_kg_ingest_node_find(int64_t *n, wrt_kg_ingest *ingest, wrt_str id, wrt_err *err) {
    bool row = false;
    wrt_stmt_bind_text(ingest->node_find, 1, id);
    wrt_status status = wrt_stmt_step(&row, ingest->node_find, err);
    *n = status == WRT_OK && row ? wrt_stmt_int(ingest->node_find, 0) : 0;
    wrt_stmt_reset(ingest->node_find);
    return status;
}

static wrt_status insert_node(int64_t *n, wrt_kg_ingest *ingest, const node_reader *node,
                              uint32_t kind, const char *attributes, wrt_err *err) {
    wrt_stmt *stmt = ingest->node_add;
    wrt_stmt_bind_text(stmt, 1, node->id);
    if (node->name.len > 0)
        wrt_stmt_bind_text(stmt, 2, node->name);
    wrt_stmt_bind_int(stmt, 3, kind);
    wrt_stmt_bind_int(stmt, 4, attributes != NULL);
    wrt_stmt_bind_c(stmt, 5, attributes != NULL && attributes[0] != '\0' ? attributes : NULL);
    wrt_status status = wrt_stmt_run(stmt, err);
    *n = wrt_db_last_row_id(ingest->store->db);
    if (status == WRT_OK)
        status = add_name(ingest, *n, WRT_KG_MATCH_ID, node->id, err);
    if (status == WRT_OK)
        status = add_name(ingest, *n, WRT_KG_MATCH_NAME, node->name, err);
    return status;
}

wrt_status wrt_kg_ingest_node_make(int64_t *n, wrt_kg_ingest *ingest, wrt_str id, wrt_err *err) {
    uint32_t kind = 0;
    node_reader node = {.id = id};
    wrt_status status = wrt_kg_intern(&kind, ingest, WRT_STR("unknown"), err);
    if (status == WRT_OK)
        status = insert_node(n, ingest, &node, kind, NULL, err);
    ingest->counts.unknown_nodes++;
    return status;
}

/* Members of `old` win; members it lacks are taken from `more`. Frees old. */
static void keep_old_members(wrt_json *more, wrt_json *old) {
    WRT_JSON_EACH(member, old)
    wrt_json_set(more, wrt_json_key(member), wrt_json_copy(member));
    wrt_json_free(old);
}

/* An existing node learns what the new row adds. */
static wrt_status merge_node(wrt_kg_ingest *ingest, int64_t n, const node_reader *node,
                             uint32_t kind, wrt_json *attributes, wrt_err *err) {
    bool row = false;
    wrt_stmt_bind_int(ingest->node_get, 1, n);
    wrt_status status = wrt_stmt_step(&row, ingest->node_get, err);
    if (status == WRT_OK && !row)
        status = wrt_kg_damaged(ingest->store, "a node is not there", err);
    if (status != WRT_OK)
        return status;
    wrt_str name = wrt_stmt_text(ingest->node_get, 0),
            old_text = wrt_stmt_text(ingest->node_get, 3);
    const char *old_kind = wrt_kg_term(ingest->store, (uint32_t)wrt_stmt_int(ingest->node_get, 1));
    bool kind_known = old_kind != NULL && strcmp(old_kind, "unknown") != 0;
    bool names_differ = name.len > 0 && node->name.len > 0 && !wrt_str_equal(name, node->name);
    bool is_first_name = name.len == 0 && node->name.len > 0;
    if (wrt_stmt_int(ingest->node_get, 2) == 0)
        ingest->counts.nodes++;
    wrt_json *old = NULL;
    if (old_text.len > 0 && wrt_json_parse(&old, old_text, NULL) == WRT_OK)
        keep_old_members(attributes, old);
    wrt_buf merged = wrt_buf_make(ATTRIBUTES_MAX);
    if (wrt_json_count(attributes) > 0)
        wrt_json_write_canonical(&merged, attributes);
    wrt_stmt *stmt = ingest->node_update;
    wrt_stmt_bind_int(stmt, 1, n);
    wrt_str kept = is_first_name ? node->name : name;
    if (kept.len > 0)
        wrt_stmt_bind_text(stmt, 2, kept);
    wrt_stmt_bind_int(stmt, 3, kind_known ? wrt_stmt_int(ingest->node_get, 1) : (int64_t)kind);
    if (merged.len > 0)
        wrt_stmt_bind_text(stmt, 4, wrt_buf_str(&merged));
    status = wrt_stmt_run(stmt, err);
    wrt_stmt_reset(ingest->node_get);
    wrt_buf_free(&merged);
    if (status == WRT_OK && (names_differ || is_first_name))
        status = add_name(ingest, n, names_differ ? WRT_KG_MATCH_SYNONYM : WRT_KG_MATCH_NAME,
                          node->name, err);
    return status;
}

static wrt_status add_new(int64_t *n, wrt_kg_ingest *ingest, const node_reader *node, uint32_t kind,
                          const wrt_json *attributes, wrt_err *err) {
    wrt_buf text = wrt_buf_make(ATTRIBUTES_MAX);
    if (wrt_json_count(attributes) > 0)
        wrt_json_write_canonical(&text, attributes);
    wrt_status status = insert_node(n, ingest, node, kind, text.len > 0 ? text.ptr : "", err);
    wrt_buf_free(&text);
    ingest->counts.nodes++;
    return status;
}

/* First category without its prefix; "unknown" when there is none. */
static wrt_str kind_of(wrt_str category) {
    wrt_str first = WRT_STR(""), rest = category;
    while (first.len == 0 && rest.len > 0 && wrt_str_cut(&first, &rest, '|'))
        first = wrt_str_trim(first);
    const wrt_str prefix = WRT_STR("biolink:");
    if (wrt_str_starts_with(first, prefix))
        first = (wrt_str){first.ptr + prefix.len, first.len - prefix.len};
    return first.len > 0 ? first : WRT_STR("unknown");
}

static void read_row(node_reader *node, wrt_json *attributes, const wrt_kgx *file) {
    const wrt_str none = WRT_STR("");
    node->id = node->name = node->category = node->synonyms = node->xrefs = none;
    for (size_t i = 0; i < wrt_kgx_columns(file); i++) {
        wrt_str cell = wrt_kgx_cell(file, i);
        if (cell.len == 0)
            continue;
        switch (node->roles[i]) {
        case AS_ID:
            node->id = cell;
            break;
        case AS_NAME:
            node->name = cell;
            break;
        case AS_CATEGORY:
            node->category = cell;
            if (memchr(cell.ptr, '|', cell.len) != NULL)
                wrt_kg_ingest_attribute(attributes, WRT_STR("category"), cell);
            break;
        case AS_SYNONYM:
            node->synonyms = cell;
            break;
        case AS_XREF:
            node->xrefs = cell;
            break;
        case AS_ATTRIBUTE:
            wrt_kg_ingest_attribute(attributes, wrt_kgx_column(file, i), cell);
            break;
        }
    }
}

static wrt_status ingest_row(wrt_kg_ingest *ingest, node_reader *node, const wrt_kgx *file,
                             wrt_err *err) {
    wrt_json *attributes = wrt_json_new_object();
    read_row(node, attributes, file);
    wrt_status status = WRT_OK;
    int64_t n = 0;
    uint32_t kind = 0;
    if (node->id.len == 0)
        status = wrt_fail(err, WRT_E_INPUT, "%s:%zu: the node has no id", wrt_kgx_name(file),
                          wrt_kgx_line(file));
    if (status == WRT_OK)
        status = wrt_kg_intern(&kind, ingest, kind_of(node->category), err);
    if (status == WRT_OK)
        status = wrt_kg_ingest_node_find(&n, ingest, node->id, err);
    if (status == WRT_OK)
        status = n > 0 ? merge_node(ingest, n, node, kind, attributes, err)
                       : add_new(&n, ingest, node, kind, attributes, err);
    if (status == WRT_OK)
        status = add_names(ingest, n, WRT_KG_MATCH_SYNONYM, node->synonyms, err);
    if (status == WRT_OK)
        status = add_names(ingest, n, WRT_KG_MATCH_XREF, node->xrefs, err);
    wrt_json_free(attributes);
    return status;
}

wrt_status wrt_kg_ingest_nodes(wrt_kg_ingest *ingest, wrt_kgx *file, wrt_err *err) {
    node_reader node = {.id = WRT_STR("")};
    bool has_id = false, row = false;
    for (size_t i = 0; i < wrt_kgx_columns(file); i++) {
        node.roles[i] = role_of(wrt_kgx_column(file, i));
        has_id = has_id || node.roles[i] == AS_ID;
    }
    if (!has_id)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s:1: a nodes file needs a column \"id\" (others are category, name, "
                        "synonym, xref)",
                        wrt_kgx_name(file));
    wrt_status status = WRT_OK;
    while ((status = wrt_kgx_next(&row, file, err)) == WRT_OK && row)
        if ((status = ingest_row(ingest, &node, file, err)) != WRT_OK)
            return status;
    return status;
}
