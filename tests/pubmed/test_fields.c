/* test_fields.c: every field from XML written by hand, and every sign of a record's standing.
 * PMIDs, people and papers are made up. */
#include "reading.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static wrt_json *list_at(const wrt_json *article, const char *key, size_t n) {
    const wrt_json *list = wrt_json_get(article, key);
    if (wrt_json_count(list) != n)
        fail_msg("%s: %zu items, wanted %zu", key, wrt_json_count(list), n);
    return (wrt_json *)list;
}

/* Compares the text of the value at a path like "authors.0.orcid"; null counts as "". */
static void expect_at(const wrt_json *value, const char *path, const char *wanted) {
    wrt_str rest = wrt_str_of(path), part;
    while (wrt_str_cut(&part, &rest, '.')) {
        int64_t index = 0;
        char key[64];
        snprintf(key, sizeof key, "%.*s", (int)part.len, part.ptr);
        value = wrt_str_to_int64(&index, part) ? wrt_json_at(value, (size_t)index)
                                               : wrt_json_get(value, key);
        if (value == NULL)
            fail_msg("%s: there is no %s", path, key);
    }
    const char *got = wrt_json_text(value);
    if (strcmp(got != NULL ? got : "", wanted) != 0)
        fail_msg("%s: \"%s\", wanted \"%s\"", path, got != NULL ? got : "", wanted);
}

#define FULL TEST_SOURCE_DIR "/tests/pubmed/full.xml"

static wrt_status collect(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    (void)err;
    wrt_json_push(ctx, wrt_pubmed_article_json(article));
    return WRT_OK;
}

static wrt_json *read_full(void) {
    wrt_json *articles = wrt_json_new_array();
    wrt_err err = {0};
    if (wrt_pubmed_read_file(NULL, FULL, (wrt_pubmed_sink){.article = collect}, articles, &err) !=
        WRT_OK)
        fail_msg("%s", err.message);
    return articles;
}

static void fields_of_people_are_read(void **state) {
    (void)state;
    wrt_json *articles = read_full();
    const wrt_json *a = pubmed_first(articles);
    list_at(a, "authors", 4);
    list_at(a, "editors", 1);
    expect_at(a, "authors.0.name", "One A");
    expect_at(a, "authors.0.fore", "Ann");
    expect_at(a, "authors.0.orcid", "0000-0002-1825-009X");
    expect_at(a, "authors.0.affiliations.0", "Here.");
    expect_at(a, "authors.0.affiliations.1", "There.");
    expect_at(a, "authors.1.affiliations.0", "Old form.");
    expect_at(a, "authors.1.orcid", "0000-0002-1825-0097");
    expect_at(a, "authors.2.orcid", "0000-0002-1825-0097");
    expect_at(a, "authors.3.orcid", "not known");
    expect_at(a, "editors.0.name", "Ed");
    const wrt_json *one = wrt_json_at(wrt_json_get(a, "authors"), 0);
    const wrt_json *two = wrt_json_at(wrt_json_get(a, "authors"), 1);
    assert_true(wrt_json_get_bool(one, "equal_contribution", false));
    assert_false(wrt_json_get_bool(two, "equal_contribution", true));
    assert_false(wrt_json_get_bool(a, "authors_complete", true));
    wrt_json_free(articles);
}

static void fields_of_the_source_are_read(void **state) {
    (void)state;
    static const char *const wanted[][2] = {{"record_status", "MEDLINE"},
                                            {"owner", "NLM"},
                                            {"indexing_method", "Curated"},
                                            {"date_completed", "2020-01-02"},
                                            {"date_revised", "2021-03-04"},
                                            {"issn", "1111-2222"},
                                            {"volume", "5"},
                                            {"issue", "Suppl 1"},
                                            {"pubdate.raw", "2019 Spring"},
                                            {"pubdate.start", "2019"},
                                            {"pubdate.precision", "year"},
                                            {"electronic_date.start", "2018-12-24"},
                                            {"journal", "The Journal"},
                                            {"iso_abbrev", "J"},
                                            {"medline_ta", "J Abbr"},
                                            {"nlm_id", "0001"},
                                            {"title", "[Title]."},
                                            {"vernacular_title", "Titel"},
                                            {"pages", "10-19"},
                                            {"pii", "S10"},
                                            {"doi", "10.9/x"},
                                            {"languages.0", "ger"},
                                            {"languages.1", "eng"},
                                            {"coi", "None."},
                                            {"copyright", "\xc2\xa9 2019"},
                                            {"publication_status", "ppublish"}};
    wrt_json *articles = read_full();
    const wrt_json *a = pubmed_first(articles);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        expect_at(a, wanted[i][0], wanted[i][1]);
    assert_int_equal(wrt_json_get_int(a, "version", 0), 3);
    assert_int_equal(wrt_json_get_int(a, "year", 0), 2019);
    wrt_json_free(articles);
}

static void fields_of_the_index_are_read(void **state) {
    (void)state;
    wrt_json *articles = read_full();
    const wrt_json *a = pubmed_first(articles);
    list_at(a, "chemicals", 2);
    expect_at(a, "chemicals.0.registry", "");
    expect_at(a, "chemicals.1.registry", "50-78-2");
    expect_at(a, "chemicals.1.ui", "D001241");
    expect_at(a, "supplementary_concepts.0.ui", "C1");
    expect_at(a, "publication_types.0.ui", "D016449");
    expect_at(a, "mesh.0.name", "Heart");
    expect_at(a, "mesh.0.qualifiers.0.name", "drug effects");
    list_at(a, "keywords", 2);
    expect_at(a, "keywords.1", "b");
    list_at(a, "other_abstracts", 1);
    expect_at(a, "other_abstracts.0.type", "plain-language-summary");
    expect_at(a, "other_abstracts.0.abstract.0.text", "Plain.");
    list_at(a, "databanks", 2);
    expect_at(a, "databanks.0.ids.0", "NCT00000001");
    expect_at(a, "grants.0.number", "G1");
    expect_at(a, "grants.0.acronym", "AC");
    expect_at(a, "grants.0.country", "Land");
    wrt_json_free(articles);
}

static void fields_of_trials_and_references_are_kept_apart(void **state) {
    (void)state;
    wrt_json *articles = read_full();
    const wrt_json *a = pubmed_first(articles);
    list_at(a, "nct_ids", 1);
    expect_at(a, "nct_ids.0", "NCT00000001");
    list_at(a, "nct_mentioned", 1);
    expect_at(a, "nct_mentioned.0", "NCT00000002");
    list_at(a, "references", 3);
    expect_at(a, "references.0", "41");
    expect_at(a, "references.1", "42");
    expect_at(a, "references.2", "43");
    list_at(a, "cites", 1);
    expect_at(a, "cites.0", "31");
    list_at(a, "corrections", 0);
    expect_at(a, "status", "ok");
    wrt_json_free(articles);
}

/* ---- books, versions, deletions */

static void fields_of_a_chapter_are_not_those_of_its_book(void **state) {
    (void)state;
    wrt_json *articles = pubmed_read_well(
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID Version=\"1\">9</PMID>"
        "<ArticleIdList><ArticleId IdType=\"bookaccession\">NBK9</ArticleId></ArticleIdList><Book>"
        "<Publisher><PublisherName>P</PublisherName></Publisher><BookTitle>Book</"
        "BookTitle><PubDate>"
        "<Year>1993</Year></PubDate><AuthorList Type=\"authors\"><Author><LastName>Book</LastName>"
        "</Author></AuthorList></Book><ArticleTitle>Chapter</ArticleTitle><AuthorList "
        "Type=\"authors\"><Author><LastName>Chapter</LastName></Author></"
        "AuthorList><PublicationType "
        "UI=\"D016454\">Review</PublicationType><Abstract><AbstractText>A.</AbstractText></"
        "Abstract>"
        "<ContributionDate><Year>2006</Year></ContributionDate><ReferenceList><Reference>"
        "<ArticleIdList><ArticleId IdType=\"pubmed\">8</ArticleId></ArticleIdList></Reference>"
        "</ReferenceList></BookDocument><PubmedBookData><ArticleIdList><ArticleId "
        "IdType=\"pubmed\">9</ArticleId></ArticleIdList></PubmedBookData></PubmedBookArticle>"
        "<PubmedBookArticle><BookDocument><PMID>10</PMID><Book><BookTitle>Whole</BookTitle>"
        "<AuthorList><Author><LastName>Whole</LastName></Author></AuthorList></Book></BookDocument>"
        "</PubmedBookArticle></PubmedArticleSet>",
        NULL);
    const wrt_json *chapter = wrt_json_at(articles, 0), *whole = wrt_json_at(articles, 1);
    assert_true(wrt_json_get_bool(chapter, "is_book", false));
    expect_at(chapter, "title", "Chapter");
    expect_at(chapter, "journal", "Book");
    expect_at(chapter, "book_title", "Book");
    expect_at(chapter, "book_accession", "NBK9");
    expect_at(chapter, "authors.0.name", "Chapter");
    list_at(chapter, "authors", 1);
    expect_at(chapter, "pubdate.start", "1993");
    expect_at(chapter, "contribution_date.start", "2006");
    expect_at(chapter, "publication_types.0.ui", "D016454");
    expect_at(chapter, "abstract.0.text", "A.");
    expect_at(chapter, "references.0", "8");
    expect_at(whole, "title", "Whole");
    expect_at(whole, "authors.0.name", "Whole");
    wrt_json_free(articles);
}

static wrt_status note_deleted(int64_t pmid, void *ctx, wrt_err *err) {
    wrt_buf_printf(ctx, "%lld ", (long long)pmid);
    return pmid == 99 ? wrt_fail(err, WRT_E_DENIED, "enough") : WRT_OK;
}

static void fields_tell_deletions_and_versions_in_order(void **state) {
    (void)state;
    wrt_buf out = wrt_buf_make(WRT_KIB(1));
    wrt_pubmed_counts counts = {0};
    wrt_pubmed_sink sink = {.deleted = note_deleted};
    wrt_pubmed_reader *reader = wrt_pubmed_reader_new(sink, &out);
    assert_int_equal(
        wrt_pubmed_push(reader,
                        WRT_STR("<MedlineCitationSet><MedlineCitation><PMID Version=\"1\">5</PMID>"
                                "</MedlineCitation><MedlineCitation><PMID Version=\"2\">5</PMID>"
                                "</MedlineCitation><DeleteCitation><PMID>7</PMID><PMID "
                                "Version=\"1\">6</PMID></DeleteCitation></MedlineCitationSet>"),
                        NULL),
        WRT_OK);
    assert_int_equal(wrt_pubmed_finish(&counts, reader, NULL), WRT_OK);
    wrt_pubmed_reader_free(reader);
    assert_int_equal(counts.articles, 2);
    assert_int_equal(counts.deleted, 2);
    assert_string_equal(out.ptr, "7 6 ");
    wrt_err err = {0};
    reader = wrt_pubmed_reader_new(sink, &out);
    assert_int_equal(wrt_pubmed_push(reader,
                                     WRT_STR("<PubmedArticleSet><DeleteCitation><PMID>99</PMID>"
                                             "<PMID>6</PMID></DeleteCitation></PubmedArticleSet>"),
                                     &err),
                     WRT_E_DENIED);
    assert_string_equal(err.message, "enough");
    wrt_pubmed_reader_free(reader);
    wrt_buf_free(&out);
}

/* ---- standing */

static void expect_standing(const char *inside, const char *status, const char *title_signal) {
    char text[2048];
    snprintf(text, sizeof text, CITATION("%s"), inside);
    wrt_json *articles = pubmed_read_well(text, NULL);
    const char *got = wrt_json_get_text(pubmed_first(articles), "status", "?");
    const char *signal = wrt_json_get_text(pubmed_first(articles), "title_signal", "");
    if (strcmp(got, status) != 0 || strcmp(signal, title_signal) != 0)
        fail_msg("%s: \"%s\", \"%s\"", inside, got, signal);
    wrt_json_free(articles);
}

#define LINK(type)                                                                                 \
    "<CommentsCorrectionsList><CommentsCorrections RefType=\"" type                                \
    "\"><PMID>7</PMID></CommentsCorrections></CommentsCorrectionsList>"
#define TYPE(ui, name)                                                                             \
    "<Article><PublicationTypeList><PublicationType UI=\"" ui "\">" name                           \
    "</PublicationType></PublicationTypeList></Article>"
#define TITLE(text) "<Article><ArticleTitle>" text "</ArticleTitle></Article>"

/* Every RefType of the DTDs of 2015 to 2025. */
static void standing_follows_from_links(void **state) {
    (void)state;
    expect_standing(LINK("RetractionIn"), "retracted", "");
    expect_standing(LINK("RetractedandRepublishedIn"), "retracted", "");
    expect_standing(LINK("PartialRetractionIn"), "concern", "");
    expect_standing(LINK("ExpressionOfConcernIn"), "concern", "");
    expect_standing(LINK("RetractionOf"), "notice", "");
    expect_standing(LINK("PartialRetractionOf"), "notice", "");
    expect_standing(LINK("ExpressionOfConcernFor"), "notice", "");
    expect_standing(LINK("ErratumFor"), "notice", "");
    expect_standing(LINK("ErratumIn"), "corrected", "");
    expect_standing(LINK("CorrectedandRepublishedIn"), "corrected", "");
    expect_standing(LINK("UpdateIn"), "corrected", "");
    static const char *const neutral[] = {"RetractedandRepublishedFrom",
                                          "CorrectedandRepublishedFrom",
                                          "UpdateOf",
                                          "CommentIn",
                                          "CommentOn",
                                          "AssociatedDataset",
                                          "RepublishedIn",
                                          "RepublishedFrom",
                                          "SummaryForPatientsIn",
                                          "OriginalReportIn",
                                          "ReprintIn",
                                          "ReprintOf",
                                          "AssociatedPublication",
                                          "Cites"};
    for (size_t i = 0; i < sizeof neutral / sizeof *neutral; i++) {
        char inside[512];
        snprintf(inside, sizeof inside, LINK("%s"), neutral[i]);
        expect_standing(inside, "ok", "");
    }
}

static void standing_follows_from_types(void **state) {
    (void)state;
    expect_standing(TYPE("D016441", "x"), "retracted", "");
    expect_standing(TYPE("", "Retracted Publication"), "retracted", "");
    expect_standing(TYPE("D016440", "x"), "notice", "");
    expect_standing(TYPE("", "Retraction of Publication"), "notice", "");
    expect_standing(TYPE("", "Expression of Concern"), "notice", "");
    expect_standing(TYPE("D016425", "Published Erratum"), "notice", "");
    expect_standing(TYPE("D016439", "Corrected and Republished Article"), "ok", "");
}

static void standing_takes_the_gravest(void **state) {
    (void)state;
    expect_standing(LINK("ErratumIn") TYPE("D016441", "Retracted Publication"), "retracted", "");
    expect_standing(LINK("ErratumIn") LINK("ExpressionOfConcernIn"), "concern", "");
    expect_standing(LINK("RetractionIn") LINK("RetractionOf"), "retracted", "");
}

static void standing_keeps_titles_apart(void **state) {
    (void)state;
    expect_standing(TITLE("RETRACTED: Aspirin."), "ok", "retracted");
    expect_standing(TITLE("[Retracted] Aspirin."), "ok", "retracted");
    expect_standing(TITLE("RETRACTED ARTICLE: Aspirin."), "ok", "retracted");
    expect_standing(TITLE("WITHDRAWN: Aspirin."), "ok", "retracted");
    expect_standing(TITLE("Retraction: Aspirin."), "ok", "notice");
    expect_standing(TITLE("Retraction Note to: Aspirin."), "ok", "notice");
    expect_standing(TITLE("Expression of Concern: Aspirin."), "ok", "notice");
    expect_standing(TITLE("Erratum to: Aspirin."), "ok", "notice");
    expect_standing(TITLE("Retraction of the eyelid after surgery."), "ok", "");
    expect_standing(TITLE("Retracted tympanic membranes."), "ok", "");
    expect_standing(TITLE("Aspirin: RETRACTED: no"), "ok", "");
    expect_standing(TITLE("R"), "ok", "");
}

static void standing_names_are_read_back(void **state) {
    (void)state;
    for (int i = WRT_PUBMED_UNKNOWN; i <= WRT_PUBMED_DELETED; i++) {
        wrt_pubmed_status status = WRT_PUBMED_UNKNOWN;
        const char *name = wrt_pubmed_status_name((wrt_pubmed_status)i);
        assert_true(wrt_pubmed_status_of_name(&status, wrt_str_of(name)));
        assert_int_equal(status, i);
        assert_int_equal(wrt_pubmed_status_is_ground(status),
                         i == WRT_PUBMED_OK || i == WRT_PUBMED_CORRECTED);
    }
    wrt_pubmed_status status = WRT_PUBMED_OK;
    assert_false(wrt_pubmed_status_of_name(&status, WRT_STR("fine")));
}

/* ---- copies and files */

static wrt_status copy_of(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    wrt_json **both = ctx;
    wrt_arena *arena = wrt_arena_new();
    (void)err;
    both[0] = wrt_pubmed_article_json(article);
    both[1] = wrt_pubmed_article_json(wrt_pubmed_article_copy(arena, article));
    wrt_arena_free(arena);
    return WRT_OK;
}

static void fields_survive_a_copy(void **state) {
    (void)state;
    wrt_json *both[2] = {NULL, NULL};
    assert_int_equal(
        wrt_pubmed_read_file(NULL, FULL, (wrt_pubmed_sink){.article = copy_of}, both, NULL),
        WRT_OK);
    assert_true(wrt_json_equal(both[0], both[1]));
    wrt_json_free(both[0]);
    wrt_json_free(both[1]);
}

static void fields_errors_name_the_file(void **state) {
    (void)state;
    wrt_err err = {0};
    char *path = wrt_path_join(TEST_BINARY_DIR, "cut.xml");
    assert_int_equal(
        wrt_file_write(path, WRT_STR("<PubmedArticleSet>\n<PubmedArticle>"), 0600, NULL), WRT_OK);
    assert_int_equal(wrt_pubmed_read_file(NULL, path, (wrt_pubmed_sink){0}, NULL, &err),
                     WRT_E_INPUT);
    assert_memory_equal(err.message, "cut.xml: line 2:", 16);
    remove(path);
    assert_int_equal(wrt_pubmed_read_file(NULL, path, (wrt_pubmed_sink){0}, NULL, &err),
                     WRT_E_NOT_FOUND);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_of_people_are_read),
        cmocka_unit_test(fields_of_the_source_are_read),
        cmocka_unit_test(fields_of_the_index_are_read),
        cmocka_unit_test(fields_of_trials_and_references_are_kept_apart),
        cmocka_unit_test(fields_of_a_chapter_are_not_those_of_its_book),
        cmocka_unit_test(fields_tell_deletions_and_versions_in_order),
        cmocka_unit_test(standing_follows_from_links),
        cmocka_unit_test(standing_follows_from_types),
        cmocka_unit_test(standing_takes_the_gravest),
        cmocka_unit_test(standing_keeps_titles_apart),
        cmocka_unit_test(standing_names_are_read_back),
        cmocka_unit_test(fields_survive_a_copy),
        cmocka_unit_test(fields_errors_name_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
