/* bad.c: one source for the plugins that must be refused; -D chooses what is wrong. */
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <warrant/plugin.h>

#ifndef BAD_MAGIC
#define BAD_MAGIC WRT_PLUGIN_MAGIC
#endif
#ifndef BAD_MAJOR
#define BAD_MAJOR WRT_PLUGIN_ABI_MAJOR
#endif
#ifndef BAD_MINOR
#define BAD_MINOR WRT_PLUGIN_ABI_MINOR
#endif
#ifndef BAD_SIZE
#define BAD_SIZE sizeof(wrt_plugin)
#endif
#ifndef BAD_FLAGS
#define BAD_FLAGS 0
#endif
#ifndef BAD_NAME
#define BAD_NAME "test_bad"
#endif
#ifdef BAD_SCHEMA
#define ARGS_SCHEMA "{\"type\":\"object\",\"if\":{}}"
#elif defined(BAD_FILE)
#define ARGS_SCHEMA                                                                                \
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":"                    \
    "{\"type\":\"string\",\"format\":\"file\"}}}}"
#else
#define ARGS_SCHEMA "{\"type\":\"object\"}"
#endif

#ifdef BAD_DESTINATION
#define N_DESTINATIONS 1
static const char *const destinations[] = {BAD_DESTINATION};
#else
#define N_DESTINATIONS 0
static const char *const *const destinations = NULL;
#endif

#ifdef BAD_NULL
#define BAD_RETURN (plugin.magic == 0 ? &plugin : NULL)
#else
#define BAD_RETURN &plugin
#endif

#ifdef BAD_CONSTRUCTOR
__attribute__((constructor)) static void crash_on_load(void) {
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}
#endif

#ifdef BAD_ASKS
/* A question before anybody called a tool. */
__attribute__((constructor)) static void ask_on_load(void) {
    static const char frame[] =
        "\xa0\0\0\0{\"seq\":1,\"http\":{\"n\":1,\"method\":\"GET\",\"url\":"
        "\"https://data.example.org/\",\"headers\":[],\"timeout_ms\":0,\"body\":null}}";
    char padded[4 + 0xa0];
    memset(padded, ' ', sizeof padded);
    memcpy(padded, frame, sizeof frame - 1);
    (void)!write(3, padded, sizeof padded);
}
#endif

static int run_bad(const wrt_host *host, const char *args, size_t len, const char **result) {
    (void)host, (void)args, (void)len;
    *result = "{\"status\":\"ok\",\"data\":{}}";
    return 0;
}

#ifdef BAD_NO_ENTRY
#define wrt_plugin_entry another_entry
WRT_PLUGIN_EXPORT const wrt_plugin *another_entry(void);
#endif

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool tool = {.struct_size = sizeof(wrt_tool),
                                  .flags = BAD_FLAGS,
                                  .name = BAD_NAME,
                                  .summary = "Should never be offered.",
                                  .args_schema = ARGS_SCHEMA,
                                  .data_schema = "{\"type\":\"object\"}",
                                  .run = run_bad,
                                  .destinations = destinations,
                                  .n_destinations = N_DESTINATIONS};
    static const wrt_tool *const tools[] = {&tool};
    static const wrt_plugin plugin = {.magic = BAD_MAGIC,
                                      .struct_size = BAD_SIZE,
                                      .abi_major = BAD_MAJOR,
                                      .abi_minor = BAD_MINOR,
                                      .name = "bad",
                                      .version = "1",
                                      .license = "Apache-2.0",
                                      .n_tools = 1,
                                      .tools = tools};
    return BAD_RETURN;
}
