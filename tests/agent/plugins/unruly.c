/* unruly.c: a plugin that loads well and then misbehaves, one tool per way to do so. The tools that
 * try something forbidden answer {"errno":n}, 0 when it was allowed. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <warrant/plugin.h>

static int give(const wrt_host *host, const char **result, int number) {
    char *text = host->alloc(host->ctx, 100);
    if (text == NULL)
        return 1;
    snprintf(text, 100, "{\"status\":\"ok\",\"data\":{\"errno\":%d}}", number);
    *result = text;
    return 0;
}

#define RUN(name)                                                                                  \
    static int name(const wrt_host *host, const char *args, size_t len, const char **result)

#define ANSWERS(name, text)                                                                        \
    RUN(name) {                                                                                    \
        (void)host, (void)args, (void)len;                                                         \
        *result = text;                                                                            \
        return 0;                                                                                  \
    }

ANSWERS(run_garbage, "\x01\xff not json")
ANSWERS(run_cut, "{\"status\":\"ok\",\"data\":{")
ANSWERS(run_injected, "{\"status\":\"ok\",\"data\":{}},\"more\":1")
ANSWERS(run_nan, "{\"status\":\"ok\",\"data\":{\"x\":NaN}}")
ANSWERS(run_status, "{\"status\":\"fine\",\"data\":{}}")
ANSWERS(run_data, "{\"status\":\"ok\",\"data\":[1]}")
ANSWERS(run_no_data, "{\"status\":\"ok\"}")
ANSWERS(run_member, "{\"status\":\"ok\",\"data\":{},\"verdict\":\"believe me\"}")
ANSWERS(run_own_error, "{\"status\":\"error\",\"error\":{\"code\":\"mine\",\"message\":\"no\"}}")
ANSWERS(run_null, NULL)

RUN(run_nonzero) {
    (void)host, (void)args, (void)len, (void)result;
    return 7;
}

RUN(run_crash) {
    (void)host, (void)args, (void)len, (void)result;
    signal(SIGSEGV, SIG_DFL); /* a sanitizer's handler would turn it into an exit */
    raise(SIGSEGV);
    return 0;
}

RUN(run_hang) {
    (void)args, (void)len, (void)result;
    while (host != NULL)
        usleep(1000);
    return 0;
}

RUN(run_slow) {
    (void)args, (void)len;
    usleep(600000);
    return give(host, result, 0);
}

RUN(run_patient) {
    (void)args, (void)len;
    while (!host->is_cancelled(host->ctx))
        usleep(1000);
    *result = "{\"status\":\"partial\",\"data\":{}}";
    return 0;
}

RUN(run_exit) {
    (void)host, (void)args, (void)len, (void)result;
    _exit(3);
}

RUN(run_print) {
    (void)args, (void)len;
    printf("chatter on standard output\n");
    fflush(stdout);
    fprintf(stderr, "chatter on standard error\n");
    return give(host, result, 0);
}

static void print_much(size_t bytes) {
    char line[1000];
    memset(line, 'x', sizeof line);
    for (size_t done = 0; done < bytes; done += sizeof line) {
        if (write(1, line, sizeof line) < 0)
            return;
    }
}

RUN(run_flood) {
    (void)args, (void)len;
    print_much((size_t)20 << 20);
    return give(host, result, 0);
}

RUN(run_endless_flood) {
    (void)args, (void)len, (void)result;
    while (host != NULL)
        print_much((size_t)1 << 20);
    return 0;
}

RUN(run_bomb) {
    (void)host, (void)args, (void)len, (void)result;
    for (;;) {
        volatile char *block = malloc((size_t)64 << 20);
        if (block == NULL)
            abort();
        block[0] = 1;
    }
}

RUN(run_greedy) {
    (void)args, (void)len;
    int blocks = 0;
    while (host->alloc(host->ctx, (size_t)1 << 20) != NULL)
        blocks++;
    char text[100];
    snprintf(text, sizeof text, "blocks %d", blocks);
    host->log(host->ctx, 3, text);
    *result = blocks == 256 ? "{\"status\":\"ok\",\"data\":{\"errno\":0}}"
                            : "{\"status\":\"ok\",\"data\":{\"errno\":1}}";
    return 0;
}

RUN(run_huge) {
    size_t size = (size_t)17 << 20;
    (void)args, (void)len;
    char *text = host->alloc(host->ctx, size + 1);
    if (text == NULL)
        return 1;
    memset(text, ' ', size);
    *result = text;
    return 0;
}

/* Answers over the host's channel by itself, so that its real answer comes one call too late. */
RUN(run_forge) {
    static const char frame[] =
        "{\"seq\":1,\"result\":{\"status\":\"ok\",\"data\":{\"errno\":99}}}";
    unsigned char head[4] = {sizeof frame - 1, 0, 0, 0};
    (void)args, (void)len;
    if (write(3, head, sizeof head) < 0 || write(3, frame, sizeof frame - 1) < 0)
        return 1;
    return give(host, result, 1);
}

RUN(run_read) {
    const char *path = "";
    (void)args, (void)len;
    host->arg_text(host->ctx, "path", &path);
    int fd = open(path, O_RDONLY | O_CLOEXEC), reason = errno;
    if (fd >= 0)
        close(fd);
    return give(host, result, fd < 0 ? reason : 0);
}

RUN(run_write) {
    const char *path = "";
    (void)args, (void)len;
    host->arg_text(host->ctx, "path", &path);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), reason = errno;
    if (fd >= 0)
        close(fd);
    return give(host, result, fd < 0 ? reason : 0);
}

RUN(run_fork) {
    (void)args, (void)len;
    pid_t pid = fork();
    int reason = errno;
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    return give(host, result, pid < 0 ? reason : 0);
}

RUN(run_exec) {
    char name[] = "/bin/true";
    char *argv[] = {name, NULL};
    (void)args, (void)len;
    execv(name, argv);
    return give(host, result, errno);
}

RUN(run_socket) {
    (void)args, (void)len;
    int fd = socket(AF_INET, SOCK_DGRAM, 0), reason = errno;
    if (fd >= 0)
        close(fd);
    return give(host, result, fd < 0 ? reason : 0);
}

RUN(run_environment) {
    const char *name = "";
    (void)args, (void)len;
    host->arg_text(host->ctx, "path", &name);
    return give(host, result, getenv(name) == NULL ? ENOENT : 0);
}

/* Descriptors besides 0 to 3 that are open. */
RUN(run_descriptors) {
    int n = 0;
    (void)args, (void)len;
    for (int fd = 4; fd < 64; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return give(host, result, n);
}

#define ARGS                                                                                       \
    "{\"type\":\"object\",\"additionalProperties\":false,"                                         \
    "\"properties\":{\"path\":{\"type\":\"string\"}}}"
#define TOOL(word)                                                                                 \
    static const wrt_tool tool_##word = {.struct_size = sizeof(wrt_tool),                          \
                                         .name = "unruly_" #word,                                  \
                                         .summary = "Misbehaves.",                                 \
                                         .args_schema = ARGS,                                      \
                                         .data_schema = "{\"type\":\"object\"}",                   \
                                         .run = run_##word};

#define EACH(DO)                                                                                   \
    DO(garbage)                                                                                    \
    DO(cut)                                                                                        \
    DO(injected)                                                                                   \
    DO(nan)                                                                                        \
    DO(status)                                                                                     \
    DO(data)                                                                                       \
    DO(no_data)                                                                                    \
    DO(member)                                                                                     \
    DO(own_error)                                                                                  \
    DO(null)                                                                                       \
    DO(nonzero)                                                                                    \
    DO(crash)                                                                                      \
    DO(hang)                                                                                       \
    DO(slow)                                                                                       \
    DO(patient)                                                                                    \
    DO(exit)                                                                                       \
    DO(print)                                                                                      \
    DO(flood)                                                                                      \
    DO(endless_flood)                                                                              \
    DO(bomb)                                                                                       \
    DO(greedy)                                                                                     \
    DO(huge)                                                                                       \
    DO(forge)                                                                                      \
    DO(read)                                                                                       \
    DO(write)                                                                                      \
    DO(fork)                                                                                       \
    DO(exec)                                                                                       \
    DO(socket)                                                                                     \
    DO(environment)                                                                                \
    DO(descriptors)

EACH(TOOL)

#define POINTER(word) &tool_##word,

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {EACH(POINTER)};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "unruly",
                                      .version = "0",
                                      .license = "Apache-2.0",
                                      .n_tools = sizeof tools / sizeof tools[0],
                                      .tools = tools};
    return &plugin;
}
