/* kill_at_sync.c: a library to preload: the process dies by SIGKILL around its Nth sync to disk.
 *
 * WARRANT_TEST_KILL_AT is "N": right before the Nth fsync or fdatasync returns control to the
 * program, or "-N": right before it is made. What was written is in the page cache, as it is when a
 * process is killed; what would have followed never happens. */
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int fsync(int fd);
int fdatasync(int fd);

static long at_sync;

static void die_if(long here) {
    const char *wanted = getenv("WARRANT_TEST_KILL_AT");
    if (wanted != NULL && strtol(wanted, NULL, 10) == here)
        (void)kill(getpid(), SIGKILL);
}

static int sync_by(long call, int fd) {
    at_sync++;
    die_if(-at_sync);
    long done = syscall(call, fd);
    die_if(at_sync);
    return (int)done;
}

__attribute__((visibility("default"))) int fsync(int fd) {
    return sync_by(SYS_fsync, fd);
}

__attribute__((visibility("default"))) int fdatasync(int fd) {
    return sync_by(SYS_fdatasync, fd);
}
