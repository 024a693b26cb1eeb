/* run.c: one run being written.
 *
 * An append is one transaction with fsync, so an effect that follows it cannot be lost from the
 * record. The Merkle tree grows with the events, so that a signed head costs O(log n): one over the
 * events so far goes into the transaction of an event that asks for it, and the seal writes run.end
 * and the head of the run together. Invariant: the tree holds the leaves of the committed events.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/merkle_log.h"
#include "ledger/internal.h"
#include "ledger/record.h"

enum { ID_TRIES = 16, CLOCK_STEP_MS = 1000 };

struct wrt_run {
    wrt_ledger *ledger;   /* NULL in a rehearsal */
    wrt_signing_key *key; /* NULL in a rehearsal */
    wrt_record record;    /* what is there already */
    wrt_lock *lock;       /* this process alone writes the run */
    char id[WRT_RUN_ID_MAX];
    wrt_merkle_log *log; /* of the events committed so far */
    size_t next;         /* how many those are */
    size_t total_bytes;
    wrt_stmt *insert;         /* of an event; prepared once */
    wrt_json *apart;          /* names of values that are stored apart, or NULL */
    unsigned char secret[32]; /* of their salts */
    bool sealed;
};

/* ---- keys */

wrt_status wrt_ledger_stored_key(unsigned char public_key[32], const wrt_ledger *ledger,
                                 wrt_err *err) {
    char *path = wrt_path_join(ledger->keys, "ledger.pub");
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    wrt_status status = wrt_file_read(&text, path, WRT_KIB(1), err);
    bool is_other = status == WRT_E_LIMIT || status == WRT_E_INPUT; /* too large, or a folder */
    if (is_other ||
        (status == WRT_OK && !wrt_note_parse_vkey(public_key, wrt_str_trim(wrt_buf_str(&text)))))
        status = wrt_fail(err, WRT_E_INTEGRITY, "ledger.pub: not a verifier key");
    wrt_buf_free(&text);
    free(path);
    return status;
}

/* Writes keys/ledger.pub when it is missing; one that belongs to another key is refused. */
static wrt_status match_public_key(wrt_ledger *ledger, const wrt_signing_key *key, wrt_err *err) {
    unsigned char stored[WRT_ED25519_PUBLIC];
    char vkey[WRT_NOTE_VKEY_MAX];
    char line[WRT_NOTE_VKEY_MAX + 1];
    wrt_status status = wrt_ledger_stored_key(stored, ledger, err);
    if (status == WRT_OK && memcmp(stored, wrt_signing_key_public(key), sizeof stored) != 0)
        return wrt_fail(err, WRT_E_CREDENTIAL,
                        "ledger.key and ledger.pub are not two halves of one key");
    if (status != WRT_E_NOT_FOUND)
        return status == WRT_E_INTEGRITY
                   ? wrt_fail(err, WRT_E_CREDENTIAL, "ledger.pub: not a verifier key")
                   : status;
    wrt_note_write_vkey(vkey, wrt_signing_key_public(key));
    snprintf(line, sizeof line, "%s\n", vkey);
    char *path = wrt_path_join(ledger->keys, "ledger.pub");
    status = wrt_file_write(path, wrt_str_of(line), 0644, err);
    free(path);
    return status;
}

static wrt_status create_key(wrt_signing_key **out, wrt_ledger *ledger, const char *path,
                             wrt_err *err) {
    char *public_path = wrt_path_join(ledger->keys, "ledger.pub");
    bool had_public = wrt_file_exists(public_path);
    free(public_path);
    if (had_public)
        return wrt_fail(err, WRT_E_CREDENTIAL,
                        "ledger.key is missing but ledger.pub is there: restore the key, or move "
                        "ledger.pub away to begin with a new one");
    wrt_status status = wrt_dir_make(ledger->keys, 0700, err);
    if (status != WRT_OK)
        return status;
    status = wrt_signing_key_create(out, path, err);
    if (status == WRT_OK)
        wrt_log(WRT_LOG_INFO, "made the key that signs runs: keys/ledger.key (keep it), "
                              "keys/ledger.pub (give it to whoever verifies)");
    else if (wrt_file_exists(path)) /* another process was first */
        status = wrt_signing_key_load(out, path, err);
    return status;
}

wrt_status wrt_ledger_open_key(wrt_signing_key **out, wrt_ledger *ledger, wrt_err *err) {
    char *path = wrt_path_join(ledger->keys, "ledger.key");
    wrt_status status = wrt_signing_key_load(out, path, err);
    if (status == WRT_E_NOT_FOUND)
        status = create_key(out, ledger, path, err);
    if (status == WRT_OK)
        status = match_public_key(ledger, *out, err);
    if (status != WRT_OK) {
        wrt_signing_key_free(*out);
        *out = NULL;
    }
    free(path);
    return status;
}

wrt_status wrt_ledger_make_key(wrt_ledger *ledger, wrt_err *err) {
    wrt_signing_key *key = NULL;
    wrt_status status = wrt_ledger_open_key(&key, ledger, err);
    wrt_signing_key_free(key);
    return status;
}

/* ---- events */

static wrt_status insert_event(wrt_run *run, wrt_str bytes, const wrt_sha256 *leaf, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (run->insert == NULL)
        status = wrt_db_prepare(&run->insert, run->ledger->db,
                                "INSERT INTO event(run, seq, bytes, leaf) VALUES(?, ?, ?, ?)", err);
    if (status != WRT_OK)
        return wrt_ledger_stored(status, err);
    wrt_stmt_bind_c(run->insert, 1, run->id);
    wrt_stmt_bind_int(run->insert, 2, (int64_t)run->next);
    wrt_stmt_bind_blob(run->insert, 3, bytes);
    wrt_stmt_bind_blob(run->insert, 4, (wrt_str){(const char *)leaf->bytes, WRT_SHA256_SIZE});
    status = wrt_stmt_run(run->insert, err);
    if (status != WRT_OK) /* a statement that failed is not used again */
        wrt_stmt_free(run->insert);
    if (status != WRT_OK)
        run->insert = NULL;
    return wrt_ledger_stored(status, err);
}

static void push_leaf(wrt_run *run, const wrt_sha256 *leaf, size_t bytes) {
    wrt_merkle_log_push(run->log, leaf);
    run->next++;
    run->total_bytes += bytes;
}

/* Signs the head over the committed events and one more, and runs sql with the note and the id of
 * the run, and the size when it has a third parameter. */
static wrt_status store_head(wrt_run *run, const wrt_sha256 *last, const char *sql, bool with_size,
                             wrt_err *err) {
    wrt_head head = {(int64_t)run->next + 1, wrt_merkle_log_root_after(run->log, last)};
    wrt_buf note = wrt_buf_make(WRT_CHECKPOINT_MAX);
    wrt_checkpoint_write(&note, run->id, &head, run->key);
    wrt_stmt *stmt = NULL;
    wrt_status status = wrt_db_prepare(&stmt, run->ledger->db, sql, err);
    if (status == WRT_OK) {
        wrt_stmt_bind_text(stmt, 1, wrt_buf_str(&note));
        wrt_stmt_bind_c(stmt, 2, run->id);
        if (with_size)
            wrt_stmt_bind_int(stmt, 3, head.size);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    wrt_buf_free(&note);
    return wrt_ledger_stored(status, err);
}

typedef struct {
    const char *type;
    const wrt_json *body;
    const wrt_json *meta; /* or NULL */
    int64_t unix_ms;
} new_event;

static wrt_status insert_openings(wrt_run *run, const wrt_openings *list, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status = wrt_db_prepare(
        &stmt, run->ledger->db,
        "INSERT INTO opening(run, seq, pointer, salt, value) VALUES(?, ?, ?, ?, ?)", err);
    for (size_t i = 0; i < list->n && status == WRT_OK; i++) {
        const wrt_opening *opening = &list->item[i];
        wrt_stmt_bind_c(stmt, 1, run->id);
        wrt_stmt_bind_int(stmt, 2, opening->seq);
        wrt_stmt_bind_c(stmt, 3, opening->pointer);
        wrt_stmt_bind_blob(stmt, 4, (wrt_str){(const char *)opening->salt, WRT_SALT_SIZE});
        wrt_stmt_bind_blob(stmt, 5, (wrt_str){opening->value, opening->len});
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return wrt_ledger_stored(status, err);
}

/* The body as it is stored; the caller frees it. What was closed is written beside it. */
static wrt_status close_body(wrt_json **out, wrt_run *run, const wrt_json *body, wrt_err *err) {
    wrt_openings list = {0};
    *out = wrt_seal_body(&list, body, run->apart, run->secret, (int64_t)run->next);
    wrt_status status = list.n > 0 ? insert_openings(run, &list, err) : WRT_OK;
    wrt_openings_clear(&list);
    return status;
}

/* Writes one event inside an open transaction; the caller commits and then pushes the leaf. */
static wrt_status write_event(wrt_sha256 *leaf, size_t *len, wrt_run *run, const new_event *event,
                              wrt_err *err) {
    wrt_json *closed = NULL;
    size_t n = 0;
    const wrt_sha256 *leaves = wrt_merkle_log_level(&n, run->log, 0);
    wrt_event_head head = {.run = run->id,
                           .seq = (int64_t)run->next,
                           .type = event->type,
                           .prev = n > 0 ? &leaves[n - 1] : NULL,
                           .unix_ms = event->unix_ms};
    if (run->next == WRT_RUN_EVENTS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a run has at most %d events", WRT_RUN_EVENTS_MAX);
    wrt_buf bytes = wrt_buf_make(WRT_EVENT_BYTES_MAX);
    wrt_status status = run->apart != NULL ? close_body(&closed, run, event->body, err) : WRT_OK;
    if (status == WRT_OK)
        status =
            wrt_event_write(&bytes, &head, closed != NULL ? closed : event->body, event->meta, err);
    wrt_json_free(closed);
    if (status == WRT_OK && bytes.len > WRT_RUN_BYTES_MAX - run->total_bytes)
        status = wrt_fail(err, WRT_E_LIMIT, "the events of a run are at most %d bytes",
                          WRT_RUN_BYTES_MAX);
    if (status == WRT_OK) {
        *leaf = wrt_event_leaf(wrt_buf_str(&bytes), head.seq);
        *len = bytes.len;
        status = insert_event(run, wrt_buf_str(&bytes), leaf, err);
    }
    if (status == WRT_OK && wrt_event_asks_head(wrt_str_of(event->type), head.seq + 1))
        status =
            store_head(run, leaf, "INSERT INTO head(note, run, size) VALUES(?, ?, ?)", true, err);
    wrt_buf_free(&bytes);
    return status;
}

static bool is_reserved(const char *type) {
    return strcmp(type, "run.start") == 0 || strcmp(type, "run.end") == 0;
}

wrt_status wrt_run_append(int64_t *seq, wrt_run *run, const char *type, const wrt_json *body,
                          const wrt_json *meta, wrt_err *err) {
    new_event event = {type, body, meta, wrt_clock_unix_ms()};
    wrt_sha256 leaf;
    size_t len = 0;
    if (run->sealed || is_reserved(type))
        return wrt_fail(err, WRT_E_INPUT, "event %s: %s", type,
                        run->sealed ? "the run is sealed" : "written by start and seal only");
    if (wrt_record_holds(&run->record))
        return wrt_record_compare(seq, &run->record, type, body, err);
    wrt_status status = wrt_ledger_stored(wrt_db_begin(run->ledger->db, err), err);
    if (status == WRT_OK)
        status = write_event(&leaf, &len, run, &event, err);
    if (status == WRT_OK)
        status = wrt_db_commit(run->ledger->db, err);
    if (status != WRT_OK) {
        wrt_db_rollback(run->ledger->db);
        return status;
    }
    if (seq != NULL)
        *seq = (int64_t)run->next;
    push_leaf(run, &leaf, len);
    return WRT_OK;
}

/* One writer per run: its byte is the first 62 bits of the digest of its id. */
static wrt_status take_lock(wrt_run *run, const char *id, wrt_err *err) {
    wrt_sha256 digest = wrt_sha256_of(wrt_str_of(id));
    uint64_t at = 0;
    for (size_t i = 0; i < sizeof at; i++)
        at = at << 8 | digest.bytes[i];
    wrt_status status = wrt_lock_take(&run->lock, run->ledger->locks, (int64_t)(at >> 2), err);
    return status == WRT_OK
               ? WRT_OK
               : wrt_fail(err, status, "run %s is being written by another process", id);
}

/* ---- start */

/* "YYYYMMDD-HHMMSS-xxxxxx": the time in UTC and six random digits. */
static void make_id(char out[WRT_RUN_ID_MAX], int64_t unix_ms) {
    char ts[25];
    unsigned char random[3];
    char random_hex[7];
    wrt_clock_format(ts, unix_ms);
    wrt_random_secret(random, sizeof random);
    wrt_hex_encode(random_hex, random, sizeof random);
    snprintf(out, WRT_RUN_ID_MAX, "%.4s%.2s%.2s-%.2s%.2s%.2s-%s", ts, ts + 5, ts + 8, ts + 11,
             ts + 14, ts + 17, random_hex);
}

static wrt_status query_int(int64_t *out, wrt_db *db, const char *sql, const char *text,
                            wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, db, sql, err);
    if (status != WRT_OK)
        return wrt_ledger_stored(status, err);
    if (text != NULL)
        wrt_stmt_bind_c(stmt, 1, text);
    status = wrt_stmt_step(&row, stmt, err);
    *out = status == WRT_OK && row ? wrt_stmt_int(stmt, 0) : 0;
    wrt_stmt_free(stmt);
    return wrt_ledger_stored(status, err);
}

/* A time after that of every other run, so that "newest" has one meaning even when two runs start
 * within a millisecond or the clock steps back a little. */
static wrt_status choose_start(int64_t *out, wrt_db *db, wrt_err *err) {
    int64_t latest = 0;
    *out = wrt_clock_unix_ms();
    wrt_status status = query_int(&latest, db, "SELECT max(started) FROM run", NULL, err);
    if (latest >= *out && latest - *out < CLOCK_STEP_MS)
        *out = latest + 1;
    return status;
}

static wrt_status insert_run(wrt_run *run, int64_t started, wrt_err *err) {
    wrt_db *db = run->ledger->db;
    wrt_stmt *stmt = NULL;
    wrt_status status = WRT_OK;
    int64_t taken = 1;
    for (int i = 0; i < ID_TRIES && taken != 0 && status == WRT_OK; i++) {
        make_id(run->id, started);
        status = query_int(&taken, db,
                           "SELECT (SELECT count(*) FROM run WHERE id = ?1)"
                           " + (SELECT count(*) FROM event WHERE run = ?1)",
                           run->id, err);
    }
    if (status == WRT_OK)
        status = wrt_db_prepare(&stmt, db, "INSERT INTO run(id, started) VALUES(?, ?)", err);
    if (status != WRT_OK)
        return status;
    wrt_stmt_bind_c(stmt, 1, run->id);
    wrt_stmt_bind_int(stmt, 2, started);
    status = wrt_stmt_run(stmt, err);
    wrt_stmt_free(stmt);
    return wrt_ledger_stored(status, err);
}

/* Makes the secret of the salts, when the run asks for sealed values. */
static wrt_status start_sealing(wrt_run *run, const wrt_json *names, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status = wrt_seal_check_names(names, err);
    if (status != WRT_OK || wrt_json_count(names) == 0)
        return status;
    run->apart = wrt_json_copy(names);
    wrt_random_secret(run->secret, sizeof run->secret);
    status =
        wrt_db_prepare(&stmt, run->ledger->db, "INSERT INTO seal(run, secret) VALUES(?, ?)", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, run->id);
        wrt_stmt_bind_blob(stmt, 2, (wrt_str){(const char *)run->secret, sizeof run->secret});
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return wrt_ledger_stored(status, err);
}

/* The salts stand beside the values by now; the secret could only betray those taken away. */
static wrt_status drop_secret(wrt_run *run, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    if (run->apart == NULL)
        return WRT_OK;
    wrt_status status =
        wrt_db_prepare(&stmt, run->ledger->db, "DELETE FROM seal WHERE run = ?", err);
    if (status == WRT_OK) {
        wrt_stmt_bind_c(stmt, 1, run->id);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return wrt_ledger_stored(status, err);
}

static wrt_status write_start(wrt_run *run, const wrt_json *body, wrt_err *err) {
    wrt_db *db = run->ledger->db;
    new_event event = {"run.start", body, NULL, 0};
    wrt_sha256 leaf;
    size_t len = 0;
    wrt_status status = wrt_ledger_stored(wrt_db_begin(db, err), err);
    if (status == WRT_OK)
        status = choose_start(&event.unix_ms, db, err);
    if (status == WRT_OK)
        status = insert_run(run, event.unix_ms, err);
    if (status == WRT_OK)
        status = start_sealing(run, wrt_json_get(body, "sealed"), err);
    if (status == WRT_OK)
        status = write_event(&leaf, &len, run, &event, err);
    if (status == WRT_OK)
        status = wrt_db_commit(db, err);
    if (status == WRT_OK)
        push_leaf(run, &leaf, len);
    else
        wrt_db_rollback(db);
    return status;
}

wrt_status wrt_run_start(wrt_run **out, wrt_ledger *ledger, const wrt_json *body, wrt_err *err) {
    *out = NULL;
    wrt_run *run = wrt_calloc(1, sizeof *run);
    run->ledger = ledger;
    run->log = wrt_merkle_log_new();
    wrt_status status = wrt_ledger_open_key(&run->key, ledger, err);
    if (status == WRT_OK)
        status = write_start(run, body, err);
    if (status == WRT_OK)
        status = take_lock(run, run->id, err);
    if (status == WRT_OK)
        *out = run;
    else
        wrt_run_free(run);
    return status;
}

const char *wrt_run_id(const wrt_run *run) {
    return run->id;
}

/* ---- going on, and rehearsing */

static wrt_status take_record(wrt_run *run, const wrt_json *events, wrt_err *err) {
    const wrt_json *first = wrt_json_first(events);
    if (strcmp(wrt_json_get_text(first, "type", ""), "run.start") != 0)
        return wrt_fail(err, WRT_E_INPUT, "the run does not begin with run.start");
    snprintf(run->id, sizeof run->id, "%s", wrt_json_get_text(first, "run", "?"));
    run->record.start = wrt_json_get(first, "body");
    run->record.next = wrt_json_next(first);
    return WRT_OK;
}

/* The names and the secret that the run was started with, so that its salts stay what they were. */
static wrt_status read_sealing(wrt_run *run, wrt_err *err) {
    const wrt_json *names = wrt_json_get(run->record.start, "sealed");
    wrt_stmt *stmt = NULL;
    bool row = false;
    if (wrt_json_count(names) == 0)
        return WRT_OK;
    wrt_status status =
        wrt_db_prepare(&stmt, run->ledger->db, "SELECT secret FROM seal WHERE run = ?", err);
    if (status != WRT_OK)
        return wrt_ledger_stored(status, err);
    wrt_stmt_bind_c(stmt, 1, run->id);
    status = wrt_stmt_step(&row, stmt, err);
    wrt_str secret = status == WRT_OK && row ? wrt_stmt_blob(stmt, 0) : WRT_STR("");
    if (secret.len == sizeof run->secret) {
        memcpy(run->secret, secret.ptr, sizeof run->secret);
        run->apart = wrt_json_copy(names);
    } else if (status == WRT_OK) {
        status =
            wrt_fail(err, WRT_E_INTEGRITY, "run %s: the secret of its salts is missing", run->id);
    }
    wrt_stmt_free(stmt);
    return wrt_ledger_stored(status, err);
}

static wrt_status load_open_run(wrt_run *run, const char *id, wrt_err *err) {
    wrt_chain chain = {0};
    wrt_audit_finding finding = {0};
    wrt_status status = wrt_ledger_load_chain(&chain, run->ledger, id, err);
    if (status == WRT_OK && chain.checkpoint != NULL)
        status = wrt_fail(err, WRT_E_INPUT, "run %s is sealed: there is nothing to go on with", id);
    if (status == WRT_OK &&
        (!wrt_chain_check_events(&finding, &chain) || !wrt_chain_check_openings(&finding, &chain)))
        status = wrt_fail(err, WRT_E_INTEGRITY, "run %s: %s", id, finding.detail);
    for (size_t i = 0; i < chain.n && status == WRT_OK; i++)
        push_leaf(run, &chain.event[i].leaf, chain.event[i].len);
    if (status == WRT_OK)
        run->record.own = wrt_chain_take_events(&chain);
    wrt_chain_clear(&chain);
    if (status == WRT_OK)
        status = take_record(run, run->record.own, err);
    return status == WRT_OK ? read_sealing(run, err) : status;
}

wrt_status wrt_run_resume(wrt_run **out, wrt_ledger *ledger, const char *id, wrt_err *err) {
    wrt_run *run = wrt_calloc(1, sizeof *run);
    *out = NULL;
    run->ledger = ledger;
    run->log = wrt_merkle_log_new();
    wrt_status status = take_lock(run, id, err);
    if (status == WRT_OK)
        status = load_open_run(run, id, err);
    if (status == WRT_OK)
        status = wrt_ledger_open_key(&run->key, ledger, err);
    if (status == WRT_OK)
        *out = run;
    else
        wrt_run_free(run);
    return status;
}

wrt_status wrt_run_rehearse(wrt_run **out, const wrt_json *events, wrt_blob_source source,
                            wrt_err *err) {
    wrt_run *run = wrt_calloc(1, sizeof *run);
    *out = NULL;
    run->record.is_whole = true;
    run->record.source = source;
    wrt_status status = take_record(run, events, err);
    if (status == WRT_OK)
        *out = run;
    else
        wrt_run_free(run);
    return status;
}

bool wrt_run_is_rehearsal(const wrt_run *run) {
    return run->record.is_whole;
}

const wrt_json *wrt_run_start_body(const wrt_run *run) {
    return run->record.start;
}

const wrt_json *wrt_run_next(const wrt_run *run) {
    return run->record.next;
}

const wrt_json *wrt_run_recorded(const wrt_run *run, const char *type, const wrt_json *like) {
    return wrt_record_find(&run->record, type, like);
}

bool wrt_run_differs(const wrt_run *run, wrt_err *err) {
    if (run->record.difference.code != WRT_OK && err != NULL)
        *err = run->record.difference;
    return run->record.difference.code != WRT_OK;
}

void wrt_run_accept(wrt_run *run) {
    if (run->record.next != NULL)
        run->record.next = wrt_json_next(run->record.next);
}

wrt_status wrt_run_refuse(wrt_run *run, wrt_err *err) {
    const wrt_json *next = run->record.next;
    wrt_err why = *err;
    if (strncmp(why.message, "event ", 6) != 0 && next != NULL)
        wrt_fail(err, WRT_E_INTEGRITY, "event %lld (%s): %s",
                 (long long)wrt_json_get_int(next, "seq", -1), wrt_json_get_text(next, "type", "?"),
                 why.message);
    err->code = WRT_E_INTEGRITY;
    if (run->record.difference.code == WRT_OK)
        run->record.difference = *err;
    return WRT_E_INTEGRITY;
}

wrt_status wrt_run_put_blob(wrt_json **out, wrt_run *run, wrt_str bytes, wrt_err *err) {
    if (!run->record.is_whole)
        return wrt_ledger_put_blob(out, run->ledger, bytes, err);
    *out = wrt_blob_ref_of(bytes);
    return WRT_OK;
}

wrt_status wrt_run_get_blob(wrt_buf *out, const wrt_run *run, const char *sha256_hex,
                            wrt_err *err) {
    if (!run->record.is_whole)
        return wrt_ledger_get_blob(out, run->ledger, sha256_hex, err);
    return run->record.source.get(out, sha256_hex, run->record.source.ctx, err);
}

/* ---- seal */

wrt_status wrt_run_seal(wrt_run *run, const wrt_json *body, wrt_err *err) {
    if (run->sealed)
        return wrt_fail(err, WRT_E_INPUT, "the run is sealed already");
    if (wrt_record_holds(&run->record)) {
        wrt_status same = wrt_record_compare(NULL, &run->record, "run.end", body, err);
        run->sealed = same == WRT_OK;
        return same;
    }
    new_event event = {"run.end", body, NULL, wrt_clock_unix_ms()};
    wrt_db *db = run->ledger->db;
    wrt_sha256 leaf;
    size_t len = 0;
    wrt_status status = wrt_ledger_stored(wrt_db_begin(db, err), err);
    if (status == WRT_OK)
        status = write_event(&leaf, &len, run, &event, err);
    if (status == WRT_OK)
        status = drop_secret(run, err);
    if (status == WRT_OK)
        status = store_head(run, &leaf, "UPDATE run SET checkpoint = ? WHERE id = ?", false, err);
    if (status == WRT_OK)
        status = wrt_db_commit(db, err);
    if (status != WRT_OK) {
        wrt_db_rollback(db);
        return status;
    }
    push_leaf(run, &leaf, len);
    run->sealed = true;
    return WRT_OK;
}

void wrt_run_free(wrt_run *run) {
    if (run == NULL)
        return;
    wrt_signing_key_free(run->key);
    wrt_merkle_log_free(run->log);
    wrt_stmt_free(run->insert);
    wrt_json_free(run->record.own);
    wrt_lock_free(run->lock);
    wrt_json_free(run->apart);
    wrt_wipe(run->secret, sizeof run->secret);
    free(run);
}
