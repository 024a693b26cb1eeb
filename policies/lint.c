/* lint.c: rules that are well formed and still probably not what their author meant. */
#include "policies/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void wrt_lint_warn(wrt_linter *ctx, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    wrt_str line = wrt_str_of(text);
    line.len = wrt_utf8_valid_prefix(line);
    wrt_json *warning = wrt_json_new_object();
    wrt_json_set_text(warning, "rule", ctx->rule->id);
    wrt_json_set(warning, "message", wrt_json_new_text(line));
    wrt_json_push(ctx->warnings, warning);
}

const char *wrt_lint_tool_name(const wrt_json *tool) {
    const char *name = wrt_json_text(tool);
    return name != NULL ? name : wrt_json_get_text(tool, "name", "");
}

bool wrt_lint_rule_names(const wrt_rule *rule, const char *tool) {
    for (size_t i = 0; i < rule->n_tools; i++) {
        if (wrt_glob_match(rule->tools[i], tool))
            return true;
    }
    return rule->n_tools == 0;
}

static bool matches_some_tool(const char *glob, const wrt_json *tools) {
    WRT_JSON_EACH(tool, tools) {
        if (wrt_glob_match(glob, wrt_lint_tool_name(tool)))
            return true;
    }
    return false;
}

static void check_glob(wrt_linter *ctx, const char *glob) {
    if (ctx->tools == NULL || strcmp(glob, "*") == 0 || matches_some_tool(glob, ctx->tools))
        return;
    if (strpbrk(glob, "*?") == NULL)
        wrt_lint_warn(ctx, "unknown tool '%s'", wrt_policy_show(glob).text);
    else
        wrt_lint_warn(ctx, "glob '%s' matches no tool", wrt_policy_show(glob).text);
}

/* Tools that conditions name: `tool` itself and the globs of seq. */
static void check_named_tools(wrt_linter *ctx, const wrt_condition *node) {
    if (node == NULL)
        return;
    for (size_t i = 0; i < node->n_children; i++)
        check_named_tools(ctx, &node->children[i]);
    if (node->op <= WRT_OP_NOT)
        return;
    bool is_tool = strcmp(node->field, "tool") == 0;
    if (is_tool && (node->op == WRT_OP_EQ || node->op == WRT_OP_GLOB) && node->text != NULL)
        check_glob(ctx, node->text);
    if (node->op == WRT_OP_SEQ || (is_tool && node->op == WRT_OP_IN)) {
        WRT_JSON_EACH(glob, node->operand) {
            if (wrt_json_text(glob) != NULL)
                check_glob(ctx, wrt_json_text(glob));
        }
    }
}

static void check_rule(wrt_linter *ctx) {
    const wrt_rule *rule = ctx->rule;
    if (rule->effect == WRT_EFFECT_PERMIT && (rule->message == NULL || *rule->message == '\0'))
        wrt_lint_warn(ctx, "a permit has no message");
    if (wrt_json_count(wrt_json_get(rule->json, "tests")) == 0)
        wrt_lint_warn(ctx, "the rule has no tests");
    if (rule->effect == WRT_EFFECT_PERMIT && wrt_json_get(rule->json, "phases") == NULL)
        wrt_lint_warn(ctx, "a permit without 'phases' permits in every phase");
    for (size_t i = 0; i < rule->n_tools; i++)
        check_glob(ctx, rule->tools[i]);
    check_named_tools(ctx, rule->when);
    check_named_tools(ctx, rule->unless);
    wrt_lint_fields(ctx);
    wrt_lint_logic(ctx);
    wrt_lint_patterns(ctx);
    wrt_lint_scripts(ctx);
}

wrt_json *wrt_policy_lint(const wrt_policy *policy, const wrt_json *tools) {
    wrt_linter ctx = {.warnings = wrt_json_new_array(),
                      .policy = policy,
                      .decider = wrt_decider_new(policy),
                      .tools = tools};
    for (size_t i = 0; i < policy->n_rules; i++) {
        ctx.rule = policy->rules[i];
        check_rule(&ctx);
    }
    wrt_decider_free(ctx.decider);
    return ctx.warnings;
}
