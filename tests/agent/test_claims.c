/* test_claims.c: the rung table, certainty, relations, drawing and identification. */
#include "agent/claims/certainty.h"
#include "agent/claims/identify.h"
#include "agent/claims/refute.h"
#include "agent/claims/rows.h"
#include "agent/claims/rung.h"
#include "agent/claims/wording.h"
#include "agent/plan/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CURATED "\"knowledge_level\":\"knowledge_assertion\",\"agent_type\":\"manual_agent\""

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_parse(&value, wrt_str_of(text), NULL), WRT_OK);
    return value;
}

static void rung_of_edge_follows_the_table(void **state) {
    (void)state;
    static const struct {
        const char *edge;
        int rung;
        const char *certainty;
    } cases[] = {
        {"{\"causal\":true," CURATED ",\"record_id\":\"a\"}", 2, "low"},
        {"{\"causal\":true," CURATED ",\"record_id\":\"a|b\"}", 2, "moderate"},
        {"{\"causal\":true," CURATED ",\"publications\":[\"PMID:1\",\"PMID:2\"]}", 2, "low"},
        {"{\"causal\":false," CURATED "}", 1, "low"},
        {"{\"causal\":true,\"knowledge_level\":\"prediction\",\"agent_type\":\"manual_agent\"}", 1,
         "very_low"},
        {"{\"causal\":true,\"knowledge_level\":\"knowledge_assertion\","
         "\"agent_type\":\"text_mining_agent\"}",
         1, "very_low"},
        {"{\"causal\":true}", 1, "very_low"},
        {"{}", 1, "very_low"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *reason = NULL;
        wrt_json *edge = parse(cases[i].edge);
        assert_int_equal(wrt_rung_of_edge(edge, &reason), cases[i].rung);
        assert_non_null(reason);
        assert_string_equal(wrt_certainty_name(wrt_certainty_of_edge(edge)), cases[i].certainty);
        wrt_json_free(edge);
    }
}

/* The table of ARCHITECTURE.md, "Certainty", row by row. */
static void certainty_follows_the_table(void **state) {
    (void)state;
    static const struct {
        wrt_certainty_grounds grounds;
        const char *certainty;
    } cases[] = {
        {{.design = WRT_DESIGN_POOLED, .sources = 1}, "moderate"},
        {{.design = WRT_DESIGN_RANDOMISED, .sources = 1}, "moderate"},
        {{.design = WRT_DESIGN_RANDOMISED, .sources = 2}, "high"},
        {{.design = WRT_DESIGN_RANDOMISED, .sources = 9}, "high"},
        {{.design = WRT_DESIGN_RANDOMISED, .sources = 2, .is_contradicted = true}, "moderate"},
        {{.design = WRT_DESIGN_RANDOMISED, .sources = 1, .is_contradicted = true}, "low"},
        {{.design = WRT_DESIGN_RANDOMISED,
          .sources = 1,
          .is_contradicted = true,
          .has_withdrawn = true},
         "very_low"},
        {{.design = WRT_DESIGN_RANDOMISED, .sources = 2, .has_lost_support = true}, "very_low"},
        {{.design = WRT_DESIGN_CURATED, .sources = 1}, "low"},
        {{.design = WRT_DESIGN_CURATED, .sources = 2}, "moderate"},
        {{.design = WRT_DESIGN_CURATED, .sources = 2, .is_chain = true}, "low"},
        {{.design = WRT_DESIGN_ASSOCIATION, .sources = 5}, "low"},
        {{.design = WRT_DESIGN_OBSERVATION, .sources = 5}, "low"},
        {{.design = WRT_DESIGN_OBSERVATION, .sources = 5, .is_contradicted = true}, "very_low"},
        {{.design = WRT_DESIGN_ESTIMATE}, "very_low"},
        {{.design = WRT_DESIGN_ESTIMATE, .is_identified = true}, "low"},
        {{.design = WRT_DESIGN_ESTIMATE, .is_identified = true, .is_robust = true}, "moderate"},
        {{.design = WRT_DESIGN_ESTIMATE, .is_robust = true}, "very_low"},
        {{.design = WRT_DESIGN_ESTIMATE, .is_identified = true, .is_contradicted = true},
         "very_low"},
        {{.design = WRT_DESIGN_MODEL}, "very_low"},
        {{.design = WRT_DESIGN_MODEL, .is_unmoved = true}, "low"},
        {{.design = WRT_DESIGN_CURATED, .is_unmoved = true, .is_robust = true}, "low"},
        {{.design = WRT_DESIGN_GRAPH}, "high"},
        {{.design = WRT_DESIGN_LINKS, .link = WRT_CERTAINTY_MODERATE, .is_chain = true}, "low"},
        {{.design = WRT_DESIGN_LINKS, .link = WRT_CERTAINTY_VERY_LOW, .is_chain = true},
         "very_low"},
        {{.design = WRT_DESIGN_CURATED, .is_identified = true}, "low"},
        {{.design = WRT_DESIGN_UNKNOWN, .sources = 9}, "very_low"},
        {{.design = WRT_DESIGN_UNKNOWN, .is_contradicted = true, .is_chain = true}, "very_low"},
    };
    wrt_certainty read = WRT_CERTAINTY_HIGH;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_certainty found = wrt_certainty_of(&cases[i].grounds);
        assert_string_equal(wrt_certainty_name(found), cases[i].certainty);
        assert_true(wrt_certainty_of_name(&read, cases[i].certainty));
        assert_int_equal(read, found);
    }
    assert_false(wrt_certainty_of_name(&read, "sure"));
    assert_false(wrt_certainty_of_name(&read, NULL));
}

/* What is recorded is enough to come to the level with the table of CONTRACTS.md alone. */
static void certainty_records_its_reasons(void **state) {
    (void)state;
    static const struct {
        wrt_certainty_grounds grounds;
        const char *reasons;
    } cases[] = {
        {{.design = WRT_DESIGN_RANDOMISED, .sources = 3, .is_contradicted = true},
         "{\"start\":\"randomised_trial\",\"level\":\"moderate\",\"steps\":["
         "{\"step\":\"second_source\",\"by\":1},{\"step\":\"contradicted\",\"by\":-1}]}"},
        {{.design = WRT_DESIGN_LINKS, .link = WRT_CERTAINTY_LOW, .is_chain = true},
         "{\"start\":\"weakest_link\",\"level\":\"low\",\"steps\":["
         "{\"step\":\"chain\",\"by\":-1}]}"},
        {{.design = WRT_DESIGN_CURATED,
          .sources = 2,
          .has_withdrawn = true,
          .has_lost_support = true},
         "{\"start\":\"curated_effect\",\"level\":\"low\",\"steps\":["
         "{\"step\":\"second_source\",\"by\":1},{\"step\":\"support_withdrawn\",\"by\":-1},"
         "{\"step\":\"all_support_withdrawn\",\"by\":-1}]}"},
        {{.design = WRT_DESIGN_UNKNOWN},
         "{\"start\":\"other\",\"level\":\"very_low\",\"steps\":[]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *reasons = wrt_certainty_reasons(&cases[i].grounds),
                 *want = parse(cases[i].reasons);
        assert_true(wrt_json_equal(reasons, want));
        wrt_json_free(reasons);
        wrt_json_free(want);
    }
}

static void certainty_that_lost_its_support_says_so_once(void **state) {
    (void)state;
    wrt_json *claim = wrt_json_new_object();
    wrt_certainty_set(claim, &(wrt_certainty_grounds){.design = WRT_DESIGN_RANDOMISED});
    wrt_certainty_lose(claim);
    wrt_certainty_lose(claim);
    wrt_json *want = parse("{\"certainty\":\"very_low\",\"certainty_by\":{\"start\":"
                           "\"randomised_trial\",\"level\":\"moderate\",\"steps\":["
                           "{\"step\":\"all_support_withdrawn\",\"by\":-2}]}}");
    assert_true(wrt_json_equal(claim, want));
    wrt_json_free(want);
    wrt_json_free(claim);
}

static void refutation_names_the_weakest_link(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    wrt_json *path =
        parse("{\"nodes\":[{\"name\":\"A\"},{\"name\":\"B\"},{\"name\":\"C\"}],"
              "\"edges\":[{\"causal\":true," CURATED "},{\"causal\":false," CURATED "}]}");
    assert_int_equal(wrt_refute_weakest(path), 1);
    wrt_refute_path(&text, path);
    assert_string_equal(
        wrt_buf_str(&text).ptr,
        "an experiment that changes B and leaves C as it was (its weakest link), or "
        "an effect of A on C that is the same with B held fixed");
    wrt_buf_free(&text);
    wrt_json_free(path);
}

static void opposite_rows_speak_against_each_other(void **state) {
    (void)state;
    static const struct {
        const char *other;
        bool opposes;
    } cases[] = {
        {"{\"subject\":{\"id\":\"A\"},\"object\":{\"id\":\"B\"},\"sign\":1}", true},
        {"{\"subject\":{\"id\":\"A\"},\"object\":{\"id\":\"B\"},\"sign\":-1}", false},
        {"{\"subject\":{\"id\":\"A\"},\"object\":{\"id\":\"B\"},\"sign\":null}", false},
        {"{\"subject\":{\"id\":\"A\"},\"object\":{\"id\":\"C\"},\"sign\":1}", false},
        {"{\"subject\":{\"id\":\"B\"},\"object\":{\"id\":\"A\"},\"sign\":1}", false},
        {"{\"subject\":{\"id\":\"B\"},\"object\":{\"id\":\"A\"},\"sign\":1,"
         "\"direction\":\"both\"}",
         true},
    };
    wrt_json *edge = parse("{\"subject\":{\"id\":\"A\"},\"object\":{\"id\":\"B\"},\"sign\":-1}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *other = parse(cases[i].other);
        assert_int_equal(wrt_rows_oppose(edge, other), cases[i].opposes);
        wrt_json_free(other);
    }
    wrt_json_free(edge);
}

static void rung_of_path_is_that_of_its_weakest_edge(void **state) {
    (void)state;
    size_t weakest = 99;
    wrt_json *path = parse("{\"edges\":[{\"causal\":true," CURATED "},{\"causal\":false," CURATED
                           "},{\"causal\":true," CURATED "}]}");
    assert_int_equal(wrt_rung_of_path(path, &weakest), 1);
    assert_int_equal(weakest, 1);
    wrt_json_free(path);
    path = parse("{\"edges\":[{\"causal\":true," CURATED ",\"record_id\":\"a|b\"}]}");
    assert_int_equal(wrt_rung_of_path(path, NULL), 2);
    wrt_json_free(path);
    path = parse("{\"edges\":[]}");
    assert_int_equal(wrt_rung_of_path(path, NULL), 1);
    wrt_json_free(path);
}

static void relation_of_edge_is_what_its_predicate_asserts(void **state) {
    (void)state;
    static const struct {
        const char *edge, *relation;
    } cases[] = {
        {"{\"causal\":true,\"sign\":-1,\"original_predicate\":\"negatively regulates\"}",
         "decreases"},
        {"{\"causal\":true,\"sign\":1,\"original_predicate\":\"increases activity of\"}",
         "increases"},
        {"{\"causal\":true,\"sign\":1,\"original_predicate\":\"causes\"}", "causes"},
        {"{\"causal\":true,\"sign\":1,\"original_predicate\":\"contributes to\"}", "causes"},
        {"{\"causal\":true,\"sign\":-1,\"predicate\":\"biolink:treats\"}", "treats"},
        {"{\"causal\":true,\"sign\":null,\"predicate\":\"biolink:affects\"}", "unknown"},
        {"{\"causal\":false,\"sign\":1,\"original_predicate\":\"positively correlated with\"}",
         "associated_with"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *edge = parse(cases[i].edge);
        assert_string_equal(wrt_relation_of_edge(edge), cases[i].relation);
        wrt_json_free(edge);
    }
}

static void common_record_is_found_only_when_every_edge_has_it(void **state) {
    (void)state;
    char record[64];
    wrt_json *path = parse("{\"edges\":[{\"record_id\":\"r1|r2\"},{\"record_id\":\"r2\"}]}");
    assert_true(wrt_path_common_record(record, sizeof record, path));
    assert_string_equal(record, "r2");
    wrt_json_free(path);
    path = parse("{\"edges\":[{\"record_id\":\"r1\"},{\"record_id\":\"r2\"}]}");
    assert_false(wrt_path_common_record(record, sizeof record, path));
    wrt_json_free(path);
    path = parse("{\"edges\":[{\"record_id\":\"r\xc3\xa9\xc3\xa9\"}]}"); /* cut between letters */
    assert_true(wrt_path_common_record(record, 5, path));
    assert_string_equal(record, "r\xc3\xa9");
    wrt_json_free(path);
}

static void role_of_path_follows_sign_and_question(void **state) {
    (void)state;
    static const struct {
        const char *path;
        int want_sign;
        const char *role;
    } cases[] = {
        {"{\"sign\":-1}", -1, "supports"},  {"{\"sign\":1}", -1, "contradicts"},
        {"{\"sign\":1}", 1, "supports"},    {"{\"sign\":-1}", 1, "contradicts"},
        {"{\"sign\":null}", -1, "context"}, {"{\"sign\":null}", 0, "supports"},
        {"{\"sign\":-1}", 0, "supports"},   {"{\"sign\":0}", 1, "context"},
        {"{\"sign\":0}", -1, "context"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *path = parse(cases[i].path);
        assert_string_equal(wrt_role_of_path(path, cases[i].want_sign), cases[i].role);
        wrt_json_free(path);
    }
}

static void wording_reads_as_english(void **state) {
    (void)state;
    static const struct {
        const char *edge;
        bool is_causal;
        const char *text;
    } cases[] = {
        {"{\"original_predicate\":\"negatively regulates\"}", true, "A negatively regulates B"},
        {"{\"original_predicate\":\"positively correlated with\"}", false,
         "A is associated with B (recorded as \"positively correlated with\")"},
        {"{\"original_predicate\":\"cures\"}", false,
         "A is associated with B (recorded as \"cures\")"},
        {"{\"original_predicate\":\"inhibitor\",\"sign\":-1,\"attributes\":"
         "{\"object_aspect_qualifier\":\"activity_or_abundance\"}}",
         true, "A decreases activity or abundance of B (recorded as \"inhibitor\")"},
        {"{\"original_predicate\":\"modulator\",\"sign\":null}", true,
         "A affects B (recorded as \"modulator\")"},
        {"{\"predicate\":\"biolink:interacts_with\"}", false,
         "A is associated with B (recorded as \"interacts with\")"},
        {"{\"predicate\":\"biolink:causes\"}", true, "A causes B"},
        {"{\"original_predicate\":\"a causes remission, so says\",\"sign\":1}", true,
         "A increases B (recorded as \"a causes remission, so says\")"},
        {"{\"original_predicate\":\"cures all of b and\",\"sign\":1}", true,
         "A increases B (recorded as \"cures all of b and\")"},
        {"{\"original_predicate\":\"causes\\\" B. A causes \\\"\",\"sign\":0}", true,
         "A affects B (recorded as \"causes' B. A causes '\")"},
    };
    wrt_json *a = parse("{\"name\":\"A\"}"), *b = parse("{\"name\":\"B\"}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_buf text = wrt_buf_make(WRT_KIB(1));
        wrt_json *edge = parse(cases[i].edge);
        wrt_word_edge(&text, a, edge, b, cases[i].is_causal);
        assert_string_equal(wrt_buf_str(&text).ptr, cases[i].text);
        wrt_json_free(edge);
        wrt_buf_free(&text);
    }
    wrt_json_free(a);
    wrt_json_free(b);
}

/* Paths X->M->Y and X->N->Y, and one that closes a cycle with the first. */
static const char three_paths[] =
    "{\"treatment\":{\"id\":\"x\",\"name\":\"X\"},\"outcome\":{\"id\":\"y\",\"name\":\"Y\"},"
    "\"paths\":["
    "{\"nodes\":[{\"id\":\"x\",\"name\":\"X\"},{\"id\":\"m\",\"name\":\"M\"},{\"id\":\"n\","
    "\"name\":\"M\"},"
    "{\"id\":\"y\",\"name\":\"Y\"}],\"edges\":[{\"id\":\"e1\",\"causal\":true},{\"id\":\"e2\"},"
    "{\"id\":\"e3\",\"causal\":true}]},"
    "{\"nodes\":[{\"id\":\"x\",\"name\":\"X\"},{\"id\":\"n\",\"name\":\"M\"},{\"id\":\"m\","
    "\"name\":\"M\"},"
    "{\"id\":\"y\",\"name\":\"Y\"}],\"edges\":[{\"id\":\"e4\"},{\"id\":\"e5\"},{\"id\":\"e6\"}]}]}";

static void drawing_reports_cycles_assumptions_and_the_latent_cause(void **state) {
    (void)state;
    wrt_json *args = parse(three_paths), *result = wrt_draw_graph(args, false);
    const wrt_json *data = wrt_json_get(result, "data");
    wrt_json *graph =
        parse("{\"nodes\":[\"X\",\"M\",\"M (n)\",\"Y\"],\"edges\":[[\"X\",\"M\"],[\"M\",\"M (n)\"],"
              "[\"M (n)\",\"Y\"]],\"bidirected\":[[\"X\",\"Y\"]],\"latent\":[]}");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "ok");
    assert_true(wrt_json_equal(wrt_json_get(data, "graph"), graph));
    assert_int_equal(wrt_json_count(wrt_json_get(data, "drawn")), 1);
    assert_int_equal(wrt_json_count(wrt_json_get(data, "left_out")), 1);
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(data, "assumed"))), "e2");
    wrt_json_free(graph);
    wrt_json_free(result);
    result = wrt_draw_graph(args, true);
    assert_int_equal(wrt_json_count(wrt_json_path(result, "data.graph.bidirected")), 0);
    wrt_json_free(result);
    wrt_json_free(args);
}

static void identification_says_which_step_failed(void **state) {
    (void)state;
    wrt_json *seen =
        parse("{\"graph\":{\"status\":\"ok\",\"data\":{}},\"check\":{\"status\":\"error\","
              "\"error\":{\"message\":\"worker died\"}},\"sets\":{\"status\":\"ok\"}}");
    wrt_json *read = wrt_identification_read(seen);
    assert_false(wrt_json_get_bool(read, "checked", true));
    assert_non_null(
        strstr(wrt_json_get_text(read, "text", ""), "step check was error (worker died)"));
    wrt_json_free(read);
    wrt_json_free(seen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rung_of_edge_follows_the_table),
        cmocka_unit_test(certainty_follows_the_table),
        cmocka_unit_test(certainty_records_its_reasons),
        cmocka_unit_test(certainty_that_lost_its_support_says_so_once),
        cmocka_unit_test(refutation_names_the_weakest_link),
        cmocka_unit_test(opposite_rows_speak_against_each_other),
        cmocka_unit_test(rung_of_path_is_that_of_its_weakest_edge),
        cmocka_unit_test(relation_of_edge_is_what_its_predicate_asserts),
        cmocka_unit_test(common_record_is_found_only_when_every_edge_has_it),
        cmocka_unit_test(role_of_path_follows_sign_and_question),
        cmocka_unit_test(wording_reads_as_english),
        cmocka_unit_test(drawing_reports_cycles_assumptions_and_the_latent_cause),
        cmocka_unit_test(identification_says_which_step_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
