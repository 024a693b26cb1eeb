/* export.c: a sealed run written out as a bundle.
 *
 * The run is checked before anything is written, and the manifest is written last: a folder without
 * a manifest is an export that did not finish. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "ledger/bundle.h"
#include "ledger/derived.h"
#include "ledger/internal.h"

static wrt_status refuse_entry(const char *name, void *ctx) {
    (void)name;
    (void)ctx;
    return WRT_E_INPUT;
}

static wrt_status prepare_folder(const char *folder, wrt_err *err) {
    wrt_status status = wrt_dir_make(folder, 0777, err);
    if (status != WRT_OK)
        return status;
    status = wrt_dir_each(folder, refuse_entry, NULL, err);
    if (status == WRT_E_INPUT)
        return wrt_fail(err, WRT_E_INPUT, "%s: the folder is not empty; name a new one",
                        wrt_path_base(folder));
    return status;
}

/* Makes the folders above a file. */
static wrt_status make_parent(const char *path, wrt_err *err) {
    char *parent = wrt_path_join("", path);
    char *slash = strrchr(parent, '/');
    wrt_status status = WRT_OK;
    if (slash != NULL) {
        *slash = '\0';
        status = wrt_dir_make(parent, 0777, err);
    }
    free(parent);
    return status;
}

static wrt_status write_blob(const char *path, const wrt_bundle_file *file, const char *blobs,
                             wrt_err *err) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_buf bytes = wrt_buf_make(WRT_BLOB_BYTES_MAX);
    wrt_sha256_hex(hex, &file->digest);
    wrt_status status = wrt_blob_read(&bytes, blobs, hex, err);
    if (status == WRT_OK)
        status = wrt_file_write(path, wrt_buf_str(&bytes), 0644, err);
    wrt_buf_free(&bytes);
    return status;
}

static wrt_status write_member(const char *folder, const wrt_bundle_file *file, const char *blobs,
                               wrt_err *err) {
    char *path = wrt_path_join(folder, file->path);
    wrt_status status = make_parent(path, err);
    if (status == WRT_OK && file->bytes != NULL)
        status = wrt_file_write(path, (wrt_str){file->bytes, file->len}, 0644, err);
    else if (status == WRT_OK)
        status = write_blob(path, file, blobs, err);
    free(path);
    return status;
}

static wrt_status write_manifest(const char *folder, const wrt_chain *chain,
                                 const wrt_bundle_files *files, const unsigned char public_key[32],
                                 wrt_err *err) {
    char *path = wrt_path_join(folder, "manifest.json");
    wrt_buf manifest = wrt_buf_make(WRT_MANIFEST_MAX);
    wrt_bundle_manifest(&manifest, chain, files, public_key);
    wrt_status status = WRT_OK;
    if (manifest.overflow)
        status =
            wrt_fail(err, WRT_E_LIMIT, "manifest.json: larger than %d bytes", WRT_MANIFEST_MAX);
    else
        status = wrt_file_write(path, wrt_buf_str(&manifest), 0644, err);
    wrt_buf_free(&manifest);
    free(path);
    return status;
}

static wrt_status write_bundle(const wrt_chain *chain, const char *folder,
                               const unsigned char public_key[32], const wrt_derived_files *derived,
                               wrt_err *err) {
    wrt_bundle_files files = {0};
    wrt_buf guide = wrt_buf_make(WRT_MIB(1));
    wrt_bundle_verify_md(&guide, chain, public_key);
    wrt_bundle_derive(&files, chain, wrt_buf_str(&guide));
    wrt_buf_free(&guide);
    wrt_status status = WRT_OK;
    if (derived != NULL)
        status = wrt_derived_make(&files, chain, public_key, derived, err);
    if (status == WRT_OK)
        status = prepare_folder(folder, err);
    for (size_t i = 0; i < files.n && status == WRT_OK; i++)
        status = write_member(folder, &files.item[i], chain->blobs, err);
    if (status == WRT_OK)
        status = write_manifest(folder, chain, &files, public_key, err);
    wrt_bundle_files_clear(&files);
    return status;
}

/* Level 1, with the key of the store. */
static wrt_status check_sound(wrt_chain *chain, const unsigned char public_key[32], wrt_err *err) {
    wrt_audit_finding finding = {0};
    if (!wrt_chain_check_events(&finding, chain))
        return wrt_fail(err, WRT_E_INTEGRITY, "run %s: %s", chain->run, finding.detail);
    wrt_str type = chain->event[chain->n - 1].view.type;
    if (chain->checkpoint == NULL && !wrt_str_equal_c(type, "run.end"))
        return wrt_fail(err, WRT_E_INPUT, "run %s is open; only a sealed run can be exported",
                        chain->run);
    if (!wrt_chain_check_head(&finding, chain, public_key) ||
        !wrt_chain_check_prefixes(&finding, chain, public_key) ||
        !wrt_chain_check_blobs(&finding, chain))
        return wrt_fail(err, WRT_E_INTEGRITY, "run %s: %s", chain->run, finding.detail);
    return WRT_OK;
}

wrt_status wrt_audit_export_with(wrt_ledger *ledger, const char *run, const char *folder,
                                 const wrt_derived_files *derived, wrt_err *err) {
    wrt_chain chain = {0};
    unsigned char public_key[WRT_ED25519_PUBLIC];
    wrt_status status = wrt_ledger_load_chain(&chain, ledger, run, err);
    if (status == WRT_OK) {
        status = wrt_ledger_stored_key(public_key, ledger, err);
        if (status == WRT_E_NOT_FOUND)
            status = wrt_fail(err, WRT_E_INTEGRITY, "ledger.pub: the verifier key is missing");
    }
    if (status == WRT_OK)
        status = check_sound(&chain, public_key, err);
    if (status == WRT_OK)
        status = write_bundle(&chain, folder, public_key, derived, err);
    wrt_chain_clear(&chain);
    return status;
}

wrt_status wrt_audit_export(wrt_ledger *ledger, const char *run, const char *folder, wrt_err *err) {
    return wrt_audit_export_with(ledger, run, folder, NULL, err);
}
