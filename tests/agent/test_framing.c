/* test_framing.c: names in questions, digests of results, given plans and their differences: the
 * parts of framing and planning that need no run. Expectations by hand. */
#include "agent/act/digest.h"
#include "agent/plan/plan.h"
#include "agent/plan/plan_given.h"
#include "agent/question/names.h"
#include "agent/question/needs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_parse(&value, wrt_str_of(text), NULL), WRT_OK);
    return value;
}

static void names_are_found_as_whole_words(void **state) {
    (void)state;
    static const struct {
        const char *names, *question, *found; /* "name:match ..." in order */
    } cases[] = {
        {"[\"age\",\"sex\"]", "Does age change sex?", "age:exact sex:exact "},
        {"[\"age\"]", "Does the average damage pages?", ""},
        {"[\"recovery_days\"]", "Fewer Recovery-days?", "recovery_days:folded "},
        {"[\"dose\",\"dose_rate\"]", "Is the dose rate high?", "dose_rate:folded "},
        {"[\"halved\"]", "Half the dose?", "halved:stem "},
        {"[\"doubled\"]", "double it", "doubled:stem "},
        {"[\"stopped\"]", "What if we stop?", "stopped:stem "},
        {"[\"A\",\"Y\"]", "Does A act on Y?", "A:exact Y:exact "},
        {"[\"A\"]", "A drug, a day", ""},
        {"[\"a\"]", "Is 'a' a cause?", "a:exact "},
        {"[\"X\"]", "x or y", ""},
        {"[\"IL-6\"]", "Is IL-6 raised?", "IL-6:exact "},
        {"[\"IL-6\"]", "Is IL-66 raised?", ""},
        {"[\"\"]", "nothing", ""},
        {"[\"\xc3\xa9tat\"]", "un \xc3\xa9tat", "\xc3\xa9tat:exact "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *names = parse(cases[i].names);
        wrt_json *found = wrt_names_find(wrt_str_of(cases[i].question), names);
        wrt_buf text = wrt_buf_make(1024);
        WRT_JSON_EACH(item, found)
        wrt_buf_printf(&text, "%s:%s ", wrt_json_get_text(item, "name", "?"),
                       wrt_json_get_text(item, "match", "?"));
        assert_string_equal(wrt_buf_str(&text).ptr, cases[i].found);
        wrt_buf_free(&text);
        wrt_json_free(found);
        wrt_json_free(names);
    }
}

static void needs_know_their_kinds(void **state) {
    (void)state;
    wrt_json *needs = parse("{\"a\":\"file\",\"b\":\"column|none\",\"c\":\"graph|none\"}");
    assert_true(wrt_need_is_document(wrt_json_get(needs, "a")));
    assert_false(wrt_need_is_document(wrt_json_get(needs, "b")));
    assert_true(wrt_need_is_document(wrt_json_get(needs, "c")));
    assert_false(wrt_need_is_optional(wrt_json_get(needs, "a")));
    assert_true(wrt_need_is_optional(wrt_json_get(needs, "b")));
    assert_true(wrt_needs_kind(needs, "column"));
    assert_false(wrt_needs_kind(needs, "columns"));
    assert_null(wrt_needs_unknown(needs));
    wrt_json_free(needs);
    needs = parse("{\"a\":\"filet\"}");
    assert_non_null(wrt_needs_unknown(needs));
    wrt_json_free(needs);
}

static void digests_are_short_and_say_what_is_left_out(void **state) {
    (void)state;
    static const struct {
        const char *value, *digest;
    } cases[] = {
        {"[]", "0 items"},
        {"[1]", "1 item: 1"},
        {"[\"a\",\"b\",\"c\",\"d\"]", "4 items: a, b, c, ..."},
        {"[{\"id\":\"x\",\"name\":\"N\"}]", "1 item: N"},
        {"{\"sum\":5,\"list\":[1,2]}", "sum 5; list 2 items: 1, 2"},
        {"null", "null"},
        {"\"line\\nbreak\"", "line?break"},
        {"\"a\\\" b \\\"c\"", "a' b 'c"}, /* nothing ends the quotation that it stands in */
        {"[{\"edge\":{\"id\":\"e\"},\"node\":{\"id\":\"x\",\"name\":\"N\"}}]", "1 item: N"},
        {"[{\"id\":\"1\"},{\"id\":\"2\"},{\"id\":\"3\"},{\"id\":\"4\"},{\"id\":\"5\"},{\"id\":"
         "\"6\"},"
         "{\"id\":\"7\"},{\"id\":\"8\"},{\"id\":\"9\"}]",
         "9 items: 1, 2, 3, 4, 5, 6, 7, 8, ..."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *value = parse(cases[i].value);
        wrt_buf text = wrt_buf_make(4096);
        wrt_digest_add(&text, value);
        assert_string_equal(wrt_buf_str(&text).ptr, cases[i].digest);
        wrt_buf_free(&text);
        wrt_json_free(value);
    }
    wrt_json *many = wrt_json_new_object();
    for (int i = 0; i < 100; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        wrt_json_set_text(many, key,
                          "a text that is rather long, so that a few of them fill a line");
    }
    wrt_buf text = wrt_buf_make(4096);
    wrt_digest_add(&text, many);
    assert_true(text.len <= WRT_DIGEST_BYTES);
    assert_memory_equal(text.ptr + text.len - 3, "...", 3);
    wrt_buf_free(&text);
    wrt_json_free(many);
}

#define STEP(id, tool) "{\"id\":\"" id "\",\"tool\":\"" tool "\",\"args\":{},\"why\":\"\"}"
#define PLAN(steps)    "{\"schema\":\"warrant/plan/1\",\"type\":\"t\",\"steps\":[" steps "]}"

static void plans_are_compared_step_by_step(void **state) {
    (void)state;
    static const struct {
        const char *a, *b, *diff;
    } cases[] = {
        {PLAN(STEP("x", "t")), PLAN(STEP("x", "t")),
         "{\"equal\":true,\"added\":[],\"removed\":[],\"moved\":[],\"changed\":[]}"},
        {PLAN(STEP("x", "t")), PLAN(STEP("x", "t") "," STEP("y", "t")),
         "{\"equal\":false,\"added\":[\"y\"],\"removed\":[],\"moved\":[],\"changed\":[]}"},
        {PLAN(STEP("x", "t") "," STEP("y", "t")), PLAN(STEP("y", "u")),
         "{\"equal\":false,\"added\":[],\"removed\":[\"x\"],\"moved\":[],\"changed\":[{\"step\":"
         "\"y\","
         "\"members\":[\"tool\"]}]}"},
        {PLAN(STEP("x", "t") "," STEP("y", "t")), PLAN(STEP("y", "t") "," STEP("x", "t")),
         "{\"equal\":false,\"added\":[],\"removed\":[],\"moved\":[\"x\",\"y\"],\"changed\":[]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *a = parse(cases[i].a), *b = parse(cases[i].b), *want = parse(cases[i].diff);
        wrt_json *diff = wrt_plan_diff(a, b);
        assert_true(wrt_json_equal(diff, want));
        wrt_json_free(diff);
        wrt_json_free(want);
        wrt_json_free(b);
        wrt_json_free(a);
    }
}

static void given_plans_are_checked(void **state) {
    (void)state;
    static const struct {
        const char *plan;
        bool good;
    } cases[] = {
        {PLAN(STEP("x", "t")), true},
        {PLAN(""), false},
        {PLAN(STEP("x", "t") "," STEP("x", "t")), false},
        {PLAN(STEP("frame", "t")), false},
        {"{\"schema\":\"warrant/plan/1\",\"steps\":[" STEP("x", "t") "]}", false},
        {"{\"type\":\"t\",\"steps\":[" STEP("x", "t") "]}", false},
        {"[]", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *plan = parse(cases[i].plan);
        wrt_err err = {0};
        assert_int_equal(wrt_plan_check_given(plan, &err), cases[i].good ? WRT_OK : WRT_E_INPUT);
        wrt_json_free(plan);
    }
}

static void steps_apply_when_another_ended_so(void **state) {
    (void)state;
    wrt_json *scope =
        parse("{\"frame\":{},\"a\":{\"status\":\"empty\"},\"b\":{\"status\":\"ok\"}}");
    wrt_json *after_a = parse("{\"when\":{\"step\":\"a\",\"status\":[\"empty\",\"error\"]}}");
    wrt_json *after_b = parse("{\"when\":{\"step\":\"b\",\"status\":[\"empty\",\"error\"]}}");
    wrt_json *after_c = parse("{\"when\":{\"step\":\"c\",\"status\":[\"ok\"]}}");
    assert_true(wrt_plan_applies(after_a, scope));
    assert_false(wrt_plan_applies(after_b, scope));
    assert_false(wrt_plan_applies(after_c, scope));
    wrt_json_free(after_c);
    wrt_json_free(after_b);
    wrt_json_free(after_a);
    wrt_json_free(scope);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_as_whole_words),
        cmocka_unit_test(needs_know_their_kinds),
        cmocka_unit_test(digests_are_short_and_say_what_is_left_out),
        cmocka_unit_test(plans_are_compared_step_by_step),
        cmocka_unit_test(given_plans_are_checked),
        cmocka_unit_test(steps_apply_when_another_ended_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
