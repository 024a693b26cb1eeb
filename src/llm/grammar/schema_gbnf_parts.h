/* schema_gbnf_parts.h: shared by schema_gbnf*.c, nobody else.
 *
 * Writing a value is a goal: a list of schemas that it must fit all at once ("parts"), and the
 * number of arrays and objects it may still open. References and allOf add parts, an alternative
 * that is chosen adds one, and a property collects one from each part that speaks of it. */
#ifndef WRT_LLM_SCHEMA_GBNF_PARTS_H
#define WRT_LLM_SCHEMA_GBNF_PARTS_H

#include "base/arena.h"
#include "llm/grammar/schema_gbnf.h"

/* Types as a set. An integer is a number; FRACTION stands for the others. */
enum {
    WRT_SG_NULL = 1,
    WRT_SG_BOOL = 2,
    WRT_SG_INTEGER = 4,
    WRT_SG_FRACTION = 8,
    WRT_SG_STRING = 16,
    WRT_SG_ARRAY = 32,
    WRT_SG_OBJECT = 64,
    WRT_SG_ANY = 127
};

#define WRT_SG_NONE SIZE_MAX /* in place of a rule: nothing fits */

/* Schemas, and alternatives (anyOf, oneOf: arrays) of which one has been chosen already. */
typedef struct {
    const wrt_json **items;
    size_t n, room;
} wrt_sg_parts;

/* What parts say together about a value, objects' members excepted. */
typedef struct {
    unsigned types;
    double low, high; /* of numbers; infinite where not bounded */
    double min_length, max_length, min_items, max_items;
    const wrt_json *pattern;     /* a part that has one, or NULL */
    const wrt_json *pattern_too; /* a part with another one, or NULL */
    const wrt_json *long_text;   /* the part with the greatest minLength */
    const wrt_json *long_array;  /* ... minItems */
    bool is_free;                /* they say nothing */
} wrt_sg_facts;

typedef struct {
    size_t rule; /* WRT_SG_NONE when no value fits */
    int levels;  /* nested arrays and objects in it */
    bool is_cut; /* more levels would give more values */
} wrt_sg_goal;

typedef struct wrt_sg wrt_sg; /* one conversion: rules so far, goals so far */

/* ---- schema_gbnf.c */
wrt_arena *wrt_sg_arena(const wrt_sg *sg);
const wrt_json *wrt_sg_root(const wrt_sg *sg);

/* A rule with that body, called kind-NUMBER; the same body gives the same rule. */
wrt_status wrt_sg_add_rule(size_t *rule, wrt_sg *sg, const char *kind, const wrt_buf *body);
const char *wrt_sg_rule_name(const wrt_sg *sg, size_t rule);

/* The rule of all values that fit the parts. */
wrt_status wrt_sg_add_goal(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *parts, int levels);

/* Fails with "PATH.keyword: reason"; the path is that of `part` in the schema. */
wrt_status wrt_sg_refuse(const wrt_sg *sg, wrt_status status, const wrt_json *part,
                         const char *keyword, const char *reason);

/* ---- schema_gbnf_facts.c */
void wrt_sg_push(wrt_sg_parts *parts, wrt_arena *arena, const wrt_json *item);

/* The schemas among the parts and those that $ref and allOf add. */
wrt_status wrt_sg_flatten(wrt_sg_parts *out, const wrt_sg *sg, const wrt_sg_parts *parts);
wrt_sg_facts wrt_sg_facts_of(const wrt_sg_parts *flat);

/* The one type of a value, and whether it passes one schema. */
unsigned wrt_sg_type_of(const wrt_json *value);
bool wrt_sg_fits(const wrt_sg *sg, const wrt_json *schema, const wrt_json *value);

/* enum members or the const of the first flat part that has one, filtered by all; false when no
 * part has one. */
bool wrt_sg_choices(wrt_sg_parts *out, const wrt_sg *sg, const wrt_sg_parts *flat);

/* What the flat parts say of the member `name`. False when one of them forbids it. */
bool wrt_sg_member_parts(wrt_sg_parts *out, const wrt_sg *sg, const wrt_sg_parts *flat,
                         const char *name);
bool wrt_sg_requires(const wrt_sg_parts *flat, const char *name);

/* Names of members that the flat parts speak of, in order; false when there are too many. */
bool wrt_sg_names(const char ***names, size_t *n, const wrt_sg *sg, const wrt_sg_parts *flat);

/* How many arrays and objects may nest so that the validator's own depth is not exceeded. */
wrt_status wrt_sg_count_levels(int *levels, const wrt_sg *sg);

/* ---- schema_gbnf_apart.c: true when no value that is written for `a` fits `b`. */
bool wrt_sg_are_apart(const wrt_sg *sg, const wrt_sg_parts *a, const wrt_sg_parts *b);

/* ---- schema_gbnf_value.c: the rules of one type. */
wrt_status wrt_sg_add_string(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_facts *facts);
wrt_status wrt_sg_add_array(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *flat,
                            const wrt_sg_facts *facts, int levels);
wrt_status wrt_sg_add_object(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *flat, int levels);

/* ---- schema_gbnf_pattern.c: *out (appended) stands for the inside of a JSON string. */
wrt_status wrt_sg_write_pattern(wrt_buf *out, wrt_sg *sg, const wrt_sg_facts *facts);

/* ---- schema_gbnf_number.c: alternates of all integers from low to high, both within
 * +-(2^53 - 1), low <= high; and of the numbers from low to high, which may be infinite. */
void wrt_sg_write_integers(wrt_buf *out, int64_t low, int64_t high);
void wrt_sg_write_numbers(wrt_buf *out, double low, double high);

#endif
