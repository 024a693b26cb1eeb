/* good.c: a plugin that keeps every rule: test_sum adds two numbers, test_file names the graph. */
#include <stdio.h>
#include <string.h>
#include <warrant/plugin.h>

static int run_sum(const wrt_host *host, const char *args, size_t len, const char **result) {
    double a = 0, b = 0;
    (void)args, (void)len;
    if (!host->arg_number(host->ctx, "a", &a) || !host->arg_number(host->ctx, "b", &b))
        return 1;
    char *text = host->alloc(host->ctx, 200);
    snprintf(text, 200, "{\"status\":\"ok\",\"data\":{\"sum\":%.17g}}", a + b);
    *result = text;
    return 0;
}

static int run_file(const wrt_host *host, const char *args, size_t len, const char **result) {
    const char *path = host->file(host->ctx, "kg");
    const char *other = host->file(host->ctx, "secrets");
    (void)args, (void)len;
    host->log(host->ctx, 3, "looking for the graph");
    *result = other != NULL  ? "{\"status\":\"ok\",\"data\":{\"kg\":\"other\"}}"
              : path != NULL ? "{\"status\":\"ok\",\"data\":{\"kg\":\"given\"}}"
                             : "{\"status\":\"empty\",\"data\":{\"kg\":null}}";
    return 0;
}

static const wrt_tool sum_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "test_sum",
    .summary = "Adds two numbers.",
    .args_schema = "{\"type\":\"object\",\"required\":[\"a\",\"b\"],\"additionalProperties\":false,"
                   "\"properties\":{\"a\":{\"type\":\"number\"},"
                   "\"b\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1000}}}",
    .data_schema = "{\"type\":\"object\",\"required\":[\"sum\"],"
                   "\"properties\":{\"sum\":{\"type\":\"number\"}}}",
    .run = run_sum};

static const wrt_tool file_tool = {.struct_size = sizeof(wrt_tool),
                                   .flags = WRT_TOOL_READS_KG,
                                   .name = "test_file",
                                   .summary = "Tells whether a graph file was given.",
                                   .args_schema = "{\"type\":\"object\"}",
                                   .data_schema = "{\"type\":\"object\"}",
                                   .run = run_file};

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {&sum_tool, &file_tool};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "good",
                                      .version = "1.2.3",
                                      .license = "Apache-2.0",
                                      .n_tools = 2,
                                      .tools = tools};
    return &plugin;
}
