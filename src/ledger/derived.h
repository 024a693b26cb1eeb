/* derived.h: the files of a bundle that other rooms make of the events. Internal to the ledger.
 *
 * They are listed in the manifest like all files, marked "derived", with the program that made them
 * in "derived_by". An auditor that carries the same makers of the same version makes them again and
 * wants the same bytes; another one compares the hashes of the manifest. */
#ifndef WRT_LEDGER_DERIVED_H
#define WRT_LEDGER_DERIVED_H

#include "ledger/bundle.h"

enum {
    WRT_DERIVED_EVENTS_MAX = 10000, /* a longer run has no derived files */
    WRT_DERIVED_BYTES_MAX = 64 << 20,
    WRT_DERIVED_FILES_MAX = 64
};

/* Makes the files and adds them to the list, in the order of the makers, each of which sees the
 * files before it; the list is sorted afterwards. What a maker refuses with WRT_E_LIMIT or
 * WRT_E_NOT_FOUND is left out. The run passed level 1. */
wrt_status wrt_derived_make(wrt_bundle_files *files, const wrt_chain *chain,
                            const unsigned char public_key[32], const wrt_derived_files *derived,
                            wrt_err *err);

/* The same for an auditor, who has the manifest of a bundle in `folder`: the files are made again
 * where it names the program of `derived` (which may be NULL), else taken with the hashes that it
 * states, and *by_hash tells that. False with a finding when the manifest cannot be followed, or
 * when a file that `derived` would make lies in the folder without being listed. */
typedef struct {
    const char *folder;
    const wrt_json *manifest;
    const wrt_chain *chain;
    const unsigned char *public_key;
} wrt_derived_bundle;

bool wrt_derived_expect(wrt_audit_finding *out, wrt_bundle_files *files, bool *by_hash,
                        const wrt_derived_bundle *bundle, const wrt_derived_files *derived);

#endif
