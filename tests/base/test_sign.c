/* test_sign.c: RFC 8032 section 7.1 through key files, and what a key file may look like. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/sign.h"

typedef struct {
    char folder[32];
    char *path;
} room;

static int make_room(void **state) {
    room *r = calloc(1, sizeof *r);
    snprintf(r->folder, sizeof r->folder, "/tmp/wrt-sign-XXXXXX");
    if (r == NULL || mkdtemp(r->folder) == NULL)
        return -1;
    r->path = wrt_path_join(r->folder, "a.key");
    *state = r;
    return 0;
}

static int drop_room(void **state) {
    room *r = *state;
    unlink(r->path);
    rmdir(r->folder); /* fails when a temporary file was left, which the next assert shows */
    int left = access(r->folder, F_OK) == 0;
    free(r->path);
    free(r);
    return left ? -1 : 0;
}

static void put_file(const char *path, const char *text, mode_t mode) {
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

typedef struct {
    const char *seed;
    const char *public_key;
    const char *message;
    const char *signature;
} vector;

static const vector VECTORS[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
};

static void sign_matches_rfc8032_when_seed_is_loaded(void **state) {
    const room *r = *state;
    for (size_t i = 0; i < sizeof VECTORS / sizeof VECTORS[0]; i++) {
        char line[80];
        snprintf(line, sizeof line, "%s\n", VECTORS[i].seed);
        put_file(r->path, line, 0600);
        wrt_signing_key *key = NULL;
        assert_int_equal(wrt_signing_key_load(&key, r->path, NULL), WRT_OK);
        unsigned char message[8], expected[64], signature[64];
        size_t len = strlen(VECTORS[i].message) / 2;
        assert_true(wrt_hex_decode(message, len, wrt_str_of(VECTORS[i].message)));
        assert_true(wrt_hex_decode(expected, 64, wrt_str_of(VECTORS[i].signature)));
        char public_hex[65];
        wrt_hex_encode(public_hex, wrt_signing_key_public(key), 32);
        assert_string_equal(public_hex, VECTORS[i].public_key);
        wrt_str data = {(const char *)message, len};
        wrt_sign(signature, key, data);
        assert_memory_equal(signature, expected, 64);
        assert_true(wrt_signature_valid(signature, wrt_signing_key_public(key), data));
        signature[10] ^= 4;
        assert_false(wrt_signature_valid(signature, wrt_signing_key_public(key), data));
        wrt_signing_key_free(key);
    }
}

static void sign_creates_a_private_key_once(void **state) {
    const room *r = *state;
    wrt_signing_key *key = NULL;
    wrt_signing_key *again = NULL;
    wrt_err err = {0};
    assert_int_equal(wrt_signing_key_create(&key, r->path, &err), WRT_OK);
    struct stat info;
    assert_int_equal(stat(r->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_size, 65);
    assert_int_equal(wrt_signing_key_create(&again, r->path, &err), WRT_E_FAILED);
    assert_null(again);
    assert_int_equal(wrt_signing_key_load(&again, r->path, &err), WRT_OK);
    assert_memory_equal(wrt_signing_key_public(key), wrt_signing_key_public(again), 32);
    wrt_signing_key_free(key);
    wrt_signing_key_free(again);
}

static void sign_refuses_a_key_when_others_may_read_it(void **state) {
    const room *r = *state;
    wrt_signing_key *key = NULL;
    wrt_err err = {0};
    put_file(r->path, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n", 0640);
    assert_int_equal(wrt_signing_key_load(&key, r->path, &err), WRT_E_CREDENTIAL);
    assert_null(key);
    assert_non_null(strstr(err.message, "a.key"));
    assert_null(strstr(err.message, "9d61"));
}

static void sign_refuses_a_malformed_key_and_leaves_it(void **state) {
    const room *r = *state;
    static const char *const bad[] = {
        "",
        "9d61\n",
        "9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60\n",
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n\n",
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f600",
        "zz61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        wrt_signing_key *key = NULL;
        put_file(r->path, bad[i], 0600);
        assert_int_equal(wrt_signing_key_load(&key, r->path, NULL), WRT_E_CREDENTIAL);
        wrt_buf kept = wrt_buf_make(200);
        assert_int_equal(wrt_file_read(&kept, r->path, 200, NULL), WRT_OK);
        assert_true(wrt_str_equal_c(wrt_buf_str(&kept), bad[i]));
        wrt_buf_free(&kept);
    }
}

static void sign_reports_a_missing_key_as_not_found(void **state) {
    const room *r = *state;
    wrt_signing_key *key = NULL;
    assert_int_equal(wrt_signing_key_load(&key, r->path, NULL), WRT_E_NOT_FOUND);
    wrt_signing_key_free(NULL);
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sign_matches_rfc8032_when_seed_is_loaded, make_room,
                                        drop_room),
        cmocka_unit_test_setup_teardown(sign_creates_a_private_key_once, make_room, drop_room),
        cmocka_unit_test_setup_teardown(sign_refuses_a_key_when_others_may_read_it, make_room,
                                        drop_room),
        cmocka_unit_test_setup_teardown(sign_refuses_a_malformed_key_and_leaves_it, make_room,
                                        drop_room),
        cmocka_unit_test_setup_teardown(sign_reports_a_missing_key_as_not_found, make_room,
                                        drop_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
