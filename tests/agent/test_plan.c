/* test_plan.c: protocols and the binding of references. */
#include "agent/plan/plan.h"
#include "agent/plan/protocol.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_parse(&value, wrt_str_of(text), NULL), WRT_OK);
    return value;
}

static void assert_bound(const char *args, const char *scope, const char *want) {
    wrt_json *a = parse(args), *s = parse(scope), *w = parse(want), *got = NULL;
    assert_int_equal(wrt_plan_bind(&got, a, s, NULL), WRT_OK);
    assert_true(wrt_json_equal(got, w));
    wrt_json_free(a);
    wrt_json_free(s);
    wrt_json_free(w);
    wrt_json_free(got);
}

static void plan_bind_replaces_references(void **state) {
    (void)state;
    const char *scope = "{\"s1\":{\"data\":[{\"id\":\"A\"},{\"id\":\"B\"}]},\"frame\":{\"n\":3}}";
    assert_bound("{\"from\":\"$s1.data[1].id\",\"n\":\"$frame.n\",\"k\":5}", scope,
                 "{\"from\":\"B\",\"n\":3,\"k\":5}");
    assert_bound("{\"all\":\"$s1.data\",\"nested\":[{\"x\":\"$s1.data[0]\"}]}", scope,
                 "{\"all\":[{\"id\":\"A\"},{\"id\":\"B\"}],\"nested\":[{\"x\":{\"id\":\"A\"}}]}");
    assert_bound("{\"text\":\"costs $5\"}", scope, "{\"text\":\"costs $5\"}");
}

static void plan_bind_leaves_out_what_need_not_be_there(void **state) {
    (void)state;
    const char *scope = "{\"s1\":{\"data\":{\"a\":1}}}";
    assert_bound("{\"a\":\"$s1.data.a?\",\"b\":\"$s1.data.b?\",\"c\":[\"$s1.x?\",2]}", scope,
                 "{\"a\":1,\"c\":[2]}");
}

static void plan_step_applies_when_its_reference_leads_somewhere(void **state) {
    (void)state;
    static const struct {
        const char *step;
        bool applies;
    } cases[] = {{"{}", true},
                 {"{\"when\":\"$s1.data.a\"}", true},
                 {"{\"when\":\"$s1.data.b\"}", false},
                 {"{\"when\":\"$s1.data.none\"}", false},
                 {"{\"when\":\"$s1.data.no\"}", false},
                 {"{\"when\":\"$s2\"}", false},
                 {"{\"when\":[\"$s1\",\"$s1.data.a\"]}", true},
                 {"{\"when\":[\"$s1\",\"$s1.data.b\"]}", false}};
    wrt_json *scope = parse("{\"s1\":{\"data\":{\"a\":1,\"none\":null,\"no\":false}}}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *step = parse(cases[i].step);
        assert_int_equal(wrt_plan_applies(step, scope), cases[i].applies);
        wrt_json_free(step);
    }
    wrt_json_free(scope);
}

static void plan_bind_names_the_reference_that_leads_nowhere(void **state) {
    (void)state;
    static const char *const dead[] = {"$s1.data[2].id",
                                       "$s2",
                                       "$s1.data[x]",
                                       "$s1.data[-1]",
                                       "$",
                                       "$s1..id",
                                       "$s1.data[99999999999999999999].id"};
    wrt_json *scope = parse("{\"s1\":{\"data\":[{\"id\":\"A\"}]}}");
    for (size_t i = 0; i < sizeof dead / sizeof *dead; i++) {
        wrt_err err = {0};
        wrt_json *args = wrt_json_new_object(), *got = NULL;
        wrt_json_set_text(args, "x", dead[i]);
        if (strcmp(dead[i], "$") != 0) {
            assert_int_equal(wrt_plan_bind(&got, args, scope, &err), WRT_E_NOT_FOUND);
            assert_non_null(strstr(err.message, dead[i]));
        }
        wrt_json_free(got);
        wrt_json_free(args);
    }
    wrt_json_free(scope);
}

static void protocol_ships_one_that_loads(void **state) {
    (void)state;
    wrt_json *protocol = NULL;
    wrt_err err = {0};
    assert_int_equal(
        wrt_protocol_load(&protocol, TEST_SOURCE_DIR "/agent/protocols", "mechanism", &err),
        WRT_OK);
    assert_string_equal(wrt_json_get_text(protocol, "name", ""), "mechanism");
    wrt_json_free(protocol);
}

static void protocol_cues_match_whole_words(void **state) {
    (void)state;
    static const struct {
        const char *question;
        bool cued;
    } cases[] = {
        {"How might aspirin act?", true},
        {"HOW DOES it work", true},
        {"Somehow mightily", false},
        {"Is aspirin safe?", false},
    };
    wrt_json *all = NULL;
    assert_int_equal(wrt_protocol_read_all(&all, TEST_SOURCE_DIR "/agent/protocols", NULL), WRT_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *types = wrt_protocol_types(all, wrt_str_of(cases[i].question));
        const wrt_json *mechanism = NULL;
        WRT_JSON_EACH(type, types)
        if (strcmp(wrt_json_get_text(type, "name", ""), "mechanism") == 0)
            mechanism = type;
        assert_int_equal(wrt_json_get_int(mechanism, "cue", 0) > 0, cases[i].cued);
        wrt_json_free(types);
    }
    wrt_json_free(all);
}

static void protocol_refuses_malformed_files(void **state) {
    (void)state;
    static const struct {
        const char *text, *word;
    } cases[] = {
        {"{", "bad.json"},
        {"{\"schema\":\"warrant/protocol/2\"}", "schema"},
        {"{\"schema\":\"warrant/protocol/1\",\"steps\":[]}", "steps"},
        {"{\"schema\":\"warrant/protocol/1\",\"steps\":[{\"id\":\"a\",\"args\":{},\"why\":\"w\"}]}",
         "tool"},
        {"{\"schema\":\"warrant/protocol/"
         "1\",\"steps\":[{\"id\":\"a\",\"tool\":\"t\",\"why\":\"w\"}]}",
         "args"},
        {"{\"schema\":\"warrant/protocol/1\",\"steps\":[{\"id\":\"a\",\"tool\":\"t\",\"args\":{},"
         "\"why\":\"w\"},{\"id\":\"a\",\"tool\":\"t\",\"args\":{},\"why\":\"w\"}]}",
         "twice"},
        {"{\"schema\":\"warrant/protocol/1\",\"steps\":[{\"id\":\"a\",\"tool\":\"t\",\"args\":{},"
         "\"why\":\"w\",\"share\":1.5}]}",
         "share"},
        {"{\"schema\":\"warrant/protocol/1\",\"steps\":[{\"id\":\"a\",\"tool\":\"t\",\"args\":{},"
         "\"why\":\"w\"}],\"propose\":9}",
         "propose"},
        {"{\"schema\":\"warrant/protocol/1\",\"steps\":[{\"id\":\"a\",\"tool\":\"t\",\"args\":{},"
         "\"why\":\"w\"}],\"propose\":\"all\"}",
         "propose"},
        {"{\"schema\":\"warrant/protocol/1\",\"steps\":[{\"id\":\"a\",\"tool\":\"t\",\"args\":{},"
         "\"why\":\"w\",\"share\":0}]}",
         "share"},
    };
    char dir[] = "/tmp/warrant-protocol-XXXXXX";
    assert_non_null(mkdtemp(dir));
    char *path = wrt_path_join(dir, "bad.json");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_err err = {0};
        wrt_json *protocol = NULL;
        assert_int_equal(wrt_file_write(path, wrt_str_of(cases[i].text), 0600, NULL), WRT_OK);
        assert_int_equal(wrt_protocol_load(&protocol, dir, "bad", &err), WRT_E_INPUT);
        assert_null(protocol);
        assert_non_null(strstr(err.message, cases[i].word));
    }
    unlink(path);
    rmdir(dir);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan_bind_replaces_references),
        cmocka_unit_test(plan_bind_leaves_out_what_need_not_be_there),
        cmocka_unit_test(plan_step_applies_when_its_reference_leads_somewhere),
        cmocka_unit_test(plan_bind_names_the_reference_that_leads_nowhere),
        cmocka_unit_test(protocol_ships_one_that_loads),
        cmocka_unit_test(protocol_cues_match_whole_words),
        cmocka_unit_test(protocol_refuses_malformed_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
