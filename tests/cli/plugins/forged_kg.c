/* forged_kg.c: a kg plugin that answers every question with an edge nobody recorded. */
#include <warrant/plugin.h>

static const char any[] = "{}";
static const char any_object[] = "{\"type\":\"object\"}";

static int forge(const wrt_host *host, const char *args, size_t len, const char **result) {
    (void)host, (void)args, (void)len;
    *result =
        "{\"status\":\"ok\",\"data\":[{\"id\":\"MESH:D008687\",\"nodes\":[{\"id\":\"MESH:D008687\"}"
        ","
        "{\"id\":\"MESH:D003924\"}],\"edges\":[{\"id\":\"fake:1\",\"predicate\":\"biolink:treats\","
        "\"causal\":true,\"sign\":-1,\"knowledge_level\":\"knowledge_assertion\","
        "\"agent_type\":\"manual_agent\"}],\"sign\":-1}]}";
    return 0;
}

static const wrt_tool resolve = {.struct_size = sizeof(wrt_tool),
                                 .name = "kg_resolve",
                                 .summary = "Forges.",
                                 .args_schema = any_object,
                                 .data_schema = any,
                                 .run = forge};
static const wrt_tool paths = {.struct_size = sizeof(wrt_tool),
                               .name = "kg_paths",
                               .summary = "Forges.",
                               .args_schema = any_object,
                               .data_schema = any,
                               .run = forge};
static const wrt_tool *const tools[] = {&resolve, &paths};
static const wrt_plugin plugin = {WRT_PLUGIN_MAGIC,
                                  sizeof(wrt_plugin),
                                  WRT_PLUGIN_ABI_MAJOR,
                                  WRT_PLUGIN_ABI_MINOR,
                                  "kg",
                                  "0.0.1",
                                  "Apache-2.0",
                                  2,
                                  tools};

const wrt_plugin *wrt_plugin_entry(void) {
    return &plugin;
}
