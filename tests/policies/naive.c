/* naive.c: see naive.h. */
#include "tests/policies/naive.h"

#include <stdlib.h>
#include <string.h>

typedef enum { NO, YES, BAD } tri;

/* Recursive on purpose: a different way from the engine's. */
static bool glob(const char *p, const char *t) {
    if (*p == '\0')
        return *t == '\0';
    if (*p == '*')
        return glob(p + 1, t) || (*t != '\0' && glob(p, t + 1));
    if (*t == '\0' || (*p != '?' && *p != *t))
        return false;
    return glob(p + 1, t + 1);
}

static wrt_json *level_of(const wrt_json *request) {
    static const char *const names[] = {"llm", "tool_untrusted", "tool_trusted", "policy", "user"};
    const char *name = wrt_json_text(wrt_json_path(request, "taint.integrity"));
    for (int i = 0; name != NULL && i < 5; i++) {
        if (strcmp(names[i], name) == 0)
            return wrt_json_new_int(i);
    }
    return NULL;
}

static const wrt_json *find(const wrt_json *request, const char *field) {
    if (strncmp(field, "counters.", 9) == 0)
        return wrt_json_get(wrt_json_get(request, "counters"), field + 9);
    return wrt_json_path(request, field);
}

static bool among(const wrt_json *list, const wrt_json *value) {
    bool found = false;
    WRT_JSON_EACH(item, list)
    found = found || wrt_json_equal(item, value);
    return found;
}

static bool compares(const char *op, double a, double b) {
    switch (op[0]) {
    case 'l':
        return op[1] == 't' ? a < b : a <= b;
    case 'g':
        return op[1] == 't' ? a > b : a >= b;
    default:
        return op[0] == 'e' ? a == b : a != b;
    }
}

static tri has(const char *op, const wrt_json *value, const wrt_json *operand) {
    size_t hits = 0;
    if (!wrt_json_is(value, WRT_JSON_ARRAY))
        return BAD;
    WRT_JSON_EACH(wanted, operand)
    hits += among(value, wanted);
    if (strcmp(op, "has_any") == 0)
        return hits > 0 ? YES : NO;
    if (strcmp(op, "has_none") == 0)
        return hits == 0 ? YES : NO;
    return hits == wrt_json_count(operand) ? YES : NO;
}

static tri seq(const wrt_json *value, const wrt_json *operand) {
    size_t at = 0;
    if (!wrt_json_is(value, WRT_JSON_ARRAY))
        return BAD;
    WRT_JSON_EACH(entry, value) {
        const char *tool = wrt_json_get_text(entry, "tool", NULL);
        if (!wrt_json_is(entry, WRT_JSON_OBJECT))
            return BAD;
        if (at < wrt_json_count(operand) && tool != NULL &&
            glob(wrt_json_text(wrt_json_at(operand, at)), tool))
            at++;
    }
    return at == wrt_json_count(operand) ? YES : NO;
}

static tri counts(const wrt_json *value, const wrt_json *operand) {
    bool all = true;
    if (!wrt_json_is(value, WRT_JSON_ARRAY))
        return BAD;
    WRT_JSON_EACH(bound, operand)
    all = all &&
          compares(wrt_json_key(bound), (double)wrt_json_count(value), wrt_json_number(bound, 0));
    return all ? YES : NO;
}

static tri test_value(const char *op, const wrt_json *value, const wrt_json *operand) {
    const char *text = wrt_json_text(value);
    if (strcmp(op, "exists") == 0)
        return (value != NULL) == wrt_json_bool(operand, true) ? YES : NO;
    if (value == NULL)
        return BAD;
    if (strcmp(op, "eq") == 0)
        return wrt_json_equal(value, operand) ? YES : NO;
    if (strcmp(op, "ne") == 0)
        return wrt_json_equal(value, operand) ? NO : YES;
    if (strcmp(op, "in") == 0)
        return among(operand, value) ? YES : NO;
    if (strncmp(op, "has_", 4) == 0)
        return has(op, value, operand);
    if (strcmp(op, "seq") == 0)
        return seq(value, operand);
    if (strcmp(op, "count") == 0)
        return counts(value, operand);
    if (strcmp(op, "prefix") == 0 || strcmp(op, "glob") == 0) {
        if (text == NULL)
            return BAD;
        return (op[0] == 'g'
                    ? glob(wrt_json_text(operand), text)
                    : strncmp(text, wrt_json_text(operand), strlen(wrt_json_text(operand))) == 0)
                   ? YES
                   : NO;
    }
    if (!wrt_json_is(value, WRT_JSON_NUMBER))
        return BAD;
    return compares(op, wrt_json_number(value, 0), wrt_json_number(operand, 0)) ? YES : NO;
}

static tri holds(const wrt_json *condition, const wrt_json *request) {
    const wrt_json *first = wrt_json_first(condition);
    const char *key = wrt_json_key(first);
    if (strcmp(key, "not") == 0) {
        tri inner = holds(first, request);
        return inner == BAD ? BAD : inner == YES ? NO : YES;
    }
    if (strcmp(key, "all") == 0 || strcmp(key, "any") == 0) {
        bool bad = false, is_all = strcmp(key, "all") == 0;
        WRT_JSON_EACH(part, first) {
            tri one = holds(part, request);
            if (one == (is_all ? NO : YES))
                return one;
            bad = bad || one == BAD;
        }
        return bad ? BAD : is_all ? YES : NO;
    }
    const char *field = wrt_json_get_text(condition, "field", "");
    const wrt_json *operand = strcmp(key, "field") == 0 ? wrt_json_next(first) : first;
    wrt_json *level = strcmp(field, "taint.integrity_level") == 0 ? level_of(request) : NULL;
    const wrt_json *value =
        strcmp(field, "taint.integrity_level") == 0 ? level : find(request, field);
    tri result = test_value(wrt_json_key(operand), value, operand);
    wrt_json_free(level);
    return result;
}

static bool globs_match(const wrt_json *tools, const char *tool) {
    bool found = false;
    WRT_JSON_EACH(pattern, tools)
    found = found || glob(wrt_json_text(pattern), tool);
    return found;
}

static bool applies(const wrt_json *rule, const wrt_json *request) {
    const wrt_json *phases = wrt_json_get(rule, "phases"), *tools = wrt_json_get(rule, "tools");
    const wrt_json *planned = wrt_json_get(request, "tools");
    const char *tool = wrt_json_get_text(request, "tool", NULL);
    if (phases != NULL && !among(phases, wrt_json_get(request, "phase")))
        return false;
    if (tools == NULL)
        return true;
    if (tool != NULL)
        return globs_match(tools, tool);
    if (strcmp(wrt_json_get_text(request, "phase", ""), "plan") != 0 ||
        wrt_json_count(planned) == 0)
        return globs_match(tools, "");
    size_t hits = 0;
    WRT_JSON_EACH(name, planned)
    hits += globs_match(tools, wrt_json_text(name));
    return strcmp(wrt_json_get_text(rule, "effect", ""), "permit") == 0
               ? hits == wrt_json_count(planned)
               : hits > 0;
}

static tri limit_reached(const wrt_json *limit, const wrt_json *request) {
    const wrt_json *counters = wrt_json_get(request, "counters"), *counter = NULL;
    wrt_buf windowed = wrt_buf_make(256);
    if (wrt_json_get(limit, "window_s") != NULL) {
        wrt_buf_printf(&windowed, "%s@%ds", wrt_json_get_text(limit, "counter", ""),
                       (int)wrt_json_get_int(limit, "window_s", 0));
        counter = wrt_json_get(counters, wrt_buf_str(&windowed).ptr);
    }
    if (counter == NULL)
        counter = wrt_json_get(counters, wrt_json_get_text(limit, "counter", ""));
    wrt_buf_free(&windowed);
    if (counter == NULL)
        return wrt_json_get_number(limit, "max", 0) <= 0 ? YES : NO;
    if (!wrt_json_is(counter, WRT_JSON_NUMBER) || wrt_json_number(counter, -1) < 0)
        return BAD;
    return wrt_json_number(counter, 0) >= wrt_json_get_number(limit, "max", 0) ? YES : NO;
}

static tri speaks(const wrt_json *rule, const wrt_json *request) {
    const wrt_json *when = wrt_json_get(rule, "when"), *unless = wrt_json_get(rule, "unless");
    const wrt_json *limit = wrt_json_get(rule, "limit");
    tri yes = when == NULL ? YES : holds(when, request);
    tri no = unless == NULL ? NO : holds(unless, request);
    if (yes == NO || no == YES)
        return NO;
    if (yes == BAD || no == BAD)
        return BAD;
    return limit == NULL ? YES : limit_reached(limit, request);
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(wrt_json_text(*(const wrt_json *const *)a),
                  wrt_json_text(*(const wrt_json *const *)b));
}

static wrt_json *sorted(wrt_json *list) {
    const wrt_json *items[512];
    size_t n = 0;
    wrt_json *out = wrt_json_new_array();
    WRT_JSON_EACH(item, list)
    items[n++] = item;
    qsort(items, n, sizeof items[0], compare_texts);
    for (size_t i = 0; i < n; i++)
        wrt_json_push(out, wrt_json_copy(items[i]));
    wrt_json_free(list);
    return out;
}

/* Canonical texts of the obligations of one type, sorted, each once. */
static void add_obligations(wrt_json *out, const wrt_json *imposed, const char *type) {
    wrt_json *texts = wrt_json_new_array();
    WRT_JSON_EACH(obligation, imposed) {
        if (strcmp(wrt_json_get_text(obligation, "type", ""), type) != 0)
            continue;
        wrt_buf bytes = wrt_buf_make(WRT_KIB(8));
        wrt_json_write_canonical(&bytes, obligation);
        wrt_json *text = wrt_json_new_text(wrt_buf_str(&bytes));
        if (among(texts, text))
            wrt_json_free(text);
        else
            wrt_json_push(texts, text);
        wrt_buf_free(&bytes);
    }
    texts = sorted(texts);
    WRT_JSON_EACH(text, texts) {
        wrt_json *obligation = NULL;
        if (wrt_json_parse(&obligation, wrt_str_of(wrt_json_text(text)), NULL) == WRT_OK)
            wrt_json_push(out, obligation);
    }
    wrt_json_free(texts);
}

enum { FORBID, HOLD, LIMIT, PERMIT, EFFECTS };

static int effect_of(const wrt_json *rule, const wrt_json *request) {
    const char *effect = wrt_json_get_text(rule, "effect", "");
    if (strcmp(effect, "forbid") == 0)
        return FORBID;
    if (strcmp(effect, "require_approval") == 0)
        return among(wrt_json_get(request, "approvals"), wrt_json_get(rule, "id")) ? EFFECTS : HOLD;
    if (strcmp(effect, "limit") == 0)
        return LIMIT;
    return strcmp(effect, "permit") == 0 ? PERMIT : EFFECTS;
}

wrt_json *policy_naive_decide(const wrt_json *rules, const wrt_json *request) {
    static const char *const verdicts[] = {"deny", "hold", "deny", "allow"};
    static const char *const types[] = {"redact", "downgrade", "label", "notify"};
    wrt_json *by_effect[EFFECTS + 1], *errors = wrt_json_new_array();
    wrt_json *imposed = wrt_json_new_array(), *out = wrt_json_new_object();
    for (int i = 0; i <= EFFECTS; i++)
        by_effect[i] = wrt_json_new_array();
    WRT_JSON_EACH(rule, rules) {
        tri spoken = applies(rule, request) ? speaks(rule, request) : NO;
        bool is_permit = strcmp(wrt_json_get_text(rule, "effect", ""), "permit") == 0;
        if (spoken == BAD)
            wrt_json_push(errors, wrt_json_copy(wrt_json_get(rule, "id")));
        if (spoken == NO || (spoken == BAD && is_permit))
            continue;
        wrt_json_push(by_effect[effect_of(rule, request)], wrt_json_copy(wrt_json_get(rule, "id")));
        WRT_JSON_EACH(obligation, wrt_json_get(rule, "obligations"))
        wrt_json_push(imposed, wrt_json_copy(obligation));
    }
    int decisive = 0;
    while (decisive < EFFECTS && wrt_json_count(by_effect[decisive]) == 0)
        decisive++;
    wrt_json_set_text(out, "decision", decisive < EFFECTS ? verdicts[decisive] : "deny");
    if (decisive == EFFECTS) { /* approved ones decide nothing */
        wrt_json_free(by_effect[EFFECTS]);
        by_effect[EFFECTS] = wrt_json_new_array();
    }
    wrt_json_set(out, "determining", sorted(by_effect[decisive]));
    wrt_json_set(out, "errors", sorted(errors));
    for (int i = 0; i <= EFFECTS; i++) {
        if (i != decisive)
            wrt_json_free(by_effect[i]);
    }
    wrt_json *obligations = wrt_json_new_array();
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        add_obligations(obligations, imposed, types[i]);
    wrt_json_set(out, "obligations", obligations);
    wrt_json_free(imposed);
    return out;
}
