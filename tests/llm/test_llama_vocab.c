/* test_llama_vocab.c: models that differ in how text becomes tokens: a beginning-of-text token, a
 * SentencePiece vocabulary with its space in front, no template, bytes that have no token. */
#include "base/file.h"
#include "naive.h"
#include "support.h"
#include "tiny_gguf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *variant_path;

static void write_variant(const tiny_variant *variant) {
    wrt_buf bytes = wrt_buf_make(WRT_MIB(4));
    tiny_gguf_build_variant(&bytes, variant);
    assert_int_equal(wrt_file_write(variant_path, wrt_buf_str(&bytes), 0600, NULL), WRT_OK);
    wrt_buf_free(&bytes);
}

static int setup(void **state) {
    int failed = tiny_setup(state);
    variant_path = wrt_path_join(tiny_folder(), "variant.gguf");
    return failed;
}

static int teardown(void **state) {
    unlink(variant_path);
    free(variant_path);
    return tiny_teardown(state);
}

static const char *const texts[] = {"yes", " no", " increases the drug", "h\xc3\xa9patite",
                                    "s, not"};
enum { TEXTS = sizeof texts / sizeof texts[0] };

/* `whole` is the prompt as the model's template writes it. */
static void compare(wrt_llm *llm, naive *oracle, const wrt_llm_prompt *prompt, const char *whole) {
    wrt_str candidates[TEXTS];
    double log_p[TEXTS];
    wrt_err err = {0};
    for (size_t i = 0; i < TEXTS; i++)
        candidates[i] = wrt_str_of(texts[i]);
    if (ask_scores(log_p, llm, prompt, candidates, TEXTS, WRT_STR(""), &err) != WRT_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < TEXTS; i++) {
        double wanted = naive_continue(oracle, whole, texts, TEXTS, i, NULL);
        if (!(fabs(log_p[i] - wanted) < 1e-4))
            fail_msg("%s + \"%s\": %.7f, one by one %.7f", whole, texts[i], log_p[i], wanted);
    }
}

static void compare_all(const tiny_variant *variant) {
    static const wrt_llm_prompt chat = {.system = {"Answer in one word.", 19},
                                        .user = {" the drug?", 10}};
    static const wrt_llm_prompt user = {.user = {"What does\n the drug do?", 23}};
    static const wrt_llm_prompt text = {.text = {"the gene increases the", 22}};
    bool is_templated = !variant->no_template;
    write_variant(variant);
    wrt_llm *llm = NULL;
    const wrt_llm_options options = {.kv_f32 = true};
    assert_int_equal(open_path(&llm, variant_path, &options, NULL), WRT_OK);
    naive *oracle = naive_open(variant_path, true);
    naive_set(oracle, true, variant->adds_bos);
    compare(llm, oracle, &text, "the gene increases the");
    compare(llm, oracle, &chat,
            is_templated ? "<|im_start|>system\nAnswer in one word.<|im_end|>\n<|im_start|>user\n "
                           "the drug?<|im_end|>\n<|im_start|>assistant\n"
                         : "Answer in one word.\n\n the drug?\n");
    compare(llm, oracle, &user,
            is_templated ? "<|im_start|>user\nWhat does\n the drug do?<|im_end|>\n<|im_start|>"
                           "assistant\n"
                         : "What does\n the drug do?\n");
    naive_close(oracle);
    wrt_llm_close(llm);
}

static void scores_equal_naive_when_model_wants_a_first_token(void **state) {
    (void)state;
    compare_all(&(tiny_variant){.adds_bos = true});
}

static void scores_equal_naive_when_vocabulary_is_sentencepiece(void **state) {
    (void)state;
    compare_all(&(tiny_variant){.sentencepiece = true, .adds_bos = true});
    compare_all(&(tiny_variant){.sentencepiece = true});
}

static void scores_equal_naive_when_model_has_no_template(void **state) {
    (void)state;
    compare_all(&(tiny_variant){.no_template = true});
    compare_all(&(tiny_variant){.no_template = true, .sentencepiece = true, .adds_bos = true});
}

static void open_refuses_when_a_byte_has_no_token(void **state) {
    (void)state;
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    write_variant(&(tiny_variant){.sentencepiece = true, .byte_tokens = 208});
    assert_int_equal(open_path(&llm, variant_path, NULL, &err), WRT_E_INPUT);
    assert_string_equal(err.message,
                        "variant.gguf: a damaged model: llama.cpp crashed while trying it");
}

static void sentencepiece_model_writes_what_its_grammar_admits(void **state) {
    (void)state;
    wrt_llm *llm = NULL;
    wrt_err err = {0};
    wrt_buf out = wrt_buf_make(100);
    const wrt_llm_prompt prompt = {.user = WRT_STR("h\xc3\xa9patite?")};
    write_variant(&(tiny_variant){.sentencepiece = true, .adds_bos = true});
    assert_int_equal(open_path(&llm, variant_path, NULL, NULL), WRT_OK);
    if (ask_text(&out, llm, &prompt, "root ::= \"yes, h\\u00e9patite\" | \"no \\U0001F9EC\"", 60,
                 &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_true(strcmp(out.ptr, "yes, h\xc3\xa9patite") == 0 ||
                strcmp(out.ptr, "no \xf0\x9f\xa7\xac") == 0);
    wrt_buf_free(&out);
    wrt_llm_close(llm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_equal_naive_when_model_wants_a_first_token),
        cmocka_unit_test(scores_equal_naive_when_vocabulary_is_sentencepiece),
        cmocka_unit_test(scores_equal_naive_when_model_has_no_template),
        cmocka_unit_test(open_refuses_when_a_byte_has_no_token),
        cmocka_unit_test(sentencepiece_model_writes_what_its_grammar_admits),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
