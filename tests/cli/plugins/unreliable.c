/* unreliable.c: stands in for the causal plugin and fails in one way, chosen when it is compiled:
 * FAIL_CRASH, FAIL_HANG, FAIL_GARBAGE or FAIL_LIE (a result that its own schema forbids). */
#include <warrant/plugin.h>

#include <stdlib.h>
#include <unistd.h>

static const char any_object[] = "{\"type\":\"object\"}";
static const char check_data[] = "{\"type\":\"object\",\"required\":[\"valid\"],\"properties\":{"
                                 "\"valid\":{\"type\":\"boolean\"}}}";

static int fail(const wrt_host *host, const char *args, size_t len, const char **result) {
    (void)host, (void)args, (void)len, (void)result;
#if defined(FAIL_CRASH)
    abort();
#elif defined(FAIL_HANG)
    for (;;)
        pause();
#elif defined(FAIL_GARBAGE)
    *result = "{\"status\": \"ok\", \"data\": ";
#else
    *result = "{\"status\":\"ok\",\"data\":{\"valid\":\"certainly\"}}";
#endif
    return 0;
}

static const wrt_tool check = {.struct_size = sizeof(wrt_tool),
                               .name = "causal_check_adjustment",
                               .summary = "Fails.",
                               .args_schema = any_object,
                               .data_schema = check_data,
                               .run = fail};
static const wrt_tool sets = {.struct_size = sizeof(wrt_tool),
                              .name = "causal_adjustment_sets",
                              .summary = "Fails.",
                              .args_schema = any_object,
                              .data_schema = check_data,
                              .run = fail};
static const wrt_tool *const tools[] = {&check, &sets};
static const wrt_plugin plugin = {WRT_PLUGIN_MAGIC,
                                  sizeof(wrt_plugin),
                                  WRT_PLUGIN_ABI_MAJOR,
                                  WRT_PLUGIN_ABI_MINOR,
                                  "causal",
                                  "0.0.1",
                                  "Apache-2.0",
                                  2,
                                  tools};

const wrt_plugin *wrt_plugin_entry(void) {
    return &plugin;
}
