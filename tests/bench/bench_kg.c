/* bench_kg.c: speed of the knowledge graph; figures for people, no test.
 *
 *   bench_kg load [NODES.tsv EDGES.sif.gz ...]    load with provenance, snapshot, proofs
 *
 * Without files: Hetionet's nodes and the edges file of WARRANT_SHARED that is padded to 2,250,197
 * edges, which is for timing only. Times are CPU seconds, so that a busy machine does not blur
 * them. */
#include "bench_kg.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

double bench_cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

double bench_wall_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

long bench_peak_kib(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

int main(int argc, char **argv) {
    if (argc >= 2 && strcmp(argv[1], "load") == 0)
        return bench_kg_load(argc - 2, argv + 2);
    fprintf(stderr, "usage: bench_kg load [FILE...]\n");
    return 2;
}
