/* test_llama_canonical.c: with options.canonical the bits of a score depend on its question alone:
 * asked in one call, one by one, in another order, after other work or from several caches, always
 * the same bytes; and they are the oracle's up to rounding. Also the reference formula. */
#include "base/file.h"
#include "pairs.h"
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pairs all;
static wrt_llm_score together[PAIRS];

static int setup(void **state) {
    pairs_make(&all, 11);
    return tiny_setup(state);
}

static int teardown(void **state) {
    pairs_free(&all);
    return tiny_teardown(state);
}

static void ask(wrt_llm_score *out, wrt_llm *llm, const wrt_llm_question *questions, size_t n) {
    wrt_err err = {0};
    if (wrt_llm_score_all(out, llm, questions, n, &err) != WRT_OK)
        fail_msg("%s", err.message);
}

static void same_bits(const wrt_llm_score *a, const wrt_llm_score *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (memcmp(&a[i].log_p, &b[i].log_p, sizeof a[i].log_p) != 0)
            fail_msg("score %zu: %.17g, then %.17g", i, a[i].log_p, b[i].log_p);
}

/* Asks the first n questions in every way that must not matter. */
static void check_every_way(wrt_llm *llm, size_t n) {
    wrt_llm_score again[PAIRS];
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    const wrt_llm_prompt prompt = {.user = WRT_STR("Say yes.")};
    ask(together, llm, all.questions, n);
    wrt_llm_usage usage = wrt_llm_usage_of(llm);
    print_message("%zu questions: %lld tokens evaluated, %lld in one tree\n", n,
                  (long long)usage.decoded, (long long)usage.decoded_least);
    ask(again, llm, all.questions, n);
    same_bits(together, again, n * PAIR_CANDIDATES);
    for (size_t i = n; i-- > 0;)
        ask(again + i * PAIR_CANDIDATES, llm, &all.questions[i], 1);
    same_bits(together, again, n * PAIR_CANDIDATES);
    for (size_t shard = 0; shard < 3; shard++)
        for (size_t i = shard; i < n; i += 3) {
            ask(again + i * PAIR_CANDIDATES, llm, &all.questions[i], 1);
            if (i == shard) /* other work in between empties the cache */
                assert_int_equal(
                    ask_text(&text, llm, &prompt, "root ::= \"yes\" | \"no\"", 8, NULL), WRT_OK);
        }
    same_bits(together, again, n * PAIR_CANDIDATES);
    wrt_buf_free(&text);
}

static void canonical_scores_depend_on_the_question_alone(void **state) {
    (void)state;
    static const struct {
        int threads, batch, context;
        size_t questions; /* fewer where threads wait for each other, which a busy machine makes
                             slow */
    } plans[] = {
        {1, 0, 0, PAIR_QUESTIONS}, {2, 0, 0, 5}, {1, 3, 0, 20}, {1, 33, 300, PAIR_QUESTIONS}};
    double wanted[PAIRS];
    int tokens[PAIRS];
    wrt_llm *first = open_tiny((wrt_llm_options){.kv_f32 = true});
    naive *oracle = naive_open(tiny_path(), true);
    pairs_naive(wanted, tokens, &all, oracle);
    naive_close(oracle);
    wrt_llm_close(first);
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        wrt_llm *llm = open_tiny((wrt_llm_options){.kv_f32 = true,
                                                   .canonical = true,
                                                   .threads = plans[i].threads,
                                                   .batch = plans[i].batch,
                                                   .context = plans[i].context});
        check_every_way(llm, plans[i].questions);
        for (size_t k = 0; k < plans[i].questions * PAIR_CANDIDATES; k++) {
            assert_int_equal(together[k].tokens, tokens[k]);
            assert_true(fabs(together[k].log_p - wanted[k]) < 1e-4);
        }
        wrt_llm_close(llm);
    }
}

static void canonical_scores_do_not_depend_on_the_order_of_candidates(void **state) {
    (void)state;
    wrt_llm *llm = open_tiny((wrt_llm_options){.canonical = true});
    for (size_t i = 0; i < 10; i++) {
        wrt_llm_score a[PAIR_CANDIDATES], b[PAIR_CANDIDATES];
        wrt_str turned[PAIR_CANDIDATES];
        wrt_llm_question question = all.questions[i];
        ask(a, llm, &question, 1);
        for (size_t k = 0; k < PAIR_CANDIDATES; k++)
            turned[k] = question.candidates[PAIR_CANDIDATES - 1 - k];
        question.candidates = turned;
        ask(b, llm, &question, 1);
        for (size_t k = 0; k < PAIR_CANDIDATES; k++)
            same_bits(&a[k], &b[PAIR_CANDIDATES - 1 - k], 1);
    }
    wrt_llm_close(llm);
}

/* A prompt that grows, as a chain of contexts does: what is kept is not evaluated again. */
static void canonical_scores_keep_the_beginning_from_call_to_call(void **state) {
    (void)state;
    const wrt_str yes_no[] = {WRT_STR(" yes"), WRT_STR(" no")};
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    wrt_llm *llm = open_tiny((wrt_llm_options){.canonical = true});
    for (size_t i = 0; i < 40; i++) {
        wrt_llm_score scores[2];
        wrt_buf_printf(&text, "%s the drug causes effect %zu.", i > 0 ? "" : "is", i);
        const wrt_llm_question question = {
            .prompt = {.text = wrt_buf_str(&text)}, .candidates = yes_no, .n = 2};
        ask(scores, llm, &question, 1);
    }
    wrt_llm_usage usage = wrt_llm_usage_of(llm);
    print_message("40 nested prompts: %lld tokens evaluated, %lld without keeping\n",
                  (long long)usage.decoded, (long long)usage.decoded_least);
    assert_true(usage.decoded * 8 < usage.decoded_least);
    wrt_buf_free(&text);
    wrt_llm_close(llm);
}

static void canonical_scores_of_the_embedded_model_keep_their_bits(void **state) {
    (void)state;
    enum { SOME = 5 };
    wrt_llm *llm = NULL;
    const wrt_llm_options options = {.kv_f32 = true, .canonical = true};
    need_smollm2();
    assert_int_equal(open_path(&llm, smollm2_path(), &options, NULL), WRT_OK);
    check_every_way(llm, SOME);
    wrt_llm_close(llm);
}

static void reference_formula_reads_all_tokens_behind_the_last(void **state) {
    (void)state;
    const char *const prompts[] = {" the drug ", " the patient is 60 years old. The dose was "};
    const char *const texts[] = {"halved", "no", "not", "high effect"};
    wrt_llm_question questions[2];
    wrt_str views[4];
    wrt_llm_score scores[8], again[8];
    wrt_err err = {0};
    char *cache = wrt_path_join(tiny_folder(), "reference.db");
    for (size_t k = 0; k < 4; k++)
        views[k] = wrt_str_of(texts[k]);
    for (size_t i = 0; i < 2; i++)
        questions[i] = (wrt_llm_question){
            .prompt = {.text = wrt_str_of(prompts[i])}, .candidates = views, .n = 4};
    wrt_llm *llm = open_tiny((wrt_llm_options){.kv_f32 = true, .cache_path = cache});
    if (wrt_llm_score_reference(scores, llm, questions, 2, &err) != WRT_OK)
        fail_msg("%s", err.message);
    naive *oracle = naive_open(tiny_path(), true);
    for (size_t i = 0; i < 8; i++)
        assert_true(
            fabs(scores[i].log_p - naive_mean_behind(oracle, prompts[i / 4], texts[i % 4])) < 1e-4);
    naive_close(oracle);
    int64_t calls = wrt_llm_usage_of(llm).calls;
    assert_int_equal(wrt_llm_score_reference(again, llm, questions, 2, NULL), WRT_OK);
    assert_int_equal(wrt_llm_usage_of(llm).calls, calls);
    same_bits(scores, again, 8);
    /* The cache keeps the two formulas apart. */
    questions[0].n = 2;
    assert_int_equal(wrt_llm_score_all(again, llm, questions, 1, NULL), WRT_OK);
    assert_int_equal(wrt_llm_usage_of(llm).calls, calls + 1);
    assert_true(fabs(again[0].log_p - scores[0].log_p) > 1e-3);
    wrt_llm_close(llm);
    free(cache);
    static const char *const names[] = {"reference.db", "reference.db-wal", "reference.db-shm"};
    for (size_t i = 0; i < 3; i++) {
        char *file = wrt_path_join(tiny_folder(), names[i]);
        unlink(file);
        free(file);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_scores_depend_on_the_question_alone),
        cmocka_unit_test(canonical_scores_do_not_depend_on_the_order_of_candidates),
        cmocka_unit_test(canonical_scores_keep_the_beginning_from_call_to_call),
        cmocka_unit_test(canonical_scores_of_the_embedded_model_keep_their_bits),
        cmocka_unit_test(reference_formula_reads_all_tokens_behind_the_last),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
