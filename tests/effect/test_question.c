/* test_question.c: arguments of an estimate, read strictly. */
#include "effect/question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static wrt_status parse(wrt_effect_question **out, const char *text, wrt_err *err) {
    wrt_json *args = NULL;
    assert_int_equal(wrt_json_parse(&args, wrt_str_of(text), NULL), WRT_OK);
    wrt_status status = wrt_effect_question_parse(out, args, err);
    wrt_json_free(args);
    return status;
}

static void assert_refused(const char *text, const char *part) {
    wrt_effect_question *q = NULL;
    wrt_err err = {0};
    assert_int_equal(parse(&q, text, &err), WRT_E_INPUT);
    assert_null(q);
    if (strstr(err.message, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, err.message);
}

static void every_member_reaches_its_field(void **state) {
    (void)state;
    wrt_effect_question *q = NULL;
    assert_int_equal(
        parse(&q,
              "{\"data\":\"t.csv\",\"treatment\":\"a\",\"outcome\":\"b\",\"adjust\":[\"c\",\"d\"],"
              "\"estimator\":\"ipw\",\"estimand\":\"att\",\"se\":\"bootstrap\",\"bootstrap\":200,"
              "\"seed\":7,\"folds\":3,\"trim\":0.05,\"hc\":\"hc3\",\"ties\":\"breslow\","
              "\"missing\":\"refuse\",\"na\":[\"-9\",\"\"],\"shard\":\"2/3\",\"level\":0.9,"
              "\"categorical\":[\"c\"],\"normalised\":false,\"distance\":\"propensity\"}",
              NULL),
        WRT_OK);
    assert_string_equal(q->roles.treatment, "a");
    assert_string_equal(q->roles.adjust.items[1], "d");
    assert_int_equal(q->options.estimand, WRT_ESTIMAND_ATT);
    assert_true(q->has_estimand);
    assert_int_equal(q->options.se, WRT_SE_BOOTSTRAP);
    assert_int_equal(q->options.draws, 200);
    assert_int_equal(q->options.seed, 7);
    assert_int_equal(q->options.folds, 3);
    assert_int_equal(q->options.hc, WRT_HC3);
    assert_false(q->options.efron);
    assert_false(q->options.is_normalised);
    assert_true(q->options.by_propensity);
    assert_int_equal(q->roles.missing, WRT_MISSING_REFUSE);
    assert_int_equal(q->missing_texts.n, 2);
    assert_int_equal(q->shard, 2);
    assert_int_equal(q->shards, 3);
    wrt_effect_question_free(q);
}

static void the_estimator_follows_from_what_is_adjusted_for(void **state) {
    (void)state;
    wrt_effect_question *q = NULL;
    assert_int_equal(parse(&q, "{\"treatment\":\"a\",\"outcome\":\"b\"}", NULL), WRT_OK);
    assert_string_equal(q->estimator, "naive");
    assert_true(q->options.efron);
    assert_false(q->has_estimand);
    assert_false(q->stream);
    wrt_effect_question_free(q);
    assert_int_equal(
        parse(&q, "{\"treatment\":\"a\",\"outcome\":\"b\",\"adjust\":\"auto\",\"graph\":\"a->b\"}",
              NULL),
        WRT_OK);
    assert_string_equal(q->estimator, "aipw");
    wrt_effect_question_free(q);
}

static void what_is_wrong_is_named(void **state) {
    (void)state;
    assert_refused("[]", "not an object");
    assert_refused("{\"treatment\":\"a\"}", "\"outcome\"");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"a\"}", "both \"a\"");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"x\":1}", "\"x\"");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"adjust\":\"auto\"}", "graph");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"adjust\":\"c\"}", "array of columns");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"estimand\":\"late\"}",
                   "ate, att, atc");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"trim\":0.7}", "from 0 to 0.49");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"folds\":2.5}", "whole number");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"seed\":-1}", "seed");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"shard\":\"4/3\"}", "I/K");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"shard\":\"x\"}", "I/K");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"shard\":\"1/3\"}", "bootstrap");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"graph\":\"a -> b -> a\"}", "graph");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"refute\":1}", "true or false");
    assert_refused("{\"treatment\":\"a\",\"outcome\":\"b\",\"running\":\"x\"}", "cutoff");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_reaches_its_field),
        cmocka_unit_test(the_estimator_follows_from_what_is_adjusted_for),
        cmocka_unit_test(what_is_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
