/* random_schema.c: each keyword with a chance of its own; small numbers and few names, so that
 * keywords meet. $defs d0 to d2 may refer to one another, also in circles. */
#include "random_schema.h"

#include <stdio.h>

static size_t below(wrt_rng *rng, size_t bound) {
    return (size_t)wrt_rng_below(rng, bound);
}

static bool one_in(wrt_rng *rng, size_t n) {
    return below(rng, n) == 0;
}

static const char *pick(wrt_rng *rng, const char *const *list, size_t n) {
    return list[below(rng, n)];
}

static wrt_json *parsed(const char *text) {
    wrt_json *value = NULL;
    (void)wrt_json_parse(&value, wrt_str_of(text), NULL);
    return value;
}

static wrt_json *random_value(wrt_rng *rng) {
    static const char *const values[] = {"null", "true",      "0",      "1",          "-2.5",
                                         "7",    "\"a\"",     "\"bc\"", "[]",         "[1]",
                                         "{}",   "{\"a\":1}", "\"\"",   "{\"b\":[]}", "1e-9"};
    return parsed(pick(rng, values, sizeof values / sizeof values[0]));
}

static void add_type(wrt_json *schema, wrt_rng *rng) {
    static const char *const types[] = {"null",   "boolean", "integer", "number",
                                        "string", "array",   "object",  "object"};
    if (!one_in(rng, 5)) {
        wrt_json_set_text(schema, "type", pick(rng, types, 8));
        return;
    }
    wrt_json *list = wrt_json_new_array();
    for (size_t i = below(rng, 3) + 1; i > 0; i--)
        wrt_json_push_text(list, pick(rng, types, 8));
    wrt_json_set(schema, "type", list);
}

static void add_ranges(wrt_json *schema, wrt_rng *rng) {
    static const char *const low[] = {"minimum", "minLength", "minItems"};
    static const char *const high[] = {"maximum", "maxLength", "maxItems"};
    static const char *const patterns[] = {"^a+$",         "b",   "^(a|bc)*$",
                                           "^[a-c]{1,3}$", "a|b", "^\\d.$"};
    for (size_t i = 0; i < 3; i++) {
        double step = i == 0 ? 0.25 : 1;
        if (one_in(rng, 3))
            wrt_json_set_number(schema, low[i], (double)below(rng, 4) * step);
        if (one_in(rng, 3))
            wrt_json_set_number(schema, high[i], (double)below(rng, 7) * step);
    }
    if (one_in(rng, 4))
        wrt_json_set_text(schema, "pattern", pick(rng, patterns, 6));
}

static wrt_json *make(wrt_rng *rng, int depth);

static void add_members(wrt_json *schema, wrt_rng *rng, int depth) {
    static const char *const names[] = {"a", "b", "c", "d"};
    wrt_json *properties = wrt_json_new_object();
    wrt_json *required = wrt_json_new_array();
    for (size_t i = 0; i < 4; i++) {
        if (one_in(rng, 2))
            wrt_json_set(properties, names[i], make(rng, depth - 1));
        if (one_in(rng, 6))
            wrt_json_push_text(required, names[i]);
    }
    wrt_json_set(schema, "properties", properties);
    wrt_json_set(schema, "required", required);
    if (one_in(rng, 3))
        wrt_json_set(schema, "additionalProperties",
                     one_in(rng, 2) ? wrt_json_new_bool(false) : make(rng, depth - 1));
}

static void add_lists(wrt_json *schema, wrt_rng *rng, int depth) {
    static const char *const keywords[] = {"anyOf", "oneOf", "allOf"};
    for (size_t i = 0; i < 3; i++) {
        if (!one_in(rng, 5))
            continue;
        wrt_json *list = wrt_json_new_array();
        for (size_t n = below(rng, 3) + 1; n > 0; n--)
            wrt_json_push(list, make(rng, depth - 1));
        wrt_json_set(schema, keywords[i], list);
    }
}

static void add_choices(wrt_json *schema, wrt_rng *rng) {
    if (one_in(rng, 2)) {
        wrt_json_set(schema, "const", random_value(rng));
        return;
    }
    wrt_json *list = wrt_json_new_array();
    for (size_t n = below(rng, 4) + 1; n > 0; n--)
        wrt_json_push(list, random_value(rng));
    wrt_json_set(schema, "enum", list);
}

static wrt_json *make(wrt_rng *rng, int depth) {
    static const char *const targets[] = {"#/$defs/d0", "#/$defs/d1", "#/$defs/d2"};
    wrt_json *schema = wrt_json_new_object();
    if (!one_in(rng, 4))
        add_type(schema, rng);
    if (one_in(rng, 2))
        add_ranges(schema, rng);
    if (one_in(rng, 8))
        add_choices(schema, rng);
    if (depth > 0 && one_in(rng, 2))
        add_members(schema, rng, depth);
    if (depth > 0 && one_in(rng, 4))
        wrt_json_set(schema, "items", make(rng, depth - 1));
    if (depth > 0)
        add_lists(schema, rng, depth);
    if (one_in(rng, 20))
        wrt_json_set_text(schema, "$ref", pick(rng, targets, 3));
    return schema;
}

wrt_json *random_schema(wrt_rng *rng) {
    wrt_json *schema = make(rng, 3);
    wrt_json *defs = wrt_json_new_object();
    wrt_json_set(defs, "d0", make(rng, 2));
    wrt_json_set(defs, "d1", make(rng, 1));
    wrt_json_set(defs, "d2", make(rng, 1));
    wrt_json_set(schema, "$defs", defs);
    return schema;
}
