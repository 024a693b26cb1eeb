/* tree.c: see tree.h. */
#include "tests/support/tree.h"

#include "base/file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static wrt_status remove_entry(const char *name, void *ctx) {
    char *path = wrt_path_join(ctx, name);
    test_remove_tree(path);
    free(path);
    return WRT_OK;
}

/* Tests make folders a few levels deep. NOLINTNEXTLINE(misc-no-recursion) */
void test_remove_tree(const char *path) {
    struct stat info;
    if (lstat(path, &info) != 0)
        return;
    if (S_ISDIR(info.st_mode)) {
        wrt_dir_each(path, remove_entry, (void *)path, NULL);
        rmdir(path);
    } else {
        unlink(path);
    }
}
