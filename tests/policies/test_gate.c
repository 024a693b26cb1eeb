/* test_gate.c: the causal gate on labelled sentences.
 *
 * gate_sentences.tsv was at hand while the grammar was written, gate_heldout.tsv was written
 * afterwards. The figures must stand in policies/README.md and FIGURES.md word for word: a change
 * of the grammar that changes what is missed or blocked shows itself there. */
#include "policies/facts.h"
#include "policies/gate.h"
#include "tests/policies/labelled.h"
#include "tests/policies/support.h"

#include <stdlib.h>
#include <string.h>

enum { GROUPS_MAX = 16 };

/* Sentences of one group: those that need a warrant and pass without one, and those that need none
 * and are stopped. */
typedef struct {
    char name[32];
    int asserting, missed, other, blocked;
} group;

typedef struct {
    group groups[GROUPS_MAX];
    size_t n;
} tally;

static group *find_group(tally *all, const char *name) {
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->groups[i].name, name) == 0)
            return &all->groups[i];
    assert_true(all->n < GROUPS_MAX);
    group *made = &all->groups[all->n++];
    *made = (group){0};
    strncpy(made->name, name, sizeof made->name - 1);
    return made;
}

static void count(char *const *fields, void *ctx) {
    bool needs = strcmp(fields[0], "asserted") == 0;
    bool stops = wrt_gate_needs_warrant(wrt_gate_read_text(wrt_str_of(fields[2])));
    group *at = find_group(ctx, fields[1]);
    at->asserting += needs;
    at->missed += needs && !stops;
    at->other += !needs;
    at->blocked += !needs && stops;
}

static group total_of(const tally *all) {
    group sum = {0};
    for (size_t i = 0; i < all->n; i++) {
        sum.asserting += all->groups[i].asserting;
        sum.missed += all->groups[i].missed;
        sum.other += all->groups[i].other;
        sum.blocked += all->groups[i].blocked;
    }
    return sum;
}

static void add_row(wrt_buf *out, const group *row) {
    wrt_buf_printf(out, "| %s | %d | %d | %d | %d |\n", row->name, row->asserting, row->missed,
                   row->other, row->blocked);
}

/* Without a warrant the gate decides, with one every sentence passes: nothing is blocked. */
static void add_sum(wrt_buf *out, const char *name, const group *sum) {
    wrt_buf_printf(out, "| %s, no warrant | %d | %d | %d | %d |\n", name, sum->asserting,
                   sum->missed, sum->other, sum->blocked);
    wrt_buf_printf(out, "| %s, warrant | %d | - | %d | 0 |\n", name, sum->asserting, sum->other);
}

static void gate_errs_as_often_as_its_readme_says(void **state) {
    (void)state;
    tally known = {0}, held_out = {0};
    wrt_buf table = wrt_buf_make(WRT_KIB(16)), sums = wrt_buf_make(WRT_KIB(16));
    assert_true(each_labelled("gate_sentences.tsv", 3, count, &known) >= 150);
    assert_true(each_labelled("gate_heldout.tsv", 3, count, &held_out) >= 50);
    for (size_t i = 0; i < known.n; i++)
        add_row(&table, &known.groups[i]);
    group sum = total_of(&known);
    add_sum(&sums, "at hand", &sum);
    sum = total_of(&held_out);
    add_sum(&sums, "held out", &sum);
    assert_published("FIGURES.md", wrt_buf_str(&table).ptr);
    assert_published("README.md", wrt_buf_str(&sums).ptr);
    wrt_buf_free(&table);
    wrt_buf_free(&sums);
}

static void assert_class(const char *text, wrt_gate_class expected) {
    wrt_gate_class class = wrt_gate_read_text(wrt_str_of(text));
    if (class != expected)
        fail_msg("'%s': %s, expected %s", text, wrt_gate_name(class), wrt_gate_name(expected));
}

static void gate_names_the_class_of_a_sentence(void **state) {
    (void)state;
    assert_class("Drug Q causes bleeding.", WRT_GATE_ASSERTED);
    assert_class("Drug Q does not cause bleeding.", WRT_GATE_NEGATED);
    assert_class("Drug Q might increase bleeding.", WRT_GATE_HEDGED);
    assert_class("Does drug Q cause bleeding?", WRT_GATE_QUESTION);
    assert_class("\"Drug Q causes bleeding\" (PMID 12345).", WRT_GATE_QUOTED);
    assert_class("Drug Q is associated with bleeding.", WRT_GATE_ASSOCIATIONAL);
    assert_class("Patients took drug Q, so they recovered.", WRT_GATE_UNPARSED);
    assert_class("The trial enrolled 200 patients.", WRT_GATE_NONE);
    assert_class("", WRT_GATE_NONE);
}

static void gate_cancels_two_negations(void **state) {
    (void)state;
    assert_class("Drug Q never fails to cause bleeding.", WRT_GATE_ASSERTED);
    assert_class("It cannot be denied that drug Q causes bleeding.", WRT_GATE_ASSERTED);
    assert_class("There is no doubt that drug Q causes bleeding.", WRT_GATE_ASSERTED);
    assert_class("Drug Q not only soothes but also causes bleeding.", WRT_GATE_ASSERTED);
}

/* A quotation needs both its marks, a source and more than a word. */
static void gate_is_not_fooled_by_quotation_marks(void **state) {
    (void)state;
    assert_class("\"Drug Q causes bleeding.", WRT_GATE_ASSERTED);
    assert_class("\"Drug Q causes bleeding\".", WRT_GATE_ASSERTED);
    assert_class("Drug Q \"causes\" bleeding (PMID 12345).", WRT_GATE_ASSERTED);
    assert_class("\"It is so\" (PMID 12345), and drug Q causes bleeding.", WRT_GATE_ASSERTED);
}

static void gate_drops_what_it_cannot_read(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    for (int i = 0; i < 400; i++)
        wrt_buf_add_c(&text, "and so on ");
    assert_class(wrt_buf_str(&text).ptr, WRT_GATE_UNPARSED);
    assert_class("Drug Q is s\xd0\xb0"
                 "fe.",
                 WRT_GATE_UNPARSED);
    wrt_buf_free(&text);
}

static void gate_sees_through_invisible_and_wide_letters(void **state) {
    (void)state;
    assert_class("Drug Q ca\xe2\x80\x8buses bleeding.", WRT_GATE_ASSERTED);
    assert_class("Drug Q \xef\xbd\x83\xef\xbd\x81\xef\xbd\x95\xef\xbd\x93\xef\xbd\x85\xef\xbd\x93 "
                 "bleeding.",
                 WRT_GATE_ASSERTED);
    assert_class("Drug Q c\xd0\xb0uses bleeding.", WRT_GATE_ASSERTED);
    assert_class("Drug Q\ncauses\nbleeding.", WRT_GATE_ASSERTED);
}

static void gate_takes_the_gravest_sentence_of_a_text(void **state) {
    (void)state;
    assert_class("Weight was measured. Drug Q might lower it. Drug Q lowers it.",
                 WRT_GATE_ASSERTED);
    assert_class("Weight was measured, e.g. at baseline. Drug Q might lower it.", WRT_GATE_HEDGED);
}

static void greek_letters_of_gene_names_are_no_mixed_script(void **state) {
    (void)state;
    assert_class("TNF\xce\xb1 and NF\xce\xba"
                 "B were measured.",
                 WRT_GATE_NONE);
}

static void assert_fact(const wrt_json *facts, const char *path, bool expected) {
    const wrt_json *value = wrt_json_path(facts, path);
    assert_true(wrt_json_is(value, WRT_JSON_BOOL));
    assert_int_equal(wrt_json_bool(value, !expected), expected);
}

static void facts_say_what_a_text_asserts(void **state) {
    (void)state;
    wrt_json *facts = wrt_facts_of(WRT_STR("Drug Q causes bleeding. So it is."));
    assert_fact(facts, "causal.asserts", true);
    assert_fact(facts, "causal.unparsed", false);
    assert_fact(facts, "scripts.mixed", false);
    wrt_json_free(facts);
    facts = wrt_facts_of(WRT_STR("Drug Q is s\xd0\xb0"
                                 "fe."));
    assert_fact(facts, "causal.asserts", false);
    assert_fact(facts, "causal.unparsed", true);
    assert_fact(facts, "scripts.mixed", true);
    wrt_json_free(facts);
}

static void facts_say_the_worst_of_a_text_that_is_too_long(void **state) {
    (void)state;
    size_t len = WRT_FACTS_TEXT_MAX + 1;
    char *text = malloc(len);
    memset(text, 'a', len);
    wrt_json *facts = wrt_facts_of((wrt_str){text, len});
    assert_fact(facts, "causal.asserts", true);
    assert_fact(facts, "causal.unparsed", true);
    assert_fact(facts, "scripts.mixed", true);
    wrt_json_free(facts);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_errs_as_often_as_its_readme_says),
        cmocka_unit_test(gate_names_the_class_of_a_sentence),
        cmocka_unit_test(gate_cancels_two_negations),
        cmocka_unit_test(gate_is_not_fooled_by_quotation_marks),
        cmocka_unit_test(gate_drops_what_it_cannot_read),
        cmocka_unit_test(gate_sees_through_invisible_and_wide_letters),
        cmocka_unit_test(gate_takes_the_gravest_sentence_of_a_text),
        cmocka_unit_test(greek_letters_of_gene_names_are_no_mixed_script),
        cmocka_unit_test(facts_say_what_a_text_asserts),
        cmocka_unit_test(facts_say_the_worst_of_a_text_that_is_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
