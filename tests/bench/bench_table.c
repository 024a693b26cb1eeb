/* bench_table.c: reading a large table: CPU seconds and peak memory.
 *
 *   bench_table FILE make ROWS     writes a table of ROWS x 12
 *   bench_table FILE read          reads the 5 columns that have a role
 *   bench_table FILE study         and builds the study
 *   bench_table FILE stream        OLS and the naive difference, streamed
 *
 * One mode a process, so that peak memory is that mode's. Figures: CPU seconds (user and system),
 * peak resident MiB, and MiB of values: 8 bytes x rows x columns used. */
#include "base/hash.h"
#include "base/rng.h"
#include "effect/estimators/streamed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const char *const used[] = {"t", "y", "x1", "x2", "site"};

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static double peak_mib(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static int make(const char *path, size_t rows) {
    static const char *const sites[] = {"north", "east", "south", "west"};
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return 1;
    fputs("id,t,y,x1,x2,site,n1,n2,n3,n4,note,day\n", out);
    for (size_t i = 0; i < rows; i++) {
        wrt_rng rng = wrt_rng_make(1, 1, i);
        double x1 = wrt_rng_uniform(&rng), x2 = wrt_rng_uniform(&rng);
        int t = wrt_rng_uniform(&rng) < 0.25 + 0.5 * x1;
        double y = 1 + 2 * t + 3 * x1 - x2 + wrt_rng_uniform(&rng);
        fprintf(out, "%zu,%d,%.6f,%.6f,%.6f,%s,%.6f,%.6f,%.6f,%.6f,\"a, note\",2020-01-%02u\n", i,
                t, y, x1, x2, sites[wrt_rng_below(&rng, 4)], wrt_rng_uniform(&rng),
                wrt_rng_uniform(&rng), wrt_rng_uniform(&rng), wrt_rng_uniform(&rng),
                1 + (unsigned)wrt_rng_below(&rng, 28));
    }
    return fclose(out) != 0;
}

static int fail(const wrt_err *err) {
    fprintf(stderr, "bench_table: %s\n", err->message);
    return 1;
}

static void report(const char *mode, size_t rows, double started) {
    double used_mib = (double)rows * 5 * 8 / (1 << 20);
    printf("%-7s %zu rows: %.2f s CPU, peak %.0f MiB, values of used columns %.0f MiB\n", mode,
           rows, cpu_seconds() - started, peak_mib(), used_mib);
}

static int read_table(const char *path, bool with_study) {
    static const char *const adjust[] = {"x1", "x2", "site"};
    wrt_table_options options = {.columns = used, .n_columns = 5};
    wrt_roles roles = {.treatment = "t", .outcome = "y", .adjust = {adjust, 3}};
    wrt_table *table = NULL;
    wrt_study study = {0};
    wrt_err err = {0};
    double started = cpu_seconds();
    if (wrt_table_read_with(&table, path, &options, &err) != WRT_OK)
        return fail(&err);
    if (with_study && wrt_study_build(&study, table, &roles, &err) != WRT_OK)
        return fail(&err);
    report(with_study ? "study" : "read", wrt_table_rows(table), started);
    wrt_study_free(&study);
    wrt_table_free(table);
    return 0;
}

static int stream_table(const char *path) {
    static const char *const adjust[] = {"x1", "x2", "site"};
    wrt_roles roles = {.treatment = "t", .outcome = "y", .adjust = {adjust, 3}};
    wrt_estimator_options options = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_arena *arena = wrt_arena_new();
    wrt_streamed result;
    const wrt_table_source source = {path, -1};
    wrt_err err = {0};
    double started = cpu_seconds();
    if (wrt_streamed_estimate(&result, &source, &roles, NULL, &options, arena, &err) != WRT_OK)
        return fail(&err);
    report("stream", result.n, started);
    printf("        ols %.6f (se %.6f; the truth is 2), naive %.6f\n", result.ols.estimate,
           result.ols.se, result.naive.estimate);
    wrt_json_free(result.account);
    wrt_arena_free(arena);
    return 0;
}

int main(int argc, char **argv) {
    wrt_crypto_init();
    if (argc == 4 && strcmp(argv[2], "make") == 0)
        return make(argv[1], strtoul(argv[3], NULL, 10));
    if (argc == 3 && strcmp(argv[2], "read") == 0)
        return read_table(argv[1], false);
    if (argc == 3 && strcmp(argv[2], "study") == 0)
        return read_table(argv[1], true);
    if (argc == 3 && strcmp(argv[2], "stream") == 0)
        return stream_table(argv[1]);
    fputs("usage: bench_table FILE (make ROWS | read | study | stream)\n", stderr);
    return 2;
}
