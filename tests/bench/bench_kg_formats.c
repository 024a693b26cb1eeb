/* bench_kg_formats.c: CPU seconds to read graph files into a sink that keeps nothing.
 *
 *   bench_kg_formats FILE...     the format of each is guessed from its first line */
#include "kg/formats/formats.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

typedef struct {
    uint64_t nodes, edges, rejects, bytes;
    uint32_t relations;
} counts;

static wrt_status take_node(void *ctx, const wrt_kg_node_record *node, wrt_err *err) {
    (void)err;
    ((counts *)ctx)->nodes++;
    ((counts *)ctx)->bytes += node->id.len + node->name.len;
    return WRT_OK;
}

static wrt_status take_relation(uint32_t *out, void *ctx, const wrt_kg_relation *relation,
                                wrt_err *err) {
    (void)err;
    (void)relation;
    *out = ((counts *)ctx)->relations++;
    return WRT_OK;
}

static wrt_status take_edge(void *ctx, const wrt_kg_edge_record *edge, wrt_err *err) {
    (void)err;
    ((counts *)ctx)->edges++;
    ((counts *)ctx)->bytes += edge->subject.len + edge->object.len + edge->attributes.len;
    return WRT_OK;
}

static wrt_status take_reject(void *ctx, uint64_t line, const char *reason, wrt_err *err) {
    (void)line;
    (void)reason;
    (void)err;
    ((counts *)ctx)->rejects++;
    return WRT_OK;
}

static double cpu_seconds(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static int read_one(const char *path) {
    const wrt_kg_format_options options = {.map = NULL};
    const wrt_kg_format *format = NULL;
    const char *role = NULL;
    wrt_input *input = NULL;
    wrt_err err = {.code = WRT_OK};
    counts seen = {.nodes = 0};
    const wrt_kg_sink sink = {.ctx = &seen,
                              .node = take_node,
                              .relation = take_relation,
                              .edge = take_edge,
                              .reject = take_reject};
    double start = cpu_seconds();
    wrt_status status = wrt_kg_format_of_file(&format, &role, NULL, path, &err);
    if (status == WRT_OK)
        status = wrt_input_open(&input, path, &err);
    if (status == WRT_OK)
        status = format->read(&sink, input, &options, &err);
    double seconds = cpu_seconds() - start;
    if (status != WRT_OK) {
        fprintf(stderr, "bench_kg_formats: %s\n", err.message);
    } else {
        struct rusage use;
        getrusage(RUSAGE_SELF, &use);
        printf("%-11s %-10s %9llu nodes %9llu edges %6llu rejected  %6.3f s CPU  %9.0f records/s  "
               "peak %ld MB  %s\n",
               format->name, role, (unsigned long long)seen.nodes, (unsigned long long)seen.edges,
               (unsigned long long)seen.rejects, seconds,
               (double)(seen.nodes + seen.edges) / seconds, use.ru_maxrss / 1024,
               wrt_input_name(input));
    }
    wrt_input_close(input);
    return status == WRT_OK ? 0 : 1;
}

int main(int argc, char **argv) {
    int failed = argc < 2;
    for (int i = 1; i < argc; i++)
        failed |= read_one(argv[i]);
    return failed;
}
