/* test_md5.c: the test suite of RFC 1321, appendix A.5, and lengths around a block. */
#include "base/file.h"
#include "base/md5.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void md5_gives_the_sums_of_rfc_1321(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"a", "0cc175b9c0f1b6a831c399e269772661"},
        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
         "d174ab98d277d9f5a5611c2c9f419d9f"},
        {"1234567890123456789012345678901234567890123456789012345678901234567890123456789"
         "0",
         "57edf4a22be3c955ac49da2e2107b67a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char hex[WRT_MD5_HEX + 1];
        wrt_md5_of(hex, wrt_str_of(cases[i][0]));
        assert_string_equal(hex, cases[i][1]);
    }
}

static void md5_of_a_file_is_that_of_its_bytes(void **state) {
    (void)state;
    static char bytes[100000];
    const char *path = TEST_BINARY_DIR "/md5_bytes";
    memset(bytes, 'x', sizeof bytes);
    for (size_t len = 0; len < sizeof bytes; len = len < 200 ? len + 1 : len * 3) {
        char whole[WRT_MD5_HEX + 1], streamed[WRT_MD5_HEX + 1];
        assert_int_equal(wrt_file_write(path, (wrt_str){bytes, len}, 0600, NULL), WRT_OK);
        wrt_md5_of(whole, (wrt_str){bytes, len});
        assert_int_equal(wrt_md5_of_file(streamed, path, NULL), WRT_OK);
        assert_string_equal(whole, streamed);
    }
    char hex[WRT_MD5_HEX + 1];
    assert_int_equal(wrt_md5_of_file(hex, TEST_BINARY_DIR "/no-such-file", NULL), WRT_E_NOT_FOUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(md5_gives_the_sums_of_rfc_1321),
        cmocka_unit_test(md5_of_a_file_is_that_of_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
