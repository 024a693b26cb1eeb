/* attack.h: what the plugins of the attack suite share. A plugin attacks its host, one tool per
 * way, and holds a benign twin of each kind that does what a tool may do. An attack answers
 * {"errno":n}: 0 when it did what it set out to do, so that a sandbox which lets it through fails
 * the test. Twins answer 0 when all went well.
 *
 * The arguments tell where things lie: "root" a folder of the test, "pid" the host. */
#ifndef WRT_TESTS_AGENT_ATTACKS_ATTACK_H
#define WRT_TESTS_AGENT_ATTACKS_ATTACK_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>
#include <warrant/plugin.h>

enum { PATH_ROOM = 400 };

typedef struct {
    const wrt_host *host;
    const char *root;
    pid_t pid;
} context;

#define ATTACK(id) static int atk_##id(const context *c)
#define TWIN(id)   static int twin_##id(const context *c)

/* The attack is one expression that gives -1 when it is refused. */
#define TRIES(id, expression)                                                                      \
    ATTACK(id) {                                                                                   \
        (void)c;                                                                                   \
        errno = 0;                                                                                 \
        return (expression) < 0 ? errno : 0;                                                       \
    }

/* A path below the test's folder; one at a time. */
static inline const char *at(const context *c, const char *name) {
    static char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", c->root, name);
    return path;
}

static inline const char *of_host(const context *c, const char *name) {
    static char path[PATH_ROOM];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)c->pid, name);
    return path;
}

/* -1, or 0 with the file closed again. */
static inline int opens(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    close(fd);
    return 0;
}

static inline int closes(int fd) {
    return fd < 0 ? -1 : close(fd);
}

/* The file that the arguments name; -1 when there is none. */
static inline int given(const context *c) {
    wrt_host_file file = {.struct_size = sizeof file};
    return c->host->open_file(c->host->ctx, "data", &file) == 0 ? file.fd : -1;
}

static inline int output(const context *c, const char *name) {
    int fd = -1;
    return c->host->create_output(c->host->ctx, name, &fd, NULL) == 0 ? fd : -1;
}

/* ---- the tools */

static inline int give(const wrt_host *host, const char **result, int number) {
    char *text = host->alloc(host->ctx, 100);
    if (text == NULL)
        return 1;
    snprintf(text, 100, "{\"status\":\"ok\",\"data\":{\"errno\":%d}}", number);
    *result = text;
    return 0;
}

static inline context context_of(const wrt_host *host) {
    context c = {.host = host, .root = "/nonexistent"};
    double pid = 0;
    host->arg_text(host->ctx, "root", &c.root);
    host->arg_number(host->ctx, "pid", &pid);
    c.pid = (pid_t)pid;
    return c;
}

#define ARGS                                                                                       \
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"root\":{\"type\":"      \
    "\"string\"},\"pid\":{\"type\":\"integer\"},\"data\":{\"type\":\"string\",\"format\":"         \
    "\"file\"}}}"

static const char *const destinations[] = {"https://data.example.org/api/"};

#define TOOL(word)                                                                                 \
    static int run_##word(const wrt_host *host, const char *args, size_t len,                      \
                          const char **result) {                                                   \
        context c = context_of(host);                                                              \
        (void)args, (void)len;                                                                     \
        return give(host, result, word(&c));                                                       \
    }                                                                                              \
    static const wrt_tool tool_##word = {.struct_size = sizeof(wrt_tool),                          \
                                         .flags = WRT_TOOL_READS_KG | WRT_TOOL_WRITES |            \
                                                  WRT_TOOL_NETWORK,                                \
                                         .name = #word,                                            \
                                         .summary = "Attacks.",                                    \
                                         .args_schema = ARGS,                                      \
                                         .data_schema = "{\"type\":\"object\"}",                   \
                                         .run = run_##word,                                        \
                                         .destinations = destinations,                             \
                                         .n_destinations = 1};

#define POINTER(word) &tool_##word,

/* The plugin whose tools are the words of EACH. */
#define PLUGIN(title, EACH)                                                                        \
    EACH(TOOL)                                                                                     \
    const wrt_plugin *wrt_plugin_entry(void) {                                                     \
        static const wrt_tool *const tools[] = {EACH(POINTER)};                                    \
        static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,                               \
                                          .struct_size = sizeof plugin,                            \
                                          .abi_major = WRT_PLUGIN_ABI_MAJOR,                       \
                                          .abi_minor = WRT_PLUGIN_ABI_MINOR,                       \
                                          .name = title,                                           \
                                          .version = "0",                                          \
                                          .license = "Apache-2.0",                                 \
                                          .n_tools = sizeof tools / sizeof tools[0],               \
                                          .tools = tools};                                         \
        return &plugin;                                                                            \
    }

#endif
