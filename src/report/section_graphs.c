/* section_graphs.c: the causal graphs that verdicts and estimates rest on: drawn with roles, told
 * as tables, with the adjustment sets. */
#include "base/arena.h"
#include "causal/graph.h"
#include "draw/graph_picture.h"
#include "report/page.h"
#include "report/sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EDGE_ROWS_MAX = 200, GRAPHS_MAX = 6 };

typedef struct {
    const wrt_json *graph; /* {"nodes","edges","bidirected","latent"} */
    const char *treatment, *outcome, *open_path, *title;
    const wrt_json *adjusted; /* names; NULL: none */
} drawn_graph;

/* ---- from JSON to the picture */

typedef struct {
    const char *names[WRT_GRAPH_PICTURE_NODES_MAX + 1];
    wrt_graph_role roles[WRT_GRAPH_PICTURE_NODES_MAX + 1];
    wrt_layers_edge edges[WRT_GRAPH_PICTURE_EDGES_MAX + 1];
    size_t n_nodes, n_edges;
    bool is_too_large;
} plain_graph;

static bool names_it(const wrt_json *list, const char *name) {
    WRT_JSON_EACH(item, list)
    if (wrt_json_text(item) != NULL && strcmp(wrt_json_text(item), name) == 0)
        return true;
    return false;
}

static wrt_graph_role role_of(const drawn_graph *g, const char *name) {
    if (g->treatment != NULL && strcmp(name, g->treatment) == 0)
        return WRT_ROLE_TREATMENT;
    if (g->outcome != NULL && strcmp(name, g->outcome) == 0)
        return WRT_ROLE_OUTCOME;
    if (names_it(g->adjusted, name))
        return WRT_ROLE_ADJUSTED;
    if (names_it(wrt_json_get(g->graph, "selected"), name))
        return WRT_ROLE_SELECTED;
    return names_it(wrt_json_get(g->graph, "latent"), name) ? WRT_ROLE_LATENT : WRT_ROLE_PLAIN;
}

static int find_node(plain_graph *p, const drawn_graph *g, const char *name) {
    size_t i = 0;
    if (name == NULL)
        return -1;
    while (i < p->n_nodes && strcmp(p->names[i], name) != 0)
        i++;
    if (i == WRT_GRAPH_PICTURE_NODES_MAX) {
        p->is_too_large = true;
        return -1;
    }
    if (i == p->n_nodes) {
        p->names[p->n_nodes] = name;
        p->roles[p->n_nodes++] = role_of(g, name);
    }
    return (int)i;
}

static void add_edges(plain_graph *p, const drawn_graph *g, const char *kind, bool both) {
    WRT_JSON_EACH(edge, wrt_json_get(g->graph, kind)) {
        int from = find_node(p, g, wrt_json_text(wrt_json_at(edge, 0)));
        int to = find_node(p, g, wrt_json_text(wrt_json_at(edge, 1)));
        if (from < 0 || to < 0 || from == to)
            continue;
        if (p->n_edges == WRT_GRAPH_PICTURE_EDGES_MAX) {
            p->is_too_large = true;
            return;
        }
        p->edges[p->n_edges++] = (wrt_layers_edge){from, to, both};
    }
}

static plain_graph *flatten(const drawn_graph *g) {
    plain_graph *p = wrt_calloc(1, sizeof *p);
    WRT_JSON_EACH(node, wrt_json_get(g->graph, "nodes"))
    (void)find_node(p, g, wrt_json_text(node));
    add_edges(p, g, "edges", false);
    add_edges(p, g, "bidirected", true);
    return p;
}

/* ---- picture and table */

static void add_picture(wrt_buf *out, const drawn_graph *g, const plain_graph *p, size_t number) {
    char id[32];
    wrt_err err = {0};
    (void)snprintf(id, sizeof id, "graph-%zu", number);
    wrt_graph_picture picture = {.caption = {id, g->title, true},
                                 .n_nodes = p->n_nodes,
                                 .n_edges = p->n_edges,
                                 .names = p->names,
                                 .roles = p->roles,
                                 .edges = p->edges,
                                 .open_path = g->open_path};
    wrt_page_wide(out, g->title);
    if (p->is_too_large)
        wrt_page_paragraph(out, "Too large for a picture; the table holds the first edges.");
    else if (wrt_graph_picture_svg(out, &picture, &err) != WRT_OK)
        wrt_page_paragraph(out, err.message);
    wrt_page_wide_end(out);
}

static void add_named(wrt_buf *out, const plain_graph *p, int node) {
    wrt_page_text(out, p->names[node]);
    if (p->roles[node] == WRT_ROLE_PLAIN)
        return;
    wrt_buf_printf(out, " <span class=\"small\">(%s)</span>", wrt_graph_role_name(p->roles[node]));
}

static void add_table(wrt_buf *out, const plain_graph *p) {
    static const char *const heads[] = {"From", "Kind", "To", NULL};
    wrt_page_details(out, "The graph as a table");
    wrt_page_table(out, "Edges, and the roles of what they join", heads);
    for (size_t i = 0; i < p->n_edges && i < EDGE_ROWS_MAX; i++) {
        wrt_buf_add_c(out, "<tr><th scope=\"row\">");
        add_named(out, p, p->edges[i].from);
        wrt_buf_add_c(out, "</th>");
        wrt_page_cell(out, p->edges[i].is_bidirected ? "\xe2\x86\x94 latent common cause"
                                                     : "\xe2\x86\x92 causes, as drawn");
        wrt_buf_add_c(out, "<td>");
        add_named(out, p, p->edges[i].to);
        wrt_buf_add_c(out, "</td>");
        wrt_page_row_end(out);
    }
    wrt_page_table_end(out);
    if (p->n_edges > EDGE_ROWS_MAX)
        wrt_buf_printf(out, "<p>Left out here: %zu edges.</p>\n", p->n_edges - EDGE_ROWS_MAX);
    wrt_page_details_end(out);
}

static void add_graph(wrt_buf *out, const drawn_graph *g, size_t number) {
    plain_graph *p = flatten(g);
    add_picture(out, g, p, number);
    add_table(out, p);
    free(p);
}

/* ---- verdicts in words */

static void add_set(wrt_buf *out, const wrt_json *set) {
    wrt_buf_add_c(out, "{");
    wrt_page_list(out, set, ", ");
    wrt_buf_add_c(out, "}");
}

static void add_sets(wrt_buf *out, const wrt_json *sets) {
    const wrt_json *list = wrt_json_get(sets, "sets");
    if (sets == NULL)
        return;
    if (wrt_json_count(list) == 0) {
        wrt_page_paragraph(out, "Adjustment sets: none among the variables of the graph.");
        return;
    }
    wrt_buf_add_c(out, "<p>Adjustment sets, each enough by itself:</p>\n<ul>\n");
    WRT_JSON_EACH(set, list) {
        wrt_buf_add_c(out, "<li>");
        add_set(out, set);
        wrt_buf_add_c(out, "</li>\n");
    }
    wrt_buf_add_c(out, "</ul>\n");
    if (!wrt_json_get_bool(sets, "complete", true))
        wrt_page_paragraph(out, "There are more; the search stopped at its limit.");
}

static void add_verdict(wrt_buf *out, const wrt_json *identification) {
    const char *text = wrt_json_get_text(identification, "text", NULL);
    if (text != NULL) {
        wrt_buf_add_c(out, "<p>The effect is <strong>");
        wrt_page_text(out, text);
        wrt_buf_add_c(out, "</strong>.</p>\n");
    }
    if (wrt_json_count(wrt_json_get(identification, "notes")) == 0)
        wrt_page_paragraph(out,
                           wrt_json_get_text(wrt_json_get(identification, "check"), "text", NULL));
    add_sets(out, wrt_json_get(identification, "sets"));
    if (wrt_json_count(wrt_json_get(identification, "notes")) == 0)
        return;
    wrt_buf_add_c(out, "<ul class=\"small\">\n");
    wrt_page_items(out, wrt_json_get(identification, "notes"));
    wrt_buf_add_c(out, "</ul>\n");
}

/* What causal_identify derived: formula and steps. */
static void add_estimand(wrt_buf *out, const wrt_json *data) {
    const char *formula = wrt_json_get_text(wrt_json_get(data, "estimand"), "text", NULL);
    wrt_page_heading(out, wrt_json_get_bool(data, "identifiable", false)
                              ? "Derivation: the effect is a function of observed data"
                              : "Derivation: the effect is no function of observed data");
    if (formula != NULL) {
        wrt_buf_add_c(out, "<p><code>");
        wrt_page_text(out, formula);
        wrt_buf_add_c(out, "</code> (method: ");
        wrt_page_text(out, wrt_json_get_text(data, "method", "not stated"));
        wrt_buf_add_c(out, ")</p>\n");
    }
    if (wrt_json_count(wrt_json_get(data, "steps")) > 0) {
        wrt_page_paragraph(out, "In the words of the tool that derived it:");
        wrt_buf_add_c(out, "<ol>\n");
        wrt_page_items(out, wrt_json_get(data, "steps"));
        wrt_buf_add_c(out, "</ol>\n");
    }
}

/* ---- which graphs */

static const char *one_name(const wrt_json *value) {
    return wrt_json_text(value) != NULL ? wrt_json_text(value)
                                        : wrt_json_text(wrt_json_at(value, 0));
}

/* A graph that was stated as text, as data; NULL when it is none. The caller's. */
static wrt_json *read_stated(const wrt_json *text) {
    wrt_graph *graph = NULL;
    if (wrt_json_text(text) == NULL ||
        wrt_graph_parse_text(&graph, wrt_str_of(wrt_json_text(text)), NULL) != WRT_OK)
        return NULL;
    wrt_json *data = wrt_graph_to_json(graph);
    wrt_graph_free(graph);
    return data;
}

/* The graph of the released answer; its treatment and outcome stand in the event or the frame. */
static bool of_answer(drawn_graph *out, const wrt_run_view *view, const wrt_json *stated) {
    const wrt_json *identification = wrt_json_get(view->answer, "identification");
    const wrt_json *drawn = wrt_json_path(view->graph, "result.data");
    const wrt_json *reason = wrt_json_path(identification, "check.reason");
    const wrt_json *graph = stated != NULL ? stated : wrt_json_get(identification, "graph");
    *out = (drawn_graph){
        .graph = graph != NULL ? graph : wrt_json_get(drawn, "graph"),
        .treatment = one_name(wrt_json_get(drawn, "treatment")),
        .outcome = one_name(wrt_json_get(drawn, "outcome")),
        .open_path = wrt_json_get_text(reason, "path", NULL),
        .title = stated != NULL ? "Stated causal graph" : "Drawn causal graph",
        .adjusted = wrt_json_at(wrt_json_path(identification, "sets.sets"), 0),
    };
    if (wrt_json_get(identification, "treatment") != NULL) {
        out->treatment = one_name(wrt_json_get(identification, "treatment"));
        out->outcome = one_name(wrt_json_get(identification, "outcome"));
    }
    return identification != NULL && wrt_json_is(out->graph, WRT_JSON_OBJECT);
}

/* The graph that an estimate was adjusted by. */
static bool of_estimate(drawn_graph *out, const wrt_json *data, const wrt_run_result *result) {
    *out = (drawn_graph){
        .graph = wrt_json_path(data, "basis.graph"),
        .treatment = one_name(wrt_json_get(result->args, "treatment")),
        .outcome = one_name(wrt_json_get(result->args, "outcome")),
        .title = "Graph that the estimate was adjusted by",
        .adjusted = wrt_json_get(data, "adjusted_for"),
    };
    return wrt_json_is(out->graph, WRT_JSON_OBJECT);
}

/* Each graph once, whatever was asked of it. */
static bool is_new(const drawn_graph *list, size_t n, const drawn_graph *g) {
    for (size_t i = 0; i < n; i++)
        if (wrt_json_equal(list[i].graph, g->graph))
            return false;
    return n < GRAPHS_MAX;
}

static size_t collect(drawn_graph out[GRAPHS_MAX], const wrt_report_source *s,
                      const wrt_json *stated) {
    const wrt_run_result *result;
    const wrt_json *data;
    size_t n = 0, at = 0;
    drawn_graph g;
    if (of_answer(&g, s->view, stated))
        out[n++] = g;
    while ((data = wrt_run_results_next(&result, &at, s->results, "effect_estimate")) != NULL)
        if (of_estimate(&g, data, result) && is_new(out, n, &g))
            out[n++] = g;
    return n;
}

static void add_section(wrt_buf *out, const wrt_report_source *s, const wrt_json *stated) {
    const wrt_json *identification = wrt_json_get(s->view->answer, "identification"), *data;
    const wrt_run_result *result;
    drawn_graph graphs[GRAPHS_MAX];
    size_t n = collect(graphs, s, stated), at = 0;
    bool is_empty = n == 0 && identification == NULL &&
                    wrt_run_results_next(&result, &at, s->results, "causal_identify") == NULL;
    if (is_empty)
        return;
    wrt_page_section(out, "graph", "Causal graph and identification");
    add_verdict(out, identification);
    for (size_t i = 0; i < n; i++)
        add_graph(out, &graphs[i], i + 1);
    if (n > 0)
        wrt_page_paragraph(out, "An arrow is an assumption of this run, not a finding; so is each "
                                "arrow that is not there.");
    at = 0;
    while ((data = wrt_run_results_next(&result, &at, s->results, "causal_identify")) != NULL)
        add_estimand(out, data);
    wrt_page_section_end(out);
}

void wrt_report_add_graphs(wrt_buf *out, const wrt_report_source *s) {
    wrt_json *stated = read_stated(wrt_json_path(s->view->answer, "identification.graph"));
    add_section(out, s, stated);
    wrt_json_free(stated);
}
