/* test_hash.c: FIPS 180-4 examples, RFC 4231, RFC 4648 section 10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"

static void assert_digest(const wrt_sha256 *digest, const char *hex) {
    char text[WRT_SHA256_HEX + 1];
    wrt_sha256_hex(text, digest);
    assert_string_equal(text, hex);
}

static const char *ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char *EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
static const char *MILLION_A = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

static void hash_sha256_matches_fips_examples(void **state) {
    (void)state;
    wrt_sha256 digest = wrt_sha256_of(WRT_STR("abc"));
    assert_digest(&digest, ABC);
    digest = wrt_sha256_of((wrt_str){NULL, 0});
    assert_digest(&digest, EMPTY);
    digest = wrt_sha256_of(WRT_STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
    assert_digest(&digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void hash_sha256_of_parts_equals_the_whole(void **state) {
    (void)state;
    const wrt_str parts[] = {WRT_STR("a"), {NULL, 0}, WRT_STR("bc")};
    wrt_sha256 digest = wrt_sha256_of_parts(parts, 3);
    assert_digest(&digest, ABC);
    digest = wrt_sha256_of_parts(NULL, 0);
    assert_digest(&digest, EMPTY);
}

/* Every length around the block size, split at many places, gives the digest of the whole; and the
 * digests of runs of 'x' of these lengths are chained into one that Python's hashlib gave:
 *   h = b""; for n in range(260): h = hashlib.sha256(h + b"x" * n).digest() */
static void hash_sha256_agrees_with_hashlib_at_every_length(void **state) {
    (void)state;
    char text[260];
    memset(text, 'x', sizeof text);
    wrt_sha256 chain = {.bytes = {0}};
    for (size_t n = 0; n < sizeof text; n++) {
        const wrt_str parts[] = {{(const char *)chain.bytes, n > 0 ? sizeof chain.bytes : 0},
                                 {text, n}};
        chain = wrt_sha256_of_parts(parts, 2);
        wrt_sha256 whole = wrt_sha256_of((wrt_str){text, n});
        for (size_t cut = 0; cut <= n; cut += 7) {
            const wrt_str halves[] = {{text, cut}, {text + cut, n - cut}};
            wrt_sha256 split = wrt_sha256_of_parts(halves, 2);
            assert_true(wrt_sha256_equal(&whole, &split));
        }
    }
    assert_digest(&chain, "f56f95a947cf29f1ccc553382f077cadd49c0db1074cbbc27c27ed0e3e278bde");
}

static void hash_sha256_of_file_streams_a_million(void **state) {
    (void)state;
    char path[] = "/tmp/wrt-hash-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    char block[1000];
    memset(block, 'a', sizeof block);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(write(fd, block, sizeof block), sizeof block);
    close(fd);
    wrt_sha256 digest;
    assert_int_equal(wrt_sha256_of_file(&digest, path, NULL), WRT_OK);
    assert_digest(&digest, MILLION_A);
    unlink(path);
}

static void hash_sha256_of_file_fails_when_missing_or_a_folder(void **state) {
    (void)state;
    wrt_sha256 digest;
    wrt_err err = {0};
    assert_int_equal(wrt_sha256_of_file(&digest, "/tmp/no-such-folder/x.bin", &err), WRT_E_FAILED);
    assert_non_null(strstr(err.message, "x.bin"));
    assert_null(strstr(err.message, "no-such-folder"));
    assert_int_equal(wrt_sha256_of_file(&digest, "/tmp", &err), WRT_E_FAILED);
}

typedef struct {
    wrt_str key;
    wrt_str data;
    const char *hex;
} hmac_case;

static void hash_hmac_matches_rfc4231(void **state) {
    (void)state;
    char key1[20], key6[131], data3[50], key3[20];
    memset(key1, 0x0b, sizeof key1);
    memset(key6, 0xaa, sizeof key6);
    memset(key3, 0xaa, sizeof key3);
    memset(data3, 0xdd, sizeof data3);
    const hmac_case cases[] = {
        {{key1, sizeof key1},
         WRT_STR("Hi There"),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {WRT_STR("Jefe"), WRT_STR("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {{key3, sizeof key3},
         {data3, sizeof data3},
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {{key6, sizeof key6},
         WRT_STR("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_sha256 digest = wrt_hmac_sha256(cases[i].key, cases[i].data);
        assert_digest(&digest, cases[i].hex);
    }
}

static void hash_equal_compares_every_byte(void **state) {
    (void)state;
    wrt_sha256 a = wrt_sha256_of(WRT_STR("abc"));
    wrt_sha256 b = a;
    assert_true(wrt_sha256_equal(&a, &b));
    b.bytes[31] ^= 1;
    assert_false(wrt_sha256_equal(&a, &b));
}

static void hash_hex_accepts_lower_case_only(void **state) {
    (void)state;
    unsigned char out[2];
    assert_true(wrt_hex_decode(out, 2, WRT_STR("0aff")));
    assert_int_equal(out[0], 0x0a);
    assert_int_equal(out[1], 0xff);
    assert_false(wrt_hex_decode(out, 2, WRT_STR("0AFF")));
    assert_false(wrt_hex_decode(out, 2, WRT_STR("0af")));
    assert_false(wrt_hex_decode(out, 2, WRT_STR("0aff0")));
    assert_false(wrt_hex_decode(out, 2, WRT_STR("0ag0")));
    assert_true(wrt_hex_decode(out, 0, WRT_STR("")));
}

static void hash_base64_matches_rfc4648(void **state) {
    (void)state;
    static const char *plain[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
    static const char *coded[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        char text[16];
        unsigned char back[16];
        size_t len = strlen(plain[i]);
        assert_int_equal(wrt_base64_size(len), strlen(coded[i]));
        wrt_base64_encode(text, (const unsigned char *)plain[i], len);
        assert_string_equal(text, coded[i]);
        assert_true(wrt_base64_decode(back, len, wrt_str_of(coded[i])));
        assert_memory_equal(back, plain[i], len);
    }
}

static void hash_base64_refuses_other_spellings(void **state) {
    (void)state;
    unsigned char out[8];
    assert_false(wrt_base64_decode(out, 1, WRT_STR("Zg")));        /* no padding */
    assert_false(wrt_base64_decode(out, 1, WRT_STR("Zh==")));      /* spare bits set */
    assert_false(wrt_base64_decode(out, 1, WRT_STR("Zg==\n")));    /* trailing byte */
    assert_false(wrt_base64_decode(out, 3, WRT_STR("Zm9-")));      /* URL alphabet */
    assert_false(wrt_base64_decode(out, 2, WRT_STR("Zm9v")));      /* other length */
    assert_false(wrt_base64_decode(out, 4, WRT_STR("Zm9vYg==="))); /* too much padding */
    assert_false(wrt_base64_decode(out, 3, WRT_STR("Zg==")));
}

static void hash_base64_takes_64_digits_and_no_other_byte(void **state) {
    (void)state;
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int place = 0; place < 4; place++) {
        for (int byte = 0; byte < 256; byte++) {
            char text[4] = {'A', 'A', 'A', 'A'};
            unsigned char out[3];
            text[place] = (char)byte;
            const char *at = byte != 0 ? strchr(digits, byte) : NULL;
            assert_int_equal(wrt_base64_decode(out, 3, (wrt_str){text, 4}), at != NULL);
            if (at != NULL)
                assert_int_equal(out[0] << 16 | out[1] << 8 | out[2], (at - digits)
                                                                          << (18 - 6 * place));
        }
    }
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_sha256_matches_fips_examples),
        cmocka_unit_test(hash_sha256_of_parts_equals_the_whole),
        cmocka_unit_test(hash_sha256_agrees_with_hashlib_at_every_length),
        cmocka_unit_test(hash_sha256_of_file_streams_a_million),
        cmocka_unit_test(hash_sha256_of_file_fails_when_missing_or_a_folder),
        cmocka_unit_test(hash_hmac_matches_rfc4231),
        cmocka_unit_test(hash_equal_compares_every_byte),
        cmocka_unit_test(hash_hex_accepts_lower_case_only),
        cmocka_unit_test(hash_base64_matches_rfc4648),
        cmocka_unit_test(hash_base64_refuses_other_spellings),
        cmocka_unit_test(hash_base64_takes_64_digits_and_no_other_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
