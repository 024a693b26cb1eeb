/* causal_question.h: random causal graphs with a question worth asking, for the benchmarks.
 *
 * The families have two edges per node:
 *   er      ends of an edge drawn at random: wide, small ancestries
 *   band    edges of length 1 to 20 along the order: deep, large ancestries
 *   ladder  layers of two nodes, each joined to both of the next layer: 2^layers paths
 * In er and band one node in ten is latent. X is an ancestor of Y, the empty set is not valid and
 * some set is. Everything is drawn from `rng`. */
#ifndef WRT_TESTS_BENCH_CAUSAL_QUESTION_H
#define WRT_TESTS_BENCH_CAUSAL_QUESTION_H

#include "base/rng.h"
#include "causal/adjustment.h"

typedef struct {
    wrt_graph *graph;
    int *order; /* along which the edges run; shuffled, or 0, 1, 2 ... */
    int x, y;
    wrt_node_set canonical; /* a valid set */
    wrt_node_set given;     /* one node in fifty */
} causal_question;

bool causal_family_exists(const char *family);

/* is_hidden: node numbers do not follow the order of the edges. False when no question is found. */
bool causal_question_make(causal_question *out, const char *family, int n, bool is_hidden,
                          wrt_rng *rng);
void causal_question_free(causal_question *q);

/* The operations that are timed; each returns its answer as a number. */
size_t causal_run_separation(const causal_question *q);
size_t causal_run_test(const causal_question *q);
size_t causal_run_minimal(const causal_question *q);
size_t causal_run_minimal10(const causal_question *q);

double causal_cpu_ms(void);

/* CPU milliseconds of one run: the median over runs that together take a fifth of a second, five at
 * least, each the mean of a batch of a millisecond, since reading the clock costs as much as a
 * small query. */
double causal_time(size_t (*run)(const causal_question *), const causal_question *q);

#endif
