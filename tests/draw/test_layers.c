/* test_layers.c: places of nodes and lines: no two overlap, edges point down, cycles are drawn. */
#include "base/rng.h"
#include "draw/layers.h"
#include "draw/path_drawing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NODES_MAX = 30, EDGES_MAX = 2 * NODES_MAX * NODES_MAX };

typedef struct {
    size_t n_nodes, n_edges;
    double width[NODES_MAX];
    wrt_layers_edge edges[EDGES_MAX];
} sample;

/* Edges from lower to higher numbers; with_cycles: some the other way round. */
static void fill_sample(sample *s, unsigned seed, bool with_cycles) {
    wrt_rng rng = wrt_rng_make(20260102, 1, seed);
    s->n_nodes = 1 + (size_t)wrt_rng_below(&rng, NODES_MAX - 1);
    s->n_edges = 0;
    double density = 4.0 * wrt_rng_uniform(&rng) / (double)s->n_nodes;
    for (size_t v = 0; v < s->n_nodes; v++)
        s->width[v] = 48 + (double)(v * 37 % 90);
    for (int a = 0; a < (int)s->n_nodes; a++)
        for (int b = a + 1; b < (int)s->n_nodes; b++) {
            bool back = with_cycles && wrt_rng_uniform(&rng) < 0.3;
            if (wrt_rng_uniform(&rng) < density)
                s->edges[s->n_edges++] = (wrt_layers_edge){back ? b : a, back ? a : b, false};
            if (wrt_rng_uniform(&rng) < density / 3)
                s->edges[s->n_edges++] = (wrt_layers_edge){a, b, true};
        }
}

static void check_places(const wrt_layout *l) {
    for (size_t a = 0; a < l->n_slots; a++) {
        const wrt_slot *s = &l->slots[a];
        assert_true(s->x - s->width / 2 >= 0 && s->x + s->width / 2 <= l->width);
        assert_true(s->y - s->height / 2 >= 0 && s->y + s->height / 2 <= l->height);
        for (size_t b = a + 1; b < l->n_slots; b++)
            if (l->slots[b].layer == s->layer)
                assert_true(fabs(s->x - l->slots[b].x) >= (s->width + l->slots[b].width) / 2 + 20);
    }
}

/* A line passes every layer between its ends in one of its own bends, one after the other. */
static void check_routes(const wrt_layout *l) {
    for (size_t i = 0; i < l->n_routes; i++) {
        const wrt_route *r = &l->routes[i];
        int from = l->slots[r->from].layer, to = l->slots[r->to].layer, way = from < to ? 1 : -1;
        assert_int_equal(r->n_bends, abs(from - to) > 1 ? abs(from - to) - 1 : 0);
        for (int k = 0; k < r->n_bends; k++)
            assert_int_equal(l->slots[r->first_bend + k].layer, from + way * (k + 1));
        assert_true(fabs(r->from_offset) <= l->slots[r->from].width / 2);
        assert_true(fabs(r->to_offset) <= l->slots[r->to].width / 2);
    }
}

static void layout_keeps_nodes_and_lines_apart(void **state) {
    (void)state;
    static sample s;
    for (unsigned i = 0; i < 300; i++) {
        wrt_layout l;
        fill_sample(&s, i, false);
        wrt_layers_graph graph = {
            .n_nodes = s.n_nodes, .n_edges = s.n_edges, .width = s.width, .edges = s.edges};
        assert_int_equal(wrt_layout_init(&l, &graph, NULL), WRT_OK);
        assert_int_equal(l.n_routes, s.n_edges);
        check_places(&l);
        check_routes(&l);
        for (size_t r = 0; r < l.n_routes; r++)
            if (!l.routes[r].is_bidirected)
                assert_true(l.slots[l.routes[r].from].layer < l.slots[l.routes[r].to].layer);
        wrt_layout_free(&l);
    }
}

static void layout_of_cycles_has_every_edge(void **state) {
    (void)state;
    static sample s;
    for (unsigned i = 0; i < 300; i++) {
        wrt_layout l;
        fill_sample(&s, i, true);
        wrt_layers_graph graph = {
            .n_nodes = s.n_nodes, .n_edges = s.n_edges, .width = s.width, .edges = s.edges};
        assert_int_equal(wrt_layout_init(&l, &graph, NULL), WRT_OK);
        assert_int_equal(l.n_routes, s.n_edges);
        check_places(&l);
        check_routes(&l);
        wrt_layout_free(&l);
    }
}

/* a -> b -> c and a -> c: three layers; the long edge has one bend beside b. */
static void layout_of_a_triangle_is_known(void **state) {
    (void)state;
    const double width[] = {50, 50, 50};
    const wrt_layers_edge edges[] = {{0, 1, false}, {1, 2, false}, {0, 2, false}};
    wrt_layers_graph graph = {
        .n_nodes = 3, .n_edges = 3, .width = width, .edges = edges, .step = 100, .top = 10};
    wrt_layout l;
    wrt_point points[4];
    assert_int_equal(wrt_layout_init(&l, &graph, NULL), WRT_OK);
    assert_int_equal(l.slots[0].layer, 0);
    assert_int_equal(l.slots[1].layer, 1);
    assert_int_equal(l.slots[2].layer, 2);
    assert_int_equal(l.n_slots, 4);
    assert_true(fabs(l.slots[1].y - l.slots[0].y - 100) < 1e-9);
    assert_int_equal(wrt_layout_points(points, &l, &l.routes[2]), 4);
    assert_true(points[0].y == l.slots[0].y + 17 && points[3].y == l.slots[2].y - 17);
    assert_true(points[1].x == l.slots[3].x && points[2].x == l.slots[3].x);
    assert_true(points[1].y < points[2].y);
    wrt_layout_free(&l);
}

static void layout_refuses_edges_of_nobody(void **state) {
    (void)state;
    const double width[] = {50, 50};
    const wrt_layers_edge bad[] = {{0, 2, false}, {-1, 0, false}, {1, 1, false}, {0, 7, true}};
    for (size_t i = 0; i < 4; i++) {
        wrt_layers_graph graph = {.n_nodes = 2, .n_edges = 1, .width = width, .edges = &bad[i]};
        wrt_layout l;
        assert_int_equal(wrt_layout_init(&l, &graph, NULL), WRT_E_INPUT);
        wrt_layout_free(&l);
    }
}

/* ---- paths */

static size_t count(const char *text, const char *part) {
    size_t n = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        n++;
    return n;
}

#define NODE(id) "{\"id\":\"" id "\",\"name\":\"name of " id " <&>\",\"kind\":\"Gene\"}"
#define EDGE(id, more)                                                                             \
    "{\"id\":\"" id "\",\"predicate\":\"biolink:affects\",\"knowledge_level\":\"knowledge_"        \
    "assertion\"" more "}"

/* Two paths that share their first edge, one walked against its statement, one both ways. */
static void paths_are_drawn_once_each(void **state) {
    (void)state;
    static const char text[] =
        "[{\"nodes\":[" NODE("a") "," NODE("b") "," NODE("d") "],\"edges\":[" EDGE(
            "e1",
            ",\"sign\""
            ":1") "," EDGE("e2",
                           ",\"sign\":-1,\"reversed\":true") "]},"
                                                             "{\"nodes\":[" NODE("a") "," NODE("b") "," NODE("c") "," NODE("d") "],\"edges\":[" EDGE(
                                                                 "e1",
                                                                 ",\"sign\":1") "," EDGE("e3",
                                                                                         ",\"direct"
                                                                                         "ion\":"
                                                                                         "\"both\","
                                                                                         "\"sign\":"
                                                                                         "0") ","
                                                                                              "{\"i"
                                                                                              "d\":"
                                                                                              "\"e4"
                                                                                              "\","
                                                                                              "\"pr"
                                                                                              "edic"
                                                                                              "at"
                                                                                              "e\":"
                                                                                              "\"bi"
                                                                                              "olin"
                                                                                              "k:"
                                                                                              "affe"
                                                                                              "cts"
                                                                                              "\"}"
                                                                                              "]}]";
    wrt_json *paths = NULL;
    wrt_path_drawing d;
    wrt_buf svg = wrt_buf_make(WRT_MIB(1));
    assert_int_equal(wrt_json_parse(&paths, wrt_str_of(text), NULL), WRT_OK);
    assert_int_equal(wrt_path_drawing_make(&d, paths, NULL), WRT_OK);
    assert_int_equal(d.n_nodes, 4);
    assert_int_equal(d.n_edges, 4);
    assert_int_equal(d.edges[0].n_paths, 2);
    wrt_plot_caption caption = {"paths", "two <paths>", false};
    assert_int_equal(wrt_path_drawing_svg(&svg, &d, &caption, NULL), WRT_OK);
    assert_int_equal(count(svg.ptr, "<rect class=\"wg-node"), 4);
    assert_int_equal(count(svg.ptr, ">affects</text>"), 4);
    assert_int_equal(count(svg.ptr, "\xe2\x86\x92 affects \xe2\x86\x92 name of b"), 2);
    assert_int_equal(count(svg.ptr, "class=\"wg-bar\""), 2);               /* e2 and the legend */
    assert_int_equal(count(svg.ptr, "class=\"wg-head wg-head-plus\""), 2); /* e1 and the legend */
    assert_int_equal(count(svg.ptr, ">not asserted by its source<"), 1);   /* e4 */
    assert_int_equal(count(svg.ptr, "<&>"), 0);
    assert_int_equal(count(svg.ptr, "url("), 0);
    wrt_path_drawing_free(&d);
    wrt_json_free(paths);
    wrt_buf_free(&svg);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout_keeps_nodes_and_lines_apart),
        cmocka_unit_test(layout_of_cycles_has_every_edge),
        cmocka_unit_test(layout_of_a_triangle_is_known),
        cmocka_unit_test(layout_refuses_edges_of_nobody),
        cmocka_unit_test(paths_are_drawn_once_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
