/* phrases.c: the ways to say a variable's value. */
#include "scm/model/internal.h"

#include <string.h>

static const char *part(const wrt_json *item, const char *key) {
    const wrt_json *value = wrt_json_get(item, key);
    return value == NULL ? "" : wrt_json_text(value);
}

static wrt_status check_members(const wrt_json *item, const wrt_scm_variable *v, size_t number,
                                wrt_err *err) {
    WRT_JSON_EACH(member, item)
    if (strcmp(wrt_json_key(member), "before") != 0 && strcmp(wrt_json_key(member), "after") != 0)
        return wrt_fail(
            err, WRT_E_INPUT,
            "variable \"%s\": phrasing %zu has the unknown member \"%.60s\"; there are: "
            "before, after",
            v->name, number, wrt_json_key(member));
    return WRT_OK;
}

static wrt_status read_phrasing(wrt_scm_phrasing *out, wrt_scm *scm, const wrt_scm_variable *v,
                                const wrt_json *item, wrt_err *err) {
    size_t number = v->n_phrasings;
    const char *before = part(item, "before");
    const char *after = part(item, "after");
    if (!wrt_json_is(item, WRT_JSON_OBJECT) || before == NULL || after == NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "variable \"%s\": phrasing %zu must be {\"before\":text,\"after\":text}",
                        v->name, number);
    if (*before == '\0' && *after == '\0')
        return wrt_fail(err, WRT_E_INPUT,
                        "variable \"%s\": phrasing %zu is empty: give \"before\" or \"after\"",
                        v->name, number);
    if (strlen(before) > WRT_SCM_TEXT_MAX || strlen(after) > WRT_SCM_TEXT_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "variable \"%s\": phrasing %zu is longer than %d bytes",
                        v->name, number, WRT_SCM_TEXT_MAX);
    *out = (wrt_scm_phrasing){.before = wrt_scm_keep(scm, wrt_str_of(before)),
                              .after = wrt_scm_keep(scm, wrt_str_of(after))};
    return check_members(item, v, number, err);
}

wrt_status wrt_scm_read_phrases(wrt_scm_variable *v, wrt_scm *scm, const wrt_json *list,
                                wrt_err *err) {
    size_t n = wrt_json_count(list);
    if (list == NULL)
        return WRT_OK;
    if (!wrt_json_is(list, WRT_JSON_ARRAY) || n == 0 || n > WRT_SCM_PHRASINGS_MAX)
        return wrt_fail(err, n > WRT_SCM_PHRASINGS_MAX ? WRT_E_LIMIT : WRT_E_INPUT,
                        "variable \"%s\": \"phrases\" must list 1 to %d phrasings", v->name,
                        WRT_SCM_PHRASINGS_MAX);
    wrt_scm_phrasing *phrasings = wrt_arena_calloc(scm->arena, n, sizeof *phrasings);
    v->phrasings = phrasings;
    WRT_JSON_EACH(item, list) {
        wrt_status status = read_phrasing(&phrasings[v->n_phrasings], scm, v, item, err);
        if (status != WRT_OK)
            return status;
        v->n_phrasings++;
    }
    return WRT_OK;
}

/* Whether a then `after` begins b then `after`, without putting them together. */
static bool begins(const char *a, const char *b, const char *after) {
    size_t len_a = strlen(a), len_b = strlen(b), len_after = strlen(after);
    if (len_a > len_b || strncmp(a, b, len_a) != 0)
        return false;
    for (size_t i = 0; i < len_after; i++) {
        size_t at = len_a + i;
        char other = at < len_b ? b[at] : after[at - len_b];
        if (other != after[i])
            return false;
    }
    return true;
}

wrt_status wrt_scm_check_values_apart(const wrt_scm_variable *v, size_t phrasing, wrt_scm_rule rule,
                                      wrt_err *err) {
    bool bare = rule == WRT_SCM_SUM_VALUE;
    const char *after = bare ? "" : v->phrasings[phrasing].after;
    if (rule == WRT_SCM_REFERENCE) /* scores the tokens of one value at a time */
        return WRT_OK;
    for (size_t i = 0; i < v->n_values; i++)
        for (size_t k = 0; k < v->n_values; k++)
            if (i != k && begins(v->values[i], v->values[k], after))
                return wrt_fail(err, WRT_E_INPUT,
                                "variable \"%s\": as scored, the value \"%s\" begins \"%s\"%s",
                                v->name, v->values[i], v->values[k],
                                bare ? "; use rule sum, which scores the text after the value too"
                                     : "; give every phrasing an \"after\" that ends the value");
    return WRT_OK;
}
