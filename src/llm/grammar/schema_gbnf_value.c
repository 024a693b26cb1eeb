/* schema_gbnf_value.c: strings, arrays and objects as grammars.
 *
 * Members stand in a fixed order, so that which comma is written depends only on whether a member
 * stands before it. With r a member that is always there and a, b others:
 *
 *   "{" (a ",")? r ("," b)? "}"
 *
 * Without one, the first member that is written is chosen, and a chain of rules says what may
 * follow it; the chain makes the grammar linear in the number of members:
 *
 *   "{" (a rest-b | b rest-c | c)? "}"        rest-b ::= ("," b)? rest-c      rest-c ::= ("," c)?
 */
#include "llm/grammar/gbnf.h"
#include "llm/grammar/schema_gbnf_parts.h"

#include <math.h>
#include <string.h>

/* ---- strings --------------------------------------------------------------------------------- */

static wrt_status add_body(wrt_sg_goal *out, wrt_sg *sg, const char *kind, wrt_buf *body) {
    wrt_status status = wrt_sg_add_rule(&out->rule, sg, kind, body);
    wrt_buf_free(body);
    return status;
}

/* {min,max}, or nothing for once. */
static void write_times(wrt_buf *out, size_t min, size_t max) {
    if (min == max && max != 1)
        wrt_buf_printf(out, "{%zu}", min);
    else if (min != max)
        wrt_buf_printf(out, "{%zu,%zu}", min, max);
}

static wrt_status write_plain_string(wrt_buf *out, wrt_sg *sg, size_t min, size_t max) {
    size_t rule = WRT_SG_NONE;
    wrt_buf body = wrt_buf_make(WRT_KIB(1));
    /* No negated class: llama.cpp refuses the first byte of U+00A0 when U+0080 is excluded. */
    wrt_buf_add_c(&body, "[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E\\xA0-\\uD7FF\\uE000-\\U0010FFFF] | "
                         "\"\\\\\" [\\x22\\x5C]");
    wrt_status status = wrt_sg_add_rule(&rule, sg, "char", &body);
    wrt_buf_free(&body);
    if (status == WRT_OK && max > 0) {
        wrt_buf_add_c(out, wrt_sg_rule_name(sg, rule));
        write_times(out, min, max);
    }
    return status;
}

wrt_status wrt_sg_add_string(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_facts *facts) {
    wrt_buf body = wrt_buf_make(WRT_KIB(4));
    wrt_status status = WRT_OK;
    double max = fmin(facts->max_length, WRT_SCHEMA_GBNF_TEXT_MAX);
    *out = (wrt_sg_goal){.rule = WRT_SG_NONE};
    if (facts->min_length > facts->max_length)
        return WRT_OK;
    wrt_buf_add_c(&body, "\"\\\"\" ");
    if (facts->pattern_too != NULL)
        status = wrt_sg_refuse(sg, WRT_E_UNSUPPORTED, facts->pattern_too, "pattern",
                               "a second pattern for the same string");
    else if (facts->pattern != NULL)
        status = wrt_sg_write_pattern(&body, sg, facts);
    else if (facts->min_length > max)
        status = wrt_sg_refuse(sg, WRT_E_UNSUPPORTED, facts->long_text, "minLength",
                               "strings of more than 2000 characters are not written");
    else
        status = write_plain_string(&body, sg, (size_t)facts->min_length, (size_t)max);
    wrt_buf_add_c(&body, " \"\\\"\"");
    if (status == WRT_OK)
        return add_body(out, sg, "string", &body);
    wrt_buf_free(&body);
    return status;
}

/* ---- arrays ---------------------------------------------------------------------------------- */

/* Takes the nested goal into account: one level more, cut when it is. */
static void enclose(wrt_sg_goal *out, const wrt_sg_goal *inside) {
    if (inside->levels + 1 > out->levels)
        out->levels = inside->levels + 1;
    out->is_cut = out->is_cut || inside->is_cut;
}

static void write_items(wrt_buf *out, const char *item, size_t min, size_t max) {
    wrt_buf_add_c(out, "\"[\"");
    if (max > 0) {
        wrt_buf_printf(out, min == 0 ? " (%s" : " %s", item);
        if (max > 1) {
            wrt_buf_printf(out, " (\",\" %s)", item);
            write_times(out, min > 0 ? min - 1 : 0, max - 1);
        }
        wrt_buf_add_c(out, min == 0 ? ")?" : "");
    }
    wrt_buf_add_c(out, " \"]\"");
}

static double most_items(const wrt_sg_facts *facts) {
    if (isinf(facts->max_items))
        return fmax(facts->min_items, WRT_SCHEMA_GBNF_ITEMS_USUAL);
    return fmin(facts->max_items, WRT_SCHEMA_GBNF_ITEMS_MAX);
}

wrt_status wrt_sg_add_array(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *flat,
                            const wrt_sg_facts *facts, int levels) {
    wrt_sg_goal item = {.rule = WRT_SG_NONE};
    wrt_sg_parts parts = {0};
    double max = most_items(facts);
    *out = (wrt_sg_goal){.rule = WRT_SG_NONE, .levels = 1};
    if (facts->min_items > facts->max_items)
        return WRT_OK;
    if (facts->min_items > WRT_SCHEMA_GBNF_ITEMS_MAX)
        return wrt_sg_refuse(sg, WRT_E_UNSUPPORTED, facts->long_array, "minItems",
                             "arrays of more than 1000 items are not written");
    for (size_t i = 0; i < flat->n; i++) {
        if (wrt_json_get(flat->items[i], "items") != NULL)
            wrt_sg_push(&parts, wrt_sg_arena(sg), wrt_json_get(flat->items[i], "items"));
    }
    if (max > 0) {
        wrt_status status = wrt_sg_add_goal(&item, sg, &parts, levels - 1);
        if (status != WRT_OK)
            return status;
        enclose(out, &item);
    }
    if (item.rule == WRT_SG_NONE && facts->min_items > 0)
        return WRT_OK;
    wrt_buf body = wrt_buf_make(WRT_KIB(4));
    if (item.rule == WRT_SG_NONE)
        write_items(&body, "", 0, 0);
    else
        write_items(&body, wrt_sg_rule_name(sg, item.rule), (size_t)facts->min_items, (size_t)max);
    return add_body(out, sg, "array", &body);
}

/* ---- objects --------------------------------------------------------------------------------- */

typedef struct {
    char **texts;  /* of the members, as GBNF */
    bool *is_sure; /* required */
    size_t n;
} members;

static members make_members(wrt_arena *arena, size_t n) {
    return (members){wrt_arena_calloc(arena, n, sizeof(char *)),
                     wrt_arena_calloc(arena, n, sizeof(bool)), 0};
}

static void add_member(members *all, wrt_arena *arena, const wrt_buf *text, bool is_sure) {
    all->texts[all->n] = wrt_arena_strdup(arena, text->ptr, text->len);
    all->is_sure[all->n++] = is_sure;
}

/* "\"name\":" rule */
static void write_member(wrt_buf *out, const char *name, const char *rule) {
    wrt_buf text = wrt_buf_make(WRT_GBNF_BYTES_MAX);
    wrt_json *key = wrt_json_new_c(name);
    wrt_json_write_canonical(&text, key);
    wrt_buf_add_char(&text, ':');
    wrt_gbnf_literal(out, wrt_buf_str(&text));
    wrt_buf_printf(out, " %s", rule);
    out->overflow = out->overflow || text.overflow;
    wrt_json_free(key);
    wrt_buf_free(&text);
}

/* Around member `sure`, which is always there. */
static void write_with_sure(wrt_buf *out, const members *all, size_t sure) {
    for (size_t i = 0; i < all->n; i++) {
        if (i < sure)
            wrt_buf_printf(out, " (%s \",\")?", all->texts[i]);
        else if (i == sure)
            wrt_buf_printf(out, " %s", all->texts[i]);
        else
            wrt_buf_printf(out, all->is_sure[i] ? " \",\" %s" : " (\",\" %s)?", all->texts[i]);
    }
}

static wrt_status write_optional(wrt_buf *out, wrt_sg *sg, const members *all) {
    const char *rest = "";
    wrt_status status = WRT_OK;
    const char **rests = wrt_arena_calloc(wrt_sg_arena(sg), all->n, sizeof(const char *));
    for (size_t i = all->n; status == WRT_OK && i-- > 0;) {
        size_t rule = WRT_SG_NONE;
        wrt_buf body = wrt_buf_make(WRT_GBNF_BYTES_MAX);
        rests[i] = rest;
        wrt_buf_printf(&body, "(\",\" %s)? %s", all->texts[i], rest);
        if (i > 0)
            status = wrt_sg_add_rule(&rule, sg, "rest", &body);
        if (i > 0 && status == WRT_OK)
            rest = wrt_sg_rule_name(sg, rule);
        wrt_buf_free(&body);
    }
    for (size_t i = 0; status == WRT_OK && i < all->n; i++)
        wrt_buf_printf(out, "%s%s %s", i == 0 ? " (" : " | ", all->texts[i], rests[i]);
    wrt_buf_add_c(out, all->n > 0 ? ")?" : "");
    return status;
}

static wrt_status add_members(wrt_sg_goal *out, wrt_sg *sg, const members *all) {
    wrt_buf body = wrt_buf_make(WRT_GBNF_BYTES_MAX);
    wrt_status status = WRT_OK;
    size_t sure = 0;
    while (sure < all->n && !all->is_sure[sure])
        sure++;
    wrt_buf_add_c(&body, "\"{\"");
    if (sure < all->n)
        write_with_sure(&body, all, sure);
    else
        status = write_optional(&body, sg, all);
    wrt_buf_add_c(&body, " \"}\"");
    if (status == WRT_OK)
        return add_body(out, sg, "object", &body);
    wrt_buf_free(&body);
    return status;
}

/* Members of which no name is given: their first letters ascend, so that no name stands twice. */
static wrt_status add_free_object(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *flat,
                                  int levels) {
    wrt_sg_goal value;
    wrt_sg_parts parts;
    wrt_arena *arena = wrt_sg_arena(sg);
    members all = make_members(arena, 26);
    bool is_open = wrt_sg_member_parts(&parts, sg, flat, "");
    if (is_open) {
        wrt_status status = wrt_sg_add_goal(&value, sg, &parts, levels - 1);
        if (status != WRT_OK)
            return status;
        enclose(out, &value);
    }
    for (char letter = 'a'; is_open && value.rule != WRT_SG_NONE && letter <= 'z'; letter++) {
        wrt_buf text = wrt_buf_make(WRT_KIB(1));
        wrt_buf_printf(&text, "\"\\\"%c\" [a-z0-9\\x5F]{0,31} \"\\\":\" %s", letter,
                       wrt_sg_rule_name(sg, value.rule));
        add_member(&all, arena, &text, false);
        wrt_buf_free(&text);
    }
    return add_members(out, sg, &all);
}

typedef struct {
    const wrt_sg_parts *flat; /* of the object */
    int levels;
    bool is_possible; /* no required member lacks a value */
    members all;
} object;

/* The member `name`, if there is a value for it. */
static wrt_status add_named(wrt_sg_goal *out, wrt_sg *sg, object *o, const char *name) {
    wrt_sg_goal value = {.rule = WRT_SG_NONE};
    wrt_sg_parts parts;
    wrt_status status = WRT_OK;
    bool is_sure = wrt_sg_requires(o->flat, name);
    if (wrt_sg_member_parts(&parts, sg, o->flat, name))
        status = wrt_sg_add_goal(&value, sg, &parts, o->levels - 1);
    if (status != WRT_OK)
        return status;
    enclose(out, &value);
    if (value.rule == WRT_SG_NONE) {
        o->is_possible = o->is_possible && !is_sure;
        return WRT_OK;
    }
    wrt_buf text = wrt_buf_make(WRT_GBNF_BYTES_MAX);
    write_member(&text, name, wrt_sg_rule_name(sg, value.rule));
    if (text.overflow)
        status = wrt_sg_refuse(sg, WRT_E_LIMIT, o->flat->items[0], "properties",
                               "the name of a member is too long");
    else
        add_member(&o->all, wrt_sg_arena(sg), &text, is_sure);
    wrt_buf_free(&text);
    return status;
}

wrt_status wrt_sg_add_object(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *flat, int levels) {
    const char **names = NULL;
    size_t n = 0;
    *out = (wrt_sg_goal){.rule = WRT_SG_NONE, .levels = 1};
    if (!wrt_sg_names(&names, &n, sg, flat))
        return wrt_sg_refuse(sg, WRT_E_LIMIT, flat->items[0], "properties",
                             "more than 1000 members of one object");
    if (n == 0)
        return add_free_object(out, sg, flat, levels);
    object o = {flat, levels, true, make_members(wrt_sg_arena(sg), n)};
    for (size_t i = 0; i < n; i++) {
        wrt_status status = add_named(out, sg, &o, names[i]);
        if (status != WRT_OK)
            return status;
    }
    return o.is_possible ? add_members(out, sg, &o.all) : WRT_OK;
}
