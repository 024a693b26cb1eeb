/* test_clinical.c: directives, emergencies and hazards on labelled sentences. The figures must
 * stand in policies/FIGURES.md. */
#include "policies/clinical.h"
#include "tests/policies/labelled.h"
#include "tests/policies/support.h"

#include <string.h>

enum { KINDS_MAX = 8 };

typedef struct {
    const char *(*name)(unsigned kind);
    unsigned (*read)(wrt_str text);
    unsigned n_kinds;
    int labelled[KINDS_MAX], found[KINDS_MAX], flagged[KINDS_MAX];
} tally;

static const char *clinical_name(unsigned kind) {
    return wrt_clinical_name((wrt_clinical_kind)kind);
}

static const char *hazard_name(unsigned kind) {
    return wrt_hazard_name((wrt_hazard_kind)kind);
}

static unsigned read_hazards(wrt_str text) {
    wrt_sentences reader;
    wrt_sentence sentence;
    unsigned found = 0;
    wrt_sentences_start(&reader, text);
    while (wrt_sentences_next(&sentence, &reader))
        found |= wrt_hazard_read(&sentence);
    return found;
}

static unsigned read_label(const tally *all, const char *label) {
    unsigned kinds = 0;
    wrt_str rest = wrt_str_of(label), part;
    while (strcmp(label, "none") != 0 && wrt_str_cut(&part, &rest, ',')) {
        unsigned kind = 0;
        while (kind < all->n_kinds && !wrt_str_equal_c(part, all->name(kind)))
            kind++;
        if (kind == all->n_kinds)
            fail_msg("unknown label %s", label);
        kinds |= 1u << kind;
    }
    return kinds;
}

static void count(char *const *fields, void *ctx) {
    tally *all = ctx;
    unsigned label = read_label(all, fields[0]), found = all->read(wrt_str_of(fields[1]));
    for (unsigned i = 0; i < all->n_kinds; i++) {
        all->labelled[i] += (label >> i & 1u) != 0;
        all->found[i] += ((label & found) >> i & 1u) != 0;
        all->flagged[i] += (found >> i & 1u) != 0;
    }
}

static void add_rows(wrt_buf *out, const tally *all) {
    for (unsigned i = 0; i < all->n_kinds; i++)
        wrt_buf_printf(out, "| %s | %d | %d | %d |\n", all->name(i), all->labelled[i],
                       all->found[i], all->flagged[i] - all->found[i]);
}

static void kinds_are_found_as_often_as_the_figures_say(void **state) {
    (void)state;
    tally clinical = {
        .name = clinical_name, .read = wrt_clinical_read_text, .n_kinds = WRT_CLINICAL_KINDS};
    tally hazards = {.name = hazard_name, .read = read_hazards, .n_kinds = WRT_HAZARD_KINDS};
    wrt_buf table = wrt_buf_make(WRT_KIB(16));
    assert_true(each_labelled("clinical_sentences.tsv", 2, count, &clinical) >= 100);
    assert_true(each_labelled("hazard_sentences.tsv", 2, count, &hazards) >= 30);
    add_rows(&table, &clinical);
    add_rows(&table, &hazards);
    assert_published("FIGURES.md", wrt_buf_str(&table).ptr);
    clinical = (tally){
        .name = clinical_name, .read = wrt_clinical_read_text, .n_kinds = WRT_CLINICAL_KINDS};
    hazards = (tally){.name = hazard_name, .read = read_hazards, .n_kinds = WRT_HAZARD_KINDS};
    wrt_buf_clear(&table);
    assert_true(each_labelled("clinical_heldout.tsv", 2, count, &clinical) >= 50);
    assert_true(each_labelled("hazard_heldout.tsv", 2, count, &hazards) >= 15);
    add_rows(&table, &clinical);
    add_rows(&table, &hazards);
    assert_published("FIGURES.md", wrt_buf_str(&table).ptr);
    wrt_buf_free(&table);
}

static void assert_kinds(const char *text, unsigned expected) {
    unsigned kinds = wrt_clinical_read_text(wrt_str_of(text));
    if (kinds != expected)
        fail_msg("'%s': %x, expected %x", text, kinds, expected);
}

/* A quotation hides a directive only when its sentence names the source. */
static void directives_hide_in_cited_quotations_only(void **state) {
    (void)state;
    assert_kinds("\"Take 5 mg twice daily\" (PMID 12345678)", 0);
    assert_kinds("\"Take 5 mg twice daily.\" (PMID 12345678)", 0);
    assert_kinds("\"Take 5 mg twice daily\"", 1u << WRT_CLINICAL_DOSING);
    assert_kinds("\"Take 5 mg twice daily\" (PMID 12345678). Take 5 mg.",
                 1u << WRT_CLINICAL_DOSING);
    assert_kinds("\"Take 5 mg twice daily (PMID 12345678)", 1u << WRT_CLINICAL_DOSING);
}

static void directives_are_found_in_any_sentence_and_any_case(void **state) {
    (void)state;
    assert_kinds("Weight was measured. STOP TAKING WARFARIN.", 1u << WRT_CLINICAL_START_STOP);
    assert_kinds("Notes:\n- stop taking warfarin\n- rest", 1u << WRT_CLINICAL_START_STOP);
    assert_kinds("You\nshould\ntake\n5 mg.", 1u << WRT_CLINICAL_DOSING);
}

/* Neither a sentence without end nor letters of another alphabet hide a directive; wherever the
 * sentence is cut, some part holds the whole of it. */
static void directives_are_found_behind_padding_and_foreign_letters(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    for (int n = 200; n < 300; n++) {
        wrt_buf_clear(&text);
        for (int i = 0; i < n; i++)
            wrt_buf_add_c(&text, "beta ");
        wrt_buf_add_c(&text, "you should take 5 mg of warfarin, beta");
        for (int i = 0; i < n; i++)
            wrt_buf_add_c(&text, " beta");
        assert_kinds(wrt_buf_str(&text).ptr, 1u << WRT_CLINICAL_DOSING);
    }
    wrt_buf_free(&text);
    assert_kinds("You should t\xd0\xb0ke 5 mg of warfarin.", 1u << WRT_CLINICAL_DOSING);
    assert_kinds("You should t\xe2\x93\x90ke 5 mg of warfarin.", 1u << WRT_CLINICAL_DOSING);
    assert_kinds("You should t\xf0\x9d\x90\x9a"
                 "ke 5 mg of warfarin.",
                 1u << WRT_CLINICAL_DOSING);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_found_as_often_as_the_figures_say),
        cmocka_unit_test(directives_hide_in_cited_quotations_only),
        cmocka_unit_test(directives_are_found_in_any_sentence_and_any_case),
        cmocka_unit_test(directives_are_found_behind_padding_and_foreign_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
