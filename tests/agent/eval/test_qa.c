/* test_qa.c: retrieval and curation over four invented papers. */
#include "agent/eval/eval.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The third question has no word in common with its own paper and two with the fourth. */
static const char papers[] =
    "{\"900000001\":{\"QUESTION\":\"Does zorbane lower frindle pressure?\",\"CONTEXTS\":[\"Zorbane "
    "was given to forty animals and frindle pressure was measured hourly.\"],\"LONG_ANSWER\":"
    "\"Zorbane lowered frindle pressure.\",\"MESHES\":[\"Zorbane\"]},"
    "\"900000002\":{\"QUESTION\":\"Is quallis a marker of drenn?\",\"CONTEXTS\":[\"Quallis was "
    "measured in drenn and in health.\"],\"LONG_ANSWER\":\"Quallis marks drenn.\",\"MESHES\":"
    "[\"Quallis\"]},"
    "\"900000003\":{\"QUESTION\":\"Could marfle sleep help?\",\"CONTEXTS\":[\"Nocturnal rest of "
    "workers was recorded.\"],\"LONG_ANSWER\":\"Rest of workers helped.\",\"MESHES\":[\"Rest\"]},"
    "\"900000004\":{\"QUESTION\":\"Do marfle shifts spoil sleep?\",\"CONTEXTS\":[\"Marfle shifts "
    "and "
    "sleep were compared.\"],\"LONG_ANSWER\":\"Marfle shifts spoiled sleep.\",\"MESHES\":"
    "[\"Sleep\"]}}";

typedef struct {
    char folder[512], data[600];
} place;

static int make_place(void **state) {
    place *p = calloc(1, sizeof *p);
    snprintf(p->folder, sizeof p->folder, "%s/eval-qa-XXXXXX", TEST_BINARY_DIR);
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->data, sizeof p->data, "%s/papers.json", p->folder);
    assert_int_equal(wrt_file_write(p->data, wrt_str_of(papers), 0600, NULL), WRT_OK);
    *state = p;
    return 0;
}

static wrt_status remove_one(const char *name, void *ctx) {
    char *path = wrt_path_join(ctx, name);
    unlink(path);
    free(path);
    return WRT_OK;
}

static int remove_place(void **state) {
    place *p = *state;
    (void)wrt_dir_each(p->folder, remove_one, p->folder, NULL);
    rmdir(p->folder);
    free(p);
    return 0;
}

static wrt_json *run(const place *p, const char *suite, const char *mode, wrt_llm *llm) {
    wrt_eval_request request = {
        .suite = suite, .mode = mode, .data = p->data, .scratch = p->folder, .llm = llm};
    wrt_json *results = NULL;
    wrt_err err = {.code = WRT_OK};
    if (wrt_eval_run(&results, &request, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return results;
}

static double mean(const wrt_json *results, const char *measure) {
    return wrt_json_get_number(wrt_json_get(wrt_json_get(results, "measures"), measure), "mean",
                               -1);
}

static void retrieval_counts_places(void **state) {
    wrt_json *results = run(*state, "retrieval", NULL, NULL);
    assert_true(mean(results, "recall_1") == 0.75);
    assert_true(mean(results, "reciprocal") == 0.75);
    assert_int_equal(wrt_json_get_int(results, "correct", 0), 3);
    const wrt_json *third = wrt_json_at(wrt_json_get(results, "items"), 2);
    assert_string_equal(wrt_json_get_text(third, "answer", ""), "900000004");
    wrt_json_free(results);
}

static void retrieval_by_conclusion_finds_all(void **state) {
    wrt_json *results = run(*state, "retrieval", "conclusion", NULL);
    assert_true(mean(results, "recall_1") == 1);
    wrt_json_free(results);
}

/* The floor cites its own paper three times of four, and the fourth paper for the third question.
 */
static void curation_floor_goes_by_the_search(void **state) {
    wrt_json *results = run(*state, "curation", NULL, NULL);
    assert_true(mean(results, "relevance_precision") == 0.75);
    assert_true(mean(results, "retracted_cited") == 0);
    assert_int_equal(wrt_json_get_int(results, "n", 0), 4);
    const wrt_json *third = wrt_json_at(wrt_json_get(results, "items"), 2);
    assert_false(wrt_json_get_bool(third, "correct", true));
    assert_true(wrt_json_number(wrt_json_path(third, "measures.curation_f1"), -1) == 0);
    wrt_json_free(results);
}

/* A model that would cite everything cites no retracted paper: it is never asked about one. */
static void curation_never_cites_what_is_retracted(void **state) {
    const place *p = *state;
    char path[640], spec[700];
    wrt_buf script = wrt_buf_make(WRT_KIB(16));
    wrt_llm *llm = NULL;
    for (int i = 0; i < 24; i++)
        wrt_buf_add_c(&script, "{\"kind\":\"choose\",\"option\":\"yes\"}\n");
    snprintf(path, sizeof path, "%s/script.jsonl", p->folder);
    snprintf(spec, sizeof spec, "script:%s", path);
    assert_int_equal(wrt_file_write(path, wrt_buf_str(&script), 0600, NULL), WRT_OK);
    assert_int_equal(wrt_llm_open(&llm, spec, NULL, NULL), WRT_OK);
    wrt_json *results = run(p, "curation", "model", llm);
    assert_true(mean(results, "relevance_precision") == 1);
    assert_true(mean(results, "retracted_cited") == 0);
    const wrt_json *third = wrt_json_at(wrt_json_get(results, "items"), 2);
    assert_true(wrt_json_number(wrt_json_path(third, "measures.irrelevance_suppression"), -1) == 0);
    assert_true(wrt_llm_usage_of(llm).calls < 4 * 5); /* never about a twin */
    wrt_llm_close(llm);
    wrt_json_free(results);
    wrt_buf_free(&script);
}

static void data_of_another_shape_are_refused(void **state) {
    const place *p = *state;
    wrt_json *results = NULL;
    wrt_err err = {.code = WRT_OK};
    wrt_eval_request request = {.suite = "retrieval", .data = p->data, .scratch = p->folder};
    assert_int_equal(wrt_file_write(p->data, WRT_STR("{\"x\":{\"QUESTION\":\"q\"}}"), 0600, NULL),
                     WRT_OK);
    assert_int_equal(wrt_eval_run(&results, &request, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "\"x\" is no PMID"));
    assert_int_equal(wrt_file_write(p->data, WRT_STR("[1]"), 0600, NULL), WRT_OK);
    assert_int_equal(wrt_eval_run(&results, &request, &err), WRT_E_INPUT);
    assert_null(results);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(retrieval_counts_places, make_place, remove_place),
        cmocka_unit_test_setup_teardown(retrieval_by_conclusion_finds_all, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(curation_floor_goes_by_the_search, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(curation_never_cites_what_is_retracted, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(data_of_another_shape_are_refused, make_place,
                                        remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
