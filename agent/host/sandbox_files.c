/* sandbox_files.c: Landlock: which files a worker may read; it may write and execute none.
 *
 * Readable are the system's libraries, the shared objects in folders that this program or the
 * plugin was loaded from (objects only: a plugin may lie in a folder with other things), the
 * process's own /proc entry, and the databases that its tools declare. The raw system calls and the
 * kernel's structures are declared here because C libraries have no wrappers and build machines
 * have old headers.
 *
 * Source: Landlock, Linux kernel documentation, userspace-api/landlock. */
#include "agent/host/sandbox.h"

#include "base/arena.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule       445
#define SYS_landlock_restrict_self  446
#endif

enum {
    RULE_PATH_BENEATH = 1,
    CREATE_RULESET_VERSION = 1,
    LIBRARIES_MAX = 4096 /* shared objects taken from one folder */
};

/* Access rights to files by the ABI version that brought them. */
static const uint64_t fs_read_file = 1 << 2, fs_read_dir = 1 << 3;
static const uint64_t fs_all_v1 = (1 << 13) - 1, fs_refer_v2 = 1 << 13, fs_truncate_v3 = 1 << 14,
                      fs_ioctl_dev_v5 = 1 << 15;
static const uint64_t net_bind_and_connect_v4 = 3;
static const uint64_t scope_sockets_and_signals_v6 = 3;

typedef struct {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
} ruleset_attr;

typedef struct __attribute__((packed)) {
    uint64_t allowed_access;
    int32_t parent_fd;
} path_beneath_attr;

static ruleset_attr rights_of(long abi) {
    ruleset_attr attr = {.handled_access_fs = fs_all_v1};
    if (abi >= 2)
        attr.handled_access_fs |= fs_refer_v2;
    if (abi >= 3)
        attr.handled_access_fs |= fs_truncate_v3;
    if (abi >= 4)
        attr.handled_access_net = net_bind_and_connect_v4;
    if (abi >= 5)
        attr.handled_access_fs |= fs_ioctl_dev_v5;
    if (abi >= 6)
        attr.scoped = scope_sockets_and_signals_v6;
    return attr;
}

/* Opens a file, or a folder with all beneath it, for reading. What is not there needs no rule. */
static void allow_read(int ruleset, const char *path) {
    struct stat info;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &info) == 0) {
        path_beneath_attr rule = {.allowed_access = fs_read_file, .parent_fd = fd};
        if (S_ISDIR(info.st_mode))
            rule.allowed_access |= fs_read_dir;
        syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
    }
    close(fd);
}

static bool is_library_name(const char *name) {
    const char *mark = strstr(name, ".so");
    return mark != NULL && (mark[3] == '\0' || mark[3] == '.');
}

/* Shared objects that lie directly in the folder. */
static void allow_libraries(int ruleset, const char *folder) {
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return;
    const struct dirent *entry;
    for (int n = 0; n < LIBRARIES_MAX && (entry = readdir(dir)) != NULL;) {
        if (!is_library_name(entry->d_name))
            continue;
        char *path = wrt_path_join(folder, entry->d_name);
        struct stat info; /* a link could lead anywhere, to a folder of secrets for one */
        if (lstat(path, &info) == 0 && S_ISREG(info.st_mode))
            allow_read(ruleset, path);
        free(path);
        n++;
    }
    closedir(dir);
}

static void allow_folder_of(int ruleset, const char *file) {
    char *folder = realpath(file, NULL);
    char *slash = folder != NULL ? strrchr(folder, '/') : NULL;
    if (slash != NULL && slash != folder) {
        *slash = '\0';
        if (strncmp(folder, "/usr/", 5) != 0) /* covered as a whole */
            allow_libraries(ruleset, folder);
    }
    free(folder);
}

static int visit_object(struct dl_phdr_info *info, size_t size, void *ctx) {
    (void)size;
    if (info->dlpi_name != NULL && info->dlpi_name[0] == '/')
        allow_folder_of(*(const int *)ctx, info->dlpi_name);
    return 0;
}

/* Folders that the dynamic linker was told to look in. */
static void allow_library_path(int ruleset) {
    const char *list = getenv("LD_LIBRARY_PATH");
    wrt_str rest = wrt_str_of(list), part;
    while (list != NULL && wrt_str_cut(&part, &rest, ':')) {
        char folder[4096];
        int n = snprintf(folder, sizeof folder, "%.*s", (int)part.len, part.ptr);
        if (n > 0 && (size_t)n < sizeof folder)
            allow_libraries(ruleset, folder);
    }
}

static void allow_database(int ruleset, const char *path) {
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; path != NULL && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char name[4096];
        int n = snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        if (n > 0 && (size_t)n < sizeof name)
            allow_read(ruleset, name);
    }
}

static void add_rules(int ruleset, const wrt_sandbox_options *options) {
    static const char *const system_paths[] = {"/usr",
                                               "/lib",
                                               "/lib32",
                                               "/lib64",
                                               "/libx32",
                                               "/etc/ld.so.cache",
                                               "/etc/ld.so.preload",
                                               "/etc/ld.so.conf",
                                               "/etc/ld.so.conf.d",
                                               "/proc/self",
                                               "/dev/urandom"};
    for (size_t i = 0; i < sizeof system_paths / sizeof system_paths[0]; i++)
        allow_read(ruleset, system_paths[i]);
    dl_iterate_phdr(visit_object, &ruleset);
    allow_library_path(ruleset);
    allow_read(ruleset, options->plugin_path);
    allow_folder_of(ruleset, options->plugin_path);
    allow_database(ruleset, options->files.kg);
    allow_database(ruleset, options->files.pubmed);
}

int wrt_sandbox_abi(void) {
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    return abi > 0 ? (int)abi : 0;
}

wrt_status wrt_sandbox_restrict_files(wrt_json *warnings, const wrt_sandbox_options *options,
                                      wrt_err *err) {
    int abi = wrt_sandbox_abi();
    if (abi < 1)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "this kernel has no Landlock");
    ruleset_attr attr = rights_of(abi);
    long ruleset = syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (ruleset < 0)
        return wrt_fail(err, WRT_E_FAILED, "cannot make a Landlock rule set: %s", strerror(errno));
    add_rules((int)ruleset, options);
    long failed = syscall(SYS_landlock_restrict_self, (int)ruleset, 0);
    int reason = errno;
    close((int)ruleset);
    if (failed != 0)
        return wrt_fail(err, WRT_E_FAILED, "cannot enter the Landlock sandbox: %s",
                        strerror(reason));
    if (abi < 4)
        wrt_json_push_text(warnings, "this kernel's Landlock knows no network rules");
    return WRT_OK;
}
