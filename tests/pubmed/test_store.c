/* test_store.c: what the store keeps of a record, and how sources overrule each other. */
#include "base/file.h"
#include "pubmed/pack.h"
#include "pubmed/reader.h"
#include "pubmed/retract.h"
#include "pubmed/store_internal.h"
#include "store_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- packing */

typedef struct {
    int64_t articles;
} packing;

static char *json_of(const wrt_pubmed_article *article) {
    wrt_buf text = wrt_buf_make(WRT_MIB(256));
    wrt_json *json = wrt_pubmed_article_json(article);
    wrt_json_write_canonical(&text, json);
    wrt_json_free(json);
    return wrt_buf_take(&text);
}

static wrt_status pack_and_unpack(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    packing *p = ctx;
    wrt_buf bytes = wrt_buf_make(WRT_MIB(64)), again = wrt_buf_make(WRT_MIB(64));
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_article back;
    p->articles++;
    wrt_pubmed_pack(&bytes, article);
    assert_int_equal(wrt_pubmed_unpack(&back, arena, wrt_buf_str(&bytes), err), WRT_OK);
    char *before = json_of(article), *after = json_of(&back);
    assert_string_equal(before, after);
    wrt_pubmed_pack(&again, &back);
    assert_true(wrt_str_equal(wrt_buf_str(&bytes), wrt_buf_str(&again)));
    assert_int_equal(article->signals, back.signals);
    assert_int_equal(article->n_references, back.n_references);
    assert_int_equal(article->n_cites, back.n_cites);
    free(before);
    free(after);
    wrt_buf_free(&bytes);
    wrt_buf_free(&again);
    wrt_arena_free(arena);
    return WRT_OK;
}

static void pack_keeps_every_field_of_a_real_record(void **state) {
    (void)state;
    static const char *const files[] = {"baseline/medline16n0902.xml.gz",
                                        "baseline/pubmed21n0001.part.xml.gz",
                                        "baseline/pubmed21n1004.part.xml.gz",
                                        "baseline/tipplerow_pubmed20n1203.xml.gz",
                                        "efetch/metapub_history/20301546.trimmed.xml",
                                        "efetch/pubmed-29768149.xml"};
    const char *shared = getenv("WARRANT_SHARED");
    char path[1024];
    packing p = {0};
    const wrt_pubmed_sink sink = {.article = pack_and_unpack};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/data/pubmed/%s",
                 shared != NULL ? shared : TEST_SOURCE_DIR "/../shared", files[i]);
        if (!wrt_file_exists(path)) {
            print_message("SKIPPED: no %s\n", files[i]);
            skip();
        }
        assert_int_equal(wrt_pubmed_read_file(NULL, path, sink, &p, NULL), WRT_OK);
    }
    assert_true(p.articles > 500);
}

static void unpack_refuses_every_cut_and_survives_every_flip(void **state) {
    (void)state;
    const wrt_pubmed_section section = {WRT_STR("AIM"), WRT_STR(""), WRT_STR("To test.")};
    const wrt_pubmed_author author = {.name = WRT_STR("Doe J"), .last = WRT_STR("Doe")};
    const int64_t references[] = {12, 11, 400};
    const wrt_pubmed_article article = {.pmid = 10,
                                        .version = 1,
                                        .title = WRT_STR("A title"),
                                        .abstract = &section,
                                        .n_abstract = 1,
                                        .authors = &author,
                                        .n_authors = 1,
                                        .references = references,
                                        .n_references = 3};
    wrt_buf bytes = wrt_buf_make(WRT_KIB(4));
    wrt_pubmed_pack(&bytes, &article);
    wrt_pubmed_article back;
    for (size_t len = 0; len < bytes.len; len++) {
        wrt_arena *arena = wrt_arena_new();
        char *cut = malloc(len + 1); /* exact, so that a read past it is seen */
        memcpy(cut, bytes.ptr, len);
        assert_int_equal(wrt_pubmed_unpack(&back, arena, (wrt_str){cut, len}, NULL), WRT_E_INPUT);
        free(cut);
        wrt_arena_free(arena);
    }
    for (size_t i = 0; i < bytes.len * 8; i++) {
        wrt_arena *arena = wrt_arena_new();
        bytes.ptr[i / 8] = (char)(bytes.ptr[i / 8] ^ (1 << i % 8));
        wrt_pubmed_unpack(&back, arena, wrt_buf_str(&bytes), NULL);
        bytes.ptr[i / 8] = (char)(bytes.ptr[i / 8] ^ (1 << i % 8));
        wrt_arena_free(arena);
    }
    wrt_buf_free(&bytes);
}

/* ---- records */

static const char *title_of(wrt_pubmed_store *store, int64_t pmid) {
    static char out[256];
    wrt_pubmed_article article;
    wrt_arena *arena = wrt_arena_new();
    bool found = false;
    assert_int_equal(wrt_pubmed_store_get(&found, &article, store, arena, pmid, NULL), WRT_OK);
    snprintf(out, sizeof out, "%.*s", found ? (int)article.title.len : 0, article.title.ptr);
    wrt_arena_free(arena);
    return found ? out : NULL;
}

static void store_gives_back_what_was_ingested(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("get.db");
    test_ingest(store, "get.xml",
                &(test_record){.pmid = 10,
                               .title = "On H<sub>2</sub>O",
                               .abstract = "A &lt; B.",
                               .mesh = "D006801|Humans",
                               .cites = "11;12"},
                1);
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_article article;
    bool found = false;
    assert_int_equal(wrt_pubmed_store_get(&found, &article, store, arena, 10, NULL), WRT_OK);
    assert_true(found);
    assert_true(wrt_str_equal_c(article.title, "On H2O"));
    assert_true(wrt_str_equal_c(article.abstract[0].text, "A < B."));
    assert_int_equal(article.n_references, 2);
    assert_int_equal(article.references[1], 12);
    assert_int_equal(article.status, WRT_PUBMED_OK);
    assert_int_equal(wrt_pubmed_store_get(&found, &article, store, arena, 99, NULL), WRT_OK);
    assert_false(found);
    wrt_arena_free(arena);
    wrt_pubmed_store_close(store);
}

static void the_highest_version_of_a_file_wins_and_the_later_file(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("version.db");
    const test_record first[] = {{.pmid = 10, .version = 2, .title = "Second version"},
                                 {.pmid = 10, .version = 1, .title = "First version"},
                                 {.pmid = 11, .version = 1, .title = "Eleven, one"},
                                 {.pmid = 11, .version = 3, .title = "Eleven, three"}};
    test_ingest(store, "v1.xml", first, 4);
    assert_string_equal(title_of(store, 10), "Second version");
    assert_string_equal(title_of(store, 11), "Eleven, three");
    test_ingest(store, "v2.xml", &(test_record){.pmid = 11, .version = 1, .title = "Later"}, 1);
    assert_string_equal(title_of(store, 11), "Later");
    wrt_pubmed_store_close(store);
}

static void a_deletion_removes_and_a_later_file_brings_back(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("deleted.db");
    const int64_t gone[] = {10, 77};
    test_ingest(store, "d1.xml", &(test_record){.pmid = 10, .title = "Here"}, 1);
    const char *before = test_hash(store);
    test_write(test_path("d2.xml"), NULL, 0, gone, 2);
    wrt_pubmed_import_report report = test_import(store, test_path("d2.xml"));
    assert_int_equal(report.counts.deleted, 2);
    assert_null(title_of(store, 10));
    assert_int_equal(test_status(store, 10), WRT_PUBMED_DELETED);
    assert_int_equal(test_status(store, 77), WRT_PUBMED_DELETED);
    assert_string_not_equal(test_hash(store), before);
    test_ingest(store, "d3.xml", &(test_record){.pmid = 10, .title = "Here", .abstract = "Again."},
                1);
    assert_string_equal(title_of(store, 10), "Here");
    assert_int_equal(test_status(store, 10), WRT_PUBMED_OK);
    wrt_pubmed_store_close(store);
}

/* ---- the index follows the records */

static int64_t count_of(wrt_pubmed_store *store, const char *sql) {
    int64_t n = -1;
    wrt_err err = {0};
    if (wrt_pubmed_query_int(&n, store, sql, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return n;
}

/* The word counts must be those that FTS5 itself tells of its index. */
static void assert_index_agrees(wrt_pubmed_store *store) {
    wrt_db_exec(store->db, "DROP TABLE IF EXISTS temp.vocabulary", NULL);
    assert_int_equal(wrt_db_exec(store->db,
                                 "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, word, "
                                 "col)",
                                 NULL),
                     WRT_OK);
    const char *sum = "SELECT count(*) FROM (SELECT term, max(doc) AS least, sum(doc) AS most FROM"
                      " temp.vocabulary WHERE col<>'codes' GROUP BY term) AS v"
                      " LEFT JOIN term ON term.term=v.term"
                      " WHERE term.articles IS NULL OR term.articles<least OR term.articles>most";
    assert_int_equal(count_of(store, sum), 0);
    assert_int_equal(count_of(store, "SELECT count(*) FROM term WHERE term NOT IN"
                                     " (SELECT term FROM temp.vocabulary WHERE col<>'codes')"),
                     0);
    assert_int_equal(count_of(store, "SELECT value FROM meta WHERE key='articles'"),
                     count_of(store, "SELECT count(*) FROM article"));
    const char *words = "SELECT sum(value) FROM meta WHERE key LIKE '%_words'";
    assert_int_equal(count_of(store, words),
                     count_of(store, "SELECT ifnull(sum(cnt), 0) FROM temp.vocabulary WHERE"
                                     " col<>'codes'"));
    assert_int_equal(
        wrt_db_exec(store->db, "INSERT INTO word(word) VALUES('integrity-check')", NULL), WRT_OK);
}

static void the_index_follows_replacements_and_deletions(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("index.db");
    const test_record first[] = {
        {.pmid = 10,
         .title = "Aspirin and stroke",
         .abstract = "Aspirin lowers risk.",
         .mesh = "D001241|Aspirin*"},
        {.pmid = 11, .title = "Warfarin", .abstract = "Nothing on \xCE\xB1-blockers."},
        {.pmid = 12, .title = "Zebra stripes"}};
    test_ingest(store, "i1.xml", first, 3);
    assert_index_agrees(store);
    test_ingest(store, "i2.xml", &(test_record){.pmid = 10, .title = "Ibuprofen"}, 1);
    assert_index_agrees(store);
    assert_int_equal(count_of(store, "SELECT count(*) FROM term WHERE term='aspirin'"), 0);
    const int64_t gone = 12;
    test_write(test_path("i3.xml"), NULL, 0, &gone, 1);
    test_import(store, test_path("i3.xml"));
    assert_index_agrees(store);
    assert_int_equal(count_of(store, "SELECT count(*) FROM word WHERE word MATCH 'zebra'"), 0);
    assert_int_equal(count_of(store, "SELECT count(*) FROM word WHERE word MATCH 'warfarin'"), 1);
    wrt_pubmed_store_close(store);
}

/* ---- opening */

static void opening_tells_what_is_wrong(void **state) {
    (void)state;
    wrt_pubmed_store *store = NULL;
    wrt_err err = {0};
    assert_int_equal(
        wrt_pubmed_store_open(&store, test_path("absent.db"), WRT_PUBMED_STORE_READ, &err),
        WRT_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "warrant pubmed import"));
    assert_int_equal(
        wrt_file_write(test_path("text.db"), WRT_STR("not a database at all"), 0600, NULL), WRT_OK);
    assert_int_equal(
        wrt_pubmed_store_open(&store, test_path("text.db"), WRT_PUBMED_STORE_READ, &err),
        WRT_E_INPUT);
    wrt_db *db = NULL;
    assert_int_equal(wrt_db_open(&db, test_path("other.db"), WRT_DB_CREATE, NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(db, "CREATE TABLE IF NOT EXISTS a(b)", NULL), WRT_OK);
    wrt_db_close(db);
    for (int mode = WRT_PUBMED_STORE_READ; mode <= WRT_PUBMED_STORE_IMMUTABLE; mode++)
        assert_int_equal(
            wrt_pubmed_store_open(&store, test_path("other.db"), (wrt_pubmed_store_mode)mode, &err),
            WRT_E_INPUT);
    assert_non_null(strstr(err.message, "not a PubMed store"));
}

/* A live answer is one fresh record, not a fresh copy. */
static void a_live_record_does_not_make_the_copy_newer(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("live.db");
    wrt_pubmed_ingest *work = NULL;
    wrt_json *info = NULL;
    const wrt_pubmed_source source = {.name = "efetch", .kind = "live"};
    const wrt_pubmed_article article = {
        .pmid = 12, .version = 1, .date_revised = WRT_STR("2026-01-02"), .status = WRT_PUBMED_OK};
    assert_int_equal(wrt_pubmed_store_info(&info, store, NULL), WRT_OK);
    assert_true(wrt_json_is(wrt_json_get(info, "newest_file"), WRT_JSON_NULL));
    assert_true(wrt_json_is(wrt_json_get(info, "newest_finished"), WRT_JSON_NULL));
    wrt_json_free(info);
    test_ingest(store, "old.xml", &(test_record){.pmid = 10, .revised = "2021-02-03"}, 1);
    assert_int_equal(wrt_pubmed_ingest_begin(&work, store, &source, NULL, NULL), WRT_OK);
    assert_int_equal(wrt_pubmed_ingest_article(work, &article, NULL), WRT_OK);
    assert_int_equal(wrt_pubmed_ingest_commit(NULL, work, NULL), WRT_OK);
    assert_int_equal(test_status(store, 12), WRT_PUBMED_OK);
    assert_int_equal(wrt_pubmed_store_info(&info, store, NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(info, "newest_file", ""), "old.xml");
    assert_string_equal(wrt_json_get_text(info, "newest_revised", ""), "2021-02-03");
    wrt_json_free(info);
    wrt_pubmed_store_close(store);
}

static void info_states_age_and_filters(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("info.db");
    const test_record records[] = {{.pmid = 10, .revised = "2021-02-03"},
                                   {.pmid = 11, .revised = "2020-12-31"}};
    test_ingest(store, "info.xml", records, 2);
    wrt_json *info = NULL;
    assert_int_equal(wrt_pubmed_store_info(&info, store, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(info, "articles", 0), 2);
    assert_string_equal(wrt_json_get_text(info, "newest_file", ""), "info.xml");
    assert_string_equal(wrt_json_get_text(info, "newest_revised", ""), "2021-02-03");
    assert_int_equal(strlen(wrt_json_get_text(info, "id", "")), 64);
    wrt_json_free(info);
    wrt_pubmed_store_close(store);
    assert_int_equal(
        wrt_pubmed_store_open(&store, test_path("info.db"), WRT_PUBMED_STORE_IMMUTABLE, NULL),
        WRT_OK);
    assert_int_equal(test_status(store, 11), WRT_PUBMED_OK);
    wrt_pubmed_store_close(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pack_keeps_every_field_of_a_real_record),
        cmocka_unit_test(unpack_refuses_every_cut_and_survives_every_flip),
        cmocka_unit_test(store_gives_back_what_was_ingested),
        cmocka_unit_test(the_highest_version_of_a_file_wins_and_the_later_file),
        cmocka_unit_test(a_deletion_removes_and_a_later_file_brings_back),
        cmocka_unit_test(the_index_follows_replacements_and_deletions),
        cmocka_unit_test(opening_tells_what_is_wrong),
        cmocka_unit_test(info_states_age_and_filters),
        cmocka_unit_test(a_live_record_does_not_make_the_copy_newer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
