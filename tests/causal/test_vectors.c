/* Stored answers of an independent tool: $WARRANT_SHARED/causal/{dag,mixed}_vectors.jsonl, records
 * of type dag (with latents and bidirected edges), pdag and mag. Compared: d-separation, validity
 * of candidate sets for the total effect, minimal sets for total and direct effects, the canonical
 * set. Two quirks of the source are respected: candidates with a latent member are refused here,
 * and valid_direct is separation only, so it is compared for sets without a descendant of an
 * outcome that the treatment reaches. Direct effects in a pdag or mag are refused by both. */
#include "support.h"

#include "base/file.h"
#include "causal/classes/class_graph.h"
#include "causal/separation.h"

#include <stdio.h>

typedef struct {
    unsigned records, separations, candidates, lists, canonical; /* of the type asked for */
    const char *type;
} counts;

static wrt_graph *graph_of_record(const wrt_json *record) {
    static const char *const fields[][2] = {
        {"nodes", "nodes"},           {"edges", "edges"}, {"bidirected", "bidirected"},
        {"undirected", "undirected"}, {"type", "type"},   {"latents", "latent"}};
    wrt_json *object = wrt_json_new_object();
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        wrt_json_set(object, fields[i][1], wrt_json_copy(wrt_json_get(record, fields[i][0])));
    wrt_graph *graph;
    wrt_err err;
    if (wrt_graph_parse_any(&graph, object, &err) != WRT_OK)
        fail_msg("%s: %s", wrt_json_get_text(record, "id", "?"), err.message);
    wrt_json_free(object);
    return graph;
}

static wrt_node_set set_from(const wrt_graph *graph, const wrt_json *names) {
    wrt_node_set set;
    wrt_err err;
    if (wrt_node_set_parse(&set, graph, names, "set", &err) != WRT_OK)
        fail_msg("%s", err.message);
    return set;
}

static bool is_disjoint(const wrt_node_set *a, const wrt_node_set *b) {
    for (size_t i = 0; i < a->n; i++)
        if (wrt_node_set_has(b, a->items[i]))
            return false;
    return true;
}

static void compare_separations(const wrt_graph *graph, const wrt_json *record, counts *done) {
    WRT_JSON_EACH(query, wrt_json_get(record, "dsep")) {
        wrt_node_set x = set_from(graph, wrt_json_get(query, "X"));
        wrt_node_set y = set_from(graph, wrt_json_get(query, "Y"));
        wrt_node_set z = set_from(graph, wrt_json_get(query, "Z"));
        bool separated;
        if (is_disjoint(&x, &y) && is_disjoint(&x, &z) && is_disjoint(&y, &z)) {
            assert_int_equal(wrt_graph_separated(&separated, NULL, graph, &x, &y, &z, NULL),
                             WRT_OK);
            if (separated != wrt_json_get_bool(query, "separated", !separated))
                fail_msg("%s: separation differs", wrt_json_get_text(record, "id", "?"));
            done->separations++;
        }
        wrt_node_set_free(&x);
        wrt_node_set_free(&y);
        wrt_node_set_free(&z);
    }
}

/* True when the sets, each as sorted names, are the same lists in some order. */
static bool same_sets(const wrt_graph *graph, const wrt_adjustment_sets *sets,
                      const wrt_json *expected) {
    if (sets->n_sets != wrt_json_count(expected))
        return false;
    for (size_t i = 0; i < sets->n_sets; i++) {
        wrt_json *ours = wrt_node_set_to_json(graph, &sets->sets[i]);
        bool found = false;
        WRT_JSON_EACH(theirs, expected)
        found = found || wrt_json_equal(ours, theirs);
        wrt_json_free(ours);
        if (!found)
            return false;
    }
    return true;
}

static wrt_json *sorted_names(const wrt_graph *graph, const wrt_json *names) {
    wrt_node_set set = set_from(graph, names);
    wrt_json *list = wrt_node_set_to_json(graph, &set);
    wrt_node_set_free(&set);
    return list;
}

static void compare_list(const wrt_effect_query *query, wrt_adjust_kind kind,
                         const wrt_json *expected, const char *id) {
    wrt_json *sorted = wrt_json_new_array();
    WRT_JSON_EACH(names, expected)
    wrt_json_push(sorted, sorted_names(query->graph, names));
    wrt_adjust_options options = {.kind = kind, .max = 100000};
    wrt_adjustment_sets sets;
    wrt_err err;
    if (wrt_adjustment_list(&sets, query, &options, &err) != WRT_OK)
        fail_msg("%s: %s", id, err.message);
    if (!sets.complete || !same_sets(query->graph, &sets, sorted))
        fail_msg("%s: %s %s sets differ", id,
                 query->effect == WRT_EFFECT_TOTAL ? "total" : "direct",
                 kind == WRT_ADJUST_MINIMAL ? "minimal" : "canonical");
    wrt_adjustment_sets_free(&sets);
    wrt_json_free(sorted);
}

static void compare_candidate(wrt_effect_query *query, const wrt_json *candidate, const char *id,
                              counts *done) {
    wrt_node_set set = set_from(query->graph, wrt_json_get(candidate, "Z"));
    wrt_adjustment_verdict total, direct;
    wrt_err err;
    query->effect = WRT_EFFECT_TOTAL;
    wrt_status status = wrt_adjustment_check(&total, query, &set, &err);
    if (wrt_json_get_bool(candidate, "has_latent", false)) {
        assert_int_equal(status, WRT_E_INPUT);
    } else {
        if (status != WRT_OK)
            fail_msg("%s: %s", id, err.message);
        if (total.valid != wrt_json_get_bool(candidate, "valid_total", !total.valid))
            fail_msg("%s: validity differs: %s", id, total.text);
        done->candidates++;
    }
    if (status == WRT_OK && wrt_graph_type_of(query->graph) == WRT_GRAPH_DAG) {
        query->effect = WRT_EFFECT_DIRECT;
        assert_int_equal(wrt_adjustment_check(&direct, query, &set, NULL), WRT_OK);
        if (direct.reason != WRT_REASON_FORBIDDEN_NODE &&
            direct.valid != wrt_json_get_bool(candidate, "valid_direct", !direct.valid))
            fail_msg("%s: direct validity differs: %s", id, direct.text);
        wrt_adjustment_verdict_free(&direct);
    }
    wrt_adjustment_verdict_free(&total);
    wrt_node_set_free(&set);
}

static void compare_adjustment(const wrt_graph *graph, const wrt_json *record, counts *done) {
    const char *id = wrt_json_get_text(record, "id", "?");
    wrt_node_set x = set_from(graph, wrt_json_get(record, "exposures"));
    wrt_node_set y = set_from(graph, wrt_json_get(record, "outcomes"));
    wrt_effect_query query = {graph, &x, &y, WRT_EFFECT_TOTAL};
    const wrt_json *canonical = wrt_json_get(record, "canonical");
    wrt_json *expected = wrt_json_new_array();
    if (wrt_json_is(canonical, WRT_JSON_ARRAY))
        wrt_json_push(expected, wrt_json_copy(canonical));
    compare_list(&query, WRT_ADJUST_CANONICAL, expected, id);
    done->canonical++;
    wrt_json_free(expected);
    compare_list(&query, WRT_ADJUST_MINIMAL, wrt_json_get(record, "minimal_total"), id);
    done->lists++;
    query.effect = WRT_EFFECT_DIRECT;
    if (wrt_graph_type_of(graph) == WRT_GRAPH_DAG) {
        compare_list(&query, WRT_ADJUST_MINIMAL, wrt_json_get(record, "minimal_direct"), id);
        done->lists++;
    } else {
        wrt_adjustment_sets sets;
        assert_int_equal(wrt_adjustment_list(&sets, &query, &(wrt_adjust_options){.max = 1}, NULL),
                         WRT_E_UNSUPPORTED);
    }
    WRT_JSON_EACH(candidate, wrt_json_get(record, "candidates"))
    compare_candidate(&query, candidate, id, done);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
}

static void compare_record(wrt_str line, counts *done) {
    wrt_json *record;
    wrt_err err;
    if (wrt_json_parse(&record, line, &err) != WRT_OK)
        fail_msg("%s", err.message);
    if (strcmp(wrt_json_get_text(record, "type", ""), done->type) == 0) {
        wrt_graph *graph = graph_of_record(record);
        compare_separations(graph, record, done);
        compare_adjustment(graph, record, done);
        wrt_graph_free(graph);
        done->records++;
    }
    wrt_json_free(record);
}

/* Skips the test with a line of text when the file is not there. */
static counts compare_file(const char *name, const char *type) {
    const char *shared = getenv("WARRANT_SHARED");
    char path[4096];
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    counts done = {.type = type};
    snprintf(path, sizeof path, "%s/data/causal/%s",
             shared == NULL ? TEST_SOURCE_DIR "/../shared" : shared, name);
    if (!wrt_file_exists(path))
        snprintf(path, sizeof path, "%s/causal/%s", shared == NULL ? "" : shared, name);
    if (wrt_file_read(&text, path, WRT_MIB(64), NULL) != WRT_OK) {
        print_message("SKIPPED: %s is not in WARRANT_SHARED\n", name);
        skip();
    }
    wrt_str rest = wrt_buf_str(&text), line;
    while (rest.len > 0 && wrt_str_cut(&line, &rest, '\n'))
        if (line.len > 0)
            compare_record(line, &done);
    wrt_buf_free(&text);
    print_message(
        "%s, type %s: %u graphs, %u separations, %u candidate sets, %u lists, %u canonical "
        "sets\n",
        name, type, done.records, done.separations, done.candidates, done.lists, done.canonical);
    return done;
}

static void vectors_of_dags_are_reproduced(void **state) {
    (void)state;
    assert_int_equal(compare_file("dag_vectors.jsonl", "dag").records, 79);
}

static void vectors_of_graphs_with_bidirected_edges_are_reproduced(void **state) {
    (void)state;
    assert_int_equal(compare_file("mixed_vectors.jsonl", "dag").records, 18);
}

static void vectors_of_cpdags_are_reproduced(void **state) {
    (void)state;
    counts done = compare_file("mixed_vectors.jsonl", "pdag");
    assert_int_equal(done.records, 17);
    assert_int_equal(done.canonical, 17);
}

static void vectors_of_mags_are_reproduced(void **state) {
    (void)state;
    counts done = compare_file("mixed_vectors.jsonl", "mag");
    assert_int_equal(done.records, 11);
    assert_int_equal(done.canonical, 11);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_dags_are_reproduced),
        cmocka_unit_test(vectors_of_graphs_with_bidirected_edges_are_reproduced),
        cmocka_unit_test(vectors_of_cpdags_are_reproduced),
        cmocka_unit_test(vectors_of_mags_are_reproduced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
