/* Tests of schema.c: a table of schema, value and what is said about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/schema.h"

/* JSON with ' for ", so that the tables stay readable. */
static wrt_json *parse(const char *text) {
    char copy[2048];
    wrt_json *value = NULL;
    wrt_err err = {0};
    assert_true(strlen(text) < sizeof copy);
    memcpy(copy, text, strlen(text) + 1);
    for (char *at = copy; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    if (wrt_json_parse(&value, wrt_str_of(copy), &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    return value;
}

/* message NULL: the value fits. */
typedef struct {
    const char *schema, *value, *message;
} schema_case;

static const schema_case cases[] = {
    /* type */
    {"{}", "17", NULL},
    {"{'type':'null'}", "null", NULL},
    {"{'type':'null'}", "false", "args: wanted a null, found false"},
    {"{'type':'boolean'}", "true", NULL},
    {"{'type':'boolean'}", "0", "args: wanted a boolean, found 0"},
    {"{'type':'integer'}", "3", NULL},
    {"{'type':'integer'}", "3.0", NULL}, /* 2020-12, 4.2.3: a number without fraction */
    {"{'type':'integer'}", "3.5", "args: wanted an integer, found 3.5"},
    {"{'type':'number'}", "3", NULL},
    {"{'type':'number'}", "'3'", "args: wanted a number, found \"3\""},
    {"{'type':'array'}", "{}", "args: wanted an array, found an object of 0"},
    {"{'type':['string','null']}", "null", NULL},
    {"{'type':['string','integer']}", "[1]",
     "args: wanted a string or an integer, found an array of 1"},
    /* enum, const */
    {"{'enum':['out','in',1,null]}", "1", NULL},
    {"{'enum':['out','in']}", "'up'", "args: wanted one of \"out\", \"in\", found \"up\""},
    {"{'enum':[[1,{'a':2}]]}", "[1,{'a':2}]", NULL},
    {"{'const':'x'}", "'x'", NULL},
    {"{'const':'x'}", "'y'", "args: wanted \"x\", found \"y\""},
    /* numbers */
    {"{'minimum':1,'maximum':6}", "1", NULL},
    {"{'minimum':1,'maximum':6}", "6", NULL},
    {"{'minimum':1,'maximum':6}", "9", "args: wanted a number from 1 to 6, found 9"},
    {"{'minimum':1,'maximum':6}", "0.5", "args: wanted a number from 1 to 6, found 0.5"},
    {"{'minimum':0}", "-1", "args: wanted a number of at least 0, found -1"},
    {"{'maximum':0}", "1", "args: wanted a number of at most 0, found 1"},
    {"{'minimum':5}", "'text'", NULL}, /* speaks of numbers only */
    /* strings: lengths count code points */
    {"{'minLength':2,'maxLength':2}", "'\xce\xb1\xce\xb2'", NULL},
    {"{'maxLength':1}", "'ab'", "args: wanted a number of characters of at most 1, found 2"},
    {"{'minLength':1}", "''", "args: wanted a number of characters of at least 1, found 0"},
    {"{'pattern':'^[A-Z]+:[0-9]+$'}", "'MONDO:5148'", NULL},
    {"{'pattern':'b'}", "'abc'", NULL}, /* patterns are not anchored */
    {"{'pattern':'^[0-9]+$'}", "'12a'",
     "args: wanted a text that matches \"^[0-9]+$\", found \"12a\""},
    /* arrays */
    {"{'items':{'type':'string'}}", "['a','b']", NULL},
    {"{'items':{'type':'string'}}", "['a',2]", "args[1]: wanted a string, found 2"},
    {"{'minItems':1}", "[]", "args: wanted a number of items of at least 1, found 0"},
    {"{'minItems':1,'maxItems':2}", "[1,2,3]",
     "args: wanted a number of items from 1 to 2, found 3"},
    /* objects */
    {"{'required':['id']}", "{'id':null}", NULL},
    {"{'required':['id']}", "{}", "args.id: required field, found nothing"},
    {"{'properties':{'k':{'type':'integer'}}}", "{'k':'x'}",
     "args.k: wanted an integer, found \"x\""},
    {"{'properties':{'k':{'type':'integer'}}}", "{'other':'x'}", NULL},
    {"{'properties':{'a':{},'b':{}},'additionalProperties':false}", "{'c':1}",
     "args.c: unknown field; wanted one of a, b"},
    {"{'additionalProperties':false}", "{'c':1}", "args.c: unknown field; wanted no fields"},
    {"{'additionalProperties':{'type':'number'}}", "{'p':0.5}", NULL},
    {"{'additionalProperties':{'type':'number'}}", "{'p':'x'}",
     "args.p: wanted a number, found \"x\""},
    {"{'properties':{'a':{'items':{'properties':{'b':{'type':'null'}}}}}}", "{'a':[{},{'b':1}]}",
     "args.a[1].b: wanted a null, found 1"},
    /* alternatives */
    {"{'anyOf':[{'type':'string'},{'type':'object'}]}", "'x'", NULL},
    {"{'anyOf':[{'type':'string'},{'type':'object'}]}", "3",
     "args: wanted a string or an object, found 3"},
    {"{'anyOf':[{'type':'string'},{'type':'object','required':['nodes']}]}", "{}",
     "args.nodes: required field, found nothing"},
    {"{'oneOf':[{'type':'integer'},{'minimum':2}]}", "1", NULL},
    {"{'oneOf':[{'type':'integer'},{'minimum':2}]}", "2.5", NULL},
    {"{'oneOf':[{'type':'integer'},{'minimum':2}]}", "3",
     "args: wanted a value that fits exactly one alternative, found 3"},
    {"{'allOf':[{'minimum':1},{'maximum':3}]}", "2", NULL},
    {"{'allOf':[{'minimum':1},{'maximum':3}]}", "4", "args: wanted a number of at most 3, found 4"},
    /* references */
    {"{'$ref':'#/$defs/name','$defs':{'name':{'type':'string'}}}", "'x'", NULL},
    {"{'$ref':'#/$defs/name','$defs':{'name':{'type':'string'}}}", "1",
     "args: wanted a string, found 1"},
    {"{'$ref':'#/$defs/tree','$defs':{'tree':{'type':'array','items':{'$ref':'#/$defs/tree'}}}}",
     "[[],[[],[]]]", NULL},
    {"{'$ref':'#/$defs/tree','$defs':{'tree':{'type':'array','items':{'$ref':'#/$defs/tree'}}}}",
     "[[],[[],1]]", "args[1][1]: wanted an array, found 1"},
    /* annotations say nothing about the value */
    {"{'title':'t','description':'d','default':1,'examples':[1]}", "'x'", NULL},
};

static void schema_says_what_is_wrong_when_value_does_not_fit(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_json *schema = parse(cases[i].schema), *value = parse(cases[i].value);
        wrt_err err = {0};
        assert_int_equal(wrt_schema_check(schema, &err), WRT_OK);
        wrt_status status = wrt_schema_validate(schema, value, "args", &err);
        if (cases[i].message == NULL && status != WRT_OK)
            fail_msg("%s with %s: %s", cases[i].schema, cases[i].value, err.message);
        if (cases[i].message != NULL) {
            assert_string_equal(err.message, cases[i].message);
            assert_int_equal(status, WRT_E_INPUT);
        }
        wrt_json_free(schema);
        wrt_json_free(value);
    }
}

static const struct {
    const char *schema, *part; /* of the message */
} bad_schemas[] = {
    {"[]", "schema: wanted a schema object"},
    {"true", "schema: wanted a schema object, found true"},
    {"{'if':{}}", "schema.if: unknown keyword"},
    {"{'properties':{'a':{'format':'uri'}}}",
     "schema.properties.a.format: wanted \"file\", found \"uri\""},
    {"{'format':'file'}",
     "schema.format: wanted the format \"file\" on properties of the root only"},
    {"{'$defs':{'a':{'format':'file'}}}", "schema.$defs.a.format: wanted the format \"file\" on"},
    {"{'items':{'properties':{'a':{'format':'file'}}}}", "a.format: wanted the format \"file\" on"},
    {"{'type':'text'}", "schema.type: wanted null, boolean, number"},
    {"{'type':[]}", "schema.type: wanted"},
    {"{'type':['string',1]}", "schema.type: wanted"},
    {"{'enum':[]}", "schema.enum: wanted an array that is not empty"},
    {"{'required':'a'}", "schema.required: wanted an array of strings"},
    {"{'required':[1]}", "schema.required: wanted an array of strings"},
    {"{'properties':[]}", "schema.properties: wanted an object of schemas"},
    {"{'properties':{'a':1}}", "schema.properties.a: wanted a schema object, found 1"},
    {"{'additionalProperties':1}", "schema.additionalProperties: wanted a schema object"},
    {"{'items':[{}]}", "schema.items: wanted a schema object, found an array of 1"},
    {"{'minItems':-1}", "schema.minItems: wanted an integer of at least 0, found -1"},
    {"{'maxLength':1.5}", "schema.maxLength: wanted an integer"},
    {"{'minimum':'1'}", "schema.minimum: wanted a number"},
    {"{'pattern':'('}", "schema.pattern"},
    {"{'anyOf':[]}", "schema.anyOf: wanted an array that is not empty"},
    {"{'anyOf':[{},{'oneOf':[3]}]}", "schema.anyOf[1].oneOf[0]: wanted a schema object, found 3"},
    {"{'$ref':'#/$defs/x'}", "schema.$ref: wanted \"#/$defs/NAME\""},
    {"{'$ref':'other.json#/$defs/x','$defs':{'x':{}}}", "schema.$ref: wanted"},
    {"{'items':{'$defs':{}}}", "schema.items.$defs: wanted $defs at the root only"},
    {"{'title':1}", "schema.title: wanted a string"},
};

static void schema_check_names_the_place_when_schema_is_malformed(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof bad_schemas / sizeof bad_schemas[0]; i++) {
        wrt_json *schema = parse(bad_schemas[i].schema);
        wrt_err err = {0};
        assert_int_equal(wrt_schema_check(schema, &err), WRT_E_INPUT);
        if (strstr(err.message, bad_schemas[i].part) == NULL)
            fail_msg("%s: %s", bad_schemas[i].schema, err.message);
        wrt_json_free(schema);
    }
}

static void schema_fails_closed_when_definition_refers_to_itself(void **state) {
    static const char *const loops[] = {
        "{'$ref':'#/$defs/a','$defs':{'a':{'$ref':'#/$defs/a'}}}",
        "{'$ref':'#/$defs/a','$defs':{'a':{'anyOf':[{'$ref':'#/$defs/a'},{'$ref':'#/$defs/a'}]}}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof loops / sizeof loops[0]; i++) {
        wrt_json *schema = parse(loops[i]), *value = parse("1");
        assert_int_equal(wrt_schema_check(schema, NULL), WRT_OK);
        assert_int_equal(wrt_schema_validate(schema, value, "args", NULL), WRT_E_LIMIT);
        wrt_json_free(schema);
        wrt_json_free(value);
    }
}

/* d0 needs d1 twice, d1 needs d2 twice, ...: 2^40 evaluations if nobody counted. */
static void schema_fails_closed_when_evaluations_multiply(void **state) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    (void)state;
    wrt_buf_add_c(&text, "{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
    for (int i = 0; i < 40; i++)
        wrt_buf_printf(&text,
                       "\"d%d\":{\"allOf\":[{\"$ref\":\"#/$defs/d%d\"},{\"$ref\":\"#/$defs/"
                       "d%d\"}]},",
                       i, i + 1, i + 1);
    wrt_buf_add_c(&text, "\"d40\":{}}}");
    wrt_json *schema = NULL, *value = parse("1");
    assert_int_equal(wrt_json_parse(&schema, wrt_buf_str(&text), NULL), WRT_OK);
    assert_int_equal(wrt_schema_check(schema, NULL), WRT_OK);
    assert_int_equal(wrt_schema_validate(schema, value, "args", NULL), WRT_E_LIMIT);
    wrt_json_free(schema);
    wrt_json_free(value);
    wrt_buf_free(&text);
}

static void schema_message_stays_one_line_when_keys_are_hostile(void **state) {
    wrt_json *schema = parse("{'additionalProperties':false}");
    wrt_json *value = wrt_json_new_object();
    wrt_err err = {0};
    char key[400];
    (void)state;
    memset(key, 'k', sizeof key);
    memcpy(key, "a\n\x1b[31m", 7);
    key[sizeof key - 1] = '\0';
    wrt_json_set_int(value, key, 1);
    assert_int_equal(wrt_schema_validate(schema, value, "args", &err), WRT_E_INPUT);
    assert_null(strpbrk(err.message, "\n\x1b"));
    wrt_json_free(schema);
    wrt_json_free(value);
}

/* A schema inside another: references are looked up in the whole. */
static void schema_part_is_checked_alone_when_root_is_given(void **state) {
    wrt_json *root = parse("{'required':['p'],'properties':{'p':{'$ref':'#/$defs/d'}},"
                           "'$defs':{'d':{'type':'integer','maximum':3}}}");
    const wrt_json *part = wrt_json_path(root, "properties.p");
    wrt_json *three = parse("3"), *four = parse("4");
    wrt_err err = {0};
    (void)state;
    assert_int_equal(wrt_schema_validate_part(root, part, three, "value", NULL), WRT_OK);
    assert_int_equal(wrt_schema_validate_part(root, part, four, "value", &err), WRT_E_INPUT);
    assert_string_equal(err.message, "value: wanted a number of at most 3, found 4");
    assert_ptr_equal(wrt_schema_resolve(root, "#/$defs/d"), wrt_json_path(root, "$defs.d"));
    assert_null(wrt_schema_resolve(root, "#/$defs/e"));
    assert_null(wrt_schema_resolve(root, NULL));
    wrt_json_free(root);
    wrt_json_free(three);
    wrt_json_free(four);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema_says_what_is_wrong_when_value_does_not_fit),
        cmocka_unit_test(schema_check_names_the_place_when_schema_is_malformed),
        cmocka_unit_test(schema_fails_closed_when_definition_refers_to_itself),
        cmocka_unit_test(schema_fails_closed_when_evaluations_multiply),
        cmocka_unit_test(schema_part_is_checked_alone_when_root_is_given),
        cmocka_unit_test(schema_message_stays_one_line_when_keys_are_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
