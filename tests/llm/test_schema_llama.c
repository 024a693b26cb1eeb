/* test_schema_llama.c: llama.cpp's own grammar engine as the second opinion.
 *
 * Every grammar that schema_gbnf makes is taken by llama.cpp, and on sentences, on beginnings of
 * sentences and on damaged ones it says the same as gbnf_match.c. The vocabulary is that of the
 * tiny model, of which the single bytes are used. Damage is in ASCII only: llama.cpp takes some
 * ill-formed UTF-8 that the recogniser refuses, and the other way round in negated classes. */
#include "base/file.h"
#include "gbnf_cases.h"
#include "llm/grammar/gbnf.h"
#include "llm/grammar/schema_gbnf.h"
#include "llm/llm.h"
#include "schema_cases.h"
#include "sentence.h"
#include "tiny_gguf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <llama.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct llama_model *model;
static const struct llama_vocab *vocab;
static llama_token token_of[256]; /* by byte */

static void map_bytes(void) {
    for (llama_token id = 0; id < llama_vocab_n_tokens(vocab); id++) {
        char piece[64];
        if (llama_vocab_is_control(vocab, id))
            continue;
        if (llama_token_to_piece(vocab, id, piece, sizeof piece, 0, false) == 1)
            token_of[(unsigned char)piece[0]] = id;
    }
}

/* Opening through our own back end starts the engine; the vocabulary is then loaded once more. */
static int load_vocabulary(void **state) {
    (void)state;
    char folder[] = "/tmp/warrant-grammar-XXXXXX";
    wrt_llm *llm = NULL;
    wrt_buf bytes = wrt_buf_make(WRT_MIB(4));
    wrt_buf spec = wrt_buf_make(4096);
    if (mkdtemp(folder) == NULL)
        return 1;
    char *path = wrt_path_join(folder, "tiny.gguf");
    tiny_gguf_build(&bytes);
    wrt_buf_printf(&spec, "llama:%s", path);
    struct llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    if (wrt_file_write(path, wrt_buf_str(&bytes), 0600, NULL) == WRT_OK &&
        wrt_llm_open(&llm, spec.ptr, NULL, NULL) == WRT_OK)
        model = llama_model_load_from_file(path, params);
    wrt_llm_close(llm);
    unlink(path);
    rmdir(folder);
    free(path);
    wrt_buf_free(&bytes);
    wrt_buf_free(&spec);
    if (model == NULL)
        return 1;
    vocab = llama_model_get_vocab(model);
    map_bytes();
    return 0;
}

static int free_vocabulary(void **state) {
    (void)state;
    llama_model_free(model);
    return 0;
}

static bool admits(struct llama_sampler *sampler, llama_token id) {
    llama_token_data one = {.id = id, .logit = 0.0F};
    llama_token_data_array list = {.data = &one, .size = 1, .selected = -1};
    llama_sampler_apply(sampler, &list);
    return isfinite(one.logit);
}

/* The two recognisers side by side, byte after byte. */
static void compare(const char *name, const char *text, const wrt_gbnf *grammar, wrt_str bytes) {
    struct llama_sampler *sampler = llama_sampler_init_grammar(vocab, text, "root");
    wrt_gbnf_match *match = wrt_gbnf_match_new(grammar);
    bool is_possible = true;
    size_t i = 0;
    assert_non_null(sampler);
    for (; is_possible && i <= bytes.len; i++) {
        if (admits(sampler, llama_vocab_eos(vocab)) != wrt_gbnf_match_complete(match))
            fail_msg("%s\n%.*s: complete? after %zu bytes", name, (int)bytes.len, bytes.ptr, i);
        if (i == bytes.len)
            break;
        llama_token id = token_of[(unsigned char)bytes.ptr[i]];
        assert_int_equal(
            wrt_gbnf_match_feed(&is_possible, match, (wrt_str){bytes.ptr + i, 1}, NULL), WRT_OK);
        if (admits(sampler, id) != is_possible)
            fail_msg("%s\n%.*s: possible? after %zu bytes", name, (int)bytes.len, bytes.ptr, i + 1);
        if (is_possible)
            llama_sampler_accept(sampler, id);
    }
    wrt_gbnf_match_free(match);
    llama_sampler_free(sampler);
}

/* One ASCII byte replaced, taken out or doubled. */
static void damage(wrt_buf *text, wrt_rng *rng) {
    if (text->len == 0)
        return;
    size_t at = (size_t)wrt_rng_below(rng, text->len);
    if ((unsigned char)text->ptr[at] >= 0x80)
        return;
    static const char likely[] = "0123456789\"\\,:[]{}-.eatrufn ";
    size_t kind = (size_t)wrt_rng_below(rng, 3);
    if (kind == 0)
        text->ptr[at] = likely[wrt_rng_below(rng, sizeof likely - 1)];
    else if (kind == 1)
        text->len--;
    if (kind == 1)
        memmove(text->ptr + at, text->ptr + at + 1, text->len - at + 1);
    if (kind == 2 && at + 1 < text->len && (unsigned char)text->ptr[at + 1] < 0x80)
        text->ptr[at + 1] = text->ptr[at];
}

static void compare_sentences(const char *name, const char *text, uint64_t unit) {
    wrt_gbnf *grammar = NULL;
    wrt_rng rng = wrt_rng_make(5, 8, unit);
    assert_int_equal(wrt_gbnf_parse(&grammar, wrt_str_of(text), NULL), WRT_OK);
    sentence_maker *maker = sentence_maker_new(grammar);
    for (int i = 0; i < 12; i++) {
        wrt_buf sentence = wrt_buf_make(WRT_KIB(3));
        if (sentence_make(&sentence, maker, &rng, 60)) {
            if (i % 2 != 0)
                damage(&sentence, &rng);
            compare(name, text, grammar, wrt_buf_str(&sentence));
        }
        wrt_buf_free(&sentence);
    }
    sentence_maker_free(maker);
    wrt_gbnf_free(grammar);
}

static void check_schema(const char *quoted, uint64_t unit) {
    wrt_json *schema = NULL;
    wrt_err err = {0};
    wrt_buf text = wrt_buf_make(WRT_MIB(2));
    char *copy = strdup(quoted);
    for (char *at = copy; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    assert_int_equal(wrt_json_parse(&schema, wrt_str_of(copy), NULL), WRT_OK);
    if (wrt_schema_to_gbnf(&text, schema, &err) != WRT_OK)
        fail_msg("%s: %s", quoted, err.message);
    compare_sentences(quoted, text.ptr, unit);
    free(copy);
    wrt_buf_free(&text);
    wrt_json_free(schema);
}

static void engines_agree_when_grammar_is_a_schemas(void **state) {
    (void)state;
    for (size_t i = 0; i < N_SCHEMA_CASES; i++)
        check_schema(schema_cases[i], i);
}

static void engines_agree_when_grammar_is_a_tools(void **state) {
    (void)state;
    for (size_t i = 0; i < N_TOOL_SCHEMAS; i++)
        check_schema(tool_schemas[i], 1000 + i);
}

static bool is_ascii(const char *text) {
    while (*text != '\0' && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
}

/* llama.cpp refuses some grammars that the recogniser takes (""*, loops over what may be empty),
 * and does not see that a beginning has no finite end. */
static void engines_agree_when_grammar_is_by_hand(void **state) {
    (void)state;
    size_t n_taken = 0;
    for (size_t i = 0; i < N_LANGUAGES; i++) {
        const language *one = &languages[i];
        struct llama_sampler *sampler = llama_sampler_init_grammar(vocab, one->grammar, "root");
        if (sampler != NULL)
            llama_sampler_free(sampler);
        if (sampler == NULL || strstr(one->grammar, "endless") != NULL)
            continue;
        n_taken++;
        wrt_gbnf *grammar = NULL;
        assert_int_equal(wrt_gbnf_parse(&grammar, wrt_str_of(one->grammar), NULL), WRT_OK);
        for (size_t k = 0; k < 16; k++) {
            const char *text = k < 8 ? one->good[k] : one->bad[k - 8];
            if (text != NULL && is_ascii(text))
                compare(one->grammar, one->grammar, grammar, wrt_str_of(text));
        }
        wrt_gbnf_free(grammar);
    }
    assert_true(n_taken + 6 > N_LANGUAGES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_agree_when_grammar_is_by_hand),
        cmocka_unit_test(engines_agree_when_grammar_is_a_schemas),
        cmocka_unit_test(engines_agree_when_grammar_is_a_tools),
    };
    return cmocka_run_group_tests(tests, load_vocabulary, free_vocabulary);
}
