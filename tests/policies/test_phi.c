/* test_phi.c: screening for identifiers.
 *
 * Precision and recall are counted on phi_strings.tsv, strings of made-up persons and numbers and
 * look-alikes of biomedicine, and on phi_heldout.tsv, written afterwards; both must stand in
 * policies/FIGURES.md. Check digits are compared with numbers that their issuers publish as
 * samples. */
#include "policies/phi.h"
#include "policies/phi_forms.h"
#include "tests/policies/labelled.h"
#include "tests/policies/support.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    int strings[WRT_PHI_CLASSES + 1]; /* per label; the last is "none" */
    int found[WRT_PHI_CLASSES];       /* with the label and found */
    int flagged[WRT_PHI_CLASSES];     /* of any label and found */
    int silent;                       /* look-alikes in which nothing was found */
} tally;

static size_t class_of(const char *label) {
    for (size_t i = 0; i < WRT_PHI_CLASSES; i++)
        if (strcmp(wrt_phi_name((wrt_phi_class)i), label) == 0)
            return i;
    if (strcmp(label, "none") != 0)
        fail_msg("unknown label %s", label);
    return WRT_PHI_CLASSES;
}

static void count(char *const *fields, void *ctx) {
    tally *all = ctx;
    size_t label = class_of(fields[0]);
    unsigned classes = wrt_phi_classes_of(wrt_str_of(fields[1]));
    all->strings[label]++;
    all->silent += label == WRT_PHI_CLASSES && classes == 0;
    for (size_t i = 0; i < WRT_PHI_CLASSES; i++) {
        bool has = (classes & 1u << i) != 0;
        all->flagged[i] += has;
        all->found[i] += has && i == label;
    }
}

static double percent(int part, int whole) {
    return whole == 0 ? 0 : 100.0 * part / whole;
}

static void add_rows(wrt_buf *out, const tally *all) {
    for (size_t i = 0; i < WRT_PHI_CLASSES; i++)
        wrt_buf_printf(out, "| %s | %d | %d | %.0f %% | %d | %.0f %% |\n",
                       wrt_phi_name((wrt_phi_class)i), all->strings[i], all->found[i],
                       percent(all->found[i], all->strings[i]), all->flagged[i] - all->found[i],
                       percent(all->found[i], all->flagged[i]));
    wrt_buf_printf(out, "| look-alikes | %d | | | %d | |\n", all->strings[WRT_PHI_CLASSES],
                   all->strings[WRT_PHI_CLASSES] - all->silent);
}

static void phi_is_found_as_often_as_the_figures_say(void **state) {
    (void)state;
    tally all = {0};
    wrt_buf table = wrt_buf_make(WRT_KIB(16));
    assert_true(each_labelled("phi_strings.tsv", 2, count, &all) >= 400);
    for (size_t i = 0; i < WRT_PHI_CLASSES; i++)
        assert_true(all.strings[i] >= 10);
    add_rows(&table, &all);
    assert_published("FIGURES.md", wrt_buf_str(&table).ptr);
    wrt_buf_free(&table);
}

/* Few strings a class: the sums say more than the rows. */
static void phi_held_out_is_found_as_often_as_the_figures_say(void **state) {
    (void)state;
    tally all = {0};
    int strings = 0, found = 0;
    wrt_buf table = wrt_buf_make(WRT_KIB(16));
    assert_true(each_labelled("phi_heldout.tsv", 2, count, &all) >= 60);
    for (size_t i = 0; i < WRT_PHI_CLASSES; i++) {
        assert_true(all.strings[i] >= 2);
        strings += all.strings[i];
        found += all.found[i];
    }
    add_rows(&table, &all);
    wrt_buf_printf(&table, "| all classes | %d | %d | %.0f %% | | |\n", strings, found,
                   percent(found, strings));
    assert_published("FIGURES.md", wrt_buf_str(&table).ptr);
    wrt_buf_free(&table);
}

static void assert_classes(const char *text, unsigned expected) {
    unsigned classes = wrt_phi_classes_of(wrt_str_of(text));
    if (classes != expected)
        fail_msg("'%s': %x, expected %x", text, classes, expected);
}

static void phi_spares_the_identifiers_of_the_literature(void **state) {
    (void)state;
    static const char *const texts[] = {"PMID 12345678",
                                        "NCT01234567",
                                        "doi:10.1000/182",
                                        "rs429358",
                                        "CHEBI:15365",
                                        "chr7:140453136-140453137",
                                        "CAS 50-78-2",
                                        "EC 1.14.14.1",
                                        "BRCA1",
                                        "LDL 70-100 mg/dL",
                                        "ICD-10 E11.9",
                                        "aspirin 81 mg",
                                        "2019 Mar 12;45(3):123-9",
                                        "HbA1c 7.2 %"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_classes(texts[i], 0);
}

/* A prefix that is no known registry's shields nothing. */
static void phi_is_found_beside_look_alikes(void **state) {
    (void)state;
    assert_classes("MRN:12345678", 1u << WRT_PHI_MRN);
    assert_classes("PMID 12345678, MRN 12345678", 1u << WRT_PHI_MRN);
    assert_classes("Dose 5 mg; call (212) 555-0101.", 1u << WRT_PHI_PHONE);
    assert_classes("NCT01234567 a 92-year-old", 1u << WRT_PHI_AGE_OVER_89);
}

static void phi_check_digits_hold_for_published_samples(void **state) {
    (void)state;
    assert_true(wrt_phi_luhn("4111111111111111", 16));
    assert_false(wrt_phi_luhn("4111111111111112", 16));
    assert_true(wrt_phi_npi_holds("1234567893")); /* CMS, NPI check digit description */
    assert_false(wrt_phi_npi_holds("1234567890"));
    assert_true(wrt_phi_vin_holds("1M8GDM9AXKP042788")); /* check digit X */
    assert_true(wrt_phi_vin_holds("11111111111111111"));
    assert_false(wrt_phi_vin_holds("1M8GDM9A1KP042788"));
    assert_true(wrt_phi_iban_holds("GB82WEST12345698765432", 22)); /* ISO 13616's example */
    assert_false(wrt_phi_iban_holds("GB83WEST12345698765432", 22));
    assert_true(wrt_phi_gtin_holds("00614141000012", 14) !=
                wrt_phi_gtin_holds("00614141000013", 14));
    assert_true(wrt_phi_gtin_holds("614141000036", 12)); /* GS1 US sample: 6 14141 00003 6 */
    assert_true(wrt_phi_cas_holds("7732185", 7));        /* water, 7732-18-5 */
    assert_false(wrt_phi_cas_holds("7732184", 7));
    assert_true(wrt_phi_nhs_holds("9434765919")); /* NHS data dictionary's example */
    assert_false(wrt_phi_nhs_holds("9434765918"));
    assert_true(wrt_phi_dea_holds("1234563")); /* 1+3+5 + 2(2+4+6) = 33 */
    assert_false(wrt_phi_dea_holds("1234564"));
}

static void phi_spans_cover_the_identifier_alone(void **state) {
    (void)state;
    const char *text = "Call (212) 555-0101 or write to jane@example.org.";
    wrt_phi_span span;
    size_t from = 0;
    assert_true(wrt_phi_next(&span, &from, wrt_str_of(text)));
    assert_int_equal(span.class, WRT_PHI_PHONE);
    assert_int_equal(span.start, 5);
    assert_int_equal(span.end, 19);
    assert_true(wrt_phi_next(&span, &from, wrt_str_of(text)));
    assert_int_equal(span.class, WRT_PHI_EMAIL);
    assert_int_equal(span.start, 32);
    assert_int_equal(span.end, 48);
    assert_false(wrt_phi_next(&span, &from, wrt_str_of(text)));
}

static void phi_report_says_what_was_not_screened(void **state) {
    (void)state;
    wrt_json *report = wrt_phi_report(WRT_STR("Jane Doe has no number."));
    char *bytes = canonical(report);
    assert_int_equal(wrt_json_count(wrt_json_get(report, "classes")), 0);
    assert_int_equal(wrt_json_count(wrt_json_get(report, "screened")), WRT_PHI_CLASSES);
    assert_non_null(strstr(bytes, "\"names\""));
    assert_non_null(strstr(bytes, "photographs"));
    assert_null(strstr(bytes, "identified"));
    free(bytes);
    wrt_json_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phi_is_found_as_often_as_the_figures_say),
        cmocka_unit_test(phi_held_out_is_found_as_often_as_the_figures_say),
        cmocka_unit_test(phi_spares_the_identifiers_of_the_literature),
        cmocka_unit_test(phi_is_found_beside_look_alikes),
        cmocka_unit_test(phi_check_digits_hold_for_published_samples),
        cmocka_unit_test(phi_spans_cover_the_identifier_alone),
        cmocka_unit_test(phi_report_says_what_was_not_screened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
