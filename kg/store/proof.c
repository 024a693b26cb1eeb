/* proof.c: inclusion proofs from the stored roots of subtrees and the edges of one of them. */
#include "kg/store/proof.h"

#include "base/merkle.h"
#include "kg/internal.h"
#include "kg/store/canonical.h"
#include "kg/store/snapshot.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_HASHES = 64 };

typedef struct {
    wrt_kg *kg;
    size_t rank, first, n; /* first and n: the subtree's leaves */
    wrt_sha256 leaves[WRT_KG_SUBTREE];
    wrt_buf edge; /* canonical bytes of the edge at rank */
    wrt_sha256 *roots;
    size_t n_roots;
    wrt_sha256 path[2 * PATH_MAX_HASHES];
    size_t n_path;
} prover;

/* ---- making */

static wrt_status hash_leaf(prover *p, size_t i, wrt_kg_canonical *canonical, wrt_buf *bytes,
                            wrt_err *err) {
    wrt_kg_edge_row row;
    wrt_kg_store *store = p->kg->store;
    wrt_buf *out = p->first + i == p->rank ? &p->edge : bytes;
    wrt_buf_clear(out);
    wrt_status status = wrt_kg_edge_row_at(&row, store, p->kg->csr.number[p->first + i], err);
    if (status == WRT_OK)
        status = wrt_kg_canonical_edge(out, canonical, &row, err);
    wrt_stmt_reset(store->edge_by_n);
    p->leaves[i] = wrt_merkle_leaf(wrt_buf_str(out));
    return status;
}

static wrt_status hash_subtree(prover *p, wrt_err *err) {
    wrt_kg_canonical *canonical = NULL;
    wrt_buf bytes = wrt_buf_make(WRT_KG_EDGE_BYTES_MAX);
    size_t n_edges = p->kg->csr.n_edges;
    p->first = p->rank / WRT_KG_SUBTREE * WRT_KG_SUBTREE;
    p->n = n_edges - p->first < WRT_KG_SUBTREE ? n_edges - p->first : WRT_KG_SUBTREE;
    wrt_status status = wrt_kg_canonical_new(&canonical, p->kg->store, false, err);
    for (size_t i = 0; i < p->n && status == WRT_OK; i++)
        status = hash_leaf(p, i, canonical, &bytes, err);
    wrt_kg_canonical_free(canonical);
    wrt_buf_free(&bytes);
    return status;
}

static wrt_status read_roots(prover *p, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    size_t want = (p->kg->csr.n_edges + WRT_KG_SUBTREE - 1) / WRT_KG_SUBTREE;
    p->roots = wrt_calloc(want + 1, sizeof *p->roots);
    wrt_status status =
        wrt_db_prepare(&stmt, p->kg->db, "SELECT roots FROM subtree ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str roots = wrt_stmt_blob(stmt, 0);
        size_t n = roots.len / sizeof *p->roots;
        if (n > want - p->n_roots)
            n = want - p->n_roots;
        memcpy(p->roots + p->n_roots, roots.ptr, n * sizeof *p->roots);
        p->n_roots += n;
    }
    wrt_stmt_free(stmt);
    if (status == WRT_OK && p->n_roots != want)
        status = wrt_kg_damaged(p->kg->store, "its roots for proofs are cut short", err);
    return status;
}

/* Within the subtree, then over the roots; all of it must lead to the snapshot id. */
static wrt_status join_paths(prover *p, wrt_err *err) {
    wrt_sha256 root = wrt_merkle_root(p->leaves, p->n);
    size_t subtree = p->first / WRT_KG_SUBTREE;
    bool fits = wrt_sha256_equal(&root, &p->roots[subtree]);
    p->n_path = wrt_merkle_prove(p->path, p->leaves, p->n, p->rank - p->first);
    p->n_path += wrt_merkle_prove(p->path + p->n_path, p->roots, p->n_roots, subtree);
    wrt_sha256 snapshot;
    if (!wrt_hex_decode(snapshot.bytes, sizeof snapshot.bytes, wrt_str_of(p->kg->snapshot)) ||
        !wrt_merkle_verify(&p->leaves[p->rank - p->first], p->rank, p->kg->csr.n_edges, p->path,
                           p->n_path, &snapshot))
        fits = false;
    if (fits)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT,
                    "%s was altered after import: its edges do not lead to its snapshot id",
                    p->kg->store->name);
}

static wrt_json *hash_json(const wrt_sha256 *hash) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256_hex(hex, hash);
    return wrt_json_new_c(hex);
}

static wrt_status write_proof(wrt_json **out, const prover *p, wrt_err *err) {
    wrt_json *edge = NULL;
    wrt_status status = wrt_json_parse(&edge, wrt_buf_str(&p->edge), err);
    if (status != WRT_OK)
        return status;
    wrt_json *proof = wrt_json_new_object(), *path = wrt_json_new_array();
    for (size_t i = 0; i < p->n_path; i++)
        wrt_json_push(path, hash_json(&p->path[i]));
    wrt_json_set_text(proof, "schema", "warrant/kg-proof/1");
    wrt_json_set_text(proof, "snapshot", p->kg->snapshot);
    wrt_json_set_int(proof, "size", (int64_t)p->kg->csr.n_edges);
    wrt_json_set_int(proof, "index", (int64_t)p->rank);
    wrt_json_set(proof, "path", path);
    wrt_json_set(proof, "edge", edge);
    wrt_json_set(proof, "leaf", hash_json(&p->leaves[p->rank - p->first]));
    *out = proof;
    return WRT_OK;
}

wrt_status wrt_kg_edge_proof(wrt_json **out, wrt_kg *kg, const char *id, wrt_err *err) {
    prover *p = wrt_calloc(1, sizeof *p);
    *out = NULL;
    p->kg = kg;
    p->edge = wrt_buf_make(WRT_KG_EDGE_BYTES_MAX);
    wrt_status status = wrt_kg_edge_find(&p->rank, kg, wrt_str_of(id), err);
    if (status == WRT_OK)
        status = hash_subtree(p, err);
    if (status == WRT_OK)
        status = read_roots(p, err);
    if (status == WRT_OK)
        status = join_paths(p, err);
    if (status == WRT_OK)
        status = write_proof(out, p, err);
    wrt_buf_free(&p->edge);
    free(p->roots);
    free(p);
    return status;
}

/* ---- checking */

static bool read_hash(wrt_sha256 *out, const wrt_json *text) {
    const char *hex = wrt_json_text(text);
    return hex != NULL && wrt_hex_decode(out->bytes, sizeof out->bytes, wrt_str_of(hex));
}

static bool read_count(size_t *out, const wrt_json *number) {
    if (!wrt_json_is_integer(number) || wrt_json_number(number, -1) < 0)
        return false;
    *out = (size_t)wrt_json_number(number, 0);
    return true;
}

static bool read_path(wrt_sha256 out[PATH_MAX_HASHES], size_t *n, const wrt_json *path) {
    *n = 0;
    if (!wrt_json_is(path, WRT_JSON_ARRAY))
        return false;
    WRT_JSON_EACH(item, path) {
        if (*n == PATH_MAX_HASHES || !read_hash(&out[(*n)++], item))
            return false;
    }
    return true;
}

wrt_status wrt_kg_proof_check(const wrt_json *proof, wrt_err *err) {
    wrt_sha256 root, stated, path[PATH_MAX_HASHES];
    size_t size = 0, index = 0, n = 0;
    const wrt_json *edge = wrt_json_get(proof, "edge");
    wrt_crypto_init();
    if (strcmp(wrt_json_get_text(proof, "schema", ""), "warrant/kg-proof/1") != 0)
        return wrt_fail(err, WRT_E_INTEGRITY, "not a proof of an edge (warrant/kg-proof/1)");
    if (!read_hash(&root, wrt_json_get(proof, "snapshot")) ||
        !read_hash(&stated, wrt_json_get(proof, "leaf")) ||
        !read_count(&size, wrt_json_get(proof, "size")) ||
        !read_count(&index, wrt_json_get(proof, "index")) ||
        !read_path(path, &n, wrt_json_get(proof, "path")) || !wrt_json_is(edge, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INTEGRITY,
                        "a proof of an edge needs snapshot, size, index, path, edge and leaf");
    wrt_buf bytes = wrt_buf_make(WRT_KG_EDGE_BYTES_MAX);
    wrt_json_write_canonical(&bytes, edge);
    wrt_sha256 leaf = wrt_merkle_leaf(wrt_buf_str(&bytes));
    bool whole = !bytes.overflow && wrt_sha256_equal(&leaf, &stated);
    wrt_buf_free(&bytes);
    if (!whole)
        return wrt_fail(err, WRT_E_INTEGRITY, "the edge is not the one of the proof");
    if (!wrt_merkle_verify(&leaf, index, size, path, n, &root))
        return wrt_fail(err, WRT_E_INTEGRITY, "the path does not lead to the snapshot id");
    return WRT_OK;
}
