/* Stored answers of an independent tool, $WARRANT_SHARED/causal/dag_vectors.jsonl: instruments and
 * implications. The source lists some instrument whenever a graph has one but omits nodes that have
 * a conditioning set, so its nodes must be among ours, and ours empty where its list is. Its basis
 * and implications ignore latent nodes, so they are compared on records without any. */
#include "support.h"

#include "base/file.h"
#include "causal/implications.h"
#include "causal/instruments.h"
#include "causal/separation.h"

#include <stdio.h>

typedef struct {
    unsigned instrument_lists, instruments, pairs, basis;
} counts;

static wrt_graph *graph_of_record(const wrt_json *record) {
    wrt_json *object = wrt_json_new_object();
    wrt_json_set(object, "nodes", wrt_json_copy(wrt_json_get(record, "nodes")));
    wrt_json_set(object, "edges", wrt_json_copy(wrt_json_get(record, "edges")));
    wrt_json_set(object, "latent", wrt_json_copy(wrt_json_get(record, "latents")));
    wrt_graph *graph;
    wrt_err err;
    if (wrt_graph_parse(&graph, object, &err) != WRT_OK)
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

/* ---- instruments */

static void compare_instruments(const wrt_graph *graph, const wrt_json *record, counts *done) {
    const wrt_json *theirs = wrt_json_get(record, "instruments");
    const char *id = wrt_json_get_text(record, "id", "?");
    if (!wrt_json_is(theirs, WRT_JSON_ARRAY))
        return;
    wrt_node_set x = set_from(graph, wrt_json_get(record, "exposures"));
    wrt_node_set y = set_from(graph, wrt_json_get(record, "outcomes"));
    wrt_effect_query query = {graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_instruments ours;
    wrt_err err;
    if (wrt_instruments_list(&ours, &query, 0, &err) != WRT_OK)
        fail_msg("%s: %s", id, err.message);
    if (ours.has_causal_path) {
        if (ours.n < wrt_json_count(theirs) || (ours.n > 0) != (wrt_json_count(theirs) > 0))
            fail_msg("%s: %zu instruments, the source has %zu", id, ours.n, wrt_json_count(theirs));
        WRT_JSON_EACH(their, theirs) {
            bool found = false;
            for (size_t i = 0; i < ours.n; i++)
                found = found || strcmp(wrt_graph_name(graph, ours.items[i].node),
                                        wrt_json_get_text(their, "z", "")) == 0;
            if (!found)
                fail_msg("%s: %s is missing", id, wrt_json_get_text(their, "z", "?"));
            done->instruments++;
        }
        done->instrument_lists++;
    }
    wrt_instruments_free(&ours);
    wrt_node_set_free(&x);
    wrt_node_set_free(&y);
}

/* ---- implications */

static const wrt_json *sets_of_pair(const wrt_json *record, const char *a, const char *b) {
    WRT_JSON_EACH(item, wrt_json_get(record, "minimal_implications")) {
        const wrt_json *pair = wrt_json_get(item, "pair");
        const char *first = wrt_json_text(wrt_json_at(pair, 0));
        const char *second = wrt_json_text(wrt_json_at(pair, 1));
        if ((strcmp(first, a) == 0 && strcmp(second, b) == 0) ||
            (strcmp(first, b) == 0 && strcmp(second, a) == 0))
            return wrt_json_get(item, "sets");
    }
    return NULL;
}

static bool holds(const wrt_json *sets, const wrt_graph *graph, const wrt_node_set *given) {
    wrt_json *ours = wrt_node_set_to_json(graph, given);
    bool found = false;
    WRT_JSON_EACH(names, sets) {
        wrt_node_set theirs = set_from(graph, names);
        wrt_json *sorted = wrt_node_set_to_json(graph, &theirs);
        found = found || wrt_json_equal(ours, sorted);
        wrt_json_free(sorted);
        wrt_node_set_free(&theirs);
    }
    wrt_json_free(ours);
    return found;
}

static void compare_implications(const wrt_graph *graph, const wrt_json *record, counts *done) {
    const char *id = wrt_json_get_text(record, "id", "?");
    int64_t pairs = wrt_json_get_int(record, "minimal_implication_pairs", -1);
    wrt_implications ours;
    if (wrt_json_count(wrt_json_get(record, "latents")) > 0 || pairs < 0)
        return;
    assert_int_equal(wrt_implications_list(&ours, graph, 1000, NULL), WRT_OK);
    assert_true(ours.complete);
    if ((int64_t)ours.n != pairs)
        fail_msg("%s: %zu separable pairs, the source has %lld", id, ours.n, (long long)pairs);
    for (size_t i = 0; i < ours.n; i++) {
        const wrt_implication *item = &ours.items[i];
        const wrt_json *sets =
            sets_of_pair(record, wrt_graph_name(graph, item->x), wrt_graph_name(graph, item->y));
        if (sets != NULL && !holds(sets, graph, &item->given))
            fail_msg("%s: another set for %s and %s", id, wrt_graph_name(graph, item->x),
                     wrt_graph_name(graph, item->y));
        done->pairs += sets != NULL;
    }
    wrt_implications_free(&ours);
}

/* Each statement of the source's basis makes its pairs separable. */
static void compare_basis(const wrt_graph *graph, const wrt_json *record, counts *done) {
    if (wrt_json_count(wrt_json_get(record, "latents")) > 0)
        return;
    wrt_implications ours;
    assert_int_equal(wrt_implications_list(&ours, graph, 1000, NULL), WRT_OK);
    WRT_JSON_EACH(statement, wrt_json_get(record, "basis")) {
        const char *v = wrt_json_get_text(statement, "v", "");
        WRT_JSON_EACH(other, wrt_json_get(statement, "nondesc")) {
            const char *w = wrt_json_text(other);
            bool found = false;
            for (size_t i = 0; i < ours.n; i++) {
                const char *x = wrt_graph_name(graph, ours.items[i].x);
                const char *y = wrt_graph_name(graph, ours.items[i].y);
                found = found || (strcmp(x, v) == 0 && strcmp(y, w) == 0) ||
                        (strcmp(x, w) == 0 && strcmp(y, v) == 0);
            }
            if (!found)
                fail_msg("%s: %s and %s are not separable", wrt_json_get_text(record, "id", "?"), v,
                         w);
            done->basis++;
        }
    }
    wrt_implications_free(&ours);
}

static void compare_record(wrt_str line, counts *done) {
    wrt_json *record;
    wrt_err err;
    if (wrt_json_parse(&record, line, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_graph *graph = graph_of_record(record);
    compare_instruments(graph, record, done);
    compare_implications(graph, record, done);
    compare_basis(graph, record, done);
    wrt_graph_free(graph);
    wrt_json_free(record);
}

static void instruments_and_implications_agree_with_stored_answers(void **state) {
    (void)state;
    const char *shared = getenv("WARRANT_SHARED");
    char path[4096];
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    counts done = {0};
    snprintf(path, sizeof path, "%s/data/causal/dag_vectors.jsonl",
             shared == NULL ? TEST_SOURCE_DIR "/../shared" : shared);
    if (wrt_file_read(&text, path, WRT_MIB(64), NULL) != WRT_OK) {
        print_message("SKIPPED: dag_vectors.jsonl is not in WARRANT_SHARED\n");
        skip();
    }
    wrt_str rest = wrt_buf_str(&text), line;
    while (rest.len > 0 && wrt_str_cut(&line, &rest, '\n'))
        if (line.len > 0)
            compare_record(line, &done);
    wrt_buf_free(&text);
    print_message("%u lists with %u instruments, %u pairs, %u basis pairs\n", done.instrument_lists,
                  done.instruments, done.pairs, done.basis);
    assert_true(done.instruments > 20 && done.pairs > 100 && done.basis > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instruments_and_implications_agree_with_stored_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
