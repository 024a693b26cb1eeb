/* chain.c: level 1 of an audit, over a run from a store or from a bundle.
 *
 * Three independent witnesses hold every event: the leaf hash beside it, the "prev" of the event
 * after it, and the signed root. They are asked in this order because the first two can name the
 * event that was touched, while the root only knows that one was. Invariant: a check that passes
 * has looked at every byte that was loaded. RFC 6962; c2sp.org/tlog-checkpoint. */
#include "ledger/chain.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"

void wrt_chain_clear(wrt_chain *chain) {
    for (size_t i = 0; i < chain->n; i++) {
        free(chain->event[i].bytes);
        wrt_json_free(chain->event[i].object);
    }
    for (size_t i = 0; i < chain->n_heads; i++)
        free(chain->head[i].note);
    free(chain->event);
    free(chain->head);
    wrt_merkle_log_free(chain->log);
    wrt_openings_clear(&chain->openings);
    free(chain->checkpoint);
    free(chain->blobs);
    *chain = (wrt_chain){0};
}

wrt_status wrt_chain_add(wrt_chain *chain, int64_t seq, wrt_str bytes, const wrt_sha256 *claimed,
                         wrt_err *err) {
    if (chain->n == WRT_RUN_EVENTS_MAX || bytes.len > WRT_RUN_BYTES_MAX - chain->total_bytes)
        return wrt_fail(err, WRT_E_INTEGRITY, "run %s: more events than a run can have",
                        chain->run);
    if (chain->n == chain->room) {
        chain->room = chain->room > 0 ? 2 * chain->room : 64;
        chain->event = wrt_realloc(chain->event, chain->room * sizeof *chain->event);
    }
    wrt_chain_event *event = &chain->event[chain->n++];
    *event = (wrt_chain_event){.seq = seq, .len = bytes.len, .is_claimed = claimed != NULL};
    event->bytes = wrt_calloc(bytes.len + 1, 1);
    memcpy(event->bytes, bytes.ptr, bytes.len);
    if (claimed != NULL)
        event->claimed = *claimed;
    event->leaf = wrt_event_leaf((wrt_str){event->bytes, event->len}, seq);
    chain->total_bytes += bytes.len;
    return WRT_OK;
}

wrt_status wrt_chain_add_head(wrt_chain *chain, int64_t size, wrt_str note, wrt_err *err) {
    if (chain->n_heads == WRT_RUN_EVENTS_MAX || size <= 0 ||
        (chain->n_heads > 0 && size <= chain->head[chain->n_heads - 1].size))
        return wrt_fail(err, WRT_E_INTEGRITY, "run %s: the sizes of its heads do not ascend",
                        chain->run);
    chain->head = wrt_realloc(chain->head, (chain->n_heads + 1) * sizeof *chain->head);
    wrt_chain_head *head = &chain->head[chain->n_heads++];
    *head = (wrt_chain_head){.size = size};
    if (note.ptr != NULL) {
        head->note = wrt_calloc(note.len + 1, 1);
        memcpy(head->note, note.ptr, note.len);
    }
    return WRT_OK;
}

/* ---- findings */

bool wrt_finding_fail(wrt_audit_finding *out, int64_t seq, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(out->detail, sizeof out->detail, format, args);
    va_end(args);
    out->ok = false;
    out->seq = seq;
    return false;
}

bool wrt_finding_pass(wrt_audit_finding *out, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(out->detail, sizeof out->detail, format, args);
    va_end(args);
    out->ok = true;
    out->seq = -1;
    return true;
}

/* ---- digests over all events */

wrt_sha256 wrt_chain_root(const wrt_chain *chain) {
    return wrt_merkle_log_root(chain->log, chain->n);
}

static wrt_json *parsed(wrt_str bytes) {
    wrt_json *value = NULL;
    wrt_status status = wrt_json_parse(&value, bytes, NULL);
    assert(status == WRT_OK); /* the scanner took it */
    (void)status;
    return value;
}

/* The body of an event with its sealed values, when they fit; else NULL and what does not. */
static wrt_json *opened_body(size_t *missing, const wrt_opening **bad, const wrt_chain *chain,
                             size_t i) {
    size_t n = 0;
    const wrt_opening *opening = wrt_openings_of(&n, &chain->openings, (int64_t)i);
    wrt_json *body = parsed(chain->event[i].view.body);
    wrt_json *out = wrt_seal_open(missing, bad, body, opening, n);
    wrt_json_free(body);
    return out;
}

/* Commitments are made in runs that say so at their start. */
static bool has_sealed(const wrt_chain *chain) {
    wrt_json *start = parsed(chain->event[0].view.body);
    bool is_sealed = wrt_json_count(wrt_json_get(start, "sealed")) > 0;
    wrt_json_free(start);
    return is_sealed;
}

bool wrt_chain_check_openings(wrt_audit_finding *out, wrt_chain *chain) {
    bool is_sealed = has_sealed(chain);
    chain->redacted = 0;
    if (chain->openings.n > 0 &&
        (!is_sealed || chain->openings.item[chain->openings.n - 1].seq >= (int64_t)chain->n))
        return wrt_finding_fail(out, -1, "a sealed value that belongs to no event");
    for (size_t i = 0; is_sealed && i < chain->n; i++) {
        const wrt_opening *bad = NULL;
        wrt_json *body = opened_body(&chain->redacted, &bad, chain, i);
        wrt_json_free(body);
        if (bad != NULL)
            return wrt_finding_fail(out, (int64_t)i,
                                    "event %zu: the sealed value of %.200s is not the one that it "
                                    "committed to",
                                    i, bad->pointer);
    }
    chain->is_opened = true;
    return wrt_finding_pass(out, "%zu sealed values", chain->openings.n);
}

wrt_json *wrt_chain_copy_event(const wrt_chain *chain, size_t i) {
    size_t n = 0, missing = 0;
    const wrt_opening *bad = NULL;
    wrt_json *event = parsed((wrt_str){chain->event[i].bytes, chain->event[i].len});
    if (wrt_openings_of(&n, &chain->openings, (int64_t)i) != NULL)
        wrt_json_set(event, "body", opened_body(&missing, &bad, chain, i));
    return event;
}

static wrt_sha256 opened_content(const wrt_chain *chain, size_t i) {
    wrt_json *event = wrt_chain_copy_event(chain, i);
    wrt_sha256 content = wrt_event_content_hash(event);
    wrt_json_free(event);
    return content;
}

bool wrt_chain_content(wrt_sha256 *out, const wrt_chain *chain) {
    if (chain->redacted > 0)
        return false;
    wrt_sha256 *hashes = wrt_calloc(chain->n + 1, sizeof *hashes);
    for (size_t i = 0; i < chain->n; i++) {
        size_t n = 0;
        bool is_plain = wrt_openings_of(&n, &chain->openings, (int64_t)i) == NULL;
        hashes[i] =
            is_plain ? wrt_event_view_content(&chain->event[i].view) : opened_content(chain, i);
    }
    *out = wrt_sha256_of((wrt_str){(const char *)hashes, chain->n * sizeof *hashes});
    free(hashes);
    return true;
}

void wrt_chain_parse(wrt_chain *chain) {
    for (size_t i = 0; i < chain->n; i++)
        if (chain->event[i].object == NULL)
            chain->event[i].object = wrt_chain_copy_event(chain, i);
}

wrt_json *wrt_chain_take_events(wrt_chain *chain) {
    wrt_json *events = wrt_json_new_array();
    wrt_chain_parse(chain);
    for (size_t i = 0; i < chain->n; i++) {
        wrt_json_push(events, chain->event[i].object);
        chain->event[i].object = NULL;
    }
    return events;
}

/* ---- events */

/* One event by itself: its place, its leaf hash, its form. */
static bool check_one(wrt_audit_finding *out, wrt_chain *chain, size_t i) {
    wrt_chain_event *event = &chain->event[i];
    int64_t seq = (int64_t)i;
    wrt_err err = {0};
    if (event->seq > seq)
        return wrt_finding_fail(out, seq, "event %zu is missing", i);
    if (event->seq < seq)
        return wrt_finding_fail(out, event->seq, "an event stands at position %lld",
                                (long long)event->seq);
    if (!event->is_claimed || !wrt_sha256_equal(&event->claimed, &event->leaf))
        return wrt_finding_fail(out, seq, "event %zu does not match its leaf hash", i);
    wrt_str bytes = {event->bytes, event->len};
    if (wrt_event_view_of(&event->view, bytes, chain->run, seq))
        return true;
    wrt_json *object = NULL; /* the reader knows what is wrong */
    bool is_read = wrt_event_parse(&object, bytes, chain->run, seq, &err) == WRT_OK;
    wrt_json_free(object);
    return wrt_finding_fail(out, seq, "event %zu: %s", i,
                            is_read ? "its bytes are not canonical JSON" : err.message);
}

/* True when event i names the leaf of the event before it (none for event 0). */
static bool link_holds(const wrt_chain *chain, size_t i) {
    wrt_str prev = chain->event[i].view.prev;
    wrt_sha256 named;
    if (i == 0)
        return wrt_str_equal_c(prev, "null");
    return prev.len == WRT_SHA256_HEX + 2 &&
           wrt_hex_decode(named.bytes, WRT_SHA256_SIZE, (wrt_str){prev.ptr + 1, WRT_SHA256_HEX}) &&
           wrt_sha256_equal(&named, &chain->event[i - 1].leaf);
}

/* The events before `end` passed check_one. A broken link between i - 1 and i alone means that the
 * bytes and the leaf of i - 1 were replaced; when the link after i is broken as well, those of i.
 */
static bool check_links(wrt_audit_finding *out, const wrt_chain *chain, size_t end) {
    for (size_t i = 0; i < end; i++) {
        if (link_holds(chain, i))
            continue;
        bool is_later = i == 0 || (i + 1 < end && !link_holds(chain, i + 1));
        size_t named = is_later ? i : i - 1;
        return wrt_finding_fail(out, (int64_t)named,
                                "event %zu was replaced: the chain between its neighbours breaks",
                                named);
    }
    return true;
}

static bool check_start_time(wrt_audit_finding *out, const wrt_chain *chain) {
    char ts[25];
    if (!chain->has_started)
        return true;
    wrt_clock_format(ts, chain->started);
    wrt_json *meta = NULL;
    (void)wrt_json_parse(&meta, chain->event[0].view.meta, NULL);
    bool is_same = strcmp(wrt_json_get_text(meta, "ts", ""), ts) == 0;
    wrt_json_free(meta);
    if (is_same)
        return true;
    return wrt_finding_fail(out, 0, "the start time of the run is not that of event 0");
}

bool wrt_chain_check_events(wrt_audit_finding *out, wrt_chain *chain) {
    size_t good = 0;
    wrt_audit_finding first = {0};
    while (good < chain->n && check_one(&first, chain, good))
        good++;
    chain->is_viewed = good == chain->n && good > 0;
    wrt_merkle_log_free(chain->log);
    chain->log = wrt_merkle_log_new();
    for (size_t i = 0; i < chain->n; i++)
        wrt_merkle_log_push(chain->log, &chain->event[i].leaf);
    if (!check_links(out, chain, good))
        return false;
    if (good < chain->n) {
        *out = first;
        return false;
    }
    if (chain->n == 0)
        return wrt_finding_fail(out, 0, "event 0 is missing: the run has no events");
    if (!check_start_time(out, chain))
        return false;
    return wrt_finding_pass(out, "%zu events", chain->n);
}

/* ---- head */

static bool fail_unsealed(wrt_audit_finding *out, const wrt_chain *chain) {
    if (wrt_str_equal_c(chain->event[chain->n - 1].view.type, "run.end"))
        return wrt_finding_fail(out, -1, "the run has ended but is not sealed: no signed head");
    return wrt_finding_fail(out, -1,
                            "the run is open: it has no run.end and no signed head after event %zu",
                            chain->n - 1);
}

bool wrt_chain_check_head(wrt_audit_finding *out, const wrt_chain *chain,
                          const unsigned char public_key[32]) {
    wrt_head head;
    wrt_err err = {0};
    if (chain->checkpoint == NULL)
        return fail_unsealed(out, chain);
    wrt_status status =
        wrt_checkpoint_open(&head, wrt_str_of(chain->checkpoint), chain->run, public_key, &err);
    if (status != WRT_OK)
        return wrt_finding_fail(out, -1, "%s", err.message);
    int64_t n = (int64_t)chain->n;
    if (n < head.size)
        return wrt_finding_fail(out, n,
                                "event %lld is missing: the signed head says %lld events, %lld "
                                "are there",
                                (long long)n, (long long)head.size, (long long)n);
    if (n > head.size)
        return wrt_finding_fail(out, head.size,
                                "event %lld was added: the signed head says %lld events, %lld are "
                                "there",
                                (long long)head.size, (long long)head.size, (long long)n);
    wrt_sha256 root = wrt_chain_root(chain);
    if (!wrt_sha256_equal(&root, &head.root))
        return wrt_finding_fail(out, n - 1,
                                "the signed root does not cover these events: event %lld, or the "
                                "chain up to it, was replaced",
                                (long long)(n - 1));
    return wrt_finding_pass(out, "signed head over %lld events", (long long)n);
}

static bool check_prefix(wrt_audit_finding *out, const wrt_chain *chain, const wrt_chain_head *head,
                         const unsigned char public_key[32]) {
    wrt_head stated;
    wrt_err err = {0};
    if (head->note == NULL || wrt_checkpoint_open(&stated, wrt_str_of(head->note), chain->run,
                                                  public_key, &err) != WRT_OK)
        return wrt_finding_fail(
            out, head->size - 1, "the signed head over the first %lld events: %s",
            (long long)head->size, head->note == NULL ? "it is missing" : err.message);
    wrt_sha256 root = wrt_merkle_log_root(chain->log, (size_t)head->size);
    if (stated.size == head->size && wrt_sha256_equal(&root, &stated.root))
        return true;
    return wrt_finding_fail(out, head->size - 1,
                            "the signed head over the first %lld events is not theirs",
                            (long long)head->size);
}

bool wrt_chain_check_prefixes(wrt_audit_finding *out, const wrt_chain *chain,
                              const unsigned char public_key[32]) {
    size_t k = 0;
    for (size_t i = 0; i < chain->n; i++) {
        int64_t size = (int64_t)i + 1;
        bool is_there = k < chain->n_heads && chain->head[k].size == size;
        if (wrt_event_asks_head(chain->event[i].view.type, size) != is_there)
            return wrt_finding_fail(
                out, (int64_t)i, "the signed head over the first %lld events: %s", (long long)size,
                is_there ? "no event asks for it" : "it is missing");
        if (is_there && !check_prefix(out, chain, &chain->head[k++], public_key))
            return false;
    }
    if (k < chain->n_heads)
        return wrt_finding_fail(out, -1, "a signed head over %lld events, which the run has not",
                                (long long)chain->head[k].size);
    return wrt_finding_pass(out, "%zu heads on the way", chain->n_heads);
}

/* The proof is made from the events and then verified as by somebody who has two heads only. */
static bool is_grown_from(const wrt_chain *chain, const wrt_head *old) {
    wrt_sha256 proof[WRT_MERKLE_PROOF_MAX];
    const wrt_merkle_head before = {(size_t)old->size, old->root};
    const wrt_merkle_head now = {chain->n, wrt_chain_root(chain)};
    size_t n =
        old->size > 0 ? wrt_merkle_log_prove_growth(proof, chain->log, before.size, now.size) : 0;
    return wrt_merkle_verify_growth(&before, &now, proof, n);
}

wrt_status wrt_chain_check_against(wrt_audit_finding *out, const wrt_chain *chain, wrt_str note,
                                   const unsigned char public_key[32], wrt_err *err) {
    wrt_head old;
    wrt_err inner = {0};
    if (wrt_checkpoint_open(&old, note, chain->run, public_key, &inner) != WRT_OK)
        return wrt_fail(err, WRT_E_INPUT, "the checkpoint to compare with: %s", inner.message);
    int64_t n = (int64_t)chain->n;
    if (old.size > n)
        wrt_finding_fail(out, n, "event %lld is missing: another signed head says %lld events",
                         (long long)n, (long long)old.size);
    else if (!is_grown_from(chain, &old))
        wrt_finding_fail(out, old.size - 1,
                         "fork: the same run was signed with other events up to event %lld",
                         (long long)old.size - 1);
    else
        wrt_finding_pass(out, "consistent with the head over %lld events", (long long)old.size);
    return WRT_OK;
}

/* ---- blobs */

char *wrt_blob_path(const char *blobs, const char *sha256_hex) {
    size_t room = strlen(blobs) + WRT_SHA256_HEX + 8;
    char *path = wrt_calloc(room, 1);
    snprintf(path, room, "%s/%.2s/%s", blobs, sha256_hex, sha256_hex);
    return path;
}

wrt_status wrt_blob_read(wrt_buf *out, const char *blobs, const char *sha256_hex, wrt_err *err) {
    wrt_sha256 named;
    if (!wrt_hex_decode(named.bytes, WRT_SHA256_SIZE, wrt_str_of(sha256_hex)))
        return wrt_fail(err, WRT_E_INPUT, "a blob is named by 64 lower-case hexadecimal digits");
    char *path = wrt_blob_path(blobs, sha256_hex);
    size_t before = out->len;
    wrt_status status = wrt_file_read(out, path, out->cap - out->len, err);
    free(path);
    if (status == WRT_E_NOT_FOUND)
        return wrt_fail(err, WRT_E_INTEGRITY, "blob %s is missing", sha256_hex);
    if (status != WRT_OK)
        return status;
    wrt_str bytes = {out->len > before ? out->ptr + before : "", out->len - before};
    wrt_sha256 actual = wrt_sha256_of(bytes);
    if (wrt_sha256_equal(&actual, &named))
        return WRT_OK;
    out->len = before;
    if (out->ptr != NULL)
        out->ptr[before] = '\0';
    return wrt_fail(err, WRT_E_INTEGRITY, "blob %s was altered", sha256_hex);
}

typedef struct {
    wrt_chain *chain;
    wrt_audit_finding *out;
    int64_t seq;
} blob_walk;

static wrt_status check_blob(const char *sha256_hex, int64_t size, void *ctx) {
    blob_walk *walk = ctx;
    struct stat info;
    wrt_sha256 named, actual;
    bool is_good = false;
    char *path = wrt_blob_path(walk->chain->blobs, sha256_hex);
    if (stat(path, &info) != 0)
        wrt_finding_fail(walk->out, walk->seq, "event %lld: blob %s is missing",
                         (long long)walk->seq, sha256_hex);
    else if (wrt_sha256_of_file(&actual, path, NULL) != WRT_OK ||
             !wrt_hex_decode(named.bytes, WRT_SHA256_SIZE, wrt_str_of(sha256_hex)) ||
             !wrt_sha256_equal(&actual, &named) || info.st_size != size)
        wrt_finding_fail(walk->out, walk->seq, "event %lld: blob %s was altered",
                         (long long)walk->seq, sha256_hex);
    else
        is_good = true;
    free(path);
    walk->chain->blobs_seen++;
    return is_good ? WRT_OK : WRT_E_INTEGRITY;
}

bool wrt_chain_check_blobs(wrt_audit_finding *out, wrt_chain *chain) {
    blob_walk walk = {chain, out, 0};
    chain->blobs_seen = 0;
    for (size_t i = 0; i < chain->n; i++) {
        walk.seq = (int64_t)i;
        if (wrt_blob_ref_each(chain->event[i].view.body, check_blob, &walk) != WRT_OK)
            return false;
    }
    for (size_t i = 0; i < chain->openings.n; i++) {
        const wrt_opening *opening = &chain->openings.item[i];
        walk.seq = opening->seq;
        if (wrt_blob_ref_each((wrt_str){opening->value, opening->len}, check_blob, &walk) != WRT_OK)
            return false;
    }
    return wrt_finding_pass(out, "%zu blobs", chain->blobs_seen);
}
