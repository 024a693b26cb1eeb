/* bundle.c: the files of a bundle, derived from the events of a run.
 *
 *   manifest.json         RFC 8785: what the folder holds, with hashes
 *   events.jsonl          the canonical bytes of each event, one a line
 *   checkpoint            the signed head (c2sp.org/tlog-checkpoint)
 *   claims.jsonl          the bodies of the "claim" events
 *   proofs/ID.tlog-proof  for each claim, that its event is under the head (c2sp.org/tlog-proof);
 *                         for the first WRT_BUNDLE_PROOFS_MAX claims, as each costs O(events)
 *   blobs/xx/SHA256       what the events refer to
 *   policy/policy.json    the policy in force, when run.start names one
 *   VERIFY.md             how to check all this without this program */
#include "ledger/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/merkle.h"

enum { CLAIM_ID_MAX = 64 };

void wrt_bundle_files_clear(wrt_bundle_files *files) {
    for (size_t i = 0; i < files->n; i++) {
        free(files->item[i].path);
        free(files->item[i].bytes);
    }
    free(files->item);
    *files = (wrt_bundle_files){0};
}

wrt_bundle_file *wrt_bundle_files_add(wrt_bundle_files *files, const char *path) {
    if (files->n == files->room) {
        files->room = files->room > 0 ? 2 * files->room : 32;
        files->item = wrt_realloc(files->item, files->room * sizeof *files->item);
    }
    wrt_bundle_file *file = &files->item[files->n++];
    *file = (wrt_bundle_file){.path = wrt_strdup(path)};
    return file;
}

wrt_bundle_file *wrt_bundle_files_add_text(wrt_bundle_files *files, const char *path,
                                           wrt_buf *content) {
    wrt_bundle_file *file = wrt_bundle_files_add(files, path);
    file->digest = wrt_sha256_of(wrt_buf_str(content));
    file->len = content->len;
    file->bytes = wrt_buf_take(content);
    return file;
}

static void add_blob(wrt_bundle_files *files, const char *path, const char *sha256_hex,
                     int64_t size) {
    wrt_bundle_file *file = wrt_bundle_files_add(files, path);
    file->len = (size_t)size;
    (void)wrt_hex_decode(file->digest.bytes, WRT_SHA256_SIZE, wrt_str_of(sha256_hex));
}

static int compare_files(const void *a, const void *b) {
    return strcmp(((const wrt_bundle_file *)a)->path, ((const wrt_bundle_file *)b)->path);
}

/* A blob that several events name is kept once. */
void wrt_bundle_files_sort(wrt_bundle_files *files) {
    size_t kept = 1;
    qsort(files->item, files->n, sizeof *files->item, compare_files);
    for (size_t i = 1; i < files->n; i++) {
        if (compare_files(&files->item[i], &files->item[kept - 1]) != 0) {
            files->item[kept++] = files->item[i];
        } else {
            free(files->item[i].path);
            free(files->item[i].bytes);
        }
    }
    files->n = kept;
}

/* ---- events and blobs */

static void add_events(wrt_bundle_files *files, const wrt_chain *chain) {
    wrt_buf lines = wrt_buf_make(WRT_RUN_BYTES_MAX + WRT_RUN_EVENTS_MAX);
    for (size_t i = 0; i < chain->n; i++) {
        wrt_buf_add(&lines, chain->event[i].bytes, chain->event[i].len);
        wrt_buf_add_char(&lines, '\n');
    }
    wrt_bundle_files_add_text(files, "events.jsonl", &lines);
}

static wrt_status collect_blob(const char *sha256_hex, int64_t size, void *ctx) {
    char *path = wrt_blob_path("blobs", sha256_hex);
    add_blob(ctx, path, sha256_hex, size);
    free(path);
    return WRT_OK;
}

static void add_blobs(wrt_bundle_files *files, const wrt_chain *chain) {
    const char *hex = NULL;
    int64_t size = 0;
    for (size_t i = 0; i < chain->n; i++)
        (void)wrt_blob_ref_each(wrt_json_get(chain->event[i].object, "body"), collect_blob, files);
    if (wrt_blob_ref_read(&hex, &size,
                          wrt_json_path(chain->event[0].object, "body.policy.document")))
        add_blob(files, "policy/policy.json", hex, size);
}

/* ---- claims and proofs */

/* A name for the proof of a claim: its id where that makes a plain file name, else its event. */
static void proof_path(char *out, size_t room, const char *id, size_t seq) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t len = strlen(id);
    bool is_plain = len > 0 && len <= CLAIM_ID_MAX && strspn(id, plain) == len && id[0] != '.' &&
                    strncmp(id, "event-", 6) != 0;
    if (is_plain)
        snprintf(out, room, "proofs/%s.tlog-proof", id);
    else
        snprintf(out, room, "proofs/event-%zu.tlog-proof", seq);
}

bool wrt_bundle_files_have(const wrt_bundle_files *files, const char *path) {
    for (size_t i = 0; i < files->n; i++)
        if (strcmp(files->item[i].path, path) == 0)
            return true;
    return false;
}

static void add_proof(wrt_bundle_files *files, const wrt_chain *chain, const wrt_sha256 *leaves,
                      size_t seq) {
    wrt_sha256 proof[64];
    char path[CLAIM_ID_MAX + 40];
    char encoded[48];
    const wrt_json *body = wrt_json_get(chain->event[seq].object, "body");
    size_t len = wrt_merkle_prove(proof, leaves, chain->n, seq);
    wrt_buf text = wrt_buf_make(WRT_KIB(16));
    wrt_buf_printf(&text, "c2sp.org/tlog-proof@v1\nindex %zu\n", seq);
    for (size_t i = 0; i < len; i++) {
        wrt_base64_encode(encoded, proof[i].bytes, WRT_SHA256_SIZE);
        wrt_buf_printf(&text, "%s\n", encoded);
    }
    wrt_buf_printf(&text, "\n%s", chain->checkpoint);
    proof_path(path, sizeof path, wrt_json_get_text(body, "id", ""), seq);
    if (wrt_bundle_files_have(files, path)) /* a later event about the same claim */
        proof_path(path, sizeof path, "", seq);
    wrt_bundle_files_add_text(files, path, &text);
}

static void add_claims(wrt_bundle_files *files, const wrt_chain *chain) {
    wrt_sha256 *leaves = wrt_calloc(chain->n, sizeof *leaves);
    wrt_buf lines = wrt_buf_make(WRT_RUN_BYTES_MAX);
    size_t n_proofs = 0;
    for (size_t i = 0; i < chain->n; i++)
        leaves[i] = chain->event[i].leaf;
    for (size_t i = 0; i < chain->n; i++) {
        const wrt_json *event = chain->event[i].object;
        if (strcmp(wrt_json_get_text(event, "type", ""), "claim") != 0)
            continue;
        wrt_json_write_canonical(&lines, wrt_json_get(event, "body"));
        wrt_buf_add_char(&lines, '\n');
        if (n_proofs++ < WRT_BUNDLE_PROOFS_MAX)
            add_proof(files, chain, leaves, i);
    }
    wrt_bundle_files_add_text(files, "claims.jsonl", &lines);
    free(leaves);
}

void wrt_bundle_derive(wrt_bundle_files *out, const wrt_chain *chain, wrt_str verify_md) {
    wrt_buf note = wrt_buf_make(WRT_CHECKPOINT_MAX);
    wrt_buf guide = wrt_buf_make(verify_md.len);
    *out = (wrt_bundle_files){0};
    add_claims(out, chain);
    add_events(out, chain);
    add_blobs(out, chain);
    wrt_buf_add_c(&note, chain->checkpoint);
    wrt_bundle_files_add_text(out, "checkpoint", &note);
    wrt_buf_add_str(&guide, verify_md);
    wrt_bundle_files_add_text(out, "VERIFY.md", &guide);
    wrt_bundle_files_sort(out);
}

/* ---- manifest */

static void set_hash(wrt_json *object, const char *key, const wrt_sha256 *digest) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256_hex(hex, digest);
    wrt_json_set_text(object, key, hex);
}

static wrt_json *file_list(const wrt_bundle_files *files) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < files->n; i++) {
        wrt_json *entry = wrt_json_new_object();
        wrt_json_set_text(entry, "path", files->item[i].path);
        set_hash(entry, "sha256", &files->item[i].digest);
        if (files->item[i].is_derived)
            wrt_json_set_bool(entry, "derived", true);
        wrt_json_push(list, entry);
    }
    return list;
}

static wrt_json *leaf_list(const wrt_chain *chain) {
    wrt_json *list = wrt_json_new_array();
    char hex[WRT_SHA256_HEX + 1];
    for (size_t i = 0; i < chain->n; i++) {
        wrt_sha256_hex(hex, &chain->event[i].leaf);
        wrt_json_push_text(list, hex);
    }
    return list;
}

void wrt_bundle_manifest(wrt_buf *out, const wrt_chain *chain, const wrt_bundle_files *files,
                         const unsigned char public_key[32]) {
    char vkey[WRT_NOTE_VKEY_MAX];
    wrt_sha256 root = wrt_chain_root(chain);
    wrt_sha256 content = wrt_chain_content(chain);
    wrt_json *manifest = wrt_json_new_object();
    wrt_note_write_vkey(vkey, public_key);
    wrt_json_set_text(manifest, "schema", "warrant/bundle/1");
    wrt_json_set_text(manifest, "run", chain->run);
    wrt_json_set_int(manifest, "events", (int64_t)chain->n);
    wrt_json_set_text(manifest, "key", vkey);
    set_hash(manifest, "root", &root);
    set_hash(manifest, "content", &content);
    wrt_json_set(manifest, "files", file_list(files));
    if (files->derived_by != NULL)
        wrt_json_set_text(manifest, "derived_by", files->derived_by);
    wrt_json_set(manifest, "leaves", leaf_list(chain));
    wrt_json_write_canonical(out, manifest);
    wrt_json_free(manifest);
}

/* ---- VERIFY.md */

static const char GUIDE[] =
    "## Events\n\n"
    "`events.jsonl` holds one event a line, in RFC 8785 form. The leaf hash of an event is\n"
    "SHA-256 over a zero byte and the bytes of its line without the newline. Event 0:\n\n"
    "    { printf '\\0'; sed -n 1p events.jsonl | tr -d '\\n'; } | sha256sum\n\n"
    "It must be `leaves[0]` of `manifest.json` and `prev` of event 1, and so on for each event.\n\n"
    "## Root\n\n"
    "Two neighbouring hashes become SHA-256 over a one byte and both; a list of n hashes splits "
    "at\n"
    "the largest power of two below n (RFC 6962 section 2.1). The root of all leaves must be the\n"
    "third line of `checkpoint` (base64) and `root` of `manifest.json` (hexadecimal):\n\n"
    "    python3 - <<'END'\n"
    "    import base64, hashlib\n"
    "    h = lambda b: hashlib.sha256(b).digest()\n"
    "    def root(d):\n"
    "        if len(d) == 1: return d[0]\n"
    "        k = 1 << (len(d) - 1).bit_length() - 1\n"
    "        return h(b'\\1' + root(d[:k]) + root(d[k:]))\n"
    "    lines = open('events.jsonl', 'rb').read().splitlines()\n"
    "    print(len(lines), base64.b64encode(root([h(b'\\0' + x) for x in lines])).decode())\n"
    "    END\n\n"
    "## Signature\n\n"
    "`checkpoint` is a C2SP signed note. What is signed is its first three lines with their\n"
    "newlines; the last word of the signature line is base64 of four bytes of key id and 64 bytes\n"
    "of Ed25519 signature. The key is the part after the second `+` of the verifier key above:\n"
    "base64 of the byte 1 and the 32 bytes of the key. With OpenSSL 3:\n\n"
    "    head -n 3 checkpoint > text\n"
    "    sed -n 5p checkpoint | cut -d' ' -f3 | base64 -d | tail -c 64 > signature\n"
    "    { printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'\n"
    "      echo \"$VKEY\" | cut -d+ -f3- | base64 -d | tail -c 32; } > key.der\n"
    "    openssl pkeyutl -verify -pubin -inkey key.der -keyform DER -rawin \\\n"
    "      -in text -sigfile signature\n\n"
    "Get the verifier key from its owner, not from this folder: whoever can write the folder can\n"
    "sign it with a key of their own.\n\n"
    "## The rest\n\n"
    "- Each file under `blobs/` is named by its SHA-256; events refer to it by that name.\n"
    "- `claims.jsonl` holds the bodies of the events of type `claim`. Each file under `proofs/` "
    "is\n"
    "  a c2sp.org/tlog-proof that the event of a claim is under the signed root.\n"
    "- `manifest.json` lists every file with its SHA-256.\n"
    "- `warrant audit verify FOLDER --key VKEY` does all of this and more.\n";

void wrt_bundle_verify_md(wrt_buf *out, const wrt_chain *chain,
                          const unsigned char public_key[32]) {
    char vkey[WRT_NOTE_VKEY_MAX];
    wrt_note_write_vkey(vkey, public_key);
    wrt_buf_printf(out,
                   "# How to check this run by hand\n\n"
                   "Run `%s`, %zu events. Verifier key:\n\n    VKEY='%s'\n\n",
                   chain->run, chain->n, vkey);
    wrt_buf_add_c(out, GUIDE);
}
