/* network.c: a plugin that asks its host for the network, well or badly, one tool per way. What is
 * beneath https://data.example.org/api/ is what it declares; nothing of that name is ever asked,
 * since the tests stand a server of their own in its place. */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <warrant/plugin.h>

#define RUN(name)                                                                                  \
    static int name(const wrt_host *host, const char *args, size_t len, const char **result)

/* ---- well */

static const char *text_of(const wrt_host *host, const char *name) {
    const char *text = NULL;
    host->arg_text(host->ctx, name, &text);
    return text;
}

static int ask(const wrt_host *host, wrt_host_response *response) {
    const char *header = text_of(host, "header"), *body = text_of(host, "body");
    const char *method = text_of(host, "method");
    double timeout_ms = 0;
    host->arg_number(host->ctx, "timeout_ms", &timeout_ms);
    wrt_host_request request = {.struct_size = sizeof request,
                                .timeout_ms = (uint32_t)timeout_ms,
                                .method = method != NULL ? method : "GET",
                                .url = text_of(host, "url"),
                                .headers = &header,
                                .n_headers = header != NULL,
                                .body = body,
                                .body_len = body != NULL ? strlen(body) : 0};
    response->struct_size = sizeof *response;
    return host->http(host->ctx, &request, response);
}

/* Letters, digits and a few marks as they are, all else as '_': JSON without a library. */
static void add_plain(char *out, size_t room, const char *text, size_t len) {
    size_t used = strlen(out);
    for (size_t i = 0; i < len && used + 1 < room; i++) {
        unsigned char c = (unsigned char)text[i];
        out[used++] = c >= ' ' && c < 0x7F && c != '"' && c != '\\' ? (char)c : '_';
    }
    out[used] = '\0';
}

RUN(run_ask) {
    enum { ROOM = 8192 };
    wrt_host_response response = {0};
    (void)args, (void)len;
    int code = ask(host, &response);
    char *text = host->alloc(host->ctx, ROOM);
    if (text == NULL)
        return 1;
    snprintf(text, ROOM,
             "{\"status\":\"ok\",\"data\":{\"code\":%d,\"status\":%d,\"retry\":%lld,\"len\":%zu,"
             "\"type\":\"",
             code, (int)response.status, (long long)response.retry_after_ms, response.body_len);
    add_plain(text, ROOM, response.content_type, strlen(response.content_type));
    strncat(text, "\",\"message\":\"", ROOM - strlen(text) - 1);
    add_plain(text, ROOM, response.message, strlen(response.message));
    strncat(text, "\",\"body\":\"", ROOM - strlen(text) - 1);
    add_plain(text, ROOM - 100, response.body, response.body_len < 4000 ? response.body_len : 4000);
    strncat(text, "\"}}", ROOM - strlen(text) - 1);
    *result = text;
    return 0;
}

/* The same exchange again and again; tells how many were answered and the last code. */
RUN(run_repeat) {
    double times = 0;
    int answered = 0, code = 0;
    (void)args, (void)len;
    host->arg_number(host->ctx, "times", &times);
    for (int i = 0; i < (int)times; i++) {
        wrt_host_response response = {0};
        code = ask(host, &response);
        answered += code == WRT_HOST_HTTP_ANSWERED;
    }
    char *text = host->alloc(host->ctx, 200);
    if (text == NULL)
        return 1;
    snprintf(text, 200, "{\"status\":\"ok\",\"data\":{\"answered\":%d,\"code\":%d}}", answered,
             code);
    *result = text;
    return 0;
}

/* Structs that are older or newer than the host's, or none at all. */
RUN(run_sizes) {
    wrt_host_response small = {.struct_size = 4}, good = {.struct_size = sizeof good};
    wrt_host_request request = {.struct_size = 8, .method = "GET"};
    wrt_host_request empty = {.struct_size = sizeof empty};
    wrt_host_request many = {.struct_size = sizeof many,
                             .method = "GET",
                             .url = "https://data.example.org/api/x",
                             .n_headers = 1000000};
    static const char bad[] = "\xff\xfe";
    wrt_host_request bytes = {.struct_size = sizeof bytes,
                              .method = "POST",
                              .url = "https://data.example.org/api/x",
                              .body = bad,
                              .body_len = 2};
    int wrong = 0;
    (void)args, (void)len;
    wrong += host->http(host->ctx, &request, NULL) != WRT_HOST_HTTP_BAD_REQUEST;
    wrong += host->http(host->ctx, &request, &small) != WRT_HOST_HTTP_BAD_REQUEST;
    wrong += host->http(host->ctx, NULL, &good) != WRT_HOST_HTTP_BAD_REQUEST;
    wrong += host->http(host->ctx, &request, &good) != WRT_HOST_HTTP_BAD_REQUEST;
    wrong += host->http(host->ctx, &empty, &good) != WRT_HOST_HTTP_BAD_REQUEST;
    wrong += host->http(host->ctx, &many, &good) != WRT_HOST_HTTP_BAD_REQUEST;
    wrong += host->http(host->ctx, &bytes, &good) != WRT_HOST_HTTP_BAD_REQUEST;
    *result = wrong == 0 ? "{\"status\":\"ok\",\"data\":{\"code\":0}}"
                         : "{\"status\":\"ok\",\"data\":{\"code\":1}}";
    return 0;
}

/* ---- badly: over the channel itself */

#define QUESTION(seq, n)                                                                           \
    "{\"seq\":" seq ",\"http\":{\"n\":" n ",\"method\":\"GET\",\"url\":"                           \
    "\"https://data.example.org/api/x\",\"headers\":[],\"timeout_ms\":0,\"body\":null}}"

static const char done[] = "{\"status\":\"ok\",\"data\":{\"code\":99}}";

static void put_frame(const char *text, size_t claimed) {
    unsigned char head[4];
    for (size_t i = 0; i < sizeof head; i++)
        head[i] = (unsigned char)(claimed >> (8 * i) & 0xFF);
    (void)!write(3, head, sizeof head);
    (void)!write(3, text, strlen(text));
}

static void put(const char *text) {
    put_frame(text, strlen(text));
}

#define SENDS(name, statement)                                                                     \
    RUN(name) {                                                                                    \
        (void)host, (void)args, (void)len;                                                         \
        statement;                                                                                 \
        *result = done;                                                                            \
        return 0;                                                                                  \
    }

SENDS(run_other_call, put(QUESTION("7", "1")))
SENDS(run_other_number, put(QUESTION("1", "7")))
SENDS(run_other_form, put("{\"seq\":1,\"http\":{\"n\":1,\"open\":\"/etc/passwd\"}}"))
SENDS(run_other_service, put("{\"seq\":1,\"file\":{\"name\":\"/etc/passwd\"}}"))
SENDS(run_short, put_frame(QUESTION("1", "1"), 40))
SENDS(run_long, put_frame(QUESTION("1", "1"), 4000))
SENDS(run_giant, put_frame(QUESTION("1", "1"), (size_t)1 << 30))

/* Answers by itself, then asks: the question belongs to a call that is over. */
SENDS(run_after, put("{\"seq\":1,\"result\":{\"status\":\"ok\",\"data\":{\"code\":99}}}");
      put(QUESTION("1", "1")))

/* Asks and never reads what the host says. */
RUN(run_deaf) {
    char text[300];
    (void)host, (void)args, (void)len;
    for (int i = 1; i < 100000; i++) {
        snprintf(text, sizeof text,
                 "{\"seq\":1,\"http\":{\"n\":%d,\"method\":\"GET\",\"url\":\"https://"
                 "data.example.org/other/\",\"headers\":[],\"timeout_ms\":0,\"body\":null}}",
                 i);
        put(text);
    }
    *result = done;
    return 0;
}

RUN(run_endless) {
    (void)args, (void)len, (void)result;
    while (host != NULL) {
        wrt_host_response response = {0};
        (void)ask(host, &response);
    }
    return 0;
}

static void *ask_later(void *ctx) {
    (void)ctx;
    usleep(300000);
    put(QUESTION("1", "1"));
    return NULL;
}

/* Leaves a thread behind that asks once the call is over. */
RUN(run_thread) {
    pthread_t thread;
    (void)host, (void)args, (void)len;
    if (pthread_create(&thread, NULL, ask_later, NULL) == 0)
        pthread_detach(thread);
    *result = done;
    return 0;
}

RUN(run_wait) {
    (void)host, (void)args, (void)len;
    usleep(1500000);
    *result = done;
    return 0;
}

RUN(run_socket) {
    (void)host, (void)args, (void)len;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *result = fd < 0 ? "{\"status\":\"ok\",\"data\":{\"code\":0}}" : done;
    return 0;
}

RUN(run_files) {
    (void)args, (void)len;
    int kg = host->file(host->ctx, "kg") != NULL, pubmed = host->file(host->ctx, "pubmed") != NULL;
    char *text = host->alloc(host->ctx, 100);
    if (text == NULL)
        return 1;
    const char *path = host->file(host->ctx, "pubmed");
    FILE *file = path != NULL ? fopen(path, "r") : NULL;
    snprintf(text, 100, "{\"status\":\"ok\",\"data\":{\"code\":%d}}",
             100 * kg + 10 * pubmed + (file != NULL));
    if (file != NULL)
        fclose(file);
    *result = text;
    return 0;
}

static const char *const destinations[] = {"https://data.example.org/api/"};

#define TOOL(word, kinds, count)                                                                   \
    static const wrt_tool tool_##word = {.struct_size = sizeof(wrt_tool),                          \
                                         .flags = (kinds),                                         \
                                         .name = "net_" #word,                                     \
                                         .summary = "Asks.",                                       \
                                         .args_schema = "{\"type\":\"object\"}",                   \
                                         .data_schema = "{\"type\":\"object\"}",                   \
                                         .run = run_##word,                                        \
                                         .destinations = destinations,                             \
                                         .n_destinations = (count)};

#define EACH(DO)                                                                                   \
    DO(ask)                                                                                        \
    DO(repeat)                                                                                     \
    DO(sizes)                                                                                      \
    DO(other_call)                                                                                 \
    DO(other_number)                                                                               \
    DO(other_form)                                                                                 \
    DO(other_service)                                                                              \
    DO(short)                                                                                      \
    DO(long)                                                                                       \
    DO(giant)                                                                                      \
    DO(after)                                                                                      \
    DO(deaf)                                                                                       \
    DO(endless)                                                                                    \
    DO(thread)                                                                                     \
    DO(wait)                                                                                       \
    DO(socket)

#define NETWORK_TOOL(word) TOOL(word, WRT_TOOL_NETWORK, 1)
#define run_plain          run_ask
EACH(NETWORK_TOOL)
TOOL(plain, 0, 0)
TOOL(files, WRT_TOOL_READS_PUBMED, 0)

#define POINTER(word) &tool_##word,

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {EACH(POINTER) & tool_plain, &tool_files};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "network",
                                      .version = "1",
                                      .license = "Apache-2.0",
                                      .n_tools = sizeof tools / sizeof tools[0],
                                      .tools = tools};
    return &plugin;
}
