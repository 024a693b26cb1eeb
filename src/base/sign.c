/* sign.c: Ed25519 through libsodium; a key file is one line of 64 hexadecimal digits.
 *
 * The file holds the 32-byte seed of RFC 8032 section 5.1.5; everything else is derived when it is
 * loaded. Invariant: the seed and the expanded secret exist only in locked memory or in buffers
 * that are wiped before the function returns. */
#include "base/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/hash.h"

enum { SEED_SIZE = crypto_sign_SEEDBYTES, SEED_LINE = 2 * SEED_SIZE + 1, TEMPORARY_TRIES = 100 };

_Static_assert(WRT_ED25519_PUBLIC == crypto_sign_PUBLICKEYBYTES, "public key is 32 bytes");
_Static_assert(WRT_ED25519_SIGNATURE == crypto_sign_BYTES, "signature is 64 bytes");

struct wrt_signing_key {
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    unsigned char public_key[WRT_ED25519_PUBLIC];
};

static wrt_signing_key *key_from_seed(const unsigned char seed[SEED_SIZE]) {
    wrt_signing_key *key = sodium_malloc(sizeof *key);
    if (key == NULL)
        wrt_out_of_memory();
    crypto_sign_seed_keypair(key->public_key, key->secret, seed);
    sodium_mprotect_readonly(key);
    return key;
}

/* Reads up to room bytes; returns how many, or -1. */
static ssize_t read_all(int fd, char *out, size_t room) {
    size_t have = 0;
    while (have < room) {
        ssize_t got = read(fd, out + have, room - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

static wrt_status check_private(int fd, const char *name, wrt_err *err) {
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return wrt_fail(err, WRT_E_CREDENTIAL, "%s: a key must be a regular file", name);
    if ((info.st_mode & 077) != 0)
        return wrt_fail(err, WRT_E_CREDENTIAL,
                        "%s: others may read this key (mode %03o); make its mode 600", name,
                        (unsigned)(info.st_mode & 0777));
    return WRT_OK;
}

/* Reads the seed of an opened key file; everything but a well-formed private file is refused. */
static wrt_status read_seed(unsigned char seed[SEED_SIZE], int fd, const char *name, wrt_err *err) {
    wrt_status status = check_private(fd, name, err);
    if (status != WRT_OK)
        return status;
    char line[SEED_LINE + 1];
    ssize_t got = read_all(fd, line, sizeof line);
    size_t len = got < 0 ? 0 : (size_t)got;
    if (len == SEED_LINE && line[SEED_LINE - 1] == '\n')
        len--;
    if (!wrt_hex_decode(seed, SEED_SIZE, (wrt_str){line, len}))
        status = wrt_fail(err, WRT_E_CREDENTIAL,
                          "%s: not a key; one line of 64 lower-case hexadecimal digits is accepted",
                          name);
    sodium_memzero(line, sizeof line);
    return status;
}

wrt_status wrt_signing_key_load(wrt_signing_key **out, const char *path, wrt_err *err) {
    *out = NULL;
    const char *name = wrt_path_base(path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return wrt_fail(err, WRT_E_NOT_FOUND, "%s: no such key file", name);
    if (fd < 0)
        return wrt_fail(err, WRT_E_CREDENTIAL, "%s: cannot be read: %s", name, strerror(errno));
    unsigned char seed[SEED_SIZE];
    wrt_status status = read_seed(seed, fd, name, err);
    close(fd);
    if (status == WRT_OK)
        *out = key_from_seed(seed);
    sodium_memzero(seed, sizeof seed);
    return status;
}

/* Opens a new file beside path, 0600; *out is its name, the caller's. */
static int open_beside(char **out, const char *path) {
    size_t room = strlen(path) + 48;
    char *temporary = wrt_calloc(room, 1);
    int fd = -1;
    for (int i = 0; i < TEMPORARY_TRIES && fd < 0; i++) {
        snprintf(temporary, room, "%s.new-%ld-%d", path, (long)getpid(), i);
        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    *out = temporary;
    return fd;
}

static bool write_seed(int fd, const unsigned char seed[SEED_SIZE]) {
    char line[SEED_LINE + 1];
    wrt_hex_encode(line, seed, SEED_SIZE);
    line[SEED_LINE - 1] = '\n';
    ssize_t put = 0;
    do {
        put = write(fd, line, SEED_LINE);
    } while (put < 0 && errno == EINTR);
    sodium_memzero(line, sizeof line);
    return put == SEED_LINE && fsync(fd) == 0;
}

/* The file appears whole and never replaces one: written beside, then linked to its name. */
static wrt_status store_seed(const unsigned char seed[SEED_SIZE], const char *path, wrt_err *err) {
    const char *name = wrt_path_base(path);
    char *temporary = NULL;
    wrt_status status = WRT_OK;
    int fd = open_beside(&temporary, path);
    if (fd < 0) {
        status = wrt_fail(err, WRT_E_FAILED, "%s: cannot be written: %s", name, strerror(errno));
    } else {
        if (!write_seed(fd, seed))
            status =
                wrt_fail(err, WRT_E_FAILED, "%s: cannot be written: %s", name, strerror(errno));
        else if (link(temporary, path) != 0)
            status =
                wrt_fail(err, WRT_E_FAILED, "%s: %s", name,
                         errno == EEXIST ? "a key is there already; it is kept" : strerror(errno));
        close(fd);
        unlink(temporary);
    }
    free(temporary);
    return status;
}

wrt_status wrt_signing_key_create(wrt_signing_key **out, const char *path, wrt_err *err) {
    *out = NULL;
    unsigned char seed[SEED_SIZE];
    wrt_random_secret(seed, sizeof seed);
    wrt_status status = store_seed(seed, path, err);
    if (status == WRT_OK)
        *out = key_from_seed(seed);
    sodium_memzero(seed, sizeof seed);
    return status;
}

void wrt_signing_key_free(wrt_signing_key *key) {
    sodium_free(key); /* wipes; accepts NULL */
}

const unsigned char *wrt_signing_key_public(const wrt_signing_key *key) {
    return key->public_key;
}

void wrt_sign(unsigned char out[WRT_ED25519_SIGNATURE], const wrt_signing_key *key, wrt_str data) {
    const char *bytes = data.ptr != NULL ? data.ptr : "";
    crypto_sign_detached(out, NULL, (const unsigned char *)bytes, data.len, key->secret);
}

bool wrt_signature_valid(const unsigned char signature[WRT_ED25519_SIGNATURE],
                         const unsigned char public_key[WRT_ED25519_PUBLIC], wrt_str data) {
    const char *bytes = data.ptr != NULL ? data.ptr : "";
    return crypto_sign_verify_detached(signature, (const unsigned char *)bytes, data.len,
                                       public_key) == 0;
}

void wrt_random_secret(unsigned char *out, size_t len) {
    randombytes_buf(out, len);
}

void wrt_wipe(void *bytes, size_t len) {
    sodium_memzero(bytes, len);
}
