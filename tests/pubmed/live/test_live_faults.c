/* test_live_faults.c: every form in which NCBI's services were seen to fail, replayed by a loopback
 * server; none of them may end as "nothing found".
 *
 * The bodies are written after reports of users and recorded answers (rentrez #132 and #162,
 * bioutils #16, metapub #73, refinebio #1390, eutils #142, pubmed-mcp-server #53, #62 and #155). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_fixture.h"

#include "base/clock.h"
#include "pubmed/live/eutils.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char one_hit[] =
    "<?xml version=\"1.0\" ?><eSearchResult><Count>1</Count><RetMax>1</RetMax>"
    "<RetStart>0</RetStart><IdList><Id>7</Id></IdList></eSearchResult>";

static const char rate_body[] =
    "{\"error\":\"API rate limit exceeded\",\"api-key\":\"203.0.113.9\","
    "\"count\":\"4\",\"limit\":\"3\"}";
static const char page[] = "<!DOCTYPE html>\n<html><head><title>Temporarily unavailable</title>"
                           "</head><body>" TEST_EMAIL " " TEST_KEY "</body></html>";
static const char relayed[] =
    "<?xml version=\"1.0\" ?><eSearchResult><ERROR>proxy_stream(): 502 Bad Gateway &lt;html&gt;"
    "&lt;h1&gt;502&lt;/h1&gt; api_key=" TEST_KEY "&lt;/html&gt;</ERROR></eSearchResult>";

static wrt_status search(live_fixture *f, wrt_eutils_answer *out) {
    wrt_eutils_query query = {.term = "metformin", .limit = 20};
    return wrt_eutils_search(out, &f->work, &query, &f->err);
}

/* ---- faults that stay: the tries are used up, and the fault is told */

static void failure_forms_are_typed_errors(void **state) {
    (void)state;
    static const struct {
        step one;
        wrt_status status;
        wrt_live_fault_kind kind;
        unsigned requests; /* 3: tried again; 1: not */
    } rows[] = {
        /* an error inside a 200 */
        {{.body = "<eSearchResult><ERROR>Search Backend failed: Database is not supported: pubmed"
                  "</ERROR></eSearchResult>"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_BACKEND,
         3},
        {{.body = "<eSearchResult><Count>0</Count><RetMax>0</RetMax><RetStart>0</RetStart><IdList/>"
                  "<ERROR>something that nobody has seen yet " TEST_KEY "</ERROR></eSearchResult>"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_BACKEND,
         3},
        {{.body = "<eSearchResult><ERROR>Search Backend failed: Exception:\n'retstart' cannot be "
                  "larger than 9998.</ERROR></eSearchResult>"},
         WRT_E_INPUT,
         WRT_LIVE_QUERY,
         1},
        {{.body = "<eSearchResult><ERROR>Unable to obtain query #1</ERROR></eSearchResult>"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_SESSION,
         1},
        /* too many requests */
        {{.body = rate_body, .status = 429, .type = "application/json"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_RATE,
         3},
        {{.body = "", .status = 429, .type = "text/plain"}, WRT_E_UNAVAILABLE, WRT_LIVE_RATE, 3},
        /* a 400 in its forms */
        {{.body = relayed, .status = 400}, WRT_E_UNAVAILABLE, WRT_LIVE_RELAYED, 3},
        {{.body = "<html><body>502 Bad Gateway</body></html>", .status = 400, .type = "text/html"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_RELAYED,
         3},
        {{.body = "<eFetchResult><ERROR>ID list is empty! Possibly it has no correct IDs.</ERROR>"
                  "</eFetchResult>",
          .status = 400},
         WRT_E_INPUT,
         WRT_LIVE_QUERY,
         1},
        {{.body = "Mandatory parameter: db - is omitted", .status = 400, .type = "text/plain"},
         WRT_E_FAILED,
         WRT_LIVE_REQUEST,
         1},
        {{.body =
              "{\"error\":\"API key invalid\",\"api-key\":\"" TEST_KEY "\",\"type\":\"client\"}",
          .status = 400,
          .type = "application/json"},
         WRT_E_CREDENTIAL,
         WRT_LIVE_KEY,
         1},
        {{.body = "<ERROR>try again: temporary</ERROR>", .status = 400},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_BACKEND,
         3},
        /* other statuses */
        {{.body = "{\"error\":\"error forwarding request\",\"api-key\":\"203.0.113.9\",\"type\":"
                  "\"connection\"}",
          .status = 500,
          .type = "application/json"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_SERVER,
         3},
        {{.body = page, .status = 502, .type = "text/html"}, WRT_E_UNAVAILABLE, WRT_LIVE_SERVER, 3},
        {{.body = page, .status = 503, .type = "text/html"}, WRT_E_UNAVAILABLE, WRT_LIVE_SERVER, 3},
        {{.body = "", .status = 504}, WRT_E_UNAVAILABLE, WRT_LIVE_SERVER, 3},
        {{.body = "", .status = 501}, WRT_E_UNAVAILABLE, WRT_LIVE_SERVER, 1},
        {{.body = page, .status = 403, .type = "text/html"}, WRT_E_FAILED, WRT_LIVE_REQUEST, 1},
        {{.body = "", .status = 404}, WRT_E_FAILED, WRT_LIVE_REQUEST, 1},
        {{.body = "URI too long", .status = 414, .type = "text/plain"},
         WRT_E_FAILED,
         WRT_LIVE_REQUEST,
         1},
        /* another format with a 200 */
        {{.body = page, .type = "text/html"}, WRT_E_UNAVAILABLE, WRT_LIVE_PAGE, 3},
        {{.body = page, .type = "text/xml"}, WRT_E_UNAVAILABLE, WRT_LIVE_PAGE, 3},
        {{.body = "{\"error\":\"cannot connect\"}", .type = "application/json"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_PAGE,
         3},
        {{.body = "TXCLIENT EOF", .type = "text/plain"}, WRT_E_UNAVAILABLE, WRT_LIVE_PAGE, 3},
        /* whole, and of the wrong kind */
        {{.body = "<ePostResult><QueryKey>1</QueryKey></ePostResult>"},
         WRT_E_FAILED,
         WRT_LIVE_SHAPE,
         1},
        {{.body = "<eSearchResult><IdList/></eSearchResult>"}, WRT_E_FAILED, WRT_LIVE_SHAPE, 1},
        {{.body = "<eSearchResult><Count>many</Count><IdList/></eSearchResult>"},
         WRT_E_FAILED,
         WRT_LIVE_SHAPE,
         1},
        {{.body = "<eSearchResult><Count>1</Count><IdList><Id>-7</Id></IdList></eSearchResult>"},
         WRT_E_FAILED,
         WRT_LIVE_SHAPE,
         1},
        /* a count without ids is no empty result */
        {{.body =
              "<eSearchResult><Count>12</Count><RetMax>0</RetMax><RetStart>0</RetStart><IdList/>"
              "</eSearchResult>"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_BACKEND,
         3},
        /* cut off */
        {{.body = "<?xml version=\"1.0\" ?><eSearchResult><Count>1</Count><IdList><Id>7</Id>"},
         WRT_E_UNAVAILABLE,
         WRT_LIVE_CUT,
         3},
        {{.body = ""}, WRT_E_UNAVAILABLE, WRT_LIVE_CUT, 3},
        {{.body = one_hit, .kind = STEP_CUT}, WRT_E_UNAVAILABLE, WRT_LIVE_CONNECTION, 3},
        {{.kind = STEP_CLOSE}, WRT_E_UNAVAILABLE, WRT_LIVE_CONNECTION, 3},
        {{.kind = STEP_RESET}, WRT_E_UNAVAILABLE, WRT_LIVE_CONNECTION, 3},
        {{.kind = STEP_STALL}, WRT_E_UNAVAILABLE, WRT_LIVE_CONNECTION, 3},
        /* hostile */
        {{.body =
              "<!DOCTYPE e [<!ENTITY a \"b\">]><eSearchResult><Count>1</Count></eSearchResult>"},
         WRT_E_FAILED,
         WRT_LIVE_SHAPE,
         1},
        {{.body = "<eSearchResult><Count>1</Count>\xff</eSearchResult>"},
         WRT_E_FAILED,
         WRT_LIVE_SHAPE,
         1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        live_fixture f;
        wrt_eutils_answer answer;
        live_setup setup = {.steps = &rows[i].one,
                            .n = 1,
                            .options = {.tries = 3, .timeout_ms = 60000},
                            .stall_timeout_ms = 100};
        live_begin(&f, &setup);
        wrt_status status = search(&f, &answer);
        if (status != rows[i].status)
            fail_msg("row %zu: status %d: %s", i, status, f.err.message);
        assert_failed(&f, status, rows[i].status, rows[i].kind);
        if (loopback_requests(f.server) != rows[i].requests)
            fail_msg("row %zu: %u requests", i, loopback_requests(f.server));
        assert_int_equal(wrt_live_last_fault(f.live)->tries, rows[i].requests);
        wrt_json *json = wrt_live_fault_json(wrt_live_last_fault(f.live));
        assert_string_equal(wrt_json_get_text(json, "kind", ""), wrt_live_fault_name(rows[i].kind));
        wrt_json_free(json);
        live_end(&f);
    }
}

static void a_fault_that_passes_is_survived(void **state) {
    (void)state;
    static const step steps[] = {
        {.body = rate_body, .status = 429, .type = "application/json"},
        {.kind = STEP_RESET},
        {.body = "<?xml version=\"1.0\" ?><eSearchResult><Count>1</Count>"},
        {.body = one_hit},
    };
    live_fixture f;
    wrt_eutils_answer answer;
    live_setup setup = {.steps = steps, .n = 4};
    live_begin(&f, &setup);
    assert_int_equal(search(&f, &answer), WRT_OK);
    assert_int_equal(answer.count, 1);
    assert_int_equal(answer.ids.n, 1);
    assert_int_equal(answer.ids.items[0], 7);
    assert_int_equal(loopback_requests(f.server), 4);
    assert_int_equal(wrt_live_sent(f.live), 4);
    assert_int_equal(wrt_live_last_fault(f.live)->kind, WRT_LIVE_NONE);
    live_end(&f);
}

/* ---- what is truly empty */

static void an_empty_result_is_told_with_what_was_not_found(void **state) {
    (void)state;
    static const step steps[] = {
        {.body = "<?xml version=\"1.0\" ?><eSearchResult><Count>0</Count><RetMax>0</RetMax>"
                 "<RetStart>0</RetStart><IdList/><TranslationSet/><QueryTranslation>(abcxyz[All "
                 "Fields])</QueryTranslation><ErrorList><PhraseNotFound>abcxyz</PhraseNotFound>"
                 "<FieldNotFound>nofield</FieldNotFound></ErrorList><WarningList><QuotedPhraseNot"
                 "Found>\"two words\"</QuotedPhraseNotFound><OutputMessage>No items found."
                 "</OutputMessage></WarningList></eSearchResult>"}};
    live_fixture f;
    wrt_eutils_answer answer;
    live_setup setup = {.steps = steps, .n = 1};
    live_begin(&f, &setup);
    assert_int_equal(search(&f, &answer), WRT_OK);
    assert_int_equal(answer.count, 0);
    assert_int_equal(answer.ids.n, 0);
    assert_int_equal(answer.phrases_not_found.n, 2);
    assert_true(wrt_str_equal_c(answer.phrases_not_found.items[0], "abcxyz"));
    assert_true(wrt_str_equal_c(answer.phrases_not_found.items[1], "\"two words\""));
    assert_int_equal(answer.fields_not_found.n, 1);
    assert_true(wrt_str_equal_c(answer.messages.items[0], "No items found."));
    assert_true(wrt_str_equal_c(answer.translation, "(abcxyz[All Fields])"));
    assert_int_equal(loopback_requests(f.server), 1);
    live_end(&f);
}

/* ---- time */

static void retry_after_is_heeded(void **state) {
    (void)state;
    static const step steps[] = {
        {.body = rate_body,
         .status = 429,
         .type = "application/json",
         .extra = "Retry-After: 1\r\n"},
        {.body = one_hit},
    };
    live_fixture f;
    wrt_eutils_answer answer;
    live_setup setup = {.steps = steps, .n = 2};
    live_begin(&f, &setup);
    int64_t start = wrt_clock_monotonic_ms();
    assert_int_equal(search(&f, &answer), WRT_OK);
    assert_true(wrt_clock_monotonic_ms() - start >= 1000);
    live_end(&f);
}

/* A wait that cannot end in time is not begun. */
static void retry_after_beyond_the_deadline_fails_at_once(void **state) {
    (void)state;
    static const step steps[] = {{.body = rate_body,
                                  .status = 429,
                                  .type = "application/json",
                                  .extra = "Retry-After: 3600\r\n"}};
    live_fixture f;
    wrt_eutils_answer answer;
    live_setup setup = {.steps = steps, .n = 1, .options = {.timeout_ms = 30000}};
    live_begin(&f, &setup);
    int64_t start = wrt_clock_monotonic_ms();
    assert_failed(&f, search(&f, &answer), WRT_E_UNAVAILABLE, WRT_LIVE_RATE);
    assert_true(wrt_clock_monotonic_ms() - start < 20000);
    assert_non_null(strstr(f.err.message, "3600 s from now"));
    assert_int_equal(loopback_requests(f.server), 1);
    assert_int_equal(wrt_live_last_fault(f.live)->retry_after_ms, 3600000);
    live_end(&f);
}

static void the_deadline_ends_a_server_that_never_answers(void **state) {
    (void)state;
    static const step steps[] = {{.kind = STEP_STALL}};
    live_fixture f;
    wrt_eutils_answer answer;
    live_setup setup = {.steps = steps, .n = 1, .options = {.timeout_ms = 300}};
    live_begin(&f, &setup);
    assert_failed(&f, search(&f, &answer), WRT_E_TIMEOUT, WRT_LIVE_SLOW);
    assert_int_equal(loopback_requests(f.server), 1);
    live_end(&f);
}

static void *cancel_soon(void *ctx) {
    (void)usleep(80000);
    wrt_cancel_request(ctx);
    return NULL;
}

static void waiting_ends_when_it_is_cancelled(void **state) {
    (void)state;
    static const step steps[] = {{.body = "", .status = 503}};
    wrt_cancel cancel = {0};
    pthread_t thread;
    live_fixture f;
    wrt_eutils_answer answer;
    live_setup setup = {.steps = steps,
                        .n = 1,
                        .cancel = &cancel,
                        .options = {.backoff_ms = 60000, .timeout_ms = 600000}};
    live_begin(&f, &setup);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &cancel), 0);
    assert_int_equal(search(&f, &answer), WRT_E_INTERRUPTED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(loopback_requests(f.server), 1);
    live_end(&f);
}

/* Each wait is between 3/4 and 5/4 of 1, 2, 4 times the first one. */
static void waits_grow_twofold(void **state) {
    (void)state;
    static const step steps[] = {{.body = "", .status = 503}};
    live_fixture f;
    wrt_eutils_answer answer;
    live_setup setup = {.steps = steps, .n = 1, .options = {.backoff_ms = 40, .tries = 4}};
    live_begin(&f, &setup);
    int64_t start = wrt_clock_monotonic_ms();
    assert_failed(&f, search(&f, &answer), WRT_E_UNAVAILABLE, WRT_LIVE_SERVER);
    assert_true(wrt_clock_monotonic_ms() - start >= (40 + 80 + 160) * 3 / 4);
    assert_non_null(strstr(f.err.message, "4 times"));
    live_end(&f);
}

/* ---- the question itself */

static void bad_questions_are_refused_before_they_are_sent(void **state) {
    (void)state;
    static const step steps[] = {{.body = one_hit}};
    static const wrt_eutils_query bad[] = {
        {.term = "", .limit = 1},
        {.term = "  \t", .limit = 1},
        {.term = "\xff", .limit = 1},
        {.term = "a", .start = 9999, .limit = 1},
        {.term = "a", .start = -1, .limit = 1},
        {.term = "a", .limit = -1},
    };
    live_fixture f;
    live_setup setup = {.steps = steps, .n = 1};
    live_begin(&f, &setup);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        wrt_eutils_answer answer;
        assert_int_equal(wrt_eutils_search(&answer, &f.work, &bad[i], &f.err), WRT_E_INPUT);
    }
    char *text = calloc(1, WRT_EUTILS_TERM_MAX + 2);
    assert_non_null(text);
    memset(text, 'a', WRT_EUTILS_TERM_MAX + 1);
    wrt_eutils_query big = {.term = text, .limit = 1};
    wrt_eutils_answer answer;
    assert_int_equal(wrt_eutils_search(&answer, &f.work, &big, &f.err), WRT_E_LIMIT);
    free(text);
    assert_int_equal(loopback_requests(f.server), 0);
    live_end(&f);
}

static void identity_is_checked_and_its_value_not_repeated(void **state) {
    (void)state;
    static const struct {
        wrt_live_sender_options options;
        wrt_status status;
    } rows[] = {
        {{.api_key = "SECRET"}, WRT_E_CREDENTIAL},
        {{.api_key = "SECRET with blanks"}, WRT_E_CREDENTIAL},
        {{.api_key = "SECRETSECRET\r\nX: y"}, WRT_E_CREDENTIAL},
        {{.email = "SECRET"}, WRT_E_INPUT},
        {{.email = "@SECRET"}, WRT_E_INPUT},
        {{.email = "SECRET@"}, WRT_E_INPUT},
        {{.email = "SECRET\n@x"}, WRT_E_INPUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_live_sender *sender = NULL;
        wrt_err err = {0};
        assert_int_equal(wrt_live_sender_new(&sender, &rows[i].options, &err), rows[i].status);
        assert_null(sender);
        assert_no_secret(err.message);
    }
}

static void addresses_must_be_safe(void **state) {
    (void)state;
    static const char *const bad[] = {"http://eutils.example.org/", "ftp://127.0.0.1/",
                                      "http://127.0.0.1/eutils", "https://example.org/?a=b",
                                      "not a url"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        wrt_live *live = NULL;
        wrt_err err = {0};
        wrt_live_options options = {.ncbi_url = bad[i]};
        if (wrt_live_new(&live, &options, &err) != WRT_E_INPUT)
            fail_msg("%s", bad[i]);
        options = (wrt_live_options){.epmc_url = bad[i]};
        assert_int_equal(wrt_live_new(&live, &options, &err), WRT_E_INPUT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failure_forms_are_typed_errors),
        cmocka_unit_test(a_fault_that_passes_is_survived),
        cmocka_unit_test(an_empty_result_is_told_with_what_was_not_found),
        cmocka_unit_test(retry_after_is_heeded),
        cmocka_unit_test(retry_after_beyond_the_deadline_fails_at_once),
        cmocka_unit_test(the_deadline_ends_a_server_that_never_answers),
        cmocka_unit_test(waiting_ends_when_it_is_cancelled),
        cmocka_unit_test(waits_grow_twofold),
        cmocka_unit_test(bad_questions_are_refused_before_they_are_sent),
        cmocka_unit_test(identity_is_checked_and_its_value_not_repeated),
        cmocka_unit_test(addresses_must_be_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
