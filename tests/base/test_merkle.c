/* test_merkle.c: the roots and proofs published with Certificate Transparency, a recursive oracle,
 * and every inclusion proof of every tree up to 64 leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/merkle.h"

/* Inputs and roots of the reference tests of certificate-transparency (merkle_tree_test.cc). */
static const char *const INPUTS[8] = {"",
                                      "00",
                                      "10",
                                      "2021",
                                      "3031",
                                      "40414243",
                                      "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f"};
static const char *const ROOTS[8] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static void assert_hex(const wrt_sha256 *digest, const char *hex) {
    char text[WRT_SHA256_HEX + 1];
    wrt_sha256_hex(text, digest);
    assert_string_equal(text, hex);
}

static void load_inputs(wrt_sha256 leaves[8]) {
    for (size_t i = 0; i < 8; i++) {
        unsigned char bytes[16];
        size_t len = strlen(INPUTS[i]) / 2;
        assert_true(wrt_hex_decode(bytes, len, wrt_str_of(INPUTS[i])));
        leaves[i] = wrt_merkle_leaf((wrt_str){(const char *)bytes, len});
    }
}

static void merkle_root_matches_published_trees(void **state) {
    (void)state;
    wrt_sha256 leaves[8];
    load_inputs(leaves);
    for (size_t n = 1; n <= 8; n++) {
        wrt_sha256 root = wrt_merkle_root(leaves, n);
        assert_hex(&root, ROOTS[n - 1]);
    }
    wrt_sha256 none = wrt_merkle_root(NULL, 0);
    assert_hex(&none, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

typedef struct {
    size_t index;
    size_t n;
    size_t len;
    const char *proof[3];
} known_proof;

static const known_proof PROOFS[] = {
    {0, 1, 0, {0}},
    {0,
     8,
     3,
     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {5,
     8,
     3,
     {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2, 3, 1, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
};

static void merkle_prove_matches_published_proofs(void **state) {
    (void)state;
    wrt_sha256 leaves[8];
    load_inputs(leaves);
    for (size_t i = 0; i < sizeof PROOFS / sizeof PROOFS[0]; i++) {
        wrt_sha256 proof[64];
        assert_int_equal(wrt_merkle_prove(proof, leaves, PROOFS[i].n, PROOFS[i].index),
                         PROOFS[i].len);
        for (size_t k = 0; k < PROOFS[i].len; k++)
            assert_hex(&proof[k], PROOFS[i].proof[k]);
    }
}

/* RFC 6962 section 2.1, word for word. */
static wrt_sha256 oracle_root(const wrt_sha256 *leaves, size_t n) {
    if (n == 1)
        return leaves[0];
    size_t k = 1;
    while (k * 2 < n)
        k *= 2;
    wrt_sha256 left = oracle_root(leaves, k);
    wrt_sha256 right = oracle_root(leaves + k, n - k);
    char bytes[65] = {1};
    memcpy(bytes + 1, left.bytes, 32);
    memcpy(bytes + 33, right.bytes, 32);
    return wrt_sha256_of((wrt_str){bytes, sizeof bytes});
}

static void make_leaves(wrt_sha256 *leaves, size_t n) {
    for (size_t i = 0; i < n; i++) {
        char byte = (char)i;
        leaves[i] = wrt_merkle_leaf((wrt_str){&byte, 1});
    }
}

static void merkle_root_equals_recursive_oracle_up_to_64(void **state) {
    (void)state;
    wrt_sha256 leaves[64];
    make_leaves(leaves, 64);
    for (size_t n = 1; n <= 64; n++) {
        wrt_sha256 expected = oracle_root(leaves, n);
        wrt_sha256 root = wrt_merkle_root(leaves, n);
        assert_true(wrt_sha256_equal(&root, &expected));
    }
}

static void merkle_verify_accepts_every_proof_up_to_64(void **state) {
    (void)state;
    wrt_sha256 leaves[64], proof[64];
    make_leaves(leaves, 64);
    for (size_t n = 1; n <= 64; n++) {
        wrt_sha256 root = oracle_root(leaves, n);
        for (size_t i = 0; i < n; i++) {
            size_t len = wrt_merkle_prove(proof, leaves, n, i);
            assert_true(wrt_merkle_verify(&leaves[i], i, n, proof, len, &root));
            assert_false(wrt_merkle_verify(&leaves[i], i + n, n, proof, len, &root));
            assert_false(wrt_merkle_verify(&leaves[(i + 1) % 64], i, n, proof, len, &root));
            if (n > 1)
                assert_false(wrt_merkle_verify(&leaves[i], (i + 1) % n, n, proof, len, &root));
        }
    }
}

static void merkle_verify_refuses_an_altered_proof(void **state) {
    (void)state;
    wrt_sha256 leaves[21], proof[64];
    make_leaves(leaves, 21);
    wrt_sha256 root = oracle_root(leaves, 21);
    for (size_t i = 0; i < 21; i++) {
        size_t len = wrt_merkle_prove(proof, leaves, 21, i);
        for (size_t k = 0; k < len; k++) {
            proof[k].bytes[k] ^= 1;
            assert_false(wrt_merkle_verify(&leaves[i], i, 21, proof, len, &root));
            proof[k].bytes[k] ^= 1;
        }
        assert_false(wrt_merkle_verify(&leaves[i], i, 21, proof, len - 1, &root));
        proof[len] = root;
        assert_false(wrt_merkle_verify(&leaves[i], i, 21, proof, len + 1, &root));
        root.bytes[0] ^= 1;
        assert_false(wrt_merkle_verify(&leaves[i], i, 21, proof, len, &root));
        root.bytes[0] ^= 1;
    }
    assert_false(wrt_merkle_verify(&leaves[0], 0, 0, NULL, 0, &root));
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merkle_root_matches_published_trees),
        cmocka_unit_test(merkle_prove_matches_published_proofs),
        cmocka_unit_test(merkle_root_equals_recursive_oracle_up_to_64),
        cmocka_unit_test(merkle_verify_accepts_every_proof_up_to_64),
        cmocka_unit_test(merkle_verify_refuses_an_altered_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
