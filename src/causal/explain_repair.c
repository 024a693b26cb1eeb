/* explain_repair.c: repairs, the smallest change first: drop the culprit; add to what is left;
 * other sets; other ways to identify the effect. */
#include "causal/explain_repair.h"

#include "base/arena.h"
#include "causal/backdoor.h"
#include "causal/frontdoor.h"
#include "causal/instruments.h"

enum { SHOWN_MAX = 4, NAMES_MAX = 20 };

wrt_node_set wrt_repair_without(const wrt_node_set *set, int node) {
    wrt_node_set rest = {wrt_calloc(set->n + 1, sizeof(int)), 0};
    for (size_t i = 0; i < set->n; i++)
        if (set->items[i] != node)
            rest.items[rest.n++] = set->items[i];
    return rest;
}

static wrt_node_set without_set(const wrt_node_set *set, const wrt_node_set *other) {
    wrt_node_set rest = {wrt_calloc(set->n + 1, sizeof(int)), 0};
    for (size_t i = 0; i < set->n; i++)
        if (!wrt_node_set_has(other, set->items[i]))
            rest.items[rest.n++] = set->items[i];
    return rest;
}

/* "A, B and C". */
static void add_names(wrt_buf *out, const wrt_graph *graph, const wrt_node_set *set) {
    wrt_json *names = wrt_node_set_to_json(graph, set);
    size_t i = 0;
    WRT_JSON_EACH(name, names) {
        if (i == NAMES_MAX) {
            wrt_buf_printf(out, ", ... (%zu in all)", set->n);
            break;
        }
        wrt_buf_add_c(out, i == 0 ? "" : i + 1 == set->n ? " and " : ", ");
        wrt_buf_add_c(out, wrt_json_text(name));
        i++;
    }
    wrt_json_free(names);
}

static bool is_valid(const wrt_effect_query *query, const wrt_node_set *set) {
    wrt_adjustment_verdict verdict;
    bool valid = wrt_adjustment_check(&verdict, query, set, NULL) == WRT_OK && verdict.valid;
    wrt_adjustment_verdict_free(&verdict);
    return valid;
}

static wrt_node_set forbidden_members(const wrt_effect_query *query, const wrt_node_set *set) {
    wrt_backdoor backdoor;
    wrt_node_set found = {wrt_calloc(set->n + 1, sizeof(int)), 0};
    if (wrt_backdoor_init(&backdoor, query, NULL) == WRT_OK)
        for (size_t i = 0; i < set->n; i++)
            if ((backdoor.reach.marks[set->items[i]] & WRT_MARK_FORBIDDEN) != 0)
                found.items[found.n++] = set->items[i];
    wrt_backdoor_free(&backdoor);
    return found;
}

/* "A, or B and C", what each listed set has beyond `base`; false when there is none. */
static bool add_sets(wrt_buf *out, const wrt_effect_query *query, const wrt_node_set *base,
                     const char *before) {
    wrt_adjust_options options = {.kind = WRT_ADJUST_MINIMAL, .max = SHOWN_MAX};
    wrt_adjustment_sets sets;
    options.include = base->n > 0 ? base : NULL;
    if (wrt_adjustment_list(&sets, query, &options, NULL) != WRT_OK)
        return false;
    for (size_t i = 0; i < sets.n_sets; i++) {
        wrt_node_set more = without_set(&sets.sets[i], base);
        wrt_buf_add_c(out, i == 0 ? before : ", or ");
        if (more.n == 0)
            wrt_buf_add_c(out, "nothing");
        add_names(out, query->graph, &more);
        wrt_node_set_free(&more);
    }
    bool found = sets.n_sets > 0;
    if (found)
        wrt_buf_add_c(out, sets.complete ? "." : ", or others.");
    wrt_adjustment_sets_free(&sets);
    return found;
}

/* ---- when no set of observed nodes will do */

static bool add_frontdoor(wrt_buf *out, const wrt_effect_query *query) {
    wrt_frontdoor_options options = {.kind = WRT_FRONTDOOR_MINIMAL};
    wrt_adjustment_sets sets;
    bool found = query->effect == WRT_EFFECT_TOTAL &&
                 wrt_frontdoor_list(&sets, query, &options, NULL) == WRT_OK;
    if (!found)
        return false;
    found = sets.n_sets > 0;
    if (found) {
        wrt_buf_add_c(out, " The front-door formula with ");
        add_names(out, query->graph, &sets.sets[0]);
        wrt_buf_add_c(out, " identifies the effect.");
    }
    wrt_adjustment_sets_free(&sets);
    return found;
}

static void add_instrument(wrt_buf *out, const wrt_effect_query *query) {
    wrt_instruments found;
    if (query->treatment->n != 1 || query->outcome->n != 1 ||
        wrt_instruments_list(&found, query, 1, NULL) != WRT_OK)
        return;
    if (found.n > 0) {
        wrt_buf_printf(out, " %s is an instrument",
                       wrt_graph_name(query->graph, found.items[0].node));
        if (found.items[0].given.n > 0) {
            wrt_buf_add_c(out, " given ");
            add_names(out, query->graph, &found.items[0].given);
        }
        wrt_buf_add_c(out, ", which identifies the effect under parametric assumptions only.");
    }
    wrt_instruments_free(&found);
}

static void suggest_other_ways(wrt_buf *out, const wrt_effect_query *query) {
    wrt_backdoor backdoor;
    bool has_effect =
        wrt_backdoor_init(&backdoor, query, NULL) == WRT_OK && backdoor.has_causal_path;
    wrt_backdoor_free(&backdoor);
    wrt_buf_add_c(out, "No set of observed variables is valid.");
    if (!has_effect)
        wrt_buf_add_c(out, " None is needed: without a causal path the effect is zero.");
    else if (!add_frontdoor(out, query))
        add_instrument(out, query);
}

/* ---- the order of repairs */

static bool suggest_drop(wrt_buf *out, const wrt_effect_query *query, const wrt_node_set *set,
                         int culprit) {
    if (culprit < 0 || !wrt_node_set_has(set, culprit))
        return false;
    wrt_node_set rest = wrt_repair_without(set, culprit);
    bool valid = is_valid(query, &rest);
    if (valid)
        wrt_buf_printf(out, "Drop %s.", wrt_graph_name(query->graph, culprit));
    wrt_node_set_free(&rest);
    return valid;
}

static bool suggest_add(wrt_buf *out, const wrt_effect_query *query, const wrt_node_set *set,
                        bool is_second) {
    wrt_node_set forbidden = forbidden_members(query, set);
    wrt_node_set base = without_set(set, &forbidden);
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    bool is_enough = forbidden.n > 0 && is_valid(query, &base);
    if (forbidden.n > 0) {
        wrt_buf_add_c(&text, "Drop ");
        add_names(&text, query->graph, &forbidden);
    }
    if (is_enough)
        wrt_buf_add_c(&text, ".");
    bool found = is_enough || add_sets(&text, query, &base,
                                       forbidden.n > 0 ? " and add "
                                       : is_second     ? " Or add "
                                                       : "Add ");
    if (found)
        wrt_buf_add_str(out, wrt_buf_str(&text));
    wrt_buf_free(&text);
    wrt_node_set_free(&forbidden);
    wrt_node_set_free(&base);
    return found;
}

void wrt_repair_suggest(wrt_buf *out, const wrt_effect_query *query, const wrt_node_set *set,
                        int culprit) {
    const wrt_node_set nothing = {0};
    bool dropped = suggest_drop(out, query, set, culprit);
    wrt_node_set forbidden = forbidden_members(query, set);
    bool is_done = dropped && forbidden.n > 0;
    wrt_node_set_free(&forbidden);
    if (is_done || suggest_add(out, query, set, dropped) || dropped)
        return;
    if (!add_sets(out, query, &nothing, "Use another set: "))
        suggest_other_ways(out, query);
}
