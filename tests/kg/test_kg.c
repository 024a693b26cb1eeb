/* test_kg.c: opening, statistics, nodes, edges, neighbours, predicates and the snapshot. */
#include "kg/between.h"
#include "tests/kg/support.h"

#include "base/db.h"
#include "base/file.h"
#include "base/hash.h"
#include "kg/predicates.h"
#include "kg/store/proof.h"
#include "kg/store/retractions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char NODES[] = "id\tcategory\tname\n"
                            "D:1\tbiolink:Drug\tAspirin\n"
                            "P:1\tbiolink:Protein\tCOX\n"
                            "Z:1\tbiolink:Disease\tPain\n";
static const char EDGES[] =
    "id\tsubject\tpredicate\tobject\toriginal_predicate\tqualified_predicate\t"
    "object_aspect_qualifier\tobject_direction_qualifier\tknowledge_level\tagent_type\t"
    "primary_knowledge_source\tpublications\trecord_id\tlicense\n"
    "e2\tP:1\tbiolink:positively_correlated_with\tZ:1\tpositively correlated with\t\t\t\t\t\t\t\t\t"
    "\n"
    "e1\tD:1\tbiolink:affects\tP:1\tinhibitor\tbiolink:causes\tactivity\tdecreased\t"
    "knowledge_assertion\tmanual_agent\tinfores:x\tPMID:10|PMID:11\tr7\tCC0-1.0\n"
    "e3\tD:1\tbiolink:invented\tZ:1\t\t\t\t\t\t\t\t\t\t\n"
    "e4\tP:1\tbiolink:located_in\tP:1\t\t\t\t\t\t\t\t\t\t\n";

typedef struct {
    scratch s;
    wrt_kg *kg;
} fixture;

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->s = scratch_make();
    import_ok(&f->s, NODES, EDGES);
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

static void open_says_how_to_load_a_graph_when_there_is_none(void **state) {
    (void)state;
    wrt_kg *kg = NULL;
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(wrt_kg_open(&kg, "/nonexistent/kg.db", &err), WRT_E_NOT_FOUND);
    assert_string_equal(err.message,
                        "no knowledge graph here: load one with `warrant kg import --format kgx "
                        "--source NAME --version V NODES.tsv EDGES.tsv`");
    assert_null(kg);
}

static void open_names_the_file_when_it_is_foreign_or_damaged(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_kg *kg = NULL;
    wrt_err err = {.code = WRT_OK};
    scratch_write(&s, "kg.db", "this is a text file and no database, whatever its name may say\n");
    assert_int_equal(wrt_kg_open(&kg, s.db, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "kg.db"));
    assert_null(strstr(err.message, s.folder));
    wrt_db *db = NULL;
    assert_int_equal(wrt_db_open(&db, scratch_path(&s, "o.db"), WRT_DB_CREATE, NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(db, "CREATE TABLE t(x);", NULL), WRT_OK);
    wrt_db_close(db);
    assert_int_equal(wrt_kg_open(&kg, scratch_path(&s, "o.db"), &err), WRT_E_INPUT);
    assert_string_equal(err.message, "o.db is not a knowledge graph file");
    scratch_write(&s, "kg.db", "");
    assert_int_equal(wrt_kg_open(&kg, s.db, &err), WRT_E_INPUT);
    scratch_remove(&s);
}

static void open_refuses_when_an_import_was_cut_off(void **state) {
    fixture *f = *state;
    wrt_kg *kg = NULL;
    scratch_write(&f->s, "kg.db-journal", "x");
    assert_int_equal(wrt_kg_open(&kg, f->s.db, NULL), WRT_E_INPUT);
}

/* Everything that reads a graph file; what it says is of no matter here. */
static void use_all(wrt_kg *kg) {
    wrt_json *out = NULL, *pmids = wrt_json_new_array();
    size_t total = 0;
    wrt_kg_check(&out, kg, NULL);
    wrt_json_free(out);
    if (wrt_kg_paths(&out, NULL, kg, "D:1", "Z:1", NULL, NULL) == WRT_OK)
        wrt_json_free(out);
    if (wrt_kg_resolve(&out, kg, WRT_STR("asprin"), NULL, 0, NULL) == WRT_OK)
        wrt_json_free(out);
    if (wrt_kg_edge(&out, kg, "e1", NULL) == WRT_OK)
        wrt_json_free(out);
    if (wrt_kg_edge_proof(&out, kg, "e3", NULL) == WRT_OK)
        wrt_json_free(out);
    wrt_json_push_text(pmids, "PMID:10");
    if (wrt_kg_edges_citing(&out, &total, kg, pmids, 0, NULL) == WRT_OK)
        wrt_json_free(out);
    if (wrt_kg_stats(&out, kg, NULL) == WRT_OK)
        wrt_json_free(out);
    wrt_json_free(pmids);
}

static void open_survives_when_any_byte_is_flipped(void **state) {
    fixture *f = *state;
    wrt_buf good = wrt_buf_make(WRT_MIB(4));
    assert_int_equal(wrt_file_read(&good, f->s.db, WRT_MIB(4), NULL), WRT_OK);
    scratch s = scratch_make();
    for (size_t at = 0; at < good.len; at += 211) {
        good.ptr[at] = (char)(good.ptr[at] ^ 0x41);
        assert_int_equal(wrt_file_write(s.db, wrt_buf_str(&good), 0600, NULL), WRT_OK);
        wrt_kg *kg = NULL;
        if (wrt_kg_open(&kg, s.db, NULL) == WRT_OK) {
            use_all(kg);
            wrt_kg_close(kg);
        }
        good.ptr[at] = (char)(good.ptr[at] ^ 0x41);
    }
    wrt_buf_free(&good);
    scratch_remove(&s);
}

static void stats_count_what_was_imported(void **state) {
    fixture *f = *state;
    wrt_json *stats = NULL;
    assert_int_equal(wrt_kg_stats(&stats, f->kg, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(stats, "nodes", 0), 3);
    assert_int_equal(wrt_json_get_int(stats, "edges", 0), 4);
    assert_int_equal(wrt_json_number(wrt_json_path(stats, "kinds.Drug"), 0), 1);
    assert_int_equal(
        wrt_json_number(wrt_json_get(wrt_json_get(stats, "predicates"), "biolink:affects"), 0), 1);
    assert_int_equal(wrt_json_number(wrt_json_path(stats, "knowledge_levels.not_provided"), 0), 3);
    const wrt_json *source = wrt_json_at(wrt_json_get(stats, "sources"), 0);
    assert_string_equal(wrt_json_get_text(source, "id", ""), "test");
    assert_string_equal(wrt_json_get_text(source, "version", ""), "1");
    assert_string_equal(wrt_json_get_text(source, "license", ""), "CC0-1.0");
    assert_int_equal(wrt_json_get_int(source, "edges", 0), 4);
    wrt_json_free(stats);
}

static void node_gives_degrees_and_accepts_other_case(void **state) {
    fixture *f = *state;
    wrt_json *node = NULL;
    assert_int_equal(wrt_kg_node(&node, f->kg, "p:1", NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(node, "id", ""), "P:1");
    assert_int_equal(wrt_json_number(wrt_json_path(node, "degrees.in"), -1), 2);
    assert_int_equal(wrt_json_number(wrt_json_path(node, "degrees.out"), -1), 2);
    wrt_json_free(node);
    assert_int_equal(wrt_kg_node(&node, f->kg, "Q:1", NULL), WRT_E_NOT_FOUND);
}

static void edge_carries_sign_and_provenance(void **state) {
    fixture *f = *state;
    wrt_json *edge = NULL;
    assert_int_equal(wrt_kg_edge(&edge, f->kg, "e1", NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(edge, "sign", 9), -1);
    assert_true(wrt_json_get_bool(edge, "causal", false));
    assert_string_equal(wrt_json_get_text(edge, "original_predicate", ""), "inhibitor");
    assert_string_equal(wrt_json_get_text(edge, "direction", ""), "forward");
    assert_string_equal(wrt_json_get_text(edge, "knowledge_level", ""), "knowledge_assertion");
    assert_string_equal(wrt_json_get_text(edge, "record_id", ""), "r7");
    assert_string_equal(wrt_json_get_text(edge, "license", ""), "CC0-1.0");
    assert_string_equal(wrt_json_text(wrt_json_path(edge, "subject.kind")), "Drug");
    wrt_json_free(edge);
    assert_int_equal(wrt_kg_edge(&edge, f->kg, "e2", NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(edge, "sign", 9), 1);
    assert_false(wrt_json_get_bool(edge, "causal", true));
    assert_string_equal(wrt_json_get_text(edge, "knowledge_level", ""), "not_provided");
    wrt_json_free(edge);
    assert_int_equal(wrt_kg_edge(&edge, f->kg, "e3", NULL), WRT_OK);
    assert_true(wrt_json_is(wrt_json_get(edge, "sign"), WRT_JSON_NULL));
    wrt_json_free(edge);
    assert_int_equal(wrt_kg_edge(&edge, f->kg, "nope", NULL), WRT_E_NOT_FOUND);
}

/* The hash and the one-leaf Merkle root, recomputed here from bytes written by hand. */
static void snapshot_is_the_merkle_root_of_canonical_edges(void **state) {
    (void)state;
    scratch s = scratch_make();
    import_ok(&s, "id\tcategory\tname\nA\tbiolink:Gene\tone\n",
              "id\tsubject\tpredicate\tobject\nx\tA\tbiolink:causes\tB\n");
    static const char canonical[] =
        "{\"agent_type\":\"not_provided\",\"causal\":true,\"direction\":\"forward\",\"id\":\"x\","
        "\"knowledge_level\":\"not_provided\",\"license\":null,"
        "\"object\":{\"id\":\"B\",\"kind\":\"unknown\",\"name\":\"B\"},"
        "\"original_predicate\":null,\"predicate\":\"biolink:causes\","
        "\"primary_knowledge_source\":null,\"publications\":[],\"record_id\":null,\"sign\":1,"
        "\"source\":{\"id\":\"test\",\"version\":\"1\"},"
        "\"subject\":{\"id\":\"A\",\"kind\":\"Gene\",\"name\":\"one\"}}";
    wrt_str bytes = WRT_STR(canonical);
    const wrt_str leaf[2] = {{"\0", 1}, bytes};
    wrt_sha256 plain = wrt_sha256_of(bytes), root = wrt_sha256_of_parts(leaf, 2);
    char plain_hex[WRT_SHA256_HEX + 1], root_hex[WRT_SHA256_HEX + 1];
    wrt_sha256_hex(plain_hex, &plain);
    wrt_sha256_hex(root_hex, &root);
    wrt_kg *kg = open_ok(&s);
    wrt_json *edge = NULL;
    assert_int_equal(wrt_kg_edge(&edge, kg, "x", NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(edge, "sha256", ""), plain_hex);
    assert_string_equal(wrt_kg_snapshot(kg), root_hex);
    wrt_json_free(edge);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static wrt_sha256 leaf_of(wrt_kg *kg, const char *id) {
    wrt_json *edge = NULL;
    assert_int_equal(wrt_kg_edge(&edge, kg, id, NULL), WRT_OK);
    wrt_json_set(edge, "sha256", NULL);
    wrt_buf bytes = wrt_buf_make(WRT_MIB(1));
    wrt_json_write_canonical(&bytes, edge);
    const wrt_str parts[2] = {{"\0", 1}, wrt_buf_str(&bytes)};
    wrt_sha256 leaf = wrt_sha256_of_parts(parts, 2);
    wrt_buf_free(&bytes);
    wrt_json_free(edge);
    return leaf;
}

static wrt_sha256 join(wrt_sha256 left, wrt_sha256 right) {
    const wrt_str parts[3] = {
        {"\1", 1}, {(const char *)left.bytes, 32}, {(const char *)right.bytes, 32}};
    return wrt_sha256_of_parts(parts, 3);
}

/* RFC 6962 section 2.1: five leaves split as 4 + 1, so the root is ((ab)(cd))e. */
static void snapshot_splits_at_powers_of_two_when_leaves_are_five(void **state) {
    (void)state;
    scratch s = scratch_make();
    import_ok(&s, NULL,
              "id\tsubject\tpredicate\tobject\n"
              "e\tA\tp\tB\nd\tB\tp\tC\nc\tC\tp\tD\nb\tD\tp\tE\na\tE\tp\tF\n");
    wrt_kg *kg = open_ok(&s);
    wrt_sha256 ab = join(leaf_of(kg, "a"), leaf_of(kg, "b"));
    wrt_sha256 cd = join(leaf_of(kg, "c"), leaf_of(kg, "d"));
    wrt_sha256 root = join(join(ab, cd), leaf_of(kg, "e"));
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256_hex(hex, &root);
    assert_string_equal(wrt_kg_snapshot(kg), hex);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static bool check_after(const char *sql, const char *problem) {
    scratch s = scratch_make();
    wrt_db *db = NULL;
    import_ok(&s, NODES, EDGES);
    assert_int_equal(wrt_db_open(&db, s.db, WRT_DB_WRITE, NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(db, sql, NULL), WRT_OK);
    wrt_db_close(db);
    wrt_kg *kg = open_ok(&s);
    wrt_json *report = NULL;
    wrt_status status = wrt_kg_check(&report, kg, NULL);
    bool ok = wrt_json_get_bool(report, "ok", false);
    assert_int_equal(status, ok ? WRT_OK : WRT_E_INPUT);
    const char *first = wrt_json_text(wrt_json_first(wrt_json_get(report, "problems")));
    if (problem != NULL) {
        assert_non_null(first);
        assert_non_null(strstr(first, problem));
    }
    wrt_json_free(report);
    wrt_kg_close(kg);
    scratch_remove(&s);
    return ok;
}

static void check_notices_when_rows_were_edited(void **state) {
    (void)state;
    assert_true(check_after("SELECT 1;", NULL));
    assert_false(check_after("UPDATE relation SET sign=1 WHERE sign=-1;", "edges"));
    assert_false(check_after("UPDATE node SET name='Ibuprofen' WHERE id='D:1';", "edges"));
    assert_false(check_after("DELETE FROM edge WHERE id='e3';", "edges"));
    assert_false(
        check_after("INSERT INTO name(key, how, node, text) VALUES('x', 2, 1, 'x');", "nodes"));
    assert_false(check_after("UPDATE adjacency SET arcs=substr(arcs, 1, 24);", "adjacency"));
}

/* e4 is a loop; e1 and e2 stand between D:1 and P:1, or not, as the neighbours of P:1 say. */
static void edges_between_two_nodes_are_found_from_either_end(void **state) {
    fixture *f = *state;
    wrt_json *all = NULL, *list = NULL, *turned = NULL;
    size_t total = 0, n = 0;
    assert_int_equal(wrt_kg_neighbors(&all, NULL, f->kg, "P:1", NULL, NULL), WRT_OK);
    WRT_JSON_EACH(entry, all)
    n += strcmp(wrt_json_text(wrt_json_path(entry, "node.id")), "D:1") == 0;
    assert_true(n > 0);
    const char *const ends[2] = {"D:1", "P:1"}, *const back[2] = {"P:1", "D:1"};
    assert_int_equal(wrt_kg_between(&list, &total, f->kg, ends, 10, NULL), WRT_OK);
    assert_int_equal(total, n);
    assert_int_equal(wrt_json_count(list), n);
    assert_int_equal(wrt_kg_between(&turned, NULL, f->kg, back, 10, NULL), WRT_OK);
    assert_true(wrt_json_equal(list, turned));
    WRT_JSON_EACH(edge, list) {
        wrt_json *own = NULL;
        assert_int_equal(wrt_kg_edge(&own, f->kg, wrt_json_get_text(edge, "id", "?"), NULL),
                         WRT_OK);
        assert_true(wrt_json_equal(edge, own));
        wrt_json_free(own);
    }
    wrt_json_free(list);
    const char *const loop[2] = {"P:1", "P:1"};
    assert_int_equal(wrt_kg_between(&list, &total, f->kg, loop, 10, NULL), WRT_OK);
    assert_int_equal(total, 1);
    wrt_json_free(list);
    assert_int_equal(wrt_kg_between(&list, &total, f->kg, ends, 0, NULL), WRT_OK);
    assert_int_equal(wrt_json_count(list), 0);
    assert_int_equal(total, n);
    wrt_json_free(list);
    const char *const unknown[2] = {"P:1", "Q:9"};
    assert_int_equal(wrt_kg_between(&list, NULL, f->kg, unknown, 10, NULL), WRT_E_NOT_FOUND);
    assert_null(list);
    wrt_json_free(all);
    wrt_json_free(turned);
}

static void neighbors_are_filtered_and_counted(void **state) {
    fixture *f = *state;
    wrt_json *list = NULL;
    size_t total = 0;
    assert_int_equal(wrt_kg_neighbors(&list, &total, f->kg, "P:1", NULL, NULL), WRT_OK);
    /* e4 is a loop: one edge, once. */
    assert_int_equal(total, 3);
    const char *ids[3] = {"e1", "e2", "e4"};
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(wrt_json_text(wrt_json_path(wrt_json_at(list, i), "edge.id")), ids[i]);
    wrt_json_free(list);
    wrt_json *predicates = wrt_json_new_array();
    wrt_json_push_text(predicates, "inhibitor");
    wrt_kg_filter filter = {.predicates = predicates, .direction = "in"};
    assert_int_equal(wrt_kg_neighbors(&list, &total, f->kg, "P:1", &filter, NULL), WRT_OK);
    assert_int_equal(total, 1);
    assert_string_equal(wrt_json_text(wrt_json_path(wrt_json_at(list, 0), "node.id")), "D:1");
    wrt_json_free(list);
    wrt_json_free(predicates);
    filter = (wrt_kg_filter){.limit = 1, .direction = "out"};
    assert_int_equal(wrt_kg_neighbors(&list, &total, f->kg, "P:1", &filter, NULL), WRT_OK);
    assert_int_equal(total, 2);
    assert_int_equal(wrt_json_count(list), 1);
    wrt_json_free(list);
    filter.direction = "sideways";
    assert_int_equal(wrt_kg_neighbors(&list, &total, f->kg, "P:1", &filter, NULL), WRT_E_INPUT);
}

static void assert_sign(const char *label, const char *curie, const char *aspect,
                        const char *direction, int sign, bool causal) {
    int got = 9;
    bool is_causal = !causal;
    const wrt_kg_assertion assertion = {wrt_str_of(curie),  wrt_str_of(label),     WRT_STR(""),
                                        wrt_str_of(aspect), wrt_str_of(direction), WRT_STR("")};
    wrt_kg_assertion_read(&got, &is_causal, &assertion);
    if (got != sign || is_causal != causal)
        fail_msg("%s %s %s %s: sign %d, causal %d", label, curie, aspect, direction, got,
                 is_causal);
}

static void predicates_give_sign_and_causality(void **state) {
    (void)state;
    const int unknown = WRT_KG_SIGN_UNKNOWN;
    assert_sign("", "biolink:affects", "activity", "decreased", -1, true);
    assert_sign("", "biolink:affects", "activity", "upregulated", 1, true);
    assert_sign("", "biolink:affects", "degradation", "increased", -1, true);
    assert_sign("", "biolink:affects", "", "", unknown, true);
    assert_sign("regulates", "biolink:regulates", "", "", unknown, true);
    assert_sign("", "biolink:treats", "", "", -1, true);
    assert_sign("", "biolink:contributes_to", "", "", 1, true);
    /* the weaker of label and CURIE counts */
    assert_sign("prevents", "biolink:related_to", "", "", -1, false);
    assert_sign("correlated with", "biolink:causes", "", "", unknown, false);
    assert_sign("", "biolink:correlated_with", "", "", unknown, false);
    assert_sign("", "biolink:has_adverse_event", "", "", 1, false);
    /* an aspect that says nothing of the amount */
    assert_sign("", "biolink:affects", "localization", "increased", unknown, true);
    assert_sign("manifestation of", "", "", "", 1, false);
    assert_sign("", "biolink:part_of", "", "", 0, false);
    assert_sign("", "biolink:located_in", "", "", 0, false);
    assert_sign("caused by", "", "", "", 1, false);
    assert_sign("words of nobody", "biolink:causes", "", "", 1, true);
    assert_sign("words of nobody", "biolink:no_such", "", "", unknown, false);
}

static void predicates_read_the_subject_direction(void **state) {
    (void)state;
    static const struct {
        const char *subject;
        int sign;
    } cases[] = {{"decreased", -1}, {"increased", 1}, {"", 1}, {"sideways", WRT_KG_SIGN_UNKNOWN}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int sign = 9;
        bool is_causal = false;
        const wrt_kg_assertion assertion = {
            .predicate = WRT_STR("biolink:affects"),
            .qualified_predicate = WRT_STR("biolink:causes"),
            .object_aspect = WRT_STR("abundance"),
            .object_direction = WRT_STR("increased"),
            .subject_direction = wrt_str_of(cases[i].subject),
        };
        wrt_kg_assertion_read(&sign, &is_causal, &assertion);
        assert_int_equal(sign, cases[i].sign);
        assert_true(is_causal);
    }
}

/* Each of the 67 rows of the lexicon, compared with the source file. Where the lexicon says 0 for a
 * predicate that relates two quantities in no stated direction, ours says unknown. */
static void predicates_agree_with_the_lexicon_when_it_is_there(void **state) {
    (void)state;
    const char *path = shared_path("drugmechdb/predicate_polarity.tsv");
    if (path == NULL)
        skip();
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    assert_int_equal(wrt_file_read(&text, path, WRT_MIB(1), NULL), WRT_OK);
    wrt_str line, rest = wrt_buf_str(&text);
    size_t rows = 0;
    assert_true(wrt_str_cut(&line, &rest, '\n'));
    while (wrt_str_cut(&line, &rest, '\n') && line.len > 0) {
        wrt_str label, sign = WRT_STR(""), role = WRT_STR("");
        int64_t number = 9;
        assert_true(wrt_str_cut(&label, &line, '\t') && wrt_str_cut(&sign, &line, '\t') &&
                    wrt_str_cut(&role, &line, '\t'));
        const wrt_kg_predicate *row = wrt_kg_predicate_find(label);
        assert_non_null(row);
        assert_true(wrt_str_equal_c(label, row->label));
        assert_true(wrt_str_to_int64(&number, sign));
        if (row->sign != number && !(number == 0 && row->sign == WRT_KG_SIGN_UNKNOWN) &&
            strstr(row->label, "creases response to") == NULL)
            fail_msg("%s: sign %d, the lexicon says %d", row->label, row->sign, (int)number);
        assert_true(wrt_str_equal_c(role, row->role));
        rows++;
    }
    assert_int_equal(rows, 67);
    wrt_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_says_how_to_load_a_graph_when_there_is_none),
        cmocka_unit_test(open_names_the_file_when_it_is_foreign_or_damaged),
        cmocka_unit_test_setup_teardown(open_refuses_when_an_import_was_cut_off, setup, teardown),
        cmocka_unit_test_setup_teardown(open_survives_when_any_byte_is_flipped, setup, teardown),
        cmocka_unit_test_setup_teardown(stats_count_what_was_imported, setup, teardown),
        cmocka_unit_test_setup_teardown(node_gives_degrees_and_accepts_other_case, setup, teardown),
        cmocka_unit_test_setup_teardown(edge_carries_sign_and_provenance, setup, teardown),
        cmocka_unit_test(snapshot_is_the_merkle_root_of_canonical_edges),
        cmocka_unit_test(snapshot_splits_at_powers_of_two_when_leaves_are_five),
        cmocka_unit_test(check_notices_when_rows_were_edited),
        cmocka_unit_test_setup_teardown(edges_between_two_nodes_are_found_from_either_end, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(neighbors_are_filtered_and_counted, setup, teardown),
        cmocka_unit_test(predicates_give_sign_and_causality),
        cmocka_unit_test(predicates_read_the_subject_direction),
        cmocka_unit_test(predicates_agree_with_the_lexicon_when_it_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
