/* section_routes.c: the hypotheses as one picture of routes, and as a table.
 *
 * Drawn is what the answer released: each link is an edge claim, looked up by the program itself,
 * never what a tool merely returned. A link without a warrant is drawn as an association. */
#include "draw/path_drawing.h"
#include "draw/path_words.h"
#include "report/claims.h"
#include "report/page.h"
#include "report/sections.h"

#include <string.h>

enum { ROUTES_DRAWN_MAX = 8, ROUTES_LISTED_MAX = 40 };

/* ---- routes in the form of kg_paths */

static const wrt_json *first_ground(const wrt_run_view *view, const wrt_json *claim) {
    const wrt_json *ground = wrt_json_first(wrt_json_get(claim, "grounds"));
    return wrt_run_view_by_id(NULL, wrt_json_get(view->answer, "evidence"),
                              wrt_json_get_text(ground, "evidence", NULL));
}

static void copy_text(wrt_json *to, const char *name, const wrt_json *from, const char *key) {
    const char *text = wrt_json_get_text(from, key, NULL);
    if (text != NULL)
        wrt_json_set_text(to, name, text);
}

static wrt_json *edge_of(const wrt_run_view *view, const wrt_json *claim, bool is_reversed) {
    const wrt_json *evidence = first_ground(view, claim),
                   *source = wrt_json_get(evidence, "source");
    const wrt_json *publications = wrt_json_get(source, "publications");
    const char *relation = wrt_json_get_text(claim, "relation", "unknown");
    bool is_association = strcmp(relation, "associated_with") == 0;
    wrt_json *edge = wrt_json_new_object(), *sources = wrt_json_new_array();
    copy_text(edge, "id", wrt_json_get(evidence, "locator"), "edge");
    if (wrt_json_get(edge, "id") == NULL)
        copy_text(edge, "id", claim, "id");
    wrt_json_set_text(edge, "predicate", relation);
    copy_text(edge, "original_predicate", evidence, "original_predicate");
    copy_text(edge, "knowledge_level", evidence, "knowledge_level");
    wrt_json_set_bool(edge, "reversed", is_reversed);
    wrt_json_set_number(edge, "sign",
                        is_association ? 0 : wrt_json_get_number(claim, "polarity", 0));
    wrt_json_set_text(edge, "direction", is_association ? "both" : "forward");
    wrt_json_push_text(sources, wrt_json_get_text(source, "primary_knowledge_source", "?"));
    wrt_json_set(edge, "sources", sources);
    if (publications != NULL)
        wrt_json_set(edge, "publications", wrt_json_copy(publications));
    return edge;
}

static bool is_entity(const wrt_json *claim, const char *role, const char *id) {
    return strcmp(wrt_json_get_text(wrt_json_get(claim, role), "id", ""), id) == 0;
}

/* {"nodes","edges"}, or NULL where a link is not released or the links are no chain. */
static wrt_json *route_of(const wrt_run_view *view, const wrt_json *hypothesis) {
    const wrt_json *claims = wrt_json_get(view->answer, "claims");
    const wrt_json *whole =
        wrt_run_view_by_id(NULL, claims, wrt_json_get_text(hypothesis, "claim", NULL));
    const wrt_json *here = wrt_json_get(whole, "subject");
    wrt_json *route = wrt_json_new_object(), *nodes = wrt_json_new_array(),
             *edges = wrt_json_new_array();
    wrt_json_set(route, "nodes", nodes);
    wrt_json_set(route, "edges", edges);
    wrt_json_push(nodes, here != NULL ? wrt_json_copy(here) : wrt_json_new_object());
    WRT_JSON_EACH(link, wrt_json_get(hypothesis, "links")) {
        const wrt_json *claim = wrt_run_view_by_id(NULL, claims, wrt_json_text(link));
        const char *id = wrt_json_get_text(here, "id", "?");
        bool is_forward = is_entity(claim, "subject", id);
        if (!is_forward && !is_entity(claim, "object", id)) {
            wrt_json_free(route);
            return NULL;
        }
        here = wrt_json_get(claim, is_forward ? "object" : "subject");
        wrt_json_push(edges, edge_of(view, claim, !is_forward));
        wrt_json_push(nodes, here != NULL ? wrt_json_copy(here) : wrt_json_new_object());
    }
    if (wrt_json_count(edges) > 0)
        return route;
    wrt_json_free(route);
    return NULL;
}

/* ---- the picture and its twin */

static void add_picture(wrt_buf *out, const wrt_json *routes) {
    wrt_path_drawing drawing;
    wrt_err err = {0};
    wrt_plot_caption caption = {"routes-picture", "Routes of the hypotheses", true};
    wrt_page_wide(out, "Picture of the routes");
    wrt_status status = wrt_path_drawing_make(&drawing, routes, &err);
    if (status == WRT_OK) {
        status = wrt_path_drawing_svg(out, &drawing, &caption, &err);
        wrt_path_drawing_free(&drawing);
    }
    if (status != WRT_OK)
        wrt_page_paragraph(out, err.message);
    wrt_page_wide_end(out);
}

/* "A decreases B; B is associated with C": each link in the words of its claim. */
static void add_links(wrt_buf *out, const wrt_run_view *view, const wrt_json *hypothesis) {
    const wrt_json *claims = wrt_json_get(view->answer, "claims");
    wrt_buf_add_c(out, "<td>");
    WRT_JSON_EACH(link, wrt_json_get(hypothesis, "links")) {
        const char *id = wrt_json_text(link);
        const wrt_json *claim = wrt_run_view_by_id(NULL, claims, id);
        wrt_report_link_claim(out, view, id != NULL ? id : "?");
        wrt_buf_add_c(out, " ");
        wrt_page_text(out, wrt_json_get_text(claim, "text", "was not released"));
        if (claim != NULL)
            wrt_buf_printf(out, " (rung %d)", (int)wrt_json_get_int(claim, "rung", 0));
        wrt_buf_add_c(out, "<br>");
    }
    wrt_buf_add_c(out, "</td>");
}

static void add_row(wrt_buf *out, const wrt_run_view *view, const wrt_json *hypothesis) {
    const char *id = wrt_json_get_text(hypothesis, "claim", "?");
    const wrt_json *claim = wrt_run_view_by_id(NULL, wrt_json_get(view->answer, "claims"), id);
    wrt_page_row(out);
    wrt_buf_add_c(out, "<th scope=\"row\">");
    wrt_report_link_claim(out, view, id);
    wrt_buf_add_c(out, "</th>");
    wrt_page_cell(out, wrt_json_get_text(hypothesis, "role", "not stated"));
    add_links(out, view, hypothesis);
    wrt_buf_add_c(out, "<td>");
    wrt_page_words(out, wrt_json_get_text(claim, "certainty", "not stated"));
    wrt_buf_add_c(out, "</td>");
    wrt_page_row_end(out);
}

static void add_table(wrt_buf *out, const wrt_run_view *view) {
    static const char *const heads[] = {"Hypothesis", "Speaks", "Links, in the words recorded",
                                        "Certainty of the route", NULL};
    size_t n = 0;
    wrt_page_details(out, "The routes as a table");
    wrt_page_table(out, "Each route with its links", heads);
    WRT_JSON_EACH(hypothesis, wrt_json_get(view->answer, "hypotheses"))
    if (n++ < ROUTES_LISTED_MAX)
        add_row(out, view, hypothesis);
    wrt_page_table_end(out);
    if (n > ROUTES_LISTED_MAX)
        wrt_buf_printf(out, "<p>Left out here: %zu more.</p>\n", n - ROUTES_LISTED_MAX);
    wrt_page_details_end(out);
}

void wrt_report_add_routes(wrt_buf *out, const wrt_report_source *s) {
    const wrt_json *hypotheses = wrt_json_get(s->view->answer, "hypotheses");
    int64_t found = wrt_json_get_int(s->view->answer, "routes", 0);
    size_t n = wrt_json_count(hypotheses);
    wrt_json *routes = wrt_json_new_array();
    WRT_JSON_EACH(hypothesis, hypotheses) {
        wrt_json *route =
            wrt_json_count(routes) < ROUTES_DRAWN_MAX ? route_of(s->view, hypothesis) : NULL;
        if (route != NULL)
            wrt_json_push(routes, route);
    }
    if (n > 0) {
        wrt_page_section(out, "routes", "Routes");
        wrt_buf_printf(out,
                       "<p>%zu of %lld routes that the graph holds are hypotheses of the answer; "
                       "%zu are drawn. A route is a chain of recorded statements, not proof that "
                       "the first thing acts on the last.</p>\n",
                       n, (long long)(found > (int64_t)n ? found : (int64_t)n),
                       wrt_json_count(routes));
        if (wrt_json_count(routes) > 0)
            add_picture(out, routes);
        add_table(out, s->view);
        wrt_page_section_end(out);
    }
    wrt_json_free(routes);
}
