/* adjustment_check.c: is a given set a valid adjustment set, and if not, why.
 *
 * The complete criterion (see adjustment.h) in two linear steps: no member is forbidden, and the
 * set separates treatment and outcome in the proper back-door graph. Each refusal carries its
 * witness: the forbidden node with the effect it sits on, or one open path. */
#include "causal/adjustment.h"

#include "base/arena.h"
#include "causal/backdoor.h"
#include "causal/classes/class_internal.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_SHOWN_MAX = 20 };

/* The first names in order of all members, at most NAMES_SHOWN_MAX: insertion, without sorting the
 * rest. Returns how many. */
static size_t first_names(const char **out, const wrt_graph *graph, const wrt_node_set *set) {
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++) {
        const char *name = wrt_graph_name(graph, set->items[i]);
        size_t at = n;
        if (n == NAMES_SHOWN_MAX && strcmp(name, out[n - 1]) >= 0)
            continue;
        if (n == NAMES_SHOWN_MAX)
            at--;
        else
            n++;
        for (; at > 0 && strcmp(name, out[at - 1]) < 0; at--)
            out[at] = out[at - 1];
        out[at] = name;
    }
    return n;
}

static void add_set(wrt_buf *text, const wrt_graph *graph, const wrt_node_set *set) {
    const char *names[NAMES_SHOWN_MAX];
    size_t n = first_names(names, graph, set);
    wrt_buf_add_char(text, '{');
    for (size_t i = 0; i < n; i++) {
        wrt_buf_add_c(text, i == 0 ? "" : ", ");
        wrt_buf_add_c(text, names[i]);
    }
    if (set->n > n)
        wrt_buf_printf(text, ", ... (%zu in all)", set->n);
    wrt_buf_add_char(text, '}');
}

/* Treatment or outcome: without braces when it is one node. */
static void add_ends(wrt_buf *text, const wrt_graph *graph, const wrt_node_set *set) {
    if (set->n == 1)
        wrt_buf_add_c(text, wrt_graph_name(graph, set->items[0]));
    else
        add_set(text, graph, set);
}

/* The name of the node at the end of a walk that is known to succeed. */
static const char *reach_name(wrt_reach *reach, wrt_reach_rules rules, unsigned through, int from,
                              unsigned stop_mark) {
    if ((reach->marks[from] & stop_mark) != 0)
        return wrt_graph_name(reach->graph, from);
    rules.enter.need = through;
    int state = wrt_reach_run_from(reach, &rules, from, stop_mark);
    return wrt_graph_name(reach->graph, state < 0 ? from : state / 2);
}

/* The nearest ancestor of `node`, or itself, that makes it forbidden. */
static int find_cause(wrt_reach *reach, int node, wrt_effect_kind effect) {
    unsigned cause = effect == WRT_EFFECT_TOTAL ? WRT_MARK_CAUSAL : WRT_MARK_OUTCOME;
    if ((reach->marks[node] & cause) != 0)
        return node;
    int state = wrt_reach_run_from(reach, &WRT_REACH_ANCESTORS, node, cause);
    return state < 0 ? node : state / 2;
}

static void explain_forbidden(wrt_buf *text, wrt_backdoor *backdoor, int node,
                              wrt_effect_kind effect) {
    wrt_reach *reach = &backdoor->reach;
    const char *name = wrt_graph_name(reach->graph, node);
    int cause = find_cause(reach, node, effect);
    const char *cause_name = wrt_graph_name(reach->graph, cause);
    if ((reach->marks[cause] & WRT_MARK_OUTCOME) != 0) {
        wrt_buf_printf(text, "%s is a descendant of the outcome %s (forbidden)", name, cause_name);
        return;
    }
    const char *treatment =
        reach_name(reach, WRT_REACH_ANCESTORS, WRT_MARK_REACHED, cause, WRT_MARK_TREATMENT);
    const char *outcome =
        reach_name(reach, WRT_REACH_DESCENDANTS, WRT_MARK_REACHES, cause, WRT_MARK_OUTCOME);
    if (cause == node)
        wrt_buf_printf(text, "%s is a descendant of %s on a causal path to %s (forbidden)", name,
                       treatment, outcome);
    else
        wrt_buf_printf(text,
                       "%s is a descendant of %s, which lies on a causal path from %s to %s "
                       "(forbidden)",
                       name, cause_name, treatment, outcome);
}

static void explain_path(wrt_buf *text, wrt_backdoor *backdoor, const char *path, int state) {
    int opener;
    wrt_buf_printf(text, "the path %s stays open", path);
    int collider = wrt_reach_path_collider(&backdoor->reach, state, &opener);
    if (collider >= 0)
        wrt_buf_printf(text, " (%s, a descendant of the collider %s, opens it)",
                       wrt_graph_name(backdoor->reach.graph, opener),
                       wrt_graph_name(backdoor->reach.graph, collider));
}

static void explain_valid(wrt_buf *text, const wrt_backdoor *backdoor,
                          const wrt_effect_query *query) {
    wrt_buf_add_c(text, query->effect == WRT_EFFECT_TOTAL ? " is valid for the total effect of "
                                                          : " is valid for the direct effect of ");
    add_ends(text, query->graph, query->treatment);
    wrt_buf_add_c(text, " on ");
    add_ends(text, query->graph, query->outcome);
    if (!backdoor->has_causal_path)
        wrt_buf_add_c(text, "; there is no causal path between them, so the effect is zero");
}

static void judge(wrt_adjustment_verdict *out, wrt_buf *text, wrt_backdoor *backdoor,
                  const wrt_effect_query *query, const wrt_node_set *set) {
    int forbidden = wrt_backdoor_forbidden_member(backdoor, set);
    int open = forbidden >= 0 ? -1 : wrt_backdoor_open_path(backdoor, set);
    bool is_class = query->graph->klass != NULL;
    add_set(text, query->graph, set);
    if (backdoor->uncertain_from >= 0) {
        out->reason = WRT_REASON_NOT_AMENABLE;
        wrt_buf_add_c(text, " is not valid, and no other set is: ");
        wrt_class_explain_amenable(text, &out->witness, backdoor, query);
        return;
    }
    if (backdoor->selection_path != NULL) {
        out->reason = WRT_REASON_SELECTION;
        out->witness = wrt_strdup(backdoor->selection_path);
        wrt_buf_printf(text,
                       " is not valid, and no other set is: who is in the data is tied to the "
                       "outcome by %s",
                       out->witness);
        return;
    }
    if (forbidden < 0 && open < 0) {
        out->valid = true;
        explain_valid(text, backdoor, query);
        return;
    }
    wrt_buf_add_c(text, " is not valid: ");
    if (forbidden >= 0) {
        out->reason = WRT_REASON_FORBIDDEN_NODE;
        out->witness = wrt_strdup(wrt_graph_name(query->graph, forbidden));
        if (is_class)
            wrt_class_explain_forbidden(text, backdoor, query, forbidden);
        else
            explain_forbidden(text, backdoor, forbidden, query->effect);
    } else if (is_class && (out->witness = wrt_class_open_path(query->graph, backdoor->reach.marks,
                                                               true)) != NULL) {
        out->reason = WRT_REASON_OPEN_PATH;
        wrt_buf_printf(text, "the path %s stays open", out->witness);
    } else {
        out->reason = WRT_REASON_OPEN_PATH;
        out->witness = wrt_reach_path(&backdoor->reach, open);
        explain_path(text, backdoor, out->witness, open);
    }
}

wrt_status wrt_adjustment_check(wrt_adjustment_verdict *out, const wrt_effect_query *query,
                                const wrt_node_set *set, wrt_err *err) {
    *out = (wrt_adjustment_verdict){0};
    wrt_backdoor backdoor;
    wrt_status status = wrt_backdoor_init(&backdoor, query, err);
    if (status == WRT_OK)
        status = wrt_backdoor_check_members(&backdoor, set, "set", err);
    if (status == WRT_OK) {
        wrt_buf text = wrt_buf_make(WRT_MIB(1));
        judge(out, &text, &backdoor, query, set);
        out->text = wrt_buf_take(&text);
    }
    wrt_backdoor_free(&backdoor);
    return status;
}

void wrt_adjustment_verdict_free(wrt_adjustment_verdict *verdict) {
    if (verdict == NULL)
        return;
    free(verdict->witness);
    free(verdict->text);
    *verdict = (wrt_adjustment_verdict){0};
}
