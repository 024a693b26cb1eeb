/* test_gguf_check.c: what the strict walk over a GGUF file lets through and what it refuses. */
#include "base/file.h"
#include "llm/gguf_check.h"
#include "tiny_gguf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static wrt_buf fresh(void) {
    return wrt_buf_make(WRT_MIB(4));
}

static void expect(wrt_buf *file, wrt_status wanted, const char *words) {
    wrt_err err = {0};
    wrt_status status = wrt_gguf_check(NULL, wrt_buf_str(file), &err);
    if (status != wanted || (words != NULL && strstr(err.message, words) == NULL))
        fail_msg("status %d, message \"%s\"; wanted %d, \"%s\"", status, err.message, wanted,
                 words == NULL ? "" : words);
    wrt_buf_free(file);
}

/* One F32 tensor "w" of 8 values after the given keys, which the caller has written. */
static void finish(wrt_buf *file, uint32_t n_dims, uint64_t length, uint32_t type,
                   uint64_t offset) {
    gguf_text(file, "w");
    gguf_u32(file, n_dims);
    for (uint32_t i = 0; i < n_dims && i < 8; i++)
        gguf_u64(file, i == 0 ? length : 1);
    gguf_u32(file, type);
    gguf_u64(file, offset);
    while (file->len % 32 != 0)
        wrt_buf_add_char(file, 0);
    for (int i = 0; i < 8; i++)
        gguf_u32(file, 0);
}

static wrt_buf begin(uint64_t more_keys) {
    wrt_buf file = fresh();
    gguf_header(&file, 3, 1, 1 + more_keys);
    gguf_key_text(&file, "general.architecture", "llama");
    return file;
}

static void gguf_check_reports_facts_when_file_is_whole(void **state) {
    (void)state;
    wrt_gguf_facts facts = {0};
    wrt_err err = {0};
    wrt_buf file = fresh();
    tiny_gguf_build(&file);
    assert_int_equal(wrt_gguf_check(&facts, wrt_buf_str(&file), &err), WRT_OK);
    assert_int_equal(facts.version, 3);
    assert_int_equal(facts.n_tensors, 21);
    assert_int_equal(facts.n_tokens, 352);
    assert_string_equal(facts.architecture, "llama");
    assert_int_equal(facts.data_end, file.len);
    /* 119,104 weights of four bytes (hand count of the shapes). */
    assert_int_equal(facts.data_end - facts.data_offset, 476416);
    wrt_buf_free(&file);
}

static void gguf_check_refuses_when_cut_anywhere(void **state) {
    (void)state;
    wrt_gguf_facts facts = {0};
    wrt_buf file = fresh();
    tiny_gguf_build(&file);
    assert_int_equal(wrt_gguf_check(&facts, wrt_buf_str(&file), NULL), WRT_OK);
    for (size_t len = 0; len < file.len; len += len < facts.data_offset ? 1 : 4099) {
        char *copy = malloc(len + 1); /* exact size, so that a read beyond it is seen */
        memcpy(copy, file.ptr, len);
        copy = realloc(copy, len == 0 ? 1 : len);
        assert_int_equal(wrt_gguf_check(NULL, (wrt_str){copy, len}, NULL), WRT_E_INPUT);
        free(copy);
    }
    assert_int_equal(wrt_gguf_check(NULL, (wrt_str){file.ptr, file.len - 1}, NULL), WRT_E_INPUT);
    wrt_buf_free(&file);
}

static void gguf_check_survives_when_any_header_byte_changes(void **state) {
    (void)state;
    wrt_gguf_facts facts = {0};
    wrt_buf file = fresh();
    tiny_gguf_build(&file);
    assert_int_equal(wrt_gguf_check(&facts, wrt_buf_str(&file), NULL), WRT_OK);
    for (size_t at = 0; at < facts.data_offset; at++) {
        char before = file.ptr[at];
        file.ptr[at] = (char)(before ^ 0x80);
        wrt_gguf_check(NULL, wrt_buf_str(&file), NULL);
        file.ptr[at] = before;
    }
    wrt_buf_free(&file);
}

static void gguf_check_refuses_when_header_is_wrong(void **state) {
    (void)state;
    wrt_buf file = fresh();
    wrt_buf_add_c(&file, "PK\003\004 this is an archive, not a model");
    expect(&file, WRT_E_INPUT, "does not begin with a GGUF header");
    file = fresh();
    gguf_header(&file, 1, 1, 1);
    expect(&file, WRT_E_INPUT, "version 1 is not 2 or 3");
    file = fresh();
    gguf_header(&file, 4, 1, 1);
    expect(&file, WRT_E_INPUT, "version 4 is not 2 or 3");
    file = fresh();
    gguf_header(&file, 0x03000000, 1, 1);
    expect(&file, WRT_E_UNSUPPORTED, "big-endian");
    file = fresh();
    gguf_header(&file, 3, UINT64_MAX, 1);
    expect(&file, WRT_E_INPUT, "impossible count");
    file = fresh();
    gguf_header(&file, 3, 1, UINT64_C(1) << 40);
    expect(&file, WRT_E_INPUT, "impossible count");
}

static void gguf_check_accepts_when_one_tensor_is_well_placed(void **state) {
    (void)state;
    wrt_buf file = begin(0);
    finish(&file, 1, 8, 0, 0);
    expect(&file, WRT_OK, NULL);
}

static void gguf_check_refuses_when_tensor_is_wrong(void **state) {
    (void)state;
    static const struct {
        uint64_t n_dims;
        uint64_t length;
        uint64_t type;
        uint64_t offset;
        const char *words;
    } cases[] = {{0, 8, 0, 0, "without dimensions"},
                 {5, 8, 0, 0, "more than 4"},
                 {1, 0, 0, 0, "impossible size"},
                 {4, UINT64_MAX, 0, 0, "impossible size"},
                 {1, 8, 4, 0, "unknown type"},  /* withdrawn */
                 {1, 8, 43, 0, "unknown type"}, /* not yet given */
                 {1, 8, 8, 0, "whole blocks"},  /* Q8_0 has blocks of 32 */
                 {1, 8, 0, 4, "misplaced"},
                 {1, 8, 0, UINT64_MAX - 31, "misplaced"},
                 {1, 9, 0, 0, "cut off"},
                 {1, 8, 0, 32, "cut off"},
                 {1, UINT64_C(1) << 47, 0, 0, "cut off"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_buf file = begin(0);
        finish(&file, (uint32_t)cases[i].n_dims, cases[i].length, (uint32_t)cases[i].type,
               cases[i].offset);
        expect(&file, WRT_E_INPUT, cases[i].words);
    }
}

static void array_head(wrt_buf *file, const char *key, uint32_t element, uint64_t n) {
    gguf_text(file, key);
    gguf_u32(file, 9);
    gguf_u32(file, element);
    gguf_u64(file, n);
}

static void gguf_check_refuses_when_metadata_is_wrong(void **state) {
    (void)state;
    wrt_buf file = fresh();
    gguf_header(&file, 3, 1, 0);
    finish(&file, 1, 8, 0, 0);
    expect(&file, WRT_E_INPUT, "no general.architecture");
    file = begin(1);
    gguf_key_u32(&file, "", 1);
    expect(&file, WRT_E_INPUT, "empty key");
    file = begin(1);
    gguf_key_u32(&file, "general.alignment", 48);
    expect(&file, WRT_E_INPUT, "power of two");
    file = begin(1);
    gguf_text(&file, "k");
    gguf_u32(&file, 13);
    expect(&file, WRT_E_INPUT, "unknown type");
    file = begin(1);
    gguf_text(&file, "k");
    gguf_u32(&file, 7);
    wrt_buf_add_char(&file, 2);
    expect(&file, WRT_E_INPUT, "neither 0 nor 1");
    file = begin(1);
    array_head(&file, "k", 9, 1);
    expect(&file, WRT_E_INPUT, "array of an unknown type");
    file = begin(1);
    array_head(&file, "k", 10, UINT64_MAX / 4);
    expect(&file, WRT_E_INPUT, "larger than the file");
    file = begin(1);
    gguf_key_u32(&file, "split.count", 2);
    expect(&file, WRT_E_UNSUPPORTED, "split into 2 files");
}

static void gguf_check_refuses_when_vocabulary_is_wrong(void **state) {
    (void)state;
    wrt_buf file = begin(1);
    array_head(&file, "tokenizer.ggml.tokens", 8, 3);
    gguf_text(&file, "a");
    gguf_text(&file, "b");
    gguf_text(&file, "a");
    expect(&file, WRT_E_INPUT, "a token twice");
    file = begin(1);
    array_head(&file, "tokenizer.ggml.tokens", 8, UINT64_C(1) << 21);
    gguf_text(&file, "a");
    expect(&file, WRT_E_INPUT, "larger than the file");
    file = begin(1);
    array_head(&file, "tokenizer.ggml.tokens", 4, 1);
    gguf_u32(&file, 1);
    expect(&file, WRT_E_INPUT, "not strings");
    file = begin(2);
    array_head(&file, "tokenizer.ggml.tokens", 8, 1);
    gguf_text(&file, "a");
    gguf_key_u32(&file, "tokenizer.ggml.eos_token_id", 1);
    expect(&file, WRT_E_INPUT, "outside the vocabulary");
    file = begin(2);
    array_head(&file, "tokenizer.ggml.tokens", 8, 1);
    gguf_text(&file, "a");
    array_head(&file, "tokenizer.ggml.token_type", 5, 2);
    gguf_u64(&file, 0);
    expect(&file, WRT_E_INPUT, "different lengths");
}

static void gguf_check_names_file_when_it_is_missing_or_no_file(void **state) {
    (void)state;
    wrt_err err = {0};
    char folder[] = "/tmp/warrant-gguf-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(wrt_gguf_check_file(NULL, "/nowhere/at/all.gguf", &err), WRT_E_INPUT);
    assert_string_equal(err.message, "all.gguf: the model file cannot be opened");
    assert_int_equal(wrt_gguf_check_file(NULL, folder, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "not a regular file"));
    rmdir(folder);
}

/* The fuzzer's corpus: the name of a file says what must become of it. */
static wrt_status check_corpus_file(const char *name, void *ctx) {
    char *path = wrt_path_join(TEST_SOURCE_DIR "/tests/fuzz/corpus/gguf", name);
    wrt_status status = wrt_gguf_check_file(NULL, path, NULL);
    if ((strncmp(name, "accept_", 7) == 0) != (status == WRT_OK))
        fail_msg("%s: status %d", name, status);
    ++*(int *)ctx;
    free(path);
    return WRT_OK;
}

static void gguf_check_agrees_with_names_in_corpus(void **state) {
    (void)state;
    int n = 0;
    assert_int_equal(
        wrt_dir_each(TEST_SOURCE_DIR "/tests/fuzz/corpus/gguf", check_corpus_file, &n, NULL),
        WRT_OK);
    assert_true(n >= 28);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gguf_check_reports_facts_when_file_is_whole),
        cmocka_unit_test(gguf_check_refuses_when_cut_anywhere),
        cmocka_unit_test(gguf_check_survives_when_any_header_byte_changes),
        cmocka_unit_test(gguf_check_refuses_when_header_is_wrong),
        cmocka_unit_test(gguf_check_accepts_when_one_tensor_is_well_placed),
        cmocka_unit_test(gguf_check_refuses_when_tensor_is_wrong),
        cmocka_unit_test(gguf_check_refuses_when_metadata_is_wrong),
        cmocka_unit_test(gguf_check_refuses_when_vocabulary_is_wrong),
        cmocka_unit_test(gguf_check_names_file_when_it_is_missing_or_no_file),
        cmocka_unit_test(gguf_check_agrees_with_names_in_corpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
