/* test_import.c: KGX files into a graph file. */
#include "tests/kg/support.h"

#include "base/db.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char NODES[] = "id\tcategory\tname\tsynonym\txref\tprovided_by\n"
                            "D:1\tbiolink:Drug\tAspirin\tASA|acetylsalicylic acid\tDB:9\tx\n"
                            "P:1\tbiolink:Protein\tCOX-2\t\t\tx\n";
static const char EDGES[] = "id\tsubject\tpredicate\tobject\toriginal_predicate\n"
                            "e1\tD:1\tbiolink:affects\tP:1\tdecreases activity of\n";

static wrt_buf file_bytes(const char *path) {
    wrt_buf out = wrt_buf_make(WRT_MIB(8));
    assert_int_equal(wrt_file_read(&out, path, WRT_MIB(8), NULL), WRT_OK);
    return out;
}

/* others: rows that were read and made no edge of their own. */
static void assert_counts(wrt_json *report, int nodes, int edges, int unknown, int others) {
    assert_int_equal(wrt_json_get_int(report, "nodes", -1), nodes);
    assert_int_equal(wrt_json_get_int(report, "edges", -1), edges);
    assert_int_equal(wrt_json_get_int(report, "unknown_nodes", -1), unknown);
    assert_int_equal(wrt_json_get_int(report, "skipped_total", -1) +
                         wrt_json_get_int(report, "merged", -1) +
                         wrt_json_get_int(report, "equal", -1),
                     others);
    wrt_json_free(report);
}

static void assert_refused(const char *nodes, const char *edges, wrt_status code,
                           const char *message) {
    scratch s = scratch_make();
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(import_text(NULL, &s, nodes, edges, "test", &err), code);
    if (strstr(err.message, message) == NULL)
        fail_msg("got \"%s\", wanted \"%s\" in it", err.message, message);
    assert_null(strchr(err.message, '\n'));
    assert_null(strstr(err.message, s.folder));
    assert_false(wrt_file_exists(s.db));
    scratch_remove(&s);
}

static void import_counts_nodes_and_edges_when_both_files_are_given(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    assert_int_equal(import_text(&report, &s, NODES, EDGES, "test", NULL), WRT_OK);
    assert_false(wrt_json_get_bool(report, "already", true));
    assert_int_equal(strlen(wrt_json_get_text(report, "snapshot", "")), 64);
    assert_counts(report, 2, 1, 0, 0);
    scratch_remove(&s);
}

static void import_changes_nothing_when_the_files_are_known(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    import_ok(&s, NODES, EDGES);
    wrt_buf before = file_bytes(s.db);
    /* Another name and another source: the hash decides. */
    wrt_kg_import_options options = {.source = "other", .version = "2"};
    options.nodes_path = scratch_write(&s, "a.tsv", NODES);
    options.edges_path = scratch_write(&s, "b.tsv", EDGES);
    assert_int_equal(wrt_kg_import_kgx(&report, s.db, &options, NULL), WRT_OK);
    assert_true(wrt_json_get_bool(report, "already", false));
    assert_counts(report, 0, 0, 0, 0);
    wrt_buf after = file_bytes(s.db);
    assert_true(wrt_str_equal(wrt_buf_str(&before), wrt_buf_str(&after)));
    wrt_buf_free(&before);
    wrt_buf_free(&after);
    scratch_remove(&s);
}

static void import_leaves_the_file_alone_when_a_line_is_malformed(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_err err = {.code = WRT_OK};
    import_ok(&s, NODES, EDGES);
    wrt_buf before = file_bytes(s.db);
    const char *bad = "subject\tpredicate\tobject\nA\tp\tB\nC\tp\tD\nE\t\tF\n";
    assert_int_equal(import_text(NULL, &s, NULL, bad, "test", &err), WRT_E_INPUT);
    assert_string_equal(err.message, "edges.tsv:4: the edge has no predicate");
    wrt_buf after = file_bytes(s.db);
    assert_true(wrt_str_equal(wrt_buf_str(&before), wrt_buf_str(&after)));
    assert_false(wrt_file_exists(scratch_path(&s, "kg.db-journal")));
    wrt_buf_free(&before);
    wrt_buf_free(&after);
    scratch_remove(&s);
}

static void import_names_file_and_line_when_input_is_bad(void **state) {
    (void)state;
    assert_refused("id\tname\nA\tx\ty\n", NULL, WRT_E_INPUT, "nodes.tsv:2: more cells");
    assert_refused("id\tname\n\tx\n", NULL, WRT_E_INPUT, "nodes.tsv:2: the node has no id");
    assert_refused("id\tname\nA\tx\n\nB\t\xff\n", NULL, WRT_E_INPUT,
                   "nodes.tsv:4: the line is not valid UTF-8");
    assert_refused("name\tcategory\nx\ty\n", NULL, WRT_E_INPUT, "nodes.tsv:1: a nodes file needs");
    assert_refused(NULL, "subject\tobject\nx\ty\n", WRT_E_INPUT,
                   "edges.tsv:1: an edges file needs a column \"predicate\"");
    assert_refused(NULL, "subject\tobject\tobject\n", WRT_E_INPUT, "\"object\" stands twice");
    assert_refused(NULL, "", WRT_E_INPUT, "edges.tsv is empty");
}

static void import_explains_what_a_file_is_when_it_is_not_tsv(void **state) {
    (void)state;
    assert_refused(NULL,
                   "version https://git-lfs.github.com/spec/v1\n"
                   "oid sha256:611f0411ac666be4e0270e54bbca67407e14720bfc3099311f0f5eec25c5a947\n"
                   "size 12401407\n",
                   WRT_E_INPUT, "edges.tsv is a Git-LFS pointer");
    assert_refused(NULL, "\x1f\x8b\x08", WRT_E_INPUT, "is cut off");
    assert_refused(NULL, "{\"nodes\":[}", WRT_E_INPUT, "edges.tsv: JSON, byte 10");
}

static void import_refuses_when_options_lack_something(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_err err = {.code = WRT_OK};
    wrt_json *report = NULL;
    wrt_kg_import_options options = {.source = "x", .version = "1"};
    assert_int_equal(wrt_kg_import_kgx(&report, s.db, &options, &err), WRT_E_INPUT);
    options.edges_path = scratch_path(&s, "missing.tsv");
    assert_int_equal(wrt_kg_import_kgx(&report, s.db, &options, &err), WRT_E_NOT_FOUND);
    assert_string_equal(err.message, "no file missing.tsv to import");
    options.edges_path = scratch_write(&s, "e.tsv", EDGES);
    options.source = NULL;
    assert_int_equal(wrt_kg_import_kgx(&report, s.db, &options, &err), WRT_E_INPUT);
    assert_null(report);
    assert_false(wrt_file_exists(s.db));
    scratch_remove(&s);
}

static void import_finds_columns_when_they_stand_in_any_order(void **state) {
    (void)state;
    scratch s = scratch_make();
    import_ok(&s, NULL,
              "\xef\xbb\xbfpublications\tfrequency\tobject\tid\tnegated\tpredicate\tsubject\r\n"
              "PMID:1| PMID:2\trare|often\tB\te\tfalse\tbiolink:causes\tA\r\n");
    wrt_kg *kg = open_ok(&s);
    wrt_json *edge = NULL;
    assert_int_equal(wrt_kg_edge(&edge, kg, "e", NULL), WRT_OK);
    assert_string_equal(wrt_json_text(wrt_json_path(edge, "subject.id")), "A");
    assert_string_equal(wrt_json_text(wrt_json_path(edge, "object.id")), "B");
    const wrt_json *publications = wrt_json_get(edge, "publications");
    assert_int_equal(wrt_json_count(publications), 2);
    assert_string_equal(wrt_json_text(wrt_json_at(publications, 1)), "PMID:2");
    const wrt_json *unknown = wrt_json_path(edge, "attributes.frequency");
    assert_int_equal(wrt_json_count(unknown), 2);
    assert_string_equal(wrt_json_text(wrt_json_at(unknown, 0)), "rare");
    wrt_json_free(edge);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void import_adds_unknown_nodes_when_no_file_declares_them(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL, *node = NULL;
    const char *edges = "subject\tpredicate\tobject\nD:1\tbiolink:causes\tX:9\n";
    assert_int_equal(import_text(&report, &s, NODES, edges, "test", NULL), WRT_OK);
    assert_counts(report, 2, 1, 1, 0);
    wrt_kg *kg = open_ok(&s);
    assert_int_equal(wrt_kg_node(&node, kg, "X:9", NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(node, "kind", ""), "unknown");
    assert_string_equal(wrt_json_get_text(node, "name", ""), "X:9");
    wrt_json_free(node);
    wrt_kg_close(kg);
    /* A later file declares it. */
    assert_int_equal(import_text(&report, &s, "id\tcategory\tname\nX:9\tbiolink:Gene\tnine\n", NULL,
                                 "test", NULL),
                     WRT_OK);
    assert_counts(report, 1, 0, 0, 0);
    kg = open_ok(&s);
    assert_int_equal(wrt_kg_node(&node, kg, "X:9", NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(node, "kind", ""), "Gene");
    assert_string_equal(wrt_json_get_text(node, "name", ""), "nine");
    wrt_json_free(node);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void import_keeps_both_sources_of_one_statement(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    const char *edges = "subject\tpredicate\tobject\tprimary_knowledge_source\n"
                        "A\tp\tB\tinfores:one\n"
                        "A\tp\tB\tinfores:two\n"
                        "A\tp\tB\tinfores:one\n";
    assert_int_equal(import_text(&report, &s, NULL, edges, "test", NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(report, "merged", -1), 1);
    assert_counts(report, 0, 1, 2, 2);
    scratch_remove(&s);
}

static void import_keeps_both_edges_when_they_claim_one_id(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL, *edge = NULL;
    const char *edges = "id\tsubject\tpredicate\tobject\n"
                        "1\tA\tp\tB\n"
                        "1\tA\tp\tC\n"
                        "1\tA\tp\tC\n"
                        "1\tA\tp\tB\n";
    assert_int_equal(import_text(&report, &s, NULL, edges, "test", NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(report, "renamed", -1), 1);
    assert_counts(report, 0, 2, 3, 2);
    wrt_kg *kg = open_ok(&s);
    assert_int_equal(wrt_kg_edge(&edge, kg, "1", NULL), WRT_OK);
    /* The smaller statement hash keeps the id: see test_ingest.c. */
    assert_string_equal(wrt_json_text(wrt_json_path(edge, "object.id")), "C");
    wrt_json_free(edge);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void import_skips_a_row_when_the_source_negates_it(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    const char *edges = "subject\tpredicate\tobject\tnegated\n"
                        "A\tbiolink:causes\tB\ttrue\nA\tbiolink:causes\tC\tfalse\n";
    assert_int_equal(import_text(&report, &s, NULL, edges, "test", NULL), WRT_OK);
    assert_counts(report, 0, 1, 2, 1);
    scratch_remove(&s);
}

static void import_merges_a_node_when_it_is_declared_twice(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *node = NULL;
    import_ok(&s,
              "id\tcategory\tname\tsynonym\txref\n"
              "A\tbiolink:NamedThing|biolink:Gene\tone\tuno\tX:1\n"
              "A\tbiolink:Drug\teins\tuno|un\tX:2\n",
              NULL);
    wrt_kg *kg = open_ok(&s);
    assert_int_equal(wrt_kg_node(&node, kg, "A", NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(node, "kind", ""), "Gene"); /* the most specific */
    assert_string_equal(wrt_json_get_text(node, "name", ""), "one");
    assert_int_equal(wrt_json_count(wrt_json_get(node, "synonyms")), 3); /* uno, eins, un */
    assert_int_equal(wrt_json_count(wrt_json_get(node, "xrefs")), 2);
    wrt_json_free(node);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void import_gives_the_same_snapshot_when_rows_are_shuffled(void **state) {
    (void)state;
    scratch a = scratch_make(), b = scratch_make();
    const char *header = "subject\tpredicate\tobject\tpublications\n";
    const char *rows[3] = {"A\tbiolink:causes\tB\tPMID:1\n", "B\tbiolink:treats\tC\t\n",
                           "C\tbiolink:affects\tA\t\n"};
    char first[512], second[512];
    snprintf(first, sizeof first, "%s%s%s%s", header, rows[0], rows[1], rows[2]);
    snprintf(second, sizeof second, "%s%s%s%s", header, rows[2], rows[0], rows[1]);
    import_ok(&a, NULL, first);
    import_ok(&b, NULL, second);
    wrt_kg *x = open_ok(&a), *y = open_ok(&b);
    assert_string_equal(wrt_kg_snapshot(x), wrt_kg_snapshot(y));
    wrt_kg_close(x);
    wrt_kg_close(y);
    scratch_remove(&a);
    scratch_remove(&b);
}

static void import_leaves_delete_mode_when_the_file_was_wal(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_db *db = NULL;
    import_ok(&s, NODES, NULL);
    assert_int_equal(wrt_db_open(&db, s.db, WRT_DB_WRITE | WRT_DB_WAL, NULL), WRT_OK);
    wrt_db_close(db);
    wrt_buf wal = file_bytes(s.db);
    assert_int_equal(wal.ptr[18], 2); /* file format, write version: 2 is WAL */
    import_ok(&s, NULL, EDGES);
    wrt_buf rollback = file_bytes(s.db);
    assert_int_equal(rollback.ptr[18], 1);
    assert_int_equal(rollback.ptr[19], 1);
    wrt_buf_free(&wal);
    wrt_buf_free(&rollback);
    scratch_remove(&s);
}

static void import_refuses_a_database_when_it_is_not_a_graph(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_db *db = NULL;
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(wrt_db_open(&db, s.db, WRT_DB_CREATE, NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(db, "CREATE TABLE t(x);", NULL), WRT_OK);
    wrt_db_close(db);
    assert_int_equal(import_text(NULL, &s, NODES, NULL, "test", &err), WRT_E_INPUT);
    assert_string_equal(err.message, "kg.db is not a knowledge graph file");
    assert_true(wrt_file_exists(s.db));
    scratch_remove(&s);
}

static void import_reads_the_kgx_fixtures_when_they_are_there(void **state) {
    (void)state;
    static const struct {
        const char *nodes, *edges;
        int n_nodes, n_edges, n_unknown, n_equal; /* n_equal: rows that repeat another row */
    } cases[] = {
        /* Distinct ids, distinct statements (ends of symmetric ones in any order) and undeclared
           ends, counted by a Python script. */
        {NULL, "kgx/monarch-tiny_edges.tsv", 0, 500, 315, 0},
        {"kgx/test1_nodes.tsv", "kgx/test1_edges.tsv", 5, 5, 0, 0},
        {"kgx/graph_tiny_nodes.tsv", "kgx/graph_tiny_edges.tsv", 5, 9, 1, 1},
        {"kgx/graph_nodes.tsv", "kgx/graph_edges.tsv", 512, 530, 0, 9},
        {"kgx/chebi_kgx_tsv_nodes.tsv", "kgx/chebi_kgx_tsv_edges.tsv", 9, 9, 8, 0},
        {NULL, "kgx/complex_graph_edges.tsv", 0, 7, 8, 0},
        {"kgx/test_nodes.tsv", "kgx/test_edges.tsv", 3, 1, 0, 0},
        {"kgx/graph_multi_category_nodes.tsv", NULL, 10, 0, 0, 0},
        {"kgx/test_infores_coercion_nodes.tsv", "kgx/test_infores_coercion_edges.tsv", 2, 1, 0, 0},
    };
    if (shared_path("kgx/monarch-tiny_edges.tsv") == NULL)
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scratch s = scratch_make();
        wrt_json *report = NULL;
        char *nodes = cases[i].nodes ? strdup(shared_path(cases[i].nodes)) : NULL;
        char *edges = cases[i].edges ? strdup(shared_path(cases[i].edges)) : NULL;
        const wrt_kg_import_options options = {nodes, edges, "kgx", "1", NULL, false};
        wrt_err err = {.code = WRT_OK};
        if (wrt_kg_import_kgx(&report, s.db, &options, &err) != WRT_OK)
            fail_msg("%s", err.message);
        assert_counts(report, cases[i].n_nodes, cases[i].n_edges, cases[i].n_unknown,
                      cases[i].n_equal);
        wrt_kg_close(open_ok(&s));
        free(nodes);
        free(edges);
        scratch_remove(&s);
    }
}

static void import_reads_the_shipped_example_when_asked(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    const wrt_kg_import_options options = {TEST_SOURCE_DIR "/examples/kg/nodes.tsv",
                                           TEST_SOURCE_DIR "/examples/kg/edges.tsv",
                                           "example",
                                           "1",
                                           NULL,
                                           true};
    if (!wrt_file_exists(options.nodes_path))
        skip();
    assert_int_equal(wrt_kg_import_kgx(&report, s.db, &options, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(report, "unknown_nodes", -1), 0);
    assert_int_equal(wrt_json_get_int(report, "skipped_total", -1), 0);
    assert_true(wrt_json_get_int(report, "edges", 0) > 100);
    wrt_json_free(report);
    scratch_remove(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(import_counts_nodes_and_edges_when_both_files_are_given),
        cmocka_unit_test(import_changes_nothing_when_the_files_are_known),
        cmocka_unit_test(import_leaves_the_file_alone_when_a_line_is_malformed),
        cmocka_unit_test(import_names_file_and_line_when_input_is_bad),
        cmocka_unit_test(import_explains_what_a_file_is_when_it_is_not_tsv),
        cmocka_unit_test(import_refuses_when_options_lack_something),
        cmocka_unit_test(import_finds_columns_when_they_stand_in_any_order),
        cmocka_unit_test(import_adds_unknown_nodes_when_no_file_declares_them),
        cmocka_unit_test(import_keeps_both_sources_of_one_statement),
        cmocka_unit_test(import_keeps_both_edges_when_they_claim_one_id),
        cmocka_unit_test(import_skips_a_row_when_the_source_negates_it),
        cmocka_unit_test(import_merges_a_node_when_it_is_declared_twice),
        cmocka_unit_test(import_gives_the_same_snapshot_when_rows_are_shuffled),
        cmocka_unit_test(import_leaves_delete_mode_when_the_file_was_wal),
        cmocka_unit_test(import_refuses_a_database_when_it_is_not_a_graph),
        cmocka_unit_test(import_reads_the_kgx_fixtures_when_they_are_there),
        cmocka_unit_test(import_reads_the_shipped_example_when_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
