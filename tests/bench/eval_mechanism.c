/* eval_mechanism.c: how much of the curated mechanism of a drug the paths of a graph show; not part
 * of ctest.
 *
 *     eval_mechanism [FOLDER]      default: a folder under $TMPDIR that is left there
 *
 * Imports (a) Hetionet: 19 exact metaedges, approximate GO edges, attributes; (b) the same with the
 * edges of the DrugMechDB training graphs; graphs that are in FOLDER already are taken as they are.
 * The cases are 120 drug-disease pairs of drugmech_dev.json with curated nodes between them. Per
 * graph: a table with a row a rank, of recall of the curated nodes in the first 10 and 50 paths,
 * hits and mean reciprocal place of a curated gene, each with a 95 % percentile bootstrap interval
 * over cases (2,000 resamples; Efron, Tibshirani, 1993); the default rank on either half of the
 * cases; a control in which every disease gets the drug of another case; whether every edge id of
 * an answer opens; and what the 80 cases answer that Hetionet's ids do not cover. */
#include "agent/eval/mechanism_case.h"
#include "agent/eval/suite.h"
#include "base/arena.h"
#include "base/rng.h"
#include "kg/paths/paths.h"
#include "tests/bench/import_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { RESAMPLES = 2000, SHIFT = 37, MEASURES = 4 };

static const struct {
    const char *name;
    wrt_kg_path_options options;
} rankings[] = {
    {"mechanism", {.k = WRT_MECHANISM_TOP}},
    {"mechanism, any direction", {.k = WRT_MECHANISM_TOP, .direction = "any"}},
    {"mechanism, best scores only", {.k = WRT_MECHANISM_TOP, .cover = -1}},
    {"degree_product", {.k = WRT_MECHANISM_TOP, .rank = "degree_product"}},
    {"degree_product, cover", {.k = WRT_MECHANISM_TOP, .rank = "degree_product", .cover = 1}},
    {"dwpc", {.k = WRT_MECHANISM_TOP, .rank = "dwpc"}},
    {"information", {.k = WRT_MECHANISM_TOP, .rank = "information"}},
    {"evidence", {.k = WRT_MECHANISM_TOP, .rank = "evidence"}},
    {"signed", {.k = WRT_MECHANISM_TOP, .rank = "signed"}},
};

typedef struct {
    double measures[MEASURES];
} row;

static double cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static wrt_json *ask(wrt_kg *kg, const char *drug, const char *disease,
                     const wrt_kg_path_options *options) {
    wrt_json *paths = NULL;
    wrt_err err = {.code = WRT_OK};
    if (wrt_kg_paths(&paths, NULL, kg, drug, disease, options, &err) != WRT_OK)
        fprintf(stderr, "%s to %s: %s\n", drug, disease, err.message);
    return paths;
}

/* ---- one ranking over the mappable cases */

static row score_case(wrt_kg *kg, const wrt_mechanism_case *c, const char *drug,
                      const wrt_kg_path_options *options) {
    wrt_json *paths = ask(kg, drug, c->disease, options);
    wrt_mechanism_score s = wrt_mechanism_score_of(c, paths);
    wrt_json_free(paths);
    return (row){{s.recall_near, s.recall_top, s.gene_hit, s.reciprocal}};
}

static double mean_of(const row *rows, size_t n, int measure) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += rows[i].measures[measure];
    return n > 0 ? sum / (double)n : 0;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void interval(double out[2], const row *rows, size_t n, int measure) {
    static double means[RESAMPLES];
    wrt_rng rng = wrt_rng_make(20251121, 1, (uint64_t)measure);
    for (int b = 0; b < RESAMPLES; b++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += rows[wrt_rng_below(&rng, n)].measures[measure];
        means[b] = sum / (double)n;
    }
    qsort(means, RESAMPLES, sizeof means[0], compare_doubles);
    out[0] = means[RESAMPLES * 25 / 1000];
    out[1] = means[RESAMPLES - 1 - RESAMPLES * 25 / 1000];
}

static void print_row(const char *name, const row *rows, size_t n, double ms) {
    printf("%-30s", name);
    for (int m = 0; m < MEASURES; m++) {
        double range[2];
        interval(range, rows, n, m);
        printf("  %.4f [%.3f %.3f]", mean_of(rows, n, m), range[0], range[1]);
    }
    printf("  %7.1f ms\n", ms / (double)n);
}

static size_t mappable(const wrt_mechanism_case **out, const wrt_mechanism_cases *cases) {
    size_t n = 0;
    for (size_t i = 0; i < cases->n; i++)
        if (cases->list[i].is_mappable)
            out[n++] = &cases->list[i];
    return n;
}

static void print_rankings(wrt_kg *kg, const wrt_mechanism_case **list, size_t n) {
    row *rows = wrt_calloc(n + 1, sizeof *rows);
    wrt_json *kinds = wrt_mechanism_kinds();
    printf("%-30s  %-20s  %-20s  %-20s  %-20s  %s\n", "rank", "recall@10", "recall@50",
           "gene hit@10", "gene MRR", "CPU a case");
    for (size_t r = 0; r < sizeof rankings / sizeof rankings[0]; r++) {
        wrt_kg_path_options options = rankings[r].options;
        if (options.rank != NULL)
            options.kinds = kinds;
        double start = cpu_ms();
        for (size_t i = 0; i < n; i++)
            rows[i] = score_case(kg, list[i], list[i]->drug, &options);
        print_row(rankings[r].name, rows, n, cpu_ms() - start);
    }
    wrt_json_free(kinds);
    free(rows);
}

/* Nothing was fitted on single cases: the halves show how far chance goes. */
static void print_halves(wrt_kg *kg, const wrt_mechanism_case **list, size_t n) {
    row *rows[2] = {wrt_calloc(n + 1, sizeof(row)), wrt_calloc(n + 1, sizeof(row))};
    size_t counts[2] = {0, 0};
    wrt_kg_path_options options = {.k = WRT_MECHANISM_TOP};
    for (size_t i = 0; i < n; i++)
        rows[i % 2][counts[i % 2]++] = score_case(kg, list[i], list[i]->drug, &options);
    for (int half = 0; half < 2; half++) {
        printf("mechanism, %s cases: recall@10 %.4f, recall@50 %.4f\n", half == 0 ? "even" : "odd",
               mean_of(rows[half], counts[half], 0), mean_of(rows[half], counts[half], 1));
        free(rows[half]);
    }
}

static void print_control(wrt_kg *kg, const wrt_mechanism_case **list, size_t n) {
    row *rows = wrt_calloc(n + 1, sizeof *rows);
    wrt_kg_path_options options = {.k = WRT_MECHANISM_TOP};
    for (size_t i = 0; i < n; i++)
        rows[i] = score_case(kg, list[i], list[(i + SHIFT) % n]->drug, &options);
    printf("control, drugs of other cases: recall@10 %.4f, recall@50 %.4f\n", mean_of(rows, n, 0),
           mean_of(rows, n, 1));
    free(rows);
}

/* ---- honesty */

static size_t count_lost_edges(wrt_kg *kg, const wrt_json *paths, size_t *seen) {
    size_t lost = 0;
    WRT_JSON_EACH(path, paths) {
        WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
            wrt_json *full = NULL;
            ++*seen;
            lost += wrt_kg_edge(&full, kg, wrt_json_get_text(edge, "id", "?"), NULL) != WRT_OK;
            wrt_json_free(full);
        }
    }
    return lost;
}

static void print_unmappable(wrt_kg *kg, const wrt_mechanism_cases *cases) {
    size_t absent = 0, empty = 0, answered = 0, lost = 0, seen = 0;
    for (size_t i = 0; i < cases->n; i++) {
        const wrt_mechanism_case *c = &cases->list[i];
        wrt_kg_path_options options = {.k = WRT_MECHANISM_NEAR};
        wrt_json *paths = NULL;
        wrt_err err = {.code = WRT_OK};
        if (c->is_mappable)
            continue;
        wrt_status status = wrt_kg_paths(&paths, NULL, kg, c->drug, c->disease, &options, &err);
        absent += status == WRT_E_NOT_FOUND;
        empty += status == WRT_OK && wrt_json_count(paths) == 0;
        answered += status == WRT_OK && wrt_json_count(paths) > 0;
        lost += count_lost_edges(kg, paths, &seen);
        wrt_json_free(paths);
    }
    printf("unmappable cases: %zu not in the graph, %zu without a path, %zu answered from the "
           "graph; %zu edges named, %zu of them do not open\n",
           absent, empty, answered, seen, lost);
}

static void print_traceable(wrt_kg *kg, const wrt_mechanism_case **list, size_t n) {
    size_t lost = 0, seen = 0;
    for (size_t i = 0; i < n; i++) {
        wrt_kg_path_options options = {.k = WRT_MECHANISM_NEAR};
        wrt_json *paths = ask(kg, list[i]->drug, list[i]->disease, &options);
        lost += count_lost_edges(kg, paths, &seen);
        wrt_json_free(paths);
    }
    printf("edges named in ten paths a case: %zu, of which %zu do not open\n", seen, lost);
}

static int evaluate(const char *path, const wrt_mechanism_cases *cases) {
    wrt_kg *kg = NULL;
    wrt_err err = {.code = WRT_OK};
    if (wrt_kg_open(&kg, path, &err) != WRT_OK) {
        fprintf(stderr, "%s: %s\n", path, err.message);
        return 1;
    }
    const wrt_mechanism_case **list = wrt_calloc(cases->n + 1, sizeof *list);
    size_t n = mappable(list, cases);
    printf("\n%s: %zu cases\n", path, n);
    print_rankings(kg, list, n);
    print_halves(kg, list, n);
    print_control(kg, list, n);
    print_traceable(kg, list, n);
    print_unmappable(kg, cases);
    free(list);
    wrt_kg_close(kg);
    return 0;
}

/* ---- graphs */

static const char *const hetionet[] = {
    "hetionet/hetionet-v1.0-nodes.tsv.gz",           "hetionet/hetionet-v1.0-exact19-edges.sif.gz",
    "hetionet/hetionet-v1.0-go-approx-edges.sif.gz", "hetionet/hetionet-v1.0-CbG-attributes.tsv.gz",
    "hetionet/hetionet-v1.0-DaG-attributes.tsv.gz",  NULL};
static const char *const with_training[] = {"hetionet/hetionet-v1.0-nodes.tsv.gz",
                                            "hetionet/hetionet-v1.0-exact19-edges.sif.gz",
                                            "hetionet/hetionet-v1.0-go-approx-edges.sif.gz",
                                            "hetionet/hetionet-v1.0-CbG-attributes.tsv.gz",
                                            "hetionet/hetionet-v1.0-DaG-attributes.tsv.gz",
                                            "drugmechdb/drugmechdb-train-edges-hetionet-ids.tsv.gz",
                                            NULL};

static bool is_file(const char *path) {
    struct stat info;
    return stat(path, &info) == 0;
}

static int make_and_evaluate(const char *folder, const char *name, const char *const *files,
                             const wrt_mechanism_cases *cases) {
    char path[IMPORT_PATH_MAX];
    wrt_err err = {.code = WRT_OK};
    snprintf(path, sizeof path, "%s/%s.kg", folder, name);
    if (!is_file(path) && import_shared_files(path, name, files, &err) != WRT_OK) {
        fprintf(stderr, "%s: %s\n", name, err.message);
        return 1;
    }
    return evaluate(path, cases);
}

int main(int argc, char **argv) {
    char path[IMPORT_PATH_MAX], folder[IMPORT_PATH_MAX / 2];
    char sum[WRT_SHA256_HEX + 1];
    wrt_json *data = NULL;
    wrt_mechanism_cases cases;
    wrt_err err = {.code = WRT_OK};
    const char *root = getenv("TMPDIR");
    setvbuf(stdout, NULL, _IOLBF, 0);
    snprintf(folder, sizeof folder, "%.400s/warrant-mechanism", root != NULL ? root : "/tmp");
    if (argc > 1)
        snprintf(folder, sizeof folder, "%.500s", argv[1]);
    mkdir(folder, 0700);
    import_shared_path(path, "drugmech_dev.json");
    if (wrt_eval_read_data(&data, sum, path, &err) != WRT_OK ||
        wrt_mechanism_cases_read(&cases, data, &err) != WRT_OK) {
        fprintf(stderr, "SKIPPED: no drugmech_dev.json under WARRANT_SHARED: %s\n", err.message);
        return 1;
    }
    int failed = make_and_evaluate(folder, "hetionet", hetionet, &cases) +
                 make_and_evaluate(folder, "hetionet-drugmechdb", with_training, &cases);
    wrt_mechanism_cases_free(&cases);
    wrt_json_free(data);
    return failed > 0;
}
