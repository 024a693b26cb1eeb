/* bundle.h: a run as a folder that travels. Internal to the ledger.
 *
 * All files of a bundle but VERIFY.md are a function of the events, the checkpoint and the public
 * key, so the list of files is derived in one place: the exporter writes it, the auditor compares
 * it with what it found. */
#ifndef WRT_LEDGER_BUNDLE_H
#define WRT_LEDGER_BUNDLE_H

#include "ledger/chain.h"

enum { WRT_MANIFEST_MAX = 64 << 20, WRT_TILE_WIDTH = 256, WRT_TILE_PATH_MAX = 64 };

typedef struct {
    char *path;  /* relative to the folder, with '/' */
    char *bytes; /* NULL: the blob of this digest */
    size_t len;  /* of the content */
    wrt_sha256 digest;
    bool is_derived; /* see derived.h */
} wrt_bundle_file;

typedef struct {
    wrt_bundle_file *item; /* sorted by path, without manifest.json */
    size_t n;
    size_t room;
    const char *derived_by; /* NULL: there are no derived files; borrowed */
} wrt_bundle_files;

void wrt_bundle_files_clear(wrt_bundle_files *files);

/* Appends a file with the content of the buffer, which is taken; the entry is borrowed. */
wrt_bundle_file *wrt_bundle_add(wrt_bundle_files *files, const char *path, wrt_buf *content);

/* Appends the files of the transparency log: tile/, heads/ and the proofs of the claims. */
void wrt_bundle_add_log(wrt_bundle_files *files, const wrt_chain *chain);

/* The path of tile `index` of a level, width hashes wide (c2sp.org/tlog-tiles): "tile/0/x001/234",
 * with ".p/W" when it is not full. level is a digit or "entries". */
void wrt_tile_path(char out[WRT_TILE_PATH_MAX], const char *level, size_t index, size_t width);

/* Adds an empty entry; wrt_bundle_files_sort must follow the last one. */
wrt_bundle_file *wrt_bundle_files_add(wrt_bundle_files *files, const char *path);
void wrt_bundle_files_sort(wrt_bundle_files *files); /* of equal paths one is kept */
bool wrt_bundle_files_have(const wrt_bundle_files *files, const char *path);

/* Derives the files of a run whose events passed their check. verify_md is the text of VERIFY.md.
 */
void wrt_bundle_derive(wrt_bundle_files *out, const wrt_chain *chain, wrt_str verify_md);

/* Appends the canonical bytes of manifest.json. */
void wrt_bundle_manifest(wrt_buf *out, const wrt_chain *chain, const wrt_bundle_files *files,
                         const unsigned char public_key[32]);

/* Appends VERIFY.md: how to check the bundle by hand. */
void wrt_bundle_verify_md(wrt_buf *out, const wrt_chain *chain, const unsigned char public_key[32]);

/* Fills an empty chain from a bundle and gives the public key that its manifest states. A missing
 * folder or manifest is WRT_E_NOT_FOUND; files that cannot be taken apart are WRT_E_INTEGRITY. */
wrt_status wrt_bundle_load(wrt_chain *out, unsigned char public_key[32], const char *folder,
                           wrt_err *err);

/* Derives the bundle again and compares it with the folder, after the chain passed its checks.
 * *by_hash: there are derived files that only their hashes vouch for. */
typedef struct {
    const char *folder;
    const unsigned char *public_key;
    const wrt_derived_files *derived; /* may be NULL */
} wrt_bundle_place;

bool wrt_bundle_check_files(wrt_audit_finding *out, bool *by_hash, wrt_chain *chain,
                            const wrt_bundle_place *place);

/* The report of an audit that found the chain sound at level 1, with level 2 checked. */
wrt_json *wrt_audit_describe(const wrt_chain *chain, const unsigned char public_key[32]);

#endif
