/* derived.c: the files of a bundle that other rooms make of the events.
 *
 * The ledger does not know what a page or a crate is; it hands the makers what the run holds and
 * keeps what they give. So an auditor with the same makers need not trust the manifest about them:
 * it makes them again. */
#include "ledger/derived.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { PATH_MAX_BYTES = 64, BY_MAX_BYTES = 80 };

/* ---- making */

static wrt_json *list_of(const wrt_bundle_files *files) {
    wrt_json *list = wrt_json_new_array();
    char hex[WRT_SHA256_HEX + 1];
    for (size_t i = 0; i < files->n; i++) {
        wrt_json *entry = wrt_json_new_object();
        wrt_sha256_hex(hex, &files->item[i].digest);
        wrt_json_set_text(entry, "path", files->item[i].path);
        wrt_json_set_text(entry, "sha256", hex);
        wrt_json_set_int(entry, "size", (int64_t)files->item[i].len);
        wrt_json_push(list, entry);
    }
    return list;
}

static wrt_json *events_of(const wrt_chain *chain) {
    wrt_json *events = wrt_json_new_array();
    for (size_t i = 0; i < chain->n; i++)
        wrt_json_push(events, wrt_chain_copy_event(chain, i));
    return events;
}

static wrt_status make_one(wrt_bundle_files *files, const wrt_derived_file *file,
                           wrt_derive_input *in, wrt_json *left_out, wrt_err *err) {
    wrt_buf content = wrt_buf_make(WRT_DERIVED_BYTES_MAX);
    wrt_err inner = {0};
    wrt_json *list = list_of(files);
    in->files = list;
    wrt_status status = file->make(&content, in, &inner);
    if (status == WRT_OK && !content.overflow)
        wrt_bundle_add(files, file->path, &content)->is_derived = true;
    bool is_left_out = status == WRT_E_LIMIT || status == WRT_E_NOT_FOUND;
    if (status != WRT_OK && !is_left_out)
        status = wrt_fail(err, status, "%s: %s", file->path, inner.message);
    if (is_left_out && left_out != NULL)
        wrt_json_push_text(left_out, file->path);
    wrt_buf_free(&content);
    wrt_json_free(list);
    return is_left_out ? WRT_OK : status;
}

wrt_status wrt_derived_make(wrt_bundle_files *files, const wrt_chain *chain,
                            const unsigned char public_key[32], const wrt_derived_files *derived,
                            wrt_err *err) {
    wrt_status status = WRT_OK;
    if (chain->n > WRT_DERIVED_EVENTS_MAX) {
        for (size_t i = 0; i < derived->n && derived->left_out != NULL; i++)
            wrt_json_push_text(derived->left_out, derived->item[i].path);
        return WRT_OK;
    }
    const wrt_audit_source source = {chain->blobs};
    wrt_json *audit = wrt_audit_describe(chain, public_key);
    wrt_json *events = events_of(chain);
    wrt_derive_input in = {.events = events, .audit = audit, .source = &source};
    for (size_t i = 0; i < derived->n && status == WRT_OK; i++)
        status = make_one(files, &derived->item[i], &in, derived->left_out, err);
    files->derived_by = derived->by;
    wrt_bundle_files_sort(files);
    wrt_json_free(events);
    wrt_json_free(audit);
    return status;
}

/* ---- expecting */

/* A file name without folders: nothing outside the bundle is looked at. */
static bool is_plain(const char *path) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t len = strlen(path);
    return len > 0 && len <= PATH_MAX_BYTES && strspn(path, plain) == len && path[0] != '.';
}

static bool expect_entry(wrt_audit_finding *out, wrt_bundle_files *files, const wrt_json *entry) {
    const char *path = wrt_json_get_text(entry, "path", "");
    wrt_sha256 digest;
    if (!is_plain(path) || wrt_bundle_files_have(files, path) ||
        !wrt_hex_decode(digest.bytes, WRT_SHA256_SIZE,
                        wrt_str_of(wrt_json_get_text(entry, "sha256", ""))))
        return wrt_finding_fail(out, -1,
                                "manifest.json: a derived file has no plain name of its "
                                "own or no hash");
    wrt_bundle_file *file = wrt_bundle_files_add(files, path);
    file->digest = digest;
    file->is_derived = true;
    return true;
}

static bool expect_listed(wrt_audit_finding *out, wrt_bundle_files *files,
                          const wrt_json *manifest) {
    size_t n = 0;
    WRT_JSON_EACH(entry, wrt_json_get(manifest, "files")) {
        if (!wrt_json_get_bool(entry, "derived", false))
            continue;
        if (n++ == WRT_DERIVED_FILES_MAX)
            return wrt_finding_fail(out, -1, "manifest.json: more than %d derived files",
                                    WRT_DERIVED_FILES_MAX);
        if (!expect_entry(out, files, entry))
            return false;
    }
    wrt_bundle_files_sort(files);
    return true;
}

/* A page that lies there without being listed would be read as if it had been checked. */
static bool has_stray(wrt_audit_finding *out, const wrt_bundle_files *files, const char *folder,
                      const wrt_derived_files *derived) {
    for (size_t i = 0; derived != NULL && i < derived->n; i++) {
        const char *path = derived->item[i].path;
        char *full = wrt_path_join(folder, path);
        bool is_stray = !wrt_bundle_files_have(files, path) && wrt_file_exists(full);
        free(full);
        if (is_stray)
            return !wrt_finding_fail(out, -1, "%s is there, but manifest.json does not list it",
                                     path);
    }
    return false;
}

bool wrt_derived_expect(wrt_audit_finding *out, wrt_bundle_files *files, bool *by_hash,
                        const wrt_derived_bundle *bundle, const wrt_derived_files *derived) {
    const char *by = wrt_json_get_text(bundle->manifest, "derived_by", NULL);
    wrt_err err = {0};
    *by_hash = false;
    if (by != NULL && strlen(by) > BY_MAX_BYTES)
        return wrt_finding_fail(out, -1, "manifest.json: derived_by is not a program's name");
    if (by != NULL && derived != NULL && strcmp(by, derived->by) == 0) {
        if (wrt_derived_make(files, bundle->chain, bundle->public_key, derived, &err) != WRT_OK)
            return wrt_finding_fail(out, -1, "%s", err.message);
    } else if (by != NULL) {
        *by_hash = true;
        files->derived_by = by;
        if (!expect_listed(out, files, bundle->manifest))
            return false;
    }
    return !has_stray(out, files, bundle->folder, derived);
}
