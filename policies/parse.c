/* parse.c: a rule file to a unit of compiled rules.
 *
 * Strict on purpose: an unknown key, an empty list or an operand of the wrong type is an error
 * that names file, rule and key, because a mistyped condition that is silently ignored turns a
 * narrow permit into a wide one. The file's JSON stays alive inside the unit and is borrowed. */
#include "policies/rules.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

wrt_shown wrt_policy_show(const char *text) {
    wrt_shown shown = {""};
    size_t len = 0;
    for (; text != NULL && text[len] != '\0' && len + 1 < sizeof shown.text; len++) {
        bool is_control = (unsigned char)text[len] < 0x20 || text[len] == 0x7f;
        shown.text[len] = text[len];
        if (is_control)
            shown.text[len] = '?';
    }
    while (text != NULL && len > 0 && ((unsigned char)text[len] & 0xC0u) == 0x80u)
        len--; /* do not cut inside a character */
    shown.text[len] = '\0';
    return shown;
}

static bool is_among(const char *name, const char *const *names) {
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0)
            return true;
    }
    return false;
}

wrt_status wrt_policy_check_keys(const wrt_json *object, const char *what, const char *const *names,
                                 wrt_err *err) {
    if (!wrt_json_is(object, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "%s needs an object, not %s", what,
                        wrt_json_type_name(wrt_json_typeof(object)));
    WRT_JSON_EACH(member, object) {
        if (is_among(wrt_json_key(member), names))
            continue;
        wrt_buf list = wrt_buf_make(256);
        for (size_t i = 0; names[i] != NULL; i++)
            wrt_buf_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
        wrt_fail(err, WRT_E_INPUT, "unknown key '%s' in %s; accepted: %.*s",
                 wrt_policy_show(wrt_json_key(member)).text, what, (int)list.len, list.ptr);
        wrt_buf_free(&list);
        return WRT_E_INPUT;
    }
    return WRT_OK;
}

wrt_status wrt_policy_read_names(const char ***names, size_t *count, wrt_unit *unit,
                                 const wrt_json *list, const char *what, wrt_err *err) {
    size_t n = wrt_json_count(list);
    if (!wrt_json_is(list, WRT_JSON_ARRAY) || n == 0 || n > WRT_POLICY_LIST_MAX)
        return wrt_fail(err, WRT_E_INPUT, "%s needs an array of 1 to %d strings", what,
                        WRT_POLICY_LIST_MAX);
    *names = wrt_arena_calloc(unit->arena, n, sizeof **names);
    *count = 0;
    WRT_JSON_EACH(item, list) {
        const char *text = wrt_json_text(item);
        if (text == NULL || *text == '\0' || strlen(text) > WRT_POLICY_NAME_MAX)
            return wrt_fail(err, WRT_E_INPUT, "%s[%zu] needs a string of 1 to %d bytes", what,
                            *count, WRT_POLICY_NAME_MAX);
        (*names)[(*count)++] = text;
    }
    return WRT_OK;
}

static wrt_status check_name(const wrt_json *value, const char *what, wrt_err *err) {
    const char *text = wrt_json_text(value);
    if (text != NULL && *text != '\0' && strlen(text) <= WRT_POLICY_NAME_MAX)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "%s needs a string of 1 to %d bytes", what,
                    WRT_POLICY_NAME_MAX);
}

static wrt_status check_optional_text(const wrt_json *object, const char *key, wrt_err *err) {
    const wrt_json *value = wrt_json_get(object, key);
    if (value == NULL || wrt_json_is(value, WRT_JSON_STRING))
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "'%s' needs a string, not %s", key,
                    wrt_json_type_name(wrt_json_typeof(value)));
}

/* ---- obligations */

static wrt_status check_downgrade(const wrt_json *json, wrt_err *err) {
    static const char *const keys[] = {"type", "to_rung", "wording", NULL};
    wrt_status status = wrt_policy_check_keys(json, "a downgrade obligation", keys, err);
    const wrt_json *rung = wrt_json_get(json, "to_rung");
    double value = wrt_json_number(rung, 0);
    if (status == WRT_OK && (!wrt_json_is_integer(rung) || value < 1 || value > 3))
        return wrt_fail(err, WRT_E_INPUT, "'to_rung' needs 1, 2 or 3");
    return status == WRT_OK ? check_optional_text(json, "wording", err) : status;
}

static wrt_status check_redact(wrt_unit *unit, const wrt_json *json, wrt_err *err) {
    static const char *const keys[] = {"type", "fields", "class", NULL};
    const char **names;
    size_t count;
    wrt_status status = wrt_policy_check_keys(json, "a redact obligation", keys, err);
    if (status == WRT_OK)
        status = wrt_policy_read_names(&names, &count, unit, wrt_json_get(json, "fields"),
                                       "'fields'", err);
    return status == WRT_OK ? check_optional_text(json, "class", err) : status;
}

static wrt_status check_label(wrt_unit *unit, const wrt_json *json, wrt_err *err) {
    static const char *const keys[] = {"type", "labels", NULL};
    const char **names;
    size_t count;
    wrt_status status = wrt_policy_check_keys(json, "a label obligation", keys, err);
    if (status != WRT_OK)
        return status;
    return wrt_policy_read_names(&names, &count, unit, wrt_json_get(json, "labels"), "'labels'",
                                 err);
}

static wrt_status check_notify(const wrt_json *json, wrt_err *err) {
    static const char *const keys[] = {"type", "code", NULL};
    wrt_status status = wrt_policy_check_keys(json, "a notify obligation", keys, err);
    return status == WRT_OK ? check_name(wrt_json_get(json, "code"), "'code'", err) : status;
}

/* Long exponents ("1e20") grow when written out, by less than the factor given here. */
wrt_status wrt_policy_write_canonical(wrt_str *out, wrt_unit *unit, const wrt_json *json,
                                      wrt_err *err) {
    wrt_buf bytes = wrt_buf_make((size_t)WRT_POLICY_FILE_MAX * 8);
    wrt_status status = WRT_OK;
    wrt_json_write_canonical(&bytes, json);
    out->len = bytes.len;
    out->ptr = wrt_arena_strdup(unit->texts, wrt_buf_str(&bytes).ptr, bytes.len);
    if (bytes.overflow)
        status =
            wrt_fail(err, WRT_E_LIMIT, "canonical text is over %d bytes", WRT_POLICY_FILE_MAX * 8);
    wrt_buf_free(&bytes);
    return status;
}

static wrt_status read_obligation(wrt_obligation *out, wrt_unit *unit, const wrt_json *json,
                                  wrt_err *err) {
    int type = wrt_obligation_parse(wrt_json_get_text(json, "type", NULL));
    wrt_status status = WRT_OK;
    if (type < 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "an obligation needs 'type': redact, downgrade, label or notify");
    out->type = (wrt_obligation_type)type;
    if (out->type == WRT_OBLIGATION_REDACT)
        status = check_redact(unit, json, err);
    else if (out->type == WRT_OBLIGATION_DOWNGRADE)
        status = check_downgrade(json, err);
    else if (out->type == WRT_OBLIGATION_LABEL)
        status = check_label(unit, json, err);
    else
        status = check_notify(json, err);
    if (status != WRT_OK)
        return status;
    wrt_str bytes;
    out->json = json;
    status = wrt_policy_write_canonical(&bytes, unit, json, err);
    out->canonical = bytes.ptr;
    return status;
}

static wrt_status read_obligations(wrt_rule *rule, wrt_unit *unit, wrt_err *err) {
    const wrt_json *list = wrt_json_get(rule->json, "obligations");
    size_t count = wrt_json_count(list);
    if (list != NULL && (!wrt_json_is(list, WRT_JSON_ARRAY) || count > WRT_POLICY_LIST_MAX))
        return wrt_fail(err, WRT_E_INPUT, "'obligations' needs an array of at most %d objects",
                        WRT_POLICY_LIST_MAX);
    rule->obligations = wrt_arena_calloc(unit->arena, count, sizeof *rule->obligations);
    WRT_JSON_EACH(item, list) {
        wrt_status status =
            read_obligation(&rule->obligations[rule->n_obligations++], unit, item, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

/* A redact rule that redacts nothing would look like protection and be none. */
static wrt_status check_effect_has_obligation(const wrt_rule *rule, wrt_err *err) {
    wrt_obligation_type needed;
    switch (rule->effect) {
    case WRT_EFFECT_REDACT:
        needed = WRT_OBLIGATION_REDACT;
        break;
    case WRT_EFFECT_LABEL:
        needed = WRT_OBLIGATION_LABEL;
        break;
    case WRT_EFFECT_DOWNGRADE:
        needed = WRT_OBLIGATION_DOWNGRADE;
        break;
    default:
        return WRT_OK;
    }
    for (size_t i = 0; i < rule->n_obligations; i++) {
        if (rule->obligations[i].type == needed)
            return WRT_OK;
    }
    return wrt_fail(err, WRT_E_INPUT, "effect %s needs an obligation of type %s",
                    wrt_effect_name(rule->effect), wrt_effect_name(rule->effect));
}

/* ---- rules */

static wrt_status read_limit(wrt_rule *rule, wrt_unit *unit, wrt_err *err) {
    static const char *const keys[] = {"counter", "max", "window_s", NULL};
    const wrt_json *limit = wrt_json_get(rule->json, "limit");
    if ((limit != NULL) != (rule->effect == WRT_EFFECT_LIMIT))
        return wrt_fail(err, WRT_E_INPUT,
                        "key 'limit' and effect limit go together; accepted: both or neither");
    if (limit == NULL)
        return WRT_OK;
    wrt_status status = wrt_policy_check_keys(limit, "'limit'", keys, err);
    if (status == WRT_OK)
        status = check_name(wrt_json_get(limit, "counter"), "'counter'", err);
    if (status != WRT_OK)
        return status;
    const wrt_json *window = wrt_json_get(limit, "window_s");
    rule->counter = wrt_json_get_text(limit, "counter", "");
    rule->max = wrt_json_get_number(limit, "max", -1);
    if (!(rule->max >= 0))
        return wrt_fail(err, WRT_E_INPUT, "'max' needs a number of at least 0");
    if (window != NULL && (!wrt_json_is_integer(window) || wrt_json_number(window, 0) < 1))
        return wrt_fail(err, WRT_E_INPUT, "'window_s' needs a whole number of seconds above 0");
    if (window != NULL)
        rule->windowed_counter =
            wrt_arena_printf(unit->arena, "%s@%.0fs", rule->counter, wrt_json_number(window, 0));
    return WRT_OK;
}

static wrt_status read_phases(wrt_rule *rule, wrt_unit *unit, wrt_err *err) {
    const wrt_json *list = wrt_json_get(rule->json, "phases");
    const char **names = NULL;
    size_t count = 0;
    if (list == NULL) {
        rule->phases = (1u << WRT_PHASE_COUNT) - 1;
        return WRT_OK;
    }
    wrt_status status = wrt_policy_read_names(&names, &count, unit, list, "'phases'", err);
    for (size_t i = 0; status == WRT_OK && i < count; i++) {
        int phase = wrt_phase_parse(names[i]);
        if (phase < 0)
            return wrt_fail(err, WRT_E_INPUT,
                            "unknown phase '%s' in 'phases'; accepted: input plan tool_call "
                            "tool_result llm_request llm_response claim output export",
                            wrt_policy_show(names[i]).text);
        rule->phases |= 1u << phase;
    }
    return status;
}

static wrt_status check_tests(const wrt_json *tests, wrt_err *err) {
    static const char *const keys[] = {"in", "expect", "obligations", NULL};
    static const char *const verdicts[] = {"allow",          "deny",    "hold",
                                           "not_applicable", "applies", NULL};
    if (tests != NULL &&
        (!wrt_json_is(tests, WRT_JSON_ARRAY) || wrt_json_count(tests) > WRT_POLICY_LIST_MAX))
        return wrt_fail(err, WRT_E_INPUT, "'tests' needs an array of at most %d objects",
                        WRT_POLICY_LIST_MAX);
    WRT_JSON_EACH(test, tests) {
        wrt_status status = wrt_policy_check_keys(test, "a test", keys, err);
        if (status != WRT_OK)
            return status;
        if (!wrt_json_is(wrt_json_get(test, "in"), WRT_JSON_OBJECT))
            return wrt_fail(err, WRT_E_INPUT, "a test needs 'in', a request object");
        if (!is_among(wrt_json_get_text(test, "expect", ""), verdicts))
            return wrt_fail(err, WRT_E_INPUT,
                            "a test needs 'expect': allow, deny, hold, applies or not_applicable");
        const wrt_json *obligations = wrt_json_get(test, "obligations");
        if (obligations != NULL && !wrt_json_is(obligations, WRT_JSON_ARRAY))
            return wrt_fail(err, WRT_E_INPUT,
                            "'obligations' of a test needs an array of obligations");
    }
    return WRT_OK;
}

static wrt_status read_clause(wrt_condition **out, wrt_unit *unit, const wrt_json *rule,
                              const char *key, wrt_err *err) {
    const wrt_json *source = wrt_json_get(rule, key);
    if (source == NULL)
        return WRT_OK;
    wrt_status status = wrt_condition_compile(out, unit, source, err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "'%s'", key);
    return status;
}

static wrt_status read_optional_lists(wrt_rule *rule, wrt_unit *unit, wrt_err *err) {
    const wrt_json *tools = wrt_json_get(rule->json, "tools");
    const wrt_json *cites = wrt_json_get(rule->json, "cites");
    wrt_status status = WRT_OK;
    if (tools != NULL)
        status = wrt_policy_read_names(&rule->tools, &rule->n_tools, unit, tools, "'tools'", err);
    if (status != WRT_OK || cites == NULL)
        return status;
    if (!wrt_json_is(cites, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "'cites' needs an array of strings");
    WRT_JSON_EACH(cite, cites) {
        if (!wrt_json_is(cite, WRT_JSON_STRING))
            return wrt_fail(err, WRT_E_INPUT, "'cites' needs an array of strings");
    }
    return WRT_OK;
}

static wrt_status read_rule_body(wrt_rule *rule, wrt_unit *unit, wrt_err *err) {
    static const char *const keys[] = {"id",    "effect", "phases",      "tools",
                                       "when",  "unless", "obligations", "message",
                                       "cites", "tests",  "limit",       NULL};
    wrt_status status = wrt_policy_check_keys(rule->json, "a rule", keys, err);
    if (status != WRT_OK)
        return status;
    int effect = wrt_effect_parse(wrt_json_get_text(rule->json, "effect", NULL));
    if (effect < 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "'effect' needs one of permit, forbid, require_approval, limit, redact, "
                        "label, downgrade");
    rule->effect = (wrt_effect)effect;
    rule->message = wrt_json_get_text(rule->json, "message", NULL);
    if ((status = check_optional_text(rule->json, "message", err)) != WRT_OK ||
        (status = read_phases(rule, unit, err)) != WRT_OK ||
        (status = read_optional_lists(rule, unit, err)) != WRT_OK ||
        (status = read_clause(&rule->when, unit, rule->json, "when", err)) != WRT_OK ||
        (status = read_clause(&rule->unless, unit, rule->json, "unless", err)) != WRT_OK ||
        (status = read_obligations(rule, unit, err)) != WRT_OK ||
        (status = check_effect_has_obligation(rule, err)) != WRT_OK ||
        (status = read_limit(rule, unit, err)) != WRT_OK ||
        (status = wrt_policy_write_canonical(&rule->canonical, unit, rule->json, err)) != WRT_OK)
        return status;
    return check_tests(wrt_json_get(rule->json, "tests"), err);
}

static bool is_rule_id(const char *id) {
    static const char accepted[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789._:-";
    return id != NULL && *id != '\0' && strlen(id) <= WRT_POLICY_NAME_MAX &&
           strspn(id, accepted) == strlen(id);
}

static wrt_status read_rule(wrt_rule *rule, wrt_unit *unit, const wrt_json *json, wrt_err *err) {
    rule->unit = unit;
    rule->json = json;
    rule->id = wrt_json_get_text(json, "id", NULL);
    if (!is_rule_id(rule->id))
        return wrt_fail(err, WRT_E_INPUT,
                        "rule number %zu: 'id' needs 1 to %d letters, digits and . _ : -",
                        unit->n_rules, WRT_POLICY_NAME_MAX);
    wrt_status status = read_rule_body(rule, unit, err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "rule %s", rule->id);
    return status;
}

static wrt_status read_document(wrt_unit *unit, wrt_err *err) {
    static const char *const keys[] = {"schema", "name", "rules", NULL};
    wrt_status status = wrt_policy_check_keys(unit->document, "a policy file", keys, err);
    if (status == WRT_OK)
        status = check_optional_text(unit->document, "name", err);
    if (status != WRT_OK)
        return status;
    const wrt_json *rules = wrt_json_get(unit->document, "rules");
    size_t count = wrt_json_count(rules);
    if (strcmp(wrt_json_get_text(unit->document, "schema", ""), "warrant/policy/1") != 0)
        return wrt_fail(err, WRT_E_INPUT, "'schema' needs \"warrant/policy/1\"");
    if (!wrt_json_is(rules, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "'rules' needs an array of rules");
    if (count > WRT_POLICY_RULES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%zu rules; at most %d", count, WRT_POLICY_RULES_MAX);
    unit->rules = wrt_arena_calloc(unit->arena, count, sizeof *unit->rules);
    WRT_JSON_EACH(item, rules) {
        status = read_rule(&unit->rules[unit->n_rules++], unit, item, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

wrt_status wrt_unit_parse(wrt_unit **out, const char *name, wrt_str text, wrt_err *err) {
    wrt_unit *unit = wrt_calloc(1, sizeof *unit);
    wrt_status status;
    unit->name = wrt_strdup(wrt_policy_show(name != NULL ? wrt_path_base(name) : "policy").text);
    unit->arena = wrt_arena_new();
    unit->texts = wrt_arena_new();
    if (text.len > WRT_POLICY_FILE_MAX)
        status = wrt_fail(err, WRT_E_LIMIT, "%zu bytes; at most %d", text.len, WRT_POLICY_FILE_MAX);
    else
        status = wrt_json_parse(&unit->document, text, err);
    if (status == WRT_OK)
        status = read_document(unit, err);
    if (status != WRT_OK) {
        wrt_err_prefix(err, "%s", unit->name);
        wrt_unit_free(unit);
        unit = NULL;
    }
    *out = unit;
    return status;
}

void wrt_unit_free(wrt_unit *unit) {
    if (unit == NULL)
        return;
    for (wrt_regex_link *link = unit->regexes; link != NULL; link = link->next)
        wrt_regex_free(link->regex);
    wrt_json_free(unit->document);
    wrt_arena_free(unit->arena);
    wrt_arena_free(unit->texts);
    free(unit->name);
    free(unit);
}
