/* test_results.c: results that can be repeated, read back, set side by side and shown. */
#include "agent/eval/compare.h"
#include "agent/eval/eval.h"
#include "base/file.h"
#include "base/hash.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ITEMS = 40 };

/* Invented questions in two strata: effects of +0.5 and of -0.1. */
static const char *write_data(void) {
    static char path[512];
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    for (int i = 0; i < ITEMS; i++)
        wrt_buf_printf(&text,
                       "{\"question_id\":%d,\"given_info\":\"g\",\"question\":\"q?\",\"answer\":"
                       "\"yes\",\"meta\":{\"graph_id\":\"%s\",\"query_type\":\"ate\",\"rung\":2,"
                       "\"treatment\":\"X\",\"outcome\":\"Y\",\"polarity\":true,\"given_info\":{"
                       "\"p(Y | X)\":%s}}}\n",
                       i, i % 4 == 0 ? "chain" : "fork", i % 4 == 0 ? "[0.2,0.7]" : "[0.3,0.2]");
    snprintf(path, sizeof path, "%s/eval-results-%ld.jsonl", TEST_BINARY_DIR, (long)getpid());
    assert_int_equal(wrt_file_write(path, wrt_buf_str(&text), 0600, NULL), WRT_OK);
    wrt_buf_free(&text);
    return path;
}

static wrt_json *run(const char *data, size_t limit, uint64_t seed) {
    wrt_eval_request request = {.suite = "cladder", .data = data, .limit = limit, .seed = seed};
    wrt_json *results = NULL;
    wrt_err err = {.code = WRT_OK};
    if (wrt_eval_run(&results, &request, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return results;
}

/* The spec of a model that fails four times. */
static const char *refusing_script(void) {
    static char spec[600];
    static const char line[] =
        "{\"kind\":\"error\",\"status\":\"timeout\",\"message\":\"no words today\"}\n";
    char path[512];
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    for (int i = 0; i < 4; i++)
        wrt_buf_add_c(&text, line);
    snprintf(path, sizeof path, "%s/eval-refusing-%ld.jsonl", TEST_BINARY_DIR, (long)getpid());
    snprintf(spec, sizeof spec, "script:%s", path);
    assert_int_equal(wrt_file_write(path, wrt_buf_str(&text), 0600, NULL), WRT_OK);
    wrt_buf_free(&text);
    return spec;
}

static const char *sum_of(const wrt_json *results) {
    return wrt_json_get_text(results, "content_sha256", "?");
}

static void results_hold_what_it_takes_to_repeat_them(void **state) {
    (void)state;
    const char *data = write_data();
    wrt_json *a = run(data, 12, 3), *b = run(data, 12, 3), *c = run(data, 12, 4);
    wrt_sha256 sum;
    char hex[WRT_SHA256_HEX + 1];
    assert_string_equal(sum_of(a), sum_of(b));
    assert_string_not_equal(sum_of(a), sum_of(c));
    assert_int_equal(wrt_sha256_of_file(&sum, data, NULL), WRT_OK);
    wrt_sha256_hex(hex, &sum);
    assert_string_equal(wrt_json_text(wrt_json_path(a, "data.sha256")), hex);
    assert_int_equal(wrt_json_number(wrt_json_path(a, "data.items"), 0), ITEMS);
    assert_string_equal(wrt_json_text(wrt_json_path(a, "model.kind")), "none");
    assert_int_equal(wrt_json_get_int(a, "seed", 0), 3);
    assert_int_equal(wrt_json_get_int(a, "limit", 0), 12);
    assert_string_equal(wrt_json_get_text(a, "mode", ""), "gold");
    assert_int_equal(wrt_json_get_int(a, "n", 0), 12);
    /* a quarter of the items is of one stratum, and so is a quarter of the sample */
    assert_int_equal(wrt_json_number(wrt_json_path(a, "by_graph.chain.n"), 0), 3);
    assert_int_equal(wrt_json_number(wrt_json_path(a, "by_graph.chain.correct"), 0), 3);
    assert_int_equal(wrt_json_number(wrt_json_path(a, "by_graph.fork.correct"), 0), 0);
    assert_int_equal(wrt_json_get_int(a, "correct", 0), 3);
    wrt_json_free(a);
    wrt_json_free(b);
    wrt_json_free(c);
    unlink(data);
}

/* What was in force is in the results and in their sum; what could not be run is counted. */
static void results_tell_setting_and_failures(void **state) {
    (void)state;
    const char *data = write_data();
    wrt_json *setting = wrt_json_new_object(), *a = run(data, 4, 3), *b = NULL, *c = NULL;
    wrt_eval_request request = {.suite = "cladder", .data = data, .limit = 4, .seed = 3};
    wrt_json_set_text(setting, "kg_snapshot", "abc");
    request.setting = setting;
    assert_int_equal(wrt_eval_run(&b, &request, NULL), WRT_OK);
    assert_string_equal(wrt_json_text(wrt_json_path(b, "setting.kg_snapshot")), "abc");
    assert_string_not_equal(sum_of(a), sum_of(b));
    assert_int_equal(wrt_json_get_int(a, "unanswered", -1), 0);
    request.mode = "plain";
    const char *spec = refusing_script();
    assert_int_equal(wrt_llm_open(&request.llm, spec, NULL, NULL), WRT_OK);
    assert_int_equal(wrt_eval_run(&c, &request, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(c, "unanswered", -1), 4);
    assert_int_equal(wrt_json_get_int(c, "failed", -1), 4);
    const wrt_json *row = wrt_json_first(wrt_json_get(c, "items"));
    assert_string_equal(wrt_json_get_text(row, "failed", ""), "timeout");
    assert_string_equal(wrt_json_get_text(row, "why", ""), "no words today");
    assert_true(strncmp(wrt_json_get_text(row, "id", ""), "item-", 5) != 0);
    wrt_llm_close(request.llm);
    unlink(strchr(spec, '/'));
    wrt_json_free(a);
    wrt_json_free(b);
    wrt_json_free(c);
    wrt_json_free(setting);
    unlink(data);
}

static void results_come_back_from_a_file(void **state) {
    (void)state;
    const char *data = write_data();
    wrt_json *a = run(data, 0, 1), *back = NULL;
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    wrt_json_write_pretty(&text, a);
    assert_int_equal(wrt_json_parse(&back, wrt_buf_str(&text), NULL), WRT_OK);
    assert_true(wrt_json_equal(a, back));
    wrt_json_free(a);
    wrt_json_free(back);
    wrt_buf_free(&text);
    unlink(data);
}

/* ---- side by side */

/* Results as a file holds them; `answers` is one of y, n, - a question. */
static wrt_json *results(const char *suite, const char *answers, const char *model) {
    wrt_json *json = wrt_json_new_object(), *items = wrt_json_new_array();
    wrt_json *described = wrt_json_new_object();
    size_t right = 0;
    for (size_t i = 0; answers[i] != '\0'; i++) {
        char id[8] = {(char)('a' + (char)i), '\0'};
        wrt_json *row = wrt_json_new_object();
        wrt_json_set_text(row, "id", id);
        wrt_json_set_text(row, "answer", answers[i] == 'y' ? "yes" : "no");
        wrt_json_set_bool(row, "correct", answers[i] == 'y');
        right += answers[i] == 'y';
        wrt_json_push(items, row);
    }
    wrt_json_set_text(described, "kind", model);
    wrt_json_set_text(json, "schema", "warrant/eval-results/1");
    wrt_json_set_text(json, "suite", suite);
    wrt_json_set_int(json, "suite_version", 1);
    wrt_json_set_text(json, "mode", "plain");
    wrt_json_set(json, "model", described);
    wrt_json_set_int(json, "n", (int64_t)strlen(answers));
    wrt_json_set_number(json, "accuracy", (double)right / (double)strlen(answers));
    wrt_json_set_number(json, "low", 0);
    wrt_json_set_number(json, "high", 1);
    wrt_json_set(json, "items", items);
    return json;
}

static void comparison_pairs_items(void **state) {
    (void)state;
    wrt_json *a = results("s", "yyyynnnn", "none"), *b = results("s", "ynnnnnny", "llama");
    wrt_json *envelope = wrt_json_new_object(), *out = NULL;
    wrt_json_set(envelope, "data", b); /* as `--json` prints it */
    const wrt_json *both[] = {a, envelope};
    const char *const names[] = {"a.json", "b.json"};
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(wrt_compare(&out, both, names, 2, &err), WRT_OK);
    const wrt_json *pair = wrt_json_first(wrt_json_get(out, "against_first"));
    assert_int_equal(wrt_json_get_int(pair, "items", 0), 8);
    assert_int_equal(wrt_json_get_int(pair, "same_answers", 0), 4);
    assert_int_equal(wrt_json_get_int(pair, "only_first", 0), 3);
    assert_int_equal(wrt_json_get_int(pair, "only_this", 0), 1);
    assert_true(fabs(wrt_json_get_number(pair, "p", 0) - 2.0 * 5 / 16) < 1e-12);
    wrt_json_free(out);
    wrt_json_free(a);
    wrt_json_free(envelope);
}

static void what_cannot_be_compared_is_refused(void **state) {
    (void)state;
    wrt_json *a = results("s", "yn", "none"), *b = results("t", "yn", "none");
    wrt_json *other = wrt_json_new_object(), *out = NULL;
    const char *const names[] = {"a.json", "b.json"};
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(wrt_compare(&out, (const wrt_json *[]){a, b}, names, 2, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "b.json is of suite t"));
    assert_int_equal(wrt_compare(&out, (const wrt_json *[]){a, other}, names, 2, &err),
                     WRT_E_INPUT);
    assert_non_null(strstr(err.message, "b.json is no results file"));
    assert_int_equal(wrt_compare(&out, (const wrt_json *[]){a}, names, 1, &err), WRT_E_INPUT);
    wrt_json_free(a);
    wrt_json_free(b);
    wrt_json_free(other);
}

/* A model's name is text from outside: on the page it stays text. */
static void page_holds_no_markup_from_outside(void **state) {
    (void)state;
    wrt_json *a = results("s<b>", "yn", "<script>alert(1)</script>"),
             *b = results("s<b>", "yy", "x");
    wrt_json *out = NULL;
    const char *const names[] = {"<img src=x>.json", "b.json"};
    wrt_buf page = wrt_buf_make(WRT_COMPARE_PAGE_MAX), text = wrt_buf_make(WRT_MIB(1));
    assert_int_equal(wrt_compare(&out, (const wrt_json *[]){a, b}, names, 2, NULL), WRT_OK);
    assert_int_equal(wrt_compare_write_page(&page, out, NULL), WRT_OK);
    const char *html = wrt_buf_str(&page).ptr;
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "<img"));
    assert_non_null(strstr(html, "&lt;script&gt;"));
    assert_null(strstr(html, "http://"));
    assert_non_null(strstr(html, "default-src 'none'"));
    wrt_compare_write_text(&text, out);
    assert_non_null(strstr(wrt_buf_str(&text).ptr, "b.json against the first: 2 items"));
    wrt_json_free(a);
    wrt_json_free(b);
    wrt_json_free(out);
    wrt_buf_free(&page);
    wrt_buf_free(&text);
}

/* ---- the table of suites */

static void suites_are_sorted_and_have_cards(void **state) {
    (void)state;
    wrt_json *list = wrt_eval_list();
    const char *last = "";
    assert_true(wrt_json_count(list) >= 4);
    WRT_JSON_EACH(suite, list) {
        const char *name = wrt_json_get_text(suite, "name", "");
        wrt_json *card = NULL;
        assert_true(strcmp(last, name) < 0);
        assert_int_equal(wrt_eval_describe(&card, name, NULL), WRT_OK);
        assert_non_null(strstr(wrt_json_get_text(card, "card", ""), "Caveats"));
        assert_true(wrt_json_count(wrt_json_get(suite, "modes")) > 0);
        wrt_json_free(card);
        last = name;
    }
    wrt_json_free(list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_hold_what_it_takes_to_repeat_them),
        cmocka_unit_test(results_tell_setting_and_failures),
        cmocka_unit_test(results_come_back_from_a_file),
        cmocka_unit_test(comparison_pairs_items),
        cmocka_unit_test(what_cannot_be_compared_is_refused),
        cmocka_unit_test(page_holds_no_markup_from_outside),
        cmocka_unit_test(suites_are_sorted_and_have_cards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
