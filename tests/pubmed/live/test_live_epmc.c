/* test_live_epmc.c: Europe PMC's answers as articles, its pages, its failures; queries in the
 * syntax of both providers. The records are made up; their members are those of the service's JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_fixture.h"

#include "pubmed/live/epmc_answer.h"
#include "pubmed/live/provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE(count, next, results)                                                                 \
    "{\"version\":\"6.9\",\"hitCount\":" count ",\"nextCursorMark\":\"" next                       \
    "\",\"resultList\":{\"result\":[" results "]}}"

static const char full_record[] =
    "{\"id\":\"11\",\"source\":\"MED\",\"pmid\":\"11\",\"pmcid\":\"PMC22\",\"doi\":\"10.1000/x\","
    "\"title\":\"Effect of <i>RAS</i> on CO<sub>2</sub> &amp; p&lt;0.05.\","
    "\"authorList\":{\"author\":[{\"fullName\":\"Doe J\",\"firstName\":\"Jane\",\"lastName\":"
    "\"Doe\",\"initials\":\"J\",\"authorId\":{\"type\":\"ORCID\",\"value\":\"0000-0002-1825-0097\"}"
    ","
    "\"authorAffiliationDetailsList\":{\"authorAffiliation\":[{\"affiliation\":\"Institute A\"},"
    "{\"affiliation\":\"Institute B\"}]}},{\"collectiveName\":\"The Group\"},{\"lastName\":5}]},"
    "\"journalInfo\":{\"issue\":\"2\",\"volume\":\"3\",\"dateOfPublication\":\"2019 Sep-Oct\","
    "\"journal\":{\"title\":\"Journal of Tests\",\"isoabbreviation\":\"J Tests\","
    "\"medlineAbbreviation\":\"J Tests\",\"nlmid\":\"101\",\"issn\":\"1234-5678\"}},"
    "\"pubYear\":\"2019\",\"pageInfo\":\"1-9\",\"electronicPublicationDate\":\"2019-08-01\","
    "\"abstractText\":\"<h4>Background</h4>One <b>two</b>. <h4>Results</h4>p<0.01 &gt; x.\","
    "\"language\":\"eng\",\"pubTypeList\":{\"pubType\":[\"Randomized Controlled Trial\","
    "\"Journal Article\"]},\"meshHeadingList\":{\"meshHeading\":[{\"majorTopic_YN\":\"Y\","
    "\"descriptorName\":\"Humans\",\"meshQualifierList\":{\"meshQualifier\":[{\"abbreviation\":"
    "\"PC\",\"qualifierName\":\"prevention & control\",\"majorTopic_YN\":\"N\"}]}}]},"
    "\"keywordList\":{\"keyword\":[\"k1\",\"k2\"]},\"chemicalList\":{\"chemical\":[{\"name\":"
    "\"Metformin\",\"registryNumber\":\"0\"}]},\"grantsList\":{\"grant\":[{\"grantId\":\"G1\","
    "\"agency\":\"A1\"}]}}";

static const wrt_pubmed_article *read_one(wrt_arena *arena, const char *record,
                                          wrt_epmc_page *page) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_live_fault fault = {0};
    wrt_err err = {0};
    wrt_buf_printf(&text, PAGE("1", "*", "%s"), record);
    if (wrt_epmc_read_page(page, arena, wrt_buf_str(&text), &fault, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_buf_free(&text);
    assert_int_equal(page->n, 1);
    return page->records[0].article;
}

#define ASSERT_TEXT(got, wanted)                                                                   \
    do {                                                                                           \
        wrt_str text_ = (got);                                                                     \
        if (!wrt_str_equal_c(text_, (wanted)))                                                     \
            fail_msg("%s: \"%.*s\"", #got, (int)text_.len, text_.ptr);                             \
    } while (0)

static void a_record_becomes_an_article(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    wrt_epmc_page page;
    const wrt_pubmed_article *a = read_one(arena, full_record, &page);
    assert_int_equal(a->pmid, 11);
    ASSERT_TEXT(a->title, "Effect of RAS on CO2 & p<0.05.");
    ASSERT_TEXT(a->doi, "10.1000/x");
    ASSERT_TEXT(a->pmcid, "PMC22");
    ASSERT_TEXT(a->journal, "Journal of Tests");
    ASSERT_TEXT(a->iso_abbrev, "J Tests");
    ASSERT_TEXT(a->nlm_id, "101");
    ASSERT_TEXT(a->issn, "1234-5678");
    ASSERT_TEXT(a->volume, "3");
    ASSERT_TEXT(a->pages, "1-9");
    assert_int_equal(a->year, 2019);
    ASSERT_TEXT(a->pubdate.start, "2019-09");
    ASSERT_TEXT(a->pubdate.end, "2019-10");
    ASSERT_TEXT(a->electronic_date.start, "2019-08-01");
    assert_int_equal(a->n_authors, 2);
    ASSERT_TEXT(a->authors[0].name, "Doe J");
    ASSERT_TEXT(a->authors[0].orcid, "0000-0002-1825-0097");
    assert_int_equal(a->authors[0].n_affiliations, 2);
    assert_true(a->authors[1].is_collective);
    assert_int_equal(a->n_abstract, 2);
    ASSERT_TEXT(a->abstract[0].label, "Background");
    ASSERT_TEXT(a->abstract[0].text, "One two.");
    ASSERT_TEXT(a->abstract[1].text, "p<0.01 > x.");
    assert_int_equal(a->n_mesh, 1);
    assert_true(a->mesh[0].descriptor.is_major);
    ASSERT_TEXT(a->mesh[0].qualifiers[0].name, "prevention & control");
    ASSERT_TEXT(a->types[0].name, "Randomized Controlled Trial");
    assert_int_equal(a->n_keywords, 2);
    ASSERT_TEXT(a->chemicals[0].registry, "");
    ASSERT_TEXT(a->grants[0].number, "G1");
    assert_int_equal(a->status, WRT_PUBMED_OK);
    assert_false(page.records[0].is_preprint);
    wrt_arena_free(arena);
}

static void the_standing_of_a_record_is_read_from_types_and_links(void **state) {
    (void)state;
    static const struct {
        const char *members;
        wrt_pubmed_status status;
    } rows[] = {
        {"\"pubTypeList\":{\"pubType\":[\"Retracted Publication\"]}", WRT_PUBMED_RETRACTED},
        {"\"pubTypeList\":{\"pubType\":[\"retracted publication\"]}", WRT_PUBMED_RETRACTED},
        {"\"pubTypeList\":{\"pubType\":[\"retracted-article\"]}", WRT_PUBMED_RETRACTED},
        {"\"pubTypeList\":{\"pubType\":[\"Retraction of Publication\"]}", WRT_PUBMED_NOTICE},
        {"\"pubTypeList\":{\"pubType\":[\"Published Erratum\"]}", WRT_PUBMED_NOTICE},
        {"\"commentCorrectionList\":{\"commentCorrection\":[{\"id\":\"5\",\"source\":\"MED\","
         "\"type\":\"Retraction in\",\"reference\":\"J\"}]}",
         WRT_PUBMED_RETRACTED},
        {"\"commentCorrectionList\":{\"commentCorrection\":[{\"id\":\"5\",\"source\":\"MED\","
         "\"type\":\"Expression of concern in\"}]}",
         WRT_PUBMED_CONCERN},
        {"\"commentCorrectionList\":{\"commentCorrection\":[{\"id\":\"5\",\"source\":\"MED\","
         "\"type\":\"Erratum in\"}]}",
         WRT_PUBMED_CORRECTED},
        {"\"commentCorrectionList\":{\"commentCorrection\":[{\"id\":\"5\",\"source\":\"MED\","
         "\"type\":\"Comment in\"}]}",
         WRT_PUBMED_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char record[400];
        wrt_arena *arena = wrt_arena_new();
        wrt_epmc_page page;
        (void)snprintf(record, sizeof record,
                       "{\"id\":\"11\",\"source\":\"MED\",\"pmid\":\"11\",%s}", rows[i].members);
        const wrt_pubmed_article *a = read_one(arena, record, &page);
        if (a->status != rows[i].status)
            fail_msg("row %zu: %s", i, wrt_pubmed_status_name(a->status));
        if (a->n_corrections > 0)
            assert_int_equal(a->corrections[0].pmid, 5);
        wrt_arena_free(arena);
    }
}

static void a_preprint_is_labelled(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    wrt_epmc_page page;
    const wrt_pubmed_article *a =
        read_one(arena,
                 "{\"id\":\"PPR77\",\"source\":\"PPR\",\"title\":\"Early\",\"pubTypeList\":"
                 "{\"pubType\":[\"Preprint\"]}}",
                 &page);
    assert_int_equal(a->pmid, 0);
    assert_true(page.records[0].is_preprint);
    ASSERT_TEXT(page.records[0].id, "PPR77");
    wrt_arena_free(arena);
}

static void text_loses_tags_and_nothing_else(void **state) {
    (void)state;
    static const struct {
        const char *html, *text;
    } rows[] = {
        {"", ""},
        {"a<5 and b>c", "a<5 and b>c"},
        {"if a<i<b", "if a<i<b"},
        {"p<0.05", "p<0.05"},
        {"<p>One</p><p>Two</p>", "One Two"},
        {"x<sup>2</sup>y", "x2y"},
        {"<SUB>i</SUB>", "i"},
        {"<unknown>x</unknown>", "<unknown>x</unknown>"},
        {"a&amp;lt;b", "a&lt;b"}, /* one level */
        {"a & b &unknown; &lt", "a & b &unknown; &lt"},
        {"<a href=\"x\">link</a>", "link"},
        {"<i", "<i"},
        {"<", "<"},
        {"tail<br/>next", "tail next"},
    };
    wrt_arena *arena = wrt_arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_str got = wrt_epmc_plain_text(arena, wrt_str_of(rows[i].html));
        if (!wrt_str_equal_c(got, rows[i].text))
            fail_msg("\"%s\" became \"%.*s\"", rows[i].html, (int)got.len, got.ptr);
    }
    wrt_arena_free(arena);
}

static void answers_that_are_none_are_typed_faults(void **state) {
    (void)state;
    static const struct {
        const char *body;
        wrt_status status;
        wrt_live_fault_kind kind;
    } rows[] = {
        {"{\"version\":\"6.9\",\"errCode\":404,\"errMsg\":\"Invalid query\"}", WRT_E_INPUT,
         WRT_LIVE_QUERY},
        {"{\"version\":\"6.9\",\"errCode\":\"500\",\"errMsg\":\"down\"}", WRT_E_UNAVAILABLE,
         WRT_LIVE_BACKEND},
        {"{\"hitCount\":1,\"resultList\":{\"result\":[{\"id\":", WRT_E_UNAVAILABLE, WRT_LIVE_CUT},
        {"{\"resultList\":{\"result\":[]}}", WRT_E_FAILED, WRT_LIVE_SHAPE},
        {"{\"hitCount\":\"1\",\"resultList\":{\"result\":[]}}", WRT_E_FAILED, WRT_LIVE_SHAPE},
        {"{\"hitCount\":-1,\"resultList\":{\"result\":[]}}", WRT_E_FAILED, WRT_LIVE_SHAPE},
        {"{\"hitCount\":1}", WRT_E_FAILED, WRT_LIVE_SHAPE},
        {"{\"hitCount\":1,\"resultList\":{\"result\":[7]}}", WRT_E_FAILED, WRT_LIVE_SHAPE},
        {PAGE("3", "*", ""), WRT_E_UNAVAILABLE, WRT_LIVE_BACKEND},
        {"<html>down</html>", WRT_E_UNAVAILABLE, WRT_LIVE_PAGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        step one = {.body = rows[i].body, .type = "application/json"};
        live_fixture f;
        wrt_live_found found;
        wrt_live_query query = {.term = "x", .limit = 5};
        live_setup setup = {.steps = &one, .n = 1, .options = {.tries = 1}};
        live_begin(&f, &setup);
        wrt_status status = wrt_pubmed_europepmc.search(&found, &f.work, &query, &f.err);
        if (status != rows[i].status)
            fail_msg("row %zu: %d %s", i, status, f.err.message);
        assert_failed(&f, status, rows[i].status, rows[i].kind);
        live_end(&f);
    }
}

/* ---- pages */

typedef struct {
    char cursors[4][32];
    char identity[8];
    size_t n;
} page_log;

/* 250 records in pages of 100 behind cursors "*", "c1", "c2"; the last page names itself. */
static void send_page(loopback_conn *conn, const loopback_request *request, void *ctx) {
    page_log *log = ctx;
    char *cursor = parameter_of(request, "cursorMark", 0);
    char *email = parameter_of(request, "email", 0);
    int page = cursor[0] == '*' ? 0 : cursor[1] - '0';
    wrt_buf body = wrt_buf_make(WRT_MIB(1));
    if (log->n < 4)
        (void)snprintf(log->cursors[log->n++], 32, "%s", cursor);
    if (email != NULL)
        (void)snprintf(log->identity, sizeof log->identity, "sent");
    wrt_buf_printf(&body,
                   "{\"hitCount\":250,\"nextCursorMark\":\"c%d\",\"resultList\":{\"result\":[",
                   page < 2 ? page + 1 : page);
    for (int i = page * 100; i < (page + 1) * 100 && i < 250; i++)
        wrt_buf_printf(&body,
                       "%s{\"id\":\"%d\",\"source\":\"MED\",\"pmid\":\"%d\",\"title\":\"T\"}",
                       i > page * 100 ? "," : "", i + 1, i + 1);
    wrt_buf_add_c(&body, "]}}");
    (void)loopback_respond(conn, 200, NULL, "application/json", body.ptr);
    wrt_buf_free(&body);
    free(cursor);
    free(email);
}

static void pages_are_followed_to_the_limit(void **state) {
    (void)state;
    static const struct {
        int64_t limit;
        size_t hits;
        unsigned pages;
    } rows[] = {{20, 20, 1}, {100, 100, 1}, {101, 101, 2}, {1000, 250, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        page_log log = {.n = 0};
        live_fixture f;
        wrt_live_found found;
        wrt_live_articles articles;
        wrt_live_query query = {.term = "x", .limit = rows[i].limit};
        live_setup setup = {.handler = send_page, .ctx = &log};
        live_begin(&f, &setup);
        assert_int_equal(wrt_pubmed_provider_find(&found, &articles, &wrt_pubmed_europepmc, &f.work,
                                                  &query, &f.err),
                         WRT_OK);
        assert_int_equal(found.n, rows[i].hits);
        assert_int_equal(articles.n, rows[i].hits);
        assert_int_equal(found.count, 250);
        assert_int_equal(found.hits[rows[i].hits - 1].pmid, rows[i].hits);
        assert_int_equal(loopback_requests(f.server), rows[i].pages);
        assert_string_equal(log.cursors[0], "*");
        if (rows[i].pages > 1)
            assert_string_equal(log.cursors[1], "c1");
        assert_string_equal(log.identity, ""); /* it is NCBI's business only */
        live_end(&f);
    }
}

static void nothing_found_is_no_error(void **state) {
    (void)state;
    static const step one = {.body = PAGE("0", "*", ""), .type = "application/json"};
    live_fixture f;
    wrt_live_found found;
    wrt_live_query query = {.term = "x", .limit = 5};
    live_setup setup = {.steps = &one, .n = 1};
    live_begin(&f, &setup);
    assert_int_equal(wrt_pubmed_europepmc.search(&found, &f.work, &query, &f.err), WRT_OK);
    assert_int_equal(found.n, 0);
    assert_int_equal(found.count, 0);
    live_end(&f);
}

static void fetch_asks_by_id_and_tells_what_is_missing(void **state) {
    (void)state;
    static const step one = {
        .body = PAGE("2", "*",
                     "{\"id\":\"6\",\"source\":\"MED\",\"pmid\":\"6\",\"title\":\"Six\"},"
                     "{\"id\":\"5\",\"source\":\"MED\",\"pmid\":\"5\",\"title\":\"Five\"}"),
        .type = "application/json"};
    static const int64_t ids[] = {5, 6, 7};
    live_fixture f;
    wrt_live_articles fetched;
    live_setup setup = {.steps = &one, .n = 1};
    live_begin(&f, &setup);
    assert_int_equal(wrt_pubmed_europepmc.fetch(&fetched, &f.work, (wrt_id_list){ids, 3}, &f.err),
                     WRT_OK);
    assert_int_equal(fetched.n, 2);
    assert_int_equal(fetched.articles[0]->pmid, 5);
    assert_int_equal(fetched.missing.items[0], 7);
    live_end(&f);
}

/* ---- PubMed as a provider */

static void send_search_then_articles(loopback_conn *conn, const loopback_request *request,
                                      void *ctx) {
    static const int64_t ids[] = {30, 10, 20};
    char *body = NULL;
    (void)ctx;
    if (strncmp(request->target, "/esearch", 8) == 0)
        body = search_xml(57, 0, ids, 3);
    else
        body = articles_xml(ids + 1, 2); /* 30 is gone in the meantime */
    (void)loopback_respond(conn, 200, NULL, "text/xml", body);
    free(body);
}

static void find_keeps_the_order_of_the_hits(void **state) {
    (void)state;
    live_fixture f;
    wrt_live_found found;
    wrt_live_articles articles;
    wrt_live_query query = {.term = "x", .limit = 3};
    live_setup setup = {.handler = send_search_then_articles};
    live_begin(&f, &setup);
    assert_int_equal(
        wrt_pubmed_provider_find(&found, &articles, &wrt_pubmed_ncbi, &f.work, &query, &f.err),
        WRT_OK);
    assert_int_equal(found.count, 57);
    assert_int_equal(articles.n, 2);
    assert_int_equal(articles.articles[0]->pmid, 10);
    assert_int_equal(articles.missing.items[0], 30);
    live_end(&f);
}

static void send_nothing_and_a_spelling(loopback_conn *conn, const loopback_request *request,
                                        void *ctx) {
    const bool *is_broken = ctx;
    if (strncmp(request->target, "/espell", 7) != 0)
        (void)loopback_respond(conn, 200, NULL, "text/xml",
                               "<eSearchResult><Count>0</Count><IdList/><ErrorList><PhraseNotFound>"
                               "metfromin</PhraseNotFound></ErrorList></eSearchResult>");
    else if (*is_broken)
        (void)loopback_respond(conn, 400, NULL, "text/plain", "no");
    else
        (void)loopback_respond(conn, 200, NULL, "text/xml",
                               "<eSpellResult><Query>metfromin</Query><CorrectedQuery>metformin"
                               "</CorrectedQuery><ERROR/></eSpellResult>");
}

static void nothing_found_comes_with_a_spelling(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        bool is_broken = i == 1; /* the courtesy may fail, the empty result stands */
        live_fixture f;
        wrt_live_found found;
        wrt_live_query query = {.term = "metfromin", .limit = 3};
        live_setup setup = {.handler = send_nothing_and_a_spelling, .ctx = &is_broken};
        live_begin(&f, &setup);
        assert_int_equal(wrt_pubmed_ncbi.search(&found, &f.work, &query, &f.err), WRT_OK);
        assert_int_equal(found.n, 0);
        ASSERT_TEXT(found.suggestion, is_broken ? "" : "metformin");
        ASSERT_TEXT(found.not_found.items[0], "metfromin");
        live_end(&f);
    }
}

static void queries_are_written_for_each_provider(void **state) {
    (void)state;
    static const char *const types[] = {"Randomized Controlled Trial", "Meta-Analysis"};
    const wrt_live_query plain = {.term = " a OR b ", .include_retracted = true, .limit = 1};
    const wrt_live_query full = {.term = "a OR b",
                                 .year_from = 2010,
                                 .types = types,
                                 .n_types = 2,
                                 .include_preprints = true,
                                 .limit = 1};
    wrt_buf out = wrt_buf_make(WRT_KIB(4));
    wrt_live_query_for_ncbi(&out, &plain);
    assert_string_equal(out.ptr, "a OR b");
    wrt_buf_clear(&out);
    wrt_live_query_for_ncbi(&out, &full);
    assert_string_equal(out.ptr, "(a OR b) AND 2010:3000[pdat] AND (\"Randomized Controlled "
                                 "Trial\"[pt] OR \"Meta-Analysis\"[pt]) NOT \"retracted "
                                 "publication\"[pt] NOT \"retraction of publication\"[pt]");
    wrt_buf_clear(&out);
    wrt_live_query_for_epmc(&out, &plain);
    assert_string_equal(out.ptr, "(a OR b) AND SRC:MED");
    wrt_buf_clear(&out);
    wrt_live_query_for_epmc(&out, &full);
    assert_string_equal(out.ptr,
                        "(a OR b) AND (SRC:MED OR SRC:PPR) AND PUB_YEAR:[2010 TO 3000] AND "
                        "(PUB_TYPE:\"Randomized Controlled Trial\" OR PUB_TYPE:\"Meta-"
                        "Analysis\") NOT PUB_TYPE:\"Retracted Publication\" NOT PUB_TYPE:"
                        "\"Retraction of Publication\"");
    wrt_buf_free(&out);
}

static void bad_queries_are_refused(void **state) {
    (void)state;
    static const char *const bad_types[] = {"a\"b"};
    static const wrt_live_query bad[] = {
        {.term = "", .limit = 1},
        {.term = "(a", .limit = 1},
        {.term = "a) OR (b", .limit = 1},
        {.term = "a \"b", .limit = 1},
        {.term = "a\xff", .limit = 1},
        {.term = "a", .limit = 0},
        {.term = "a", .limit = WRT_LIVE_HITS_MAX + 1},
        {.term = "a", .year_from = 2020, .year_to = 2010, .limit = 1},
        {.term = "a", .types = bad_types, .n_types = 1, .limit = 1},
        {.term = "a", .types = bad_types, .n_types = WRT_LIVE_TYPES_MAX + 1, .limit = 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        wrt_err err = {0};
        if (wrt_live_query_check(&bad[i], &err) != WRT_E_INPUT)
            fail_msg("row %zu", i);
    }
    static const wrt_live_query fine = {.term = "\"(\" AND (a)", .limit = 1};
    assert_int_equal(wrt_live_query_check(&fine, NULL), WRT_OK);
    assert_null(wrt_pubmed_provider_of_name("nobody"));
    assert_ptr_equal(wrt_pubmed_provider_of_name("ncbi"), &wrt_pubmed_ncbi);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_becomes_an_article),
        cmocka_unit_test(the_standing_of_a_record_is_read_from_types_and_links),
        cmocka_unit_test(a_preprint_is_labelled),
        cmocka_unit_test(text_loses_tags_and_nothing_else),
        cmocka_unit_test(answers_that_are_none_are_typed_faults),
        cmocka_unit_test(pages_are_followed_to_the_limit),
        cmocka_unit_test(nothing_found_is_no_error),
        cmocka_unit_test(fetch_asks_by_id_and_tells_what_is_missing),
        cmocka_unit_test(find_keeps_the_order_of_the_hits),
        cmocka_unit_test(nothing_found_comes_with_a_spelling),
        cmocka_unit_test(queries_are_written_for_each_provider),
        cmocka_unit_test(bad_queries_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
