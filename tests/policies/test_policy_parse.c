/* test_policy_parse.c: what a rule file may hold, and how files join. */
#include "tests/policies/support.h"

#include <stdlib.h>
#include <string.h>

/* Adds text written with ' for " under the given name. */
static wrt_status add(wrt_policy *policy, const char *name, const char *text, wrt_err *err) {
    char *copy = strdup(text);
    for (char *at = copy; *at != '\0'; at++) {
        if (*at == '\'')
            *at = '"';
    }
    wrt_status status = wrt_policy_add_text(policy, name, wrt_str_of(copy), err);
    free(copy);
    return status;
}

static void assert_rejected(const char *text, wrt_status expected, const char *const *parts) {
    wrt_err err = {0};
    wrt_policy *policy = wrt_policy_new();
    wrt_status status = add(policy, "/etc/secret/site.policy.json", text, &err);
    if (status != expected)
        fail_msg("%s: got status %d (%s), expected %d", text, status, err.message, expected);
    for (; *parts != NULL; parts++) {
        if (strstr(err.message, *parts) == NULL)
            fail_msg("'%s' is not in '%s'", *parts, err.message);
    }
    assert_null(strstr(err.message, "/etc"));
    assert_null(strchr(err.message, '\n'));
    assert_non_null(strstr(err.message, "site.policy.json"));
    assert_int_equal(wrt_policy_count(policy), 0);
    wrt_policy_free(policy);
}

/* A rule that is fine but for the given members, inside a file that is fine. */
static void assert_rule_rejected(const char *members, const char *part, const char *key) {
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    const char *parts[] = {"rule bad.one", part, key, NULL};
    wrt_buf_printf(&text,
                   "{'schema':'warrant/policy/1','rules':[{'id':'good','effect':'permit'},"
                   "{'id':'bad.one',%s}]}",
                   members);
    assert_rejected(text.ptr, WRT_E_INPUT, parts);
    wrt_buf_free(&text);
}

static void policy_rejects_rule_and_names_key_when_malformed(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"'effect':'permit','whenn':{'all':[]}", "unknown key", "'whenn'"},
        {"'effect':'allow'", "'effect'", "permit, forbid"},
        {"'phases':['input']", "'effect'", ""},
        {"'effect':'permit','phases':['inputs']", "unknown phase", "'inputs'"},
        {"'effect':'permit','phases':[]", "'phases'", "1 to"},
        {"'effect':'permit','phases':'input'", "'phases'", "array"},
        {"'effect':'permit','tools':[]", "'tools'", "1 to"},
        {"'effect':'permit','tools':[3]", "'tools'[0]", "string"},
        {"'effect':'permit','message':3", "'message'", "string"},
        {"'effect':'permit','cites':'x'", "'cites'", "array"},
        {"'effect':'permit','cites':[1]", "'cites'", "strings"},
        {"'effect':'permit','when':{}", "'when'", "all, any, not or field"},
        {"'effect':'permit','when':[]", "'when'", "object"},
        {"'effect':'permit','unless':{'al':[]}", "'unless'", "'al'"},
        {"'effect':'permit','when':{'all':{}}", "'all'", "array"},
        {"'effect':'permit','when':{'all':[],'any':[]}", "unknown key", "'all'"},
        {"'effect':'permit','when':{'not':[]}", "'when'", "object"},
        {"'effect':'permit','when':{'field':'x'}", "operator", ""},
        {"'effect':'permit','when':{'eq':3}", "'field'", "dotted"},
        {"'effect':'permit','when':{'field':'','eq':3}", "'field'", ""},
        {"'effect':'permit','when':{'field':'a..b','eq':3}", "field 'a..b'", "parts"},
        {"'effect':'permit','when':{'field':'a.b.c.d.e.f.g.h.i','eq':3}", "parts", "8"},
        {"'effect':'permit','when':{'field':'x','equals':3}", "unknown key", "'equals'"},
        {"'effect':'permit','when':{'field':'x','ge':1,'le':2}", "'ge'", "'le'"},
        {"'effect':'permit','when':{'field':'x','lt':'1'}", "'lt'", "number"},
        {"'effect':'permit','when':{'field':'x','in':'a'}", "'in'", "array"},
        {"'effect':'permit','when':{'field':'x','has_any':{}}", "'has_any'", "array"},
        {"'effect':'permit','when':{'field':'x','prefix':1}", "'prefix'", "string"},
        {"'effect':'permit','when':{'field':'x','glob':[]}", "'glob'", "string"},
        {"'effect':'permit','when':{'field':'x','pcre2':1}", "'pcre2'", "string"},
        {"'effect':'permit','when':{'field':'x','pcre2':'(a'}", "field 'x', pcre2", ""},
        {"'effect':'permit','when':{'field':'x','exists':1}", "'exists'", "true or false"},
        {"'effect':'permit','when':{'field':'x','count':2}", "'count'", "object"},
        {"'effect':'permit','when':{'field':'x','count':{}}", "'count'", "object"},
        {"'effect':'permit','when':{'field':'x','count':{'in':2}}", "'count'", "'in'"},
        {"'effect':'permit','when':{'field':'x','count':{'ge':'2'}}", "'count'", "number"},
        {"'effect':'permit','when':{'field':'x','seq':[]}", "'seq'", "1 to"},
        {"'effect':'permit','when':{'field':'x','seq':'kg_*'}", "'seq'", "array"},
        {"'effect':'permit','obligations':{}", "'obligations'", "array"},
        {"'effect':'permit','obligations':[{'code':'x'}]", "'type'", "redact"},
        {"'effect':'permit','obligations':[{'type':'notify'}]", "'code'", ""},
        {"'effect':'permit','obligations':[{'type':'notify','code':'x','to':1}]", "unknown key",
         "'to'"},
        {"'effect':'label','obligations':[{'type':'label','labels':[]}]", "'labels'", "1 to"},
        {"'effect':'label','obligations':[{'type':'label'}]", "'labels'", "array"},
        {"'effect':'label'", "effect label", "obligation"},
        {"'effect':'redact','obligations':[{'type':'notify','code':'x'}]", "effect redact", ""},
        {"'effect':'redact','obligations':[{'type':'redact'}]", "'fields'", "array"},
        {"'effect':'redact','obligations':[{'type':'redact','fields':['a'],'class':1}]", "'class'",
         "string"},
        {"'effect':'downgrade','obligations':[{'type':'downgrade'}]", "'to_rung'", "1, 2 or 3"},
        {"'effect':'downgrade','obligations':[{'type':'downgrade','to_rung':4}]", "'to_rung'", ""},
        {"'effect':'downgrade','obligations':[{'type':'downgrade','to_rung':1.5}]", "'to_rung'",
         ""},
        {"'effect':'limit'", "'limit'", "go together"},
        {"'effect':'permit','limit':{'counter':'c','max':1}", "'limit'", "go together"},
        {"'effect':'limit','limit':{'counter':'c','max':1,'per':60}", "unknown key", "'per'"},
        {"'effect':'limit','limit':{'counter':'','max':1}", "'counter'", "string"},
        {"'effect':'limit','limit':{'counter':'c'}", "'max'", "at least 0"},
        {"'effect':'limit','limit':{'counter':'c','max':-1}", "'max'", "at least 0"},
        {"'effect':'limit','limit':{'counter':'c','max':1,'window_s':0}", "'window_s'", "seconds"},
        {"'effect':'permit','tests':{}", "'tests'", "array"},
        {"'effect':'permit','tests':[{'in':{},'expect':'allow','why':'x'}]", "unknown key",
         "'why'"},
        {"'effect':'permit','tests':[{'expect':'allow'}]", "'in'", "request"},
        {"'effect':'permit','tests':[{'in':{},'expect':'yes'}]", "'expect'", "not_applicable"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_rule_rejected(cases[i][0], cases[i][1], cases[i][2]);
}

static void policy_rejects_file_when_its_frame_is_malformed(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *part;
    } cases[] = {
        {"[]", "object"},
        {"{", "site.policy.json"},
        {"{'rules':[]}", "'schema'"},
        {"{'schema':'warrant/policy/2','rules':[]}", "warrant/policy/1"},
        {"{'schema':'warrant/policy/1'}", "'rules'"},
        {"{'schema':'warrant/policy/1','rules':[],'extra':1}", "'extra'"},
        {"{'schema':'warrant/policy/1','rules':[],'name':1}", "'name'"},
        {"{'schema':'warrant/policy/1','rules':[3]}", "rule number 1"},
        {"{'schema':'warrant/policy/1','rules':[{'effect':'permit'}]}", "'id'"},
        {"{'schema':'warrant/policy/1','rules':[{'id':'a b','effect':'permit'}]}", "'id'"},
        {"{'schema':'warrant/policy/1','rules':[{'id':'a','id':'b','effect':'permit'}]}", ""},
        {"{'schema':'warrant/policy/1','rules':[{'id':'a','effect':'permit'},"
         "{'id':'a','effect':'forbid'}]}",
         "rule a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *parts[] = {cases[i].part, NULL};
        assert_rejected(cases[i].text, WRT_E_INPUT, parts);
    }
}

/* {"not":{"not":...}} nested `depth` times around a constant. */
static void add_nested(wrt_buf *text, int depth) {
    wrt_buf_add_c(text, "{'schema':'warrant/policy/1','rules':[{'id':'r','effect':'permit',"
                        "'when':");
    for (int i = 1; i < depth; i++)
        wrt_buf_add_c(text, "{'not':");
    wrt_buf_add_c(text, "{'any':[]}");
    for (int i = 1; i < depth; i++)
        wrt_buf_add_char(text, '}');
    wrt_buf_add_c(text, "}]}");
}

static void policy_limits_nesting_and_size_of_conditions(void **state) {
    (void)state;
    const char *const parts[] = {"rule r", "at most", NULL};
    const char *const deep[] = {"rule r", "deeper than 16", NULL};
    wrt_buf text = wrt_buf_make(WRT_MIB(2));
    wrt_policy *policy = wrt_policy_new();
    add_nested(&text, 16);
    assert_int_equal(add(policy, "f", text.ptr, NULL), WRT_OK);
    wrt_policy_free(policy);
    wrt_buf_clear(&text);
    add_nested(&text, 17);
    assert_rejected(text.ptr, WRT_E_LIMIT, deep);
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "{'schema':'warrant/policy/1','rules':[{'id':'r','effect':'permit',"
                         "'when':{'all':[{'any':[]}");
    for (int i = 0; i < 256; i++)
        wrt_buf_add_c(&text, ",{'any':[]}");
    wrt_buf_add_c(&text, "]}}]}");
    assert_rejected(text.ptr, WRT_E_LIMIT, parts);
    wrt_buf_free(&text);
}

static void policy_limits_file_size_and_number_of_rules(void **state) {
    (void)state;
    const char *const large[] = {"at most 1048576", NULL};
    const char *const many[] = {"4097 rules; at most 4096", NULL};
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    for (int i = 0; i <= 1 << 20; i++)
        wrt_buf_add_char(&text, ' ');
    assert_rejected(text.ptr, WRT_E_LIMIT, large);
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "{'schema':'warrant/policy/1','rules':[0");
    for (int i = 0; i < 4096; i++)
        wrt_buf_add_c(&text, ",0");
    wrt_buf_add_c(&text, "]}");
    assert_rejected(text.ptr, WRT_E_LIMIT, many);
    wrt_buf_free(&text);
}

static void policy_adds_nothing_when_a_file_is_rejected(void **state) {
    (void)state;
    wrt_err err = {0};
    char before[WRT_SHA256_HEX + 1];
    char after[WRT_SHA256_HEX + 1];
    wrt_policy *policy = policy_of("{'id':'a','effect':'permit'}");
    wrt_policy_hash(before, policy);
    assert_int_equal(add(policy, "b.policy.json",
                         "{'schema':'warrant/policy/1','rules':[{'id':'b','effect':'forbid'},"
                         "{'id':'a','effect':'forbid'}]}",
                         &err),
                     WRT_E_INPUT);
    assert_non_null(strstr(err.message, "b.policy.json: rule a"));
    assert_non_null(strstr(err.message, "t.policy.json"));
    wrt_policy_hash(after, policy);
    assert_string_equal(before, after);
    assert_int_equal(wrt_policy_count(policy), 1);
    assert_decision(policy, "{'phase':'input'}", "allow");
    wrt_policy_free(policy);
}

static void policy_composes_files_by_union_in_any_order(void **state) {
    (void)state;
    static const char *const files[2] = {
        "{'schema':'warrant/policy/1','name':'one','rules':[{'id':'b','effect':'permit'}]}",
        "{'schema':'warrant/policy/1','name':'two','rules':[{'id':'a','effect':'forbid',"
        "'phases':['export']}]}"};
    char *documents[2];
    char hash[2][WRT_SHA256_HEX + 1];
    for (int order = 0; order < 2; order++) {
        wrt_policy *policy = wrt_policy_new();
        assert_int_equal(add(policy, "x", files[order], NULL), WRT_OK);
        assert_int_equal(add(policy, "y", files[1 - order], NULL), WRT_OK);
        assert_decision(policy, "{'phase':'export'}", "deny");
        assert_decision(policy, "{'phase':'input'}", "allow");
        wrt_json *document = wrt_policy_document(policy);
        documents[order] = canonical(document);
        wrt_policy_hash(hash[order], policy);
        wrt_json_free(document);
        wrt_policy_free(policy);
    }
    assert_string_equal(documents[0], documents[1]);
    assert_string_equal(documents[0],
                        "{\"name\":\"one + two\",\"rules\":[{\"effect\":\"forbid\",\"id\":\"a\","
                        "\"phases\":[\"export\"]},{\"effect\":\"permit\",\"id\":\"b\"}],"
                        "\"schema\":\"warrant/policy/1\"}");
    assert_string_equal(hash[0], hash[1]);
    free(documents[0]);
    free(documents[1]);
}

static void policy_document_reads_back_to_the_same_hash(void **state) {
    (void)state;
    char hash[2][WRT_SHA256_HEX + 1];
    wrt_policy *policy = policy_of("{'id':'b','effect':'permit','message':'\\u00e9'},"
                                   "{'id':'a','effect':'limit','limit':{'counter':'c','max':1e3}}");
    wrt_json *document = wrt_policy_document(policy);
    char *text = canonical(document);
    wrt_policy *again = wrt_policy_new();
    assert_int_equal(wrt_policy_add_text(again, "d", wrt_str_of(text), NULL), WRT_OK);
    wrt_policy_hash(hash[0], policy);
    wrt_policy_hash(hash[1], again);
    assert_string_equal(hash[0], hash[1]);
    free(text);
    wrt_json_free(document);
    wrt_policy_free(again);
    wrt_policy_free(policy);
}

static void policy_add_file_names_missing_file_without_its_folder(void **state) {
    (void)state;
    wrt_err err = {0};
    wrt_policy *policy = wrt_policy_new();
    assert_int_equal(wrt_policy_add_file(policy, "/nowhere/at/all/x.policy.json", &err),
                     WRT_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "x.policy.json"));
    assert_null(strstr(err.message, "/nowhere"));
    wrt_policy_free(policy);
}

/* In-file tests speak of their own file, so a stricter overlay does not break them. */
static void policy_tests_each_file_by_its_own_rules(void **state) {
    (void)state;
    wrt_json *report = NULL;
    wrt_policy *policy = policy_of("{'id':'p','effect':'permit','tests':["
                                   "{'in':{'phase':'input'},'expect':'allow'}]}");
    assert_int_equal(add(policy, "overlay",
                         "{'schema':'warrant/policy/1','rules':[{'id':'f','effect':'forbid',"
                         "'tests':[{'in':{'phase':'input'},'expect':'deny'}]}]}",
                         NULL),
                     WRT_OK);
    assert_decision(policy, "{'phase':'input'}", "deny");
    assert_int_equal(wrt_policy_test(&report, policy, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(report, "passed", -1), 2);
    wrt_json_free(report);
    wrt_policy_free(policy);
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_rejects_rule_and_names_key_when_malformed),
        cmocka_unit_test(policy_rejects_file_when_its_frame_is_malformed),
        cmocka_unit_test(policy_limits_nesting_and_size_of_conditions),
        cmocka_unit_test(policy_limits_file_size_and_number_of_rules),
        cmocka_unit_test(policy_adds_nothing_when_a_file_is_rejected),
        cmocka_unit_test(policy_composes_files_by_union_in_any_order),
        cmocka_unit_test(policy_document_reads_back_to_the_same_hash),
        cmocka_unit_test(policy_add_file_names_missing_file_without_its_folder),
        cmocka_unit_test(policy_tests_each_file_by_its_own_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
