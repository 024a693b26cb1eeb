/* bench_scm.c: what structural causal models cost; not part of ctest.
 *
 *     bench_scm [units] [exact]      default both; exact needs the networks of WARRANT_SHARED
 *
 * units: a made-up model of ten variables drawn from its tables, in units a second of CPU time.
 * exact: on the network alarm, one query after the other with random evidence, and all marginals,
 * in milliseconds of CPU time. What a language model costs: bench_scm_scores. */
#include "base/buf.h"
#include "base/rng.h"
#include "scm/infer/exact.h"
#include "scm/infer/sample.h"
#include "scm/infer/simulate.h"
#include "scm/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { VARIABLES = 10, UNITS = 1000000, ROUNDS = 5, QUERIES = 2000 };

static double cpu_seconds(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int complain(const wrt_err *err) {
    fprintf(stderr, "bench_scm: %s\n", err->message);
    return 1;
}

/* ---- units */

static size_t values_of(int variable) {
    return 2 + (size_t)variable % 3;
}

static int parents_of(int variable) {
    return variable < 3 ? variable : 3;
}

static void write_rows(wrt_buf *out, int v, wrt_rng *rng) {
    size_t rows = 1, n = (size_t)parents_of(v);
    for (size_t j = 0; j < n; j++)
        rows *= values_of(v - 1 - (int)j);
    for (size_t r = 0; r < rows; r++) {
        size_t rest = r;
        double sum = 0, p[4];
        wrt_buf_printf(out, "%s{", r > 0 ? "," : "");
        for (size_t j = 0; j < n; j++) {
            int parent = v - 1 - (int)j;
            wrt_buf_printf(out, "\"v%d\":\"%zu\",", parent, rest % values_of(parent));
            rest /= values_of(parent);
        }
        for (size_t i = 0; i < values_of(v); i++)
            sum += p[i] = wrt_rng_uniform(rng) + 0.01;
        wrt_buf_printf(out, "\"p\":[");
        for (size_t i = 0; i < values_of(v); i++)
            wrt_buf_printf(out, "%s%.17g", i > 0 ? "," : "", p[i] / sum);
        wrt_buf_printf(out, "]}");
    }
}

static wrt_status make_model(wrt_scm **out, wrt_err *err) {
    wrt_buf text = wrt_buf_make(1 << 20);
    wrt_rng rng = wrt_rng_make(1, 0, 0);
    wrt_buf_printf(&text, "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":[");
    for (int v = 0; v < VARIABLES; v++) {
        wrt_buf_printf(&text, "%s{\"name\":\"v%d\",\"values\":[", v > 0 ? "," : "", v);
        for (size_t i = 0; i < values_of(v); i++)
            wrt_buf_printf(&text, "%s\"%zu\"", i > 0 ? "," : "", i);
        wrt_buf_printf(&text, "],\"parents\":[");
        for (int j = 1; j <= parents_of(v); j++)
            wrt_buf_printf(&text, "%s\"v%d\"", j > 1 ? "," : "", v - j);
        wrt_buf_printf(&text, "],\"cpt\":{\"rows\":[");
        write_rows(&text, v, &rng);
        wrt_buf_printf(&text, "]}}");
    }
    wrt_buf_printf(&text, "]}");
    wrt_status status = wrt_scm_load_text(out, NULL, wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    return status;
}

static wrt_status draw_units(const wrt_scm_world *world, wrt_err *err) {
    double best = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        wrt_scm_units units;
        double start = cpu_seconds();
        wrt_status status = wrt_scm_sample(&units, world, 0, UNITS, round, err);
        double rate = UNITS / (cpu_seconds() - start);
        wrt_scm_units_free(&units);
        if (status != WRT_OK)
            return status;
        best = rate > best ? rate : best;
    }
    printf("sampling    %d variables from tables: %.2f million units/s\n", VARIABLES, best / 1e6);
    return WRT_OK;
}

static wrt_status draw_populations(const wrt_scm_world *world, wrt_err *err) {
    for (int coupling = 0; coupling < 3; coupling++) {
        wrt_scm_population population;
        wrt_scm_simulation how = {.n = UNITS,
                                  .seed = 1,
                                  .treatment = 3,
                                  .outcome = 9,
                                  .coupling = (wrt_scm_coupling)coupling};
        double start = cpu_seconds();
        wrt_status status = wrt_scm_simulate(&population, world, &how, err);
        printf("populations %-11s potential outcomes of 2 arms: %.2f million units/s\n",
               wrt_scm_coupling_name(how.coupling), UNITS / (cpu_seconds() - start) / 1e6);
        wrt_scm_population_free(&population);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

static wrt_status bench_units(wrt_err *err) {
    wrt_scm *scm = NULL;
    wrt_scm_world world;
    wrt_status status = make_model(&scm, err);
    if (status == WRT_OK) {
        wrt_scm_world_init(&world, scm, wrt_scm_rows_of_tables(scm));
        status = draw_units(&world, err);
    }
    if (status == WRT_OK)
        status = draw_populations(&world, err);
    wrt_scm_free(scm);
    return status;
}

/* ---- exact queries */

/* Up to four seen values and up to one done, at random; evidence that cannot be is skipped. */
static void draw_world(wrt_scm_world *world, wrt_rng *rng) {
    uint64_t n = wrt_rng_below(rng, 5);
    wrt_scm_world_init(world, world->scm, world->rows);
    for (uint64_t i = 0; i <= n; i++) {
        size_t v = (size_t)wrt_rng_below(rng, world->n);
        size_t value = (size_t)wrt_rng_below(rng, wrt_scm_variable_at(world->scm, v)->n_values);
        if (i == n && wrt_rng_below(rng, 2) == 0)
            wrt_scm_world_set(world, v, value);
        else if (i < n)
            wrt_scm_world_see(world, v, value);
    }
    for (size_t v = 0; v < world->n; v++)
        world->seen[v] = world->seen[v] && world->act[v] == WRT_SCM_KEPT;
}

static wrt_status time_queries(const wrt_scm *scm, wrt_err *err) {
    wrt_scm_world world;
    wrt_rng rng = wrt_rng_make(2, 0, 0);
    double total = 0, most = 0, marginals = 0;
    size_t answered = 0, whole = 0;
    wrt_scm_world_init(&world, scm, wrt_scm_rows_of_tables(scm));
    for (int i = 0; i < QUERIES; i++) {
        wrt_scm_exact_answer answer;
        size_t outcome = (size_t)wrt_rng_below(&rng, world.n);
        draw_world(&world, &rng);
        double start = cpu_seconds();
        wrt_status status = wrt_scm_exact(&answer, &world, &outcome, 1, err);
        double took = cpu_seconds() - start;
        free(answer.p);
        if (status != WRT_OK && status != WRT_E_NOT_FOUND)
            return status;
        answered += status == WRT_OK;
        total += took;
        most = took > most ? took : most;
        double *all = NULL;
        if (status != WRT_OK || i % 20 != 0)
            continue;
        start = cpu_seconds();
        if (wrt_scm_exact_marginals(&all, &world, err) == WRT_OK)
            whole++;
        marginals += cpu_seconds() - start;
        free(all);
    }
    printf("exact       alarm, %zu queries: mean %.3f ms, most %.3f ms; all %zu marginals: %.3f "
           "ms (mean of %zu)\n",
           answered, total / QUERIES * 1e3, most * 1e3, world.n,
           whole > 0 ? marginals / (double)whole * 1e3 : 0.0, whole);
    return WRT_OK;
}

static wrt_status bench_exact(wrt_err *err) {
    char path[1024];
    const char *shared = getenv("WARRANT_SHARED");
    wrt_scm *scm = NULL;
    snprintf(path, sizeof path, "%s/data/scm/bif/alarm.bif.gz",
             shared != NULL ? shared : "../shared");
    wrt_status status = wrt_scm_load(&scm, NULL, path, err);
    if (status == WRT_OK)
        status = time_queries(scm, err);
    wrt_scm_free(scm);
    return status;
}

int main(int argc, char **argv) {
    wrt_err err = {0};
    bool has_units = argc == 1, has_exact = argc == 1;
    for (int i = 1; i < argc; i++) {
        has_units = has_units || strcmp(argv[i], "units") == 0;
        has_exact = has_exact || strcmp(argv[i], "exact") == 0;
    }
    if (has_units && bench_units(&err) != WRT_OK)
        return complain(&err);
    if (has_exact && bench_exact(&err) != WRT_OK)
        return complain(&err);
    return has_units || has_exact ? 0 : 2;
}
