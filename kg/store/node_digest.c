/* node_digest.c: one hash for all nodes (nodes without edges, other names, attributes), so that a
 * check notices when a name was changed. It is not part of the snapshot id. */
#include "kg/store/snapshot.h"

#include "base/merkle.h"

#include <stdlib.h>
#include <string.h>

enum { ROW_BYTES_MAX = 64 << 20 };

typedef struct {
    wrt_kg_store *store;
    wrt_stmt *nodes, *names;
    wrt_buf bytes;
    wrt_sha256 *leaves;
    size_t n, room;
} walk;

static wrt_status node_names(wrt_json **out, wrt_stmt *names, int64_t n, wrt_err *err) {
    *out = wrt_json_new_array();
    wrt_stmt_bind_int(names, 1, n);
    bool row = false;
    wrt_status status = WRT_OK;
    while ((status = wrt_stmt_step(&row, names, err)) == WRT_OK && row) {
        wrt_str text = wrt_stmt_text(names, 1);
        wrt_json *pair = wrt_json_new_array();
        int64_t how = wrt_stmt_int(names, 0);
        wrt_json_push(pair, wrt_json_new_int(how >= 0 && how <= WRT_KG_MATCH_XREF ? how : -1));
        wrt_json_push(pair, wrt_kg_is_clean(text) ? wrt_json_new_text(text) : wrt_json_new_null());
        wrt_json_push(*out, pair);
    }
    wrt_stmt_reset(names);
    return status;
}

static wrt_status add_node(walk *w, wrt_err *err) {
    wrt_json *node = NULL, *list = NULL;
    int64_t n = wrt_stmt_int(w->nodes, 0);
    wrt_status status = wrt_kg_node_brief(&node, w->store, n, err);
    if (status == WRT_OK)
        status = node_names(&list, w->names, n, err);
    if (status == WRT_OK) {
        wrt_json_set(node, "names", list);
        list = NULL;
        wrt_buf_clear(&w->bytes);
        wrt_json_write_canonical(&w->bytes, node);
        wrt_buf_add_str(&w->bytes, wrt_stmt_text(w->nodes, 1));
        if (w->n == w->room) {
            w->room = w->room == 0 ? 1024 : w->room * 2;
            w->leaves = wrt_realloc(w->leaves, w->room * sizeof *w->leaves);
        }
        w->leaves[w->n++] = wrt_merkle_leaf(wrt_buf_str(&w->bytes));
        if (w->bytes.overflow)
            status = wrt_fail(err, WRT_E_LIMIT, "%s: a node of more than %d bytes", w->store->name,
                              ROW_BYTES_MAX);
    }
    wrt_json_free(node);
    wrt_json_free(list);
    return status;
}

wrt_status wrt_kg_node_digest(char hex[WRT_SHA256_HEX + 1], uint64_t *n, wrt_kg_store *store,
                              wrt_err *err) {
    walk w = {.store = store, .bytes = wrt_buf_make(ROW_BYTES_MAX)};
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&w.nodes, store->db, "SELECT n, attributes FROM node ORDER BY id", err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&w.names, store->db,
                                "SELECT how, text FROM name WHERE node=?1 ORDER BY how, text", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, w.nodes, err)) == WRT_OK && row)
        status = add_node(&w, err);
    wrt_stmt_free(w.nodes);
    wrt_stmt_free(w.names);
    wrt_buf_free(&w.bytes);
    wrt_sha256 root = wrt_merkle_root(w.leaves, w.n);
    wrt_sha256_hex(hex, &root);
    *n = w.n;
    free(w.leaves);
    return status;
}
