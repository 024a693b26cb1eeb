/* Tests of tools/pubmed*.c on five papers that were made up for it: local calls in this process,
 * where leaks are seen, and in the sandbox; live calls through a host whose E-utilities are a
 * server of this test. Expected texts and offsets are counted by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/host/toolhost.h"
#include "base/file.h"
#include "base/hash.h"
#include "pubmed/import.h"
#include "tests/support/loopback.h"
#include "tool_call.h"

#define PAPER(id, year, title, text, types, links)                                                 \
    "<PubmedArticle><MedlineCitation Status=\"MEDLINE\"><PMID Version=\"1\">" id                   \
    "</PMID><Article PubModel=\"Print\"><Journal><JournalIssue CitedMedium=\"Print\"><PubDate>"    \
    "<Year>" year "</Year></PubDate></JournalIssue><Title>Journal of Letters</Title></Journal>"    \
    "<ArticleTitle>" title "</ArticleTitle><Abstract><AbstractText>" text                          \
    "</AbstractText></Abstract><Language>eng</Language><PublicationTypeList>" types                \
    "</PublicationTypeList></Article>" links                                                       \
    "</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType=\"pubmed\">" id                \
    "</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"
#define TYPE(ui, name) "<PublicationType UI=\"" ui "\">" name "</PublicationType>"
#define STUDY          TYPE("D016428", "Journal Article")
#define LINK(type, id)                                                                             \
    "<CommentsCorrectionsList><CommentsCorrections RefType=\"" type "\"><RefSource>J Lett</"       \
    "RefSource><PMID>" id "</PMID></CommentsCorrections></CommentsCorrectionsList>"

#define ALPHA                                                                                      \
    PAPER("99900001", "2019", "Alphazine lowers betasome counts.",                                 \
          "Alphazine was given to letters. Betasome counts fell by 12%.",                          \
          STUDY TYPE("D016449", "Randomized Controlled Trial"), "")
#define GAMMA                                                                                      \
    PAPER("99900002", "2005", "Gammatide and betasome counts in letters.",                         \
          "Gammatide raised betasome counts.", STUDY, "")
#define GONE                                                                                       \
    PAPER("99900003", "2018", "Alphazine cures betasome disease.", "All letters were cured.",      \
          STUDY TYPE("D016441", "Retracted Publication"), LINK("RetractionIn", "99900004"))
#define NOT_YET /* the same as a service gives it that has not heard of the retraction */          \
    PAPER("99900003", "2018", "Alphazine cures betasome disease.", "All letters were cured.",      \
          STUDY, "")
#define NOTICE                                                                                     \
    PAPER("99900004", "2020", "Retraction: Alphazine cures betasome disease.", "It did not.",      \
          TYPE("D016440", "Retraction of Publication"), LINK("RetractionOf", "99900003"))
#define SET(papers) "<?xml version=\"1.0\"?><PubmedArticleSet>" papers "</PubmedArticleSet>"

static char folder[] = "/tmp/warrant-pubmed-tools-XXXXXX";
static char *store_path;
static tool_bench bench;

/* The papers into the store at path; returns how many were stored. */
static int import(const char *path, const char *papers) {
    wrt_pubmed_store *store = NULL;
    wrt_pubmed_import_report report;
    wrt_pubmed_import_options options = {0};
    wrt_err err = {0};
    char *xml = wrt_path_join(folder, "letters.xml");
    assert_int_equal(wrt_file_write(xml, wrt_str_of(papers), 0600, NULL), WRT_OK);
    if (wrt_pubmed_store_open(&store, path, WRT_PUBMED_STORE_WRITE, &err) != WRT_OK ||
        wrt_pubmed_import_file(&report, store, xml, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_pubmed_store_close(store);
    unlink(xml);
    free(xml);
    return (int)report.counts.stored;
}

static int open_bench(void **state) {
    (void)state;
    wrt_crypto_init();
    assert_non_null(mkdtemp(folder));
    store_path = wrt_path_join(folder, "pubmed.db");
    assert_int_equal(import(store_path, SET(ALPHA GAMMA GONE NOTICE)), 4);
    bench = tool_bench_open(TEST_PLUGIN, NULL);
    bench.pubmed_path = store_path;
    return 0;
}

static int close_bench(void **state) {
    (void)state;
    tool_bench_close(&bench);
    unlink(store_path);
    free(store_path);
    return rmdir(folder);
}

/* PMIDs of a result's data, "1 2". */
static void assert_pmids(const wrt_json *result, const char *wanted) {
    wrt_buf list = wrt_buf_make(WRT_KIB(1));
    WRT_JSON_EACH(item, wrt_json_get(result, "data"))
    wrt_buf_printf(&list, "%s%s", list.len > 0 ? " " : "", wrt_json_get_text(item, "pmid", "?"));
    assert_string_equal(wrt_buf_str(&list).ptr, wanted);
    wrt_buf_free(&list);
}

static void assert_warns(const wrt_json *result, const char *part) {
    char *warnings = tool_show(result, "warnings");
    if (strstr(warnings, part) == NULL)
        fail_msg("no warning \"%s\" in %s", part, warnings);
    free(warnings);
}

static void assert_part(const wrt_json *result, const char *dotted, const char *wanted) {
    char *text = tool_show(result, dotted);
    if (strcmp(text, wanted) != 0) {
        char *all = tool_show(result, "warnings"), *error = tool_show(result, "error");
        fail_msg("%s: wanted %s, found %s (%s, %s)", dotted, wanted, text, all, error);
    }
    free(text);
}

/* ---- local search */

static void pubmed_search_holds_withdrawn_papers_back_and_counts_them(void **state) {
    (void)state;
    wrt_json *result = tool_call(&bench, "pubmed_search", "{'query':'alphazine betasome'}");
    assert_pmids(result, "99900001 99900002");
    assert_part(result, "coverage.total", "4");
    assert_warns(result, "2 papers held back, 1 of them retracted");
    const wrt_json *first = wrt_json_first(wrt_json_get(result, "data"));
    assert_string_equal(wrt_json_get_text(first, "title", ""), "Alphazine lowers betasome counts.");
    assert_int_equal(wrt_json_get_int(first, "year", 0), 2019);
    assert_false(wrt_json_get_bool(first, "retracted", true));
    assert_part(result, "echo.source", "'local'");
    assert_part(result, "echo.limit", "10");
    assert_part(result, "echo.include_retracted", "false");
    assert_int_equal(strlen(wrt_json_text(wrt_json_path(result, "echo.store"))), 64);
    wrt_json_free(result);
    result = tool_call(&bench, "pubmed_search",
                       "{'query':'alphazine betasome','include_retracted':true}");
    assert_int_equal(wrt_json_count(wrt_json_get(result, "data")), 4);
    assert_warns(result, "PMID 99900003 is RETRACTED");
    assert_warns(result, "PMID 99900004 is a NOTICE");
    wrt_json_free(result);
}

static void pubmed_search_is_gated_when_all_that_fits_is_held_back(void **state) {
    (void)state;
    wrt_json *result = tool_call(&bench, "pubmed_search", "{'query':'cured'}");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "gated");
    assert_pmids(result, "");
    wrt_json_free(result);
    assert_tool_gives(&bench, "pubmed_search", "{'query':'zebrafish'}", "status", "'empty'");
    assert_tool_gives(&bench, "pubmed_search", "{'query':'zebrafish'}", "data", "[]");
}

static void pubmed_search_filters_by_year_and_type_and_says_when_it_cuts(void **state) {
    (void)state;
    wrt_json *result =
        tool_call(&bench, "pubmed_search", "{'query':'betasome counts','since':2010}");
    assert_pmids(result, "99900001");
    wrt_json_free(result);
    result = tool_call(&bench, "pubmed_search", "{'query':'betasome counts','types':['rct']}");
    assert_pmids(result, "99900001");
    wrt_json_free(result);
    result = tool_call(&bench, "pubmed_search", "{'query':'betasome counts','limit':1}");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "truncated");
    wrt_json_free(result);
    assert_tool_gives(&bench, "pubmed_search", "{'query':'betasome','types':['nonsense']}",
                      "error.code", "'bad_args'");
}

/* ---- local fetch and quote */

static void pubmed_fetch_says_loudly_what_a_paper_is(void **state) {
    (void)state;
    wrt_json *result =
        tool_call(&bench, "pubmed_fetch", "{'pmids':['99900003','PMID:99900001',99900003]}");
    assert_pmids(result, "99900003 99900001");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "ok");
    assert_warns(result, "PMID 99900003 is RETRACTED: not grounds for a claim");
    assert_part(result, "echo.pmids", "['99900003','99900001']");
    const wrt_json *first = wrt_json_first(wrt_json_get(result, "data"));
    assert_string_equal(wrt_json_get_text(first, "status", ""), "retracted");
    wrt_json_free(result);
}

static void pubmed_fetch_is_partial_when_papers_are_not_held(void **state) {
    (void)state;
    wrt_json *result = tool_call(&bench, "pubmed_fetch", "{'pmids':['99900001','99900009']}");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "partial");
    assert_part(result, "coverage", "{'seen':1,'total':2}");
    assert_warns(result, "PMID 99900009 is not in the local store");
    wrt_json_free(result);
    assert_tool_gives(&bench, "pubmed_fetch", "{'pmids':['99900009']}", "status", "'empty'");
    assert_tool_gives(&bench, "pubmed_fetch", "{'pmids':['12; drop']}", "error.code", "'bad_args'");
}

static void pubmed_quote_gives_offsets_or_says_it_is_not_there(void **state) {
    (void)state;
    /* "Alphazine was given to letters. " is 32 bytes, the sentence after it 28. */
    wrt_json *result = tool_call(&bench, "pubmed_quote",
                                 "{'pmid':'99900001','text':'betasome  counts fell by 12%.'}");
    assert_part(result, "data.found", "true");
    assert_part(result, "data.field", "'abstract[0]'");
    assert_part(result, "data.start", "32");
    assert_part(result, "data.end", "60");
    assert_part(result, "data.text", "'Betasome counts fell by 12%.'");
    wrt_json_free(result);
    assert_tool_gives(&bench, "pubmed_quote", "{'pmid':'99900001','text':'counts rose by 12%'}",
                      "data.found", "false");
    result = tool_call(&bench, "pubmed_quote", "{'pmid':99900003,'text':'All letters were cured'}");
    assert_part(result, "data.status", "'retracted'");
    assert_warns(result, "RETRACTED");
    wrt_json_free(result);
    assert_tool_gives(&bench, "pubmed_quote", "{'pmid':'99900009','text':'x y'}", "status",
                      "'empty'");
}

static void pubmed_tools_say_no_store_when_none_is_usable(void **state) {
    (void)state;
    tool_bench without = tool_bench_open(TEST_PLUGIN, NULL);
    assert_tool_gives(&without, "pubmed_search", "{'query':'x'}", "error.code", "'no_store'");
    without.pubmed_path = "/nonexistent/pubmed.db";
    assert_tool_gives(&without, "pubmed_quote", "{'pmid':'1','text':'x'}", "error.code",
                      "'no_store'");
    char *half = wrt_path_join(folder, "half.db"),
         *journal = wrt_path_join(folder, "half.db-journal");
    assert_int_equal(wrt_file_write(half, WRT_STR("x"), 0600, NULL), WRT_OK);
    assert_int_equal(wrt_file_write(journal, WRT_STR("x"), 0600, NULL), WRT_OK);
    without.pubmed_path = half;
    wrt_json *result = tool_call(&without, "pubmed_fetch", "{'pmids':['1']}");
    assert_part(result, "error.code", "'no_store'");
    assert_non_null(
        strstr(wrt_json_text(wrt_json_path(result, "error.message")), "import is running"));
    wrt_json_free(result);
    unlink(half);
    unlink(journal);
    free(half);
    free(journal);
    tool_bench_close(&without);
}

static void pubmed_tools_see_an_import_that_came_between_two_calls(void **state) {
    (void)state;
    char *path = wrt_path_join(folder, "growing.db");
    tool_bench growing = tool_bench_open(TEST_PLUGIN, NULL);
    assert_int_equal(import(path, SET(ALPHA NOT_YET)), 2);
    growing.pubmed_path = path;
    wrt_json *result = tool_call(&growing, "pubmed_search", "{'query':'alphazine'}");
    assert_pmids(result, "99900001 99900003");
    wrt_json_free(result);
    assert_int_equal(import(path, SET(NOTICE)), 1);
    result = tool_call(&growing, "pubmed_search", "{'query':'alphazine'}");
    assert_pmids(result, "99900001");
    wrt_json_free(result);
    unlink(path);
    free(path);
    tool_bench_close(&growing);
}

/* ---- live, through a host */

typedef struct {
    const char *ids;    /* of esearch's answer */
    const char *papers; /* of efetch's */
    int refusals;       /* answers of 429 before the first good one */
    int searches, fetches;
} service;

typedef struct {
    service service;
    loopback *server;
    wrt_toolhost *host;
    wrt_status says;
    int asked;
} live_bench;

static void serve(loopback_conn *conn, const loopback_request *request, void *ctx) {
    service *s = ctx;
    char text[4096];
    if (s->refusals > 0) {
        s->refusals--;
        loopback_respond(conn, 429, NULL, "application/json",
                         "{\"error\":\"API rate limit exceeded\",\"api-key\":\"192.0.2.1\"}");
    } else if (strstr(request->target, "esearch.fcgi") != NULL) {
        s->searches++;
        snprintf(text, sizeof text,
                 "<?xml version=\"1.0\"?><eSearchResult><Count>%s</Count><RetMax>%s</RetMax>"
                 "<RetStart>0</RetStart><IdList>%s</IdList></eSearchResult>",
                 s->ids[0] == '\0' ? "0" : "3", s->ids[0] == '\0' ? "0" : "3", s->ids);
        loopback_respond(conn, 200, NULL, "text/xml", text);
    } else if (strstr(request->target, "efetch.fcgi") != NULL) {
        s->fetches++;
        loopback_respond(conn, 200, NULL, "text/xml", s->papers);
    } else {
        loopback_respond(conn, 500, NULL, "text/html", "<html>no</html>");
    }
}

static wrt_status decide(wrt_json *request, const wrt_exchange *exchange, void *ctx, wrt_err *err) {
    live_bench *b = ctx;
    (void)exchange;
    b->asked++;
    wrt_json_free(request);
    return b->says == WRT_OK ? WRT_OK : wrt_fail(err, b->says, "the test says no");
}

static void open_host(live_bench *b, bool offline, const char *mirror) {
    wrt_egress_site site = {.prefix = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
                            .mirror = mirror,
                            .parameters = {{"api_key", "madeupkey0123456789", true}}};
    const char *const folders[] = {TEST_PLUGIN_DIR, NULL};
    wrt_toolhost_options options = {.worker_exe = TEST_WORKER,
                                    .plugin_dirs = folders,
                                    .pubmed_path = store_path,
                                    .timeout_ms = 30000,
                                    .egress = {.sites = &site, .n_sites = 1, .offline = offline}};
    wrt_egress_guard guard = {.decide = decide, .ctx = b};
    assert_int_equal(wrt_toolhost_new(&b->host, &options, NULL), WRT_OK);
    wrt_toolhost_guard(b->host, &guard);
}

static int open_live(void **state) {
    live_bench *b = calloc(1, sizeof *b);
    char mirror[64];
    b->service = (service){.ids = "<Id>99900003</Id><Id>99900001</Id><Id>99900002</Id>",
                           .papers = SET(ALPHA GAMMA GONE)};
    b->server = loopback_start(serve, &b->service);
    snprintf(mirror, sizeof mirror, "http://127.0.0.1:%u/", loopback_port(b->server));
    open_host(b, false, mirror);
    *state = b;
    return 0;
}

static int close_live(void **state) {
    live_bench *b = *state;
    wrt_toolhost_free(b->host);
    loopback_stop(b->server);
    free(b);
    return 0;
}

static wrt_json *call_live(live_bench *b, const char *tool, const char *key, const char *value) {
    wrt_json *args = wrt_json_new_object(), *result = NULL;
    wrt_err err = {0};
    wrt_json_set_text(args, "source", "live");
    if (strcmp(key, "pmids") == 0) {
        wrt_json_set(args, key, wrt_json_new_array());
        wrt_json_push_text(wrt_json_get_mut(args, key), value);
    } else {
        wrt_json_set_text(args, key, value);
    }
    if (wrt_toolhost_call(&result, b->host, tool, args, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(args);
    return result;
}

static void pubmed_search_live_asks_through_the_host(void **state) {
    live_bench *b = *state;
    wrt_json *result = call_live(b, "pubmed_search", "query", "alphazine");
    assert_pmids(result,
                 "99900001 99900002"); /* the service's order, the retracted one held back */
    assert_string_equal(wrt_json_get_text(result, "status", ""), "ok");
    assert_warns(result, "1 papers held back");
    assert_part(result, "coverage", "{'seen':2,'total':3}");
    assert_part(result, "echo.provider", "'ncbi'");
    assert_int_equal(b->asked, 2); /* each exchange was decided */
    char *whole = tool_show(result, "echo");
    assert_null(strstr(whole, "madeupkey"));
    free(whole);
    wrt_json_free(result);
}

static void pubmed_search_live_tries_again_when_the_service_is_busy(void **state) {
    live_bench *b = *state;
    b->service.refusals = 1;
    wrt_json *result = call_live(b, "pubmed_search", "query", "alphazine");
    assert_pmids(result, "99900001 99900002");
    assert_int_equal(b->asked, 3);
    wrt_json_free(result);
}

static void pubmed_live_failure_is_never_an_empty_result(void **state) {
    live_bench *b = *state;
    b->service.refusals = 1000;
    wrt_json *result = call_live(b, "pubmed_search", "query", "alphazine");
    assert_part(result, "status", "'error'");
    assert_part(result, "error.code", "'service_unavailable'");
    assert_part(result, "echo.fault.kind", "'rate'");
    wrt_json_free(result);
    b->service.refusals = 0;
    b->service.papers = "<html>maintenance</html>";
    result = call_live(b, "pubmed_fetch", "pmids", "99900001");
    assert_part(result, "status", "'error'");
    assert_part(result, "data", "null");
    wrt_json_free(result);
}

static void pubmed_live_says_empty_when_the_service_says_so(void **state) {
    live_bench *b = *state;
    b->service.ids = "";
    wrt_json *result = call_live(b, "pubmed_search", "query", "qqqq");
    assert_part(result, "status", "'empty'");
    assert_part(result, "coverage", "{'seen':0,'total':0}");
    wrt_json_free(result);
    b->service.papers = SET("");
    result = call_live(b, "pubmed_fetch", "pmids", "99900008");
    assert_part(result, "status", "'empty'");
    assert_warns(result, "PMID 99900008 did not come");
    wrt_json_free(result);
}

static void pubmed_fetch_live_says_loudly_what_a_paper_is(void **state) {
    wrt_json *result = call_live(*state, "pubmed_fetch", "pmids", "99900003");
    assert_pmids(result, "99900003");
    assert_warns(result, "PMID 99900003 is RETRACTED");
    wrt_json_free(result);
}

static void pubmed_live_heeds_what_the_local_copy_knows(void **state) {
    live_bench *b = *state;
    b->service.papers = SET(ALPHA GAMMA NOT_YET);
    wrt_json *result = call_live(b, "pubmed_search", "query", "alphazine");
    assert_pmids(result, "99900001 99900002");
    assert_warns(result, "PMID 99900003: the service says ok, the local copy retracted");
    wrt_json_free(result);
    result = call_live(b, "pubmed_fetch", "pmids", "99900003");
    const wrt_json *first = wrt_json_first(wrt_json_get(result, "data"));
    assert_string_equal(wrt_json_get_text(first, "status", ""), "retracted");
    assert_true(wrt_json_get_bool(first, "retracted", false));
    assert_warns(result, "PMID 99900003 is RETRACTED");
    wrt_json_free(result);
}

static void pubmed_live_is_gated_when_it_may_not_be_asked(void **state) {
    live_bench *b = *state;
    b->says = WRT_E_DENIED;
    wrt_json *result = call_live(b, "pubmed_search", "query", "alphazine");
    assert_part(result, "status", "'gated'");
    assert_warns(result, "nothing was asked: ");
    assert_int_equal(loopback_requests(b->server), 0);
    wrt_json_free(result);
    wrt_toolhost_free(b->host);
    b->says = WRT_OK;
    open_host(b, true, NULL); /* offline, and the real place is not this machine */
    result = call_live(b, "pubmed_fetch", "pmids", "99900001");
    assert_part(result, "status", "'gated'");
    assert_part(result, "data", "[]");
    wrt_json_free(result);
    assert_tool_gives(&bench, "pubmed_search", "{'query':'x','source':'live'}", "status",
                      "'gated'"); /* in this process there is nobody to ask */
}

static void pubmed_tools_read_the_store_from_inside_the_sandbox(void **state) {
    live_bench *b = *state;
    for (int i = 0; i < 2; i++) { /* the second call finds the store open */
        wrt_json *args = wrt_json_new_object(), *result = NULL;
        wrt_json_set_text(args, "query", "alphazine betasome");
        assert_int_equal(wrt_toolhost_call(&result, b->host, "pubmed_search", args, NULL), WRT_OK);
        assert_pmids(result, "99900001 99900002");
        wrt_json_free(result);
        wrt_json_free(args);
    }
    assert_int_equal(b->asked, 0);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, open_live, close_live)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pubmed_search_holds_withdrawn_papers_back_and_counts_them),
        cmocka_unit_test(pubmed_search_is_gated_when_all_that_fits_is_held_back),
        cmocka_unit_test(pubmed_search_filters_by_year_and_type_and_says_when_it_cuts),
        cmocka_unit_test(pubmed_fetch_says_loudly_what_a_paper_is),
        cmocka_unit_test(pubmed_fetch_is_partial_when_papers_are_not_held),
        cmocka_unit_test(pubmed_quote_gives_offsets_or_says_it_is_not_there),
        cmocka_unit_test(pubmed_tools_say_no_store_when_none_is_usable),
        cmocka_unit_test(pubmed_tools_see_an_import_that_came_between_two_calls),
        LIVE(pubmed_search_live_asks_through_the_host),
        LIVE(pubmed_search_live_tries_again_when_the_service_is_busy),
        LIVE(pubmed_live_failure_is_never_an_empty_result),
        LIVE(pubmed_live_says_empty_when_the_service_says_so),
        LIVE(pubmed_fetch_live_says_loudly_what_a_paper_is),
        LIVE(pubmed_live_heeds_what_the_local_copy_knows),
        LIVE(pubmed_live_is_gated_when_it_may_not_be_asked),
        LIVE(pubmed_tools_read_the_store_from_inside_the_sandbox),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
