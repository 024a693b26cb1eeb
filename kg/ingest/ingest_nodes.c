/* ingest_nodes.c: nodes and what several files say of one.
 *
 * Name and kind enter the snapshot, so that which of two stands must not depend on the order of
 * import: it is the one of the file that comes first by source, version and content, and within a
 * file the first. The other name becomes a synonym, a different kind is reported. Synonyms,
 * cross-references and attributes add up. */
#include "kg/ingest/ingest.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { ATTRIBUTES_MAX = 8 << 20 };

/* A row of `node`; texts borrowed from node_get. */
typedef struct {
    wrt_str name, attributes;
    int64_t kind, named, typed; /* named, typed: files, 0 when none */
    bool is_declared;
} node_row;

/* ---- making */

static wrt_status insert_node(wrt_kg_ingest *ingest, const wrt_kg_node_record *node, uint32_t kind,
                              bool is_declared, wrt_err *err) {
    wrt_stmt *stmt = ingest->node_add;
    int64_t n = (int64_t)ingest->nodes.n + 1;
    if (ingest->nodes.n >= UINT32_MAX - 1)
        return wrt_fail(err, WRT_E_LIMIT, "%s: more than 2^32 nodes", ingest->file.name);
    wrt_stmt_bind_int(stmt, 1, n);
    wrt_stmt_bind_text(stmt, 2, node->id);
    if (node->name.len > 0) {
        wrt_stmt_bind_text(stmt, 3, node->name);
        wrt_stmt_bind_int(stmt, 7, ingest->file.file);
    }
    wrt_stmt_bind_int(stmt, 4, kind);
    wrt_stmt_bind_int(stmt, 5, is_declared);
    if (node->attributes.len > 0)
        wrt_stmt_bind_text(stmt, 6, node->attributes);
    if (is_declared)
        wrt_stmt_bind_int(stmt, 8, ingest->file.file);
    wrt_status status = wrt_stmt_run(stmt, err);
    if (status != WRT_OK)
        return status;
    wrt_kg_textmap_add(&ingest->nodes, node->id);
    status = wrt_kg_ingest_name(ingest, n, WRT_KG_MATCH_ID, node->id, err);
    return status == WRT_OK ? wrt_kg_ingest_name(ingest, n, WRT_KG_MATCH_NAME, node->name, err)
                            : status;
}

wrt_status wrt_kg_ingest_node_make(uint32_t *n, wrt_kg_ingest *ingest, wrt_str id, wrt_err *err) {
    uint32_t kind = 0;
    const wrt_kg_node_record node = {.id = id};
    wrt_status status = wrt_kg_intern(&kind, ingest, WRT_STR("unknown"), err);
    if (status == WRT_OK)
        status = insert_node(ingest, &node, kind, false, err);
    *n = (uint32_t)ingest->nodes.n;
    ingest->counts.unknown_nodes++;
    return status;
}

/* ---- merging */

static wrt_status read_row(node_row *out, wrt_kg_ingest *ingest, uint32_t n, wrt_err *err) {
    wrt_stmt *stmt = ingest->node_get;
    bool row = false;
    wrt_stmt_bind_int(stmt, 1, n);
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && !row)
        status = wrt_kg_damaged(ingest->store, "a node is not there", err);
    *out = (node_row){.kind = 0};
    if (status != WRT_OK)
        return status;
    *out = (node_row){wrt_stmt_text(stmt, 0), wrt_stmt_text(stmt, 3), wrt_stmt_int(stmt, 1),
                      wrt_stmt_int(stmt, 4),  wrt_stmt_int(stmt, 5),  wrt_stmt_int(stmt, 2) != 0};
    if (out->kind < 1 || (uint64_t)out->kind > ingest->store->n_terms || out->named < 0 ||
        (uint64_t)out->named > ingest->n_files || out->typed < 0 ||
        (uint64_t)out->typed > ingest->n_files)
        return wrt_kg_damaged(ingest->store, "a node holds impossible values", err);
    return WRT_OK;
}

/* Whether this file comes before the one that said so until now (0: none did). */
static bool comes_first(const wrt_kg_ingest *ingest, int64_t other) {
    return other == 0 ||
           strcmp(ingest->file_ranks[ingest->file.file - 1], ingest->file_ranks[other - 1]) < 0;
}

/* Members of `old` win; members it lacks are taken from `more`. */
static void join_attributes(wrt_buf *out, wrt_str old_text, wrt_str more_text) {
    wrt_json *old = NULL, *more = NULL;
    if (old_text.len == 0 || wrt_json_parse(&old, old_text, NULL) != WRT_OK ||
        wrt_json_parse(&more, more_text, NULL) != WRT_OK) {
        wrt_buf_add_str(out, old_text.len > 0 ? old_text : more_text);
    } else {
        WRT_JSON_EACH(member, old)
        wrt_json_set(more, wrt_json_key(member), wrt_json_copy(member));
        wrt_json_write_canonical(out, more);
    }
    wrt_json_free(old);
    wrt_json_free(more);
}

static void note_conflict(wrt_kg_ingest *ingest, wrt_str id, int64_t kept, int64_t other) {
    if (ingest->counts.kind_conflicts++ >= WRT_KG_LISTED)
        return;
    wrt_json *entry = wrt_json_new_object(), *kinds = wrt_json_new_array();
    wrt_json_set(entry, "id", wrt_json_new_text(id));
    wrt_json_push_text(kinds, wrt_kg_term(ingest->store, (uint32_t)kept));
    wrt_json_push_text(kinds, wrt_kg_term(ingest->store, (uint32_t)other));
    wrt_json_set(entry, "kinds", kinds);
    wrt_json_push(ingest->counts.conflicts, entry);
}

/* Which kind stays; the file that gave it goes to old->typed. */
static void choose_kind(node_row *old, wrt_kg_ingest *ingest, wrt_str id, uint32_t kind) {
    const wrt_kg_store *store = ingest->store;
    bool old_known = strcmp(wrt_kg_term(store, (uint32_t)old->kind), "unknown") != 0;
    bool new_known = strcmp(wrt_kg_term(store, kind), "unknown") != 0;
    int64_t other = old->kind;
    if (!new_known)
        return;
    bool take = !old_known || comes_first(ingest, old->typed);
    if (take) {
        old->kind = kind;
        old->typed = ingest->file.file;
    }
    if (old_known && other != kind)
        note_conflict(ingest, id, old->kind, take ? other : kind);
}

static wrt_status update(wrt_kg_ingest *ingest, uint32_t n, const node_row *row, wrt_str attributes,
                         wrt_err *err) {
    wrt_stmt *stmt = ingest->node_update;
    wrt_stmt_bind_int(stmt, 1, n);
    if (row->name.len > 0)
        wrt_stmt_bind_text(stmt, 2, row->name);
    wrt_stmt_bind_int(stmt, 3, row->kind);
    if (attributes.len > 0)
        wrt_stmt_bind_text(stmt, 4, attributes);
    if (row->named > 0)
        wrt_stmt_bind_int(stmt, 5, row->named);
    if (row->typed > 0)
        wrt_stmt_bind_int(stmt, 6, row->typed);
    return wrt_stmt_run(stmt, err);
}

static wrt_status demote_name(wrt_kg_ingest *ingest, uint32_t n, wrt_err *err) {
    wrt_stmt_bind_int(ingest->name_demote, 1, n);
    wrt_stmt_bind_int(ingest->name_demote, 2, WRT_KG_MATCH_NAME);
    wrt_stmt_bind_int(ingest->name_demote, 3, WRT_KG_MATCH_SYNONYM);
    return wrt_stmt_run(ingest->name_demote, err);
}

/* An existing node learns what the record adds. */
static wrt_status merge_node(wrt_kg_ingest *ingest, uint32_t n, const wrt_kg_node_record *node,
                             uint32_t kind, wrt_err *err) {
    node_row row;
    wrt_status status = read_row(&row, ingest, n, err);
    if (status != WRT_OK) {
        wrt_stmt_reset(ingest->node_get);
        return status;
    }
    bool differs = node->name.len > 0 && !wrt_str_equal(row.name, node->name);
    bool replaces = differs && (row.name.len == 0 || comes_first(ingest, row.named));
    bool demotes = replaces && row.name.len > 0;
    if (node->name.len > 0 && (replaces || (!differs && comes_first(ingest, row.named))))
        row.named = ingest->file.file;
    if (replaces)
        row.name = node->name;
    if (!row.is_declared)
        ingest->counts.nodes++;
    choose_kind(&row, ingest, node->id, kind);
    wrt_buf attributes = wrt_buf_make((size_t)2 * ATTRIBUTES_MAX);
    join_attributes(&attributes, row.attributes, node->attributes);
    status = update(ingest, n, &row, wrt_buf_str(&attributes), err);
    wrt_stmt_reset(ingest->node_get);
    wrt_buf_free(&attributes);
    if (status == WRT_OK && demotes)
        status = demote_name(ingest, n, err);
    if (status == WRT_OK && differs)
        status = wrt_kg_ingest_name(ingest, n, replaces ? WRT_KG_MATCH_NAME : WRT_KG_MATCH_SYNONYM,
                                    node->name, err);
    return status;
}

/* ---- the sink */

static wrt_status add_names(wrt_kg_ingest *ingest, uint32_t n, int how, const wrt_str *list,
                            size_t count, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < count && status == WRT_OK; i++)
        status = wrt_kg_ingest_name(ingest, n, how, list[i], err);
    return status;
}

wrt_status wrt_kg_ingest_node(void *ctx, const wrt_kg_node_record *node, wrt_err *err) {
    wrt_kg_ingest *ingest = ctx;
    uint32_t kind = 0, n = 0;
    wrt_status status = wrt_kg_ingest_look(ingest, err);
    if (status != WRT_OK)
        return status;
    if (node->id.len == 0 || node->id.len > WRT_KG_ID_MAX)
        return wrt_kg_ingest_skip(ingest, 0, "a node without an id or with one of over 4096 bytes",
                                  err);
    if (node->attributes.len > ATTRIBUTES_MAX || node->name.len > ATTRIBUTES_MAX)
        return wrt_kg_ingest_skip(ingest, 0, "a node of more than 8 MiB", err);
    status =
        wrt_kg_intern(&kind, ingest, node->kind.len > 0 ? node->kind : WRT_STR("unknown"), err);
    if (status == WRT_OK && (n = wrt_kg_textmap_find(&ingest->nodes, node->id)) != 0) {
        status = merge_node(ingest, n, node, kind, err);
    } else if (status == WRT_OK) {
        status = insert_node(ingest, node, kind, true, err);
        n = (uint32_t)ingest->nodes.n;
        ingest->counts.nodes++;
    }
    if (status == WRT_OK)
        status = add_names(ingest, n, WRT_KG_MATCH_SYNONYM, node->synonyms, node->n_synonyms, err);
    if (status == WRT_OK)
        status = add_names(ingest, n, WRT_KG_MATCH_XREF, node->xrefs, node->n_xrefs, err);
    return status;
}
