/* lint_logic.c: conditions that cannot hold or cannot fail, permits that a forbid always beats.
 *
 * What must hold together is a list of literals, leaves as they stand or negated. Literals on one
 * field are tried on values at which they change their mind (probe.h), the midpoints between
 * numbers, and the absence of the field; between two such values none of the operators decides
 * otherwise, so when no value satisfies all, nothing does. Literals with patterns, sequences and
 * counts are opaque and are judged only where an `eq` or `in` leaves finitely many values. */
#include "policies/lint.h"
#include "policies/probe.h"

#include <string.h>

enum { LITERALS_MAX = 64 };

typedef struct {
    const wrt_condition *leaf;
    bool is_negated;
} literal;

typedef struct {
    literal list[LITERALS_MAX];
    size_t count;
} conjunction;

/* Recursion is bounded by WRT_POLICY_DEPTH_MAX. */
static void collect(conjunction *out, const wrt_condition *node, bool negated) {
    wrt_op conjunctive = negated ? WRT_OP_ANY : WRT_OP_ALL;
    if (node == NULL)
        return;
    if (node->op == WRT_OP_NOT) {
        collect(out, node->children, !negated);
    } else if (node->op > WRT_OP_NOT) {
        if (out->count < LITERALS_MAX)
            out->list[out->count++] = (literal){node, negated};
    } else if (node->op == conjunctive) {
        for (size_t i = 0; i < node->n_children; i++)
            collect(out, &node->children[i], negated);
    }
}

/* ---- one field */

static bool is_opaque(wrt_op op) {
    return op == WRT_OP_GLOB || op == WRT_OP_PCRE2 || op == WRT_OP_SEQ || op == WRT_OP_COUNT ||
           op == WRT_OP_PREFIX;
}

static bool is_finite(const literal *one) {
    return !one->is_negated && (one->leaf->op == WRT_OP_EQ || one->leaf->op == WRT_OP_IN);
}

static bool is_computed(const wrt_condition *leaf) {
    return strcmp(leaf->keys[0], "facts") == 0 || strcmp(leaf->field, "taint.integrity_level") == 0;
}

/* Are the literals on this slot such that trying values settles the question? */
static bool is_decidable(const conjunction *all, uint32_t slot) {
    bool opaque = false, finite = false;
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (all->list[i].leaf->slot != slot)
            continue;
        count++;
        opaque = opaque || is_opaque(all->list[i].leaf->op);
        finite = finite || is_finite(&all->list[i]);
    }
    return count > 1 && (finite || !opaque);
}

static void push_midpoints(wrt_json *values) {
    wrt_json *middles = wrt_json_new_array();
    WRT_JSON_EACH(a, values) {
        WRT_JSON_EACH(b, values) {
            if (wrt_json_is(a, WRT_JSON_NUMBER) && wrt_json_is(b, WRT_JSON_NUMBER) &&
                wrt_json_number(a, 0) < wrt_json_number(b, 0) &&
                wrt_json_count(middles) < WRT_PROBE_VALUES_MAX)
                wrt_json_push(middles, wrt_json_new_number(wrt_json_number(a, 0) / 2 +
                                                           wrt_json_number(b, 0) / 2));
        }
    }
    WRT_JSON_EACH(middle, middles)
    wrt_json_push(values, wrt_json_copy(middle));
    wrt_json_free(middles);
}

/* All elements that lists are asked for, without those that must not be there. */
static void push_best_list(wrt_json *values, const conjunction *all, uint32_t slot) {
    wrt_json *list = wrt_json_new_array(), *barred = wrt_json_new_array();
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < all->count; i++) {
            const literal *one = &all->list[i];
            bool is_set = one->leaf->op >= WRT_OP_HAS_ANY && one->leaf->op <= WRT_OP_HAS_NONE;
            bool bars = one->leaf->op == (one->is_negated ? WRT_OP_HAS_ANY : WRT_OP_HAS_NONE);
            if (one->leaf->slot != slot || !is_set || bars != (round == 0))
                continue;
            WRT_JSON_EACH(item, one->leaf->operand) {
                bool is_barred = false;
                WRT_JSON_EACH(other, barred)
                is_barred = is_barred || wrt_json_equal(other, item);
                if (bars || !is_barred)
                    wrt_json_push(bars ? barred : list, wrt_json_copy(item));
            }
        }
    }
    wrt_json_push(values, list);
    wrt_json_free(barred);
}

static wrt_json *gather_values(const conjunction *all, uint32_t slot) {
    wrt_json *values = wrt_json_new_array();
    for (size_t i = 0; i < all->count; i++) {
        if (all->list[i].leaf->slot == slot)
            wrt_probe_values(values, all->list[i].leaf);
    }
    push_midpoints(values);
    push_best_list(values, all, slot);
    wrt_json_push(values, wrt_json_new_null());
    wrt_json_push(values, wrt_json_new_bool(false));
    wrt_json_push(values, wrt_json_new_object());
    return values;
}

static bool satisfies(wrt_decider *decider, const conjunction *all, uint32_t slot) {
    for (size_t i = 0; i < all->count; i++) {
        const literal *one = &all->list[i];
        if (one->leaf->slot != slot)
            continue;
        wrt_tri value = wrt_condition_evaluate(decider, one->leaf).value;
        if (value != (one->is_negated ? WRT_TRI_FALSE : WRT_TRI_TRUE))
            return false;
    }
    return true;
}

/* Is there a value of the leaf's field, or its absence, that satisfies every literal on it? */
static bool is_satisfiable(wrt_decider *decider, const conjunction *all,
                           const wrt_condition *leaf) {
    wrt_json *request = wrt_json_new_object();
    wrt_json *values = gather_values(all, leaf->slot);
    (void)wrt_decider_begin(decider, request);
    bool found = satisfies(decider, all, leaf->slot);
    for (const wrt_json *value = wrt_json_first(values); value != NULL && !found;
         value = wrt_json_next(value)) {
        wrt_probe_set(request, leaf, wrt_json_copy(value));
        (void)wrt_decider_begin(decider, request);
        found = satisfies(decider, all, leaf->slot);
    }
    wrt_json_free(values);
    wrt_json_free(request);
    return found;
}

/* The field on which the literals exclude each other, or NULL. */
static const char *find_contradiction(wrt_decider *decider, const conjunction *all) {
    for (size_t i = 0; i < all->count; i++) {
        const wrt_condition *leaf = all->list[i].leaf;
        bool is_first = true;
        for (size_t j = 0; j < i; j++)
            is_first = is_first && all->list[j].leaf->slot != leaf->slot;
        if (is_first && !is_computed(leaf) && is_decidable(all, leaf->slot) &&
            !is_satisfiable(decider, all, leaf))
            return leaf->field;
    }
    return NULL;
}

static void check_conditions(wrt_linter *ctx) {
    const wrt_rule *rule = ctx->rule;
    wrt_decider *decider = ctx->decider;
    conjunction when = {.count = 0}, unless = {.count = 0};
    const char *field;
    collect(&when, rule->when, false);
    collect(&unless, rule->unless, true);
    if ((field = find_contradiction(decider, &when)) != NULL)
        wrt_lint_warn(ctx, "'when' can never hold: what it asks of '%s' excludes itself",
                      wrt_policy_show(field).text);
    if ((field = find_contradiction(decider, &unless)) != NULL)
        wrt_lint_warn(ctx, "'unless' holds for every value of '%s': the rule never speaks",
                      wrt_policy_show(field).text);
    else if (rule->when != NULL && rule->unless != NULL) {
        collect(&when, rule->unless, true);
        if (find_contradiction(decider, &when) != NULL)
            wrt_lint_warn(ctx, "'unless' holds wherever 'when' does: the rule never speaks");
    }
}

/* ---- constants */

static void check_constants(wrt_linter *ctx, const wrt_condition *node) {
    if (node == NULL)
        return;
    if (node->op <= WRT_OP_NOT && node->n_children == 0)
        wrt_lint_warn(ctx, "an empty '%s' is constant", wrt_op_name(node->op));
    for (size_t i = 0; i < node->n_children; i++)
        check_constants(ctx, &node->children[i]);
}

/* ---- scope */

static void check_reach(wrt_linter *ctx) {
    static const unsigned with_tool = 1u << WRT_PHASE_PLAN | 1u << WRT_PHASE_TOOL_CALL |
                                      1u << WRT_PHASE_TOOL_RESULT | 1u << WRT_PHASE_LLM_REQUEST;
    const wrt_rule *rule = ctx->rule;
    bool reaches = ctx->tools == NULL || wrt_json_count(ctx->tools) == 0;
    if (rule->n_tools == 0)
        return;
    if ((rule->phases & with_tool) == 0 && !wrt_lint_rule_names(rule, ""))
        wrt_lint_warn(ctx, "the rule names tools, but requests of its phases have none");
    WRT_JSON_EACH(tool, ctx->tools)
    reaches = reaches || wrt_lint_rule_names(rule, wrt_lint_tool_name(tool));
    if (!reaches)
        wrt_lint_warn(ctx, "the rule can never apply: none of its tools exists");
}

/* Does the pattern match whatever `narrow` matches? Judged by the text alone; may say no. */
static bool covers(const char *wide, const char *narrow) {
    wrt_str text;
    wrt_glob_form form = wrt_glob_classify(&text, wide);
    if (strcmp(wide, narrow) == 0 || strcmp(wide, "*") == 0)
        return true;
    if (form == WRT_GLOB_PREFIX)
        return wrt_str_starts_with(wrt_str_of(narrow), text);
    return strpbrk(narrow, "*?") == NULL && wrt_glob_match(wide, narrow);
}

static bool covers_tools(const wrt_rule *wide, const wrt_rule *narrow) {
    if (wide->n_tools == 0)
        return true;
    for (size_t i = 0; i < narrow->n_tools; i++) {
        bool found = false;
        for (size_t j = 0; j < wide->n_tools; j++)
            found = found || covers(wide->tools[j], narrow->tools[i]);
        if (!found)
            return false;
    }
    return narrow->n_tools > 0 || wrt_lint_rule_names(wide, "");
}

static bool is_implied(const wrt_condition *when, const wrt_rule *permit) {
    return when == NULL ||
           (permit->when != NULL && strcmp(when->canonical, permit->when->canonical) == 0);
}

static void check_shadow(wrt_linter *ctx) {
    const wrt_rule *permit = ctx->rule;
    if (permit->effect != WRT_EFFECT_PERMIT)
        return;
    for (size_t i = 0; i < ctx->policy->n_rules; i++) {
        const wrt_rule *forbid = ctx->policy->rules[i];
        if (forbid->effect == WRT_EFFECT_FORBID && forbid->unless == NULL &&
            (permit->phases & ~forbid->phases) == 0 && covers_tools(forbid, permit) &&
            is_implied(forbid->when, permit))
            wrt_lint_warn(ctx, "the permit never matters: %s forbids whatever it permits",
                          forbid->id);
    }
}

void wrt_lint_logic(wrt_linter *ctx) {
    check_constants(ctx, ctx->rule->when);
    check_constants(ctx, ctx->rule->unless);
    check_conditions(ctx);
    check_reach(ctx);
    check_shadow(ctx);
}
