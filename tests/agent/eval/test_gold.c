/* test_gold.c: what a run came to, held against what a person says; the model that knows it. */
#include "agent/eval/gold.h"
#include "agent/eval/oracle.h"
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

static const char report_text[] =
    "{\"exit\":0,\"answer\":{\"reason\":\"it is ambiguous here\","
    "\"hypotheses\":[{\"claim\":\"c2\"},{\"claim\":\"c1\"}],"
    "\"claims\":[{\"id\":\"c1\",\"text\":\"A through B.\"},{\"id\":\"c2\",\"text\":\"A through "
    "C.\"}],"
    "\"evidence\":[{\"kind\":\"kg_edge\",\"text\":\"not quoted\"},"
    "{\"kind\":\"publication_quote\",\"text\":\"A lowered D.\"}]},"
    "\"events\":[{\"type\":\"frame\",\"body\":{\"type\":\"mechanism\",\"treatment\":{\"id\":\"X:"
    "1\","
    "\"name\":\"A\"},\"outcome\":{\"id\":\"X:3\",\"name\":\"D\"}}},"
    "{\"type\":\"model.request\",\"body\":{\"purpose\":\"optional\"}},"
    "{\"type\":\"model.response\",\"body\":{\"choice\":1}},"
    "{\"type\":\"model.request\",\"body\":{\"purpose\":\"more\"}},"
    "{\"type\":\"model.response\",\"body\":{\"choice\":1}},"
    "{\"type\":\"model.request\",\"body\":{\"purpose\":\"order\"}},"
    "{\"type\":\"model.response\",\"body\":{\"choice\":1}},"
    "{\"type\":\"plan\",\"body\":{\"steps\":[{\"id\":\"paths\"},{\"id\":\"neighbours\"}]}}]}";

static wrt_json *parse(const char *text) {
    wrt_json *out = NULL;
    assert_int_equal(wrt_json_parse(&out, wrt_str_of(text), NULL), WRT_OK);
    return out;
}

/* What differs, a line each; "" for nothing. */
static void check_difference(const char *gold_text, const char *expected) {
    wrt_json *gold = parse(gold_text), *report = parse(report_text);
    wrt_buf out = wrt_buf_make(WRT_KIB(4));
    wrt_gold_differ(&out, gold, report);
    assert_string_equal(wrt_buf_str(&out).len > 0 ? wrt_buf_str(&out).ptr : "", expected);
    wrt_buf_free(&out);
    wrt_json_free(gold);
    wrt_json_free(report);
}

static void gold_is_met_when_all_that_it_states_came_out(void **state) {
    (void)state;
    check_difference("{}", "");
    check_difference("{\"exit\":0,\"says\":\"ambiguous\",\"type\":\"mechanism\",\"treatment\":\"X:"
                     "1\",\"outcome\":\"D\",\"takes\":{\"neighbours\":\"what else\"},\"first\":"
                     "\"C\",\"quote\":\"A lowered\"}",
                     "");
}

static void gold_tells_each_thing_that_differs(void **state) {
    (void)state;
    check_difference("{\"exit\":3}", "exit is 0, not 3\n");
    check_difference("{\"type\":\"evidence\"}", "type is \"mechanism\", not \"evidence\"\n");
    check_difference("{\"treatment\":\"X:2\"}", "treatment is \"X:1\", not \"X:2\"\n");
    check_difference("{\"outcome\":\"X:2\"}", "outcome is \"X:3\", not \"X:2\"\n");
    check_difference("{\"takes\":{\"other\":\"x\"}}", "step \"other\" is not taken\n");
    check_difference("{\"first\":\"B\"}", "the first route is \"A through C.\", not \"B\"\n");
    check_difference("{\"quote\":\"not quoted\"}", "\"not quoted\" is not quoted\n");
    check_difference("{\"says\":\"nothing\"}",
                     "the reason is \"it is ambiguous here\", not \"nothing\"\n");
}

static void steps_that_were_added_for_nothing_are_counted(void **state) {
    (void)state;
    wrt_json *report = parse(report_text), *wants = parse("{\"takes\":{\"neighbours\":\"x\"}}");
    assert_int_equal(wrt_gold_needless(NULL, report), 2);
    assert_int_equal(wrt_gold_needless(wants, report), 1);
    wrt_json_free(report);
    wrt_json_free(wants);
}

static void oracle_chooses_as_gold_says(void **state) {
    (void)state;
    char folder[] = "/tmp/warrant-oracle-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    const wrt_eval_request request = {.scratch = folder};
    wrt_json *gold = parse("{\"treatment\":\"X:2\"}");
    wrt_llm *llm = NULL;
    wrt_llm_choice choice;
    const wrt_str ids[] = {WRT_STR("X:1"), WRT_STR("X:2")};
    wrt_llm_question entity = {
        .prompt = {.system = WRT_STR("Answer with the id of the entity that is meant."),
                   .user = WRT_STR("Name: \"n\"")},
        .candidates = ids,
        .n = 2};
    assert_int_equal(wrt_oracle_open(&llm, gold, "../q", &request, NULL), WRT_E_INPUT);
    assert_int_equal(wrt_oracle_open(&llm, gold, "", &request, NULL), WRT_E_INPUT);
    assert_int_equal(wrt_oracle_open(&llm, gold, "q-1", &request, NULL), WRT_OK);
    assert_int_equal(wrt_llm_choose(&choice, llm, &entity, NULL), WRT_OK);
    assert_int_equal(choice.index, 1);
    entity.prompt.system = WRT_STR("Something that gold says nothing about.");
    assert_int_equal(wrt_llm_choose(&choice, llm, &entity, NULL), WRT_OK);
    assert_int_equal(choice.index, 0);
    wrt_llm_close(llm);
    wrt_json_free(gold);
    snprintf(path, sizeof path, "%s/q-1.jsonl", folder);
    unlink(path);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gold_is_met_when_all_that_it_states_came_out),
        cmocka_unit_test(gold_tells_each_thing_that_differs),
        cmocka_unit_test(steps_that_were_added_for_nothing_are_counted),
        cmocka_unit_test(oracle_chooses_as_gold_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
