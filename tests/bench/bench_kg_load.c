/* bench_kg_load.c: how fast files become a graph with provenance, a snapshot id and proofs. */
#include "bench_kg.h"

#include "kg/formats/formats.h"
#include "kg/ingest/import.h"
#include "kg/kg.h"
#include "kg/store/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 64, PROOFS = 200 };

typedef struct {
    const char *phase;
    char name[96];
    double cpu;
} stopwatch;

/* Prints what the phase that ended took. */
static void note_phase(void *ctx, const wrt_kg_progress *state) {
    stopwatch *watch = ctx;
    if (strncmp(watch->name, state->phase, sizeof watch->name - 1) == 0)
        return;
    if (watch->name[0] != '\0')
        printf("  %-52s %6.2f s CPU\n", watch->name, bench_cpu_seconds() - watch->cpu);
    snprintf(watch->name, sizeof watch->name, "%s", state->phase);
    watch->cpu = bench_cpu_seconds();
}

static wrt_status read_any(const wrt_kg_sink *sink, wrt_input *input, const void *ctx,
                           wrt_err *err) {
    const wrt_kg_format *format = ctx;
    const wrt_kg_format_options options = {.map = NULL};
    return format->read(sink, input, &options, err);
}

static long long file_size(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 ? (long long)info.st_size : 0;
}

/* ---- loading */

static int load(const char *db, wrt_kg_import_file *files, size_t n) {
    wrt_err err = {.code = WRT_OK};
    wrt_json *report = NULL;
    stopwatch watch = {.cpu = 0};
    const wrt_kg_import_job job = {
        .files = files,
        .n_files = n,
        .source = "bench",
        .version = "1",
        .progress = note_phase,
        .progress_ctx = &watch,
    };
    double cpu = bench_cpu_seconds(), wall = bench_wall_seconds();
    if (wrt_kg_import(&report, db, &job, &err) != WRT_OK) {
        fprintf(stderr, "bench_kg: %s\n", err.message);
        return 1;
    }
    note_phase(&watch, &(wrt_kg_progress){.phase = "end"});
    cpu = bench_cpu_seconds() - cpu;
    wall = bench_wall_seconds() - wall;
    double edges = (double)wrt_json_get_int(report, "edges", 0);
    printf("%lld nodes, %.0f edges, %lld equal, %lld skipped; snapshot %.16s...\n",
           (long long)wrt_json_get_int(report, "nodes", 0), edges,
           (long long)wrt_json_get_int(report, "equal", 0),
           (long long)wrt_json_get_int(report, "skipped_total", 0),
           wrt_json_get_text(report, "snapshot", "?"));
    printf("load: %.2f s CPU, %.2f s wall, %.0f edges a CPU second; %.0f MB peak, file %.0f MB\n",
           cpu, wall, edges / cpu, (double)bench_peak_kib() / 1024,
           (double)file_size(db) / (1 << 20));
    wrt_json_free(report);
    return 0;
}

/* ---- what the graph then gives */

/* Ids of edges all over the graph: the neighbours of some nodes. */
static size_t collect_ids(char **ids, wrt_kg *kg, const char *const *nodes, size_t n_nodes) {
    size_t n = 0;
    for (size_t i = 0; i < n_nodes; i++) {
        wrt_json *list = NULL;
        size_t total = 0;
        const wrt_kg_filter filter = {.limit = PROOFS / 4};
        if (wrt_kg_neighbors(&list, &total, kg, nodes[i], &filter, NULL) != WRT_OK)
            continue;
        WRT_JSON_EACH(item, list) {
            if (n < PROOFS)
                ids[n++] = strdup(wrt_json_text(wrt_json_path(item, "edge.id")));
        }
        wrt_json_free(list);
    }
    return n;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void time_proofs(wrt_kg *kg, char **ids, size_t n) {
    double edge_ms[PROOFS], proof_ms[PROOFS];
    for (size_t i = 0; i < n; i++) {
        wrt_json *edge = NULL, *proof = NULL;
        double start = bench_cpu_seconds();
        if (wrt_kg_edge(&edge, kg, ids[i], NULL) != WRT_OK)
            return;
        edge_ms[i] = 1e3 * (bench_cpu_seconds() - start);
        start = bench_cpu_seconds();
        if (wrt_kg_edge_proof(&proof, kg, ids[i], NULL) != WRT_OK ||
            wrt_kg_proof_check(proof, NULL) != WRT_OK)
            printf("a proof failed\n");
        proof_ms[i] = 1e3 * (bench_cpu_seconds() - start);
        wrt_json_free(edge);
        wrt_json_free(proof);
    }
    qsort(edge_ms, n, sizeof *edge_ms, compare);
    qsort(proof_ms, n, sizeof *proof_ms, compare);
    printf("one edge by id: median %.2f ms, worst %.2f ms; proof made and checked: median %.2f ms, "
           "worst %.2f ms (%zu edges)\n",
           edge_ms[n / 2], edge_ms[n - 1], proof_ms[n / 2], proof_ms[n - 1], n);
}

static int use(const char *db) {
    static const char *const nodes[] = {"Gene::7157", "Compound::DB00563", "Disease::DOID:7148",
                                        "Anatomy::UBERON:0000178"};
    wrt_err err = {.code = WRT_OK};
    wrt_kg *kg = NULL;
    char *ids[PROOFS];
    double cpu = bench_cpu_seconds();
    if (wrt_kg_open(&kg, db, &err) != WRT_OK) {
        fprintf(stderr, "bench_kg: %s\n", err.message);
        return 1;
    }
    printf("open: %.2f s CPU\n", bench_cpu_seconds() - cpu);
    size_t n = collect_ids(ids, kg, nodes, sizeof nodes / sizeof nodes[0]);
    if (n > 0)
        time_proofs(kg, ids, n);
    for (size_t i = 0; i < n; i++)
        free(ids[i]);
    cpu = bench_cpu_seconds();
    wrt_json *report = NULL;
    wrt_status status = wrt_kg_check(&report, kg, &err);
    printf("check: %s, %.2f s CPU\n", status == WRT_OK ? "ok" : err.message,
           bench_cpu_seconds() - cpu);
    wrt_json_free(report);
    wrt_kg_close(kg);
    return status == WRT_OK ? 0 : 1;
}

/* ---- files */

static char *shared_file(const char *name) {
    const char *shared = getenv("WARRANT_SHARED");
    char path[1024];
    snprintf(path, sizeof path, "%s/data/kg/hetionet/%s", shared != NULL ? shared : "../shared",
             name);
    return strdup(path);
}

int bench_kg_load(int n_files, char **paths) {
    char *defaults[] = {shared_file("hetionet-v1.0-nodes.tsv.gz"),
                        shared_file("SCALE-TEST-ONLY-synthetic-filler-2250197-edges.sif.gz")};
    wrt_kg_import_file files[FILES_MAX];
    char folder[] = "/tmp/wrt-bench-XXXXXX", db[64], lock[80];
    wrt_err err = {.code = WRT_OK};
    int code = 0;
    if (n_files == 0) {
        paths = defaults;
        n_files = 2;
    }
    if (n_files > FILES_MAX || mkdtemp(folder) == NULL)
        return 2;
    snprintf(db, sizeof db, "%s/kg.db", folder);
    snprintf(lock, sizeof lock, "%s.lock", db);
    for (int i = 0; i < n_files && code == 0; i++) {
        const wrt_kg_format *format = NULL;
        files[i] = (wrt_kg_import_file){.path = paths[i], .read = read_any};
        if (wrt_kg_format_of_file(&format, &files[i].role, NULL, paths[i], &err) != WRT_OK) {
            fprintf(stderr, "bench_kg: %s\n", err.message);
            code = 1;
        }
        files[i].ctx = format;
    }
    if (code == 0)
        code = load(db, files, (size_t)n_files);
    if (code == 0)
        code = use(db);
    unlink(db);
    unlink(lock);
    rmdir(folder);
    free(defaults[0]);
    free(defaults[1]);
    return code;
}
