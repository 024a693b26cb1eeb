/* bench_kg_queries.c: how long questions take on a loaded graph.
 *
 * For each pair: the paths of at most 2 and 3 hops (all kinds and edges, read in any direction,
 * which is what a plain undirected graph would answer), the 50 best of at most 4 hops by degree
 * product among edges and kinds of a mechanism, and the default question of `warrant kg paths`.
 * The 3-hop paths of one pair are also counted by recursive SQL over an indexed table of the same
 * edges. Times are CPU milliseconds, writing the JSON of the answer included. One line "pair FROM
 * TO N MS" a pair of the 3-hop question lets tests/bench/kg_peers.py ask networkx the same. */
#include "bench_kg.h"

#include "agent/eval/mechanism_case.h"
#include "agent/eval/suite.h"
#include "base/db.h"
#include "kg/paths/paths.h"
#include "tests/bench/import_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAIRS_MAX = 120, PEER_PAIRS = 3, SQL_PAIRS = 1 };

typedef struct {
    const char *name;
    wrt_kg_path_options options;
    double ms[PAIRS_MAX];
    size_t found[PAIRS_MAX];
    bool truncated;
} query;

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_times(const char *name, const double *ms, size_t n) {
    double sorted[PAIRS_MAX];
    memcpy(sorted, ms, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_doubles);
    printf("%-44s median %8.2f ms, worst %8.2f ms (%zu pairs)\n", name, sorted[n / 2],
           sorted[n - 1], n);
}

static size_t choose_pairs(const wrt_mechanism_case **pairs, const wrt_mechanism_cases *cases) {
    size_t n = 0;
    for (size_t i = 0; i < cases->n && n < PAIRS_MAX; i++)
        if (cases->list[i].is_mappable)
            pairs[n++] = &cases->list[i];
    return n;
}

static void ask_all(query *q, wrt_kg *kg, const wrt_mechanism_case **pairs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        wrt_json *paths = NULL;
        wrt_kg_path_stats stats = {.found = 0};
        wrt_err err = {.code = WRT_OK};
        double start = bench_cpu_seconds();
        if (wrt_kg_paths(&paths, &stats, kg, pairs[i]->drug, pairs[i]->disease, &q->options,
                         &err) != WRT_OK)
            fprintf(stderr, "bench_kg: %s\n", err.message);
        q->ms[i] = 1e3 * (bench_cpu_seconds() - start);
        q->found[i] = stats.found;
        q->truncated = q->truncated || stats.truncated;
        wrt_json_free(paths);
    }
    print_times(q->name, q->ms, n);
    if (q->truncated)
        printf("%-44s some answers were truncated, and said so\n", "");
}

/* ---- recursive SQL */

static const char *const tables[] = {
    "CREATE TABLE arc(a INTEGER NOT NULL, b INTEGER NOT NULL)",
    ("INSERT INTO arc SELECT subject, object FROM graph.edge"
     " UNION ALL SELECT object, subject FROM graph.edge WHERE subject<>object"),
    "CREATE INDEX arc_ends ON arc(a, b)",
};

static const char walks[] =
    "WITH RECURSIVE walk(node, hops, past) AS ("
    " SELECT n, 0, ','||n||',' FROM graph.node WHERE id=?1"
    " UNION ALL"
    " SELECT arc.b, hops+1, past||arc.b||',' FROM walk JOIN arc ON arc.a=walk.node"
    " WHERE hops<3 AND node<>(SELECT n FROM graph.node WHERE id=?2)"
    " AND instr(past, ','||arc.b||',')=0)"
    "SELECT count(*) FROM walk WHERE node=(SELECT n FROM graph.node WHERE id=?2)";

static wrt_status run_bound(wrt_db *db, const char *sql, const char *text, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status = wrt_db_prepare(&stmt, db, sql, err);
    if (status == WRT_OK) {
        if (text != NULL)
            wrt_stmt_bind_c(stmt, 1, text);
        status = wrt_stmt_run(stmt, err);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status open_tables(wrt_db **db, const char *path, const char *graph, wrt_err *err) {
    wrt_status status = wrt_db_open(db, path, WRT_DB_CREATE, err);
    if (status == WRT_OK)
        status = wrt_db_exec(*db, "PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;", err);
    if (status == WRT_OK)
        status = run_bound(*db, "ATTACH ?1 AS graph", graph, err);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == WRT_OK; i++)
        status = run_bound(*db, tables[i], NULL, err);
    return status;
}

static wrt_status count_walks(int64_t *out, wrt_stmt *stmt, const wrt_mechanism_case *pair,
                              wrt_err *err) {
    bool row = false;
    wrt_stmt_bind_c(stmt, 1, pair->drug);
    wrt_stmt_bind_c(stmt, 2, pair->disease);
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    *out = status == WRT_OK && row ? wrt_stmt_int(stmt, 0) : -1;
    wrt_stmt_reset(stmt);
    return status;
}

static void time_sql(const char *graph, const query *ours, const wrt_mechanism_case **pairs) {
    char path[] = "/tmp/warrant-bench-XXXXXX";
    wrt_db *db = NULL;
    wrt_stmt *stmt = NULL;
    wrt_err err = {.code = WRT_OK};
    double ms[SQL_PAIRS];
    int file = mkstemp(path);
    if (file >= 0)
        close(file);
    wrt_status status = open_tables(&db, path, graph, &err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&stmt, db, walks, &err);
    for (size_t i = 0; i < SQL_PAIRS && status == WRT_OK; i++) {
        int64_t n = 0;
        double start = bench_cpu_seconds();
        status = count_walks(&n, stmt, pairs[i], &err);
        ms[i] = 1e3 * (bench_cpu_seconds() - start);
        printf("  %s to %s: SQL %lld paths in %.1f ms, ours %zu in %.2f ms, %.0f times faster\n",
               pairs[i]->drug, pairs[i]->disease, (long long)n, ms[i], ours->found[i], ours->ms[i],
               ms[i] / ours->ms[i]);
    }
    if (status == WRT_OK)
        print_times("recursive SQL, 3 hops", ms, SQL_PAIRS);
    else
        fprintf(stderr, "bench_kg: %s\n", err.message);
    wrt_stmt_free(stmt);
    wrt_db_close(db);
    unlink(path);
}

/* ---- the questions */

static int ask(const char *graph, const wrt_mechanism_cases *cases) {
    static query queries[] = {
        {.name = "2 hops, all edges, any direction",
         .options = {.max_hops = 2,
                     .k = 50,
                     .rank = "degree_product",
                     .direction = "any",
                     .include_treats = true}},
        {.name = "3 hops, all edges, any direction",
         .options = {.max_hops = 3,
                     .k = 50,
                     .rank = "degree_product",
                     .direction = "any",
                     .include_treats = true}},
        {.name = "4 hops, top 50, best scores of a mechanism",
         .options = {.max_hops = 4, .k = 50, .cover = -1}},
        {.name = "4 hops, top 50, the default question", .options = {.max_hops = 4, .k = 50}},
        {.name = "4 hops, top 50, all edges by degree product",
         .options = {.max_hops = 4, .k = 50, .rank = "degree_product"}},
    };
    const wrt_mechanism_case *pairs[PAIRS_MAX];
    size_t n = choose_pairs(pairs, cases);
    wrt_err err = {.code = WRT_OK};
    wrt_kg *kg = NULL;
    double start = bench_cpu_seconds(), wall = bench_wall_seconds();
    if (wrt_kg_open(&kg, graph, &err) != WRT_OK) {
        fprintf(stderr, "bench_kg: %s\n", err.message);
        return 1;
    }
    printf("open and arrays: %.3f s CPU, %.3f s wall, %.0f MB peak\n", bench_cpu_seconds() - start,
           bench_wall_seconds() - wall, (double)bench_peak_kib() / 1024);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        ask_all(&queries[i], kg, pairs, n);
    wrt_kg_close(kg);
    for (size_t i = 0; i < PEER_PAIRS && i < n; i++)
        printf("pair %s %s %zu %.3f\n", pairs[i]->drug, pairs[i]->disease, queries[1].found[i],
               queries[1].ms[i]);
    if (n >= SQL_PAIRS)
        time_sql(graph, &queries[1], pairs);
    return 0;
}

/* The padded Hetionet as a graph file under /tmp, which stays there for a next run. */
static int make_graph(char *path) {
    static const char *const files[] = {
        "hetionet/hetionet-v1.0-nodes.tsv.gz",
        "hetionet/SCALE-TEST-ONLY-synthetic-filler-2250197-edges.sif.gz", NULL};
    wrt_err err = {.code = WRT_OK};
    if (mkdtemp(path) == NULL)
        return 1;
    memcpy(path + strlen(path), "/bench.kg", sizeof "/bench.kg");
    if (import_shared_files(path, "bench", files, &err) == WRT_OK)
        return 0;
    fprintf(stderr, "SKIPPED: %s\n", err.message);
    return 1;
}

int bench_kg_queries(int n, char **args) {
    char path[IMPORT_PATH_MAX], made[64] = "/tmp/warrant-bench-XXXXXX";
    char sum[WRT_SHA256_HEX + 1];
    wrt_json *data = NULL;
    wrt_mechanism_cases cases;
    wrt_err err = {.code = WRT_OK};
    import_shared_path(path, "drugmech_dev.json");
    if (wrt_eval_read_data(&data, sum, path, &err) != WRT_OK ||
        wrt_mechanism_cases_read(&cases, data, &err) != WRT_OK) {
        fprintf(stderr, "SKIPPED: no drugmech_dev.json under WARRANT_SHARED: %s\n", err.message);
        return 1;
    }
    int code = n > 0 ? ask(args[0], &cases) : make_graph(made) == 0 ? ask(made, &cases) : 1;
    wrt_mechanism_cases_free(&cases);
    wrt_json_free(data);
    return code;
}
