/* lint_fields.c: does the field exist, and can its value be what the operator needs?
 *
 * Two sources: the table below of what the program's requests hold, and for `args.*` the schemas of
 * the tools that the rule speaks about. A field that no request has makes every leaf on it err. */
#include "policies/counters.h"
#include "policies/lint.h"

#include <string.h>

typedef enum {
    KIND_ANY,
    KIND_TEXT,
    KIND_NUMBER,
    KIND_BOOL,
    KIND_LIST,
    KIND_OBJECT, /* its members are listed, too */
    KIND_OPEN    /* an object with members that are not listed */
} value_kind;

static const struct {
    const char *field;
    value_kind kind;
} known[] = {
    {"action", KIND_TEXT},
    {"approvals", KIND_LIST},
    {"args", KIND_OPEN},
    {"args_taint", KIND_OPEN},
    {"claim", KIND_OPEN},
    {"claim.certainty", KIND_TEXT},
    {"claim.grounds", KIND_LIST},
    {"claim.grounds_count", KIND_NUMBER},
    {"claim.id", KIND_TEXT},
    {"claim.polarity", KIND_NUMBER},
    {"claim.population", KIND_TEXT},
    {"claim.relation", KIND_TEXT},
    {"claim.extrapolation", KIND_BOOL},
    {"claim.retracted_only", KIND_BOOL},
    {"claim.rung", KIND_NUMBER},
    {"claim.support", KIND_OPEN},
    {"claim.support.preprint_only", KIND_BOOL},
    {"claim.support.preprints", KIND_NUMBER},
    {"claim.support.publications", KIND_NUMBER},
    {"claim.support.retracted", KIND_NUMBER},
    {"claim.text", KIND_TEXT},
    {"claim.warrant", KIND_OPEN},
    {"claim.warrant.kind", KIND_TEXT},
    {"counters", KIND_OPEN},
    {"declassify", KIND_OPEN},
    {"declassify.field", KIND_TEXT},
    {"declassify.kind", KIND_TEXT},
    {"dest", KIND_OPEN},
    {"dest.host", KIND_TEXT},
    {"dest.loopback", KIND_BOOL},
    {"dest.port", KIND_NUMBER},
    {"deviation", KIND_BOOL},
    {"sandbox", KIND_TEXT},
    {"effects", KIND_OPEN},
    {"effects.model", KIND_BOOL},
    {"effects.network", KIND_BOOL},
    {"effects.trusted", KIND_BOOL},
    {"effects.writes", KIND_BOOL},
    {"facts", KIND_OBJECT},
    {"facts.causal", KIND_OPEN},
    {"facts.causal.asserts", KIND_BOOL},
    {"facts.causal.unparsed", KIND_BOOL},
    {"facts.clinical", KIND_OPEN},
    {"facts.clinical.kinds", KIND_LIST},
    {"facts.dual_use", KIND_OPEN},
    {"facts.dual_use.kinds", KIND_LIST},
    {"facts.phi", KIND_OPEN},
    {"facts.phi.classes", KIND_LIST},
    {"facts.scripts", KIND_OPEN},
    {"facts.scripts.mixed", KIND_BOOL},
    {"files", KIND_OPEN},
    {"files.places", KIND_LIST},
    {"form", KIND_TEXT},
    {"history", KIND_LIST},
    {"http", KIND_OPEN},
    {"http.method", KIND_TEXT},
    {"http.n", KIND_NUMBER},
    {"http.url", KIND_TEXT},
    {"mode", KIND_OPEN},
    {"mode.offline", KIND_BOOL},
    {"part", KIND_TEXT},
    {"phase", KIND_TEXT},
    {"plan", KIND_OPEN},
    {"plan.steps", KIND_LIST},
    {"principal", KIND_TEXT},
    {"reason", KIND_TEXT},
    {"result", KIND_OPEN},
    {"score", KIND_OPEN},
    {"score.candidates", KIND_NUMBER},
    {"score.n", KIND_NUMBER},
    {"score.questions", KIND_NUMBER},
    {"status", KIND_TEXT},
    {"step", KIND_TEXT},
    {"taint", KIND_OBJECT},
    {"taint.integrity", KIND_TEXT},
    {"taint.integrity_level", KIND_NUMBER},
    {"taint.labels", KIND_LIST},
    {"text", KIND_TEXT},
    {"time", KIND_OPEN},
    {"tool", KIND_TEXT},
    {"tools", KIND_LIST},
};

static const char *kind_name(value_kind kind) {
    static const char *const names[] = {
        [KIND_ANY] = "anything",   [KIND_TEXT] = "text",   [KIND_NUMBER] = "a number",
        [KIND_BOOL] = "a boolean", [KIND_LIST] = "a list", [KIND_OBJECT] = "an object",
        [KIND_OPEN] = "an object"};
    return names[kind];
}

static bool find_known(value_kind *out, wrt_str field) {
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (wrt_str_equal_c(field, known[i].field)) {
            *out = known[i].kind;
            return true;
        }
    }
    return false;
}

/* The kind of a field, or false when no request has it: the longest known part of it decides. */
static bool find_field(value_kind *out, const char *field) {
    wrt_str part = wrt_str_of(field);
    if (find_known(out, part))
        return true;
    while (part.len > 0) {
        part.len--;
        if (field[part.len] == '.' && find_known(out, part)) {
            bool is_open = *out == KIND_OPEN;
            *out = KIND_ANY;
            return is_open;
        }
    }
    return false;
}

/* ---- what an operator needs */

static value_kind kind_of_value(const wrt_json *value) {
    switch (wrt_json_typeof(value)) {
    case WRT_JSON_STRING:
        return KIND_TEXT;
    case WRT_JSON_NUMBER:
        return KIND_NUMBER;
    case WRT_JSON_BOOL:
        return KIND_BOOL;
    case WRT_JSON_ARRAY:
        return KIND_LIST;
    case WRT_JSON_OBJECT:
        return KIND_OBJECT;
    default:
        return KIND_ANY; /* null may stand anywhere */
    }
}

static value_kind needed_kind(const wrt_condition *leaf) {
    switch (leaf->op) {
    case WRT_OP_EQ:
    case WRT_OP_NE:
        return kind_of_value(leaf->operand);
    case WRT_OP_IN:
        return wrt_json_count(leaf->operand) > 0 ? kind_of_value(wrt_json_first(leaf->operand))
                                                 : KIND_ANY;
    case WRT_OP_LT:
    case WRT_OP_LE:
    case WRT_OP_GT:
    case WRT_OP_GE:
        return KIND_NUMBER;
    case WRT_OP_PREFIX:
    case WRT_OP_GLOB:
    case WRT_OP_PCRE2:
        return KIND_TEXT;
    case WRT_OP_EXISTS:
        return KIND_ANY;
    default:
        return KIND_LIST;
    }
}

static bool can_be(value_kind have, value_kind need) {
    bool are_objects = (have == KIND_OBJECT || have == KIND_OPEN) && need == KIND_OBJECT;
    return have == KIND_ANY || need == KIND_ANY || have == need || are_objects;
}

/* ---- arguments */

static value_kind kind_of_schema(const wrt_json *schema) {
    static const struct {
        const char *name;
        value_kind kind;
    } types[] = {{"string", KIND_TEXT},  {"number", KIND_NUMBER}, {"integer", KIND_NUMBER},
                 {"boolean", KIND_BOOL}, {"array", KIND_LIST},    {"object", KIND_OPEN}};
    const char *type = wrt_json_get_text(schema, "type", "");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(type, types[i].name) == 0)
            return types[i].kind;
    }
    return KIND_ANY;
}

/* Among the tools that the rule speaks about: how many are described, how many have the argument,
 * and how many of those could hold what the operator needs. */
static void check_argument(wrt_linter *ctx, const wrt_condition *leaf) {
    size_t described = 0, having = 0, fitting = 0;
    value_kind last = KIND_ANY;
    WRT_JSON_EACH(tool, ctx->tools) {
        const wrt_json *properties = wrt_json_path(tool, "args_schema.properties");
        const wrt_json *property = wrt_json_get(properties, leaf->keys[1]);
        if (properties == NULL || !wrt_lint_rule_names(ctx->rule, wrt_lint_tool_name(tool)))
            continue;
        described++;
        if (property == NULL)
            continue;
        having++;
        last = kind_of_schema(property);
        fitting += leaf->n_keys > 2 || can_be(last, needed_kind(leaf));
    }
    const char *name = wrt_policy_show(leaf->field).text;
    if (described > 0 && having == 0)
        wrt_lint_warn(ctx, "no tool that the rule speaks about has the argument '%s'", name);
    else if (having > 0 && fitting == 0)
        wrt_lint_warn(ctx, "argument '%s' is %s; '%s' needs %s", name, kind_name(last),
                      wrt_op_name(leaf->op), kind_name(needed_kind(leaf)));
}

/* ---- counters */

static void check_counter(wrt_linter *ctx, const char *name) {
    char plain[WRT_POLICY_NAME_MAX + 1];
    size_t len = strcspn(name, "@");
    memcpy(plain, name, len);
    plain[len] = '\0';
    const wrt_counter *counter = wrt_counter_find(plain);
    if (counter == NULL)
        wrt_lint_warn(ctx, "no counter is called '%s'", wrt_policy_show(name).text);
    else if (!counter->is_counted)
        wrt_lint_warn(ctx, "nothing counts '%s' yet, so that the rule never bites",
                      wrt_policy_show(name).text);
}

static void check_leaf(wrt_linter *ctx, const wrt_condition *leaf) {
    value_kind have = KIND_ANY, need = needed_kind(leaf);
    if (!find_field(&have, leaf->field))
        wrt_lint_warn(ctx, "field '%s' is in no request that the program makes",
                      wrt_policy_show(leaf->field).text);
    else if (!can_be(have, need))
        wrt_lint_warn(ctx, "field '%s' is %s; '%s' needs %s", wrt_policy_show(leaf->field).text,
                      kind_name(have), wrt_op_name(leaf->op), kind_name(need));
    if (leaf->n_keys > 1 && strcmp(leaf->keys[0], "args") == 0)
        check_argument(ctx, leaf);
    if (leaf->n_keys > 1 && strcmp(leaf->keys[0], "counters") == 0)
        check_counter(ctx, leaf->keys[1]);
}

static void check_condition(wrt_linter *ctx, const wrt_condition *node) {
    if (node == NULL)
        return;
    if (node->op > WRT_OP_NOT)
        check_leaf(ctx, node);
    for (size_t i = 0; i < node->n_children; i++)
        check_condition(ctx, &node->children[i]);
}

void wrt_lint_fields(wrt_linter *ctx) {
    check_condition(ctx, ctx->rule->when);
    check_condition(ctx, ctx->rule->unless);
    if (ctx->rule->counter != NULL)
        check_counter(ctx, ctx->rule->counter);
}
