/* lint.c: rules that are well formed and still probably not what their author meant.
 *
 * Each check is one function over one rule. They are hints: nothing here changes a decision. */
#include "policies/rules.h"

#include <string.h>

typedef struct {
    wrt_json *warnings;
    const wrt_rule *rule;
    const wrt_json *tools; /* names of the tools that exist, or NULL when not known */
} linter;

/* The message is before, detail, after. */
static void warn(linter *ctx, const char *before, const char *detail, const char *after) {
    wrt_json *warning = wrt_json_new_object();
    wrt_buf message = wrt_buf_make(WRT_KIB(1));
    wrt_buf_printf(&message, "%s%s%s", before, detail, after);
    wrt_json_set_text(warning, "rule", ctx->rule->id);
    wrt_json_set(warning, "message", wrt_json_new_text(wrt_buf_str(&message)));
    wrt_json_push(ctx->warnings, warning);
    wrt_buf_free(&message);
}

static bool matches_some_tool(const char *glob, const wrt_json *tools) {
    WRT_JSON_EACH(tool, tools) {
        const char *name = wrt_json_text(tool);
        if (name != NULL && wrt_glob_match(glob, name))
            return true;
    }
    return false;
}

static void check_glob(linter *ctx, const char *glob) {
    if (ctx->tools == NULL || matches_some_tool(glob, ctx->tools))
        return;
    if (strpbrk(glob, "*?") == NULL)
        warn(ctx, "unknown tool '", wrt_policy_show(glob).text, "'");
    else
        warn(ctx, "glob '", wrt_policy_show(glob).text, "' matches no tool");
}

/* Roots of the request that the program sends (CONTRACTS.md, "Policy file"). */
static bool is_known_root(const char *root) {
    static const char *const roots[] = {
        "phase", "principal", "action",   "tool", "tools",     "args",    "text",   "taint", "dest",
        "plan",  "claim",     "counters", "mode", "approvals", "history", "result", "time"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        if (strcmp(root, roots[i]) == 0)
            return true;
    }
    return false;
}

static const char *skip_class(const char *at) {
    at++;
    if (*at == '^')
        at++;
    if (*at == ']')
        at++;
    while (*at != '\0' && *at != ']')
        at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
    return at;
}

/* A quantified group that itself holds an unbounded quantifier, as in (a+)*, backtracks
 * exponentially on some texts. `inner` remembers, per open group, whether one was seen. */
static bool has_nested_quantifier(const char *pattern) {
    bool inner[64] = {false};
    size_t depth = 0;
    bool closed_unbounded = false;
    for (const char *at = pattern; *at != '\0'; at++) {
        bool after_group = closed_unbounded;
        closed_unbounded = false;
        if (*at == '\\') {
            at += at[1] != '\0' ? 1 : 0;
        } else if (*at == '[') {
            at = skip_class(at);
            if (*at == '\0')
                return false;
        } else if (*at == '(' && depth + 1 < sizeof inner / sizeof *inner) {
            inner[++depth] = false;
        } else if (*at == ')' && depth > 0) {
            closed_unbounded = inner[depth--];
            inner[depth] = inner[depth] || closed_unbounded;
        } else if (*at == '*' || *at == '+') {
            if (after_group)
                return true;
            inner[depth] = true;
        }
    }
    return false;
}

static void check_condition(linter *ctx, const wrt_condition *node) {
    if (node == NULL)
        return;
    for (size_t i = 0; i < node->n_children; i++)
        check_condition(ctx, &node->children[i]);
    if (node->op <= WRT_OP_NOT) {
        if (node->n_children == 0)
            warn(ctx, "an empty '", wrt_op_name(node->op), "' is constant");
        return;
    }
    if (!is_known_root(node->keys[0]))
        warn(ctx, "field '", node->field, "' is in no request that the program makes");
    if (node->op == WRT_OP_PCRE2 && has_nested_quantifier(node->text))
        warn(ctx, "the pattern on '", node->field,
             "' nests unbounded quantifiers and may backtrack");
    if (node->op == WRT_OP_SEQ) {
        WRT_JSON_EACH(glob, node->operand)
        check_glob(ctx, wrt_json_text(glob));
    }
}

/* U+202A..U+202E and U+2066..U+2069 reorder what a reader sees (CVE-2021-42574). */
static bool has_bidi_control(const char *text) {
    for (; *text != '\0'; text++) {
        const unsigned char *byte = (const unsigned char *)text;
        if (byte[0] == 0xe2 && byte[1] == 0x80 && byte[2] >= 0xaa && byte[2] <= 0xae)
            return true;
        if (byte[0] == 0xe2 && byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9)
            return true;
    }
    return false;
}

static void check_rule(linter *ctx) {
    const wrt_rule *rule = ctx->rule;
    if (rule->effect == WRT_EFFECT_PERMIT && (rule->message == NULL || *rule->message == '\0'))
        warn(ctx, "a permit has no message", "", "");
    if (wrt_json_count(wrt_json_get(rule->json, "tests")) == 0)
        warn(ctx, "the rule has no tests", "", "");
    if (rule->effect == WRT_EFFECT_PERMIT && wrt_json_get(rule->json, "phases") == NULL)
        warn(ctx, "a permit without 'phases' permits in every phase", "", "");
    if (has_bidi_control(rule->canonical.ptr))
        warn(ctx, "the rule holds characters that reorder text on screen", "", "");
    for (size_t i = 0; i < rule->n_tools; i++)
        check_glob(ctx, rule->tools[i]);
    check_condition(ctx, rule->when);
    check_condition(ctx, rule->unless);
}

wrt_json *wrt_policy_lint(const wrt_policy *policy, const wrt_json *tools) {
    linter ctx = {.warnings = wrt_json_new_array(), .tools = tools};
    for (size_t i = 0; i < policy->n_rules; i++) {
        ctx.rule = policy->rules[i];
        check_rule(&ctx);
    }
    return ctx.warnings;
}
