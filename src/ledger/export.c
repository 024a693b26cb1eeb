/* export.c: a sealed run written out as a bundle.
 *
 * The run is checked before anything is written, and the manifest is written last: a folder without
 * a manifest is an export that did not finish. An archive has its name only when it is whole. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/zip.h"
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

/* Where the files go: into a folder or into an archive. */
typedef struct {
    const char *folder;
    wrt_zip_writer *zip; /* or NULL */
} bundle_sink;

static bool is_zip_name(const char *path) {
    size_t len = strlen(path);
    return len > 4 && strcmp(path + len - 4, ".zip") == 0;
}

static wrt_status open_sink(bundle_sink *sink, const char *path, wrt_err *err) {
    *sink = (bundle_sink){.folder = path};
    return is_zip_name(path) ? wrt_zip_create(&sink->zip, path, err) : prepare_folder(path, err);
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

static wrt_status put_file(const bundle_sink *sink, const char *name, wrt_str bytes, wrt_err *err) {
    if (sink->zip != NULL)
        return wrt_zip_add(sink->zip, name, bytes, err);
    char *path = wrt_path_join(sink->folder, name);
    wrt_status status = make_parent(path, err);
    if (status == WRT_OK)
        status = wrt_file_write(path, bytes, 0644, err);
    free(path);
    return status;
}

static wrt_status write_member(const bundle_sink *sink, const wrt_bundle_file *file,
                               const char *blobs, wrt_err *err) {
    char hex[WRT_SHA256_HEX + 1];
    if (file->bytes != NULL)
        return put_file(sink, file->path, (wrt_str){file->bytes, file->len}, err);
    wrt_buf bytes = wrt_buf_make(WRT_BLOB_BYTES_MAX);
    wrt_sha256_hex(hex, &file->digest);
    wrt_status status = wrt_blob_read(&bytes, blobs, hex, err);
    if (status == WRT_OK)
        status = put_file(sink, file->path, wrt_buf_str(&bytes), err);
    wrt_buf_free(&bytes);
    return status;
}

static wrt_status write_manifest(const bundle_sink *sink, const wrt_chain *chain,
                                 const wrt_bundle_files *files, const unsigned char public_key[32],
                                 wrt_err *err) {
    wrt_buf manifest = wrt_buf_make(WRT_MANIFEST_MAX);
    wrt_bundle_manifest(&manifest, chain, files, public_key);
    wrt_status status = WRT_OK;
    if (manifest.overflow)
        status =
            wrt_fail(err, WRT_E_LIMIT, "manifest.json: larger than %d bytes", WRT_MANIFEST_MAX);
    else
        status = put_file(sink, "manifest.json", wrt_buf_str(&manifest), err);
    wrt_buf_free(&manifest);
    return status;
}

static wrt_status write_bundle(const wrt_chain *chain, const char *path,
                               const unsigned char public_key[32], const wrt_derived_files *derived,
                               wrt_err *err) {
    wrt_bundle_files files = {0};
    bundle_sink sink = {0};
    wrt_buf guide = wrt_buf_make(WRT_MIB(1));
    wrt_bundle_verify_md(&guide, chain, public_key);
    wrt_bundle_derive(&files, chain, wrt_buf_str(&guide));
    wrt_buf_free(&guide);
    wrt_status status = WRT_OK;
    if (derived != NULL)
        status = wrt_derived_make(&files, chain, public_key, derived, err);
    if (status == WRT_OK)
        status = open_sink(&sink, path, err);
    for (size_t i = 0; i < files.n && status == WRT_OK; i++)
        status = write_member(&sink, &files.item[i], chain->blobs, err);
    if (status == WRT_OK)
        status = write_manifest(&sink, chain, &files, public_key, err);
    if (status == WRT_OK && sink.zip != NULL)
        status = wrt_zip_finish(sink.zip, err);
    wrt_zip_writer_free(sink.zip);
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
        !wrt_chain_check_openings(&finding, chain) ||
        !wrt_chain_check_prefixes(&finding, chain, public_key) ||
        !wrt_chain_check_blobs(&finding, chain))
        return wrt_fail(err, WRT_E_INTEGRITY, "run %s: %s", chain->run, finding.detail);
    return WRT_OK;
}

/* Drops the values of these names; a name that the run has not sealed cannot be taken away. */
static wrt_status redact(wrt_chain *chain, const wrt_json *names, wrt_err *err) {
    wrt_openings kept = {0};
    wrt_json *start = NULL;
    (void)wrt_json_parse(&start, chain->event[0].view.body, NULL);
    const wrt_json *sealed = wrt_json_get(start, "sealed");
    wrt_status status = wrt_seal_check_names(names, err);
    WRT_JSON_EACH(name, names)
    if (status == WRT_OK && !wrt_seal_has_name(sealed, wrt_json_text(name)))
        status = wrt_fail(err, WRT_E_INPUT,
                          "run %s holds \"%.40s\" in the clear and signed: only what was sealed "
                          "when the run was made can be taken away",
                          chain->run, wrt_json_text(name));
    for (size_t i = 0; status == WRT_OK && i < chain->openings.n; i++) {
        const wrt_opening *opening = &chain->openings.item[i];
        if (!wrt_seal_has_name(names, wrt_opening_name(opening)))
            status = wrt_openings_add(&kept, opening, err);
    }
    if (status == WRT_OK) {
        chain->redacted += chain->openings.n - kept.n;
        wrt_openings_clear(&chain->openings);
        chain->openings = kept;
    } else {
        wrt_openings_clear(&kept);
    }
    wrt_json_free(start);
    return status;
}

wrt_status wrt_audit_export_as(wrt_ledger *ledger, const char *run, const char *path,
                               const wrt_export_options *options, wrt_err *err) {
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
    if (status == WRT_OK && options->redact != NULL)
        status = redact(&chain, options->redact, err);
    if (status == WRT_OK)
        status = write_bundle(&chain, path, public_key, options->derived, err);
    wrt_chain_clear(&chain);
    return status;
}

wrt_status wrt_audit_export_with(wrt_ledger *ledger, const char *run, const char *path,
                                 const wrt_derived_files *derived, wrt_err *err) {
    const wrt_export_options options = {.derived = derived};
    return wrt_audit_export_as(ledger, run, path, &options, err);
}

wrt_status wrt_audit_export(wrt_ledger *ledger, const char *run, const char *path, wrt_err *err) {
    return wrt_audit_export_with(ledger, run, path, NULL, err);
}
