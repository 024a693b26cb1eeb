/* test_smollm2.c: the embedded model itself, where examples/setup/model.sh has put it.
 *
 * Checks that a trained model reads sensibly through the whole path, that the trie agrees with
 * scoring token by token on quantised weights, and prints how long things take. Timings are not
 * asserted. */
#include "base/file.h"
#include "llm/llm.h"
#include "naive.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char file_name[] = "SmolLM2-135M-Instruct.Q4_1.gguf";
static wrt_buf model_path;

/* The cache of model.sh; an empty path when the model is not there. */
static int find_model(void **state) {
    (void)state;
    const char *cache = getenv("WARRANT_CACHE");
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    model_path = wrt_buf_make(4096);
    if (cache != NULL)
        wrt_buf_printf(&model_path, "%s/models/%s", cache, file_name);
    else if (xdg != NULL)
        wrt_buf_printf(&model_path, "%s/warrant/models/%s", xdg, file_name);
    else if (home != NULL)
        wrt_buf_printf(&model_path, "%s/.cache/warrant/models/%s", home, file_name);
    if (model_path.len == 0 || !wrt_file_exists(model_path.ptr))
        wrt_buf_clear(&model_path);
    return 0;
}

static int forget_model(void **state) {
    (void)state;
    wrt_buf_free(&model_path);
    return 0;
}

static void need_model(void) {
    if (model_path.len == 0) {
        print_message("SKIPPED: %s is not in the cache; run examples/setup/model.sh\n", file_name);
        skip();
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static wrt_llm *open_model(int threads, bool kv_f32) {
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    wrt_buf spec = wrt_buf_make(4200);
    const wrt_llm_options options = {.threads = threads, .kv_f32 = kv_f32};
    wrt_buf_printf(&spec, "llama:%s", model_path.ptr);
    if (wrt_llm_open(&llm, spec.ptr, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_buf_free(&spec);
    return llm;
}

#define SYSTEM "You answer questions about everyday facts with one word."
#define USER   "What is the capital of France?"
static const wrt_llm_prompt prompt = {{SYSTEM, sizeof SYSTEM - 1}, {USER, sizeof USER - 1}};
static const wrt_str cities[] = {{"London", 6}, {"Paris", 5}, {"Madrid", 6}};

static void smollm2_chooses_paris_when_asked_for_the_capital(void **state) {
    (void)state;
    need_model();
    double log_p[3];
    size_t index = 9;
    wrt_llm *llm = open_model(1, false);
    assert_int_equal(wrt_llm_choose(&index, log_p, llm, &prompt, cities, 3, NULL), WRT_OK);
    print_message("log p: London %.4f, Paris %.4f, Madrid %.4f\n", log_p[0], log_p[1], log_p[2]);
    assert_int_equal(index, 1);
    wrt_llm_close(llm);
}

static void smollm2_writes_within_grammar_when_generating(void **state) {
    (void)state;
    need_model();
    wrt_err err = {0};
    wrt_buf out = wrt_buf_make(1000);
    wrt_llm *llm = open_model(1, false);
    const char *gbnf = "root ::= \"{\\\"city\\\": \\\"\" [A-Za-z ]{1,20} \"\\\"}\"";
    if (wrt_llm_generate(&out, llm, &prompt, gbnf, 40, &err) != WRT_OK)
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
    need_model();
    const naive_piece pieces[] = {{"<|im_start|>system\n", true},
                                  {SYSTEM, false},
                                  {"<|im_end|>\n<|im_start|>user\n", true},
                                  {USER, false},
                                  {"<|im_end|>\n<|im_start|>assistant\n", true}};
    const wrt_str options[] = {{"The capital of France is Paris", 30},
                               {"The capital of France is Lyon", 29},
                               {"Paris", 5},
                               {"I do not know", 13}};
    double log_p[4];
    for (int kv = 0; kv < 2; kv++) {
        double worst = 0;
        wrt_llm *llm = open_model(1, kv == 1);
        naive *oracle = naive_open(model_path.ptr, kv == 1);
        assert_int_equal(wrt_llm_score(log_p, llm, &prompt, options, 4, WRT_STR(""), NULL), WRT_OK);
        for (size_t i = 0; i < 4; i++) {
            double wanted = naive_log_p(oracle, pieces, 5, options[i].ptr);
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
    need_model();
    wrt_buf text = wrt_buf_make(8192);
    for (int i = 0; i < 20; i++)
        wrt_buf_printf(&text, "Study %d found that the drug lowered the pressure in %d patients. ",
                       i, 10 + i);
    wrt_buf_add_c(&text, "What should be done next?");
    const wrt_llm_prompt long_prompt = {{SYSTEM, sizeof SYSTEM - 1}, wrt_buf_str(&text)};
    const wrt_str steps[] = {
        {"search the literature", 21}, {"ask the patient", 15}, {"stop and answer", 15}};
    for (int threads = 1; threads <= 2; threads++) {
        double log_p[3];
        wrt_buf out = wrt_buf_make(1000);
        double start = now();
        wrt_llm *llm = open_model(threads, false);
        double opened = now();
        assert_int_equal(wrt_llm_score(log_p, llm, &prompt, cities, 3, WRT_STR(""), NULL), WRT_OK);
        double short_done = now();
        assert_int_equal(wrt_llm_score(log_p, llm, &long_prompt, steps, 3, WRT_STR(""), NULL),
                         WRT_OK);
        double long_done = now();
        assert_int_equal(
            wrt_llm_generate(&out, llm, &prompt, "root ::= [a-zA-Z ,.]{120}", 60, NULL) == WRT_OK ||
                out.len > 0,
            1);
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
    return cmocka_run_group_tests(tests, find_model, forget_model);
}
