/* note.h: the signed head of a run, in the text forms of C2SP.
 *
 * A checkpoint is a tlog-checkpoint (origin, number of leaves, base64 root, one a line) as a
 * signed-note (the text, a blank line, signature lines). A verifier key is one line,
 * "name+keyid+base64(0x01 || public key)". c2sp.org/signed-note, c2sp.org/tlog-checkpoint. */
#ifndef WRT_LEDGER_NOTE_H
#define WRT_LEDGER_NOTE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/sign.h"

#define WRT_NOTE_KEY_NAME "warrant-ledger"

enum { WRT_NOTE_VKEY_MAX = 80, WRT_CHECKPOINT_MAX = 4096 };

typedef struct {
    int64_t size; /* number of events */
    wrt_sha256 root;
} wrt_head;

/* "warrant-ledger+xxxxxxxx+base64", NUL-terminated. */
void wrt_note_write_vkey(char out[WRT_NOTE_VKEY_MAX], const unsigned char public_key[32]);

/* Reads an Ed25519 vkey of any name; false unless it is well formed and its key id is right. */
bool wrt_note_parse_vkey(unsigned char public_key[32], wrt_str text);

/* A verifier key of any 32-byte type: 0x01 signs notes, 0x04 cosigns checkpoints. */
typedef struct {
    wrt_str name; /* borrowed from the text */
    unsigned char algorithm;
    unsigned char public_key[WRT_ED25519_PUBLIC];
} wrt_note_key;

bool wrt_note_parse_key(wrt_note_key *out, wrt_str text);

/* True when a signature line of the note is a good cosignature (c2sp.org/tlog-cosignature, Ed25519)
 * of this witness over its text, at any time. */
bool wrt_note_is_cosigned(wrt_str note, wrt_str name,
                          const unsigned char public_key[WRT_ED25519_PUBLIC]);

/* The run that the origin line of a note names; false unless it is "warrant/RUN". */
bool wrt_checkpoint_run(char *out, size_t room, wrt_str note);

/* Appends the signed checkpoint of a run. */
void wrt_checkpoint_write(wrt_buf *out, const char *run, const wrt_head *head,
                          const wrt_signing_key *key);

/* Checks form, origin and signature and gives the head. WRT_E_INTEGRITY says what is wrong. Lines
 * signed by other keys (witnesses) are allowed. */
wrt_status wrt_checkpoint_open(wrt_head *out, wrt_str note, const char *run,
                               const unsigned char public_key[32], wrt_err *err);

#endif
