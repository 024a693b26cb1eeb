/* bench_resolve.c: looking up Hetionet's 47,031 names (122,000 with the aliases of genes), exactly
 * and with one random typo each; not part of ctest. Prints CPU milliseconds of a look-up (median,
 * 95th and 99th percentile, worst), recall at 1 and 5, and the cost of the import.
 *
 *     bench_resolve [STEP]      every STEP-th name (default 10) */
#include "kg/names/names.h"
#include "tests/kg/names_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare_double(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const char *title, wrt_kg *kg, const name_list *list, size_t step,
                    bool misspelt) {
    wrt_rng rng = wrt_rng_make(20, 4, 0);
    double *times = calloc(list->n, sizeof *times);
    size_t n = 0, first = 0, five = 0;
    for (size_t i = 0; i < list->n; i += step) {
        char text[2048];
        wrt_json *matches = NULL;
        if (strlen(list->names[i]) < 4)
            continue;
        snprintf(text, sizeof text, "%s", list->names[i]);
        if (misspelt)
            names_misspell(text, sizeof text, list->names[i], &rng);
        double start = cpu_ms();
        if (wrt_kg_resolve(&matches, kg, wrt_str_of(text), NULL, 5, NULL) != WRT_OK)
            abort();
        times[n++] = cpu_ms() - start;
        size_t rank = names_rank(matches, list->names[i]);
        first += rank == 1;
        five += rank > 0;
        wrt_json_free(matches);
    }
    qsort(times, n, sizeof *times, compare_double);
    printf("%-8s n=%zu  recall@1 %.4f  recall@5 %.4f  ms: median %.3f  p95 %.3f  p99 %.3f  worst "
           "%.3f\n",
           title, n, (double)first / (double)n, (double)five / (double)n, times[n / 2],
           times[n * 95 / 100], times[n * 99 / 100], times[n - 1]);
    free(times);
}

/* Makes the index of names once more, as the end of an import does. */
static void measure_index(const scratch *s) {
    wrt_db *db = NULL;
    static const char drop[] = "DROP TABLE name_gram_terms; DROP TABLE name_gram;"
                               "DROP TABLE gram_count; DROP TABLE loose;"
                               "DELETE FROM meta WHERE key='names_indexed';";
    if (wrt_db_open(&db, s->db, WRT_DB_WRITE, NULL) != WRT_OK || wrt_db_begin(db, NULL) != WRT_OK ||
        wrt_db_exec(db, drop, NULL) != WRT_OK)
        abort();
    double start = cpu_ms();
    if (wrt_kg_names_index(db, NULL) != WRT_OK || wrt_db_commit(db, NULL) != WRT_OK)
        abort();
    printf("index of all names: %.2f s\n", (cpu_ms() - start) / 1e3);
    wrt_db_close(db);
}

int main(int argc, char **argv) {
    name_list list;
    long step = argc > 1 ? strtol(argv[1], NULL, 10) : 10;
    if (step < 1 || !names_load(&list))
        return 1;
    scratch s = scratch_make();
    double start = cpu_ms();
    names_import(&s, &list);
    printf("import of %zu nodes with aliases: %.2f s\n", list.n, (cpu_ms() - start) / 1e3);
    measure_index(&s);
    wrt_kg *kg = open_ok(&s);
    measure("exact", kg, &list, (size_t)step, false);
    measure("one typo", kg, &list, (size_t)step, true);
    wrt_kg_close(kg);
    scratch_remove(&s);
    names_free(&list);
    return 0;
}
