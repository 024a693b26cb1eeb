/* test_real.c: NLM's own files, read in place. Expected fields come from vectors.json, which an
 * independent reader made and people reviewed; every field of it is compared. */
#include "reading.h"

#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one record */

/* Length in code points. */
static int64_t chars_of(const char *text) {
    int64_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static void expect_int(const wrt_json *wanted, const char *key, int64_t got) {
    if (wrt_json_get_int(wanted, key, -1) != got)
        fail_msg("%s of %lld: %lld, wanted %lld", key,
                 (long long)wrt_json_get_int(wanted, "pmid", 0), (long long)got,
                 (long long)wrt_json_get_int(wanted, key, -1));
}

static void check_sections(const wrt_json *got, const wrt_json *wanted) {
    const wrt_json *triple = wrt_json_first(wanted);
    assert_int_equal(wrt_json_count(got), wrt_json_count(wanted));
    WRT_JSON_EACH(section, got) {
        pubmed_expect_text(section, "label", wrt_json_text(wrt_json_at(triple, 0)));
        pubmed_expect_text(section, "category", wrt_json_text(wrt_json_at(triple, 1)));
        assert_int_equal(chars_of(wrt_json_get_text(section, "text", "")),
                         wrt_json_number(wrt_json_at(triple, 2), -1));
        triple = wrt_json_next(triple);
    }
}

/* The bytes where the last n code points of the text begin. */
static const char *last_chars(const char *text, int64_t n) {
    const char *at = text + strlen(text);
    while (at > text && n > 0)
        n -= ((unsigned char)*--at & 0xC0) != 0x80;
    return at;
}

static void check_abstract(const wrt_json *got, const wrt_json *wanted) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_buf text = wrt_buf_make(WRT_MIB(2));
    check_sections(wrt_json_get(got, "abstract"), wrt_json_get(wanted, "abstract_sections"));
    WRT_JSON_EACH(section, wrt_json_get(got, "abstract")) {
        const char *label = wrt_json_get_text(section, "label", "");
        wrt_buf_printf(&text, "%s%s%s", text.len > 0 ? "\n" : "", label,
                       label[0] != '\0' ? ": " : "");
        wrt_buf_add_c(&text, wrt_json_get_text(section, "text", ""));
    }
    const char *all = text.len > 0 ? text.ptr : "";
    const char *first60 = wrt_json_get_text(wanted, "abstract_first60", "?");
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&text));
    wrt_sha256_hex(hex, &digest);
    assert_string_equal(text.len > 0 ? hex : "", wrt_json_get_text(wanted, "abstract_sha256", "?"));
    expect_int(wanted, "abstract_bytes", (int64_t)text.len);
    expect_int(wanted, "abstract_chars", chars_of(all));
    assert_memory_equal(all, first60, strlen(first60));
    assert_string_equal(last_chars(all, 60), wrt_json_get_text(wanted, "abstract_last60", "?"));
    wrt_buf_free(&text);
}

static void check_other_abstracts(const wrt_json *got, const wrt_json *wanted) {
    const wrt_json *expected = wrt_json_first(wrt_json_get(wanted, "other_abstracts"));
    assert_int_equal(wrt_json_count(wrt_json_get(got, "other_abstracts")),
                     wrt_json_count(wrt_json_get(wanted, "other_abstracts")));
    WRT_JSON_EACH(other, wrt_json_get(got, "other_abstracts")) {
        const wrt_json *section = pubmed_first(wrt_json_get(other, "abstract"));
        pubmed_expect_text(other, "type", wrt_json_get_text(expected, "type", "?"));
        pubmed_expect_text(other, "language", wrt_json_get_text(expected, "lang", "?"));
        expect_int(expected, "chars", chars_of(wrt_json_get_text(section, "text", "")));
        expected = wrt_json_next(expected);
    }
}

static void check_authors(const wrt_json *got, const wrt_json *wanted) {
    const wrt_json *authors = wrt_json_get(got, "authors");
    const wrt_json *collective = wrt_json_first(wrt_json_get(wanted, "collective_authors"));
    size_t n = wrt_json_count(authors);
    expect_int(wanted, "author_count", (int64_t)n);
    if (n > 0) {
        pubmed_expect_text(wrt_json_at(authors, 0), "name",
                           wrt_json_get_text(wanted, "first_author", "?"));
        pubmed_expect_text(wrt_json_at(authors, n - 1), "name",
                           wrt_json_get_text(wanted, "last_author", "?"));
    }
    WRT_JSON_EACH(author, authors) {
        if (!wrt_json_get_bool(author, "collective", false))
            continue;
        pubmed_expect_text(author, "name", wrt_json_text(collective));
        collective = wrt_json_next(collective);
    }
    assert_null(collective);
    assert_int_equal(wrt_json_get_bool(got, "authors_complete", false),
                     wrt_json_get_bool(wanted, "authors_complete", true));
}

/* Objects with the members of `keys` against lists of their values. */
static void check_rows(const wrt_json *got, const wrt_json *wanted, const char *const *keys,
                       size_t n) {
    const wrt_json *row = wrt_json_first(wanted);
    assert_int_equal(wrt_json_count(got), wrt_json_count(wanted));
    WRT_JSON_EACH(item, got) {
        assert_int_equal(wrt_json_count(row), n);
        for (size_t i = 0; i < n; i++) {
            const char *value = wrt_json_text(wrt_json_at(row, i));
            bool is_none = strcmp(keys[i], "registry") == 0 && strcmp(value, "0") == 0;
            pubmed_expect_text(item, keys[i], is_none ? "" : value);
        }
        row = wrt_json_next(row);
    }
}

static void check_databanks(const wrt_json *got, const wrt_json *wanted) {
    const wrt_json *bank = wrt_json_first(wrt_json_get(wanted, "databanks"));
    WRT_JSON_EACH(item, wrt_json_get(got, "databanks")) {
        assert_non_null(bank);
        pubmed_expect_text(item, "name", wrt_json_key(bank));
        assert_true(wrt_json_equal(wrt_json_get(item, "ids"), bank));
        bank = wrt_json_next(bank);
    }
    assert_null(bank);
}

static void check_texts(const wrt_json *got, const wrt_json *wanted) {
    static const char *const same[][2] = {{"record_status", "status"},
                                          {"owner", "owner"},
                                          {"indexing_method", "indexing_method"},
                                          {"title", "title"},
                                          {"vernacular_title", "vernacular_title"},
                                          {"journal", "journal"},
                                          {"iso_abbrev", "iso_abbrev"},
                                          {"medline_ta", "medline_ta"},
                                          {"volume", "volume"},
                                          {"issue", "issue"},
                                          {"pages", "pages"},
                                          {"date_completed", "date_completed"},
                                          {"date_revised", "date_revised"},
                                          {"doi", "doi"},
                                          {"pmcid", "pmc"},
                                          {"book_accession", "bookaccession"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        pubmed_expect_text(got, same[i][0], wrt_json_get_text(wanted, same[i][1], "?"));
}

static void check_dates(const wrt_json *got, const wrt_json *wanted) {
    const wrt_json *pubdate = wrt_json_get(got, "pubdate");
    pubmed_expect_text(pubdate, "raw", wrt_json_get_text(wanted, "pubdate_raw", "?"));
    pubmed_expect_text(pubdate, "start", wrt_json_get_text(wanted, "pubdate_start", "?"));
    pubmed_expect_text(pubdate, "end", wrt_json_get_text(wanted, "pubdate_end", "?"));
    pubmed_expect_text(wrt_json_get(got, "electronic_date"), "start",
                       wrt_json_get_text(wanted, "article_date", "?"));
    expect_int(wanted, "year", wrt_json_get_int(got, "year", 0));
}

static void check_lists(const wrt_json *got, const wrt_json *wanted) {
    static const char *const same[] = {"mesh", "languages", "keywords", "nct_ids"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_true(wrt_json_equal(wrt_json_get(got, same[i]), wrt_json_get(wanted, same[i])));
    check_rows(wrt_json_get(got, "publication_types"), wrt_json_get(wanted, "publication_types"),
               (const char *[]){"ui", "name"}, 2);
    check_rows(wrt_json_get(got, "chemicals"), wrt_json_get(wanted, "chemicals"),
               (const char *[]){"registry", "ui", "name"}, 3);
    check_rows(wrt_json_get(got, "supplementary_concepts"), wrt_json_get(wanted, "suppl_mesh"),
               (const char *[]){"ui", "name"}, 2);
    check_rows(wrt_json_get(got, "corrections"), wrt_json_get(wanted, "comments_corrections"),
               (const char *[]){"type", "pmid"}, 2);
    expect_int(wanted, "grants", (int64_t)wrt_json_count(wrt_json_get(got, "grants")));
    expect_int(wanted, "cites_in_medline", (int64_t)wrt_json_count(wrt_json_get(got, "cites")));
    expect_int(wanted, "reference_pmids", (int64_t)wrt_json_count(wrt_json_get(got, "references")));
    check_databanks(got, wanted);
}

static bool is_wanted(const wrt_json *wanted, const char *key) {
    const wrt_json *value = wrt_json_get(wanted, key);
    assert_true(wrt_json_is(value, WRT_JSON_BOOL));
    return wrt_json_bool(value, false);
}

static void check_standing(const wrt_json *got, const wrt_json *wanted) {
    const char *status = is_wanted(wanted, "retracted") ? "retracted"
                         : is_wanted(wanted, "retraction_notice") || is_wanted(wanted, "is_erratum")
                             ? "notice"
                         : is_wanted(wanted, "concern")   ? "concern"
                         : is_wanted(wanted, "corrected") ? "corrected"
                                                          : "ok";
    pubmed_expect_text(got, "status", status);
    assert_int_equal(wrt_json_get_bool(got, "retracted", false), is_wanted(wanted, "retracted"));
}

static void check_record(const wrt_json *got, const wrt_json *wanted) {
    expect_int(wanted, "version", wrt_json_get_int(got, "version", 0));
    assert_int_equal(wrt_json_get_bool(got, "is_book", false),
                     strcmp(wrt_json_get_text(wanted, "kind", "?"), "book") == 0);
    check_texts(got, wanted);
    check_abstract(got, wanted);
    check_other_abstracts(got, wanted);
    check_authors(got, wanted);
    check_dates(got, wanted);
    check_lists(got, wanted);
    check_standing(got, wanted);
}

/* Of several versions the highest. */
static const wrt_json *find_pmid(const wrt_json *articles, int64_t pmid) {
    const wrt_json *best = NULL;
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)pmid);
    WRT_JSON_EACH(article, articles) {
        bool is_it = strcmp(wrt_json_get_text(article, "pmid", ""), text) == 0;
        if (is_it && wrt_json_get_int(article, "version", 0) > wrt_json_get_int(best, "version", 0))
            best = article;
    }
    if (best == NULL)
        fail_msg("PMID %s was not read", text);
    return best;
}

static void pubmed_agrees_with_an_independent_reader_on_every_field(void **state) {
    (void)state;
    wrt_json *vectors = pubmed_shared_json("vectors.json");
    int checked = 0;
    WRT_JSON_EACH(wanted, wrt_json_get(vectors, "records")) {
        wrt_json *articles = pubmed_read_shared(wrt_json_get_text(wanted, "file", ""), NULL);
        check_record(find_pmid(articles, wrt_json_get_int(wanted, "pmid", 0)), wanted);
        wrt_json_free(articles);
        checked++;
    }
    print_message("records checked: %d\n", checked);
    assert_int_equal(checked, 15);
    wrt_json_free(vectors);
}

/* ---- whole files */

typedef struct {
    int64_t records, with_abstract, not_valid;
    wrt_json *deleted;
} tally;

static wrt_status count(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    tally *t = ctx;
    (void)err;
    t->records++;
    t->with_abstract += article->n_abstract > 0;
    t->not_valid += article->title.len == 0 || article->journal.len == 0 || article->year == 0 ||
                    article->pubdate.start.len == 0 || article->status == WRT_PUBMED_UNKNOWN;
    return WRT_OK;
}

static wrt_status count_deleted(int64_t pmid, void *ctx, wrt_err *err) {
    tally *t = ctx;
    (void)err;
    wrt_json_push(t->deleted, wrt_json_new_int(pmid));
    return WRT_OK;
}

static tally tally_file(const char *name, wrt_pubmed_counts *counts) {
    tally t = {.deleted = wrt_json_new_array()};
    wrt_err err = {0};
    char *path = pubmed_shared_path(name);
    if (wrt_pubmed_read_file(counts, path, (wrt_pubmed_sink){count, count_deleted}, &t, &err) !=
        WRT_OK)
        fail_msg("%s: %s", name, err.message);
    free(path);
    return t;
}

static void pubmed_counts_and_deletes_as_expected(void **state) {
    (void)state;
    wrt_json *vectors = pubmed_shared_json("vectors.json");
    WRT_JSON_EACH(wanted, wrt_json_get(vectors, "file_expectations")) {
        wrt_pubmed_counts counts = {0};
        tally t = tally_file(wrt_json_get_text(wanted, "file", ""), &counts);
        expect_int(wanted, "records", t.records);
        expect_int(wanted, "articles", counts.articles);
        expect_int(wanted, "books", counts.books);
        expect_int(wanted, "with_abstract", t.with_abstract);
        assert_true(wrt_json_equal(t.deleted, wrt_json_get(wanted, "deleted")));
        wrt_json_free(t.deleted);
    }
    wrt_json_free(vectors);
}

/* Every XML file of articles, against what the list of sources says that it holds. */
static void pubmed_reads_every_file_when_it_is_of_nlm(void **state) {
    (void)state;
    wrt_json *sources = pubmed_shared_json("SOURCES.json");
    int64_t files = 0, records = 0, books = 0;
    WRT_JSON_EACH(source, sources) {
        const char *name = wrt_json_get_text(source, "file", "");
        wrt_pubmed_counts counts = {0};
        if (wrt_json_get(source, "records") == NULL || strstr(name, ".html") != NULL ||
            (strncmp(name, "baseline/", 9) != 0 && strncmp(name, "efetch/", 7) != 0))
            continue;
        tally t = tally_file(name, &counts);
        expect_int(source, "records", t.records);
        expect_int(source, "books", counts.books);
        expect_int(source, "deletions", (int64_t)wrt_json_count(t.deleted));
        if (t.not_valid > 0)
            fail_msg("%s: %lld records without title, journal or date", name,
                     (long long)t.not_valid);
        wrt_json_free(t.deleted);
        files++;
        records += t.records;
        books += counts.books;
    }
    print_message("files read: %lld, records: %lld\n", (long long)files, (long long)records);
    assert_true(files > 180);
    assert_int_equal(books, 1);
    wrt_json_free(sources);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pubmed_agrees_with_an_independent_reader_on_every_field),
        cmocka_unit_test(pubmed_counts_and_deletes_as_expected),
        cmocka_unit_test(pubmed_reads_every_file_when_it_is_of_nlm),
    };
    wrt_crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
