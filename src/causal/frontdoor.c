/* frontdoor.c: judging a front-door set and listing such sets.
 *
 * Listing rests on one question with a linear answer (frontdoor_find.h): is there a set between
 * these bounds? A minimal set is what is left when no candidate can be taken from the upper bound.
 * All sets come from choosing members in the order of their names, entering only choices that the
 * question allows, so that every choice leads to a set and time between two is polynomial. */
#include "causal/frontdoor.h"

#include "base/arena.h"
#include "causal/frontdoor_find.h"
#include "causal/graph_internal.h"
#include "causal/nearest.h"

#include <stdlib.h>
#include <string.h>

enum { SETS_DEFAULT = 100, MEMBERS_MAX = 20000000 };

/* ---- a given set */

static void refuse(wrt_frontdoor_verdict *out, wrt_frontdoor_reason reason, const wrt_reach *reach,
                   int state) {
    static const char *const texts[] = {
        [WRT_FRONTDOOR_UNINTERCEPTED] = "it does not meet the causal path %s",
        [WRT_FRONTDOOR_TREATMENT] = "the back-door path %s from the treatment into it is open",
        [WRT_FRONTDOOR_OUTCOME] =
            "the back-door path %s from it to the outcome is not blocked by the treatment",
    };
    const char *text = texts[reason], *gap = strstr(text, "%s");
    wrt_buf buf = wrt_buf_make(WRT_MIB(1));
    out->reason = reason;
    out->witness = wrt_reach_path(reach, state);
    wrt_buf_add_c(&buf, "not a front-door set: ");
    wrt_buf_add(&buf, text, (size_t)(gap - text));
    wrt_buf_add_c(&buf, out->witness);
    wrt_buf_add_c(&buf, gap + 2);
    out->text = wrt_buf_take(&buf);
}

static void judge(wrt_frontdoor_verdict *out, wrt_frontdoor *fd, const wrt_effect_query *query,
                  const wrt_node_set *set) {
    wrt_reach *reach = &fd->backdoor.reach;
    const wrt_node_set nothing = {0};
    wrt_reach_rules directed = wrt_frontdoor_directed(), into = wrt_frontdoor_from_treatment(),
                    onward = wrt_frontdoor_from_set();
    wrt_reach_mark_set(reach, set, WRT_MARK_EXCLUDED);
    int state = wrt_reach_run(reach, &directed, WRT_MARK_TREATMENT, WRT_MARK_OUTCOME);
    if (state >= 0) {
        refuse(out, WRT_FRONTDOOR_UNINTERCEPTED, reach, state);
        return;
    }
    wrt_reach_condition(reach, &into, &nothing);
    state = wrt_reach_run(reach, &into, WRT_MARK_TREATMENT, WRT_MARK_EXCLUDED);
    if (state >= 0) {
        refuse(out, WRT_FRONTDOOR_TREATMENT, reach, state);
        return;
    }
    wrt_reach_condition(reach, &onward, query->treatment);
    state = wrt_reach_run(reach, &onward, WRT_MARK_EXCLUDED, WRT_MARK_OUTCOME);
    if (state >= 0) {
        refuse(out, WRT_FRONTDOOR_OUTCOME, reach, state);
        return;
    }
    out->valid = true;
    out->text =
        wrt_strdup(fd->backdoor.has_causal_path
                       ? "a front-door set: it carries the whole effect, and the back-door "
                         "paths on both of its sides are closed"
                       : "a front-door set; there is no causal path, so the effect is zero");
}

wrt_status wrt_frontdoor_check(wrt_frontdoor_verdict *out, const wrt_effect_query *query,
                               const wrt_node_set *set, wrt_err *err) {
    *out = (wrt_frontdoor_verdict){0};
    wrt_frontdoor fd;
    wrt_status status = wrt_frontdoor_init(&fd, query, err);
    if (status == WRT_OK)
        status = wrt_backdoor_check_members(&fd.backdoor, set, "set", err);
    if (status == WRT_OK)
        judge(out, &fd, query, set);
    wrt_frontdoor_free(&fd);
    return status;
}

void wrt_frontdoor_verdict_free(wrt_frontdoor_verdict *verdict) {
    if (verdict == NULL)
        return;
    free(verdict->witness);
    free(verdict->text);
    *verdict = (wrt_frontdoor_verdict){0};
}

/* ---- listing */

typedef struct {
    wrt_frontdoor fd;
    const wrt_graph *graph;
    wrt_adjustment_sets *out;
    unsigned char *bound; /* per node: the upper bound */
    int *order;           /* members of the maximal set that are not included, by name */
    size_t n_order, max, room, members;
    uint64_t cost, work; /* of one question; so far */
} lister;

static void append_set(lister *l, const unsigned char *is_member) {
    size_t n = wrt_graph_count(l->graph);
    wrt_node_set set = {wrt_calloc(n + 1, sizeof(int)), 0};
    for (size_t v = 0; v < n; v++)
        if (is_member[v] != 0)
            set.items[set.n++] = (int)v;
    set.items = wrt_realloc(set.items, (set.n + 1) * sizeof(int));
    if (l->out->n_sets == l->room) {
        l->room = l->room == 0 ? 8 : l->room * 2;
        l->out->sets = wrt_realloc(l->out->sets, l->room * sizeof *l->out->sets);
    }
    l->out->sets[l->out->n_sets++] = set;
    l->members += set.n + 1;
}

static bool is_included(const lister *l, int node) {
    return (l->fd.backdoor.reach.marks[node] & WRT_MARK_INCLUDED) != 0;
}

/* Tries the members of the bound next to one end of the causal paths as the new bound. */
static void try_nearest_to(lister *l, const wrt_reach_rules *walk, unsigned end) {
    wrt_reach *reach = &l->fd.backdoor.reach;
    size_t n = wrt_graph_count(l->graph);
    unsigned char *trial = wrt_calloc(n + 1, 1);
    wrt_reach_rules rules = *walk;
    for (int arrival = 0; arrival < 2; arrival++)
        for (int to = 0; to < 3; to++)
            rules.turn[arrival][to].ban |= WRT_MARK_EXCLUDED;
    rules.enter.ban = WRT_MARK_TREATMENT | WRT_MARK_OUTCOME;
    wrt_reach_clear_mark(reach, WRT_MARK_EXCLUDED);
    for (size_t v = 0; v < n; v++)
        if (l->bound[v] != 0)
            reach->marks[v] |= WRT_MARK_EXCLUDED;
    wrt_reach_run(reach, &rules, end, 0);
    for (size_t v = 0; v < n; v++)
        trial[v] = is_included(l, (int)v) || (l->bound[v] != 0 && reach->seen[v] != 0);
    if (wrt_frontdoor_find(&l->fd, trial))
        memcpy(l->bound, l->fd.is_in, n);
    free(trial);
}

/* Takes candidates from the bound, last name first, while a set is left; two guesses about the
 * whole set first, which spare most of that on long chains. */
static void list_minimal(lister *l) {
    try_nearest_to(l, &WRT_REACH_DESCENDANTS, WRT_MARK_TREATMENT);
    try_nearest_to(l, &WRT_REACH_ANCESTORS, WRT_MARK_OUTCOME);
    for (size_t i = l->n_order; i-- > 0;) {
        int v = l->order[i];
        if (l->bound[v] == 0)
            continue;
        l->bound[v] = 0;
        if (wrt_frontdoor_find(&l->fd, l->bound))
            memcpy(l->bound, l->fd.is_in, wrt_graph_count(l->graph));
        else
            l->bound[v] = 1;
    }
    append_set(l, l->bound);
}

/* Whether the nodes marked INCLUDED are a set by themselves. */
static bool is_set_alone(lister *l, unsigned char *scratch) {
    size_t n = wrt_graph_count(l->graph);
    for (size_t v = 0; v < n; v++)
        scratch[v] = is_included(l, (int)v);
    return wrt_frontdoor_find(&l->fd, scratch);
}

/* False when the list is full and there is one more. */
static bool emit_chosen(lister *l, unsigned char *scratch) {
    if (!is_set_alone(l, scratch))
        return true;
    if (l->out->n_sets == l->max || l->members > MEMBERS_MAX)
        return false;
    append_set(l, scratch);
    return true;
}

/* The bound holds what is chosen and order[from ..]; chosen[] is a stack of positions in order. */
static bool list_all(lister *l) {
    size_t n = wrt_graph_count(l->graph), depth = 0, at = 0;
    size_t *chosen = wrt_calloc(l->n_order + 1, sizeof *chosen);
    unsigned char *scratch = wrt_calloc(n + 1, 1);
    unsigned short *marks = l->fd.backdoor.reach.marks;
    bool has_room = emit_chosen(l, scratch);
    while (has_room) {
        l->work += 2 * l->cost;
        has_room = l->work <= WRT_FRONTDOOR_WORK;
        if (!has_room)
            break;
        if (at < l->n_order) { /* choose order[at] if a set follows from that */
            marks[l->order[at]] |= WRT_MARK_INCLUDED;
            if (wrt_frontdoor_find(&l->fd, l->bound)) {
                chosen[depth++] = at;
                has_room = emit_chosen(l, scratch);
            } else {
                marks[l->order[at]] &= (unsigned short)~WRT_MARK_INCLUDED;
                l->bound[l->order[at]] = 0;
            }
            at++;
        } else if (depth > 0) { /* undo the last choice and go on without it */
            for (size_t i = chosen[--depth] + 1; i < l->n_order; i++)
                l->bound[l->order[i]] = 1;
            at = chosen[depth];
            marks[l->order[at]] &= (unsigned short)~WRT_MARK_INCLUDED;
            l->bound[l->order[at++]] = 0;
        } else {
            break;
        }
    }
    free(scratch);
    free(chosen);
    return has_room;
}

/* ---- dictionary order where included nodes stand between the chosen ones */

static int compare_ints(const void *a, const void *b) {
    int left = *(const int *)a, right = *(const int *)b;
    return (left > right) - (left < right);
}

static int compare_sets(const void *a, const void *b) {
    const wrt_node_set *left = a, *right = b;
    for (size_t i = 0; i < left->n && i < right->n; i++)
        if (left->items[i] != right->items[i])
            return left->items[i] < right->items[i] ? -1 : 1;
    return (left->n > right->n) - (left->n < right->n);
}

typedef struct {
    const char *name;
    int node;
} named;

static int compare_named(const void *a, const void *b) {
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

static void translate_sets(wrt_adjustment_sets *sets, const int *to) {
    for (size_t i = 0; i < sets->n_sets; i++) {
        wrt_node_set *set = &sets->sets[i];
        for (size_t k = 0; k < set->n; k++)
            set->items[k] = to[set->items[k]];
        qsort(set->items, set->n, sizeof(int), compare_ints);
    }
}

/* Sorts by ranks of names in place of nodes. */
static void sort_sets(lister *l) {
    size_t n = wrt_graph_count(l->graph);
    named *names = wrt_calloc(n + 1, sizeof *names);
    int *rank = wrt_calloc(n + 1, sizeof *rank), *node = wrt_calloc(n + 1, sizeof *node);
    for (size_t v = 0; v < n; v++)
        names[v] = (named){wrt_graph_name(l->graph, (int)v), (int)v};
    qsort(names, n, sizeof *names, compare_named);
    for (size_t i = 0; i < n; i++) {
        node[i] = names[i].node;
        rank[node[i]] = (int)i;
    }
    translate_sets(l->out, rank);
    qsort(l->out->sets, l->out->n_sets, sizeof *l->out->sets, compare_sets);
    translate_sets(l->out, node);
    free(names);
    free(rank);
    free(node);
}

/* ---- candidates and verdict */

static wrt_status check_options(const lister *l, const wrt_frontdoor_options *options,
                                wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    if (options->max > WRT_ADJUST_SETS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "max is %zu; at most %d sets are listed", options->max,
                        WRT_ADJUST_SETS_MAX);
    if (options->include == NULL)
        return WRT_OK;
    wrt_status status =
        wrt_backdoor_check_members(&l->fd.backdoor, options->include, "include", err);
    for (size_t i = 0; status == WRT_OK && options->exclude && i < options->include->n; i++) {
        wrt_str name = wrt_str_of(wrt_graph_name(l->graph, options->include->items[i]));
        if (wrt_node_set_has(options->exclude, options->include->items[i]))
            status = wrt_fail(err, WRT_E_INPUT, "'%s' is in both include and exclude",
                              wrt_graph_label(label, name));
    }
    return status;
}

static void fill_bound(lister *l, const wrt_frontdoor_options *options) {
    wrt_reach *reach = &l->fd.backdoor.reach;
    size_t n = wrt_graph_count(l->graph);
    if (options->include != NULL)
        wrt_reach_mark_set(reach, options->include, WRT_MARK_INCLUDED);
    for (size_t v = 0; v < n; v++)
        l->bound[v] = (reach->marks[v] & (WRT_MARK_TREATMENT | WRT_MARK_OUTCOME)) == 0 &&
                      !wrt_graph_is_latent(l->graph, (int)v);
    for (size_t i = 0; options->exclude != NULL && i < options->exclude->n; i++)
        l->bound[options->exclude->items[i]] = 0;
}

static void fill_order(lister *l) {
    size_t n = wrt_graph_count(l->graph);
    named *names = wrt_calloc(n + 1, sizeof *names);
    for (size_t v = 0; v < n; v++)
        if (l->bound[v] != 0 && !is_included(l, (int)v))
            names[l->n_order++] = (named){wrt_graph_name(l->graph, (int)v), (int)v};
    qsort(names, l->n_order, sizeof *names, compare_named);
    for (size_t i = 0; i < l->n_order; i++)
        l->order[i] = names[i].node;
    free(names);
}

static void list_sets(lister *l, const wrt_frontdoor_options *options) {
    bool has_path = l->fd.backdoor.has_causal_path;
    fill_bound(l, options);
    bool exists = wrt_frontdoor_find(&l->fd, l->bound);
    l->out->complete = true;
    l->out->verdict = !has_path ? WRT_ADJUST_NO_CAUSAL_PATH
                      : exists  ? WRT_ADJUST_OK
                                : WRT_ADJUST_NO_SET;
    if (!exists)
        return;
    memcpy(l->bound, l->fd.is_in, wrt_graph_count(l->graph));
    fill_order(l);
    if (options->kind == WRT_FRONTDOOR_MAXIMAL)
        append_set(l, l->bound);
    else if (options->kind == WRT_FRONTDOOR_MINIMAL)
        list_minimal(l);
    else
        l->out->complete = list_all(l);
    if (l->out->n_sets > 1 && options->include != NULL && options->include->n > 0)
        sort_sets(l);
}

wrt_status wrt_frontdoor_list(wrt_adjustment_sets *out, const wrt_effect_query *query,
                              const wrt_frontdoor_options *options, wrt_err *err) {
    *out = (wrt_adjustment_sets){0};
    lister l = {.graph = query->graph, .out = out};
    l.max = options->max == 0 ? SETS_DEFAULT : options->max;
    wrt_status status = wrt_frontdoor_init(&l.fd, query, err);
    if (status == WRT_OK)
        status = check_options(&l, options, err);
    if (status == WRT_OK) {
        size_t n = wrt_graph_count(query->graph);
        l.bound = wrt_calloc(n + 1, 1);
        l.order = wrt_calloc(n + 1, sizeof *l.order);
        l.cost = wrt_nearest_walk_cost(query->graph);
        list_sets(&l, options);
    }
    free(l.bound);
    free(l.order);
    wrt_frontdoor_free(&l.fd);
    return status;
}
