/* test_export.c: what is exported reads back to the same snapshot id, whatever the texts hold. */
#include "tests/kg/records.h"

#include "base/file.h"
#include "kg/formats/formats.h"
#include "kg/predicates.h"
#include "kg/store/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static wrt_status read_format(const wrt_kg_sink *sink, wrt_input *input, const void *ctx,
                              wrt_err *err) {
    const wrt_kg_format *format = ctx;
    const wrt_kg_format_options options = {.map = NULL};
    return format->read(sink, input, &options, err);
}

/* Imports files of whatever format, as one job; *report may be NULL. */
static void import_files(wrt_json **report, const char *db, const char *source, const char *license,
                         const char *const *paths, size_t n) {
    wrt_kg_import_file files[4];
    wrt_err err = {.code = WRT_OK};
    wrt_json *out = NULL;
    for (size_t i = 0; i < n; i++) {
        const wrt_kg_format *format = NULL;
        files[i] = (wrt_kg_import_file){.path = paths[i], .read = read_format};
        if (wrt_kg_format_of_file(&format, &files[i].role, NULL, paths[i], &err) != WRT_OK)
            fail_msg("%s", err.message);
        files[i].ctx = format;
    }
    const wrt_kg_import_job job = {
        .files = files, .n_files = n, .source = source, .version = "again", .license = license};
    if (wrt_kg_import(&out, db, &job, &err) != WRT_OK)
        fail_msg("%s", err.message);
    if (report != NULL)
        *report = out;
    else
        wrt_json_free(out);
}

static wrt_kg *open_path(const char *path) {
    wrt_err err = {.code = WRT_OK};
    wrt_kg *kg = NULL;
    if (wrt_kg_open(&kg, path, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return kg;
}

static int64_t number_of(wrt_kg *kg, const char *name) {
    wrt_json *stats = NULL;
    assert_int_equal(wrt_kg_stats(&stats, kg, NULL), WRT_OK);
    int64_t n = wrt_json_get_int(stats, name, -1);
    wrt_json_free(stats);
    return n;
}

/* Exports the graph, imports the files under another name and licence, compares. */
static void assert_round_trip(const scratch *s, wrt_kg_export_format format) {
    bool tsv = format == WRT_KG_EXPORT_TSV;
    char nodes[400], edges[400], again[400];
    snprintf(nodes, sizeof nodes, "%s/out_nodes.%s", s->folder, tsv ? "tsv" : "jsonl");
    snprintf(edges, sizeof edges, "%s/out_edges.%s", s->folder, tsv ? "tsv" : "jsonl");
    snprintf(again, sizeof again, "%s/again-%d.db", s->folder, (int)format);
    wrt_err err = {.code = WRT_OK};
    wrt_kg_export_counts counts;
    wrt_json *report = NULL;
    wrt_kg *kg = open_ok(s);
    if (wrt_kg_export(&counts, kg, format, nodes, edges, &err) != WRT_OK)
        fail_msg("%s", err.message);
    const char *paths[] = {nodes, edges};
    import_files(&report, again, "somebody else", "a licence of no edge",
                 counts.nodes > 0 ? paths : paths + 1, counts.nodes > 0 ? 2 : 1);
    if (wrt_json_get_int(report, "skipped_total", -1) != 0)
        fail_msg("skipped: %s",
                 wrt_json_get_text(wrt_json_first(wrt_json_get(report, "skipped")), "reason", "?"));
    assert_int_equal(wrt_json_get_int(report, "edges", -1), counts.edges);
    assert_int_equal(wrt_json_get_int(report, "merged", -1), counts.rows - counts.edges);
    wrt_json_free(report);
    wrt_kg *other = open_path(again);
    assert_string_equal(wrt_kg_snapshot(kg), wrt_kg_snapshot(other));
    assert_int_equal(number_of(kg, "nodes"), number_of(other, "nodes"));
    wrt_kg_close(other);
    wrt_kg_close(kg);
}

static void assert_both(const scratch *s) {
    assert_round_trip(s, WRT_KG_EXPORT_TSV);
    assert_round_trip(s, WRT_KG_EXPORT_JSONL);
}

/* ---- hostile text */

static void export_keeps_texts_that_a_cell_cannot_hold(void **state) {
    (void)state;
    static const node_record nodes[] = {
        {"A|1", " name\twith tab\n", "a|b", "s|t"},
        {" B ", "|", "biolink:Odd", "\ttab"},
        {"C\"", "\xce\xb1-\xe2\x80\xa8", "Side Effect", NULL},
        {"D", NULL, NULL, NULL},
        {.id = NULL},
    };
    static const edge_record edges[] = {
        EDGE("A|1", "biolink:affects", " B ", .id = "e\t1", .original = "line\nfeed",
             .level = "prediction", .agent = "manual_agent ", .primary = "infores:x|y",
             .aggregator = "infores:a||infores:b", .license = "\xc2\xa9 |", .record = "a|b ",
             .publications = "PMID:1| PMID:2||x\ty", .attributes = "{\"k|\":[\"v\\t\",1.5]}",
             .qualifiers = "{\"object_direction_qualifier\":\"increased\"}", .sign = 1,
             .is_causal = true),
        EDGE("A|1", "biolink:affects", " B ", .id = "e\t1", .original = "line\nfeed",
             .qualifiers = "{\"object_direction_qualifier\":\"increased\"}", .sign = -1,
             .source = "third", .version = "v|2", .record = "\"quoted\""),
        EDGE("C\"", "label not in any table", "D", .is_symmetric = true,
             .sign = WRT_KG_SIGN_UNKNOWN),
        EDGE("D", "treats", "nowhere declared", .original = "CbG", .sign = 0),
        EDGE("D", "biolink:treats", "D", .id = "{\"a\":1}", .publications = "|"),
        END,
    };
    scratch s = scratch_make();
    records_ok(&s, "src\t|", &(record_file){"f", .nodes = nodes, .edges = edges}, 1);
    assert_both(&s);
    scratch_remove(&s);
}

static void export_keeps_all_supports_of_random_graphs(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",     "x",    " lead",           "trail ", "a|b", "|",    "a||b",
        "\t",   "\n",   "\"q\"",           "\\",     "{}",  "true", "1e5",
        "null", "\x7f", "\xf0\x9f\xa7\xac"};
    enum { TEXTS = sizeof texts / sizeof texts[0], EDGES = 150 };
    uint32_t seed = 7;
    for (int graph = 0; graph < 4; graph++) {
        edge_record list[EDGES + 1];
        char names[EDGES][2][16];
        memset(list, 0, sizeof list);
        for (size_t i = 0; i < EDGES; i++) {
            const char *pick[8];
            for (size_t k = 0; k < 8; k++) {
                seed = seed * 1664525u + 1013904223u;
                pick[k] = texts[(seed >> 16) % TEXTS];
            }
            snprintf(names[i][0], 16, "n%u%s", seed >> 29, pick[0]);
            snprintf(names[i][1], 16, "n%u", seed >> 28 & 7);
            list[i] = (edge_record){.subject = names[i][0],
                                    .object = names[i][1],
                                    .predicate = "p",
                                    .id = pick[1],
                                    .original = pick[2],
                                    .primary = pick[3],
                                    .license = pick[4],
                                    .record = pick[5],
                                    .publications = pick[6],
                                    .aggregator = pick[7],
                                    .sign = (int)(seed >> 27 & 3) - 1,
                                    .is_causal = seed >> 26 & 1,
                                    .is_symmetric = seed >> 25 & 1};
        }
        scratch s = scratch_make();
        records_ok(&s, "random", &(record_file){"f", .edges = list}, 1);
        assert_both(&s);
        scratch_remove(&s);
    }
}

/* ---- real graphs */

static void export_reads_back_when_real_files_are_there(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"kgx/graph_nodes.tsv", "kgx/graph_edges.tsv"},
        {NULL, "kgx/monarch-tiny_edges.tsv"},
        {"kgx/chebi_kgx_tsv_nodes.tsv", "kgx/chebi_kgx_tsv_edges.tsv"},
        {"kgx_drugcentral/drugcentral_targets_nodes.jsonl.gz",
         "kgx_drugcentral/drugcentral_targets_edges.tsv.gz"},
        {NULL, "hetionet/hetionet-v1.0-CbG-attributes-open.tsv.gz"},
    };
    if (shared_path("kgx/monarch-tiny_edges.tsv") == NULL)
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scratch s = scratch_make();
        char paths[2][1024];
        const char *list[2];
        size_t n = 0;
        for (size_t k = 0; k < 2; k++)
            if (cases[i][k] != NULL) {
                snprintf(paths[n], sizeof paths[n], "%s", shared_path(cases[i][k]));
                list[n] = paths[n];
                n++;
            }
        import_files(NULL, s.db, "real", NULL, list, n);
        assert_both(&s);
        scratch_remove(&s);
    }
}

static void export_leaves_no_part_when_it_fails(void **state) {
    (void)state;
    scratch s = scratch_make();
    const edge_record edges[] = {EDGE("A", "p", "B"), END};
    records_ok(&s, "one", &(record_file){"f", .edges = edges}, 1);
    wrt_kg *kg = open_ok(&s);
    char good[400], bad[400];
    snprintf(good, sizeof good, "%s/nodes.tsv", s.folder);
    snprintf(bad, sizeof bad, "%s/no/such/folder/edges.tsv", s.folder);
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(wrt_kg_export(NULL, kg, WRT_KG_EXPORT_TSV, good, bad, &err), WRT_E_FAILED);
    assert_null(strstr(err.message, s.folder));
    assert_false(wrt_file_exists(good));
    wrt_kg_close(kg);
    scratch_remove(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(export_keeps_texts_that_a_cell_cannot_hold),
        cmocka_unit_test(export_keeps_all_supports_of_random_graphs),
        cmocka_unit_test(export_reads_back_when_real_files_are_there),
        cmocka_unit_test(export_leaves_no_part_when_it_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
