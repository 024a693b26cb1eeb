/* bench_peers.c: one question on one graph, written for other programs and timed here.
 *
 *   bench_peers FAMILY NODES FOLDER
 *
 * The graph is causal_question.h's in a hidden order; the seed is fixed. FOLDER gets graph.txt
 * (dagitty text), edges.txt (one "from to" a line) and question.json. Printed is a line for each
 * operation: name, CPU milliseconds and the answer. */
#include "base/arena.h"
#include "tests/bench/causal_question.h"

#include <stdio.h>
#include <stdlib.h>

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

static void write_set(FILE *file, const char *what, const causal_question *q,
                      const wrt_node_set *set) {
    fprintf(file, ",\n \"%s\": [", what);
    for (size_t i = 0; i < set->n; i++)
        fprintf(file, "%s\"%s\"", i == 0 ? "" : ",", wrt_graph_name(q->graph, set->items[i]));
    fputs("]", file);
}

static void write_files(const causal_question *q, const char *folder) {
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

/* ---- the figures */

static void measure(const char *what, size_t (*run)(const causal_question *),
                    const causal_question *q) {
    printf("%s %.6f %zu\n", what, causal_time(run, q), run(q));
    fflush(stdout);
}

int main(int argc, char **argv) {
    int64_t n;
    if (argc != 4 || !causal_family_exists(argv[1]) || !wrt_str_to_int64(&n, wrt_str_of(argv[2])) ||
        n < 100 || n > WRT_GRAPH_NODES_MAX) {
        fprintf(stderr, "usage: bench_peers er|band|ladder NODES FOLDER, 100 to %d nodes\n",
                WRT_GRAPH_NODES_MAX);
        return 2;
    }
    causal_question q;
    wrt_rng rng = wrt_rng_make(11, 1, (uint64_t)n);
    if (!causal_question_make(&q, argv[1], (int)n, true, &rng)) {
        fprintf(stderr, "bench_peers: no question found\n");
        return 1;
    }
    write_files(&q, argv[3]);
    measure("separation", causal_run_separation, &q);
    measure("test", causal_run_test, &q);
    measure("minimal", causal_run_minimal, &q);
    measure("minimal10", causal_run_minimal10, &q);
    causal_question_free(&q);
    return 0;
}
