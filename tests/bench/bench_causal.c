/* bench_causal.c: how the graph queries grow with the graph; not part of ctest.
 *
 *     bench_causal [FAMILY ...]      er, band, ladder; default all
 *
 * For each family and size, the mean over several graphs of the CPU time of one query, in all and
 * per node: a linear query costs the same per node at every size. Twice: with node numbers in the
 * order of the edges ("kept"), which shows the growth of the work; and in a hidden order
 * ("hidden"), where from about 10,000 nodes on each step also leaves the processor's caches. */
#include "tests/bench/causal_question.h"

#include <stdio.h>

enum { GRAPHS = 5 };

/* 200,000 nodes of a ladder are 100,000 layers. */
static const int sizes[] = {100, 1000, 10000, 100000, 200000};

static const struct {
    const char *name;
    size_t (*run)(const causal_question *);
} operations[] = {
    {"separation", causal_run_separation},
    {"test", causal_run_test},
    {"one minimal", causal_run_minimal},
    {"10 minimal", causal_run_minimal10},
};
enum { N_OPERATIONS = sizeof operations / sizeof operations[0] };

static void bench(const char *family, int n, bool is_hidden) {
    double sum[N_OPERATIONS] = {0};
    int graphs = 0;
    for (unsigned seed = 1; seed <= GRAPHS; seed++) {
        causal_question q;
        wrt_rng rng = wrt_rng_make(seed, 7, (uint64_t)n);
        if (!causal_question_make(&q, family, n, is_hidden, &rng))
            continue;
        graphs++;
        for (size_t i = 0; i < N_OPERATIONS; i++)
            sum[i] += causal_time(operations[i].run, &q);
        causal_question_free(&q);
    }
    printf("%-7s %-6s %7d", family, is_hidden ? "hidden" : "kept", n);
    for (size_t i = 0; i < N_OPERATIONS && graphs > 0; i++)
        printf("  %10.4f ms %5.0f ns/node", sum[i] / graphs, sum[i] / graphs / n * 1e6);
    printf("%s\n", graphs > 0 ? "" : "  no question found");
    fflush(stdout);
}

static void bench_family(const char *family) {
    for (int hidden = 0; hidden < 2; hidden++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
            bench(family, sizes[i], hidden != 0);
}

int main(int argc, char **argv) {
    static const char *const all[] = {"er", "band", "ladder"};
    for (int i = 1; i < argc; i++)
        if (!causal_family_exists(argv[i])) {
            fprintf(stderr, "bench_causal: no family \"%s\"; er, band, ladder\n", argv[i]);
            return 2;
        }
    printf("%-22s", "family  order    nodes");
    for (size_t i = 0; i < N_OPERATIONS; i++)
        printf("  %27s", operations[i].name);
    putchar('\n');
    for (int i = 1; i < argc; i++)
        bench_family(argv[i]);
    for (size_t i = 0; argc == 1 && i < sizeof all / sizeof all[0]; i++)
        bench_family(all[i]);
    return 0;
}
