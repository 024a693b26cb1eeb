/* separation.c: d-separation in graphs with directed and bidirected edges.
 *
 * One run of the reachability engine from x under the turns of Bayes ball; the first arrival at y
 * is an open path. Sources: Geiger, Verma, Pearl 1990; Shachter 1998. */
#include "causal/separation.h"

#include "causal/classes/class_internal.h"
#include "causal/graph_internal.h"
#include "causal/reach.h"

static wrt_status check_disjoint(const wrt_graph *graph, const wrt_node_set *a, const char *a_name,
                                 const wrt_node_set *b, const char *b_name, wrt_err *err) {
    for (size_t i = 0; i < a->n; i++) {
        char label[GRAPH_LABEL_MAX];
        if (!wrt_node_set_has(b, a->items[i]))
            continue;
        wrt_str name = wrt_str_of(wrt_graph_name(graph, a->items[i]));
        return wrt_fail(err, WRT_E_INPUT, "'%s' is in both %s and %s", wrt_graph_label(label, name),
                        a_name, b_name);
    }
    return WRT_OK;
}

wrt_status wrt_graph_separated(bool *separated, char **path, const wrt_graph *graph,
                               const wrt_node_set *x, const wrt_node_set *y,
                               const wrt_node_set *given, wrt_err *err) {
    *separated = false;
    if (path != NULL)
        *path = NULL;
    wrt_status status = check_disjoint(graph, x, "x", y, "y", err);
    if (status == WRT_OK)
        status = check_disjoint(graph, x, "x", given, "given", err);
    if (status == WRT_OK)
        status = check_disjoint(graph, y, "y", given, "given", err);
    wrt_node_set selected = wrt_graph_selected(graph);
    if (status == WRT_OK)
        status = check_disjoint(graph, x, "x", &selected, "the selected nodes", err);
    if (status == WRT_OK)
        status = check_disjoint(graph, y, "y", &selected, "the selected nodes", err);
    if (status != WRT_OK) {
        wrt_node_set_free(&selected);
        return status;
    }
    wrt_node_set all = wrt_node_set_join(given, &selected);
    wrt_reach reach;
    wrt_reach_init(&reach, wrt_graph_member(graph));
    wrt_reach_mark_set(&reach, x, WRT_MARK_TREATMENT);
    wrt_reach_mark_set(&reach, y, WRT_MARK_OUTCOME);
    wrt_reach_condition(&reach, &WRT_REACH_CONNECTED, &all);
    int end = wrt_reach_run_set(&reach, &WRT_REACH_CONNECTED, x, WRT_MARK_OUTCOME);
    *separated = end < 0;
    if (end >= 0 && path != NULL && graph->klass != NULL)
        *path = wrt_class_open_path(graph, reach.marks, false);
    if (end >= 0 && path != NULL && *path == NULL)
        *path = wrt_reach_path(&reach, end);
    wrt_reach_free(&reach);
    wrt_node_set_free(&selected);
    wrt_node_set_free(&all);
    return WRT_OK;
}
