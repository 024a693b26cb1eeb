/* test_live_fetch.c: what is asked of E-utilities and how its answers are matched: batches, missing
 * and unasked records, stored results, links, citations, searches past 9,999, rechecks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_fixture.h"

#include "pubmed/live/eutils.h"
#include "pubmed/live/provider.h"
#include "pubmed/live/split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a server that has every PMID but those that divide by 1,000 */

static size_t ids_of(int64_t *out, size_t most, const char *list) {
    size_t n = 0;
    for (const char *at = list; at != NULL && *at != '\0' && n < most;) {
        char *end = NULL;
        out[n++] = strtoll(at, &end, 10);
        at = *end == ',' ? end + 1 : NULL;
    }
    return n;
}

static void send_known(loopback_conn *conn, const loopback_request *request, void *ctx) {
    int64_t ids[1000];
    char *list = parameter_of(request, "id", 0);
    size_t n = ids_of(ids, 1000, list), kept = 0;
    (void)ctx;
    for (size_t i = 0; i < n; i++)
        if (ids[i] % 1000 != 0)
            ids[kept++] = ids[i];
    for (size_t i = 0; i < kept / 2; i++) { /* in reverse: the order means nothing */
        int64_t swap = ids[i];
        ids[i] = ids[kept - 1 - i];
        ids[kept - 1 - i] = swap;
    }
    char *body = articles_xml(ids, kept);
    (void)loopback_respond(conn, 200, NULL, "text/xml", body);
    free(body);
    free(list);
}

static void fetch_matches_by_pmid_in_batches(void **state) {
    (void)state;
    enum { N = 450 };
    int64_t ids[N + 2];
    live_fixture f;
    live_setup setup = {.handler = send_known};
    live_begin(&f, &setup);
    for (int64_t i = 0; i < N; i++)
        ids[i] = 901 + i; /* 1000 is missing */
    ids[N] = 901;         /* twice */
    ids[N + 1] = 2000;    /* missing */
    wrt_live_articles fetched;
    assert_int_equal(wrt_eutils_fetch(&fetched, &f.work, (wrt_id_list){ids, N + 2}, 0, &f.err),
                     WRT_OK);
    assert_int_equal(fetched.n, N - 1);
    assert_int_equal(fetched.missing.n, 2);
    assert_int_equal(fetched.missing.items[0], 1000);
    assert_int_equal(fetched.missing.items[1], 2000);
    assert_int_equal(fetched.unasked, 0);
    assert_int_equal(loopback_requests(f.server), 3); /* 451 different ids in batches of 200 */
    for (size_t i = 0, k = 0; i < N; i++) {
        if (ids[i] == 1000)
            continue;
        char title[40];
        (void)snprintf(title, sizeof title, "Title of %lld", (long long)ids[i]);
        assert_int_equal(fetched.articles[k]->pmid, ids[i]);
        assert_true(wrt_str_equal_c(fetched.articles[k++]->title, title));
    }
    live_end(&f);
}

typedef struct {
    char method[8];
    char *tool, *email, *key, *id;
} seen_request;

static void note_request(loopback_conn *conn, const loopback_request *request, void *ctx) {
    seen_request *seen = ctx;
    (void)snprintf(seen->method, sizeof seen->method, "%s", request->method);
    seen->tool = parameter_of(request, "tool", 0);
    seen->email = parameter_of(request, "email", 0);
    seen->key = parameter_of(request, "api_key", 0);
    seen->id = parameter_of(request, "id", 0);
    send_known(conn, request, NULL);
}

static void free_request(seen_request *seen) {
    free(seen->tool);
    free(seen->email);
    free(seen->key);
    free(seen->id);
    *seen = (seen_request){0};
}

/* A GET for a batch, a POST where the ids are too many for a URL; the identity goes with both. */
static void fetch_posts_what_is_too_long_for_a_url(void **state) {
    (void)state;
    enum { N = 500 };
    int64_t ids[N];
    seen_request seen = {0};
    live_fixture f;
    live_setup setup = {.handler = note_request, .ctx = &seen};
    live_begin(&f, &setup);
    for (int64_t i = 0; i < N; i++)
        ids[i] = 20000001 + i;
    wrt_live_articles fetched;
    assert_int_equal(
        wrt_eutils_fetch(&fetched, &f.work, (wrt_id_list){ids, N}, WRT_EUTILS_BATCH_MAX, &f.err),
        WRT_OK);
    assert_int_equal(fetched.n, N);
    assert_int_equal(loopback_requests(f.server), 1);
    assert_string_equal(seen.method, "POST");
    assert_string_equal(seen.tool, "warrant");
    assert_string_equal(seen.email, TEST_EMAIL);
    assert_string_equal(seen.key, TEST_KEY);
    free_request(&seen);
    assert_int_equal(wrt_eutils_fetch(&fetched, &f.work, (wrt_id_list){ids, 200}, 0, &f.err),
                     WRT_OK);
    assert_string_equal(seen.method, "GET");
    assert_string_equal(seen.tool, "warrant");
    assert_string_equal(seen.email, TEST_EMAIL);
    assert_string_equal(seen.key, TEST_KEY);
    free_request(&seen);
    live_end(&f);
}

static wrt_status fetch_one(live_fixture *f, wrt_live_articles *out, const int64_t *ids, size_t n) {
    return wrt_eutils_fetch(out, &f->work, (wrt_id_list){ids, n}, 0, &f->err);
}

#define RECORD(pmid, version, title)                                                               \
    "<PubmedArticle><MedlineCitation><PMID Version=\"" version "\">" pmid "</PMID><Article>"       \
    "<ArticleTitle>" title "</ArticleTitle></Article></MedlineCitation></PubmedArticle>"

static void fetch_takes_no_record_for_another(void **state) {
    (void)state;
    static const int64_t asked[] = {5, 6, 7};
    static const step steps[] = {
        {.body = "<PubmedArticleSet>" RECORD("99", "1", "wrong one") RECORD("6", "1", "older")
             RECORD("6", "3", "newest")
                 RECORD("6", "2",
                        "between") "<PubmedBookArticle><BookDocument><PMID "
                                   "Version=\"1\">7</PMID><ArticleTitle>A chapter"
                                   "</ArticleTitle></BookDocument></PubmedBookArticle>"
                                   "<DeleteCitation><PMID "
                                   "Version=\"1\">5</PMID></DeleteCitation></PubmedArticleSet>"}};
    live_fixture f;
    wrt_live_articles fetched;
    live_setup setup = {.steps = steps, .n = 1};
    live_begin(&f, &setup);
    assert_int_equal(fetch_one(&f, &fetched, asked, 3), WRT_OK);
    assert_int_equal(fetched.n, 2);
    assert_int_equal(fetched.articles[0]->pmid, 6);
    assert_true(wrt_str_equal_c(fetched.articles[0]->title, "newest"));
    assert_true(fetched.articles[1]->is_book);
    assert_int_equal(fetched.missing.n, 1);
    assert_int_equal(fetched.missing.items[0], 5);
    assert_int_equal(fetched.deleted.n, 1);
    assert_int_equal(fetched.unasked, 1);
    live_end(&f);
}

static void fetch_of_an_unknown_pmid_is_missing_not_an_error(void **state) {
    (void)state;
    static const int64_t asked[] = {37909814};
    static const step steps[] = {{.body = "<?xml version=\"1.0\" ?>\n<!DOCTYPE PubmedArticleSet "
                                          "PUBLIC \"-//NLM//DTD PubMedArticle, 1st January 2024//"
                                          "EN\" \"https://dtd.nlm.nih.gov/ncbi/pubmed/out/"
                                          "pubmed_240101.dtd\">\n<PubmedArticleSet>\n"
                                          "</PubmedArticleSet>"}};
    live_fixture f;
    wrt_live_articles fetched;
    live_setup setup = {.steps = steps, .n = 1};
    live_begin(&f, &setup);
    assert_int_equal(fetch_one(&f, &fetched, asked, 1), WRT_OK);
    assert_int_equal(fetched.n, 0);
    assert_int_equal(fetched.missing.n, 1);
    live_end(&f);
}

static void fetch_failures_are_typed(void **state) {
    (void)state;
    static const int64_t asked[] = {5};
    static const struct {
        step one;
        wrt_status status;
        wrt_live_fault_kind kind;
    } rows[] = {
        {{.body = "<?xml version=\"1.0\" ?><PubmedArticleSet>" RECORD(
              "5", "1", "whole") "<PubmedArticle><MedlineCitation>"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_CUT},
        {{.body = "<eFetchResult><ERROR>Cannot process your request: backend</ERROR>"
                  "</eFetchResult>"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_BACKEND},
        {{.body = "<eFetchResult><ERROR>ID list is empty! Possibly it has no correct IDs.</ERROR>"
                  "</eFetchResult>",
          .status = 400},
         WRT_E_INPUT,
         WRT_LIVE_QUERY},
        {{.body = "<pmc-articleset></pmc-articleset>"}, WRT_E_FAILED, WRT_LIVE_SHAPE},
        {{.body = "<html><body>down</body></html>"}, WRT_E_UNAVAILABLE, WRT_LIVE_PAGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        live_fixture f;
        wrt_live_articles fetched;
        live_setup setup = {.steps = &rows[i].one, .n = 1, .options = {.tries = 2}};
        live_begin(&f, &setup);
        assert_failed(&f, fetch_one(&f, &fetched, asked, 1), rows[i].status, rows[i].kind);
        assert_int_equal(fetched.n, 0);
        live_end(&f);
    }
}

/* A page that was cut off is read anew: nothing of the first try is left. */
static void fetch_reads_a_cut_answer_again(void **state) {
    (void)state;
    static const int64_t asked[] = {5, 6};
    static const step steps[] = {
        {.body = "<PubmedArticleSet>" RECORD("5", "9", "of the cut answer")},
        {.body = "<PubmedArticleSet>" RECORD("6", "1", "six")
             RECORD("5", "1", "five") "</PubmedArticleSet>"}};
    live_fixture f;
    wrt_live_articles fetched;
    live_setup setup = {.steps = steps, .n = 2};
    live_begin(&f, &setup);
    assert_int_equal(fetch_one(&f, &fetched, asked, 2), WRT_OK);
    assert_int_equal(fetched.n, 2);
    assert_true(wrt_str_equal_c(fetched.articles[0]->title, "five"));
    live_end(&f);
}

/* ---- stored results */

static void stored_results_are_posted_and_fetched(void **state) {
    (void)state;
    static const int64_t ids[] = {1, 2, 3};
    static const step steps[] = {
        {.body = "<ePostResult><QueryKey>1</QueryKey><WebEnv>MCID_test</WebEnv></ePostResult>"},
        {.body = "<PubmedArticleSet>" RECORD("1", "1", "one")
             RECORD("2", "1", "two") "</PubmedArticleSet>"},
        {.body = "<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>",
         .status = 400}};
    static const int64_t range[] = {0, 2};
    live_fixture f;
    wrt_eutils_answer stored;
    wrt_live_articles fetched;
    live_setup setup = {.steps = steps, .n = 3};
    live_begin(&f, &setup);
    assert_int_equal(wrt_eutils_post(&stored, &f.work, (wrt_id_list){ids, 3}, &f.err), WRT_OK);
    assert_true(wrt_str_equal_c(stored.webenv, "MCID_test"));
    char *sent = loopback_body(f.server, 0);
    assert_non_null(strstr(sent, "&id=1,2,3&email="));
    free(sent);
    assert_int_equal(wrt_eutils_fetch_stored(&fetched, &f.work, &stored, range, &f.err), WRT_OK);
    assert_int_equal(fetched.n, 2);
    assert_failed(&f, wrt_eutils_fetch_stored(&fetched, &f.work, &stored, range, &f.err),
                  WRT_E_UNAVAILABLE, WRT_LIVE_SESSION);
    assert_int_equal(loopback_requests(f.server), 3); /* a lost result is not asked for again */
    live_end(&f);
}

/* ---- links and citations */

/* Answers each id= with a set of its own: n and n + 1, but nothing for odd ones, and no set at all
 * for 9. */
static void send_links(loopback_conn *conn, const loopback_request *request, void *ctx) {
    char body[8192] = "<eLinkResult>";
    size_t len = strlen(body);
    (void)ctx;
    for (int i = 0;; i++) {
        char *id = parameter_of(request, "id", i);
        if (id == NULL)
            break;
        long n = strtol(id, NULL, 10);
        if (n != 9)
            len += (size_t)snprintf(body + len, sizeof body - len,
                                    "<LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>%ld</Id></IdList>",
                                    n);
        if (n % 2 == 0)
            len += (size_t)snprintf(body + len, sizeof body - len,
                                    "<LinkSetDb><LinkName>pubmed_pubmed</LinkName><Link><Id>%ld"
                                    "</Id></Link><Link><Id>%ld</Id></Link></LinkSetDb>",
                                    n, n + 1);
        if (n != 9)
            len += (size_t)snprintf(body + len, sizeof body - len, "</LinkSet>");
        free(id);
    }
    (void)snprintf(body + len, sizeof body - len, "</eLinkResult>");
    (void)loopback_respond(conn, 200, NULL, "text/xml", body);
}

static void links_are_asked_one_id_each(void **state) {
    (void)state;
    static const int64_t ids[] = {2, 3, 4, 9, 2};
    live_fixture f;
    wrt_eutils_related related;
    live_setup setup = {.handler = send_links};
    live_begin(&f, &setup);
    assert_int_equal(
        wrt_eutils_link(&related, &f.work, (wrt_id_list){ids, 5}, WRT_EUTILS_SIMILAR, &f.err),
        WRT_OK);
    assert_int_equal(related.n, 4);
    assert_int_equal(related.links[0].ids.n, 1); /* without the paper itself */
    assert_int_equal(related.links[0].ids.items[0], 3);
    assert_int_equal(related.links[1].source, 3);
    assert_int_equal(related.links[1].ids.n, 0);
    assert_int_equal(related.links[2].ids.items[0], 5);
    assert_int_equal(related.unanswered.n, 1);
    assert_int_equal(related.unanswered.items[0], 9);
    live_end(&f);
}

static void send_matches(loopback_conn *conn, const loopback_request *request, void *ctx) {
    char *data = parameter_of(request, "bdata", 0);
    wrt_buf body = wrt_buf_make(WRT_KIB(64));
    (void)ctx;
    wrt_str line, rest = wrt_str_of(data);
    while (wrt_str_cut(&line, &rest, '\r'))
        if (line.len > 0)
            wrt_buf_printf(&body, "%.*s%s\n", (int)line.len, line.ptr,
                           memchr(line.ptr, '8', line.len) ? "2014248" : "NOT_FOUND");
    (void)loopback_respond(conn, 200, NULL, "text/plain", body.ptr != NULL ? body.ptr : "");
    wrt_buf_free(&body);
    free(data);
}

static void citations_are_matched_by_their_keys(void **state) {
    (void)state;
    static const wrt_eutils_citation citations[] = {
        {{"a & b", 5}, {"1991", 4}, {"88", 2}, {"3248", 4}, {"mann bj", 7}, {"k1", 2}},
        {{"c", 1}, {"2000", 4}, {"", 0}, {"1", 1}, {"", 0}, {"k2", 2}},
    };
    live_fixture f;
    wrt_eutils_matches matches;
    live_setup setup = {.handler = send_matches};
    live_begin(&f, &setup);
    assert_int_equal(wrt_eutils_match_citations(&matches, &f.work, citations, 2, &f.err), WRT_OK);
    assert_int_equal(matches.n, 2);
    assert_int_equal(matches.matches[0].pmid, 2014248);
    assert_int_equal(matches.matches[1].pmid, 0);
    assert_true(wrt_str_equal_c(matches.matches[1].reason, "NOT_FOUND"));
    wrt_eutils_citation bad = citations[0];
    bad.author = WRT_STR("a|b");
    assert_int_equal(wrt_eutils_match_citations(&matches, &f.work, &bad, 1, &f.err), WRT_E_INPUT);
    bad.author = WRT_STR("a\rb");
    assert_int_equal(wrt_eutils_match_citations(&matches, &f.work, &bad, 1, &f.err), WRT_E_INPUT);
    live_end(&f);
}

/* ---- an index of 40,000 records: PMID 1 to 40,000. The first 12,000 came on one day, the others
 * ten a day from 2001-01-01 on. */

enum { RECORDS = 40000, LOT = 12000, PER_DAY = 10, REACH = 9999 };

typedef struct {
    unsigned too_many;  /* answers to parts beyond the reach */
    int64_t count_lies; /* added to the count of the whole */
} record_index;

static int64_t day_number(int year, int month, int day) {
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t y = year - 1;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return y * 365 + y / 4 - y / 100 + y / 400 + before[month - 1] + day + (leap && month > 2);
}

static int64_t read_day(const char *text) {
    return day_number((int)strtol(text, NULL, 10), (int)strtol(text + 5, NULL, 10),
                      (int)strtol(text + 8, NULL, 10));
}

static int64_t day_of_record(int64_t pmid) {
    int64_t lot_day = day_number(1999, 12, 31);
    return pmid <= LOT ? lot_day : day_number(2001, 1, 1) + (pmid - LOT - 1) / PER_DAY;
}

/* The ranges that the term names, as "(q) AND a:b[edat] AND a:b[uid]". */
static void send_part(loopback_conn *conn, const loopback_request *request, void *ctx) {
    record_index *self = ctx;
    char *term = parameter_of(request, "term", 0);
    char *start_text = parameter_of(request, "retstart", 0);
    char *max_text = parameter_of(request, "retmax", 0);
    int64_t from = 0, to = INT64_MAX, low = 1, high = RECORDS, count = 0;
    int64_t *ids = calloc(REACH, sizeof *ids);
    size_t n = 0;
    const char *edat = strstr(term, "[edat]"), *uid = strstr(term, "[uid]");
    if (edat != NULL) {
        from = read_day(edat - 21);
        to = read_day(edat - 10);
    }
    if (uid != NULL) {
        const char *range = strstr(edat, " AND ");
        low = strtoll(range + 5, NULL, 10);
        high = strtoll(strchr(range, ':') + 1, NULL, 10);
    }
    for (int64_t pmid = RECORDS; pmid >= 1; pmid--) {
        int64_t day = day_of_record(pmid);
        if (pmid < low || pmid > high || day < from || day > to)
            continue;
        if (count++ < REACH && ids != NULL)
            ids[n++] = pmid;
    }
    if (edat == NULL)
        count += self->count_lies;
    self->too_many += count > REACH;
    char *body = search_xml(count, 0, ids, n);
    (void)loopback_respond(conn, 200, NULL, "text/xml", body);
    free(body);
    free(ids);
    free(term);
    free(start_text);
    free(max_text);
}

static void search_past_the_reach_is_split_and_complete(void **state) {
    (void)state;
    record_index parts = {0};
    live_fixture f;
    wrt_eutils_all all;
    live_setup setup = {.handler = send_part, .ctx = &parts, .options = {.timeout_ms = 600000}};
    live_begin(&f, &setup);
    assert_int_equal(wrt_eutils_search_all(&all, &f.work, "x OR y", NULL, &f.err), WRT_OK);
    assert_int_equal(all.count, RECORDS);
    assert_int_equal(all.ids.n, RECORDS);
    assert_true(all.is_complete);
    for (int64_t i = 0; i < RECORDS; i++)
        assert_int_equal(all.ids.items[i], RECORDS - i);
    assert_int_equal(all.searches, loopback_requests(f.server));
    print_message("40,000 records: %d searches, %u parts beyond the reach\n", all.searches,
                  parts.too_many);
    /* A part beyond the reach has two halves and nothing more. */
    assert_int_equal(all.searches, 2 * parts.too_many);
    live_end(&f);
}

static void search_says_when_it_is_not_complete(void **state) {
    (void)state;
    record_index parts = {.count_lies = 5};
    live_fixture f;
    wrt_eutils_all all;
    live_setup setup = {.handler = send_part, .ctx = &parts, .options = {.timeout_ms = 600000}};
    live_begin(&f, &setup);
    assert_int_equal(wrt_eutils_search_all(&all, &f.work, "x", NULL, &f.err), WRT_OK);
    assert_int_equal(all.count, RECORDS + 5);
    assert_int_equal(all.ids.n, RECORDS);
    assert_false(all.is_complete);
    live_end(&f);
}

static void search_past_its_caps_is_an_error(void **state) {
    (void)state;
    record_index parts = {0};
    live_fixture f;
    wrt_eutils_all all;
    live_setup setup = {.handler = send_part, .ctx = &parts, .options = {.timeout_ms = 600000}};
    live_begin(&f, &setup);
    wrt_eutils_all_options few = {.max_ids = RECORDS - 1}, short_of = {.max_searches = 3};
    assert_int_equal(wrt_eutils_search_all(&all, &f.work, "x", &few, &f.err), WRT_E_LIMIT);
    assert_int_equal(wrt_eutils_search_all(&all, &f.work, "x", &short_of, &f.err), WRT_E_LIMIT);
    assert_int_equal(wrt_eutils_search_all(&all, &f.work, "x) OR (y", NULL, &f.err), WRT_E_INPUT);
    live_end(&f);
}

/* ---- recheck */

static void recheck_tells_the_standing_of_each_paper(void **state) {
    (void)state;
    static const int64_t ids[] = {11, 12, 13, 14, 11};
    static const step steps[] = {
        {.body =
             "<PubmedArticleSet>"
             "<PubmedArticle><MedlineCitation><PMID Version=\"1\">12</PMID><Article>"
             "<ArticleTitle>Twelve</ArticleTitle><PublicationTypeList><PublicationType "
             "UI=\"D016441\">Retracted Publication</PublicationType></PublicationTypeList>"
             "</Article></MedlineCitation></PubmedArticle>" RECORD(
                 "11", "1",
                 "Eleven") "<DeleteCitation><PMID>14</PMID></DeleteCitation></PubmedArticleSet>"}};
    live_fixture f;
    wrt_live_rechecked out;
    live_setup setup = {.steps = steps, .n = 1};
    live_begin(&f, &setup);
    assert_int_equal(
        wrt_pubmed_recheck(&out, &wrt_pubmed_ncbi, &f.work, (wrt_id_list){ids, 5}, &f.err), WRT_OK);
    assert_int_equal(out.n, 4);
    assert_int_equal(out.standings[0].status, WRT_PUBMED_OK);
    assert_int_equal(out.standings[1].status, WRT_PUBMED_RETRACTED);
    assert_int_equal(out.standings[2].status, WRT_PUBMED_UNKNOWN);
    assert_null(out.standings[2].article);
    assert_int_equal(out.standings[3].status, WRT_PUBMED_DELETED);
    assert_true(out.at_ms > 0);
    assert_false(out.is_cached);
    live_end(&f);
}

static void recheck_is_capped_and_fails_as_a_whole(void **state) {
    (void)state;
    static const step steps[] = {{.body = "", .status = 503}};
    int64_t ids[WRT_LIVE_RECHECK_MAX + 1];
    live_fixture f;
    wrt_live_rechecked out;
    live_setup setup = {.steps = steps, .n = 1, .options = {.tries = 1}};
    live_begin(&f, &setup);
    for (int64_t i = 0; i <= WRT_LIVE_RECHECK_MAX; i++)
        ids[i] = i + 1;
    wrt_id_list many = {ids, WRT_LIVE_RECHECK_MAX + 1}, most = {ids, WRT_LIVE_RECHECK_MAX};
    assert_int_equal(wrt_pubmed_recheck(&out, &wrt_pubmed_ncbi, &f.work, many, &f.err),
                     WRT_E_LIMIT);
    assert_failed(&f, wrt_pubmed_recheck(&out, &wrt_pubmed_ncbi, &f.work, most, &f.err),
                  WRT_E_UNAVAILABLE, WRT_LIVE_SERVER);
    assert_int_equal(out.n, 0);
    live_end(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fetch_matches_by_pmid_in_batches),
        cmocka_unit_test(fetch_posts_what_is_too_long_for_a_url),
        cmocka_unit_test(fetch_takes_no_record_for_another),
        cmocka_unit_test(fetch_of_an_unknown_pmid_is_missing_not_an_error),
        cmocka_unit_test(fetch_failures_are_typed),
        cmocka_unit_test(fetch_reads_a_cut_answer_again),
        cmocka_unit_test(stored_results_are_posted_and_fetched),
        cmocka_unit_test(links_are_asked_one_id_each),
        cmocka_unit_test(citations_are_matched_by_their_keys),
        cmocka_unit_test(search_past_the_reach_is_split_and_complete),
        cmocka_unit_test(search_says_when_it_is_not_complete),
        cmocka_unit_test(search_past_its_caps_is_an_error),
        cmocka_unit_test(recheck_tells_the_standing_of_each_paper),
        cmocka_unit_test(recheck_is_capped_and_fails_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
