/* file.c: whole files, folders and paths over POSIX calls.
 *
 * A file is read whole up to a cap or not at all, and written beside its name, synced and renamed,
 * so that a reader sees the old content or the new, never a part. Invariant: no message holds more
 * of a path than its last component. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

enum { CHUNK = 65536, TEMPORARY_TRIES = 100, ENTRIES_MAX = 1 << 20 };

/* ---- paths */

const char *wrt_path_base(const char *path) {
    if (path == NULL)
        return "";
    const char *base = path;
    for (const char *at = path; *at != '\0'; at++)
        if (at[0] == '/' && at[1] != '/' && at[1] != '\0')
            base = at + 1;
    return base;
}

char *wrt_path_join(const char *folder, const char *name) {
    size_t len = strlen(folder);
    size_t room = len + strlen(name) + 2;
    char *path = wrt_calloc(room, 1);
    bool needs_slash = len > 0 && folder[len - 1] != '/';
    (void)snprintf(path, room, "%s%s%s", folder, needs_slash ? "/" : "", name);
    return path;
}

bool wrt_file_exists(const char *path) {
    struct stat info;
    return stat(path, &info) == 0;
}

/* ---- reading */

static wrt_status io_failure(wrt_err *err, const char *path, const char *what) {
    return wrt_fail(err, WRT_E_FAILED, "%s: %s: %s", wrt_path_base(path), what, strerror(errno));
}

static wrt_status too_large(wrt_err *err, const char *name, size_t cap) {
    return wrt_fail(err, WRT_E_LIMIT, "%s: larger than %zu bytes, the most that is accepted", name,
                    cap);
}

/* Appends to *out until the end of the file; one byte past cap ends it with WRT_E_LIMIT. */
static wrt_status read_descriptor(wrt_buf *out, int fd, const char *name, size_t cap,
                                  wrt_err *err) {
    char *chunk = wrt_calloc(CHUNK, 1);
    size_t total = 0;
    wrt_status status = WRT_OK;
    for (;;) {
        ssize_t got = read(fd, chunk, CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            if (got < 0)
                status = io_failure(err, name, "cannot be read");
            break;
        }
        if ((size_t)got > cap - total) {
            status = too_large(err, name, cap);
            break;
        }
        total += (size_t)got;
        wrt_buf_add(out, chunk, (size_t)got);
        if (out->overflow) {
            status = too_large(err, name, out->cap);
            break;
        }
    }
    free(chunk);
    return status;
}

/* Opens a regular file; O_NONBLOCK because opening a named pipe would wait for a writer. */
static wrt_status open_regular(int *fd, const char *path, size_t cap, wrt_err *err) {
    const char *name = wrt_path_base(path);
    struct stat info;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return wrt_fail(err, WRT_E_NOT_FOUND, "%s: no such file", name);
    if (*fd < 0)
        return io_failure(err, path, "cannot be opened");
    if (fstat(*fd, &info) != 0)
        return io_failure(err, path, "cannot be read");
    if (!S_ISREG(info.st_mode))
        return wrt_fail(err, WRT_E_INPUT, "%s: a regular file is accepted, not a %s", name,
                        S_ISDIR(info.st_mode) ? "folder" : "device or pipe");
    if (info.st_size > 0 && (uintmax_t)info.st_size > cap)
        return too_large(err, name, cap);
    return WRT_OK;
}

wrt_status wrt_file_read(wrt_buf *out, const char *path, size_t cap, wrt_err *err) {
    size_t before = out->len;
    bool overflow_before = out->overflow;
    wrt_status status = WRT_OK;
    if (strcmp(path, "-") == 0) {
        status = read_descriptor(out, STDIN_FILENO, "standard input", cap, err);
    } else {
        int fd = -1;
        status = open_regular(&fd, path, cap, err);
        if (status == WRT_OK)
            status = read_descriptor(out, fd, wrt_path_base(path), cap, err);
        if (fd >= 0)
            close(fd);
    }
    if (status != WRT_OK) { /* give back the buffer as it was */
        out->len = before;
        out->overflow = overflow_before;
        if (out->ptr != NULL)
            out->ptr[before] = '\0';
    }
    return status;
}

/* ---- writing */

/* Opens a new file beside path; *out is its name, the caller's. The process's umask applies. */
static int open_beside(char **out, const char *path, unsigned mode) {
    size_t room = strlen(path) + 48;
    char *temporary = wrt_calloc(room, 1);
    int fd = -1;
    for (int i = 0; i < TEMPORARY_TRIES && fd < 0; i++) {
        snprintf(temporary, room, "%s.tmp-%ld-%d", path, (long)getpid(), i);
        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    *out = temporary;
    return fd;
}

static bool write_all(int fd, wrt_str data) {
    size_t done = 0;
    while (done < data.len) {
        ssize_t put = write(fd, data.ptr + done, data.len - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        done += (size_t)put;
    }
    return true;
}

/* Makes the new name durable. A file system that cannot sync a folder is left at that. */
static void sync_folder_of(const char *path) {
    size_t len = (size_t)(wrt_path_base(path) - path);
    char *folder = wrt_calloc(len + 2, 1);
    memcpy(folder, len > 0 ? path : ".", len > 0 ? len : 1);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(folder);
}

wrt_status wrt_file_write(const char *path, wrt_str data, unsigned mode, wrt_err *err) {
    char *temporary = NULL;
    wrt_status status = WRT_OK;
    int fd = open_beside(&temporary, path, mode);
    if (fd < 0) {
        status = io_failure(err, path, "cannot be written");
        goto out;
    }
    bool written = write_all(fd, data) && fsync(fd) == 0;
    if (!written)
        status = io_failure(err, path, "cannot be written");
    if (close(fd) != 0 && written)
        status = io_failure(err, path, "cannot be written");
    if (status == WRT_OK && rename(temporary, path) != 0)
        status = io_failure(err, path, "cannot be put in place");
    if (status == WRT_OK)
        sync_folder_of(path);
    else
        unlink(temporary);
out:
    free(temporary);
    return status;
}

/* ---- folders */

static bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

wrt_status wrt_dir_make(const char *path, unsigned mode, wrt_err *err) {
    char *prefix = wrt_strdup(path);
    wrt_status status = WRT_OK;
    size_t len = strlen(prefix);
    for (size_t i = 1; i <= len && status == WRT_OK; i++) {
        if (prefix[i] != '/' && prefix[i] != '\0')
            continue;
        char cut = prefix[i];
        prefix[i] = '\0';
        if (mkdir(prefix, (mode_t)mode) != 0 && !is_folder(prefix)) {
            if (errno == EEXIST)
                status = wrt_fail(err, WRT_E_INPUT, "%s: there is a file of this name",
                                  wrt_path_base(prefix));
            else
                status = io_failure(err, prefix, "the folder cannot be made");
        }
        prefix[i] = cut;
    }
    free(prefix);
    return status;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct {
    char **item;
    size_t n;
    size_t room;
} name_list;

static void name_list_free(name_list *list) {
    for (size_t i = 0; i < list->n; i++)
        free(list->item[i]);
    free(list->item);
}

static void name_list_add(name_list *list, const char *name) {
    if (list->n == list->room) {
        list->room = list->room > 0 ? 2 * list->room : 64;
        list->item = wrt_realloc(list->item, list->room * sizeof *list->item);
    }
    list->item[list->n++] = wrt_strdup(name);
}

static wrt_status list_folder(name_list *list, const char *path, wrt_err *err) {
    DIR *folder = opendir(path);
    if (folder == NULL && errno == ENOENT)
        return wrt_fail(err, WRT_E_NOT_FOUND, "%s: no such folder", wrt_path_base(path));
    if (folder == NULL && errno == ENOTDIR)
        return wrt_fail(err, WRT_E_INPUT, "%s: not a folder", wrt_path_base(path));
    if (folder == NULL)
        return io_failure(err, path, "the folder cannot be read");
    wrt_status status = WRT_OK;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            if (errno != 0)
                status = io_failure(err, path, "the folder cannot be read");
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (list->n == ENTRIES_MAX) {
            status = wrt_fail(err, WRT_E_LIMIT, "%s: more than %d entries", wrt_path_base(path),
                              ENTRIES_MAX);
            break;
        }
        name_list_add(list, entry->d_name);
    }
    closedir(folder);
    return status;
}

wrt_status wrt_dir_each(const char *path, wrt_status (*visit)(const char *name, void *ctx),
                        void *ctx, wrt_err *err) {
    name_list list = {0};
    wrt_status status = list_folder(&list, path, err);
    if (status == WRT_OK && list.n > 0)
        qsort(list.item, list.n, sizeof *list.item, compare_names);
    for (size_t i = 0; status == WRT_OK && i < list.n; i++)
        status = visit(list.item[i], ctx);
    name_list_free(&list);
    return status;
}
