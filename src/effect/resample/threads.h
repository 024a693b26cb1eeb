/* threads.h: jobs 0..n-1 on some threads, each writing to a place of its own.
 *
 * Which thread runs a job is left open, so a job must depend on its number alone; then results are
 * the same bits for any number of threads. */
#ifndef WRT_EFFECT_RESAMPLE_THREADS_H
#define WRT_EFFECT_RESAMPLE_THREADS_H

#include "base/err.h"

#include <stddef.h>

/* Runs job number `job`. A failure stops the rest. */
typedef wrt_status wrt_threads_job(size_t job, void *ctx, wrt_err *err);

enum { WRT_THREADS_MAX = 256 };

/* Runs all jobs on `threads` threads (1 to WRT_THREADS_MAX; the caller's is one of them; fewer when
 * the system refuses more). On failure *err is that of the failed job with the lowest number among
 * those that ran. */
wrt_status wrt_threads_run(size_t jobs, int threads, wrt_threads_job *job, void *ctx, wrt_err *err);

#endif
