/* pubmed_store.c: one open store, and whether it is still the file that was opened. */
#include "tools/pubmed_store.h"

#include "base/arena.h"
#include "base/file.h"
#include "pubmed/retract.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static wrt_pubmed_store *opened;
static char *opened_path;
static struct stat opened_as;

/* Runs when the plugin is closed. */
__attribute__((destructor)) static void close_store(void) {
    wrt_pubmed_store_close(opened);
    free(opened_path);
    opened = NULL;
    opened_path = NULL;
}

/* A journal beside the file means that an import is running or was cut off: what stands in the file
 * is then half of a change, and rolling it back is not a reader's business. */
static bool has_journal(const char *path) {
    wrt_buf journal = wrt_buf_make(WRT_KIB(8));
    wrt_buf_printf(&journal, "%s-journal", path);
    bool is_there = !journal.overflow && wrt_file_exists(journal.ptr);
    wrt_buf_free(&journal);
    return is_there;
}

static bool is_as_opened(const char *path) {
    struct stat now;
    return stat(path, &now) == 0 && now.st_dev == opened_as.st_dev &&
           now.st_ino == opened_as.st_ino && now.st_size == opened_as.st_size &&
           now.st_mtim.tv_sec == opened_as.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == opened_as.st_mtim.tv_nsec;
}

static wrt_status open_at(const char *path, wrt_err *err) {
    if (has_journal(path))
        return wrt_fail(err, WRT_E_FAILED,
                        "an import is running or was cut off; wait for it, or run `warrant pubmed "
                        "import` again");
    if (opened != NULL && strcmp(path, opened_path) == 0 && is_as_opened(path))
        return WRT_OK;
    close_store();
    bool is_there = stat(path, &opened_as) == 0;
    wrt_status status = wrt_pubmed_store_open(&opened, path, WRT_PUBMED_STORE_IMMUTABLE, err);
    if (status == WRT_OK && is_there)
        opened_path = wrt_strdup(path);
    else
        close_store();
    return status == WRT_E_NOT_FOUND || (status == WRT_OK && !is_there) ? WRT_E_FAILED : status;
}

wrt_status pubmed_store_open(wrt_pubmed_store **out, const wrt_adapter_call *call, wrt_err *err) {
    bool has_file = WRT_HOST_HAS(call->host, http); /* of ABI 1.1, as "pubmed" is */
    const char *path = has_file ? call->host->file(call->host->ctx, "pubmed") : NULL;
    *out = NULL;
    if (path == NULL)
        return wrt_fail(err, WRT_E_FAILED,
                        "no local PubMed here: load one with `warrant pubmed import FILE...`, or "
                        "ask with source live");
    wrt_status status = open_at(path, err);
    *out = status == WRT_OK ? opened : NULL;
    return status;
}

wrt_status pubmed_store_check(wrt_status status, wrt_err *err) {
    if (opened == NULL || (is_as_opened(opened_path) && !has_journal(opened_path)))
        return status;
    close_store();
    return wrt_fail(err, WRT_E_FAILED,
                    "an import changed the local PubMed while it was read: ask again");
}

wrt_pubmed_status pubmed_store_objection(const wrt_adapter_call *call, int64_t pmid) {
    wrt_pubmed_store *store = NULL;
    wrt_pubmed_status objection = WRT_PUBMED_UNKNOWN;
    wrt_status status = pubmed_store_open(&store, call, NULL);
    if (status == WRT_OK)
        status = wrt_pubmed_objection(&objection, store, pmid, NULL);
    return pubmed_store_check(status, NULL) == WRT_OK ? objection : WRT_PUBMED_UNKNOWN;
}
