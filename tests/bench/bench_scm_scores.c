/* bench_scm_scores.c: what the rows of a model cost a language model, against the algorithm of
 * Bynum and Cho's code (one pass over the prompt and one over each candidate for every unit and
 * variable, nothing shared, nothing remembered). Usage:
 *
 *   bench_scm_scores MODEL.gguf|tiny FILE.scm.json [UNITS [SECONDS [plain]]]
 *
 * Units are drawn depth first, factual and under each value of the treatment with the same draws
 * for what is not a descendant, as that code does. Its tokens are counted for all these units; it
 * is run for as many as fit into SECONDS of processor time. "plain" takes the plan of one tree a
 * call instead of the canonical one. Times are processor seconds of this process. */
#include "base/arena.h"
#include "base/file.h"
#include "base/rng.h"
#include "scm/load.h"
#include "scm/mechanism/mechanism.h"
#include "scm/mechanism/prompt.h"
#include "tests/llm/naive.h"
#include "tests/llm/tiny_gguf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SEED = 1 };

/* A unit in one of the worlds: 0 is the factual one, k + 1 that of treatment value k. */
typedef struct {
    uint32_t unit;
    uint32_t world;
    uint8_t values[64];
} member;

typedef struct {
    const wrt_scm *scm;
    wrt_scm_rows rows;
    size_t treatment;
    member *done; /* all members with all values */
    size_t n_done;
} walk;

static double processor_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static _Noreturn void stop(const char *what, const wrt_err *err) {
    fprintf(stderr, "%s: %s\n", what, err->message);
    exit(1);
}

/* ---- drawing depth first */

static uint8_t draw(const double *row, size_t n, size_t variable, const member *m) {
    wrt_rng rng = wrt_rng_make(SEED, (uint32_t)variable, m->unit);
    double u = wrt_rng_uniform(&rng);
    size_t k = 0;
    while (k + 1 < n && u >= row[k])
        u -= row[k++];
    return (uint8_t)k;
}

static void descend(walk *w, const member *group, size_t n, size_t variable);

/* Goes on with the members that have value k of the variable. */
static void descend_with(walk *w, const member *group, size_t n, size_t variable, uint8_t k) {
    member *part = wrt_calloc(n + 1, sizeof *part);
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        if (group[i].values[variable] == k)
            part[found++] = group[i];
    if (found > 0)
        descend(w, part, found, variable + 1);
    free(part);
}

/* At the treatment a unit goes on in every world. */
static member *split_worlds(size_t *n, const member *group, size_t variable, size_t values) {
    member *all = wrt_calloc(*n * (values + 1), sizeof *all);
    size_t made = 0;
    for (size_t i = 0; i < *n; i++)
        for (size_t world = 0; world <= values; world++) {
            all[made] = group[i];
            all[made].world = (uint32_t)world;
            if (world > 0)
                all[made].values[variable] = (uint8_t)(world - 1);
            made++;
        }
    *n = made;
    return all;
}

/* All members have equal values of the variables before: one row serves them. */
static void descend(walk *w, const member *group, size_t n, size_t variable) {
    if (variable == wrt_scm_count(w->scm)) {
        memcpy(w->done + w->n_done, group, n * sizeof *group);
        w->n_done += n;
        return;
    }
    size_t values = wrt_scm_variable_at(w->scm, variable)->n_values;
    uint64_t number = wrt_scm_row_of(w->scm, variable, group[0].values);
    double row[WRT_SCM_VALUES_MAX];
    wrt_err err = {0};
    if (w->rows.ask(row, w->rows.ctx, variable, &number, 1, &err) != WRT_OK)
        stop("rows", &err);
    member *all = wrt_calloc(n, sizeof *all);
    for (size_t i = 0; i < n; i++) {
        all[i] = group[i];
        all[i].values[variable] = draw(row, values, variable, &all[i]);
    }
    if (variable == w->treatment) {
        member *worlds = split_worlds(&n, all, variable, values);
        free(all);
        all = worlds;
    }
    for (size_t k = 0; k < values; k++)
        descend_with(w, all, n, variable, (uint8_t)k);
    free(all);
}

/* ---- the other algorithm */

static bool is_below(const wrt_scm *scm, size_t variable, size_t treatment) {
    bool below[64] = {false};
    below[treatment] = true;
    for (size_t v = treatment + 1; v <= variable; v++)
        for (size_t j = 0; j < wrt_scm_variable_at(scm, v)->n_parents; j++)
            below[v] = below[v] || below[wrt_scm_variable_at(scm, v)->parents[j]];
    return variable != treatment && below[variable];
}

static long authors_ask(naive *n, const wrt_scm *scm, const member *m, size_t variable,
                        bool only_count) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, variable);
    uint8_t values[64];
    size_t phrasings[64] = {0};
    const char *texts[WRT_SCM_VALUES_MAX];
    double log_p[WRT_SCM_VALUES_MAX];
    wrt_scm_prompt prompt;
    wrt_arena *arena = wrt_arena_new();
    for (size_t j = 0; j < v->n_parents; j++)
        values[j] = m->values[v->parents[j]];
    const wrt_scm_ask ask = {
        .phrasings = phrasings, .variable = variable, .values = values, .rule = WRT_SCM_REFERENCE};
    if (v->table != NULL || wrt_scm_prompt_make(&prompt, arena, scm, &ask, NULL) != WRT_OK) {
        wrt_arena_free(arena);
        return 0;
    }
    for (size_t k = 0; k < prompt.n; k++)
        texts[k] = prompt.candidates[k].ptr;
    long tokens = naive_authors(n, log_p, prompt.text.ptr, texts, prompt.n, only_count);
    wrt_arena_free(arena);
    return tokens;
}

/* Every variable of the factual world, what lies below the treatment in the others. */
static long authors_member(naive *n, const walk *w, const member *m, bool only_count) {
    long tokens = 0;
    for (size_t v = 0; v < wrt_scm_count(w->scm); v++)
        if (m->world == 0 || is_below(w->scm, v, w->treatment))
            tokens += authors_ask(n, w->scm, m, v, only_count);
    return tokens;
}

static int by_unit(const void *a, const void *b) {
    const member *x = a, *y = b;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    return x->world < y->world ? -1 : x->world > y->world;
}

typedef struct {
    double tokens; /* of all units, counted */
    double run_seconds;
    long run_units;
} authors;

static authors run_authors(naive *n, walk *w, size_t units, double seconds) {
    authors a = {0};
    size_t per_unit = w->n_done / units;
    qsort(w->done, w->n_done, sizeof *w->done, by_unit);
    for (size_t i = 0; i < w->n_done; i++)
        a.tokens += (double)authors_member(n, w, &w->done[i], true);
    double start = processor_seconds();
    while ((size_t)a.run_units < units && a.run_seconds < seconds) {
        for (size_t i = 0; i < per_unit; i++)
            (void)authors_member(n, w, &w->done[(size_t)a.run_units * per_unit + i], false);
        a.run_units++;
        a.run_seconds = processor_seconds() - start;
    }
    return a;
}

/* ---- the program */

static char *model_path(const char *given) {
    static char path[] = "/tmp/warrant-bench-XXXXXX.gguf";
    if (strcmp(given, "tiny") != 0)
        return wrt_strdup(given);
    int file = mkstemps(path, 5);
    wrt_buf bytes = wrt_buf_make(WRT_MIB(4));
    wrt_err err = {0};
    tiny_gguf_build(&bytes);
    if (file < 0 || wrt_file_write(path, wrt_buf_str(&bytes), 0600, &err) != WRT_OK)
        stop("tiny model", &err);
    close(file);
    wrt_buf_free(&bytes);
    return wrt_strdup(path);
}

static void report(const walk *w, size_t units, const wrt_llm_usage *usage, double seconds,
                   const authors *a) {
    double each = a->run_units > 0 ? a->run_seconds / (double)a->run_units : 0.0;
    printf("units                     %zu, with %zu worlds each\n", units, w->n_done / units);
    printf("ours    tokens evaluated  %lld\n", (long long)usage->decoded);
    printf("ours    calls             %lld\n", (long long)usage->calls);
    printf("ours    processor seconds %.2f\n", seconds);
    printf("authors tokens (counted)  %.0f\n", a->tokens);
    printf("authors processor seconds %.2f for %ld units, %.0f for all at that rate\n",
           a->run_seconds, a->run_units, each * (double)units);
    printf("ratio   tokens            %.1f\n", a->tokens / (double)usage->decoded);
    printf("ratio   processor time    %.1f\n", each * (double)units / seconds);
}

int main(int argc, char **argv) {
    wrt_err err = {0};
    wrt_scm *scm = NULL;
    wrt_llm *llm = NULL;
    wrt_scm_mechanism *m = NULL;
    if (argc < 3) {
        fprintf(stderr, "usage: bench_scm_scores MODEL.gguf|tiny FILE.scm.json [UNITS [SECONDS "
                        "[plain]]]\n");
        return 2;
    }
    size_t units = argc > 3 ? strtoul(argv[3], NULL, 10) : 100;
    double seconds = argc > 4 ? strtod(argv[4], NULL) : 0.0;
    char *path = model_path(argv[1]);
    wrt_buf spec = wrt_buf_make(WRT_KIB(8));
    wrt_buf_printf(&spec, "llama:%s", path);
    wrt_llm_options options = wrt_scm_llm_options((wrt_llm_options){0});
    options.canonical = argc <= 5;
    if (wrt_scm_load(&scm, NULL, argv[2], &err) != WRT_OK)
        stop("model", &err);
    if (wrt_llm_open(&llm, spec.ptr, &options, &err) != WRT_OK)
        stop("language model", &err);
    const wrt_scm_mechanism_options made = {.llm = llm, .scoring = wrt_scm_scoring_of(scm)};
    if (wrt_scm_mechanism_new(&m, scm, &made, &err) != WRT_OK)
        stop("mechanism", &err);
    walk w = {.scm = scm, .rows = wrt_scm_mechanism_rows(m)};
    if (wrt_scm_count(scm) > 64 || !wrt_scm_treatment(&w.treatment, scm) || units == 0)
        stop("model", &(wrt_err){.message = "wanted: a treatment and at most 64 variables"});
    w.done = wrt_calloc(units * (WRT_SCM_VALUES_MAX + 1), sizeof *w.done);
    member *start = wrt_calloc(units, sizeof *start);
    for (size_t i = 0; i < units; i++)
        start[i].unit = (uint32_t)i;
    double before = processor_seconds();
    descend(&w, start, units, 0);
    double took = processor_seconds() - before;
    wrt_llm_usage usage = wrt_llm_usage_of(llm);
    naive *n = naive_open(path, true);
    authors a = run_authors(n, &w, units, seconds);
    report(&w, units, &usage, took, &a);
    naive_close(n);
    free(start);
    free(w.done);
    wrt_scm_mechanism_free(m);
    wrt_llm_close(llm);
    wrt_scm_free(scm);
    if (strcmp(argv[1], "tiny") == 0)
        unlink(path);
    free(path);
    wrt_buf_free(&spec);
    return 0;
}
