/* bench_pubmed_store.c: ingesting and asking. */
#include "bench_pubmed_store.h"

#include "agent/eval/qa_store.h"
#include "base/file.h"
#include "pubmed/import.h"
#include "pubmed/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static double cpu_now(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
           (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
}

static long resident_kib(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static int complain(const wrt_err *err) {
    fprintf(stderr, "%s\n", err->message);
    return 1;
}

/* ---- ingest */

int bench_ingest(int n, char **paths) {
    wrt_pubmed_store *store = NULL;
    wrt_err err = {0};
    int64_t articles = 0;
    const wrt_pubmed_import_options options = {0};
    unlink(paths[0]);
    double start = cpu_now();
    wrt_status status = wrt_pubmed_store_open(&store, paths[0], WRT_PUBMED_STORE_WRITE, &err);
    for (int i = 1; i < n && status == WRT_OK; i++) {
        wrt_pubmed_import_report report;
        status = wrt_pubmed_import_file(&report, store, paths[i], &options, &err);
        articles += report.counts.stored;
    }
    wrt_pubmed_store_close(store);
    double seconds = cpu_now() - start;
    struct stat info;
    if (status != WRT_OK || stat(paths[0], &info) != 0)
        return complain(&err);
    printf("{\"articles\":%" PRId64 ",\"cpu_s\":%.3f,\"articles_per_s\":%.0f,\"db_bytes\":%lld"
           ",\"rss_kib\":%ld}\n",
           articles, seconds, (double)articles / seconds, (long long)info.st_size, resident_kib());
    return 0;
}

/* ---- query */

typedef struct {
    wrt_pubmed_store *store;
    double *ms;
    size_t n, room;
    int at_1, at_10;
    double reciprocal;
} asking;

static wrt_status ask(asking *a, const wrt_json *item, wrt_err *err) {
    wrt_pubmed_results results;
    const wrt_pubmed_query query = {.limit = 10};
    int64_t pmid = 0;
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_pmid_of_text(&pmid, wrt_str_of(wrt_json_key(item)));
    double start = cpu_now();
    wrt_status status =
        wrt_pubmed_search(&results, a->store, arena,
                          wrt_str_of(wrt_json_get_text(item, "QUESTION", "")), &query, err);
    a->ms[a->n++] = 1000.0 * (cpu_now() - start);
    for (size_t i = 0; status == WRT_OK && i < results.n; i++)
        if (results.hits[i].pmid == pmid) {
            a->at_1 += i == 0;
            a->at_10++;
            a->reciprocal += 1.0 / (double)(i + 1);
        }
    wrt_arena_free(arena);
    return status;
}

static int compare_doubles(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static wrt_status ask_all(asking *a, const wrt_json *items, wrt_err *err) {
    wrt_status status = WRT_OK;
    a->ms = wrt_calloc(wrt_json_count(items) + 1, sizeof *a->ms);
    WRT_JSON_EACH(item, items)
    if (status == WRT_OK)
        status = ask(a, item, err);
    if (status != WRT_OK || a->n == 0)
        return status;
    qsort(a->ms, a->n, sizeof *a->ms, compare_doubles);
    printf("{\"questions\":%zu,\"recall_at_1\":%.3f,\"recall_at_10\":%.3f,\"mrr_at_10\":%.3f"
           ",\"p50_ms\":%.2f,\"p95_ms\":%.2f,\"max_ms\":%.2f,\"rss_kib\":%ld}\n",
           a->n, (double)a->at_1 / (double)a->n, (double)a->at_10 / (double)a->n,
           a->reciprocal / (double)a->n, a->ms[a->n / 2], a->ms[a->n * 95 / 100], a->ms[a->n - 1],
           resident_kib());
    return status;
}

int bench_query(int n, char **paths) {
    asking a = {0};
    wrt_err err = {0};
    wrt_json *items = NULL;
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    bool add = n > 2 && strcmp(paths[2], "add") == 0;
    wrt_status status = wrt_file_read(&text, paths[1], WRT_MIB(64), &err);
    if (status == WRT_OK)
        status = wrt_json_parse(&items, wrt_buf_str(&text), &err);
    if (status == WRT_OK)
        status = wrt_pubmed_store_open(&a.store, paths[0],
                                       add ? WRT_PUBMED_STORE_WRITE : WRT_PUBMED_STORE_READ, &err);
    if (status == WRT_OK && add)
        status = wrt_qa_store_fill(a.store, items, false, &err);
    if (status == WRT_OK)
        status = ask_all(&a, items, &err);
    wrt_pubmed_store_close(a.store);
    wrt_json_free(items);
    wrt_buf_free(&text);
    free(a.ms);
    return status == WRT_OK ? 0 : complain(&err);
}
