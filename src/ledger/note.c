/* note.c: C2SP verifier keys and signed checkpoints with Ed25519.
 *
 * Reading is by re-writing: the three lines of a checkpoint are parsed, written again and compared,
 * so there is one spelling of every head. Invariant: nothing of a note is believed before a
 * signature over its exact text was found good.
 *
 * c2sp.org/signed-note and c2sp.org/tlog-checkpoint, version 1. */
#include "ledger/note.h"

#include <stdio.h>
#include <string.h>

#define EM_DASH "\xe2\x80\x94"

enum {
    KEY_ID_SIZE = 4,
    ALGORITHM_ED25519 = 1,
    ALGORITHM_COSIGNATURE = 4,
    TIME_SIZE = 8,
    SIGNATURE_BYTES = KEY_ID_SIZE + WRT_ED25519_SIGNATURE,
    SIGNATURE_LINES_MAX = 16
};

/* SHA-256(name || 0x0A || algorithm || public key), the first four bytes. */
static void typed_key_id(unsigned char out[KEY_ID_SIZE], wrt_str name, unsigned char algorithm,
                         const unsigned char public_key[WRT_ED25519_PUBLIC]) {
    const char kind[2] = {'\n', (char)algorithm};
    const wrt_str parts[] = {name, {kind, 2}, {(const char *)public_key, WRT_ED25519_PUBLIC}};
    wrt_sha256 digest = wrt_sha256_of_parts(parts, 3);
    memcpy(out, digest.bytes, KEY_ID_SIZE);
}

static void key_id(unsigned char out[KEY_ID_SIZE], wrt_str name,
                   const unsigned char public_key[WRT_ED25519_PUBLIC]) {
    typed_key_id(out, name, ALGORITHM_ED25519, public_key);
}

/* ---- verifier keys */

void wrt_note_write_vkey(char out[WRT_NOTE_VKEY_MAX], const unsigned char public_key[32]) {
    unsigned char id[KEY_ID_SIZE];
    unsigned char typed[1 + WRT_ED25519_PUBLIC] = {ALGORITHM_ED25519};
    char id_hex[2 * KEY_ID_SIZE + 1];
    char encoded[48];
    memcpy(typed + 1, public_key, WRT_ED25519_PUBLIC);
    key_id(id, WRT_STR(WRT_NOTE_KEY_NAME), public_key);
    wrt_hex_encode(id_hex, id, sizeof id);
    wrt_base64_encode(encoded, typed, sizeof typed);
    snprintf(out, WRT_NOTE_VKEY_MAX, "%s+%s+%s", WRT_NOTE_KEY_NAME, id_hex, encoded);
}

static bool is_key_name(wrt_str name) {
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] <= ' ')
            return false;
    return name.len > 0 && wrt_utf8_valid(name);
}

bool wrt_note_parse_key(wrt_note_key *out, wrt_str text) {
    wrt_str name, id_hex;
    unsigned char claimed[KEY_ID_SIZE], actual[KEY_ID_SIZE], typed[1 + WRT_ED25519_PUBLIC];
    if (!wrt_str_cut(&name, &text, '+') || !wrt_str_cut(&id_hex, &text, '+') || text.ptr == NULL)
        return false;
    if (!is_key_name(name) || !wrt_hex_decode(claimed, sizeof claimed, id_hex) ||
        !wrt_base64_decode(typed, sizeof typed, text))
        return false;
    typed_key_id(actual, name, typed[0], typed + 1);
    if (memcmp(actual, claimed, sizeof actual) != 0)
        return false;
    *out = (wrt_note_key){.name = name, .algorithm = typed[0]};
    memcpy(out->public_key, typed + 1, WRT_ED25519_PUBLIC);
    return true;
}

bool wrt_note_parse_vkey(unsigned char public_key[32], wrt_str text) {
    wrt_note_key key;
    if (!wrt_note_parse_key(&key, text) || key.algorithm != ALGORITHM_ED25519)
        return false;
    memcpy(public_key, key.public_key, WRT_ED25519_PUBLIC);
    return true;
}

/* ---- writing */

static void write_text(wrt_buf *out, const char *run, const wrt_head *head) {
    char root[48];
    wrt_base64_encode(root, head->root.bytes, WRT_SHA256_SIZE);
    wrt_buf_printf(out, "warrant/%s\n%lld\n%s\n", run, (long long)head->size, root);
}

void wrt_checkpoint_write(wrt_buf *out, const char *run, const wrt_head *head,
                          const wrt_signing_key *key) {
    unsigned char signature[SIGNATURE_BYTES];
    char encoded[SIGNATURE_BYTES * 2];
    wrt_buf text = wrt_buf_make(WRT_CHECKPOINT_MAX);
    write_text(&text, run, head);
    key_id(signature, WRT_STR(WRT_NOTE_KEY_NAME), wrt_signing_key_public(key));
    wrt_sign(signature + KEY_ID_SIZE, key, wrt_buf_str(&text));
    wrt_base64_encode(encoded, signature, sizeof signature);
    wrt_buf_add_str(out, wrt_buf_str(&text));
    wrt_buf_printf(out, "\n" EM_DASH " " WRT_NOTE_KEY_NAME " %s\n", encoded);
    wrt_buf_free(&text);
}

/* ---- reading */

/* Splits at the first blank line; text keeps its final newline. */
static bool split_note(wrt_str *text, wrt_str *signatures, wrt_str note) {
    for (size_t i = 0; i + 1 < note.len; i++) {
        if (note.ptr[i] == '\n' && note.ptr[i + 1] == '\n') {
            *text = (wrt_str){note.ptr, i + 1};
            *signatures = (wrt_str){note.ptr + i + 2, note.len - i - 2};
            return signatures->len > 0 && note.ptr[note.len - 1] == '\n';
        }
    }
    return false;
}

/* Reads "— name base64"; *ours when it is a good signature of public_key over text. */
static bool read_signature_line(bool *ours, wrt_str line, wrt_str text,
                                const unsigned char public_key[32]) {
    unsigned char signature[SIGNATURE_BYTES], id[KEY_ID_SIZE];
    const wrt_str dash = WRT_STR(EM_DASH " ");
    wrt_str name;
    if (!wrt_str_starts_with(line, dash))
        return false;
    wrt_str rest = {line.ptr + dash.len, line.len - dash.len};
    if (!wrt_str_cut(&name, &rest, ' ') || rest.ptr == NULL || !is_key_name(name))
        return false;
    if (!wrt_str_equal_c(name, WRT_NOTE_KEY_NAME))
        return true;
    if (!wrt_base64_decode(signature, sizeof signature, rest))
        return false;
    key_id(id, name, public_key);
    if (memcmp(id, signature, KEY_ID_SIZE) == 0 &&
        wrt_signature_valid(signature + KEY_ID_SIZE, public_key, text))
        *ours = true;
    return true;
}

static wrt_status check_signatures(wrt_str text, wrt_str lines, const unsigned char public_key[32],
                                   wrt_err *err) {
    bool ours = false;
    lines.len--; /* the final newline ends the last line */
    wrt_str line;
    for (int n = 0; wrt_str_cut(&line, &lines, '\n'); n++)
        if (n == SIGNATURE_LINES_MAX || !read_signature_line(&ours, line, text, public_key))
            return wrt_fail(err, WRT_E_INTEGRITY, "checkpoint: signature line %d is malformed",
                            n + 1);
    if (!ours)
        return wrt_fail(err, WRT_E_INTEGRITY, "checkpoint: it is not signed by the key given");
    return WRT_OK;
}

/* ---- cosignatures */

/* Signed is a header, the time, and the text of the note. */
static bool is_cosignature(const unsigned char signature[TIME_SIZE + WRT_ED25519_SIGNATURE],
                           wrt_str text, const unsigned char public_key[WRT_ED25519_PUBLIC]) {
    uint64_t time = 0;
    for (size_t i = 0; i < TIME_SIZE; i++)
        time = time << 8 | signature[i];
    if (time > INT64_MAX)
        return false;
    wrt_buf message = wrt_buf_make(text.len + 64);
    wrt_buf_printf(&message, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
    wrt_buf_add_str(&message, text);
    bool is_good = wrt_signature_valid(signature + TIME_SIZE, public_key, wrt_buf_str(&message));
    wrt_buf_free(&message);
    return is_good;
}

bool wrt_note_is_cosigned(wrt_str note, wrt_str name,
                          const unsigned char public_key[WRT_ED25519_PUBLIC]) {
    unsigned char signature[KEY_ID_SIZE + TIME_SIZE + WRT_ED25519_SIGNATURE], id[KEY_ID_SIZE];
    wrt_str text, lines, line, signer;
    const wrt_str dash = WRT_STR(EM_DASH " ");
    if (note.len > WRT_CHECKPOINT_MAX || !split_note(&text, &lines, note))
        return false;
    typed_key_id(id, name, ALGORITHM_COSIGNATURE, public_key);
    while (wrt_str_cut(&line, &lines, '\n')) {
        if (!wrt_str_starts_with(line, dash))
            continue;
        wrt_str rest = {line.ptr + dash.len, line.len - dash.len};
        if (wrt_str_cut(&signer, &rest, ' ') && rest.ptr != NULL && wrt_str_equal(signer, name) &&
            wrt_base64_decode(signature, sizeof signature, rest) &&
            memcmp(signature, id, KEY_ID_SIZE) == 0 &&
            is_cosignature(signature + KEY_ID_SIZE, text, public_key))
            return true;
    }
    return false;
}

/* ---- heads */

bool wrt_checkpoint_run(char *out, size_t room, wrt_str note) {
    const wrt_str prefix = WRT_STR("warrant/");
    wrt_str origin;
    if (!wrt_str_cut(&origin, &note, '\n') || !wrt_str_starts_with(origin, prefix) ||
        origin.len - prefix.len >= room || !wrt_utf8_valid(origin) ||
        memchr(origin.ptr, '\0', origin.len) != NULL)
        return false;
    snprintf(out, room, "%.*s", (int)(origin.len - prefix.len), origin.ptr + prefix.len);
    return true;
}

static bool read_text(wrt_head *out, wrt_str text, const char *run) {
    wrt_str origin, size, root, rest = text;
    if (!wrt_str_cut(&origin, &rest, '\n') || !wrt_str_cut(&size, &rest, '\n') ||
        !wrt_str_cut(&root, &rest, '\n'))
        return false;
    if (!wrt_str_to_int64(&out->size, size) || out->size < 0 ||
        !wrt_base64_decode(out->root.bytes, WRT_SHA256_SIZE, root))
        return false;
    wrt_buf again = wrt_buf_make(WRT_CHECKPOINT_MAX);
    write_text(&again, run, out);
    bool same = wrt_str_equal(wrt_buf_str(&again), text);
    wrt_buf_free(&again);
    return same;
}

wrt_status wrt_checkpoint_open(wrt_head *out, wrt_str note, const char *run,
                               const unsigned char public_key[32], wrt_err *err) {
    wrt_str text, signatures;
    if (note.len > WRT_CHECKPOINT_MAX || !split_note(&text, &signatures, note))
        return wrt_fail(err, WRT_E_INTEGRITY, "checkpoint: not a signed note");
    wrt_status status = check_signatures(text, signatures, public_key, err);
    if (status != WRT_OK)
        return status;
    if (!read_text(out, text, run))
        return wrt_fail(err, WRT_E_INTEGRITY,
                        "checkpoint: it is not the head of this run (origin \"warrant/%s\")", run);
    return WRT_OK;
}
