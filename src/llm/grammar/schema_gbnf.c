/* schema_gbnf.c: goals, alternatives and the rules they become.
 *
 * A goal is answered bottom up: first the rules of what is inside, then its own, so that a rule's
 * text names only rules that are there. Equal texts are one rule. Goals are remembered by their
 * parts; a goal whose answer was not cut by the number of levels holds for more levels as well, so
 * only recursive schemas are unrolled.
 *
 * Alternatives are distributed: the goal (A and anyOf(B, C)) is (A and B) or (A and C). References
 * that lead back without a value in between were refused before, and everything else costs a level,
 * so the recursion ends. */
#include "llm/grammar/schema_gbnf.h"

#include "base/schema.h"
#include "llm/grammar/gbnf.h"
#include "llm/grammar/schema_gbnf_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    RULES_MAX = 8192,
    GOALS_MAX = 8192,
    CHOSEN_MAX = 32, /* parts of a goal before it is flattened */
    ONE_OF_MAX = 200,
    PATH_DEPTH_MAX = 300
};

typedef struct {
    char name[32];
    const char *body;
    size_t len;
    uint64_t hash;
} rule;

typedef struct {
    wrt_sg_parts parts;
    uint64_t hash;
    int levels; /* that were granted */
    wrt_sg_goal goal;
} answer;

struct wrt_sg {
    const wrt_json *root;
    wrt_arena *arena;
    wrt_err *err;
    rule *rules;
    size_t n_rules, bytes;
    answer *answers;
    size_t n_answers;
};

wrt_arena *wrt_sg_arena(const wrt_sg *sg) {
    return sg->arena;
}

const wrt_json *wrt_sg_root(const wrt_sg *sg) {
    return sg->root;
}

/* ---- refusals -------------------------------------------------------------------------------- */

/* Appends the way from `at` to `target`; false when it is not inside. */
static bool find_path(wrt_buf *path, const wrt_json *at, const wrt_json *target, int depth) {
    size_t index = 0;
    size_t before = path->len;
    if (at == target)
        return true;
    for (const wrt_json *item = depth > 0 ? wrt_json_first(at) : NULL; item != NULL;
         item = wrt_json_next(item), index++) {
        if (wrt_json_key(item) != NULL)
            wrt_buf_printf(path, ".%s", wrt_json_key(item));
        else
            wrt_buf_printf(path, "[%zu]", index);
        if (find_path(path, item, target, depth - 1))
            return true;
        path->len = before;
        path->ptr[before] = '\0';
    }
    return false;
}

wrt_status wrt_sg_refuse(const wrt_sg *sg, wrt_status status, const wrt_json *part,
                         const char *keyword, const char *reason) {
    wrt_buf path = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add_c(&path, "schema");
    (void)find_path(&path, sg->root, part, PATH_DEPTH_MAX);
    status = wrt_fail(sg->err, status, "%.300s.%s: %s", path.ptr, keyword, reason);
    wrt_buf_free(&path);
    return status;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static uint64_t hash_bytes(const void *bytes, size_t len) {
    const unsigned char *at = bytes;
    uint64_t hash = 14695981039346656037U; /* FNV-1a */
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ at[i]) * 1099511628211U;
    return hash;
}

static wrt_status too_large(const wrt_sg *sg) {
    return wrt_fail(sg->err, WRT_E_LIMIT,
                    "the schema's grammar would be larger than %d rules or %d bytes", RULES_MAX,
                    WRT_GBNF_BYTES_MAX);
}

wrt_status wrt_sg_add_rule(size_t *out, wrt_sg *sg, const char *kind, const wrt_buf *body) {
    uint64_t hash = hash_bytes(body->ptr, body->len);
    for (size_t i = 0; i < sg->n_rules; i++) {
        if (sg->rules[i].hash == hash && sg->rules[i].len == body->len &&
            memcmp(sg->rules[i].body, body->ptr, body->len) == 0) {
            *out = i;
            return WRT_OK;
        }
    }
    sg->bytes += body->len + sizeof sg->rules->name;
    if (body->overflow || sg->n_rules == RULES_MAX || sg->bytes > WRT_GBNF_BYTES_MAX)
        return too_large(sg);
    rule *made = &sg->rules[sg->n_rules];
    *made = (rule){.len = body->len, .hash = hash};
    made->body = wrt_arena_strdup(sg->arena, body->ptr, body->len);
    wrt_buf name = wrt_buf_make(sizeof made->name - 1);
    wrt_buf_printf(&name, "%s-%zu", kind, sg->n_rules);
    memcpy(made->name, name.ptr, name.len + 1);
    wrt_buf_free(&name);
    *out = sg->n_rules++;
    return WRT_OK;
}

const char *wrt_sg_rule_name(const wrt_sg *sg, size_t index) {
    return sg->rules[index].name;
}

/* ---- unions ---------------------------------------------------------------------------------- */

/* A goal in the making: the union of what was added. */
typedef struct {
    wrt_buf body;
    size_t n;    /* members of the union */
    size_t only; /* the rule, when the one member is a rule */
    int levels;
    bool is_cut;
} collection;

static void add_text(collection *c, const char *text) {
    wrt_buf_printf(&c->body, "%s%s", c->n > 0 ? " | " : "", text);
    c->n++;
    c->only = WRT_SG_NONE;
}

static void add_goal(collection *c, const wrt_sg *sg, const wrt_sg_goal *goal) {
    c->is_cut = c->is_cut || goal->is_cut;
    if (goal->rule == WRT_SG_NONE)
        return;
    c->levels = goal->levels > c->levels ? goal->levels : c->levels;
    add_text(c, wrt_sg_rule_name(sg, goal->rule));
    c->only = c->n == 1 ? goal->rule : WRT_SG_NONE;
}

static collection make_collection(void) {
    return (collection){.body = wrt_buf_make(WRT_GBNF_BYTES_MAX), .only = WRT_SG_NONE};
}

/* Frees the collection. */
static wrt_status finish(wrt_sg_goal *out, wrt_sg *sg, const char *kind, collection *c) {
    wrt_status status = WRT_OK;
    *out = (wrt_sg_goal){c->only, c->levels, c->is_cut};
    if (c->n > 0 && c->only == WRT_SG_NONE)
        status = wrt_sg_add_rule(&out->rule, sg, kind, &c->body);
    wrt_buf_free(&c->body);
    return status;
}

/* ---- choices --------------------------------------------------------------------------------- */

/* Arrays and objects open at once in the value, `most` + 1 when more. */
static int depth_of(const wrt_json *value, int most) {
    int deepest = 0;
    if (!wrt_json_is(value, WRT_JSON_ARRAY) && !wrt_json_is(value, WRT_JSON_OBJECT))
        return 0;
    if (most == 0)
        return 1;
    WRT_JSON_EACH(item, value) {
        int depth = depth_of(item, most - 1);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

static wrt_status add_choices(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *choices,
                              int levels) {
    collection c = make_collection();
    for (size_t i = 0; i < choices->n && !c.body.overflow; i++) {
        int depth = depth_of(choices->items[i], levels);
        if (depth > levels) {
            c.is_cut = true;
            continue;
        }
        wrt_buf text = wrt_buf_make(WRT_GBNF_BYTES_MAX);
        wrt_buf literal = wrt_buf_make(WRT_GBNF_BYTES_MAX);
        wrt_json_write_canonical(&text, choices->items[i]);
        wrt_gbnf_literal(&literal, wrt_buf_str(&text));
        add_text(&c, literal.ptr);
        c.body.overflow = c.body.overflow || literal.overflow || text.overflow;
        c.levels = depth > c.levels ? depth : c.levels;
        wrt_buf_free(&literal);
        wrt_buf_free(&text);
    }
    return finish(out, sg, "choice", &c);
}

/* ---- alternatives ---------------------------------------------------------------------------- */

typedef struct {
    const wrt_json *owner, *list; /* NULL when nothing is left to choose */
    const char *keyword;
} fork;

static bool is_chosen(const wrt_sg_parts *parts, const wrt_json *list) {
    for (size_t i = 0; i < parts->n; i++) {
        if (parts->items[i] == list)
            return true;
    }
    return false;
}

static fork find_fork(const wrt_sg_parts *parts, const wrt_sg_parts *flat) {
    static const char *const keywords[] = {"anyOf", "oneOf"};
    for (size_t i = 0; i < 2 * flat->n; i++) {
        const wrt_json *list = wrt_json_get(flat->items[i / 2], keywords[i % 2]);
        if (list != NULL && !is_chosen(parts, list))
            return (fork){flat->items[i / 2], list, keywords[i % 2]};
    }
    return (fork){NULL, NULL, NULL};
}

static wrt_sg_parts choose(wrt_sg *sg, const wrt_sg_parts *parts, const fork *f,
                           const wrt_json *branch) {
    wrt_sg_parts chosen = {0};
    for (size_t i = 0; i < parts->n; i++)
        wrt_sg_push(&chosen, sg->arena, parts->items[i]);
    wrt_sg_push(&chosen, sg->arena, f->list);
    wrt_sg_push(&chosen, sg->arena, branch);
    return chosen;
}

/* What is written for `branch` must fit no other alternative. The others are looked at alone: that
 * their owner allows one alternative only is not known yet. */
static wrt_status check_one_of(wrt_sg *sg, const wrt_sg_parts *parts, const fork *f,
                               const wrt_json *branch) {
    wrt_sg_parts mine = choose(sg, parts, f, branch);
    WRT_JSON_EACH(other, f->list) {
        if (other == branch)
            continue;
        wrt_sg_parts theirs = {0};
        wrt_sg_push(&theirs, sg->arena, other);
        if (!wrt_sg_are_apart(sg, &mine, &theirs))
            return wrt_sg_refuse(sg, WRT_E_UNSUPPORTED, f->owner, "oneOf",
                                 "two alternatives may fit the same value; give them different "
                                 "types, ranges, or a required member with different constants, "
                                 "or use anyOf");
    }
    return WRT_OK;
}

static wrt_status add_fork(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *parts, const fork *f,
                           int levels) {
    collection c = make_collection();
    wrt_status status = WRT_OK;
    bool is_one_of = strcmp(f->keyword, "oneOf") == 0;
    if (parts->n > CHOSEN_MAX)
        status = wrt_sg_refuse(sg, WRT_E_LIMIT, f->owner, f->keyword,
                               "more than 16 lists of alternatives for one value");
    else if (is_one_of && wrt_json_count(f->list) > ONE_OF_MAX)
        status = wrt_sg_refuse(sg, WRT_E_LIMIT, f->owner, f->keyword, "more than 200 alternatives");
    for (const wrt_json *branch = wrt_json_first(f->list); status == WRT_OK && branch != NULL;
         branch = wrt_json_next(branch)) {
        wrt_sg_goal goal;
        wrt_sg_parts chosen = choose(sg, parts, f, branch);
        status = wrt_sg_add_goal(&goal, sg, &chosen, levels);
        if (status == WRT_OK && goal.rule != WRT_SG_NONE && is_one_of)
            status = check_one_of(sg, parts, f, branch);
        if (status == WRT_OK)
            add_goal(&c, sg, &goal);
    }
    if (status == WRT_OK)
        return finish(out, sg, "either", &c);
    wrt_buf_free(&c.body);
    return status;
}

/* ---- types ----------------------------------------------------------------------------------- */

static const double SAFE_MAX = 9007199254740991.0; /* 2^53 - 1 */

/* Numbers and integers of which one can be written as the facts want it. */
static wrt_status add_number(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_facts *facts) {
    wrt_buf body = wrt_buf_make(WRT_KIB(64));
    wrt_status status = WRT_OK;
    bool is_integer = (facts->types & WRT_SG_FRACTION) == 0;
    double low = is_integer ? fmax(ceil(facts->low), -SAFE_MAX) : facts->low;
    double high = is_integer ? fmin(floor(facts->high), SAFE_MAX) : facts->high;
    *out = (wrt_sg_goal){.rule = WRT_SG_NONE};
    if (low <= high && is_integer)
        wrt_sg_write_integers(&body, (int64_t)low, (int64_t)high);
    else if (low <= high)
        wrt_sg_write_numbers(&body, low, high);
    if (low <= high)
        status = wrt_sg_add_rule(&out->rule, sg, is_integer ? "integer" : "number", &body);
    wrt_buf_free(&body);
    return status;
}

/* One of the types that need a rule of their own. */
static wrt_status add_type(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *flat,
                           const wrt_sg_facts *facts, unsigned type, int levels) {
    if (type == WRT_SG_INTEGER)
        return add_number(out, sg, facts);
    if (type == WRT_SG_STRING)
        return wrt_sg_add_string(out, sg, facts);
    if (levels == 0) {
        *out = (wrt_sg_goal){.rule = WRT_SG_NONE, .is_cut = true};
        return WRT_OK;
    }
    if (type == WRT_SG_ARRAY)
        return wrt_sg_add_array(out, sg, flat, facts, levels);
    return wrt_sg_add_object(out, sg, flat, levels);
}

static wrt_status add_types(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *flat, int levels) {
    static const unsigned types[] = {WRT_SG_INTEGER, WRT_SG_STRING, WRT_SG_ARRAY, WRT_SG_OBJECT};
    wrt_sg_facts facts = wrt_sg_facts_of(flat);
    collection c = make_collection();
    wrt_status status = WRT_OK;
    bool is_shallow = facts.is_free && levels >= WRT_SCHEMA_GBNF_FREE_LEVELS;
    if (is_shallow)
        levels = WRT_SCHEMA_GBNF_FREE_LEVELS;
    if ((facts.types & WRT_SG_NULL) != 0)
        add_text(&c, "\"null\"");
    if ((facts.types & WRT_SG_BOOL) != 0)
        add_text(&c, "\"true\" | \"false\"");
    for (size_t i = 0; status == WRT_OK && i < sizeof types / sizeof types[0]; i++) {
        wrt_sg_goal goal = {.rule = WRT_SG_NONE};
        if ((facts.types & types[i]) != 0)
            status = add_type(&goal, sg, flat, &facts, types[i], levels);
        if (status == WRT_OK)
            add_goal(&c, sg, &goal);
    }
    if (is_shallow) { /* by choice, not for want of levels */
        c.levels = WRT_SCHEMA_GBNF_FREE_LEVELS;
        c.is_cut = false;
    }
    if (status == WRT_OK)
        return finish(out, sg, "value", &c);
    wrt_buf_free(&c.body);
    return status;
}

/* ---- goals ----------------------------------------------------------------------------------- */

static uint64_t hash_parts(const wrt_sg_parts *parts) {
    return parts->n == 0 ? 0 : hash_bytes(parts->items, parts->n * sizeof(const wrt_json *));
}

/* The answer that was given before, or NULL. */
static const wrt_sg_goal *recall(const wrt_sg *sg, const wrt_sg_parts *parts, uint64_t hash,
                                 int levels) {
    for (size_t i = 0; i < sg->n_answers; i++) {
        const answer *a = &sg->answers[i];
        if (a->hash != hash || a->parts.n != parts->n)
            continue;
        if (a->levels != levels && (a->goal.is_cut || levels < a->goal.levels))
            continue;
        if (parts->n == 0 ||
            memcmp(a->parts.items, parts->items, parts->n * sizeof(const wrt_json *)) == 0)
            return &a->goal;
    }
    return NULL;
}

static wrt_status find_answer(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *parts, int levels) {
    wrt_sg_parts flat;
    wrt_sg_parts choices;
    wrt_status status = wrt_sg_flatten(&flat, sg, parts);
    if (status != WRT_OK)
        return status;
    if (wrt_sg_choices(&choices, sg, &flat))
        return add_choices(out, sg, &choices, levels);
    fork f = find_fork(parts, &flat);
    if (f.list != NULL)
        return add_fork(out, sg, parts, &f, levels);
    return add_types(out, sg, &flat, levels);
}

wrt_status wrt_sg_add_goal(wrt_sg_goal *out, wrt_sg *sg, const wrt_sg_parts *parts, int levels) {
    uint64_t hash = hash_parts(parts);
    const wrt_sg_goal *known = recall(sg, parts, hash, levels);
    if (known != NULL) {
        *out = *known;
        return WRT_OK;
    }
    wrt_status status = find_answer(out, sg, parts, levels);
    if (status != WRT_OK)
        return status;
    if (sg->n_answers == GOALS_MAX)
        return too_large(sg);
    sg->answers[sg->n_answers++] = (answer){*parts, hash, levels, *out};
    return WRT_OK;
}

/* ---- the public call ------------------------------------------------------------------------- */

/* The caps on bytes and rules are met; those on forks and beginnings are the reader's to judge. */
static wrt_status append_grammar(wrt_buf *out, const wrt_sg *sg, size_t start) {
    wrt_gbnf *grammar = NULL;
    wrt_buf text = wrt_buf_make(WRT_MIB(2));
    wrt_buf_printf(&text, "root ::= %s\n", sg->rules[start].name);
    for (size_t i = 0; i < sg->n_rules; i++) {
        wrt_buf_printf(&text, "%s ::= ", sg->rules[i].name);
        wrt_buf_add(&text, sg->rules[i].body, sg->rules[i].len);
        wrt_buf_add_char(&text, '\n');
    }
    wrt_status status = wrt_gbnf_parse(&grammar, wrt_buf_str(&text), sg->err);
    wrt_gbnf_free(grammar);
    if (status == WRT_OK) {
        wrt_buf_add_str(out, wrt_buf_str(&text));
        if (out->overflow)
            status = wrt_fail(sg->err, WRT_E_LIMIT,
                              "the schema's grammar has %zu bytes; its buffer holds %zu", text.len,
                              out->cap);
    } else {
        wrt_err_prefix(sg->err, "the schema's grammar");
    }
    wrt_buf_free(&text);
    return status;
}

static wrt_status convert(wrt_buf *out, wrt_sg *sg) {
    int levels = 0;
    wrt_sg_goal goal = {.rule = WRT_SG_NONE};
    wrt_sg_parts parts = {0};
    wrt_status status = wrt_sg_count_levels(&levels, sg);
    if (status != WRT_OK)
        return status;
    wrt_sg_push(&parts, sg->arena, sg->root);
    status = wrt_sg_add_goal(&goal, sg, &parts, levels);
    if (status != WRT_OK)
        return status;
    if (goal.rule == WRT_SG_NONE)
        return wrt_fail(sg->err, WRT_E_INPUT,
                        "the schema: no value that nests at most %d arrays and objects fits it",
                        levels);
    return append_grammar(out, sg, goal.rule);
}

wrt_status wrt_schema_to_gbnf(wrt_buf *out, const wrt_json *schema, wrt_err *err) {
    wrt_status status = wrt_schema_check(schema, err);
    if (status != WRT_OK)
        return status;
    wrt_sg sg = {.root = schema, .arena = wrt_arena_new(), .err = err};
    sg.rules = wrt_calloc(RULES_MAX, sizeof *sg.rules);
    sg.answers = wrt_calloc(GOALS_MAX, sizeof *sg.answers);
    status = convert(out, &sg);
    free(sg.rules);
    free(sg.answers);
    wrt_arena_free(sg.arena);
    return status;
}
