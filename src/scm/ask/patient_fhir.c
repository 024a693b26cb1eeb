/* patient_fhir.c: each mapped path is looked up in every resource of its type. */
#include "scm/ask/patient_fhir.h"

#include <string.h>

/* The scalar at a path of element names; an array stands for its first element that has the rest.
 * Depth of recursion is bounded by that of JSON (WRT_JSON_DEPTH_MAX). */
static const wrt_json *at_path(const wrt_json *value, wrt_str path) {
    if (wrt_json_is(value, WRT_JSON_ARRAY)) {
        WRT_JSON_EACH(item, value) {
            const wrt_json *found = at_path(item, path);
            if (found != NULL)
                return found;
        }
        return NULL;
    }
    if (path.ptr == NULL || path.len == 0)
        return wrt_json_is(value, WRT_JSON_OBJECT) || wrt_json_is(value, WRT_JSON_NULL) ? NULL
                                                                                        : value;
    wrt_str rest = path, name = {0};
    (void)wrt_str_cut(&name, &rest, '.');
    WRT_JSON_EACH(member, value)
    if (wrt_str_equal_c(name, wrt_json_key(member)))
        return at_path(member, rest);
    return NULL;
}

/* Whether any scalar at the path (all elements of arrays) is this text. */
static bool any_is(const wrt_json *value, wrt_str path, const char *text) {
    if (wrt_json_is(value, WRT_JSON_ARRAY)) {
        WRT_JSON_EACH(item, value)
        if (any_is(item, path, text))
            return true;
        return false;
    }
    if (path.ptr == NULL || path.len == 0)
        return wrt_json_text(value) != NULL && strcmp(wrt_json_text(value), text) == 0;
    wrt_str rest = path, name = {0};
    (void)wrt_str_cut(&name, &rest, '.');
    WRT_JSON_EACH(member, value)
    if (wrt_str_equal_c(name, wrt_json_key(member)))
        return any_is(member, rest, text);
    return false;
}

typedef struct {
    wrt_str type, path; /* "Observation", "valueQuantity.value" */
    const char *variable;
    const wrt_json *values, *when; /* NULL: none */
} rule;

static wrt_status read_rule(rule *out, const wrt_json *entry, wrt_err *err) {
    const char *key = wrt_json_key(entry);
    *out = (rule){.path = wrt_str_of(key), .variable = wrt_json_text(entry)};
    if (wrt_json_is(entry, WRT_JSON_OBJECT)) {
        out->variable = wrt_json_get_text(entry, "variable", NULL);
        out->values = wrt_json_get(entry, "values");
        out->when = wrt_json_get(entry, "when");
    }
    /* Several variables may be read from one path: "PATH#anything". */
    const char *mark = strchr(key, '#');
    if (mark != NULL)
        out->path.len = (size_t)(mark - key);
    if (!wrt_str_cut(&out->type, &out->path, '.') || out->path.ptr == NULL || out->path.len == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "mapping \"%s\": a path is Resource.element, such as Patient.gender", key);
    bool has_shape = out->variable != NULL &&
                     (out->values == NULL || wrt_json_is(out->values, WRT_JSON_OBJECT)) &&
                     (out->when == NULL || wrt_json_is(out->when, WRT_JSON_OBJECT));
    return has_shape
               ? WRT_OK
               : wrt_fail(err, WRT_E_INPUT,
                          "mapping \"%s\": give a variable's name, or {\"variable\",\"values\""
                          ":{found: value},\"when\":{path: text}}",
                          key);
}

static bool applies(const rule *r, const wrt_json *resource) {
    if (!wrt_str_equal_c(r->type, wrt_json_get_text(resource, "resourceType", "")))
        return false;
    WRT_JSON_EACH(condition, r->when)
    if (wrt_json_text(condition) == NULL ||
        !any_is(resource, wrt_str_of(wrt_json_key(condition)), wrt_json_text(condition)))
        return false;
    return true;
}

/* What was found, as the mapping's "values" translate it. */
static wrt_status translate(wrt_json **out, const rule *r, const wrt_json *found, wrt_err *err) {
    char number[32];
    const char *text = wrt_json_text(found);
    if (wrt_json_is(found, WRT_JSON_NUMBER)) {
        wrt_json_format_number(number, wrt_json_number(found, 0));
        text = number;
    } else if (wrt_json_is(found, WRT_JSON_BOOL)) {
        text = wrt_json_bool(found, false) ? "true" : "false";
    }
    const char *value = r->values == NULL ? text : NULL;
    WRT_JSON_EACH(pair, r->values)
    if (strcmp(wrt_json_key(pair), text) == 0)
        value = wrt_json_text(pair);
    *out = value != NULL ? wrt_json_new_c(value) : NULL;
    return value != NULL ? WRT_OK
                         : wrt_fail(err, WRT_E_INPUT,
                                    "\"%s\" was found for \"%s\", and the mapping's values do not "
                                    "say what it is",
                                    text, r->variable);
}

static wrt_status look_in(wrt_json *out, const rule *r, const wrt_json *resource, wrt_err *err) {
    const wrt_json *found = applies(r, resource) ? at_path(resource, r->path) : NULL;
    const wrt_json *before = wrt_json_get(out, r->variable);
    wrt_json *value = NULL;
    wrt_status status = found != NULL ? translate(&value, r, found, err) : WRT_OK;
    if (value == NULL)
        return status;
    if (before != NULL && !wrt_json_equal(before, value)) {
        status =
            wrt_fail(err, WRT_E_INPUT,
                     "\"%s\" is \"%s\" by one resource and \"%s\" by another: keep one, or say "
                     "\"when\"",
                     r->variable, wrt_json_text(before), wrt_json_text(value));
        wrt_json_free(value);
        return status;
    }
    wrt_json_set(out, r->variable, value);
    return WRT_OK;
}

/* A Bundle's resources, or the one resource itself. */
static wrt_status look_everywhere(wrt_json *out, const rule *r, const wrt_json *bundle,
                                  wrt_err *err) {
    wrt_status status = WRT_OK;
    if (strcmp(wrt_json_get_text(bundle, "resourceType", ""), "Bundle") != 0)
        return look_in(out, r, bundle, err);
    WRT_JSON_EACH(entry, wrt_json_get(bundle, "entry"))
    if (status == WRT_OK)
        status = look_in(out, r, wrt_json_get(entry, "resource"), err);
    return status;
}

static wrt_status check(const wrt_json *bundle, const wrt_json *mapping, wrt_err *err) {
    const wrt_json *entries = wrt_json_get(bundle, "entry");
    size_t patients = 0;
    if (!wrt_json_is(mapping, WRT_JSON_OBJECT) ||
        wrt_json_count(mapping) > WRT_SCM_FHIR_MAPPINGS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "a mapping is an object {path: variable} of at most %d",
                        (int)WRT_SCM_FHIR_MAPPINGS_MAX);
    if (wrt_json_count(entries) > WRT_SCM_FHIR_RESOURCES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a bundle has at most %d resources",
                        (int)WRT_SCM_FHIR_RESOURCES_MAX);
    WRT_JSON_EACH(entry, entries)
    patients += strcmp(wrt_json_get_text(wrt_json_get(entry, "resource"), "resourceType", ""),
                       "Patient") == 0;
    return patients < 2
               ? WRT_OK
               : wrt_fail(err, WRT_E_INPUT, "the bundle has %zu patients: give one's", patients);
}

wrt_status wrt_scm_fhir_map(wrt_json **out, const wrt_json *bundle, const wrt_json *mapping,
                            wrt_err *err) {
    wrt_json *values = wrt_json_new_object();
    wrt_status status = check(bundle, mapping, err);
    WRT_JSON_EACH(entry, mapping) {
        rule r;
        if (status == WRT_OK)
            status = read_rule(&r, entry, err);
        if (status == WRT_OK)
            status = look_everywhere(values, &r, bundle, err);
    }
    *out = status == WRT_OK ? values : NULL;
    if (status != WRT_OK)
        wrt_json_free(values);
    return status;
}
