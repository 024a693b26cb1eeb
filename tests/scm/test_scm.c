/* test_scm.c: a confounded model whose observational and interventional answers differ, by hand. */
#include "scm/infer/query.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* z -> x, z -> y, x -> y, written out of order. P(z=1) = 0.4; P(x=1|z) = 0.2, 0.9;
 * P(y=1|z,x) = 0.1 (0,0), 0.3 (0,1), 0.5 (1,0), 0.8 (1,1). */
static const char confounded[] =
    "{\"schema\":\"warrant/scm/1\",\"name\":\"confounded\",\"variables\":["
    "{\"name\":\"y\",\"values\":[\"0\",\"1\"],\"parents\":[\"z\",\"x\"],\"cpt\":{\"rows\":["
    "{\"z\":\"1\",\"x\":\"1\",\"p\":[0.2,0.8]},{\"z\":\"0\",\"x\":\"0\",\"p\":[0.9,0.1]},"
    "{\"z\":\"0\",\"x\":\"1\",\"p\":[0.7,0.3]},{\"z\":\"1\",\"x\":\"0\",\"p\":[0.5,0.5]}]}},"
    "{\"name\":\"z\",\"role\":\"exogenous\",\"values\":[\"0\",\"1\"],\"parents\":[],"
    "\"cpt\":{\"rows\":[{\"p\":[0.6,0.4]}]}},"
    "{\"name\":\"x\",\"values\":[\"0\",\"1\"],\"parents\":[\"z\"],\"cpt\":{\"rows\":["
    "{\"z\":\"0\",\"p\":[0.8,0.2]},{\"z\":\"1\",\"p\":[0.1,0.9]}]}}]}";

static wrt_scm *load(const char *text, wrt_status want, wrt_err *err) {
    wrt_json *document = NULL;
    wrt_scm *scm = NULL;
    assert_int_equal(wrt_json_parse(&document, wrt_str_of(text), NULL), WRT_OK);
    assert_int_equal(wrt_scm_parse(&scm, document, err), want);
    wrt_json_free(document);
    return scm;
}

static wrt_status query(wrt_scm_answer *out, const wrt_scm *scm, const char *outcome,
                        const wrt_json *do_values, const wrt_json *given, wrt_err *err) {
    wrt_scm_question question = {.outcome = outcome, .do_values = do_values, .given = given};
    return wrt_scm_query(out, scm, wrt_scm_rows_of_tables(scm), &question, err);
}

static double ask(const wrt_scm *scm, const char *do_text, const char *given_text, int rung) {
    wrt_json *do_values = NULL, *given = NULL;
    wrt_scm_answer answer;
    if (do_text != NULL)
        assert_int_equal(wrt_json_parse(&do_values, wrt_str_of(do_text), NULL), WRT_OK);
    if (given_text != NULL)
        assert_int_equal(wrt_json_parse(&given, wrt_str_of(given_text), NULL), WRT_OK);
    assert_int_equal(query(&answer, scm, "y", do_values, given, NULL), WRT_OK);
    assert_int_equal(answer.rung, rung);
    wrt_json_free(do_values);
    wrt_json_free(given);
    return answer.p[1];
}

static void scm_keeps_seeing_and_doing_apart(void **state) {
    (void)state;
    wrt_scm *scm = load(confounded, WRT_OK, NULL);
    assert_string_equal(wrt_scm_variable_at(scm, 0)->name, "z");
    assert_string_equal(wrt_scm_variable_at(scm, 2)->name, "y");
    /* seeing: (0.6*0.2*0.3 + 0.4*0.9*0.8) / (0.6*0.2 + 0.4*0.9) = 0.324 / 0.48 = 0.675 */
    assert_true(fabs(ask(scm, NULL, "{\"x\":\"1\"}", 1) - 0.675) < 1e-12);
    /* doing: 0.6*0.3 + 0.4*0.8 = 0.5 */
    assert_true(fabs(ask(scm, "{\"x\":\"1\"}", NULL, 2) - 0.5) < 1e-12);
    assert_true(fabs(ask(scm, "{\"x\":\"1\"}", "{\"z\":\"1\"}", 2) - 0.8) < 1e-12);
    /* no evidence: 0.6*(0.8*0.1+0.2*0.3) + 0.4*(0.1*0.5+0.9*0.8) = 0.084 + 0.308 */
    assert_true(fabs(ask(scm, NULL, NULL, 1) - 0.392) < 1e-12);
    wrt_scm_free(scm);
}

#define MODEL(variables) "{\"schema\":\"warrant/scm/1\",\"variables\":[" variables "]}"
#define ROOT(name, p)                                                                              \
    "{\"name\":\"" name "\",\"values\":[\"0\",\"1\"],\"cpt\":{\"rows\":[{\"p\":" p "}]}}"

static void scm_refuses_malformed_models(void **state) {
    (void)state;
    static const struct {
        const char *text, *word;
    } cases[] = {
        {"{}", "schema"},
        {MODEL(""), "variables"},
        {MODEL(ROOT("a", "[0.5,0.6]")), "sums to"},
        {MODEL(ROOT("a", "[1.5,-0.5]")), "[0, 1]"},
        {MODEL(ROOT("a", "[1]")), "2 probabilities"},
        {MODEL(ROOT("a", "[1,0]") "," ROOT("a", "[1,0]")), "unique"},
        {MODEL("{\"name\":\"a\",\"values\":[\"0\",\"0\"],\"cpt\":{\"rows\":[]}}"), "repeated"},
        {MODEL("{\"name\":\"a\",\"values\":[\"0\",\"1\"],\"parents\":[\"b\"],\"cpt\":{}}"),
         "unknown parent \"b\""},
        {MODEL("{\"name\":\"a\",\"values\":[\"0\",\"1\"],\"parents\":[\"b\"],\"cpt\":{}},"
               "{\"name\":\"b\",\"values\":[\"0\",\"1\"],\"parents\":[\"a\"],\"cpt\":{}}"),
         "a <- b <- a"},
        {MODEL("{\"name\":\"a\",\"values\":[\"0\",\"1\"]}"), "either \"cpt\" or \"phrases\""},
        {MODEL("{\"name\":\"a\",\"role\":\"x\",\"values\":[\"0\",\"1\"]}"), "role"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_err err = {0};
        assert_null(load(cases[i].text, WRT_E_INPUT, &err));
        assert_non_null(strstr(err.message, cases[i].word));
    }
}

static void scm_query_names_what_is_wrong(void **state) {
    (void)state;
    wrt_scm *scm = load(confounded, WRT_OK, NULL);
    wrt_scm_answer answer;
    wrt_err err = {0};
    wrt_json *bad = wrt_json_new_object();
    assert_int_equal(query(&answer, scm, "w", NULL, NULL, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "z, x, y"));
    wrt_json_set_text(bad, "x", "2");
    assert_int_equal(query(&answer, scm, "y", bad, NULL, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "0, 1"));
    wrt_json_set_text(bad, "x", "1");
    assert_int_equal(query(&answer, scm, "y", bad, bad, &err), WRT_E_INPUT);
    wrt_json_free(bad);
    wrt_scm_free(scm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scm_keeps_seeing_and_doing_apart),
        cmocka_unit_test(scm_refuses_malformed_models),
        cmocka_unit_test(scm_query_names_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
