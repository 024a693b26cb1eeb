/* bench_causal.c: CPU time of the graph queries on band graphs; not part of ctest.
 *
 * A band graph has n nodes in a hidden order and 2n edges of length 1 to 20 along it, with 10 %
 * latent nodes: deep, with large ancestries. X is an ancestor of Y, the empty set is not valid and
 * a valid set exists. Printed is the median of five runs after one warm-up, in milliseconds.
 *
 *     bench_causal [n ...]      default 1000 10000 100000 */
#include "base/arena.h"
#include "base/rng.h"
#include "causal/adjustment.h"
#include "causal/separation.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 5, BAND = 20, TRIES_MAX = 100000 };

typedef struct {
    wrt_graph *graph;
    wrt_buf text;
    int x, y;
    wrt_node_set canonical, given;
} band;

static double cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static wrt_graph *band_graph(int n, wrt_rng *rng) {
    int *order = wrt_calloc((size_t)n, sizeof *order);
    wrt_graph *graph = wrt_graph_new();
    for (int i = 0; i < n; i++) {
        char name[16];
        int node;
        snprintf(name, sizeof name, "v%d", i);
        wrt_graph_add_node(&node, graph, wrt_str_of(name), NULL);
        if (wrt_rng_below(rng, 10) == 0)
            wrt_graph_set_latent(graph, node);
        order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
        int k = (int)wrt_rng_below(rng, (uint64_t)i + 1), kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
    for (int i = 0; i < 2 * n; i++) {
        int from = (int)wrt_rng_below(rng, (uint64_t)n - 1);
        int to = from + 1 + (int)wrt_rng_below(rng, BAND);
        wrt_graph_add_edge(graph, order[from], order[to < n ? to : n - 1], NULL);
    }
    wrt_graph_finish(graph, NULL);
    free(order);
    return graph;
}

static bool lists_canonical(wrt_adjustment_sets *sets, const band *b) {
    wrt_node_set x = {(int *)&b->x, 1}, y = {(int *)&b->y, 1};
    wrt_effect_query query = {b->graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_adjust_options options = {.kind = WRT_ADJUST_CANONICAL};
    return wrt_adjustment_list(sets, &query, &options, NULL) == WRT_OK;
}

/* Picks ends that make the question worth asking. */
static bool pick_ends(band *b, wrt_rng *rng) {
    uint64_t n = wrt_graph_count(b->graph);
    for (int i = 0; i < TRIES_MAX; i++) {
        wrt_adjustment_sets sets = {0};
        b->x = (int)wrt_rng_below(rng, n);
        b->y = (int)wrt_rng_below(rng, n);
        if (b->x != b->y && lists_canonical(&sets, b) && sets.verdict == WRT_ADJUST_OK &&
            sets.sets[0].n > n / 50) {
            b->canonical = sets.sets[0];
            free(sets.sets);
            return true;
        }
        wrt_adjustment_sets_free(&sets);
    }
    return false;
}

static void pick_given(band *b, wrt_rng *rng) {
    size_t n = wrt_graph_count(b->graph);
    b->given = (wrt_node_set){wrt_calloc(n, sizeof(int)), 0};
    for (int v = 0; v < (int)n; v++)
        if (v != b->x && v != b->y && wrt_rng_below(rng, 50) == 0)
            b->given.items[b->given.n++] = v;
}

static void run_parse(const band *b) {
    wrt_graph *graph;
    wrt_graph_parse_text(&graph, wrt_buf_str(&b->text), NULL);
    wrt_graph_free(graph);
}

static void run_separation(const band *b) {
    wrt_node_set x = {(int *)&b->x, 1}, y = {(int *)&b->y, 1};
    bool separated;
    wrt_graph_separated(&separated, NULL, b->graph, &x, &y, &b->given, NULL);
}

static void run_check(const band *b, const wrt_node_set *set) {
    wrt_node_set x = {(int *)&b->x, 1}, y = {(int *)&b->y, 1};
    wrt_effect_query query = {b->graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_adjustment_verdict verdict;
    wrt_adjustment_check(&verdict, &query, set, NULL);
    wrt_adjustment_verdict_free(&verdict);
}

static void run_check_canonical(const band *b) {
    run_check(b, &b->canonical);
}

static void run_check_empty(const band *b) {
    const wrt_node_set none = {0};
    run_check(b, &none);
}

static void run_list(const band *b, wrt_adjust_kind kind, size_t max) {
    wrt_node_set x = {(int *)&b->x, 1}, y = {(int *)&b->y, 1};
    wrt_effect_query query = {b->graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_adjust_options options = {.kind = kind, .max = max};
    wrt_adjustment_sets sets;
    wrt_adjustment_list(&sets, &query, &options, NULL);
    wrt_adjustment_sets_free(&sets);
}

static void run_canonical(const band *b) {
    run_list(b, WRT_ADJUST_CANONICAL, 0);
}

static void run_one_minimal(const band *b) {
    run_list(b, WRT_ADJUST_MINIMAL, 1);
}

static void run_100_minimal(const band *b) {
    run_list(b, WRT_ADJUST_MINIMAL, 100);
}

static void run_minimum(const band *b) {
    run_list(b, WRT_ADJUST_MINIMUM, 0);
}

static int compare_doubles(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void measure(const char *what, void (*run)(const band *), const band *b) {
    double times[RUNS];
    run(b);
    for (int i = 0; i < RUNS; i++) {
        double start = cpu_ms();
        run(b);
        times[i] = cpu_ms() - start;
    }
    qsort(times, RUNS, sizeof *times, compare_doubles);
    printf("  %-28s %10.3f ms\n", what, times[RUNS / 2]);
    fflush(stdout);
}

static void bench(int n) {
    wrt_rng rng = wrt_rng_make(7, 1, (uint64_t)n);
    band b = {.graph = band_graph(n, &rng), .text = wrt_buf_make(WRT_MIB(64))};
    wrt_graph_to_dagitty(&b.text, b.graph);
    if (pick_ends(&b, &rng)) {
        pick_given(&b, &rng);
        printf("band n=%d m=%d, canonical set of %zu\n", n, 2 * n, b.canonical.n);
        measure("parse text", run_parse, &b);
        measure("separation, |Z| = n/50", run_separation, &b);
        measure("check canonical set", run_check_canonical, &b);
        measure("check empty set", run_check_empty, &b);
        measure("canonical set", run_canonical, &b);
        measure("one minimal set", run_one_minimal, &b);
        measure("minimum set", run_minimum, &b);
        measure("first 100 minimal sets", run_100_minimal, &b);
        wrt_node_set_free(&b.canonical);
        wrt_node_set_free(&b.given);
    } else {
        printf("band n=%d: no question found\n", n);
    }
    wrt_buf_free(&b.text);
    wrt_graph_free(b.graph);
}

int main(int argc, char **argv) {
    static const int sizes[] = {1000, 10000, 100000};
    for (int i = 1; i < argc; i++) {
        int64_t n;
        if (!wrt_str_to_int64(&n, wrt_str_of(argv[i])) || n < 100 || n > WRT_GRAPH_NODES_MAX) {
            fprintf(stderr, "bench_causal: '%s' is not a size from 100 to %d\n", argv[i],
                    WRT_GRAPH_NODES_MAX);
            return 2;
        }
        bench((int)n);
    }
    for (size_t i = 0; argc == 1 && i < sizeof sizes / sizeof sizes[0]; i++)
        bench(sizes[i]);
    return 0;
}
