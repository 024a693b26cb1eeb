/* chain.h: a run as it was found, with the checks of level 1. Internal to the ledger.
 *
 * A chain is filled from rows of runs.db or from the lines of a bundle; from then on both are
 * checked by the same code. Nothing in a chain is trusted: the bytes, the leaf hashes claimed for
 * them, the checkpoint and the start time are all what the reader found. */
#ifndef WRT_LEDGER_CHAIN_H
#define WRT_LEDGER_CHAIN_H

#include "base/merkle_log.h"
#include "ledger/audit.h"
#include "ledger/event.h"
#include "ledger/note.h"
#include "ledger/seal.h"

typedef struct {
    int64_t seq; /* where it stands: the column of the row or the number of the line */
    char *bytes; /* as found, NUL-terminated */
    size_t len;
    wrt_sha256 claimed;  /* the leaf hash stored beside it */
    bool is_claimed;     /* false: there was none of the right size */
    wrt_sha256 leaf;     /* the leaf hash of bytes */
    wrt_event_view view; /* after wrt_chain_check_events */
    wrt_json *object;    /* after wrt_chain_parse; NULL before */
} wrt_chain_event;

/* A head that was signed before the run ended. */
typedef struct {
    int64_t size;
    char *note; /* NULL: it is missing */
} wrt_chain_head;

typedef struct {
    char run[WRT_RUN_ID_MAX];
    wrt_chain_event *event;
    size_t n;
    size_t room;
    size_t total_bytes;
    wrt_merkle_log *log; /* of the leaves, after wrt_chain_check_events */
    bool is_viewed;      /* all events have their view */
    wrt_chain_head *head;
    size_t n_heads;
    wrt_openings openings; /* of the values that stand apart */
    bool is_opened;        /* they fit the events */
    size_t redacted;       /* commitments without one, after wrt_chain_check_openings */
    char *checkpoint;      /* NULL: the run is not sealed */
    bool has_started;
    int64_t started; /* milliseconds, with has_started */
    char *blobs;     /* folder of blobs/xx/<sha256> */
    size_t blobs_seen;
} wrt_chain;

struct wrt_audit_source {
    const char *blobs;
};

void wrt_chain_clear(wrt_chain *chain);

/* Appends one event as found. WRT_E_INTEGRITY beyond the caps of a run. claimed may be NULL. */
wrt_status wrt_chain_add(wrt_chain *chain, int64_t seq, wrt_str bytes, const wrt_sha256 *claimed,
                         wrt_err *err);

/* Appends a head as found; the sizes must ascend (WRT_E_INTEGRITY). note.ptr NULL: it is missing.
 */
wrt_status wrt_chain_add_head(wrt_chain *chain, int64_t size, wrt_str note, wrt_err *err);

/* The root over the leaf hashes of the bytes. Needs is_viewed. */
wrt_sha256 wrt_chain_root(const wrt_chain *chain);

/* The hash over the content hashes of the events, sealed values opened, so that it does not depend
 * on salts; false when values were taken away. Needs is_opened. */
bool wrt_chain_content(wrt_sha256 *out, const wrt_chain *chain);

/* Each check sets *out and returns out->ok. Events first: the others need their views. */
bool wrt_chain_check_events(wrt_audit_finding *out, wrt_chain *chain);
bool wrt_chain_check_head(wrt_audit_finding *out, const wrt_chain *chain,
                          const unsigned char public_key[32]);
bool wrt_chain_check_blobs(wrt_audit_finding *out, wrt_chain *chain);

/* Each value that stands apart is the one that its event committed to. Counts the commitments that
 * nothing opens. */
bool wrt_chain_check_openings(wrt_audit_finding *out, wrt_chain *chain);

/* The heads signed on the way: each that an event asks for is there, signed, and is the head of
 * these very events; and there are no others. */
bool wrt_chain_check_prefixes(wrt_audit_finding *out, const wrt_chain *chain,
                              const unsigned char public_key[32]);

/* Holds another head of the run against the events: it must be signed by the key (WRT_E_INPUT else,
 * a head that nobody vouches for says nothing) and be that of a prefix of them. */
wrt_status wrt_chain_check_against(wrt_audit_finding *out, const wrt_chain *chain, wrt_str note,
                                   const unsigned char public_key[32], wrt_err *err);

/* The object of one event, sealed values opened; the caller owns it. Needs is_opened. */
wrt_json *wrt_chain_copy_event(const wrt_chain *chain, size_t i);

/* Builds the objects of the events, after their check; sealed values are opened. */
void wrt_chain_parse(wrt_chain *chain);

/* Moves the events, parsed, into one array, owned by the caller. */
wrt_json *wrt_chain_take_events(wrt_chain *chain);

/* Level 2, over the parsed events. */
bool wrt_chain_check_complete(wrt_audit_finding *out, wrt_chain *chain);

bool wrt_finding_fail(wrt_audit_finding *out, int64_t seq, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool wrt_finding_pass(wrt_audit_finding *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The path of a blob below its folder; the caller frees it. */
char *wrt_blob_path(const char *blobs, const char *sha256_hex);

/* Appends a blob to *out after checking its hash. */
wrt_status wrt_blob_read(wrt_buf *out, const char *blobs, const char *sha256_hex, wrt_err *err);

#endif
