/* condition.c: compiles {"all":[..]}, {"any":[..]}, {"not":c} and {"field":"a.b","OP":value}.
 *
 * All checking of operands happens here, once: a condition that compiled can only err later on
 * what a request lacks. Field names are cut at their dots, regular expressions are compiled and
 * comparisons hold plain doubles, so that a decision never looks at rule text again. */
#include "policies/rules.h"

#include <string.h>

typedef struct {
    wrt_unit *unit;
    size_t nodes;
    wrt_err *err;
} compiler;

static wrt_status compile_node(wrt_condition *out, compiler *ctx, const wrt_json *source,
                               int depth);

static bool is_comparison(wrt_op op) {
    return op >= WRT_OP_EQ && op <= WRT_OP_GE;
}

static wrt_status compile_children(wrt_condition *out, compiler *ctx, const wrt_json *list,
                                   int depth) {
    size_t count = wrt_json_count(list);
    if (!wrt_json_is(list, WRT_JSON_ARRAY))
        return wrt_fail(ctx->err, WRT_E_INPUT, "'%s' needs an array of conditions",
                        wrt_op_name(out->op));
    if (count > WRT_POLICY_LIST_MAX)
        return wrt_fail(ctx->err, WRT_E_LIMIT, "'%s' has %zu conditions; at most %d",
                        wrt_op_name(out->op), count, WRT_POLICY_LIST_MAX);
    out->children = wrt_arena_calloc(ctx->unit->arena, count, sizeof *out->children);
    WRT_JSON_EACH(item, list) {
        wrt_status status = compile_node(&out->children[out->n_children++], ctx, item, depth + 1);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

static wrt_status compile_not(wrt_condition *out, compiler *ctx, const wrt_json *child, int depth) {
    out->children = wrt_arena_calloc(ctx->unit->arena, 1, sizeof *out->children);
    out->n_children = 1;
    return compile_node(out->children, ctx, child, depth + 1);
}

/* "a.b.c" to its parts. What follows "counters." is one key, since counters have dots in their
 * names ("tool.kg_paths.calls"). */
static wrt_status compile_field(wrt_condition *out, compiler *ctx, const wrt_json *field) {
    const char *text = wrt_json_text(field);
    if (text == NULL || *text == '\0' || strlen(text) > WRT_POLICY_NAME_MAX)
        return wrt_fail(ctx->err, WRT_E_INPUT,
                        "'field' needs a dotted name of 1 to %d bytes, such as \"taint.labels\"",
                        WRT_POLICY_NAME_MAX);
    wrt_arena *arena = ctx->unit->texts;
    out->field = text;
    out->keys = wrt_arena_calloc(arena, WRT_POLICY_KEYS_MAX, sizeof *out->keys);
    wrt_str rest = wrt_str_of(text);
    wrt_str part;
    while (wrt_str_cut(&part, &rest, '.')) {
        if (part.len == 0 || out->n_keys == WRT_POLICY_KEYS_MAX)
            return wrt_fail(ctx->err, WRT_E_INPUT,
                            "field '%s' needs 1 to %d parts, none of them empty",
                            wrt_policy_show(text).text, WRT_POLICY_KEYS_MAX);
        out->keys[out->n_keys++] = wrt_arena_strdup(arena, part.ptr, part.len);
        if (out->n_keys == 1 && wrt_str_equal_c(part, "counters") && rest.len > 0) {
            out->keys[out->n_keys++] = wrt_arena_strdup(arena, rest.ptr, rest.len);
            break;
        }
    }
    return WRT_OK;
}

static wrt_status compile_regex(wrt_condition *out, compiler *ctx) {
    wrt_regex_link *link = wrt_arena_alloc(ctx->unit->arena, sizeof *link);
    wrt_status status = wrt_regex_compile(&link->regex, wrt_str_of(out->text), 0, ctx->err);
    if (status != WRT_OK) {
        wrt_err_prefix(ctx->err, "field '%s', pcre2", wrt_policy_show(out->field).text);
        return status;
    }
    link->next = ctx->unit->regexes;
    ctx->unit->regexes = link;
    out->regex = link->regex;
    return WRT_OK;
}

static wrt_status compile_count(wrt_condition *out, compiler *ctx) {
    size_t count = wrt_json_count(out->operand);
    if (!wrt_json_is(out->operand, WRT_JSON_OBJECT) || count == 0)
        return wrt_fail(ctx->err, WRT_E_INPUT,
                        "'count' needs an object of comparisons, such as {\"ge\":2}");
    out->bounds = wrt_arena_calloc(ctx->unit->arena, count, sizeof *out->bounds);
    WRT_JSON_EACH(bound, out->operand) {
        int op = wrt_op_parse(wrt_json_key(bound));
        if (op < 0 || !is_comparison((wrt_op)op))
            return wrt_fail(ctx->err, WRT_E_INPUT,
                            "unknown key '%s' in 'count'; accepted: eq, ne, lt, le, gt, ge",
                            wrt_policy_show(wrt_json_key(bound)).text);
        if (!wrt_json_is(bound, WRT_JSON_NUMBER))
            return wrt_fail(ctx->err, WRT_E_INPUT, "'%s' in 'count' needs a number",
                            wrt_op_name((wrt_op)op));
        out->bounds[out->n_bounds++] = (wrt_bound){(wrt_op)op, wrt_json_number(bound, 0)};
    }
    return WRT_OK;
}

/* Numbers; on taint.integrity_level also the name of a level. */
static wrt_status compile_order(wrt_condition *out, compiler *ctx) {
    double number = wrt_json_number(out->operand, 0);
    if (strcmp(out->field, "taint.integrity_level") == 0 && out->text != NULL) {
        int level = wrt_integrity_parse(out->text);
        if (level < 0)
            return wrt_fail(ctx->err, WRT_E_INPUT,
                            "unknown integrity '%s'; accepted: llm, tool_untrusted, tool_trusted, "
                            "policy, user or a number from 0 (llm) to 4 (user)",
                            wrt_policy_show(out->text).text);
        number = level;
    } else if (!wrt_json_is(out->operand, WRT_JSON_NUMBER)) {
        return wrt_fail(ctx->err, WRT_E_INPUT, "'%s' needs a number", wrt_op_name(out->op));
    }
    out->bounds = wrt_arena_calloc(ctx->unit->arena, 1, sizeof *out->bounds);
    out->bounds[out->n_bounds++] = (wrt_bound){out->op, number};
    return WRT_OK;
}

static wrt_status check_set(const wrt_condition *out, compiler *ctx) {
    if (!wrt_json_is(out->operand, WRT_JSON_ARRAY))
        return wrt_fail(ctx->err, WRT_E_INPUT, "'%s' needs an array of values",
                        wrt_op_name(out->op));
    if (wrt_json_count(out->operand) > WRT_POLICY_LIST_MAX)
        return wrt_fail(ctx->err, WRT_E_LIMIT, "'%s' has %zu values; at most %d",
                        wrt_op_name(out->op), wrt_json_count(out->operand), WRT_POLICY_LIST_MAX);
    return WRT_OK;
}

static wrt_status check_text(wrt_condition *out, compiler *ctx) {
    if (out->text == NULL)
        return wrt_fail(ctx->err, WRT_E_INPUT, "'%s' needs a string", wrt_op_name(out->op));
    if (out->op == WRT_OP_GLOB && strlen(out->text) > WRT_POLICY_NAME_MAX)
        return wrt_fail(ctx->err, WRT_E_LIMIT, "'glob' has %zu bytes; at most %d",
                        strlen(out->text), WRT_POLICY_NAME_MAX);
    if (out->op == WRT_OP_GLOB)
        out->glob_form = wrt_glob_classify(&out->glob_text, out->text);
    return WRT_OK;
}

static wrt_status compile_operand(wrt_condition *out, compiler *ctx) {
    const char **globs;
    size_t n_globs;
    wrt_status status;
    switch (out->op) {
    case WRT_OP_LT:
    case WRT_OP_LE:
    case WRT_OP_GT:
    case WRT_OP_GE:
        return compile_order(out, ctx);
    case WRT_OP_IN:
    case WRT_OP_HAS_ANY:
    case WRT_OP_HAS_ALL:
    case WRT_OP_HAS_NONE:
        return check_set(out, ctx);
    case WRT_OP_PREFIX:
    case WRT_OP_GLOB:
        return check_text(out, ctx);
    case WRT_OP_PCRE2:
        status = check_text(out, ctx);
        return status == WRT_OK ? compile_regex(out, ctx) : status;
    case WRT_OP_EXISTS:
        return wrt_json_is(out->operand, WRT_JSON_BOOL)
                   ? WRT_OK
                   : wrt_fail(ctx->err, WRT_E_INPUT, "'exists' needs true or false");
    case WRT_OP_COUNT:
        return compile_count(out, ctx);
    case WRT_OP_SEQ:
        return wrt_policy_read_names(&globs, &n_globs, ctx->unit, out->operand, "'seq'", ctx->err);
    default:
        return WRT_OK; /* eq and ne compare with any value */
    }
}

static wrt_status compile_leaf(wrt_condition *out, compiler *ctx, const wrt_json *source) {
    const wrt_json *found = NULL;
    WRT_JSON_EACH(member, source) {
        const char *key = wrt_json_key(member);
        int op = wrt_op_parse(key);
        if (strcmp(key, "field") == 0)
            continue;
        if (op < (int)WRT_OP_EQ)
            return wrt_fail(ctx->err, WRT_E_INPUT,
                            "unknown key '%s' in a condition; accepted: field and one of eq ne lt "
                            "le gt ge in has_any has_all has_none prefix glob pcre2 exists count "
                            "seq; or all, any, not alone",
                            wrt_policy_show(key).text);
        if (found != NULL)
            return wrt_fail(ctx->err, WRT_E_INPUT,
                            "a condition has both '%s' and '%s'; accepted: one operator each",
                            wrt_json_key(found), key);
        found = member;
        out->op = (wrt_op)op;
    }
    if (found == NULL)
        return wrt_fail(ctx->err, WRT_E_INPUT, "a condition on a field needs one operator");
    out->operand = found;
    out->text = wrt_json_text(found);
    wrt_status status = compile_field(out, ctx, wrt_json_get(source, "field"));
    return status == WRT_OK ? compile_operand(out, ctx) : status;
}

/* Recursion is bounded by WRT_POLICY_DEPTH_MAX. */
static wrt_status compile_node(wrt_condition *out, compiler *ctx, const wrt_json *source,
                               int depth) {
    if (!wrt_json_is(source, WRT_JSON_OBJECT) || wrt_json_count(source) == 0)
        return wrt_fail(ctx->err, WRT_E_INPUT,
                        "a condition needs an object with all, any, not or field");
    if (depth > WRT_POLICY_DEPTH_MAX)
        return wrt_fail(ctx->err, WRT_E_LIMIT, "conditions nest deeper than %d",
                        WRT_POLICY_DEPTH_MAX);
    if (++ctx->nodes > WRT_POLICY_NODES_MAX)
        return wrt_fail(ctx->err, WRT_E_LIMIT, "more than %d conditions in one clause",
                        WRT_POLICY_NODES_MAX);
    wrt_str canonical;
    wrt_status status = wrt_policy_write_canonical(&canonical, ctx->unit, source, ctx->err);
    if (status != WRT_OK)
        return status;
    out->source = source;
    out->canonical = canonical.ptr;
    const wrt_json *first = wrt_json_first(source);
    int op = wrt_op_parse(wrt_json_key(first));
    bool is_inner = op == WRT_OP_ALL || op == WRT_OP_ANY || op == WRT_OP_NOT;
    if (!is_inner || wrt_json_count(source) != 1)
        return compile_leaf(out, ctx, source);
    out->op = (wrt_op)op;
    return op == WRT_OP_NOT ? compile_not(out, ctx, first, depth)
                            : compile_children(out, ctx, first, depth);
}

wrt_status wrt_condition_compile(wrt_condition **out, wrt_unit *unit, const wrt_json *source,
                                 wrt_err *err) {
    compiler ctx = {.unit = unit, .err = err};
    wrt_condition *root = wrt_arena_alloc(unit->arena, sizeof *root);
    *out = root;
    return compile_node(root, &ctx, source, 1);
}
