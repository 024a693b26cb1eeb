/* process.c: starting a worker and talking to it without ever waiting past a deadline.
 *
 * Both directions and the worker's printed output are served by one poll loop: a worker that prints
 * more than a pipe holds must not stall its own answer, and one that does not read must not stall
 * the host. Between fork and exec only async-signal-safe functions are called, so a host with
 * threads may start workers. */
#include "agent/host/process.h"

#include "agent/host/wire.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PRINTED_MAX = 64 << 10, LINE_MAX_BYTES = 500, EXEC_FAILED = 127, ENVIRONMENT_MAX = 16 };

/* ---- starting */

/* Names that a worker gets from the environment; keys and all else stay with the host. A library
 * for linear algebra starts threads when it is loaded, as many as there are processors: one is
 * enough. */
static size_t bare_environment(char *out[ENVIRONMENT_MAX]) {
    static const char *const kept[] = {
        "LANG=",          "LC_ALL=",       "TZ=",           "LD_LIBRARY_PATH=",     "ASAN_OPTIONS=",
        "UBSAN_OPTIONS=", "LSAN_OPTIONS=", "TSAN_OPTIONS=", "WARRANT_ARENA_MALLOC="};
    static char one_thread[] = "OPENBLAS_NUM_THREADS=1";
    size_t n = 0;
    out[n++] = one_thread;
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
            if (n < ENVIRONMENT_MAX - 1 && strncmp(*entry, kept[i], strlen(kept[i])) == 0)
                out[n++] = *entry;
        }
    }
    out[n] = NULL;
    return n;
}

typedef struct {
    char *const *argv, *const *env;
    int channel, output, nothing; /* the child's ends */
    pid_t host;
} child_plan;

static void close_from(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0)
        return;
#endif
    for (int fd = first; fd < 4096; fd++)
        close(fd);
}

/* In the child: only async-signal-safe calls from here to exec. */
static _Noreturn void become_worker(const child_plan *plan) {
    sigset_t none;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != plan->host)
        _exit(EXEC_FAILED); /* the host died in between */
    /* Out of the way of the numbers 0 to 3, which the host may have closed. */
    int channel = fcntl(plan->channel, F_DUPFD, 16);
    int output = fcntl(plan->output, F_DUPFD, 16);
    int nothing = fcntl(plan->nothing, F_DUPFD, 16);
    if (channel < 0 || output < 0 || nothing < 0)
        _exit(EXEC_FAILED);
    dup2(nothing, 0);
    dup2(output, 1);
    dup2(output, 2);
    dup2(channel, WRT_WIRE_WORKER_FD);
    close_from(WRT_WIRE_WORKER_FD + 1);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execve(plan->argv[0], plan->argv, plan->env);
    _exit(EXEC_FAILED);
}

static void close_if_open(int fd) {
    if (fd >= 0)
        close(fd);
}

static wrt_status spawn(wrt_process *process, child_plan *plan, wrt_err *err) {
    int channel[2] = {-1, -1}, output[2] = {-1, -1};
    wrt_status status = WRT_OK;
    plan->nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (plan->nothing < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0 ||
        pipe2(output, O_CLOEXEC | O_NONBLOCK) != 0) {
        status = wrt_fail(err, WRT_E_FAILED, "cannot open a channel: %s", strerror(errno));
        goto out;
    }
    /* Only the host's end is non-blocking: printf in a plugin does not expect EAGAIN. */
    fcntl(output[1], F_SETFL, 0);
    plan->channel = channel[1];
    plan->output = output[1];
    plan->host = getpid();
    pid_t pid = fork();
    if (pid == 0)
        become_worker(plan);
    if (pid < 0) {
        status = wrt_fail(err, WRT_E_FAILED, "cannot start a process: %s", strerror(errno));
        goto out;
    }
    setpgid(pid, pid); /* also here, so that the group is there whoever runs first */
    process->pid = pid;
    process->channel = channel[0];
    process->output = output[0];
    channel[0] = output[0] = -1;
out:
    close_if_open(plan->nothing);
    close_if_open(channel[0]);
    close_if_open(channel[1]);
    close_if_open(output[0]);
    close_if_open(output[1]);
    return status;
}

/* "kg=/path": a file that is opened to the worker. NULL when there is none. */
static char *file_argument(const char *name, const char *path) {
    if (path == NULL)
        return NULL;
    wrt_buf text = wrt_buf_make(strlen(name) + strlen(path) + 1);
    wrt_buf_printf(&text, "%s=%s", name, path);
    return wrt_buf_take(&text);
}

wrt_status wrt_process_start(wrt_process *out, const wrt_process_spec *spec, wrt_err *err) {
    /* Copies, because exec's arguments are not const. */
    char *argv[6] = {wrt_strdup(spec->exe), wrt_strdup("__worker"), wrt_strdup(spec->plugin)};
    size_t n = 3;
    char *kg = file_argument("kg", spec->kg), *pubmed = file_argument("pubmed", spec->pubmed);
    if (kg != NULL)
        argv[n++] = kg;
    if (pubmed != NULL)
        argv[n++] = pubmed;
    char *env[ENVIRONMENT_MAX];
    bare_environment(env);
    child_plan plan = {.argv = argv, .env = env};
    *out = (wrt_process){.line = wrt_buf_make(LINE_MAX_BYTES)};
    snprintf(out->label, sizeof out->label, "%s", wrt_path_base(spec->plugin));
    wrt_status status = spawn(out, &plan, err);
    for (size_t i = 0; argv[i] != NULL; i++)
        free(argv[i]);
    return status;
}

/* ---- what the worker prints */

static void end_line(wrt_process *process) {
    if (process->line.len > 0)
        wrt_log(WRT_LOG_DEBUG, "%s: %s", process->label, process->line.ptr);
    wrt_buf_clear(&process->line);
}

/* Takes what is there; beyond the cap it is read and thrown away. False at the end of the pipe. */
static bool drain_output(wrt_process *process) {
    char chunk[4096];
    ssize_t n;
    int rounds = 0;
    while ((n = read(process->output, chunk, sizeof chunk)) > 0) {
        for (ssize_t i = 0; i < n && process->printed < PRINTED_MAX; i++) {
            process->printed++;
            if (chunk[i] == '\n')
                end_line(process);
            else
                wrt_buf_add_char(&process->line, chunk[i]);
        }
        if (++rounds == 64)
            return true; /* look at the channel and at the clock again */
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* ---- stopping */

/* Kills and reaps; returns the wait status. */
static int reap(wrt_process *process) {
    int how = 0;
    kill(-process->pid, SIGKILL); /* the group cannot be another one's: the leader is not reaped */
    kill(process->pid, SIGKILL);
    while (waitpid(process->pid, &how, 0) < 0 && errno == EINTR)
        continue;
    drain_output(process);
    end_line(process);
    close(process->channel);
    close(process->output);
    wrt_buf_free(&process->line);
    process->pid = 0;
    return how;
}

void wrt_process_stop(wrt_process *process) {
    if (process->pid != 0)
        reap(process);
}

bool wrt_process_is_idle(const wrt_process *process) {
    struct pollfd channel = {.fd = process->channel, .events = POLLIN};
    return process->pid != 0 && poll(&channel, 1, 0) == 0;
}

/* The channel ended: a process that ends closes it, and how it ended is fixed before it does. */
static wrt_status fail_ended(wrt_process *process, wrt_err *err) {
    int how = reap(process);
    if (WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL)
        return wrt_fail(err, WRT_E_UNAVAILABLE, "killed, or closed its channel");
    if (WIFSIGNALED(how))
        return wrt_fail(err, WRT_E_UNAVAILABLE, "ended by SIG%s (%s)",
                        sigabbrev_np(WTERMSIG(how)) != NULL ? sigabbrev_np(WTERMSIG(how)) : "?",
                        strsignal(WTERMSIG(how)));
    return wrt_fail(err, WRT_E_UNAVAILABLE, "ended with exit code %d", WEXITSTATUS(how));
}

static wrt_status fail_late(wrt_process *process, wrt_err *err) {
    reap(process);
    return wrt_fail(err, WRT_E_TIMEOUT, "passed its deadline");
}

/* ---- talking */

/* Waits until the channel is ready for `events`, serving the printed output meanwhile. */
static wrt_status wait_channel(wrt_process *process, short events, int64_t deadline_ms,
                               wrt_err *err) {
    bool has_output = true;
    for (;;) {
        int64_t left = deadline_ms - wrt_clock_monotonic_ms();
        if (left <= 0)
            return fail_late(process, err);
        struct pollfd fds[2] = {{.fd = process->channel, .events = events},
                                {.fd = process->output, .events = POLLIN}};
        int wait_ms = left < 60000 ? (int)left : 60000;
        if (poll(fds, has_output ? 2 : 1, wait_ms) < 0 && errno != EINTR)
            return fail_ended(process, err);
        if (has_output && fds[1].revents != 0)
            has_output = drain_output(process);
        if (fds[0].revents != 0)
            return WRT_OK;
    }
}

/* A worker reads to the end before it speaks again. One that speaks while the channel towards it is
 * full will never read: both sides would wait for the deadline. */
static wrt_status send_bytes(wrt_process *process, wrt_str bytes, wrt_descriptors descriptors,
                             int64_t deadline_ms, wrt_err *err) {
    const char *at = bytes.ptr;
    size_t len = bytes.len;
    while (len > 0) {
        wrt_status status = wait_channel(process, POLLOUT | POLLIN, deadline_ms, err);
        if (status != WRT_OK)
            return status;
        ssize_t n = wrt_wire_send_with(process->channel, at, len, descriptors.at, descriptors.n);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return fail_ended(process, err);
        if (n < 0 && errno == EAGAIN && !wrt_process_is_idle(process)) {
            reap(process);
            return wrt_fail(err, WRT_E_INPUT, "asked again before it was answered");
        }
        if (n > 0) {
            at += n;
            len -= (size_t)n;
            descriptors.n = 0; /* they went with the first byte */
        }
    }
    return WRT_OK;
}

wrt_status wrt_process_send_with(wrt_process *process, wrt_str body, wrt_descriptors descriptors,
                                 int64_t deadline_ms, wrt_err *err) {
    unsigned char head[WRT_WIRE_HEADER];
    wrt_wire_put_length(head, body.len);
    process->printed = 0;
    wrt_status status = send_bytes(process, (wrt_str){(const char *)head, sizeof head}, descriptors,
                                   deadline_ms, err);
    return status == WRT_OK ? send_bytes(process, body, (wrt_descriptors){0}, deadline_ms, err)
                            : status;
}

wrt_status wrt_process_send(wrt_process *process, wrt_str body, int64_t deadline_ms, wrt_err *err) {
    return wrt_process_send_with(process, body, (wrt_descriptors){0}, deadline_ms, err);
}

static wrt_status receive_bytes(wrt_buf *out, wrt_process *process, size_t len, int64_t deadline_ms,
                                wrt_err *err) {
    char chunk[65536];
    while (len > 0) {
        wrt_status status = wait_channel(process, POLLIN, deadline_ms, err);
        if (status != WRT_OK)
            return status;
        ssize_t n =
            recv(process->channel, chunk, len < sizeof chunk ? len : sizeof chunk, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return fail_ended(process, err);
        if (n > 0) {
            wrt_buf_add(out, chunk, (size_t)n);
            len -= (size_t)n;
        }
    }
    return WRT_OK;
}

wrt_status wrt_process_receive(wrt_buf *out, wrt_process *process, int64_t deadline_ms,
                               wrt_err *err) {
    unsigned char head[WRT_WIRE_HEADER];
    wrt_buf bytes = wrt_buf_make(sizeof head);
    wrt_status status = receive_bytes(&bytes, process, sizeof head, deadline_ms, err);
    if (status == WRT_OK) {
        memcpy(head, bytes.ptr, sizeof head);
        size_t len = wrt_wire_get_length(head);
        if (len > WRT_WIRE_FRAME_MAX) {
            reap(process);
            status = wrt_fail(err, WRT_E_INPUT, "answered with a frame of %zu bytes, at most %d",
                              len, WRT_WIRE_FRAME_MAX);
        } else {
            status = receive_bytes(out, process, len, deadline_ms, err);
        }
    }
    wrt_buf_free(&bytes);
    return status;
}
