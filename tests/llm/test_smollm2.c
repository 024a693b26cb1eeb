/* test_smollm2.c: the embedded model itself, where examples/setup/model.sh has put it.
 *
 * Checks that a trained model reads sensibly through the whole path, that the trie agrees with
 * scoring token by token on quantised weights, and prints how long things take. Timings are not
 * asserted. */
#include "naive.h"
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static wrt_llm *open_model(int threads, bool kv_f32) {
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    const wrt_llm_options options = {.threads = threads, .kv_f32 = kv_f32};
    if (open_path(&llm, smollm2_path(), &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return llm;
}

#define SYSTEM "You answer questions about everyday facts with one word."
#define USER   "What is the capital of France?"
static const wrt_llm_prompt prompt = {.system = {SYSTEM, sizeof SYSTEM - 1},
                                      .user = {USER, sizeof USER - 1}};
static const wrt_str cities[] = {{"London", 6}, {"Paris", 5}, {"Madrid", 6}};

static void smollm2_chooses_paris_when_asked_for_the_capital(void **state) {
    (void)state;
    need_smollm2();
    double log_p[3];
    size_t index = 9;
    wrt_llm *llm = open_model(1, false);
    assert_int_equal(ask_choice(&index, llm, &prompt, cities, 3, NULL), WRT_OK);
    assert_int_equal(ask_scores(log_p, llm, &prompt, cities, 3, WRT_STR(""), NULL), WRT_OK);
    print_message("log p: London %.4f, Paris %.4f, Madrid %.4f\n", log_p[0], log_p[1], log_p[2]);
    assert_int_equal(index, 1);
    wrt_llm_close(llm);
}

static void smollm2_writes_within_grammar_when_generating(void **state) {
    (void)state;
    need_smollm2();
    wrt_err err = {0};
    wrt_buf out = wrt_buf_make(1000);
    wrt_llm *llm = open_model(1, false);
    const char *gbnf = "root ::= \"{\\\"city\\\": \\\"\" [A-Za-z ]{1,20} \"\\\"}\"";
    if (ask_text(&out, llm, &prompt, gbnf, 40, &err) != WRT_OK)
        fail_msg("%s", err.message);
    print_message("generated: %s\n", out.ptr);
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_parse(&value, wrt_buf_str(&out), NULL), WRT_OK);
    assert_non_null(wrt_json_get_text(value, "city", NULL));
    wrt_json_free(value);
    wrt_buf_free(&out);
    wrt_llm_close(llm);
}

static void smollm2_trie_agrees_with_naive_within_noise(void **state) {
    (void)state;
    need_smollm2();
    const naive_piece pieces[] = {
        {"<|im_start|>", true}, {"system\n" SYSTEM, false}, {"<|im_end|>", true}, {"\n", false},
        {"<|im_start|>", true}, {"user\n" USER, false},     {"<|im_end|>", true}, {"\n", false},
        {"<|im_start|>", true}, {"assistant\n", false}};
    const wrt_str options[] = {{"The capital of France is Paris", 30},
                               {"The capital of France is Lyon", 29},
                               {"Paris", 5},
                               {"I do not know", 13}};
    double log_p[4];
    for (int kv = 0; kv < 2; kv++) {
        double worst = 0;
        wrt_llm *llm = open_model(1, kv == 1);
        naive *oracle = naive_open(smollm2_path(), kv == 1);
        assert_int_equal(ask_scores(log_p, llm, &prompt, options, 4, WRT_STR(""), NULL), WRT_OK);
        for (size_t i = 0; i < 4; i++) {
            double wanted =
                naive_log_p(oracle, pieces, sizeof pieces / sizeof pieces[0], options[i].ptr);
            worst = fmax(worst, fabs(log_p[i] - wanted));
        }
        print_message("largest difference from token by token, %s cache: %.5f\n",
                      kv == 1 ? "f32" : "f16", worst);
        assert_true(worst < 1.0); /* rounding, which differs between processors; the order holds */
        assert_true(log_p[0] > log_p[2] && log_p[2] > log_p[1] && log_p[1] > log_p[3]);
        naive_close(oracle);
        wrt_llm_close(llm);
    }
}

/* A prompt of about 400 tokens, as the agent's are. */
static void smollm2_prints_timings(void **state) {
    (void)state;
    need_smollm2();
    wrt_buf text = wrt_buf_make(8192);
    for (int i = 0; i < 20; i++)
        wrt_buf_printf(&text, "Study %d found that the drug lowered the pressure in %d patients. ",
                       i, 10 + i);
    wrt_buf_add_c(&text, "What should be done next?");
    const wrt_llm_prompt long_prompt = {.system = {SYSTEM, sizeof SYSTEM - 1},
                                        .user = wrt_buf_str(&text)};
    const wrt_str steps[] = {
        {"search the literature", 21}, {"ask the patient", 15}, {"stop and answer", 15}};
    for (int threads = 1; threads <= 2; threads++) {
        double log_p[3];
        wrt_buf out = wrt_buf_make(1000);
        double start = now();
        wrt_llm *llm = open_model(threads, false);
        double opened = now();
        assert_int_equal(ask_scores(log_p, llm, &prompt, cities, 3, WRT_STR(""), NULL), WRT_OK);
        double short_done = now();
        assert_int_equal(ask_scores(log_p, llm, &long_prompt, steps, 3, WRT_STR(""), NULL), WRT_OK);
        double long_done = now();
        assert_int_equal(ask_text(&out, llm, &prompt, "root ::= [a-zA-Z ,.]{60}", 60, NULL),
                         WRT_OK);
        double generated = now();
        print_message("%d thread(s): load %.2f s, score short %.3f s, score long %.3f s, "
                      "generate %zu bytes %.3f s\n",
                      threads, opened - start, short_done - opened, long_done - short_done, out.len,
                      generated - long_done);
        wrt_buf_free(&out);
        wrt_llm_close(llm);
    }
    wrt_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smollm2_chooses_paris_when_asked_for_the_capital),
        cmocka_unit_test(smollm2_writes_within_grammar_when_generating),
        cmocka_unit_test(smollm2_trie_agrees_with_naive_within_noise),
        cmocka_unit_test(smollm2_prints_timings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
