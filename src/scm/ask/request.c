/* request.c: one table of members says where each goes. */
#include "scm/ask/request.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef enum { TEXT, OBJECT, ANY, COUNT, FLAG, ELSEWHERE } kind;

typedef struct {
    const char *name;
    kind kind;
    size_t offset;
    double low, high; /* of COUNT, both included */
} member;

#define AT(field) offsetof(wrt_scm_request, field)

static const member members[] = {
    {"outcome", TEXT, AT(outcome), 0, 0},
    {"treatment", TEXT, AT(treatment), 0, 0},
    {"variable", TEXT, AT(variable), 0, 0},
    {"placebo", TEXT, AT(placebo), 0, 0},
    {"do", OBJECT, AT(do_values), 0, 0},
    {"given", OBJECT, AT(given), 0, 0},
    {"evidence", OBJECT, AT(given), 0, 0},
    {"phrasing", ANY, AT(phrasing), 0, 0},
    {"n", COUNT, AT(n), 1, WRT_SCM_ASK_UNITS_MAX},
    {"family", COUNT, AT(family), 2, WRT_SCM_ASK_FAMILY_MAX},
    {"seeds", COUNT, AT(seeds), 1, WRT_SCM_ASK_FAMILY_MAX},
    {"hidden", FLAG, AT(with_hidden), 0, 0},
    {"scm", ELSEWHERE, 0, 0, 0},
    {"format", ELSEWHERE, 0, 0, 0},
    {"contrast", ELSEWHERE, 0, 0, 0},
    {"coupling", ELSEWHERE, 0, 0, 0},
    {"method", ELSEWHERE, 0, 0, 0},
    {"seed", ELSEWHERE, 0, 0, 0},
    {"shard", ELSEWHERE, 0, 0, 0},
    {"rule", ELSEWHERE, 0, 0, 0},
    {"temperature", ELSEWHERE, 0, 0, 0},
};

static const member *find_member(const char *name) {
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

static wrt_status read_text(const char **out, const wrt_json *value, const char *name,
                            wrt_err *err) {
    const char *text = wrt_json_text(value);
    if (text == NULL || *text == '\0' || strlen(text) > WRT_SCM_TEXT_MAX)
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" takes a text of 1 to %d bytes", name,
                        (int)WRT_SCM_TEXT_MAX);
    *out = text;
    return WRT_OK;
}

static wrt_status read_count(size_t *out, const member *m, const wrt_json *value, wrt_err *err) {
    double number = wrt_json_number(value, -1);
    if (!wrt_json_is_integer(value) || number < m->low || number > m->high)
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" takes a whole number from %.0f to %.0f", m->name,
                        m->low, m->high);
    *out = (size_t)number;
    return WRT_OK;
}

static wrt_status read_object(const wrt_json **out, const member *m, const wrt_json *value,
                              wrt_err *err) {
    if (!wrt_json_is(value, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" takes an object {variable: value}", m->name);
    if (*out != NULL)
        return wrt_fail(err, WRT_E_INPUT, "\"given\" and \"evidence\" are the same: give one");
    *out = value;
    return WRT_OK;
}

static wrt_status read_member(wrt_scm_request *out, const member *m, const wrt_json *value,
                              wrt_err *err) {
    void *field = (char *)out + m->offset;
    switch (m->kind) {
    case TEXT:
        return read_text(field, value, m->name, err);
    case OBJECT:
        return read_object(field, m, value, err);
    case ANY:
        *(const wrt_json **)field = value;
        return WRT_OK;
    case COUNT:
        return read_count(field, m, value, err);
    case FLAG:
        if (!wrt_json_is(value, WRT_JSON_BOOL))
            return wrt_fail(err, WRT_E_INPUT, "\"%s\" takes true or false", m->name);
        *(bool *)field = wrt_json_bool(value, false);
        return WRT_OK;
    case ELSEWHERE:
        break;
    }
    return WRT_OK;
}

static wrt_status read_members(wrt_scm_request *out, const wrt_json *args, wrt_err *err) {
    if (!wrt_json_is(args, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "the arguments are not an object");
    WRT_JSON_EACH(value, args) {
        const member *m = find_member(wrt_json_key(value));
        if (m == NULL)
            return wrt_fail(err, WRT_E_INPUT, "there is no argument \"%s\"", wrt_json_key(value));
        wrt_status status = read_member(out, m, value, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

static wrt_status read_contrast(wrt_scm_request *out, const wrt_json *args, wrt_err *err) {
    const wrt_json *contrast = wrt_json_get(args, "contrast");
    if (contrast == NULL)
        return WRT_OK;
    if (!wrt_json_is(contrast, WRT_JSON_ARRAY) || wrt_json_count(contrast) != 2)
        return wrt_fail(err, WRT_E_INPUT,
                        "\"contrast\" takes two values of the treatment, [reference, value]");
    wrt_status status = read_text(&out->reference, wrt_json_at(contrast, 0), "contrast", err);
    return status != WRT_OK ? status
                            : read_text(&out->value, wrt_json_at(contrast, 1), "contrast", err);
}

static wrt_status read_method(wrt_scm_request *out, const wrt_json *args, wrt_err *err) {
    static const char *const names[] = {"auto", "exact", "sample"};
    static const wrt_scm_method methods[] = {WRT_SCM_METHOD_AUTO, WRT_SCM_METHOD_EXACT,
                                             WRT_SCM_METHOD_SAMPLE};
    const wrt_json *value = wrt_json_get(args, "method");
    for (size_t i = 0; i < 3 && value != NULL; i++)
        if (wrt_json_text(value) != NULL && strcmp(wrt_json_text(value), names[i]) == 0) {
            out->method = methods[i];
            return WRT_OK;
        }
    return value == NULL ? WRT_OK
                         : wrt_fail(err, WRT_E_INPUT, "\"method\" takes auto, exact or sample");
}

static wrt_status read_scoring(wrt_scm_request *out, const wrt_json *args, wrt_err *err) {
    const wrt_json *rule = wrt_json_get(args, "rule");
    const wrt_json *temperature = wrt_json_get(args, "temperature");
    const wrt_json *coupling = wrt_json_get(args, "coupling");
    const char *name = NULL;
    wrt_status status = WRT_OK;
    out->has_rule = rule != NULL;
    out->has_temperature = temperature != NULL;
    out->scoring.temperature = wrt_json_number(temperature, 1.0);
    if (temperature != NULL && !wrt_json_is(temperature, WRT_JSON_NUMBER))
        return wrt_fail(err, WRT_E_INPUT, "\"temperature\" takes a number");
    if (rule != NULL)
        status = read_text(&name, rule, "rule", err);
    if (status == WRT_OK && rule != NULL)
        status = wrt_scm_rule_of(&out->scoring.rule, name, err);
    if (status == WRT_OK)
        status = wrt_scm_scoring_check(&out->scoring, err);
    if (status == WRT_OK && coupling != NULL)
        status = read_text(&name, coupling, "coupling", err);
    if (status == WRT_OK && coupling != NULL)
        status = wrt_scm_coupling_of(&out->coupling, name, err);
    return status;
}

static wrt_status read_seed(wrt_scm_request *out, const wrt_json *args, wrt_err *err) {
    const wrt_json *value = wrt_json_get(args, "seed");
    if (value == NULL)
        return WRT_OK;
    if (!wrt_json_is_integer(value) || wrt_json_number(value, -1) < 0)
        return wrt_fail(err, WRT_E_INPUT, "\"seed\" takes a whole number from 0 to 2^53 - 1");
    out->seed = (uint64_t)wrt_json_number(value, 0);
    return WRT_OK;
}

/* "I/K" */
static wrt_status read_shard(wrt_scm_request *out, const wrt_json *args, wrt_err *err) {
    const wrt_json *value = wrt_json_get(args, "shard");
    wrt_str rest = wrt_str_of(wrt_json_text(value)), first = {0}, second = {0};
    int64_t shard = 0, shards = 0;
    if (value == NULL)
        return WRT_OK;
    bool is_pair = wrt_str_cut(&first, &rest, '/') && wrt_str_cut(&second, &rest, '/') &&
                   rest.ptr == NULL && wrt_str_to_int64(&shard, first) &&
                   wrt_str_to_int64(&shards, second);
    if (!is_pair || shard < 1 || shard > shards || shards > WRT_SCM_ASK_SHARDS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "\"shard\" takes I/K with 1 <= I <= K <= %d",
                        (int)WRT_SCM_ASK_SHARDS_MAX);
    out->shard = (size_t)shard;
    out->shards = (size_t)shards;
    return WRT_OK;
}

wrt_status wrt_scm_request_read(wrt_scm_request *out, const wrt_json *args, wrt_err *err) {
    *out = (wrt_scm_request){.seeds = 1};
    wrt_status status = read_members(out, args, err);
    if (status == WRT_OK)
        status = read_contrast(out, args, err);
    if (status == WRT_OK)
        status = read_method(out, args, err);
    if (status == WRT_OK)
        status = read_scoring(out, args, err);
    if (status == WRT_OK)
        status = read_seed(out, args, err);
    if (status == WRT_OK)
        status = read_shard(out, args, err);
    return status;
}
