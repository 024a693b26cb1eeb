/* schema_gbnf_apart.c: can one value fit both? Needed for oneOf.
 *
 * Looks for one reason per type that both allow: no common choice, ranges that do not meet, or an
 * object's member whose two schemas are apart in turn (a discriminator). "False" means only that no
 * reason was found. Members that the first side does not name are never written, so a second side
 * that requires one is apart from it. */
#include "base/schema.h"
#include "llm/grammar/schema_gbnf_parts.h"

#include <string.h>

enum { NESTED_MAX = 6, COMPARED_MAX = 20000, CHAIN_MAX = 6 };

typedef struct {
    const wrt_sg *sg;
    int nested;
    size_t compared;
} search;

static bool are_apart(search *s, const wrt_sg_parts *a, const wrt_sg_parts *b);

/* No choice of a, all of which may be written, fits b; false as well when a has no choices. */
static bool are_choices_apart(const search *s, const wrt_sg_parts *a, const wrt_sg_parts *b) {
    wrt_sg_parts choices;
    if (!wrt_sg_choices(&choices, s->sg, a))
        return false;
    for (size_t i = 0; i < choices.n; i++) {
        size_t k = 0;
        while (k < b->n && wrt_sg_fits(s->sg, b->items[k], choices.items[i]))
            k++;
        if (k == b->n)
            return false;
    }
    return true;
}

/* Does a oneOf have a say in whether a value fits the schema? True as well when that is far away.
 */
static bool depends_on_one_of(search *s, const wrt_json *schema, int depth) {
    static const char *const lists[] = {"anyOf", "allOf"};
    const wrt_json *target =
        wrt_schema_resolve(wrt_sg_root(s->sg), wrt_json_get_text(schema, "$ref", NULL));
    if (depth == 0 || ++s->compared > COMPARED_MAX || wrt_json_get(schema, "oneOf") != NULL)
        return true;
    if (target != NULL && depends_on_one_of(s, target, depth - 1))
        return true;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        WRT_JSON_EACH(item, wrt_json_get(schema, lists[i])) {
            if (depends_on_one_of(s, item, depth - 1))
                return true;
        }
    }
    return false;
}

/* True when the value is surely not written for a. What a oneOf says must not count: that no value
 * fits two of its alternatives is what is to be shown. */
static bool is_never_written(search *s, const wrt_sg_parts *a, const wrt_json *value) {
    wrt_sg_facts facts = wrt_sg_facts_of(a);
    if ((wrt_sg_type_of(value) & facts.types) == 0)
        return true;
    for (size_t i = 0; i < a->n; i++) {
        if (!wrt_sg_fits(s->sg, a->items[i], value) &&
            !depends_on_one_of(s, a->items[i], CHAIN_MAX))
            return true;
    }
    return false;
}

/* b has choices, and none of them is written for a. */
static bool are_apart_from_choices(search *s, const wrt_sg_parts *a, const wrt_sg_parts *b) {
    wrt_sg_parts choices;
    if (!wrt_sg_choices(&choices, s->sg, b))
        return false;
    for (size_t i = 0; i < choices.n; i++) {
        if (!is_never_written(s, a, choices.items[i]))
            return false;
    }
    return true;
}

static bool are_intervals_apart(double a_low, double a_high, double b_low, double b_high) {
    return a_high < b_low || b_high < a_low;
}

/* True when the member alone keeps values of `a` from fitting `b`. */
static bool is_member_apart(search *s, const wrt_sg_parts *a, const wrt_sg_parts *b,
                            const char *name, bool is_named) {
    wrt_sg_parts of_a;
    wrt_sg_parts of_b;
    bool a_requires = wrt_sg_requires(a, name);
    bool b_requires = wrt_sg_requires(b, name);
    if (!a_requires && !b_requires)
        return false;
    if (!is_named)
        return b_requires;
    if (!wrt_sg_member_parts(&of_a, s->sg, a, name) || !wrt_sg_member_parts(&of_b, s->sg, b, name))
        return true;
    return are_apart(s, &of_a, &of_b);
}

/* Is some member a reason? `is_open`: `a` may have members that are not named here. */
static bool are_objects_apart(search *s, const wrt_sg_parts *a, const wrt_sg_parts *b,
                              bool is_open) {
    const char **names;
    const char **others;
    size_t n = 0;
    size_t n_others = 0;
    if (!wrt_sg_names(&names, &n, s->sg, a) || !wrt_sg_names(&others, &n_others, s->sg, b))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (is_member_apart(s, a, b, names[i], true))
            return true;
    }
    for (size_t i = 0; !is_open && n > 0 && i < n_others; i++) {
        size_t k = 0;
        while (k < n && strcmp(names[k], others[i]) != 0)
            k++;
        if (k == n && is_member_apart(s, a, b, others[i], false))
            return true;
    }
    return false;
}

/* True when some alternatives in `flat` are not among those that `parts` have chosen from. */
static bool has_open_alternatives(const wrt_sg_parts *parts, const wrt_sg_parts *flat) {
    static const char *const keywords[] = {"anyOf", "oneOf"};
    for (size_t i = 0; i < 2 * flat->n; i++) {
        const wrt_json *list = wrt_json_get(flat->items[i / 2], keywords[i % 2]);
        size_t k = 0;
        while (k < parts->n && parts->items[k] != list)
            k++;
        if (list != NULL && k == parts->n)
            return true;
    }
    return false;
}

static bool are_types_apart(search *s, const wrt_sg_parts *a, const wrt_sg_parts *b, bool is_open) {
    wrt_sg_facts x = wrt_sg_facts_of(a);
    wrt_sg_facts y = wrt_sg_facts_of(b);
    unsigned common = x.types & y.types;
    if ((common & (WRT_SG_NULL | WRT_SG_BOOL)) != 0)
        return false;
    if ((common & (WRT_SG_INTEGER | WRT_SG_FRACTION)) != 0 &&
        !are_intervals_apart(x.low, x.high, y.low, y.high))
        return false;
    if ((common & WRT_SG_STRING) != 0 &&
        !are_intervals_apart(x.min_length, x.max_length, y.min_length, y.max_length))
        return false;
    if ((common & WRT_SG_ARRAY) != 0 &&
        !are_intervals_apart(x.min_items, x.max_items, y.min_items, y.max_items))
        return false;
    return (common & WRT_SG_OBJECT) == 0 || are_objects_apart(s, a, b, is_open);
}

static bool are_apart(search *s, const wrt_sg_parts *a, const wrt_sg_parts *b) {
    wrt_sg_parts x;
    wrt_sg_parts y;
    if (s->nested == NESTED_MAX || ++s->compared > COMPARED_MAX)
        return false;
    if (wrt_sg_flatten(&x, s->sg, a) != WRT_OK || wrt_sg_flatten(&y, s->sg, b) != WRT_OK)
        return false;
    if (are_choices_apart(s, &x, &y) || are_apart_from_choices(s, &x, &y))
        return true;
    wrt_sg_parts choices;
    if (wrt_sg_choices(&choices, s->sg, &x))
        return false; /* they may have members that are not named */
    s->nested++;
    bool result = are_types_apart(s, &x, &y, has_open_alternatives(a, &x));
    s->nested--;
    return result;
}

bool wrt_sg_are_apart(const wrt_sg *sg, const wrt_sg_parts *a, const wrt_sg_parts *b) {
    search s = {.sg = sg};
    return are_apart(&s, a, b);
}
