/* internal.h: the open store, shared by the files that read and write it. */
#ifndef WRT_LEDGER_INTERNAL_H
#define WRT_LEDGER_INTERNAL_H

#include "base/db.h"
#include "base/sign.h"
#include "ledger/chain.h"
#include "ledger/ledger.h"

enum { WRT_BLOB_BYTES_MAX = 256 << 20 };

struct wrt_ledger {
    wrt_db *db;
    char *blobs; /* DIR/blobs */
    char *keys;  /* DIR/keys */
    char *locks; /* DIR/runs.lock: one byte a run */
};

/* Damage of runs.db is damage of the ledger: WRT_E_INPUT becomes WRT_E_INTEGRITY. */
wrt_status wrt_ledger_stored(wrt_status status, wrt_err *err);

/* {"sha256":HEX,"size":N} of these bytes; the caller's. */
wrt_json *wrt_blob_ref_of(wrt_str bytes);

/* Reads a run into an empty chain, in one read transaction. WRT_E_NOT_FOUND for an unknown id. */
wrt_status wrt_ledger_load_chain(wrt_chain *out, wrt_ledger *ledger, const char *run, wrt_err *err);

/* Loads the signing key, or makes it when the store has none yet. */
wrt_status wrt_ledger_open_key(wrt_signing_key **out, wrt_ledger *ledger, wrt_err *err);

/* The public key that stands in keys/ledger.pub. */
wrt_status wrt_ledger_stored_key(unsigned char public_key[32], const wrt_ledger *ledger,
                                 wrt_err *err);

#endif
