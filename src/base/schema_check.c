/* schema_check.c: is this text a schema of the subset in schema.h?
 *
 * One table row per keyword says which form its value must have; a keyword without a row is
 * refused. A schema that passes needs no further type checks in schema.c. */
#include "base/regex.h"
#include "base/schema_walk.h"

#include <string.h>

typedef wrt_status form_check(wrt_schema_walk *walk, const wrt_json *value);

static wrt_status check_schema(wrt_schema_walk *walk, const wrt_json *schema);

static wrt_status refuse(wrt_schema_walk *walk, const char *wanted, const wrt_json *value) {
    char found[WRT_SCHEMA_SHOW_MAX];
    wrt_schema_show(found, value);
    return wrt_fail(walk->err, WRT_E_INPUT, "%s: wanted %s, found %s", walk->path, wanted, found);
}

static wrt_status form_any(wrt_schema_walk *walk, const wrt_json *value) {
    (void)walk, (void)value;
    return WRT_OK;
}

static wrt_status form_text(wrt_schema_walk *walk, const wrt_json *value) {
    return wrt_json_is(value, WRT_JSON_STRING) ? WRT_OK : refuse(walk, "a string", value);
}

static wrt_status form_number(wrt_schema_walk *walk, const wrt_json *value) {
    return wrt_json_is(value, WRT_JSON_NUMBER) ? WRT_OK : refuse(walk, "a number", value);
}

static wrt_status form_count(wrt_schema_walk *walk, const wrt_json *value) {
    bool good = wrt_json_is_integer(value) && wrt_json_number(value, -1) >= 0;
    return good ? WRT_OK : refuse(walk, "an integer of at least 0", value);
}

static wrt_status form_list(wrt_schema_walk *walk, const wrt_json *value) {
    bool good = wrt_json_is(value, WRT_JSON_ARRAY) && wrt_json_count(value) > 0;
    return good ? WRT_OK : refuse(walk, "an array that is not empty", value);
}

static wrt_status form_names(wrt_schema_walk *walk, const wrt_json *value) {
    if (!wrt_json_is(value, WRT_JSON_ARRAY))
        return refuse(walk, "an array of strings", value);
    WRT_JSON_EACH(item, value) {
        if (!wrt_json_is(item, WRT_JSON_STRING))
            return refuse(walk, "an array of strings", item);
    }
    return WRT_OK;
}

static bool is_type_name(const wrt_json *value) {
    static const char *const names[] = {"null",   "boolean", "number", "integer",
                                        "string", "array",   "object"};
    const char *text = wrt_json_text(value);
    for (size_t i = 0; text != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], text) == 0)
            return true;
    }
    return false;
}

static wrt_status form_type(wrt_schema_walk *walk, const wrt_json *value) {
    static const char wanted[] = "null, boolean, number, integer, string, array, object or a list "
                                 "of these";
    if (is_type_name(value))
        return WRT_OK;
    if (!wrt_json_is(value, WRT_JSON_ARRAY) || wrt_json_count(value) == 0)
        return refuse(walk, wanted, value);
    WRT_JSON_EACH(item, value) {
        if (!is_type_name(item))
            return refuse(walk, wanted, item);
    }
    return WRT_OK;
}

static wrt_status form_schemas(wrt_schema_walk *walk, const wrt_json *value) {
    wrt_status status = form_list(walk, value);
    size_t index = 0;
    for (const wrt_json *item = wrt_json_first(value); status == WRT_OK && item != NULL;
         item = wrt_json_next(item)) {
        size_t before = wrt_schema_enter_index(walk, index++);
        status = check_schema(walk, item);
        wrt_schema_leave(walk, before);
    }
    return status;
}

static wrt_status form_members(wrt_schema_walk *walk, const wrt_json *value) {
    if (!wrt_json_is(value, WRT_JSON_OBJECT))
        return refuse(walk, "an object of schemas", value);
    wrt_status status = WRT_OK;
    for (const wrt_json *item = wrt_json_first(value); status == WRT_OK && item != NULL;
         item = wrt_json_next(item)) {
        size_t before = wrt_schema_enter(walk, wrt_json_key(item));
        status = check_schema(walk, item);
        wrt_schema_leave(walk, before);
    }
    return status;
}

static wrt_status form_defs(wrt_schema_walk *walk, const wrt_json *value) {
    if (walk->depth > 1)
        return wrt_fail(walk->err, WRT_E_INPUT, "%s: wanted $defs at the root only", walk->path);
    return form_members(walk, value);
}

static wrt_status form_switch(wrt_schema_walk *walk, const wrt_json *value) {
    return wrt_json_is(value, WRT_JSON_BOOL) ? WRT_OK : check_schema(walk, value);
}

static wrt_status form_ref(wrt_schema_walk *walk, const wrt_json *value) {
    if (wrt_schema_resolve(walk->root, wrt_json_text(value)) != NULL)
        return WRT_OK;
    return refuse(walk, "\"#/$defs/NAME\" of a schema in $defs", value);
}

/* The only format: a property of the root that names a file. Elsewhere nobody would look for it. */
static wrt_status form_format(wrt_schema_walk *walk, const wrt_json *value) {
    static const char place[] = "schema.properties.";
    const char *text = wrt_json_text(value);
    if (text == NULL || strcmp(text, "file") != 0)
        return refuse(walk, "\"file\"", value);
    if (walk->depth != 2 || strncmp(walk->path, place, sizeof place - 1) != 0)
        return wrt_fail(walk->err, WRT_E_INPUT,
                        "%s: wanted the format \"file\" on properties of the root only",
                        walk->path);
    return WRT_OK;
}

static wrt_status form_pattern(wrt_schema_walk *walk, const wrt_json *value) {
    if (!wrt_json_is(value, WRT_JSON_STRING))
        return form_text(walk, value);
    wrt_regex *regex = NULL;
    wrt_status status = wrt_regex_compile(&regex, wrt_str_of(wrt_json_text(value)), 0, walk->err);
    wrt_regex_free(regex);
    if (status != WRT_OK)
        wrt_err_prefix(walk->err, "%s", walk->path);
    return status;
}

static const struct {
    const char *keyword;
    form_check *form;
} forms[] = {
    {"type", form_type},       {"enum", form_list},          {"const", form_any},
    {"required", form_names},  {"properties", form_members}, {"additionalProperties", form_switch},
    {"items", check_schema},   {"minItems", form_count},     {"maxItems", form_count},
    {"minLength", form_count}, {"maxLength", form_count},    {"minimum", form_number},
    {"maximum", form_number},  {"pattern", form_pattern},    {"anyOf", form_schemas},
    {"oneOf", form_schemas},   {"allOf", form_schemas},      {"$ref", form_ref},
    {"$defs", form_defs},      {"description", form_text},   {"title", form_text},
    {"default", form_any},     {"examples", form_any},       {"format", form_format},
};

static wrt_status check_keyword(wrt_schema_walk *walk, const wrt_json *member) {
    size_t before = wrt_schema_enter(walk, wrt_json_key(member));
    wrt_status status = WRT_OK;
    size_t i = 0, n = sizeof forms / sizeof forms[0];
    while (i < n && strcmp(forms[i].keyword, wrt_json_key(member)) != 0)
        i++;
    if (i < n)
        status = forms[i].form(walk, member);
    else
        status = wrt_fail(walk->err, WRT_E_INPUT,
                          "%s: unknown keyword; wanted one of the keywords that this program "
                          "checks",
                          walk->path);
    wrt_schema_leave(walk, before);
    return status;
}

static wrt_status check_schema(wrt_schema_walk *walk, const wrt_json *schema) {
    if (!wrt_json_is(schema, WRT_JSON_OBJECT))
        return refuse(walk, "a schema object", schema);
    if (walk->depth >= WRT_SCHEMA_DEPTH_MAX)
        return wrt_fail(walk->err, WRT_E_LIMIT, "%s: schema is nested too deeply", walk->path);
    walk->depth++;
    wrt_status status = WRT_OK;
    for (const wrt_json *member = wrt_json_first(schema); status == WRT_OK && member != NULL;
         member = wrt_json_next(member))
        status = check_keyword(walk, member);
    walk->depth--;
    return status;
}

wrt_status wrt_schema_check(const wrt_json *schema, wrt_err *err) {
    wrt_schema_walk walk = wrt_schema_walk_make(schema, "schema", err);
    return check_schema(&walk, schema);
}
