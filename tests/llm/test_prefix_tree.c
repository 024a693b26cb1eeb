/* test_prefix_tree.c: the tree against the set of all proper prefixes, counted by brute force. */
#include "llm/prefix_tree.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum { PATHS = 60, LENGTH_MAX = 12 };

static int32_t ids[PATHS][LENGTH_MAX];
static wrt_token_path paths[PATHS];

static void make_paths(uint64_t seed, size_t n, int letters) {
    for (size_t i = 0; i < n; i++) {
        wrt_rng rng = wrt_rng_make(seed, 2, i);
        size_t len = 2 + (size_t)wrt_rng_below(&rng, LENGTH_MAX - 1);
        for (size_t k = 0; k < len; k++)
            ids[i][k] = (int32_t)wrt_rng_below(&rng, (uint64_t)letters);
        paths[i] = (wrt_token_path){
            .ids = ids[i], .n = len, .from = 1 + (size_t)wrt_rng_below(&rng, len - 1)};
    }
}

static bool same_prefix(size_t a, size_t b, size_t len) {
    return paths[a].n > len && paths[b].n > len &&
           memcmp(ids[a], ids[b], len * sizeof(int32_t)) == 0;
}

/* Distinct proper prefixes: those that no earlier path has. */
static size_t count_prefixes(size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t len = 1; len < paths[i].n; len++) {
            bool is_new = true;
            for (size_t j = 0; j < i; j++)
                is_new = is_new && !same_prefix(j, i, len);
            count += is_new;
        }
    }
    return count;
}

/* Walks the waves as an engine would and checks that each path finds its tokens, once. */
static void check_waves(const wrt_prefix_tree *tree, const wrt_prefix_limits *limits) {
    wrt_prefix_wave wave = {0};
    size_t stack[LENGTH_MAX];
    size_t seen[PATHS] = {0};
    size_t next = 0;
    while (wrt_prefix_wave_next(&wave, tree, limits)) {
        size_t tips = 0;
        assert_int_equal(wave.begin, next);
        assert_true(wave.end > wave.begin && wave.end - wave.begin <= limits->tokens);
        assert_true(wave.spine + (wave.end - wave.begin) <= limits->cells);
        assert_int_equal(wave.spine, tree->nodes[wave.begin].depth);
        for (size_t i = wave.begin; i < wave.end; i++) {
            const wrt_prefix_node *node = &tree->nodes[i];
            tips += wrt_prefix_is_tip(tree, &wave, i);
            stack[node->depth] = i;
            bool wanted = false;
            for (size_t k = node->begin; k < node->end; k++) {
                size_t p = tree->order[k];
                for (size_t d = 0; d <= node->depth; d++)
                    assert_int_equal(ids[p][d], tree->nodes[stack[d]].token);
                assert_int_equal(seen[p]++, node->depth);
                wanted = wanted || node->depth + 1 >= paths[p].from;
            }
            assert_int_equal(node->wanted, wanted);
        }
        assert_int_equal(tips, wave.tips);
        assert_true(tips <= limits->tips);
        next = wave.end;
    }
    assert_int_equal(next, tree->n_nodes);
    for (size_t p = 0; p < tree->n_paths; p++)
        assert_int_equal(seen[p], paths[p].n - 1);
}

static void tree_holds_every_proper_prefix_once(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++) {
        size_t n = 1 + seed % PATHS;
        wrt_prefix_tree tree;
        make_paths(seed, n, seed % 3 == 0 ? 2 : 4);
        wrt_prefix_tree_build(&tree, paths, n);
        assert_int_equal(tree.n_nodes, count_prefixes(n));
        const wrt_prefix_limits wide = {1000, 1000, 1000, 1000};
        const wrt_prefix_limits narrow = {3, 2, 2, LENGTH_MAX};
        const wrt_prefix_limits one = {1, 1, 1, LENGTH_MAX};
        check_waves(&tree, &wide);
        check_waves(&tree, &narrow);
        check_waves(&tree, &one);
        wrt_prefix_tree_free(&tree);
    }
}

static void tree_does_not_depend_on_the_order_of_paths(void **state) {
    (void)state;
    wrt_prefix_tree a;
    wrt_prefix_tree b;
    wrt_token_path reversed[PATHS];
    make_paths(7, PATHS, 3);
    for (size_t i = 0; i < PATHS; i++)
        reversed[i] = paths[PATHS - 1 - i];
    wrt_prefix_tree_build(&a, paths, PATHS);
    wrt_prefix_tree_build(&b, reversed, PATHS);
    assert_int_equal(a.n_nodes, b.n_nodes);
    for (size_t i = 0; i < a.n_nodes; i++) {
        assert_int_equal(a.nodes[i].token, b.nodes[i].token);
        assert_int_equal(a.nodes[i].depth, b.nodes[i].depth);
        assert_int_equal(a.nodes[i].wanted, b.nodes[i].wanted);
        assert_int_equal(a.nodes[i].end - a.nodes[i].begin, b.nodes[i].end - b.nodes[i].begin);
    }
    wrt_prefix_tree_free(&a);
    wrt_prefix_tree_free(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_holds_every_proper_prefix_once),
        cmocka_unit_test(tree_does_not_depend_on_the_order_of_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
