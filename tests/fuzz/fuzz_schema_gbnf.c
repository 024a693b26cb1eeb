/* fuzz_schema_gbnf.c: a JSON Schema becomes a grammar, the grammar becomes JSON, the JSON fits.
 *
 * Whatever the bytes are: nothing crashes; a schema without a grammar gets a one-line reason; a
 * grammar is read by wrt_gbnf_parse; and sentences of it are read by wrt_json_parse and pass
 * wrt_schema_validate (or reach its work limit). */
#include "base/schema.h"
#include "llm/grammar/gbnf_form.h"
#include "llm/grammar/schema_gbnf.h"
#include "tests/llm/sentence.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SCHEMA_MAX = 4096, SENTENCES = 6, SENTENCE_MAX = 1 << 16, ACCEPTED_MAX = 500 };

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_sentence(const wrt_json *schema, const wrt_gbnf *grammar, wrt_str text) {
    wrt_json *value = NULL;
    bool is_sentence = false;
    check(wrt_json_parse(&value, text, NULL) == WRT_OK);
    wrt_status status = wrt_schema_validate(schema, value, "value", NULL);
    check(status == WRT_OK || status == WRT_E_LIMIT);
    wrt_json_free(value);
    if (text.len <= ACCEPTED_MAX &&
        wrt_gbnf_accepts(&is_sentence, grammar, text, NULL) != WRT_E_LIMIT)
        check(is_sentence);
}

static void check_grammar(const wrt_json *schema, wrt_str text, uint64_t seed) {
    wrt_gbnf *grammar = NULL;
    wrt_rng rng = wrt_rng_make(seed, 2, 0);
    check(wrt_gbnf_parse(&grammar, text, NULL) == WRT_OK);
    sentence_maker *maker = sentence_maker_new(grammar);
    for (size_t i = 0; i < SENTENCES; i++) {
        wrt_buf sentence = wrt_buf_make(SENTENCE_MAX);
        if (sentence_make(&sentence, maker, &rng, i * 60))
            check_sentence(schema, grammar, wrt_buf_str(&sentence));
        wrt_buf_free(&sentence);
    }
    sentence_maker_free(maker);
    wrt_gbnf_free(grammar);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_json *schema = NULL;
    wrt_err err = {0};
    if (size > SCHEMA_MAX ||
        wrt_json_parse(&schema, (wrt_str){(const char *)data, size}, NULL) != WRT_OK)
        return 0;
    wrt_buf text = wrt_buf_make(WRT_KIB(256));
    wrt_status status = wrt_schema_to_gbnf(&text, schema, &err);
    if (status == WRT_OK) {
        check_grammar(schema, wrt_buf_str(&text), size);
    } else {
        check(text.len == 0 && err.code == status && err.message[0] != '\0');
        check(status == WRT_E_INPUT || status == WRT_E_LIMIT || status == WRT_E_UNSUPPORTED);
        check(strchr(err.message, '\n') == NULL && wrt_utf8_valid(wrt_str_of(err.message)));
    }
    wrt_buf_free(&text);
    wrt_json_free(schema);
    return 0;
}
