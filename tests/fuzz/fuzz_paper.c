/* fuzz_paper.c: any bytes as names and a record to read sentences from.
 *
 * {"treatment":[names],"outcome":[names],"record":{"title","abstract":[{"label","category",
 * "text"}]}}. Whatever it is: every sentence found is, byte for byte, at its offsets in its field,
 * and reads the same a second time; the design and what is held against the record are among those
 * that there are. */
#include "agent/literature/design.h"
#include "agent/literature/paper.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_place(const wrt_json *record, const wrt_json *sentence) {
    const char *field = wrt_paper_field(record, wrt_json_get_text(sentence, "field", ""));
    const char *text = wrt_json_get_text(sentence, "text", NULL);
    int64_t start = wrt_json_get_int(sentence, "start", -1);
    int64_t end = wrt_json_get_int(sentence, "end", -1);
    check(field != NULL && text != NULL && start >= 0 && end > start);
    check((size_t)end <= strlen(field) && (size_t)(end - start) == strlen(text));
    check(memcmp(field + start, text, (size_t)(end - start)) == 0);
}

static void check_paper(const wrt_json *input) {
    static wrt_terms treatment, outcome;
    const wrt_json *record = wrt_json_get(input, "record");
    wrt_terms_read(&treatment, wrt_json_get(input, "treatment"));
    wrt_terms_read(&outcome, wrt_json_get(input, "outcome"));
    const wrt_reading_names names = {&treatment, &outcome, true};
    wrt_json *found = wrt_paper_sentences(record, &names);
    wrt_json *again = wrt_paper_sentences(record, &names);
    check(wrt_json_equal(found, again) && wrt_json_count(found) <= WRT_PAPER_SENTENCES_MAX);
    WRT_JSON_EACH(sentence, found)
    check_place(record, sentence);
    check(wrt_design_name(wrt_design_of_record(record))[0] != '\0');
    check(wrt_design_objection(record) == NULL || wrt_design_objection(record)[0] != '\0');
    wrt_json_free(found);
    wrt_json_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_json *input = NULL;
    if (wrt_json_parse(&input, (wrt_str){(const char *)data, size}, NULL) == WRT_OK)
        check_paper(input);
    wrt_json_free(input);
    return 0;
}
