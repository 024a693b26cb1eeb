/* test_formats_shared.c: the real files beside the checkout, read without loss.
 *
 * Expected figures come from Hetionet's own tables (metaedges.tsv, degrees.xlsx) and from counts
 * made with awk and Python over the same files. */
#include "tests/kg/formats_support.h"

#include "base/file.h"
#include "base/hash.h"
#include "kg/formats/metaedges.h"
#include "kg/formats/names.h"
#include "kg/ingest/import.h"
#include "kg/predicates.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A path below kg/ of the shared data; the test is skipped when it is not there. Freed by nobody:
 * a handful of short texts. */
static const char *shared(const char *name) {
    static char path[4096];
    const char *root = getenv("WARRANT_SHARED");
    snprintf(path, sizeof path, "%s/data/kg/%s", root != NULL ? root : TEST_SOURCE_DIR "/../shared",
             name);
    if (!wrt_file_exists(path)) {
        print_message("skipped: no %s\n", name);
        skip();
    }
    return path;
}

static recorder *read_shared(const char *name, bool keeps) {
    recorder *rec = recorder_new(keeps);
    wrt_err err = {.code = WRT_OK};
    if (recorder_read_file(rec, NULL, shared(name), &err) != WRT_OK)
        fail_msg("%s", err.message);
    return rec;
}

/* ---- every file */

static void every_file_is_read_whole(void **state) {
    (void)state;
    static const struct {
        const char *name;
        size_t nodes, edges, rejects, skips;
    } files[] = {
        {"hetionet/hetionet-v1.0-nodes.tsv.gz", 47031, 0, 0, 0},
        {"hetionet/hetionet-v1.0-edges-5k-official.sif.gz", 0, 99676, 0, 0},
        {"hetionet/hetionet-v1.0-go-approx-edges.sif.gz", 0, 609972, 0, 0},
        {"hetionet/hetionet-v1.0-CbG-attributes-open.tsv.gz", 0, 2791, 0, 0},
        {"hetionet/hetionet-v1.0-DaG-attributes.tsv.gz", 5526, 12623, 0, 0},
        {"kgx/chebi_kgx_tsv_nodes.tsv", 9, 0, 0, 0},
        {"kgx/chebi_kgx_tsv_edges.tsv", 0, 9, 0, 0},
        {"kgx/complex_graph_edges.tsv", 0, 7, 0, 0},
        {"kgx/graph_nodes.tsv", 534, 0, 0, 0},
        {"kgx/graph_edges.tsv", 0, 539, 0, 0},
        {"kgx/graph_multi_category_nodes.tsv", 10, 0, 0, 0},
        {"kgx/graph_tiny_nodes.tsv", 5, 0, 0, 0},
        {"kgx/graph_tiny_edges.tsv", 0, 10, 0, 0},
        {"kgx/monarch-tiny_edges.tsv", 0, 500, 0, 0},
        {"kgx/rsa_sample.json", 5, 0, 3, 0}, /* its edges have no predicate */
        {"kgx/test_nodes.tsv", 3, 0, 0, 0},
        {"kgx/test_edges.tsv", 0, 1, 0, 0},
        {"kgx/test1_nodes.tsv", 5, 0, 0, 0},
        {"kgx/test1_edges.tsv", 0, 5, 0, 0},
        {"kgx/test_infores_coercion_nodes.tsv", 2, 0, 0, 0},
        {"kgx/test_infores_coercion_edges.tsv", 0, 1, 0, 0},
        {"kgx/trapi_sample.json", 0, 2, 0, 0},
        {"kgx/valid.json", 15, 5, 0, 0},
        {"kgx/valid_nodes.jsonl", 7, 0, 0, 0},
        {"kgx/valid_edges.jsonl", 0, 5, 0, 0},
        {"kgx_drugcentral/drugcentral_targets_nodes.tsv.gz", 1648, 0, 0, 0},
        {"kgx_drugcentral/drugcentral_targets_nodes.jsonl.gz", 1648, 0, 0, 0},
        {"omnipath/omnipath-interactions-sample-1000.tsv.gz", 718, 1000, 0, 0},
        {"indra/signor_sample.csv", 30, 20, 0, 0},
        {"indra/ctd_chem_gene_sample.tsv", 5, 5, 0, 0},
        {"primekg/kg_format_sample.csv", 15, 9, 0, 0},
        {"drugcentral/drugcentral-targets.tsv", 1048, 2991, 0, 0},
        {"drugcentral/drugcentral-indications.tsv", 508, 646, 0, 25},
        {"drugcentral/drugcentral-drug-to-class.tsv", 2685, 10959, 0, 0},
        {"drugmechdb/drugmechdb-train-edges.tsv.gz", 0, 8449, 0, 0},
        {"drugmechdb/drugmechdb-train-edges-hetionet-ids.tsv.gz", 0, 2560, 0, 0},
        {"drugmechdb/drugmechdb-train-nodes.tsv.gz", 4318, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        recorder *rec = read_shared(files[i].name, false);
        if (rec->n_nodes != files[i].nodes || rec->n_edges != files[i].edges ||
            rec->n_rejects != files[i].rejects || rec->n_skips != files[i].skips)
            fail_msg("%s: %zu nodes, %zu edges, %zu rejects, %zu skips", files[i].name,
                     rec->n_nodes, rec->n_edges, rec->n_rejects, rec->n_skips);
        recorder_free(rec);
    }
}

/* ---- Hetionet against its own tables */

/* Cuts the next line and its tab-separated cells off the text of a file. */
static bool next_row(wrt_str *cells, size_t n, wrt_input *input) {
    bool got = false;
    wrt_str line, rest;
    assert_int_equal(wrt_input_line(&got, &line, input, 4096, NULL), WRT_OK);
    rest = line;
    for (size_t i = 0; got && i < n; i++)
        assert_true(wrt_str_cut(&cells[i], &rest, '\t'));
    return got;
}

typedef struct {
    recorder *rec;
    wrt_kg_names *keys; /* "node<tab>metaedge side" */
    uint32_t *degrees;
    size_t room;
    wrt_buf key;
} degree_table;

static uint32_t *degree_of(degree_table *table, wrt_str node, const char *a, const char *verb,
                           const char *b, char mark) {
    wrt_buf_clear(&table->key);
    wrt_buf_add_str(&table->key, node);
    wrt_buf_printf(&table->key, "\t%s %c %s %c %s", a, mark, verb, mark, b);
    size_t number = wrt_kg_names_add(NULL, table->keys, wrt_buf_str(&table->key));
    if (number >= table->room) {
        size_t room = table->room == 0 ? 1024 : table->room * 2;
        table->degrees = wrt_realloc(table->degrees, room * sizeof *table->degrees);
        memset(table->degrees + table->room, 0, (room - table->room) * sizeof *table->degrees);
        table->room = room;
    }
    return &table->degrees[number];
}

static void count_degrees(void *ctx, const wrt_kg_edge_record *edge) {
    degree_table *table = ctx;
    const wrt_kg_metaedge *metaedge =
        wrt_kg_metaedge_find(wrt_str_of(table->rec->relations[edge->relation]->original));
    char out = metaedge->is_directed ? '>' : '-', in = metaedge->is_directed ? '<' : '-';
    ++*degree_of(table, edge->subject, metaedge->source, metaedge->verb, metaedge->target, out);
    ++*degree_of(table, edge->object, metaedge->target, metaedge->verb, metaedge->source, in);
}

/* How a row of the official table compares. */
typedef struct {
    size_t n, equal, interacts, covaries, includes;
    uint64_t more_interactions;
} comparison;

static void compare_degree(comparison *seen, const wrt_str cells[3], uint32_t ours) {
    int64_t official = 0;
    assert_true(wrt_str_to_int64(&official, cells[2]));
    seen->n++;
    if (official == ours) {
        seen->equal++;
        return;
    }
    assert_true(official > ours);
    if (wrt_str_equal_c(cells[1], "Gene - interacts - Gene")) {
        seen->interacts++;
        seen->more_interactions += (uint64_t)official - ours;
    } else if (wrt_str_equal_c(cells[1], "Gene - covaries - Gene")) {
        seen->covaries++;
    } else {
        assert_true(wrt_str_equal_c(cells[1], "Pharmacologic Class - includes - Compound") ||
                    wrt_str_equal_c(cells[1], "Compound - includes - Pharmacologic Class"));
        seen->includes++;
    }
}

/* True for the metaedges that the exact file lacks. */
static bool is_absent(wrt_str name) {
    static const char *const absent[] = {"expresses", "causes", "Biological Process",
                                         "Cellular Component", "Molecular Function"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        if (memmem(name.ptr, name.len, absent[i], strlen(absent[i])) != NULL)
            return true;
    return false;
}

static void check_counts(const recorder *rec) {
    wrt_input *input = NULL;
    wrt_str cells[3];
    size_t n = 0;
    assert_int_equal(wrt_input_open(&input, shared("hetionet/hetionet-v1.0-metaedges.tsv"), NULL),
                     WRT_OK);
    assert_true(next_row(cells, 3, input));
    while (next_row(cells, 3, input)) {
        int64_t official = 0;
        assert_true(wrt_str_to_int64(&official, cells[2]));
        for (size_t i = 0; i < rec->n_relations; i++)
            if (wrt_str_equal_c(cells[1], rec->relations[i]->original)) {
                assert_int_equal(rec->edges_of[i], official);
                n++;
            }
    }
    assert_int_equal(n, 19);
    wrt_input_close(input);
}

/* 2,925 self-interactions count twice, and a few duplicates, in the official table, which is older
 * than the last clean-up of the edges. */
static void check_degrees(degree_table *table) {
    wrt_input *input = NULL;
    wrt_str cells[3];
    comparison seen = {.n = 0};
    assert_int_equal(
        wrt_input_open(&input, shared("hetionet/hetionet-v1.0-official-degrees.tsv.gz"), NULL),
        WRT_OK);
    assert_true(next_row(cells, 3, input));
    while (next_row(cells, 3, input)) {
        bool is_new = false;
        if (is_absent(cells[1]))
            continue;
        wrt_buf_clear(&table->key);
        wrt_buf_add_str(&table->key, cells[0]);
        wrt_buf_add_char(&table->key, '\t');
        wrt_buf_add_str(&table->key, cells[1]);
        uint32_t number = wrt_kg_names_add(&is_new, table->keys, wrt_buf_str(&table->key));
        compare_degree(&seen, cells, is_new ? 0 : table->degrees[number]);
    }
    wrt_input_close(input);
    assert_int_equal(seen.n, 113169);
    assert_int_equal(seen.equal, 110230);
    assert_int_equal(seen.interacts, 2925);
    assert_int_equal(seen.more_interactions, 2 * 2925);
    assert_int_equal(seen.covaries, 4);
    assert_int_equal(seen.includes, 10);
}

static void hetionet_has_the_official_counts_and_degrees(void **state) {
    (void)state;
    degree_table table = {
        .rec = recorder_new(false), .keys = wrt_kg_names_new(), .key = wrt_buf_make(WRT_KIB(8))};
    wrt_err err = {.code = WRT_OK};
    table.rec->on_edge = count_degrees;
    table.rec->ctx = &table;
    if (recorder_read_file(table.rec, NULL, shared("hetionet/hetionet-v1.0-exact19-edges.sif.gz"),
                           &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_int_equal(table.rec->n_edges, 854554);
    assert_int_equal(table.rec->n_rejects, 0);
    check_counts(table.rec);
    check_degrees(&table);
    recorder_free(table.rec);
    wrt_kg_names_free(table.keys);
    free(table.degrees);
    wrt_buf_free(&table.key);
}

/* ---- evidence */

typedef struct {
    recorder *rec;
    wrt_kg_names *pmids;
    size_t n_pmids, with_pmids, up, down, unknown, open;
} evidence;

static void count_evidence(void *ctx, const wrt_kg_edge_record *edge) {
    evidence *seen = ctx;
    const recorded_relation *relation = seen->rec->relations[edge->relation];
    wrt_str item, rest = edge->publications;
    seen->with_pmids += edge->publications.len > 0;
    while (edge->publications.len > 0 && wrt_str_cut(&item, &rest, '|')) {
        bool is_new = false;
        assert_true(wrt_str_starts_with(item, WRT_STR("PMID:")));
        (void)wrt_kg_names_add(&is_new, seen->pmids, item);
        seen->n_pmids += is_new;
    }
    seen->up += relation->sign == 1;
    seen->down += relation->sign == -1;
    seen->unknown += relation->sign == WRT_KG_SIGN_UNKNOWN;
    seen->open += strcmp(relation->license, "CC BY-NC 4.0") != 0;
}

static evidence read_evidence(const char *name) {
    evidence seen = {.rec = recorder_new(false), .pmids = wrt_kg_names_new()};
    wrt_err err = {.code = WRT_OK};
    seen.rec->on_edge = count_evidence;
    seen.rec->ctx = &seen;
    if (recorder_read_file(seen.rec, NULL, shared(name), &err) != WRT_OK)
        fail_msg("%s", err.message);
    recorder_free(seen.rec);
    wrt_kg_names_free(seen.pmids);
    return seen;
}

static void publications_signs_and_licences_add_up(void **state) {
    (void)state;
    evidence seen = read_evidence("hetionet/hetionet-v1.0-CbG-attributes.tsv.gz");
    assert_int_equal(seen.with_pmids, 10282);
    assert_int_equal(seen.n_pmids, 10646 - 1); /* "0689791" is no PMID and kept as it is */
    assert_int_equal(seen.open, 2791);
    seen = read_evidence("omnipath/omnipath-interactions-sample-1000.tsv.gz");
    assert_int_equal(seen.with_pmids, 987);
    assert_int_equal(seen.n_pmids, 2998 - 3); /* three have more than nine digits */
    assert_int_equal(seen.up, 619);
    assert_int_equal(seen.down, 281);
    assert_int_equal(seen.unknown, 100);
    static const char *const drugcentral[] = {"drugcentral/drugcentral-targets.tsv",
                                              "kgx_drugcentral/drugcentral_targets_edges.tsv.gz",
                                              "kgx_drugcentral/drugcentral_targets_edges.jsonl.gz"};
    for (size_t i = 0; i < 3; i++) { /* the same statements in three formats */
        seen = read_evidence(drugcentral[i]);
        assert_int_equal(seen.down, 2213);
        assert_int_equal(seen.up, 751);
        assert_int_equal(seen.unknown, 27);
        assert_int_equal(seen.with_pmids, 182);
        assert_int_equal(seen.n_pmids, 63);
    }
    seen = read_evidence("indra/signor_sample.csv");
    assert_int_equal(seen.up, 11);
    assert_int_equal(seen.down, 8);
    assert_int_equal(seen.unknown, 1);
    seen = read_evidence("indra/ctd_chem_gene_sample.tsv");
    assert_int_equal(seen.unknown, 5); /* four are nested, one is of phosphorylation */
}

/* The lexicon beside the data says 0 where our table says unknown; nowhere the opposite. */
static void drugmechdb_signs_are_those_of_the_lexicon(void **state) {
    (void)state;
    recorder *rec = read_shared("drugmechdb/drugmechdb-train-edges.tsv.gz", true);
    size_t differ = 0;
    for (size_t i = 0; i < rec->n_edges; i++) {
        const char *stated = strstr(rec->edges[i].attributes, "\"stated_sign\":");
        if (stated == NULL)
            continue;
        differ++;
        assert_int_equal(rec->edges[i].relation->sign, WRT_KG_SIGN_UNKNOWN);
    }
    assert_true(differ > 0 && differ < rec->n_edges / 10);
    recorder_free(rec);
}

/* ---- into a graph */

static wrt_status read_with(const wrt_kg_sink *sink, wrt_input *input, const void *ctx,
                            wrt_err *err) {
    const wrt_kg_format_options options = {.map = NULL};
    return ((const wrt_kg_format *)ctx)->read(sink, input, &options, err);
}

static wrt_status remove_entry(const char *name, void *ctx) {
    char *path = wrt_path_join(ctx, name);
    unlink(path);
    free(path);
    return WRT_OK;
}

static void hetionet_attributes_amend_the_edges_of_a_graph(void **state) {
    (void)state;
    static const char *const names[] = {"hetionet/hetionet-v1.0-nodes.tsv.gz",
                                        "hetionet/hetionet-v1.0-edges-5k-official.sif.gz",
                                        "hetionet/hetionet-v1.0-CbG-attributes.tsv.gz"};
    static const char *const roles[] = {"nodes", "edges", "attributes"};
    char folder[] = "/tmp/wrt-formats-XXXXXX", db[64];
    wrt_kg_import_file files[3];
    char *paths[3];
    wrt_json *report = NULL;
    wrt_err err = {.code = WRT_OK};
    for (size_t i = 0; i < 3; i++) {
        paths[i] = strdup(shared(names[i]));
        files[i] = (wrt_kg_import_file){paths[i], roles[i], read_with,
                                        wrt_kg_format_find(WRT_STR("hetionet"))};
    }
    assert_non_null(mkdtemp(folder));
    snprintf(db, sizeof db, "%s/kg.db", folder);
    wrt_crypto_init();
    const wrt_kg_import_job job = {
        .files = files, .n_files = 3, .source = "hetionet", .version = "1.0", .is_strict = true};
    if (wrt_kg_import(&report, db, &job, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_int_equal(wrt_json_get_int(report, "nodes", -1), 47031);
    assert_int_equal(wrt_json_get_int(report, "unknown_nodes", -1), 0);
    assert_int_equal(wrt_json_get_int(report, "amended", -1), 5000);
    assert_int_equal(wrt_json_get_int(report, "edges", -1), 99676 + 11571 - 5000);
    assert_int_equal(wrt_json_get_int(report, "skipped_total", -1), 0);
    wrt_json_free(report);
    for (size_t i = 0; i < 3; i++)
        free(paths[i]);
    wrt_dir_each(folder, remove_entry, folder, NULL);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_read_whole),
        cmocka_unit_test(hetionet_has_the_official_counts_and_degrees),
        cmocka_unit_test(publications_signs_and_licences_add_up),
        cmocka_unit_test(drugmechdb_signs_are_those_of_the_lexicon),
        cmocka_unit_test(hetionet_attributes_amend_the_edges_of_a_graph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
