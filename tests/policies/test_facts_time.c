/* test_facts_time.c: the readers of texts take linear time, whatever the text.
 *
 * Texts are short pieces repeated, each chosen to make a reader look ahead or back: openings that
 * nothing closes, words that open a form, digits without end. Processor time of a text twice as
 * long may not be more than thrice that of the text. */
#include "policies/clinical.h"
#include "policies/gate.h"
#include "policies/phi.h"
#include "tests/policies/support.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEXT_BYTES = 1 << 12, ATTEMPTS = 5, TICKS_MIN = 4000 };

static const char *const pieces[] = {
    "\"",        "\" (PMID 1 ", "(",           "1",        "1 ",           "1-",
    "a@",        "a-",          "http://",     "MRN ",     "born on ",     "May ",
    "IBAN GB1",  "e.g. ",       "not ",        "because ", "causes ",      "is caused by ",
    "take 5 ",   "you should ", "make toxin ", "\n- ",     "\xe2\x80\x8b", "\xd0\xb0",
    "doi:10.1/", ". ",
};

typedef unsigned (*reader)(wrt_str text);

static unsigned read_gate(wrt_str text) {
    return (unsigned)wrt_gate_read_text(text);
}

static unsigned read_hazards(wrt_str text) {
    wrt_sentences sentences;
    wrt_sentence sentence;
    unsigned found = 0;
    wrt_sentences_start(&sentences, text);
    while (wrt_sentences_next(&sentence, &sentences))
        found |= wrt_hazard_read(&sentence);
    return found;
}

static char *repeat(const char *piece, size_t bytes) {
    char *text = malloc(bytes + 1);
    size_t len = strlen(piece), n = bytes - bytes % len;
    for (size_t i = 0; i < n; i++)
        text[i] = piece[i % len];
    text[n] = '\0';
    return text;
}

static double ticks_of(reader read, const char *piece, size_t bytes) {
    char *text = repeat(piece, bytes);
    clock_t start = clock();
    (void)read(wrt_str_of(text));
    double ticks = (double)(clock() - start);
    free(text);
    return ticks;
}

/* A reader that answers before a clock can tell is no slow one; a busy machine is asked again. */
static void assert_linear(const char *name, reader read) {
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        double once = 0, twice = 0;
        bool is_slow = true;
        for (int attempt = 0; is_slow && attempt < ATTEMPTS; attempt++) {
            once = ticks_of(read, pieces[i], TEXT_BYTES);
            twice = ticks_of(read, pieces[i], (size_t)2 * TEXT_BYTES);
            is_slow = twice > TICKS_MIN && twice > 3 * once;
        }
        if (is_slow)
            fail_msg("%s: '%s' repeated: %.0f, twice as long %.0f", name, pieces[i], once, twice);
    }
}

static void gate_takes_linear_time(void **state) {
    (void)state;
    assert_linear("gate", read_gate);
}

static void phi_takes_linear_time(void **state) {
    (void)state;
    assert_linear("phi", wrt_phi_classes_of);
}

static void clinical_takes_linear_time(void **state) {
    (void)state;
    assert_linear("clinical", wrt_clinical_read_text);
}

static void hazards_take_linear_time(void **state) {
    (void)state;
    assert_linear("hazards", read_hazards);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_takes_linear_time),
        cmocka_unit_test(phi_takes_linear_time),
        cmocka_unit_test(clinical_takes_linear_time),
        cmocka_unit_test(hazards_take_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
