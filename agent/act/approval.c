/* approval.c: digests, signed grants, and using each of them once. */
#include "agent/act/approval.h"

#include "base/arena.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char schema[] = "warrant/approval/1";

enum { FILE_BYTES_MAX = 4096, KEY_FILE_BYTES_MAX = 200 };

static const size_t subject_bytes_max = WRT_MIB(64);

/* ---- what is asked */

wrt_json *wrt_approval_request(const wrt_json *request) {
    static const char *const counted[] = {"counters", "history", "approvals"};
    wrt_json *copy = wrt_json_copy(request);
    for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++)
        wrt_json_free(wrt_json_take(copy, counted[i]));
    return copy;
}

void wrt_approval_write_subject(wrt_buf *out, const wrt_approval_subject *subject) {
    wrt_json *whole = wrt_json_new_object();
    wrt_json_set_text(whole, "schema", schema);
    wrt_json_set_text(whole, "policy", subject->policy);
    wrt_json_set_text(whole, "run", subject->run);
    wrt_json_set_int(whole, "seq", subject->seq);
    wrt_json_set(whole, "request", wrt_json_copy(subject->request));
    wrt_json_write_canonical(out, whole);
    wrt_json_free(whole);
}

static void digest_of(char out[WRT_SHA256_HEX + 1], wrt_str bytes) {
    wrt_sha256 hash = wrt_sha256_of(bytes);
    wrt_sha256_hex(out, &hash);
}

void wrt_approval_digest(char out[WRT_SHA256_HEX + 1], const wrt_approval_subject *subject) {
    wrt_buf text = wrt_buf_make(subject_bytes_max);
    wrt_approval_write_subject(&text, subject);
    out[0] = '\0'; /* of what was cut off there would be one digest for many */
    if (!text.overflow)
        digest_of(out, wrt_buf_str(&text));
    wrt_buf_free(&text);
}

static bool is_digest(const char *text) {
    unsigned char bytes[WRT_SHA256_SIZE];
    return text != NULL && wrt_hex_decode(bytes, sizeof bytes, wrt_str_of(text));
}

/* ---- what waits */

/* DIR/approvals/waiting/<digest>.json; caller frees. */
static char *waiting_path(const char *home, const char *digest, char **folder) {
    char name[WRT_SHA256_HEX + 6];
    char *approvals = wrt_path_join(home, "approvals");
    snprintf(name, sizeof name, "%s.json", digest);
    *folder = wrt_path_join(approvals, "waiting");
    char *path = wrt_path_join(*folder, name);
    free(approvals);
    return path;
}

wrt_status wrt_approval_put_waiting(const char *home, const wrt_approval_question *question,
                                    wrt_err *err) {
    char *folder, *path = waiting_path(home, question->digest, &folder);
    wrt_buf text = wrt_buf_make(subject_bytes_max);
    wrt_approval_write_subject(&text, &question->subject);
    wrt_status status = wrt_dir_make(folder, 0700, err);
    if (status == WRT_OK)
        status = wrt_file_write(path, wrt_buf_str(&text), 0600, err);
    wrt_buf_free(&text);
    free(folder);
    free(path);
    return status;
}

wrt_status wrt_approval_get_waiting(wrt_json **out, const char *home, const char *digest,
                                    wrt_err *err) {
    char *folder, found[WRT_SHA256_HEX + 1];
    *out = NULL;
    if (!is_digest(digest))
        return wrt_fail(err, WRT_E_NOT_FOUND, "nothing waits under this digest here");
    char *path = waiting_path(home, digest, &folder);
    wrt_buf text = wrt_buf_make(subject_bytes_max);
    wrt_status status = wrt_file_read(&text, path, subject_bytes_max, NULL);
    digest_of(found, wrt_buf_str(&text));
    if (status != WRT_OK)
        status = wrt_fail(err, WRT_E_NOT_FOUND, "nothing waits under this digest here");
    else if (strcmp(found, digest) != 0 || wrt_json_parse(out, wrt_buf_str(&text), NULL) != WRT_OK)
        status = wrt_fail(err, WRT_E_INTEGRITY,
                          "what waits under this digest is something else: it was altered");
    wrt_buf_free(&text);
    free(folder);
    free(path);
    return status;
}

/* ---- signing */

/* The bytes that are signed. */
static void add_signed(wrt_buf *out, const wrt_json *approval) {
    wrt_buf_printf(out, "%s\n", schema);
    wrt_json_write_canonical(out, approval);
}

/* Without its times. */
static wrt_json *new_approval(const char *digest, const char *nonce, const char *key) {
    wrt_json *approval = wrt_json_new_object();
    wrt_json_set_text(approval, "schema", schema);
    wrt_json_set_text(approval, "digest", digest);
    wrt_json_set_text(approval, "nonce", nonce);
    wrt_json_set_text(approval, "key", key);
    return approval;
}

wrt_status wrt_approval_write(wrt_buf *out, const char *digest, const wrt_signing_key *key,
                              int64_t issued_ms, int64_t expires_ms, wrt_err *err) {
    unsigned char secret[WRT_APPROVAL_NONCE / 2], signature[WRT_ED25519_SIGNATURE];
    char nonce[WRT_APPROVAL_NONCE + 1], public_hex[2 * WRT_ED25519_PUBLIC + 1];
    char hex[2 * WRT_ED25519_SIGNATURE + 1];
    if (!is_digest(digest))
        return wrt_fail(err, WRT_E_INPUT, "wanted a digest of 64 hexadecimal digits in lower case");
    if (expires_ms <= issued_ms)
        return wrt_fail(err, WRT_E_INPUT, "wanted a grant that ends after it begins");
    wrt_random_secret(secret, sizeof secret);
    wrt_hex_encode(nonce, secret, sizeof secret);
    wrt_hex_encode(public_hex, wrt_signing_key_public(key), WRT_ED25519_PUBLIC);
    wrt_json *whole = wrt_json_new_object(), *approval = new_approval(digest, nonce, public_hex);
    wrt_json_set_int(approval, "issued_ms", issued_ms);
    wrt_json_set_int(approval, "expires_ms", expires_ms);
    wrt_buf text = wrt_buf_make(FILE_BYTES_MAX);
    add_signed(&text, approval);
    wrt_sign(signature, key, wrt_buf_str(&text));
    wrt_hex_encode(hex, signature, sizeof signature);
    wrt_json_set(whole, "approval", approval);
    wrt_json_set_text(whole, "signature", hex);
    wrt_json_write_canonical(out, whole);
    wrt_buf_add_char(out, '\n');
    wrt_buf_free(&text);
    wrt_json_free(whole);
    return WRT_OK;
}

/* ---- who may grant */

typedef struct {
    const char *folder;
    const char *wanted; /* public half, hexadecimal */
    bool is_known;
} key_search;

static wrt_status visit_key(const char *name, void *ctx) {
    key_search *search = ctx;
    size_t len = strlen(name);
    if (len < 4 || strcmp(name + len - 4, ".pub") != 0)
        return WRT_OK;
    char *path = wrt_path_join(search->folder, name);
    wrt_buf text = wrt_buf_make(KEY_FILE_BYTES_MAX);
    if (wrt_file_read(&text, path, KEY_FILE_BYTES_MAX, NULL) == WRT_OK &&
        wrt_str_equal_c(wrt_str_trim(wrt_buf_str(&text)), search->wanted))
        search->is_known = true;
    wrt_buf_free(&text);
    free(path);
    return WRT_OK;
}

static bool may_grant(const char *home, const char *key) {
    char *keys = wrt_path_join(home, "keys"), *folder = wrt_path_join(keys, "approvers");
    key_search search = {.folder = folder, .wanted = key};
    wrt_dir_each(folder, visit_key, &search, NULL);
    free(keys);
    free(folder);
    return search.is_known;
}

/* ---- checking */

static bool is_signed(const wrt_json *approval, const char *signature, const char *key) {
    unsigned char bytes[WRT_ED25519_SIGNATURE], public_key[WRT_ED25519_PUBLIC];
    if (!wrt_hex_decode(bytes, sizeof bytes, wrt_str_of(signature)) ||
        !wrt_hex_decode(public_key, sizeof public_key, wrt_str_of(key)))
        return false;
    wrt_buf text = wrt_buf_make((size_t)2 * FILE_BYTES_MAX);
    add_signed(&text, approval);
    bool is_valid = !text.overflow && wrt_signature_valid(bytes, public_key, wrt_buf_str(&text));
    wrt_buf_free(&text);
    return is_valid;
}

static bool is_nonce(const char *text) {
    unsigned char bytes[WRT_APPROVAL_NONCE / 2];
    return wrt_hex_decode(bytes, sizeof bytes, wrt_str_of(text));
}

static wrt_status check(wrt_approval_grant *out, const wrt_json *whole, const char *home,
                        const char *digest, int64_t now_ms, wrt_err *err) {
    const wrt_json *approval = wrt_json_get(whole, "approval");
    const char *key = wrt_json_get_text(approval, "key", "");
    const char *nonce = wrt_json_get_text(approval, "nonce", "");
    int64_t expires_ms = wrt_json_get_int(approval, "expires_ms", 0);
    if (wrt_json_count(whole) != 2 || wrt_json_count(approval) != 6 || !is_nonce(nonce) ||
        !is_digest(key) || strcmp(wrt_json_get_text(approval, "schema", ""), schema) != 0)
        return wrt_fail(err, WRT_E_DENIED, "the approval is not of the form %s", schema);
    if (strcmp(wrt_json_get_text(approval, "digest", ""), digest) != 0)
        return wrt_fail(err, WRT_E_DENIED, "the approval is for something else");
    if (!may_grant(home, key))
        return wrt_fail(err, WRT_E_DENIED,
                        "the approval is by a key that is not in keys/approvers");
    if (!is_signed(approval, wrt_json_get_text(whole, "signature", ""), key))
        return wrt_fail(err, WRT_E_DENIED, "the approval's signature is not its key's");
    if (expires_ms <= now_ms || wrt_json_get_int(approval, "issued_ms", INT64_MAX) > now_ms)
        return wrt_fail(err, WRT_E_DENIED, "the approval has expired, or has not begun");
    snprintf(out->by, sizeof out->by, "key");
    snprintf(out->key, sizeof out->key, "%s", key);
    snprintf(out->nonce, sizeof out->nonce, "%s", nonce);
    snprintf(out->signature, sizeof out->signature, "%s",
             wrt_json_get_text(whole, "signature", ""));
    out->issued_ms = wrt_json_get_int(approval, "issued_ms", 0);
    out->expires_ms = expires_ms;
    return WRT_OK;
}

/* Puts the nonce down for good; whoever comes second finds it there. The approval itself is taken
 * away before the sync: a run that is cut off there asks again, rather than meet its own mark. */
static wrt_status use_up(const char *approvals, const char *approval, const char *nonce,
                         wrt_err *err) {
    char *used = wrt_path_join(approvals, "used"), *path = wrt_path_join(used, nonce);
    wrt_status status = wrt_dir_make(used, 0700, err);
    int fd = status == WRT_OK ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (status == WRT_OK && fd < 0)
        status = errno == EEXIST ? wrt_fail(err, WRT_E_DENIED, "the approval was used before")
                                 : wrt_fail(err, WRT_E_DENIED, "the approval cannot be used up: %s",
                                            strerror(errno));
    if (fd >= 0)
        unlink(approval);
    if (fd >= 0 && fsync(fd) != 0)
        status = wrt_fail(err, WRT_E_DENIED, "the approval cannot be used up: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    free(used);
    free(path);
    return status;
}

static wrt_status read_grant(wrt_json **whole, const char *path, wrt_err *err) {
    wrt_buf text = wrt_buf_make(FILE_BYTES_MAX);
    wrt_err why = {0};
    wrt_status status = wrt_file_read(&text, path, FILE_BYTES_MAX, &why);
    if (status == WRT_E_NOT_FOUND)
        wrt_fail(err, status, "there is no approval");
    else if (status != WRT_OK || wrt_json_parse(whole, wrt_buf_str(&text), NULL) != WRT_OK)
        status = wrt_fail(err, WRT_E_DENIED, "the approval cannot be read");
    wrt_buf_free(&text);
    return status;
}

wrt_status wrt_approval_take(wrt_approval_grant *out, const char *home, const char *digest,
                             int64_t now_ms, wrt_err *err) {
    char name[WRT_SHA256_HEX + 6];
    wrt_json *whole = NULL;
    *out = (wrt_approval_grant){0};
    if (!is_digest(digest))
        return wrt_fail(err, WRT_E_NOT_FOUND, "there is no approval");
    snprintf(name, sizeof name, "%s.json", digest);
    char *folder = wrt_path_join(home, "approvals"), *path = wrt_path_join(folder, name);
    wrt_status status = read_grant(&whole, path, err);
    if (status == WRT_OK)
        status = check(out, whole, home, digest, now_ms, err);
    if (status == WRT_OK)
        status = use_up(folder, path, out->nonce, err);
    wrt_json_free(whole);
    free(folder);
    free(path);
    return status;
}

/* ---- in the record */

void wrt_approval_note(wrt_json *meta, const wrt_approval_grant *grant) {
    wrt_json_set_text(meta, "key", grant->key);
    wrt_json_set_text(meta, "nonce", grant->nonce);
    wrt_json_set_int(meta, "issued_ms", grant->issued_ms);
    wrt_json_set_int(meta, "expires_ms", grant->expires_ms);
    wrt_json_set_text(meta, "signature", grant->signature);
}

bool wrt_approval_is_signed(const wrt_json *meta) {
    const char *key = wrt_json_get_text(meta, "key", "");
    const char *nonce = wrt_json_get_text(meta, "nonce", "");
    if (!is_digest(key) || !is_nonce(nonce) || !is_digest(wrt_json_get_text(meta, "digest", "")))
        return false;
    wrt_json *approval = new_approval(wrt_json_get_text(meta, "digest", ""), nonce, key);
    wrt_json_set_int(approval, "issued_ms", wrt_json_get_int(meta, "issued_ms", 0));
    wrt_json_set_int(approval, "expires_ms", wrt_json_get_int(meta, "expires_ms", 0));
    bool is_valid = is_signed(approval, wrt_json_get_text(meta, "signature", ""), key);
    wrt_json_free(approval);
    return is_valid;
}
