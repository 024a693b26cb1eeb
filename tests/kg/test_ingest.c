/* test_ingest.c: what one edge is when several records speak of it. */
#include "tests/kg/records.h"

#include "base/file.h"
#include "kg/ingest/ingest.h"
#include "kg/internal.h"
#include "kg/predicates.h"
#include "kg/store/canonical.h"
#include "kg/store/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CURATED .level = "knowledge_assertion", .agent = "manual_agent"
#define MINED   .level = "not_provided", .agent = "text_mining_agent"

static wrt_json *edge_ok(wrt_kg *kg, const char *id) {
    wrt_err err = {.code = WRT_OK};
    wrt_json *edge = NULL;
    if (wrt_kg_edge(&edge, kg, id, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return edge;
}

static const char *text_at(const wrt_json *value, const char *path) {
    const char *text = wrt_json_text(wrt_json_path(value, path));
    return text != NULL ? text : "(none)";
}

static int64_t count_of(const wrt_json *report, const char *name) {
    return wrt_json_get_int(report, name, -1);
}

/* Snapshot id after importing the files, each as a job of its own source, in an order. */
static void snapshot_in_order(char out[65], const record_file *files, const char *const *sources,
                              const size_t *order, size_t n) {
    scratch s = scratch_make();
    for (size_t i = 0; i < n; i++)
        records_ok(&s, sources[order[i]], &files[order[i]], 1);
    wrt_kg *kg = open_ok(&s);
    snprintf(out, 65, "%s", wrt_kg_snapshot(kg));
    wrt_json *report = NULL;
    assert_int_equal(wrt_kg_check(&report, kg, NULL), WRT_OK);
    wrt_json_free(report);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

/* All six orders of three files give one snapshot. */
static void assert_order_is_free(const record_file files[3], const char *const sources[3]) {
    static const size_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                        {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    char first[65], other[65];
    snapshot_in_order(first, files, sources, orders[0], 3);
    for (size_t i = 1; i < 6; i++) {
        snapshot_in_order(other, files, sources, orders[i], 3);
        assert_string_equal(first, other);
    }
}

/* ---- ids */

/* Values from Python's hashlib over the definition in kg/ingest/import.h and
 * kg/ingest/ingest_edges.c. */
static void ingest_makes_ids_from_the_statement(void **state) {
    (void)state;
    scratch s = scratch_make();
    const edge_record edges[] = {
        EDGE("A", "biolink:affects", "B", .original = "inhibits"),
        EDGE("B", "biolink:interacts_with", "A", .is_symmetric = true),
        END,
    };
    records_ok(&s, "one", &(record_file){"f", .edges = edges}, 1);
    wrt_kg *kg = open_ok(&s);
    wrt_json *edge = edge_ok(kg, "wrt:d24bd2fb0bbe504d");
    assert_string_equal(text_at(edge, "subject.id"), "A");
    assert_string_equal(text_at(edge, "direction"), "forward");
    wrt_json_free(edge);
    edge = edge_ok(kg, "wrt:b87fd8418dba68c0");
    assert_string_equal(text_at(edge, "subject.id"), "B");
    assert_string_equal(text_at(edge, "direction"), "both");
    wrt_json_free(edge);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void ingest_renames_when_two_statements_claim_one_id(void **state) {
    (void)state;
    /* SHA-256 of A p B begins with f585a01cf4a0, of A p C with 69a392a3f0c9: C keeps the id. */
    static const edge_record b[] = {EDGE("A", "p", "B", .id = "1"), END};
    static const edge_record c[] = {EDGE("A", "p", "C", .id = "1"), END};
    static const edge_record again[] = {EDGE("A", "p", "B", .id = "1"),
                                        EDGE("A", "p", "C", .id = "1"), END};
    const record_file files[3] = {{"b", .edges = b}, {"c", .edges = c}, {"d", .edges = again}};
    static const char *const sources[3] = {"one", "one", "one"};
    scratch s = scratch_make();
    wrt_json *report = NULL;
    assert_int_equal(records_import(&report, &s, "one", files, 3, NULL), WRT_OK);
    assert_int_equal(count_of(report, "edges"), 2);
    assert_int_equal(count_of(report, "renamed"), 1);
    assert_int_equal(count_of(report, "equal"), 2);
    wrt_json_free(report);
    wrt_kg *kg = open_ok(&s);
    wrt_json *edge = edge_ok(kg, "1");
    assert_string_equal(text_at(edge, "object.id"), "C");
    wrt_json_free(edge);
    edge = edge_ok(kg, "1~f585a01cf4a0");
    assert_string_equal(text_at(edge, "object.id"), "B");
    wrt_json_free(edge);
    wrt_kg_close(kg);
    scratch_remove(&s);
    assert_order_is_free(files, sources);
}

static void ingest_keeps_edges_apart_when_their_stated_ids_differ(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    const edge_record edges[] = {EDGE("A", "p", "B", .id = "x"), EDGE("A", "p", "B", .id = "y"),
                                 EDGE("A", "p", "B"), END};
    assert_int_equal(
        records_import(&report, &s, "one", &(record_file){"f", .edges = edges}, 1, NULL), WRT_OK);
    assert_int_equal(count_of(report, "edges"), 3);
    wrt_json_free(report);
    scratch_remove(&s);
}

/* A made id that comes back from an export is the same edge; one of another statement is not. */
static void ingest_recognises_made_ids(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    const edge_record edges[] = {
        EDGE("A", "biolink:affects", "B", .original = "inhibits"),
        EDGE("A", "biolink:affects", "B", .original = "inhibits", .id = "wrt:d24bd2fb0bbe504d"),
        EDGE("A", "p", "C", .id = "wrt:d24bd2fb0bbe504d"),
        END,
    };
    assert_int_equal(
        records_import(&report, &s, "one", &(record_file){"f", .edges = edges}, 1, NULL), WRT_OK);
    assert_int_equal(count_of(report, "edges"), 2);
    assert_int_equal(count_of(report, "equal"), 1);
    assert_int_equal(count_of(report, "renamed"), 1);
    wrt_json_free(report);
    wrt_kg *kg = open_ok(&s);
    wrt_json *edge = edge_ok(kg, "wrt:d24bd2fb0bbe504d~69a392a3f0c9");
    assert_string_equal(text_at(edge, "object.id"), "C");
    wrt_json_free(edge);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

/* With keys of four bits most statements collide, and none is lost or merged. */
static void ingest_keeps_statements_apart_when_their_keys_collide(void **state) {
    (void)state;
    wrt_db *db = NULL;
    wrt_kg_store *store = NULL;
    wrt_kg_ingest *ingest = NULL;
    const wrt_kg_ingest_file file = {.file = 1, .name = "f", .source = "one", .version = "1"};
    assert_int_equal(wrt_db_open(&db, ":memory:", WRT_DB_CREATE, NULL), WRT_OK);
    assert_int_equal(wrt_kg_schema_ensure(db, "f.db", NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(db,
                                 "INSERT INTO source(n,id,version) VALUES(1,'one','1');"
                                 "INSERT INTO file(n,sha256,role,name,source)"
                                 " VALUES(1,'00','r','f',1);",
                                 NULL),
                     WRT_OK);
    assert_int_equal(wrt_kg_store_open(&store, db, "f.db", NULL), WRT_OK);
    assert_int_equal(wrt_kg_ingest_new(&ingest, store, NULL), WRT_OK);
    ingest->key_mask = 15;
    assert_int_equal(wrt_kg_ingest_begin(ingest, &file, NULL), WRT_OK);
    const wrt_kg_sink sink = wrt_kg_ingest_sink(ingest);
    uint32_t relation = 0;
    assert_int_equal(
        sink.relation(&relation, sink.ctx, &(wrt_kg_relation){.predicate = WRT_STR("p")}, NULL),
        WRT_OK);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 40; i++) {
            char object[8];
            snprintf(object, sizeof object, "n%d", i);
            const wrt_kg_edge_record edge = {
                .subject = WRT_STR("A"), .object = wrt_str_of(object), .relation = relation};
            assert_int_equal(sink.edge(sink.ctx, &edge, NULL), WRT_OK);
        }
    const wrt_kg_ingest_counts *counts = wrt_kg_ingest_result(ingest);
    assert_int_equal(counts->edges, 40);
    assert_int_equal(counts->equal, 40);
    assert_true(counts->renamed >= 24); /* at most 16 keep a short id */
    wrt_kg_ingest_free(ingest);
    wrt_kg_store_close(store);
    wrt_db_close(db);
}

/* ---- supports */

static void ingest_keeps_all_sources_and_shows_the_best(void **state) {
    (void)state;
    static const edge_record mined[] = {
        EDGE("A", "biolink:affects", "B", MINED, .primary = "infores:miner", .license = "CC0-1.0",
             .publications = "PMID:1|PMID:2|PMID:3", .is_causal = true, .sign = 1),
        END};
    static const edge_record curated[] = {
        EDGE("A", "biolink:affects", "B", CURATED, .primary = "infores:curator", .record = "r7",
             .aggregator = "infores:x|infores:y", .attributes = "{\"score\":0.5}",
             .is_causal = true, .sign = 1),
        END};
    static const edge_record level_only[] = {
        EDGE("A", "biolink:affects", "B", .level = "knowledge_assertion",
             .agent = "automated_agent", .is_causal = true, .sign = 1),
        END};
    const record_file files[3] = {
        {"m", .edges = mined}, {"c", .edges = curated}, {"l", .edges = level_only}};
    static const char *const sources[3] = {"miner", "curator", "auto"};
    scratch s = scratch_make();
    for (size_t i = 0; i < 3; i++)
        records_ok(&s, sources[i], &files[i], 1);
    wrt_kg *kg = open_ok(&s);
    wrt_json *list = NULL;
    size_t total = 0;
    assert_int_equal(wrt_kg_neighbors(&list, &total, kg, "A", NULL, NULL), WRT_OK);
    assert_int_equal(total, 1);
    const wrt_json *edge = wrt_json_get(wrt_json_first(list), "edge");
    assert_string_equal(text_at(edge, "knowledge_level"), "knowledge_assertion");
    assert_string_equal(text_at(edge, "agent_type"), "manual_agent");
    assert_string_equal(text_at(edge, "primary_knowledge_source"), "infores:curator");
    assert_string_equal(text_at(edge, "source.id"), "curator");
    assert_string_equal(text_at(edge, "record_id"), "r7");
    assert_int_equal(wrt_json_count(wrt_json_get(edge, "publications")), 0);
    const wrt_json *supports = wrt_json_get(edge, "supports");
    assert_int_equal(wrt_json_count(supports), 3);
    assert_string_equal(text_at(wrt_json_at(supports, 0), "source.id"), "curator");
    /* then the one with publications */
    assert_string_equal(text_at(wrt_json_at(supports, 1), "source.id"), "miner");
    assert_string_equal(text_at(wrt_json_at(supports, 1), "license"), "CC0-1.0");
    assert_int_equal(wrt_json_count(wrt_json_get(wrt_json_at(supports, 1), "publications")), 3);
    assert_string_equal(text_at(wrt_json_at(supports, 2), "agent_type"), "automated_agent");
    wrt_json_free(list);
    wrt_json *stats = NULL;
    assert_int_equal(wrt_kg_stats(&stats, kg, NULL), WRT_OK);
    assert_int_equal(wrt_json_count(wrt_json_get(stats, "sources")), 3);
    WRT_JSON_EACH(source, wrt_json_get(stats, "sources"))
    assert_int_equal(wrt_json_get_int(source, "edges", 0), 1);
    wrt_json_free(stats);
    wrt_kg_close(kg);
    scratch_remove(&s);
    assert_order_is_free(files, sources);
}

static void ingest_takes_equal_supports_once(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    const edge_record edges[] = {
        EDGE("A", "p", "B", .record = "r", .publications = "PMID:1"),
        EDGE("A", "p", "B", .record = "r", .publications = "PMID:1"),
        EDGE("A", "p", "B", .record = "r2", .publications = "PMID:1"),
        EDGE("A", "p", "B", .record = "r2", .publications = "PMID:1"),
        EDGE("A", "p", "B", .record = "r", .publications = "PMID:1"),
        END,
    };
    assert_int_equal(
        records_import(&report, &s, "one", &(record_file){"f", .edges = edges}, 1, NULL), WRT_OK);
    assert_int_equal(count_of(report, "edges"), 1);
    assert_int_equal(count_of(report, "merged"), 1);
    assert_int_equal(count_of(report, "equal"), 3);
    wrt_json_free(report);
    scratch_remove(&s);
}

static void ingest_says_so_when_signs_conflict(void **state) {
    (void)state;
    static const edge_record up[] = {EDGE("A", "p", "B", .sign = 1), END};
    static const edge_record down[] = {EDGE("A", "p", "B", .sign = -1), END};
    static const edge_record silent[] = {EDGE("A", "p", "B", CURATED, .sign = WRT_KG_SIGN_UNKNOWN),
                                         END};
    const record_file files[3] = {{"u", .edges = up}, {"d", .edges = down}, {"s", .edges = silent}};
    static const char *const sources[3] = {"one", "two", "three"};
    scratch s = scratch_make();
    records_ok(&s, "one", &files[0], 1);
    records_ok(&s, "three", &files[2], 1);
    wrt_kg *kg = open_ok(&s);
    wrt_json *edge = edge_ok(kg, "wrt:f585a01cf4a03395");
    /* One source says nothing: no conflict, and the sign is not lent to the curated support. */
    assert_true(wrt_json_is(wrt_json_get(edge, "sign"), WRT_JSON_NULL));
    assert_null(wrt_json_get(edge, "sign_conflict"));
    wrt_json_free(edge);
    wrt_kg_close(kg);
    records_ok(&s, "two", &files[1], 1);
    kg = open_ok(&s);
    edge = edge_ok(kg, "wrt:f585a01cf4a03395");
    assert_true(wrt_json_is(wrt_json_get(edge, "sign"), WRT_JSON_NULL));
    assert_true(wrt_json_get_bool(edge, "sign_conflict", false));
    const wrt_json *supports = wrt_json_get(edge, "supports");
    assert_int_equal(wrt_json_get_int(wrt_json_at(supports, 1), "sign", 9) *
                         wrt_json_get_int(wrt_json_at(supports, 2), "sign", 9),
                     -1);
    assert_int_equal(kg->csr.sign[0], WRT_KG_SIGN_UNKNOWN);
    wrt_json_free(edge);
    wrt_kg_close(kg);
    scratch_remove(&s);
    assert_order_is_free(files, sources);
}

static void ingest_folds_both_directions_of_a_symmetric_edge(void **state) {
    (void)state;
    static const edge_record forth[] = {EDGE("A", "p", "B", .is_symmetric = true, .record = "x"),
                                        END};
    static const edge_record back[] = {EDGE("B", "p", "A", .is_symmetric = true, .record = "y"),
                                       END};
    static const edge_record alone[] = {EDGE("D", "p", "C", .is_symmetric = true), END};
    const record_file files[3] = {
        {"f", .edges = forth}, {"b", .edges = back}, {"a", .edges = alone}};
    static const char *const sources[3] = {"one", "two", "three"};
    scratch s = scratch_make();
    wrt_json *report = NULL, *list = NULL;
    size_t total = 0;
    const record_file order[3] = {files[1], files[0], files[2]};
    assert_int_equal(records_import(&report, &s, "one", order, 3, NULL), WRT_OK);
    assert_int_equal(count_of(report, "edges"), 2);
    assert_int_equal(count_of(report, "merged"), 1);
    wrt_json_free(report);
    wrt_kg *kg = open_ok(&s);
    assert_int_equal(wrt_kg_neighbors(&list, &total, kg, "A", NULL, NULL), WRT_OK);
    const wrt_json *edge = wrt_json_get(wrt_json_first(list), "edge");
    assert_string_equal(text_at(edge, "subject.id"), "A"); /* bytewise order, once stated */
    assert_string_equal(text_at(edge, "direction"), "both");
    wrt_json_free(list);
    assert_int_equal(wrt_kg_neighbors(&list, &total, kg, "C", NULL, NULL), WRT_OK);
    edge = wrt_json_get(wrt_json_first(list), "edge");
    assert_string_equal(text_at(edge, "subject.id"), "D"); /* as its only source states it */
    wrt_json_free(list);
    wrt_kg_close(kg);
    scratch_remove(&s);
    assert_order_is_free(files, sources);
}

/* ---- amendments */

static const edge_record plain_edges[] = {
    EDGE("A", "biolink:affects", "B", .original = "CbG", .is_symmetric = true),
    EDGE("A", "biolink:affects", "C", .original = "CbG", .is_symmetric = true),
    END,
};
static const edge_record amendments[] = {
    EDGE("A", "biolink:affects", "B", CURATED, .original = "CbG", .publications = "PMID:5",
         .qualifiers = "{\"object_direction_qualifier\":\"decreased\"}", .sign = -1,
         .is_amendment = true),
    EDGE("A", "biolink:affects", "D", .original = "CbG", .is_amendment = true),
    END,
};

static void ingest_completes_an_edge_when_its_source_amends_it(void **state) {
    (void)state;
    const record_file files[] = {{"e", .edges = plain_edges}, {"a", .edges = amendments}};
    scratch s = scratch_make();
    wrt_json *report = NULL, *list = NULL;
    size_t total = 0;
    assert_int_equal(records_import(&report, &s, "hetio", files, 2, NULL), WRT_OK);
    assert_int_equal(count_of(report, "edges"), 3);
    assert_int_equal(count_of(report, "amended"), 1);
    wrt_json_free(report);
    wrt_kg *kg = open_ok(&s);
    assert_int_equal(wrt_kg_neighbors(&list, &total, kg, "B", NULL, NULL), WRT_OK);
    assert_int_equal(total, 1);
    const wrt_json *edge = wrt_json_get(wrt_json_first(list), "edge");
    assert_int_equal(wrt_json_get_int(edge, "sign", 9), -1);
    assert_string_equal(text_at(edge, "qualifiers.object_direction_qualifier"), "decreased");
    assert_string_equal(text_at(edge, "direction"), "forward");
    assert_null(wrt_json_get(edge, "supports"));
    wrt_json_free(list);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void ingest_leaves_the_support_of_others_when_one_source_amends(void **state) {
    (void)state;
    static const edge_record other[] = {EDGE("A", "biolink:affects", "B", .original = "CbG",
                                             .is_symmetric = true, .record = "theirs"),
                                        END};
    const record_file theirs = {"o", .edges = other};
    const record_file ours[] = {{"e", .edges = plain_edges}, {"a", .edges = amendments}};
    scratch s = scratch_make();
    wrt_json *list = NULL;
    size_t total = 0;
    records_ok(&s, "hetio", ours, 1);
    records_ok(&s, "other", &theirs, 1);
    records_ok(&s, "hetio", ours + 1, 1);
    wrt_kg *kg = open_ok(&s);
    assert_int_equal(wrt_kg_neighbors(&list, &total, kg, "B", NULL, NULL), WRT_OK);
    assert_int_equal(total, 2);
    WRT_JSON_EACH(item, list) {
        const wrt_json *edge = wrt_json_get(item, "edge");
        assert_null(wrt_json_get(edge, "supports"));
        bool amended = wrt_json_get(edge, "qualifiers") != NULL;
        assert_string_equal(text_at(edge, "source.id"), amended ? "hetio" : "other");
    }
    wrt_json_free(list);
    wrt_kg_close(kg);
    scratch_remove(&s);
    const record_file files[3] = {ours[0], ours[1], theirs};
    static const char *const sources[3] = {"hetio", "hetio", "other"};
    assert_order_is_free(files, sources);
}

/* ---- nodes */

static void ingest_names_a_node_whatever_the_order_of_files(void **state) {
    (void)state;
    static const node_record b[] = {{"N", "second", "Gene", NULL}, {.id = NULL}};
    static const node_record a[] = {{"N", "first", "Protein", NULL}, {.id = NULL}};
    static const edge_record edge[] = {EDGE("N", "p", "M"), END};
    const record_file files[3] = {{"b", .nodes = b}, {"a", .nodes = a}, {"e", .edges = edge}};
    static const char *const sources[3] = {"bbb", "aaa", "ccc"};
    scratch s = scratch_make();
    wrt_json *node = NULL, *report = NULL;
    records_ok(&s, "bbb", &files[0], 1);
    records_ok(&s, "ccc", &files[2], 1);
    assert_int_equal(records_import(&report, &s, "aaa", &files[1], 1, NULL), WRT_OK);
    assert_int_equal(count_of(report, "kind_conflicts"), 1);
    const wrt_json *conflict = wrt_json_first(wrt_json_get(report, "conflicts"));
    assert_string_equal(text_at(conflict, "id"), "N");
    assert_string_equal(wrt_json_text(wrt_json_at(wrt_json_get(conflict, "kinds"), 0)), "Protein");
    assert_string_equal(wrt_json_text(wrt_json_at(wrt_json_get(conflict, "kinds"), 1)), "Gene");
    wrt_json_free(report);
    wrt_kg *kg = open_ok(&s);
    assert_int_equal(wrt_kg_node(&node, kg, "N", NULL), WRT_OK);
    assert_string_equal(text_at(node, "name"), "first");
    assert_string_equal(text_at(node, "kind"), "Protein");
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(node, "synonyms"))), "second");
    wrt_json_free(node);
    wrt_kg_close(kg);
    scratch_remove(&s);
    assert_order_is_free(files, sources);
}

/* ---- rows that cannot be used */

static wrt_status reject_many(const wrt_kg_sink *sink, wrt_input *input, const void *ctx,
                              wrt_err *err) {
    (void)input;
    (void)ctx;
    wrt_status status = WRT_OK;
    for (uint64_t line = 1; line <= 1500 && status == WRT_OK; line++)
        status = sink->reject(sink->ctx, line, "no good", err);
    return status;
}

static void ingest_lists_rejects_or_stops_when_strict(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    wrt_err err = {.code = WRT_OK};
    wrt_kg_import_file file = {scratch_write(&s, "bad.tsv", "x"), "records", reject_many, NULL};
    wrt_kg_import_job job = {.files = &file, .n_files = 1, .source = "one", .version = "1"};
    assert_int_equal(wrt_kg_import(&report, s.db, &job, NULL), WRT_OK);
    assert_int_equal(count_of(report, "skipped_total"), 1500);
    assert_int_equal(wrt_json_count(wrt_json_get(report, "skipped")), 1000);
    assert_int_equal(wrt_json_get_int(wrt_json_first(wrt_json_get(report, "skipped")), "line", 0),
                     1);
    wrt_json_free(report);
    scratch_remove(&s);
    s = scratch_make();
    file.path = scratch_write(&s, "bad.tsv", "x");
    job.is_strict = true;
    assert_int_equal(wrt_kg_import(&report, s.db, &job, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "bad.tsv:1: no good");
    assert_null(report);
    assert_false(wrt_file_exists(s.db));
    assert_false(wrt_file_exists(scratch_path(&s, "kg.db.import")));
    scratch_remove(&s);
}

static void ingest_skips_an_edge_when_it_cannot_be_stored(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    char *id = calloc(5001, 1);
    memset(id, 'x', 5000);
    const edge_record edges[] = {EDGE("A", "p", id), EDGE("A", "p", ""), EDGE("A", "p", "B"), END};
    assert_int_equal(
        records_import(&report, &s, "one", &(record_file){"f", .edges = edges}, 1, NULL), WRT_OK);
    assert_int_equal(count_of(report, "edges"), 1);
    assert_int_equal(count_of(report, "skipped_total"), 2);
    wrt_json_free(report);
    free(id);
    scratch_remove(&s);
}

/* ---- what the snapshot is made of */

/* The fast bytes of every edge are those of the JSON that is shown. */
static size_t compare_bytes(wrt_kg *kg) {
    wrt_kg_canonical *fast = NULL;
    wrt_buf a = wrt_buf_make(WRT_MIB(16)), b = wrt_buf_make(WRT_MIB(16));
    assert_int_equal(wrt_kg_canonical_new(&fast, kg->store, true, NULL), WRT_OK);
    for (size_t rank = 0; rank < kg->csr.n_edges; rank++) {
        wrt_kg_edge_row row;
        wrt_json *edge = NULL;
        wrt_buf_clear(&a);
        wrt_buf_clear(&b);
        assert_int_equal(wrt_kg_edge_row_at(&row, kg->store, kg->csr.number[rank], NULL), WRT_OK);
        assert_int_equal(wrt_kg_canonical_edge(&a, fast, &row, NULL), WRT_OK);
        assert_int_equal(wrt_kg_edge_json(&edge, kg->store, &row, NULL), WRT_OK);
        wrt_stmt_reset(kg->store->edge_by_n);
        wrt_json_write_canonical(&b, edge);
        assert_string_equal(a.ptr, b.ptr);
        wrt_json_free(edge);
    }
    wrt_kg_canonical_free(fast);
    wrt_buf_free(&a);
    wrt_buf_free(&b);
    return kg->csr.n_edges;
}

static void canonical_bytes_are_those_of_the_json(void **state) {
    (void)state;
    static const node_record nodes[] = {
        {"A\"\\", "na\tme\n", "Ki\x01nd", NULL}, {"B", NULL, "Gene", NULL}, {.id = NULL}};
    static const edge_record edges[] = {
        EDGE("A\"\\", "biolink:affects", "B", CURATED, .id = "e\"1\\\x1f", .original = "o\"",
             .primary = "in\\f", .license = "l\"", .record = "r\r\n",
             .publications = "PMID:1||a\"b", .attributes = "{\"x\":[1,\"\\n\"]}",
             .qualifiers = "{\"z\":1,\"a\":\"\\u00e9\"}", .aggregator = "x|y\"", .sign = -1,
             .is_causal = true),
        EDGE("A\"\\", "biolink:affects", "B", .id = "e\"1\\\x1f", .original = "o\"",
             .qualifiers = "{\"a\":\"\\u00e9\",\"z\":1}", .sign = 1,
             .record = "\xc3\xa9\xe2\x80\xa8"),
        EDGE("B", "p", "B", .is_symmetric = true, .sign = WRT_KG_SIGN_UNKNOWN),
        EDGE("B", "p", "C", .sign = 0, .source = "elsewhere", .version = "9\""),
        END,
    };
    scratch s = scratch_make();
    records_ok(&s, "so\"urce", &(record_file){"f", .nodes = nodes, .edges = edges}, 1);
    wrt_kg *kg = open_ok(&s);
    assert_int_equal(compare_bytes(kg), 3);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

/* Byte 22: holds both ways; byte 23: supports and publications, at most 255. */
static void adjacency_says_what_holds_both_ways_and_how_much_evidence(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_buf many = wrt_buf_make(WRT_KIB(64));
    for (int i = 1; i <= 300; i++)
        wrt_buf_printf(&many, "%sPMID:%d", i > 1 ? "|" : "", i);
    const edge_record edges[] = {
        EDGE("A", "p", "B", .id = "a", .is_symmetric = true),
        EDGE("A", "p", "C", .id = "b", .publications = "PMID:1|PMID:2"),
        EDGE("A", "p", "C", .id = "b", .publications = "PMID:3"),
        EDGE("A", "p", "D", .id = "c", .publications = many.ptr, .sign = -1, .is_causal = true),
        END,
    };
    records_ok(&s, "one", &(record_file){"f", .edges = edges}, 1);
    wrt_kg *kg = open_ok(&s);
    wrt_stmt *stmt = NULL;
    bool row = false;
    assert_int_equal(wrt_db_prepare(&stmt, kg->db, "SELECT arcs FROM adjacency", NULL), WRT_OK);
    assert_int_equal(wrt_stmt_step(&row, stmt, NULL), WRT_OK);
    wrt_str arcs = wrt_stmt_blob(stmt, 0);
    assert_int_equal(arcs.len, 3 * WRT_KG_ARC_SIZE);
    const unsigned char tails[3][4] = {{0, 0, 1, 1}, {0, 0, 0, 5}, {255, 1, 0, 255}};
    for (size_t i = 0; i < 3; i++)
        assert_memory_equal(arcs.ptr + i * WRT_KG_ARC_SIZE + 20, tails[i], 4);
    wrt_stmt_free(stmt);
    wrt_buf_free(&many);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

/* ---- at random */

enum { RANDOM_EDGES = 120 };

static const char *pick(const char *const *list, size_t n, uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return list[(*seed >> 16) % n];
}

static void make_random(edge_record *out, uint32_t seed) {
    static const char *const nodes[] = {"A", "B", "C", "D", "E"};
    static const char *const ids[] = {NULL, NULL, NULL, "1", "2", "x"};
    static const char *const predicates[] = {"biolink:affects", "p"};
    static const char *const originals[] = {NULL, "o"};
    static const char *const levels[] = {NULL, "knowledge_assertion", "prediction"};
    static const char *const agents[] = {NULL, "manual_agent"};
    static const char *const signs[] = {"+", "-", "0", "?"};
    static const char *const bools[] = {"", "1"};
    static const char *const publications[] = {NULL, "PMID:1", "PMID:2|PMID:3"};
    memset(out, 0, (RANDOM_EDGES + 1) * sizeof *out);
    for (size_t i = 0; i < RANDOM_EDGES; i++) {
        out[i].subject = pick(nodes, 5, &seed);
        out[i].object = pick(nodes, 5, &seed);
        out[i].predicate = pick(predicates, 2, &seed);
        out[i].id = pick(ids, 6, &seed);
        out[i].original = pick(originals, 2, &seed);
        out[i].level = pick(levels, 3, &seed);
        out[i].agent = pick(agents, 2, &seed);
        const char *sign = pick(signs, 4, &seed);
        out[i].sign = *sign == '+' ? 1 : *sign == '-' ? -1 : *sign == '0' ? 0 : WRT_KG_SIGN_UNKNOWN;
        out[i].is_causal = *pick(bools, 2, &seed) != '\0';
        out[i].is_symmetric = *pick(bools, 2, &seed) != '\0';
        out[i].publications = pick(publications, 3, &seed);
    }
}

static void snapshot_is_free_of_order_on_random_graphs(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 12; seed++) {
        edge_record lists[3][RANDOM_EDGES + 1];
        for (uint32_t i = 0; i < 3; i++)
            make_random(lists[i], seed * 31 + i);
        const record_file files[3] = {
            {"x", .edges = lists[0]}, {"y", .edges = lists[1]}, {"z", .edges = lists[2]}};
        static const char *const sources[3] = {"one", "two", "three"};
        assert_order_is_free(files, sources);
        scratch s = scratch_make();
        records_ok(&s, "all", files, 3);
        wrt_kg *kg = open_ok(&s);
        assert_true(compare_bytes(kg) > 100);
        wrt_kg_close(kg);
        scratch_remove(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ingest_makes_ids_from_the_statement),
        cmocka_unit_test(ingest_renames_when_two_statements_claim_one_id),
        cmocka_unit_test(ingest_keeps_edges_apart_when_their_stated_ids_differ),
        cmocka_unit_test(ingest_recognises_made_ids),
        cmocka_unit_test(ingest_keeps_statements_apart_when_their_keys_collide),
        cmocka_unit_test(ingest_keeps_all_sources_and_shows_the_best),
        cmocka_unit_test(ingest_takes_equal_supports_once),
        cmocka_unit_test(ingest_says_so_when_signs_conflict),
        cmocka_unit_test(ingest_folds_both_directions_of_a_symmetric_edge),
        cmocka_unit_test(ingest_completes_an_edge_when_its_source_amends_it),
        cmocka_unit_test(ingest_leaves_the_support_of_others_when_one_source_amends),
        cmocka_unit_test(ingest_names_a_node_whatever_the_order_of_files),
        cmocka_unit_test(ingest_lists_rejects_or_stops_when_strict),
        cmocka_unit_test(ingest_skips_an_edge_when_it_cannot_be_stored),
        cmocka_unit_test(canonical_bytes_are_those_of_the_json),
        cmocka_unit_test(adjacency_says_what_holds_both_ways_and_how_much_evidence),
        cmocka_unit_test(snapshot_is_free_of_order_on_random_graphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
