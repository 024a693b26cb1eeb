/* fuzz_pubmed_list.c: any bytes as a list of retracted papers, into a store in memory. Either the
 * list is refused and the store stays as it was, or every PMID that was counted has a standing. */
#include "pubmed/retract.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

static void load(wrt_pubmed_store *store, const char *path) {
    wrt_pubmed_list_report report;
    int64_t *marked = NULL;
    size_t n = 0;
    wrt_status status = wrt_pubmed_retractions_load(&report, store, path, NULL);
    check(wrt_pubmed_withdrawn(&marked, &n, store, NULL, NULL) == WRT_OK);
    check(status == WRT_OK ? report.pmids > 0 && (int64_t)n <= report.pmids : n == 0);
    free(marked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64];
    wrt_pubmed_store *store = NULL;
    if (size > 65536)
        return 0;
    int fd = memfd_create("list", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    check(wrt_pubmed_store_open(&store, ":memory:", WRT_PUBMED_STORE_WRITE, NULL) == WRT_OK);
    load(store, path);
    wrt_pubmed_store_close(store);
    (void)close(fd);
    return 0;
}
