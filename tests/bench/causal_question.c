/* causal_question.c: the graphs, the question and the clock of the causal benchmarks. */
#include "tests/bench/causal_question.h"

#include "base/arena.h"
#include "causal/separation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BAND = 20, TRIES_MAX = 3000, STEPS_MAX = 12 };
enum { RUNS_MIN = 5, RUNS_MAX = 1000, BATCH_MS = 1, BUDGET_MS = 200 };

/* ---- the graphs */

static int *order_of(int n, bool is_hidden, wrt_rng *rng) {
    int *order = wrt_calloc((size_t)n, sizeof *order);
    for (int i = 0; i < n; i++)
        order[i] = i;
    for (int i = n - 1; i > 0 && is_hidden; i--) {
        int k = (int)wrt_rng_below(rng, (uint64_t)i + 1), kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
    return order;
}

static void add_random_edges(causal_question *q, int n, bool is_band, wrt_rng *rng) {
    for (int i = 0; i < 2 * n; i++) {
        int from = (int)wrt_rng_below(rng, (uint64_t)n - 1), to;
        if (is_band)
            to = from + 1 + (int)wrt_rng_below(rng, BAND);
        else
            to = from + 1 + (int)wrt_rng_below(rng, (uint64_t)(n - 1 - from));
        wrt_graph_add_edge(q->graph, q->order[from], q->order[to < n ? to : n - 1], NULL);
    }
}

static void add_ladder(causal_question *q, int n) {
    for (int i = 0; i + 3 < n; i += 2)
        for (int side = 0; side < 4; side++)
            wrt_graph_add_edge(q->graph, q->order[i + side % 2], q->order[i + 2 + side / 2], NULL);
}

static void make_graph(causal_question *q, const char *family, int n, bool is_hidden,
                       wrt_rng *rng) {
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
    q->order = order_of(n, is_hidden, rng);
    if (is_ladder)
        add_ladder(q, n);
    else
        add_random_edges(q, n, strcmp(family, "band") == 0, rng);
    wrt_graph_finish(q->graph, NULL);
}

/* ---- the question */

static wrt_adjustment_sets list(const causal_question *q, wrt_adjust_kind kind, size_t max) {
    wrt_node_set x = {(int *)&q->x, 1}, y = {(int *)&q->y, 1};
    wrt_effect_query query = {q->graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_adjust_options options = {.kind = kind, .max = max};
    wrt_adjustment_sets sets;
    if (wrt_adjustment_list(&sets, &query, &options, NULL) != WRT_OK)
        sets = (wrt_adjustment_sets){.verdict = WRT_ADJUST_NO_SET};
    return sets;
}

/* Some steps up from y. */
static int random_ancestor(const causal_question *q, wrt_rng *rng) {
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

static bool pick_ends(causal_question *q, int n, const char *family, wrt_rng *rng) {
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

static void pick_given(causal_question *q, int n, wrt_rng *rng) {
    q->given = (wrt_node_set){wrt_calloc((size_t)n, sizeof(int)), 0};
    for (int v = 0; v < n; v++)
        if (v != q->x && v != q->y && wrt_rng_below(rng, 50) == 0)
            q->given.items[q->given.n++] = v;
}

bool causal_family_exists(const char *family) {
    return strcmp(family, "er") == 0 || strcmp(family, "band") == 0 ||
           strcmp(family, "ladder") == 0;
}

bool causal_question_make(causal_question *out, const char *family, int n, bool is_hidden,
                          wrt_rng *rng) {
    *out = (causal_question){0};
    make_graph(out, family, n, is_hidden, rng);
    bool found = pick_ends(out, n, family, rng);
    if (found)
        pick_given(out, n, rng);
    else
        causal_question_free(out);
    return found;
}

void causal_question_free(causal_question *q) {
    wrt_node_set_free(&q->canonical);
    wrt_node_set_free(&q->given);
    free(q->order);
    wrt_graph_free(q->graph);
    *q = (causal_question){0};
}

/* ---- the operations */

size_t causal_run_separation(const causal_question *q) {
    wrt_node_set x = {(int *)&q->x, 1}, y = {(int *)&q->y, 1};
    bool separated;
    wrt_graph_separated(&separated, NULL, q->graph, &x, &y, &q->given, NULL);
    return separated;
}

size_t causal_run_test(const causal_question *q) {
    wrt_node_set x = {(int *)&q->x, 1}, y = {(int *)&q->y, 1};
    wrt_effect_query query = {q->graph, &x, &y, WRT_EFFECT_TOTAL};
    wrt_adjustment_verdict verdict;
    wrt_adjustment_check(&verdict, &query, &q->canonical, NULL);
    size_t answer = verdict.valid;
    wrt_adjustment_verdict_free(&verdict);
    return answer;
}

static size_t count_sets(const causal_question *q, size_t max) {
    wrt_adjustment_sets sets = list(q, WRT_ADJUST_MINIMAL, max);
    size_t answer = sets.n_sets;
    wrt_adjustment_sets_free(&sets);
    return answer;
}

size_t causal_run_minimal(const causal_question *q) {
    return count_sets(q, 1);
}

size_t causal_run_minimal10(const causal_question *q) {
    return count_sets(q, 10);
}

double causal_cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare_doubles(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double time_batch(size_t (*run)(const causal_question *), const causal_question *q,
                         int batch) {
    double start = causal_cpu_ms();
    for (int i = 0; i < batch; i++)
        run(q);
    return (causal_cpu_ms() - start) / batch;
}

double causal_time(size_t (*run)(const causal_question *), const causal_question *q) {
    double times[RUNS_MAX];
    size_t n = 0;
    run(q);
    int batch = 1 + (int)(BATCH_MS / (time_batch(run, q, 1) + 1e-4));
    double begin = causal_cpu_ms();
    while (n < RUNS_MAX && (n < RUNS_MIN || causal_cpu_ms() - begin < BUDGET_MS))
        times[n++] = time_batch(run, q, batch);
    qsort(times, n, sizeof *times, compare_doubles);
    return times[n / 2];
}
