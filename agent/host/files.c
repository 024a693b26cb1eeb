/* files.c: from a path in the arguments to an open descriptor that can be vouched for.
 *
 * A path is opened first with O_PATH, which touches neither device nor FIFO; the kernel then says
 * where the file really lies (/proc/self/fd), and the same file is opened for reading through that
 * handle. A path is therefore resolved once. */
#include "agent/host/files.h"

#include "base/arena.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

typedef struct {
    const char *arg; /* borrowed from the schema */
    char name[WRT_FILES_NAME_MAX];
    const char *place;
    const char *fault; /* why it cannot be given; NULL when it can */
    int handle;        /* O_PATH, -1 when there is none */
    int fd;            /* open for reading, -1 until then */
    bool is_copy;      /* fd is sealed memory */
    struct stat found;
    char sha256[WRT_SHA256_HEX + 1];
} named_file;

struct wrt_files {
    named_file item[WRT_FILES_MAX];
    size_t n;
};

/* ---- which arguments */

static bool is_file_property(const wrt_json *property) {
    return strcmp(wrt_json_get_text(property, "format", ""), "file") == 0;
}

wrt_json *wrt_files_arguments(const wrt_json *args_schema) {
    wrt_json *list = wrt_json_new_array();
    WRT_JSON_EACH(property, wrt_json_get(args_schema, "properties")) {
        if (is_file_property(property))
            wrt_json_push_text(list, wrt_json_key(property));
    }
    return list;
}

/* ---- where a file lies */

/* Views of the kernel: their "files" hold the host's environment, memory and settings. */
static bool is_of_kernel(int fd) {
    static const unsigned long views[] = {
        PROC_SUPER_MAGIC, SYSFS_MAGIC,        DEBUGFS_MAGIC,       TRACEFS_MAGIC,
        SECURITYFS_MAGIC, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, DEVPTS_SUPER_MAGIC,
        BPF_FS_MAGIC,     EFIVARFS_MAGIC,     SELINUX_MAGIC,       NSFS_MAGIC};
    struct statfs info;
    if (fstatfs(fd, &info) != 0)
        return true;
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        if ((unsigned long)info.f_type == views[i])
            return true;
    }
    return false;
}

/* What the kernel says the handle's path is now; false when it has none any more. */
static bool real_path(char out[WRT_FILES_PATH_MAX], int fd) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, out, WRT_FILES_PATH_MAX - 1);
    if (n <= 0 || n == WRT_FILES_PATH_MAX - 1 || out[0] != '/')
        return false;
    out[n] = '\0';
    return true;
}

/* True when path lies beneath the folder, both real. */
static bool is_beneath(const char *path, const char *folder) {
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    return n == 1 || (strncmp(path, folder, n) == 0 && path[n] == '/');
}

/* The folder's real path, or NULL. Caller frees. */
static char *real_folder(const char *folder) {
    return folder != NULL ? realpath(folder, NULL) : NULL;
}

/* Length of the folder's path when the file lies beneath it, else 0. */
static size_t depth_beneath(const char *path, const char *folder) {
    return folder != NULL && is_beneath(path, folder) ? strlen(folder) : 0;
}

/* "work", "home" or "outside"; where one folder lies in the other, the inner one counts. *is_key
 * when the file lies beneath the folder of keys. */
static const char *place_of(bool *is_key, const wrt_files_options *options, const char *path) {
    char *work = real_folder(options->work), *home = real_folder(options->home);
    char *keys_path = home != NULL ? wrt_path_join(home, "keys") : NULL;
    char *keys = real_folder(keys_path);
    size_t in_work = depth_beneath(path, work), in_home = depth_beneath(path, home);
    *is_key = depth_beneath(path, keys) > 0;
    free(work);
    free(home);
    free(keys_path);
    free(keys);
    if (in_work == 0 && in_home == 0)
        return "outside";
    return in_work > in_home ? "work" : "home";
}

/* ---- finding */

static int open_handle(const wrt_files_options *options, const char *path) {
    const char *const starts[] = {options->work, options->home};
    if (path[0] == '/')
        return open(path, O_PATH | O_CLOEXEC);
    int fd = -1;
    for (size_t i = 0; i < 2 && fd < 0; i++) {
        if (starts[i] == NULL)
            continue;
        char *full = wrt_path_join(starts[i], path);
        fd = open(full, O_PATH | O_CLOEXEC);
        free(full);
    }
    return fd;
}

static const char outside_fault[] =
    "wanted a file of the working folder or the data folder, found one outside: copy it there, or "
    "start from its folder";

/* Fills place. Gives the reason why the file cannot be given, or NULL. */
static const char *judge(named_file *file, const wrt_files_options *options) {
    char path[WRT_FILES_PATH_MAX];
    bool is_key = false;
    if (fstat(file->handle, &file->found) != 0 || !S_ISREG(file->found.st_mode))
        return "wanted a regular file, found a folder, device or pipe";
    if (is_of_kernel(file->handle))
        return "wanted a file of a disk, found one that the kernel makes up";
    if (file->found.st_nlink == 0 || !real_path(path, file->handle))
        return "wanted a file with a path, found none any more";
    if (file->found.st_size > WRT_FILES_BYTES_MAX)
        return "wanted at most 1 GiB, found a larger file";
    const char *place = place_of(&is_key, options, path);
    if (is_key)
        return "wanted a file of data, found one of the folder of keys";
    file->place = place;
    if (strcmp(place, "outside") == 0 && !options->anywhere)
        return outside_fault;
    return NULL;
}

static const char *find_file(named_file *file, const wrt_files_options *options, const char *path) {
    size_t len = strlen(path);
    snprintf(file->name, sizeof file->name, "%s", wrt_path_base(path));
    wrt_utf8_make_printable(file->name, strlen(file->name));
    if (len == 0 || len >= WRT_FILES_PATH_MAX)
        return "wanted a path of 1 to 4095 bytes, found another";
    file->handle = open_handle(options, path);
    if (file->handle < 0)
        return errno == EACCES ? "wanted a readable file, found one that is not"
                               : "wanted a file, found none";
    return judge(file, options);
}

wrt_files *wrt_files_find(const wrt_files_options *options, const wrt_json *args_schema,
                          const wrt_json *args) {
    wrt_files *files = wrt_calloc(1, sizeof *files);
    WRT_JSON_EACH(property, wrt_json_get(args_schema, "properties")) {
        const char *path = wrt_json_get_text(args, wrt_json_key(property), NULL);
        if (!is_file_property(property) || path == NULL || files->n == WRT_FILES_MAX)
            continue;
        named_file *file = &files->item[files->n++];
        *file =
            (named_file){.arg = wrt_json_key(property), .place = "none", .handle = -1, .fd = -1};
        file->fault = find_file(file, options, path);
    }
    return files;
}

void wrt_files_allow_typed(wrt_files *files, const char *arg) {
    for (size_t i = 0; files != NULL && i < files->n; i++) {
        named_file *file = &files->item[i];
        if (strcmp(file->arg, arg) != 0 || strcmp(file->place, "outside") != 0)
            continue;
        file->place = "typed";
        if (file->fault == outside_fault)
            file->fault = NULL;
    }
}

void wrt_files_free(wrt_files *files) {
    for (size_t i = 0; files != NULL && i < files->n; i++) {
        if (files->item[i].handle >= 0)
            close(files->item[i].handle);
        if (files->item[i].fd >= 0)
            close(files->item[i].fd);
    }
    free(files);
}

wrt_json *wrt_files_places(const wrt_files *files) {
    static const char *const order[] = {"home", "none", "outside", "typed", "work"};
    if (files == NULL || files->n == 0)
        return NULL;
    wrt_json *out = wrt_json_new_object(), *places = wrt_json_new_array();
    for (size_t k = 0; k < sizeof order / sizeof order[0]; k++) {
        bool is_there = false;
        for (size_t i = 0; i < files->n; i++)
            is_there = is_there || strcmp(files->item[i].place, order[k]) == 0;
        if (is_there)
            wrt_json_push_text(places, order[k]);
    }
    wrt_json_set(out, "places", places);
    return out;
}

/* ---- opening */

static bool is_same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static bool is_unchanged(const named_file *file) {
    struct stat now;
    return file->is_copy || (fstat(file->fd, &now) == 0 && is_same(&now, &file->found));
}

static bool copy_bytes(int to, int from, int64_t bytes) {
    off_t at = 0;
    while (at < bytes) {
        ssize_t n = sendfile(to, from, &at, (size_t)(bytes - at));
        if (n <= 0 && !(n < 0 && errno == EINTR))
            return false;
    }
    return true;
}

/* A copy that nobody can change, open for reading; -1 where the system has none. */
static int seal_copy(int from, int64_t bytes) {
    char link[40];
    int fd = memfd_create("warrant-file", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int sealed = -1;
    if (copy_bytes(fd, from, bytes) &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0)
        sealed = open(link, O_RDONLY | O_CLOEXEC);
    close(fd);
    return sealed;
}

/* Takes a copy's place; the file itself stays open where there can be none. */
static void prefer_copy(named_file *file) {
    if (file->found.st_size > WRT_FILES_COPY_MAX || !is_unchanged(file))
        return;
    int copy = seal_copy(file->fd, (int64_t)file->found.st_size);
    if (copy < 0)
        return;
    close(file->fd);
    file->fd = copy;
    file->is_copy = true;
}

static wrt_status open_file(named_file *file, wrt_err *err) {
    char link[40];
    wrt_sha256 hash;
    if (file->fault != NULL)
        return wrt_fail(err, WRT_E_INPUT, "args.%s: %s (%s)", file->arg, file->fault, file->name);
    snprintf(link, sizeof link, "/proc/self/fd/%d", file->handle);
    file->fd = open(link, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file->fd < 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "args.%s: wanted a readable file, found one that is not (%s)", file->arg,
                        file->name);
    prefer_copy(file);
    snprintf(link, sizeof link, "/proc/self/fd/%d", file->fd);
    if (wrt_sha256_of_file(&hash, link, NULL) != WRT_OK || !is_unchanged(file)) {
        close(file->fd);
        file->fd = -1;
        return wrt_fail(err, WRT_E_INPUT,
                        "args.%s: wanted a file at rest, found one that changes or cannot be read "
                        "(%s)",
                        file->arg, file->name);
    }
    wrt_sha256_hex(file->sha256, &hash);
    return WRT_OK;
}

bool wrt_files_are_live(const wrt_files *files) {
    for (size_t i = 0; files != NULL && i < files->n; i++) {
        if (files->item[i].fd >= 0 && !files->item[i].is_copy)
            return true;
    }
    return false;
}

wrt_status wrt_files_open(wrt_files *files, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; files != NULL && status == WRT_OK && i < files->n; i++) {
        if (files->item[i].fd < 0)
            status = open_file(&files->item[i], err);
    }
    return status;
}

wrt_json *wrt_files_record(const wrt_files *files) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; files != NULL && i < files->n; i++) {
        const named_file *file = &files->item[i];
        if (file->fd < 0)
            continue;
        wrt_json *entry = wrt_json_new_object();
        wrt_json_set_text(entry, "arg", file->arg);
        wrt_json_set_text(entry, "name", file->name);
        wrt_json_set_int(entry, "bytes", (int64_t)file->found.st_size);
        wrt_json_set_text(entry, "sha256", file->sha256);
        wrt_json_push(list, entry);
    }
    return list;
}

size_t wrt_files_descriptors(int out[WRT_FILES_MAX], const wrt_files *files) {
    size_t n = 0;
    for (size_t i = 0; files != NULL && i < files->n; i++) {
        if (files->item[i].fd >= 0)
            out[n++] = files->item[i].fd;
    }
    return n;
}

wrt_status wrt_files_check_unchanged(const wrt_files *files, wrt_err *err) {
    for (size_t i = 0; files != NULL && i < files->n; i++) {
        if (files->item[i].fd >= 0 && !is_unchanged(&files->item[i]))
            return wrt_fail(err, WRT_E_INTEGRITY,
                            "args.%s: the file changed while the tool read it (%s)",
                            files->item[i].arg, files->item[i].name);
    }
    return WRT_OK;
}

/* ---- bytes that the caller has */

wrt_status wrt_files_read(wrt_buf *out, const wrt_files *files, size_t i, wrt_err *err) {
    char link[40];
    size_t at = 0;
    for (size_t k = 0; files != NULL && k < files->n; k++) {
        if (files->item[k].fd < 0 || at++ != i)
            continue;
        snprintf(link, sizeof link, "/proc/self/fd/%d", files->item[k].fd);
        return wrt_file_read(out, link, out->cap - out->len, err);
    }
    return wrt_fail(err, WRT_E_NOT_FOUND, "there is no file %zu", i);
}

wrt_files *wrt_files_begin(void) {
    return wrt_calloc(1, sizeof(wrt_files));
}

static bool write_bytes(int fd, wrt_str bytes) {
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            bytes = (wrt_str){bytes.ptr + n, bytes.len - (size_t)n};
    }
    return true;
}

/* An open, sealed copy in memory; -1 where there can be none. */
static int seal_bytes(wrt_str bytes) {
    int fd = memfd_create("warrant-bytes", MFD_CLOEXEC);
    if (fd < 0)
        return -1;
    int sealed = write_bytes(fd, bytes) ? seal_copy(fd, (int64_t)bytes.len) : -1;
    close(fd);
    return sealed;
}

wrt_status wrt_files_add(wrt_files *files, const char *arg, const char *name, wrt_str bytes,
                         wrt_err *err) {
    if (files->n == WRT_FILES_MAX || bytes.len > (size_t)WRT_FILES_COPY_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "wanted at most %d files of 64 MiB, found more",
                        WRT_FILES_MAX);
    named_file *file = &files->item[files->n];
    *file = (named_file){.arg = arg, .place = "home", .handle = -1, .is_copy = true};
    snprintf(file->name, sizeof file->name, "%s", name);
    file->fd = seal_bytes(bytes);
    if (file->fd < 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "the system gives no sealed memory for files");
    wrt_sha256 hash = wrt_sha256_of(bytes);
    wrt_sha256_hex(file->sha256, &hash);
    file->found.st_size = (off_t)bytes.len;
    files->n++;
    return WRT_OK;
}
