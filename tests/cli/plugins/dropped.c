/* dropped.c: a tool that the program has never heard of: test_spell tells how many bytes a name
 * has. */
#include <stdio.h>
#include <string.h>
#include <warrant/plugin.h>

static int run_spell(const wrt_host *host, const char *args, size_t len, const char **result) {
    (void)args, (void)len;
    const char *text = NULL;
    if (!host->arg_text(host->ctx, "text", &text))
        return 1;
    char *out = host->alloc(host->ctx, 100);
    snprintf(out, 100, "{\"status\":\"ok\",\"data\":{\"bytes\":%zu}}", strlen(text));
    *result = out;
    return 0;
}

static const wrt_tool spell_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "test_spell",
    .summary = "Tells how many bytes a name has.",
    .args_schema = "{\"type\":\"object\",\"required\":[\"text\"],\"additionalProperties\":false,"
                   "\"properties\":{\"text\":{\"type\":\"string\",\"maxLength\":1000}}}",
    .data_schema = "{\"type\":\"object\",\"required\":[\"bytes\"],"
                   "\"properties\":{\"bytes\":{\"type\":\"integer\"}}}",
    .run = run_spell};

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {&spell_tool};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "dropped",
                                      .version = "1.0.0",
                                      .license = "Apache-2.0",
                                      .n_tools = 1,
                                      .tools = tools};
    return &plugin;
}
