/* Tests of schema_gbnf*.c. Soundness: random sentences of each grammar are read by the JSON reader
 * and pass the validator. Completeness, as far as it is promised: tables and exhaustive grids. */
#include "base/schema.h"
#include "llm/grammar/gbnf.h"
#include "llm/grammar/schema_gbnf.h"
#include "random_schema.h"
#include "schema_cases.h"
#include "sentence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* JSON with ' for ", so that the tables stay readable. */
static char *with_quotes(const char *text) {
    char *copy = strdup(text);
    for (char *at = copy; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    return copy;
}

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    wrt_err err = {0};
    char *copy = with_quotes(text);
    if (wrt_json_parse(&value, wrt_str_of(copy), &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    free(copy);
    return value;
}

static wrt_gbnf *grammar_of(const wrt_json *schema, const char *name) {
    wrt_buf text = wrt_buf_make(WRT_MIB(2));
    wrt_gbnf *grammar = NULL;
    wrt_err err = {0};
    if (wrt_schema_to_gbnf(&text, schema, &err) != WRT_OK)
        fail_msg("%s: %s", name, err.message);
    if (wrt_gbnf_parse(&grammar, wrt_buf_str(&text), &err) != WRT_OK)
        fail_msg("%s: %s\n%s", name, err.message, text.ptr);
    wrt_buf_free(&text);
    return grammar;
}

static wrt_gbnf *grammar_of_text(const char *text) {
    wrt_json *schema = parse(text);
    wrt_gbnf *grammar = grammar_of(schema, text);
    wrt_json_free(schema);
    return grammar;
}

static bool accepts(const wrt_gbnf *grammar, const char *text) {
    bool is_sentence = false;
    wrt_err err = {0};
    if (wrt_gbnf_accepts(&is_sentence, grammar, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    return is_sentence;
}

/* ---- soundness ------------------------------------------------------------------------------- */

static void check_sentence(const wrt_json *schema, const char *name, wrt_str sentence) {
    wrt_json *value = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&value, sentence, &err) != WRT_OK ||
        wrt_schema_validate(schema, value, "value", &err) != WRT_OK)
        fail_msg("%s\nsentence %.*s\n%s", name, (int)(sentence.len < 2000 ? sentence.len : 2000),
                 sentence.ptr, err.message);
    wrt_json_free(value);
}

static void check_sentences(const char *text, uint64_t unit) {
    wrt_json *schema = parse(text);
    wrt_gbnf *grammar = grammar_of(schema, text);
    sentence_maker *maker = sentence_maker_new(grammar);
    wrt_rng rng = wrt_rng_make(20240607, 1, unit);
    for (size_t i = 0; i < 200; i++) {
        wrt_buf sentence = wrt_buf_make(WRT_MIB(4));
        bool is_sentence = i % 20 != 0;
        assert_true(sentence_make(&sentence, maker, &rng, i * 4));
        check_sentence(schema, text, wrt_buf_str(&sentence));
        if (i % 20 == 0 && sentence.len < 20000)
            is_sentence = accepts(grammar, sentence.ptr);
        if (!is_sentence && sentence.len < 20000)
            fail_msg("%s\nrefuses its own %.2000s", text, sentence.ptr);
        wrt_buf_free(&sentence);
    }
    sentence_maker_free(maker);
    wrt_gbnf_free(grammar);
    wrt_json_free(schema);
}

static void sentences_fit_when_schema_is_small(void **state) {
    (void)state;
    for (size_t i = 0; i < N_SCHEMA_CASES; i++)
        check_sentences(schema_cases[i], i);
}

static void sentences_fit_when_schema_is_a_tools(void **state) {
    (void)state;
    for (size_t i = 0; i < N_TOOL_SCHEMAS; i++)
        check_sentences(tool_schemas[i], 1000 + i);
}

/* Sentences of one random schema; false when it has no grammar. */
static bool check_random(const wrt_json *schema, wrt_rng *rng) {
    wrt_buf text = wrt_buf_make(WRT_MIB(2));
    wrt_buf shown = wrt_buf_make(WRT_MIB(1));
    wrt_gbnf *grammar = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_schema_to_gbnf(&text, schema, &err);
    wrt_json_write(&shown, schema);
    if (status == WRT_OK && wrt_gbnf_parse(&grammar, wrt_buf_str(&text), &err) != WRT_OK)
        fail_msg("%s: %s", shown.ptr, err.message);
    if (status != WRT_OK && strstr(err.message, "schema") == NULL)
        fail_msg("%s: %s", shown.ptr, err.message);
    sentence_maker *maker = status == WRT_OK ? sentence_maker_new(grammar) : NULL;
    for (size_t i = 0; i < 12 && status == WRT_OK; i++) {
        wrt_buf sentence = wrt_buf_make(WRT_MIB(1));
        if (sentence_make(&sentence, maker, rng, i * 8))
            check_sentence(schema, shown.ptr, wrt_buf_str(&sentence));
        wrt_buf_free(&sentence);
    }
    sentence_maker_free(maker);
    wrt_gbnf_free(grammar);
    wrt_buf_free(&text);
    wrt_buf_free(&shown);
    return status == WRT_OK;
}

static void sentences_fit_when_schema_is_random(void **state) {
    (void)state;
    enum { SCHEMAS = 3000 };
    size_t n_good = 0;
    for (uint64_t i = 0; i < SCHEMAS; i++) {
        wrt_rng rng = wrt_rng_make(99, 4, i);
        wrt_json *schema = random_schema(&rng);
        assert_int_equal(wrt_schema_check(schema, NULL), WRT_OK);
        n_good += check_random(schema, &rng);
        wrt_json_free(schema);
    }
    assert_true(n_good > SCHEMAS / 2);
}

/* ---- completeness ---------------------------------------------------------------------------- */

typedef struct {
    const char *schema;
    const char *good[8]; /* up to the first NULL */
    const char *bad[8];
} language;

static const language languages[] = {
    {"{'type':'boolean'}", {"true", "false"}, {"null", " true", "True", "", "\"true\""}},
    {"{'type':['null','integer']}", {"null", "0", "-5"}, {"1.0", "1e3", "true", "-0", "01", "+1"}},
    {"{'enum':['a',2.50,{'y':1,'x':[true]}]}",
     {"'a'", "2.5", "{'x':[true],'y':1}"},
     {"'b'", "2.50", "{'y':1,'x':[true]}", "2"}},
    {"{'enum':[1,2,3,4],'minimum':2,'maximum':3}", {"2", "3"}, {"1", "4"}},
    {"{'enum':[1,'1',true],'type':['string','boolean']}", {"'1'", "true"}, {"1"}},
    {"{'const':'\\u0001\\n'}", {"'\\u0001\\n'"}, {"'\\u000a'", "'\\n'"}},
    {"{'type':'string','minLength':2,'maxLength':3}",
     {"'ab'", "'abc'", "'\xce\xb1\xf0\x9f\xa7\xac'", "'\\\\\\\\'"},
     {"'a'", "'abcd'", "ab", "'a\nb'", "'\\u0041b'", "'a\\nb'"}},
    {"{'type':'string','maxLength':0}", {"''"}, {"'a'"}},
    {"{'type':'array','items':{'type':'integer'},'minItems':1,'maxItems':3}",
     {"[1]", "[1,2]", "[1,2,3]"},
     {"[]", "[1,2,3,4]", "[1,]", "[1, 2]", "['1']"}},
    {"{'type':'array','items':{'type':'null'},'maxItems':2}",
     {"[]", "[null]", "[null,null]"},
     {"[null,null,null]", "[,]"}},
    {"{'type':'object','required':['b'],'properties':{'a':{'const':1},'b':{'const':2},'c':{'const':"
     "3}}}",
     {"{'b':2}", "{'a':1,'b':2}", "{'b':2,'c':3}", "{'a':1,'b':2,'c':3}"},
     {"{}", "{'a':1}", "{'c':3,'b':2}", "{'b':2,'b':2}", "{'b':3}", "{'b':2,}", "{'b':2,'d':1}"}},
    {"{'type':'object','properties':{'a':{'const':1},'b':{'const':2},'c':{'const':3}}}",
     {"{}", "{'a':1}", "{'b':2}", "{'c':3}", "{'a':1,'c':3}", "{'a':1,'b':2,'c':3}",
      "{'b':2,'c':3}"},
     {"{'a':1,}", "{,'a':1}", "{'b':2,'a':1}", "{'a':1,'b':3}"}},
    {"{'type':'object','required':['k\\u0022\\n']}", {"{'k\\'\\n':null}"}, {"{}", "{'k':1}"}},
    {"{'type':'object','additionalProperties':{'type':'integer'}}",
     {"{}", "{'n':1}", "{'a':1,'b2_x':2,'z':3}"},
     {"{'b':1,'a':1}", "{'a':1,'a':1}", "{'a':'x'}", "{'A':1}"}},
    {"{'type':'object','additionalProperties':false}", {"{}"}, {"{'a':1}"}},
    {"{}",
     {"null", "[[[]]]", "{'a':{'b':{'c':1}}}", "-1.5", "''", "[1,'x',{'k':true}]"},
     {"[[[[]]]]", "nul", "{'a':{'b':{'c':[]}}}"}},
    {"{'anyOf':[{'type':'integer','minimum':5},{'type':'string','maxLength':1}],'maximum':7}",
     {"5", "7", "'x'", "''"},
     {"4", "8", "'xy'", "null"}},
    {"{'oneOf':[{'type':'object','required':['k'],'properties':{'k':{'const':'a'},'x':{'type':'"
     "null'}}},"
     "{'type':'object','required':['k'],'properties':{'k':{'const':'b'},'y':{'type':'null'}}}]}",
     {"{'k':'a'}", "{'k':'a','x':null}", "{'k':'b','y':null}"},
     {"{'k':'a','y':null}", "{'k':'c'}", "{}"}},
    {"{'allOf':[{'type':'object','required':['a'],'properties':{'a':{'type':'integer','minimum':3}}"
     "},"
     "{'properties':{'a':{'maximum':5},'b':{'const':0}}}]}",
     {"{'a':3}", "{'a':5,'b':0}"},
     {"{'a':2}", "{'a':6}", "{'b':0}", "{'a':3.5}"}},
    {"{'allOf':[{'properties':{'a':{}},'additionalProperties':false,'type':'object'},"
     "{'properties':{'a':{'const':1},'b':{'const':2}}}]}",
     {"{}", "{'a':1}"},
     {"{'b':2}", "{'a':1,'b':2}", "{'a':2}"}},
    {"{'$ref':'#/$defs/l','$defs':{'l':{'type':'array','maxItems':2,'items':{'$ref':'#/$defs/"
     "l'}}}}",
     {"[]", "[[]]", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", "[[],[[]]]"},
     {"[1]", "[[],[],[]]", "["}},
    {"{'$ref':'#/$defs/a','maximum':5,'$defs':{'a':{'type':'integer','minimum':3}}}",
     {"3", "5"},
     {"2", "6"}},
    /* patterns */
    {"{'type':'string','pattern':'^[A-Z]+:[0-9]{2,}$'}",
     {"'HP:01'", "'MONDO:5148123'"},
     {"'HP:1'", "'hp:12'", "':12'", "'HP:12x'", "'xHP:12'"}},
    {"{'type':'string','pattern':'^(ab|c)?d$|^x{3}$'}",
     {"'d'", "'abd'", "'cd'", "'xxx'"},
     {"'ad'", "'xx'", "'abcd'", "''"}},
    {"{'type':'string','pattern':'^[^a-y]$'}",
     {"'z'", "'\\''", "'\\\\'", "'A'", "'\xc3\xa9'"},
     {"'a'", "'y'"}},
    {"{'type':'string','pattern':'^\\\\d\\\\w\\\\.$'}", {"'1_.'", "'9a.'"}, {"'a1.'", "'11x'"}},
    {"{'type':'string','pattern':'^a*$','minLength':2,'maxLength':4}",
     {"'aa'", "'aaa'", "'aaaa'"},
     {"'a'", "'aaaaa'", "''"}},
    {"{'type':'string','pattern':'b'}", {"'b'"}, {"'a'", "''"}},
    {"{'type':'string','pattern':'^a|b$'}", {"'a'", "'b'"}, {"'c'"}},
};

static void grammar_takes_what_is_promised(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
        const language *one = &languages[i];
        wrt_gbnf *grammar = grammar_of_text(one->schema);
        for (size_t k = 0; k < 8 && one->good[k] != NULL; k++) {
            char *text = with_quotes(one->good[k]);
            if (!accepts(grammar, text))
                fail_msg("%s\nrefuses %s", one->schema, text);
            free(text);
        }
        for (size_t k = 0; k < 8 && one->bad[k] != NULL; k++) {
            char *text = with_quotes(one->bad[k]);
            if (accepts(grammar, text))
                fail_msg("%s\naccepts %s", one->schema, text);
            free(text);
        }
        wrt_gbnf_free(grammar);
    }
}

static void grammar_takes_calls_when_schema_is_a_tools(void **state) {
    (void)state;
    static const struct {
        const char *schema, *call;
        bool is_good;
    } calls[] = {
        {KG_PATHS_ARGS, "{'from':'metformin','to':'type 2 diabetes'}", true},
        {KG_PATHS_ARGS, "{'from':'a','to':'b','max_hops':6,'k':1000,'kinds':['gene'],'sign':-1}",
         true},
        {KG_PATHS_ARGS, "{'from':'a','to':'b','max_hops':7}", false},
        {KG_PATHS_ARGS, "{'from':'a','to':'b','k':1001}", false},
        {KG_PATHS_ARGS, "{'from':'','to':'b'}", false},
        {KG_PATHS_ARGS, "{'to':'b'}", false},
        {KG_PATHS_ARGS, "{'from':'a','to':'b','hops':2}", false},
        {KG_PATHS_ARGS, "{'from':'a','to':'b','sign':0}", false},
        {KG_RESOLVE_ARGS, "{'text':'aspirin','kinds':[],'limit':100}", true},
        {KG_RESOLVE_ARGS, "{'text':'aspirin','limit':0}", false},
        {KG_ID_ARGS, "{'id':'MONDO:0005148'}", true},
        {KG_ID_ARGS, "{'id':5148}", false},
        {KG_NEIGHBORS_ARGS, "{'id':'x','predicates':['treats','causes'],'direction':'both'}", true},
        {KG_NEIGHBORS_ARGS, "{'id':'x','direction':'up'}", false},
        {CAUSAL_DSEP_ARGS, "{'graph':'dag{a->b}','x':'a','y':['b'],'given':[]}", true},
        {CAUSAL_DSEP_ARGS, "{'graph':{'nodes':['a'],'edges':[['a','b']]},'x':'a','y':'b'}", true},
        {CAUSAL_DSEP_ARGS, "{'graph':{'edges':[['a']]},'x':'a','y':'b'}", false},
        {CAUSAL_DSEP_ARGS, "{'graph':'g','x':[],'y':'b'}", false},
        {CAUSAL_SETS_ARGS,
         "{'graph':'g','treatment':'t','outcome':['o'],'kind':'optimal','max':10000}", true},
        {CAUSAL_SETS_ARGS, "{'graph':'g','treatment':'t','outcome':'o','max':10001}", false},
        {CAUSAL_CHECK_ARGS,
         "{'graph':'g','treatment':'t','outcome':'o','effect':'direct','set':['z']}", true},
        {CAUSAL_CHECK_ARGS,
         "{'graph':'g','treatment':'t','outcome':'o','effect':'both','set':['z']}", false},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        wrt_gbnf *grammar = grammar_of_text(calls[i].schema);
        char *call = with_quotes(calls[i].call);
        if (accepts(grammar, call) != calls[i].is_good)
            fail_msg("%s: %s", calls[i].is_good ? "refused" : "accepted", call);
        free(call);
        wrt_gbnf_free(grammar);
    }
}

/* ---- integers -------------------------------------------------------------------------------- */

static wrt_gbnf *range_grammar(const char *type, const char *low, const char *high) {
    char text[200];
    (void)snprintf(text, sizeof text, "{'type':'%s','minimum':%s,'maximum':%s}", type, low, high);
    return grammar_of_text(text);
}

static void check_integers(int low, int high) {
    char a[16], b[16], text[16];
    (void)snprintf(a, sizeof a, "%d", low);
    (void)snprintf(b, sizeof b, "%d", high);
    wrt_gbnf *grammar = range_grammar("integer", a, b);
    for (int n = -1200; n <= 1200; n++) {
        (void)snprintf(text, sizeof text, "%d", n);
        if (accepts(grammar, text) != (n >= low && n <= high))
            fail_msg("%d to %d: wrong about %d", low, high, n);
    }
    static const char *const never[] = {"",    "-",    "-0", "00",  "01",
                                        "-01", "0001", "+1", "1.0", "1e1"};
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        if (accepts(grammar, never[i]))
            fail_msg("%d to %d: accepts %s", low, high, never[i]);
    }
    wrt_gbnf_free(grammar);
}

static void integers_are_exact_when_range_varies(void **state) {
    (void)state;
    static const int edges[] = {-1100, -1000, -999, -100, -99, -10, -9,  -1,   0,
                                1,     9,     10,   11,   99,  100, 999, 1000, 1100};
    enum { N = sizeof edges / sizeof edges[0] };
    wrt_rng rng = wrt_rng_make(7, 2, 0);
    for (size_t i = 0; i < N; i++) {
        for (size_t k = i; k < N; k++)
            check_integers(edges[i], edges[k]);
    }
    for (int i = 0; i < 100; i++) {
        int a = (int)wrt_rng_below(&rng, 2201) - 1100;
        int b = (int)wrt_rng_below(&rng, 2201) - 1100;
        check_integers(a < b ? a : b, a < b ? b : a);
    }
}

static bool accepts_integer(const wrt_gbnf *grammar, int64_t n) {
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    return accepts(grammar, text);
}

static void integers_are_exact_when_they_are_large(void **state) {
    (void)state;
    const int64_t safe = 9007199254740991;
    wrt_gbnf *all = grammar_of_text("{'type':'integer'}");
    assert_true(accepts_integer(all, safe) && accepts_integer(all, -safe) &&
                accepts_integer(all, 0));
    assert_false(accepts_integer(all, safe + 1) || accepts_integer(all, -safe - 1));
    assert_false(accepts(all, "10000000000000000"));
    wrt_gbnf_free(all);
    wrt_rng rng = wrt_rng_make(7, 3, 0);
    for (int i = 0; i < 300; i++) {
        int64_t a = (int64_t)wrt_rng_below(&rng, 2 * (uint64_t)safe >> wrt_rng_below(&rng, 50)) -
                    (int64_t)(i % 2 != 0 ? safe / 2 : 0);
        int64_t b = a + (int64_t)wrt_rng_below(&rng, (uint64_t)1 << wrt_rng_below(&rng, 50));
        char low[32], high[32];
        a = a > safe ? safe : a;
        b = b > safe ? safe : b;
        (void)snprintf(low, sizeof low, "%lld", (long long)a);
        (void)snprintf(high, sizeof high, "%lld", (long long)b);
        wrt_gbnf *grammar = range_grammar("integer", low, high);
        assert_true(accepts_integer(grammar, a) && accepts_integer(grammar, b));
        assert_false(accepts_integer(grammar, a - 1) || accepts_integer(grammar, b + 1));
        for (int k = 0; k < 20; k++) {
            int64_t inside = a + (int64_t)wrt_rng_below(&rng, (uint64_t)(b - a) + 1);
            int64_t below = a - 1 - (int64_t)wrt_rng_below(&rng, 1000);
            int64_t above = b + 1 + (int64_t)wrt_rng_below(&rng, (uint64_t)1 << k);
            if (!accepts_integer(grammar, inside) || accepts_integer(grammar, below) ||
                accepts_integer(grammar, above))
                fail_msg("%s to %s", low, high);
        }
        wrt_gbnf_free(grammar);
    }
}

/* ---- decimals -------------------------------------------------------------------------------- */

/* n thousandths with `places` behind the point (3 or fewer: n must allow it). */
static void print_thousandths(char out[32], long n, int places) {
    long scale = places == 0 ? 1000 : places == 1 ? 100 : places == 2 ? 10 : 1;
    long shown = labs(n) / scale;
    long unit = 1000 / scale;
    if (places == 0)
        (void)snprintf(out, 32, "%s%ld", n < 0 ? "-" : "", shown);
    else
        (void)snprintf(out, 32, "%s%ld.%0*ld", n < 0 ? "-" : "", shown / unit, places,
                       shown % unit);
}

static void check_decimal(const wrt_gbnf *grammar, long low, long high, long n) {
    char text[32];
    for (int places = 0; places <= 3; places++) {
        long scale = places == 0 ? 1000 : places == 1 ? 100 : places == 2 ? 10 : 1;
        if (n % scale != 0)
            continue;
        print_thousandths(text, n, places);
        if (accepts(grammar, text) != (n >= low && n <= high))
            fail_msg("%ld to %ld thousandths: wrong about %s", low, high, text);
    }
}

static void decimals_are_exact_when_range_varies(void **state) {
    (void)state;
    static const long edges[] = {-10250, -1000, -999, -500, -100, -1,   0,    1,     50,
                                 100,    250,   999,  1000, 1001, 1500, 9990, 10000, 100125};
    enum { N = sizeof edges / sizeof edges[0] };
    for (size_t i = 0; i < N; i++) {
        for (size_t k = i; k < N; k++) {
            char low[32], high[32];
            print_thousandths(low, edges[i], 3);
            print_thousandths(high, edges[k], 3);
            wrt_gbnf *grammar = range_grammar("number", low, high);
            for (long n = -12000; n <= 12000; n += 125)
                check_decimal(grammar, edges[i], edges[k], n);
            for (size_t e = 0; e < N; e++) {
                for (long d = -11; d <= 11; d++)
                    check_decimal(grammar, edges[i], edges[k], edges[e] + d);
            }
            wrt_gbnf_free(grammar);
        }
    }
}

static void decimals_keep_their_form(void **state) {
    (void)state;
    static const char *const good[] = {"0", "0.5", "0.50", "1", "1.0", "0.123456789012345"};
    static const char *const bad[] = {"",
                                      ".5",
                                      "1.",
                                      "00.5",
                                      "0.5e0",
                                      "5E-1",
                                      "-0.5",
                                      "+0.5",
                                      "1.000000000000001",
                                      "0.1234567890123456",
                                      "0x1",
                                      "1.5"};
    wrt_gbnf *grammar = range_grammar("number", "0", "1");
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(accepts(grammar, good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(accepts(grammar, bad[i]));
    wrt_gbnf_free(grammar);
    /* 0.1 is not a double; the bound is what a reader of 0.1 gets. */
    grammar = range_grammar("number", "0.1", "0.3");
    assert_true(accepts(grammar, "0.1") && accepts(grammar, "0.3") && accepts(grammar, "0.10"));
    assert_false(accepts(grammar, "0.099999999999999") || accepts(grammar, "0.300000000000001"));
    wrt_gbnf_free(grammar);
    /* No decimal of 15 places lies between: the bounds themselves are written. */
    grammar = range_grammar("number", "1e-20", "2e-20");
    assert_true(accepts(grammar, "1e-20") && accepts(grammar, "2e-20"));
    assert_false(accepts(grammar, "0") || accepts(grammar, "1.5e-20"));
    wrt_gbnf_free(grammar);
    grammar = range_grammar("number", "-1e300", "-1e299");
    assert_true(accepts(grammar, "-1e+300") && accepts(grammar, "-1e+299"));
    wrt_gbnf_free(grammar);
}

/* ---- refusals -------------------------------------------------------------------------------- */

static const struct {
    const char *schema;
    wrt_status status;
    const char *message; /* a part of it */
} refusals[] = {
    /* not schemas of the subset */
    {"{'typ':'string'}", WRT_E_INPUT, "schema.typ: unknown keyword"},
    {"[]", WRT_E_INPUT, "wanted a schema object"},
    {"{'$ref':'#/$defs/x'}", WRT_E_INPUT, "schema.$ref"},
    /* no value fits */
    {"{'type':'integer','minimum':3,'maximum':2}", WRT_E_INPUT, "no value"},
    {"{'type':'integer','minimum':0.2,'maximum':0.8}", WRT_E_INPUT, "no value"},
    {"{'type':'integer','minimum':9007199254740992}", WRT_E_INPUT, "no value"},
    {"{'type':'number','minimum':1,'maximum':0.5}", WRT_E_INPUT, "no value"},
    {"{'type':'string','minLength':3,'maxLength':2}", WRT_E_INPUT, "no value"},
    {"{'type':'array','minItems':3,'maxItems':2}", WRT_E_INPUT, "no value"},
    {"{'enum':[1,2],'type':'string'}", WRT_E_INPUT, "no value"},
    {"{'allOf':[{'type':'string'},{'type':'null'}]}", WRT_E_INPUT, "no value"},
    {"{'allOf':[{'const':1},{'const':2}]}", WRT_E_INPUT, "no value"},
    {"{'type':'object','required':['a'],'additionalProperties':false}", WRT_E_INPUT, "no value"},
    {"{'type':'object','required':['a'],'properties':{'a':{'enum':[1],'type':'null'}}}",
     WRT_E_INPUT, "no value"},
    {"{'type':'array','minItems':1,'items':{'allOf':[{'const':1},{'const':2}]}}", WRT_E_INPUT,
     "no value"},
    {"{'$ref':'#/$defs/n','$defs':{'n':{'type':'object','required':['n'],'properties':{'n':{'$ref':"
     "'#/$defs/n'}}}}}",
     WRT_E_INPUT, "no value that nests at most 32"},
    {"{'$ref':'#/$defs/a','$defs':{'a':{'$ref':'#/$defs/a'}}}", WRT_E_INPUT,
     "leads back to itself"},
    {"{'anyOf':[{'type':'null'},{'$ref':'#/$defs/a'}],'$defs':{'a':{'anyOf':[{'$ref':'#/$defs/a'},"
     "{'type':'null'}]}}}",
     WRT_E_INPUT, "leads back to itself"},
    {"{'$ref':'#/$defs/a','$defs':{'a':{'allOf':[{'$ref':'#/$defs/b'}]},'b':{'$ref':'#/$defs/a'}}}",
     WRT_E_INPUT, "leads back to itself"},
    /* no sound subset was found */
    {"{'oneOf':[{'type':'integer'},{'type':'number'}]}", WRT_E_UNSUPPORTED,
     "schema.oneOf: two alternatives may fit the same value"},
    {"{'oneOf':[{'type':'string'},{'maxLength':3}]}", WRT_E_UNSUPPORTED, "schema.oneOf"},
    {"{'oneOf':[{},{}]}", WRT_E_UNSUPPORTED, "schema.oneOf"},
    {"{'oneOf':[{'type':'integer','minimum':0},{'const':3}]}", WRT_E_UNSUPPORTED, "schema.oneOf"},
    {"{'oneOf':[{'enum':['a',0]},{'type':'integer'}]}", WRT_E_UNSUPPORTED, "schema.oneOf"},
    {"{'oneOf':[{'type':'object','properties':{'a':{'const':1}}},{'type':'object','properties':{'a'"
     ":{"
     "'const':2}}}]}",
     WRT_E_UNSUPPORTED, "schema.oneOf"}, /* a may be left out: {} fits both */
    {"{'oneOf':[{'type':'object','required':['a'],'properties':{'a':{},'b':{}}},{'type':'object',"
     "'required':['b'],'properties':{'a':{},'b':{}}}]}",
     WRT_E_UNSUPPORTED, "schema.oneOf"},
    {"{'oneOf':[{'type':'object','required':['a'],'properties':{'a':{}},'anyOf':[{},{'properties':{"
     "'b':"
     "{}}}]},{'type':'object','required':['b']}]}",
     WRT_E_UNSUPPORTED, "schema.oneOf"}, /* an alternative inside brings b in */
    {"{'type':'array','minItems':1001}", WRT_E_UNSUPPORTED, "schema.minItems"},
    {"{'type':'string','minLength':2001}", WRT_E_UNSUPPORTED, "schema.minLength"},
    {"{'properties':{'p':{'type':'string','pattern':'^(?=a)b'}}}", WRT_E_UNSUPPORTED,
     "schema.properties.p.pattern: a group other than"},
    {"{'type':'string','pattern':'a^b'}", WRT_E_UNSUPPORTED, "an anchor inside"},
    {"{'type':'string','pattern':'(^a)'}", WRT_E_UNSUPPORTED, "an anchor inside"},
    {"{'type':'string','pattern':'(a)\\\\1'}", WRT_E_UNSUPPORTED, "an escape other than"},
    {"{'type':'string','pattern':'\\\\bword'}", WRT_E_UNSUPPORTED, "an escape other than"},
    {"{'type':'string','pattern':'\\\\p{L}'}", WRT_E_UNSUPPORTED, "an escape other than"},
    {"{'type':'string','pattern':'a*+'}", WRT_E_UNSUPPORTED, "a possessive quantifier"},
    {"{'type':'string','pattern':'a{,3}'}", WRT_E_UNSUPPORTED, "a brace that is not"},
    {"{'type':'string','pattern':'[[:alpha:]]'}", WRT_E_UNSUPPORTED, "a bracket inside a class"},
    {"{'type':'string','pattern':'[^\\\\d]'}", WRT_E_UNSUPPORTED, "in a negated class"},
    {"{'type':'string','pattern':'\\\\n'}", WRT_E_UNSUPPORTED, "only control characters"},
    {"{'type':'string','pattern':'(*UTF)a'}", WRT_E_UNSUPPORTED, ""},
    {"{'type':'string','pattern':'^abc$','maxLength':2}", WRT_E_UNSUPPORTED, "cannot be met"},
    {"{'type':'string','pattern':'^abc$','minLength':4}", WRT_E_UNSUPPORTED, "cannot be met"},
    {"{'type':'string','pattern':'^a','allOf':[{'pattern':'b$'}]}", WRT_E_UNSUPPORTED,
     "schema.allOf[0].pattern: a second pattern"},
};

static void schema_is_refused_with_reason_when_it_has_no_grammar(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        wrt_json *schema = parse(refusals[i].schema);
        wrt_buf out = wrt_buf_make(WRT_MIB(1));
        wrt_err err = {0};
        wrt_buf_add_c(&out, "before");
        wrt_status status = wrt_schema_to_gbnf(&out, schema, &err);
        if (status != refusals[i].status || err.code != status ||
            strstr(err.message, refusals[i].message) == NULL)
            fail_msg("%s: %d %s", refusals[i].schema, status, err.message);
        assert_string_equal(out.ptr, "before");
        wrt_buf_free(&out);
        wrt_json_free(schema);
    }
}

/* ---- size and time --------------------------------------------------------------------------- */

static double seconds_since(clock_t start) {
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static wrt_status status_of(const char *text, size_t cap, wrt_err *err) {
    wrt_json *schema = parse(text);
    wrt_buf out = wrt_buf_make(cap);
    wrt_status status = wrt_schema_to_gbnf(&out, schema, err);
    wrt_buf_free(&out);
    wrt_json_free(schema);
    return status;
}

/* 2^40 combinations of alternatives, a list of 20,000 choices, 2,000 members. */
static void schema_is_refused_soon_when_it_explodes(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    wrt_err err = {0};
    clock_t start = clock();
    wrt_buf_add_c(&text, "{'allOf':[");
    for (int i = 0; i < 40; i++)
        wrt_buf_printf(&text, "%s{'anyOf':[{'minimum':%d},{'maximum':%d}]}", i == 0 ? "" : ",", i,
                       -i);
    wrt_buf_add_c(&text, "]}");
    assert_int_equal(status_of(text.ptr, WRT_MIB(2), &err), WRT_E_LIMIT);
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "{'properties':{");
    for (int i = 0; i < 2000; i++)
        wrt_buf_printf(&text, "%s'p%d':{}", i == 0 ? "" : ",", i);
    wrt_buf_add_c(&text, "}}");
    assert_int_equal(status_of(text.ptr, WRT_MIB(2), &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "more than 1000 members"));
    assert_int_equal(status_of("{'type':'integer'}", 100, &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "its buffer holds 100"));
    assert_true(seconds_since(start) < 20);
    wrt_buf_free(&text);
}

static void schema_has_a_grammar_when_it_is_large(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    wrt_err err = {0};
    clock_t start = clock();
    wrt_buf_add_c(&text, "{'type':'string','enum':[");
    for (int i = 0; i < 20000; i++)
        wrt_buf_printf(&text, "%s'name %d'", i == 0 ? "" : ",", i);
    wrt_buf_add_c(&text, "]}");
    if (status_of(text.ptr, WRT_MIB(2), &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "{'properties':{");
    for (int i = 0; i < 1000; i++)
        wrt_buf_printf(&text, "%s'p%d':{'type':'integer','maximum':%d}", i == 0 ? "" : ",", i, i);
    wrt_buf_add_c(&text, "}}");
    if (status_of(text.ptr, WRT_MIB(2), &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_true(seconds_since(start) < 20);
    wrt_buf_free(&text);
}

/* A long way to a value costs the validator depth: fewer levels are granted. */
static void levels_shrink_when_references_are_long(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(&text, "{'$ref':'#/$defs/d0','$defs':{");
    for (int i = 0; i < 30; i++)
        wrt_buf_printf(&text, "'d%d':{'$ref':'#/$defs/d%d'},", i, i + 1);
    wrt_buf_add_c(&text, "'d30':{'type':'array','maxItems':1,'items':{'$ref':'#/$defs/d0'}}}}");
    check_sentences(text.ptr, 5000);
    wrt_gbnf *grammar = grammar_of_text(text.ptr);
    assert_true(accepts(grammar, "[[[]]]"));
    assert_false(accepts(grammar, "[[[[]]]]")); /* 5 values of 31 evaluations each: beyond 128 */
    wrt_gbnf_free(grammar);
    wrt_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_fit_when_schema_is_small),
        cmocka_unit_test(sentences_fit_when_schema_is_a_tools),
        cmocka_unit_test(sentences_fit_when_schema_is_random),
        cmocka_unit_test(grammar_takes_what_is_promised),
        cmocka_unit_test(grammar_takes_calls_when_schema_is_a_tools),
        cmocka_unit_test(integers_are_exact_when_range_varies),
        cmocka_unit_test(integers_are_exact_when_they_are_large),
        cmocka_unit_test(decimals_are_exact_when_range_varies),
        cmocka_unit_test(decimals_keep_their_form),
        cmocka_unit_test(schema_is_refused_with_reason_when_it_has_no_grammar),
        cmocka_unit_test(schema_is_refused_soon_when_it_explodes),
        cmocka_unit_test(schema_has_a_grammar_when_it_is_large),
        cmocka_unit_test(levels_shrink_when_references_are_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
