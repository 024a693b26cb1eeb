/* test_mechanism.c: rows that a language model gives: against the oracle that evaluates every token
 * alone, for each rule; their bits from any order, shard or cache; tables compiled from them. */
#include "base/file.h"
#include "scm/compile.h"
#include "scm/formats/bif.h"
#include "scm/mechanism/mechanism.h"
#include "tests/llm/naive.h"
#include "tests/llm/support.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A chain with a fork: a table in front, values of one token and of several. */
static const char text[] =
    "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":["
    "{\"name\":\"drug\",\"role\":\"exogenous\",\"values\":[\"yes\",\"no\"],\"cpt\":{\"rows\":[{"
    "\"p\":"
    "[0.25,0.75]}]},\"phrases\":[{\"before\":\"Was the drug taken? \",\"after\":\".\"}]},"
    "{\"name\":\"gene\",\"values\":[\"high\",\"low\",\"very "
    "low\"],\"parents\":[\"drug\"],\"phrases\":"
    "[{\"before\":\"The gene is \",\"after\":\" in the disease.\"},{\"before\":\"Gene: "
    "\",\"after\":"
    "\".\"}]},"
    "{\"name\":\"effect\",\"values\":[\"increases\",\"decreases\"],\"parents\":[\"gene\",\"drug\"],"
    "\"phrases\":[{\"before\":\"The effect \",\"after\":\".\"}]}],"
    "\"treatment\":\"drug\",\"outcome\":\"effect\"}";

static wrt_scm *scm;

static int setup(void **state) {
    wrt_json *document = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&document, WRT_STR(text), &err) != WRT_OK ||
        wrt_scm_parse(&scm, document, &err) != WRT_OK)
        return 1;
    wrt_json_free(document);
    return tiny_setup(state);
}

static int teardown(void **state) {
    wrt_scm_free(scm);
    return tiny_teardown(state);
}

static wrt_scm_mechanism *make(wrt_llm *llm, wrt_scm_rule rule, double temperature) {
    const wrt_scm_mechanism_options options = {
        .llm = llm, .scoring = {.rule = rule, .temperature = temperature}};
    wrt_scm_mechanism *m = NULL;
    wrt_err err = {0};
    if (wrt_scm_mechanism_new(&m, scm, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return m;
}

static void ask(double *out, wrt_scm_mechanism *m, size_t variable, const uint64_t *numbers,
                size_t n) {
    wrt_scm_rows rows = wrt_scm_mechanism_rows(m);
    wrt_err err = {0};
    if (rows.ask(out, rows.ctx, variable, numbers, n, &err) != WRT_OK)
        fail_msg("%s", err.message);
}

/* ---- against the oracle: the row of gene = low (1), drug = no (1): number 3 of `effect` */

static const char context[] = "Was the drug taken? no. The gene is low in the disease. The effect";
static const char *const said[] = {" increases.", " decreases."};
static const char *const bare[] = {" increases", " decreases"};
static const char reference_context[] =
    " Was the drug taken? no. The gene is low in the disease. The effect ";

static double oracle_score(naive *oracle, wrt_scm_rule rule, size_t k) {
    static const char *const values[] = {"increases", "decreases"};
    int tokens = 0;
    double sum = naive_continue(oracle, context, said, 2, k, &tokens);
    switch (rule) {
    case WRT_SCM_SUM_VALUE:
        return naive_continue(oracle, context, bare, 2, k, &tokens);
    case WRT_SCM_MEAN:
        return sum / tokens;
    case WRT_SCM_BYTES:
        return sum / 10.0; /* "increases." */
    case WRT_SCM_PMI:
        return sum - naive_continue(oracle, "The effect", said, 2, k, &tokens);
    case WRT_SCM_REFERENCE:
        return naive_mean_behind(oracle, reference_context, values[k]);
    default:
        return sum;
    }
}

static void rows_equal_the_oracle_under_every_rule(void **state) {
    (void)state;
    const uint64_t number = 3;
    double seen[WRT_SCM_RULES];
    wrt_llm *llm = open_tiny(wrt_scm_llm_options((wrt_llm_options){0}));
    naive *oracle = naive_open(tiny_path(), true);
    for (int rule = 0; rule < WRT_SCM_RULES; rule++) {
        wrt_scm_mechanism *m = make(llm, (wrt_scm_rule)rule, 2.0);
        double row[2];
        ask(row, m, 2, &number, 1);
        double gap = oracle_score(oracle, (wrt_scm_rule)rule, 1) -
                     oracle_score(oracle, (wrt_scm_rule)rule, 0);
        double wanted = 1.0 / (1.0 + exp(gap / 2.0));
        print_message("%s: %.9f, oracle %.9f\n", wrt_scm_rule_name((wrt_scm_rule)rule), row[0],
                      wanted);
        assert_true(fabs(row[0] - wanted) < 1e-5);
        assert_true(fabs(row[0] + row[1] - 1.0) < 1e-12);
        seen[rule] = row[0];
        for (int other = 0; other < rule; other++) /* so that no rule passes for another */
            assert_true(fabs(seen[other] - row[0]) > 1e-4);
        wrt_scm_mechanism_usage usage = wrt_scm_mechanism_usage_of(m);
        assert_int_equal(usage.contexts, 1);
        assert_true(rule == WRT_SCM_REFERENCE ? isnan(usage.mass)
                                              : usage.mass > 0.0 && usage.mass < 1.0);
        wrt_scm_mechanism_free(m);
    }
    naive_close(oracle);
    wrt_llm_close(llm);
}

static void mechanism_says_what_it_is(void **state) {
    (void)state;
    wrt_llm *llm = open_tiny(wrt_scm_llm_options((wrt_llm_options){0}));
    wrt_scm_mechanism *m = make(llm, WRT_SCM_PMI, 1.5);
    wrt_json *facts = wrt_scm_mechanism_describe(m);
    assert_string_equal(wrt_json_get_text(facts, "rule", ""), "pmi");
    assert_true(wrt_json_get_number(facts, "temperature", 0) == 1.5);
    assert_string_equal(wrt_json_get_text(facts, "label", ""), "model-implied, not evidence");
    assert_string_equal(wrt_json_get_text(wrt_json_get(facts, "model"), "model", ""), "tiny.gguf");
    assert_int_equal(wrt_json_get_int(wrt_json_get(facts, "phrasing"), "gene", -1), 0);
    assert_true(wrt_scm_mechanism_rows(m).depth_first);
    wrt_json_free(facts);
    wrt_scm_mechanism_free(m);
    wrt_llm_close(llm);
}

/* ---- scripted scores: arithmetic and economy by hand */

static wrt_llm *open_script(const char *lines) {
    char *path = wrt_path_join(tiny_folder(), "scores.jsonl");
    wrt_buf spec = wrt_buf_make(4200);
    wrt_llm *llm = NULL;
    wrt_buf_printf(&spec, "script:%s", path);
    assert_int_equal(wrt_file_write(path, wrt_str_of(lines), 0600, NULL), WRT_OK);
    assert_int_equal(wrt_llm_open(&llm, spec.ptr, NULL, NULL), WRT_OK);
    unlink(path);
    free(path);
    wrt_buf_free(&spec);
    return llm;
}

static void row_is_the_softmax_at_the_temperature_and_asked_once(void **state) {
    (void)state;
    const uint64_t numbers[] = {1, 0, 1, 1, 0}, again[] = {0, 1};
    double rows[15], more[6], drug[4];
    wrt_llm *llm = open_script("{\"kind\":\"score\",\"log_p\":[-1,-2,-3]}\n"
                               "{\"kind\":\"score\",\"log_p\":[-700,-701,-750]}\n");
    wrt_scm_mechanism *m = make(llm, WRT_SCM_SUM, 2.0);
    ask(rows, m, 1, numbers, 5); /* rows are scored in ascending order: 0, then 1 */
    /* e^0, e^-0.5, e^-1 over their sum; far below what exp can hold, the same way */
    double sum = 1.0 + exp(-0.5) + exp(-1.0), low = 1.0 + exp(-0.5) + exp(-25.0);
    assert_true(fabs(rows[3] - 1.0 / sum) < 1e-15 && fabs(rows[5] - exp(-1.0) / sum) < 1e-15);
    assert_true(fabs(rows[0] - 1.0 / low) < 1e-15 && fabs(rows[2] - exp(-25.0) / low) < 1e-15);
    assert_memory_equal(rows, rows + 6, 3 * sizeof *rows); /* 1, 1 and 1 */
    assert_memory_equal(rows, rows + 9, 3 * sizeof *rows);
    ask(more, m, 1, again, 2); /* the script has nothing left: no further call */
    assert_memory_equal(more, rows + 3, 6 * sizeof *rows);
    ask(drug, m, 0, again, 1);
    assert_true(drug[0] == 0.25 && drug[1] == 0.75);
    assert_int_equal(wrt_llm_usage_of(llm).calls, 1);
    assert_int_equal(wrt_scm_mechanism_usage_of(m).rows, 8);
    assert_int_equal(wrt_scm_mechanism_usage_of(m).contexts, 2);
    assert_false(wrt_scm_mechanism_rows(m).depth_first);
    wrt_scm_mechanism_free(m);
    wrt_llm_close(llm);
}

static void mechanism_names_what_cannot_be(void **state) {
    (void)state;
    const wrt_scm_scoring sum = {.rule = WRT_SCM_SUM, .temperature = 1.0};
    const size_t beyond[] = {0, 2, 0};
    wrt_scm_mechanism *m = NULL;
    wrt_err err = {0};
    wrt_scm_mechanism_options options = {.scoring = sum};
    const uint64_t number = 0;
    double row[3];
    assert_int_equal(wrt_scm_mechanism_new(&m, scm, &options, &err), WRT_OK);
    ask(row, m, 0, &number, 1); /* a table needs no language model */
    wrt_scm_rows rows = wrt_scm_mechanism_rows(m);
    assert_int_equal(rows.ask(row, rows.ctx, 1, &number, 1, &err), WRT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "\"gene\": its mechanism is a language model's"));
    wrt_scm_mechanism_free(m);
    options.llm = open_tiny((wrt_llm_options){.context = 16});
    assert_int_equal(wrt_scm_mechanism_new(&m, scm, &options, &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "variable \"gene\": question 1 needs"));
    wrt_llm_close(options.llm);
    options.llm = open_script("");
    options.phrasings = beyond;
    assert_int_equal(wrt_scm_mechanism_new(&m, scm, &options, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "variable \"gene\": there is no phrasing 2"));
    options.phrasings = NULL;
    options.scoring.temperature = -1.0;
    assert_int_equal(wrt_scm_mechanism_new(&m, scm, &options, &err), WRT_E_INPUT);
    options.scoring = (wrt_scm_scoring){.rule = WRT_SCM_REFERENCE, .temperature = 1.0};
    assert_int_equal(wrt_scm_mechanism_new(&m, scm, &options, &err), WRT_OK);
    rows = wrt_scm_mechanism_rows(m);
    assert_int_equal(rows.ask(row, rows.ctx, 1, &number, 1, &err), WRT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "variable \"gene\": a model of kind \"script\""));
    wrt_scm_mechanism_free(m);
    wrt_llm_close(options.llm);
}

/* ---- bits */

enum { EFFECT_ROWS = 6 };

static char *cache_at(const char *name) {
    return wrt_path_join(tiny_folder(), name);
}

static void remove_cache(char *path) {
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        wrt_buf name = wrt_buf_make(4200);
        wrt_buf_printf(&name, "%s%s", path, ends[i]);
        unlink(name.ptr);
        wrt_buf_free(&name);
    }
    free(path);
}

static void bits_depend_on_the_row_alone(void **state) {
    (void)state;
    const uint64_t all[EFFECT_ROWS] = {0, 1, 2, 3, 4, 5};
    double cold[2 * EFFECT_ROWS], sharded[2 * EFFECT_ROWS], turned[2 * EFFECT_ROWS];
    char *whole = cache_at("whole.db"), *parts[3];
    const char *const names[] = {"1.db", "2.db", "3.db"};
    wrt_llm *llm = open_tiny(wrt_scm_llm_options((wrt_llm_options){.cache_path = whole}));
    wrt_scm_mechanism *m = make(llm, WRT_SCM_MEAN, 1.0);
    ask(cold, m, 2, all, EFFECT_ROWS);
    assert_true(wrt_llm_usage_of(llm).calls == 1);
    wrt_scm_mechanism_free(m);
    wrt_llm_close(llm);
    /* from the cache: no call, the same bytes */
    llm = open_tiny(wrt_scm_llm_options((wrt_llm_options){.cache_path = whole}));
    m = make(llm, WRT_SCM_MEAN, 1.0);
    ask(turned, m, 2, all, EFFECT_ROWS);
    assert_int_equal(wrt_llm_usage_of(llm).calls, 0);
    assert_int_equal(wrt_llm_usage_of(llm).cache_hits, 2 * EFFECT_ROWS);
    assert_memory_equal(cold, turned, sizeof cold);
    wrt_scm_mechanism_free(m);
    wrt_llm_close(llm);
    /* three shards, each with a cold cache of its own, in another order */
    for (size_t s = 0; s < 3; s++) {
        parts[s] = cache_at(names[s]);
        llm = open_tiny(wrt_scm_llm_options((wrt_llm_options){.cache_path = parts[s]}));
        m = make(llm, WRT_SCM_MEAN, 1.0);
        for (size_t i = EFFECT_ROWS; i-- > 0;)
            if (i % 3 == s)
                ask(sharded + 2 * i, m, 2, &all[i], 1);
        wrt_scm_mechanism_free(m);
        wrt_llm_close(llm);
        remove_cache(parts[s]);
    }
    assert_memory_equal(cold, sharded, sizeof cold);
    remove_cache(whole);
}

/* ---- tables */

static void compiled_tables_are_the_rows_and_keep_their_label(void **state) {
    (void)state;
    const uint64_t all[EFFECT_ROWS] = {0, 1, 2, 3, 4, 5};
    double rows[2 * EFFECT_ROWS];
    wrt_scm *made = NULL, *again = NULL;
    wrt_err err = {0};
    wrt_buf bif = wrt_buf_make(WRT_MIB(1));
    wrt_llm *llm = open_tiny(wrt_scm_llm_options((wrt_llm_options){0}));
    wrt_scm_mechanism *m = make(llm, WRT_SCM_SUM, 1.0);
    wrt_scm_rows source = wrt_scm_mechanism_rows(m);
    wrt_json *origin = wrt_scm_mechanism_describe(m);
    if (wrt_scm_compile(&made, scm, &source, origin, &err) != WRT_OK)
        fail_msg("%s", err.message);
    ask(rows, m, 2, all, EFFECT_ROWS);
    assert_memory_equal(wrt_scm_variable_at(made, 2)->table, rows, sizeof rows);
    assert_false(wrt_scm_needs_model(made));
    assert_true(wrt_scm_is_model_implied(made));
    assert_string_equal(wrt_json_get_text(wrt_scm_origin(made), "rule", ""), "sum");
    assert_int_equal(wrt_scm_variable_at(made, 1)->n_phrasings, 2);
    wrt_json *document = wrt_scm_to_json(made);
    assert_int_equal(wrt_scm_parse(&again, document, NULL), WRT_OK);
    assert_memory_equal(wrt_scm_variable_at(again, 2)->table, rows, sizeof rows);
    assert_string_equal(wrt_json_get_text(wrt_scm_origin(again), "label", ""), WRT_SCM_LABEL);
    wrt_scm_free(again);
    assert_int_equal(wrt_scm_write_bif(&bif, made, NULL), WRT_OK);
    assert_non_null(strstr(bif.ptr, "not evidence"));
    assert_int_equal(wrt_scm_read_bif(&again, NULL, wrt_buf_str(&bif), NULL), WRT_OK);
    assert_true(wrt_scm_is_model_implied(again));
    assert_memory_equal(wrt_scm_variable_at(again, 2)->table, rows, sizeof rows);
    wrt_scm_free(again);
    wrt_scm_free(made);
    wrt_json_free(document);
    wrt_json_free(origin);
    wrt_buf_free(&bif);
    wrt_scm_mechanism_free(m);
    wrt_llm_close(llm);
}

static void cost_weighs_tables_against_sampling(void **state) {
    (void)state;
    wrt_scm_cost many = wrt_scm_cost_of(scm, 1000), few = wrt_scm_cost_of(scm, 2);
    /* gene 2 contexts of 3 values, effect 6 of 2; the drug is a table */
    assert_true(many.contexts == 8.0 && many.scores == 18.0 && many.fits);
    assert_true(many.compile && fabs(many.sampled_contexts - 8.0) < 1e-9);
    /* two units hit 2 (1 - 1/4) = 1.5 of 2 contexts and 6 (1 - 25/36) = 11/6 of 6 */
    assert_true(fabs(few.sampled_contexts - (1.5 + 11.0 / 6.0)) < 1e-12);
    assert_true(fabs(few.sampled_scores - (4.5 + 11.0 / 3.0)) < 1e-12);
    assert_false(few.compile);
    wrt_json *facts = wrt_scm_cost_json(&few);
    assert_string_equal(wrt_json_get_text(facts, "cheaper", ""), "sample");
    assert_non_null(strstr(wrt_json_get_text(facts, "why", ""), "8 contexts"));
    wrt_json_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_equal_the_oracle_under_every_rule),
        cmocka_unit_test(mechanism_says_what_it_is),
        cmocka_unit_test(row_is_the_softmax_at_the_temperature_and_asked_once),
        cmocka_unit_test(mechanism_names_what_cannot_be),
        cmocka_unit_test(bits_depend_on_the_row_alone),
        cmocka_unit_test(compiled_tables_are_the_rows_and_keep_their_label),
        cmocka_unit_test(cost_weighs_tables_against_sampling),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
