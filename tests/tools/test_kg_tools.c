/* Tests of tools/kg.c, on a small made-up graph of letters: scores and signs are worked out by
 * hand. The graph is imported once; every tool then only reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/host/toolhost.h"
#include "base/file.h"
#include "base/hash.h"
#include "kg/ingest/import.h"
#include "tool_call.h"

static const char nodes[] = "id\tcategory\tname\tsynonym\n"
                            "T:1\tbiolink:SmallMolecule\talpha compound\tfirst|one\n"
                            "T:2\tbiolink:Gene\tbeta gene\ttwin\n"
                            "T:3\tbiolink:Gene\tgamma gene\ttwin\n"
                            "T:4\tbiolink:Disease\tdelta disease\t\n"
                            "T:5\tbiolink:Disease\tepsilon disease\t\n";
static const char edges[] =
    "id\tsubject\tpredicate\tobject\tknowledge_level\tagent_type\tobject_direction_qualifier\n"
    "e1\tT:1\tbiolink:affects\tT:2\tknowledge_assertion\tmanual_agent\tdecreased\n"
    "e2\tT:1\tbiolink:affects\tT:3\tknowledge_assertion\tmanual_agent\tincreased\n"
    "e3\tT:2\tbiolink:affects\tT:4\tknowledge_assertion\tmanual_agent\tincreased\n"
    "e4\tT:3\tbiolink:affects\tT:4\tknowledge_assertion\tmanual_agent\tincreased\n";

static char folder[] = "/tmp/warrant-kg-tools-XXXXXX";
static char *kg_path;
static tool_bench bench;

static void write_text(const char *path, const char *text) {
    assert_int_equal(wrt_file_write(path, wrt_str_of(text), 0600, NULL), WRT_OK);
}

static int open_bench(void **state) {
    (void)state;
    wrt_json *report = NULL;
    wrt_err err = {0};
    wrt_crypto_init();
    assert_non_null(mkdtemp(folder));
    char *nodes_path = wrt_path_join(folder, "nodes.tsv");
    char *edges_path = wrt_path_join(folder, "edges.tsv");
    kg_path = wrt_path_join(folder, "kg.db");
    write_text(nodes_path, nodes);
    write_text(edges_path, edges);
    wrt_kg_import_options options = {.nodes_path = nodes_path,
                                     .edges_path = edges_path,
                                     .source = "letters",
                                     .version = "7",
                                     .license = "CC0-1.0"};
    if (wrt_kg_import_kgx(&report, kg_path, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(report);
    unlink(nodes_path);
    unlink(edges_path);
    free(nodes_path);
    free(edges_path);
    bench = tool_bench_open(TEST_PLUGIN, kg_path);
    return 0;
}

static int close_bench(void **state) {
    (void)state;
    tool_bench_close(&bench);
    unlink(kg_path);
    free(kg_path);
    return rmdir(folder);
}

/* ---- looking things up */

static void kg_resolve_ranks_name_before_synonym(void **state) {
    (void)state;
    wrt_json *result = tool_call(&bench, "kg_resolve", "{'text':'Alpha-Compound'}");
    const wrt_json *first = wrt_json_first(wrt_json_get(result, "data"));
    assert_string_equal(wrt_json_get_text(first, "id", ""), "T:1");
    assert_string_equal(wrt_json_get_text(first, "match", ""), "name");
    wrt_json_free(result);
    assert_tool_gives(&bench, "kg_resolve", "{'text':'alpha compound'}", "source",
                      "[{'id':'letters','version':'7','license':'CC0-1.0'}]");
    assert_tool_gives(&bench, "kg_resolve", "{'text':'alpha compound'}", "echo.limit", "10");
    result = tool_call(&bench, "kg_resolve", "{'text':'twin'}");
    assert_int_equal(wrt_json_get_int(wrt_json_get(result, "coverage"), "seen", 0), 2);
    assert_int_equal(strlen(wrt_json_text(wrt_json_path(result, "echo.snapshot"))), 64);
    wrt_json_free(result);
    assert_tool_gives(&bench, "kg_resolve", "{'text':'zzzzqqqq'}", "status", "'empty'");
}

static void kg_node_shows_degrees_and_says_empty_when_unknown(void **state) {
    (void)state;
    assert_tool_gives(&bench, "kg_node", "{'id':'T:1'}", "data.degrees", "{'in':0,'out':2}");
    assert_tool_gives(&bench, "kg_node", "{'id':'T:4'}", "data.degrees.in", "2");
    assert_tool_gives(&bench, "kg_node", "{'id':'T:99'}", "status", "'empty'");
    assert_tool_gives(&bench, "kg_node", "{'id':'T:99'}", "coverage", "{'seen':0,'total':0}");
}

static void kg_edge_shows_provenance(void **state) {
    (void)state;
    assert_tool_gives(&bench, "kg_edge", "{'id':'e1'}", "data.sign", "-1");
    assert_tool_gives(&bench, "kg_edge", "{'id':'e1'}", "data.subject.id", "'T:1'");
    assert_tool_gives(&bench, "kg_edge", "{'id':'e1'}", "data.agent_type", "'manual_agent'");
    assert_tool_gives(&bench, "kg_edge", "{'id':'e9'}", "status", "'empty'");
}

static void kg_neighbors_says_truncated_when_limit_cuts(void **state) {
    (void)state;
    assert_tool_gives(&bench, "kg_neighbors", "{'id':'T:1'}", "coverage", "{'seen':2,'total':2}");
    assert_tool_gives(&bench, "kg_neighbors", "{'id':'T:1','direction':'in'}", "status", "'empty'");
    assert_tool_gives(&bench, "kg_neighbors", "{'id':'T:1','limit':1}", "status", "'truncated'");
    assert_tool_gives(&bench, "kg_neighbors", "{'id':'T:1','limit':1}", "coverage",
                      "{'seen':1,'total':2}");
    assert_tool_gives(&bench, "kg_neighbors", "{'id':'T:99'}", "data", "[]");
}

/* ---- paths */

static void kg_paths_resolves_names_and_multiplies_signs(void **state) {
    (void)state;
    static const char args[] = "{'from':'alpha compound','to':'delta disease'}";
    assert_tool_gives(&bench, "kg_paths", args, "coverage", "{'seen':2,'total':2}");
    assert_tool_gives(&bench, "kg_paths", args, "echo.from", "'T:1'");
    assert_tool_gives(&bench, "kg_paths", args, "echo.to", "'T:4'");
    assert_tool_gives(&bench, "kg_paths", args, "echo.max_hops", "4");
    wrt_json *result = tool_call(&bench, "kg_paths", "{'from':'T:1','to':'T:4','sign':-1}");
    const wrt_json *path = wrt_json_first(wrt_json_get(result, "data"));
    assert_int_equal(wrt_json_count(wrt_json_get(result, "data")), 1);
    assert_int_equal(wrt_json_get_int(path, "sign", 0), -1);
    assert_string_equal(wrt_json_get_text(wrt_json_at(wrt_json_get(path, "edges"), 0), "id", ""),
                        "e1");
    wrt_json_free(result);
}

static void kg_paths_says_empty_when_nothing_connects(void **state) {
    (void)state;
    assert_tool_gives(&bench, "kg_paths", "{'from':'T:1','to':'T:5'}", "status", "'empty'");
    assert_tool_gives(&bench, "kg_paths", "{'from':'T:1','to':'T:5'}", "data", "[]");
    assert_tool_gives(&bench, "kg_paths", "{'from':'T:4','to':'T:1'}", "status", "'empty'");
    assert_tool_gives(&bench, "kg_paths", "{'from':'T:1','to':'T:4','exclude':['T:2','T:3']}",
                      "status", "'empty'");
}

static void kg_paths_lists_candidates_when_text_is_ambiguous(void **state) {
    (void)state;
    wrt_json *result = tool_call(&bench, "kg_paths", "{'from':'twin','to':'T:4'}");
    const char *message = wrt_json_text(wrt_json_path(result, "error.message"));
    assert_string_equal(wrt_json_get_text(result, "status", ""), "error");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.code")), "ambiguous");
    assert_string_equal(message, "from: the text names several nodes; use one of these ids: T:2 "
                                 "(beta gene, Gene), T:3 (gamma gene, Gene)");
    wrt_json_free(result);
}

static void kg_paths_names_nearest_when_text_is_unknown(void **state) {
    (void)state;
    wrt_json *result = tool_call(&bench, "kg_paths", "{'from':'T:1','to':'delta diseas'}");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "empty");
    char *warnings = tool_show(result, "warnings");
    assert_non_null(strstr(warnings, "to: perhaps delta disease (T:4"));
    assert_non_null(strstr(warnings, "to: no node has this id or name"));
    free(warnings);
    wrt_json_free(result);
}

static void kg_paths_tells_of_predicates_that_are_not_there(void **state) {
    (void)state;
    wrt_json *result =
        tool_call(&bench, "kg_paths", "{'from':'T:1','to':'T:4','predicates':['afects']}");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "empty");
    char *warnings = tool_show(result, "warnings");
    assert_non_null(strstr(warnings, "predicates: the graph has no "));
    assert_non_null(strstr(warnings, "afects"));
    free(warnings);
    wrt_json_free(result);
}

static void kg_tools_say_no_graph_when_none_is_given(void **state) {
    (void)state;
    tool_bench without = tool_bench_open(TEST_PLUGIN, NULL);
    assert_tool_gives(&without, "kg_node", "{'id':'T:1'}", "error.code", "'no_graph'");
    without.kg_path = "/nonexistent/kg.db";
    assert_tool_gives(&without, "kg_node", "{'id':'T:1'}", "error.code", "'no_graph'");
    tool_bench_close(&without);
}

/* What works in process must work where files are restricted, too. */
static void kg_tools_read_the_graph_from_inside_the_sandbox(void **state) {
    const char *const folders[] = {TEST_PLUGIN_DIR, NULL};
    wrt_toolhost_options options = {
        .worker_exe = TEST_WORKER, .plugin_dirs = folders, .kg_path = kg_path};
    wrt_toolhost *host = NULL;
    wrt_json *args = wrt_json_new_object(), *result = NULL;
    (void)state;
    wrt_json_set_text(args, "from", "alpha compound");
    wrt_json_set_text(args, "to", "delta disease");
    assert_int_equal(wrt_toolhost_new(&host, &options, NULL), WRT_OK);
    for (int i = 0; i < 2; i++) { /* the second call finds the graph open */
        assert_int_equal(wrt_toolhost_call(&result, host, "kg_paths", args, NULL), WRT_OK);
        char *error = tool_show(result, "error");
        assert_string_equal(error, "absent");
        assert_int_equal(wrt_json_count(wrt_json_get(result, "data")), 2);
        free(error);
        wrt_json_free(result);
    }
    wrt_toolhost_free(host);
    wrt_json_free(args);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kg_resolve_ranks_name_before_synonym),
        cmocka_unit_test(kg_node_shows_degrees_and_says_empty_when_unknown),
        cmocka_unit_test(kg_edge_shows_provenance),
        cmocka_unit_test(kg_neighbors_says_truncated_when_limit_cuts),
        cmocka_unit_test(kg_paths_resolves_names_and_multiplies_signs),
        cmocka_unit_test(kg_paths_says_empty_when_nothing_connects),
        cmocka_unit_test(kg_paths_lists_candidates_when_text_is_ambiguous),
        cmocka_unit_test(kg_paths_tells_of_predicates_that_are_not_there),
        cmocka_unit_test(kg_paths_names_nearest_when_text_is_unknown),
        cmocka_unit_test(kg_tools_say_no_graph_when_none_is_given),
        cmocka_unit_test(kg_tools_read_the_graph_from_inside_the_sandbox),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
