/* lock.h: one process at a time, for one of many things that share a file of locks.
 *
 * A lock is a byte of the file, held by an open file description: it ends with the process that
 * holds it, however that ends, and threads of one process exclude each other, too. */
#ifndef WRT_BASE_LOCK_H
#define WRT_BASE_LOCK_H

#include <stdint.h>

#include "base/err.h"

typedef struct wrt_lock wrt_lock;

/* Takes byte `at` (0 or more) of the file, which is made when it is missing; never waits.
 * WRT_E_UNAVAILABLE: another holds it. Where the file system knows no locks, or the file cannot be
 * written, *out is NULL and nobody is excluded. */
wrt_status wrt_lock_take(wrt_lock **out, const char *path, int64_t at, wrt_err *err);
void wrt_lock_free(wrt_lock *lock); /* accepts NULL; lets go */

#endif
