/* test_resolve.c: folding, resolving a name, linking a sentence, edit distance. */
#include "tests/kg/support.h"

#include "kg/names/distance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char NODES[] =
    "id\tcategory\tname\tsynonym\txref\n"
    "MESH:D008687\tbiolink:Drug\tMetformin\tdimethylbiguanide\tDRUGBANK:DB00331\n"
    "MESH:D003924\tbiolink:Disease\tType 2 diabetes mellitus\tT2D|adult-onset diabetes\t\n"
    "MESH:D003920\tbiolink:Disease\tdiabetes mellitus\t\t\n"
    "UniProt:P01375\tbiolink:Protein\tTNF-\xce\xb1\tTNF|cachectin\t\n"
    "NCBIGene:7454\tbiolink:Gene\tWAS\t\t\n"
    "X:1\tbiolink:Drug\tmercury\t\t\n"
    "X:2\tbiolink:Gene\tMercury\t\t\n"
    "X:3\tbiolink:Drug\tmetformin hydrochloride\t\t\n"
    "X:4\tbiolink:ChemicalEntity\tnitric oxide\tNO\t\n"
    "X:5\tbiolink:Drug\tstatin\t\t\n"
    "X:6\tbiolink:ChemicalEntity\t3',5'-cyclic GMP\t\t\n";

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

static void assert_fold(const char *text, const char *expected) {
    wrt_buf out = wrt_buf_make(4096);
    wrt_kg_fold(&out, wrt_str_of(text));
    assert_string_equal(out.len > 0 ? out.ptr : "", expected);
    wrt_buf_free(&out);
}

static void fold_makes_spellings_equal(void **state) {
    (void)state;
    assert_fold("  Type-2__Diabetes \t Mellitus ", "type 2 diabetes");
    assert_fold("Diabetes mellitus, type 1", "diabetes, type 1");
    assert_fold("diabetes insipidus", "diabetes insipidus");
    assert_fold("prediabetes mellitusx", "prediabetes mellitusx");
    assert_fold("TNF-\xce\xb1", "tnf alpha");
    assert_fold("TNF-\xce\x91", "tnf alpha");    /* capital alpha */
    assert_fold("\xce\xbc-opioid", "mu opioid"); /* Greek mu */
    assert_fold("\xc2\xb5-opioid", "mu opioid"); /* micro sign */
    assert_fold("Stra\xc3\x9f"
                "e",
                "strasse");                        /* sharp s */
    assert_fold("\xef\xbc\xa1\xef\xbc\xa2", "ab"); /* full-width AB */
    assert_fold("COX\xe2\x80\x93"
                "2\xc2\xa0x",
                "cox 2 x"); /* en dash, no-break space */
    assert_fold("na\xc3\xafve", "na\xc3\xafve");
    assert_fold("nai\xcc\x88ve", "na\xc3\xafve"); /* decomposed */
    assert_fold("so\xc2\xad"
                "ft",
                "soft");              /* soft hyphen */
    assert_fold("\xcf\x82", "sigma"); /* final sigma */
    assert_fold("A\xff", "a?");       /* not UTF-8 */
    assert_fold(" - _ ", "");
    assert_fold("", "");
}

static wrt_json *resolve(wrt_kg *kg, const char *text) {
    wrt_json *out = NULL;
    assert_int_equal(wrt_kg_resolve(&out, kg, wrt_str_of(text), NULL, 0, NULL), WRT_OK);
    return out;
}

static void assert_best(wrt_kg *kg, const char *text, const char *id, const char *match) {
    wrt_json *list = resolve(kg, text);
    const wrt_json *best = wrt_json_first(list);
    assert_string_equal(wrt_json_get_text(best, "id", "none"), id);
    assert_string_equal(wrt_json_get_text(best, "match", "none"), match);
    double score = wrt_json_get_number(best, "score", -1);
    bool exact = strcmp(match, "prefix") != 0 && strcmp(match, "fuzzy") != 0;
    assert_true(exact ? score == 1 : score > 0 && score < 1);
    wrt_json_free(list);
}

static void resolve_finds_the_node_by_every_kind_of_name(void **state) {
    fixture *f = *state;
    assert_best(f->kg, "mesh:d008687", "MESH:D008687", "id");
    assert_best(f->kg, "METFORMIN", "MESH:D008687", "name");
    assert_best(f->kg, " type-2  diabetes mellitus", "MESH:D003924", "name");
    assert_best(f->kg, "tnf alpha", "UniProt:P01375", "name");
    assert_best(f->kg, "Adult onset diabetes", "MESH:D003924", "synonym");
    assert_best(f->kg, "drugbank:db00331", "MESH:D008687", "xref");
    assert_best(f->kg, "metf", "MESH:D008687", "prefix");
    assert_best(f->kg, "metfromin", "MESH:D008687", "fuzzy");
    assert_best(f->kg, "dimetylbiguanid", "MESH:D008687", "fuzzy");
}

static void resolve_orders_matches_and_shows_ambiguity(void **state) {
    fixture *f = *state;
    wrt_json *list = resolve(f->kg, "Metformin");
    assert_int_equal(wrt_json_count(list), 2);
    assert_string_equal(wrt_json_get_text(wrt_json_at(list, 1), "id", ""), "X:3");
    assert_string_equal(wrt_json_get_text(wrt_json_at(list, 1), "match", ""), "variant");
    wrt_json_free(list);
    /* Equal scores go by name, bytewise: "Mercury" before "mercury". */
    list = resolve(f->kg, "MERCURY");
    assert_int_equal(wrt_json_count(list), 2);
    assert_string_equal(wrt_json_get_text(wrt_json_at(list, 0), "id", ""), "X:2");
    assert_string_equal(wrt_json_get_text(wrt_json_at(list, 1), "id", ""), "X:1");
    wrt_json_free(list);
}

static void resolve_keeps_kinds_and_limits(void **state) {
    fixture *f = *state;
    wrt_json *list = NULL, *kinds = wrt_json_new_array();
    wrt_json_push_text(kinds, "biolink:Drug");
    assert_int_equal(wrt_kg_resolve(&list, f->kg, WRT_STR("mercury"), kinds, 0, NULL), WRT_OK);
    assert_int_equal(wrt_json_count(list), 1);
    assert_string_equal(wrt_json_get_text(wrt_json_first(list), "id", ""), "X:1");
    wrt_json_free(list);
    wrt_json_free(kinds);
    assert_int_equal(wrt_kg_resolve(&list, f->kg, WRT_STR("me"), NULL, 1, NULL), WRT_OK);
    assert_int_equal(wrt_json_count(list), 1);
    wrt_json_free(list);
}

static void resolve_gives_nothing_when_nothing_is_near(void **state) {
    fixture *f = *state;
    const char *texts[] = {"", "   ", "zzqqxx", "xyz", "-"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        wrt_json *list = resolve(f->kg, texts[i]);
        assert_int_equal(wrt_json_count(list), 0);
        wrt_json_free(list);
    }
    wrt_json *list = NULL;
    assert_int_equal(wrt_kg_resolve(&list, f->kg, WRT_STR("\xff"), NULL, 0, NULL), WRT_E_INPUT);
}

/* Spans as "text=id;..." of the first match. */
static void assert_links(wrt_kg *kg, const char *sentence, const char *expected) {
    wrt_json *list = NULL;
    wrt_buf got = wrt_buf_make(4096);
    assert_int_equal(wrt_kg_link(&list, kg, wrt_str_of(sentence), NULL), WRT_OK);
    WRT_JSON_EACH(span, list) {
        int64_t start = wrt_json_get_int(span, "start", -1),
                end = wrt_json_get_int(span, "end", -1);
        const char *text = wrt_json_get_text(span, "text", "");
        assert_int_equal(strlen(text), end - start);
        assert_memory_equal(sentence + start, text, (size_t)(end - start));
        const wrt_json *match = wrt_json_first(wrt_json_get(span, "matches"));
        wrt_buf_printf(&got, "%s=%s;", text, wrt_json_get_text(match, "id", "none"));
    }
    assert_string_equal(got.len > 0 ? got.ptr : "", expected);
    wrt_buf_free(&got);
    wrt_json_free(list);
}

static void link_takes_the_longest_spans_on_word_boundaries(void **state) {
    fixture *f = *state;
    assert_links(f->kg, "How might metformin lower type 2 diabetes mellitus?",
                 "metformin=MESH:D008687;type 2 diabetes mellitus=MESH:D003924;");
    assert_links(
        f->kg, "Metformin's effect on (TNF-\xce\xb1), DRUGBANK:DB00331.",
        "Metformin=MESH:D008687;TNF-\xce\xb1=UniProt:P01375;DRUGBANK:DB00331=MESH:D008687;");
    assert_links(f->kg, "statins and 3',5'-cyclic GMP", "statins=X:5;3',5'-cyclic GMP=X:6;");
    assert_links(f->kg, "drug - metformin - x", "metformin=MESH:D008687;");
}

static void link_is_never_fuzzy_nor_fooled_by_common_words(void **state) {
    fixture *f = *state;
    assert_links(f->kg, "metfromin was given, no metforminlike drug", "");
    assert_links(f->kg, "the WAS gene and NO release", "WAS=NCBIGene:7454;NO=X:4;");
    assert_links(f->kg, "", "");
    wrt_json *list = NULL;
    char *big = calloc(1, 5001);
    memset(big, 'a', 5000);
    assert_int_equal(wrt_kg_link(&list, f->kg, wrt_str_of(big), NULL), WRT_E_LIMIT);
    free(big);
}

static void assert_distance(const char *a, const char *b, size_t cap, size_t expected) {
    assert_int_equal(wrt_edit_distance(wrt_str_of(a), wrt_str_of(b), cap), expected);
    assert_int_equal(wrt_edit_distance(wrt_str_of(b), wrt_str_of(a), cap), expected);
}

static void distance_counts_edits_up_to_the_cap(void **state) {
    (void)state;
    assert_distance("kitten", "sitting", 9, 3);
    assert_distance("kitten", "sitting", 3, 3);
    assert_distance("kitten", "sitting", 2, 3);
    assert_distance("ca", "ac", 2, 1);
    assert_distance("ca", "abc", 5, 3); /* 2 if a part could be edited twice */
    assert_distance("", "abc", 3, 3);
    assert_distance("abc", "abc", 0, 0);
    assert_distance("metformin", "metfromin", 1, 1);
    assert_distance("\xc3\xa9t\xc3\xa9", "ete", 3, 2);
    assert_distance("saturday", "sunday", 3, 3);
}

/* The full table without band or cap. */
static size_t plain_distance(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b), d[16][16];
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
            best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[n][m];
}

static void distance_agrees_with_the_full_table_when_texts_are_random(void **state) {
    (void)state;
    uint64_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char a[12] = "", b[12] = "";
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t n = seed >> 60 & 7, m = seed >> 56 & 7;
        for (size_t i = 0; i < n; i++)
            a[i] = (char)('a' + (seed >> (2 * i) & 1));
        for (size_t i = 0; i < m; i++)
            b[i] = (char)('a' + (seed >> (2 * i + 20) & 1));
        size_t full = plain_distance(a, b), cap = seed >> 50 & 3;
        assert_int_equal(wrt_edit_distance(wrt_str_of(a), wrt_str_of(b), cap),
                         full <= cap ? full : cap + 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fold_makes_spellings_equal),
        cmocka_unit_test_setup_teardown(resolve_finds_the_node_by_every_kind_of_name, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(resolve_orders_matches_and_shows_ambiguity, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(resolve_keeps_kinds_and_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(resolve_gives_nothing_when_nothing_is_near, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(link_takes_the_longest_spans_on_word_boundaries, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(link_is_never_fuzzy_nor_fooled_by_common_words, setup,
                                        teardown),
        cmocka_unit_test(distance_counts_edits_up_to_the_cap),
        cmocka_unit_test(distance_agrees_with_the_full_table_when_texts_are_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
