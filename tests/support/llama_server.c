/* llama_server.c: a real llama-server for one test.
 *
 * The port is reserved by a bound socket that never listens and allows sharing, as the server's own
 * socket does: the server can listen on the port while no parallel test is given the same one. */
#include "llama_server.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    START_MS = 120000,
    STOP_MS = 5000,
    POLL_MS = 20,
    ANSWER_SECONDS = 60,
    OUR_ARGUMENTS = 9,
    EXEC_FAILED = 127,
    LOG_CAP = 64 << 20,
    TAIL_BYTES = 4000,
    MESSAGE_BYTES = 300
};

/* ---- which program --------------------------------------------------------------------------- */

const char *test_llama_server_path(void) {
    const char *path = getenv("WARRANT_LLAMA_SERVER");
    if (path == NULL || path[0] == '\0')
        path = TEST_LLAMA_SERVER;
    return access(path, X_OK) == 0 ? path : NULL;
}

void test_llama_server_need(void) {
    static const char why[] = "no llama-server here; run tests/llm/llama_server.sh";
    const char *ci = getenv("CI");
    if (test_llama_server_path() != NULL)
        return;
    if (ci != NULL && strcmp(ci, "true") == 0)
        fail_msg("%s", why);
    print_message("SKIPPED: %s\n", why);
    skip();
}

/* ---- starting -------------------------------------------------------------------------------- */

static struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static wrt_status reserve_port(test_llama_server *server, wrt_err *err) {
    const int yes = 1;
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) != 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        wrt_fail(err, WRT_E_FAILED, "no free port on 127.0.0.1: %s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return WRT_E_FAILED;
    }
    server->reservation = fd;
    server->port = ntohs(address.sin_port);
    snprintf(server->base_url, sizeof server->base_url, "http://127.0.0.1:%d", server->port);
    return WRT_OK;
}

static wrt_status make_folder(test_llama_server *server, wrt_err *err) {
    snprintf(server->folder, sizeof server->folder, "/tmp/warrant-server-XXXXXX");
    if (mkdtemp(server->folder) != NULL)
        return WRT_OK;
    server->folder[0] = '\0';
    return wrt_fail(err, WRT_E_FAILED, "no temporary folder: %s", strerror(errno));
}

typedef struct {
    char *const *argv, *const *env;
    int output;
    pid_t test;
} child_plan;

/* In the child: only async-signal-safe calls from here to exec. */
static _Noreturn void become_server(const child_plan *plan) {
    sigset_t none;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != plan->test)
        _exit(EXEC_FAILED); /* the test died in between */
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(plan->output, 1) < 0 ||
        dup2(plan->output, 2) < 0)
        _exit(EXEC_FAILED);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execve(plan->argv[0], plan->argv, plan->env);
    _exit(EXEC_FAILED);
}

static wrt_status spawn(test_llama_server *server, const char *const *argv, wrt_err *err) {
    wrt_buf home = wrt_buf_make(100);
    wrt_buf_printf(&home, "HOME=%s", server->folder);
    const char *env[] = {home.ptr, "LC_ALL=C", "GGML_NO_BACKTRACE=1", NULL};
    char *output = wrt_path_join(server->folder, "output.txt");
    /* exec promises to leave the strings alone. */
    child_plan plan = {.argv = (char *const *)argv,
                       .env = (char *const *)env,
                       .output = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600),
                       .test = getpid()};
    pid_t pid = plan.output < 0 ? -1 : fork();
    if (pid == 0)
        become_server(&plan);
    if (plan.output >= 0)
        close(plan.output);
    free(output);
    wrt_buf_free(&home);
    if (pid < 0)
        return wrt_fail(err, WRT_E_FAILED, "cannot start llama-server: %s", strerror(errno));
    setpgid(pid, pid); /* also here, so that the group is there whoever runs first */
    server->pid = pid;
    return WRT_OK;
}

static wrt_status launch(test_llama_server *server, const char *model, const char *const *extra,
                         wrt_err *err) {
    const char *program = test_llama_server_path();
    char port[16];
    snprintf(port, sizeof port, "%d", server->port);
    const char *argv[OUR_ARGUMENTS + TEST_LLAMA_SERVER_EXTRA_MAX + 1] = {
        program, "--model", model, "--host", "127.0.0.1", "--port", port, "--threads", "1"};
    for (size_t i = 0; extra != NULL && extra[i] != NULL; i++) {
        if (i == TEST_LLAMA_SERVER_EXTRA_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "more than %d arguments for llama-server",
                            TEST_LLAMA_SERVER_EXTRA_MAX);
        argv[OUR_ARGUMENTS + i] = extra[i];
    }
    if (program == NULL)
        return wrt_fail(err, WRT_E_NOT_FOUND, "no llama-server here");
    return spawn(server, argv, err);
}

/* The end of the text, at most `most` bytes, from the start of a line if it holds one. */
static char *tail_of(char *text, size_t len, size_t most) {
    char *start = len > most ? text + len - most : text;
    char *line = start == text ? NULL : strchr(start, '\n');
    return line == NULL ? start : line + 1;
}

/* Shows the end of what the server printed and puts the very end into the error, as one line. */
static wrt_status explain(const test_llama_server *server, wrt_status status, const char *what,
                          wrt_err *err) {
    char *path = wrt_path_join(server->folder, "output.txt");
    wrt_buf printed = wrt_buf_make(LOG_CAP);
    (void)wrt_file_read(&printed, path, LOG_CAP, NULL);
    size_t len = printed.len;
    char *text = wrt_buf_take(&printed);
    (void)fprintf(stderr, "%s\n", tail_of(text, len, TAIL_BYTES));
    while (len > 0 && text[len - 1] == '\n')
        text[--len] = '\0';
    char *end = tail_of(text, len, MESSAGE_BYTES);
    for (char *at = strchr(end, '\n'); at != NULL; at = strchr(at, '\n'))
        *at = ' ';
    wrt_fail(err, status, "llama-server %s: %s", what, end);
    free(text);
    free(path);
    return status;
}

static wrt_status await_health(test_llama_server *server, wrt_err *err) {
    const int64_t deadline = wrt_clock_monotonic_ms() + START_MS;
    for (;;) {
        wrt_buf body = wrt_buf_make(WRT_KIB(64));
        int http = test_llama_server_ask(&body, server, "/health", NULL);
        wrt_buf_free(&body);
        if (waitpid(server->pid, NULL, WNOHANG) == server->pid) {
            server->pid = 0;
            return explain(server, WRT_E_FAILED, "ended early", err);
        }
        if (http == 200)
            return WRT_OK;
        if (wrt_clock_monotonic_ms() > deadline)
            return explain(server, WRT_E_TIMEOUT, "is not ready after 120 s", err);
        poll(NULL, 0, POLL_MS);
    }
}

wrt_status test_llama_server_start(test_llama_server *out, const char *model,
                                   const char *const *extra, wrt_err *err) {
    *out = (test_llama_server){.reservation = -1};
    wrt_status status = make_folder(out, err);
    if (status == WRT_OK)
        status = reserve_port(out, err);
    if (status == WRT_OK)
        status = launch(out, model, extra, err);
    if (status == WRT_OK)
        status = await_health(out, err);
    if (status != WRT_OK)
        (void)test_llama_server_stop(out);
    return status;
}

/* ---- stopping -------------------------------------------------------------------------------- */

static int wait_for_end(pid_t pid) {
    const int64_t deadline = wrt_clock_monotonic_ms() + STOP_MS;
    int verdict = 0;
    kill(-pid, SIGTERM);
    while (waitpid(pid, &verdict, WNOHANG) == 0 && wrt_clock_monotonic_ms() < deadline)
        poll(NULL, 0, POLL_MS);
    kill(-pid, SIGKILL); /* whatever of the group is left */
    while (waitpid(pid, &verdict, 0) < 0 && errno == EINTR) {
    }
    return verdict;
}

int test_llama_server_stop(test_llama_server *server) {
    int verdict = server->pid > 0 ? wait_for_end(server->pid) : 0;
    if (server->reservation >= 0)
        close(server->reservation);
    if (server->folder[0] != '\0') {
        char *output = wrt_path_join(server->folder, "output.txt");
        unlink(output);
        rmdir(server->folder);
        free(output);
    }
    *server = (test_llama_server){.reservation = -1};
    return verdict;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static int connect_to(int port) {
    const struct timeval patience = {.tv_sec = ANSWER_SECONDS};
    const struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool send_all(int fd, wrt_str text) {
    while (text.len > 0) {
        ssize_t sent = send(fd, text.ptr, text.len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        text = (wrt_str){text.ptr + sent, text.len - (size_t)sent};
    }
    return true;
}

static bool read_all(wrt_buf *out, int fd) {
    char block[4096];
    while (!out->overflow) {
        ssize_t got = recv(fd, block, sizeof block, 0);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0)
            wrt_buf_add(out, block, (size_t)got);
    }
    return false;
}

/* "HTTP/1.1 200 OK", header lines, an empty line, the body up to the end of the connection. */
static int split_answer(wrt_buf *body, const wrt_buf *answer) {
    static const char version[] = "HTTP/1.1 ";
    const size_t start = sizeof version - 1;
    const char *gap = answer->len == 0 ? NULL : strstr(answer->ptr, "\r\n\r\n");
    if (gap == NULL || strncmp(answer->ptr, version, start) != 0)
        return 0;
    const char *chunked = strcasestr(answer->ptr, "\r\nTransfer-Encoding:");
    if (chunked != NULL && chunked < gap)
        return 0;
    if (body != NULL)
        wrt_buf_add(body, gap + 4, answer->len - (size_t)(gap + 4 - answer->ptr));
    return (int)strtol(answer->ptr + start, NULL, 10);
}

int test_llama_server_ask(wrt_buf *body, const test_llama_server *server, const char *path,
                          const char *json) {
    wrt_buf request = wrt_buf_make(WRT_MIB(4));
    wrt_buf answer = wrt_buf_make(WRT_MIB(64));
    int http = 0;
    int fd = connect_to(server->port);
    if (fd < 0)
        return 0;
    wrt_buf_printf(&request, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n",
                   json == NULL ? "GET" : "POST", path, server->port);
    if (json != NULL)
        wrt_buf_printf(&request, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                       strlen(json));
    wrt_buf_printf(&request, "\r\n%s", json == NULL ? "" : json);
    if (!request.overflow && send_all(fd, wrt_buf_str(&request)) && read_all(&answer, fd))
        http = split_answer(body, &answer);
    close(fd);
    wrt_buf_free(&request);
    wrt_buf_free(&answer);
    return http;
}
