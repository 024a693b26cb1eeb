/* test_policy_lint.c: what `policy check` warns about, and what it leaves alone. */
#include "policies/counters.h"
#include "tests/policies/support.h"

#include <stdio.h>
#include <string.h>

static const char tools[] =
    "[{'name':'kg_paths','args_schema':{'properties':{'from':{'type':'string'},"
    "'k':{'type':'integer'},'kinds':{'type':'array'},'any':{}}}},"
    "{'name':'kg_node','args_schema':{'properties':{'id':{'type':'string'}}}},"
    "{'name':'plain'}]";

/* All warnings about one rule, without those about tests, joined by " | ". */
static void warnings_of(char out[1024], const char *rule) {
    wrt_buf rules = wrt_buf_make(WRT_KIB(8));
    wrt_buf_printf(&rules, "{'id':'other','effect':'forbid','phases':['export']},%s", rule);
    wrt_policy *policy = policy_of(wrt_buf_str(&rules).ptr);
    wrt_json *known = quoted(tools), *warnings = wrt_policy_lint(policy, known);
    wrt_buf text = wrt_buf_make(1023);
    WRT_JSON_EACH(warning, warnings) {
        const char *message = wrt_json_get_text(warning, "message", "");
        if (strcmp(wrt_json_get_text(warning, "rule", ""), "x") == 0 &&
            strcmp(message, "the rule has no tests") != 0)
            wrt_buf_printf(&text, "%s%s", text.len > 0 ? " | " : "", message);
    }
    (void)snprintf(out, 1024, "%s", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    wrt_buf_free(&rules);
    wrt_json_free(warnings);
    wrt_json_free(known);
    wrt_policy_free(policy);
}

typedef struct {
    const char *rule;     /* the part behind id and effect forbid */
    const char *expected; /* part of the warnings; "" for none at all */
} sample;

static void assert_samples(const sample *samples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char rule[2048], warnings[1024];
        (void)snprintf(rule, sizeof rule, "{'id':'x','effect':'forbid'%s}", samples[i].rule);
        warnings_of(warnings, rule);
        if (samples[i].expected[0] == '\0' ? warnings[0] != '\0'
                                           : strstr(warnings, samples[i].expected) == NULL)
            fail_msg("%s\nexpected \"%s\"\ngot \"%s\"", rule, samples[i].expected, warnings);
    }
}
#define ASSERT_SAMPLES(list) assert_samples(list, sizeof(list) / sizeof *(list))

#define WHEN(condition) ",'when':" condition
#define F(field, test)  "{'field':'" field "'," test "}"

static void lint_knows_fields_and_their_types(void **state) {
    (void)state;
    static const sample samples[] = {
        {WHEN(F("taint.lables", "'has_any':['phi']")), "'taint.lables' is in no request"},
        {WHEN(F("texts", "'eq':'a'")), "'texts' is in no request"},
        {WHEN(F("text.x", "'eq':'a'")), "'text.x' is in no request"},
        {WHEN(F("claim.x.y", "'eq':'a'")), ""},
        {WHEN(F("plan.steps", "'count':{'gt':3}")), ""},
        {WHEN(F("text", "'gt':3")), "'text' is text; 'gt' needs a number"},
        {WHEN(F("taint.labels", "'eq':'phi'")), "is a list; 'eq' needs text"},
        {WHEN(F("dest.loopback", "'eq':'no'")), "is a boolean; 'eq' needs text"},
        {WHEN(F("dest.port", "'in':['443']")), "is a number; 'in' needs text"},
        {WHEN(F("text", "'has_any':['a']")), "'has_any' needs a list"},
        {WHEN(F("text", "'ne':null")), ""},
        {WHEN(F("taint.integrity_level", "'lt':'tool_trusted'")), ""},
        {WHEN(F("facts.causal.asserts", "'eq':true")), ""},
        {WHEN(F("facts.guess", "'eq':true")), "'facts.guess' is in no request"},
        {WHEN(F("files.places", "'has_any':['outside']")), ""},
        {WHEN(F("files.places", "'eq':'outside'")), "is a list; 'eq' needs text"},
        {WHEN(F("score.n", "'gt':3")), ""},
        {WHEN(F("score.questions", "'gt':100")), ""},
        {WHEN(F("score.candidates", "'eq':'3'")), "is a number; 'eq' needs text"},
        {WHEN(F("http.url", "'prefix':'https://'")), ""},
        {WHEN(F("http.n", "'prefix':'1'")), "is a number; 'prefix' needs text"},
    };
    ASSERT_SAMPLES(samples);
}

static void lint_checks_arguments_against_schemas(void **state) {
    (void)state;
    static const sample samples[] = {
        {",'phases':['tool_call'],'tools':['kg_*']" WHEN(F("args.from", "'eq':'a'")), ""},
        {",'phases':['tool_call'],'tools':['kg_*']" WHEN(F("args.form", "'eq':'a'")),
         "no tool that the rule speaks about has the argument 'args.form'"},
        {",'phases':['tool_call'],'tools':['kg_node']" WHEN(F("args.from", "'eq':'a'")),
         "no tool that the rule speaks about has the argument 'args.from'"},
        {",'phases':['tool_call'],'tools':['kg_paths']" WHEN(F("args.from", "'ge':3")),
         "argument 'args.from' is text; 'ge' needs a number"},
        {",'phases':['tool_call'],'tools':['kg_paths']" WHEN(F("args.k", "'pcre2':'a'")),
         "argument 'args.k' is a number; 'pcre2' needs text"},
        {",'phases':['tool_call'],'tools':['kg_paths']" WHEN(F("args.k", "'ge':3")), ""},
        {",'phases':['tool_call'],'tools':['kg_paths']" WHEN(F("args.any", "'ge':3")), ""},
        {",'phases':['tool_call'],'tools':['plain']" WHEN(F("args.z", "'eq':'a'")), ""},
        {",'phases':['tool_call'],'tools':['zz']", "unknown tool 'zz'"},
        {",'phases':['tool_call'],'tools':['zz']", "none of its tools exists"},
        {WHEN(F("tool", "'in':['kg_node','kg_nod']")), "unknown tool 'kg_nod'"},
        {WHEN(F("history", "'seq':['kg_*','zz_*']")), "glob 'zz_*' matches no tool"},
    };
    ASSERT_SAMPLES(samples);
}

static void lint_finds_conditions_that_cannot_hold(void **state) {
    (void)state;
#define BOTH(a, b) WHEN("{'all':[" a "," b "]}")
#define EXCLUDES   "'when' can never hold"
    static const sample samples[] = {
        {BOTH(F("text", "'eq':'a'"), F("text", "'eq':'b'")), EXCLUDES},
        {BOTH(F("text", "'eq':'a'"), F("text", "'eq':'a'")), ""},
        {BOTH(F("text", "'eq':'a'"), F("text", "'ne':'a'")), EXCLUDES},
        {BOTH(F("text", "'eq':'a'"), F("text", "'in':['b','c']")), EXCLUDES},
        {BOTH(F("text", "'in':['a','b']"), F("text", "'in':['b','c']")), ""},
        {BOTH(F("text", "'in':['a','b']"), F("text", "'in':['c','d']")), EXCLUDES},
        {BOTH(F("dest.port", "'lt':5"), F("dest.port", "'gt':7")), EXCLUDES},
        {BOTH(F("dest.port", "'le':5"), F("dest.port", "'ge':5")), ""},
        {BOTH(F("dest.port", "'lt':5"), F("dest.port", "'ge':5")), EXCLUDES},
        {BOTH(F("dest.port", "'gt':5"), F("dest.port", "'lt':5.5")), ""},
        {BOTH(F("dest.port", "'eq':4"), F("dest.port", "'gt':4")), EXCLUDES},
        {BOTH(F("text", "'exists':false"), F("text", "'eq':'a'")), EXCLUDES},
        {BOTH(F("text", "'exists':true"), F("text", "'eq':'a'")), ""},
        {BOTH(F("text", "'eq':'a'"), "{'not':" F("text", "'eq':'a'") "}"), EXCLUDES},
        {BOTH(F("text", "'eq':'abc'"), F("text", "'glob':'b*'")), EXCLUDES},
        {BOTH(F("text", "'eq':'abc'"), F("text", "'pcre2':'^a'")), ""},
        {BOTH(F("text", "'glob':'a*'"), F("text", "'glob':'b*'")), ""}, /* opaque: not judged */
        {BOTH(F("taint.labels", "'has_all':['a','b']"), F("taint.labels", "'has_none':['b']")),
         EXCLUDES},
        {BOTH(F("taint.labels", "'has_any':['a','b']"), F("taint.labels", "'has_none':['b']")), ""},
        {BOTH(F("taint.labels", "'has_any':['b']"), F("taint.labels", "'has_none':['b','c']")),
         EXCLUDES},
        {WHEN("{'not':{'any':[" F("text", "'eq':'a'") "," F("text", "'ne':'a'") "]}}"), EXCLUDES},
        {WHEN("{'any':[" F("text", "'eq':'a'") "," F("text", "'eq':'b'") "]}"), ""},
        {WHEN("{'all':[]}"), "an empty 'all' is constant"},
    };
    ASSERT_SAMPLES(samples);
}

static void lint_finds_unless_that_always_holds(void **state) {
    (void)state;
#define UNLESS(condition) ",'unless':" condition
#define EITHER(a, b)      UNLESS("{'any':[" a "," b "]}")
    static const sample samples[] = {
        {EITHER(F("text", "'exists':true"), F("text", "'exists':false")),
         "'unless' holds for every"},
        {EITHER(F("dest.port", "'lt':5"), F("dest.port", "'ge':5")), "'unless' holds for every"},
        {EITHER(F("dest.port", "'lt':5"), F("dest.port", "'gt':5")), ""},
        {EITHER(F("text", "'eq':'a'"), F("text", "'eq':'b'")), ""},
        {WHEN(F("text", "'eq':'a'")) UNLESS(F("text", "'eq':'a'")), "wherever 'when' does"},
        {WHEN(F("dest.port", "'gt':9")) UNLESS(F("dest.port", "'gt':5")), "wherever 'when' does"},
        {WHEN(F("dest.port", "'gt':5")) UNLESS(F("dest.port", "'gt':9")), ""},
    };
    ASSERT_SAMPLES(samples);
}

static void lint_finds_permits_that_a_forbid_beats(void **state) {
    (void)state;
    static const struct {
        const char *forbid; /* behind id and effect */
        bool shadows;
    } forbids[] = {
        {"", true},
        {",'phases':['tool_call']", true},
        {",'phases':['tool_result']", false},
        {",'tools':['kg_*']", true},
        {",'tools':['k*']", true},
        {",'tools':['*']", true},
        {",'tools':['kg_node']", false},
        {WHEN(F("text", "'eq':'a'")), true},
        {WHEN(F("text", "'eq':'b'")), false},
        {UNLESS(F("text", "'eq':'b'")), false},
    };
    for (size_t i = 0; i < sizeof forbids / sizeof *forbids; i++) {
        char rules[1024], warnings[1024];
        (void)snprintf(
            rules, sizeof rules,
            "{'id':'f','effect':'forbid'%s},{'id':'x','effect':'permit','message':'m',"
            "'phases':['tool_call'],'tools':['kg_n*','kg_paths']" WHEN(F("text", "'eq':'a'")) "}",
            forbids[i].forbid);
        warnings_of(warnings, rules);
        if ((strstr(warnings, "never matters: f forbids") != NULL) != forbids[i].shadows)
            fail_msg("%s: \"%s\"", rules, warnings);
    }
}

static void lint_finds_rules_out_of_reach(void **state) {
    (void)state;
    static const sample samples[] = {
        {",'phases':['input','claim'],'tools':['kg_node']", "requests of its phases have none"},
        {",'phases':['input','tool_call'],'tools':['kg_node']", ""},
        {",'phases':['input'],'tools':['*']", ""},
    };
    ASSERT_SAMPLES(samples);
}

static void lint_finds_patterns_that_may_backtrack(void **state) {
    (void)state;
#define P(pattern) WHEN(F("text", "'pcre2':'" pattern "'"))
    static const sample samples[] = {
        {P("(a+)+$"), "nests unbounded"},
        {P("(?:a*b?)*c"), "nests unbounded"},
        {P("(?:a{2,}x)*c"), "nests unbounded"},
        {P("((a+)b)+"), "nests unbounded"},
        {P("(?:a++x)*c"), ""},
        {P("(?>a+)+c"), ""},
        {P("(?:a+b){0,5}"), ""},
        {P("a+b+c*"), ""},
        {P("(a|ab)*c"), "start alike"},
        {P("(?:\\\\w|\\\\d)+x"), "start alike"},
        {P("(?:x|[a-z])*"), "start alike"},
        {P("(?i)(?:A|a)*"), "start alike"},
        {P("(?:foo|fight)+"), "start alike"},
        {P("(?:foo|bar)+"), ""},
        {P("(?:foo|fight)"), ""},
        {P("(?:\\\\d|[a-f])+"), ""},
        {P("(?=a+)b*"), ""},
        {P("[(+]*x|[)*]+"), ""},
        {P("\\\\(a+\\\\)+"), ""},
        {P("(?<name>a|a)*"), "start alike"},
    };
    ASSERT_SAMPLES(samples);
}

static void lint_finds_characters_that_deceive(void **state) {
    (void)state;
    static const sample samples[] = {
        {",'message':'dos\\u0435 of aspirin'", "'message' has a word that mixes scripts"},
        {",'message':'TNF\\u03b1 and \\u03bcg'", ""},
        {",'message':'d\\u03bfse'", "mixes scripts"},
        {",'message':'\\u043c\\u043e\\u0441\\u043a\\u0432\\u0430 text'", ""},
        {",'message':'a\\u200bb'", "'message' holds characters that show as nothing"},
        {WHEN(F("text", "'eq':'a\\u202eb'")), "'when' holds characters that reorder"},
        {WHEN(F("text", "'in':['p\\u0440']")), "'when' has a word that mixes"},
        {",'message':'Se\\u00f1or, d\\u00e9j\\u00e0 vu \\u2013 \\u201cquoted\\u201d'", ""},
    };
    ASSERT_SAMPLES(samples);
}

static void lint_knows_counters(void **state) {
    (void)state;
    char warnings[1024];
    static const struct {
        const char *counter, *expected;
    } limits[] = {{"tool.calls", ""},
                  {"tool.kg_paths.calls", ""},
                  {"http.sent_bytes", ""},
                  {"tool.call", "no counter is called 'tool.call'"},
                  {"llm.tokens_in", "nothing counts 'llm.tokens_in' yet"}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        char rule[512];
        (void)snprintf(rule, sizeof rule,
                       "{'id':'x','effect':'limit','limit':{'counter':'%s','max':1}}",
                       limits[i].counter);
        warnings_of(warnings, rule);
        assert_int_equal(strncmp(warnings, limits[i].expected, strlen(limits[i].expected)), 0);
        assert_int_equal(limits[i].expected[0] == '\0', warnings[0] == '\0');
    }
    static const sample samples[] = {
        {WHEN(F("counters.tool.calls", "'ge':3")), ""},
        {WHEN(F("counters.tool.calls@60s", "'ge':3")), ""},
        {WHEN(F("counters.tols.calls", "'ge':3")), "no counter is called 'tols.calls'"},
    };
    ASSERT_SAMPLES(samples);
    assert_null(wrt_counter_find("x"));
    assert_string_equal(wrt_counter_find("tool.a.calls")->unit, "calls");
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lint_knows_fields_and_their_types),
        cmocka_unit_test(lint_checks_arguments_against_schemas),
        cmocka_unit_test(lint_finds_conditions_that_cannot_hold),
        cmocka_unit_test(lint_finds_unless_that_always_holds),
        cmocka_unit_test(lint_finds_permits_that_a_forbid_beats),
        cmocka_unit_test(lint_finds_rules_out_of_reach),
        cmocka_unit_test(lint_finds_patterns_that_may_backtrack),
        cmocka_unit_test(lint_finds_characters_that_deceive),
        cmocka_unit_test(lint_knows_counters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
