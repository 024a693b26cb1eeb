/* bench_peers.c: one question on one graph, written for other programs and timed here.
 *
 *   bench_peers FAMILY NODES FOLDER
 *
 * The families have two edges per node and a hidden order of nodes; the seed is fixed.
 *   er      ends of an edge drawn at random: wide, small ancestries
 *   band    edges of length 1 to 20 along the order: deep, large ancestries
 *   ladder  layers of two nodes, each joined to both of the next layer: 2^layers paths
 * In er and band one node in ten is latent. X is an ancestor of Y, the empty set is not valid and
 * some set is. FOLDER gets graph.txt (dagitty text), edges.txt (one "from to" a line) and
 * question.json. Printed is a line for each operation: name, CPU milliseconds (median of runs that
 * together take a fifth of a second, five at least) and the answer. */
#include "base/arena.h"
#include "base/rng.h"
#include "causal/adjustment.h"
#include "causal/separation.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BAND = 20, TRIES_MAX = 3000, STEPS_MAX = 12 };
enum { RUNS_MIN = 5, RUNS_MAX = 1000, BATCH_MS = 1, BUDGET_MS = 200 };

typedef struct {
    wrt_graph *graph;
    int *order;
    int x, y;
    wrt_node_set canonical, given;
} question;

static double cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* ---- the graphs */

static int *shuffled(int n, wrt_rng *rng) {
    int *order = wrt_calloc((size_t)n, sizeof *order);
    for (int i = 0; i < n; i++)
        order[i] = i;
    for (int i = n - 1; i > 0; i--) {
        int k = (int)wrt_rng_below(rng, (uint64_t)i + 1), kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
    return order;
}

static void add_random_edges(question *q, int n, bool is_band, wrt_rng *rng) {
    for (int i = 0; i < 2 * n; i++) {
        int from = (int)wrt_rng_below(rng, (uint64_t)n - 1), to;
        if (is_band)
            to = from + 1 + (int)wrt_rng_below(rng, BAND);
        else
            to = from + 1 + (int)wrt_rng_below(rng, (uint64_t)(n - 1 - from));
        wrt_graph_add_edge(q->graph, q->order[from], q->order[to < n ? to : n - 1], NULL);
    }
}

static void add_ladder(question *q, int n) {
    for (int i = 0; i + 3 < n; i += 2)
        for (int side = 0; side < 4; side++)
            wrt_graph_add_edge(q->graph, q->order[i + side % 2], q->order[i + 2 + side / 2], NULL);
}

static void make_graph(question *q, const char *family, int n, wrt_rng *rng) {
    bool is_ladder = strcmp(family, "ladder") == 0;
    q->graph = wrt_graph_new();
    for (int i = 0; i < n; i++) {
        char name[16];
        int node;
        snprintf(name, sizeof name, "v%d", i);
        wrt_graph_add_node(&node, q->graph, wrt_str_of(name), NULL);
        if (!is_ladder && wrt_rng_below(rng, 10) == 0)
            wrt_graph_set_latent(q->graph, node);
    }
    q->order = shuffled(n, rng);
    if (is_ladder)
        add_ladder(q, n);
    else
        add_random_edges(q, n, strcmp(family, "band") == 0, rng);
    wrt_graph_finish(q->graph, NULL);
}

/* ---- the question */

static wrt_adjustment_sets list(const question *q, wrt_adjust_kind kind, size_t max) {
    wrt_node_set x = {(int *)&q->x, 1}, y = {(int *)&q->y, 1};
    wrt_effect_query query = {q->graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_adjust_options options = {.kind = kind, .max = max};
    wrt_adjustment_sets sets;
    if (wrt_adjustment_list(&sets, &query, &options, NULL) != WRT_OK)
        sets = (wrt_adjustment_sets){.verdict = WRT_ADJUST_NO_SET};
    return sets;
}

/* Some steps up from y. */
static int random_ancestor(const question *q, wrt_rng *rng) {
    int at = q->y;
    for (uint64_t steps = 1 + wrt_rng_below(rng, STEPS_MAX); steps > 0; steps--) {
        size_t n;
        const int *parents = wrt_graph_parents(q->graph, at, &n);
        if (n == 0)
            break;
        at = parents[wrt_rng_below(rng, n)];
    }
    return at;
}

static bool pick_ends(question *q, int n, const char *family, wrt_rng *rng) {
    bool is_ladder = strcmp(family, "ladder") == 0;
    size_t least = strcmp(family, "band") == 0 ? (size_t)n / 50 : 3;
    for (int i = 0; i < TRIES_MAX; i++) {
        q->y = is_ladder ? q->order[n / 2 * 2 - 1] : (int)wrt_rng_below(rng, (uint64_t)n);
        q->x = is_ladder ? q->order[n / 4 * 2] : random_ancestor(q, rng);
        if (q->x == q->y)
            continue;
        wrt_adjustment_sets sets = list(q, WRT_ADJUST_CANONICAL, 0);
        if (sets.verdict == WRT_ADJUST_OK && sets.sets[0].n >= least) {
            q->canonical = sets.sets[0];
            free(sets.sets);
            return true;
        }
        wrt_adjustment_sets_free(&sets);
    }
    return false;
}

static void pick_given(question *q, int n, wrt_rng *rng) {
    q->given = (wrt_node_set){wrt_calloc((size_t)n, sizeof(int)), 0};
    for (int v = 0; v < n; v++)
        if (v != q->x && v != q->y && wrt_rng_below(rng, 50) == 0)
            q->given.items[q->given.n++] = v;
}

/* ---- files */

static FILE *open_in(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

static void write_set(FILE *file, const char *what, const question *q, const wrt_node_set *set) {
    fprintf(file, ",\n \"%s\": [", what);
    for (size_t i = 0; i < set->n; i++)
        fprintf(file, "%s\"%s\"", i == 0 ? "" : ",", wrt_graph_name(q->graph, set->items[i]));
    fputs("]", file);
}

static void write_files(const question *q, const char *folder) {
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_graph_to_dagitty(&text, q->graph);
    FILE *file = open_in(folder, "graph.txt");
    fwrite(text.ptr, 1, wrt_buf_str(&text).len, file);
    fclose(file);
    wrt_buf_free(&text);
    wrt_node_set latents = {wrt_calloc(wrt_graph_count(q->graph), sizeof(int)), 0};
    file = open_in(folder, "edges.txt");
    for (int v = 0; v < (int)wrt_graph_count(q->graph); v++) {
        size_t n;
        const int *children = wrt_graph_children(q->graph, v, &n);
        for (size_t i = 0; i < n; i++)
            fprintf(file, "v%d v%d\n", v, children[i]);
        if (wrt_graph_is_latent(q->graph, v))
            latents.items[latents.n++] = v;
    }
    fclose(file);
    file = open_in(folder, "question.json");
    fprintf(file, "{\"nodes\": %zu, \"x\": \"v%d\", \"y\": \"v%d\"", wrt_graph_count(q->graph),
            q->x, q->y);
    write_set(file, "latents", q, &latents);
    write_set(file, "given", q, &q->given);
    write_set(file, "canonical", q, &q->canonical);
    fputs("}\n", file);
    fclose(file);
    wrt_node_set_free(&latents);
}

/* ---- the operations: each returns its answer as a number */

static size_t run_separation(const question *q) {
    wrt_node_set x = {(int *)&q->x, 1}, y = {(int *)&q->y, 1};
    bool separated;
    wrt_graph_separated(&separated, NULL, q->graph, &x, &y, &q->given, NULL);
    return separated;
}

static size_t run_test(const question *q) {
    wrt_node_set x = {(int *)&q->x, 1}, y = {(int *)&q->y, 1};
    wrt_effect_query query = {q->graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_adjustment_verdict verdict;
    wrt_adjustment_check(&verdict, &query, &q->canonical, NULL);
    size_t answer = verdict.valid;
    wrt_adjustment_verdict_free(&verdict);
    return answer;
}

static size_t count_sets(const question *q, size_t max) {
    wrt_adjustment_sets sets = list(q, WRT_ADJUST_MINIMAL, max);
    size_t answer = sets.n_sets;
    wrt_adjustment_sets_free(&sets);
    return answer;
}

static size_t run_minimal(const question *q) {
    return count_sets(q, 1);
}

static size_t run_minimal10(const question *q) {
    return count_sets(q, 10);
}

static int compare_doubles(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* One run, as the mean over a batch: reading the clock costs as much as a small query. */
static double time_batch(size_t (*run)(const question *), const question *q, int batch) {
    double start = cpu_ms();
    for (int i = 0; i < batch; i++)
        run(q);
    return (cpu_ms() - start) / batch;
}

static void measure(const char *what, size_t (*run)(const question *), const question *q) {
    double times[RUNS_MAX];
    size_t answer = run(q), n = 0;
    int batch = 1 + (int)(BATCH_MS / (time_batch(run, q, 1) + 1e-4));
    double begin = cpu_ms();
    while (n < RUNS_MAX && (n < RUNS_MIN || cpu_ms() - begin < BUDGET_MS))
        times[n++] = time_batch(run, q, batch);
    qsort(times, n, sizeof *times, compare_doubles);
    printf("%s %.6f %zu\n", what, times[n / 2], answer);
    fflush(stdout);
}

int main(int argc, char **argv) {
    int64_t n;
    if (argc != 4 ||
        (strcmp(argv[1], "er") != 0 && strcmp(argv[1], "band") != 0 &&
         strcmp(argv[1], "ladder") != 0) ||
        !wrt_str_to_int64(&n, wrt_str_of(argv[2])) || n < 100 || n > WRT_GRAPH_NODES_MAX) {
        fprintf(stderr, "usage: bench_peers er|band|ladder NODES FOLDER, 100 to %d nodes\n",
                WRT_GRAPH_NODES_MAX);
        return 2;
    }
    question q = {0};
    wrt_rng rng = wrt_rng_make(11, 1, (uint64_t)n);
    make_graph(&q, argv[1], (int)n, &rng);
    if (!pick_ends(&q, (int)n, argv[1], &rng)) {
        fprintf(stderr, "bench_peers: no question found\n");
        return 1;
    }
    pick_given(&q, (int)n, &rng);
    write_files(&q, argv[3]);
    measure("separation", run_separation, &q);
    measure("test", run_test, &q);
    measure("minimal", run_minimal, &q);
    measure("minimal10", run_minimal10, &q);
    wrt_node_set_free(&q.canonical);
    wrt_node_set_free(&q.given);
    free(q.order);
    wrt_graph_free(q.graph);
    return 0;
}
