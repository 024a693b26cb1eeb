/* event.h: one event as bytes, and the blobs that it names. Internal to the ledger. */
#ifndef WRT_LEDGER_EVENT_H
#define WRT_LEDGER_EVENT_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/json.h"

enum {
    WRT_EVENT_BYTES_MAX = 4 << 20, /* canonical bytes of one event */
    WRT_RUN_EVENTS_MAX = 1 << 20,
    WRT_RUN_BYTES_MAX = 512 << 20, /* all events of a run */
    WRT_EVENT_TYPE_MAX = 64,
    WRT_EVENT_ENTRY_MAX = 192,
    WRT_HEAD_EVERY = 4096 /* events between two signed heads of a long run */
};

typedef struct {
    const char *run;
    int64_t seq;
    const char *type;
    const wrt_sha256 *prev; /* NULL for seq 0 */
    int64_t unix_ms;        /* meta.ts */
} wrt_event_head;

/* Parts of an event, borrowed from its bytes; each is a JSON value as it stands. */
typedef struct {
    wrt_str body, meta, prev;
    wrt_str type;               /* without its quotation marks; [a-z0-9._-] only */
    wrt_str before_meta, after; /* its bytes up to the end of body, and those after "run" */
} wrt_event_view;

/* The entry of the transparency log that stands for an event, and its leaf hash. The entry is the
 * canonical JSON {"digest":HEX,"seq":N,"type":T}, digest being SHA-256 over the bytes of the event,
 * so that it stays below the 65,535 bytes of a C2SP log entry however long the event is. */
void wrt_event_entry(char out[WRT_EVENT_ENTRY_MAX], wrt_str bytes, int64_t seq);
wrt_sha256 wrt_event_leaf(wrt_str bytes, int64_t seq);

/* True when the head over the events up to this one, `size` in all, is signed at once: after a plan
 * was frozen, and every WRT_HEAD_EVERY events. Never after run.end, whose head is the run's. */
bool wrt_event_asks_head(wrt_str type, int64_t size);

/* Appends the canonical bytes. body is an object; meta is an object or NULL. Bytes that would not
 * be read back (nesting, size) are WRT_E_LIMIT or WRT_E_INPUT. */
wrt_status wrt_event_write(wrt_buf *out, const wrt_event_head *head, const wrt_json *body,
                           const wrt_json *meta, wrt_err *err);

/* Parses the bytes of event `seq` of `run`. WRT_E_INTEGRITY unless they are canonical JSON with
 * exactly the members of version 1. */
wrt_status wrt_event_parse(wrt_json **out, wrt_str bytes, const char *run, int64_t seq,
                           wrt_err *err);

/* The same without building a value: true when wrt_event_parse would accept, in one pass. */
bool wrt_event_view_of(wrt_event_view *out, wrt_str bytes, const char *run, int64_t seq);

/* Content hash (ledger.h) of an event that was viewed. */
wrt_sha256 wrt_event_view_content(const wrt_event_view *view);

/* True when value is {"sha256":HEX,"size":N}. */
bool wrt_blob_ref_read(const char **sha256_hex, int64_t *size, const wrt_json *value);

/* Calls visit for each blob reference in the canonical bytes of a value, at any depth; a failure
 * stops the walk. O(bytes). */
wrt_status wrt_blob_ref_each(wrt_str bytes,
                             wrt_status (*visit)(const char *sha256_hex, int64_t size, void *ctx),
                             void *ctx);

#endif
