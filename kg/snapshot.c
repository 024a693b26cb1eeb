/* snapshot.c: the Merkle root over all edges.
 *
 * RFC 6962 section 2.1: a leaf is SHA-256(0x00 || canonical JSON of an edge), an inner node
 * SHA-256(0x01 || left || right), leaves in bytewise order of edge id. The tree is folded as
 * leaves arrive: the stack holds the roots of complete subtrees, one per set bit of the count. */
#include "kg/snapshot.h"

#include <string.h>

enum { ROW_BYTES_MAX = 16 << 20 };

/* ---- Merkle tree */

typedef struct {
    wrt_sha256 stack[64];
    size_t depth;
    uint64_t n;
} merkle;

static wrt_sha256 join(const wrt_sha256 *left, const wrt_sha256 *right) {
    const wrt_str parts[3] = {
        {"\x01", 1},
        {(const char *)left->bytes, WRT_SHA256_SIZE},
        {(const char *)right->bytes, WRT_SHA256_SIZE},
    };
    return wrt_sha256_of_parts(parts, 3);
}

static void merkle_add(merkle *tree, wrt_str data) {
    const wrt_str parts[2] = {{"\0", 1}, data};
    wrt_sha256 hash = wrt_sha256_of_parts(parts, 2);
    for (uint64_t rest = tree->n; rest & 1; rest >>= 1)
        hash = join(&tree->stack[--tree->depth], &hash);
    tree->stack[tree->depth++] = hash;
    tree->n++;
}

static void merkle_root(char hex[WRT_SHA256_HEX + 1], const merkle *tree) {
    wrt_sha256 root = wrt_sha256_of(WRT_STR(""));
    for (size_t i = tree->depth; i-- > 0;)
        root = i + 1 == tree->depth ? tree->stack[i] : join(&tree->stack[i], &root);
    wrt_sha256_hex(hex, &root);
}

/* ---- edges */

typedef wrt_status (*take_chunk)(void *ctx, int64_t index, wrt_str arcs, wrt_err *err);

typedef struct {
    merkle tree;
    wrt_buf arcs, bytes;
    int64_t chunk;
    take_chunk take;
    void *ctx;
} packer;

static void pack_u32(unsigned char *at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (8 * i) & 0xff);
}

static void pack_arc(wrt_buf *out, const wrt_kg_edge_row *row) {
    unsigned char arc[WRT_KG_ARC_SIZE] = {0};
    pack_u32(arc, (uint32_t)row->n);
    pack_u32(arc + 4, (uint32_t)row->subject);
    pack_u32(arc + 8, (uint32_t)row->object);
    pack_u32(arc + 12, row->predicate);
    pack_u32(arc + 16, row->original);
    arc[20] = (unsigned char)row->sign;
    arc[21] = row->is_causal ? 1 : 0;
    wrt_buf_add(out, arc, sizeof arc);
}

static wrt_status flush(packer *p, wrt_err *err) {
    if (p->arcs.len == 0)
        return WRT_OK;
    wrt_status status = p->take(p->ctx, p->chunk++, wrt_buf_str(&p->arcs), err);
    wrt_buf_clear(&p->arcs);
    return status;
}

static wrt_status pack_edge(packer *p, wrt_kg_store *store, const wrt_kg_edge_row *row,
                            wrt_err *err) {
    if (row->n > UINT32_MAX || row->subject > UINT32_MAX || row->object > UINT32_MAX ||
        p->tree.n >= UINT32_MAX - 1)
        return wrt_fail(err, WRT_E_LIMIT, "%s holds more than 2^32 rows", store->name);
    wrt_json *edge = NULL;
    wrt_status status = wrt_kg_edge_json(&edge, store, row, err);
    if (status != WRT_OK)
        return status;
    wrt_buf_clear(&p->bytes);
    wrt_json_write_canonical(&p->bytes, edge);
    wrt_json_free(edge);
    if (p->bytes.overflow)
        return wrt_fail(err, WRT_E_LIMIT, "%s: an edge of more than %d bytes", store->name,
                        ROW_BYTES_MAX);
    merkle_add(&p->tree, wrt_buf_str(&p->bytes));
    pack_arc(&p->arcs, row);
    return p->arcs.len == (size_t)WRT_KG_ARC_CHUNK * WRT_KG_ARC_SIZE ? flush(p, err) : WRT_OK;
}

/* Walks all edges in order of id. */
static wrt_status walk_edges(char hex[WRT_SHA256_HEX + 1], uint64_t *n, wrt_kg_store *store,
                             take_chunk take, void *ctx, wrt_err *err) {
    packer p = {.take = take, .ctx = ctx};
    p.arcs = wrt_buf_make((size_t)WRT_KG_ARC_CHUNK * WRT_KG_ARC_SIZE);
    p.bytes = wrt_buf_make(ROW_BYTES_MAX);
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, store->db,
                                       "SELECT " WRT_KG_EDGE_COLUMNS " FROM edge ORDER BY id", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_kg_edge_row edge;
        status = wrt_kg_edge_read(&edge, store, stmt, err);
        if (status == WRT_OK)
            status = pack_edge(&p, store, &edge, err);
    }
    wrt_stmt_free(stmt);
    if (status == WRT_OK)
        status = flush(&p, err);
    merkle_root(hex, &p.tree);
    *n = p.tree.n;
    wrt_buf_free(&p.arcs);
    wrt_buf_free(&p.bytes);
    return status;
}

/* ---- nodes: what edges do not cover (nodes without edges, other names, attributes) */

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
        wrt_json_push(pair, wrt_utf8_valid(text) && memchr(text.ptr, 0, text.len) == NULL
                                ? wrt_json_new_text(text)
                                : wrt_json_new_null());
        wrt_json_push(*out, pair);
    }
    wrt_stmt_reset(names);
    return status;
}

static wrt_status add_node(merkle *tree, wrt_buf *bytes, wrt_kg_store *store, wrt_stmt *names,
                           wrt_stmt *row, wrt_err *err) {
    wrt_json *node = NULL, *list = NULL;
    int64_t n = wrt_stmt_int(row, 0);
    wrt_str attributes = wrt_stmt_text(row, 1);
    wrt_status status = wrt_kg_node_brief(&node, store, n, err);
    if (status == WRT_OK)
        status = node_names(&list, names, n, err);
    if (status == WRT_OK) {
        wrt_json_set(node, "names", list);
        list = NULL;
        wrt_buf_clear(bytes);
        wrt_json_write_canonical(bytes, node);
        wrt_buf_add_str(bytes, attributes);
        merkle_add(tree, wrt_buf_str(bytes));
    }
    wrt_json_free(node);
    wrt_json_free(list);
    return status;
}

static wrt_status walk_nodes(char hex[WRT_SHA256_HEX + 1], uint64_t *n, wrt_kg_store *store,
                             wrt_err *err) {
    merkle tree = {.n = 0};
    wrt_buf bytes = wrt_buf_make(ROW_BYTES_MAX);
    wrt_stmt *nodes = NULL, *names = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&nodes, store->db, "SELECT n, attributes FROM node ORDER BY id", err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&names, store->db,
                                "SELECT how, text FROM name WHERE node=?1 ORDER BY how, text", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, nodes, err)) == WRT_OK && row)
        status = add_node(&tree, &bytes, store, names, nodes, err);
    wrt_stmt_free(nodes);
    wrt_stmt_free(names);
    wrt_buf_free(&bytes);
    merkle_root(hex, &tree);
    *n = tree.n;
    return status;
}

/* ---- writing */

static wrt_status insert_chunk(void *ctx, int64_t index, wrt_str arcs, wrt_err *err) {
    wrt_stmt *insert = ctx;
    wrt_stmt_bind_int(insert, 1, index);
    wrt_stmt_bind_blob(insert, 2, arcs);
    return wrt_stmt_run(insert, err);
}

/* A source without a licence of its own gets those of its edges, joined as SPDX expressions are. */
static const char refresh_sources[] =
    "UPDATE source SET edges=(SELECT count(*) FROM edge WHERE edge.source=source.n);"
    "UPDATE source SET license=coalesce(stated_license, (SELECT group_concat(text, ' AND ') FROM "
    "(SELECT text FROM term"
    " WHERE n IN (SELECT DISTINCT license FROM edge WHERE edge.source=source.n)"
    " ORDER BY text LIMIT 16)));";

wrt_status wrt_kg_snapshot_write(char hex[WRT_SHA256_HEX + 1], wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *insert = NULL;
    uint64_t n = 0;
    char nodes[WRT_SHA256_HEX + 1];
    wrt_status status = wrt_db_exec(store->db, "DELETE FROM adjacency;", err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&insert, store->db, "INSERT INTO adjacency(n, arcs) VALUES(?1, ?2)",
                                err);
    if (status == WRT_OK)
        status = walk_edges(hex, &n, store, insert_chunk, insert, err);
    wrt_stmt_free(insert);
    if (status == WRT_OK)
        status = walk_nodes(nodes, &n, store, err);
    if (status == WRT_OK)
        status = wrt_kg_meta_set(store->db, "snapshot", hex, err);
    if (status == WRT_OK)
        status = wrt_kg_meta_set(store->db, "nodes", nodes, err);
    if (status == WRT_OK)
        status = wrt_db_exec(store->db, refresh_sources, err);
    return status;
}

/* ---- checking */

typedef struct {
    wrt_stmt *select;
    bool matches;
    int64_t chunks;
} comparison;

static wrt_status compare_chunk(void *ctx, int64_t index, wrt_str arcs, wrt_err *err) {
    comparison *c = ctx;
    bool row = false;
    wrt_stmt_bind_int(c->select, 1, index);
    wrt_status status = wrt_stmt_step(&row, c->select, err);
    if (status == WRT_OK && (!row || !wrt_str_equal(wrt_stmt_blob(c->select, 0), arcs)))
        c->matches = false;
    wrt_stmt_reset(c->select);
    c->chunks = index + 1;
    return status;
}

wrt_status wrt_kg_snapshot_recompute(wrt_kg_snapshot_check *out, wrt_kg_store *store,
                                     wrt_err *err) {
    comparison c = {.matches = true};
    wrt_stmt *beyond = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&c.select, store->db, "SELECT arcs FROM adjacency WHERE n=?1", err);
    if (status == WRT_OK)
        status = walk_edges(out->snapshot, &out->n_edges, store, compare_chunk, &c, err);
    if (status == WRT_OK)
        status = walk_nodes(out->nodes, &out->n_nodes, store, err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&beyond, store->db,
                                "SELECT 1 FROM adjacency WHERE n<0 OR n>=?1 LIMIT 1", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_int(beyond, 1, c.chunks);
        status = wrt_stmt_step(&row, beyond, err);
    }
    out->adjacency_matches = c.matches && !row;
    wrt_stmt_free(c.select);
    wrt_stmt_free(beyond);
    return status;
}
