/* adjustment_compare.c: see adjustment_compare.h. */
#include "adjustment_compare.h"

#include "oracle_graphs.h"

void compare_check(const oracle_query *q, const wrt_effect_query *asked, unsigned z) {
    int items[ORACLE_NODES_MAX];
    wrt_node_set set = set_of_mask(z, items);
    wrt_adjustment_verdict verdict;
    assert_int_equal(wrt_adjustment_check(&verdict, asked, &set, NULL), WRT_OK);
    assert_int_equal(verdict.valid, oracle_valid(q, z));
    assert_non_null(verdict.text);
    if (verdict.valid) {
        assert_int_equal(verdict.reason, WRT_REASON_NONE);
    } else if ((z & q->forbidden) != 0) {
        assert_int_equal(verdict.reason, WRT_REASON_FORBIDDEN_NODE);
        unsigned named = 1u << (verdict.witness[1] - '0');
        assert_true((named & z & q->forbidden) != 0);
    } else {
        oracle_path path;
        assert_int_equal(verdict.reason, WRT_REASON_OPEN_PATH);
        assert_true(oracle_path_read(&path, verdict.witness));
        assert_true(oracle_path_is_open(q, &path, z));
        assert_true(oracle_path_is_proper_back_door(q, &path));
    }
    wrt_adjustment_verdict_free(&verdict);
}

/* ---- lists */

wrt_adjustment_sets list_sets(const wrt_effect_query *asked, wrt_adjust_kind kind, size_t max,
                              unsigned include, unsigned exclude) {
    int in_items[ORACLE_NODES_MAX], ex_items[ORACLE_NODES_MAX];
    wrt_node_set in = set_of_mask(include, in_items), ex = set_of_mask(exclude, ex_items);
    wrt_adjust_options options = {
        .kind = kind, .max = max, .include = include ? &in : NULL, .exclude = exclude ? &ex : NULL};
    wrt_adjustment_sets sets;
    wrt_err err;
    wrt_status status = wrt_adjustment_list(&sets, asked, &options, &err);
    if (status != WRT_OK)
        fail_msg("%s", err.message);
    return sets;
}

void compare_verdict(const oracle_query *q, const wrt_adjustment_sets *sets, unsigned include,
                     unsigned exclude) {
    bool any = oracle_any_valid(q, include, exclude);
    wrt_adjust_verdict_kind expected = !q->has_causal_path ? WRT_ADJUST_NO_CAUSAL_PATH
                                       : !any              ? WRT_ADJUST_NO_SET
                                       : include == 0 && oracle_valid(q, 0) ? WRT_ADJUST_EMPTY_VALID
                                                                            : WRT_ADJUST_OK;
    assert_int_equal(sets->verdict, expected);
}

/* Masks as words over their members, which are named in index order: {A, B, D} before {A, C}. */
static int by_words(const void *a, const void *b) {
    unsigned left = *(const unsigned *)a, right = *(const unsigned *)b;
    unsigned differ = left ^ right, lowest = differ & -differ;
    if (differ == 0)
        return 0;
    /* Up to `lowest` both agree; the one that lacks it goes on with a larger member, or ends. */
    bool left_has = (left & lowest) != 0;
    unsigned other = left_has ? right : left;
    bool other_ends = other < lowest;
    return left_has == other_ends ? 1 : -1;
}

static unsigned smallest_of(const unsigned *masks, size_t n) {
    unsigned best = masks[0];
    for (size_t i = 1; i < n; i++)
        if (mask_size(masks[i]) < mask_size(best))
            best = masks[i];
    return best;
}

void compare_minimal(const oracle_query *q, const wrt_effect_query *asked, unsigned include,
                     unsigned exclude) {
    unsigned expected[ORACLE_SUBSETS_MAX];
    size_t n = oracle_minimal(expected, q, include, exclude);
    qsort(expected, n, sizeof expected[0], by_words);
    wrt_adjustment_sets sets = list_sets(asked, WRT_ADJUST_MINIMAL, 1000, include, exclude);
    assert_int_equal(sets.n_sets, n);
    assert_true(sets.complete);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(mask_of_set(&sets.sets[i]), expected[i]);
    compare_verdict(q, &sets, include, exclude);
    wrt_adjustment_sets_free(&sets);
    sets = list_sets(asked, WRT_ADJUST_MINIMAL, 1, include, exclude);
    assert_int_equal(sets.n_sets, n > 0);
    assert_int_equal(sets.complete, n <= 1);
    wrt_adjustment_sets_free(&sets);
    sets = list_sets(asked, WRT_ADJUST_MINIMUM, 0, include, exclude);
    assert_int_equal(sets.n_sets, n > 0);
    if (n > 0) {
        assert_int_equal(mask_size(mask_of_set(&sets.sets[0])),
                         mask_size(smallest_of(expected, n)));
        assert_true(oracle_valid(q, mask_of_set(&sets.sets[0])));
        assert_int_equal(mask_of_set(&sets.sets[0]) & include, include);
        assert_int_equal(mask_of_set(&sets.sets[0]) & (exclude | q->graph.latent), 0);
    }
    compare_verdict(q, &sets, include, exclude);
    wrt_adjustment_sets_free(&sets);
}

void compare_canonical(const oracle_query *q, const wrt_effect_query *asked, unsigned include,
                       unsigned exclude) {
    wrt_adjustment_sets sets = list_sets(asked, WRT_ADJUST_CANONICAL, 0, include, exclude);
    unsigned expected = oracle_ancestors(q, q->x | q->y | include) &
                        ~(q->x | q->y | q->forbidden | q->graph.latent | exclude);
    bool any = oracle_any_valid(q, include, exclude);
    assert_int_equal(sets.n_sets, any);
    if (any) {
        assert_int_equal(mask_of_set(&sets.sets[0]), expected);
        assert_true(oracle_valid(q, expected));
    }
    compare_verdict(q, &sets, include, exclude);
    wrt_adjustment_sets_free(&sets);
}
