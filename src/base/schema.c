/* schema.c: does a value fit a schema?
 *
 * A schema is evaluated as a list of rules, one per group of keywords; each rule looks at the value
 * and either lets it pass or names the place, what was wanted and what was found. The schema has
 * passed wrt_schema_check before, but it comes from a plugin: depth and the number of evaluations
 * are bounded, so that a schema that refers to itself fails closed instead of running for ever.
 *
 * Source: JSON Schema 2020-12, core and validation vocabularies (the subset in schema.h). */
#include "base/regex.h"
#include "base/schema_walk.h"

#include <string.h>

/* More evaluations than any tool's arguments or data need; under a second of work. */
enum { STEPS_MAX = 2000000 };

typedef wrt_status rule(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value);

static wrt_status evaluate(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value);

static wrt_status refuse(wrt_schema_walk *walk, const char *wanted, const wrt_json *value) {
    char found[WRT_SCHEMA_SHOW_MAX];
    wrt_schema_show(found, value);
    return wrt_fail(walk->err, WRT_E_INPUT, "%s: wanted %s, found %s", walk->path, wanted, found);
}

/* ---- type, const, enum */

static bool has_type(const wrt_json *value, const char *name) {
    if (strcmp(name, "integer") == 0)
        return wrt_json_is_integer(value);
    return strcmp(name, wrt_json_type_name(wrt_json_typeof(value))) == 0;
}

/* True when the schema says nothing about type or names the value's. */
static bool fits_type(const wrt_json *schema, const wrt_json *value) {
    const wrt_json *type = wrt_json_get(schema, "type");
    if (type == NULL)
        return true;
    if (wrt_json_text(type) != NULL)
        return has_type(value, wrt_json_text(type));
    WRT_JSON_EACH(item, type) {
        if (has_type(value, wrt_json_text(item)))
            return true;
    }
    return false;
}

/* "a string", "an integer or a null": the types that a schema accepts. */
static void describe_types(wrt_buf *out, const wrt_json *type) {
    const wrt_json *item = wrt_json_text(type) != NULL ? type : wrt_json_first(type);
    for (bool first = true; item != NULL; first = false) {
        const char *name = wrt_json_text(item);
        const char *article = strchr("aio", name[0]) != NULL ? "an" : "a";
        wrt_buf_printf(out, "%s%s %s", first ? "" : " or ", article, name);
        item = item == type ? NULL : wrt_json_next(item);
    }
}

static wrt_status rule_type(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value) {
    if (fits_type(schema, value))
        return WRT_OK;
    wrt_buf wanted = wrt_buf_make(WRT_SCHEMA_PATH_MAX);
    describe_types(&wanted, wrt_json_get(schema, "type"));
    wrt_status status = refuse(walk, wanted.ptr, value);
    wrt_buf_free(&wanted);
    return status;
}

static wrt_status rule_const(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value) {
    const wrt_json *wanted = wrt_json_get(schema, "const");
    if (wanted == NULL || wrt_json_equal(wanted, value))
        return WRT_OK;
    char text[WRT_SCHEMA_SHOW_MAX];
    wrt_schema_show(text, wanted);
    return refuse(walk, text, value);
}

static wrt_status rule_enum(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value) {
    const wrt_json *choices = wrt_json_get(schema, "enum");
    if (choices == NULL)
        return WRT_OK;
    wrt_buf wanted = wrt_buf_make(WRT_ERR_MESSAGE_MAX / 2);
    wrt_buf_add_c(&wanted, "one of");
    bool is_member = false;
    WRT_JSON_EACH(choice, choices) {
        char text[WRT_SCHEMA_SHOW_MAX];
        wrt_schema_show(text, choice);
        wrt_buf_printf(&wanted, "%s %s", choice == wrt_json_first(choices) ? "" : ",", text);
        is_member = is_member || wrt_json_equal(choice, value);
    }
    wrt_status status = is_member ? WRT_OK : refuse(walk, wanted.ptr, value);
    wrt_buf_free(&wanted);
    return status;
}

/* ---- ranges */

typedef struct {
    const char *low, *high; /* keywords */
    const char *noun;
} bounds;

static wrt_status check_range(wrt_schema_walk *walk, const wrt_json *schema, const bounds *limits,
                              double found) {
    const wrt_json *low = wrt_json_get(schema, limits->low);
    const wrt_json *high = wrt_json_get(schema, limits->high);
    bool is_low = low != NULL && found < wrt_json_number(low, 0);
    bool is_high = high != NULL && found > wrt_json_number(high, 0);
    if (!is_low && !is_high)
        return WRT_OK;
    char a[32] = "", b[32] = "", shown[32];
    wrt_json_format_number(a, wrt_json_number(low, 0));
    wrt_json_format_number(b, wrt_json_number(high, 0));
    wrt_json_format_number(shown, found);
    if (low != NULL && high != NULL)
        return wrt_fail(walk->err, WRT_E_INPUT, "%s: wanted a %s from %s to %s, found %s",
                        walk->path, limits->noun, a, b, shown);
    return wrt_fail(walk->err, WRT_E_INPUT, "%s: wanted a %s of at %s %s, found %s", walk->path,
                    limits->noun, is_low ? "least" : "most", is_low ? a : b, shown);
}

static wrt_status rule_number(wrt_schema_walk *walk, const wrt_json *schema,
                              const wrt_json *value) {
    static const bounds size = {"minimum", "maximum", "number"};
    if (!wrt_json_is(value, WRT_JSON_NUMBER))
        return WRT_OK;
    return check_range(walk, schema, &size, wrt_json_number(value, 0));
}

static size_t count_code_points(const char *text) {
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static wrt_status check_pattern(wrt_schema_walk *walk, const char *pattern, const wrt_json *value) {
    wrt_regex *regex = NULL;
    bool found = false;
    size_t begin = 0, end = 0;
    wrt_status status = wrt_regex_compile(&regex, wrt_str_of(pattern), 0, walk->err);
    if (status == WRT_OK)
        status = wrt_regex_search(&found, &begin, &end, regex, wrt_str_of(wrt_json_text(value)), 0,
                                  walk->err);
    wrt_regex_free(regex);
    if (status != WRT_OK || found)
        return status;
    char wanted[WRT_SCHEMA_SHOW_MAX], shown[WRT_SCHEMA_SHOW_MAX];
    wrt_json *text = wrt_json_new_c(pattern);
    wrt_schema_show(wanted, text);
    wrt_json_free(text);
    wrt_schema_show(shown, value);
    return wrt_fail(walk->err, WRT_E_INPUT, "%s: wanted a text that matches %s, found %s",
                    walk->path, wanted, shown);
}

static wrt_status rule_string(wrt_schema_walk *walk, const wrt_json *schema,
                              const wrt_json *value) {
    static const bounds size = {"minLength", "maxLength", "number of characters"};
    const char *text = wrt_json_text(value);
    if (text == NULL)
        return WRT_OK;
    wrt_status status = check_range(walk, schema, &size, (double)count_code_points(text));
    const char *pattern = wrt_json_get_text(schema, "pattern", NULL);
    return status == WRT_OK && pattern != NULL ? check_pattern(walk, pattern, value) : status;
}

/* ---- containers */

static wrt_status rule_array(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value) {
    static const bounds size = {"minItems", "maxItems", "number of items"};
    if (!wrt_json_is(value, WRT_JSON_ARRAY))
        return WRT_OK;
    wrt_status status = check_range(walk, schema, &size, (double)wrt_json_count(value));
    const wrt_json *items = wrt_json_get(schema, "items");
    const wrt_json *item = items != NULL ? wrt_json_first(value) : NULL;
    for (size_t index = 0; status == WRT_OK && item != NULL; index++) {
        size_t before = wrt_schema_enter_index(walk, index);
        status = evaluate(walk, items, item);
        wrt_schema_leave(walk, before);
        item = wrt_json_next(item);
    }
    return status;
}

static wrt_status check_required(wrt_schema_walk *walk, const wrt_json *schema,
                                 const wrt_json *value) {
    WRT_JSON_EACH(name, wrt_json_get(schema, "required")) {
        if (wrt_json_get(value, wrt_json_text(name)) == NULL) {
            wrt_schema_enter(walk, wrt_json_text(name));
            return wrt_fail(walk->err, WRT_E_INPUT, "%s: required field, found nothing",
                            walk->path);
        }
    }
    return WRT_OK;
}

static wrt_status refuse_member(wrt_schema_walk *walk, const wrt_json *properties) {
    wrt_buf known = wrt_buf_make(WRT_ERR_MESSAGE_MAX / 2);
    WRT_JSON_EACH(property, properties)
    wrt_buf_printf(&known, "%s%s", known.len > 0 ? ", " : "", wrt_json_key(property));
    wrt_status status =
        wrt_fail(walk->err, WRT_E_INPUT, "%s: unknown field; wanted %s%s", walk->path,
                 known.len > 0 ? "one of " : "no fields", known.len > 0 ? known.ptr : "");
    wrt_buf_free(&known);
    return status;
}

static wrt_status check_member(wrt_schema_walk *walk, const wrt_json *schema,
                               const wrt_json *member) {
    const wrt_json *properties = wrt_json_get(schema, "properties");
    const wrt_json *known = wrt_json_get(properties, wrt_json_key(member));
    if (known != NULL)
        return evaluate(walk, known, member);
    const wrt_json *others = wrt_json_get(schema, "additionalProperties");
    if (wrt_json_is(others, WRT_JSON_OBJECT))
        return evaluate(walk, others, member);
    return wrt_json_bool(others, true) ? WRT_OK : refuse_member(walk, properties);
}

static wrt_status rule_object(wrt_schema_walk *walk, const wrt_json *schema,
                              const wrt_json *value) {
    if (!wrt_json_is(value, WRT_JSON_OBJECT))
        return WRT_OK;
    wrt_status status = WRT_OK;
    for (const wrt_json *member = wrt_json_first(value); status == WRT_OK && member != NULL;
         member = wrt_json_next(member)) {
        size_t before = wrt_schema_enter(walk, wrt_json_key(member));
        status = check_member(walk, schema, member);
        wrt_schema_leave(walk, before);
    }
    return status == WRT_OK ? check_required(walk, schema, value) : status;
}

/* ---- references and alternatives */

static wrt_status rule_ref(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value) {
    const char *ref = wrt_json_get_text(schema, "$ref", NULL);
    if (ref == NULL)
        return WRT_OK;
    const wrt_json *target = wrt_schema_resolve(walk->root, ref);
    if (target == NULL)
        return wrt_fail(walk->err, WRT_E_INPUT, "%s: the schema refers to an unknown %s",
                        walk->path, "definition");
    return evaluate(walk, target, value);
}

static wrt_status rule_all(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value) {
    wrt_status status = WRT_OK;
    for (const wrt_json *part = wrt_json_first(wrt_json_get(schema, "allOf"));
         status == WRT_OK && part != NULL; part = wrt_json_next(part))
        status = evaluate(walk, part, value);
    return status;
}

typedef struct {
    size_t matched;
    size_t near;  /* alternatives of the value's type */
    wrt_err best; /* what the last of those said */
} alternatives;

/* Evaluates every alternative. Fails only when a resource limit was reached. */
static wrt_status try_all(alternatives *out, wrt_schema_walk *walk, const wrt_json *list,
                          const wrt_json *value) {
    wrt_err *outer = walk->err;
    size_t len = walk->len;
    wrt_status status = WRT_OK;
    for (const wrt_json *part = wrt_json_first(list); part != NULL; part = wrt_json_next(part)) {
        const char *ref = wrt_json_get_text(part, "$ref", NULL);
        const wrt_json *shape = ref != NULL ? wrt_schema_resolve(walk->root, ref) : part;
        wrt_err said = {0};
        walk->err = &said;
        status = evaluate(walk, part, value);
        wrt_schema_leave(walk, len);
        if (status == WRT_E_LIMIT) {
            if (outer != NULL)
                *outer = said;
            break;
        }
        out->matched += status == WRT_OK;
        if (status != WRT_OK && fits_type(shape, value)) {
            out->near++;
            out->best = said;
        }
        status = WRT_OK;
    }
    walk->err = outer;
    return status;
}

static void describe_alternatives(wrt_buf *out, const wrt_schema_walk *walk, const wrt_json *list) {
    WRT_JSON_EACH(part, list) {
        const char *ref = wrt_json_get_text(part, "$ref", NULL);
        const wrt_json *shape = ref != NULL ? wrt_schema_resolve(walk->root, ref) : part;
        const wrt_json *type = wrt_json_get(shape, "type");
        if (out->len > 0)
            wrt_buf_add_c(out, " or ");
        if (type != NULL)
            describe_types(out, type);
        else
            wrt_buf_add_c(out, wrt_json_get_text(shape, "title", "another form"));
    }
}

static wrt_status check_alternatives(wrt_schema_walk *walk, const wrt_json *list,
                                     const wrt_json *value, bool exactly_one) {
    alternatives seen = {0};
    wrt_status status = try_all(&seen, walk, list, value);
    if (status != WRT_OK || seen.matched == 1 || (seen.matched > 1 && !exactly_one))
        return status;
    if (seen.matched > 1)
        return refuse(walk, "a value that fits exactly one alternative", value);
    if (seen.near == 1) /* the caller meant this one: its complaint is the useful one */
        return wrt_fail(walk->err, seen.best.code, "%s", seen.best.message);
    wrt_buf wanted = wrt_buf_make(WRT_ERR_MESSAGE_MAX / 2);
    describe_alternatives(&wanted, walk, list);
    status = refuse(walk, wanted.ptr, value);
    wrt_buf_free(&wanted);
    return status;
}

static wrt_status rule_any(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value) {
    const wrt_json *list = wrt_json_get(schema, "anyOf");
    return list == NULL ? WRT_OK : check_alternatives(walk, list, value, false);
}

static wrt_status rule_one(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value) {
    const wrt_json *list = wrt_json_get(schema, "oneOf");
    return list == NULL ? WRT_OK : check_alternatives(walk, list, value, true);
}

static wrt_status evaluate(wrt_schema_walk *walk, const wrt_json *schema, const wrt_json *value) {
    static rule *const rules[] = {rule_ref,    rule_type,   rule_const, rule_enum,
                                  rule_number, rule_string, rule_array, rule_object,
                                  rule_all,    rule_any,    rule_one};
    if (walk->depth >= WRT_SCHEMA_DEPTH_MAX || walk->steps >= STEPS_MAX)
        return wrt_fail(walk->err, WRT_E_LIMIT, "%s: checking against the schema takes too %s",
                        walk->path, walk->steps >= STEPS_MAX ? "many steps" : "many levels");
    walk->depth++;
    walk->steps++;
    wrt_status status = WRT_OK;
    for (size_t i = 0; status == WRT_OK && i < sizeof rules / sizeof rules[0]; i++)
        status = rules[i](walk, schema, value);
    walk->depth--;
    return status;
}

wrt_status wrt_schema_validate_part(const wrt_json *root, const wrt_json *part,
                                    const wrt_json *value, const char *name, wrt_err *err) {
    wrt_schema_walk walk = wrt_schema_walk_make(root, name, err);
    return evaluate(&walk, part, value);
}

wrt_status wrt_schema_validate(const wrt_json *schema, const wrt_json *value, const char *name,
                               wrt_err *err) {
    return wrt_schema_validate_part(schema, schema, value, name, err);
}
