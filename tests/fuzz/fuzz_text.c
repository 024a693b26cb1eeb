/* fuzz_text.c: any bytes as a text that rules ask about.
 *
 * Whatever they are: sentences and identifiers lie inside the text, in order and without overlap;
 * every reader comes to an end; the facts have their members. */
#include "policies/facts.h"
#include "policies/gate.h"
#include "policies/phi.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_sentences(wrt_str text) {
    wrt_sentences reader;
    wrt_sentence sentence;
    const char *from = text.ptr;
    wrt_sentences_start(&reader, text);
    while (wrt_sentences_next(&sentence, &reader)) {
        check(sentence.text.ptr >= from && sentence.n > 0);
        check(sentence.text.ptr + sentence.text.len <= text.ptr + text.len);
        from = sentence.text.ptr + sentence.text.len;
        for (size_t i = 0; i < sentence.n; i++)
            check(sentence.tokens[i].text.len > 0 && sentence.tokens[i].text.ptr < from);
        check(wrt_gate_name(wrt_gate_read(&sentence))[0] != '\0');
    }
}

static void check_identifiers(wrt_str text) {
    wrt_phi_span span;
    size_t last = 0;
    for (size_t from = 0; wrt_phi_next(&span, &from, text);) {
        check(span.start >= last && span.end > span.start && span.end <= text.len);
        check(span.class < WRT_PHI_CLASSES);
        last = span.end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size > 0 ? size : 1); /* exact: reading past its end is seen */
    for (size_t i = 0; i < size; i++)
        copy[i] = (char)data[i];
    wrt_str text = {copy, size};
    check_sentences(text);
    check_identifiers(text);
    wrt_json *facts = wrt_facts_of(text);
    check(wrt_json_is(wrt_json_path(facts, "causal.asserts"), WRT_JSON_BOOL));
    check(wrt_json_is(wrt_json_path(facts, "clinical.kinds"), WRT_JSON_ARRAY));
    check(wrt_json_is(wrt_json_path(facts, "phi.classes"), WRT_JSON_ARRAY));
    wrt_json_free(facts);
    free(copy);
    return 0;
}
