/* test_import.c: files in order, checked, once, and whole or not at all. */
#include "base/file.h"
#include "base/md5.h"
#include "store_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static wrt_status import(wrt_pubmed_store *store, const char *path,
                         wrt_pubmed_import_options options, wrt_err *err) {
    wrt_pubmed_import_report report;
    return wrt_pubmed_import_file(&report, store, path, &options, err);
}

static void write_one(const char *name, int64_t pmid, const char *title) {
    test_write(test_path(name), &(test_record){.pmid = pmid, .title = title}, 1, NULL, 0);
}

static void names_of_nlm_have_year_and_number(void **state) {
    (void)state;
    int year = 0, number = 0;
    assert_true(wrt_pubmed_file_number(&year, &number, "pubmed25n0001.xml.gz"));
    assert_int_equal(year, 25);
    assert_int_equal(number, 1);
    assert_true(wrt_pubmed_file_number(&year, &number, "medline16n0902.xml"));
    assert_int_equal(number, 902);
    static const char *const others[] = {"pubmed25n0001.xml.gz.md5", "pubmed25n1.xml",  "x.xml",
                                         "pubmed25n0000.xml",        "pubmed",          "",
                                         "pubmed25n0001x.xml.gz",    "pubmed2n0001.xml"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(wrt_pubmed_file_number(&year, &number, others[i]));
    const char *paths[] = {"z.xml", "b/pubmed25n0010.xml.gz", "a.xml", "c/pubmed25n0009.xml.gz"};
    wrt_pubmed_import_sort(paths, 4);
    assert_string_equal(paths[0], "c/pubmed25n0009.xml.gz");
    assert_string_equal(paths[1], "b/pubmed25n0010.xml.gz");
    assert_string_equal(paths[2], "z.xml");
    assert_string_equal(paths[3], "a.xml");
}

static void a_file_is_taken_once(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("once.db");
    write_one("once.xml", 10, "One");
    assert_false(test_import(store, test_path("once.xml")).was_there);
    const char *hash = test_hash(store);
    assert_true(test_import(store, test_path("once.xml")).was_there);
    assert_string_equal(test_hash(store), hash);
    wrt_pubmed_store_close(store);
}

static void an_older_file_and_another_baseline_are_refused(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("order.db");
    wrt_err err = {0};
    write_one("pubmed25n0001.xml", 10, "First");
    write_one("pubmed25n0002.xml", 10, "Second");
    write_one("pubmed25n0003.xml", 10, "Third");
    write_one("pubmed26n0001.xml", 10, "New year");
    test_import(store, test_path("pubmed25n0001.xml"));
    test_import(store, test_path("pubmed25n0003.xml"));
    const char *hash = test_hash(store);
    assert_int_equal(
        import(store, test_path("pubmed25n0002.xml"), (wrt_pubmed_import_options){0}, &err),
        WRT_E_INPUT);
    assert_non_null(strstr(err.message, "n0003"));
    assert_int_equal(
        import(store, test_path("pubmed26n0001.xml"), (wrt_pubmed_import_options){0}, &err),
        WRT_E_INPUT);
    assert_non_null(strstr(err.message, "fresh store"));
    assert_string_equal(test_hash(store), hash);
    assert_int_equal(import(store, test_path("pubmed25n0002.xml"),
                            (wrt_pubmed_import_options){.force = true}, &err),
                     WRT_OK);
    wrt_pubmed_store_close(store);
}

static void the_sum_beside_a_file_is_compared(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("md5.db");
    char sum[WRT_MD5_HEX + 1], line[200];
    wrt_err err = {0};
    write_one("sum.xml", 10, "Summed");
    assert_int_equal(wrt_md5_of_file(sum, test_path("sum.xml"), NULL), WRT_OK);
    sum[5] = sum[5] == '0' ? '1' : '0';
    snprintf(line, sizeof line, "MD5(sum.xml)= %s\n", sum);
    assert_int_equal(wrt_file_write(test_path("sum.xml.md5"), wrt_str_of(line), 0600, NULL),
                     WRT_OK);
    assert_int_equal(import(store, test_path("sum.xml"), (wrt_pubmed_import_options){0}, &err),
                     WRT_E_INPUT);
    assert_non_null(strstr(err.message, "MD5"));
    assert_int_equal(wrt_md5_of_file(sum, test_path("sum.xml"), NULL), WRT_OK);
    snprintf(line, sizeof line, "%s  sum.xml\n", sum);
    assert_int_equal(wrt_file_write(test_path("sum.xml.md5"), wrt_str_of(line), 0600, NULL),
                     WRT_OK);
    assert_true(test_import(store, test_path("sum.xml")).md5_checked);
    assert_int_equal(wrt_file_write(test_path("sum.xml.md5"), WRT_STR("404"), 0600, NULL), WRT_OK);
    assert_true(test_import(store, test_path("sum.xml")).was_there);
    wrt_pubmed_store_close(store);
}

static void filters_keep_out_and_are_remembered(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("filter.db");
    wrt_pubmed_import_report report;
    wrt_pubmed_filter filter = {.human = true, .has_abstract = true};
    wrt_err err = {0};
    assert_int_equal(wrt_pubmed_filter_set_years(&filter, "2000-2010", NULL), WRT_OK);
    assert_int_equal(wrt_pubmed_filter_set_language(&filter, "ENG", NULL), WRT_OK);
    const char *human = "D006801|Humans";
    const test_record records[] = {
        {.pmid = 10, .year = "2005", .mesh = human, .abstract = "Kept."},
        {.pmid = 11, .year = "2011", .mesh = human, .abstract = "Too young."},
        {.pmid = 12, .year = "2005", .mesh = human},
        {.pmid = 13, .year = "2005", .mesh = "D051379|Mice", .abstract = "Mice."},
        {.pmid = 14, .year = "2005", .mesh = human, .abstract = "Ger.", .language = "ger"},
        {.pmid = 15, .year = "2020", .links = "RetractionOf:10"}};
    test_write(test_path("filter.xml"), records, 6, NULL, 0);
    const wrt_pubmed_import_options options = {.filter = &filter};
    assert_int_equal(
        wrt_pubmed_import_file(&report, store, test_path("filter.xml"), &options, &err), WRT_OK);
    assert_int_equal(report.counts.stored, 1);
    assert_int_equal(report.counts.filtered, 5);
    /* A notice that the filter keeps out still counts. */
    assert_int_equal(test_status(store, 10), WRT_PUBMED_RETRACTED);
    assert_int_equal(test_status(store, 15), WRT_PUBMED_NOTICE);
    assert_int_equal(test_status(store, 12), WRT_PUBMED_UNKNOWN);
    write_one("more.xml", 20, "No abstract");
    report = test_import(store, test_path("more.xml"));
    assert_int_equal(report.counts.filtered, 1);
    write_one("other.xml", 21, "Other filters");
    filter.human = false;
    assert_int_equal(import(store, test_path("other.xml"), options, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "other filters"));
    wrt_pubmed_store_close(store);
}

static void years_are_read_strictly(void **state) {
    (void)state;
    wrt_pubmed_filter filter = {0};
    assert_int_equal(wrt_pubmed_filter_set_years(&filter, "1999-", NULL), WRT_OK);
    assert_int_equal(filter.first_year, 1999);
    assert_int_equal(wrt_pubmed_filter_set_years(&filter, "1999", NULL), WRT_OK);
    assert_int_equal(filter.last_year, 1999);
    static const char *const bad[] = {"", "-", "-1999", "2010-2000", "x", "1999-x", "19999", "1 9"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(wrt_pubmed_filter_set_years(&filter, bad[i], NULL), WRT_E_INPUT);
}

static void a_damaged_file_leaves_nothing(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("damaged.db");
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_err err = {0};
    const test_record records[] = {{.pmid = 10, .title = "Whole"}, {.pmid = 11, .title = "Cut"}};
    const char *hash = test_hash(store);
    test_write(test_path("cut.xml"), records, 2, NULL, 0);
    assert_int_equal(wrt_file_read(&text, test_path("cut.xml"), WRT_MIB(1), NULL), WRT_OK);
    wrt_str part = {text.ptr, text.len - 60};
    assert_int_equal(wrt_file_write(test_path("cut.xml"), part, 0600, NULL), WRT_OK);
    assert_int_equal(import(store, test_path("cut.xml"), (wrt_pubmed_import_options){0}, &err),
                     WRT_E_INPUT);
    assert_string_equal(test_hash(store), hash);
    wrt_cancel cancel = {0};
    wrt_cancel_request(&cancel);
    write_one("whole.xml", 10, "Whole");
    assert_int_equal(
        import(store, test_path("whole.xml"), (wrt_pubmed_import_options){.cancel = &cancel}, &err),
        WRT_E_INTERRUPTED);
    assert_string_equal(test_hash(store), hash);
    test_import(store, test_path("whole.xml"));
    wrt_buf_free(&text);
    wrt_pubmed_store_close(store);
}

/* ---- kill -9 */

enum { FILES = 4, RECORDS = 400, KILLS = 12 };

static const char *big_file(int i) {
    char name[32];
    snprintf(name, sizeof name, "pubmed25n%04d.xml", i + 1);
    return test_path(name);
}

/* Files that replace, delete and retract across each other. */
static void write_big_files(void) {
    static test_record records[RECORDS];
    static char titles[RECORDS][64], abstracts[RECORDS][256], links[RECORDS][32];
    for (int f = 0; f < FILES; f++) {
        int64_t gone[] = {100 + f, 200 + f};
        for (int i = 0; i < RECORDS; i++) {
            int64_t pmid = 100 + (i + f * RECORDS / 3) % 900;
            snprintf(titles[i], sizeof titles[i], "Study %lld of drug%d", (long long)pmid, i % 37);
            snprintf(abstracts[i], sizeof abstracts[i],
                     "File %d says word%d and word%d of cells, doses, and outcome%d.", f, i, i * 7,
                     i % 11);
            snprintf(links[i], sizeof links[i], "RetractionOf:%lld", (long long)(pmid + 1) % 900);
            records[i] = (test_record){.pmid = pmid,
                                       .title = titles[i],
                                       .abstract = abstracts[i],
                                       .links = i % 50 == 0 ? links[i] : NULL};
        }
        test_write(big_file(f), records, RECORDS, gone, 2);
    }
}

static void import_all(const char *path) {
    wrt_pubmed_store *store = NULL;
    assert_int_equal(wrt_pubmed_store_open(&store, path, WRT_PUBMED_STORE_WRITE, NULL), WRT_OK);
    for (int f = 0; f < FILES; f++)
        test_import(store, big_file(f));
    wrt_pubmed_store_close(store);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Runs the import in a child and ends it after `seconds`; true when it was ended. */
static bool import_and_kill(const char *path, double seconds) {
    int ended = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        import_all(path);
        _exit(0);
    }
    struct timespec wait = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&wait, NULL);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &ended, 0), child);
    return WIFSIGNALED(ended);
}

static void an_import_killed_anywhere_resumes_to_the_same_content(void **state) {
    (void)state;
    write_big_files();
    unlink(test_path("whole.db"));
    double start = now();
    import_all(test_path("whole.db"));
    double took = now() - start;
    wrt_pubmed_store *store = NULL;
    int killed = 0;
    assert_int_equal(
        wrt_pubmed_store_open(&store, test_path("whole.db"), WRT_PUBMED_STORE_READ, NULL), WRT_OK);
    char whole[WRT_SHA256_HEX + 1], again[WRT_SHA256_HEX + 1];
    assert_int_equal(wrt_pubmed_store_content_hash(whole, store, NULL), WRT_OK);
    wrt_pubmed_store_close(store);
    for (int k = 0; k < KILLS; k++) {
        const char *path = test_path("killed.db");
        char journal[800];
        snprintf(journal, sizeof journal, "%s-journal", path);
        unlink(path);
        unlink(journal);
        killed += import_and_kill(path, took * (k + 0.5) / KILLS);
        killed += import_and_kill(path, took * (KILLS - k) / KILLS / 2);
        /* A reader that comes now sees whole files only, and can read. */
        if (wrt_file_exists(path) &&
            wrt_pubmed_store_open(&store, path, WRT_PUBMED_STORE_READ, NULL) == WRT_OK) {
            assert_int_equal(wrt_pubmed_store_content_hash(again, store, NULL), WRT_OK);
            wrt_pubmed_store_close(store);
        }
        import_all(path);
        assert_int_equal(wrt_pubmed_store_open(&store, path, WRT_PUBMED_STORE_READ, NULL), WRT_OK);
        assert_int_equal(wrt_pubmed_store_content_hash(again, store, NULL), WRT_OK);
        wrt_pubmed_store_close(store);
        assert_string_equal(again, whole);
    }
    assert_true(killed > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_nlm_have_year_and_number),
        cmocka_unit_test(a_file_is_taken_once),
        cmocka_unit_test(an_older_file_and_another_baseline_are_refused),
        cmocka_unit_test(the_sum_beside_a_file_is_compared),
        cmocka_unit_test(filters_keep_out_and_are_remembered),
        cmocka_unit_test(years_are_read_strictly),
        cmocka_unit_test(a_damaged_file_leaves_nothing),
        cmocka_unit_test(an_import_killed_anywhere_resumes_to_the_same_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
