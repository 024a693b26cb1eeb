/* old.c: a plugin as it was built against plugin.h of ABI 1.0, of which plugin_1_0.h is a copy that
 * never changes. */
#include "plugin_1_0.h"

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

static const wrt_tool tool = {
    sizeof(wrt_tool),        WRT_TOOL_DETERMINISTIC,  "old_twice", "Doubles a number.",
    "{\"type\":\"object\"}", "{\"type\":\"object\"}", run};

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
