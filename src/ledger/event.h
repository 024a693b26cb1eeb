/* event.h: one event as bytes, and the blobs that it names. Internal to the ledger. */
#ifndef WRT_LEDGER_EVENT_H
#define WRT_LEDGER_EVENT_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/json.h"

enum {
    WRT_EVENT_BYTES_MAX = 4 << 20, /* canonical bytes of one event */
    WRT_RUN_EVENTS_MAX = 65536,
    WRT_RUN_BYTES_MAX = 64 << 20, /* all events of a run */
    WRT_EVENT_TYPE_MAX = 64
};

typedef struct {
    const char *run;
    int64_t seq;
    const char *type;
    const wrt_sha256 *prev; /* NULL for seq 0 */
    int64_t unix_ms;        /* meta.ts */
} wrt_event_head;

/* Appends the canonical bytes. body is an object; meta is an object or NULL. Bytes that would not
 * be read back (nesting, size) are WRT_E_LIMIT or WRT_E_INPUT. */
wrt_status wrt_event_write(wrt_buf *out, const wrt_event_head *head, const wrt_json *body,
                           const wrt_json *meta, wrt_err *err);

/* Parses the bytes of event `seq` of `run`. WRT_E_INTEGRITY unless they are canonical JSON with
 * exactly the members of version 1. */
wrt_status wrt_event_parse(wrt_json **out, wrt_str bytes, const char *run, int64_t seq,
                           wrt_err *err);

/* True when value is {"sha256":HEX,"size":N}. */
bool wrt_blob_ref_read(const char **sha256_hex, int64_t *size, const wrt_json *value);

/* Calls visit for each blob reference in value, at any depth; a failure stops the walk. */
wrt_status wrt_blob_ref_each(const wrt_json *value,
                             wrt_status (*visit)(const char *sha256_hex, int64_t size, void *ctx),
                             void *ctx);

#endif
