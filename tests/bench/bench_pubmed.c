/* bench_pubmed.c: what the PubMed room costs, in CPU time and memory; not part of ctest.
 *
 *     bench_pubmed parse FILE...          reads every field of every article
 *     bench_pubmed ingest STORE FILE...   into a fresh store with its word index
 *     bench_pubmed query STORE PUBMEDQA.json [add]   recall and times; "add" stores the records of
 *                                         the questions first
 *
 * FILE may be compressed.
 *
 * Prints one JSON object: counts, bytes of XML, CPU seconds (user and system, inflating included),
 * the rates that follow, and the largest resident set in KiB. pubmed_peers.py makes a file of the
 * size of NLM's and sets other programs beside it. */
#include "bench_pubmed_store.h"
#include "pubmed/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static double cpu_seconds(const struct rusage *usage) {
    return (double)usage->ru_utime.tv_sec + (double)usage->ru_utime.tv_usec / 1e6 +
           (double)usage->ru_stime.tv_sec + (double)usage->ru_stime.tv_usec / 1e6;
}

/* The largest resident set of this program, in KiB. Not ru_maxrss, which counts what the process
 * was before it became this program. */
static long peak_kib(void) {
    char line[256];
    long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    if (file != NULL)
        (void)fclose(file);
    return kib;
}

/* Sums that the peers can be asked for too, so that a fast answer is also the same answer. */
typedef struct {
    int64_t title_bytes, abstract_bytes, authors, mesh, types, affiliations, references;
} sums;

static wrt_status add(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    sums *s = ctx;
    (void)err;
    s->title_bytes += (int64_t)article->title.len;
    for (size_t i = 0; i < article->n_abstract; i++)
        s->abstract_bytes += (int64_t)article->abstract[i].text.len;
    for (size_t i = 0; i < article->n_authors; i++)
        s->affiliations += (int64_t)article->authors[i].n_affiliations;
    s->authors += (int64_t)article->n_authors;
    s->mesh += (int64_t)article->n_mesh;
    s->types += (int64_t)article->n_types;
    s->references += (int64_t)article->n_references;
    return WRT_OK;
}

static int run_parse(int n, char **paths) {
    wrt_pubmed_counts all = {0};
    sums s = {0};
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < n; i++) {
        wrt_pubmed_counts counts = {0};
        wrt_err err = {0};
        if (wrt_pubmed_read_file(&counts, paths[i], (wrt_pubmed_sink){.article = add}, &s, &err) !=
            WRT_OK) {
            fprintf(stderr, "%s\n", err.message);
            return 1;
        }
        all.articles += counts.articles + counts.books;
        all.deleted += counts.deleted;
        all.bytes += counts.bytes;
    }
    getrusage(RUSAGE_SELF, &after);
    double seconds = cpu_seconds(&after) - cpu_seconds(&before);
    printf("{\"articles\":%" PRId64 ",\"deleted\":%" PRId64 ",\"xml_bytes\":%" PRId64
           ",\"cpu_s\":%.3f,\"mb_per_s\":%.1f,\"articles_per_s\":%.0f,\"rss_kib\":%ld",
           all.articles, all.deleted, all.bytes, seconds, (double)all.bytes / 1e6 / seconds,
           (double)all.articles / seconds, peak_kib());
    printf(",\"title_bytes\":%" PRId64 ",\"abstract_bytes\":%" PRId64 ",\"authors\":%" PRId64
           ",\"mesh\":%" PRId64 ",\"types\":%" PRId64 ",\"affiliations\":%" PRId64
           ",\"references\":%" PRId64 "}\n",
           s.title_bytes, s.abstract_bytes, s.authors, s.mesh, s.types, s.affiliations,
           s.references);
    return 0;
}

int main(int argc, char **argv) {
    if (argc >= 3 && strcmp(argv[1], "parse") == 0)
        return run_parse(argc - 2, argv + 2);
    if (argc >= 4 && strcmp(argv[1], "ingest") == 0)
        return bench_ingest(argc - 2, argv + 2);
    if (argc >= 4 && strcmp(argv[1], "query") == 0)
        return bench_query(argc - 2, argv + 2);
    fprintf(stderr, "usage: bench_pubmed parse FILE... | ingest STORE FILE... | "
                    "query STORE PUBMEDQA.json [add]\n");
    return 2;
}
