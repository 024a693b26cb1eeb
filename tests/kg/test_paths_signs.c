/* test_paths_signs.c: signs of curated mechanisms. In DrugMechDB a drug treats the disease at the
 * end of its graph, so the product of signs along a path from one to the other should be -1. The
 * gold graphs of the development cases are searched with kg_paths; skipped without WARRANT_SHARED.
 */
#include "tests/kg/path_support.h"

#include "base/file.h"
#include "kg/predicates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 64, PATHS_MAX = 1000 };

/* Column texts hold no tabs in these data; a check keeps it so. */
static const char *cell(const wrt_json *object, const char *key) {
    const char *text = wrt_json_get_text(object, key, "");
    assert_null(strpbrk(text, "\t\n|"));
    return text;
}

/* Node ids get the number of their graph, so that graphs stay apart in one file. */
static void write_graph(wrt_buf *nodes, wrt_buf *edges, const wrt_json *graph, int number) {
    WRT_JSON_EACH(node, wrt_json_get(graph, "nodes"))
    wrt_buf_printf(nodes, "g%d/%s\tbiolink:%s\n", number, cell(node, "id"), cell(node, "label"));
    int line = 0;
    WRT_JSON_EACH(link, wrt_json_get(graph, "links")) {
        const wrt_kg_predicate *known = wrt_kg_predicate_find(wrt_str_of(cell(link, "key")));
        wrt_buf_printf(edges, "g%d#%d\tg%d/%s\t%s\tg%d/%s\t%s\n", number, line++, number,
                       cell(link, "source"), known != NULL ? known->curie : "biolink:related_to",
                       number, cell(link, "target"), cell(link, "key"));
    }
}

typedef struct {
    size_t graphs, paths, minus, plus, unknown;
} tally;

/* "decreases activity of, causes": the labels of a path that should have been negative. */
static void print_exception(const wrt_json *graph, const wrt_json *path) {
    printf("  +1 in %s:", wrt_json_get_text(graph, "path_id", "?"));
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges"))
    printf(" [%s]", wrt_json_get_text(edge, "original_predicate", "?"));
    printf("\n");
}

/* The product of the lexicon's signs along a path; 0 when one is unknown or none has a
 * direction. */
static int product_of_labels(const wrt_json *path) {
    int product = 0;
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
        const char *label = wrt_json_get_text(edge, "original_predicate", "");
        const wrt_kg_predicate *row = wrt_kg_predicate_find(wrt_str_of(label));
        bool reversed = wrt_json_get_bool(edge, "reversed", false);
        if (row == NULL || row->sign == WRT_KG_SIGN_UNKNOWN || (reversed && row->is_causal))
            return 0;
        if (row->sign != 0)
            product = product == 0 ? row->sign : product * row->sign;
    }
    return product;
}

static void count_graph(tally *t, wrt_kg *kg, const wrt_json *graph, int number) {
    const wrt_kg_path_options options = {
        .max_hops = 6, .k = PATHS_MAX, .rank = "degree_product", .include_treats = true};
    char from[512], to[512];
    snprintf(from, sizeof from, "g%d/%s", number, cell(graph, "drug_node"));
    snprintf(to, sizeof to, "g%d/%s", number, cell(graph, "disease_node"));
    wrt_json *list = ask_paths(NULL, kg, from, to, &options);
    t->graphs++;
    WRT_JSON_EACH(path, list) {
        int sign = (int)wrt_json_get_number(path, "sign", 0);
        assert_int_equal(sign, product_of_labels(path));
        t->paths++;
        t->minus += sign < 0;
        t->plus += sign > 0;
        t->unknown += sign == 0;
        if (sign > 0)
            print_exception(graph, path);
    }
    wrt_json_free(list);
}

static wrt_json *read_cases(void) {
    const char *path = shared_path("drugmech_dev.json");
    wrt_buf text = wrt_buf_make(WRT_MIB(FILE_MAX));
    wrt_json *root = NULL;
    if (path == NULL)
        return NULL;
    assert_int_equal(wrt_file_read(&text, path, WRT_MIB(FILE_MAX), NULL), WRT_OK);
    assert_int_equal(wrt_json_parse(&root, wrt_buf_str(&text), NULL), WRT_OK);
    wrt_buf_free(&text);
    return root;
}

static void curated_mechanisms_lower_their_disease(void **state) {
    (void)state;
    wrt_json *root = read_cases();
    if (root == NULL)
        skip();
    wrt_buf nodes = wrt_buf_make(WRT_MIB(FILE_MAX)), edges = wrt_buf_make(WRT_MIB(FILE_MAX));
    wrt_buf_add_c(&nodes, "id\tcategory\n");
    wrt_buf_add_c(&edges, "id\tsubject\tpredicate\tobject\toriginal_predicate\n");
    int number = 0;
    WRT_JSON_EACH(item, wrt_json_get(root, "cases")) {
        WRT_JSON_EACH(graph, wrt_json_get(item, "gold_paths"))
        write_graph(&nodes, &edges, graph, number++);
    }
    scratch s = scratch_make();
    import_ok(&s, nodes.ptr, edges.ptr);
    wrt_kg *kg = open_ok(&s);
    tally t = {0};
    number = 0;
    WRT_JSON_EACH(item, wrt_json_get(root, "cases")) {
        WRT_JSON_EACH(graph, wrt_json_get(item, "gold_paths"))
        count_graph(&t, kg, graph, number++);
    }
    printf("%zu graphs, %zu paths: %zu negative, %zu positive, %zu without a sign\n", t.graphs,
           t.paths, t.minus, t.plus, t.unknown);
    assert_true(t.minus > 100);
    assert_true((double)t.minus >= 0.98 * (double)(t.minus + t.plus));
    wrt_kg_close(kg);
    scratch_remove(&s);
    wrt_buf_free(&nodes);
    wrt_buf_free(&edges);
    wrt_json_free(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curated_mechanisms_lower_their_disease),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
