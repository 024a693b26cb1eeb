/* test_rng.c: Philox4x32-10 against the known answers published with Random123. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

typedef struct {
    uint32_t counter[4];
    uint32_t key[2];
    uint32_t expected[4];
} known_answer;

/* kat_vectors of Random123 1.09, lines "philox4x32 10". */
static const known_answer KNOWN[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void rng_matches_published_vectors(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        uint32_t out[4];
        wrt_philox4x32(out, KNOWN[i].counter, KNOWN[i].key);
        assert_memory_equal(out, KNOWN[i].expected, sizeof out);
    }
}

static void rng_stream_starts_with_block_zero(void **state) {
    (void)state;
    /* Seed 0, stream 0, unit 0 is counter 0 under key 0: the first published vector. */
    wrt_rng rng = wrt_rng_make(0, 0, 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(wrt_rng_u32(&rng), KNOWN[0].expected[i]);
    /* Words 0x6627e8d5, 0xe169c58d: 27 bits 53559110, 26 bits 59090710. */
    rng = wrt_rng_make(0, 0, 0);
    double expected = (53559110.0 * 67108864.0 + 59090710.0) / 9007199254740992.0;
    assert_true(wrt_rng_uniform(&rng) == expected);
}

static void rng_lays_out_seed_unit_and_stream_when_made(void **state) {
    (void)state;
    /* The third vector: unit (low, high) and stream fill the counter, index counts blocks. */
    wrt_rng rng = wrt_rng_make(0x299f31d0a4093822u, 0x03707344, 0x85a308d3243f6a88u);
    rng.counter[2] = 0x13198a2e;
    for (int i = 0; i < 4; i++)
        assert_int_equal(wrt_rng_u32(&rng), KNOWN[2].expected[i]);
    assert_int_equal(rng.counter[2], 0x13198a2f);
}

static void rng_streams_differ_when_any_part_differs(void **state) {
    (void)state;
    wrt_rng base = wrt_rng_make(7, 1, 42);
    wrt_rng other[] = {wrt_rng_make(8, 1, 42), wrt_rng_make(7, 2, 42), wrt_rng_make(7, 1, 43),
                       wrt_rng_make(7 + (UINT64_C(1) << 32), 1, 42),
                       wrt_rng_make(7, 1, 42 + (UINT64_C(1) << 32))};
    uint32_t first = wrt_rng_u32(&base);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        assert_int_not_equal(first, wrt_rng_u32(&other[i]));
}

static void rng_gives_many_units_the_bits_of_one(void **state) {
    (void)state;
    static const uint64_t firsts[] = {0, 41, UINT64_C(0xfffffffd), UINT64_MAX - 5};
    double many[37];
    for (size_t f = 0; f < sizeof firsts / sizeof firsts[0]; f++)
        for (size_t n = 0; n <= sizeof many / sizeof many[0]; n++) {
            wrt_rng_uniforms(many, UINT64_C(0x123456789abcdef), 0x80000007u, firsts[f], n);
            for (size_t i = 0; i < n; i++) {
                wrt_rng one = wrt_rng_make(UINT64_C(0x123456789abcdef), 0x80000007u, firsts[f] + i);
                assert_true(many[i] == wrt_rng_uniform(&one));
            }
        }
}

static void rng_uniform_stays_in_range_and_centres(void **state) {
    (void)state;
    wrt_rng rng = wrt_rng_make(20260131, 3, 0);
    double sum = 0;
    for (int i = 0; i < 100000; i++) {
        double u = wrt_rng_uniform(&rng);
        assert_true(u >= 0 && u < 1);
        sum += u;
    }
    /* Mean 1/2, standard error sqrt(1/12/100000) = 0.00091; five of them. */
    assert_true(sum / 100000 > 0.5 - 0.0046 && sum / 100000 < 0.5 + 0.0046);
}

static void rng_below_is_even_over_residues(void **state) {
    (void)state;
    wrt_rng rng = wrt_rng_make(1, 1, 1);
    int count[6] = {0};
    for (int i = 0; i < 60000; i++)
        count[wrt_rng_below(&rng, 6)]++;
    /* Expected 10000 each, standard deviation sqrt(60000 * 5/36) = 91; five of them. */
    for (int i = 0; i < 6; i++)
        assert_in_range(count[i], 9545, 10455);
    for (int i = 0; i < 100; i++)
        assert_true(wrt_rng_below(&rng, 1) == 0);
    for (int i = 0; i < 1000; i++)
        assert_true(wrt_rng_below(&rng, (UINT64_C(1) << 63) + 1) <= UINT64_C(1) << 63);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rng_matches_published_vectors),
        cmocka_unit_test(rng_stream_starts_with_block_zero),
        cmocka_unit_test(rng_lays_out_seed_unit_and_stream_when_made),
        cmocka_unit_test(rng_streams_differ_when_any_part_differs),
        cmocka_unit_test(rng_gives_many_units_the_bits_of_one),
        cmocka_unit_test(rng_uniform_stays_in_range_and_centres),
        cmocka_unit_test(rng_below_is_even_over_residues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
