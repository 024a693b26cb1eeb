/* schema_gbnf_facts.c: what several schemas say about one value together.
 *
 * Conjunction is easy as long as keywords are looked at one at a time: types and ranges intersect,
 * required names unite, a member or item has to fit what each part says of it. Alternatives are not
 * looked at here; leaving one out only makes the answer weaker. */
#include "base/schema.h"
#include "llm/grammar/schema_gbnf_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 256, NAMES_MAX = 1000, SCHEMAS_MAX = 20000 };

void wrt_sg_push(wrt_sg_parts *parts, wrt_arena *arena, const wrt_json *item) {
    if (parts->n == parts->room) {
        size_t room = parts->room == 0 ? 4 : 2 * parts->room;
        const wrt_json **items = wrt_arena_calloc(arena, room, sizeof(const wrt_json *));
        if (parts->n > 0)
            memcpy(items, parts->items, parts->n * sizeof(const wrt_json *));
        parts->items = items;
        parts->room = room;
    }
    parts->items[parts->n++] = item;
}

static bool holds(const wrt_sg_parts *parts, const wrt_json *item) {
    for (size_t i = 0; i < parts->n; i++) {
        if (parts->items[i] == item)
            return true;
    }
    return false;
}

static void push_once(wrt_sg_parts *parts, wrt_arena *arena, const wrt_json *item) {
    if (!holds(parts, item))
        wrt_sg_push(parts, arena, item);
}

static const wrt_json *target_of(const wrt_sg *sg, const wrt_json *schema) {
    return wrt_schema_resolve(wrt_sg_root(sg), wrt_json_get_text(schema, "$ref", NULL));
}

wrt_status wrt_sg_flatten(wrt_sg_parts *out, const wrt_sg *sg, const wrt_sg_parts *parts) {
    wrt_arena *arena = wrt_sg_arena(sg);
    *out = (wrt_sg_parts){0};
    for (size_t i = 0; i < parts->n; i++) {
        if (wrt_json_is(parts->items[i], WRT_JSON_OBJECT))
            push_once(out, arena, parts->items[i]);
    }
    for (size_t i = 0; i < out->n; i++) {
        const wrt_json *target = target_of(sg, out->items[i]);
        if (target != NULL)
            push_once(out, arena, target);
        WRT_JSON_EACH(part, wrt_json_get(out->items[i], "allOf"))
        push_once(out, arena, part);
        if (out->n > PARTS_MAX)
            return wrt_sg_refuse(sg, WRT_E_LIMIT, out->items[0], "allOf",
                                 "more than 256 schemas speak of one value");
    }
    return WRT_OK;
}

/* ---- keywords -------------------------------------------------------------------------------- */

static unsigned type_bits(const char *name) {
    static const struct {
        const char *name;
        unsigned bits;
    } types[] = {{"null", WRT_SG_NULL},       {"boolean", WRT_SG_BOOL},
                 {"integer", WRT_SG_INTEGER}, {"number", WRT_SG_INTEGER | WRT_SG_FRACTION},
                 {"string", WRT_SG_STRING},   {"array", WRT_SG_ARRAY},
                 {"object", WRT_SG_OBJECT}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].name, name) == 0)
            return types[i].bits;
    }
    return 0;
}

static unsigned types_of(const wrt_json *schema) {
    const wrt_json *type = wrt_json_get(schema, "type");
    unsigned bits = 0;
    if (type == NULL)
        return WRT_SG_ANY;
    if (wrt_json_text(type) != NULL)
        return type_bits(wrt_json_text(type));
    WRT_JSON_EACH(item, type)
    bits |= type_bits(wrt_json_text(item));
    return bits;
}

/* Keywords that say nothing about a value or whose say is counted elsewhere. */
static bool says_nothing(const wrt_json *schema) {
    static const char *const silent[] = {"$ref",        "allOf", "anyOf",   "oneOf",   "$defs",
                                         "description", "title", "default", "examples"};
    WRT_JSON_EACH(member, schema) {
        size_t i = 0;
        size_t n = sizeof silent / sizeof silent[0];
        while (i < n && strcmp(silent[i], wrt_json_key(member)) != 0)
            i++;
        if (i == n)
            return false;
    }
    return true;
}

static void raise(double *low, const wrt_json *schema, const char *keyword) {
    *low = fmax(*low, wrt_json_get_number(schema, keyword, -INFINITY));
}

static void lower(double *high, const wrt_json *schema, const char *keyword) {
    *high = fmin(*high, wrt_json_get_number(schema, keyword, INFINITY));
}

static void add_facts(wrt_sg_facts *facts, const wrt_json *schema) {
    facts->types &= types_of(schema);
    facts->is_free = facts->is_free && says_nothing(schema);
    raise(&facts->low, schema, "minimum");
    lower(&facts->high, schema, "maximum");
    if (wrt_json_get_number(schema, "minLength", 0) > facts->min_length)
        facts->long_text = schema;
    if (wrt_json_get_number(schema, "minItems", 0) > facts->min_items)
        facts->long_array = schema;
    raise(&facts->min_length, schema, "minLength");
    lower(&facts->max_length, schema, "maxLength");
    raise(&facts->min_items, schema, "minItems");
    lower(&facts->max_items, schema, "maxItems");
    const char *pattern = wrt_json_get_text(schema, "pattern", NULL);
    if (pattern != NULL && facts->pattern == NULL)
        facts->pattern = schema;
    else if (pattern != NULL &&
             strcmp(pattern, wrt_json_get_text(facts->pattern, "pattern", "")) != 0)
        facts->pattern_too = schema;
}

wrt_sg_facts wrt_sg_facts_of(const wrt_sg_parts *flat) {
    wrt_sg_facts facts = {.types = WRT_SG_ANY,
                          .low = -INFINITY,
                          .high = INFINITY,
                          .max_length = INFINITY,
                          .max_items = INFINITY,
                          .is_free = true};
    for (size_t i = 0; i < flat->n; i++)
        add_facts(&facts, flat->items[i]);
    return facts;
}

/* ---- choices --------------------------------------------------------------------------------- */

unsigned wrt_sg_type_of(const wrt_json *value) {
    if (wrt_json_is(value, WRT_JSON_NUMBER))
        return wrt_json_is_integer(value) ? WRT_SG_INTEGER : WRT_SG_FRACTION;
    return type_bits(wrt_json_type_name(wrt_json_typeof(value)));
}

bool wrt_sg_fits(const wrt_sg *sg, const wrt_json *schema, const wrt_json *value) {
    return wrt_schema_validate_part(wrt_sg_root(sg), schema, value, "value", NULL) == WRT_OK;
}

/* True when nothing but its list of choices and its type says what fits the schema. Checking each
 * choice of a long list against the list is quadratic. */
static bool is_plain_list(const wrt_json *schema) {
    static const char *const plain[] = {"enum",  "type",    "description",
                                        "title", "default", "examples"};
    WRT_JSON_EACH(member, schema) {
        size_t i = 0;
        size_t n = sizeof plain / sizeof plain[0];
        while (i < n && strcmp(plain[i], wrt_json_key(member)) != 0)
            i++;
        if (i == n)
            return false;
    }
    return true;
}

/* `source` is the part from which the value was taken. */
static bool fits_all(const wrt_sg *sg, const wrt_sg_parts *flat, const wrt_json *source,
                     const wrt_json *value) {
    for (size_t i = 0; i < flat->n; i++) {
        if (flat->items[i] == source && is_plain_list(source)) {
            if ((wrt_sg_type_of(value) & types_of(source)) == 0)
                return false;
            continue;
        }
        if (!wrt_sg_fits(sg, flat->items[i], value))
            return false;
    }
    return true;
}

bool wrt_sg_choices(wrt_sg_parts *out, const wrt_sg *sg, const wrt_sg_parts *flat) {
    *out = (wrt_sg_parts){0};
    for (size_t i = 0; i < flat->n; i++) {
        const wrt_json *only = wrt_json_get(flat->items[i], "const");
        const wrt_json *list = wrt_json_get(flat->items[i], "enum");
        if (only == NULL && list == NULL)
            continue;
        if (only != NULL && fits_all(sg, flat, flat->items[i], only))
            wrt_sg_push(out, wrt_sg_arena(sg), only);
        for (const wrt_json *item = only == NULL ? wrt_json_first(list) : NULL; item != NULL;
             item = wrt_json_next(item)) {
            if (fits_all(sg, flat, flat->items[i], item))
                wrt_sg_push(out, wrt_sg_arena(sg), item);
        }
        return true;
    }
    return false;
}

/* ---- members --------------------------------------------------------------------------------- */

bool wrt_sg_member_parts(wrt_sg_parts *out, const wrt_sg *sg, const wrt_sg_parts *flat,
                         const char *name) {
    *out = (wrt_sg_parts){0};
    for (size_t i = 0; i < flat->n; i++) {
        const wrt_json *known = wrt_json_get(wrt_json_get(flat->items[i], "properties"), name);
        const wrt_json *others = wrt_json_get(flat->items[i], "additionalProperties");
        if (known == NULL && wrt_json_is(others, WRT_JSON_OBJECT))
            known = others;
        if (known != NULL)
            push_once(out, wrt_sg_arena(sg), known);
        else if (!wrt_json_bool(others, true))
            return false;
    }
    return true;
}

bool wrt_sg_requires(const wrt_sg_parts *flat, const char *name) {
    for (size_t i = 0; i < flat->n; i++) {
        WRT_JSON_EACH(item, wrt_json_get(flat->items[i], "required")) {
            if (strcmp(wrt_json_text(item), name) == 0)
                return true;
        }
    }
    return false;
}

static void add_name(const char **names, size_t *n, const char *name) {
    for (size_t i = 0; i < *n; i++) {
        if (strcmp(names[i], name) == 0)
            return;
    }
    if (*n <= NAMES_MAX)
        names[(*n)++] = name;
}

bool wrt_sg_names(const char ***names, size_t *n, const wrt_sg *sg, const wrt_sg_parts *flat) {
    size_t most = 0;
    for (size_t i = 0; i < flat->n; i++)
        most += wrt_json_count(wrt_json_get(flat->items[i], "properties")) +
                wrt_json_count(wrt_json_get(flat->items[i], "required"));
    most = most <= NAMES_MAX ? most : NAMES_MAX + 1;
    *names = wrt_arena_calloc(wrt_sg_arena(sg), most, sizeof(const char *));
    *n = 0;
    for (size_t i = 0; i < flat->n; i++) {
        WRT_JSON_EACH(member, wrt_json_get(flat->items[i], "properties"))
        add_name(*names, n, wrt_json_key(member));
    }
    for (size_t i = 0; i < flat->n; i++) {
        WRT_JSON_EACH(item, wrt_json_get(flat->items[i], "required"))
        add_name(*names, n, wrt_json_text(item));
    }
    return *n <= NAMES_MAX;
}

/* ---- the validator's depth ------------------------------------------------------------------- */

/* A schema and the longest chain of schemas that speak of the same value, itself included. */
typedef struct {
    const wrt_json *schema;
    int chain;
} link;

typedef struct {
    link *links; /* every schema that is reached from the root, in the order of discovery */
    size_t n;
    wrt_sg_parts targets; /* those of them that $ref led to */
} links;

static void reach(links *all, const wrt_json *schema) {
    if (all->n <= SCHEMAS_MAX)
        all->links[all->n++] = (link){schema, 1};
}

/* The schemas inside one, and the one it refers to unless that was reached before. */
static void reach_from(links *all, const wrt_sg *sg, const wrt_json *schema) {
    static const char *const lists[] = {"anyOf", "oneOf", "allOf", "properties"};
    static const char *const single[] = {"items", "additionalProperties"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        WRT_JSON_EACH(item, wrt_json_get(schema, lists[i]))
        reach(all, item);
    }
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        if (wrt_json_is(wrt_json_get(schema, single[i]), WRT_JSON_OBJECT))
            reach(all, wrt_json_get(schema, single[i]));
    }
    const wrt_json *target = target_of(sg, schema);
    if (target != NULL && !holds(&all->targets, target)) {
        wrt_sg_push(&all->targets, wrt_sg_arena(sg), target);
        reach(all, target);
    }
}

static int compare_links(const void *a, const void *b) {
    uintptr_t first = (uintptr_t)((const link *)a)->schema;
    uintptr_t second = (uintptr_t)((const link *)b)->schema;
    return (first > second) - (first < second);
}

static int chain_of(const links *all, const wrt_json *schema) {
    const link key = {schema, 0};
    const link *found =
        schema == NULL ? NULL : bsearch(&key, all->links, all->n, sizeof key, compare_links);
    return found == NULL ? 0 : found->chain;
}

/* One more than the longest chain of a schema that speaks of the same value. */
static int longest_chain(const links *all, const wrt_sg *sg, const wrt_json *schema) {
    static const char *const lists[] = {"anyOf", "oneOf", "allOf"};
    int longest = chain_of(all, target_of(sg, schema));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        WRT_JSON_EACH(item, wrt_json_get(schema, lists[i])) {
            int chain = chain_of(all, item);
            longest = chain > longest ? chain : longest;
        }
    }
    return longest + 1;
}

/* The longest chain of all, or of one that goes on for ever, with its schema. */
static link find_longest(links *all, const wrt_sg *sg) {
    link longest = {wrt_sg_root(sg), 1};
    qsort(all->links, all->n, sizeof *all->links, compare_links);
    for (bool changed = true; changed && longest.chain <= WRT_SCHEMA_DEPTH_MAX;) {
        changed = false;
        for (size_t i = 0; i < all->n; i++) {
            int chain = longest_chain(all, sg, all->links[i].schema);
            changed = changed || chain > all->links[i].chain;
            all->links[i].chain = chain;
            if (chain > longest.chain)
                longest = all->links[i];
        }
    }
    return longest;
}

wrt_status wrt_sg_count_levels(int *levels, const wrt_sg *sg) {
    links all = {.links = wrt_calloc(SCHEMAS_MAX + 1, sizeof(link))};
    reach(&all, wrt_sg_root(sg));
    for (size_t i = 0; i < all.n; i++)
        reach_from(&all, sg, all.links[i].schema);
    link longest = {wrt_sg_root(sg), 1};
    bool is_large = all.n > SCHEMAS_MAX;
    if (!is_large)
        longest = find_longest(&all, sg);
    free(all.links);
    if (is_large)
        return wrt_sg_refuse(sg, WRT_E_LIMIT, wrt_sg_root(sg), "$defs",
                             "the schema consists of more than 20000 schemas");
    if (longest.chain > WRT_SCHEMA_DEPTH_MAX)
        return wrt_sg_refuse(sg, WRT_E_INPUT, longest.schema,
                             wrt_json_get(longest.schema, "$ref") != NULL ? "$ref" : "anyOf",
                             "leads back to itself, or through more than 128 schemas, without a "
                             "value in between");
    *levels = WRT_SCHEMA_DEPTH_MAX / longest.chain - 1;
    if (*levels > WRT_SCHEMA_GBNF_LEVELS_MAX)
        *levels = WRT_SCHEMA_GBNF_LEVELS_MAX;
    return WRT_OK;
}
