/* ledger.h: the journal of runs. Append-only events, content-addressed blobs, a signed head.
 *
 * An event is one RFC 8785 object
 *   {"v":1, "run":ID, "seq":N, "type":T, "body":{...}, "prev":HEX|null, "meta":{"ts":...,...}}
 * stored as exactly those bytes. Its leaf hash is SHA-256(0x00 || bytes) (RFC 6962 section 2.1);
 * "prev" is the leaf hash of the event before it, null for seq 0. A run ends with a checkpoint: the
 * C2SP tlog-checkpoint of (origin, number of events, Merkle root) as a signed note with Ed25519.
 *
 * Whatever may differ between two runs of the same question (clock readings, durations, process
 * ids, cache hits) lives under "meta" and nowhere else; the content of an event is its object
 * without "run", "prev" and "meta", and its content hash is SHA-256 over the canonical bytes of
 * that. Bodies hold no floating clock, no absolute path, no run id.
 *
 * Values that may have to be taken away later: a run whose run.start has "sealed", an array of
 * names out of answer, args, data, inputs, patient, question, result, text, stores each value of
 * these names apart and signs only a salted commitment to it. Reading gives the values back where
 * they are, and the content hash is that of the values, so it does not depend on salts.
 * src/ledger/README.md.
 *
 * A string in a body that is larger than WRT_LEDGER_INLINE_MAX belongs in a blob: put it with
 * wrt_ledger_put_blob and store {"sha256","size"}.
 *
 * On disk: DIR/runs.db (WAL), DIR/runs.lock (one byte a run, held by who writes it),
 * DIR/blobs/xx/<sha256>, DIR/keys/ledger.key (0600) and ledger.pub.
 * One writer per run; several processes may write different runs to one store. */
#ifndef WRT_LEDGER_LEDGER_H
#define WRT_LEDGER_LEDGER_H

#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"

enum { WRT_LEDGER_INLINE_MAX = 16384, WRT_RUN_ID_MAX = 40 };

typedef struct wrt_ledger wrt_ledger; /* an open store */
typedef struct wrt_run wrt_run;       /* a run being written */

/* Opens (create: and makes) the store in folder `dir`. A damaged runs.db is WRT_E_INTEGRITY; a
 * missing one without create is WRT_E_NOT_FOUND. */
wrt_status wrt_ledger_open(wrt_ledger **out, const char *dir, bool create, wrt_err *err);
void wrt_ledger_close(wrt_ledger *ledger); /* accepts NULL */

/* ---- writing */

/* Makes sure that keys/ledger.key and keys/ledger.pub are there: loads the key, or makes it with a
 * line on stderr. WRT_E_CREDENTIAL when the key is malformed, readable by others, or not the half
 * of ledger.pub. wrt_run_start does the same. */
wrt_status wrt_ledger_make_key(wrt_ledger *ledger, wrt_err *err);

/* Starts a run with a fresh id "YYYYMMDD-HHMMSS-xxxxxx" and appends event 0, "run.start", with the
 * given body (not consumed). The signing key is loaded, or made on first use with a line on stderr,
 * before anything is written. */
wrt_status wrt_run_start(wrt_run **out, wrt_ledger *ledger, const wrt_json *body, wrt_err *err);
const char *wrt_run_id(const wrt_run *run);

/* Appends and commits (fsync) one event before returning, so that its effect may follow. body is
 * not consumed; meta may be NULL, else its members are added beside "ts". *seq may be NULL. An
 * event larger than 4 MiB or nested too deep to be read back is WRT_E_LIMIT; "run.start", "run.end"
 * and any event after run.end are WRT_E_INPUT. Nothing is written on failure. */
wrt_status wrt_run_append(int64_t *seq, wrt_run *run, const char *type, const wrt_json *body,
                          const wrt_json *meta, wrt_err *err);

/* Stores bytes under their SHA-256 (idempotent) and returns {"sha256":HEX,"size":N}, owned by the
 * caller. */
wrt_status wrt_ledger_put_blob(wrt_json **out, wrt_ledger *ledger, wrt_str bytes, wrt_err *err);

/* Appends "run.end" with the given body and signs the head over all events, in one commit: a run is
 * either open or whole. */
wrt_status wrt_run_seal(wrt_run *run, const wrt_json *body, wrt_err *err);
void wrt_run_free(wrt_run *run); /* accepts NULL; an unsealed run stays readable as "open" */

/* ---- going on, and rehearsing
 *
 * A run that was cut off is resumed by making it again from its start: as long as its journal holds
 * an event at this place, wrt_run_append and wrt_run_seal compare (type and body) instead of
 * writing, and whatever the world answered the first time is taken from the journal
 * (wrt_run_recorded) instead of being asked for again. After the last recorded event the run goes
 * on as any other. A rehearsal is the same over the whole journal, with nothing behind it: it
 * writes nothing, and what is not recorded is a failure. */

/* Where a rehearsal reads blobs: appends to *out after checking the hash. */
typedef struct {
    wrt_status (*get)(wrt_buf *out, const char *sha256_hex, const void *ctx, wrt_err *err);
    const void *ctx;
} wrt_blob_source;

/* Opens a run that is not sealed, to be made again from the event after run.start. WRT_E_INPUT when
 * it is sealed, WRT_E_INTEGRITY when its events do not pass level 1 of an audit, WRT_E_NOT_FOUND
 * for an unknown id, WRT_E_UNAVAILABLE while another process writes it. */
wrt_status wrt_run_resume(wrt_run **out, wrt_ledger *ledger, const char *run, wrt_err *err);

/* A run that is made again over `events` (borrowed; an array of event objects that passed level 1)
 * from the event after run.start. WRT_E_INPUT when the first is not run.start. */
wrt_status wrt_run_rehearse(wrt_run **out, const wrt_json *events, wrt_blob_source source,
                            wrt_err *err);

bool wrt_run_is_rehearsal(const wrt_run *run);

/* The body of run.start of a run that is resumed or rehearsed; NULL for any other. Borrowed. */
const wrt_json *wrt_run_start_body(const wrt_run *run);

/* The first recorded event that has not been made again; NULL: none is left. Borrowed. */
const wrt_json *wrt_run_next(const wrt_run *run);

/* The next recorded event of this type, at any distance, whose body has every member of `like`;
 * NULL: none. Borrowed. O(events left). */
const wrt_json *wrt_run_recorded(const wrt_run *run, const char *type, const wrt_json *like);

/* Did an event come out otherwise than it is recorded? Then *err (may be NULL) is the first
 * difference, and no event is compared or written any more. */
bool wrt_run_differs(const wrt_run *run, wrt_err *err);

/* Takes the next recorded event as it is. Only for events that repeat what the world did. */
void wrt_run_accept(wrt_run *run);

/* The record cannot be what it says that it is: as if an event had differed (wrt_run_differs).
 * `err` holds why; it is completed with the event that comes next. Always WRT_E_INTEGRITY. */
wrt_status wrt_run_refuse(wrt_run *run, wrt_err *err);

/* Blobs of a run: as wrt_ledger_put_blob and wrt_ledger_get_blob; a rehearsal stores nothing and
 * reads from its source. */
wrt_status wrt_run_put_blob(wrt_json **out, wrt_run *run, wrt_str bytes, wrt_err *err);
wrt_status wrt_run_get_blob(wrt_buf *out, const wrt_run *run, const char *sha256_hex, wrt_err *err);

/* ---- reading */

typedef struct {
    char id[WRT_RUN_ID_MAX];
    char started[25]; /* RFC 3339 */
    int64_t events;
    bool sealed;
    char *question; /* "question" of run.start, or "" */
    char *outcome;  /* "outcome" of run.end, "open" when there is none, "damaged" when its events
                       cannot be read */
} wrt_run_info;

/* Newest first. *out is an array of *n entries for wrt_run_info_free. */
wrt_status wrt_ledger_list(wrt_run_info **out, size_t *n, wrt_ledger *ledger, wrt_err *err);
void wrt_run_info_free(wrt_run_info *list, size_t n);

/* Resolves "last", an id or a unique prefix of one. WRT_E_NOT_FOUND lists near ids; an ambiguous
 * prefix is WRT_E_INPUT. */
wrt_status wrt_ledger_find(char out[WRT_RUN_ID_MAX], wrt_ledger *ledger, const char *name,
                           wrt_err *err);

/* All events of a run, in order, as one JSON array. An event that does not parse, or whose bytes
 * do not match its leaf hash, is WRT_E_INTEGRITY naming its seq. */
wrt_status wrt_ledger_events(wrt_json **out, wrt_ledger *ledger, const char *run, wrt_err *err);
/* Appends a blob to *out. WRT_E_INTEGRITY when it is missing or altered, WRT_E_LIMIT beyond the cap
 * of the buffer. */
wrt_status wrt_ledger_get_blob(wrt_buf *out, wrt_ledger *ledger, const char *sha256_hex,
                               wrt_err *err);

/* SHA-256 over the concatenated content hashes of all events: equal for equal runs. Hex. */
wrt_status wrt_ledger_content_hash(char out[WRT_SHA256_HEX + 1], wrt_ledger *ledger,
                                   const char *run, wrt_err *err);

/* Content hash of one event object (see the top of this file). */
wrt_sha256 wrt_event_content_hash(const wrt_json *event);

#endif
