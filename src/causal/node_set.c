/* node_set.c: sets of nodes as ascending index lists. */
#include "causal/graph_internal.h"

#include <stdlib.h>
#include <string.h>

static int compare_ints(const void *a, const void *b) {
    int left = *(const int *)a, right = *(const int *)b;
    return (left > right) - (left < right);
}

static wrt_status add_name(wrt_node_set *set, const wrt_graph *graph, const wrt_json *name,
                           const char *what, wrt_err *err) {
    if (!wrt_json_is(name, WRT_JSON_STRING))
        return wrt_fail(err, WRT_E_INPUT, "%s: expected a node name or an array of them, found %s",
                        what, wrt_json_type_name(wrt_json_typeof(name)));
    wrt_status status =
        wrt_graph_find(&set->items[set->n], graph, wrt_str_of(wrt_json_text(name)), err);
    if (status != WRT_OK) {
        wrt_err_prefix(err, "%s", what);
        return status;
    }
    set->n++;
    return WRT_OK;
}

static wrt_status check_repeats(const wrt_node_set *set, const wrt_graph *graph, const char *what,
                                wrt_err *err) {
    for (size_t i = 1; i < set->n; i++) {
        if (set->items[i] != set->items[i - 1])
            continue;
        char label[GRAPH_LABEL_MAX];
        wrt_str name = wrt_str_of(graph->names[set->items[i]]);
        return wrt_fail(err, WRT_E_INPUT, "%s names '%s' twice", what,
                        wrt_graph_label(label, name));
    }
    return WRT_OK;
}

wrt_status wrt_node_set_parse(wrt_node_set *out, const wrt_graph *graph, const wrt_json *names,
                              const char *what, wrt_err *err) {
    *out = (wrt_node_set){0};
    if (names == NULL)
        return WRT_OK;
    bool is_list = wrt_json_is(names, WRT_JSON_ARRAY);
    size_t count = is_list ? wrt_json_count(names) : 1;
    if (count > graph->n && is_list)
        return wrt_fail(err, WRT_E_INPUT, "%s lists %zu names; the graph has %zu nodes", what,
                        count, graph->n);
    wrt_node_set set = {wrt_calloc(count + 1, sizeof(int)), 0};
    wrt_status status = is_list ? WRT_OK : add_name(&set, graph, names, what, err);
    for (const wrt_json *item = is_list ? wrt_json_first(names) : NULL;
         item != NULL && status == WRT_OK; item = wrt_json_next(item))
        status = add_name(&set, graph, item, what, err);
    qsort(set.items, set.n, sizeof(int), compare_ints);
    if (status == WRT_OK)
        status = check_repeats(&set, graph, what, err);
    if (status == WRT_OK)
        *out = set;
    else
        wrt_node_set_free(&set);
    return status;
}

void wrt_node_set_free(wrt_node_set *set) {
    if (set == NULL)
        return;
    free(set->items);
    *set = (wrt_node_set){0};
}

bool wrt_node_set_has(const wrt_node_set *set, int node) {
    size_t low = 0, high = set->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->items[middle] < node)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->n && set->items[low] == node;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

wrt_json *wrt_node_set_to_json(const wrt_graph *graph, const wrt_node_set *set) {
    const char **names = wrt_calloc(set->n + 1, sizeof *names);
    for (size_t i = 0; i < set->n; i++)
        names[i] = wrt_graph_name(graph, set->items[i]);
    qsort(names, set->n, sizeof *names, compare_names);
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < set->n; i++)
        wrt_json_push_text(list, names[i]);
    free(names);
    return list;
}

static int compare_nodes(const void *a, const void *b) {
    int left = *(const int *)a, right = *(const int *)b;
    return (left > right) - (left < right);
}

wrt_node_set wrt_node_set_join(const wrt_node_set *a, const wrt_node_set *b) {
    wrt_node_set both = {wrt_calloc(a->n + b->n + 1, sizeof(int)), 0};
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        both.items[n++] = a->items[i];
    for (size_t i = 0; i < b->n; i++)
        both.items[n++] = b->items[i];
    qsort(both.items, n, sizeof *both.items, compare_nodes);
    for (size_t i = 0; i < n; i++)
        if (both.n == 0 || both.items[both.n - 1] != both.items[i])
            both.items[both.n++] = both.items[i];
    return both;
}

/* ---- costs */

enum { COST_MAX = 1000 };

static wrt_status read_cost(int *costs, const wrt_graph *graph, const wrt_json *item,
                            wrt_err *err) {
    int node = 0;
    double value = wrt_json_number(item, 0);
    wrt_str name = wrt_str_of(wrt_json_key(item));
    wrt_status status = wrt_graph_find(&node, graph, name, err);
    if (status != WRT_OK) {
        wrt_err_prefix(err, "costs");
        return status;
    }
    char label[GRAPH_LABEL_MAX];
    if (!wrt_json_is(item, WRT_JSON_NUMBER) || !(value >= 1 && value <= COST_MAX) ||
        value != (double)(int)value)
        return wrt_fail(err, WRT_E_INPUT, "costs: that of '%s' must be a whole number, 1 to %d",
                        wrt_graph_label(label, name), COST_MAX);
    costs[node] = (int)value;
    return WRT_OK;
}

wrt_status wrt_node_costs_parse(int **out, const wrt_graph *graph, const wrt_json *costs,
                                wrt_err *err) {
    size_t n = wrt_graph_count(graph);
    wrt_status status = WRT_OK;
    *out = NULL;
    if (costs == NULL)
        return WRT_OK;
    if (!wrt_json_is(costs, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "costs: expected an object {\"name\": whole number}");
    *out = wrt_calloc(n + 1, sizeof **out);
    for (size_t v = 0; v < n; v++)
        (*out)[v] = 1;
    WRT_JSON_EACH(item, costs)
    if (status == WRT_OK)
        status = read_cost(*out, graph, item, err);
    return status;
}
