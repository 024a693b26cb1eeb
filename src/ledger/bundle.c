/* bundle.c: the files of a bundle, derived from the events of a run.
 *
 *   manifest.json         RFC 8785: what the folder holds, with hashes
 *   events.jsonl          the canonical bytes of each event, one a line
 *   checkpoint            the signed head (c2sp.org/tlog-checkpoint)
 *   tile/                 the Merkle tree and its entries (c2sp.org/tlog-tiles)
 *   heads/                what was signed on the way, with proofs that it grew into the head
 *   claims.jsonl          the bodies of the "claim" events
 *   proofs/ID.tlog-proof  for each claim, its event and that it is under the head
 *   sealed.jsonl          values that stand apart, with salts, as far as they were not taken away
 *   blobs/xx/SHA256       what the events refer to
 *   policy/policy.json    the policy in force, when run.start names one
 *   VERIFY.md             how to check all this without this program */
#include "ledger/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"

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

bool wrt_bundle_files_have(const wrt_bundle_files *files, const char *path) {
    for (size_t i = 0; i < files->n; i++)
        if (strcmp(files->item[i].path, path) == 0)
            return true;
    return false;
}

wrt_bundle_file *wrt_bundle_add(wrt_bundle_files *files, const char *path, wrt_buf *content) {
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
    wrt_buf lines = wrt_buf_make((size_t)WRT_RUN_BYTES_MAX + WRT_RUN_EVENTS_MAX);
    for (size_t i = 0; i < chain->n; i++) {
        wrt_buf_add(&lines, chain->event[i].bytes, chain->event[i].len);
        wrt_buf_add_char(&lines, '\n');
    }
    wrt_bundle_add(files, "events.jsonl", &lines);
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
        (void)wrt_blob_ref_each(chain->event[i].view.body, collect_blob, files);
    for (size_t i = 0; i < chain->openings.n; i++) {
        const wrt_opening *opening = &chain->openings.item[i];
        (void)wrt_blob_ref_each((wrt_str){opening->value, opening->len}, collect_blob, files);
    }
    wrt_json *start = NULL;
    (void)wrt_json_parse(&start, chain->event[0].view.body, NULL);
    if (wrt_blob_ref_read(&hex, &size, wrt_json_path(start, "policy.document")))
        add_blob(files, "policy/policy.json", hex, size);
    wrt_json_free(start);
}

/* ---- sealed values */

/* Names in canonical order; the value is canonical as it stands. */
static void add_sealed(wrt_bundle_files *files, const wrt_chain *chain) {
    wrt_buf lines = wrt_buf_make((size_t)WRT_RUN_BYTES_MAX + WRT_RUN_EVENTS_MAX);
    char salt[2 * WRT_SALT_SIZE + 1];
    for (size_t i = 0; i < chain->openings.n; i++) {
        const wrt_opening *opening = &chain->openings.item[i];
        wrt_hex_encode(salt, opening->salt, WRT_SALT_SIZE);
        wrt_buf_add_c(&lines, "{\"pointer\":");
        wrt_json_write_string(&lines, wrt_str_of(opening->pointer));
        wrt_buf_printf(&lines, ",\"salt\":\"%s\",\"seq\":%lld,\"value\":", salt,
                       (long long)opening->seq);
        wrt_buf_add(&lines, opening->value, opening->len);
        wrt_buf_add_c(&lines, "}\n");
    }
    if (chain->openings.n > 0)
        wrt_bundle_add(files, "sealed.jsonl", &lines);
    wrt_buf_free(&lines);
}

/* ---- claims */

static void add_claims(wrt_bundle_files *files, const wrt_chain *chain) {
    wrt_buf lines = wrt_buf_make((size_t)WRT_RUN_BYTES_MAX + WRT_RUN_EVENTS_MAX);
    for (size_t i = 0; i < chain->n; i++) {
        if (!wrt_str_equal_c(chain->event[i].view.type, "claim"))
            continue;
        wrt_buf_add_str(&lines, chain->event[i].view.body);
        wrt_buf_add_char(&lines, '\n');
    }
    wrt_bundle_add(files, "claims.jsonl", &lines);
}

void wrt_bundle_derive(wrt_bundle_files *out, const wrt_chain *chain, wrt_str verify_md) {
    wrt_buf note = wrt_buf_make(WRT_CHECKPOINT_MAX);
    wrt_buf guide = wrt_buf_make(verify_md.len);
    *out = (wrt_bundle_files){0};
    add_claims(out, chain);
    add_events(out, chain);
    add_blobs(out, chain);
    add_sealed(out, chain);
    wrt_bundle_add_log(out, chain);
    wrt_buf_add_c(&note, chain->checkpoint);
    wrt_bundle_add(out, "checkpoint", &note);
    wrt_buf_add_str(&guide, verify_md);
    wrt_bundle_add(out, "VERIFY.md", &guide);
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

static wrt_json *head_list(const wrt_chain *chain) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < chain->n_heads; i++)
        wrt_json_push(list, wrt_json_new_int(chain->head[i].size));
    return list;
}

void wrt_bundle_manifest(wrt_buf *out, const wrt_chain *chain, const wrt_bundle_files *files,
                         const unsigned char public_key[32]) {
    char vkey[WRT_NOTE_VKEY_MAX];
    wrt_sha256 root = wrt_chain_root(chain);
    wrt_sha256 content;
    wrt_json *manifest = wrt_json_new_object();
    wrt_note_write_vkey(vkey, public_key);
    wrt_json_set_text(manifest, "schema", "warrant/bundle/2");
    wrt_json_set_text(manifest, "run", chain->run);
    wrt_json_set_int(manifest, "events", (int64_t)chain->n);
    wrt_json_set_text(manifest, "key", vkey);
    set_hash(manifest, "root", &root);
    wrt_json_set(manifest, "content", wrt_json_new_null());
    if (wrt_chain_content(&content, chain))
        set_hash(manifest, "content", &content);
    wrt_json_set(manifest, "files", file_list(files));
    wrt_json_set(manifest, "heads", head_list(chain));
    if (files->derived_by != NULL)
        wrt_json_set_text(manifest, "derived_by", files->derived_by);
    wrt_json_write_canonical(out, manifest);
    wrt_json_free(manifest);
}

/* ---- VERIFY.md */

static const char GUIDE[] =
    "## Events\n\n"
    "`events.jsonl` holds one event a line, in RFC 8785 form. What stands for an event in the log\n"
    "is its entry, `{\"digest\":D,\"seq\":N,\"type\":T}`: D is SHA-256 over the bytes of the line\n"
    "without its newline. The leaf hash is SHA-256 over a zero byte and the entry. Event 0:\n\n"
    "    D=$(sed -n 1p events.jsonl | tr -d '\\n' | sha256sum | cut -c1-64)\n"
    "    printf '\\0{\"digest\":\"%s\",\"seq\":0,\"type\":\"run.start\"}' $D | sha256sum\n\n"
    "It must be the first 32 bytes of the first file of `tile/0`, and `prev` of event 1, and so "
    "on\n"
    "for each event. `tile/entries` holds the entries, each after its length in two bytes, and\n"
    "`tile/0`, `tile/1` the tree, all as c2sp.org/tlog-tiles says.\n\n"
    "## Root\n\n"
    "Two neighbouring hashes become SHA-256 over a one byte and both; a list of n hashes splits "
    "at\n"
    "the largest power of two below n (RFC 6962 section 2.1). The root of all leaves must be the\n"
    "third line of `checkpoint` (base64) and `root` of `manifest.json` (hexadecimal):\n\n"
    "    python3 - <<'END'\n"
    "    import base64, hashlib, json\n"
    "    h = lambda b: hashlib.sha256(b).digest()\n"
    "    def root(d):\n"
    "        if len(d) == 1: return d[0]\n"
    "        k = 1 << (len(d) - 1).bit_length() - 1\n"
    "        return h(b'\\1' + root(d[:k]) + root(d[k:]))\n"
    "    def leaf(n, line):\n"
    "        t = json.loads(line)['type']\n"
    "        return h(b'\\0{\"digest\":\"%s\",\"seq\":%d,\"type\":\"%s\"}' % (\n"
    "            h(line).hex().encode(), n, t.encode()))\n"
    "    lines = open('events.jsonl', 'rb').read().split(b'\\n')[:-1]\n"
    "    print(len(lines), base64.b64encode(root([leaf(*x) for x in enumerate(lines)])).decode())\n"
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
    "  a c2sp.org/tlog-proof whose `extra` is the event of a claim: it can be handed over alone,\n"
    "  `warrant audit verify FILE.tlog-proof --key VKEY`.\n"
    "- `heads/N.checkpoint` was signed when the run had N events; `heads/N.growth` is the proof "
    "that\n"
    "  those are the first N of the run, as c2sp.org/tlog-witness asks for it.\n"
    "- A value `{\"commit\":C}` in an event stands apart in `sealed.jsonl`, or was taken away: C "
    "is\n"
    "  SHA-256 over the 32 bytes of its salt and its canonical JSON.\n"
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
