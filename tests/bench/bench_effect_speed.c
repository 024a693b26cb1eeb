/* bench_effect_speed.c: AIPW with cross-fitting and a bootstrap, timed; not part of ctest.
 *
 *     bench_effect speed ROWS COLUMNS FOLDS DRAWS THREADS [FILE SHOWN]
 *
 * Simulates ROWS x COLUMNS (standard normal covariates, logistic treatment, linear outcome), runs
 * the estimator and prints one line of JSON: CPU and wall seconds, estimate, limits. With FILE,
 * writes for peers, as little-endian doubles one after the other: covariates by column, treatment,
 * outcome, fold of each row, SHOWN draws of counts, and the estimates of those draws.
 * effect_peers.py runs it beside them. */
#include "effect/estimators/aipw.h"
#include "effect/resample/bootstrap.h"
#include "effect/resample/folds.h"
#include "tests/bench/bench_effect.h"
#include "tests/effect/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static wrt_study *simulate(size_t n, size_t k, wrt_arena *arena) {
    wrt_study *s = fixture_study(n, k, arena);
    wrt_rng rng = wrt_rng_make(1, 1, 0);
    for (size_t i = 0; i < n; i++) {
        double eta = 0.0, y = 0.0;
        for (size_t j = 0; j < k; j++) {
            double x = fixture_normal(&rng);
            s->covariates.values[i + j * n] = x;
            eta += (j % 3 == 0 ? 0.25 : -0.1) * x;
            y += (j % 4 == 0 ? 0.5 : 0.1) * x;
        }
        s->treatment[i] = wrt_rng_uniform(&rng) < 1.0 / (1.0 + exp(-eta));
        s->outcome[i] = y + s->treatment[i] + fixture_normal(&rng);
    }
    fixture_count_treated(s);
    return s;
}

static double cpu_seconds(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
           1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static double wall_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void write_for_peers(const char *path, size_t shown, const wrt_study *s,
                            const wrt_estimator_options *o, const double *draws, wrt_arena *arena) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    size_t *fold = wrt_arena_calloc(arena, s->n, sizeof *fold);
    double *numbers = wrt_arena_calloc(arena, s->n, sizeof *numbers);
    wrt_bootstrap_plan plan = {.n = s->n, .draws = o->draws, .seed = o->seed, .threads = 1};
    fwrite(s->covariates.values, sizeof(double), s->n * s->covariates.columns, file);
    fwrite(s->treatment, sizeof(double), s->n, file);
    fwrite(s->outcome, sizeof(double), s->n, file);
    if (wrt_folds_assign(fold, s, o->folds, o->seed, arena, NULL) != WRT_OK)
        exit(1);
    for (size_t i = 0; i < s->n; i++)
        numbers[i] = (double)fold[i];
    fwrite(numbers, sizeof(double), s->n, file);
    for (size_t draw = 0; draw < shown; draw++) {
        wrt_bootstrap_count(numbers, &plan, draw, arena);
        fwrite(numbers, sizeof(double), s->n, file);
    }
    fwrite(draws, sizeof(double), shown, file);
    fclose(file);
}

static size_t argument(char **argv, int at, long low, long high) {
    long value = strtol(argv[at], NULL, 10);
    if (value < low || value > high) {
        fprintf(stderr, "bench_effect speed: argument %d is %ld to %ld\n", at, low, high);
        exit(2);
    }
    return (size_t)value;
}

int bench_effect_speed(int argc, char **argv) {
    if (argc != 6 && argc != 8) {
        fprintf(stderr, "bench_effect speed ROWS COLUMNS FOLDS DRAWS THREADS [FILE SHOWN]\n");
        return 2;
    }
    wrt_arena *arena = wrt_arena_new();
    wrt_study *s = simulate(argument(argv, 1, 100, 10000000), argument(argv, 2, 1, 1000), arena);
    wrt_estimator_options o = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    wrt_estimate e = {0};
    wrt_err err = {0};
    o.se = WRT_SE_BOOTSTRAP;
    o.choose_ridge = false; /* the peers fit without a penalty */
    o.folds = argument(argv, 3, 2, 100);
    o.draws = argument(argv, 4, WRT_BOOTSTRAP_DRAWS_MIN, WRT_BOOTSTRAP_DRAWS_MAX);
    o.threads = (int)argument(argv, 5, 1, 256);
    double cpu = cpu_seconds(), wall = wall_seconds();
    if (wrt_estimator_aipw.run(&e, s, &o, arena, &err) != WRT_OK) {
        fprintf(stderr, "bench_effect speed: %s\n", err.message);
        return 1;
    }
    cpu = cpu_seconds() - cpu;
    wall = wall_seconds() - wall;
    printf(
        "{\"rows\":%zu,\"columns\":%zu,\"folds\":%zu,\"draws\":%zu,\"threads\":%d,\"cpu_s\":%.3f,"
        "\"wall_s\":%.3f,\"estimate\":%.15g,\"se\":%.6g,\"low\":%.15g,\"high\":%.15g}\n",
        s->n, s->covariates.columns, o.folds, o.draws, o.threads, cpu, wall, e.estimate, e.se,
        e.low, e.high);
    if (argc == 8)
        write_for_peers(argv[6], argument(argv, 7, 1, 100), s, &o, e.draws, arena);
    wrt_json_free(e.details);
    wrt_arena_free(arena);
    return 0;
}
