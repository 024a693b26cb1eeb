/* test_names.c: loose forms, spellings of ids, weak matches, ties, and the quality of look-ups. */
#include "tests/kg/names_fixture.h"

#include "kg/names/curie.h"
#include "kg/names/loose.h"
#include "kg/names/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char NODES[] = "id\tcategory\tname\tsynonym\txref\n"
                            "DRUGBANK:DB00331\tbiolink:Drug\tmetformin\tGlucophage\t\n"
                            "MESH:D008687\tbiolink:ChemicalEntity\tMetformin\t\tdrugbank:DB00331\n"
                            "MESH:D003924\tbiolink:Disease\tDiabetes Mellitus, Type 2\tT2D\t\n"
                            "X:1\tbiolink:Disease\tcold\t\t\n"
                            "X:2\tbiolink:PhenotypicFeature\tCold\t\t\n"
                            "NCBIGene:7454\tbiolink:Gene\tWAS\t\t\n"
                            "NCBIGene:3569\tbiolink:Gene\tIL6\tinterleukin 6\t\n"
                            "X:3\tbiolink:Disease\tIron deficiency anaemia\t\t\n"
                            "X:4\tbiolink:Protein\tcalcium channel\t\t\n"
                            "X:5\tbiolink:Protein\tpotassium channel\t\t\n"
                            "X:6\tbiolink:Drug\tvalproate\t\t\n"
                            "X:7\tbiolink:Disease\tSj\xc3\xb6gren syndrome\t\t\n"
                            "X:8\tbiolink:AnatomicalEntity\tbone\t\t\n"
                            "X:9\tbiolink:Drug\tsodium chloride\t\t\n"
                            "Gene::9021\tbiolink:Gene\tSOCS3\t\t\n";

typedef struct {
    scratch s;
    wrt_kg *kg;
} fixture;

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->s = scratch_make();
    import_ok(&f->s, NODES, NULL);
    f->kg = open_ok(&f->s);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    wrt_kg_close(f->kg);
    scratch_remove(&f->s);
    free(f);
    return 0;
}

/* ---- forms */

static void assert_loose(const char *text, wrt_kg_loose_level level, const char *expected) {
    wrt_buf folded = wrt_buf_make(8192), out = wrt_buf_make(8192);
    wrt_kg_fold(&folded, wrt_str_of(text));
    wrt_kg_loosen(&out, wrt_buf_str(&folded), level);
    assert_string_equal(wrt_buf_str(&out).ptr, expected);
    wrt_buf_free(&folded);
    wrt_buf_free(&out);
}

static void loose_forms_overlook_what_they_say(void **state) {
    (void)state;
    assert_loose("IL-6", WRT_KG_LOOSE_SPELLING, "il 6");
    assert_loose("il6", WRT_KG_LOOSE_SPELLING, "il 6");
    assert_loose("TNF\xce\xb1", WRT_KG_LOOSE_SPELLING, "tnf alpha");
    assert_loose("TNF-alpha", WRT_KG_LOOSE_SPELLING, "tnf alpha");
    assert_loose("17\xce\xb2-oestradiol", WRT_KG_LOOSE_SPELLING, "17 beta estradiol");
    assert_loose("Haemoglobin", WRT_KG_LOOSE_SPELLING, "hemoglobin");
    assert_loose("tumours", WRT_KG_LOOSE_SPELLING, "tumor");
    assert_loose("sulphonylureas", WRT_KG_LOOSE_SPELLING, "sulfonylurea");
    assert_loose("Alzheimer's disease", WRT_KG_LOOSE_SPELLING, "alzheimer disease");
    assert_loose("Sj\xc3\xb6gren", WRT_KG_LOOSE_SPELLING, "sjogren");
    assert_loose("virus", WRT_KG_LOOSE_SPELLING, "virus");
    assert_loose("Diabetes Mellitus, Type 2", WRT_KG_LOOSE_ORDER, "2 diabete type");
    assert_loose("type 2 diabetes mellitus", WRT_KG_LOOSE_ORDER, "2 diabete type");
    assert_loose("cancer of the breast", WRT_KG_LOOSE_ORDER, "breast cancer");
    assert_loose("vitamin A", WRT_KG_LOOSE_ORDER, "a vitamin");
    assert_loose("of the", WRT_KG_LOOSE_ORDER, "of the");
    assert_loose("metformin hydrochloride", WRT_KG_LOOSE_SALT, "metformin");
    assert_loose("ampicillin sodium trihydrate", WRT_KG_LOOSE_SALT, "ampicillin");
    assert_loose("sodium valproate", WRT_KG_LOOSE_SALT, "valproate");
    assert_loose("sodium chloride", WRT_KG_LOOSE_SALT, "chloride sodium");
    assert_loose("calcium channel", WRT_KG_LOOSE_SALT, "calcium channel");
    assert_loose("", WRT_KG_LOOSE_SALT, "");
    assert_loose("(+)-", WRT_KG_LOOSE_SALT, "");
    char *big = calloc(1, 1001);
    memset(big, 'a', 1000);
    assert_loose(big, WRT_KG_LOOSE_SALT, "");
    for (size_t i = 1; i < 500; i += 2) /* 250 words */
        big[i] = ' ';
    big[500] = '\0';
    assert_loose(big, WRT_KG_LOOSE_SALT, "");
    free(big);
}

static void assert_variants(const char *id, const char *expected) {
    wrt_buf out = wrt_buf_make(4096);
    wrt_kg_id_variants(&out, wrt_str_of(id));
    assert_string_equal(wrt_buf_str(&out).ptr, expected);
    wrt_buf_free(&out);
}

static void ids_have_their_usual_spellings(void **state) {
    (void)state;
    assert_variants("db:db00331", "drugbank:db00331\ncompound::db00331\n");
    assert_variants("db00331", "drugbank:db00331\ndb:db00331\ncompound::db00331\n");
    assert_variants("d008687", "mesh:d008687\nmsh:d008687\nsymptom::d008687\n");
    assert_variants("disease::doid:9352", "doid:9352\n");
    assert_variants("mondo_0005148", "mondo:0005148\nmondo_grouped:0005148\n");
    assert_variants("chebi:chebi:6801", "chebi:6801\n");
    assert_variants("db0033", "");
    assert_variants("d00868x", "");
    assert_variants("mesh:", "");
    assert_variants("metformin", "");
    assert_variants("", "");
}

static void everyday_words_are_known_in_any_case(void **state) {
    (void)state;
    const char *yes[] = {"was", "WAS", "a", "you", "rest", "Cat", "MAX", "light", "spin", "clock"};
    const char *no[] = {"", "wast", "metformin", "averyveryverylongword", "IL6"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        assert_true(wrt_kg_is_everyday(wrt_str_of(yes[i])));
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        assert_false(wrt_kg_is_everyday(wrt_str_of(no[i])));
}

/* ---- look-ups */

static wrt_json *resolve(wrt_kg *kg, const char *text) {
    wrt_json *out = NULL;
    assert_int_equal(wrt_kg_resolve(&out, kg, wrt_str_of(text), NULL, 0, NULL), WRT_OK);
    return out;
}

/* The first match, as "id match via"; via is "-" when absent. */
static void assert_first(fixture *f, const char *text, const char *expected) {
    wrt_json *list = resolve(f->kg, text);
    const wrt_json *first = wrt_json_first(list);
    char got[256];
    snprintf(got, sizeof got, "%s %s %s", wrt_json_get_text(first, "id", "none"),
             wrt_json_get_text(first, "match", "-"), wrt_json_get_text(first, "via", "-"));
    assert_string_equal(got, expected);
    bool exact = wrt_json_get_number(first, "score", 0) >= 1;
    bool weak = strstr(expected, "variant") != NULL || strstr(expected, "fuzzy") != NULL;
    assert_true(first == NULL || exact != weak);
    wrt_json_free(list);
}

static void weak_matches_say_what_they_overlooked(void **state) {
    fixture *f = *state;
    assert_first(f, "IL-6", "NCBIGene:3569 variant spelling");
    assert_first(f, "iron deficiency anemia", "X:3 variant spelling");
    assert_first(f, "Sjogren's syndrome", "X:7 variant spelling");
    assert_first(f, "type 2 diabetes", "MESH:D003924 variant word order");
    assert_first(f, "Glucophage hydrochloride", "DRUGBANK:DB00331 variant salt");
    assert_first(f, "valproate sodium", "X:6 variant salt");
    assert_first(f, "sodium valproate", "X:6 variant salt");
    assert_first(f, "WAS", "NCBIGene:7454 name -");
    assert_first(f, "was", "NCBIGene:7454 variant case");
}

static void weak_matches_do_not_go_too_far(void **state) {
    fixture *f = *state;
    assert_first(f, "sodium channel", "none - -");
    assert_first(f, "bone phosphate", "none - -"); /* not a chemical */
    wrt_json *list = resolve(f->kg, "potassium channel");
    assert_int_equal(wrt_json_count(list), 1);
    wrt_json_free(list);
    assert_first(f, "chloride sodium", "X:9 variant word order");
}

static void an_id_is_found_under_any_spelling_of_its_prefix(void **state) {
    fixture *f = *state;
    assert_first(f, "DB:DB00331", "DRUGBANK:DB00331 id -");
    assert_first(f, "db00331", "DRUGBANK:DB00331 id -");
    assert_first(f, "Compound::DB00331", "DRUGBANK:DB00331 id -");
    assert_first(f, "MeSH:D008687", "MESH:D008687 id -");
    assert_first(f, "D008687", "MESH:D008687 id -");
    assert_first(f, "ncbigene:9021", "Gene::9021 id -");
    assert_first(f, "EntrezGene:9021", "Gene::9021 id -");
}

static void ties_are_marked_unless_they_are_one_thing(void **state) {
    fixture *f = *state;
    wrt_json *list = resolve(f->kg, "cold");
    assert_int_equal(wrt_json_count(list), 2);
    WRT_JSON_EACH(match, list) {
        assert_true(wrt_json_get_bool(match, "ambiguous", false));
        assert_null(wrt_json_get(match, "same_as"));
    }
    wrt_json_free(list);
    list = resolve(f->kg, "metformin"); /* DrugBank's and MeSH's, joined by a cross-reference */
    assert_int_equal(wrt_json_count(list), 2);
    const wrt_json *first = wrt_json_first(list);
    assert_string_equal(wrt_json_get_text(first, "id", ""), "MESH:D008687");
    assert_false(wrt_json_get_bool(first, "ambiguous", false));
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(first, "same_as"))),
                        "DRUGBANK:DB00331");
    wrt_json_free(list);
    list = resolve(f->kg, "WAS");
    assert_false(wrt_json_get_bool(wrt_json_first(list), "ambiguous", false));
    wrt_json_free(list);
}

static void names_of_a_later_import_are_found_too(void **state) {
    fixture *f = *state;
    wrt_kg_close(f->kg);
    import_ok(&f->s, "id\tcategory\tname\nX:20\tbiolink:Drug\trosiglitazone\n", NULL);
    f->kg = open_ok(&f->s);
    assert_first(f, "rosiglitazon maleate", "none - -"); /* two faults at once */
    assert_first(f, "rosiglitazone maleate", "X:20 variant salt");
    assert_first(f, "rosiglitzaone", "X:20 fuzzy -");
    assert_first(f, "glucofage", "DRUGBANK:DB00331 fuzzy -");
}

/* ---- quality */

enum { SAMPLE = 20 };

/* One typo a name. Names of genes are short and near each other, so that not every typo can be
 * undone; the bounds lie a few hundredths below what bench_resolve prints. */
static void typos_are_undone_when_names_are_hetionet_s(void **state) {
    (void)state;
    name_list names;
    if (!names_load(&names))
        skip();
    scratch s = scratch_make();
    names_import(&s, &names);
    wrt_kg *kg = open_ok(&s);
    wrt_rng rng = wrt_rng_make(4, 20, 0);
    size_t n = 0, first = 0, five = 0;
    for (size_t i = 7; i < names.n; i += SAMPLE) {
        char text[2048];
        wrt_json *list = NULL;
        if (strlen(names.names[i]) < 4)
            continue;
        names_misspell(text, sizeof text, names.names[i], &rng);
        assert_int_equal(wrt_kg_resolve(&list, kg, wrt_str_of(text), NULL, 5, NULL), WRT_OK);
        size_t rank = names_rank(list, names.names[i]);
        n++;
        first += rank == 1;
        five += rank > 0;
        wrt_json_free(list);
    }
    printf("%zu names with one typo: recall@1 %.3f, recall@5 %.3f\n", n, (double)first / (double)n,
           (double)five / (double)n);
    assert_true(n > 2000);
    assert_true((double)first >= 0.86 * (double)n);
    assert_true((double)five >= 0.93 * (double)n);
    wrt_kg_close(kg);
    scratch_remove(&s);
    names_free(&names);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loose_forms_overlook_what_they_say),
        cmocka_unit_test(ids_have_their_usual_spellings),
        cmocka_unit_test(everyday_words_are_known_in_any_case),
        cmocka_unit_test_setup_teardown(weak_matches_say_what_they_overlooked, setup, teardown),
        cmocka_unit_test_setup_teardown(weak_matches_do_not_go_too_far, setup, teardown),
        cmocka_unit_test_setup_teardown(an_id_is_found_under_any_spelling_of_its_prefix, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(ties_are_marked_unless_they_are_one_thing, setup, teardown),
        cmocka_unit_test_setup_teardown(names_of_a_later_import_are_found_too, setup, teardown),
        cmocka_unit_test(typos_are_undone_when_names_are_hetionet_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
