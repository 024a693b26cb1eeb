/* workfile.c: see workfile.h. */
#include "kg/ingest/workfile.h"

#include "base/arena.h"
#include "base/db.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 20, FILE_MODE = 0600 };

static char *with_suffix(const char *path, const char *suffix) {
    size_t room = strlen(path) + strlen(suffix) + 1;
    char *out = wrt_calloc(room, 1);
    (void)snprintf(out, room, "%s%s", path, suffix);
    return out;
}

static wrt_status io_failure(const char *path, const char *what, wrt_err *err) {
    return wrt_fail(err, WRT_E_FAILED, "%s: %s: %s", wrt_path_base(path), what, strerror(errno));
}

/* ---- lock */

wrt_status wrt_kg_workfile_open(wrt_kg_workfile *out, const char *graph, wrt_err *err) {
    *out = (wrt_kg_workfile){
        .graph = wrt_strdup(graph),
        .work = with_suffix(graph, ".import"),
        .lock = with_suffix(graph, ".lock"),
        .journal = with_suffix(graph, ".import-journal"),
        .lock_fd = -1,
    };
    out->lock_fd = open(out->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    wrt_status status = WRT_OK;
    if (out->lock_fd < 0)
        status = io_failure(out->lock, "cannot be made", err);
    else if (flock(out->lock_fd, LOCK_EX | LOCK_NB) != 0)
        status = wrt_fail(err, WRT_E_UNAVAILABLE,
                          "another import into %s is running: wait until it has ended",
                          wrt_path_base(graph));
    if (status != WRT_OK)
        wrt_kg_workfile_close(out);
    return status;
}

void wrt_kg_workfile_close(wrt_kg_workfile *file) {
    if (file->graph != NULL && file->lock_fd >= 0)
        close(file->lock_fd);
    free(file->graph);
    free(file->work);
    free(file->lock);
    free(file->journal);
    *file = (wrt_kg_workfile){.graph = NULL};
}

/* ---- copy */

/* A journal beside the graph means that another program writes to it, or was cut off: opening it
 * for writing recovers it. */
static wrt_status settle(const char *graph, wrt_err *err) {
    char *wal = with_suffix(graph, "-wal"), *journal = with_suffix(graph, "-journal");
    bool unsettled = wrt_file_exists(wal) || wrt_file_exists(journal);
    free(wal);
    free(journal);
    if (!unsettled)
        return WRT_OK;
    wrt_db *db = NULL;
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_open(&db, graph, WRT_DB_WRITE, err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&stmt, db, "PRAGMA journal_mode=DELETE", err);
    if (status == WRT_OK)
        status = wrt_stmt_step(&row, stmt, err);
    wrt_stmt_free(stmt);
    wrt_db_close(db);
    return status;
}

/* In the kernel where it can (a file system may share the blocks), else by hand. */
static bool copy_bytes(int to, int from) {
    for (;;) {
        ssize_t got = copy_file_range(from, NULL, to, NULL, CHUNK, 0);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            break;
    }
    if (errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return false;
    char *chunk = wrt_calloc(CHUNK, 1);
    ssize_t got = 0;
    bool ok = true;
    while (ok && (got = read(from, chunk, CHUNK)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        ok = got > 0 && write(to, chunk, (size_t)got) == got;
    }
    free(chunk);
    return ok;
}

wrt_status wrt_kg_workfile_copy(const wrt_kg_workfile *file, wrt_err *err) {
    if (!wrt_file_exists(file->graph))
        return WRT_OK;
    wrt_status status = settle(file->graph, err);
    if (status != WRT_OK)
        return status;
    int from = open(file->graph, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return io_failure(file->graph, "cannot be read", err);
    int to = open(file->work, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    if (to < 0 || !copy_bytes(to, from))
        status = io_failure(file->work, "cannot be written", err);
    if (to >= 0 && close(to) != 0 && status == WRT_OK)
        status = io_failure(file->work, "cannot be written", err);
    close(from);
    if (status != WRT_OK)
        wrt_kg_workfile_discard(file);
    return status;
}

void wrt_kg_workfile_discard(const wrt_kg_workfile *file) {
    unlink(file->work);
    unlink(file->journal);
}

/* ---- publish */

static bool sync_path(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

wrt_status wrt_kg_workfile_publish(const wrt_kg_workfile *file, wrt_err *err) {
    struct stat info;
    if (stat(file->graph, &info) == 0)
        (void)chmod(file->work, info.st_mode & 0777);
    if (!sync_path(file->work, O_RDONLY))
        return io_failure(file->work, "cannot be made durable", err);
    if (rename(file->work, file->graph) != 0)
        return io_failure(file->graph, "cannot be put in place", err);
    size_t len = (size_t)(wrt_path_base(file->graph) - file->graph);
    char *folder = wrt_calloc(len + 2, 1);
    memcpy(folder, len > 0 ? file->graph : ".", len > 0 ? len : 1);
    (void)sync_path(folder, O_RDONLY | O_DIRECTORY); /* some file systems cannot */
    free(folder);
    return WRT_OK;
}
