/* test_score_cache.c: the second asking costs no model call and gives the same bytes. */
#include "base/db.h"
#include "base/file.h"
#include "pairs.h"
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *cache_path;
static pairs all;

static int setup(void **state) {
    pairs_make(&all, 7);
    int failed = tiny_setup(state);
    cache_path = wrt_path_join(tiny_folder(), "scores.db");
    return failed;
}

static void remove_cache(void) {
    static const char *const names[] = {"scores.db", "scores.db-wal", "scores.db-shm"};
    for (size_t i = 0; i < 3; i++) {
        char *path = wrt_path_join(tiny_folder(), names[i]);
        unlink(path);
        free(path);
    }
}

static int teardown(void **state) {
    remove_cache();
    free(cache_path);
    pairs_free(&all);
    return tiny_teardown(state);
}

static void ask_all(wrt_llm_score *out, wrt_llm *llm, size_t first, size_t n) {
    wrt_err err = {0};
    if (wrt_llm_score_all(out, llm, all.questions + first, n, &err) != WRT_OK)
        fail_msg("%s", err.message);
}

static void cache_saves_every_call_when_questions_are_asked_again(void **state) {
    (void)state;
    wrt_llm_score first[PAIRS];
    wrt_llm_score again[PAIRS];
    memset(first, 0, sizeof first);
    memset(again, 0, sizeof again);
    remove_cache();
    wrt_llm *llm = open_tiny((wrt_llm_options){.cache_path = cache_path});
    ask_all(first, llm, 0, 20);
    assert_int_equal(wrt_llm_usage_of(llm).calls, 1);
    assert_int_equal(wrt_llm_usage_of(llm).cache_hits, 0);
    wrt_llm_close(llm);
    llm = open_tiny((wrt_llm_options){.cache_path = cache_path, .threads = 2, .batch = 64});
    ask_all(again, llm, 0, 20);
    assert_memory_equal(first, again, 20 * PAIR_CANDIDATES * sizeof first[0]);
    assert_int_equal(wrt_llm_usage_of(llm).calls, 0);
    assert_int_equal(wrt_llm_usage_of(llm).decoded, 0);
    assert_int_equal(wrt_llm_usage_of(llm).cache_hits, 20 * PAIR_CANDIDATES);
    /* Half known, half new: only the new ones are computed, each lands in its place. */
    ask_all(again, llm, 10, 20);
    assert_memory_equal(first + (size_t)10 * PAIR_CANDIDATES, again,
                        10 * PAIR_CANDIDATES * sizeof first[0]);
    assert_int_equal(wrt_llm_usage_of(llm).calls, 1);
    wrt_llm_close(llm);
    llm = open_tiny((wrt_llm_options){0});
    ask_all(first, llm, 20, 10);
    for (size_t i = 0; i < 10 * PAIR_CANDIDATES; i++)
        assert_true(fabs(first[i].log_p - again[10 * PAIR_CANDIDATES + i].log_p) < 1e-3);
    wrt_llm_close(llm);
}

static void cache_is_missed_when_anything_that_matters_differs(void **state) {
    (void)state;
    const wrt_str yes_no[] = {WRT_STR(" yes"), WRT_STR(" no")};
    const wrt_str no_yes[] = {WRT_STR(" no"), WRT_STR(" yes")};
    const wrt_str three[] = {WRT_STR(" yes"), WRT_STR(" no"), WRT_STR(" maybe")};
    const wrt_llm_prompt text = {.text = WRT_STR("the drug")};
    const wrt_llm_prompt user = {.user = WRT_STR("the drug")};
    const wrt_llm_prompt system = {.system = WRT_STR("the drug")};
    double a[3];
    double b[3];
    remove_cache();
    wrt_llm *llm = open_tiny((wrt_llm_options){.cache_path = cache_path});
    assert_int_equal(ask_scores(a, llm, &text, yes_no, 2, WRT_STR(""), NULL), WRT_OK);
    assert_int_equal(ask_scores(b, llm, &text, no_yes, 2, WRT_STR(""), NULL), WRT_OK);
    assert_int_equal(wrt_llm_usage_of(llm).calls, 1); /* a set, in another order */
    assert_true(a[0] == b[1] && a[1] == b[0]);
    assert_int_equal(ask_scores(a, llm, &text, yes_no, 2, WRT_STR("."), NULL), WRT_OK);
    assert_int_equal(ask_scores(a, llm, &text, three, 3, WRT_STR(""), NULL), WRT_OK);
    assert_int_equal(ask_scores(a, llm, &user, yes_no, 2, WRT_STR(""), NULL), WRT_OK);
    assert_int_equal(ask_scores(a, llm, &system, yes_no, 2, WRT_STR(""), NULL), WRT_OK);
    assert_int_equal(wrt_llm_usage_of(llm).calls, 5);
    wrt_llm_close(llm);
    llm = open_tiny((wrt_llm_options){.cache_path = cache_path, .kv_f32 = true});
    assert_int_equal(ask_scores(a, llm, &text, yes_no, 2, WRT_STR(""), NULL), WRT_OK);
    assert_int_equal(wrt_llm_usage_of(llm).calls, 1);
    wrt_llm_close(llm);
}

static bool stop_halfway(size_t done, size_t total, void *ctx) {
    (void)ctx;
    return done < total / 2;
}

static void cache_keeps_what_an_interrupted_call_had_finished(void **state) {
    (void)state;
    wrt_llm_score scores[PAIRS];
    wrt_err err = {0};
    remove_cache();
    wrt_llm *llm = open_tiny(
        (wrt_llm_options){.cache_path = cache_path, .batch = 64, .progress = stop_halfway});
    assert_int_equal(wrt_llm_score_all(scores, llm, all.questions, PAIR_QUESTIONS, &err),
                     WRT_E_INTERRUPTED);
    int64_t done = wrt_llm_usage_of(llm).decoded;
    int64_t least = wrt_llm_usage_of(llm).decoded_least;
    assert_true(done >= least / 2 && done < least);
    wrt_llm_close(llm);
    llm = open_tiny((wrt_llm_options){.cache_path = cache_path, .batch = 64});
    ask_all(scores, llm, 0, PAIR_QUESTIONS);
    int64_t hits = wrt_llm_usage_of(llm).cache_hits;
    print_message("%lld of %d scores were kept\n", (long long)hits, PAIRS);
    assert_true(hits > PAIRS / 4 && hits < PAIRS);
    assert_true(wrt_llm_usage_of(llm).decoded < least);
    wrt_llm_close(llm);
}

static void error_counts_questions_as_the_caller_does(void **state) {
    (void)state;
    wrt_llm_score scores[3 * PAIR_CANDIDATES];
    wrt_err err = {0};
    wrt_buf long_text = wrt_buf_make(WRT_MIB(1));
    while (long_text.len < 9000)
        wrt_buf_add_c(&long_text, "q7 ");
    wrt_llm_question asked[3] = {all.questions[0], all.questions[1], all.questions[2]};
    asked[2].prompt.text = wrt_buf_str(&long_text);
    remove_cache();
    wrt_llm *llm = open_tiny((wrt_llm_options){.cache_path = cache_path});
    ask_all(scores, llm, 0, 2);
    assert_int_equal(wrt_llm_score_all(scores, llm, asked, 3, &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "question 3 needs 90"));
    assert_non_null(strstr(err.message, "context holds 2048"));
    wrt_buf_free(&long_text);
    wrt_llm_close(llm);
}

static void cache_refuses_when_file_is_foreign_or_a_row_is_damaged(void **state) {
    (void)state;
    const wrt_str yes_no[] = {WRT_STR(" yes"), WRT_STR(" no")};
    const wrt_llm_prompt text = {.text = WRT_STR("the drug")};
    double log_p[2];
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    wrt_db *db = NULL;
    const wrt_llm_options options = {.cache_path = cache_path};
    remove_cache();
    assert_int_equal(wrt_file_write(cache_path,
                                    WRT_STR("not a database, but long enough to be "
                                            "read as the header of one .............."
                                            "........................................"),
                                    0600, NULL),
                     WRT_OK);
    assert_int_equal(open_path(&llm, tiny_path(), &options, &err), WRT_E_INPUT);
    assert_null(llm);
    assert_non_null(strstr(err.message, "score cache: scores.db"));
    remove_cache();
    llm = open_tiny(options);
    assert_int_equal(ask_scores(log_p, llm, &text, yes_no, 2, WRT_STR(""), NULL), WRT_OK);
    assert_int_equal(wrt_db_open(&db, cache_path, WRT_DB_WRITE, NULL), WRT_OK);
    assert_int_equal(wrt_db_exec(db, "UPDATE score SET log_p = 3.5", NULL), WRT_OK);
    wrt_db_close(db);
    assert_int_equal(ask_scores(log_p, llm, &text, yes_no, 2, WRT_STR(""), &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "a row is damaged"));
    wrt_llm_close(llm);
}

static void cache_is_not_used_when_backend_cannot_name_its_weights(void **state) {
    (void)state;
    const wrt_str yes_no[] = {WRT_STR("yes"), WRT_STR("no")};
    const wrt_llm_prompt user = {.user = WRT_STR("the drug")};
    const wrt_llm_options options = {.cache_path = cache_path};
    char *path = wrt_path_join(tiny_folder(), "replies.jsonl");
    wrt_buf spec = wrt_buf_make(4200);
    wrt_llm *llm = NULL;
    size_t index = 9;
    remove_cache();
    wrt_buf_printf(&spec, "script:%s", path);
    assert_int_equal(wrt_file_write(path,
                                    WRT_STR("{\"kind\":\"choose\",\"option\":\"no\"}\n"
                                            "{\"kind\":\"choose\",\"option\":\"yes\"}\n"),
                                    0600, NULL),
                     WRT_OK);
    assert_int_equal(wrt_llm_open(&llm, spec.ptr, &options, NULL), WRT_OK);
    assert_int_equal(ask_choice(&index, llm, &user, yes_no, 2, NULL), WRT_OK);
    assert_int_equal(index, 1);
    assert_int_equal(ask_choice(&index, llm, &user, yes_no, 2, NULL), WRT_OK);
    assert_int_equal(index, 0);
    assert_false(wrt_file_exists(cache_path));
    wrt_llm_close(llm);
    unlink(path);
    free(path);
    wrt_buf_free(&spec);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cache_saves_every_call_when_questions_are_asked_again),
        cmocka_unit_test(cache_is_missed_when_anything_that_matters_differs),
        cmocka_unit_test(cache_keeps_what_an_interrupted_call_had_finished),
        cmocka_unit_test(error_counts_questions_as_the_caller_does),
        cmocka_unit_test(cache_refuses_when_file_is_foreign_or_a_row_is_damaged),
        cmocka_unit_test(cache_is_not_used_when_backend_cannot_name_its_weights),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
