/* coverage.c: how much of a policy its own tests hold in place.
 *
 * Rules: a rule is covered when some test of its own sees it speak and another sees it silent.
 * Leaves: a leaf is covered when tests of its rule, in which phase and tool fit, see it true and
 * false. Mutants: a mutant (mutate.h) is caught when some test of the file no longer passes; the
 * mutated file is decided by without its siblings, as its tests are. */
#include "policies/mutate.h"
#include "policies/selftest.h"

#include <string.h>

typedef struct {
    const wrt_policy *policy;
    const wrt_rule *rule; /* the one at hand */
    wrt_decider *decider;
    wrt_json *uncovered;
    wrt_json *survivors;
    int64_t rules_covered;
    int64_t leaves;
    int64_t leaves_covered;
    int64_t mutants;
    int64_t caught;
} surveyor;

static void list(wrt_json *out, const wrt_rule *rule, const char *text) {
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "rule", rule->id);
    wrt_json_set_text(entry, "message", text);
    wrt_json_push(out, entry);
}

/* ---- rules and leaves */

static void survey_rule(surveyor *ctx) {
    bool spoke = false, was_silent = false;
    WRT_JSON_EACH(test, wrt_json_get(ctx->rule->json, "tests")) {
        bool readable = wrt_decider_begin(ctx->decider, wrt_json_get(test, "in"));
        wrt_outcome outcome = readable ? wrt_rule_evaluate(ctx->decider, ctx->rule).outcome
                                       : WRT_OUTCOME_NOT_APPLICABLE;
        bool speaks = outcome == WRT_OUTCOME_SATISFIED || outcome == WRT_OUTCOME_ERROR;
        spoke = spoke || speaks;
        was_silent = was_silent || !speaks;
    }
    ctx->rules_covered += spoke && was_silent;
    if (!spoke)
        list(ctx->uncovered, ctx->rule, "no test in which the rule speaks");
    if (!was_silent)
        list(ctx->uncovered, ctx->rule, "no test in which the rule is silent");
}

static void survey_leaf(surveyor *ctx, const wrt_condition *leaf) {
    bool seen[3] = {false};
    wrt_clause clause;
    WRT_JSON_EACH(test, wrt_json_get(ctx->rule->json, "tests")) {
        if (wrt_decider_begin(ctx->decider, wrt_json_get(test, "in")) &&
            wrt_rule_applies(&clause, ctx->decider, ctx->rule))
            seen[wrt_condition_evaluate(ctx->decider, leaf).value] = true;
    }
    ctx->leaves++;
    ctx->leaves_covered += seen[WRT_TRI_TRUE] && seen[WRT_TRI_FALSE];
    if (seen[WRT_TRI_TRUE] && seen[WRT_TRI_FALSE])
        return;
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    wrt_buf_printf(&text, "%s %s is never %s", leaf->field, wrt_op_name(leaf->op),
                   seen[WRT_TRI_TRUE]    ? "false"
                   : seen[WRT_TRI_FALSE] ? "true"
                                         : "true nor false");
    list(ctx->uncovered, ctx->rule, wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
}

static void survey_leaves(surveyor *ctx, const wrt_condition *node) {
    if (node == NULL)
        return;
    if (node->op > WRT_OP_NOT)
        survey_leaf(ctx, node);
    for (size_t i = 0; i < node->n_children; i++)
        survey_leaves(ctx, &node->children[i]);
}

/* ---- mutants */

static wrt_json *copy_without_tests(const wrt_json *rule) {
    wrt_json *copy = wrt_json_new_object();
    WRT_JSON_EACH(member, rule) {
        if (strcmp(wrt_json_key(member), "tests") != 0)
            wrt_json_set(copy, wrt_json_key(member), wrt_json_copy(member));
    }
    return copy;
}

/* The rules of the file with the mutant in the place of its rule; NULL when they do not read. */
static wrt_policy *build_mutant(const surveyor *ctx, const wrt_mutant *mutant) {
    const wrt_unit *unit = ctx->rule->unit;
    wrt_json *document = wrt_json_new_object(), *rules = wrt_json_new_array();
    for (size_t i = 0; i < unit->n_rules; i++) {
        const wrt_json *rule = &unit->rules[i] == ctx->rule ? mutant->rule : unit->rules[i].json;
        if (rule != NULL)
            wrt_json_push(rules, copy_without_tests(rule));
    }
    wrt_json_set_text(document, "schema", "warrant/policy/1");
    wrt_json_set(document, "rules", rules);
    wrt_buf text = wrt_buf_make((size_t)WRT_POLICY_FILE_MAX * 2);
    wrt_json_write(&text, document);
    wrt_json_free(document);
    wrt_policy *policy = wrt_policy_new();
    if (wrt_policy_add_text(policy, "mutant", wrt_buf_str(&text), NULL) != WRT_OK) {
        wrt_policy_free(policy);
        policy = NULL;
    }
    wrt_buf_free(&text);
    return policy;
}

static bool tests_pass(wrt_decider *decider, const wrt_rule *owner) {
    const wrt_rule *rule = wrt_policy_find(decider->policy, owner->id);
    WRT_JSON_EACH(test, wrt_json_get(owner->json, "tests")) {
        if (!wrt_selftest_passes(decider, rule, test))
            return false;
    }
    return true;
}

/* The rule's own tests first: they are the likeliest to notice. */
static bool is_caught(const surveyor *ctx, const wrt_policy *mutated) {
    const wrt_unit *unit = ctx->rule->unit;
    wrt_decider *decider = wrt_decider_new(mutated);
    bool passes = tests_pass(decider, ctx->rule);
    for (size_t i = 0; i < unit->n_rules && passes; i++)
        passes = tests_pass(decider, &unit->rules[i]);
    wrt_decider_free(decider);
    return !passes;
}

static void survey_mutant(const wrt_mutant *mutant, void *data) {
    surveyor *ctx = data;
    wrt_policy *mutated = build_mutant(ctx, mutant);
    if (mutated == NULL)
        return;
    ctx->mutants++;
    if (is_caught(ctx, mutated))
        ctx->caught++;
    else
        list(ctx->survivors, ctx->rule, mutant->text);
    wrt_policy_free(mutated);
}

wrt_json *wrt_policy_coverage(const wrt_policy *policy) {
    surveyor ctx = {.policy = policy,
                    .decider = wrt_decider_new(policy),
                    .uncovered = wrt_json_new_array(),
                    .survivors = wrt_json_new_array()};
    for (size_t i = 0; i < policy->n_rules; i++) {
        ctx.rule = policy->rules[i];
        survey_rule(&ctx);
        survey_leaves(&ctx, ctx.rule->when);
        survey_leaves(&ctx, ctx.rule->unless);
        wrt_rule_mutate(ctx.rule, survey_mutant, &ctx);
    }
    wrt_decider_free(ctx.decider);
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_int(out, "rules", (int64_t)policy->n_rules);
    wrt_json_set_int(out, "rules_covered", ctx.rules_covered);
    wrt_json_set_int(out, "leaves", ctx.leaves);
    wrt_json_set_int(out, "leaves_covered", ctx.leaves_covered);
    wrt_json_set_int(out, "mutants", ctx.mutants);
    wrt_json_set_int(out, "mutants_caught", ctx.caught);
    wrt_json_set(out, "uncovered", ctx.uncovered);
    wrt_json_set(out, "survivors", ctx.survivors);
    return out;
}
