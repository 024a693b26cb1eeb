/* remedy.c: see remedy.h. The fewest leaves that make a condition come out as wanted follow its
 * tree: an `all` becomes false by its cheapest part and true by all of its parts, an `any` the
 * other way round, a `not` by the opposite of its part. */
#include "policies/remedy.h"

#include <string.h>

/* Few leaves first; among equally few, those that ask for more than presence. */
enum { COST_LEAF = 2048, COST_PRESENCE = COST_LEAF + 1, COST_IMPOSSIBLE = 1 << 24 };

/* Recursion here and below is bounded by WRT_POLICY_DEPTH_MAX. */
static int cost_of(wrt_decider *decider, const wrt_condition *node, wrt_tri wanted) {
    if (wrt_condition_evaluate(decider, node).value == wanted)
        return 0;
    if (node->op > WRT_OP_NOT)
        return node->op == WRT_OP_EXISTS ? COST_PRESENCE : COST_LEAF;
    if (node->op == WRT_OP_NOT)
        return cost_of(decider, node->children,
                       wanted == WRT_TRI_TRUE ? WRT_TRI_FALSE : WRT_TRI_TRUE);
    bool needs_every = (node->op == WRT_OP_ALL) == (wanted == WRT_TRI_TRUE);
    int sum = 0, least = COST_IMPOSSIBLE;
    for (size_t i = 0; i < node->n_children; i++) {
        int cost = cost_of(decider, &node->children[i], wanted);
        sum += cost;
        least = cost < least ? cost : least;
    }
    return needs_every ? sum : least;
}

static void push_change(wrt_json *changes, const wrt_condition *leaf, bool must_be) {
    wrt_json *change = wrt_json_new_object();
    wrt_json_set_text(change, "field", leaf->field);
    wrt_json_set_text(change, "op", wrt_op_name(leaf->op));
    wrt_json_set(change, "operand", wrt_json_copy(leaf->operand));
    wrt_json_set_bool(change, "must_be", must_be);
    wrt_json_push(changes, change);
}

static void list_changes(wrt_json *changes, wrt_decider *decider, const wrt_condition *node,
                         wrt_tri wanted) {
    const wrt_condition *cheapest = NULL;
    int least = COST_IMPOSSIBLE;
    if (wrt_condition_evaluate(decider, node).value == wanted)
        return;
    if (node->op > WRT_OP_NOT) {
        push_change(changes, node, wanted == WRT_TRI_TRUE);
        return;
    }
    if (node->op == WRT_OP_NOT) {
        list_changes(changes, decider, node->children,
                     wanted == WRT_TRI_TRUE ? WRT_TRI_FALSE : WRT_TRI_TRUE);
        return;
    }
    bool needs_every = (node->op == WRT_OP_ALL) == (wanted == WRT_TRI_TRUE);
    for (size_t i = 0; i < node->n_children; i++) {
        int cost = cost_of(decider, &node->children[i], wanted);
        if (needs_every)
            list_changes(changes, decider, &node->children[i], wanted);
        else if (cost < least) {
            least = cost;
            cheapest = &node->children[i];
        }
    }
    if (cheapest != NULL)
        list_changes(changes, decider, cheapest, wanted);
}

/* ---- entries */

static wrt_json *push_entry(wrt_json *remedies, const char *kind, const char *rule,
                            const char *message) {
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "kind", kind);
    wrt_json_set(entry, "rule", wrt_json_new_c(rule));
    wrt_json_set(entry, "changes", wrt_json_new_array());
    wrt_json_set_text(entry, "message", message);
    wrt_json_push(remedies, entry);
    return wrt_json_get_mut(entry, "changes");
}

/* A rule is silenced by its `when` becoming false or its `unless` becoming true. */
static void add_silenced(wrt_json *remedies, wrt_decider *decider, const wrt_rule *rule) {
    bool is_limit = rule->effect == WRT_EFFECT_LIMIT;
    int by_when =
        rule->when != NULL ? cost_of(decider, rule->when, WRT_TRI_FALSE) : COST_IMPOSSIBLE;
    int by_unless =
        rule->unless != NULL ? cost_of(decider, rule->unless, WRT_TRI_TRUE) : COST_IMPOSSIBLE;
    bool is_fixed = by_when >= COST_IMPOSSIBLE && by_unless >= COST_IMPOSSIBLE;
    wrt_json *changes = push_entry(remedies, is_limit ? "limit" : "forbid", rule->id,
                                   is_limit   ? "the counter must be below the limit's max"
                                   : is_fixed ? "it forbids the whole phase and tool"
                                              : "these must come out otherwise");
    if (is_limit || is_fixed)
        return;
    if (by_when <= by_unless)
        list_changes(changes, decider, rule->when, WRT_TRI_FALSE);
    else
        list_changes(changes, decider, rule->unless, WRT_TRI_TRUE);
}

static int cost_of_permit(wrt_decider *decider, const wrt_rule *rule) {
    wrt_clause clause;
    if (rule->effect != WRT_EFFECT_PERMIT || !wrt_rule_applies(&clause, decider, rule))
        return COST_IMPOSSIBLE;
    int cost = rule->when != NULL ? cost_of(decider, rule->when, WRT_TRI_TRUE) : 0;
    return cost + (rule->unless != NULL ? cost_of(decider, rule->unless, WRT_TRI_FALSE) : 0);
}

static void add_permit(wrt_json *remedies, wrt_decider *decider) {
    const wrt_rule *nearest = NULL;
    int least = COST_IMPOSSIBLE;
    for (size_t i = 0; i < decider->policy->n_rules; i++) {
        int cost = cost_of_permit(decider, decider->policy->rules[i]);
        if (cost < least) {
            least = cost;
            nearest = decider->policy->rules[i];
        }
    }
    if (nearest == NULL) {
        (void)push_entry(remedies, "permit", NULL, "a permit for this phase and tool is missing");
        return;
    }
    wrt_json *changes = push_entry(remedies, "permit", nearest->id,
                                   "the nearest permit would hold if these came out otherwise");
    if (nearest->when != NULL)
        list_changes(changes, decider, nearest->when, WRT_TRI_TRUE);
    if (nearest->unless != NULL)
        list_changes(changes, decider, nearest->unless, WRT_TRI_FALSE);
}

wrt_json *wrt_decider_remedies(wrt_decider *decider) {
    wrt_json *remedies = wrt_json_new_array();
    if (decider->problem != NULL || decider->ruling.kind == WRT_DECISION_ALLOW)
        return remedies;
    for (size_t i = 0; i < decider->n_noted; i++) {
        size_t number = decider->noted[i];
        const wrt_rule *rule = decider->policy->rules[number];
        wrt_mark mark = decider->rules[number].mark;
        if (mark == WRT_MARK_UNAPPROVED)
            (void)push_entry(remedies, "approval", rule->id, "a person must approve");
        else if (mark == WRT_MARK_FORBID || mark == WRT_MARK_LIMIT)
            add_silenced(remedies, decider, rule);
    }
    if (decider->counts[WRT_MARK_PERMIT] == 0)
        add_permit(remedies, decider);
    return remedies;
}

/* ---- values */

static bool is_shown(const wrt_condition *leaf) {
    static const char *const shown[] = {"claim.rung", "dest.port", "taint.integrity_level",
                                        "claim.grounds_count"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        if (strcmp(leaf->field, shown[i]) == 0)
            return true;
    }
    return strcmp(leaf->keys[0], "counters") == 0;
}

void wrt_decider_describe_value(wrt_buf *out, wrt_decider *decider, const wrt_condition *leaf) {
    const wrt_json *value = wrt_slot_value(decider, leaf->slot);
    char number[32];
    if (value == NULL) {
        wrt_buf_add_c(out, "missing");
        return;
    }
    switch (wrt_json_typeof(value)) {
    case WRT_JSON_STRING:
        wrt_buf_printf(out, "text of %zu bytes", strlen(wrt_json_text(value)));
        break;
    case WRT_JSON_NUMBER:
        wrt_json_format_number(number, wrt_json_number(value, 0));
        wrt_buf_add_c(out, is_shown(leaf) ? number : "a number");
        break;
    case WRT_JSON_BOOL:
        wrt_buf_add_c(out, wrt_json_bool(value, false) ? "true" : "false");
        break;
    case WRT_JSON_ARRAY:
        wrt_buf_printf(out, "list of %zu", wrt_json_count(value));
        break;
    default:
        wrt_buf_add_c(out, wrt_json_type_name(wrt_json_typeof(value)));
    }
}
