/* lock.c: locks of open file descriptions (fcntl, F_OFD_SETLK). */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

struct wrt_lock {
    int fd;
};

wrt_status wrt_lock_take(wrt_lock **out, const char *path, int64_t at, wrt_err *err) {
    struct flock wanted = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
    *out = NULL;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return WRT_OK;
    if (fcntl(fd, F_OFD_SETLK, &wanted) != 0) {
        bool is_held = errno == EAGAIN || errno == EACCES;
        close(fd);
        return is_held ? wrt_fail(err, WRT_E_UNAVAILABLE, "another process holds it") : WRT_OK;
    }
    *out = wrt_calloc(1, sizeof **out);
    (*out)->fd = fd;
    return WRT_OK;
}

void wrt_lock_free(wrt_lock *lock) {
    if (lock == NULL)
        return;
    close(lock->fd);
    free(lock);
}
