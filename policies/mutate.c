/* mutate.c: see mutate.h. A mutant is a copy of the rule's JSON, so it goes through the same strict
 * reading as any rule; what no longer reads is no mutant. */
#include "policies/mutate.h"

#include <string.h>

typedef struct {
    const wrt_rule *rule;
    const char *clause; /* "when", "unless" */
    wrt_mutant_visit *visit;
    void *ctx;
} maker;

static void emit(const maker *make, wrt_json *rule, const wrt_buf *text) {
    wrt_mutant mutant = {rule, wrt_buf_str(text).ptr};
    make->visit(&mutant, make->ctx);
    wrt_json_free(rule);
}

/* Sets (or with NULL removes) a member of the rule. */
static void emit_member(const maker *make, const char *key, wrt_json *value, const char *what) {
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    wrt_json *rule = wrt_json_copy(make->rule->json);
    wrt_json_set(rule, key, value);
    wrt_buf_printf(&text, "%s %s", key, what);
    emit(make, rule, &text);
    wrt_buf_free(&text);
}

/* ---- conditions */

static wrt_json *wrap(const char *key, wrt_json *value) {
    wrt_json *object = wrt_json_new_object();
    wrt_json_set(object, key, value);
    return object;
}

/* The condition with `site` replaced. Recursion is bounded by WRT_POLICY_DEPTH_MAX. */
static wrt_json *rebuild(const wrt_condition *node, const wrt_condition *site,
                         const wrt_json *replacement) {
    if (node == site)
        return wrt_json_copy(replacement);
    if (node->op > WRT_OP_NOT)
        return wrt_json_copy(node->source);
    if (node->op == WRT_OP_NOT)
        return wrap("not", rebuild(node->children, site, replacement));
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < node->n_children; i++)
        wrt_json_push(list, rebuild(&node->children[i], site, replacement));
    return wrap(wrt_op_name(node->op), list);
}

static void describe(wrt_buf *text, const wrt_json *condition) {
    wrt_buf line = wrt_buf_make(WRT_POLICY_FILE_MAX);
    wrt_json_write(&line, condition);
    wrt_shown shown = wrt_policy_show(wrt_buf_str(&line).ptr);
    wrt_buf_printf(text, "%s%s", shown.text, strlen(shown.text) < line.len ? "..." : "");
    wrt_buf_free(&line);
}

static void emit_condition(const maker *make, const wrt_condition *site, wrt_json *replacement) {
    bool is_when = strcmp(make->clause, "when") == 0;
    const wrt_condition *root = is_when ? make->rule->when : make->rule->unless;
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    wrt_json *rule = wrt_json_copy(make->rule->json);
    wrt_json_set(rule, make->clause, rebuild(root, site, replacement));
    wrt_buf_printf(&text, "%s: ", make->clause);
    describe(&text, site->source);
    wrt_buf_add_c(&text, " -> ");
    describe(&text, replacement);
    emit(make, rule, &text);
    wrt_buf_free(&text);
    wrt_json_free(replacement);
}

static void emit_leaf(const maker *make, const wrt_condition *leaf, wrt_op op, wrt_json *operand) {
    wrt_json *changed = wrt_json_new_object();
    wrt_json_set_text(changed, "field", leaf->field);
    wrt_json_set(changed, wrt_op_name(op), operand);
    emit_condition(make, leaf, changed);
}

static wrt_json *longer(const char *text) {
    wrt_buf out = wrt_buf_make(WRT_POLICY_FILE_MAX);
    wrt_buf_printf(&out, "%s~", text);
    wrt_json *json = wrt_json_new_text(wrt_buf_str(&out));
    wrt_buf_free(&out);
    return json;
}

/* The list without its element number `left_out`. */
static wrt_json *shorten(const wrt_json *list, size_t left_out) {
    wrt_json *out = wrt_json_new_array();
    size_t i = 0;
    WRT_JSON_EACH(item, list) {
        if (i++ != left_out)
            wrt_json_push(out, wrt_json_copy(item));
    }
    return out;
}

static void drop_elements(const maker *make, const wrt_condition *leaf) {
    for (size_t i = 0; i < wrt_json_count(leaf->operand); i++)
        emit_leaf(make, leaf, leaf->op, shorten(leaf->operand, i));
}

static wrt_op with_or_without_equality(wrt_op op) {
    switch (op) {
    case WRT_OP_LT:
        return WRT_OP_LE;
    case WRT_OP_LE:
        return WRT_OP_LT;
    case WRT_OP_GT:
        return WRT_OP_GE;
    default:
        return WRT_OP_GT;
    }
}

static void move_number(const maker *make, const wrt_condition *leaf) {
    double number = leaf->n_bounds == 1 ? leaf->bounds[0].number : 0;
    emit_leaf(make, leaf, with_or_without_equality(leaf->op), wrt_json_copy(leaf->operand));
    emit_leaf(make, leaf, leaf->op, wrt_json_new_number(number + 1));
    emit_leaf(make, leaf, leaf->op, wrt_json_new_number(number - 1));
}

static void move_counts(const maker *make, const wrt_condition *leaf) {
    for (size_t i = 0; i < leaf->n_bounds; i++) {
        const char *name = wrt_op_name(leaf->bounds[i].op);
        for (int step = -1; step <= 1; step += 2) {
            wrt_json *bounds = wrt_json_copy(leaf->operand);
            wrt_json_set_number(bounds, name, leaf->bounds[i].number + step);
            emit_leaf(make, leaf, WRT_OP_COUNT, bounds);
        }
    }
}

static void change_value(const maker *make, const wrt_condition *leaf) {
    if (leaf->text != NULL)
        emit_leaf(make, leaf, leaf->op, longer(leaf->text));
    if (wrt_json_is(leaf->operand, WRT_JSON_NUMBER))
        emit_leaf(make, leaf, leaf->op, wrt_json_new_number(wrt_json_number(leaf->operand, 0) + 1));
}

/* A pattern that matches everything, and one that matches nothing. */
static void change_pattern(const maker *make, const wrt_condition *leaf) {
    const char *always = leaf->op == WRT_OP_GLOB ? "*" : "";
    emit_leaf(make, leaf, leaf->op, wrt_json_new_c(always));
    emit_leaf(make, leaf, leaf->op,
              leaf->op == WRT_OP_PCRE2 ? wrt_json_new_c("(*FAIL)") : longer(leaf->text));
}

static void mutate_leaf(const maker *make, const wrt_condition *leaf) {
    emit_condition(make, leaf, wrap("not", wrt_json_copy(leaf->source)));
    switch (leaf->op) {
    case WRT_OP_LT:
    case WRT_OP_LE:
    case WRT_OP_GT:
    case WRT_OP_GE:
        move_number(make, leaf);
        break;
    case WRT_OP_EQ:
    case WRT_OP_NE:
        change_value(make, leaf);
        break;
    case WRT_OP_COUNT:
        move_counts(make, leaf);
        break;
    case WRT_OP_PREFIX:
    case WRT_OP_GLOB:
    case WRT_OP_PCRE2:
        change_pattern(make, leaf);
        break;
    case WRT_OP_EXISTS:
        break; /* negation is the only other operand */
    default:
        drop_elements(make, leaf);
    }
}

static void mutate_node(const maker *make, const wrt_condition *node) {
    if (node == NULL)
        return;
    if (node->op == WRT_OP_NOT)
        emit_condition(make, node, wrt_json_copy(node->children->source));
    else if (node->op > WRT_OP_NOT)
        mutate_leaf(make, node);
    else if (node->n_children != 1)
        emit_condition(make, node,
                       wrap(node->op == WRT_OP_ALL ? "any" : "all",
                            wrt_json_copy(wrt_json_first(node->source))));
    for (size_t i = 0; i < node->n_children; i++)
        mutate_node(make, &node->children[i]);
}

/* ---- the rest of a rule */

static bool has_text(const wrt_json *list, const char *wanted) {
    WRT_JSON_EACH(item, list) {
        if (strcmp(wrt_json_text(item), wanted) == 0)
            return true;
    }
    return false;
}

/* Phases and tools: without the list, and without each of several. A list of tools with "*" means
 * the same as no list. */
static void mutate_scope(const maker *make, const char *key) {
    const wrt_json *list = wrt_json_get(make->rule->json, key);
    if (has_text(list, "*"))
        return;
    wrt_buf what = wrt_buf_make(WRT_KIB(1));
    if (list != NULL)
        emit_member(make, key, NULL, "left out");
    for (size_t i = 0; wrt_json_count(list) > 1 && i < wrt_json_count(list); i++) {
        wrt_buf_clear(&what);
        wrt_buf_printf(&what, "without %s",
                       wrt_policy_show(wrt_json_text(wrt_json_at(list, i))).text);
        emit_member(make, key, shorten(list, i), wrt_buf_str(&what).ptr);
    }
    wrt_buf_free(&what);
}

static void mutate_limit(const maker *make) {
    static const int steps[] = {1, -1};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        wrt_json *limit = wrt_json_copy(wrt_json_get(make->rule->json, "limit"));
        wrt_json_set_number(limit, "max", make->rule->max + steps[i]);
        emit_member(make, "limit", limit, steps[i] > 0 ? "max + 1" : "max - 1");
    }
    wrt_json *limit = wrt_json_copy(wrt_json_get(make->rule->json, "limit"));
    wrt_json_set(limit, "counter", longer(make->rule->counter));
    emit_member(make, "limit", limit, "on another counter");
}

static wrt_json *one_other_name(const wrt_json *list) {
    wrt_json *names = shorten(list, 0);
    wrt_json_push(names, longer(wrt_json_text(wrt_json_first(list))));
    return names;
}

static wrt_json *change_obligation(const wrt_obligation *obligation) {
    wrt_json *changed = wrt_json_copy(obligation->json);
    switch (obligation->type) {
    case WRT_OBLIGATION_REDACT:
        wrt_json_set(changed, "fields", one_other_name(wrt_json_get(changed, "fields")));
        break;
    case WRT_OBLIGATION_LABEL:
        wrt_json_set(changed, "labels", one_other_name(wrt_json_get(changed, "labels")));
        break;
    case WRT_OBLIGATION_DOWNGRADE:
        wrt_json_set_int(changed, "to_rung", wrt_json_get_int(changed, "to_rung", 1) == 1 ? 2 : 1);
        break;
    default:
        wrt_json_set(changed, "code", longer(wrt_json_get_text(changed, "code", "")));
    }
    return changed;
}

static void mutate_obligations(const maker *make) {
    const wrt_rule *rule = make->rule;
    for (size_t i = 0; i < rule->n_obligations; i++) {
        wrt_json *list = wrt_json_new_array();
        for (size_t j = 0; j < rule->n_obligations; j++)
            wrt_json_push(list, i == j ? change_obligation(&rule->obligations[j])
                                       : wrt_json_copy(rule->obligations[j].json));
        emit_member(make, "obligations", list, "say something else");
    }
}

/* Another effect; a limit without the effect limit would not read. */
static void mutate_effect(const maker *make) {
    const char *other = make->rule->effect == WRT_EFFECT_FORBID ? "permit" : "forbid";
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    wrt_json *rule = wrt_json_copy(make->rule->json);
    wrt_json_set_text(rule, "effect", other);
    wrt_json_set(rule, "limit", NULL);
    wrt_buf_printf(&text, "effect %s -> %s", wrt_effect_name(make->rule->effect), other);
    emit(make, rule, &text);
    wrt_buf_free(&text);
}

void wrt_rule_mutate(const wrt_rule *rule, wrt_mutant_visit *visit, void *ctx) {
    maker make = {rule, "when", visit, ctx};
    wrt_mutant deleted = {NULL, "the rule is deleted"};
    visit(&deleted, ctx);
    mutate_effect(&make);
    mutate_scope(&make, "phases");
    mutate_scope(&make, "tools");
    mutate_node(&make, rule->when);
    make.clause = "unless";
    mutate_node(&make, rule->unless);
    if (rule->effect == WRT_EFFECT_LIMIT)
        mutate_limit(&make);
    mutate_obligations(&make);
}
