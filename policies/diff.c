/* diff.c: two rule sets over the same requests.
 *
 * Nobody can try all requests, so those are tried at which a rule of either set may change its
 * mind: the given ones, every request in a test, every tool named with every phase, and each of
 * these with one field of one leaf moved to the values around that leaf's operand (probe.h), or
 * taken away, with every approval granted, and with counters around each limit. */
#include "policies/deciding.h"
#include "policies/probe.h"

#include <stdlib.h>
#include <string.h>

enum { COMPARED_MAX = 300000, CHANGES_MAX = 1000 };

typedef struct {
    const wrt_policy *policies[2];
    wrt_decider *deciders[2];
    wrt_interner seen; /* changes by kind and rules */
    wrt_arena *arena;
    wrt_json *changes;
    int64_t *times; /* parallel to changes */
    int64_t compared, narrows, widens, obligations;
    bool is_cut;
} differ;

/* ---- one request */

static int rank_of(const wrt_json *record) {
    const char *decision = wrt_json_get_text(record, "decision", "deny");
    return strcmp(decision, "allow") == 0 ? 2 : strcmp(decision, "hold") == 0;
}

static bool is_part(const wrt_json *few, const wrt_json *many) {
    WRT_JSON_EACH(wanted, few) {
        bool found = false;
        WRT_JSON_EACH(item, many)
        found = found || wrt_json_equal(item, wanted);
        if (!found)
            return false;
    }
    return true;
}

const char *wrt_policy_change(const wrt_json *from, const wrt_json *to) {
    const wrt_json *before = wrt_json_get(from, "obligations");
    const wrt_json *after = wrt_json_get(to, "obligations");
    if (rank_of(from) != rank_of(to))
        return rank_of(to) < rank_of(from) ? "narrows" : "widens";
    if (rank_of(from) == 0 || wrt_json_equal(before, after))
        return "same"; /* what a denied request would have owed does not matter */
    if (is_part(before, after))
        return "narrows";
    return is_part(after, before) ? "widens" : "obligations";
}

static bool same_rulings(const wrt_ruling *a, const wrt_ruling *b) {
    if (a->kind != b->kind)
        return false;
    if (a->kind == WRT_DECISION_DENY)
        return true;
    if (a->n_obligations != b->n_obligations)
        return false;
    for (size_t i = 0; i < a->n_obligations; i++) {
        if (!wrt_json_equal(a->obligations[i], b->obligations[i]))
            return false;
    }
    return true;
}

/* Kind, decisions and rules of both sides: what makes two changes the same change. */
static void name_change(wrt_buf *out, const wrt_json *records[2], const char *kind) {
    wrt_buf_add_c(out, kind);
    for (int i = 0; i < 2; i++) {
        wrt_json_write(out, wrt_json_get(records[i], "decision"));
        wrt_json_write(out, wrt_json_get(records[i], "determining"));
    }
}

static void push_change(differ *ctx, const wrt_json *records[2], const char *kind,
                        const wrt_json *request) {
    wrt_json *change = wrt_json_new_object();
    wrt_json_set_text(change, "kind", kind);
    wrt_json_set_text(change, "from", wrt_json_get_text(records[0], "decision", ""));
    wrt_json_set_text(change, "to", wrt_json_get_text(records[1], "decision", ""));
    wrt_json_set(change, "from_rules", wrt_json_copy(wrt_json_get(records[0], "determining")));
    wrt_json_set(change, "to_rules", wrt_json_copy(wrt_json_get(records[1], "determining")));
    wrt_json_set(change, "request", wrt_json_copy(request));
    wrt_json_push(ctx->changes, change);
}

static void note_change(differ *ctx, const wrt_json *records[2], const char *kind,
                        const wrt_json *request) {
    wrt_buf name = wrt_buf_make(WRT_MIB(1));
    name_change(&name, records, kind);
    wrt_str text = wrt_buf_str(&name);
    size_t id = wrt_intern_find(&ctx->seen, 0, text.ptr);
    if (id == SIZE_MAX && ctx->seen.count == CHANGES_MAX) {
        ctx->is_cut = true;
    } else if (id == SIZE_MAX) {
        id = wrt_intern_add(&ctx->seen, 0, wrt_arena_strdup(ctx->arena, text.ptr, text.len));
        push_change(ctx, records, kind, request);
    }
    if (id != SIZE_MAX)
        ctx->times[id]++;
    wrt_buf_free(&name);
}

static void compare(differ *ctx, const wrt_json *request) {
    if (ctx->compared >= COMPARED_MAX) {
        ctx->is_cut = true;
        return;
    }
    ctx->compared++;
    const wrt_ruling *from = wrt_decider_decide(ctx->deciders[0], request);
    const wrt_ruling *to = wrt_decider_decide(ctx->deciders[1], request);
    if (same_rulings(from, to))
        return;
    wrt_json *before = wrt_decider_record(ctx->deciders[0]);
    wrt_json *after = wrt_decider_record(ctx->deciders[1]);
    const wrt_json *records[2] = {before, after};
    const char *kind = wrt_policy_change(before, after);
    ctx->narrows += strcmp(kind, "narrows") == 0;
    ctx->widens += strcmp(kind, "widens") == 0;
    ctx->obligations += strcmp(kind, "obligations") == 0;
    if (strcmp(kind, "same") != 0)
        note_change(ctx, records, kind, request);
    wrt_json_free(before);
    wrt_json_free(after);
}

/* ---- requests around one */

static void vary_leaf(differ *ctx, const wrt_json *base, const wrt_condition *leaf) {
    wrt_json *values = wrt_json_new_array();
    wrt_json *request = wrt_json_copy(base);
    wrt_probe_values(values, leaf);
    WRT_JSON_EACH(value, values) {
        if (ctx->compared >= COMPARED_MAX)
            break;
        wrt_probe_set(request, leaf, wrt_json_copy(value));
        compare(ctx, request);
    }
    wrt_probe_set(request, leaf, NULL);
    compare(ctx, request);
    wrt_json_free(request);
    wrt_json_free(values);
}

static void vary_condition(differ *ctx, const wrt_json *base, const wrt_condition *node) {
    if (node == NULL)
        return;
    if (node->op > WRT_OP_NOT)
        vary_leaf(ctx, base, node);
    for (size_t i = 0; i < node->n_children; i++)
        vary_condition(ctx, base, &node->children[i]);
}

static void vary_limit(differ *ctx, const wrt_json *base, const wrt_rule *rule) {
    if (rule->effect != WRT_EFFECT_LIMIT)
        return;
    for (int step = -1; step <= 1; step++) {
        wrt_json *request = wrt_json_copy(base);
        if (!wrt_json_is(wrt_json_get(request, "counters"), WRT_JSON_OBJECT))
            wrt_json_set(request, "counters", wrt_json_new_object());
        wrt_json_set_number(wrt_json_get_mut(request, "counters"), rule->counter, rule->max + step);
        compare(ctx, request);
        wrt_json_free(request);
    }
}

static void vary_approvals(differ *ctx, const wrt_json *base) {
    wrt_json *request = wrt_json_copy(base), *all = wrt_json_new_array();
    for (int which = 0; which < 2; which++) {
        for (size_t i = 0; i < ctx->policies[which]->n_rules; i++) {
            const wrt_rule *rule = ctx->policies[which]->rules[i];
            if (rule->effect == WRT_EFFECT_REQUIRE_APPROVAL)
                wrt_json_push_text(all, rule->id);
        }
    }
    bool any = wrt_json_count(all) > 0;
    wrt_json_set(request, "approvals", all);
    if (any)
        compare(ctx, request);
    wrt_json_free(request);
}

/* Only rules that both phase and tool bring into play can answer otherwise. */
static void explore(differ *ctx, const wrt_json *base) {
    wrt_clause clause;
    compare(ctx, base);
    vary_approvals(ctx, base);
    for (int which = 0; which < 2; which++) {
        for (size_t i = 0; i < ctx->policies[which]->n_rules; i++) {
            const wrt_rule *rule = ctx->policies[which]->rules[i];
            if (!wrt_decider_begin(ctx->deciders[which], base) ||
                !wrt_rule_applies(&clause, ctx->deciders[which], rule))
                continue;
            vary_condition(ctx, base, rule->when);
            vary_condition(ctx, base, rule->unless);
            vary_limit(ctx, base, rule);
        }
    }
}

/* ---- where to start from */

static void explore_tests(differ *ctx, const wrt_policy *policy) {
    for (size_t i = 0; i < policy->n_rules; i++) {
        WRT_JSON_EACH(test, wrt_json_get(policy->rules[i]->json, "tests"))
        explore(ctx, wrt_json_get(test, "in"));
    }
}

static void explore_call(differ *ctx, wrt_phase phase, const char *tool) {
    wrt_json *request = wrt_json_new_object();
    wrt_json_set_text(request, "phase", wrt_phase_name(phase));
    if (tool != NULL)
        wrt_json_set_text(request, "tool", tool);
    explore(ctx, request);
    wrt_json_free(request);
}

/* Every phase without a tool, with one that nobody names, and with each tool that a rule of the
 * phase names; stars and question marks of a glob stand for themselves, which they match. */
static void explore_calls(differ *ctx, const wrt_policy *policy) {
    wrt_interner tools = {0};
    for (size_t phase = 0; phase < WRT_PHASE_COUNT; phase++) {
        explore_call(ctx, (wrt_phase)phase, NULL);
        explore_call(ctx, (wrt_phase)phase, "any_tool");
        for (size_t i = 0; i < policy->n_rules; i++) {
            const wrt_rule *rule = policy->rules[i];
            for (size_t j = 0; j < rule->n_tools && (rule->phases >> phase & 1u) != 0; j++) {
                if (wrt_intern_find(&tools, phase, rule->tools[j]) != SIZE_MAX)
                    continue;
                (void)wrt_intern_add(&tools, phase, rule->tools[j]);
                explore_call(ctx, (wrt_phase)phase, rule->tools[j]);
            }
        }
    }
    wrt_interner_free(&tools);
}

wrt_json *wrt_policy_diff(const wrt_policy *from, const wrt_policy *to, const wrt_json *requests) {
    differ ctx = {.policies = {from, to},
                  .deciders = {wrt_decider_new(from), wrt_decider_new(to)},
                  .arena = wrt_arena_new(),
                  .changes = wrt_json_new_array(),
                  .times = wrt_calloc(CHANGES_MAX, sizeof(int64_t))};
    WRT_JSON_EACH(request, requests)
    explore(&ctx, request);
    for (int which = 0; which < 2; which++) {
        explore_tests(&ctx, ctx.policies[which]);
        explore_calls(&ctx, ctx.policies[which]);
    }
    for (int which = 0; which < 2; which++)
        wrt_decider_free(ctx.deciders[which]);
    wrt_json *out = wrt_json_new_object(), *changes = wrt_json_new_array();
    size_t i = 0;
    WRT_JSON_EACH(change, ctx.changes) {
        wrt_json *copy = wrt_json_copy(change);
        wrt_json_set_int(copy, "times", ctx.times[i++]);
        wrt_json_push(changes, copy);
    }
    wrt_json_set_int(out, "compared", ctx.compared);
    wrt_json_set_bool(out, "is_whole", !ctx.is_cut);
    wrt_json_set_int(out, "narrows", ctx.narrows);
    wrt_json_set_int(out, "widens", ctx.widens);
    wrt_json_set_int(out, "obligations", ctx.obligations);
    wrt_json_set(out, "changes", changes);
    wrt_json_free(ctx.changes);
    free(ctx.times);
    wrt_arena_free(ctx.arena);
    wrt_interner_free(&ctx.seen);
    return out;
}
