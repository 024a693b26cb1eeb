/* test_live_keep.c: what is kept of exchanges, the cache and the cassette: their rules, and that
 * neither key nor address gets into them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_fixture.h"

#include "base/clock.h"
#include "base/db.h"
#include "base/file.h"
#include "pubmed/live/cache.h"
#include "pubmed/live/cassette.h"
#include "pubmed/live/eutils.h"
#include "pubmed/live/provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a folder of the test's own */

typedef struct {
    char folder[64];
    char cache[96], tape[96];
} place;

static int make_place(void **state) {
    place *self = calloc(1, sizeof *self);
    if (self == NULL)
        return -1;
    (void)snprintf(self->folder, sizeof self->folder, "/tmp/warrant-live-XXXXXX");
    if (mkdtemp(self->folder) == NULL)
        return -1;
    (void)snprintf(self->cache, sizeof self->cache, "%s/cache.db", self->folder);
    (void)snprintf(self->tape, sizeof self->tape, "%s/tape.jsonl", self->folder);
    *state = self;
    return 0;
}

static int remove_place(void **state) {
    place *self = *state;
    char path[128];
    static const char *const names[] = {"cache.db", "cache.db-wal", "cache.db-shm", "tape.jsonl"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", self->folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(self->folder);
    free(self);
    return 0;
}

static void assert_file_keeps_no_secret(const char *path) {
    static const char *const secrets[] = {"SECRET", TEST_EMAIL, "reader%2Bx%40example.org",
                                          "203.0.113.9"};
    wrt_buf bytes = wrt_buf_make(WRT_MIB(64));
    if (wrt_file_read(&bytes, path, WRT_MIB(64), NULL) == WRT_OK)
        for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
            if (bytes.len > 0 && memmem(bytes.ptr, bytes.len, secrets[i], strlen(secrets[i])))
                fail_msg("%s holds %s", path, secrets[i]);
    wrt_buf_free(&bytes);
}

/* ---- the cache */

static const step article_step[] = {
    {.body = "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version=\"1\">7</PMID>"
             "<Article><ArticleTitle>By " TEST_EMAIL "</ArticleTitle></Article></MedlineCitation>"
             "</PubmedArticle></PubmedArticleSet>"}};

static wrt_status fetch_seven(live_fixture *f, wrt_live_articles *out) {
    static const int64_t id = 7;
    return wrt_eutils_fetch(out, &f->work, (wrt_id_list){&id, 1}, 0, &f->err);
}

static wrt_live_cache *open_cache(const place *self, int64_t max_bytes) {
    wrt_live_cache *cache = NULL;
    wrt_live_cache_options options = {.max_bytes = max_bytes};
    assert_int_equal(wrt_live_cache_open(&cache, self->cache, &options, NULL), WRT_OK);
    return cache;
}

/* The address of a reader who is an author stays in the article. */
static void an_article_is_asked_for_once(void **state) {
    const place *self = *state;
    wrt_live_cache *cache = open_cache(self, 0);
    live_fixture f;
    wrt_live_articles fetched;
    live_setup setup = {.steps = article_step, .n = 1, .options = {.cache = cache}};
    live_begin(&f, &setup);
    assert_int_equal(fetch_seven(&f, &fetched), WRT_OK);
    assert_false(f.work.is_cached);
    assert_int_equal(fetch_seven(&f, &fetched), WRT_OK);
    assert_true(f.work.is_cached);
    assert_int_equal(loopback_requests(f.server), 1);
    assert_true(wrt_str_equal_c(fetched.articles[0]->title, "By " TEST_EMAIL));
    f.work.is_fresh = true;
    assert_int_equal(fetch_seven(&f, &fetched), WRT_OK);
    assert_int_equal(loopback_requests(f.server), 2);
    live_end(&f);
    wrt_live_cache_close(cache);
}

static void a_failure_is_not_kept(void **state) {
    const place *self = *state;
    static const step steps[] = {
        {.body =
             "<eSearchResult><ERROR>" TEST_KEY " Search Backend failed</ERROR></eSearchResult>"},
        {.body = "<eSearchResult><Count>0</Count><IdList/></eSearchResult>"}};
    wrt_live_cache *cache = open_cache(self, 0);
    live_fixture f;
    wrt_eutils_answer answer;
    wrt_eutils_query query = {.term = "x", .limit = 1};
    live_setup setup = {.steps = steps, .n = 2, .options = {.cache = cache, .tries = 1}};
    live_begin(&f, &setup);
    assert_failed(&f, wrt_eutils_search(&answer, &f.work, &query, &f.err), WRT_E_UNAVAILABLE,
                  WRT_LIVE_BACKEND);
    assert_int_equal(wrt_eutils_search(&answer, &f.work, &query, &f.err), WRT_OK);
    assert_false(f.work.is_cached);
    assert_int_equal(loopback_requests(f.server), 2);
    live_end(&f);
    wrt_live_cache_close(cache);
    assert_file_keeps_no_secret(self->cache);
}

static void offline_serves_any_age_and_says_so(void **state) {
    const place *self = *state;
    wrt_live_cache *cache = open_cache(self, 0);
    live_fixture f;
    live_setup setup = {.steps = article_step, .n = 1, .options = {.cache = cache}};
    live_begin(&f, &setup);
    wrt_live_articles fetched;
    assert_int_equal(fetch_seven(&f, &fetched), WRT_OK);
    /* What was kept is made 30 days old, as if the clock had run. */
    wrt_db *db = NULL;
    assert_int_equal(wrt_db_open(&db, self->cache, WRT_DB_WRITE, NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(db, "UPDATE answer SET at_ms = at_ms - 2592000000", NULL), WRT_OK);
    wrt_db_close(db);
    wrt_live *offline = NULL;
    wrt_live_options options = {.cache = cache, .ncbi_url = f.base};
    assert_int_equal(wrt_live_new(&offline, &options, NULL), WRT_OK);
    wrt_live_work work = {.live = offline, .arena = f.work.arena};
    static const int64_t known = 7, unknown = 8;
    assert_int_equal(wrt_eutils_fetch(&fetched, &work, (wrt_id_list){&known, 1}, 0, &f.err),
                     WRT_OK);
    assert_true(work.is_cached);
    assert_true(wrt_clock_unix_ms() - work.at_ms >= 2592000000);
    wrt_live_rechecked rechecked;
    assert_int_equal(
        wrt_pubmed_recheck(&rechecked, &wrt_pubmed_ncbi, &work, (wrt_id_list){&known, 1}, &f.err),
        WRT_OK);
    assert_true(rechecked.is_cached);
    assert_int_equal(wrt_eutils_fetch(&fetched, &work, (wrt_id_list){&unknown, 1}, 0, &f.err),
                     WRT_E_UNAVAILABLE);
    assert_int_equal(wrt_live_last_fault(offline)->kind, WRT_LIVE_ABSENT);
    assert_non_null(strstr(f.err.message, "offline"));
    /* Online, an answer of that age is asked for again. */
    assert_int_equal(fetch_seven(&f, &fetched), WRT_OK);
    assert_int_equal(loopback_requests(f.server), 2);
    wrt_live_free(offline);
    live_end(&f);
    wrt_live_cache_close(cache);
}

static void put(wrt_live_cache *cache, const char *url, size_t size, char fill) {
    wrt_live_request request = {.url = url};
    wrt_live_answer answer = {.status = 200, .at_ms = wrt_clock_unix_ms()};
    answer.body = wrt_buf_make(size + 1);
    for (size_t i = 0; i < size; i++)
        wrt_buf_add_char(&answer.body, fill);
    assert_int_equal(wrt_live_cache_put(cache, &request, &answer, NULL), WRT_OK);
    wrt_live_answer_free(&answer);
}

static bool has(wrt_live_cache *cache, const char *url, wrt_str form) {
    wrt_live_request request = {.url = url, .form = form};
    wrt_live_answer answer = {0};
    bool found = false;
    assert_int_equal(wrt_live_cache_get(&found, &answer, cache, &request, -1, NULL), WRT_OK);
    wrt_live_answer_free(&answer);
    return found;
}

static void the_cache_drops_what_was_used_longest_ago(void **state) {
    const place *self = *state;
    static const wrt_str none = {NULL, 0};
    wrt_live_cache *cache = open_cache(self, 4000);
    put(cache, "https://a/1", 1000, 'a');
    (void)usleep(3000);
    put(cache, "https://a/2", 1000, 'b');
    (void)usleep(3000);
    put(cache, "https://a/3", 1000, 'c');
    (void)usleep(3000);
    put(cache, "https://a/4", 1000, 'd');
    (void)usleep(3000);
    assert_true(has(cache, "https://a/1", none)); /* used: 2 is the oldest now */
    (void)usleep(3000);
    put(cache, "https://a/5", 1000, 'e');
    assert_false(has(cache, "https://a/2", none));
    assert_true(has(cache, "https://a/1", none));
    assert_true(has(cache, "https://a/5", none));
    put(cache, "https://a/big", 1001, 'x'); /* more than a quarter */
    assert_false(has(cache, "https://a/big", none));
    assert_false(has(cache, "https://a/1", WRT_STR(""))); /* a POST is another question */
    wrt_live_cache_close(cache);
}

static void a_file_that_is_no_cache_is_refused(void **state) {
    const place *self = *state;
    wrt_live_cache *cache = NULL;
    wrt_err err = {0};
    assert_int_equal(wrt_file_write(self->cache,
                                    WRT_STR("this is not a database, but a text that "
                                            "is longer than a header of one......"),
                                    0600, NULL),
                     WRT_OK);
    assert_int_equal(wrt_live_cache_open(&cache, self->cache, NULL, &err), WRT_E_INPUT);
    assert_null(cache);
}

/* ---- cassettes */

/* Records through the server of f, then plays without one. */
static void exchanges_are_recorded_and_played(void **state) {
    const place *self = *state;
    static const step steps[] = {
        {.body = "{\"error\":\"API rate limit exceeded\",\"api-key\":\"203.0.113.9\"}",
         .status = 429,
         .type = "application/json"},
        {.body = "<html>" TEST_EMAIL " reader%2Bx%40example.org " TEST_KEY "</html>",
         .status = 502},
        {.kind = STEP_RESET},
        {.body = "<eSearchResult><Count>1</Count><RetMax>1</RetMax><RetStart>0</RetStart><IdList>"
                 "<Id>7</Id></IdList></eSearchResult>"},
        {.body = "\x80\x01 no text", .status = 404}};
    live_fixture f;
    live_setup setup = {.steps = steps, .n = 5, .options = {.tries = 4}};
    wrt_live_cassette *tape = NULL;
    wrt_live *live = NULL;
    wrt_eutils_answer answer;
    wrt_eutils_query query = {.term = "a \"b\"", .limit = 1}, other = {.term = "c", .limit = 1};
    live_begin(&f, &setup);
    assert_int_equal(
        wrt_live_cassette_record(&tape, self->tape, wrt_live_sender_transport(f.sender), &f.err),
        WRT_OK);
    wrt_live_options options = {
        .transport = wrt_live_cassette_transport(tape), .ncbi_url = f.base, .backoff_ms = 1};
    assert_int_equal(wrt_live_new(&live, &options, &f.err), WRT_OK);
    wrt_live_work work = {.live = live, .arena = f.work.arena};
    assert_int_equal(wrt_eutils_search(&answer, &work, &query, &f.err), WRT_OK);
    assert_int_equal(wrt_eutils_search(&answer, &work, &other, &f.err), WRT_E_FAILED);
    wrt_live_free(live);
    wrt_live_cassette_free(tape);
    assert_int_equal(loopback_requests(f.server), 5);
    assert_file_keeps_no_secret(self->tape);

    assert_int_equal(wrt_live_cassette_play(&tape, self->tape, &f.err), WRT_OK);
    assert_int_equal(wrt_live_cassette_unplayed(tape), 5);
    options.transport = wrt_live_cassette_transport(tape);
    assert_int_equal(wrt_live_new(&live, &options, &f.err), WRT_OK);
    work.live = live;
    assert_int_equal(wrt_eutils_search(&answer, &work, &query, &f.err), WRT_OK);
    assert_int_equal(answer.ids.items[0], 7);
    assert_int_equal(wrt_live_sent(live), 4); /* the three failures before it are played too */
    assert_int_equal(wrt_live_cassette_unplayed(tape), 1);
    assert_int_equal(wrt_eutils_search(&answer, &work, &query, &f.err), WRT_OK); /* repeated */
    wrt_eutils_query third = {.term = "never asked", .limit = 1};
    assert_int_equal(wrt_eutils_search(&answer, &work, &third, &f.err), WRT_E_UNAVAILABLE);
    assert_int_equal(wrt_live_last_fault(live)->kind, WRT_LIVE_ABSENT);
    assert_non_null(strstr(f.err.message, "cassette"));
    assert_int_equal(loopback_requests(f.server), 5); /* never the network */
    wrt_live_free(live);
    wrt_live_cassette_free(tape);
    live_end(&f);
}

static void a_malformed_cassette_names_its_line(void **state) {
    const place *self = *state;
    static const char *const bad[] = {
        "{",
        "[]",
        "{\"v\":2,\"url\":\"https://a/\",\"status\":200,\"body\":\"\"}",
        "{\"v\":1,\"status\":200,\"body\":\"\"}",
        "{\"v\":1,\"url\":\"https://a/\",\"status\":99,\"body\":\"\"}",
        "{\"v\":1,\"url\":\"https://a/\",\"status\":200}",
        "{\"v\":1,\"url\":\"https://a/\",\"status\":200,\"body_base64\":\"???\"}",
        "{\"v\":1,\"url\":\"https://a/\",\"failure\":\"ok\"}",
        "{\"v\":1,\"url\":\"https://a/\",\"failure\":\"no such\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[300];
        wrt_live_cassette *tape = NULL;
        wrt_err err = {0};
        (void)snprintf(text, sizeof text,
                       "{\"v\":1,\"url\":\"https://a/\",\"status\":200,\"body\":\"\"}\n\n%s\n",
                       bad[i]);
        assert_int_equal(wrt_file_write(self->tape, wrt_str_of(text), 0600, NULL), WRT_OK);
        if (wrt_live_cassette_play(&tape, self->tape, &err) != WRT_E_INPUT)
            fail_msg("row %zu: %s", i, err.message);
        assert_null(tape);
        assert_non_null(strstr(err.message, "tape.jsonl: line 3"));
    }
}

/* ---- masking */

static void mask_takes_the_identity_out(void **state) {
    (void)state;
    static const struct {
        const char *before, *after;
        bool is_articles;
    } rows[] = {
        {"x " TEST_KEY " y", "x ************************* y", false},
        {"x " TEST_KEY " y", "x ************************* y", true},
        {TEST_EMAIL, "********************", false},
        {TEST_EMAIL, TEST_EMAIL, true},
        {"reader%2Bx%40example.org", "************************", false},
        {"{\"api-key\": \"203.0.113.9\",\"a\":1}", "{\"api-key\": \"***********\",\"a\":1}", false},
        {"{\"api-key\":\"203", "{\"api-key\":\"***", false},
        {"", "", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_buf body = wrt_buf_make(WRT_KIB(1));
        wrt_buf_add_c(&body, rows[i].before);
        wrt_live_mask(&body, TEST_EMAIL, TEST_KEY, rows[i].is_articles);
        if (!wrt_str_equal_c(wrt_buf_str(&body), rows[i].after))
            fail_msg("row %zu: %s", i, body.ptr);
        wrt_buf_free(&body);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_article_is_asked_for_once, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_failure_is_not_kept, make_place, remove_place),
        cmocka_unit_test_setup_teardown(offline_serves_any_age_and_says_so, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(the_cache_drops_what_was_used_longest_ago, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_cache_is_refused, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(exchanges_are_recorded_and_played, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_malformed_cassette_names_its_line, make_place,
                                        remove_place),
        cmocka_unit_test(mask_takes_the_identity_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
