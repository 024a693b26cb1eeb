/* old.c: a plugin as it was built against plugin.h of ABI 1.0 or 1.1, of which plugin_1_0.h and
 * plugin_1_1.h are copies that never change. */
#ifdef OLD_1_1
#include "plugin_1_1.h"
#define TOOL_NAME "old_twice_1_1"
#else
#include "plugin_1_0.h"
#define TOOL_NAME "old_twice"
#endif

#include <stdio.h>

static int run(const wrt_host *host, const char *args, size_t len, const char **result) {
    double a = 0;
    (void)args, (void)len;
    char *text = host->alloc(host->ctx, 100);
    if (text == NULL || !host->arg_number(host->ctx, "a", &a))
        return 1;
    snprintf(text, 100, "{\"status\":\"ok\",\"data\":{\"twice\":%.17g,\"minor\":%u}}", 2 * a,
             (unsigned)host->abi_minor);
    *result = text;
    return 0;
}

static const wrt_tool tool = {.struct_size = sizeof(wrt_tool),
                              .flags = WRT_TOOL_DETERMINISTIC,
                              .name = TOOL_NAME,
                              .summary = "Doubles a number.",
                              .args_schema = "{\"type\":\"object\"}",
                              .data_schema = "{\"type\":\"object\"}",
                              .run = run};

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {&tool};
    static const wrt_plugin plugin = {WRT_PLUGIN_MAGIC,
                                      sizeof plugin,
                                      WRT_PLUGIN_ABI_MAJOR,
                                      WRT_PLUGIN_ABI_MINOR,
                                      "old",
                                      "1",
                                      "Apache-2.0",
                                      1,
                                      tools};
    return &plugin;
}
