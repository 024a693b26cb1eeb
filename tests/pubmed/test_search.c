/* test_search.c: questions to the local store: recall on real questions, filters, what is held
 * back, snippets, and questions that want to be more than words. */
#include "base/file.h"
#include "pubmed/ingest.h"
#include "pubmed/question.h"
#include "pubmed/quote.h"
#include "store_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const test_record RECORDS[] = {
    {.pmid = 10,
     .title = "Aspirin and the risk of colorectal adenoma",
     .abstract =
         "A trial was done. Aspirin lowered the risk of colorectal adenoma in adults. Costs "
         "were not studied.",
     .year = "2003",
     .type = "D016449|Randomized Controlled Trial",
     .mesh = "D001241|Aspirin*;D006801|Humans"},
    {.pmid = 11,
     .title = "Aspirin in mice",
     .abstract = "Colorectal adenoma did not change under aspirin.",
     .year = "2015",
     .mesh = "D001241|Aspirin;D051379|Mice"},
    {.pmid = 12,
     .title = "Aspirin prevents colorectal adenoma: aspirin and adenoma",
     .abstract = "Aspirin, aspirin and aspirin prevent colorectal adenoma.",
     .year = "2010",
     .type = "D016441|Retracted Publication"},
    {.pmid = 13, .title = "Expression of concern: aspirin", .links = "ExpressionOfConcernFor:14"},
    {.pmid = 14, .title = "Aspirin, colorectal cancer and adenoma", .year = "2012"},
    {.pmid = 15, .title = "Erratum: aspirin and adenoma", .links = "ErratumFor:10"},
    {.pmid = 16, .title = "IL-6 and TNF-\xCE\xB1 in sepsis", .abstract = "Interleukins rise."},
};

static wrt_pubmed_store *small_store(const char *name) {
    wrt_pubmed_store *store = test_store(name);
    test_ingest(store, "search.xml", RECORDS, sizeof RECORDS / sizeof *RECORDS);
    return store;
}

/* PMIDs of the hits, joined by blanks. */
static const char *hits_of(wrt_pubmed_store *store, const char *question,
                           const wrt_pubmed_query *query) {
    static char out[512];
    wrt_pubmed_results found;
    wrt_arena *arena = wrt_arena_new();
    wrt_err err = {0};
    size_t n = 0;
    if (wrt_pubmed_search(&found, store, arena, wrt_str_of(question), query, &err) != WRT_OK)
        fail_msg("%s", err.message);
    out[0] = '\0';
    for (size_t i = 0; i < found.n; i++)
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%lld", i > 0 ? " " : "",
                              (long long)found.hits[i].pmid);
    wrt_arena_free(arena);
    return out;
}

static void what_is_withdrawn_is_held_back_and_counted(void **state) {
    (void)state;
    wrt_pubmed_store *store = small_store("held.db");
    wrt_pubmed_results found;
    wrt_arena *arena = wrt_arena_new();
    const wrt_pubmed_query plain = {0}, all = {.include_retracted = true};
    const char *question = "Does aspirin prevent colorectal adenoma?";
    assert_int_equal(wrt_pubmed_search(&found, store, arena, wrt_str_of(question), &plain, NULL),
                     WRT_OK);
    assert_int_equal(found.n, 2);
    assert_int_equal(found.hits[0].pmid, 10);
    assert_int_equal(found.hits[0].status, WRT_PUBMED_CORRECTED);
    assert_int_equal(found.hits[1].pmid, 11);
    assert_int_equal(found.held_back, 4); /* retracted, under concern, two notices */
    assert_int_equal(found.retracted, 1);
    assert_int_equal(found.total, 6);
    assert_int_equal(found.seen, 6);
    assert_int_equal(wrt_pubmed_search(&found, store, arena, wrt_str_of(question), &all, NULL),
                     WRT_OK);
    assert_int_equal(found.n, 6);
    assert_int_equal(found.held_back, 0);
    assert_int_equal(found.hits[0].pmid, 12);
    assert_int_equal(found.hits[0].status, WRT_PUBMED_RETRACTED);
    wrt_arena_free(arena);
    wrt_pubmed_store_close(store);
}

static void filters_narrow_the_hits(void **state) {
    (void)state;
    wrt_pubmed_store *store = small_store("filters.db");
    const char *question = "aspirin adenoma";
    assert_string_equal(
        hits_of(store, question, &(wrt_pubmed_query){.first_year = 2004, .last_year = 2020}), "11");
    assert_string_equal(
        hits_of(store, question, &(wrt_pubmed_query){.mesh = {"aspirin", "D051379"}, .n_mesh = 2}),
        "11");
    assert_string_equal(
        hits_of(store, question, &(wrt_pubmed_query){.types = {"rct"}, .n_types = 1}), "10");
    assert_string_equal(
        hits_of(store, question, &(wrt_pubmed_query){.types = {"trial", "review"}, .n_types = 2}),
        "10");
    assert_string_equal(
        hits_of(store, question,
                &(wrt_pubmed_query){.types = {"randomized controlled trial"}, .n_types = 1}),
        "10");
    assert_string_equal(hits_of(store, question, &(wrt_pubmed_query){.limit = 1}), "10");
    wrt_pubmed_results found;
    wrt_arena *arena = wrt_arena_new();
    wrt_err err = {0};
    static const char *const bad[] = {"no such term", "\" OR 1", "D00\"", "", "\xFF"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(wrt_pubmed_search(&found, store, arena, WRT_STR("aspirin"),
                                           &(wrt_pubmed_query){.mesh = {bad[i]}, .n_mesh = 1},
                                           &err),
                         WRT_E_INPUT);
    wrt_arena_free(arena);
    wrt_pubmed_store_close(store);
}

/* More papers than are kept by rank stand before the only one of its year. */
static void an_early_paper_is_found_behind_thousands(void **state) {
    enum { N = 3100 };
    (void)state;
    wrt_pubmed_store *store = test_store("years.db");
    test_record *records = calloc(N + 1, sizeof *records);
    for (int i = 0; i < N; i++)
        records[i] = (test_record){.pmid = 10 + i, .title = "Aspirin", .year = "2020"};
    records[N] = (test_record){
        .pmid = 10 + N, .title = "An early note on many things and on aspirin", .year = "1980"};
    test_ingest(store, "years.xml", records, N + 1);
    free(records);
    assert_string_equal(
        hits_of(store, "aspirin", &(wrt_pubmed_query){.first_year = 1975, .last_year = 1985}),
        "3110");
    wrt_pubmed_store_close(store);
}

static void spellings_of_a_gene_meet(void **state) {
    (void)state;
    wrt_pubmed_store *store = small_store("genes.db");
    const wrt_pubmed_query first = {.limit = 1};
    static const char *const questions[] = {
        "IL-6", "IL6", "il 6", "TNF alpha", "TNF\xCE\xB1", "TNF-alpha", "interleukin in sepsis"};
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        assert_string_equal(hits_of(store, questions[i], &first), "16");
    wrt_pubmed_store_close(store);
}

static void a_snippet_is_the_bytes_of_the_stored_field(void **state) {
    (void)state;
    wrt_pubmed_store *store = small_store("snippet.db");
    wrt_pubmed_results found;
    wrt_pubmed_article article;
    wrt_arena *arena = wrt_arena_new();
    wrt_str field;
    bool held = false;
    const wrt_pubmed_query plain = {0};
    assert_int_equal(wrt_pubmed_search(&found, store, arena, WRT_STR("aspirin colorectal adenoma"),
                                       &plain, NULL),
                     WRT_OK);
    const wrt_pubmed_snippet *snippet = &found.hits[0].snippet;
    assert_true(wrt_str_equal_c(snippet->text,
                                "Aspirin lowered the risk of colorectal adenoma in adults."));
    assert_int_equal(wrt_pubmed_store_get(&held, &article, store, arena, 10, NULL), WRT_OK);
    assert_true(wrt_pubmed_field_text(&field, &article, snippet->field));
    assert_true(wrt_str_equal((wrt_str){field.ptr + snippet->start, snippet->end - snippet->start},
                              snippet->text));
    wrt_arena_free(arena);
    wrt_pubmed_store_close(store);
}

/* ---- hostile questions */

static void a_question_is_words_and_nothing_else(void **state) {
    (void)state;
    wrt_pubmed_store *store = small_store("hostile.db");
    const wrt_pubmed_query plain = {0};
    static const char *const questions[] = {
        "aspirin\" OR \"mice",
        "title:aspirin",
        "NEAR(aspirin adenoma, 2)",
        "aspirin*",
        "^aspirin",
        "aspirin AND NOT adenoma",
        "\"aspirin",
        "(((((aspirin",
        "{title} : aspirin",
        "aspirin; DROP TABLE word",
        "aspirin') UNION SELECT",
        "-aspirin +adenoma",
        "codes:d001241 aspirin",
        "aspirin\x01\x7F\t\n",
        "'\"`$(aspirin)",
    };
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        assert_string_not_equal(hits_of(store, questions[i], &plain), "");
    assert_string_equal(hits_of(store, "", &plain), "");
    /* "not" stands in 10 and in 11, which is shorter; "and" and "or" are no words of the index. */
    assert_string_equal(hits_of(store, "AND OR NOT NEAR", &plain), "11 10");
    assert_string_equal(hits_of(store, "\"\" () * ^ : -", &plain), "");
    wrt_pubmed_results found;
    wrt_arena *arena = wrt_arena_new();
    assert_int_equal(wrt_pubmed_search(&found, store, arena, WRT_STR("bad \xFF utf"), &plain, NULL),
                     WRT_E_INPUT);
    wrt_arena_free(arena);
    wrt_pubmed_store_close(store);
}

static void a_long_question_keeps_its_rarest_words(void **state) {
    (void)state;
    enum { LONG = 100000 };
    wrt_pubmed_store *store = small_store("long.db");
    const wrt_pubmed_query plain = {.limit = 1};
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    for (int i = 0; text.len < LONG; i++)
        wrt_buf_printf(&text, "word%d aspirin \"AND\" ", i);
    wrt_buf_add_c(&text, "mice");
    assert_string_equal(hits_of(store, wrt_buf_str(&text).ptr, &plain), "11");
    wrt_question *question = malloc(sizeof *question);
    assert_int_equal(wrt_question_read(question, store, wrt_buf_str(&text), NULL), WRT_OK);
    assert_true(question->n <= WRT_QUESTION_WORDS_MAX);
    while (text.len <= WRT_QUESTION_BYTES_MAX)
        wrt_buf_add_c(&text, "more and more and more words ");
    assert_int_equal(wrt_question_read(question, store, wrt_buf_str(&text), NULL), WRT_E_LIMIT);
    free(question);
    wrt_buf_free(&text);
    wrt_pubmed_store_close(store);
}

static void an_empty_store_has_no_hit(void **state) {
    (void)state;
    wrt_pubmed_store *store = test_store("empty.db");
    assert_string_equal(hits_of(store, "aspirin", &(wrt_pubmed_query){0}), "");
    wrt_pubmed_store_close(store);
}

/* ---- PubMedQA-L: the question is the title of the paper, its abstract the document */

static void add_items(wrt_pubmed_store *store, const wrt_json *items) {
    const wrt_pubmed_source source = {.name = "pubmedqa", .kind = "live"};
    wrt_pubmed_ingest *ingest = NULL;
    assert_int_equal(wrt_pubmed_ingest_begin(&ingest, store, &source, NULL, NULL), WRT_OK);
    WRT_JSON_EACH(item, items) {
        wrt_pubmed_section sections[16];
        wrt_pubmed_article article = {.version = 1, .abstract = sections, .status = WRT_PUBMED_OK};
        WRT_JSON_EACH(context, wrt_json_get(item, "CONTEXTS"))
        if (article.n_abstract < 16)
            sections[article.n_abstract++] =
                (wrt_pubmed_section){.text = wrt_str_of(wrt_json_text(context))};
        assert_true(wrt_pubmed_pmid_of_text(&article.pmid, wrt_str_of(wrt_json_key(item))));
        assert_int_equal(wrt_pubmed_ingest_article(ingest, &article, NULL), WRT_OK);
    }
    assert_int_equal(wrt_pubmed_ingest_commit(NULL, ingest, NULL), WRT_OK);
}

/* Place of the right paper, from 1; 0 when it is not among the first ten. */
static size_t place_of(wrt_pubmed_store *store, const wrt_json *item) {
    wrt_pubmed_results found;
    const wrt_pubmed_query query = {.limit = 10};
    int64_t pmid = 0;
    size_t place = 0;
    wrt_arena *arena = wrt_arena_new();
    wrt_str question = wrt_str_of(wrt_json_get_text(item, "QUESTION", ""));
    assert_true(wrt_pubmed_pmid_of_text(&pmid, wrt_str_of(wrt_json_key(item))));
    assert_int_equal(wrt_pubmed_search(&found, store, arena, question, &query, NULL), WRT_OK);
    for (size_t i = 0; i < found.n && place == 0; i++)
        place = found.hits[i].pmid == pmid ? i + 1 : 0;
    assert_true(found.seen <= found.total);
    wrt_arena_free(arena);
    return place;
}

static void pubmedqa_questions_find_their_papers(void **state) {
    (void)state;
    const char *shared = getenv("WARRANT_SHARED");
    char path[1024];
    snprintf(path, sizeof path, "%s/data/eval/pubmedqa/ori_pqal.json",
             shared != NULL ? shared : TEST_SOURCE_DIR "/../shared");
    if (!wrt_file_exists(path)) {
        print_message("SKIPPED: no data/eval/pubmedqa beside the checkout\n");
        skip();
    }
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json *items = NULL;
    size_t n = 0, at_1 = 0, at_10 = 0;
    assert_int_equal(wrt_file_read(&text, path, WRT_MIB(64), NULL), WRT_OK);
    assert_int_equal(wrt_json_parse(&items, wrt_buf_str(&text), NULL), WRT_OK);
    wrt_pubmed_store *store = test_store("pubmedqa.db");
    add_items(store, items);
    WRT_JSON_EACH(item, items) {
        size_t place = place_of(store, item);
        n++;
        at_1 += place == 1;
        at_10 += place > 0;
    }
    print_message("PubMedQA-L: R@1 %zu, R@10 %zu of %zu\n", at_1, at_10, n);
    assert_int_equal(n, 1000);
    assert_true(at_1 >= 950);
    assert_true(at_10 >= 985);
    wrt_pubmed_store_close(store);
    wrt_json_free(items);
    wrt_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_withdrawn_is_held_back_and_counted),
        cmocka_unit_test(filters_narrow_the_hits),
        cmocka_unit_test(an_early_paper_is_found_behind_thousands),
        cmocka_unit_test(spellings_of_a_gene_meet),
        cmocka_unit_test(a_snippet_is_the_bytes_of_the_stored_field),
        cmocka_unit_test(a_question_is_words_and_nothing_else),
        cmocka_unit_test(a_long_question_keeps_its_rarest_words),
        cmocka_unit_test(an_empty_store_has_no_hit),
        cmocka_unit_test(pubmedqa_questions_find_their_papers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
