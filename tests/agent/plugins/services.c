/* services.c: a plugin that uses the services of ABI 1.2 well or badly, one tool per way: files
 * that arguments name, scores of the host's language model, output files. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <warrant/plugin.h>

#define RUN(name)                                                                                  \
    static int name(const wrt_host *host, const char *args, size_t len, const char **result)

static const char *text_of(const wrt_host *host, const char *name) {
    const char *text = "";
    host->arg_text(host->ctx, name, &text);
    return text;
}

static int give(const wrt_host *host, const char **result, long long code, long long n) {
    char *text = host->alloc(host->ctx, 100);
    if (text == NULL)
        return 1;
    snprintf(text, 100, "{\"status\":\"ok\",\"data\":{\"code\":%lld,\"n\":%lld}}", code, n);
    *result = text;
    return 0;
}

static int give_code(const wrt_host *host, const char **result, long long code) {
    return give(host, result, code, 0);
}

/* ---- files */

/* What the file says, with letters and digits kept: JSON without a library. */
RUN(run_read) {
    enum { ROOM = 4096 };
    wrt_host_file file = {.struct_size = sizeof file};
    char bytes[1000];
    (void)args, (void)len;
    int code = host->open_file(host->ctx, "data", &file);
    ssize_t n = code == 0 ? read(file.fd, bytes, sizeof bytes) : 0;
    char *text = host->alloc(host->ctx, ROOM);
    if (text == NULL)
        return 1;
    int used = snprintf(text, ROOM,
                        "{\"status\":\"ok\",\"data\":{\"code\":%d,\"bytes\":%lld,\"sha256\":\"%s\","
                        "\"name\":\"%s\",\"text\":\"",
                        code, (long long)file.bytes, file.sha256, file.name);
    for (ssize_t i = 0; i < n; i++)
        text[used++] = bytes[i] >= '0' && bytes[i] <= 'z' && bytes[i] != '\\' ? bytes[i] : '_';
    memcpy(text + used, "\"}}", 4);
    *result = text;
    return 0;
}

/* Twice the same file, and one that no argument names; how often it went as it should. */
RUN(run_read_again) {
    wrt_host_file one = {.struct_size = sizeof one}, two = {.struct_size = sizeof two};
    wrt_host_file none = {.struct_size = sizeof none}, small = {.struct_size = 8};
    char a = 0, b = 0;
    int right = 0;
    (void)args, (void)len;
    right += host->open_file(host->ctx, "data", &one) == 0 && read(one.fd, &a, 1) == 1;
    close(one.fd);
    right += host->open_file(host->ctx, "data", &two) == 0 && read(two.fd, &b, 1) == 1 && a == b;
    right += host->open_file(host->ctx, "other", &none) == WRT_HOST_HTTP_UNDECLARED;
    right += host->open_file(host->ctx, "/etc/passwd", &none) == WRT_HOST_HTTP_UNDECLARED;
    right += host->open_file(host->ctx, NULL, &none) == WRT_HOST_HTTP_BAD_REQUEST;
    right += host->open_file(host->ctx, "data", &small) == WRT_HOST_HTTP_BAD_REQUEST;
    right += host->open_file(host->ctx, "data", NULL) == WRT_HOST_HTTP_BAD_REQUEST;
    return give_code(host, result, right);
}

/* Asks the model in the middle of reading, when a test's guard may change the file; gives the
 * file's size afterwards. */
RUN(run_read_and_score) {
    static const char question[] = "[{\"prompt\":{\"text\":\"x\"},\"candidates\":[\"a\"]}]";
    wrt_host_file file = {.struct_size = sizeof file};
    wrt_host_text answer = {.struct_size = sizeof answer};
    struct stat info = {0};
    (void)args, (void)len;
    if (host->open_file(host->ctx, "data", &file) != 0 ||
        host->score(host->ctx, question, sizeof question - 1, &answer) != 0 ||
        fstat(file.fd, &info) != 0)
        return 1;
    return give_code(host, result, (long long)info.st_size);
}

/* Opens again and again without closing; tells how many it got and the last code. */
RUN(run_read_greedily) {
    int n = 0, code = 0;
    (void)args, (void)len;
    while (n < 1000 && code == 0) {
        wrt_host_file file = {.struct_size = sizeof file};
        code = host->open_file(host->ctx, "data", &file);
        n += code == 0;
    }
    return give(host, result, code, n);
}

/* Descriptors besides 0 to 3 that are open. */
RUN(run_descriptors) {
    int n = 0;
    (void)args, (void)len;
    for (int fd = 4; fd < 64; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return give_code(host, result, n);
}

/* ---- scores */

static int give_text(const wrt_host *host, const char **result, int code,
                     const wrt_host_text *answer) {
    size_t room = answer->len + strlen(answer->message) + 200;
    char *text = host->alloc(host->ctx, room);
    if (text == NULL)
        return 1;
    snprintf(text, room,
             "{\"status\":\"ok\",\"data\":{\"code\":%d,\"message\":\"%s\",\"answers\":%s}}", code,
             answer->message, answer->len > 0 ? answer->text : "null");
    for (char *at = strstr(text, "\"message\":\"") + 11;
         *at != '\0' && strncmp(at, "\",\"answ", 7) != 0; at++)
        *at = *at == '"' || *at == '\\' ? '_' : *at;
    *result = text;
    return 0;
}

/* The questions stand in the arguments as text. */
RUN(run_score) {
    wrt_host_text answer = {.struct_size = sizeof answer};
    const char *questions = text_of(host, "questions");
    (void)args, (void)len;
    int code = host->score(host->ctx, questions, strlen(questions), &answer);
    return give_text(host, result, code, &answer);
}

/* So many candidates of so many bytes, or questions. */
RUN(run_score_much) {
    double questions = 1, candidates = 1, bytes = 1;
    wrt_host_text answer = {.struct_size = sizeof answer};
    (void)args, (void)len;
    host->arg_number(host->ctx, "questions", &questions);
    host->arg_number(host->ctx, "candidates", &candidates);
    host->arg_number(host->ctx, "bytes", &bytes);
    size_t room = (size_t)questions * (100 + (size_t)candidates * 20) + (size_t)bytes + 100,
           used = 0;
    char *text = malloc(room);
    if (text == NULL)
        return 1;
    text[used++] = '[';
    for (int q = 0; q < (int)questions; q++) {
        used += (size_t)snprintf(text + used, room - used, "%s{\"prompt\":{\"text\":\"",
                                 q > 0 ? "," : "");
        for (int i = 0; q == 0 && i < (int)bytes; i++)
            text[used++] = 'x';
        used += (size_t)snprintf(text + used, room - used, "q%d\"},\"candidates\":[", q);
        for (int c = 0; c < (int)candidates; c++)
            used += (size_t)snprintf(text + used, room - used, "%s\" %d.\"", c > 0 ? "," : "", c);
        used += (size_t)snprintf(text + used, room - used, "]}");
    }
    text[used++] = ']';
    int code = host->score(host->ctx, text, used, &answer);
    free(text);
    return give_text(host, result, code, &(wrt_host_text){.message = answer.message, .text = ""});
}

RUN(run_score_forms) {
    static const char *const wrong[] = {
        "",
        "{}",
        "[]",
        "[1]",
        "[{}]",
        "[{\"prompt\":{\"text\":\"a\"}}]",
        "[{\"prompt\":{\"text\":\"a\"},\"candidates\":[]}]",
        "[{\"prompt\":{\"text\":\"a\"},\"candidates\":[\"\"]}]",
        "[{\"prompt\":{\"text\":\"a\"},\"candidates\":[1]}]",
        "[{\"prompt\":{\"text\":1},\"candidates\":[\"a\"]}]",
        "[{\"prompt\":{\"text\":\"a\",\"user\":\"b\"},\"candidates\":[\"a\"]}]",
        "[{\"prompt\":{\"system\":\"a\"},\"candidates\":[\"a\"]}]",
        "[{\"prompt\":{\"text\":\"a\"},\"candidates\":[\"a\"],\"terminator\":1}]",
        "[{\"prompt\":{\"text\":\"a\"},\"candidates\":[\"a\"],\"temperature\":1}]",
        "[{\"prompt\":{\"text\":\"\xff\"},\"candidates\":[\"a\"]}]",
    };
    wrt_host_text answer = {.struct_size = sizeof answer}, small = {.struct_size = 4};
    int right = 0;
    (void)args, (void)len;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        right += host->score(host->ctx, wrong[i], strlen(wrong[i]), &answer) ==
                     WRT_HOST_HTTP_BAD_REQUEST &&
                 answer.message[0] != '\0' && answer.text[0] == '\0';
    right += host->score(host->ctx, NULL, 5, &answer) == WRT_HOST_HTTP_BAD_REQUEST;
    right += host->score(host->ctx, "[]", 2, NULL) == WRT_HOST_HTTP_BAD_REQUEST;
    right += host->score(host->ctx, "[]", 2, &small) == WRT_HOST_HTTP_BAD_REQUEST;
    return give_code(host, result, right);
}

RUN(run_model) {
    (void)args, (void)len;
    const char *model = host->describe_model(host->ctx);
    char *text = host->alloc(host->ctx, strlen(model) + 100);
    if (text == NULL)
        return 1;
    snprintf(text, strlen(model) + 100, "{\"status\":\"ok\",\"data\":%s}", model);
    *result = text;
    return 0;
}

/* ---- outputs */

RUN(run_write) {
    const char *message, *content = text_of(host, "text");
    int fd = -1;
    (void)args, (void)len;
    int code = host->create_output(host->ctx, text_of(host, "name"), &fd, &message);
    ssize_t n = code == 0 ? write(fd, content, strlen(content)) : -1;
    if (fd >= 0)
        close(fd);
    return give(host, result, code, n);
}

/* Fails after it wrote. */
RUN(run_write_and_fail) {
    int fd = -1;
    (void)args, (void)len, (void)result;
    if (host->create_output(host->ctx, "half.csv", &fd, NULL) != 0 || write(fd, "x", 1) != 1)
        return 0;
    *result = "{\"status\":\"error\",\"error\":{\"code\":\"mine\",\"message\":\"no\"}}";
    return 0;
}

RUN(run_write_and_crash) {
    int fd = -1;
    (void)args, (void)len, (void)result;
    if (host->create_output(host->ctx, "half.csv", &fd, NULL) == 0 && write(fd, "x", 1) == 1)
        _exit(3);
    return 0;
}

/* A byte beyond the limit of a file's size; gives the error that the system did. */
RUN(run_write_beyond) {
    int fd = -1;
    (void)args, (void)len;
    int code = host->create_output(host->ctx, "large.bin", &fd, NULL);
    errno = 0;
    if (lseek(fd, (off_t)256 << 20, SEEK_SET) < 0 || write(fd, "x", 1) == 1)
        code = -1;
    return give_code(host, result, code == 0 ? errno : -1);
}

/* Names: how many of those that should be refused were. */
RUN(run_write_names) {
    static const char *const bad[] = {"",        ".",   "..",  "../x", "a/b",      "/etc/x",
                                      ".hidden", "-rf", "a b", "x\n",  "\xc3\xa4", "a:b"};
    char long_name[200];
    int fd = -1, right = 0;
    (void)args, (void)len;
    memset(long_name, 'a', sizeof long_name);
    long_name[101] = '\0';
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        right += host->create_output(host->ctx, bad[i], &fd, NULL) == WRT_HOST_HTTP_BAD_REQUEST;
    right += host->create_output(host->ctx, long_name, &fd, NULL) == WRT_HOST_HTTP_BAD_REQUEST;
    right += host->create_output(host->ctx, NULL, &fd, NULL) == WRT_HOST_HTTP_BAD_REQUEST;
    right += host->create_output(host->ctx, "a.csv", NULL, NULL) == WRT_HOST_HTTP_BAD_REQUEST;
    right += host->create_output(host->ctx, "a.csv", &fd, NULL) == WRT_HOST_HTTP_ANSWERED;
    right += host->create_output(host->ctx, "a.csv", &fd, NULL) == WRT_HOST_HTTP_BAD_REQUEST;
    for (int i = 0; i < 7; i++) {
        char name[8];
        snprintf(name, sizeof name, "b%d", i);
        right += host->create_output(host->ctx, name, &fd, NULL) == WRT_HOST_HTTP_ANSWERED;
    }
    right += host->create_output(host->ctx, "ninth", &fd, NULL) == WRT_HOST_HTTP_BUDGET;
    return give_code(host, result, right);
}

/* ---- badly: over the channel itself */

static void put(const char *text) {
    unsigned char head[4];
    for (size_t i = 0; i < sizeof head; i++)
        head[i] = (unsigned char)(strlen(text) >> (8 * i) & 0xFF);
    (void)!write(3, head, sizeof head);
    (void)!write(3, text, strlen(text));
}

#define SENDS(name, text)                                                                          \
    RUN(name) {                                                                                    \
        (void)host, (void)args, (void)len;                                                         \
        put(text);                                                                                 \
        *result = "{\"status\":\"ok\",\"data\":{\"code\":99}}";                                    \
        return 0;                                                                                  \
    }

SENDS(run_raw_output_path, "{\"seq\":1,\"output\":{\"n\":1,\"path\":\"/etc/cron.d/x\"}}")
SENDS(run_raw_output_order, "{\"seq\":1,\"output\":{\"n\":7,\"name\":\"x\"}}")
SENDS(run_raw_output_call, "{\"seq\":7,\"output\":{\"n\":1,\"name\":\"x\"}}")
SENDS(run_raw_score_form, "{\"seq\":1,\"score\":{\"n\":1,\"questions\":{}}}")
SENDS(run_raw_score_order,
      "{\"seq\":1,\"score\":{\"n\":2,\"questions\":[{\"prompt\":{\"text\":\"a\"},\"candidates\":"
      "[\"b\"]}]}}")

/* Asks for outputs without end, over the channel, reading each answer. */
RUN(run_raw_output_endless) {
    char text[100], answer[400];
    unsigned char head[4];
    (void)host, (void)args, (void)len, (void)result;
    for (int i = 1; i < 100000; i++) {
        snprintf(text, sizeof text, "{\"seq\":1,\"output\":{\"n\":%d,\"name\":\"x y\"}}", i);
        put(text);
        if (recv(3, head, sizeof head, MSG_WAITALL) != sizeof head ||
            recv(3, answer, head[0], MSG_WAITALL) <= 0) /* an answer is shorter than 256 bytes */
            _exit(4);
    }
    return 0;
}

#define ARGS_FILE                                                                                  \
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"                         \
    "\"data\":{\"type\":\"string\",\"format\":\"file\"},\"other\":{\"type\":\"string\"}}}"
#define ARGS_ANY "{\"type\":\"object\"}"

#define TOOL(word, schema, bits)                                                                   \
    static const wrt_tool tool_##word = {.struct_size = sizeof(wrt_tool),                          \
                                         .flags = (bits),                                          \
                                         .name = "svc_" #word,                                     \
                                         .summary = "Uses a service.",                             \
                                         .args_schema = (schema),                                  \
                                         .data_schema = "{\"type\":\"object\"}",                   \
                                         .run = run_##word};

#define EACH(DO)                                                                                   \
    DO(read, ARGS_FILE, 0)                                                                         \
    DO(read_again, ARGS_FILE, 0)                                                                   \
    DO(read_and_score, ARGS_FILE, WRT_TOOL_SCORES)                                                 \
    DO(read_greedily, ARGS_FILE, 0)                                                                \
    DO(descriptors, ARGS_ANY, 0)                                                                   \
    DO(score, ARGS_ANY, WRT_TOOL_SCORES)                                                           \
    DO(score_much, ARGS_ANY, WRT_TOOL_SCORES)                                                      \
    DO(score_forms, ARGS_ANY, WRT_TOOL_SCORES)                                                     \
    DO(model, ARGS_ANY, WRT_TOOL_SCORES)                                                           \
    DO(write, ARGS_ANY, WRT_TOOL_WRITES)                                                           \
    DO(write_and_fail, ARGS_ANY, WRT_TOOL_WRITES)                                                  \
    DO(write_and_crash, ARGS_ANY, WRT_TOOL_WRITES)                                                 \
    DO(write_beyond, ARGS_ANY, WRT_TOOL_WRITES)                                                    \
    DO(write_names, ARGS_ANY, WRT_TOOL_WRITES)                                                     \
    DO(raw_output_path, ARGS_ANY, WRT_TOOL_WRITES)                                                 \
    DO(raw_output_order, ARGS_ANY, WRT_TOOL_WRITES)                                                \
    DO(raw_output_call, ARGS_ANY, WRT_TOOL_WRITES)                                                 \
    DO(raw_output_endless, ARGS_ANY, WRT_TOOL_WRITES)                                              \
    DO(raw_score_form, ARGS_ANY, WRT_TOOL_SCORES)                                                  \
    DO(raw_score_order, ARGS_ANY, WRT_TOOL_SCORES)

EACH(TOOL)

/* The same services without the flags that ask for them. */
static const wrt_tool tool_score_undeclared = {.struct_size = sizeof(wrt_tool),
                                               .name = "svc_score_undeclared",
                                               .summary = "Uses a service.",
                                               .args_schema = ARGS_ANY,
                                               .data_schema = "{\"type\":\"object\"}",
                                               .run = run_score};
static const wrt_tool tool_model_undeclared = {.struct_size = sizeof(wrt_tool),
                                               .name = "svc_model_undeclared",
                                               .summary = "Uses a service.",
                                               .args_schema = ARGS_ANY,
                                               .data_schema = "{\"type\":\"object\"}",
                                               .run = run_model};
static const wrt_tool tool_write_undeclared = {.struct_size = sizeof(wrt_tool),
                                               .name = "svc_write_undeclared",
                                               .summary = "Uses a service.",
                                               .args_schema = ARGS_ANY,
                                               .data_schema = "{\"type\":\"object\"}",
                                               .run = run_write};

#define POINTER(word, schema, bits) &tool_##word,

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {EACH(POINTER) & tool_score_undeclared,
                                            &tool_model_undeclared, &tool_write_undeclared};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "services",
                                      .version = "0",
                                      .license = "Apache-2.0",
                                      .n_tools = sizeof tools / sizeof tools[0],
                                      .tools = tools};
    return &plugin;
}
