/* bundle_check.c: a bundle read back from its folder.
 *
 * Loading takes the manifest's word for the run id, the key and the leaf hashes only so that the
 * checks of a chain have something to hold against the events; wrt_bundle_check_files then derives
 * the manifest and every file again and wants the same bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json_scan.h"
#include "ledger/bundle.h"
#include "ledger/derived.h"

enum { GUIDE_MAX = 1 << 20 };

/* A file of the folder as text; one that is not there or too large makes the bundle damaged. */
static wrt_status read_member(wrt_buf *out, const char *folder, const char *name, wrt_err *err) {
    char *path = wrt_path_join(folder, name);
    wrt_status status = wrt_file_read(out, path, out->cap, err);
    free(path);
    if (status == WRT_E_NOT_FOUND || status == WRT_E_LIMIT || status == WRT_E_INPUT) {
        if (err != NULL)
            err->code = WRT_E_INTEGRITY;
        return WRT_E_INTEGRITY;
    }
    return status;
}

/* ---- loading */

static wrt_status bad_manifest(wrt_err *err, const char *what) {
    return wrt_fail(err, WRT_E_INTEGRITY, "manifest.json: %s", what);
}

static wrt_status load_manifest(wrt_json **out, const char *folder, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_MANIFEST_MAX);
    wrt_err inner = {0};
    size_t n = 0;
    wrt_status status = read_member(&text, folder, "manifest.json", err);
    if (status == WRT_OK && wrt_json_parse(out, wrt_buf_str(&text), &inner) != WRT_OK)
        status = bad_manifest(err, inner.message);
    if (status == WRT_OK && !wrt_json_scan(NULL, 0, &n, wrt_buf_str(&text)))
        status = bad_manifest(err, "its bytes are not canonical JSON");
    wrt_buf_free(&text);
    return status;
}

/* A run is named as a file could be: the name goes into the text that is signed. */
static bool is_run_name(const char *name) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t len = strlen(name);
    return len > 0 && len < WRT_RUN_ID_MAX && strspn(name, plain) == len && name[0] != '.';
}

static wrt_status read_identity(wrt_chain *out, unsigned char public_key[32],
                                const wrt_json *manifest, wrt_err *err) {
    const char *run = wrt_json_get_text(manifest, "run", "");
    if (strcmp(wrt_json_get_text(manifest, "schema", ""), "warrant/bundle/2") != 0)
        return bad_manifest(err, "its schema is not warrant/bundle/2");
    if (!is_run_name(run))
        return bad_manifest(err, "it names no run");
    memcpy(out->run, run, strlen(run) + 1);
    if (!wrt_note_parse_vkey(public_key, wrt_str_of(wrt_json_get_text(manifest, "key", ""))))
        return bad_manifest(err, "its key is not a verifier key");
    return WRT_OK;
}

/* The leaf hashes that the tiles state, in *hashes, which the caller frees. Tiles that are missing
 * or of another length state none: *known ends before them. */
static wrt_status load_leaves(wrt_sha256 **hashes, size_t *known, const char *folder,
                              const wrt_json *manifest, wrt_err *err) {
    int64_t stated = wrt_json_get_int(manifest, "events", -1);
    *hashes = NULL;
    *known = 0;
    if (stated < 0 || stated > WRT_RUN_EVENTS_MAX)
        return bad_manifest(err, "it states no number of events that a run can have");
    size_t n = (size_t)stated;
    *hashes = wrt_calloc(n + 1, sizeof **hashes);
    for (size_t at = 0; at < n; at += WRT_TILE_WIDTH) {
        char path[WRT_TILE_PATH_MAX];
        size_t width = n - at < WRT_TILE_WIDTH ? n - at : WRT_TILE_WIDTH;
        wrt_buf tile = wrt_buf_make((size_t)WRT_TILE_WIDTH * WRT_SHA256_SIZE);
        wrt_tile_path(path, "0", at / WRT_TILE_WIDTH, width);
        bool is_whole =
            read_member(&tile, folder, path, NULL) == WRT_OK && tile.len == width * WRT_SHA256_SIZE;
        if (is_whole)
            memcpy(*hashes + at, tile.ptr, tile.len);
        wrt_buf_free(&tile);
        if (!is_whole)
            break;
        *known = at + width;
    }
    return WRT_OK;
}

/* Lines of events.jsonl beside the leaf hashes of the tiles. */
static wrt_status split_events(wrt_chain *out, wrt_str text, const wrt_sha256 *leaf, size_t known,
                               wrt_err *err) {
    wrt_status status = WRT_OK;
    wrt_str line;
    if (text.len == 0)
        return WRT_OK;
    if (text.ptr[text.len - 1] == '\n')
        text.len--; /* it ends the last line; without it the last line is longer than its leaf */
    for (size_t seq = 0; status == WRT_OK && wrt_str_cut(&line, &text, '\n'); seq++)
        status = wrt_chain_add(out, (int64_t)seq, line, seq < known ? &leaf[seq] : NULL, err);
    return status;
}

static wrt_status load_events(wrt_chain *out, const char *folder, const wrt_json *manifest,
                              wrt_err *err) {
    wrt_buf text = wrt_buf_make((size_t)WRT_RUN_BYTES_MAX + WRT_RUN_EVENTS_MAX);
    wrt_sha256 *leaf = NULL;
    size_t known = 0;
    wrt_status status = load_leaves(&leaf, &known, folder, manifest, err);
    if (status == WRT_OK)
        status = read_member(&text, folder, "events.jsonl", err);
    if (status == WRT_OK)
        status = split_events(out, wrt_buf_str(&text), leaf, known, err);
    wrt_buf_free(&text);
    free(leaf);
    return status;
}

/* The heads that the manifest lists; a file that is not there leaves its place empty. */
static wrt_status load_heads(wrt_chain *out, const char *folder, const wrt_json *manifest,
                             wrt_err *err) {
    const wrt_json *heads = wrt_json_get(manifest, "heads");
    wrt_status status = WRT_OK;
    if (!wrt_json_is(heads, WRT_JSON_ARRAY))
        return bad_manifest(err, "it has no list of heads");
    WRT_JSON_EACH(size, heads) {
        char path[WRT_TILE_PATH_MAX];
        wrt_buf note = wrt_buf_make(WRT_CHECKPOINT_MAX);
        double stated = wrt_json_is_integer(size) ? wrt_json_number(size, 0) : 0;
        snprintf(path, sizeof path, "heads/%.0f.checkpoint", stated);
        bool is_there = read_member(&note, folder, path, NULL) == WRT_OK &&
                        memchr(wrt_buf_str(&note).ptr, '\0', note.len) == NULL;
        status = wrt_chain_add_head(out, (int64_t)stated,
                                    is_there ? wrt_buf_str(&note) : (wrt_str){NULL, 0}, err);
        wrt_buf_free(&note);
        if (status != WRT_OK)
            break;
    }
    return status;
}

static wrt_status bad_sealed(wrt_err *err, size_t line) {
    return wrt_fail(err, WRT_E_INTEGRITY, "sealed.jsonl: line %zu is not a sealed value", line);
}

/* One line {"pointer","salt","seq","value"}, canonical. */
static wrt_status take_sealed(wrt_chain *out, wrt_str line, size_t number, wrt_err *err) {
    wrt_json_span span[4];
    wrt_json *object = NULL;
    size_t n = 0;
    if (!wrt_json_scan(span, 4, &n, line) || n != 4 ||
        wrt_json_parse(&object, line, NULL) != WRT_OK)
        return bad_sealed(err, number);
    const char *pointer = wrt_json_get_text(object, "pointer", NULL);
    const char *salt = wrt_json_get_text(object, "salt", "");
    wrt_opening opening = {.seq = wrt_json_get_int(object, "seq", -1), .len = span[3].value.len};
    wrt_status status = WRT_OK;
    if (pointer == NULL || !wrt_str_equal_c(span[3].name, "value") ||
        !wrt_hex_decode(opening.salt, WRT_SALT_SIZE, wrt_str_of(salt))) {
        status = bad_sealed(err, number);
    } else {
        opening.pointer = wrt_strdup(pointer);
        opening.value = wrt_calloc(opening.len + 1, 1);
        memcpy(opening.value, span[3].value.ptr, opening.len);
        status = wrt_openings_add(&out->openings, &opening, err);
    }
    free(opening.pointer);
    free(opening.value);
    wrt_json_free(object);
    return status;
}

/* A bundle without sealed values has no such file. */
static wrt_status load_sealed(wrt_chain *out, const char *folder, wrt_err *err) {
    wrt_buf text = wrt_buf_make((size_t)WRT_RUN_BYTES_MAX + WRT_RUN_EVENTS_MAX);
    char *path = wrt_path_join(folder, "sealed.jsonl");
    wrt_status status =
        wrt_file_exists(path) ? read_member(&text, folder, "sealed.jsonl", err) : WRT_OK;
    wrt_str rest = wrt_buf_str(&text), line;
    for (size_t n = 1; status == WRT_OK && rest.len > 0 && wrt_str_cut(&line, &rest, '\n'); n++)
        status = take_sealed(out, line, n, err);
    free(path);
    wrt_buf_free(&text);
    return status;
}

static wrt_status load_checkpoint(wrt_chain *out, const char *folder, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_CHECKPOINT_MAX);
    wrt_status status = read_member(&text, folder, "checkpoint", err);
    if (status == WRT_OK && memchr(wrt_buf_str(&text).ptr, '\0', text.len) != NULL)
        status = wrt_fail(err, WRT_E_INTEGRITY, "checkpoint: not a signed note");
    if (status == WRT_OK)
        out->checkpoint = wrt_buf_take(&text);
    wrt_buf_free(&text);
    return status;
}

wrt_status wrt_bundle_load(wrt_chain *out, unsigned char public_key[32], const char *folder,
                           wrt_err *err) {
    if (!wrt_file_exists(folder))
        return wrt_fail(err, WRT_E_NOT_FOUND, "%s: no such bundle", wrt_path_base(folder));
    wrt_json *manifest = NULL;
    wrt_status status = load_manifest(&manifest, folder, err);
    out->blobs = wrt_path_join(folder, "blobs");
    if (status == WRT_OK)
        status = read_identity(out, public_key, manifest, err);
    if (status == WRT_OK)
        status = load_events(out, folder, manifest, err);
    if (status == WRT_OK)
        status = load_heads(out, folder, manifest, err);
    if (status == WRT_OK)
        status = load_sealed(out, folder, err);
    if (status == WRT_OK)
        status = load_checkpoint(out, folder, err);
    wrt_json_free(manifest);
    return status;
}

/* ---- comparing */

static bool check_file(wrt_audit_finding *out, const char *folder, const wrt_bundle_file *file) {
    wrt_sha256 found;
    char *path = wrt_path_join(folder, file->path);
    bool is_there = wrt_file_exists(path);
    bool is_same = is_there && wrt_sha256_of_file(&found, path, NULL) == WRT_OK &&
                   wrt_sha256_equal(&found, &file->digest);
    free(path);
    if (is_same)
        return true;
    return wrt_finding_fail(out, -1, "%s %s", file->path,
                            is_there ? "is not what the events say" : "is missing");
}

static bool check_manifest(wrt_audit_finding *out, const wrt_chain *chain,
                           const wrt_bundle_files *files, const wrt_bundle_place *place) {
    wrt_buf expected = wrt_buf_make(WRT_MANIFEST_MAX);
    wrt_buf found = wrt_buf_make(WRT_MANIFEST_MAX);
    wrt_err err = {0};
    wrt_bundle_manifest(&expected, chain, files, place->public_key);
    bool is_read = read_member(&found, place->folder, "manifest.json", &err) == WRT_OK;
    bool is_same = is_read && wrt_str_equal(wrt_buf_str(&expected), wrt_buf_str(&found));
    wrt_buf_free(&expected);
    wrt_buf_free(&found);
    return is_same || wrt_finding_fail(out, -1, "manifest.json does not describe this bundle");
}

/* What the events and the manifest say that the folder should hold, against what it holds. */
static bool compare(wrt_audit_finding *out, wrt_bundle_files *files, bool *by_hash,
                    const wrt_derived_bundle *bundle, const wrt_bundle_place *place) {
    if (!wrt_derived_expect(out, files, by_hash, bundle, place->derived))
        return false;
    for (size_t i = 0; i < files->n; i++)
        if (!check_file(out, place->folder, &files->item[i]))
            return false;
    return check_manifest(out, bundle->chain, files, place) &&
           wrt_finding_pass(out, "%zu files", files->n + 1);
}

bool wrt_bundle_check_files(wrt_audit_finding *out, bool *by_hash, wrt_chain *chain,
                            const wrt_bundle_place *place) {
    wrt_bundle_files files = {0};
    wrt_json *manifest = NULL;
    wrt_err err = {0};
    wrt_buf guide = wrt_buf_make(GUIDE_MAX);
    if (load_manifest(&manifest, place->folder, &err) != WRT_OK)
        return wrt_finding_fail(out, -1, "%s", err.message);
    wrt_bundle_verify_md(&guide, chain, place->public_key);
    wrt_bundle_derive(&files, chain, wrt_buf_str(&guide));
    wrt_buf_free(&guide);
    const wrt_derived_bundle bundle = {place->folder, manifest, chain, place->public_key};
    bool is_good = compare(out, &files, by_hash, &bundle, place);
    wrt_bundle_files_clear(&files);
    wrt_json_free(manifest);
    return is_good;
}
