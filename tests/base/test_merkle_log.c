/* test_merkle_log.c: the growing tree against the recursive definition of RFC 6962 and its example
 * of consistency proofs, and every pair of sizes up to 48. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/merkle_log.h"

enum { LEAVES = 300, PAIRS = 48 };

static wrt_sha256 numbered_leaf(size_t i) {
    char bytes[2] = {(char)(i & 0xFF), (char)(i >> 8)};
    return wrt_merkle_leaf((wrt_str){bytes, sizeof bytes});
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

typedef struct {
    wrt_sha256 leaf[LEAVES];
    wrt_merkle_log *log;
} fixture;

static int setup(void **state) {
    static fixture f;
    f.log = wrt_merkle_log_new();
    for (size_t i = 0; i < LEAVES; i++) {
        f.leaf[i] = numbered_leaf(i);
        wrt_merkle_log_push(f.log, &f.leaf[i]);
    }
    *state = &f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    wrt_merkle_log_free(f->log);
    return 0;
}

static void log_root_of_every_size_equals_the_definition(void **state) {
    const fixture *f = *state;
    for (size_t n = 1; n <= LEAVES; n++) {
        wrt_sha256 expected = oracle_root(f->leaf, n);
        wrt_sha256 root = wrt_merkle_log_root(f->log, n);
        assert_true(wrt_sha256_equal(&root, &expected));
    }
    wrt_merkle_log *growing = wrt_merkle_log_new();
    for (size_t n = 0; n < LEAVES; n++) {
        wrt_sha256 expected = oracle_root(f->leaf, n + 1);
        wrt_sha256 root = wrt_merkle_log_root_after(growing, &f->leaf[n]);
        assert_true(wrt_sha256_equal(&root, &expected));
        wrt_merkle_log_push(growing, &f->leaf[n]);
    }
    wrt_merkle_log_free(growing);
    wrt_sha256 none = wrt_merkle_log_root(f->log, 0);
    wrt_sha256 empty = wrt_sha256_of(WRT_STR(""));
    assert_true(wrt_sha256_equal(&none, &empty));
}

static void log_inclusion_proofs_equal_those_of_the_flat_tree(void **state) {
    const fixture *f = *state;
    wrt_sha256 ours[WRT_MERKLE_PROOF_MAX], theirs[64];
    for (size_t n = 1; n <= LEAVES; n += n < 70 ? 1 : 23) {
        wrt_sha256 root = oracle_root(f->leaf, n);
        for (size_t i = 0; i < n; i++) {
            size_t len = wrt_merkle_log_prove(ours, f->log, i, n);
            assert_int_equal(len, wrt_merkle_prove(theirs, f->leaf, n, i));
            assert_memory_equal(ours, theirs, len * sizeof *ours);
            assert_true(wrt_merkle_verify(&f->leaf[i], i, n, ours, len, &root));
        }
    }
}

static void log_growth_is_proved_for_every_pair_of_sizes(void **state) {
    const fixture *f = *state;
    wrt_sha256 proof[WRT_MERKLE_PROOF_MAX + 1];
    for (size_t n = 1; n <= PAIRS; n++) {
        wrt_merkle_head now = {n, oracle_root(f->leaf, n)};
        for (size_t m = 1; m <= n; m++) {
            wrt_merkle_head old = {m, oracle_root(f->leaf, m)};
            size_t len = wrt_merkle_log_prove_growth(proof, f->log, m, n);
            assert_true(wrt_merkle_verify_growth(&old, &now, proof, len));
            proof[len] = old.root;
            assert_false(wrt_merkle_verify_growth(&old, &now, proof, len + 1));
            if (len > 0)
                assert_false(wrt_merkle_verify_growth(&old, &now, proof, len - 1));
            for (size_t k = 0; k < len; k++) {
                proof[k].bytes[k] ^= 1;
                assert_false(wrt_merkle_verify_growth(&old, &now, proof, len));
                proof[k].bytes[k] ^= 1;
            }
        }
    }
}

/* A head over other leaves of the same number, or of another number, is no prefix. */
static void log_growth_refuses_a_fork(void **state) {
    const fixture *f = *state;
    wrt_sha256 proof[WRT_MERKLE_PROOF_MAX], forked[PAIRS];
    wrt_merkle_head now = {PAIRS, oracle_root(f->leaf, PAIRS)};
    for (size_t m = 1; m < PAIRS; m++) {
        size_t len = wrt_merkle_log_prove_growth(proof, f->log, m, PAIRS);
        for (size_t at = 0; at < m; at++) {
            memcpy(forked, f->leaf, sizeof forked);
            forked[at].bytes[31] ^= 1;
            wrt_merkle_head old = {m, oracle_root(forked, m)};
            assert_false(wrt_merkle_verify_growth(&old, &now, proof, len));
        }
        wrt_merkle_head old = {m + 1, oracle_root(f->leaf, m)};
        assert_false(wrt_merkle_verify_growth(&old, &now, proof, len));
    }
    wrt_merkle_head none = {0, wrt_sha256_of(WRT_STR(""))};
    assert_true(wrt_merkle_verify_growth(&none, &now, NULL, 0));
    assert_false(wrt_merkle_verify_growth(&now, &none, NULL, 0));
}

/* The path of a proof is as RFC 6962 section 2.1.3 draws it for seven leaves: from 3 to 7 it is
 * c, d, g, l; from 4 to 7 l; from 6 to 7 i, j, k. */
static void log_growth_follows_the_example_of_the_rfc(void **state) {
    const fixture *f = *state;
    wrt_sha256 proof[WRT_MERKLE_PROOF_MAX];
    const wrt_sha256 *d = f->leaf;
    wrt_sha256 g = wrt_merkle_node(&d[0], &d[1]), h = wrt_merkle_node(&d[2], &d[3]);
    wrt_sha256 i = wrt_merkle_node(&d[4], &d[5]);
    wrt_sha256 k = wrt_merkle_node(&g, &h), l = wrt_merkle_node(&i, &d[6]);
    assert_int_equal(wrt_merkle_log_prove_growth(proof, f->log, 3, 7), 4);
    const wrt_sha256 three[] = {d[2], d[3], g, l};
    assert_memory_equal(proof, three, sizeof three);
    assert_int_equal(wrt_merkle_log_prove_growth(proof, f->log, 4, 7), 1);
    assert_memory_equal(proof, &l, sizeof l);
    assert_int_equal(wrt_merkle_log_prove_growth(proof, f->log, 6, 7), 3);
    const wrt_sha256 six[] = {i, d[6], k};
    assert_memory_equal(proof, six, sizeof six);
}

static void log_levels_hold_complete_subtrees(void **state) {
    const fixture *f = *state;
    size_t n = 0;
    const wrt_sha256 *tiles = wrt_merkle_log_level(&n, f->log, 8);
    wrt_sha256 first = oracle_root(f->leaf, 256);
    assert_int_equal(n, 1);
    assert_true(wrt_sha256_equal(&tiles[0], &first));
    (void)wrt_merkle_log_level(&n, f->log, 0);
    assert_int_equal(n, LEAVES);
    assert_null(wrt_merkle_log_level(&n, f->log, 9));
    assert_int_equal(n, 0);
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_root_of_every_size_equals_the_definition),
        cmocka_unit_test(log_inclusion_proofs_equal_those_of_the_flat_tree),
        cmocka_unit_test(log_growth_is_proved_for_every_pair_of_sizes),
        cmocka_unit_test(log_growth_refuses_a_fork),
        cmocka_unit_test(log_growth_follows_the_example_of_the_rfc),
        cmocka_unit_test(log_levels_hold_complete_subtrees),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
