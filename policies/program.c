/* program.c: see program.h. The index is built in two passes over the same walk: count, then fill,
 * as in a compressed sparse row matrix. */
#include "policies/program.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_ALL, LIST_GENERAL, LIST_NAMES };

typedef struct {
    wrt_program *program;
    wrt_interner slots;
    wrt_interner memos;
    wrt_interner toolsets;
    size_t slots_room;
    uint32_t *uses; /* of each distinct condition; afterwards its memo */
    size_t uses_room;
    size_t counted;
} builder;

/* ---- slots */

static uint32_t add_slot(builder *ctx, wrt_slot_source source, uint32_t parent, const char *key) {
    wrt_program *program = ctx->program;
    size_t scope = parent == WRT_NO_SLOT ? 0 : (size_t)parent + 1;
    uint32_t id = (uint32_t)wrt_intern_add(&ctx->slots, scope, key);
    if (id < program->n_slots)
        return id;
    if (program->n_slots == ctx->slots_room) {
        ctx->slots_room = ctx->slots_room == 0 ? 64 : ctx->slots_room * 2;
        program->slots = wrt_realloc(program->slots, ctx->slots_room * sizeof *program->slots);
    }
    program->slots[program->n_slots++] = (wrt_slot){source, parent, key};
    return id;
}

static wrt_slot_source source_of(const char *const *keys, size_t depth) {
    if (depth == 0 && strcmp(keys[0], "facts") == 0)
        return WRT_SLOT_FACTS;
    if (depth == 1 && strcmp(keys[0], "taint") == 0 && strcmp(keys[1], "integrity_level") == 0)
        return WRT_SLOT_LEVEL;
    return WRT_SLOT_MEMBER;
}

static uint32_t add_path(builder *ctx, const char *const *keys, size_t n_keys) {
    uint32_t slot = WRT_NO_SLOT;
    for (size_t i = 0; i < n_keys; i++)
        slot = add_slot(ctx, source_of(keys, i), slot, keys[i]);
    return slot;
}

static uint32_t add_counter(builder *ctx, const char *counter) {
    const char *const keys[] = {"counters", counter};
    return counter == NULL ? WRT_NO_SLOT : add_path(ctx, keys, 2);
}

/* ---- words */

static uint32_t add_word(builder *ctx, const char *text) {
    size_t len = strlen(text);
    if (len > ctx->program->longest_word)
        ctx->program->longest_word = len;
    return (uint32_t)wrt_intern_add(&ctx->program->words, 0, text);
}

static bool are_texts(const wrt_json *list) {
    WRT_JSON_EACH(item, list) {
        if (!wrt_json_is(item, WRT_JSON_STRING))
            return false;
    }
    return true;
}

static void number_words(builder *ctx, wrt_condition *leaf) {
    bool is_list = leaf->op >= WRT_OP_IN && leaf->op <= WRT_OP_HAS_NONE;
    bool is_one = (leaf->op == WRT_OP_EQ || leaf->op == WRT_OP_NE) && leaf->text != NULL;
    size_t count = is_one ? 1 : wrt_json_count(leaf->operand);
    leaf->words = NULL;
    leaf->n_words = 0;
    if (!is_one && (!is_list || !are_texts(leaf->operand)))
        return;
    uint32_t *words = wrt_arena_calloc(ctx->program->arena, count, sizeof *words);
    leaf->words = words;
    if (is_one)
        words[leaf->n_words++] = add_word(ctx, leaf->text);
    for (const wrt_json *item = is_one ? NULL : wrt_json_first(leaf->operand); item != NULL;
         item = wrt_json_next(item))
        words[leaf->n_words++] = add_word(ctx, wrt_json_text(item));
}

/* ---- conditions and toolsets; recursion is bounded by WRT_POLICY_DEPTH_MAX */

static void count_use(builder *ctx, uint32_t condition) {
    if (condition >= ctx->uses_room) {
        ctx->uses_room = ctx->uses_room == 0 ? 64 : ctx->uses_room * 2;
        ctx->uses = wrt_realloc(ctx->uses, ctx->uses_room * sizeof *ctx->uses);
    }
    if (condition + 1 == ctx->memos.count && ctx->counted < ctx->memos.count) {
        ctx->uses[condition] = 0;
        ctx->counted = ctx->memos.count;
    }
    ctx->uses[condition]++;
}

static void number_condition(builder *ctx, wrt_condition *node) {
    if (node == NULL)
        return;
    node->memo = (uint32_t)wrt_intern_add(&ctx->memos, 0, node->canonical);
    count_use(ctx, node->memo);
    if (node->op > WRT_OP_NOT) {
        node->slot = add_path(ctx, node->keys, node->n_keys);
        number_words(ctx, node);
    }
    for (size_t i = 0; i < node->n_children; i++)
        number_condition(ctx, &node->children[i]);
}

/* Counts of uses become numbers of memos: 1 use needs none. */
static void number_memos(builder *ctx) {
    for (size_t i = 0; i < ctx->memos.count; i++)
        ctx->uses[i] = ctx->uses[i] > 1 ? (uint32_t)ctx->program->n_memos++ : WRT_NO_MEMO;
}

static void give_memo(const builder *ctx, wrt_condition *node) {
    if (node == NULL)
        return;
    node->memo = ctx->uses[node->memo];
    for (size_t i = 0; i < node->n_children; i++)
        give_memo(ctx, &node->children[i]);
}

static void number_toolset(builder *ctx, wrt_rule *rule) {
    wrt_buf joined = wrt_buf_make((size_t)WRT_POLICY_LIST_MAX * (WRT_POLICY_NAME_MAX + 1));
    for (size_t i = 0; i < rule->n_tools; i++)
        wrt_buf_printf(&joined, "%s\n", rule->tools[i]);
    wrt_str text = wrt_buf_str(&joined);
    size_t known = wrt_intern_find(&ctx->toolsets, 0, text.ptr);
    if (known == SIZE_MAX)
        known = wrt_intern_add(&ctx->toolsets, 0,
                               wrt_arena_strdup(ctx->program->arena, text.ptr, text.len));
    rule->toolset = (uint32_t)known;
    wrt_buf_free(&joined);
}

static bool is_named(const wrt_rule *rule) {
    if (rule->n_tools == 0 || rule->n_tools > WRT_PROGRAM_LITERALS_MAX)
        return false;
    for (size_t i = 0; i < rule->n_tools; i++) {
        if (strpbrk(rule->tools[i], "*?") != NULL)
            return false;
    }
    return true;
}

static void number_rule(builder *ctx, wrt_rule *rule) {
    number_condition(ctx, rule->when);
    number_condition(ctx, rule->unless);
    number_toolset(ctx, rule);
    rule->counter_slot = add_counter(ctx, rule->counter);
    rule->windowed_slot = add_counter(ctx, rule->windowed_counter);
    for (size_t i = 0; is_named(rule) && i < rule->n_tools; i++)
        (void)wrt_intern_add(&ctx->program->tools, 0, rule->tools[i]);
}

/* ---- the index */

static size_t *list_start(const wrt_program *program, size_t phase, size_t list) {
    return &program->starts[phase * (program->tools.count + LIST_NAMES) + list];
}

static bool is_repeated(const wrt_rule *rule, size_t tool) {
    for (size_t i = 0; i < tool; i++) {
        if (strcmp(rule->tools[i], rule->tools[tool]) == 0)
            return true;
    }
    return false;
}

/* One entry: counted while `listed` is NULL, else written before the end of its list. */
static void put(wrt_program *program, size_t phase, size_t list, size_t rule) {
    size_t *start = list_start(program, phase, list);
    if (program->listed == NULL)
        ++*start;
    else
        program->listed[--*start] = (uint32_t)rule;
}

static void put_rule(wrt_program *program, const wrt_rule *rule, size_t number) {
    for (size_t phase = 0; phase < WRT_PHASE_COUNT; phase++) {
        if ((rule->phases & (1u << phase)) == 0)
            continue;
        put(program, phase, LIST_ALL, number);
        if (!is_named(rule))
            put(program, phase, LIST_GENERAL, number);
        for (size_t i = 0; is_named(rule) && i < rule->n_tools; i++) {
            size_t name = wrt_intern_find(&program->tools, 0, rule->tools[i]);
            if (!is_repeated(rule, i))
                put(program, phase, LIST_NAMES + name, number);
        }
    }
}

static void build_index(wrt_program *program, const wrt_policy *policy) {
    size_t lists = WRT_PHASE_COUNT * (program->tools.count + LIST_NAMES);
    size_t total = 0;
    program->starts = wrt_calloc(lists + 1, sizeof *program->starts);
    for (size_t i = 0; i < policy->n_rules; i++)
        put_rule(program, policy->rules[i], i);
    for (size_t i = 0; i < lists; i++) {
        total += program->starts[i];
        program->starts[i] = total; /* the end; filling from behind makes it the start */
    }
    program->starts[lists] = total;
    program->listed = wrt_calloc(total + 1, sizeof *program->listed);
    for (size_t i = policy->n_rules; i-- > 0;)
        put_rule(program, policy->rules[i], i);
}

static wrt_rule_list list_of(const wrt_program *program, size_t phase, size_t list) {
    const size_t *start = list_start(program, phase, list);
    return (wrt_rule_list){program->listed + start[0], start[1] - start[0]};
}

wrt_rule_list wrt_program_all(const wrt_program *program, wrt_phase phase) {
    return list_of(program, phase, LIST_ALL);
}

wrt_rule_list wrt_program_general(const wrt_program *program, wrt_phase phase) {
    return list_of(program, phase, LIST_GENERAL);
}

wrt_rule_list wrt_program_named(const wrt_program *program, wrt_phase phase, const char *tool) {
    size_t name = wrt_intern_find(&program->tools, 0, tool);
    return name == SIZE_MAX ? (wrt_rule_list){NULL, 0} : list_of(program, phase, LIST_NAMES + name);
}

/* ---- the whole */

wrt_program *wrt_program_new(const wrt_policy *policy) {
    static const char *const integrity[] = {"taint", "integrity"};
    wrt_program *program = wrt_calloc(1, sizeof *program);
    builder ctx = {.program = program};
    program->arena = wrt_arena_new();
    (void)wrt_intern_add(&ctx.toolsets, 0, "");
    program->integrity_slot = add_path(&ctx, integrity, 2);
    for (size_t i = 0; i < policy->n_rules; i++)
        number_rule(&ctx, policy->rules[i]);
    number_memos(&ctx);
    program->rules = wrt_arena_calloc(program->arena, policy->n_rules, sizeof *program->rules);
    for (size_t i = 0; i < policy->n_rules; i++) {
        wrt_rule *rule = policy->rules[i];
        give_memo(&ctx, rule->when);
        give_memo(&ctx, rule->unless);
        program->rules[i] = (wrt_hot_rule){rule->when, rule->toolset, rule->effect};
    }
    program->n_toolsets = ctx.toolsets.count;
    for (int i = 0; i < WRT_INTEGRITY_LEVELS; i++)
        program->levels[i] = wrt_json_new_int(i);
    build_index(program, policy);
    free(ctx.uses);
    wrt_interner_free(&ctx.slots);
    wrt_interner_free(&ctx.memos);
    wrt_interner_free(&ctx.toolsets);
    return program;
}

void wrt_program_free(wrt_program *program) {
    if (program == NULL)
        return;
    for (int i = 0; i < WRT_INTEGRITY_LEVELS; i++)
        wrt_json_free(program->levels[i]);
    wrt_interner_free(&program->words);
    wrt_interner_free(&program->tools);
    wrt_arena_free(program->arena);
    free(program->slots);
    free(program->listed);
    free(program->starts);
    free(program);
}
