/* process.h: one worker process as its host sees it: started, asked, killed. */
#ifndef WRT_AGENT_HOST_PROCESS_H
#define WRT_AGENT_HOST_PROCESS_H

#include "base/buf.h"
#include "base/err.h"

#include <sys/types.h>

typedef struct {
    const char *exe;    /* program that understands "__worker" */
    const char *plugin; /* file */
    const char *kg;     /* file or NULL */
    const char *pubmed; /* file or NULL */
} wrt_process_spec;

typedef struct {
    pid_t pid;     /* 0: not running */
    int channel;   /* frames */
    int output;    /* what the worker prints */
    int64_t asked; /* requests sent to this process */
    char label[64];
    bool had_files; /* was handed a file of somebody's arguments */
    size_t printed; /* bytes taken from `output` since the last request */
    wrt_buf line;   /* of output, not ended yet */
} wrt_process;

/* Starts the program in a process group of its own with a bare environment and no open files but
 * its channel. *out must be zeroed or stopped. WRT_E_FAILED. */
wrt_status wrt_process_start(wrt_process *out, const wrt_process_spec *spec, wrt_err *err);

/* Kills the group and waits for it. Harmless when not running. */
void wrt_process_stop(wrt_process *process);

/* True while the process waits for a request: nothing unread lies in the channel. */
bool wrt_process_is_idle(const wrt_process *process);

/* Sends one frame. WRT_E_TIMEOUT past the deadline (monotonic ms), WRT_E_UNAVAILABLE when the
 * process is gone: the message says how it ended. After a failure the process is stopped. */
wrt_status wrt_process_send(wrt_process *process, wrt_str body, int64_t deadline_ms, wrt_err *err);

/* The same with descriptors beside it, which stay the caller's. */
typedef struct {
    const int *at;
    size_t n; /* at most WRT_WIRE_DESCRIPTORS_MAX */
} wrt_descriptors;
wrt_status wrt_process_send_with(wrt_process *process, wrt_str body, wrt_descriptors descriptors,
                                 int64_t deadline_ms, wrt_err *err);

/* Appends the body of the next frame to *out. Failures as above, and WRT_E_INPUT for a malformed or
 * oversized frame. */
wrt_status wrt_process_receive(wrt_buf *out, wrt_process *process, int64_t deadline_ms,
                               wrt_err *err);

#endif
